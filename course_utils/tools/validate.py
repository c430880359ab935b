"""`course check`: nbval over the solutions, with guards against what nbval lets pass.

As a pytest plugin (`pytest --nbval -p course_utils.tools.validate NOTEBOOK ...`) this module replaces the tests
that nbval makes of a notebook. Each notebook has one more, "guards", which reads the reference only and names
every cell whose outputs would not be compared, or whose failure would pass; and outputs are compared with a
tolerance for floats, exactly for integers and text. Cells are numbered from 1 among all cells.
"""

import ast
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from pathlib import Path

from course_utils import bars
from course_utils.tools import results
from course_utils.tools.compare import (
    IGNORE_TAG,
    TOLERANCE_TAG,
    bundles,
    differences,
    printed,
    row_differences,
    rows,
    tolerance_of,
)
from course_utils.tools.kernel import kernel_environment
from course_utils.tools.notebooks import CourseError, check_lines, find_notebooks, goal_pictures, solutions_folder

ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
KNOWN_TAGS = (IGNORE_TAG, "nbval-check-output")
FORBIDDEN_TAGS = ("raises-exception", "skip-execution")  # and every nbval- tag besides the known ones
NBVAL_COMMENT = re.compile(r"^\s*#+\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)\s*$", re.MULTILINE)


# --- guards on the reference --------------------------------------------------------------------------------


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


def guard(notebook, table):
    """Sentences on all that would not be validated in a reference notebook, or whose failure would pass.

    table: its bars.Bars; what its results do not reach is said, too.
    """
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
    for name in results.twice(notebook):
        yield f"the result {name!r} is recorded twice"
    recorded = results.rows_in(notebook)
    yield from bars.flaws(table, recorded)
    yield from bars.misses(table, recorded, "quick")


# --- the pytest plugin --------------------------------------------------------------------------------------


def pytest_configure(config):
    """Let nbval's notebook files yield the course's tests."""
    import nbval.plugin as nbval
    import pytest

    def table_of(file):
        """The bars of a notebook's file."""
        return bars.parse(file.path.with_suffix(".toml").read_text(encoding="utf-8"), file.path.stem)

    class Sentences(pytest.Item):
        """A test that fails with one sentence for each thing that is wrong."""

        def runtest(self):
            found = list(self.found())
            if found:
                raise AssertionError("\n".join(found))

        def repr_failure(self, excinfo):
            return str(excinfo.value)

        def reportinfo(self):
            return self.path, 0, f"{self.path.name}: {self.name}"

    class Guards(Sentences):
        """The test that reads the reference and its table."""

        def found(self):
            return guard(self.parent.nb, table_of(self.parent))

    class Bars(Sentences):
        """The test of this run's results, once all cells have run: floors, rivals, verdicts."""

        def found(self):
            table, fresh = table_of(self.parent), {row["name"]: row for row in self.parent.fresh}
            yield from bars.misses(table, fresh, "quick")
            reference = results.rows_in(self.parent.nb)
            for claim in table.claims.values():
                if table.timed(claim):
                    continue
                then, now = bars.verdict(claim, reference), bars.verdict(claim, fresh)
                if then != now:
                    yield f"the verdict on {claim.id} is {then!r} in the reference, {now!r} now"

    class CourseCell(nbval.IPyNbCell):
        """A code cell, compared with a tolerance; results are compared also where outputs are ignored."""

        def compare_outputs(self, test, ref, skip_compare=None):
            self.comparison_traceback = differences(ref, test, table_of(self.parent), tolerance_of(self.cell))
            return not self.comparison_traceback

        def runtest(self):
            try:
                super().runtest()
            finally:  # a cell that differs has recorded its results all the same
                self.parent.fresh += rows(self.test_outputs or [])
            reference, fresh = self.cell.outputs, self.test_outputs or []
            if not self.options["check"] and self.cell.execution_count is not None:
                if (printed(fresh) or bundles(fresh)) and not (printed(reference) or bundles(reference)):
                    self.raise_cell_error("The reference has no outputs, this run has", "were they stripped?")
                found = row_differences(reference, fresh, table_of(self.parent))
                if found:
                    self.raise_cell_error("Cell outputs differ", "\n".join(found))

        def reportinfo(self):
            return self.path, 0, f"{self.path.name}: cell {self.cell_num}"

    collect_cells = nbval.IPyNbFile.collect

    def collect(self):
        """The guards of a notebook, its code cells, numbered as a reader counts them, and the bars of its results."""
        self.fresh = []
        cells = list(collect_cells(self))
        numbers = [number for number, cell in enumerate(self.nb.cells, 1) if cell.cell_type == "code"]
        yield Guards.from_parent(self, name="guards")
        for number, item in zip(numbers, cells, strict=True):
            options = {"cell_num": number, "cell": item.cell, "options": item.options}
            yield CourseCell.from_parent(self, name=f"cell {number}", **options)
        yield Bars.from_parent(self, name="bars")

    nbval.IPyNbFile.collect = collect


# --- the command --------------------------------------------------------------------------------------------


def validate(paths, timeout=300, arguments=(), jobs=None):
    """Validate notebooks with pytest, in a temporary folder that holds copies of them. Returns pytest's exit code.

    paths: notebook files. timeout: longest time for one cell, in seconds. arguments: more for pytest.
    jobs: how many notebooks at a time; one per core, if None. What depends on the clock is not compared anyway.
    Raises CourseError when nbval is not installed.
    """
    if any(importlib.util.find_spec(name) is None for name in ("nbval", "pytest", "xdist")):
        raise CourseError("validating needs nbval, which is not installed: pip install nbval pytest pytest-xdist.")
    jobs = min(jobs or os.cpu_count() or 1, len(paths))
    with tempfile.TemporaryDirectory(prefix="course-check-", ignore_cleanup_errors=True) as scratch:
        settings, working = Path(scratch, "ipython"), Path(scratch, "solutions")
        settings.mkdir()
        working.mkdir()
        for path in paths:
            for file in (path, path.with_suffix(".toml")):
                if not file.is_file():
                    raise CourseError(
                        f"there is no {file.parent.name}/{file.name}; it says what must hold of the results."
                    )
                shutil.copyfile(file, working / file.name)
        command = [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        command += ["-p", "course_utils.tools.validate"]
        command += ["--rootdir", str(working), "--nbval", "--nbval-current-env", "--nbval-cell-timeout", f"{timeout:g}"]
        command += ["-n", str(jobs), "--dist", "loadfile"] if jobs > 1 else []
        command += [*arguments, *(path.name for path in paths)]
        return subprocess.run(command, cwd=working, env=kernel_environment(settings)).returncode


def main(arguments):
    """`course check [LESSON ...]`."""
    return validate(find_notebooks(solutions_folder(), arguments.lesson), arguments.timeout, jobs=arguments.jobs)
