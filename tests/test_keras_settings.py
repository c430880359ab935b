"""Keras is the same for everybody: pinned before it is imported, put right afterwards, or refused in one sentence."""

import json
import os
import subprocess
import sys

import keras
import pytest

from course_utils import keras_settings
from course_utils.tools.lessons import INSTALL_CELL

REPORT = "\nimport keras\nprint(keras.config.backend(), keras.config.floatx(), keras.config.image_data_format())"
SETUP = "\nimport keras\nfrom course_utils import setup\nsetup('2b_sentiment_simple_rnn', edition=2)"
LESSON = INSTALL_CELL + SETUP + REPORT


@pytest.fixture
def run_as_user(tmp_path):
    """run_as_user(code) runs it where keras.json and a variable ask for other things; returns the lines it prints."""
    settings = tmp_path / ".keras" / "keras.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps({"backend": "torch", "floatx": "float64", "image_data_format": "channels_first"}))
    user = {"HOME": str(tmp_path), "KERAS_BACKEND": "jax", "TF_CPP_MIN_LOG_LEVEL": "3"}

    def run(code):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KERAS_")} | user
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    return run


@pytest.fixture
def defaults_afterwards(monkeypatch):
    """Keras's settings are put back after the test, whatever becomes of it."""
    yield
    monkeypatch.undo()
    keras_settings.same_keras()


def test_what_imports_the_course_first_gets_keras_as_it_should_be(run_as_user):
    """The scripts of course_utils/experiments, the tools and the tests."""
    assert run_as_user("import course_utils" + REPORT) == ["tensorflow float32 channels_last"]


def test_a_lesson_puts_keras_right_and_says_so(run_as_user):
    """Its install cell chooses the backend before Keras is imported, `setup` the rest."""
    *_, said, _, found = run_as_user(LESSON)
    assert said.startswith("Keras was set to float64, channels_first (in ~/.keras/keras.json")
    assert found == "tensorflow float32 channels_last"


def test_nothing_is_said_where_nothing_differs(capsys):
    keras_settings.same_keras()
    assert capsys.readouterr().out == ""


def test_layers_are_in_float32_again(defaults_afterwards, capsys):
    """Keras keeps its policy for layers apart from its number type, once a layer was made."""
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("mixed_float16")
    keras.config.set_epsilon(1e-5)
    keras.config.set_max_epochs(1)
    keras_settings.same_keras()
    assert "float64, mixed_float16, epsilon 1e-05, a limit on training (in" in capsys.readouterr().out
    assert keras.layers.Dense(1).compute_dtype == keras.config.floatx() == "float32"
    assert (keras.config.epsilon(), keras.config.max_epochs()) == (1e-7, None)


def test_another_backend_is_refused_with_what_to_do(monkeypatch):
    monkeypatch.setattr(keras.config, "backend", lambda: "jax")
    with pytest.raises(keras_settings.WrongBackend, match=r"runs on jax here, .* restart the kernel"):
        keras_settings.same_keras()
