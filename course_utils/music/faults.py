"""What a teacher of harmony marks in red: consecutive fifths and octaves, crossings, voices out of their range."""

import itertools

import numpy as np

from course_utils.music.scores import SILENCE, checked_voices

RANGES = ((60, 81), (53, 74), (48, 69), (36, 62))  # MIDI numbers that a choir sings, from soprano to bass

WIDEST = (12, 12, None)  # semitones between neighbouring voices; tenor and bass may be any distance apart

KINDS = ("parallel fifths", "parallel octaves", "crossings", "out of range", "too far apart")


def fault_places(voices):
    """Where four voices break the rules of voice leading.

    voices: (T, 4) MIDI numbers, soprano first, SILENCE for a rest.
    Returns {kind: list of places}, a kind for each of KINDS:

    - "parallel fifths", "parallel octaves": (step, upper voice, lower voice), where two voices both move to this step
      and are a fifth, or an octave or a unison, apart before and after. Octaves between them do not count (a twelfth is
      a fifth), nor does the direction: fifths by contrary motion are fifths.
    - "crossings": (step, upper voice, lower voice), where a voice is below its lower neighbour. A unison is none.
    - "out of range": (step, voice), where a note is outside RANGES.
    - "too far apart": (step, upper voice, lower voice), where soprano and alto, or alto and tenor, are more than an
      octave apart.

    A rest breaks no rule. What is between two steps cannot be seen: a grid of quarters takes for parallel what eighths
    between them may have kept apart, and passes over what happens within a quarter.
    Raises ValueError for another number of voices, and as `checked_voices`.
    """
    voices = checked_voices(voices)
    if voices.shape[1] != 4:
        raise ValueError(f"there are {voices.shape[1]} voices; the rules are those of four")
    places = {kind: [] for kind in KINDS}
    sings = voices != SILENCE
    moves = (voices[1:] != voices[:-1]) & sings[1:] & sings[:-1]
    for upper, lower in itertools.combinations(range(4), 2):
        interval = (voices[:, upper] - voices[:, lower]) % 12
        stays = moves[:, upper] & moves[:, lower] & (interval[1:] == interval[:-1])
        for kind, size in (("parallel fifths", 7), ("parallel octaves", 0)):
            steps = np.flatnonzero(stays & (interval[1:] == size)) + 1
            places[kind] += [(int(step), upper, lower) for step in steps]
    for upper, widest in enumerate(WIDEST):
        lower = upper + 1
        both = sings[:, upper] & sings[:, lower]
        distance = voices[:, upper] - voices[:, lower]
        places["crossings"] += [(int(step), upper, lower) for step in np.flatnonzero(both & (distance < 0))]
        if widest is not None:
            places["too far apart"] += [
                (int(step), upper, lower) for step in np.flatnonzero(both & (distance > widest))
            ]
    for voice, (low, high) in enumerate(RANGES):
        outside = sings[:, voice] & ((voices[:, voice] < low) | (voices[:, voice] > high))
        places["out of range"] += [(int(step), voice) for step in np.flatnonzero(outside)]
    return places


def faults(pieces):
    """How often some pieces break the rules of voice leading, by kind.

    pieces: one piece, (T, 4) MIDI numbers, or a list of them.
    Returns {kind: count}, as `fault_places` finds them.
    Raises ValueError as `fault_places`.
    """
    pieces = pieces if isinstance(pieces, list | tuple) and np.ndim(pieces[0]) == 2 else [pieces]
    counts = dict.fromkeys(KINDS, 0)
    for voices in pieces:
        for kind, places in fault_places(voices).items():
            counts[kind] += len(places)
    return counts
