"""Lesson 7 without training: scores and sounds agree, the scripts' weights fit, queues say the same."""

import keras
import numpy as np
import pytest
from keras import ops

from course_utils import experiment, trained_weights
from course_utils.datasets import load
from course_utils.experiments import parallel_wavenet, wavenet
from course_utils.references import exports
from course_utils.sound import HOP, Clips, read_clips, utterances

FEATURES = 160 + len(wavenet.VOICES)


@pytest.fixture(scope="module")
def lesson():
    return exports("7")


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


def test_codes_become_numbers_and_sounds_and_codes_again(lesson):
    assert np.array_equal(lesson.encode(lesson.decode(lesson.value_of(np.arange(256)))), np.arange(256))


@pytest.mark.slow
def test_the_committed_weights_are_those_that_were_measured(lesson):
    held_out = read_clips(load("course_spoken_digits", "validation"))
    model = lesson.WaveNet()
    model([np.zeros((1, HOP), "float32"), np.zeros((1, 1, FEATURES), "float32")])
    model.set_weights(trained_weights("wavenet", "course_spoken_digits"))
    rows = utterances.one_by_one(held_out, wavenet.VOICES, wavenet.SAMPLES)
    measured = experiment("wavenet")["curve"][-1]["held_out_bits"]
    assert wavenet.bits(model, rows) == pytest.approx(measured, abs=0.01)


def test_the_student_changes_nothing_before_a_changed_sample(lesson):
    rng = np.random.default_rng(0)
    noise = rng.logistic(size=(1, 1_600)).astype("float32")
    features = rng.normal(size=(1, 20, FEATURES)).astype("float32")
    student = lesson.Student()
    student([noise, features])
    student.set_weights(trained_weights("parallel_wavenet", "course_spoken_digits"))
    later = noise.copy()
    later[0, 700] += 1
    before, after = (np.asarray(student([z, features])[0]) for z in (noise, later))
    assert np.flatnonzero(before != after)[0] == 700  # itself, scaled; nothing before


def test_a_changed_sample_changes_nothing_before_it_and_nothing_beyond_the_receptive_field(lesson):
    model = lesson.WaveNet(dilations=[1, 2, 4])
    x, features = np.zeros((1, 4 * HOP), "float32"), np.zeros((1, 4, 162), "float32")
    before, changed = model([x, features]), x.copy()
    changed[0, 100] = 0.5
    moved = np.flatnonzero(np.any(np.asarray(model([changed, features]) != before)[0], axis=-1))
    assert moved[0] == 100 and moved[-1] == 100 + lesson.receptive_field([1, 2, 4]) - 1


def test_queues_say_what_the_naive_loop_says(lesson):
    keras.utils.set_random_seed(1)
    model = lesson.WaveNet(dilations=[1, 2, 4, 8])
    rng = np.random.default_rng(0)
    features = rng.normal(size=(1, 4, 162)).astype("float32")
    random = rng.uniform(size=(4 * HOP, 1)).astype("float32")
    model([np.zeros((1, HOP), "float32"), features[:, :1]])
    queued = np.asarray(lesson.speaker(model)(features, random, 0.8))[:, 0]
    naive, _ = lesson.say_naively(model, features, random[:200], 0.8)
    assert np.array_equal(queued[:200], naive) and len(set(naive.tolist())) > 20


def test_the_divergence_of_a_distribution_from_itself_is_zero(lesson):
    mean, log_scale = np.float32([[0.1, -0.5]]), np.float32([[-3.0, -2.0]])
    p = parallel_wavenet.bin_probabilities(mean, log_scale)
    np.testing.assert_allclose(ops.sum(p, axis=-1), 1, atol=1e-5)
    assert lesson.divergence(mean, log_scale, ops.log(p + 1e-6)) == pytest.approx(0, abs=1e-3)
    assert lesson.divergence(mean, log_scale, ops.zeros((1, 2, 256))) > 1
