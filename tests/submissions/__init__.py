"""What students might hand in, right, broken and hostile: notebooks of lesson 2a, made by code.

CORPUS is a list of Kind: a name, the bytes of the file, and what must become of it. An exercise that is not named in
`wrong` or `open` must be right: nobody loses a point that is earned, nobody gets another. The attacks on the sandbox
answer exercise 2a.7 rightly, unless they find what they look for; then they say LEAK.
"""

import json
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import numpy as np
import pytest

from course_utils import checks, exercises
from course_utils.paths import REPOSITORY
from course_utils.probing import by_case
from course_utils.tools import lessons
from course_utils.tools.grading.pages import SYMBOL
from course_utils.tools.grading.sandbox import interpreter_paths, protection, view

LESSON = "2a"
NOTEBOOK = json.loads(exercises.solution_path(LESSON).read_text(encoding="utf-8"))
CELLS = exercises.code_cells(NOTEBOOK)
SOLVED = exercises.exercise_sources(NOTEBOOK)
BLANK = {exercise: lessons.blanked(source, exercise, number=0) for exercise, source in SOLVED.items()}
ALL = tuple(SOLVED)
LAST = ALL[-1]
SETUP = next(cell for cell in CELLS if exercises.marker(cell) == ("setup", None))


@dataclass
class Kind:
    """One file and its verdict: `wrong` is {exercise: part of the hint}, `open` those that count as not attempted."""

    name: str
    data: bytes
    status: str = "graded"
    wrong: dict = field(default_factory=dict)
    open: tuple = ()
    note: str = ""
    file: str = ""
    seconds: float = 20.0  # of CPU for a cell
    section: str = ""

    def verdict(self, exercise):
        """What an exercise deserves."""
        if self.status == "other edition":
            return "other"
        return "wrong" if exercise in self.wrong else "open" if exercise in self.open else "right"


def cell(source):
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}


def notebook(*sources, **changes):
    """A notebook file of code cells."""
    whole = {"cells": [cell(source) for source in sources], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole | changes).encode("utf-8", "surrogatepass")


def answered(answers=None, before=(), after=(), blank=(), changed=lambda cells: cells):
    """A notebook with the solutions, but for some exercises (a source, None for none) and with cells besides."""
    sources = SOLVED | {exercise: BLANK[exercise] for exercise in blank} | (answers or {})
    cells = []
    for exercise, source in sources.items():
        if source is not None:
            marked = source if exercises.marker(source)[0] else f"# exercise: {exercise}\n{source}"
            name = exercises.marker(marked)[1]
            cells += [marked, f'# check: {name}\n{NAMES[name]} = check("{name}", {NAMES[name]})']
    return notebook(*changed([SETUP, *before, *cells, *after]))


NAMES = {
    "2a.1": "compute_next_h",
    "2a.2": "spell_hello",
    "2a.3": "sequence_loss",
    "2a.4": "loss_gradient",
    "2a.5": "step_backward",
    "2a.6": "bptt",
    "2a.7": "teacher_forcing",
}
RIGHT_LAST = SOLVED[LAST].split("\n", 1)[1]
BODY_LAST = "\n".join(line for line in RIGHT_LAST.split("\n")[1:] if "###" not in line)
PROBED = checks.find(LAST)
TABLE = {}  # the answers to the inputs that every notebook tries
for seed in checks.SEEDS:
    for given in by_case(PROBED.inputs(np.random.default_rng(seed))).values():
        TABLE[str((given["targets"].tolist(), given["start"]))] = np.concatenate(
            [np.full((len(given["targets"]), 1), given["start"]), given["targets"][:, :-1]], axis=1
        ).tolist()
CORPUS, SECTIONS = [], []
REFUSED = protection()[0]  # why submissions cannot be shut in on this computer, or empty
needs_protection = pytest.mark.skipif(bool(REFUSED), reason=REFUSED)
NAMED = interpreter_paths()
SEEN = view(NAMED)
PREFIXES = [*dict.fromkeys([*NAMED, *SEEN["shown"], *SEEN["links"]])]  # what a submission may see of the computer
# folders that no submission may see; @SUBMISSIONS@ and @PORT@ are filled in when the tests run
FORBIDDEN = [
    str(REPOSITORY),
    *(str(REPOSITORY / name) for name in ("solutions", "course_utils", "tests", "data")),
    "@SUBMISSIONS@",
]


def kind(name, data, status="graded", **more):
    CORPUS.append(Kind(name, data, status, section=SECTIONS[-1], **more))


# In its sandbox a submission is process 1. What attacks or exhausts makes sure of that first, so that a broken sandbox
# fails the test and does not break the computer that runs it.
GUARD = 'import os\nassert os.getpid() == 1, "this is not the sandbox"\n'


def attack(name, source, status="graded", wrong=None, **more):
    """An attack in the cell of the last exercise, all others blank; it appends to `leaks` what it found."""
    guarded = f"""{GUARD}
leaks, FORBIDDEN, PREFIXES, PORT = [], {FORBIDDEN!r}, {PREFIXES!r}, int("@PORT@".strip("@") or 0)
{source}

{RIGHT_LAST}
_right = teacher_forcing


def teacher_forcing(targets, start):
    if leaks:
        raise RuntimeError("LEAK: " + "; ".join(map(str, leaks))[:200])
    return _right(targets, start)
"""
    more.setdefault("open", ALL[:-1])
    kind(name, answered({LAST: guarded}, blank=ALL[:-1]), status, wrong=wrong or {}, **more)


