"""The result files of the experiments: what was measured, and when, where, how and by which code.

    python -m course_utils.experiments.result_file --stamp NAME [NAME ...] --because TEXT

gives result files the hashes of the code that stands there now, without running it, and says so in them: for a change
that bears on no number, with the reason. `make test` says of which files the code has changed.
"""

import argparse
import datetime
import json
import os
import platform

import numpy as np

from course_utils.experiments import stamps
from course_utils.tools.notebooks import CourseError, write_text


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


def write_result(name, *, data, seeds, seconds, goes_on=False, **measured):
    """Write experiments/results/NAME.json, which `course_utils.experiment(NAME)` reads in a lesson.

    name: the script's module name. data: what it was measured on. seeds: list. seconds: how long it took, by the
    clock or, where a script is resumed or shares its machine, in processor time; written as minutes.
    goes_on: some of what was measured stood in the file before, which then keeps the stamp of the code that made it.
    measured: numbers, lists and dictionaries of them. Returns the path.
    """
    result = circumstances() | {"minutes": round(seconds / 60, 1), "data": data, "seeds": list(seeds)} | measured
    stamp = {"code": stamps.code_of(name)}
    if goes_on:
        earlier = read_result(name)
        stamp = {key: earlier[key] for key in ("code", "stamped") if key in earlier}
    return write(name, result | stamp)


def read_result(name):
    """The dictionary in experiments/results/NAME.json. Raises CourseError where there is none."""
    path = stamps.RESULTS / f"{name}.json"
    if not path.is_file():
        raise CourseError(f"There is no result of {name}; `python -m course_utils.experiments.{name}` makes it.")
    return json.loads(path.read_text(encoding="utf-8"))


def write(name, result):
    """Write a result file, with the hash of the weights that belong to it. Returns the path."""
    path, weights = stamps.RESULTS / f"{name}.json", stamps.weights_hash(name)
    result |= {"weights": weights} if weights else {}
    write_text(path, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return path


def stamp_afterwards(name, because):
    """Give a result file the stamp of the code that stands there now, and say when that was done and why."""
    stamped = f"afterwards, on {datetime.date.today().isoformat()}, without running it again: {because}"
    return write(name, read_result(name) | {"code": stamps.code_of(name), "stamped": stamped})


def write_weights(name, network, weights):
    """Write experiments/results/NAME.npz in half precision, which `course_utils.trained_weights(NAME, network)` reads.

    name: the script's module name. network: which of its networks. weights: list of arrays.
    """
    halves = {f"{network}_{n}": array.astype("float16") for n, array in enumerate(weights)}
    np.savez_compressed(stamps.RESULTS / f"{name}.npz", **halves)


def main():
    parser = argparse.ArgumentParser(prog="python -m course_utils.experiments.result_file")
    parser.add_argument("--stamp", nargs="+", required=True, metavar="NAME", help="of scripts, as speech_models")
    parser.add_argument("--because", required=True, metavar="TEXT", help="why the results stand although code changed")
    options = parser.parse_args()
    try:
        for name in options.stamp:
            print(stamp_afterwards(name, options.because))
    except (CourseError, FileNotFoundError) as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()
