"""What a lesson shows that was not computed in it: its goal, and what a committed script measured or trained."""

import contextlib
import json
import os
import sys

import numpy as np

from course_utils import exercises
from course_utils.notebook.session import session
from course_utils.paths import PACKAGE


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
        f"measured in advance by `python -m course_utils.experiments.{name}`: {result['date']}, {result['minutes']:g} "
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


def goal_of(output):
    """(data, metadata) with which the figure of a `# goal` cell is shown at the lesson's start, its alt text kept."""
    beside = output.get("metadata", {}).get("image/png", {})
    data = {"image/png": "".join(output["data"]["image/png"]), "text/plain": beside.get("alt", "(the goal, a picture)")}
    return data, {"image/png": {**beside, "width": 720}}


def show_goal():
    """Show what will work at the end of this lesson: the figure of the solution's `# goal` cell."""
    from IPython.display import display

    notebook = json.loads(exercises.solution_path(session.lesson).read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code" and exercises.marker(exercises.source_of(cell))[0] == "goal":
            for output in cell["outputs"]:
                if "image/png" in output.get("data", {}):
                    data, metadata = goal_of(output)
                    display(data, metadata=metadata, raw=True)
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
