"""Spoken digits: clips by voice and take, and strings composed of them."""

import typing

import numpy as np

from course_utils.sound.spectrograms import RATE


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
