"""`course check`: nbval over the solutions, with guards against what nbval lets pass.

As a pytest plugin (`pytest --nbval -p course_utils.tools.validate NOTEBOOK ...`) this module replaces the tests
that nbval makes of a notebook. Each notebook has one more, "guards", which reads the reference only and names
every cell whose outputs would not be compared, or whose failure would pass; and outputs are compared with a
tolerance for floats, exactly for integers and text. Cells are numbered from 1 among all cells.
"""

import ast
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

from course_utils.notebook import RECORD_MIME
from course_utils.tools.notebooks import (
    CourseError,
    check_lines,
    find_notebooks,
    goal_pictures,
    merged,
    solutions_folder,
)
from course_utils.tools.results import close, record_difference
from course_utils.tools.runner import kernel_environment

FLOAT = re.compile(r"(?<![\w.])([-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?\d+[eE][-+]?\d+)(?!\d)(?!\.\d)")
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
TOLERANCE_TAG = "tolerance="
IGNORE_TAG = "nbval-ignore-output"
KNOWN_TAGS = (IGNORE_TAG, "nbval-check-output")
FORBIDDEN_TAGS = ("raises-exception", "skip-execution")  # and every nbval- tag besides the known ones
NBVAL_COMMENT = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)


# --- comparing outputs --------------------------------------------------------------------------------------


def pieces(text):
    """A text as (the parts between its floats, the floats).

    A float is a number with a decimal point or an exponent. Blanks beside it, the width of its column, are no text.
    """
    parts = FLOAT.split(text)
    between, last = parts[::2], len(parts) // 2
    between = [part if i == 0 else part.lstrip(" ") for i, part in enumerate(between)]
    between = [part if i == last else part.rstrip(" ") for i, part in enumerate(between)]
    return between, parts[1::2]


def text_difference(reference, fresh, tolerance=None):
    """What differs between two texts, as one sentence, or None: floats with a tolerance, the rest exactly."""
    (our_text, our_floats), (their_text, their_floats) = pieces(reference), pieces(fresh)
    if our_text == their_text:
        for left, right in zip(our_floats, their_floats, strict=True):
            if not close(float(left), float(right), tolerance):
                return f"the reference has {left}, this run {right}"
        return None
    for left, right in zip(reference.split("\n"), fresh.split("\n"), strict=False):
        if pieces(left)[0] != pieces(right)[0]:
            return f"the reference has the line {left!r}, this run {right!r}"
    return f"the reference has {len(reference.splitlines())} lines, this run {len(fresh.splitlines())}"


def bundles(outputs):
    """The data of displayed outputs, in order: what is shown, as {mime type: content}."""
    return [output["data"] for output in outputs if output["output_type"] in ("display_data", "execute_result")]


def printed(outputs):
    """All that was printed to stdout."""
    return "".join(o["text"] for o in merged(outputs) if o["output_type"] == "stream" and o["name"] == "stdout")


def records(outputs):
    """The record rows among outputs, in order."""
    return [data[RECORD_MIME] for data in bundles(outputs) if RECORD_MIME in data]


def record_differences(reference, fresh):
    """Sentences on how the record rows among two lists of outputs differ."""
    ours, theirs = records(reference), records(fresh)
    if len(ours) != len(theirs):
        return [f"the reference has {len(ours)} records, this run {len(theirs)}"]
    found = [record_difference(left, right) for left, right in zip(ours, theirs, strict=True)]
    return [sentence for sentence in found if sentence]


def differences(reference, fresh, tolerance=None):
    """Sentences on how two lists of outputs differ (none when they agree).

    stdout and displayed outputs are compared, each in its order; stderr is not, pictures only in their number
    and place. A record is compared as a record; text/html as text where no text/plain stands beside it.
    tolerance: the absolute tolerance of floats, or None for the default.
    """
    found = record_differences(reference, fresh)
    sentence = text_difference(printed(reference), printed(fresh), tolerance)
    found += [f"printed: {sentence}"] if sentence else []
    ours, theirs = bundles(reference), bundles(fresh)
    if len(ours) != len(theirs):
        return [*found, f"the reference displays {len(ours)} outputs, this run {len(theirs)}"]
    for left, right in zip(ours, theirs, strict=True):
        if left.keys() != right.keys():
            found.append(f"the reference displays {sorted(left)}, this run {sorted(right)}")
        elif RECORD_MIME not in left:
            for mime in ("text/plain",) if "text/plain" in left else [m for m in left if m.startswith("text/")]:
                sentence = text_difference(left[mime], right[mime], tolerance)
                found += [f"displayed ({mime}): {sentence}"] if sentence else []
    return found


# --- guards on the reference --------------------------------------------------------------------------------


def tolerance_of(cell):
    """The number in the cell's tag `tolerance=NUMBER`, or None. Raises ValueError when it is not a number."""
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag.startswith(TOLERANCE_TAG)]
    return float(tags[0].removeprefix(TOLERANCE_TAG)) if tags else None


def ends_with_semicolon(source):
    """True where the last token of a cell, comments aside, is a semicolon."""
    silent = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(source).readline) if token.type not in silent]
    return bool(tokens) and tokens[-1].string == ";"


