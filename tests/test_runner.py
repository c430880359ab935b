"""The runner: what it executes, what it keeps, and the tables it makes."""

import io
import json
import os
import subprocess
import sys
import time
from datetime import date

import pytest

from course_utils.notebook import RECORD_MIME
from course_utils.tools import cli, front_page, meter, results, runner
from course_utils.tools.notebooks import (
    CourseError,
    code_hash,
    dumps,
    find_notebooks,
    goal_pictures,
    merged,
    normalised,
    read,
)
from course_utils.tools.validate import guard

RECORDS = [
    'record("accuracy", 0.912, data="toy", floor=0.88, beats=("chance", 0.5))',
    'record("loss", 0.2, data="toy", floor=0.3, lower_is_better=True, claim="C10", holds=[True, False])',
]
README = """\
Above.
<!-- picture: begin -->
<!-- picture: end -->
<!-- lessons: begin -->
{}<!-- lessons: end -->
Below.
"""
CHECKED = "# check: 3.1\nprint('○ 3.1 f not attempted yet' if PROFILE == 'full' else '✓ 3.1 f')\n7"
WHERE = "import os, sys\nprint(sys.executable, os.listdir(), os.environ['PYTHONHASHSEED'], PROFILE)"


# --- one run of three lessons, one of which fails and one of which misses a floor ------------------------------


@pytest.fixture(scope="module")
def course(tmp_path_factory, write_notebook):
    """Three lessons, run once: {"root": folder, "code": exit code, "said": what was printed}."""
    root = tmp_path_factory.mktemp("course")
    solutions = root / "solutions"
    write_notebook(solutions / "1_fails.ipynb", "print('before')", "1 / 0", "print('after')")
    write_notebook(solutions / "2_misses.ipynb", 'record("a", 0.5, data="toy", floor=0.9)', RECORDS[0])
    slow = "for n in range(3):\n    print(n, end='\\r', flush=True)\n    time.sleep(0.25)"
    timed = f"import time\nballast = b'x' * 400_000_000\n{slow}"
    write_notebook(solutions / "3_fine.ipynb", *RECORDS, WHERE, timed, "# exercise: 3.1\nf = 7", CHECKED)
    (root / "README.md").write_text(README.format("old\n"))
    before = {path.name: path.read_bytes() for path in solutions.iterdir()}
    stdout, sys.stdout = sys.stdout, io.StringIO()
    try:
        code = runner.run(folder=solutions, build=root / "build", update=True, root=root)
        said = sys.stdout.getvalue()
    finally:
        sys.stdout = stdout
    table = json.loads((root / "build" / "results.json").read_text(encoding="utf-8"))["lessons"]
    return {"root": root, "code": code, "said": said, "runs": {run["lesson"]: run for run in table}, "before": before}


def test_a_failure_ends_in_a_nonzero_exit_code(course):
    assert course["code"] == 1
    assert [run["outcome"] for run in course["runs"].values()] == ["failed", "floor missed", "ok"]


def test_a_failed_lesson_is_kept_and_its_cell_named(course):
    kept = read(course["root"] / "build" / "run" / "1_fails.ipynb")
    assert [cell.get("execution_count") for cell in kept["cells"]] == [None, 1, 2, 3, 4, None]
    assert kept["cells"][3]["outputs"][0]["text"] == "before\n"
    assert kept["cells"][4]["outputs"][0]["ename"] == "ZeroDivisionError"
    failure = course["runs"]["1_fails"]["failure"]
    assert failure["cell"] == 5 and failure["error"].endswith("ZeroDivisionError: division by zero")
    assert "cell 5 of" in course["said"] and "ZeroDivisionError: division by zero" in course["said"]


def test_after_a_missed_floor_the_later_results_are_collected_too(course):
    assert [(row["name"], row["met"]) for row in course["runs"]["2_misses"]["records"]] == [
        ("a", False),
        ("accuracy", True),
    ]
    assert "cell 4: a is 0.500 on toy (quick); it should be at least 0.9." in course["said"]
    assert "a         0.500 ✗  ≥ 0.9" in course["said"]


