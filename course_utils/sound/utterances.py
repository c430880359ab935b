"""What is said when: spoken digits as rows of sound, and the score of each row, which a synthesiser is given.

A score says for every frame of 10 ms which digit sounds, where in the digit the frame lies, and whose voice it is.
"""

import typing

import numpy as np

from course_utils.sound import HOP

SILENT = 10  # in place of a digit, where nothing is said
BUMPS = 16  # the place in a digit is told by as many overlapping bumps
PEAK = 0.8  # of every clip: how loud a digit is said is not in the score


class Rows(typing.NamedTuple):
    """Rows of sound of one length: waveforms (n, samples) float32; digits and places (n, frames); voices (n,) codes.

    digits: 0 to 9, or SILENT. places: from 0, where a digit begins, to 1, where it ends; 0 in silence.
    """

    waveforms: np.ndarray
    digits: np.ndarray
    places: np.ndarray
    voices: np.ndarray


def score(digits, frames, pause=8):
    """The score of digits said one after the other.

    digits: list of 0 to 9. frames: how many frames each lasts. pause: frames of silence before each and after the last.
    Returns (digits, places), each (F,).
    """
    said, places = [np.full(pause, SILENT)], [np.zeros(pause)]
    for digit, count in zip(digits, frames, strict=True):
        said += [np.full(count, digit), np.full(pause, SILENT)]
        places += [(np.arange(count) + 0.5) / count, np.zeros(pause)]
    return np.concatenate(said), np.concatenate(places).astype("float32")


def score_features(digits, places, voices, count):
    """Scores as numbers for a network.

    digits, places: (n, frames), as in `Rows`. voices: (n,) codes. count: of voices there are.
    Returns (n, frames, 10 * BUMPS + count) float32: for every digit BUMPS bumps over its course, of which those near
    the frame's place are high, all 0 in silence; then the voice, one-hot.
    """
    middles = np.linspace(0, 1, BUMPS)
    bumps = np.exp(-0.5 * ((np.asarray(places)[..., None] - middles) * (BUMPS - 1)) ** 2)
    digit = np.eye(SILENT + 1)[digits][..., :SILENT]
    course = (digit[..., None] * bumps[..., None, :]).reshape(*np.shape(digits), 10 * BUMPS)
    voice = np.broadcast_to(np.eye(count)[voices][:, None], (*np.shape(digits), count))
    return np.concatenate([course, voice], axis=-1).astype("float32")


def frames_of(waveform):
    """How many frames a clip lasts, the last one begun counted."""
    return -(-len(waveform) // HOP)


def rows_of(clips, names, samples, seed, pause=(2, 10)):
    """Rows filled with clips in random order, each row in one voice, with silence before each clip.

    clips: `audio.Clips`. names: list of the voices whose clips are wanted; their places in it are the codes.
    samples: of a row, a multiple of HOP. seed: a number, or a `numpy.random.Generator`.
    pause: frames of silence before a clip, (least, most). The last clip of a row is cut off at the row's end.
    Returns `Rows` in which every clip occurs about once.
    """
    rng = np.random.default_rng(seed)
    frames, rows = samples // HOP, []
    for code, name in enumerate(names):
        order, there = rng.permutation(np.flatnonzero(clips.voices == name)), frames
        for n in order:
            if there >= frames - 20:  # too little room for another digit
                rows.append((np.zeros(samples, "float32"), np.full(frames, SILENT), np.zeros(frames, "float32"), code))
                there = 0
            waveform, said, places, _ = rows[-1]
            there += rng.integers(pause[0], pause[1] + 1)
            clip = clips.waveforms[n] * (PEAK / abs(clips.waveforms[n]).max())
            count = frames_of(clip)
            waveform[there * HOP : there * HOP + len(clip)] = clip[: max(0, samples - there * HOP)]
            said[there : there + count] = clips.labels[n]
            places[there : there + count] = ((np.arange(count) + 0.5) / count)[: max(0, frames - there)]
            there += count
    return Rows(*(np.array(part) for part in zip(*rows, strict=True)))


def one_by_one(clips, names, samples, pause=4):
    """Rows with a clip each, after `pause` frames of silence, in the order of the clips: `Rows`, for measuring.

    clips, names, samples: as in `rows_of`. Raises ValueError for a clip that does not fit into a row.
    """
    rows = []
    for waveform, label, name in zip(clips.waveforms, clips.labels, clips.voices, strict=True):
        if name in names:
            begin, count = pause * HOP, frames_of(waveform)
            more = samples // HOP - pause - count
            if more < 0:
                raise ValueError(
                    f"a clip of {len(waveform)} samples and {pause} frames do not fit into {samples} samples"
                )
            said, places = score([label], [count], pause=0)
            sound = np.zeros(samples, "float32")
            sound[begin : begin + len(waveform)] = waveform * (PEAK / abs(waveform).max())
            said = np.pad(said, (pause, more), constant_values=SILENT)
            rows.append((sound, said, np.pad(places, (pause, more)), list(names).index(name)))
    return Rows(*(np.array(part) for part in zip(*rows, strict=True)))


class Durations(typing.NamedTuple):
    """How long a voice says a digit: exp(digits[d] + voices[v]) frames; digits (10,), voices (n,)."""

    digits: np.ndarray
    voices: np.ndarray

    def frames(self, digit, voice):
        """Frames that a digit lasts in a voice, rounded."""
        return int(np.round(np.exp(self.digits[digit] + self.voices[voice])))


def fit_durations(clips, names):
    """`Durations` by least squares on the logarithms of the clips' lengths."""
    wanted = [n for n, voice in enumerate(clips.voices) if voice in names]
    design = np.zeros((len(wanted), 10 + len(names)))
    for row, n in zip(design, wanted, strict=True):
        row[clips.labels[n]] = row[10 + list(names).index(clips.voices[n])] = 1
    lengths = np.log([frames_of(clips.waveforms[n]) for n in wanted])
    solution = np.linalg.lstsq(design, lengths, rcond=None)[0]
    return Durations(solution[:10], solution[10:])


def planned(strings, voices, durations, pause=4):
    """Scores of strings of digits that nobody has said yet, padded with silence to one length.

    strings: list of lists of digits. voices: (n,) codes. durations: `Durations`. pause: frames around each digit.
    Returns (digits, places), each (n, frames), as `score_features` takes them.
    """
    pairs = [
        score(digits, [durations.frames(digit, voice) for digit in digits], pause)
        for digits, voice in zip(strings, voices, strict=True)
    ]
    frames = max(len(said) for said, _ in pairs)
    said = [np.pad(said, (0, frames - len(said)), constant_values=SILENT) for said, _ in pairs]
    return np.array(said), np.array([np.pad(places, (0, frames - len(places))) for _, places in pairs])
