"""What an update writes back: outputs stay as long as what made them does and they agree; timings in a file of their
own."""

import json

import pytest

from course_utils import bars
from course_utils.notebook.results import RECORD_MIME, VERDICTS_MIME
from course_utils.tools import meter, notebooks, progress, runner, updating
from course_utils.tools.notebooks import goal_pictures, read
from course_utils.tools.updating import timings_of, updated, worth_keeping
from course_utils.tools.validate import guard

TABLE = bars.parse('["accuracy"]\nwithin = 0.05\n["speed"]\ntimed = true\n', "9z")
RUN = {"seconds": 20.0, "peak_gb": 1.0, "others": 0.0, "cell_seconds": {}}


def code(name, source, *outputs, tags=()):
    """An executed code cell."""
    made = {"cell_type": "code", "id": name, "source": source, "outputs": list(outputs)}
    return made | {"execution_count": 7, "metadata": {"tags": list(tags)} if tags else {}}


def notebook(*cells):
    return {"cells": list(cells), "metadata": {}}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(**data):
    """A displayed output, as text_plain="…"."""
    data = {key.replace("_", "/"): text for key, text in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def record(name, value):
    row = {"name": name, "value": value, "rival": None, "data": "toy", "profile": "quick", "lesson": "9z"}
    return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": f"{value}", RECORD_MIME: row}}


def verdict(said, text="“It is so.”"):
    return {"output_type": "display_data", "metadata": {}, "data": {"text/plain": text, VERDICTS_MIME: {"C5": said}}}


def first(node):
    """(notebook, timings) of a first update."""
    made = updated(node, node, {}, TABLE)
    return made, timings_of(made, RUN, {})


def outputs_after(before, node, afresh=False):
    """The outputs of each code cell when an updated notebook is run again and gives `node`."""
    made, timings = first(before)
    again = updated(node, made, timings, TABLE, afresh)
    return [cell["outputs"] for cell in again["cells"] if cell["cell_type"] == "code"]


# --- which outputs stay ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "tags", "stays"),
    [
        (display(image_png="old"), display(image_png="new"), (), True),
        (stream("loss 0.2330"), stream("loss 0.2331"), (), True),
        (stream("loss 0.2330"), stream("loss 0.2350"), (), False),
        (stream("loss 0.2330"), stream("loss 0.2350"), ("tolerance=0.01",), True),
        (stream("120 steps"), stream("121 steps"), (), False),
        (stream("12 s"), stream("13 s"), ("nbval-ignore-output",), True),
        (stream("12 s"), stream("an old warning", "stderr"), ("nbval-ignore-output",), True),
        (record("speed", 20.0), record("speed", 90.0), (), True),
        (record("speed", 20.0), record("speed", 90.0), ("nbval-ignore-output",), True),
        (record("accuracy", 0.80), record("accuracy", 0.84), (), True),
        (record("accuracy", 0.80), record("accuracy", 0.86), (), False),
        (record("accuracy", 0.80), record("accuracy", 0.86), ("nbval-ignore-output",), False),
        (verdict("holds here"), verdict("holds in part"), (), False),
        (verdict("holds here"), verdict("holds here", "“It is hardly so.”"), (), False),
    ],
)
def test_outputs_stay_where_the_check_would_take_the_new_ones_for_a_repetition(old, new, tags, stays):
    (kept,) = outputs_after(notebook(code("a", "run()", old, tags=tags)), notebook(code("a", "run()", new, tags=tags)))
    assert kept == [old if stays else new]


def test_an_output_that_has_come_or_gone_is_taken():
    for tags in ((), ("nbval-ignore-output",)):
        with_output, without = (notebook(code("a", "run()", *o, tags=tags)) for o in ([stream("x")], []))
        assert outputs_after(without, with_output) == [[stream("x")]]
        assert outputs_after(with_output, without) == [[]]