def test_the_tables(course):
    build = course["root"] / "build"
    text = (build / "results.md").read_text(encoding="utf-8")
    assert "| lesson | result | value | floor | baseline | data | profile |" in text
    assert "| 3_fine | accuracy | 0.912 | ≥ 0.88 | chance: 0.500 | toy | quick |" in text
    assert "| 3_fine | loss | 0.200 | ≤ 0.3 |  | toy | quick |" in text
    assert "| lesson | outcome | cells | seconds | peak GB |" in text
    claims = (build / "claims.md").read_text(encoding="utf-8")
    assert (
        "| C10 | the state is a lossy summary of the past | holds in part | loss 0.200 | toy (quick) | 3_fine |"
        in claims
    )
    assert course["runs"]["3_fine"]["seconds"] > 0.75
    assert sys.platform != "linux" or course["runs"]["3_fine"]["peak_gb"] > 0.4


def test_the_kernel_is_this_python_in_an_empty_folder(course):
    printed = read(course["root"] / "build" / "run" / "3_fine.ipynb")["cells"][5]["outputs"][0]["text"]
    assert printed == f"{sys.executable} [] 0 quick\n"


def test_update_writes_back_only_what_ran_well(course):
    solutions = course["root"] / "solutions"
    for name in ("1_fails.ipynb", "2_misses.ipynb"):
        assert (solutions / name).read_bytes() == course["before"][name]
    updated = read(solutions / "3_fine.ipynb")
    assert [cell.get("execution_count") for cell in updated["cells"][1:]] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert 0.7 <= updated["cells"][6]["metadata"]["course"]["seconds"] < 10
    assert updated["cells"][6]["outputs"][0]["text"].startswith("2")
    assert updated["metadata"].keys() == {"course", "kernelspec", "language_info"}


def test_update_renews_the_front_page(course):
    readme = (course["root"] / "README.md").read_text(encoding="utf-8")
    above, below = README.split("{}")
    assert readme.startswith(f"{above}| lesson |") and readme.endswith(f"|\n{below}") and "old" not in readme
    assert "| [3](lessons/3_fine.ipynb) | accuracy | 0.912 | chance: 0.500 | toy |" in readme
    everything = (course["root"] / "docs" / "results.md").read_text(encoding="utf-8")
    assert "| [3](../lessons/3_fine.ipynb) | accuracy | 0.912 |" in everything and "| C10 |" in everything
    kept = read(course["root"] / "solutions" / "3_fine.ipynb")["metadata"]["course"]
    assert f"| {kept.get('seconds', '')} | {kept['peak_gb']:.1f} |" in readme
    assert kept["code"] == code_hash(read(course["root"] / "solutions" / "3_fine.ipynb"))


def test_figures_within_the_noise_stay_as_they_are(course):
    solution = read(course["root"] / "solutions" / "3_fine.ipynb")
    kept = solution["metadata"]["course"] = {"seconds": 50, "peak_gb": 1.0, "code": code_hash(solution)}
    near, far = ({"seconds": s, "peak_gb": gb, "others": 0.0} for s, gb in [(61.2, 0.9), (70.4, 1.3)])
    assert runner.measured(solution, near, solution) == kept
    assert runner.measured(solution, far, solution) == kept | {"seconds": 70, "peak_gb": 1.3}
    beside = far | {"others": 0.6}
    assert runner.measured(solution, beside, solution) == kept | {"peak_gb": 1.3}
    other = {"metadata": {"course": kept | {"code": "another"}}}
    assert runner.measured(solution, beside, other) == {"peak_gb": 1.3, "code": kept["code"]}
    assert runner.measured(solution, near, other) == kept | {"seconds": 61, "peak_gb": 0.9}


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


def test_students_notebooks_are_counted(course, capsys):
    root = course["root"]
    options = {"folder": root / "solutions", "build": root / "build", "solutions": root / "solutions"}
    assert runner.run(names=["3"], profile="full", **options) == 0
    assert "1 of 1 exercises shown open" in capsys.readouterr().out
    printed = read(root / "build" / "lessons-run-full" / "3_fine.ipynb")["cells"][5]["outputs"][0]["text"]
    assert printed.endswith("full\n")
    assert (root / "build" / "lessons-run-full" / "results.json").exists()
    quick = json.loads((root / "build" / "results.json").read_text(encoding="utf-8"))["lessons"]
    assert len(quick) == 3  # the results of the solutions are still there