def below(pid):
    """The processes below one, with those that have ended and were not waited for."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *below(int(child))]
    return found


# --- honest, in many forms --------------------------------------------------------------------------------------------

SECTIONS.append("Honest, in many forms")

kind("right", answered())
kind("blank", answered(blank=ALL), open=ALL)
kind("the whole lesson, as it was solved", json.dumps(NOTEBOOK).encode())
kind("half done", answered(blank=ALL[3:]), open=ALL[3:])
kind("metadata and ids stripped", notebook(*[SOLVED[e] for e in ALL], metadata={}))
kind("cells in another order", notebook(SETUP, *[SOLVED[e] for e in reversed(ALL)]))
kind("no setup cell", answered(changed=lambda cells: cells[1:]))
kind("broken setup cell", answered(before=["# setup\nimport nothing_like_this\nimport numpy as np\n1/0"]))
kind("check cells deleted", notebook(SETUP, *SOLVED.values()))
kind("check cells edited", answered(changed=lambda cells: [c.replace("= check(", "= cheat(") for c in cells]))
kind("cells duplicated", notebook(SETUP, *[SOLVED[e] for e in ALL for _ in range(3)]))
kind("twice, the last is right", answered(before=["# exercise: 2a.1\ndef compute_next_h(*a):\n    return 0"]))
kind(
    "twice, the last is wrong",
    answered(after=["# exercise: 2a.7\ndef teacher_forcing(targets, start):\n    return targets"]),
    wrong={"2a.7": "targets themselves"},
)
kind("twice, the last is blank", answered(after=[BLANK["2a.7"]]))
kind("answer in another cell", answered(blank=["2a.7"], after=[RIGHT_LAST]))
kind("answer in another cell, marker gone", answered({"2a.7": None}, after=[RIGHT_LAST]))
kind("a scratch cell does not replace the answer", answered(after=["def teacher_forcing(*a):\n    return 0"]))
kind(
    "answer by another name, handed to check",
    answered(
        {"2a.7": RIGHT_LAST.replace("teacher_forcing", "mine")},
        changed=lambda cells: [c.replace('check("2a.7", teacher_forcing)', 'check("2a.7", mine)') for c in cells],
    ),
)
kind("renamed", answered({"2a.7": RIGHT_LAST.replace("teacher_forcing", "mine")}), wrong={"2a.7": "not define"})
kind(
    "helper in another cell",
    answered(
        {
            "2a.7": """from numpy import concatenate
def teacher_forcing(targets, start):
    return concatenate([_first(targets, start), targets[:, :-1]], axis=1)"""
        },
        before=[
            "import itertools\nx = [itertools.count()]\nAXIS = 1\n\n"
            "def _first(t, s):\n    return np.full((len(t), AXIS), s)"
        ],
    ),
)
kind(
    "check in the exercise's cell",
    answered({"2a.7": RIGHT_LAST + '\nteacher_forcing = check("2a.7", teacher_forcing)'}),
)
kind("magics", answered({"2a.7": "%%time\n# exercise: 2a.7\n!pip list\n%matplotlib inline\n" + RIGHT_LAST}))
kind(
    "unicode",
    answered(
        {
            "2a.7": RIGHT_LAST.replace("targets", "ταργητς").replace("(ταργητς, start)", "(ταργητς, start)")
            + "\nprint('✓ \U0001f600 \u202e')"
        }
    ),
)
kind("lone surrogates", answered({"2a.7": RIGHT_LAST + "\nlonely = '\ud800'"}))
kind("a marker alone, the answer in the next cell", answered({"2a.7": None}, after=["# exercise: 2a.7\n", RIGHT_LAST]))
kind(
    "split over two cells",
    answered(
        {
            "2a.7": "def _first(targets, start):\n    return np.full((len(targets), 1), start)",
            "2a.6": "# see the next cell\nCHARACTERS = 'my'",
        },
        after=[
            "def teacher_forcing(targets, start):\n"
            "    return np.concatenate([_first(targets, start), targets[:, :-1]], axis=1)",
            SOLVED["2a.6"].split("\n", 1)[1],
        ],
    ),
)
kind(
    "an answer made by a call, in another cell",
    answered(
        {"2a.7": None},
        after=["import functools", f"def mine(extra, targets, start):\n{BODY_LAST}",
               "teacher_forcing = functools.partial(mine, None)"],
    ),
)  # fmt: skip
kind("a scratch cell binds a name anew", answered(after=["bptt = bptt(1)", "sequence_loss = print('loss')"]))
kind("questions for help", answered({"2a.7": "np.concatenate?\n?np.full\n" + RIGHT_LAST + "\ndisplay(np.ones(3))"}))
USES_TABLES = """def teacher_forcing(targets, start):
    first = np.full((len(targets), ONE), start + LOG_ZERO - CODES["b"] + CODES["a"] + EYE[0, 1], dtype=targets.dtype)
    return np.concatenate([first, targets[:, :-1]], axis=_axis())"""
TABLES = ["import numpy as np\nCODES = {c: n for n, c in enumerate('ba')}\nEYE = np.eye(3, dtype=int)",
          "LOG_ZERO = np.int64(0)\nCODES['a'] -= int(1)\nONE, TWO = sorted([2, 1])",
          "AXES = dict(time=1)\ndef _axis():\n    return AXES['time']"]  # fmt: skip
kind("tables that helper cells make by calls", answered({"2a.7": USES_TABLES}, before=TABLES))
kind("assignments that no exercise reads", answered(before=["lost = [0 for n in iter(int, 1)]", "h = x = print('no')"]))
kind(
    "an assignment that an exercise reads and that never ends",
    answered({"2a.7": USES_TABLES}, before=[*TABLES, "ONE = len([0 for n in iter(int, 1)])"]),
    "time limit",
    seconds=2.0,
)

for name, before in [
    ("magics and commands that have a value", "gpu = !nvidia-smi -L\nhere = %pwd\nt = %timeit -o 1 + 1\nONE = 1"),
    ("an install of two lines", "!pip install -q \\\n    nothing\nONE = 1"),
    ("a magic over a cell", "%%time\nONE = len('1')"),
    ("a magic over a line", "%time import numpy\nONE = 1\nif gpu := False:\n    %matplotlib inline"),
    ("get_ipython", "get_ipython().run_line_magic('matplotlib', 'inline')\nONE = 1"),
    ("get_ipython, imported", "from IPython import get_ipython\nget_ipython().magic('autosave 0')\nONE = 1"),
    ("await at the top", "import asyncio\nawait asyncio.sleep(0.01)\nONE = await asyncio.sleep(0, 1)"),
]:
    answer = "def teacher_forcing(targets, start):\n" + BODY_LAST.replace("axis=1", "axis=ONE")
    kind(f"{name}, in the exercise's cell", answered({"2a.7": f"{before}\n{answer}"}))
    kind(f"{name}, in a helper cell", answered({"2a.7": answer}, before=[before]))
kind(
    "an import from the future in the setup cell",
    answered(
        {"2a.7": RIGHT_LAST.replace("start)", "start: Whoever) -> Whatever", 1)},
        changed=lambda cells: ["from __future__ import annotations\n" + cells[0], *cells[1:]],
    ),
)
kind(
    "compiled by XLA",
    answered(
        {
            "2a.7": """@tf.function(jit_compile=True)
