"""Every guard of the validation bites: notebooks are executed for real, spoilt, and validated with nbval."""

import copy
import json
import xml.etree.ElementTree as ElementTree

import pytest

from course_utils import bars
from course_utils.notebook.results import RECORD_MIME, VERDICTS_MIME
from course_utils.tools import runner, validate
from course_utils.tools.notebooks import dumps, read
from course_utils.tools.updating import updated

IGNORE = ["nbval-ignore-output"]
BARS = """
headline = "accuracy"
["accuracy"]
floor = { quick = 0.8 }
within = 0.05
["on noise"]
within = 0.5
floor = { quick = 0.3 }
["against the bag"]
within = 0.5
["speed"]
timed = true
[claims.C5]
shows = "accuracy"
holds = ["r['accuracy'] > 0.85", "r['on noise'] > 0.4"]
[claims.C42]
shows = "accuracy"
holds = ["r['speed'] < 2.5e9"]
"""
VERDICTS = f"""\
from IPython.display import display
found = {{"C5": "holds here", "C42": "holds here"}}
display({{"text/plain": "“It is so.” 0.9", {VERDICTS_MIME!r}: found}}, raw=True)"""
GOOD = [  # cells 4, 5, ...
    'print("loss 0.2330 after", 120, "steps")',
    "import numpy as np\nnp.array([9.999, 0.5]), {'words': 7}",
    'record("accuracy", 0.9, data="toy", rival=("chance", 0.5))',
    ("print(0.5)", ["tolerance=0.05"]),
    'import sys\nprint("a warning of this machine", file=sys.stderr)',
    ("import time\nprint(time.time())", IGNORE),
    ('record("on noise", 0.5, data="toy")\nrecord("speed", time.time(), data="toy")', IGNORE),
    "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\nprint('from 1 to 2')",
    'record("against the bag", 0.5, data="toy", rival=("bag", 0.4))',
    VERDICTS,
]


def cell(notebook, number):
    return notebook["cells"][number - 1]


def replace(notebook, number, old, new):
    """Change the outputs of one cell in the reference."""
    text = json.dumps(cell(notebook, number)["outputs"])
    assert old in text
    cell(notebook, number)["outputs"] = json.loads(text.replace(old, new))


def row(notebook, number, place=0):
    """A row of `record` in the reference outputs of a cell."""
    return cell(notebook, number)["outputs"][place]["data"][RECORD_MIME]


def noisy(notebook):
    """What another machine may do to floats and to the clock."""
    replace(notebook, 4, "0.2330", "0.2331")
    replace(notebook, 5, "[9.999, 0.5  ]", "[10.001, 0.5   ]")
    row(notebook, 6)["value"] = 0.93
    row(notebook, 6)["rival"][1] = 0.46
    replace(notebook, 7, "0.5", "0.54")
    replace(notebook, 9, "1", "2")
    row(notebook, 10, 1)["value"] *= 2  # so that C42, which rests on the clock, does not hold in the reference
    replace(notebook, 13, "0.9", "0.93")
    replace(notebook, 13, '"C42": "holds here"', '"C42": "does not hold here"')


def altered(notebook):
    """One change in most cells that the comparison must notice; {test: what it should say}."""
    replace(notebook, 4, "120", "121")
    replace(notebook, 5, "9.999", "9.98")
    row(notebook, 6)["value"] = 0.96
    replace(notebook, 7, "0.5", "0.56")
    row(notebook, 10)["data"] = "imdb_reviews"
    replace(notebook, 11, "from", "From")
    replace(notebook, 13, "It is so", "It is hardly so")
    words = {4: "120", 5: "9.98", 6: "value is 0.96", 7: "0.56", 10: "data is 'imdb_reviews'", 11: "From", 13: "hardly"}
    return {f"cell {number}": said for number, said in words.items()}


def altered_more(notebook):
    """Another change in each of them."""
    replace(notebook, 4, "0.2330", "0.2350")
    replace(notebook, 5, "words", "letters")
    row(notebook, 6)["rival"] = None
    cell(notebook, 7)["outputs"] = []
    cell(notebook, 9)["outputs"] = []
    del cell(notebook, 10)["outputs"][1]
    del cell(notebook, 11)["outputs"][0]
    replace(notebook, 13, '"C5": "holds here"', '"C5": "holds in part"')
    words = {4: "0.2350", 5: "letters", 6: "the rival is None", 7: "this run '0.5'", 9: "stripped"}
    words |= {10: "the reference records 1 results", 11: "displays 0", 13: "the verdict on C5 is holds in part"}
    lost = {"guards": "altered_more.toml has an entry for 'speed', which the notebook does not record"}
    return {f"cell {number}": said for number, said in words.items()} | lost