def test_a_notebook_never_holds_results_of_two_runs_side_by_side():
    """One cell of the same code that does not repeat takes the outputs of all cells with it."""

    def run(accuracy, loss):
        return notebook(code("a", "train()", record("accuracy", accuracy)), code("b", "test()", stream(f"loss {loss}")))

    assert outputs_after(run(0.80, 0.2330), run(0.84, 0.2331)) == [[record("accuracy", 0.80)], [stream("loss 0.233")]]
    assert outputs_after(run(0.80, 0.2330), run(0.84, 0.3)) == [[record("accuracy", 0.84)], [stream("loss 0.3")]]


def seen(*sources):
    """A notebook of code cells, the last of which shows a picture, named after the number of cells made so far."""
    seen.count += 1
    cells = [code(f"cell-{n}", source) for n, source in enumerate(sources)]
    cells[-1]["outputs"] = [display(image_png=f"picture {seen.count}")]
    return notebook(*cells)


seen.count = 0


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        (("x = 1", "plot(x)"), ("x = 1", "plot(x)"), True),
        (("x = 1", "plot(x)"), ("x = 1  # one", "plot(\n    x\n)"), True),  # said better, laid out better
        (("# setup: install\nold", "plot()"), ("# setup: install\nnew", "plot()"), True),  # it is stamped
        (("x = 1", "plot(x)"), ("x = 2", "plot(x)"), False),
        (("x = 1", "plot(x)"), ("x = 1", "plot(x, 'o')"), False),
        (("plot(x)",), ("y = 2", "plot(x)"), False),
    ],
)
def test_outputs_are_taken_anew_where_the_code_up_to_their_cell_has_changed(before, after, stays):
    old, new = seen(*before), seen(*after)
    new["cells"][-1]["id"] = old["cells"][-1]["id"]
    kept = outputs_after(old, new)[-1]
    assert kept == (old if stays else new)["cells"][-1]["outputs"]


@pytest.mark.parametrize(
    ("reads", "file"),
    [
        ('experiment("tides")', "experiments/results/tides.json"),
        ('trained_weights("tides", "moon")', "experiments/results/tides.npz"),
        ("full_results()", "solutions/9z_small.full.json"),
    ],
)
def test_outputs_are_taken_anew_where_a_result_file_that_was_read_has_changed(tmp_path, monkeypatch, reads, file):
    """But not where its stamp alone has, which says what code made it."""
    monkeypatch.setattr(notebooks, "PACKAGE", tmp_path)
    monkeypatch.setattr(notebooks, "resource", lambda name: tmp_path / name)
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text('{"code": "1", "heights": [1.5]}')
    sources = ('setup("9z_small", edition=1)', f"x = {reads}", "plot(x)")
    old, new = seen(*sources), seen(*sources)
    made, timings = first(old)

    def shown_then(text):
        path.write_text(text)
        return updated(new, made, timings, TABLE)["cells"][-1]["outputs"]

    if path.suffix == ".json":
        assert shown_then('{"code": "2", "heights": [1.5]}') == old["cells"][-1]["outputs"]
    assert shown_then('{"code": "1", "heights": [2.5]}') == new["cells"][-1]["outputs"]
    assert shown_then('{"code": "1", "heights": [1.5]}') == old["cells"][-1]["outputs"]


def test_afresh_takes_all_new_outputs():
    old, new = seen("plot()"), seen("plot()")
    assert outputs_after(old, new, afresh=True) == [new["cells"][0]["outputs"]]


def test_without_timings_nothing_is_known_of_the_code_and_all_is_taken_anew():
    old, new = seen("plot()"), seen("plot()")
    assert updated(new, old, {}, TABLE)["cells"][0]["outputs"] == new["cells"][0]["outputs"]


def test_a_result_that_stays_has_the_number_of_its_cell():
    def run(value, *before):
        shown = display(text_plain=value) | {"output_type": "execute_result", "execution_count": 9}
        return notebook(*before, code("a", "x", shown))

    (_, (kept,)) = outputs_after(run("1.0"), run("1.0001", code("b", "# a comment alone")))
    assert kept["execution_count"] == 2 and kept["data"]["text/plain"] == "1.0001"
    ((kept,),) = outputs_after(run("1.0"), run("1.0001"))
    assert kept["execution_count"] == 1 and kept["data"]["text/plain"] == "1.0"