def _moved(targets, start):
    return tf.concat([tf.fill([tf.shape(targets)[0], 1], start), targets[:, :-1]], axis=1)
def teacher_forcing(targets, start):
    return _moved(tf.constant(targets), tf.cast(start, targets.dtype))"""
        },
        before=["import tensorflow as tf"],
    ),
)
kind(
    "cells in other languages",
    answered(before=["%%bash\necho $HOME", "%%html\n<b>no</b>", "%%writefile a.py\nnp = None", "%%timeit\nnp = None"]),
)
kind(
    "a newer Python's syntax",
    answered({"2a.3": "syntax of tomorrow"}).replace(
        b'"metadata": {}, "nbformat"', b'"metadata": {"language_info": {"version": "3.99.1"}}, "nbformat"'
    ),
    wrong={"2a.3": "; the notebook ran in Python 3.99, this grader runs in"},
    note="the notebook ran in Python 3.99, this grader runs in",
)
kind("UTF-16, as some editors save it", answered().decode().encode("utf-16"))
kind("NaN in the JSON", answered().replace(b'"metadata": {}', b'"metadata": {"loss": NaN, "best": -Infinity}'))
kind(
    "a million empty cells",
    b'{"cells": [' + b'{"cell_type":"code","source":""},' * 1_000_000 + answered()[len(b'{"cells": [') :],
)
kind("windows line ends", answered(changed=lambda cells: [c.replace("\n", "\r\n") for c in cells]))
kind(
    "sources as lists",
    json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [cell(c.splitlines(keepends=True)) for c in [SETUP, *SOLVED.values()]],
        }
    ).encode(),
)
kind("byte order mark", b"\xef\xbb\xbf" + answered())
kind(
    "format 3",
    json.dumps(
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {},
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "code", "language": "python", "input": c, "outputs": []}
                        for c in [SETUP, *SOLVED.values()]
                    ]
                }
            ],
        }
    ).encode(),
)
kind("format 99", answered().replace(b'"nbformat": 4', b'"nbformat": 99'))
kind("a cell that is no cell", answered().replace(b'{"cells": [', b'{"cells": [17, null, {"cell_type": "code"}, '))
kind("an error after the answer", answered({"2a.7": RIGHT_LAST + "\n1 / 0"}))
kind("plots and prints", answered({"2a.7": RIGHT_LAST + "\nplt.plot([1, 2])\nplt.show()\nprint('x' * 100_000)"}))
kind(
    "lines that make a pattern search for ever",
    answered(after=["# exercise" + " " * 600_000 + "x", "\n" * 600_000 + "setup (", " " * 600_000 + "%"]),
)
kind("a syntax error", answered({"2a.3": "def sequence_loss(logits:\n    return"}), wrong={"2a.3": "not valid Python"})
kind(
    "an earlier one is wrong, a later one uses it",
    answered({"2a.5": "def step_backward(*a):\n    return 0"}),
    wrong={"2a.5": "return four things"},
)
kind("an earlier one is blank, a later one uses it", answered(blank=["2a.5"]), open=("2a.5",))

PREDICTED = '# predict: 2a.{}\n# How many?\nmany = predict("2a.{}", {})'
kind("predictions", answered(before=[PREDICTED.format(*"AA", "0.3"), PREDICTED.format(*"BB", "...")]))
kind("a prediction that ends Python", answered(before=[PREDICTED.format(*"AA", '__import__("os")._exit(1)')]))
kind(
    "a prediction that never ends",
    answered(before=[PREDICTED.format(*"AA", "[0 for n in iter(int, 1)]")], blank=ALL),
    open=ALL,
)
kind("a prediction by an exercise's name", answered(after=['# predict: 2a.A\nbptt = predict("2a.A", 0.3)']))
for name, lesson, edition in [
    ("edition", "2a_recurrent_networks", 99),
    ("lesson of this number", "2a_the_old_one", 1),
]:
    called = re.sub(r"setup\(.*\)", f'setup("{lesson}", profile=PROFILE, edition={edition})', SETUP)
    kind(
        f"the setup cell of another {name}",
        answered(changed=lambda cells, called=called: [called, *cells[1:]]),
        "other edition",
        note=f"this notebook is of edition {edition} of lesson 2a ({lesson}); this grader has",
    )

# --- wrong in the ways of Python --------------------------------------------------------------------------------------

SECTIONS.append("Wrong in the ways of Python")

for name, body, hint in [
    ("None", "pass", "`return`"),
    ("a string", "return 'right'", "where numbers were expected"),
    ("objects", "return np.array([object()])", "where numbers were expected"),
    ("complex numbers", "return targets + 1j", "where numbers were expected"),
    ("nan", "return np.full(targets.shape, np.nan)", "finite"),
    (
        "floats for integers",
        "return np.concatenate([np.full((len(targets), 1), 1.0 * start), targets[:, :-1]], 1)",
        "integers",
    ),
    ("a wrong shape", "return targets[:, :-1]", "too few"),
    ("a generator", "return (t for t in targets)", "where numbers were expected"),
    ("huge", "return np.zeros((10_000, 800), 'int8')", "too many"),
    ("long", "return np.zeros((4, 50_000), 'int32')", "should have shape"),
    (
        "a mutated input",
        "targets[:, 1:] = targets[:, :-1].copy(); targets[:, 0] = start; return targets",
        "changes its argument",
    ),
    ("an exception", "raise ValueError('\x1b[31mno\x1b[0m ' + 'x' * 10_000)", "ValueError: no"),
    ("an exception that cannot be printed", "class E(Exception):\n        __str__ = None\n    raise E()", "raised E"),
    ("exit", "import sys; sys.exit(0)", "SystemExit"),
    ("an interrupt", "raise KeyboardInterrupt", "KeyboardInterrupt"),
    ("input", "return input('answer? ')", "EOFError"),
    ("recursion", "return teacher_forcing(targets, start)", "RecursionError"),
    ("an empty array", "return np.zeros(0)", "should have shape"),
]:
    kind(
        f"returns {name}" if "a" not in name[:2] or " " in name else name,
        answered({"2a.7": f"def teacher_forcing(targets, start):\n    {body}\n"}),
        wrong={"2a.7": hint},
    )
kind(
    "equal to everything",
    answered(
        {
            "2a.7": """class Yes:
    shape = (4, 7)
    dtype = np.dtype(int)
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return np.array([self], dtype=object)
def teacher_forcing(targets, start):
    return Yes()"""
        }
    ),
    wrong={"2a.7": "where numbers were expected"},
)
kind(
    "knows the answers to the notebook's own inputs",
    answered({"2a.7": f"""TABLE = {TABLE!r}
