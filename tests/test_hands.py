"""Wider synthetic hands, lines set from characters, and their distortion."""

import random

import numpy as np
import pytest

from course_utils.ink import digit_images
from course_utils.ink.hands import all_glyphs, corpus_script, wide_writer, written
from course_utils.ink.setting import LAYOUTS, Type, distorted, set_line

LOWER = "abcdefghijklmnopqrstuvwxyz"


def test_there_are_capitals_and_other_forms_of_every_letter_and_digit():
    _, forms = all_glyphs()
    assert set(forms) == set(corpus_script().ALPHABET.strip()) | set(LOWER.upper())
    assert sum(len(forms[letter]) > 1 for letter in LOWER) == 26


def test_the_corpus_keeps_its_own_font():
    glyphs, _ = corpus_script().read_font()
    assert len(glyphs) == 63 and not set(LOWER.upper()) & set(glyphs)


def test_a_line_is_that_of_its_writer_and_seed():
    line = written("The quick brown fox, 1846?", wide_writer("a"), random.Random(1))
    assert line.shape[0] == 32 and line.shape[2] == 1 and line.dtype == np.uint8 and line.max() == 255
    assert np.array_equal(line, written("The quick brown fox, 1846?", wide_writer("a"), random.Random(1)))
    assert not np.array_equal(line, written("The quick brown fox, 1846?", wide_writer("b"), random.Random(1)))
    with pytest.raises(KeyError):
        written("naïve", wide_writer("a"), random.Random(1))


@pytest.mark.parametrize("layout", [*LAYOUTS, None])
def test_lines_are_set_from_images(layout):
    letters = Type.of_boxed(*digit_images("train"))
    assert letters.can_set("12 3") and not letters.can_set("a")
    for seed in range(30):
        line = set_line(letters, "1888 2", np.random.default_rng(seed), layout)
        assert line.shape[0] == 32 and line.dtype == np.uint8 and line.max() > 100
    with pytest.raises(KeyError):
        set_line(letters, "a", np.random.default_rng(0), layout)


def test_a_one_as_wide_as_its_box_is_made_narrow():
    images = np.full((1, 20, 16), 255, np.uint8)
    ((image, below),) = Type.of_boxed(images, ["1"]).images["1"]
    assert image.shape == (20, 3) and below == 0


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_a_distorted_line_is_a_line(strength):
    line = written("a line", wide_writer("a"), random.Random(1))
    for seed in range(20):
        other = distorted(line, np.random.default_rng(seed), strength)
        assert other.shape[0] == 32 and other.dtype == np.uint8 and other.max() > 60
        assert 0.5 < other.shape[1] / line.shape[1] < 2
    if strength == 0:
        inked = (line > 127).mean()
        assert abs((other > 127).mean() - inked) < 0.5 * inked