# --- the goal -------------------------------------------------------------------------------------------------


def with_goal(shown, made, source="plot()", *more):
    """A lesson that shows its goal at the beginning and makes it, with a text in place of it, at the end."""
    picture = display(image_png=made) | {"metadata": {"image/png": {"alt": f"the {made} picture"}}}
    return notebook(
        code("a", "setup()\nshow_goal()", *([display(image_png=shown)] if shown else [])),
        code("b", f"# goal\n{source}", picture, *more),
    )


def test_the_goal_is_shown_as_this_run_made_it():
    before, run = with_goal("old", "old"), with_goal("old", "new", "plot(2)")
    assert any("another picture" in sentence for sentence in guard(run, TABLE))
    made, timings = first(before)
    again = updated(run, made, timings, TABLE)
    assert goal_pictures(again) == ["new", "new"]
    assert again["cells"][0]["outputs"][0]["metadata"]["image/png"]["alt"] == "the new picture"
    assert not any("another picture" in sentence for sentence in guard(again, TABLE))


def test_the_goal_is_shown_as_it_stands_where_the_picture_or_a_time_alone_differs():
    before = with_goal("old", "old", "time()", record("speed", 20.0))
    run = with_goal("old", "new", "time()", record("speed", 25.0))
    made, timings = first(before)
    assert goal_pictures(updated(run, made, timings, TABLE)) == ["old", "old"]


def test_a_first_run_has_no_goal_to_show_and_gets_it():
    run = with_goal(None, "new")
    run["cells"][0]["outputs"] = [stream("(the picture is there once the solution has been executed: …)\n9z\n")]
    made, _ = first(run)
    assert goal_pictures(made) == ["new", "new"] and made["cells"][0]["outputs"][0]["text"] == "9z\n"


# --- timings --------------------------------------------------------------------------------------------------


def test_figures_of_the_same_code_stay_within_the_noise():
    made = notebook(code("a", "train()"))
    earlier = timings_of(made, RUN | {"seconds": 50.4}, {})
    assert (earlier["seconds"], earlier["peak_gb"], earlier["code"]) == (50, 1.0, notebooks.hash_of(made))

    def figures(seconds, peak, others=0.0, before=earlier):
        timings = timings_of(made, RUN | {"seconds": seconds, "peak_gb": peak, "others": others}, before)
        return timings.get("seconds"), timings.get("peak_gb")

    assert figures(61.2, 0.9) == (50, 1.0)
    assert figures(70.4, 1.3) == (70, 1.3)
    assert figures(70.4, 1.3, others=0.6) == (50, 1.3)  # other work beside it: the seconds say nothing
    changed = earlier | {"code": "another"}
    assert figures(61.2, 0.9, before=changed) == (61, 0.9)
    assert figures(61.2, 0.9, 0.6, before=changed) == (None, 0.9)
    assert figures(61.2, None) == (50, None)
    quick = earlier | {"seconds": 2, "peak_gb": 0.2}
    assert figures(4.4, 0.24, before=quick) == (2, 0.2)  # of small numbers a little is much


@pytest.mark.parametrize(
    ("seconds", "known", "kept"),
    [
        (0.49, None, None),
        (0.512, None, 0.5),
        (0.96, None, 1),
        (1.4, None, 1),
        (14.9, None, 10),
        (126, None, 100),
        (25, 9, 9),
        (4, 9, 9),
        (28, 9, 30),
        (2.9, 9, 3),
        (0.2, 0.5, 0.5),
        (0.1, 0.5, None),
    ],
)
def test_seconds_of_a_cell_are_kept_with_one_digit_and_stay_within_a_factor_of_three(seconds, known, kept):
    assert worth_keeping(seconds, known) == kept
    assert json.dumps(worth_keeping(seconds, known)) == json.dumps(kept)


