"""The runner: what it executes and under which settings, what it keeps, and the tables it makes."""

import datetime
import io
import json
import os
import platform
import subprocess
import sys
import time
import types

import pytest

from course_utils.bars import BarsError
from course_utils.notebook.instruments import KEEP, NOTES
from course_utils.tools import cli, kernel, meter, progress, results, runner
from course_utils.tools.notebooks import CourseError, dumps, find_notebooks, hash_of, merged, normalised, read

RECORDS = ['record("accuracy", 0.912, data="toy", rival=("chance", 0.5))', 'record("loss", 0.2, data="toy")']
BARS = """
headline = "accuracy"
["accuracy"]
floor = 0.88
["loss"]
ceiling = 0.3
[claims.C10]
shows = "loss"
holds = ["r['loss'] < 0.3", "r['loss'] < 0.1"]
"""
README = """\
Above.
<!-- picture: begin -->
<!-- picture: end -->
<!-- lessons: begin -->
{}<!-- lessons: end -->
Below.
"""
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
CHECKED = "# check: 3.1\nprint('○ 3.1 f not attempted yet' if PROFILE == 'full' else '✓ 3.1 f')\n7"
WHERE = """\
import os, sys
from course_utils.notebook.instruments import cell_number
print(sys.executable, os.listdir(), os.environ["PYTHONHASHSEED"], PROFILE, cell_number())"""


# --- one run of three lessons, one of which fails and one of which misses its bars -----------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory, write_notebook, solutions_of):
    """Three lessons, run once: {"root": folder, "code": exit code, "said": what was printed}."""
    root = tmp_path_factory.mktemp("course")
    solutions = root / "solutions"
    write_notebook(solutions / "1_fails.ipynb", "print('before')", "1 / 0", "print('after')")
    twice = 'record("b", 1.0, data="toy")'
    write_notebook(solutions / "2_misses.ipynb", 'record("a", 0.5, data="toy")', twice, twice, *RECORDS)
    slow = "for n in range(3):\n    print(n, end='\\r', flush=True)\n    time.sleep(0.25)"
    timed = f"import time\nballast = b'x' * 400_000_000\n{slow}"
    write_notebook(solutions / "3_fine.ipynb", *RECORDS, WHERE, timed, "# exercise: 3.1\nf = 7", CHECKED)
    (solutions / "1_fails.toml").write_text("")
    (solutions / "2_misses.toml").write_text(BARS + '["a"]\nfloor = 0.9\n["lost"]\n')
    (solutions / "3_fine.toml").write_text(BARS)
    (root / "README.md").write_text(README.format("old\n"))
    before = {path.name: path.read_bytes() for path in solutions.iterdir()}
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        with solutions_of(root):
            code = runner.run(folder=solutions, build=root / "build", update=True, root=root)
        said = sys.stdout.getvalue()
    finally:
        sys.stdout = stdout
    table = json.loads((root / "build" / "results.json").read_text(encoding="utf-8"))["lessons"]
    return {"root": root, "code": code, "said": said, "runs": {run["lesson"]: run for run in table}, "before": before}


def test_a_failure_ends_in_a_nonzero_exit_code(course):
    assert course["code"] == 1
    assert [run["outcome"] for run in course["runs"].values()] == ["failed", "bar missed", "ok"]


def test_a_failed_lesson_is_kept_and_its_cell_named(course):
    kept = read(course["root"] / "build" / "run" / "1_fails.ipynb")
    assert [cell.get("execution_count") for cell in kept["cells"]] == [None, 1, 2, 3, 4, None]
    assert kept["cells"][3]["outputs"][0]["text"] == "before\n"
    assert kept["cells"][4]["outputs"][0]["ename"] == "ZeroDivisionError"
    failure = course["runs"]["1_fails"]["failure"]
    assert failure["cell"] == 5 and failure["error"].endswith("ZeroDivisionError: division by zero")
    assert "cell 5 of" in course["said"] and "ZeroDivisionError: division by zero" in course["said"]


