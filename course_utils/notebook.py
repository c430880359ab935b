"""The notebook front: all that a lesson imports from the course besides data and plots.

`setup` makes runs repeatable and says where they run, `check` judges an exercise and lets the lesson go
on, `record` states a result with its floor and baseline, `show_goal` shows what will work at the end.
"""

import base64
import contextlib
import json
import math
import os
import platform
import sys
from dataclasses import dataclass

import numpy as np

from course_utils import checks, exercises, plots, references
from course_utils.paths import PACKAGE

RECORD_MIME = "application/vnd.sequence-models-course.record+json"
PROFILES = ("quick", "full")
VERDICTS = ("holds here", "holds in part", "does not hold here")


@dataclass
class Session:
    """What `setup` was told, for the calls that come after it."""

    lesson: str = ""
    profile: str = "quick"


session = Session()
handed_out = {}  # exercise id -> the reference solution that `check` returned in place of an answer


class FloorMissed(Exception):
    """A recorded result is below its floor or its baseline."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def setup(lesson, profile="quick", seed=0):
    """Begin a lesson: seed Python, NumPy and Keras, set the plot style, and say where this runs.

    lesson: the notebook's name, as "2b_sentiment_simple_rnn".
    profile: "quick" (embedded data, two CPU cores) or "full" (the real corpus, a GPU).
    seed: seed of all random numbers of the lesson.
    Raises ValueError for another profile.
    """
    if profile not in PROFILES:
        raise ValueError(f"PROFILE is {profile!r}; choose one of {', '.join(map(repr, PROFILES))}")
    import keras
    import tensorflow as tf

    session.lesson, session.profile = lesson, profile
    # On recent GPUs TensorFlow multiplies in TF32, with 10 bits after the point: too coarse to compare two ways of
    # computing the same thing.
    tf.config.experimental.enable_tensor_float_32_execution(False)
    keras.utils.set_random_seed(seed)
    plots.use_house_style()
    gpus = tf.config.list_physical_devices("GPU")
    device = f"{len(gpus)} GPU" if gpus else f"{os.cpu_count()} CPU cores, no GPU"
    print(
        f"lesson {lesson} · profile {profile} · {device} · "
        f"Keras {keras.__version__} on TensorFlow {tf.__version__}, Python {platform.python_version()}"
    )
    if profile == "full" and not gpus:
        print("The full profile is meant for a GPU: on Colab choose Runtime → Change runtime type → GPU.")


def check(exercise, answer):
    """Judge an exercise; print one line; return what the lesson goes on with.

    exercise: its id, as "2b.1".
    answer: the student's function, layer or model.
    Returns the answer when it is right, otherwise the reference solution. Never raises for a wrong answer.
    """
    if exercise in handed_out and answer is handed_out[exercise]:
        name = checks.find(exercise).name
        print(
            f"○ {exercise} {name} is the reference solution here; "
            f"run the cell that defines your own {name} again, to its end, then this one"
        )
        return answer
    verdict = checks.examine(exercise, answer)
    if verdict.status == "right":
        print(verdict)
        return answer
    print(f"{verdict} (the lesson goes on with the reference solution)")
    handed_out[exercise] = references.reference(exercise, verdict.name)
    return handed_out[exercise]


def record(
    name,
    value,
    *,
    data,
    floor=None,
    beats=None,
    claim=None,
    holds=None,
    tolerance=0.0,
    lower_is_better=False,
    timed=False,
):
    """State a result: print one aligned line, and leave the numbers in the cell's output for the runner.

    name: what was measured, as "SimpleRNN test accuracy".
    value: the number.
    data: which data it was measured on, as "course_reviews"; an embedded corpus never reads like a real one.
    floor: the value that must be reached (with lower_is_better: not exceeded).
    beats: ("baseline", its value), which must be beaten.
        Where the profiles differ, floor and beats are dictionaries, as {"quick": 0.75}; a profile without an entry
        has no bar.
    claim: id of a claim of the lectures, as "C5"; then `holds` is a list of conditions computed in the lesson:
        all true reads "holds here", some "holds in part", none "does not hold here".
    tolerance: by how much a repetition on another machine may differ (used when notebooks are validated).
    timed: the value hangs on the clock: an update of the solution keeps the earlier one, and the picture beside it,
        where the new one is within the tolerance.
    Raises FloorMissed when the floor or the baseline is not met, ValueError when an argument makes no sense.
    """
    value = float(value)
    floor, beats = (bar.get(session.profile) if isinstance(bar, dict) else bar for bar in (floor, beats))
    if not math.isfinite(value):
        raise ValueError(f"record({name!r}): the value is {value}, not a finite number")
    if (claim is None) != (holds is None):
        raise ValueError(f"record({name!r}): a verdict needs both claim= and holds=")
    verdict = None
    if claim is not None:
        conditions = [bool(condition) for condition in holds]
        verdict = VERDICTS[0 if all(conditions) else 1 if any(conditions) else 2]

    def reaches(bar, strictly):
        gain = bar - value if lower_is_better else value - bar
        return gain > 0 if strictly else gain >= 0

    failures = []
    parts = [f"{name:<44} {value:8.3f}"]
    if floor is not None:
        met = reaches(floor, strictly=False)
        parts.append(f"{'ceiling' if lower_is_better else 'floor'} {floor:g} {'✓' if met else '✗'}")
        if not met:
            failures.append(f"it should be at {'most' if lower_is_better else 'least'} {floor:g}")
    if beats is not None:
        rival, bar = beats[0], float(beats[1])
        met = reaches(bar, strictly=True)
        parts.append(f"beats {rival} {bar:.3f} {'✓' if met else '✗'}")
        if not met:
            failures.append(f"it should beat {rival}, {bar:.3f}")
    if claim is not None:
        parts.append(f"{claim} {verdict}")
    line = "  ".join(parts) + f"  [{data}, {session.profile}]"
    row = {
        "lesson": session.lesson,
        "profile": session.profile,
        "name": name,
        "value": value,
        "data": data,
        "floor": floor,
        "beats": [beats[0], float(beats[1])] if beats else None,
        "claim": claim,
        "verdict": verdict,
        "met": not failures,
        "tolerance": tolerance,
        "lower_is_better": lower_is_better,
    }
    if timed:
        row["timed"] = True
    from IPython.display import display

    display({"text/plain": line, RECORD_MIME: row}, raw=True)
    if failures:
        raise FloorMissed(f"{name} is {value:.3f} on {data} ({session.profile}); {' and '.join(failures)}.")


def experiment(name):
    """What a committed script of course_utils/experiments measured; print when, where and how.

    name: of its result file, as "lstm_variants". Returns the file as a dictionary.
    Raises FileNotFoundError, with the command that makes it.
    """
    path = PACKAGE / "experiments" / "results" / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(f"There is no result of {name}; `python -m course_utils.experiments.{name}` makes it.")
    result = json.loads(path.read_text(encoding="utf-8"))
    versions = ", ".join(f"{package} {version}" for package, version in result["versions"].items())
    print(
        f"measured beforehand by `python -m course_utils.experiments.{name}`: {result['date']}, {result['minutes']:g} "
        f"minutes, {result['hardware']}, {versions}, seeds {', '.join(map(str, result['seeds']))}, {result['data']}"
    )
    return result


def trained_weights(name, network):
    """The weights of a network that a committed script of course_utils/experiments trained.

    name: of the script, as "speech_models"; its result file says when, where and how (`experiment`).
    network: which of its networks. Returns a list of float32 arrays, in the order of Keras's `get_weights()`.
    """
    with np.load(PACKAGE / "experiments" / "results" / f"{name}.npz") as file:
        count = sum(key.rsplit("_", 1)[0] == network for key in file)
        return [file[f"{network}_{n}"].astype("float32") for n in range(count)]


def show_goal():
    """Show what will work at the end of this lesson: the figure of the solution's `# goal` cell."""
    from IPython.display import Image, display

    notebook = json.loads(exercises.solution_path(session.lesson).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and exercises.marker(exercises.source_of(cell))[0] == "goal":
            for output in cell["outputs"]:
                if "image/png" in output.get("data", {}):
                    display(Image(base64.b64decode(output["data"]["image/png"]), width=720))
                    return
    print("(the picture is there once the solution has been executed: `course run --update`)")


@contextlib.contextmanager
def quiet():
    """Hide what compiled libraries write to standard error meanwhile, as XLA does on its first compilation.

    In a notebook Python's own warnings and errors are shown as ever.
    """
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
