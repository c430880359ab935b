"""The recogniser of spoken digits that lesson 5c builds and lesson 7 listens with: the network, and what it hears."""

import keras
import numpy as np
from keras import layers

from course_utils.ctc import beam_decode, greedy
from course_utils.sound import MELS, log_mel

STRIDE = 4  # frames of a spectrogram for one of the network's
CLASSES = 11  # the blank, and the digits 0 to 9 as the codes 1 to 10


def digit_recogniser(channels=48, units=64):
    """The network of lesson 5c, untrained, from features and mask to logits (batch, T / 4, CLASSES).

    Features (batch, T, MELS) as `audio.log_mel` makes them; mask (batch, T): float32, 1 in valid frames and 0 in
    padding. T is a multiple of 4.
    The weights that lesson 5c's script has trained fit it:

        network = digit_recogniser()
        network.set_weights(trained_weights("digit_recogniser", "course_spoken_digits"))
        transcribe(network, waveforms)
    """
    features, mask = keras.Input((None, MELS)), keras.Input((None,))
    x, valid = features, mask
    for _ in range(2):
        x = layers.Conv1D(channels, 5, strides=2, padding="same", activation="relu")(x)
        valid = valid[:, ::2]
        x = x * valid[:, :, None]
    x = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(x, mask=valid > 0)
    return keras.Model([features, mask], layers.Dense(CLASSES)(layers.Dropout(0.2)(x)))


def hear(network, waveforms, batch_size=64):
    """What a network says to waveforms at `audio.RATE`, n arrays (samples,): logits (n, T / 4, CLASSES), frames (n,).

    frames: int, how many of each are valid; the others mean nothing. Raises ValueError as `audio.log_mel`.
    """
    features, valid = log_mel(waveforms)
    mask = (np.arange(features.shape[1]) < valid[:, None]).astype("float32")
    return network.predict([features, mask], batch_size=batch_size, verbose=0), -(-valid // STRIDE)


def transcribe(network, waveforms, beam_width=None, batch_size=64):
    """The digits that a network hears in waveforms at `audio.RATE`: a list of tuples of integers from 0 to 9.

    network: as `digit_recogniser` builds it. waveforms: n arrays (samples,) from -1 to 1, of a tenth of a second or
    more. beam_width: prefixes that a prefix beam search keeps, 1 or more; None for the best path.
    Raises ValueError as `audio.log_mel` and `decoding.beam_decode`.
    """
    logits, frames = hear(network, waveforms, batch_size)
    labels = greedy(logits, frames) if beam_width is None else beam_decode(logits, frames, beam_width=beam_width)
    return [tuple(code - 1 for code in label) for label in labels]
