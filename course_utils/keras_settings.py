"""Keras as the lessons need it: on TensorFlow, in float32, whatever ~/.keras/keras.json and the shell say.

`ENVIRONMENT` and `pin` settle it before Keras is imported; `same_keras` after that, in a notebook.
"""

import os
import sys

# No file can lie below os.devnull: Keras reads no keras.json, writes none, and downloads to /tmp/.keras.
ENVIRONMENT = {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": os.path.join(os.devnull, "keras")}
DROPPED = ("KERAS_MAX_EPOCHS", "KERAS_MAX_STEPS_PER_EPOCH")  # they end every training early
FLOAT, LAYOUT, EPSILON = "float32", "channels_last", 1e-7  # Keras's own defaults


class WrongBackend(Exception):
    """Keras was imported on another backend than TensorFlow, which this process cannot change any more."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def pin():
    """Settle Keras's backend and settings for this process and those it starts, where Keras is not imported yet."""
    if "keras" not in sys.modules:
        os.environ.update(ENVIRONMENT)
        for name in DROPPED:
            os.environ.pop(name, None)


def same_keras():
    """Give Keras its own defaults back, on which the numbers of the lessons rest; say in one line what differed.

    Raises WrongBackend, with what to do, where Keras does not run on TensorFlow.
    """
    import keras

    backend = keras.config.backend()
    if backend != "tensorflow":
        raise WrongBackend(
            f"Keras runs on {backend} here, and the lessons need TensorFlow: restart the kernel (on Colab: Runtime → "
            f"Restart session), then run the notebook from its first code cell, which chooses TensorFlow."
        )
    found = {
        keras.config.floatx(): FLOAT,
        keras.config.dtype_policy().name: FLOAT,
        keras.config.image_data_format(): LAYOUT,
        f"epsilon {keras.config.epsilon():g}": f"epsilon {EPSILON:g}",
    }
    if keras.config.max_epochs() or keras.config.max_steps_per_epoch():
        found["a limit on training"] = "no limit on training"
    keras.config.set_floatx(FLOAT)
    keras.config.set_dtype_policy(FLOAT)
    keras.config.set_image_data_format(LAYOUT)
    keras.config.set_epsilon(EPSILON)
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    differing = {there: wanted for there, wanted in found.items() if there != wanted}
    if differing:
        print(
            f"Keras was set to {', '.join(differing)} (in ~/.keras/keras.json or by KERAS_* variables); "
            f"this lesson uses {', '.join(dict.fromkeys(differing.values()))}."
        )
