"""What the runner wants to know of a run and a student does not: epochs, seeds, data read; and going on after a stop.

`setup` installs nothing here unless the runner has set COURSE_NOTES, the file in which it wants its notes. COURSE_KEEP
names a folder in which trainings are kept, so that a run of hours that was stopped goes on in the epoch after the last.
"""

import contextlib
import hashlib
import inspect
import json
import os
import pickle
import platform
import random
import time
from pathlib import Path

import numpy as np

from course_utils.parsed_code import code_hash

NOTES, KEEP = "COURSE_NOTES", "COURSE_KEEP"  # environment variables
noted = {}


def install(lesson, seed):
    """Begin to take notes, where the runner asks for them."""
    noted.clear()
    if not os.environ.get(NOTES):
        return
    noted.update({"lesson": lesson, "seeds": [seed], "trainings": [], "unseeded": [], "earlier_seconds": 0})
    noted.update(circumstances())
    watch_seeds()
    watch_fit(Path(os.environ[KEEP]) if os.environ.get(KEEP) else None)
    write()


def write():
    """Write the notes, moved into place whole."""
    if noted and os.environ.get(NOTES):
        path = Path(os.environ[NOTES])
        from course_utils import datasets

        noted["data"] = dict(datasets.read)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_text(json.dumps(noted))
        os.replace(temporary, path)


