"""Lesson 5a's signals, and what is counted in them."""

import numpy as np
import pytest

from course_utils.ctc import frames_needed
from course_utils.lesson_helpers import lesson_5a


@pytest.mark.parametrize("doubled", [True, False])
def test_a_signal_has_a_place_for_every_letter(doubled):
    x, labels, frames, spans = lesson_5a.signals(100, seed=3, doubled=doubled)
    assert x.shape == (100, lesson_5a.LONGEST, lesson_5a.CHANNELS) and x.dtype == "float32"
    lengths = np.count_nonzero(labels, axis=1)
    assert np.all((lengths >= 2) & (lengths <= 5)) and labels.max() == len(lesson_5a.LETTERS)
    assert np.all(frames_needed(labels, lengths) <= frames) and frames.max() <= lesson_5a.LONGEST
    for n, (first_and_stop, length) in enumerate(zip(spans, lengths, strict=True)):
        assert first_and_stop.shape == (length, 2) and first_and_stop[0, 0] == 0
        lasts = first_and_stop[:, 1] - first_and_stop[:, 0]
        pauses = np.append(first_and_stop[1:, 0], frames[n]) - first_and_stop[:, 1]
        assert np.all((lasts >= 2) & (lasts <= 8)) and np.all((pauses >= 0) & (pauses <= 3))
        assert np.all(x[n, frames[n] :] == 0) and np.all(labels[n, length:] == 0)
    equal = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] > 0)
    assert np.any(equal) == doubled


def test_the_same_seed_gives_the_same_signals():
    one, again, other = (lesson_5a.signals(5, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one[0], again[0])
    assert np.any(one[0] != other[0])


def test_a_text_backwards_keeps_its_padding_on_the_right():
    labels = np.array([[1, 2, 2, 0], [3, 0, 0, 0], [1, 2, 3, 4]])
    np.testing.assert_array_equal(lesson_5a.backwards(labels), [[2, 2, 1, 0], [3, 0, 0, 0], [4, 3, 2, 1]])
    assert lesson_5a.spell(labels[0]) == "abb"


def test_a_spike_is_a_run_of_one_letter():
    assert lesson_5a.spike_lengths([np.array([0, 1, 1, 2, 0, 2, 2, 2]), np.array([0, 0])]) == [2, 1, 3]