def test_exercise_parts_run_alone_and_one_lesson_whole(course, monkeypatch, capsys):
    root = course["root"]
    options = {"folder": root / "solutions", "build": root / "build", "solutions": root / "solutions"}
    monkeypatch.setattr(runner, "whole_today", lambda paths: paths[0])
    assert runner.run(names=["1", "3"], profile="full", parts=True, **options) == 1  # 1_fails, run whole, fails
    said = capsys.readouterr().out
    assert "1_fails  6 cells" in said and "whole today: `course run --lessons 1_fails`" in said
    assert "3_fine  4 cells" in said and "1 of 1 exercises shown open" in said


def test_every_lesson_has_its_day(monkeypatch):
    class Day(date):
        @classmethod
        def today(cls):
            return cls.fromordinal(next(days))

    days = iter(range(739_000, 739_012))
    monkeypatch.setattr(runner, "date", Day)
    assert {runner.whole_today(range(12)) for _ in range(12)} == set(range(12))


# --- parts ------------------------------------------------------------------------------------------------------


def test_a_dead_kernel_is_a_failure(tmp_path, write_notebook):
    path = write_notebook(tmp_path / "9z_dies.ipynb", "import os\nos._exit(3)", "x = 1", whole=False)
    _, run = runner.run_notebook(path, tmp_path / "build", None, {})
    assert run["outcome"] == "failed" and run["failure"]["cell"] == 1
    assert "DeadKernelError" in run["failure"]["error"] and (tmp_path / "build" / path.name).exists()


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


def test_no_profile_line_is_said_before_anything_runs(tmp_path, write_notebook):
    write_notebook(tmp_path / "solutions" / "9z_none.ipynb", "# 9z none", "x = 1", whole=False)
    with pytest.raises(CourseError, match=r"9z_none\.ipynb has no line PROFILE"):
        runner.run(profile="full", folder=tmp_path / "solutions", build=tmp_path / "build")
    assert not (tmp_path / "build").exists()


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
    assert runner.seconds_left(expected, taken, running) == left


@pytest.mark.parametrize(
    ("seconds", "rounded"), [(0.512, 0.5), (0.96, 1), (1.4, 1), (7.6, 8), (14.9, 10), (16, 20), (126, 100)]
)
def test_seconds_are_kept_with_one_digit(seconds, rounded):
    assert runner.one_digit(seconds) == rounded
    assert json.dumps(runner.one_digit(seconds)) == json.dumps(rounded)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_the_progress_line(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(runner.time, "monotonic", lambda: now[0])
    live, plain = Terminal(), io.StringIO()
    bars = [runner.Progress("9z", [0, 10, 20], stream) for stream in (live, plain)]
    for now[0] in (1.0, 10.0, 16.0, 20.0, 31.0):
        for bar in bars:
            if now[0] == 10.0:
                bar.finished(1)
            bar.show()
    for bar in bars:
        bar.end("9z done")
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


def test_only_the_seconds_of_slow_cells_are_kept():
    cells = [
        {"cell_type": "code", "id": name, "source": name, "metadata": {"course": {"seconds": 9}}} for name in "abc"
    ]
    before = {"cells": cells, "metadata": {}}
    notebook = runner.updated(before, {"a": 0.49, "b": 32.7}, before)
    assert [cell["metadata"] for cell in notebook["cells"]] == [{}, {"course": {"seconds": 30}}, {}]
    assert runner.recorded_seconds(notebook) == {"b": 30}
    again = runner.updated(before, {"b": 12.7}, notebook | {"cells": cells})
    assert runner.recorded_seconds(again) == {"b": 9}  # near enough: no line of the file changes


def test_an_update_in_which_only_times_differ_changes_nothing():
    def trained(text):
        cell = {"cell_type": "code", "id": "a", "source": "fit()", "metadata": {}, "execution_count": 1}
        return {"cells": [cell | {"outputs": [stream(text)]}], "metadata": {}}

    before = trained("209/209 - 3s - 14ms/step - loss: 0.67\n")
    assert runner.updated(trained("209/209 - 2s - 9ms/step - loss: 0.67\n"), {}, before)["cells"] == before["cells"]
    changed = trained("209/209 - 2s - 9ms/step - loss: 0.68\n")
    assert runner.updated(changed, {}, before)["cells"] == changed["cells"]


def test_what_is_timed_stays_within_its_tolerance_unless_its_cell_is_changed():
    def run(value, source="time()", picture="old", timed=True):
        row = {"name": "speed", "value": value, "tolerance": 9} | ({"timed": True} if timed else {})
        outputs = [
            {"output_type": "display_data", "data": {"text/plain": f"speed {value}", RECORD_MIME: row}, "metadata": {}},
            {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}},
            stream(f"{value:,}/s\n"),
        ]
        cell = {"cell_type": "code", "id": "a", "source": source, "metadata": {}, "outputs": outputs}
        return {"cells": [cell | {"execution_count": 1}], "metadata": {}}

    def outputs_of(new, before):
        return runner.updated(new, {}, before)["cells"][0]["outputs"]

    before = runner.updated(run(20.0), {}, {"cells": []})
    old = before["cells"][0]["outputs"]
    assert outputs_of(run(25.0, picture="new"), before) == old
    assert outputs_of(run(30.0), before) != old  # beyond the tolerance
    assert outputs_of(run(25.0, source="time(2)"), before) != old
    assert outputs_of(run(20.0, picture="new"), before) == old
    untimed = runner.updated(run(20.0, timed=False), {}, {"cells": []})
    assert outputs_of(run(25.0, timed=False), untimed) != untimed["cells"][0]["outputs"]


