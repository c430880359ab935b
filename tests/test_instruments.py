"""What the runner notes of a run: seeds, networks built before their seed, epochs; and trainings that go on after a
stop."""

import json
import random
import types

import numpy as np
import pytest

from course_utils.notebook import instruments

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
Y = X[:, :1] * 2


def changed_by_install():
    """The functions of Keras that `install` puts its own in place of, as (owner, name)."""
    import keras
    from keras.src.initializers.random_initializers import RandomInitializer
    from keras.src.optimizers.base_optimizer import BaseOptimizer

    yield keras.utils, "set_random_seed"
    yield RandomInitializer, "__init__"
    yield keras.layers.Layer, "add_weight"
    yield BaseOptimizer, "build"
    yield keras.Model, "fit"


@pytest.fixture
def install(tmp_path):
    """install(keep=None) begins a run of the runner's, as in a kernel of its own; its `read` gives the notes."""
    import keras

    notes = tmp_path / "notes.json"
    patch = pytest.MonkeyPatch()

    def begin(keep=None):
        patch.undo()
        for owner, name in changed_by_install():
            patch.setattr(owner, name, getattr(owner, name))
        patch.setenv(instruments.NOTES, str(notes))
        patch.setenv(instruments.KEEP, str(keep or ""))
        instruments.install("9z_small", 0)
        return types.SimpleNamespace(keras=keras, read=lambda: json.loads(notes.read_text()))

    yield begin
    patch.undo()
    instruments.noted.clear()


@pytest.fixture
def cell(monkeypatch):
    """cell(number, code so far) begins a code cell."""

    def begin(number, *code):
        monkeypatch.setattr(instruments, "cell_number", lambda: number)
        monkeypatch.setattr(instruments, "code_so_far", lambda: list(code))

    return begin


# --- notes ----------------------------------------------------------------------------------------------------


def test_nothing_is_noted_where_the_runner_does_not_ask(monkeypatch):
    monkeypatch.delenv(instruments.NOTES, raising=False)
    before = [getattr(owner, name) for owner, name in changed_by_install()]
    instruments.install("9z_small", 0)
    instruments.write()
    assert [getattr(owner, name) for owner, name in changed_by_install()] == before
    assert instruments.noted == {}


def test_the_number_and_the_code_of_a_cell_come_from_the_notebook(monkeypatch):
    assert (instruments.cell_number(), instruments.code_so_far()) == (0, [])
    shell = types.SimpleNamespace(user_ns={"In": ["", "x = 1", "x"]})
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert (instruments.cell_number(), instruments.code_so_far()) == (2, ["x = 1", "x"])


def test_a_training_is_noted_with_its_epochs_and_the_run_with_its_seeds_data_and_circumstances(
    install, cell, monkeypatch
):
    monkeypatch.setattr("course_utils.datasets.read", {"imdb_reviews/train": 25000})
    run = install()
    cell(3)
    run.keras.utils.set_random_seed(7)
    small(run.keras).fit(X, Y, 8, 2, verbose=0)
    notes = run.read()
    assert notes["seeds"] == [0, 7] and notes["unseeded"] == [] and notes["data"] == {"imdb_reviews/train": 25000}
    (training,) = notes["trainings"]
    assert (training["cell"], training["epochs"]) == (3, 2) and training["seconds"] > 0
    assert "CPU cores" in notes["hardware"] and notes["versions"]["Keras"] == run.keras.__version__


# --- networks built before their seed -------------------------------------------------------------------------


def trained(keras, model):
    """What `fit` does first: the optimizer is built with the weights that are to be trained."""
    keras.optimizers.SGD().build(model.trainable_variables)
    return model


def built_with(keras, layer):
    return keras.Sequential([keras.Input((4,)), layer])


def custom_layer(keras):
    """A layer whose weights are drawn by initializers that it names, or does not name."""

    class Custom(keras.layers.Layer):
        def build(self, shape):
            self.a = self.add_weight(shape=(4, 1))
            self.b = self.add_weight(shape=(1,), initializer="zeros")

        def call(self, x):
            return x @ self.a + self.b

    return Custom()


def layer_before_seed(keras, cell):
    cell(2)

    def train(layer):
        keras.utils.set_random_seed(1)
        trained(keras, built_with(keras, layer))

    train(keras.layers.Dense(3))


def custom_layer_before_seed(keras, cell):
    cell(2)
    trained(keras, built_with(keras, custom_layer(keras)))


def seed_in_another_cell(keras, cell):
    cell(1)
    keras.utils.set_random_seed(1)
    cell(2)
    model = built_with(keras, keras.layers.Dense(3))
    cell(3)
    trained(keras, model)


def seed_first(keras, cell):
    cell(2)
    keras.utils.set_random_seed(1)
    trained(keras, built_with(keras, keras.layers.Dense(3)))
    trained(keras, built_with(keras, custom_layer(keras)))


def trained_in_a_later_cell(keras, cell):
    cell(2)
    keras.utils.set_random_seed(1)
    model = built_with(keras, keras.layers.Dense(3))
    cell(3)
    trained(keras, model)


def never_trained(keras, cell):
    cell(2)
    built_with(keras, keras.layers.Dense(3))
    keras.utils.set_random_seed(1)
    trained(keras, built_with(keras, keras.layers.Dense(3)))


def frozen(keras, cell):
    cell(2)
    model = built_with(keras, keras.layers.Dense(3))
    model.trainable = False
    trained(keras, model)


def seed_of_its_own(keras, cell):
    cell(2)
    initializer = keras.initializers.GlorotUniform(seed=3)
    trained(keras, built_with(keras, keras.layers.Dense(3, kernel_initializer=initializer)))


