"""Spoken digits: clips by voice and take, strings composed of them, log-mel spectrograms, a player, own recordings."""

import functools
import typing
from pathlib import Path

import keras
import numpy as np

RATE = 8_000  # samples per second of all audio here
HOP = 80  # samples from one frame of a spectrogram to the next: 10 ms
WINDOW = 200  # samples that a frame sees: 25 ms
FFT = 256
MELS = 40
QUIETEST = -60  # dB; what is quieter than this counts as silence in a log-mel spectrogram
FAINTEST = 0.003  # peak of a recording, of 1 (−50 dB): what is fainter counts as noise
MEAN, DEVIATION = -28, 24  # dB, of the log-mel spectrograms of strings of either corpus


class Clips(typing.NamedTuple):
    """Clips of one digit each: waveforms, n arrays (samples,) float32 from -1 to 1; labels, voices and takes (n,)."""

    waveforms: list
    labels: np.ndarray
    voices: np.ndarray
    takes: np.ndarray

    def where(self, wanted):
        """The clips for which `wanted`, (n,) booleans, is true, as `clips.where(clips.takes >= 5)`."""
        chosen = np.flatnonzero(wanted)
        return Clips([self.waveforms[n] for n in chosen], *(array[chosen] for array in self[1:]))


class DigitStrings(typing.NamedTuple):
    """Spoken strings of digits: waveforms, n arrays (samples,) float32; labels, n arrays (digits,) int; voices (n,)."""

    waveforms: list
    labels: list
    voices: np.ndarray


def voice_and_take(filename):
    """The voice and the take of a clip, ("jackson", 32), from its file name "7_jackson_32.wav" (str or bytes).

    Raises ValueError for a name of another form.
    """
    name = filename.decode() if isinstance(filename, bytes) else str(filename)
    parts = name.removesuffix(".wav").split("_")
    if len(parts) != 3 or not parts[2].isdigit():
        raise ValueError(f'{name!r} is not of the form "digit_voice_take.wav"')
    return parts[1], int(parts[2])


def read_clips(dataset):
    """All clips of a dataset with the features of `spoken_digit`, sorted by file name, as `Clips`."""
    examples = sorted(dataset.as_numpy_iterator(), key=lambda example: example["audio/filename"])
    voices, takes = zip(*(voice_and_take(example["audio/filename"]) for example in examples), strict=True)
    waveforms = [(example["audio"] / 2**15).astype("float32") for example in examples]
    return Clips(waveforms, np.array([example["label"] for example in examples]), np.array(voices), np.array(takes))


def digit_strings(clips, count, seed, shortest=1, longest=7, pause=(-0.1, 0.3), gain=(-10, 0), snr=None):
    """Strings of spoken digits, each composed of clips of one voice; the same seed gives the same strings.

    clips: `Clips` to draw from. count: of strings. seed: a number, or a `numpy.random.Generator` to go on drawing from.
    shortest, longest: digits per string; every length is equally likely, and so is every digit that the voice has.
    pause: seconds between two clips, and of silence at the ends, (least, most). A negative pause lets the quiet end of
        a clip and the quiet beginning of the next overlap, never what is loud (above a tenth of the clip's peak).
    gain: dB of a string's peak, where 0 is the loudest there is, (least, most).
    snr: dB of the string's mean power over that of the white noise added: None for no noise, a number, or
        (least, most) to draw from.
    Returns `DigitStrings`. Raises ValueError when there are no clips, when one is silent, or when the lengths are not
    1 <= shortest <= longest.
    """
    if not len(clips.labels) or not 1 <= shortest <= longest:
        raise ValueError(f"{len(clips.labels)} clips, strings of {shortest} to {longest} digits: nothing can be said")
    for n, waveform in enumerate(clips.waveforms):
        if not abs(waveform).max(initial=0) > 0:
            raise ValueError(f"clip {n}, a {clips.labels[n]} of {clips.voices[n]}, is silent; leave it out")
    rng = np.random.default_rng(seed)
    by_voice = {}
    for n, (voice, label) in enumerate(zip(clips.voices, clips.labels, strict=True)):
        by_voice.setdefault(str(voice), {}).setdefault(int(label), []).append(n)
    strings = DigitStrings([], [], rng.choice(sorted(by_voice), size=count))
    for voice in strings.voices:
        choices = by_voice[str(voice)]
        labels = rng.choice(sorted(choices), size=rng.integers(shortest, longest + 1))
        parts = [clips.waveforms[rng.choice(choices[label])] for label in labels.tolist()]
        strings.waveforms.append(in_noise(joined(parts, rng, pause), rng, gain, snr))
        strings.labels.append(labels)
    return strings