def teacher_forcing(targets, start):
    return np.array(TABLE.get(str((targets.tolist(), start)), targets.tolist()))"""}),
    wrong={"2a.7": "targets themselves"},
)  # fmt: skip
kind(
    "right once, wrong ever after",
    answered({"2a.7": f"CALLS = []\n{RIGHT_LAST}\n_right = teacher_forcing\n"
              "def teacher_forcing(targets, start):\n    CALLS.append(1)\n"
              "    return _right(targets, start) if len(CALLS) == 1 else targets"}),
    wrong={"2a.7": "two different results"},
)  # fmt: skip
kind(
    "wrong where it is graded, right elsewhere",
    answered({"2a.7": f"import os\n{RIGHT_LAST}\n_right = teacher_forcing\n"
              "def teacher_forcing(targets, start):\n"
              "    return targets if os.getpid() == 1 else _right(targets, start)"}),
    wrong={"2a.7": "targets themselves"},
)  # fmt: skip
kind(
    "markup in the name of an error",
    answered(
        {"2a.7": "def teacher_forcing(*a):\n    raise type('<script>alert(1)</script>', (Exception,), {})('</td>')"}
    ),
    wrong={"2a.7": "your code raised <script>alert(1)</script>: </td>"},
)
kind(
    "an array that lies",
    answered(
        {
            "2a.7": """class Liar(np.ndarray):
    def __eq__(self, other): return np.True_
    def __array_function__(self, *a, **k): return np.True_
    def __array_ufunc__(self, *a, **k): return np.True_
    def tobytes(self, *a): return b""
def teacher_forcing(targets, start):
    return targets.view(Liar)"""
        }
    ),
    wrong={"2a.7": "targets themselves"},
)

# --- what ends Python, or never ends --------------------------------------------------------------------------------

SECTIONS.append("What ends Python, or never ends")

ONE = {"2a.7": ""}
LOOP = "while True: pass"
for name, source, status, reason in [
    ("an endless loop", LOOP, "time limit", "did not end"),
    ("a sleep", "import time\ntime.sleep(1e6)", "time limit", "did not end"),
    (
        "a loop that catches all",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "time limit",
        "did not end",
    ),
    ("os._exit", "import os\nos._exit(0)", "ended Python", "exit code 0"),
    ("os._exit with the status of the sandbox", "import os\nos._exit(70)", "ended Python", "exit code 70"),
    ("a segmentation fault", "import ctypes\nctypes.string_at(0)", "ended Python", "SIGSEGV"),
    ("gigabytes of output", "import sys\nwhile True: sys.stdout.write('x' * (1 << 20))", "time limit", "did not end"),
    ("a fork bomb", "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", None, "your code"),
    (
        "a memory bomb in many processes",
        """import os, time
for _ in range(12):
    if not os.fork():
        hog = bytearray(1 << 29)
        for n in range(0, len(hog), 4096): hog[n] = 1
        time.sleep(1e6)
time.sleep(1e6)""",
        "memory limit",
        "GB of memory",
    ),
    (
        "a memory bomb, shared",
        """import mmap, time
hog = [mmap.mmap(-1, 1 << 30) for _ in range(8)]
for block in hog:
    for n in range(0, 1 << 30, 4096): block[n] = 1
    block.madvise(mmap.MADV_DONTNEED)  # the memory is no process's any more, and still there
time.sleep(1e6)""",
        "graded",
        "PermissionError",
    ),
    (
        "a memory bomb of page tables",  # reading is enough for them, and no other number counts them
        """import mmap
