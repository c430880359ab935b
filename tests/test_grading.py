"""The corpus of submissions: each gets the verdict it deserves, and none gets at anything outside of its sandbox."""

import importlib
import json
import os
import pkgutil
import socket
import time
import warnings

import mutants
import nbval
import numpy as np
import pytest
import submissions
from submissions import ALL, CORPUS, REFUSED, below, needs_protection

from course_utils import checks
from course_utils.tools.grading import sandbox
from course_utils.tools.grading.course import Course
from course_utils.tools.grading.judge import SEEDS, Grader, judged
from course_utils.tools.grading.pages import SYMBOL
from course_utils.tools.grading.submissions import Submission

MUTANTS = [importlib.import_module(f"mutants.{module.name}") for module in pkgutil.iter_modules(mutants.__path__)]


@pytest.fixture(scope="module")
def course():
    return Course()


@pytest.fixture(scope="module")
def worker(course, tmp_path_factory):
    """One worker for all; it is what a class's submissions share."""
    folder = tmp_path_factory.mktemp("grading") / "course"
    sandbox.prepare(folder, course)
    one = sandbox.Worker(folder)
    one.start()
    yield one
    one.stop()


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """A folder with other submissions, and a port on which somebody listens."""
    folder = tmp_path_factory.mktemp("handed-in")
    (folder / "ada.ipynb").write_bytes(submissions.answered())
    folder.parent.chmod(0o755)
    folder.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield str(folder), server.getsockname()[1]


def grade(worker, course, data, file="ada.ipynb", limits=None, secret=1):
    limits = limits or sandbox.Limits(memory_bytes=1 << 30)
    return Grader(course, worker, limits, secret).rows(Submission("ada", file, data))


def filled(kind, others):
    """The bytes of a kind, with what is known only now."""
    return kind.data.replace(b"@SUBMISSIONS@", others[0].encode()).replace(b"@PORT@", str(others[1]).encode())


@needs_protection
@pytest.mark.parametrize("kind", CORPUS, ids=lambda kind: kind.name)
@pytest.mark.slow
def test_a_submission_gets_the_verdict_it_deserves(kind, worker, course, others):
    data = filled(kind, others)
    limits = sandbox.Limits(cell_seconds=kind.seconds, memory_bytes=1 << 30)
    [row] = grade(worker, course, data, kind.file or "ada.ipynb", limits)
    symbols = "".join(SYMBOL[status] for status, _ in row["exercises"].values())
    print(f"{kind.name}: {row['status']} {symbols} {row['note']}")
    assert kind.status in ("any", row["status"]), row
    for exercise, (status, hint) in row["exercises"].items():
        assert "LEAK" not in hint, hint
        assert hint.isprintable() and len(hint) <= 1000
        if kind.note == "forged":  # what a forger says about itself is its own affair, but for being right
            assert status != "right", (exercise, hint)
            continue
        assert status == kind.verdict(exercise), (exercise, status, hint)
        assert kind.wrong.get(exercise, "") in hint
    assert kind.note in row["note"] or kind.note == "forged"
    assert worker.process.poll() is None
    assert len(below(worker.process.pid)) == 1, "something of the submission goes on"
    assert os.listdir(others[0]) == ["ada.ipynb"]


def test_submissions_can_be_shut_in_on_this_computer():
    """Where they cannot, the tests of the sandbox are skipped: a person is told, and on a server that is a failure."""
    if REFUSED and os.environ.get("CI"):
        pytest.fail(f"{REFUSED}: all tests of the sandbox would be skipped")
    if REFUSED:
        warnings.warn(f"{REFUSED}: all tests of the sandbox are skipped", stacklevel=1)


def test_the_table_of_verdicts_is_in_step():
    written = submissions.TABLE_FILE.read_text(encoding="utf-8")
    assert written == submissions.table(), "PYTHONPATH=tests .venv/bin/python -m submissions writes it anew"