def guard_cell(cell):
    """Sentences on what would keep one code cell from being validated."""
    source, outputs = cell["source"], cell["outputs"]
    if not source.strip():
        yield "it is empty"
    try:
        ast.parse(source)
    except SyntaxError as error:
        yield f"line {error.lineno} is not plain Python; a failing shell line or magic would pass unnoticed"
    else:
        if ends_with_semicolon(source):
            yield "it ends with ';', which silences nothing here"
    if cell["execution_count"] is None:
        yield "it has no execution count, so its outputs would not be compared; run `course run --update`"
    for output in outputs:
        if output["output_type"] == "error":
            yield f"its reference output is an error, {output['ename']}"
        elif output["output_type"] == "stream" and output["name"] == "stderr":
            yield f"its reference output holds stderr, {output['text'].strip().splitlines()[:1]}"
        elif ADDRESS.search(str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))):
            yield "its reference output holds an address in memory, which differs in every run; assign the value"
    for tag in cell["metadata"].get("tags", []):
        if tag in FORBIDDEN_TAGS or (tag.startswith("nbval-") and tag not in KNOWN_TAGS):
            yield f"the tag {tag!r} would keep it from being validated"
    if comment := NBVAL_COMMENT.search(source):
        yield f"the comment {comment[0].strip()!r} steers the validation; use a cell tag"
    try:
        tolerance_of(cell)
    except ValueError:
        yield f"the number of its {TOLERANCE_TAG} tag cannot be read"


def guard(notebook):
    """Sentences on every cell of a reference notebook that would not be validated, or whose failure would pass."""
    count, in_order = 0, True
    for number, cell in enumerate(notebook["cells"], 1):
        if cell["cell_type"] == "code":
            count += 1
            yield from (f"cell {number}: {sentence}" for sentence in guard_cell(cell))
            if in_order and cell["execution_count"] not in (None, count):
                in_order = False  # one sentence: the cells below are off by as much
                yield f"cell {number}: its execution count is {cell['execution_count']}, not {count}: run it anew"
    if not count:
        yield "there is no code cell to validate"
    for number, line in check_lines(notebook):
        if not line.startswith("✓"):
            yield f"cell {number}: the solution does not pass its own check: {line}"
    if len({picture for picture in goal_pictures(notebook) if picture}) > 1:
        yield "show_goal shows another picture than the goal cell makes; run `course run --update`"


# --- the pytest plugin --------------------------------------------------------------------------------------


def pytest_configure(config):
    """Let nbval's notebook files yield the course's tests."""
    import nbval.plugin as nbval
    import pytest

    class Guards(pytest.Item):
        """The test that reads the reference."""

        def runtest(self):
            found = list(guard(self.parent.nb))
            if found:
                raise AssertionError("\n".join(found))

        def repr_failure(self, excinfo):
            return str(excinfo.value)

        def reportinfo(self):
            return self.path, 0, f"{self.path.name}: guards"

    class CourseCell(nbval.IPyNbCell):
        """A code cell, compared with a tolerance; records are compared also where outputs are ignored."""

        def compare_outputs(self, test, ref, skip_compare=None):
            self.comparison_traceback = differences(ref, test, tolerance_of(self.cell))
            return not self.comparison_traceback

        def runtest(self):
            super().runtest()
            reference, fresh = self.cell.outputs, self.test_outputs or []
            if not self.options["check"] and self.cell.execution_count is not None:
                if (printed(fresh) or bundles(fresh)) and not (printed(reference) or bundles(reference)):
                    self.raise_cell_error("The reference has no outputs, this run has", "were they stripped?")
                found = record_differences(reference, fresh)
                if found:
                    self.raise_cell_error("Cell outputs differ", "\n".join(found))

        def reportinfo(self):
            return self.path, 0, f"{self.path.name}: cell {self.cell_num}"

    collect_cells = nbval.IPyNbFile.collect

    def collect(self):
        """The guards of a notebook, then its code cells, numbered as a reader counts them."""
        cells = list(collect_cells(self))
        numbers = [number for number, cell in enumerate(self.nb.cells, 1) if cell.cell_type == "code"]
        yield Guards.from_parent(self, name="guards")
        for number, item in zip(numbers, cells, strict=True):
            options = {"cell_num": number, "cell": item.cell, "options": item.options}
            yield CourseCell.from_parent(self, name=f"cell {number}", **options)

    nbval.IPyNbFile.collect = collect


# --- the command --------------------------------------------------------------------------------------------


def validate(paths, timeout=300, arguments=()):
    """Validate notebooks with pytest, in a temporary folder that holds copies of them. Returns pytest's exit code.

    paths: notebook files. timeout: longest time for one cell, in seconds. arguments: more for pytest.
    Raises CourseError when nbval is not installed.
    """
    if importlib.util.find_spec("nbval") is None or importlib.util.find_spec("pytest") is None:
        raise CourseError("validating needs nbval, which is not installed: pip install nbval pytest.")
    with tempfile.TemporaryDirectory(prefix="course-check-", ignore_cleanup_errors=True) as scratch:
        settings, working = Path(scratch, "ipython"), Path(scratch, "solutions")
        settings.mkdir()
        working.mkdir()
        for path in paths:
            shutil.copyfile(path, working / path.name)
        command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "course_utils.tools.validate"]
        command += ["--rootdir", str(working), "--nbval", "--nbval-current-env", "--nbval-cell-timeout", f"{timeout:g}"]
        command += [*arguments, *(path.name for path in paths)]
        return subprocess.run(command, cwd=working, env=kernel_environment(settings)).returncode


def main(arguments):
    """`course check [LESSON ...]`."""
    return validate(find_notebooks(solutions_folder(), arguments.lesson), arguments.timeout)
