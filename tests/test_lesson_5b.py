"""The reader of images that lesson 5b is given: the weights are those that were measured, and the script trains."""

import pytest

from course_utils import experiment, trained_weights
from course_utils.experiments import image_reader as script
from course_utils.references import exports


@pytest.fixture(scope="module")
def lesson():
    return exports("5b")


@pytest.fixture(scope="module")
def corpus(lesson):
    return script.corpus(lesson)


@pytest.mark.slow
def test_the_committed_weights_are_those_that_were_measured(lesson, corpus):
    reader = lesson.image_reader(len(lesson.ALPHABET) + 1)
    reader.set_weights(trained_weights("image_reader", "reader"))
    for name, then in experiment("image_reader")["cer"].items():
        lines, texts = (part[name] for part in corpus)
        assert script.character_error_rate(lesson, reader, lines, texts) == pytest.approx(then, abs=0.001)


@pytest.mark.slow
def test_the_script_learns(lesson, corpus):
    lines, texts = (part["train"][:160] for part in corpus)
    _, losses = script.train(lesson, lines, texts, epochs=3)
    assert losses[2] < losses[0]