held = []
for _ in range(64):
    block = mmap.mmap(-1, 1 << 38, prot=mmap.PROT_READ, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
    block.madvise(mmap.MADV_NOHUGEPAGE)
    held.append(block)
    memoryview(block)[::1 << 21].tobytes()""",
        "memory limit",
        "GB of memory",
    ),
    (
        "a stack overflow",
        "import sys\nsys.setrecursionlimit(1 << 30)\nf = lambda x: sorted([0], key=lambda y: f(x))\nf(0)",
        None,
        "your code",
    ),
    ("all descriptors closed", "import os\nos.closerange(0, 256)", "ended Python", "exit code 70"),
    (
        "another program in its place",
        "import os, sys\nos.execv(sys.executable, [sys.executable, '-c', 'while True: pass'])",
        "time limit",
        "did not end",
    ),
    (
        "a layer whose call prints gigabytes",
        """class Loud(keras.layers.Layer):
    def call(self, x):
        while True: print('x' * (1 << 20))
Loud()(np.ones((1, 1)))""",
        "time limit",
        "did not end",
    ),
]:
    source = GUARD + source
    for place, made in (
        ("in a cell", f"{source}\n{RIGHT_LAST}"),
        (
            "in an answer",
            "def teacher_forcing(targets, start):\n" + "\n".join("    " + line for line in source.split("\n")),
        ),
    ):
        seconds = 20.0 if status == "memory limit" else 2.0  # filling memory may take a while on a busy computer
        kind(f"{name}, {place}", answered({"2a.7": made}), status or "any", wrong={"2a.7": reason}, seconds=seconds)
kind(
    "a memory bomb, in an answer",
    answered({"2a.7": "def teacher_forcing(t, s):\n    return np.ones((1 << 33,))"}),
    wrong={"2a.7": "MemoryError"},
)
kind(
    "an endless loop first, the rest right",
    answered({"2a.1": LOOP}),
    "time limit",
    wrong={"2a.1": "did not end"},
    seconds=2.0,
)
kind("an endless loop in a helper", answered(before=["class Never:\n    while True: pass"]), "time limit", seconds=2.0)
kind("deep nesting", answered({"2a.7": RIGHT_LAST + "\nx = " + "-" * 200_000 + "1"}), "any", wrong={"2a.7": ""})

# --- attacks ----------------------------------------------------------------------------------------------------------

SECTIONS.append("Attacks on the sandbox")

attack(
    "kill of the parent and of all",
    """import os, signal
for target in (os.getppid(), 0, 1, -1):
    if target not in (0, -1) or os.getpid() == 1:
        try: os.kill(target, 0)
        except OSError: continue
for number in range(2, 70_000, 1):
    try:
        os.kill(number, 0)
        leaks.append(f"process {number} can be reached")
    except OSError: pass
if os.getppid(): leaks.append("a parent is seen")
""",
)
attack(
    "stops and kills itself",
    "import os, signal\nfor number in (9, 15, 19, 20):\n    os.kill(os.getpid(), number)\n    os.killpg(0, number)\n"
    "signal.setitimer(signal.ITIMER_REAL, 0.01)\nimport time\ntime.sleep(0.1)",
)
attack(
    "a kill of the group",
    "import os, signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.killpg(0, 15)\n"
    "try: os.kill(-1, 9)\nexcept OSError: pass",
)
attack(
    "reads the repository",
    """import os
for path in FORBIDDEN:
    try: names = os.listdir(path)
    except OSError: continue
    leaks += [(path, n) for n in names if not any(p.startswith(os.path.join(path, n)) for p in PREFIXES)]
for folder in ("/", "/tmp", "/root", "/home", "/work", "/mnt", "/var", "/etc", "/dev", "/run", "/opt"):
    try: names = os.listdir(folder)
    except OSError: names = []
    allowed = {"/": {"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "course", "dev", "proc", "tmp",
                     *(path.split("/")[1] for path in PREFIXES)},
               "/etc": {"ld.so.cache", "alternatives"}, "/dev": {"null", "full", "random", "urandom"}}
    over = [n for n in names if n not in allowed.get(folder, set())
            and not any(p == os.path.join(folder, n) or p.startswith(os.path.join(folder, n) + "/") for p in PREFIXES)]
    leaks += [os.path.join(folder, n) for n in over]
for top in ("/course", os.getcwd()):
    for where, folders, files in os.walk(top):
        folders[:] = [n for n in folders if os.path.join(where, n) not in PREFIXES]  # of a Python in /tmp
        leaks += [f for f in files if f.endswith((".ipynb", ".jsonl", ".csv", ".npz"))]
""",
)
attack(
    "reads and writes through TensorFlow",
    """import os
import tensorflow as tf
for path in FORBIDDEN:
    try: names = tf.io.gfile.listdir(path)
    except tf.errors.OpError: continue
    leaks += [(path, n) for n in names if not any(p.startswith(os.path.join(path, n)) for p in PREFIXES)]
for path in ("/etc/passwd", "/etc/hostname", "/proc/1/root/etc/passwd"):
    try: leaks.append((path, tf.io.read_file(path).numpy()))
    except tf.errors.OpError: pass
for path in ("/course/left.txt", "/usr/left.txt", "/etc/left/left.txt"):
    try: tf.io.write_file(path, "x"); leaks.append(path)
    except tf.errors.OpError: pass
""",
)
attack(
    "looks for a way out through /proc",
    """import os
for path in ("/proc/1/root/etc/passwd", "/proc/self/root/../etc/passwd", "/proc/self/cwd/../../etc/passwd",
             "/proc/kcore", "/proc/kmsg", "/proc/sysrq-trigger", "/proc/2/mem"):
    try: leaks.append((path, open(path, "rb").read(10)))
    except OSError: pass
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/overcommit_memory",
             "/proc/sys/fs/binfmt_misc/register", "/proc/sysrq-trigger", "/proc/self/uid_map", "/proc/self/setgroups",
             "/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/ns_last_pid"):
    try:
        with open(path, "w") as file: file.write("1")
        leaks.append(path)
    except OSError: pass
for fd in range(64):
    for climb in ("..", "../..", "../../.."):
        try: leaks += os.listdir(f"/proc/self/fd/{fd}/{climb}")
        except OSError: pass
try:
    with open("/proc/self/oom_score_adj", "w") as file: file.write("-1000")
    leaks.append("it will not be ended before others")
except OSError: pass
if [p for p in FORBIDDEN if p in open("/proc/self/mountinfo").read() and not any(p in q for q in PREFIXES)]:
    leaks.append("mounts")
""",
)
attack(
    "runs a program that lies in memory",
    """import ctypes, os, shutil, sys
libc = ctypes.CDLL(None, use_errno=True)
if libc.memfd_create(b"x", 0) >= 0: leaks.append("memfd")
shutil.copyfile("/bin/true", "mine"); os.chmod("mine", 0o6755)
if os.stat("mine").st_mode & 0o6000 and os.statvfs(".").f_flag & os.ST_NOSUID == 0: leaks.append("set-user-id programs")
for program in ("/usr/bin/su", "/usr/bin/mount", "/usr/bin/newuidmap", "/usr/bin/sudo"):
    if not os.path.exists(program): continue
    child = os.fork()
    if not child:
        try: os.execv(program, [program, "-c", "id"])
        finally: os._exit(99)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0: leaks.append(program)
""",
)
attack(
    "fills the buffers of sockets",
    """import socket
held = []
try:
    while len(held) < 100:
        held.append(socket.socketpair()); held[-1][0].setblocking(False)
        while True:
            try: held[-1][0].send(bytes(1 << 16))
            except BlockingIOError: break
except OSError: pass
if held: leaks.append(f"{len(held)} pairs of sockets")
""",
)
attack(
    "reads the judge through the interpreter",
    """import gc, inspect, sys
from course_utils import checks
from course_utils.checks import lesson_2a
for name in ("expect_precise", "spelling", "other_steps", "paths", "recursion"):
    if hasattr(lesson_2a, name): leaks.append(name)
for check in checks.REGISTRY.values():
    for part in ("judge", "inputs"):
        if part in type(check).__dict__: leaks.append((check.exercise, part))
words = ["the bias b_h " + "belongs inside", "d_from_next, of_" + "W_xh", "targets " + "themselves"]
for thing in gc.get_objects():
    if inspect.isfunction(thing) or inspect.iscode(thing):
        code = getattr(thing, "__code__", thing)
        if any(isinstance(c, str) and w in c for c in code.co_consts for w in words[:1] + words[2:]): leaks.append(code)