def test_all_that_a_lesson_misses_is_said_and_its_later_results_are_collected(course):
    assert course["runs"]["2_misses"]["misses"] == [
        "the result 'b' has no entry in 2_misses.toml",
        "2_misses.toml has an entry for 'lost', which the notebook does not record",
        "a is 0.500 on toy; it should be at least 0.9",
        "the result 'b' is recorded twice",
    ]
    assert all(f"\n  {sentence}\n" in course["said"] for sentence in course["runs"]["2_misses"]["misses"])
    assert [row["name"] for row in course["runs"]["2_misses"]["records"]] == ["a", "b", "accuracy", "loss"]
    assert "a         0.500 ✗  ≥ 0.9" in course["said"]


def test_the_tables(course):
    build = course["root"] / "build"
    text = (build / "results.md").read_text(encoding="utf-8")
    assert "| lesson | result | value | bar | to beat | data |" in text
    assert "| 3_fine | accuracy | 0.912 | ≥ 0.88 | chance: 0.500 | toy |" in text
    assert "| 3_fine | loss | 0.200 | ≤ 0.3 |  | toy |" in text
    assert "| lesson | outcome | cells | seconds | peak GB |" in text
    claims = (build / "claims.md").read_text(encoding="utf-8")
    assert (
        "| C10 | the state is a lossy summary of the past | holds in part | loss 0.200 | toy (quick) | 3_fine |"
        in claims
    )
    assert course["runs"]["3_fine"]["seconds"] > 0.75
    assert sys.platform != "linux" or course["runs"]["3_fine"]["peak_gb"] > 0.4


def test_the_kernel_is_this_python_in_an_empty_folder_and_knows_its_cells(course):
    cell = read(course["root"] / "build" / "run" / "3_fine.ipynb")["cells"][5]
    assert cell["outputs"][0]["text"] == f"{sys.executable} [] 0 quick {cell['execution_count']}\n"