def nothing_random(keras, cell):
    cell(2)
    trained(keras, built_with(keras, keras.layers.Dense(3, kernel_initializer="zeros")))


@pytest.mark.parametrize(
    ("run", "named"),
    [
        (layer_before_seed, [2]),
        (custom_layer_before_seed, [2]),
        (seed_in_another_cell, [2]),
        (seed_first, []),
        (trained_in_a_later_cell, []),
        (never_trained, []),
        (frozen, []),
        (seed_of_its_own, []),
        (nothing_random, []),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_network_drawn_before_its_seed_and_then_trained_is_named_with_its_cell(install, cell, run, named):
    noting = install()
    run(noting.keras, cell)
    instruments.write()
    assert noting.read()["unseeded"] == named


def test_fit_itself_names_a_network_drawn_before_its_seed(install, cell):
    noting = install()
    cell(5)
    model = small(noting.keras)
    noting.keras.utils.set_random_seed(1)
    model.fit(X, Y, verbose=0)
    assert noting.read()["unseeded"] == [5]


# --- trainings that are kept ----------------------------------------------------------------------------------


def small(keras, units=3, rate=0.01, whole=True, eager=True):
    """A small network with dropout, compiled; its weights are as the seed says. Eager, it is trained sooner."""
    parts = [keras.layers.Dense(units, "tanh"), keras.layers.Dropout(0.5), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((4,)), *parts] if whole else parts)
    model.compile(keras.optimizers.Adam(rate), "mse", metrics=["mae"], run_eagerly=eager)
    return model


class Stop(Exception):
    """In place of a machine that is switched off."""


def train(keras, stop_before=None, last=None, epochs=4, seed=5, **network):
    """Train a small network without shuffling. Returns (model, History, the epochs that have run).

    stop_before: an epoch that is not reached. last: the epoch after which a callback ends the training early.
    """
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == stop_before:
                raise Stop
            seen.append(epoch)

        def on_epoch_end(self, epoch, logs=None):
            self.model.stop_training = epoch == last

    keras.utils.set_random_seed(seed)
    model = small(keras, **network)
    try:
        history = model.fit(X, Y, batch_size=8, epochs=epochs, shuffle=False, verbose=0, callbacks=[Watch()])
    except Stop:
        return model, None, seen
    return model, history, seen


@pytest.mark.parametrize("whole", [True, False], ids=["built when made", "built by its first batch"])
def test_a_training_that_was_stopped_goes_on_after_its_last_epoch(install, cell, tmp_path, capsys, whole):
    cell(2, "import keras", "train()")
    model, straight, _ = train(install().keras, whole=whole, eager=False)
    assert train(install(tmp_path / "kept").keras, stop_before=2, whole=whole, eager=False)[2] == [0, 1]
    noting = install(tmp_path / "kept")
    cell(2, "import keras", "train()  # what is said better is not begun anew")
    again, history, seen = train(noting.keras, whole=whole, eager=False)
    assert seen == [2, 3] and "(going on after epoch 2 of an earlier run)" in capsys.readouterr().out
    assert history.epoch == [0, 1, 2, 3] and again.history is history
    assert history.history.keys() == straight.history.keys() == {"loss", "mae"}
    for name, values in straight.history.items():
        np.testing.assert_allclose(history.history[name], values, rtol=1e-5)
    for ours, theirs in zip(again.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    assert int(again.optimizer.iterations) == int(model.optimizer.iterations) == 4
    (training,) = noting.read()["trainings"]
    assert training["epochs"] == 4 and training["seconds"] >= noting.read()["earlier_seconds"] > 0


def test_a_training_that_has_ended_is_not_repeated(install, cell, tmp_path):
    noting = install(tmp_path / "kept")
    cell(2, "train()")
    model, history, _ = train(noting.keras, last=1)  # before its time, as EarlyStopping ends it
    drawn = random.random(), np.random.random()  # noqa: NPY002
    seconds = noting.read()["trainings"][0]["seconds"]
    noting = install(tmp_path / "kept")
    again, shown, seen = train(noting.keras, last=1)
    assert seen == [] and shown.epoch == history.epoch == [0, 1] and shown.history == history.history
    assert all(map(np.array_equal, again.get_weights(), model.get_weights()))
    assert (random.random(), np.random.random()) == drawn  # noqa: NPY002
    # of the training, not of reading its file; counted to the end of its last epoch, which is a little earlier
    assert noting.read()["trainings"][0]["seconds"] >= 0.7 * seconds > 0.1


@pytest.mark.parametrize(
    "other",
    [{"units": 5}, {"seed": 6}, {"rate": 0.1}, {"epochs": 3}, {"code": "train() + 1"}],
    ids=lambda other: next(iter(other)),
)
def test_another_training_does_not_take_it_up(install, cell, tmp_path, other):
    noting = install(tmp_path / "kept")
    cell(2, "train()")
    train(noting.keras, stop_before=2)
    noting = install(tmp_path / "kept")
    cell(2, other.get("code", "train()"))
    _, history, seen = train(noting.keras, **{name: value for name, value in other.items() if name != "code"})
    assert seen == history.epoch == list(range(other.get("epochs", 4)))


def test_each_training_of_a_run_is_kept_for_itself(install, cell, tmp_path):
    noting = install(tmp_path / "kept")
    cell(2, "train()")
    train(noting.keras, seed=1)
    train(noting.keras, seed=2, stop_before=1)
    noting = install(tmp_path / "kept")
    assert [train(noting.keras, seed=1)[2], train(noting.keras, seed=2)[2]] == [[], [1, 2, 3]]
    assert [training["epochs"] for training in noting.read()["trainings"]] == [4, 4]
