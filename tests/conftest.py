"""Notebooks made for one test: small, without TensorFlow, so that a kernel is ready in a second."""

import contextlib

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import course_utils  # noqa: F401  it pins Keras, also for the tests that import Keras first

# Files whose tests share nothing that takes long to make:
INDEPENDENT = ("test_checks", "test_stripped_probes", "test_untouched_lessons")
TITLE = "# 9z · A title\n\nWhat it is about."
INSTALL = "# setup: install"
SETUP = """\
# setup
PROFILE = "quick"  # @param ["quick", "full"]
from course_utils import record"""


def pytest_addoption(parser):
    parser.addoption(
        "--effort",
        choices=("quick", "usual", "weekly"),
        default="usual",
        help="how often what is random is drawn; quick leaves out what is slow, weekly leaves out nothing",
    )


def pytest_collection_modifyitems(config, items):
    """Where several processes run the tests, one of them runs all of a file, as its fixtures are made once."""
    left_out = {"quick": {"slow", "weekly"}, "usual": {"weekly"}, "weekly": set()}[config.getoption("effort")]
    for item in items:
        if item.path.stem not in INDEPENDENT:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
        for marker in left_out & {mark.name for mark in item.iter_markers()}:
            item.add_marker(pytest.mark.skip(reason=f"{marker}: left out by --effort {config.getoption('effort')}"))


@pytest.fixture(scope="session")
def effort(request):
    """How often a test draws what is random: "quick", "usual" or "weekly"."""
    return request.config.getoption("effort")


@pytest.fixture(scope="session")
def write_notebook():
    """write_notebook(path, *cells) writes a lesson: title, install and setup cell, then these cells.

    A cell is source text, or (source text, list of tags); markdown begins with "# " or "## ".
    `whole=False` leaves out the first three.
    """

    def write(path, *cells, whole=True):
        made = []
        for cell in [*([TITLE, INSTALL, SETUP] if whole else []), *cells]:
            source, tags = (cell, []) if isinstance(cell, str) else cell
            is_text = source.startswith(("## ", "# 9z"))
            made.append((new_markdown_cell if is_text else new_code_cell)(source))
            made[-1].id = f"cell-{len(made)}"
            if tags:
                made[-1].metadata.tags = list(tags)
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=made), path)
        return path

    return write


@pytest.fixture(scope="session")
def solutions_of():
    """`with solutions_of(root):` takes root/solutions for the solutions of the course: their tables are found there."""

    @contextlib.contextmanager
    def taken(root):
        with pytest.MonkeyPatch.context() as patch:
            for module in ("exercises", "tools.notebooks"):
                patch.setattr(f"course_utils.{module}.resource", lambda name: root / name)
            yield

    return taken