def test_what_is_timed_is_shown_anew_where_the_code_before_it_or_a_result_file_has_changed(tmp_path, monkeypatch):
    def run(before_it, picture):
        row = {"name": "speed", "value": 20.0, "tolerance": 9, "timed": True}
        outputs = [
            {"output_type": "display_data", "data": {"text/plain": "speed", RECORD_MIME: row}, "metadata": {}},
            {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}},
        ]
        rest = {"cell_type": "code", "execution_count": 1, "metadata": {}}
        first = rest | {"id": "a", "source": before_it, "outputs": []}
        return {"cells": [first, rest | {"id": "b", "source": "time()", "outputs": outputs}], "metadata": {}}

    def picture_of(notebook):
        return notebook["cells"][1]["outputs"][1]["data"]["image/png"]

    monkeypatch.setattr("course_utils.tools.notebooks.PACKAGE", tmp_path)
    file = tmp_path / "experiments" / "results" / "tides.json"
    file.parent.mkdir(parents=True)
    file.write_text("1")
    before = runner.updated(run('experiment("tides")', "old"), {}, {"cells": []})
    assert picture_of(runner.updated(run('experiment("tides")', "new"), {}, before)) == "old"
    assert picture_of(runner.updated(run('len(experiment("tides"))', "new"), {}, before)) == "new"
    file.write_text("2")
    assert picture_of(runner.updated(run('experiment("tides")', "new"), {}, before)) == "new"


def test_the_goal_is_shown_as_this_run_made_it():
    def cell(name, source, *pictures):
        outputs = [{"output_type": "display_data", "data": {"image/png": p}, "metadata": {}} for p in pictures]
        shown = {"outputs": outputs, "execution_count": 1, "metadata": {}}
        return {"cell_type": "code", "id": name, "source": source} | shown

    before = {"cells": [cell("a", "show_goal()", "old"), cell("b", "# goal\nplot()", "old")], "metadata": {}}
    run = {"cells": [cell("a", "show_goal()", "old"), cell("b", "# goal\nplot()", "new")], "metadata": {}}
    assert any("another picture" in sentence for sentence in guard(run))
    updated = runner.updated(run, {}, before)
    assert goal_pictures(updated) == ["new", "new"]
    assert not any("another picture" in sentence for sentence in guard(updated))


