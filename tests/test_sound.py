"""Spoken digits: the corpora, strings composed of their clips, and features that no padding changes."""

import csv
import shutil
import subprocess
import sys
import types
import warnings

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest
import soundfile
import tensorflow_datasets as tfds

from course_utils import datasets, plots, sound
from course_utils.datasets.course_spoken_digits import course_spoken_digits_dataset_builder as spoken_digits
from course_utils.paths import resource

DIGITS = resource("data") / "spoken_digits"
SPEAKERS = {"george", "jackson", "nicolas", "theo", "yweweler"}


@pytest.fixture(scope="module")
def splits(tmp_path_factory):
    """The clips of course_spoken_digits, {split: Clips}."""
    loaded = datasets.load("course_spoken_digits", list(spoken_digits.SPLITS), tmp_path_factory.mktemp("tfds"))
    return dict(zip(spoken_digits.SPLITS, map(sound.read_clips, loaded), strict=True))


@pytest.fixture(scope="module")
def tones():
    """Clips that can be told apart by eye: digit d of voice v is 0.2 s of the constant (d + 1) / 20."""
    labels, voices = np.tile(np.arange(10), 2), np.repeat(["a", "b"], 10)
    waveforms = [np.full(1600, (label + 1) / 20, "float32") for label in labels]
    return sound.Clips(waveforms, labels, voices, np.zeros(20, int))


# --- the corpora


