"""The long trainings on characters: the fast LSTM has Keras's numbers, and a training goes on where it was."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from course_utils.experiments import characters, speech_models
from course_utils.experiments.carried_lstm import CarriedLSTM
from course_utils.text import codes_of
from course_utils.text.cells import cells_along, separation

SETTINGS = {"epochs": 3, "batch": 4, "window": 5, "rate": 0.01, "warm": 2, "decay": 0.01, "average": 0.9}


def small_model(dropout=0.0):
    keras.utils.set_random_seed(0)
    return characters.language_model(6, (7, 5), embedding=3, dropout=dropout, blind=dropout)


def read(model, codes, states=None):
    """What a model says of codes (batch, T): [logits, *states]."""
    return model([tf.constant(codes, "int32"), *(states or characters.no_states(model, len(codes)))])


def test_the_fast_lstm_has_the_outputs_and_gradients_of_keras():
    rng = np.random.default_rng(0)
    x, h, c = (tf.constant(rng.normal(size=size), "float32") for size in ((4, 9, 3), (4, 5), (4, 5)))
    theirs, ours = layers.LSTM(5, return_sequences=True, return_state=True), CarriedLSTM(5)
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


def test_its_weights_are_those_of_the_layers_that_a_lesson_would_stack():
    model = small_model()
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(6, 3)(ids)
    for units in (7, 5):
        x = layers.LSTM(units, return_sequences=True)(x)
    plain = keras.Model(ids, layers.Dense(6)(x))
    plain.set_weights([np.array(variable) for variable in model.trainable_variables])
    codes = np.random.default_rng(0).integers(0, 6, size=(2, 11))
    logits, *_ = read(model, codes)
    np.testing.assert_allclose(logits, plain(codes), rtol=1e-4, atol=1e-5)


def test_states_carried_across_windows_make_them_one_text():
    model, codes = small_model(), np.random.default_rng(0).integers(0, 6, size=(2, 12))
    whole, *last = read(model, codes)
    first, *states = read(model, codes[:, :5])
    second, *states = read(model, codes[:, 5:], states)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, rtol=1e-4, atol=1e-5)
    for carried, at_once in zip(states, last, strict=True):
        np.testing.assert_allclose(carried, at_once, rtol=1e-4, atol=1e-5)


def test_each_row_of_the_streams_goes_on_where_it_was():
    windows = characters.streams(np.arange(100), batch=3, window=8)
    assert len(windows) == 4 and all(window.shape == (3, 9) for window in windows)
    for before, after in itertools.pairwise(windows):
        assert (before[:, -1] == after[:, 0]).all()
    assert np.concatenate([window[:, :-1] for window in windows], axis=1).ravel().tolist() == list(range(96))


def test_texts_in_a_row_have_a_space_before_each_and_are_shuffled_whole():
    texts = [np.full(n, n, "int32") for n in (1, 2, 3)]
    assert characters.in_a_row(texts, 0).tolist() == [0, 1, 0, 2, 2, 0, 3, 3, 3]
    orders = {tuple(characters.in_a_row(texts, 0, np.random.default_rng(seed))) for seed in range(20)}
    assert len(orders) == 6 and {tuple(sorted(order)) for order in orders} == {(0, 0, 0, 1, 2, 2, 3, 3, 3)}


def test_texts_of_any_length_are_judged_as_if_each_was_read_alone(monkeypatch):
    monkeypatch.setattr(characters, "PIECE", 4)
    model, rng = small_model(), np.random.default_rng(0)
    texts = [rng.integers(0, 6, size=length).astype("int32") for length in (3, 4, 11)]
    expected = 0.0
    for text, before in zip(texts, (2, 2, 5), strict=True):
        logits, *_ = read(model, np.append(before, text[:-1])[None])
        expected += float(np.sum(keras.losses.sparse_categorical_crossentropy(text[None], logits, from_logits=True)))
    found = characters.judge_of(model)(texts, [2, 2, 5])
    assert found == pytest.approx(expected / 18, rel=1e-5)


def test_the_rate_warms_up_and_falls_to_a_hundredth():
    rates = [characters.rate_of(step, 100, SETTINGS | {"warm": 10}) for step in range(101)]
    assert rates[0] == pytest.approx(0.001) and max(rates) == rates[9] == rates[10] == pytest.approx(0.01)
    assert rates[-1] == pytest.approx(0.0001) and all(np.diff(rates[10:]) < 0)


def trained(folder, until=None):
    """Three epochs on a text that repeats itself, or fewer; the training and its model."""
    model = small_model(dropout=0.3)
    training = characters.Training("small", model, SETTINGS, seed=3, folder=folder)
    nats, text = characters.judge_of(model), np.tile(np.arange(6, dtype="int32"), 30)
    training.run(lambda rng: text, lambda: nats([text], 5), until=until)
    return training


def test_a_training_that_was_interrupted_ends_as_if_it_was_not(tmp_path):
    whole = trained(tmp_path / "whole")
    trained(tmp_path / "parts", until=1)
    parts = trained(tmp_path / "parts")
    timed = {"seconds", "cpu_seconds"}
    told = [[{k: v for k, v in row.items() if k not in timed} for row in one.curve] for one in (whole, parts)]
    assert told[0] == told[1] and len(told[0]) == 3
    for one, other in zip(whole.best, parts.best, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_it_learns_and_leaves_the_model_with_its_best_average(tmp_path):
    training = trained(tmp_path)
    losses = [row["validation"] for row in training.curve]
    assert losses[-1] < losses[0] < np.log(6) + 0.1
    for variable, array in zip(training.model.trainable_variables, training.best, strict=True):
        np.testing.assert_array_equal(variable, array)


def test_a_state_of_other_settings_is_refused(tmp_path):
    trained(tmp_path, until=1)
    with pytest.raises(SystemExit, match="remove it to begin anew"):
        characters.Training("small", small_model(), SETTINGS | {"rate": 0.02}, seed=3, folder=tmp_path)


@pytest.mark.parametrize(
    ("losses", "stalled"),
    [([3, 2, 1], False), ([1, 2, 3], False), ([1, 2, 3, 4], True), ([2, 1, 3, 4, 0.5], False), ([2, 2, 2, 2], True)],
)
def test_it_stops_when_three_epochs_were_in_vain(losses, stalled, tmp_path):
    training = characters.Training("small", small_model(), SETTINGS, seed=0, folder=tmp_path)
    training.curve = [{"validation": loss} for loss in losses]
    assert training.stalled() == stalled


def test_what_is_written_is_drawn_from_the_model_and_read_again():
    model = small_model()
    weights = [np.array(variable) for variable in model.trainable_variables]
    weights[-1] = np.array([0, 0, 0, 50, 0, 0], "float32")  # code 3 is certain
    for variable, array in zip(model.trainable_variables, weights, strict=True):
        variable.assign(array)
    assert characters.write(model, [1, 2], 5, 1.0, np.random.default_rng(0)) == [3] * 5


def test_cells_along_a_text_are_the_states_of_the_model():
    model, codes = small_model(), np.random.default_rng(0).integers(0, 6, size=(2, 9))
    weights = [np.array(variable) for variable in model.trainable_variables]
    along = cells_along(weights, codes)
    _, _, c_first, _, c_second = read(model, codes)
    assert [layer.shape for layer in along] == [(2, 9, 7), (2, 9, 5)]
    for layer, last in zip(along, (c_first, c_second), strict=True):
        np.testing.assert_allclose(layer[:, -1], last, atol=2e-3)


def test_separation_is_the_share_of_pairs_in_the_right_order():
    rng = np.random.default_rng(0)
    values, inside = rng.integers(0, 5, size=(40, 3)).astype("float16"), rng.random(40) < 0.3
    values[:, 2] = inside
    pairs = values[inside][:, None] - values[~inside][None]
    expected = ((pairs > 0) + 0.5 * (pairs == 0)).mean(axis=(0, 1))
    np.testing.assert_allclose(separation(values, inside), expected)
    assert separation(values, inside)[2] == 1


def test_places_in_a_text():
    codes = codes_of("ab [applause] so. we")[None]
    places = speech_models.kinds_of_place(codes)
    assert "".join(np.where(places["[applause]"][0], "x", "-")) == "---xxxxxxxxx--------"
    assert places["just after [applause]"][0].argmax() == 12 and places["beginning of a sentence"][0].argmax() == 16