def circumstances():
    """The hardware and the versions of this run."""
    import keras
    import tensorflow as tf

    gpus = [tf.config.experimental.get_device_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    names = ", ".join(gpu.get("device_name", "GPU") for gpu in gpus) or "no GPU"
    return {
        "hardware": f"{os.cpu_count()} CPU cores, {platform.machine()}, {names}",
        "versions": {"Python": platform.python_version(), "TensorFlow": tf.__version__, "Keras": keras.__version__},
    }


def cell_number():
    """The number of the code cell that runs now, from 1; 0 outside of a notebook.

    Not IPython's `execution_count`, which from version 9 on is already that of the next cell.
    """
    return len(code_so_far())


def code_so_far():
    """The sources of the code cells that have begun, this one too; none outside of a notebook."""
    with contextlib.suppress(Exception):
        from IPython import get_ipython

        return get_ipython().user_ns["In"][1:]
    return []


# --- every network is built after its seed ------------------------------------------------------------------


def watch_seeds():
    """Note the cells that draw the seeds of first weights before they have set one, and then train those weights.

    Such weights depend on whatever ran before: the same network scored 0.812 or 0.864.
    """
    import keras
    from keras.src.initializers.random_initializers import RandomInitializer
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    set_random_seed, begin = keras.utils.set_random_seed, RandomInitializer.__init__
    add_weight, build = keras.layers.Layer.add_weight, BaseOptimizer.build
    seeded_in = [0]  # the cell that has last set a seed
    made = []  # initializers of which this is so, since a weight was last added: Keras makes them of names
    unseeded = {}  # {id of a variable: (the variable, the cell that drew its seed without setting one)}

    def noted_set(seed):
        seeded_in[0] = cell_number()
        if seed not in noted["seeds"]:
            noted["seeds"].append(int(seed))
        return set_random_seed(seed)

    def noted_begin(initializer, seed=None):
        begin(initializer, seed)
        if seed is None and seeded_in[0] != cell_number():
            initializer.drawn_in = cell_number()
            made.append(initializer)

    def noted_add_weight(layer, *arguments, **options):
        made.clear()
        variable = add_weight(layer, *arguments, **options)
        given = options.get("initializer", arguments[1] if len(arguments) > 1 else None)
        for initializer in [given, *made]:
            if hasattr(initializer, "drawn_in"):
                unseeded[id(variable)] = variable, initializer.drawn_in
        return variable

    def noted_build(optimizer, variables):
        cells = {unseeded[id(variable)][1] for variable in variables if id(variable) in unseeded}
        noted["unseeded"] = sorted(cells.union(noted["unseeded"]))
        return build(optimizer, variables)

    keras.utils.set_random_seed = noted_set
    RandomInitializer.__init__ = noted_begin
    keras.layers.Layer.add_weight = noted_add_weight
    BaseOptimizer.build = noted_build


# --- how long was trained, and going on after a stop --------------------------------------------------------


def watch_fit(folder=None):
    """Note the epochs of every `model.fit`; with a folder, keep each training after every epoch, and go on from there.

    A training is known again by its place in the run, the code up to it, its model, its options and its first weights.
    One that has ended is not repeated: its weights, its optimizer and its history come from the folder. Loops that are
    written out in a lesson are not kept, nor is what a callback remembers, as EarlyStopping does.
    """
    import keras

    fit = keras.Model.fit

    def noted_fit(model, *arguments, **options):
        options = inspect.signature(fit).bind(model, *arguments, **options).arguments
        options.pop("self")
        number = len(noted["trainings"]) + 1
        begun = {"cell": cell_number(), "epochs": 0, "seconds": 0}
        noted["trainings"].append(begun)
        start = time.monotonic()
        if folder is None or options.get("initial_epoch") or not is_built(model, options):
            history, earlier = fit(model, **options), 0
        else:
            history, earlier = kept_fit(folder / f"{number:03d}.pickle", fit, model, options)
        begun |= {"epochs": len(history.epoch), "seconds": round(earlier + time.monotonic() - start, 1)}
        noted["earlier_seconds"] += earlier
        write()
        return history

    keras.Model.fit = noted_fit


def is_built(model, options):
    """True for a model that has its weights; one that waits for its first batch is shown one."""
    if not model.built:
        with contextlib.suppress(Exception):  # it cannot be evaluated, and is trained without being kept
            data = {name: options[name] for name in ("x", "y", "batch_size") if name in options}
            model.evaluate(**data, steps=1, verbose=0)
    return model.built and bool(model.variables)


def kept_fit(file, fit, model, options):
    """`fit`, kept in a file after every epoch and taken up again from there.

    options: all arguments of `fit`, by name. Returns (the whole History, the seconds of it that earlier runs took).
    """
    import keras

    file.parent.mkdir(parents=True, exist_ok=True)
    if not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)
    key = fingerprint(model, options)
    kept = pickle.loads(file.read_bytes()) if file.is_file() else {}
    if kept.get("key") != key:
        kept = {"key": key, "history": {}, "epochs": 0, "seconds": 0, "ended": False}
    elif kept["epochs"]:
        for variable, value in zip(state_of(model), kept["state"], strict=True):
            variable.assign(value)
    if kept["epochs"]:
        print(f"(going on after epoch {kept['epochs']} of an earlier run)")
    earlier, start = kept["seconds"], time.monotonic()

    class Keep(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            for name, value in (logs or {}).items():
                kept["history"].setdefault(name, []).append(float(value))
            save(epoch + 1)

    def save(epochs, ended=False):
        kept.update(epochs=epochs, ended=ended, state=[np.array(variable) for variable in state_of(model)])
        kept["seconds"] = round(earlier + time.monotonic() - start, 1)
        if ended:
            kept["random"] = random.getstate(), np.random.get_state()  # noqa: NPY002
        temporary = file.with_name(f".{file.name}.tmp")
        temporary.write_bytes(pickle.dumps(kept))
        os.replace(temporary, file)

    if not kept["ended"]:
        callbacks = [*(options.get("callbacks") or []), Keep()]
        fit(model, **options | {"callbacks": callbacks, "initial_epoch": kept["epochs"]})
        save(kept["epochs"], ended=True)
    else:
        random.setstate(kept["random"][0])
        np.random.set_state(kept["random"][1])  # noqa: NPY002
    history = keras.callbacks.History()
    history.set_model(model)
    history.history, history.epoch = kept["history"], list(range(kept["epochs"]))
    model.history = history
    return history, earlier


def state_of(model):
    """All variables that a training changes: the model's, random states among them, and the optimizer's."""
    return [*model.variables, *model.optimizer.variables]


def fingerprint(model, options):
    """What tells one training from another: the code up to it, its optimizer, the shapes and first values of all that
    it changes, and the plain options."""
    digest = hashlib.sha256(f"{code_hash(*code_so_far())} {type(model.optimizer).__name__}".encode())
    for variable in state_of(model):
        value = np.array(variable)
        digest.update(f"{value.shape} {value.dtype}".encode() + value.tobytes())
    plain = {name: value for name, value in options.items() if isinstance(value, int | float | str | bool)}
    digest.update(json.dumps(plain, sort_keys=True).encode())
    return digest.hexdigest()