def missed(notebook):
    """A reference in which every bar is reached, of a notebook that reaches none of three; what the test of bars says.

    The tolerances are wide, so that no cell fails by itself.
    """
    cell(notebook, 10)["source"] = cell(notebook, 10)["source"].replace('"on noise", 0.5', '"on noise", 0.2')
    cell(notebook, 12)["source"] = cell(notebook, 12)["source"].replace('"bag", 0.4', '"bag", 0.6')
    return [
        "against the bag is 0.500 on toy; it should beat bag, 0.600",
        "on noise is 0.200 on toy; it should be at least 0.3",
        "the verdict on C5 is 'holds here' in the reference, 'holds in part' now",
    ]


def stripped(notebook):
    """What `jupyter nbconvert --clear-output` leaves."""
    for each in notebook["cells"]:
        if each["cell_type"] == "code":
            each |= {"outputs": [], "execution_count": None}


UNGUARDED = [  # cells that nbval alone would let pass
    "!false",
    ("1 / 0", ["raises-exception"]),
    ("1 / 0", ["nbval-skip"]),
    "# NBVAL_SKIP\n1 / 0",
    "x = 1;",
    "x = 2;  # quietly",
    ("x = 3", ["tolerance=much"]),
    "x = 4",
    "x = 5",
    "%matplotlib inline",
]


def unguarded(notebook):
    """References that nbval alone would not compare; {cell number: what the guards should say}."""
    for number in (5, 6, 7):
        error = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": []}
        cell(notebook, number)["outputs"] = [error]
    cell(notebook, 11)["execution_count"] = None
    cell(notebook, 12)["execution_count"] = 99
    return {
        4: ["line 1 is not plain Python"],
        5: ["an error, ZeroDivisionError", "'raises-exception'"],
        6: ["an error, ZeroDivisionError", "'nbval-skip'"],
        7: ["an error, ZeroDivisionError", "'# NBVAL_SKIP'"],
        8: ["ends with ';'"],
        9: ["ends with ';'"],
        10: ["tolerance= tag"],
        11: ["no execution count"],
        12: ["execution count is 99, not 11"],
        13: ["line 1 is not plain Python"],
    }


@pytest.fixture(scope="module")
def validated(tmp_path_factory, write_notebook, solutions_of):
    """(pytest's exit code, {(notebook, test): its failure message or None}, {notebook: what it should say})."""
    folder = tmp_path_factory.mktemp("validated") / "solutions"
    good = write_notebook(folder / "good.ipynb", *GOOD)
    good.with_suffix(".toml").write_text(BARS)
    table = bars.parse(BARS, "good")
    with solutions_of(folder.parent):
        node, run = runner.run_notebook(good, folder / "build", None, {})
    assert run["outcome"] == "ok"
    reference = updated(node, read(good), {}, table)
    cell(reference, 8)["outputs"] = []  # a stderr output: the reference has none, this run will
    expected = {}
    for change in (lambda notebook: None, noisy, altered, altered_more, missed, stripped):
        notebook = copy.deepcopy(reference)
        name = "good" if change.__name__ == "<lambda>" else change.__name__
        expected[name] = change(notebook)
        (folder / f"{name}.ipynb").write_text(dumps(notebook))
        (folder / f"{name}.toml").write_text(BARS)

    notebook = read(write_notebook(folder / "unguarded.ipynb", *UNGUARDED))
    notebook = updated(notebook, notebook, {}, table)
    expected["unguarded"] = unguarded(notebook)
    (folder / "unguarded.ipynb").write_text(dumps(notebook))
    (folder / "unguarded.toml").write_text("")

    report = folder / "report.xml"
    code = validate.validate(sorted(folder.glob("*.ipynb")), 60, ["--junitxml", str(report)])
    results = {}
    for case in ElementTree.parse(report).iter("testcase"):
        failure = case.find("failure")
        text = None if failure is None else f"{failure.get('message')}\n{failure.text}"
        results[case.get("classname").removesuffix(".ipynb"), case.get("name")] = text
    return code, results, expected


def failures(validated, notebook):
    """{test: failure message} of one notebook's failed tests."""
    found = {test: text for (name, test), text in validated[1].items() if name == notebook}
    assert {"guards", "bars"} < found.keys() and len(found) > 10
    return {test: text for test, text in found.items() if text is not None}


@pytest.mark.parametrize("notebook", ["good", "noisy"])
def test_a_faithful_reference_passes(validated, notebook):
    assert failures(validated, notebook) == {}


@pytest.mark.parametrize("notebook", ["altered", "altered_more"])
def test_every_change_is_noticed_and_named(validated, notebook):
    """And only the changed cells fail: a cell that differs has recorded its results all the same."""
    found, expected = failures(validated, notebook), validated[2][notebook]
    assert found.keys() == expected.keys()
    for test, words in expected.items():
        assert words in found[test]