@needs_protection
def test_many_cells_that_sleep_do_not_add_up(worker, course):
    """Each is left out once it has used its time; but all together have no more than the submission's time."""
    sleeper = "class Never:\n    import time\n    time.sleep(1e6)"
    began = time.monotonic()
    limits = sandbox.Limits(cell_seconds=0.5, total_seconds=2, patience=2, memory_bytes=1 << 30)
    [row] = grade(worker, course, submissions.answered(before=[sleeper] * 1000), limits=limits)
    assert row["status"] == "time limit" and time.monotonic() - began < 30
    assert {status for status, _ in row["exercises"].values()} == {"wrong"}


@needs_protection
def test_a_worker_that_was_killed_is_started_again(worker, course):
    os.kill(worker.process.pid, 9)
    [row] = grade(worker, course, submissions.answered())
    assert {status for status, _ in row["exercises"].values()} == {"right"}


@needs_protection
@pytest.mark.slow
@pytest.mark.parametrize("module", MUTANTS, ids=lambda module: module.__name__)
def test_wrong_in_each_mutants_way(module, worker, course, effort):
    """Notebooks in which every exercise is wrong: each is told its own mistake, and not that of another.

    That each mutant gets its hint is tested without a sandbox; here some of each exercise stand for all, but weekly.
    """
    lesson = course.lessons[module.__name__.rsplit("_", 1)[1]]
    ways = {one.id: [mutant for mutant in module.MUTANTS if mutant[0] == one.id] for one in lesson.exercises}
    most = max(map(len, ways.values()))
    turns = most if effort == "weekly" else 3
    for turn in range(turns):
        wrong = {exercise: mutants[turn * len(mutants) // turns] for exercise, mutants in ways.items()}
        cells = [f"# exercise: {exercise}\n{mutant[3]}" for exercise, mutant in wrong.items()]
        [row] = grade(worker, course, submissions.notebook(*cells), limits=sandbox.Limits(total_seconds=600))
        for exercise, (status, hint) in row["exercises"].items():
            _, what, wanted, _ = wrong[exercise]
            assert status == "wrong" and wanted in hint, (exercise, what, hint)


@needs_protection
def test_what_an_interpreters_folder_holds_can_be_hidden(course, tmp_path, others):
    """An installed course, or submissions below a shown folder, are empty folders inside."""
    sandbox.prepare(tmp_path / "course", course)
    folder, file = os.path.dirname(nbval.__file__), pytest.__file__
    one = sandbox.Worker(tmp_path / "course", hidden=[folder, file])
    one.start()
    try:
        look = f"import os\nleaks = os.listdir({folder!r}) + list(open({file!r}))"
        source = f"{look}\ndef teacher_forcing(targets, start):\n    raise RuntimeError(f'it sees {{leaks}}')"
        [row] = grade(one, course, submissions.answered({"2a.7": source}))
        assert "it sees []" in row["exercises"]["2a.7"][1]
    finally:
        one.stop()


def test_an_installed_course_hides_itself_and_not_the_packages_beside_it(monkeypatch):
    assert str(sandbox.REPOSITORY) in sandbox.Worker("x").hidden
    monkeypatch.setattr(sandbox, "in_checkout", lambda: False)
    assert sandbox.Worker("x", ["/in"]).hidden == [str(sandbox.PACKAGE), "/in"]


@needs_protection
def test_the_attacks_are_real(course, tmp_path, others):
    """Without the sandbox, those who look for what must not be seen see it. (Only such as look may run like this.)"""
    sandbox.prepare(tmp_path / "course", course)
    one = sandbox.Worker(tmp_path / "course", protected=False)
    one.start()
    try:
        for name in ("reads the repository", "looks at processes, descriptors, environment"):
            kind = next(kind for kind in CORPUS if kind.name == name)
            data = filled(kind, others).replace(json.dumps(submissions.GUARD)[1:-1].encode(), b"")
            [row] = grade(one, course, data)
            assert "LEAK" in row["exercises"]["2a.7"][1], name
            [row] = grade(one, course, filled(kind, others))
            assert "not the sandbox" in row["exercises"]["2a.7"][1], "the guard does not hold it back"
    finally:
        one.stop()


@needs_protection
def test_the_sandbox_refuses_rather_than_run_unprotected(course, tmp_path):
    """A child that cannot be shut in runs nothing."""
    sandbox.prepare(tmp_path / "course", course)
    linux = tmp_path / "course" / "linux.py"
    linux.write_text(linux.read_text().replace("def drop_privileges():", "def drop_privileges():\n    raise OSError"))
    one = sandbox.Worker(tmp_path / "course")
    one.start()
    try:
        [row] = grade(one, course, submissions.answered())
    finally:
        one.stop()
    assert row["status"] == "not graded" and all(status == "wrong" for status, _ in row["exercises"].values())


@pytest.mark.parametrize(
    "hint", ["\x1b[31mno\x1b[0m\r\n" * 500_000, "x" * 3_600_000, "\ud800\u202e\0no\u2028", "\x00" * 9]
)
def test_no_hint_is_longer_than_a_line_or_holds_what_cannot_be_printed(hint, monkeypatch):
    """A judge may put into its hint what an answer returned, and that may be forged."""

    class Talkative:
        name = "talkative"

        def judge(self, inputs, outputs):
            raise checks.Wrong(hint)

    monkeypatch.setattr(checks, "find", lambda exercise: Talkative())
    status, said = judged("9z.1", [{}], [{}])
    assert status == "wrong" and said.isprintable() and len(said) <= 1000
    assert ("no" in said or "x" in said) == ("no" in hint or "x" in hint)


def test_the_inputs_are_those_of_no_notebook(course):
    """Drawn anew for each secret, the same for each submission, and never those of the seeds that students see."""
    one, again, other = (Grader(course, None, sandbox.Limits(), secret) for secret in (5, 5, 6))
    for exercise in ALL:

        def flat(given):
            return [np.asarray(value).tobytes() for value in given.values()]

        drawn = [flat(given) for given in one.inputs(exercise)]
        assert drawn == [flat(given) for given in again.inputs(exercise)] and len(drawn) == SEEDS
        assert drawn != [flat(given) for given in other.inputs(exercise)]
        seen = [flat(checks.find(exercise).inputs(np.random.default_rng(seed))) for seed in checks.SEEDS]
        assert not any(given in seen for given in drawn)


@pytest.mark.parametrize(
    ("described", "content"),
    [
        ([["x", "|O", [1]]], bytes(8)),
        ([["x", "<f8", [2]]], bytes(8)),
        ([["x", "<f8", [1]]], bytes(16)),
        ([["x", "<f8", [-1]]], bytes(8)),
        ([["x", "<f8", [1 << 39, 1 << 39]]], bytes(8)),
        ([["x", "<f8", [True]]], b""),
        ([["x", "<c8", [1]]], bytes(8)),
        ([["x", "<f8", [1.0]]], bytes(8)),
        ([["x", "<M8[s]", [1]]], bytes(8)),
    ],
)
def test_bytes_that_do_not_fit_are_no_arrays(described, content):
    with pytest.raises((ValueError, TypeError)):
        sandbox.arrays_from(described, content)


def test_arrays_come_out_as_they_went_in():
    arrays = {"a": np.arange(6, dtype="<i4").reshape(2, 3), "b": np.float64(2.5), "c": np.zeros((0, 3), "|b1")}
    described = [[name, np.asarray(a).dtype.str, list(np.shape(a))] for name, a in arrays.items()]
    back = sandbox.arrays_from(described, b"".join(np.asarray(a).tobytes() for a in arrays.values()))
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == np.asarray(array).dtype and back[name].shape == np.shape(array)
