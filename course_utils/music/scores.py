"""Four voices as arrays of MIDI numbers: piano roll and back, transposition, names of notes."""

import numpy as np

VOICES = ("soprano", "alto", "tenor", "bass")  # from high to low, in this order in every array

LOWEST, HIGHEST = 21, 108  # MIDI numbers of a piano's keys: what a piano roll has columns for

NOTES = HIGHEST - LOWEST + 1  # 88

SILENCE = 0  # stands in place of a MIDI number where a voice rests

NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def checked_voices(voices):
    """Voices as an integer array (T, voices).

    Raises ValueError for another shape, for numbers that are not whole, and for pitches that are neither SILENCE nor
    from LOWEST to HIGHEST.
    """
    array = np.asarray(voices)
    if array.ndim != 2:
        raise ValueError(f"voices have the shape {array.shape}; (steps, voices) is wanted")
    whole = array.astype("int64")
    if (whole != array).any():
        raise ValueError("voices hold numbers that are not whole; MIDI numbers are wanted")
    for step, voice in np.argwhere((whole != SILENCE) & ((whole < LOWEST) | (whole > HIGHEST)))[:1]:
        raise ValueError(
            f"step {step}, voice {voice} holds {whole[step, voice]}; a MIDI number from {LOWEST} to {HIGHEST} is "
            f"wanted, or {SILENCE} for silence"
        )
    return whole


def piano_roll(voices):
    """Which notes sound at each step, whoever sings them.

    voices: (T, voices) MIDI numbers, SILENCE for a rest.
    Returns (T, 88) float32, 1 where a note sounds; column n is the MIDI number LOWEST + n. Two voices on one note give
    one note: what a roll does not tell is who sings it.
    Raises ValueError as `checked_voices`.
    """
    voices = checked_voices(voices)
    roll = np.zeros((len(voices), NOTES), dtype="float32")
    steps, columns = np.nonzero(voices != SILENCE)
    roll[steps, voices[steps, columns] - LOWEST] = 1
    return roll


def notes_of(roll):
    """The notes of a piano roll, step by step, from high to low.

    roll: (T, 88), a note sounds where it is above one half.
    Returns a list of T lists of MIDI numbers.
    """
    roll = np.asarray(roll)
    if roll.ndim != 2 or roll.shape[1] != NOTES:
        raise ValueError(f"a piano roll has the shape {roll.shape}; (steps, {NOTES}) is wanted")
    return [(np.flatnonzero(step > 0.5)[::-1] + LOWEST).tolist() for step in roll]


def transpose(voices, semitones):
    """Voices so many semitones higher (lower where negative); rests stay rests.

    voices: (T, voices) MIDI numbers.
    Returns (T, voices) int64.
    Raises ValueError as `checked_voices`, also where a note would leave the piano.
    """
    voices = checked_voices(voices)
    return checked_voices(np.where(voices == SILENCE, SILENCE, voices + semitones))


def name_of(pitch):
    """The name of a MIDI number, as "F#4"; 60 is C4. SILENCE is "–"."""
    return "–" if pitch == SILENCE else f"{NAMES[pitch % 12]}{pitch // 12 - 1}"
