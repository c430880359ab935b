"""Lesson 4a: padding a batch further changes nothing, not in the loop and not in a Keras model that is trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils import references


@pytest.fixture(scope="module")
def solved():
    return references.solved("4a")


def small_model(words=9, units=8):
    """[source, target_in] -> logits, as the lesson builds it."""
    keras.utils.set_random_seed(0)
    source, target_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    _, h, c = layers.LSTM(units, return_state=True)(layers.Embedding(words, 5)(source), mask=source != 0)
    outputs = layers.LSTM(units, return_sequences=True)(layers.Embedding(words, 5)(target_in), initial_state=[h, c])
    return keras.Model([source, target_in], layers.Dense(words)(outputs))


def test_padding_a_batch_further_changes_no_output_no_loss_and_no_gradient(solved):
    model = small_model()
    source = np.int32([[4, 5, 6, 7, 2], [8, 2, 0, 0, 0], [5, 4, 2, 0, 0]])
    target = np.int32([[4, 8, 6, 2], [5, 2, 0, 0], [7, 2, 0, 0]])

    def results(more):
        read, said = (np.pad(ids, [(0, 0), (0, more)]) for ids in (source, target))
        target_in, target_out = solved["teacher_forced"](said)
        with tf.GradientTape() as tape:
            logits = model([read, target_in])
            loss = solved["sequence_loss"](target_out, logits)
        gradients = [tf.convert_to_tensor(g) for g in tape.gradient(loss, model.trainable_weights)]
        return [logits[:, : target.shape[1]], loss, *gradients]

    for once, further in zip(results(0), results(7), strict=True):
        np.testing.assert_allclose(once, further, atol=1e-6)


def test_the_loop_is_keras_with_padding_and_without(solved):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, 3, 6, 4)).astype("float32")
    mask = np.arange(6) < np.array([[6], [1], [4]])
    reading, writing = layers.LSTM(5, return_state=True), layers.LSTM(5, return_sequences=True)
    _, h, c = reading(x, mask=mask)
    expected = writing(y, initial_state=[h, c])
    steps = [lambda x, h, c, cell=layer.cell: cell(x, [h, c])[1] for layer in (reading, writing)]
    zeros = np.zeros((3, 5), "float32")
    for more in (0, 4):
        padded, real = np.pad(x, [(0, 0), (0, more), (0, 0)]), np.pad(mask, [(0, 0), (0, more)])
        outputs = solved["encode_decode"](*steps, padded, real, y, zeros, zeros)
        np.testing.assert_allclose(outputs, expected, atol=1e-5)


def test_one_beam_is_greedy_and_a_finished_one_keeps_its_score(solved):
    rng = np.random.default_rng(0)
    log_p = np.log(rng.dirichlet(np.ones(7), size=(5, 1))).astype("float32")
    scores, finished = -rng.random((5, 1)).astype("float32"), np.array([[True], [False], [False], [True], [False]])
    new, parents, tokens = (np.array(value) for value in solved["beam_step"](scores, log_p, finished))
    said, _ = solved["greedy_step"](log_p[:, 0], finished[:, 0])
    np.testing.assert_array_equal(tokens[:, 0], said)
    np.testing.assert_array_equal(parents, 0)
    np.testing.assert_allclose(new, np.where(finished, scores, scores + log_p.max(axis=-1)), rtol=1e-6)
