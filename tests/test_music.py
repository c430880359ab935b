"""The room of music: rolls, faults, sound, and predictions by counting, each against cases worked out by hand."""

import numpy as np
import pytest

from course_utils import music

# C major, then F major: the upper voices go to meet the bass, as the rules want it.
GOOD = np.array([[72, 67, 64, 48], [72, 69, 65, 53], [71, 67, 62, 55], [72, 67, 64, 48]])


# --- scores


def test_a_roll_shows_each_note_once_and_gives_it_back():
    roll = music.piano_roll([[72, 67, 67, 48], [0, 67, 64, 21]])
    assert roll.shape == (2, 88) and roll.dtype == "float32"
    assert roll.sum(axis=1).tolist() == [3, 3]
    assert roll[1, 0] == 1 and roll[0, 72 - 21] == 1
    assert music.notes_of(roll) == [[72, 67, 48], [67, 64, 21]]
    with pytest.raises(ValueError, match=r"\(steps, 88\)"):
        music.notes_of(roll.T)


def test_transposition_leaves_rests_alone_and_stays_on_the_piano():
    assert music.transpose([[72, 0, 60, 48]], -3).tolist() == [[69, 0, 57, 45]]
    with pytest.raises(ValueError, match="step 0, voice 0 holds 109"):
        music.transpose([[100, 60, 55, 48]], 9)


@pytest.mark.parametrize(
    ("voices", "told"),
    [([60, 64], r"shape \(2,\)"), ([[60.5, 60]], "not whole"), ([[60, 20]], "step 0, voice 1 holds 20")],
)
def test_what_are_no_voices_is_refused(voices, told):
    with pytest.raises(ValueError, match=told):
        music.piano_roll(voices)


def test_names_of_notes():
    assert [music.name_of(pitch) for pitch in (60, 69, 66, 21, 0)] == ["C4", "A4", "F#4", "A0", "–"]


# --- faults


def changed(step, voice, pitch):
    """GOOD with one other note."""
    voices = GOOD.copy()
    voices[step, voice] = pitch
    return voices


def test_what_is_right_has_no_fault():
    assert music.faults(GOOD) == dict.fromkeys(music.KINDS, 0)
    assert music.faults([GOOD, GOOD]) == dict.fromkeys(music.KINDS, 0)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ([76, 72, 67, 48], [77, 74, 69, 50], "parallel octaves"),  # C and D in alto and bass
        ([72, 67, 55, 48], [74, 69, 57, 50], "parallel fifths"),
        ([76, 67, 64, 60], [76, 72, 64, 53], "parallel fifths"),  # a fifth, then a twelfth, by contrary motion
        ([72, 64, 60, 60], [72, 65, 62, 62], "parallel octaves"),  # unisons
    ],
)
def test_consecutive_fifths_and_octaves_are_found(before, after, kind):
    places = music.fault_places([before, before, after])[kind]
    assert places and all(step == 2 for step, *_ in places)


def test_a_fifth_that_stays_or_that_one_voice_leaves_is_none():
    stays = [[72, 67, 60, 48]] * 3
    one_moves = [[79, 67, 60, 48], [76, 67, 60, 48]]
    diminished = [[72, 65, 59, 50], [74, 64, 60, 48]]
    for voices in (stays, one_moves, diminished):
        counts = music.faults(np.array(voices))
        assert counts["parallel fifths"] == counts["parallel octaves"] == 0


def test_faults_beside_a_rest_do_not_count():
    assert music.faults(np.array([[72, 67, 0, 48], [74, 0, 0, 50], [72, 67, 0, 48]]))["parallel octaves"] == 2
    assert music.faults(np.array([[72, 0, 0, 0], [0, 67, 0, 0]])) == dict.fromkeys(music.KINDS, 0)


def test_crossings_ranges_and_gaps_are_placed():
    assert music.fault_places(changed(1, 2, 70))["crossings"] == [(1, 1, 2)]
    assert music.fault_places(changed(1, 2, 69))["crossings"] == []  # a unison
    assert music.fault_places(changed(3, 3, 35))["out of range"] == [(3, 3)]
    assert music.fault_places(changed(3, 3, 36))["out of range"] == []
    assert music.fault_places(changed(0, 0, 80))["too far apart"] == [(0, 0, 1)]
    assert music.fault_places(changed(0, 0, 79))["too far apart"] == []


def test_only_four_voices_have_rules():
    with pytest.raises(ValueError, match="3 voices"):
        music.faults(GOOD[:, :3])


# --- sound


def peaks(waveform, hertz):
    """How much louder each frequency is than a quarter tone beside it."""
    spectrum = abs(np.fft.rfft(waveform * np.hanning(len(waveform)), 1 << 17))
    places = np.fft.rfftfreq(1 << 17, 1 / music.RATE)
    at = np.interp(hertz, places, spectrum)
    return at / np.interp(np.asarray(hertz) * 2 ** (1 / 24), places, spectrum)


def test_one_hears_the_notes_that_are_written():
    chord = [72, 67, 64, 48]
    sound = music.synthesise([chord], step_seconds=1.0)
    assert music.frequency(69) == 440 and music.frequency(57) == 220
    assert peaks(sound[: music.RATE], music.frequency(chord)).min() > 20
    assert peaks(sound[: music.RATE], music.frequency([61, 70])).max() < 20