def test_a_cell_about_as_quick_as_is_worth_keeping_does_not_come_and_go():
    made = notebook(code("a", "train()"), code("b", "x"))
    timings = timings_of(made, RUN | {"cell_seconds": {"a": 0.45, "b": 32.7}}, {})
    assert updating.recorded_seconds(timings) == {"b": 30}
    assert timings_of(made, RUN | {"cell_seconds": {"a": 0.55, "b": 41.0}}, timings) == timings
    slower = timings_of(made, RUN | {"cell_seconds": {"a": 2.2, "b": 41.0}}, timings)
    assert updating.recorded_seconds(slower) == {"a": 2, "b": 30}


def test_timings_are_read_from_beside_the_solution(tmp_path):
    solution = tmp_path / "9z_small.ipynb"
    assert updating.read_timings(solution) == {}
    timings = timings_of(notebook(code("a", "x")), RUN, {})
    (tmp_path / "9z_small.timings.json").write_text(updating.dumps_timings(timings), encoding="utf-8")
    assert updating.read_timings(solution) == timings


# --- a second update ------------------------------------------------------------------------------------------

LESSON = [
    "import base64, os, time\nfrom IPython.display import display",
    "def show_goal():\n    print('(the picture is there once the solution has been executed)')\n\n\nshow_goal()",
    ("print(f'{time.perf_counter()} s, {os.getpid()}')", ["nbval-ignore-output"]),
    'record("speed", time.perf_counter(), data="this clock")',
    "def picture():\n    png = base64.b64encode(os.urandom(30)).decode()\n    display({'image/png': png}, raw=True)",
    "picture()\nprint(0.25 + 1e-6 * (os.getpid() % 7))",
    "# goal\npicture()",
]


class Idle(meter.Meter):
    """A machine without other work, on which a run takes 20 seconds, or 25, or 21 …"""

    runs = 0

    def seconds(self):
        return 20 + 5 * (Idle.runs % 2)

    def others(self):
        return 0.0


def taken(self, index):
    """The seconds of cell `index`, which are not the same in two runs."""
    self.taken += [0.0] * (index - len(self.taken)) + [0.3 * (1 + index) * (1 + 0.7 * (Idle.runs % 2))]


def test_a_second_update_leaves_no_diff(tmp_path, write_notebook, solutions_of, monkeypatch):
    monkeypatch.setattr(runner, "Meter", Idle)
    monkeypatch.setattr(progress.Progress, "finished", taken)
    path = write_notebook(tmp_path / "solutions" / "9z_small.ipynb", *LESSON)
    path.with_suffix(".toml").write_text('headline = "speed"\n["speed"]\ntimed = true\n')

    def update(**how):
        """(solution, timings) as bytes, and the notebook as it was executed."""
        Idle.runs += 1
        with solutions_of(tmp_path):
            assert runner.run(tmp_path / "solutions", tmp_path / "build", update=True, **how) == 0
        files = path.read_bytes(), path.with_suffix(".timings.json").read_bytes()
        return files, read(tmp_path / "build" / "run" / path.name)

    def changed(old, new):
        """The places of the cells whose outputs differ."""
        pairs = enumerate(zip(old["cells"], new["cells"], strict=True), 1)
        return [place for place, (one, other) in pairs if one.get("outputs") != other.get("outputs")]

    files, run = update()
    again, second_run = update()
    assert again == files
    assert changed(run, second_run) == [6, 7, 9, 10]  # though it gave other seconds, another speed, other pictures
    timings = json.loads(files[1])
    assert timings["seconds"] == 25 and timings["peak_gb"] > 0 and timings["cells"]["cell-4"]["seconds"] == 2
    before = read(path)
    assert not any(cell["metadata"].get("course") for cell in [before, *before["cells"]])

    afresh, third_run = update(afresh=True)
    assert changed(before, read(path)) == [5, 6, 7, 9, 10]
    assert goal_pictures(read(path)) == [third_run["cells"][9]["outputs"][0]["data"]["image/png"].strip()] * 2
    assert afresh[1] == files[1]