for name in list(sys.modules):
    if name.startswith("course_utils.tools") or name.startswith("tests"): leaks.append(name)
for module in ("course_utils.tools", "course_utils.tools.grading.judge", "course_utils.experiments"):
    try:
        __import__(module); leaks.append(module)
    except ImportError: pass
try: leaks.append(checks.find("2a.1").inputs(np.random.default_rng(0)))
except NotImplementedError: pass
""",
)
attack(
    "reads the judge in its own memory",
    """import ctypes, re
judges = rb"the bias b_h [b]elongs inside", rb"d_from_next, [o]f_W_xh", rb"these are the targets [t]hemselves"
there, seen = re.compile(rb"where numbers were [e]xpected"), False
try: leaks.append(open("/proc/self/mem", "rb", 0))
except OSError: pass
for line in open("/proc/self/maps"):
    if re.match(r"\\S+ r", line) and "[v" not in line:
        start, end = (int(n, 16) for n in line.split()[0].split("-"))
        for at in range(start, end, 1 << 24):
            piece = ctypes.string_at(at, min((1 << 24) + 64, end - at))
            for words in judges: leaks += re.findall(words, piece)  # one by one, each begins with letters: much faster
            seen = seen or there.search(piece)
if not seen: leaks.append("it looked in vain for a probe, too")
""",
)
attack(
    "looks at processes, descriptors, environment",
    """import os, stat
processes = [n for n in os.listdir("/proc") if n.isdigit()]
if len(processes) != 1 or os.getpid() != 1: leaks.append(processes)
opened, null = [], os.stat("/dev/null")
for n in range(256):
    try: opened.append(os.fstat(n))
    except OSError: pass
kinds = [stat.S_IFMT(one.st_mode) for one in opened if one.st_rdev != null.st_rdev]
if kinds != [stat.S_IFIFO]: leaks.append(kinds)
said = " ".join([*os.environ, *os.environ.values(), open("/proc/1/cmdline").read()])
leaks += [path for path in FORBIDDEN if path in said and not any(path in p for p in PREFIXES)]
status = dict(line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
for name, wanted in (("CapEff", 0), ("CapPrm", 0), ("CapBnd", 0), ("CapAmb", 0), ("CapInh", 0)):
    if int(status[name], 16) != wanted: leaks.append((name, status[name]))
if status["NoNewPrivs"].strip() != "1": leaks.append("new privileges")
if status["Seccomp"].strip() != "2": leaks.append("no filter")
if os.getuid() != 65534: leaks.append(os.getuid())
""",
)
attack(
    "writes outside",
    """import os, sys
for folder in ("/", "/course", "/course/course_utils", "/usr", "/usr/lib", "/etc", "/dev", "/proc/sys/kernel",
               sys.prefix, os.path.dirname(np.__file__), "/dev/shm", "/var/tmp", *FORBIDDEN):
    for mode in ("w", "a"):
        try:
            open(os.path.join(folder, "left.txt"), mode).write("x"); leaks.append(folder)
        except OSError: pass
for file in ("/proc/sys/user/max_user_namespaces", "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj_", np.__file__):
    try:
        open(file, "a").write("1"); leaks.append(file)
    except OSError: pass
open("mine.txt", "w").write("allowed")
""",
)
attack(
    "fills the disk",
    """import errno
try:
    for n in range(100):
        with open(f"fill{n}", "wb") as file:
            for _ in range(1 << 10): file.write(bytes(1 << 20))
except OSError as error: reason = error.errno
import os
filled = [name for name in os.listdir(".") if name.startswith("fill")]
size = sum(map(os.path.getsize, filled))
if size > 100 << 20: leaks.append(size)
for name in filled: os.remove(name)
""",
)
attack(
    "network",
    """import socket
for address in (("127.0.0.1", PORT), ("1.1.1.1", 53), ("8.8.8.8", 53), ("169.254.169.254", 80)):
    try:
        socket.create_connection(address, timeout=2); leaks.append(address)
    except OSError: pass
try: leaks.append(socket.gethostbyname("example.org"))
except OSError: pass
try:
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("1.1.1.1", 53)); leaks.append("udp")
except OSError: pass
for family in (socket.AF_PACKET, socket.AF_NETLINK):
    try:
        s = socket.socket(family, socket.SOCK_RAW); s.bind(("eth0", 0)) if family == socket.AF_PACKET else None
        if family == socket.AF_PACKET: leaks.append("raw")
    except OSError: pass
""",
)
attack(
    "system calls",
    """import ctypes, os, platform
libc = ctypes.CDLL(None, use_errno=True)
os.makedirs("here")
calls = {"mount": (b"none", b"here", b"tmpfs", 0, None), "umount2": (b"here", 2), "unshare": (0x10000000,),
         "chroot": (b"here",), "ptrace": (0, 0, 0, 0), "setns": (0, 0), "memfd_create": (b"x", 0),
         "swapon": (b"/x", 0), "shmget": (0, 4096, 0o1666), "msgget": (0, 0o1666),
         "setuid": (0,), "setgid": (0,), "personality": (0xffffffff,), "mknod": (b"n", 0o60666, 0x801)}
for name, arguments in calls.items():
    if getattr(libc, name)(*arguments) != -1: leaks.append(name)
if platform.machine() == "x86_64":
    for number, arguments in ((250, (0, -4, 1)), (425, (8, bytes(200))),
                              (310, (1, 0, 0, 0, 0, 0)), (272, (0x20000,)), (0x40000000 + 39, ()), (321, (0, 0, 0)),
                              (56, (0x10000000 | 17, 0, 0, 0, 0))):
        result = libc.syscall(number, *arguments)
        if result != -1: leaks.append(("syscall", number, result))
""",
)
attack(
    "limits cannot be raised",
    """import resource
for name in ("RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NPROC", "RLIMIT_NOFILE", "RLIMIT_CORE"):
    which = getattr(resource, name)
    soft, hard = resource.getrlimit(which)
    if hard == resource.RLIM_INFINITY: leaks.append(name)
    try:
        resource.setrlimit(which, (hard + 1, hard + 1)); leaks.append(name)
    except (ValueError, OSError): pass
""",
)
attack(
    "hides memory where no process is said to hold it",
    """import ctypes, mmap, os