def joined(parts, rng, pause):
    """Waveforms one after the other, with pauses drawn from `pause` between them and of silence at both ends."""
    before, *gaps, after = (RATE * rng.uniform(*pause, size=len(parts) + 1)).astype(int)
    begin = end = max(before, 0)
    begins, quiet_end = [], 0
    for part, gap in zip(parts, [0, *gaps], strict=True):
        loud = np.flatnonzero(abs(part) > 0.1 * abs(part).max())
        begin = max(begin, end + max(gap, -quiet_end - loud[0])) if begins else begin
        begins.append(begin)
        end, quiet_end = begin + len(part), len(part) - 1 - loud[-1]
    last = max(begin + len(part) for begin, part in zip(begins, parts, strict=True))
    whole = np.zeros(last + max(after, 0), dtype="float32")
    for begin, part in zip(begins, parts, strict=True):
        whole[begin : begin + len(part)] += part
    return whole


def in_noise(waveform, rng, gain=(0, 0), snr=None):
    """A waveform scaled so that its peak is at `gain` dB, and white noise added; as in `digit_strings`."""
    waveform = waveform * 10 ** (rng.uniform(*gain) / 20) / abs(waveform).max()
    if snr is not None:
        ratio = rng.uniform(*snr) if np.ndim(snr) else snr
        waveform = waveform + rng.normal(scale=np.sqrt(np.mean(waveform**2) / 10 ** (ratio / 10)), size=len(waveform))
    return waveform.astype("float32")


@functools.cache
def mel_spectrogram():
    """Keras's layer as a compiled function: (n, samples) to (n, MELS, frames) in dB, not below QUIETEST.

    The layer's own `top_db` of 80 would cut values relative to the loudest of the batch: a waveform's features would
    depend on its neighbours.
    """
    import tensorflow as tf

    layer = keras.layers.MelSpectrogram(
        fft_length=FFT,
        sequence_length=WINDOW,
        sequence_stride=HOP,
        sampling_rate=RATE,
        num_mel_bins=MELS,
        min_power=10 ** (QUIETEST / 10),
        top_db=1000.0,
    )
    return tf.function(layer, input_signature=[tf.TensorSpec((None, None), "float32")])