def test_update_writes_back_only_what_ran_well(course):
    solutions = course["root"] / "solutions"
    for name in ("1_fails.ipynb", "2_misses.ipynb"):
        assert (solutions / name).read_bytes() == course["before"][name]
        assert not (solutions / name).with_suffix(".timings.json").exists()
        assert f"not written back to solutions/{name}" in course["said"]
    updated = read(solutions / "3_fine.ipynb")
    assert [cell.get("execution_count") for cell in updated["cells"][1:]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert updated["cells"][6]["outputs"][0]["text"].startswith("2")
    assert updated["metadata"].keys() == {"kernelspec", "language_info"}
    timings = json.loads((solutions / "3_fine.timings.json").read_text(encoding="utf-8"))
    assert timings["code"] == hash_of(updated)
    assert 0.7 <= timings["cells"]["cell-7"]["seconds"] < 10 and "seconds" not in timings["cells"]["cell-6"]


def test_update_renews_the_front_page(course):
    readme = (course["root"] / "README.md").read_text(encoding="utf-8")
    above, below = README.split("{}")
    assert readme.startswith(f"{above}| lesson |") and readme.endswith(f"|\n{below}") and "old" not in readme
    assert "| [3](lessons/3_fine.ipynb) | accuracy | 0.912 | chance: 0.500 | toy |" in readme


# --- the full profile -----------------------------------------------------------------------------------------

HOW = {
    "hardware": "8 CPU cores",
    "versions": {"Keras": "3.13"},
    "seeds": [0, 1],
    "data": {"imdb_reviews/train": 25000},
    "trainings": [{"cell": 3, "epochs": 2, "seconds": 9.5}],
    "earlier_seconds": 4000,
    "unseeded": [],
}
FULL = f"""\
import os
from course_utils.notebook.session import session
session.profile = PROFILE
open(os.environ["{NOTES}"], "w").write({json.dumps(HOW)!r})
print(os.environ["{KEEP}"], PROFILE)"""


@pytest.fixture
def solo(tmp_path, write_notebook, solutions_of, monkeypatch):
    """A course of one lesson, 2b_small, as the command line sees it; its folder."""
    path = write_notebook(tmp_path / "solutions" / "2b_small.ipynb", FULL, *RECORDS)
    path.with_suffix(".toml").write_text(BARS)
    (tmp_path / "README.md").write_text(README.format(""))
    monkeypatch.setattr(runner, "checkout", lambda what: tmp_path)
    monkeypatch.setattr(runner, "solutions_folder", lambda: tmp_path / "solutions")
    monkeypatch.setattr(runner, "build_folder", lambda: tmp_path / "build")
    with solutions_of(tmp_path):
        yield tmp_path


def test_a_full_run_is_written_beside_the_solution_with_how_it_was_made(solo, capsys):
    solution = solo / "solutions" / "2b_small.ipynb"
    before, cut = solution.read_bytes(), ["--cut", "one epoch of twelve", "--cut", "half of the reviews"]
    assert cli.main(["run", "2b", "--profile", "full", "--update", *cut]) == 0
    file = json.loads(solution.with_suffix(".full.json").read_text(encoding="utf-8"))
    assert file.pop("seconds") > 4000  # those that earlier, stopped runs took are counted
    assert file.pop("peak_gb") is None or sys.platform == "linux"
    assert file == {
        "lesson": "2b_small",
        "date": datetime.date.today().isoformat(),
        **{key: HOW[key] for key in ("hardware", "versions", "seeds", "data", "trainings")},
        "cut": ["one epoch of twelve", "half of the reviews"],
        "code": hash_of(read(solution)),
        "results": [
            {"name": name, "value": value, "rival": rival, "data": "toy", "profile": "full", "lesson": "2b_small"}
            for name, value, rival in (("accuracy", 0.912, ["chance", 0.5]), ("loss", 0.2, None))
        ],
        "verdicts": {"C10": "holds in part"},
    }
    kept = solo / "build" / "full" / "2b_small"
    printed = read(solo / "build" / "run-full" / solution.name)["cells"][3]["outputs"][0]["text"]
    assert printed == f"{kept} full\n" and not kept.exists()
    assert solution.read_bytes() == before and not solution.with_suffix(".timings.json").exists()
    assert "| 0.912 (chance: 0.500) · toy |" in (solo / "docs" / "results.md").read_text(encoding="utf-8")


@pytest.fixture
def runs(monkeypatch):
    """The lessons that `run_notebook` was asked to execute; it ends as `runs.outcome` says, and executes nothing."""
    asked = types.SimpleNamespace(paths=[], outcome="ok", keep=[])

    def run_notebook(path, out, profile, timings, sign, keep):
        asked.paths.append(path.stem)
        asked.keep.append(keep)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
        row = {"name": "accuracy", "value": 0.9, "rival": None, "data": "toy", "profile": profile, "lesson": path.stem}
        figures = {"seconds": 9.0, "peak_gb": 1.0, "others": 0.0, "cell_seconds": {}, "cells": 3, "exercises": 0}
        run = {"lesson": path.stem, "outcome": asked.outcome, "records": [row], "notes": HOW, "open": 0, **figures}
        return read(path), run

    monkeypatch.setattr(runner, "run_notebook", run_notebook)
    return asked


def test_a_full_profile_is_run_once_for_its_code(solo, runs, capsys):
    solution = solo / "solutions" / "2b_small.ipynb"

    def run(*more):
        runs.paths.clear()
        assert cli.main(["run", "2b", "--profile", "full", "--update", *more]) == 0
        return runs.paths

    assert run() == ["2b_small"]
    assert run() == []
    assert "its full profile was run with this very code" in capsys.readouterr().out
    assert run("--again") == ["2b_small"]
    solution.write_text(solution.read_text().replace("0.2, ", "0.1 + 0.1, "))
    assert run() == ["2b_small"] and run() == []
    runs.paths.clear()
    assert cli.main(["run", "2b", "--profile", "full"]) == 0 and runs.paths == ["2b_small"]  # nothing is written


def test_what_was_kept_of_a_full_run_stays_until_it_has_ended_well(solo, runs):
    runs.outcome = "bar missed"
    assert cli.main(["run", "2b", "--profile", "full", "--update"]) == 1
    assert not (solo / "solutions" / "2b_small.full.json").exists() and runs.keep[-1].exists()
    runs.outcome = "ok"
    assert cli.main(["run", "2b", "--profile", "full", "--update"]) == 0
    assert (solo / "solutions" / "2b_small.full.json").exists() and not runs.keep[-1].exists()
    assert cli.main(["run", "2b", "--profile", "full"]) == 0 and runs.keep[-1] is None


# --- student notebooks ----------------------------------------------------------------------------------------


def test_students_notebooks_are_counted(course, solutions_of, capsys):
    root = course["root"]
    options = {"folder": root / "solutions", "build": root / "build", "solutions": root / "solutions"}
    with solutions_of(root):
        assert runner.run(names=["3"], profile="full", **options) == 0
    assert "1 of 1 exercises shown open" in capsys.readouterr().out
    printed = read(root / "build" / "lessons-run-full" / "3_fine.ipynb")["cells"][5]["outputs"][0]["text"]
    assert printed.endswith("full 5\n")
    assert (root / "build" / "lessons-run-full" / "results.json").exists()
    quick = json.loads((root / "build" / "results.json").read_text(encoding="utf-8"))["lessons"]
    assert len(quick) == 3  # the results of the solutions are still there


# --- how a run ends -------------------------------------------------------------------------------------------


def test_a_dead_kernel_is_a_failure(tmp_path, write_notebook):
    path = write_notebook(tmp_path / "9z_dies.ipynb", "import os\nos._exit(3)", "x = 1", whole=False)
    _, run = runner.run_notebook(path, tmp_path / "build", None, {})
    assert run["outcome"] == "failed" and run["failure"]["cell"] == 1
    assert "DeadKernelError" in run["failure"]["error"] and (tmp_path / "build" / path.name).exists()


@pytest.fixture
def executed(tmp_path, write_notebook, solutions_of, monkeypatch):
    """executed(*cells, said={place: output}, **notes): how a run ends in which these cells print this, and leave these
    notes."""

    def run(*cells, said=(), **notes):
        path = write_notebook(tmp_path / "solutions" / "9z_small.ipynb", *cells, whole=False)
        path.with_suffix(".toml").write_text("")

        def execute(notebook, progress, variant, file, keep):
            for count, cell in enumerate(notebook["cells"], 1):
                text = dict(said).get(count)
                cell["execution_count"] = count + 10  # not its place in the notebook
                cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
            file.write_text(json.dumps(notes))
            return notebook, None, meter.Meter()

        monkeypatch.setattr(runner, "execute", execute)
        with solutions_of(tmp_path):
            return runner.run_notebook(path, tmp_path / "build", None, {})[1]

    return run


def test_a_cell_that_trains_weights_drawn_before_their_seed_fails_the_run(executed, capsys):
    assert executed("x = 1", "train()", unseeded=[])["outcome"] == "ok"
    assert executed("x = 1", "train()", unseeded=[12])["outcome"] == "failed"
    assert "  cell 2 draws first weights before keras.utils.set_random_seed" in capsys.readouterr().out


def test_a_check_that_does_not_say_what_it_should_fails_the_run(executed, capsys):
    cells = "# exercise: 9z.1\nf = 1", "# check: 9z.1\ncheck(f)"
    assert executed(*cells, said={2: "✓ 9z.1 f\n"})["outcome"] == "ok"
    assert executed(*cells, said={2: "✗ 9z.1 f: the hint\n"})["outcome"] == "failed"
    assert "cell 2 should say ✓: ✗ 9z.1 f: the hint" in capsys.readouterr().out
    assert executed(*cells)["outcome"] == "failed"
    assert "0 checks have spoken of 1 exercises" in capsys.readouterr().out


# --- what is said before anything runs ------------------------------------------------------------------------


def test_lessons_by_number_or_name(tmp_path, write_notebook):
    paths = [write_notebook(tmp_path / f"{name}.ipynb") for name in ("2a_one", "2b_two")]
    assert find_notebooks(tmp_path) == paths
    assert find_notebooks(tmp_path, ["2b"]) == find_notebooks(tmp_path, ["2b_two"]) == paths[1:]
    for unknown in ("2", "2b_", "3"):
        with pytest.raises(CourseError, match=r"there are: 2a_one, 2b_two\.$"):
            find_notebooks(tmp_path, [unknown])
    with pytest.raises(CourseError, match="no notebook in"):
        find_notebooks(tmp_path / "empty")


def test_profile_is_replaced_in_a_copy(tmp_path, write_notebook):
    notebook = read(write_notebook(tmp_path / "9z.ipynb", 'text = """\nPROFILE\n"""'))
    full = runner.with_profile(notebook, "full", "9z.ipynb")
    assert 'PROFILE = "full"  # @param ["quick", "full"]' in full["cells"][2]["source"]
    assert (runner.profile_of(notebook), runner.profile_of(full)) == ("quick", "full")


@pytest.mark.parametrize(
    ("cells", "toml", "error", "said"),
    [
        (["# 9z none", "x = 1"], "", CourseError, r"9z_none\.ipynb has no line PROFILE"),
        ([], None, FileNotFoundError, r"there is no solutions/9z_none\.toml"),
        ([], '["a"]\nflour = 1', BarsError, r"solutions/9z_none\.toml, 'a': flour means nothing here"),
    ],
)
def test_what_is_missing_is_said_before_anything_runs(
    tmp_path, write_notebook, solutions_of, runs, cells, toml, error, said
):
    path = write_notebook(tmp_path / "solutions" / "9z_none.ipynb", *cells, whole=not cells)
    if toml is not None:
        path.with_suffix(".toml").write_text(toml)
    with solutions_of(tmp_path), pytest.raises(error, match=said):
        runner.run(profile="full", folder=tmp_path / "solutions", build=tmp_path / "build")
    assert runs.paths == []


def test_a_table_that_cannot_be_read_is_one_sentence_on_the_command_line(solo, capsys):
    (solo / "solutions" / "2b_small.toml").write_text('["a"]\nflour = 1')
    assert cli.main(["run", "2b"]) == 1
    said = capsys.readouterr()
    assert said.err.startswith("solutions/2b_small.toml, 'a': flour means nothing here") and said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "nosuch"], "there is no lesson 'nosuch'"),
        (["check", "nosuch"], "there is no lesson 'nosuch'"),
        (["spread", "nosuch"], "there is no lesson 'nosuch'"),
        (["run", "--update", "--lessons"], "it does not go with --lessons"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(arguments, sentence, capsys):
    assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert sentence in said.err and said.err.count("\n") == 1 and not said.out


# --- the settings of a reference run --------------------------------------------------------------------------


THEIRS = {  # in the shell of someone who has settings of their own
    **dict.fromkeys(kernel.pinned(), "theirs"),
    **dict.fromkeys(("KERAS_BACKEND", "MATPLOTLIBRC", "MPLBACKEND", "PYTHONPATH", "TF_CPP_MIN_LOG_LEVEL"), "theirs"),
    **dict.fromkeys(("KERAS_MAX_EPOCHS", "PYTHONWARNINGS", "TF_USE_LEGACY_KERAS"), "theirs"),
    "TF_ENABLE_ONEDNN_OPTS": "",
    "TF_NUM_INTRAOP_THREADS": "2",
    "TFDS_DATA_DIR": "real/tfds",
}


@pytest.fixture
def shell(monkeypatch, tmp_path):
    """The shell of that someone."""
    monkeypatch.chdir(tmp_path)
    for name, value in THEIRS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_kernel_gets_what_reference_env_says_whatever_the_shell_says(shell, tmp_path):
    environment = kernel.kernel_environment(tmp_path / "ipython")
    assert kernel.pinned().items() <= environment.items() and kernel.pinned()["TF_ENABLE_ONEDNN_OPTS"] == "0"
    assert "theirs" not in environment.values()
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "3" and environment["PYTHONHASHSEED"] == "0"
    assert environment["KERAS_BACKEND"] == "tensorflow"
    assert environment["MPLBACKEND"] == "module://matplotlib_inline.backend_inline"
    assert environment["IPYTHONDIR"] == str(tmp_path / "ipython")
    assert environment["PYTHONPATH"] == str(kernel.REPOSITORY)
    assert environment["TFDS_DATA_DIR"] == str(tmp_path / "real" / "tfds")
    assert environment["TF_NUM_INTRAOP_THREADS"] == "2"  # how many threads is the machine's own


def test_who_calls_can_set_onednn_and_nothing_else(shell, tmp_path):
    shell.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    environment = kernel.kernel_environment(tmp_path)
    assert environment == kernel.kernel_environment(tmp_path) | {"TF_ENABLE_ONEDNN_OPTS": "1"}
    assert "theirs" not in environment.values()


@pytest.mark.parametrize("given", ["", "1"])
def test_make_reads_the_same_settings(tmp_path, given):
    """The Makefile includes reference.env and exports it; values hold spaces."""
    assert platform.machine() != "x86_64" or any(" " in value for value in kernel.pinned().values())
    (tmp_path / "show.mk").write_text(f"show:\n\t@'{sys.executable}' -c '{SHOW}'\n")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "-s", "-C", kernel.REPOSITORY, "-f", "Makefile", "-f", tmp_path / "show.mk", "show"]
    done = subprocess.run(command, env=bare | THEIRS | {"TF_ENABLE_ONEDNN_OPTS": given}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    expected = kernel.pinned() | {"TF_ENABLE_ONEDNN_OPTS": given or "0"}
    assert expected.items() <= json.loads(done.stdout).items()


# --- the live line --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "taken", "running", "left"),
    [
        ([0, 0, 0], [1, 1], 0, None),  # nothing recorded: say nothing
        ([0, 10, 20], [], 0, 30),
        ([0, 10, 20], [0], 4, 26),
        ([0, 10, 20], [0, 25], 0, 40),  # twice as slow: (25 + 5) / (10 + 5)
        ([0, 10, 20], [0, 25], 50, 0),  # longer than expected: never negative
        ([10, 6], [], 14, 6),  # a cell that overruns leaves the later ones their time
        ([1, 30], [4], 0, 45),  # one short cell does not decide: (4 + 5) / (1 + 5)
    ],
)
def test_the_estimate(expected, taken, running, left):
    assert progress.seconds_left(expected, taken, running) == left


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_line(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    live, plain = Terminal(), io.StringIO()
    lines = [progress.Progress("9z", [0, 10, 20], stream) for stream in (live, plain)]
    for now[0] in (1.0, 10.0, 16.0, 20.0, 31.0):
        for line in lines:
            if now[0] == 10.0:
                line.finished(1)
            line.show()
    for line in lines:
        line.end("9z done")
    assert "\r9z  cell 1/3  0:01  about 0:30 left\x1b[K" in live.getvalue() and live.getvalue().endswith(
        "9z done\x1b[K\n"
    )
    assert live.getvalue().count("\n") == 1
    assert plain.getvalue().split("\n") == [
        "9z  3 cells",
        "9z  cell 3/3  0:16  about 0:14 left",
        "9z  cell 3/3  0:31  about 0:00 left",
        "9z done",
        "",
    ]


def test_a_meter_tells_own_work_from_others():
    watch = meter.Meter()
    end = time.process_time() + 0.3
    while time.process_time() < end:
        pass
    alone = watch.others()
    subprocess.run([sys.executable, "-c", "import time\nwhile time.process_time() < 0.6: pass"])
    assert sys.platform != "linux" or watch.others() * watch.seconds() * os.cpu_count() > 0.5
    assert 0 <= alone <= 1
    watch.look(os.getpid())
    assert sys.platform != "linux" or (watch.used > 0.3 and watch.peak_gb > 0.01)


# --- files and tables -----------------------------------------------------------------------------------------


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def test_streams_are_merged_and_progress_bars_collapsed():
    outputs = [stream("a"), stream("b\n"), stream("e", "stderr"), stream("1/3\r"), stream("2/3\r3/3\ndone\r\n")]
    assert merged(outputs) == [stream("ab\n"), stream("e", "stderr"), stream("3/3\ndone\n")]


def test_normalising_again_changes_nothing(tmp_path):
    def made(source, **cell):
        cell = {"outputs": [], "execution_count": 7, "metadata": {"execution": {"iopub.status": "now"}}} | cell
        return {"cell_type": "code", "source": source} | cell

    result = {"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}, "execution_count": 7}
    cells = [
        made("1", outputs=[stream("a\n"), stream("b\rc\n"), result]),
        made("1", metadata={"tags": ["nbval-ignore-output"], "course": {"seconds": 3}}),
    ]
    notebook = {"cells": cells, "metadata": {"language_info": {"version": "3.11"}}, "nbformat": 4, "nbformat_minor": 4}
    once = normalised(notebook)
    assert normalised(once) == once
    first, second = once["cells"]
    assert (first["execution_count"], first["outputs"][1]["execution_count"], second["execution_count"]) == (1, 1, 2)
    assert first["metadata"] == {} and second["metadata"] == {"tags": ["nbval-ignore-output"]}
    assert first["id"] != second["id"] and once["metadata"]["language_info"] == {"name": "python"}
    (tmp_path / "n.ipynb").write_text(dumps(once), encoding="utf-8")
    assert read(tmp_path / "n.ipynb") == once


def test_files_are_laid_out_as_nbformat_lays_them_out(tmp_path, write_notebook):
    path = write_notebook(tmp_path / "9z.ipynb", "x = 'é'\nx", ("y", ["tag"]))
    assert dumps(read(path)) == path.read_text(encoding="utf-8").rstrip("\n") + "\n"


def test_tables_forget_lessons_that_have_gone(tmp_path, write_notebook, solutions_of, capsys):
    def run(lesson, **row):
        row = {"name": "a", "value": 0.5, "data": "toy", "profile": "quick", "lesson": lesson} | row
        return {"lesson": lesson, "outcome": "ok", "cells": 3, "seconds": 9.0, "peak_gb": None, "records": [row]}

    for name in ("1_here", "2_here", "3_here"):
        write_notebook(tmp_path / "solutions" / f"{name}.ipynb").with_suffix(".toml").write_text('["a"]')
    earlier = [run("1_here", rival=None), run("2_gone", rival=None), run("3_here", beats=["chance", 0.4])]
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "results.json").write_text(json.dumps({"lessons": earlier}))
    with solutions_of(tmp_path):
        results.write_results([run("2_here", rival=None)], tmp_path / "build")
    kept = json.loads((tmp_path / "build" / "results.json").read_text())["lessons"]
    assert [one["lesson"] for one in kept] == ["1_here", "2_here"]
    assert "gone" not in (tmp_path / "build" / "results.md").read_text()
