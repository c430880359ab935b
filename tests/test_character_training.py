"""The long trainings on characters: the fast LSTM has Keras's numbers, and a training goes on where it was."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_utils.experiments import characters

SETTINGS = {"epochs": 3, "batch": 4, "window": 5, "rate": 0.01, "warm": 2, "decay": 0.01, "average": 0.9}


def small_model(dropout=0.0):
    keras.utils.set_random_seed(0)
    return characters.language_model(6, (7, 5), embedding=3, dropout=dropout, blind=dropout)


def test_the_fast_lstm_has_the_outputs_and_gradients_of_keras():
    rng = np.random.default_rng(0)
    x, h, c = (tf.constant(rng.normal(size=size), "float32") for size in ((4, 9, 3), (4, 5), (4, 5)))
    theirs, ours = layers.LSTM(5, return_sequences=True, return_state=True), characters.CarriedLSTM(5)
    theirs(x, initial_state=[h, c])
    ours([x, h, c])
    ours.set_weights(theirs.get_weights())
    weighted = [tf.constant(rng.normal(size=size), "float32") for size in ((4, 9, 5), (4, 5), (4, 5))]
    found = []
    for layer, call in ((theirs, lambda: theirs(x, initial_state=[h, c])), (ours, lambda: ours([x, h, c]))):
        with tf.GradientTape() as tape:
            tape.watch([x, h, c])
            outputs = call()
            loss = sum(tf.reduce_sum(weight * output) for weight, output in zip(weighted, outputs, strict=True))
        found.append([*outputs, *tape.gradient(loss, [x, h, c, *(w.value for w in layer.trainable_variables)])])
    assert len(found[0]) == 9
    for theirs, ours in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
