"""Four voices as sound: each note a few harmonics under an envelope, added up in NumPy."""

import numpy as np

from course_utils.music.scores import SILENCE, checked_voices

RATE = 22_050  # samples per second of what is synthesised here

HARMONICS = (1.0, 0.45, 0.28, 0.12, 0.07, 0.04)  # amplitude of the fundamental and of its multiples: a soft organ pipe

ATTACK, RELEASE = 0.03, 0.12  # seconds in which a note comes and goes; it goes after its end, into the next one

SETTLED = 0.75  # of the first loudness, to which a held note falls

PANNING = (0.35, 0.6, 0.4, 0.65)  # place of each voice from left (0) to right (1), soprano first

PEAK = 0.7  # of the loudest sample, where a sound ends up


def frequency(pitch):
    """The frequency of a MIDI number in Hz, in equal temperament: 69 is 440 Hz, 12 more is twice as much."""
    return 440.0 * 2.0 ** ((np.asarray(pitch) - 69) / 12)


def held_notes(voice):
    """The notes of one voice: runs of one pitch are one note.

    voice: (T,) MIDI numbers, SILENCE for a rest.
    Returns a list of (first step, steps, pitch), without the rests. A grid does not tell a note that is held from one
    that is sung again, so both are held here.
    """
    voice = np.asarray(voice)
    starts = np.flatnonzero(np.diff(voice, prepend=-1) != 0)
    ends = np.append(starts[1:], len(voice))
    return [
        (int(start), int(end - start), int(voice[start]))
        for start, end in zip(starts, ends, strict=True)
        if voice[start] != SILENCE
    ]


def envelope(samples, release):
    """Loudness of a note over time, (samples + release,): quickly up, slowly down while it is held, then out."""
    seconds = np.arange(samples + release) / RATE
    loudness = SETTLED + (1 - SETTLED) * np.exp(-seconds / 0.6)
    rise = min(int(ATTACK * RATE), samples)
    loudness[:rise] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / max(rise, 1))
    loudness[samples:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(release) / max(release, 1))
    return loudness


def tone(pitch, samples, release):
    """One note, (samples + release,): HARMONICS of its frequency below half of RATE; above 2 kHz they are softer."""
    seconds = np.arange(samples + release) / RATE
    fundamental = frequency(pitch)
    sound = np.zeros(len(seconds))
    for number, amplitude in enumerate(HARMONICS, start=1):
        if number * fundamental < 0.45 * RATE:
            softer = min(1.0, 2_000 / (number * fundamental))
            sound += softer * amplitude * np.sin(2 * np.pi * number * fundamental * seconds)
    return sound * envelope(samples, release)


def synthesise(voices, step_seconds=0.6, stereo=False):
    """Voices as a waveform.

    voices: (T, voices) MIDI numbers, SILENCE for a rest. step_seconds: how long a step lasts; 0.6 suits quarters, 0.3
    eighths.
    Returns (samples,) float32 at RATE, or (samples, 2) where stereo, which is for four voices. The loudest sample is at
    PEAK, whatever the voices; nothing is clipped. The last notes sound for RELEASE longer.
    Raises ValueError for a step that lasts no sample, for no steps, for stereo with other than four voices, and as
    `checked_voices`.
    """
    voices = checked_voices(voices)
    if step_seconds * RATE < 1:
        raise ValueError(f"a step of {step_seconds} seconds has no sample at {RATE} Hz; give it more")
    if not len(voices):
        raise ValueError("there are no steps to be heard")
    if stereo and voices.shape[1] != len(PANNING):
        raise ValueError(f"stereo has places for {len(PANNING)} voices; here are {voices.shape[1]}")
    edges = np.round(np.arange(len(voices) + 1) * step_seconds * RATE).astype(int)
    release = int(RELEASE * RATE)
    sound = np.zeros((edges[-1] + release, voices.shape[1]))
    for voice in range(voices.shape[1]):
        for first, steps, pitch in held_notes(voices[:, voice]):
            begin, end = edges[first], edges[first + steps]
            sound[begin : end + release, voice] += tone(pitch, end - begin, release)
    if stereo:
        right = np.array(PANNING)
        mixed = sound @ np.stack([np.sqrt(1 - right), np.sqrt(right)], axis=1)
    else:
        mixed = sound.sum(axis=1)
    loudest = abs(mixed).max()
    return (PEAK * mixed / loudest if loudest else mixed).astype("float32")


def write_sound(path, waveform):
    """Write a waveform at RATE as a sound file, WAV, FLAC or OGG by the ending of its name.

    waveform: (samples,) or (samples, channels), from −1 to 1.
    Raises ValueError where it goes beyond, which would be clipped.
    """
    import soundfile

    loudest = abs(np.asarray(waveform)).max(initial=0)
    if loudest > 1:
        raise ValueError(f"the loudest sample is {loudest:.2f}; beyond 1 it would be clipped")
    soundfile.write(path, waveform, RATE)
