"""What the two corpora of chorales, generated and real, have in common: their configs and features."""

import numpy as np
import tensorflow_datasets as tfds

CONFIGS = [
    tfds.core.BuilderConfig(name="quarter", description="four voices, a step each quarter"),
    tfds.core.BuilderConfig(name="eighth", description="four voices, a step each eighth"),
    tfds.core.BuilderConfig(name="piano_roll", description="88 notes, a frame each quarter, every piece on C"),
]


def features(config):
    """The features of a config of either corpus: a piano roll, or four voices from soprano to bass."""
    if config == "piano_roll":
        roll = tfds.features.Tensor(shape=(None, 88), dtype=np.uint8, doc="1 where a note sounds; 0 is MIDI number 21")
        return tfds.features.FeaturesDict({"piano_roll": roll})
    voices = tfds.features.Tensor(
        shape=(None, 4), dtype=np.int32, doc="MIDI numbers: soprano, alto, tenor, bass; 0 is a rest"
    )
    return tfds.features.FeaturesDict({"voices": voices})