def test_the_clips_are_what_their_generator_makes():
    espeak = shutil.which("espeak-ng")
    if not espeak or " 1.51 " not in subprocess.run([espeak, "--version"], capture_output=True, text=True).stdout:
        pytest.skip("needs espeak-ng 1.51")
    done = subprocess.run([sys.executable, DIGITS / "generate.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_index_covers_every_voice_without_a_gap():
    rows = list(csv.DictReader((DIGITS / "index.csv").read_text(encoding="ascii").splitlines()))
    ends = dict.fromkeys(spoken_digits.voice_files(), 0)
    for row in rows:
        voice, _ = sound.voice_and_take(row["filename"])
        assert int(row["start"]) == ends[voice]
        ends[voice] = int(row["end"])
    for voice, path in spoken_digits.voice_files().items():
        assert soundfile.info(path).frames == ends[voice] and soundfile.info(path).samplerate == sound.RATE


def test_no_take_is_in_two_splits_and_no_held_out_voice_elsewhere(splits):
    sizes = {"train": 1280, "validation": 320, "test": 320, "test_voices": 320}
    assert {split: len(clips.labels) for split, clips in splits.items()} == sizes
    takes = [set(splits[split].takes) for split in ("train", "validation", "test")]
    assert not takes[0] & takes[1] and not takes[0] & takes[2] and not takes[1] & takes[2]
    known = set(splits["train"].voices)
    assert len(known) >= 30 and known == set(splits["test"].voices) == set(splits["validation"].voices)
    instruments = [{voice.split("-")[1] for voice in voices} for voices in (known, set(splits["test_voices"].voices))]
    assert len(instruments[0]) == 32 and len(instruments[1]) == 8 and not instruments[0] & instruments[1]


def test_clips_are_short_loud_and_without_silence_at_the_ends(splits):
    for clips in splits.values():
        for waveform in clips.waveforms:
            peak, loud = abs(waveform).max(), np.flatnonzero(abs(waveform) > 0.02 * abs(waveform).max())
            assert 0.15 < len(waveform) / sound.RATE < 1 and 0.3 < peak <= 0.91
            assert loud[0] < 0.1 * sound.RATE and len(waveform) - loud[-1] < 0.06 * sound.RATE


def test_embedded_and_real_digits_have_the_same_features(tmp_path, splits):
    embedded = tfds.builder("course_spoken_digits", data_dir=tmp_path).info
    real = tfds.builder("spoken_digit", data_dir=tmp_path).info
    assert embedded.features.keys() == real.features.keys() and embedded.supervised_keys == real.supervised_keys
    for name, feature in real.features.items():
        assert type(feature) is type(embedded.features[name])
        assert (feature.dtype, feature.shape) == (embedded.features[name].dtype, embedded.features[name].shape)
    assert embedded.features["label"].names == real.features["label"].names
    assert embedded.features["audio"].sample_rate == real.features["audio"].sample_rate == sound.RATE


def test_a_damaged_voice_leaves_nothing_prepared(tmp_path, monkeypatch):
    shutil.copytree(DIGITS, tmp_path / "digits")
    (tmp_path / "digits" / "voices" / "us-m4.flac").write_bytes(b"not a voice")
    monkeypatch.setattr(spoken_digits, "index_file", lambda: tmp_path / "digits" / "index.csv")
    with pytest.raises(Exception, match=r"index\.csv, line \d+, or the voice it names is damaged"):
        datasets.load("course_spoken_digits", "train", tmp_path / "tfds")
    assert not list((tmp_path / "tfds").rglob("*tfrecord*"))


@pytest.mark.real
def test_the_real_digits_split_by_take_and_by_speaker():
    try:
        clips = sound.read_clips(datasets.load("spoken_digit", "train"))
    except datasets.CorpusNotFound as error:
        pytest.skip(str(error))
    assert len(clips.labels) == 2500 and set(clips.voices) == SPEAKERS and set(clips.takes) == set(range(50))
    test, theo = clips.where(clips.takes < 5), clips.where(clips.voices == "theo")
    assert len(test.labels) == 250 and (np.bincount(test.labels) == 25).all()
    assert len(theo.waveforms) == 500 and set(theo.takes) == set(range(50))


@pytest.mark.real
def test_preparing_the_real_digits_warns_of_nothing(tmp_path):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            datasets.load("spoken_digit", "train", tmp_path)
        except datasets.CorpusNotFound as error:
            pytest.skip(str(error))
    assert not [warning for warning in told if "ffmpeg" in str(warning.message)]


# --- file names and strings


def test_voice_and_take_are_read_from_the_file_name():
    assert sound.voice_and_take("7_jackson_32.wav") == sound.voice_and_take(b"7_jackson_32.wav") == ("jackson", 32)
    assert sound.voice_and_take("0_gb-m1_0.wav") == ("gb-m1", 0)
    for wrong in ("7_jackson.wav", "7_jackson_x.wav", "speech.wav"):
        with pytest.raises(ValueError, match="digit_voice_take"):
            sound.voice_and_take(wrong)


def test_strings_say_their_labels_in_one_voice(tones):
    strings = sound.digit_strings(tones, 40, seed=1, pause=(0.05, 0.3), gain=(0, 0))
    assert set(map(len, strings.labels)) == set(range(1, 8)) and set(strings.voices) == {"a", "b"}
    for waveform, labels in zip(strings.waveforms, strings.labels, strict=True):
        level = waveform[np.flatnonzero((waveform > 0) & (np.append(0, waveform[:-1]) == 0))]  # where each clip begins
        assert np.allclose(level, (labels + 1) / (labels.max() + 1), atol=1e-6)
        assert waveform.max() == pytest.approx(1) and waveform.dtype == "float32"


def test_the_same_seed_gives_the_same_strings(splits):
    one, same, other = (sound.digit_strings(splits["test"], 5, seed, snr=(0, 20)) for seed in (3, 3, 4))
    assert all(map(np.array_equal, one.waveforms, same.waveforms)) and all(map(np.array_equal, one.labels, same.labels))
    assert not any(map(np.array_equal, one.waveforms, other.waveforms))
    rng = np.random.default_rng(3)
    first, second = (sound.digit_strings(splits["test"], 5, rng, snr=(0, 20)) for _ in range(2))
    assert all(map(np.array_equal, one.waveforms, first.waveforms))
    assert not any(map(np.array_equal, first.waveforms, second.waveforms))


def test_what_is_loud_never_overlaps(tones):
    """A clip that is loud throughout cannot overlap; quiet ends may, and make the string shorter."""
    strings = sound.digit_strings(tones, 20, 0, longest=5, pause=(-0.1, -0.1))
    assert [len(waveform) for waveform in strings.waveforms] == [1600 * len(labels) for labels in strings.labels]
    margins = tones._replace(waveforms=[np.pad(waveform, 400) for waveform in tones.waveforms])
    strings = sound.digit_strings(margins, 20, 0, longest=5, pause=(-0.1, -0.1))
    for waveform, labels in zip(strings.waveforms, strings.labels, strict=True):
        assert len(waveform) == 800 + 1600 * len(labels) and (waveform[400:-400] > 0).all()


def test_gain_and_noise_are_as_asked_for(splits):
    quiet = sound.digit_strings(splits["test"], 10, 0, gain=(-20, -20))
    assert all(abs(waveform).max() == pytest.approx(0.1, rel=1e-4) for waveform in quiet.waveforms)
    clean = np.sin(np.arange(80_000) / 3).astype("float32")
    noisy = sound.in_noise(clean, np.random.default_rng(0), snr=5)
    assert 10 * np.log10(np.mean(clean**2) / np.mean((noisy - clean) ** 2)) == pytest.approx(5, abs=0.1)


def test_nothing_to_say_is_an_error(tones):
    for clips, shortest, longest in ((tones.where(tones.labels > 9), 1, 3), (tones, 0, 3), (tones, 4, 3)):
        with pytest.raises(ValueError, match="nothing can be said"):
            sound.digit_strings(clips, 1, 0, shortest, longest)
    silent = tones._replace(waveforms=[*tones.waveforms[:-1], np.zeros(800, "float32")])
    with pytest.raises(ValueError, match="clip 19, a 9 of b, is silent"):
        sound.digit_strings(silent, 1, 0)


# --- features


def test_more_padding_changes_no_valid_frame(splits):
    waveforms = splits["test"].waveforms[:3]
    features, frames = sound.log_mel(waveforms)
    padded, same = sound.log_mel([*waveforms, np.ones(20_000, "float32")])
    assert np.array_equal(frames, same[:3]) and padded.shape[1] == 252 and frames.max() <= features.shape[1] == 60
    for n, count in enumerate(frames):
        assert count == -(-len(waveforms[n]) // sound.HOP)
        np.testing.assert_allclose(features[n, :count], padded[n, :count], atol=1e-5)
        np.testing.assert_allclose(features[n, :count], sound.log_mel(waveforms[n : n + 1])[0][0, :count], atol=1e-5)
        assert not padded[n, count:].any()


def test_a_spectrogram_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="no waveforms"):
        sound.log_mel([])
    with pytest.raises(ValueError, match="waveform 1 has no samples"):
        sound.log_mel([np.ones(800), np.zeros(0)])


def test_a_strided_convolution_begins_at_the_same_place_in_every_batch(splits):
    convolution = keras.layers.Conv1D(3, 9, strides=4, padding="same")
    waveform = splits["test"].waveforms[0]
    (alone, frames), (padded, _) = sound.log_mel([waveform]), sound.log_mel([waveform, np.zeros(9_999)])
    count = -(-frames[0] // 4)
    np.testing.assert_allclose(convolution(alone)[0, :count], convolution(padded)[0, :count], atol=1e-5)


def test_a_tone_is_in_its_band_and_ten_times_the_amplitude_is_20_db_more():
    time = np.arange(sound.RATE) / sound.RATE
    for hertz in (300, 1000, 3000):
        features, frames = sound.log_mel(
            [0.5 * np.sin(2 * np.pi * hertz * time), 0.05 * np.sin(2 * np.pi * hertz * time)]
        )
        edges = 2595 * np.log10(1 + np.array([20, 4000, hertz]) / 700)
        band = (edges[2] - edges[0]) / (edges[1] - edges[0]) * (sound.MELS + 1) - 1
        assert abs(features[0, 50].argmax() - band) <= 1 and frames.tolist() == [100, 100]
        assert features[0, 50].max() - features[1, 50].max() == pytest.approx(
            20 / sound.spectrograms.DEVIATION, abs=1e-3
        )
    silence = sound.log_mel([np.zeros(3200)])[0]
    np.testing.assert_allclose(
        silence, (sound.spectrograms.QUIETEST - sound.spectrograms.MEAN) / sound.spectrograms.DEVIATION, atol=1e-5
    )


def test_the_player_is_small_and_as_loud_as_the_sound(splits):
    waveform = splits["test"].waveforms[0]
    player = sound.play(waveform)
    assert len(player.data) == 44 + 2 * len(waveform)
    played = np.frombuffer(player.data[44:], "<i2") / 2**15
    np.testing.assert_allclose(played, waveform, atol=1e-3)


def test_a_drawing_of_speech_leaves_room_for_what_a_model_says(splits):
    waveform = splits["test"].waveforms[0]
    features, frames = sound.log_mel([waveform])
    axes = plots.speech(waveform, features[0, : frames[0]], more=1)
    assert len(axes) == 3 and axes[2].get_xlim()[1] == pytest.approx(frames[0] / 100)
    plt.close("all")


def test_a_recording_of_ones_own_is_heard_at_any_rate_and_from_any_channels(tmp_path):
    time = np.arange(44_100) / 44_100
    tone = 0.1 * np.sin(2 * np.pi * 440 * time)
    soundfile.write(tmp_path / "mine.wav", np.stack([tone, tone], axis=1), 44_100)
    mine = sound.own_sound(str(tmp_path / "mine.wav"))
    assert mine.dtype == "float32" and mine.shape == (sound.RATE,) and abs(mine).max() == pytest.approx(0.5)
    assert abs(np.fft.rfft(mine)).argmax() == 440


def test_a_recording_that_cannot_be_used_is_one_sentence(tmp_path):
    (tmp_path / "text.wav").write_text("no sound")
    (tmp_path / "headless.raw").write_bytes(bytes(16_000))
    tone = 0.3 * np.sin(np.arange(8_000))
    sounds = {
        "silent": np.zeros(8_000),
        "faint": 0.9 * sound.recording.FAINTEST * np.sign(tone),
        "cancels": np.stack([tone, -tone], axis=1),
        "long": np.ones(30 * 8_000),
        "nan": np.where(np.arange(8_000) == 9, np.nan, tone),
        "infinite": np.where(np.arange(8_000) == 9, np.inf, tone),
    }
    for name, samples in sounds.items():
        soundfile.write(tmp_path / f"{name}.wav", samples, sound.RATE, subtype="FLOAT")
    reasons = {
        "none.wav": "no file",
        "text.wav": "cannot be read",
        "headless.raw": "cannot be read",
        "silent.wav": "silence",
        "faint.wav": "silence or noise",
        "cancels.wav": "cancel each other",
        "long.wav": r"30\.0 seconds",
        "nan.wav": "infinite or NaN",
        "infinite.wav": "infinite or NaN",
    }
    for name, reason in reasons.items():
        with pytest.raises(sound.SoundNotUsable, match=reason):
            sound.own_sound(str(tmp_path / name))
    with pytest.raises(sound.SoundNotUsable, match="Colab only"):
        sound.own_sound("microphone")


def test_the_microphone_records_or_says_that_it_was_refused(monkeypatch):
    def refuse(script):
        raise RuntimeError("NotAllowedError: Permission denied")

    output = types.ModuleType("google.colab.output")
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)
    output.eval_js = lambda script: [0.0, 0.1] * 4_000
    assert sound.own_sound("microphone").shape == (8_000,)
    output.eval_js = refuse
    with pytest.raises(sound.SoundNotUsable, match=r"Permission denied.*allow this page the microphone"):
        sound.own_sound("microphone")