libc = ctypes.CDLL(None, use_errno=True)
open("mine", "wb").write(bytes(1 << 20))
shared = {"flags": mmap.MAP_SHARED | mmap.MAP_ANONYMOUS}
tried = {
    "shared": lambda: mmap.mmap(-1, 1 << 20),
    "shared, to be made writable": lambda: mmap.mmap(-1, 1 << 20, prot=mmap.PROT_READ, **shared),
    "shared in a new way": lambda: mmap.mmap(-1, 1 << 20, flags=mmap.MAP_ANONYMOUS | 3),
    "a shared file": lambda: mmap.mmap(os.open("mine", os.O_RDWR), 1 << 20),
    "zeros": lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 1 << 20),
    "zeros that are read": lambda: mmap.mmap(os.open("/dev/zero", os.O_RDONLY), 1 << 20, prot=mmap.PROT_READ),
}
for name, attempt in tried.items():
    try: attempt(); leaks.append(name)
    except OSError: pass
given = (ctypes.c_size_t * 2)(ctypes.addressof(ctypes.create_string_buffer(4096)), 4096)
if libc.vmsplice(os.pipe()[1], given, 1, 0) != -1: leaks.append("pages in a pipe")
mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)[0] = 1
mmap.mmap(os.open("mine", os.O_RDONLY), 1 << 20, prot=mmap.PROT_READ)[0]
""",
)
attack(
    "has its memory written down when it crashes",
    """import ctypes, os, resource
libc, old_call = ctypes.CDLL(None, use_errno=True), {"x86_64": 160, "aarch64": 164}[os.uname().machine]
if libc.prctl(3, 0, 0, 0, 0) != 0: leaks.append("it may be dumped")
if libc.prctl(4, 1, 0, 0, 0) != -1: leaks.append("it makes itself be dumped")
if resource.getrlimit(resource.RLIMIT_CORE) != (1, 1): leaks.append(resource.getrlimit(resource.RLIMIT_CORE))
none = (ctypes.c_ulong * 2)(0, 0)
if libc.setrlimit(4, none) != -1 or libc.prlimit(0, 4, none, None) != -1: leaks.append("the limit is changed")
if libc.syscall(old_call, 4, none) != -1: leaks.append("the limit is changed by the old call")
""",
)
attack(
    "leaves a message",
    LEAVE := """import os, socket, tempfile
for path in ("message", "/tmp/message", "/dev/shm/message", "/var/tmp/message", os.path.expanduser("~/message")):
    try: open(path, "w").write("answer")
    except OSError: pass
try: s = socket.socket(socket.AF_UNIX); s.bind("\\0message"); s.listen()
except OSError: s = None
if not os.fork():
    os.setsid()
    if os.fork(): os._exit(0)
    import time
    while True: s.accept() if s else time.sleep(0.01)
import sys
sys.modules["course_utils.message"] = "answer"
np.message = "answer"
""",
)
attack(
    "finds a message of another submission",
    """import os, socket, sys
leaks += [path for path in ("message", "/tmp/message", "/dev/shm/message", "/var/tmp/message") if os.path.exists(path)]
try:
    socket.socket(socket.AF_UNIX).connect("\\0message"); leaks.append("socket")
except OSError: pass
if "course_utils.message" in sys.modules or hasattr(np, "message"): leaks.append("module")
left = [n for n in os.listdir("/tmp") + os.listdir(".") if not any(f"{p}/".startswith(f"/tmp/{n}/") for p in PREFIXES)]
if left: leaks.append(left)
""",
)
attack(
    "a setsid child that goes on",
    """import os, time
if not os.fork():
    os.setsid()
    if os.fork(): os._exit(0)
    while True: time.sleep(0.01)
""",
)
attack("a thread that goes on", "import threading, time\nthreading.Thread(target=lambda: time.sleep(1e6)).start()")
attack(
    "signals and exit handlers",
    """import atexit, signal, time
for number in range(1, 32):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
atexit.register(time.sleep, 1e6)
""",
)
attack(
    "global state left behind",
    """np.seterr(all="raise"); np.random.seed = None
import builtins, random, os
random.seed = os.listdir = None
keras.backend.set_floatx("float64")
""",
)

# --- forgeries --------------------------------------------------------------------------------------------------------

SECTIONS.append("Forged results")

FORGE = """import json, os, stat, struct
def is_pipe(n):
    try: return stat.S_ISFIFO(os.fstat(n).st_mode)
    except OSError: return False
