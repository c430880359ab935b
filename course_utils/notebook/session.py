"""How a lesson begins: `setup` makes its run repeatable and says where it runs."""

import os
import platform
from dataclasses import dataclass, field

from course_utils import exercises, keras_settings, plots
from course_utils.bars import PROFILES
from course_utils.notebook import instruments


@dataclass
class Session:
    """What `setup` was told, and what has happened since."""

    lesson: str = ""
    profile: str = "quick"
    results: dict = field(default_factory=dict)  # name: row, as `record` leaves it
    predictions: dict = field(default_factory=dict)  # id, as "2b.A": what was predicted
    handed_out: dict = field(default_factory=dict)  # exercise: the reference that `check` returned for an answer


session = Session()


def setup(lesson, profile="quick", seed=0, edition=1):
    """Begin a lesson: seed Python, NumPy and Keras, set the plot style, and say where this runs.

    lesson: the notebook's name, as "2b_sentiment_simple_rnn".
    profile: "quick" (embedded data, two CPU cores) or "full" (the real corpus, a GPU).
    seed: seed of all random numbers of the lesson.
    edition: of the notebook. Exercises are renumbered from one edition to the next, so a notebook of another edition
        than the installed course is told so.
    Raises ValueError for another profile.
    """
    if profile not in PROFILES:
        raise ValueError(f"PROFILE is {profile!r}; choose one of {', '.join(map(repr, PROFILES))}")
    import keras
    import tensorflow as tf

    session.__init__(lesson, profile)
    # On recent GPUs TensorFlow multiplies in TF32, with 10 bits after the point: too coarse to compare two ways of
    # computing the same thing.
    tf.config.experimental.enable_tensor_float_32_execution(False)
    keras_settings.same_keras()
    keras.utils.set_random_seed(seed)
    plots.use_house_style()
    instruments.install(lesson, seed)
    gpus = tf.config.list_physical_devices("GPU")
    device = f"{len(gpus)} GPU" if gpus else f"{os.cpu_count()} CPU cores, no GPU"
    print(
        f"lesson {lesson} · profile {profile} · {device} · "
        f"Keras {keras.__version__} on TensorFlow {tf.__version__}, Python {platform.python_version()}"
    )
    if profile == "full" and not gpus:
        print("The full profile is meant for a GPU: on Colab choose Runtime → Change runtime type → GPU.")
    sentence = exercises.other_edition(lesson, edition)
    if sentence:
        print(sentence)