def test_the_goal_is_shown_as_it_stands_where_its_times_alone_differ():
    def run(value, picture):
        row = {"name": "speed", "value": value, "tolerance": 9, "timed": True}
        record = {"output_type": "display_data", "data": {"text/plain": f"{value}", RECORD_MIME: row}, "metadata": {}}
        image = {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}
        rest = {"cell_type": "code", "execution_count": 1}
        shown = rest | {"id": "a", "source": "show_goal()", "outputs": [image], "metadata": {}}
        made = rest | {"id": "b", "source": "# goal\ntime()", "outputs": [image, record], "metadata": {}}
        return {"cells": [shown, made], "metadata": {}}

    before = runner.updated(run(20.0, "old"), {}, {"cells": []})
    assert goal_pictures(runner.updated(run(25.0, "new"), {}, before)) == ["old", "old"]


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
        made("1", metadata={"tags": ["nbval-ignore-output"], "lines_to_next_cell": 1}),
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


def test_a_readme_without_a_place_for_its_table_is_refused(tmp_path):
    (tmp_path / "README.md").write_text("nothing here")
    with pytest.raises(CourseError, match=r"README\.md should hold <!-- picture: begin -->"):
        front_page.write(tmp_path, [])


def test_the_front_page_shows_one_result_of_a_lesson_and_all_results_stand_in_docs(tmp_path):
    common = {"value": 0.5, "met": True, "data": "toy", "profile": "quick", "lower_is_better": False}
    free = common | {"name": "free", "floor": None, "beats": None, "claim": "C1", "verdict": "holds here"}
    barred = common | {"name": "barred", "floor": 0.4, "beats": None, "claim": None, "verdict": None}
    outputs = [{"data": {results.RECORD_MIME: row}} for row in (barred, free)]
    path = tmp_path / "1_one.ipynb"
    cell = {"cell_type": "code", "source": "", "outputs": outputs}
    path.write_text(json.dumps({"cells": [cell], "metadata": {"course": {"seconds": 50, "peak_gb": 1.26}}}))
    readme, everything = tmp_path / "README.md", tmp_path / "docs" / "results.md"
    readme.write_text(README.format(""))
    assert front_page.write(tmp_path, [path], check=True) == [readme, everything] and not everything.exists()
    assert front_page.write(tmp_path, [path]) == [readme, everything]
    assert "| [1](lessons/1_one.ipynb) | barred | 0.500 | ≥ 0.4 | toy | 50 | 1.3 |" in readme.read_text(
        encoding="utf-8"
    )
    text = everything.read_text(encoding="utf-8")
    assert text.count("barred") == 1 and text.count("free 0.500") == 1 and "| free |" not in text
    assert front_page.write(tmp_path, [path]) == []


@pytest.mark.parametrize(
    ("value", "text"), [(0.5, "0.500"), (1, "1.000"), (11, "11"), (27.37, "27.4"), (496.1, "496"), (-0.0062, "-0.006")]
)
def test_numbers_in_tables(value, text):
    assert results.number(value) == text


def test_claims_are_in_the_order_of_their_numbers():
    rows = [{"claim": claim} for claim in ("C10", None, "C2", "C1")]
    assert [row["claim"] for row in results.claims_among(rows)] == ["C1", "C2", "C10"]


def test_the_environment_of_a_kernel(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("TFDS_DATA_DIR", "real/tfds")
    environment = runner.kernel_environment(tmp_path)
    assert (environment["TF_ENABLE_ONEDNN_OPTS"], environment["TF_CPP_MIN_LOG_LEVEL"]) == ("0", "3")
    assert environment["MPLBACKEND"] == "module://matplotlib_inline.backend_inline"
    assert environment["TFDS_DATA_DIR"] == str(tmp_path / "real" / "tfds")
    monkeypatch.setenv("TF_ENABLE_ONEDNN_OPTS", "1")
    assert runner.kernel_environment(tmp_path)["TF_ENABLE_ONEDNN_OPTS"] == "1"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["run", "nosuch"], "there is no lesson 'nosuch'"),
        (["check", "nosuch"], "there is no lesson 'nosuch'"),
        (["run", "--update", "--profile", "full"], "goes with neither"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(arguments, sentence, capsys):
    assert cli.main(arguments) == 1
    said = capsys.readouterr()
    assert sentence in said.err and said.err.count("\n") == 1 and not said.out
