"""The result files of the experiments: what was measured, and when, where and how."""

import datetime
import json
import os
import platform

import numpy as np

from course_utils.paths import PACKAGE
from course_utils.tools.notebooks import write_text


def circumstances():
    """Date, hardware and versions, as a result file states them."""
    import keras
    import tensorflow as tf

    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    names = ", ".join(gpu.get("device_name", "GPU") for gpu in gpus) or "no GPU"
    return {
        "date": datetime.date.today().isoformat(),
        "hardware": f"{os.cpu_count()} CPU cores, {platform.machine()}, {names}",
        "versions": {"Python": platform.python_version(), "TensorFlow": tf.__version__, "Keras": keras.__version__},
    }


def write_result(name, *, data, seeds, seconds, **measured):
    """Write experiments/results/NAME.json, which `course_utils.experiment(NAME)` reads in a lesson.

    name: the script's module name. data: what it was measured on. seeds: list. seconds: how long it took, by the
    clock or, where a script is resumed or shares its machine, in processor time; written as minutes.
    measured: numbers, lists and dictionaries of them. Returns the path.
    """
    path = PACKAGE / "experiments" / "results" / f"{name}.json"
    result = circumstances() | {"minutes": round(seconds / 60, 1), "data": data, "seeds": list(seeds)} | measured
    write_text(path, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return path


def write_weights(name, network, weights):
    """Write experiments/results/NAME.npz in half precision, which `course_utils.trained_weights(NAME, network)` reads.

    name: the script's module name. network: which of its networks. weights: list of arrays.
    """
    halves = {f"{network}_{n}": array.astype("float16") for n, array in enumerate(weights)}
    np.savez_compressed(PACKAGE / "experiments" / "results" / f"{name}.npz", **halves)
