"""Lesson 7 without training: scores and sounds agree, lesson and scripts build the same, queues say the same."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import references, trained_weights
from course_utils.experiments import parallel_wavenet, wavenet
from course_utils.sound import HOP, Clips, utterances

FEATURES = 160 + len(wavenet.VOICES)
DEFINED = [
    "DILATIONS",
    "value_of",
    "decode",
    "Block",
    "WaveNet",
    "drawn",
    "next_sample",
    "speaker",
    "say_naively",
    "Student",
    "divergence",
]


@pytest.fixture(scope="module")
def lesson():
    """The names that the lesson's cells define, without those that read data or train."""
    return references.definitions("7", *DEFINED, VOICES=["a", "b"])


def clips():
    rng = np.random.default_rng(0)
    waveforms = [rng.uniform(-0.3, 0.3, size=size).astype("float32") for size in (900, 1250, 2000, 830)]
    return Clips(waveforms, np.array([3, 1, 4, 1]), np.array(["a", "a", "b", "b"]), np.arange(4))


def test_a_row_sounds_where_its_score_says_so():
    rows = utterances.rows_of(clips(), ["a", "b"], 4_000, seed=0)
    said = np.repeat(rows.digits != utterances.SILENT, HOP, axis=1)
    assert said.shape == rows.waveforms.shape and np.all(rows.waveforms[~said] == 0)
    assert np.mean(rows.waveforms[said] != 0) > 0.95  # a clip ends within its last frame
    assert abs(rows.waveforms).max() == pytest.approx(utterances.PEAK)
    assert set(rows.voices) == {0, 1} and {1, 3} <= set(rows.digits[rows.voices == 0].ravel())
    again = utterances.rows_of(clips(), ["a", "b"], 4_000, seed=0)
    assert all(np.array_equal(one, other) for one, other in zip(rows, again, strict=True))


def test_a_clip_of_its_own_begins_after_the_pause():
    rows = utterances.one_by_one(clips(), ["b"], 4_000, pause=2)
    assert rows.waveforms.shape == (2, 4_000) and rows.digits[:, :3].tolist() == [[10, 10, 4], [10, 10, 1]]
    assert np.argmax(rows.waveforms[0] != 0) == 2 * HOP
    with pytest.raises(ValueError, match="a clip of 2000 samples"):
        utterances.one_by_one(clips(), ["b"], 2_000)


def test_features_tell_digit_place_and_voice():
    digits, places = utterances.score([7, 0], [10, 5], pause=3)
    assert len(digits) == 3 + 10 + 3 + 5 + 3 and np.all(np.diff(places[3:13]) > 0)
    features = utterances.score_features(digits[None], places[None], [1], 2)
    assert features.shape == (1, 24, 162) and np.all(features[0, :, 160:] == [0, 1])
    by_digit = features[0, :, :160].reshape(24, 10, utterances.BUMPS)
    assert np.all(by_digit[digits == utterances.SILENT] == 0)
    assert np.all(by_digit[3:13].argmax(axis=2)[:, 7] == np.sort(by_digit[3:13].argmax(axis=2)[:, 7]))
    assert np.all(by_digit[3:13][:, [0, 1, 2, 3, 4, 5, 6, 8, 9]] == 0)


def test_durations_are_those_of_the_clips():
    durations = utterances.fit_durations(clips(), ["a", "b"])
    assert abs(durations.frames(3, 0) - 12) <= 1 and abs(durations.frames(4, 1) - 25) <= 1
    digits, places = utterances.planned([[3], [3, 4]], [0, 1], durations)
    assert digits.shape == places.shape and np.all(digits[0, -4:] == utterances.SILENT)


def test_the_lesson_builds_what_the_script_trained(lesson):
    theirs, ours = wavenet.WaveNet(), lesson["WaveNet"]()
    rng = np.random.default_rng(0)
    given = [
        rng.uniform(-1, 1, size=(1, 1_600)).astype("float32"),
        rng.normal(size=(1, 20, FEATURES)).astype("float32"),
    ]
    weights = trained_weights("wavenet", "course_spoken_digits")
    for model in (theirs, ours):
        model(given)
        model.set_weights(weights)
    np.testing.assert_allclose(theirs(given), ours(given), atol=1e-3)
    codes = wavenet.encode(np.linspace(-1, 1, 999))
    assert np.array_equal(lesson["encode"](np.linspace(-1, 1, 999)), codes)
    assert np.array_equal(lesson["encode"](lesson["decode"](lesson["value_of"](np.arange(256)))), np.arange(256))


def test_the_lesson_builds_the_student_that_the_script_distilled(lesson):
    rng = np.random.default_rng(0)
    given = [rng.logistic(size=(1, 1_600)).astype("float32"), rng.normal(size=(1, 20, FEATURES)).astype("float32")]
    made = []
    for student in (parallel_wavenet.Student(), lesson["Student"]()):
        student(given)
        student.set_weights(trained_weights("parallel_wavenet", "course_spoken_digits"))
        made.append(student(given))
    for one, other in zip(*made, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)
    noise, features = given
    later = noise.copy()
    later[0, 700] += 1
    moved = np.flatnonzero(np.asarray(student([later, features])[0] != made[1][0]))
    assert moved[0] == 700  # itself, scaled; nothing before


def test_a_changed_sample_changes_nothing_before_it_and_nothing_beyond_the_receptive_field(lesson):
    model = lesson["WaveNet"](dilations=[1, 2, 4])
    x, features = np.zeros((1, 4 * HOP), "float32"), np.zeros((1, 4, 162), "float32")
    before, changed = model([x, features]), x.copy()
    changed[0, 100] = 0.5
    moved = np.flatnonzero(np.any(np.asarray(model([changed, features]) != before)[0], axis=-1))
    assert moved[0] == 100 and moved[-1] == 100 + lesson["receptive_field"]([1, 2, 4]) - 1


def test_queues_say_what_the_naive_loop_says(lesson):
    keras.utils.set_random_seed(1)
    model = lesson["WaveNet"](dilations=[1, 2, 4, 8])
    rng = np.random.default_rng(0)
    features = rng.normal(size=(1, 4, 162)).astype("float32")
    random = rng.uniform(size=(4 * HOP, 1)).astype("float32")
    model([np.zeros((1, HOP), "float32"), features[:, :1]])
    queued = np.asarray(lesson["speaker"](model)(features, random, 0.8))[:, 0]
    naive, _ = lesson["say_naively"](model, features, random[:200], 0.8)
    assert np.array_equal(queued[:200], naive) and len(set(naive.tolist())) > 20


def test_the_divergence_of_a_distribution_from_itself_is_zero(lesson):
    mean, log_scale = np.float32([[0.1, -0.5]]), np.float32([[-3.0, -2.0]])
    p = parallel_wavenet.bin_probabilities(mean, log_scale)
    np.testing.assert_allclose(ops.sum(p, axis=-1), 1, atol=1e-5)
    assert lesson["divergence"](mean, log_scale, ops.log(p + 1e-6)) == pytest.approx(0, abs=1e-3)
    assert lesson["divergence"](mean, log_scale, ops.zeros((1, 2, 256))) > 1