def test_a_run_that_misses_a_bar_a_rival_or_a_verdict_fails_though_every_cell_agrees(validated):
    found = failures(validated, "missed")
    assert found.keys() == {"bars"}
    assert sorted(found["bars"].strip().split("\n")[-3:]) == validated[2]["missed"]


def test_a_stripped_notebook_fails(validated):
    guards = failures(validated, "stripped")["guards"]
    for number in range(2, 14):
        assert f"cell {number}: it has no execution count" in guards


def test_what_nbval_alone_would_pass_is_guarded(validated):
    found = failures(validated, "unguarded")
    assert found.keys() == {"guards", "cell 10"}  # but for the unreadable tolerance, no cell fails by itself
    sentences = found["guards"].strip().split("\n")
    for number, words in validated[2]["unguarded"].items():
        for word in words:
            assert any(line.startswith(f"cell {number}: ") and word in line for line in sentences), (number, word)


def test_one_failure_fails_the_command(validated):
    assert validated[0] == 1


# --- the guards that read the reference -----------------------------------------------------------------------


def executed(source, *outputs):
    """A notebook of one executed cell."""
    made = {"cell_type": "code", "source": source, "metadata": {}, "outputs": list(outputs), "execution_count": 1}
    return {"cells": [made]}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text + "\n"}


def recorded(name, value=0.9):
    kept = {"name": name, "value": value, "rival": None, "data": "toy", "profile": "quick", "lesson": "9z"}
    return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "…", RECORD_MIME: kept}}


def guards(notebook, toml='headline = "a"\n["a"]'):
    """What the guards say of a notebook that also records the result "a"."""
    notebook["cells"].append(executed("record()", recorded("a"))["cells"][0] | {"execution_count": 2})
    return "\n".join(validate.guard(notebook, bars.parse(toml, "9z")))


@pytest.mark.parametrize(
    ("source", "text", "word"),
    [
        (
            "# check: 9z.1\nf = check('9z.1', f)",
            "✗ 9z.1 f: the hint",
            "does not pass its own check: ✗ 9z.1 f: the hint",
        ),
        ("# check: 9z.1\nf = check('9z.1', f)", "○ 9z.1 f not attempted yet", "does not pass its own check"),
        ("x", "<History at 0x7f4c91bfd0>", "an address in memory"),
    ],
)
def test_a_reference_that_nobody_should_publish_is_guarded(source, text, word):
    assert word in guards(executed(source, stream(text)))
    assert guards(executed(source, stream("✓ 9z.1 f"))) == ""


def test_stderr_in_the_reference_is_guarded():
    assert "stderr" in guards(executed("x", stream("a warning", "stderr")))
    assert guards(executed("x")) == ""


def test_a_notebook_without_code_is_guarded():
    assert "there is no code cell to validate" in validate.guard({"cells": []}, bars.parse("", "9z"))


ONE = 'headline = "a"\n["a"]\n'


@pytest.mark.parametrize(
    ("outputs", "toml", "said"),
    [
        ([recorded("b")], ONE, "the result 'b' has no entry in 9z.toml"),
        ([], ONE + '["b"]', "9z.toml has an entry for 'b', which the notebook does not record"),
        ([recorded("a")], ONE, "the result 'a' is recorded twice"),
        ([], '["a"]', "the headline '' is not among the results"),
        ([], ONE + "floor = 0.95", "a is 0.900 on toy; it should be at least 0.95"),
        ([], ONE + "within = 0.9", "a is 0.9 ± 0.9, with neither a bar nor a rival: all would pass"),
        ([], ONE + '[claims.C5]\nshows = "a"\nholds = []', "the verdict on C5 has no condition"),
        ([], ONE + '[claims.C5]\nshows = "a"\nholds = ["1 > 0"]', "the condition '1 > 0' of C5 names no result"),
        ([], ONE + '[claims.C5]\nshows = "a"\nholds = ["r[\'c\'] > 0"]', "of C5 names 'c', which is not among"),
        ([], ONE + '[claims.C5]\nshows = "a"\nholds = ["abs(r[\'a\']) > -1"]', "of C5 comes out true whatever"),
    ],
)
def test_a_table_that_does_not_fit_its_reference_is_guarded(outputs, toml, said):
    assert said in guards(executed("x", *outputs), toml)
    assert guards(executed("x"), ONE) == ""


# --- the command ----------------------------------------------------------------------------------------------


def test_a_missing_table_is_one_sentence(tmp_path, write_notebook):
    path = write_notebook(tmp_path / "solutions" / "9z_small.ipynb")
    with pytest.raises(validate.CourseError, match=r"there is no solutions/9z_small\.toml; it says what must hold"):
        validate.validate([path])


def test_without_nbval_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(validate.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(validate.CourseError, match=r"pip install nbval pytest pytest-xdist"):
        validate.validate([tmp_path / "any.ipynb"])
