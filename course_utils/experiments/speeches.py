"""What the experiments on `course_speeches` share: its texts as codes, and their bits under a network."""

import keras
import numpy as np
from keras import ops

from course_utils.datasets import load
from course_utils.text import CHARACTERS, codes_of, in_characters


def speeches(split):
    """The speeches of a split in the 32 CHARACTERS: [(codes (T,), speaker)]."""
    found = load("course_speeches/first", split).as_numpy_iterator()
    return [(codes_of(in_characters(speech["text"].decode())), int(speech["speaker"])) for speech in found]


def all_speeches(split):
    """The same of the whole corpus, which has grown since the first experiments were made."""
    found = load("course_speeches/speakers", split).as_numpy_iterator()
    return [(codes_of(in_characters(speech["text"].decode())), int(speech["speaker"])) for speech in found]


def in_rows(texts):
    """Whole texts beside each other, each read after a space: codes, targets and which count, each (texts, longest)."""
    codes, targets, kept = (np.zeros((len(texts), max(map(len, texts))), "int32") for _ in range(3))
    for row, text in enumerate(texts):
        codes[row, : len(text)] = np.concatenate([[CHARACTERS.index(" ")], text[:-1]])
        targets[row, : len(text)], kept[row, : len(text)] = text, 1
    return codes, targets, kept


def bits_per_character(targets, kept, logits):
    """The mean over the characters that count. targets, kept: (texts, longest); logits: (texts, longest, V)."""
    nats = ops.convert_to_numpy(keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True))
    return float((nats * kept).sum() / kept.sum() / np.log(2))