def log_mel(waveforms):
    """Log-mel spectrograms of waveforms of different lengths: windows of 25 ms every 10 ms, 40 mel bands.

    waveforms: n arrays (samples,) from -1 to 1 at RATE.
    Returns (features, frames). features: (n, T, MELS) float32, standardised by MEAN and DEVIATION, without which
    learning is many times slower; silence is −1.33. frames: (n,) int32, how many are valid, one every 10 ms while the
    waveform lasts; what follows is 0. T is a multiple of 4, so that a strided convolution with padding="same" begins
    at the same place in every batch.
    Neither the other waveforms nor more padding change a valid frame: there is more silence after a waveform than a
    window is long, because the layer would mirror the end of the batch.
    Raises ValueError for no waveforms, and for one without samples.
    """
    lengths = np.array([len(waveform) for waveform in waveforms])
    if not len(lengths):
        raise ValueError("there are no waveforms, and a spectrogram needs one")
    for n in np.flatnonzero(lengths == 0)[:1]:
        raise ValueError(f"waveform {n} has no samples; leave it out")
    frames = (lengths + HOP - 1) // HOP
    most = 4 * -(-frames.max() // 4)
    padded = np.zeros((len(lengths), HOP * most + FFT), dtype="float32")
    for row, waveform in zip(padded, waveforms, strict=True):
        row[: len(waveform)] = waveform
    decibels = np.swapaxes(mel_spectrogram()(padded), 1, 2)[:, :most]
    features = (decibels - np.float32(MEAN)) / np.float32(DEVIATION)
    features[np.arange(most) >= frames[:, None]] = 0
    return features, frames.astype("int32")


RECORDING = """(async () => {
  const stream = await navigator.mediaDevices.getUserMedia({audio: true});
  const recorder = new MediaRecorder(stream), parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  const stopped = new Promise(done => recorder.onstop = done);
  recorder.start();
  await new Promise(done => setTimeout(done, 1000 * SECONDS));
  recorder.stop();
  await stopped;
  stream.getTracks().forEach(track => track.stop());
  const context = new AudioContext({sampleRate: HERTZ});
  const sound = await context.decodeAudioData(await new Blob(parts).arrayBuffer());
  return Array.from(sound.getChannelData(0));
})()"""


class SoundNotUsable(Exception):
    """A sound of the student's own cannot be used; the message says why and what would help."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def own_sound(place, seconds=4, longest=20):
    """A sound of the student's own, as one waveform (samples,) float32 at RATE, its peak at 0.5.

    place: path of a sound file that soundfile reads (WAV, FLAC, OGG, MP3), of any rate; its channels are averaged. Or
        "microphone": on Colab the browser records for `seconds`.
    longest: seconds that a file may last; of a longer one no more is read.
    Raises SoundNotUsable, also where the peak, before it is scaled, is below FAINTEST: noise would be made loud.
    """
    import soundfile
    from scipy.signal import resample_poly

    if place == "microphone":
        try:
            from google.colab.output import eval_js
        except ImportError:
            raise SoundNotUsable('"microphone" works on Colab only; here give the path of a sound file.') from None
        script = RECORDING.replace("SECONDS", str(seconds)).replace("HERTZ", str(RATE))
        try:
            samples, rate = np.array(eval_js(script), dtype="float32")[:, None], RATE
        except Exception as error:  # Colab's own, of a private module
            raise SoundNotUsable(
                f"The browser did not record ({error}); allow this page the microphone and run the cell again, or give "
                "the path of a sound file."
            ) from None
        length = len(samples) / rate
    else:
        path = Path(place).expanduser()
        if not path.is_file():
            raise SoundNotUsable(f"There is no file {place!r} here; give the path of a sound file.")
        try:
            with soundfile.SoundFile(path) as file:
                rate, length = file.samplerate, file.frames / file.samplerate
                samples = file.read(int(longest * rate), dtype="float32", always_2d=True)
        except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: of a .raw file, whose rate it lacks
            raise SoundNotUsable(f"{place!r} cannot be read ({error}); save it as WAV and give that file.") from None
    if not 0.1 <= length <= longest:
        raise SoundNotUsable(f"{place!r} lasts {length:.1f} seconds; 0.1 to {longest} seconds are wanted.")
    if not np.isfinite(samples).all():
        raise SoundNotUsable(f"{place!r} holds samples that are infinite or NaN; save it as 16 bit WAV.")
    waveform = resample_poly(samples.mean(axis=1), RATE, rate)
    peak = abs(waveform).max()
    if peak < FAINTEST:
        raise SoundNotUsable(
            f"{place!r} has a peak of {peak:.2g}, its channels averaged, and below {FAINTEST} it is silence or noise; "
            "speak louder, or give one channel alone if they cancel each other."
        )
    return (0.5 * waveform / peak).astype("float32")


def play(waveform, rate=RATE):
    """A player for a notebook to show: 16 bit samples, as loud as they are (a peak of 1 is the loudest).

    waveform: (samples,) from -1 to 1. Two seconds at 8 kHz add 43 kB to the notebook.
    """
    from IPython.display import Audio

    return Audio(np.clip(waveform, -1, 1), rate=rate, normalize=False)