def test_sound_is_as_long_as_the_steps_never_clips_and_does_not_click():
    sound = music.synthesise(np.tile(GOOD, (3, 1)), step_seconds=0.25)
    assert sound.dtype == "float32" and abs(len(sound) / music.RATE - 3 - 0.12) < 0.001
    assert abs(sound).max() == pytest.approx(0.7)
    assert abs(np.diff(sound)).max() < 0.25
    assert abs(sound[:20]).max() < 0.01 and abs(sound[-20:]).max() < 0.01


def test_a_note_is_held_through_equal_steps_and_rests_are_silent():
    assert music.held_notes([60, 60, 62, 0, 62]) == [(0, 2, 60), (2, 1, 62), (4, 1, 62)]
    rests = music.synthesise([[60, 0, 0, 0], [0, 0, 0, 0]], step_seconds=0.5)
    assert abs(rests[int(0.7 * music.RATE) :]).max() == 0
    assert not music.synthesise([[0, 0, 0, 0]]).any()


def test_stereo_places_four_voices():
    alto = music.synthesise([[0, 67, 0, 0]], stereo=True)
    assert alto.shape[1] == 2 and abs(alto[:, 1]).max() > abs(alto[:, 0]).max()
    with pytest.raises(ValueError, match="4 voices; here are 2"):
        music.synthesise([[67, 60]], stereo=True)


def test_what_cannot_be_heard_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no sample"):
        music.synthesise(GOOD, step_seconds=0)
    with pytest.raises(ValueError, match="no steps"):
        music.synthesise(np.zeros((0, 4)))
    with pytest.raises(ValueError, match="clipped"):
        music.write_sound(tmp_path / "loud.wav", np.array([0.0, 1.5]))


def test_a_file_holds_the_sound(tmp_path):
    import soundfile

    sound = music.synthesise(GOOD, step_seconds=0.1)
    music.write_sound(tmp_path / "good.wav", sound)
    read, rate = soundfile.read(tmp_path / "good.wav")
    assert rate == music.RATE and abs(read - sound).max() < 1e-4


# --- predictions by counting


def some_pieces(count, length, seed):
    rng = np.random.default_rng(seed)
    return [np.stack([rng.integers(low, low + 5, length) for low in (70, 64, 58, 48)], axis=1) for _ in range(count)]


def test_the_probabilities_of_a_note_sum_to_one():
    model = music.VoiceNGrams(some_pieces(6, 10, 0), order=4)
    piece = some_pieces(1, 4, 1)[0]
    total = 0.0
    for pitch in (0, *range(21, 109)):
        last = piece.copy()
        last[-1, -1] = pitch
        total += np.exp(model.log_probabilities(last)[-1, -1])
    assert total == pytest.approx(1)


def test_what_comes_later_changes_no_probability():
    model = music.VoiceNGrams(some_pieces(6, 10, 0), order=5)
    piece = some_pieces(1, 8, 2)[0]
    other = piece.copy()
    other[5:] = 60
    logs, other_logs = model.log_probabilities(piece), model.log_probabilities(other)
    assert np.allclose(logs[:5], other_logs[:5]) and not np.allclose(logs[5:], other_logs[5:])


def test_counting_finds_what_is_there_and_nothing_in_noise():
    rng = np.random.default_rng(0)
    cycle = [np.roll(np.tile(GOOD[:3], (8, 1)), rng.integers(3), axis=0) for _ in range(12)]
    assert music.ngram_bits(cycle[:8], cycle[8:10], cycle[10:], orders=range(2, 6))[0] < 0.3
    noise = some_pieces(60, 40, 3)
    bits, _ = music.ngram_bits(noise[:40], noise[40:50], noise[50:], orders=(2, 3))
    assert bits == pytest.approx(4 * np.log2(5), abs=0.3) and bits > 4 * np.log2(5)


def test_counting_in_all_keys_helps_in_a_key_never_seen():
    train = [GOOD, np.tile(GOOD, (3, 1))]
    test = [np.tile(music.transpose(GOOD, 4), (2, 1))]
    as_it_is = music.nats_per_step(music.VoiceNGrams(train, 5), test)
    in_all_keys = music.nats_per_step(music.VoiceNGrams(train, 5, range(-5, 7)), test)
    assert in_all_keys < as_it_is / 3


@pytest.mark.parametrize("order", [1, 10])
def test_an_order_that_is_not_counted_is_refused(order):
    with pytest.raises(ValueError, match="2 to 9"):
        music.VoiceNGrams([GOOD], order)


def test_the_rivals_of_frames_by_hand():
    """One note that sounds in every second frame, the first one too: always after silence, never after itself."""
    roll = np.zeros((6, 88))
    roll[0::2, 40] = 1
    nats = music.frame_rivals([roll], [roll])
    others = -87 * np.log(1 - 1 / 8)
    assert nats["how often each note sounds"] == pytest.approx(-np.log((3 + 1) / (6 + 2)) + others)
    assert nats["what sounded before"] == pytest.approx(-np.log((3 + 1) / (3 + 2)) + others)


# --- drawn


def test_a_score_is_drawn_in_bars_and_a_voice_that_rests_is_left_out():
    import matplotlib.pyplot as plt

    from course_utils import plots

    soprano = GOOD * [1, 0, 0, 0]
    figure = plots.piano_rolls({"input": soprano, "target": GOOD}, faults={"target": [(1, 0, 3)]})
    above, below = figure.axes
    assert len(above.patches) == 3  # 72 twice, held; 71; 72
    assert [bar.get_width() for bar in above.patches] == pytest.approx([1.92, 0.92, 0.92])
    assert len(below.patches) == sum(len(music.held_notes(voice)) for voice in GOOD.T)
    assert [line.get_ydata().tolist() for line in below.lines] == [[72, 72], [48, 53]]
    plt.close(figure)