pipe = next(filter(is_pipe, range(3, 64)))
def forge(header, blob=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    os.write(pipe, struct.pack(">II", len(text), len(blob)) + text + blob)
"""
WRONG_LAST = "\ndef teacher_forcing(targets, start):\n    return targets\n"
for name, source, status in [
    (
        "says right",
        'forge({"verdict": "2a.7", "status": "right", "hint": "well done"})\nforge({"end": True})\nos._exit(0)',
        "graded",
    ),
    (
        "sends zeros",
        'for n in range(3): forge({"seen": "2a.7", "seed": n, "arrays": [["inputs", "<i8", [1, 1]]]}, bytes(8))'
        '\nforge({"end": True})\nos._exit(0)',
        "graded",
    ),
    (
        "sends objects",
        'forge({"seen": "2a.7", "seed": 0, "arrays": [["inputs", "|O", [1]]]}, bytes(8))',
        "no valid answer",
    ),
    (
        "announces more than it sends",
        'forge({"seen": "2a.7", "seed": 0, "arrays": [["inputs", "<i8", [1099511627775]]]}, bytes(8))',
        "no valid answer",
    ),
    (
        "sends a negative shape",
        'forge({"seen": "2a.7", "seed": 0, "arrays": [["inputs", "<i8", [-1]]]}, b"")',
        "no valid answer",
    ),
    ("sends no JSON", "os.write(pipe, os.urandom(1 << 16))", "no valid answer"),
    ("sends deep JSON", 'forge(b"[" * 60_000)', "no valid answer"),
    ("sends a list", "forge([1, 2])", "no valid answer"),
    (
        "sends a hint to draw on the terminal with",
        'forge({"verdict": "2a.7", "status": "wrong", "hint": "\\x1b[2J\\r\\n\\u202e" * 3_000})\n'
        'forge({"end": True})\nos._exit(0)',
        "graded",
    ),
    (
        "sends text in place of numbers",
        'text = np.resize(np.frombuffer(b"\\x1b[31mno\\n", "u1"), 3_600_000).tobytes()\n'
        'for n in range(3): forge({"seen": "2a.7", "seed": n, "arrays": [["inputs", "|u1", [3_600_000]]]}, text)'
        '\nforge({"end": True})\nos._exit(0)',
        "graded",
    ),
    ("sends without end", 'while True: forge({"cell": 0})', "any"),
    ("sends half a frame", 'os.write(pipe, struct.pack(">II", 1000, 0))\nos._exit(0)', "ended Python"),
    ("sends a pickle", "import pickle\nforge(pickle.dumps(os.system), pickle.dumps(os.system))", "no valid answer"),
    ("sends NaN for a number", "forge(b'{\"cell\": NaN}')", "no valid answer"),
    ("sends 1e999", 'forge(b\'{"seen": "2a.7", "seed": 1e999, "arrays": []}\')', "no valid answer"),
    ("sends numbers too long to read", 'forge(b\'{"cell": \' + b"9" * 50_000 + b"}")', "no valid answer"),
    (
        "sends arrays to drown the judge in",
        'shape = [["inputs", "|i1", [1 << 23, 1]]]\n'
        'for n in range(3): forge({"seen": "2a.7", "seed": n, "arrays": shape}, bytes(1 << 23))\n'
        'forge({"end": True})\nos._exit(0)',
        "graded",
    ),
    ("reads its own pipe", 'while True: open(f"/proc/self/fd/{pipe}", "rb").read(1 << 16)', "any"),
    (
        "writes from another program",
        """import sys
code = "import json,os,struct\\nh=json.dumps(dict(verdict='2a.7',status='right',hint='')).encode()\\n"
code += "os.write(9, struct.pack('>II', len(h), 0) + h)"
os.dup2(pipe, 9, True)
os.execv(sys.executable, [sys.executable, "-S", "-c", code])""",
        "ended Python",
    ),
    ("blames another", 'forge({"probe": "2a.1"})\nos._exit(1)', "ended Python"),
]:
    attack(f"forges: {name}", FORGE + source + WRONG_LAST, status, wrong=dict.fromkeys(ALL, ""), open=(), note="forged")
for name, source in [
    ("NumPy", "np.allclose = np.array_equal = lambda *a, **k: True\nnp.array = np.asarray = lambda *a, **k: 0"),
    (
        "the checks",
        "from course_utils import checks\nchecks.observe = lambda *a: checks.Verdict('2a.7', '', 'right')\n"
        "checks.Check.judge = lambda *a: None\nchecks.decide = lambda *a: checks.Verdict('2a.7', '', 'right')\n"
        "for c in checks.REGISTRY.values(): type(c).probe = lambda *a: {'inputs': 0}",
    ),
    (
        "the worker",
        "import __main__ as worker, sys\nworker = sys.modules['__main__']\n"
        "worker.Submission.observe = staticmethod(lambda *a: {'inputs': np.zeros((4, 7), int)})\n"
        "worker.Reporter.verdict = lambda self, e, *a: self.send({'verdict': e, 'status': 'right', 'hint': ''})",
    ),
    ("json", 'import json\njson.dumps = lambda *a: \'{"verdict": "2a.7", "status": "right", "hint": ""}\''),
]:
    attack(f"patches {name}", source + WRONG_LAST, "any", wrong=dict.fromkeys(ALL, ""), open=(), note="forged")

# --- files that are no notebooks --------------------------------------------------------------------------------------

SECTIONS.append("Files that are no notebooks")

for name, data, note in [
    ("empty", b"", "empty"),
    ("not JSON", b"%PDF-1.7 \x00\xff", "not JSON"),
    ("JSON but no notebook", b"[1, 2, 3]", "no cells"),
    ("no cells", b'{"nbformat": 4}', "no cells"),
    ("deep JSON", b"[" * 200_000, "not JSON"),
    ("null", b"null", "no cells"),
    ("a number of a million digits", b'{"cells": [], "metadata": ' + b"9" * 1_000_000 + b"}", "not JSON"),
    (
        "100,000 cells of code",
        b'{"cells": [' + b'{"cell_type":"code","source":"x"},' * 100_000 + b"null]}",
        "cells of code",
    ),
    ("cells in a dictionary", b'{"cells": {"0": {"cell_type": "code", "source": "1"}}}', "no cells"),
    ("millions of empty lists", b"[" + b"[]," * 5_000_000 + b"0]", "no cells"),
    ("another program's zip", b"PK\x03\x04" + bytes(1000), "not JSON"),
    ("half a file", answered()[:500], "not JSON"),
]:
    kind(f"file: {name}", data, "unreadable", open=ALL, note=note)
kind("another notebook", notebook("print('hello')"), "no lesson", open=ALL, note="neither markers")


# --- the table of verdicts ------------------------------------------------------------------------------------------

TABLE_FILE = REPOSITORY / "docs" / "grading-corpus.md"
HEAD = """\
# What becomes of {count} submissions

Each row is a file that somebody might hand in for lesson 2a, and the verdict on its exercises 2a.1 to 2a.7: ✓ right,
✗ wrong, ○ not attempted, – not graded. `tests/test_grading.py` grades them all and fails where one gets another
verdict, finds a file, a process or a network that it must not see, or leaves something behind. The attacks answer the
last exercise rightly *unless* they find what they look for, so their ✓ says that they found nothing.

Written by `PYTHONPATH=tests .venv/bin/python -m submissions`; a test compares it with the corpus.
"""


def table():
    """docs/grading-corpus.md: every kind with its verdict."""
    lines = [HEAD.format(count=len(CORPUS))]
    for section in SECTIONS:
        lines += [f"## {section}", "", "| submission | status | verdicts | hint, or note |", "|---|---|---|---|"]
        for one in CORPUS:
            if one.section == section:
                symbols = "".join(SYMBOL[one.verdict(exercise)] for exercise in ALL)
                told = " · ".join(dict.fromkeys(filter(None, one.wrong.values()))) or one.note
                if one.note == "forged":
                    symbols, told = "no ✓", ""
                elif one.status in ("unreadable", "no lesson"):
                    symbols = ""
                status = "graded, or why not" if one.status == "any" else one.status
                lines.append(f"| {one.name} | {status} | {symbols} | {escape(told, quote=False)} |")
        lines.append("")
    return "\n".join(lines)
