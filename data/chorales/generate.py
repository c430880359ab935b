"""Write chorales.jsonl: pieces for four voices, made by rules of harmony and of voice leading.

    python data/chorales/generate.py            rewrite chorales.jsonl (about half a minute)
    python data/chorales/generate.py --check    say whether chorales.jsonl is what this script would write
    python data/chorales/generate.py --check --pieces 20    the same for the first 20 pieces only

Standard library only. The same seed gives the same bytes on every machine and every Python from 3.11 on. Each piece
has dice of its own, so that a few of them can be made without the others.

A piece is made in three steps. A plan: phrases, their keys, and a chord for each beat, drawn from a table of what
may follow what, so that each phrase arrives at its cadence. Voices: for each chord one of its voicings, drawn by what
it costs to sing, among those that break no rule. Ornaments: passing and neighbouring notes, suspensions and broken
chords in eighths, each kept only where it breaks no rule.
"""

import argparse
import functools
import itertools
import json
import math
import random
import sys
from pathlib import Path

PATH = Path(__file__).resolve().parent / "chorales.jsonl"
SEED = 20261130
SPLITS = (("train", 260), ("validation", 70), ("test", 70))

VOICES = ("soprano", "alto", "tenor", "bass")
RANGES = ((60, 79), (55, 74), (48, 67), (40, 60))  # MIDI numbers, from soprano to bass
CENTRES = (70.5, 65, 59, 50.5)
WIDEST = (12, 12, 19)  # semitones between neighbouring voices

KEYS = {  # tonic: weight
    "major": {"G": 6, "A": 4, "C": 4, "D": 5, "F": 4, "B-": 4, "E-": 3, "E": 2},
    "minor": {"A": 6, "G": 6, "E": 5, "D": 4, "B": 4, "C": 2, "F#": 2, "F": 1},
}
TONICS = {"C": 0, "D": 2, "E-": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "A": 9, "B-": 10, "B": 11}
NAMES = {  # of keys, a minor one in small letters, by the pitch class of the tonic
    "major": ("C", "D-", "D", "E-", "E", "F", "F#", "G", "A-", "A", "B-", "B"),
    "minor": ("c", "c#", "d", "e-", "e", "f", "f#", "g", "g#", "a", "b-", "b"),
}
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
MODULATIONS = {  # mode of the piece: (semitones from its tonic, mode, weight) of the keys that a phrase may go to
    "major": ((0, "major", 10), (7, "major", 5), (9, "minor", 3), (2, "minor", 2), (5, "major", 2), (4, "minor", 1)),
    "minor": ((0, "minor", 10), (3, "major", 5), (7, "minor", 3), (5, "minor", 2), (10, "major", 2), (8, "major", 1)),
}

QUALITIES = {
    "M": (0, 4, 7),
    "m": (0, 3, 7),
    "d": (0, 3, 6),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "h7": (0, 3, 6, 10),
    "M7": (0, 4, 7, 11),
    "d7": (0, 3, 6, 9),
    "s4": (0, 5, 7),
}
# name: (root in semitones above the tonic, quality, inversion). A suspension of the third ends in "sus".
CHORDS = {
    "major": {
        "I": (0, "M", 0), "I6": (0, "M", 1), "Isus": (0, "s4", 0),
        "ii": (2, "m", 0), "ii6": (2, "m", 1), "ii7": (2, "m7", 0), "ii65": (2, "m7", 1), "ii42": (2, "m7", 3),
        "iii": (4, "m", 0), "iii6": (4, "m", 1),
        "IV": (5, "M", 0), "IV6": (5, "M", 1), "IV7": (5, "M7", 0),
        "V": (7, "M", 0), "V6": (7, "M", 1), "V7": (7, "7", 0), "V65": (7, "7", 1), "V43": (7, "7", 2),
        "V42": (7, "7", 3), "Vsus": (7, "s4", 0),
        "vi": (9, "m", 0), "vi6": (9, "m", 1), "vi7": (9, "m7", 0), "vii6": (11, "d", 1),
        "V/V": (2, "M", 0), "V6/V": (2, "M", 1), "V65/V": (2, "7", 1), "V42/V": (2, "7", 3),
        "V/vi": (4, "M", 0), "V6/vi": (4, "M", 1), "V65/vi": (4, "7", 1),
        "V6/ii": (9, "M", 1), "V65/ii": (9, "7", 1), "V7/IV": (0, "7", 0), "V65/IV": (0, "7", 1), "V42/IV": (0, "7", 3),
    },
    "minor": {
        "i": (0, "m", 0), "i6": (0, "m", 1), "I": (0, "M", 0), "isus": (0, "s4", 0),
        "ii6": (2, "d", 1), "ii65": (2, "h7", 1), "ii42": (2, "h7", 3),
        "III": (3, "M", 0), "III6": (3, "M", 1),
        "iv": (5, "m", 0), "iv6": (5, "m", 1), "iv7": (5, "m7", 0), "IV6": (5, "M", 1),
        "V": (7, "M", 0), "V6": (7, "M", 1), "V7": (7, "7", 0), "V65": (7, "7", 1), "V43": (7, "7", 2),
        "V42": (7, "7", 3), "Vsus": (7, "s4", 0), "v6": (7, "m", 1),
        "VI": (8, "M", 0), "VI6": (8, "M", 1), "VI7": (8, "M7", 0), "vii6": (11, "d", 1), "vii7": (11, "d7", 0),
        "VII": (10, "M", 0), "VII6": (10, "M", 1), "V7/III": (10, "7", 0), "V65/III": (10, "7", 1),
        "V6/iv": (0, "M", 1), "V65/iv": (0, "7", 1), "V7/iv": (0, "7", 0), "V6/V": (2, "M", 1), "V65/V": (2, "7", 1),
        "V65/VI": (3, "7", 1),
    },
}  # fmt: skip
# What may follow what, and how often: "I: IV 3" lets IV follow I with weight 3.
FOLLOWS = {
    "major": """
        I: IV 3, V 3, vi 3, ii 1.5, ii6 1.2, ii65 0.8, I6 2.5, V6 2.5, IV6 1.2, vii6 1.5, V7/IV 0.6, V42/IV 0.4,
           V65/ii 0.4, V/vi 0.4, V65/vi 0.3, V7 0.8, V43 0.8, V42 0.5, V65 1, iii 0.7, V65/V 0.5, V42/V 0.2, ii42 0.7,
           Vsus 0.5, ii7 0.3, V6/ii 0.3, V6/vi 0.3, IV7 0.2, vi7 0.2
        I6: IV 3, ii65 1, ii6 1.6, V 2, I 1.5, vii6 1, V43 0.6, V7 0.5, vi 0.7, V65/V 0.6, Vsus 0.4, V6/V 0.3, iii 0.2,
           V6 0.3
        ii: V 3, V7 1.4, vii6 1, V6 1.5, V65 1, V42 0.5, I6 1, V/V 0.4, V65/V 0.5, Vsus 1, ii6 0.5
        ii6: V 4, V7 1.5, V42 0.5, Vsus 1.2, V65/V 0.3, I6 0.2
        ii7: V 3, V7 1, Vsus 1, V65 0.4
        ii65: V 4, V7 0.8, V42 0.4, Vsus 1.5
        ii42: V65 3, V6 1
        iii: vi 3, IV 3, I6 0.5, V65/ii 0.2
        iii6: vi 2, IV 1, I 0.5
        IV: V 3, I 2.4, ii6 0.6, ii65 0.6, I6 1.6, V7 0.7, vii6 1, V6 0.8, V42 0.6, V65/V 0.9, V65 0.5, ii 0.8,
           Vsus 0.8, V43 0.3, IV6 0.4, V6/V 0.3
        IV6: V 1.5, V65 1, V6 0.8, I 0.7, V43 0.5, IV 0.5, V65/V 0.3, ii65 0.3
        IV7: V 2, vii6 1, ii65 1, V42 0.4
        V: I 4.5, vi 2, I6 1.3, V6 0.6, V42 1, IV6 1, V65/vi 0.4, V6/vi 0.2, IV 0.3, ii6 0.2, iii6 0.2
        V6: I 5, vi 1.2, V 0.5, V65 0.5, V42/IV 0.2, V65/ii 0.2, vi6 0.2
        V7: I 5, vi 1.5
        V65: I 6
        V43: I 3, I6 2.5
        V42: I6 6
        Vsus: V 5, V7 1
        Isus: I 5
        vi: ii 1.5, ii6 1.4, IV 2.5, V 1.6, V6 1.3, I6 1.2, iii 0.8, V65/V 1.2, V/V 0.5, ii65 1, IV6 0.4, V65 0.4,
           vii6 0.3, V43 0.3, I 0.4, iii6 0.2, V6/V 0.3, ii7 0.2, V42/V 0.2
        vi6: IV 1, ii 1, V/V 0.5
        vi7: ii6 1, V65/V 1, IV 1
        vii6: I 3, I6 3
        V/V: V 5, V6 0.6
        V6/V: V 5
        V65/V: V 5, V42 0.3, Vsus 0.8
        V42/V: V6 4, V65 1.2
        V/vi: vi 5, IV 0.7
        V6/vi: vi 4
        V65/vi: vi 5
        V6/ii: ii 4
        V65/ii: ii 5, ii7 0.4
        V7/IV: IV 5
        V65/IV: IV 5
        V42/IV: IV6 5
        """,
    "minor": """
        i: iv 3, V 3, VI 1.5, ii6 1, ii65 1, i6 2.5, V6 2.2, vii6 1.5, V65 1, V43 0.7, VII 0.8, III 0.8, v6 1, iv6 1,
           V7 0.8, V42 0.3, V65/iv 0.5, VII6 0.6, ii42 0.7, V6/iv 0.3, Vsus 0.5, VI6 0.2, V65/III 0.3, V65/V 0.3,
           V7/iv 0.2, iv7 0.3
        i6: iv 2, ii6 1.5, ii65 1, V 2, i 1.5, vii6 1, V43 0.6, VI 0.4, Vsus 0.4, V65/V 0.3, VII 0.3, V7 0.4
        ii6: V 4, V7 1.4, Vsus 1.2, V42 0.3, i6 0.3
        ii65: V 4, V7 0.8, V42 0.4, Vsus 1.5
        ii42: V65 3, V6 1
        III: VI 2, iv 1.6, VII 1, ii6 0.6, i6 0.5, VII6 0.7, V65/VI 0.3, V6 0.6, V65/iv 0.4, i 0.7, V7/III 0.4
        III6: iv 1, VI 1, VII 0.5
        iv: V 4, i 1.6, i6 1.2, VII 1, V7 0.8, V42 0.5, V65 0.5, Vsus 0.8, vii6 0.6, V7/III 0.4, ii65 0.4,
           V65/V 0.4, vii7 0.4
        iv6: V 4, V65 0.3, i6 0.4, iv 0.3, VII6 0.2
        iv7: VII 1, V 2, V42 0.5, V7/III 0.6
        IV6: V65 2, V6 2, VII6 0.3
        V: i 4.5, VI 2, i6 1.3, V6 0.6, V42 1, iv6 0.8, IV6 0.3, V65/iv 0.3, iv 0.2
        V6: i 5, VI 0.6, V 0.5, V65 0.5, V6/iv 0.2
        V7: i 5, VI 1.5
        V65: i 6
        V43: i 3, i6 2.5
        V42: i6 6
        Vsus: V 5, V7 1
        isus: i 5
        v6: iv6 3, VI 2, i 0.4
        VI: iv 1.5, ii6 2, ii65 1, VII 1, V 1.4, III 0.8, i6 0.6, V65 0.6, V7/III 0.4, iv6 0.3, V6 0.4, vii6 0.3
        VI6: iv 1, ii6 0.5, VII6 0.3
        VI7: ii6 1, ii65 1, VII 0.5
        vii6: i 3, i6 3
        vii7: i 4
        VII: III 5, VI 0.8, i 0.6, i6 0.4, III6 0.3
        VII6: III 3, i 0.8
        V7/III: III 5
        V65/III: III 5
        V6/iv: iv 4
        V65/iv: iv 5
        V7/iv: iv 5
        V6/V: V 4
        V65/V: V 5, Vsus 0.8
        V65/VI: VI 5
        """,
}
STARTS = {
    "major": {"I": 10, "vi": 1.5, "V": 2, "I6": 1.5, "IV": 1.2, "ii": 0.4, "iii": 0.2},
    "minor": {"i": 10, "V": 2, "i6": 1.5, "VI": 0.8, "iv": 1, "III": 0.8},
}
# kind: (weight inside a piece, last chords of the phrase, semitones above the tonic on which the soprano may end)
CADENCES = {
    "major": {
        "authentic": (7, (("V", "I"), ("V7", "I"), ("Vsus", "V", "I"), ("Vsus", "V7", "I")), (0,)),
        "imperfect": (3.5, (("V", "I"), ("V7", "I"), ("Vsus", "V", "I")), (4, 7)),
        "half": (3.5, (("I", "V"), ("IV", "V"), ("ii6", "V"), ("V65/V", "V"), ("vi", "V"), ("I6", "V")), (2, 7, 11)),
        "deceptive": (0.6, (("V", "vi"), ("V7", "vi")), (0,)),
        "plagal": (0.5, (("IV", "I"),), (0, 4, 7)),
    },
    "minor": {
        "authentic": (7, (("V", "i"), ("V7", "i"), ("Vsus", "V", "i"), ("Vsus", "V7", "i")), (0,)),
        "imperfect": (2.5, (("V", "i"), ("V7", "i"), ("Vsus", "V", "i")), (3, 7)),
        "half": (4.5, (("i", "V"), ("iv", "V"), ("ii6", "V"), ("iv6", "V"), ("VI", "V"), ("i6", "V")), (2, 7, 11)),
        "deceptive": (0.6, (("V", "VI"), ("V7", "VI")), (0, 3)),
        "plagal": (0.4, (("iv", "i"),), (0, 3, 7)),
    },
}

# What a move of a voice costs, in semitones up or down; what is not listed is not sung.
MOVES = (
    {0: 0.75, 1: 0.0, 2: 0.0, 3: 0.9, 4: 1.2, 5: 1.4, 7: 2.6},
    {0: 0.0, 1: 0.2, 2: 0.2, 3: 0.8, 4: 0.9, 5: 1.1, 7: 2.8},
    {0: 0.0, 1: 0.2, 2: 0.2, 3: 0.6, 4: 0.8, 5: 1.0, 7: 2.2},
    {0: 0.7, 1: 0.1, 2: 0.1, 3: 0.4, 4: 0.7, 5: 0.3, 7: 0.4, 8: 2.5, 9: 3.0, 12: 1.2},
)
TEMPERATURE = 0.85  # of the draw among voicings: 0 always takes the cheapest
TRIED = 8  # voicings tried at a chord before the chord before it is sung otherwise
PATIENCE = 1500  # chords tried before a phrase is planned anew

# Chances, from soprano to bass, of what is put between and upon the beats, each where the voices give occasion to it:
WALKING = (0.25, 0.5, 0.5, 0.7)  # a note of the scale on a weak beat, between two beats a third apart
HELD_BACK = (0.25, 0.6, 0.6, 0.3)  # a step down onto a strong beat comes a beat later
PASSING = (0.6, 0.9, 0.9, 0.9)  # a third is filled by an eighth
SUSPENDED = (0.2, 0.6, 0.6, 0.3)  # a step down onto a strong beat comes an eighth later
NEIGHBOURING = (0.04, 0.16, 0.16, 0.16)  # between two beats on one note, the note beside it
BROKEN = (0.04, 0.16, 0.2, 0.3)  # another note of the chord
ANTICIPATED = 0.25  # the soprano sings the last note of a phrase an eighth too early


# --- what a chord is


def is_dominant(name):
    """True for chords that hold a leading note: V and what is built like it, and vii."""
    return name.split("/")[0].rstrip("0123456789") in ("V", "vii")


@functools.cache
def chord(mode, name):
    """(notes, bass, {note: how it must go on}) of a chord, notes as semitones above the tonic."""
    root, quality, inversion = CHORDS[mode][name]
    notes = tuple((root + interval) % 12 for interval in QUALITIES[quality])
    tendencies = {}
    if name.startswith("vii"):
        tendencies[notes[0]] = "leading"
    elif is_dominant(name):
        tendencies[notes[1]] = "leading"
    if len(notes) == 4:
        tendencies[notes[3]] = "seventh"
    if quality == "s4":
        tendencies[notes[1]] = "suspended"
    return notes, notes[inversion], tendencies


@functools.cache
def voicings(tonic, mode, name):
    """[(cost, (soprano, alto, tenor, bass))] of a chord in a key: all within the ranges that need no excuse."""
    notes, lowest, tendencies = chord(mode, name)
    root, quality, inversion = CHORDS[mode][name]
    third, fifth = notes[1], notes[2]
    may_lack = {fifth} if inversion == 0 and quality in ("M", "m", "7", "M7", "m7") else set()
    singable = [[p for p in range(low, high + 1) if (p - tonic) % 12 in notes] for low, high in RANGES]
    found = []
    for bass in (p for p in singable[3] if (p - tonic) % 12 == lowest):
        for tenor in (p for p in singable[2] if bass <= p <= bass + WIDEST[2]):
            for alto in (p for p in singable[1] if tenor <= p <= tenor + WIDEST[1]):
                for soprano in (p for p in singable[0] if alto <= p <= alto + WIDEST[0]):
                    voices = (soprano, alto, tenor, bass)
                    sung = [(p - tonic) % 12 for p in voices]
                    missing = set(notes) - set(sung)
                    if missing - may_lack or any(sung.count(note) > 1 for note in tendencies):
                        continue
                    cost = 0.7 * len(missing)
                    if sung.count(third) > 1:  # a doubled third is thick, except in the middle of a minor key's chords
                        cost += 0.5 if quality in ("m", "d") else 1.4
                    if quality == "d" and sung.count(root) > 1:
                        continue
                    cost += 0.5 * (soprano == alto) + 0.5 * (alto == tenor) + 0.5 * (tenor == bass)
                    for pitch, centre, width in zip(voices, CENTRES, (7, 6, 6, 7), strict=True):
                        cost += 0.5 * ((pitch - centre) / width) ** 2
                    found.append((cost, voices))
    return found


# --- the plan: phrases, keys, chords


@functools.cache
def follows(mode):
    """{chord: {following chord: weight}} as FOLLOWS says."""
    table = {}
    text = FOLLOWS[mode].replace("\n", " ")
    heads = [word for word in text.split() if word.endswith(":")]
    for head, body in zip(heads, split_at(text, heads), strict=True):
        pairs = [pair.split() for pair in body.strip().rstrip(",").split(",")]
        table[head[:-1]] = {name: float(weight) for name, weight in pairs}
    return table


def split_at(text, heads):
    """The parts of a text after each of `heads`, which stand in it in this order."""
    for head in heads:
        text = text.split(f" {head}", 1)[1]
        nexts = heads[heads.index(head) + 1 :]
        yield text.split(f" {nexts[0]}", 1)[0] if nexts else text


def draw(dice, weights):
    """A key of {key: weight}, by weight."""
    names = list(weights)
    return dice.choices(names, [weights[name] for name in names])[0]


def chords_to(dice, mode, first, length, last):
    """`length` chords, each allowed after the one before: the first out of {name: weight}, the last ones given.

    Drawn from the chain conditioned on its end: each chord is weighted by how well the end is reached from it.
    Returns None where the end cannot be reached.
    """
    table = follows(mode)
    free = length - len(last)
    reach = [{} for _ in range(free)]
    if free == 0:
        return list(last) if last[0] in first else None
    for place in range(free - 1, -1, -1):
        for name, after in table.items():
            if place == free - 1:
                reach[place][name] = after.get(last[0], 0.0)
            else:
                reach[place][name] = sum(w * reach[place + 1].get(to, 0.0) for to, w in after.items()) / 10
    names = []
    for place in range(free):
        options = first if place == 0 else table[names[-1]]
        weights = {to: w * reach[place].get(to, 0.0) for to, w in options.items()}
        weights = {to: w for to, w in weights.items() if w > 0}
        if not weights:
            return None
        names.append(draw(dice, weights))
    return names + list(last)


def pivots(before, key):
    """{chord: weight}: with what a phrase in `key` may begin after one in the key `before`: chords of both."""
    tonic, mode = key
    home = {(before[0] + note) % 12 for note in SCALES[before[1]]}
    starts = {}
    for name, weight in STARTS[mode].items():
        notes = {(tonic + note) % 12 for note in chord(mode, name)[0]}
        if before == key or notes <= home:
            starts[name] = weight
    return starts or {"V": 1.0}


def phrase_plan(dice, key, before, beats, metre, kind, final):
    """One phrase: (chords by beat, hold by beat, kind of cadence). A held beat repeats the voices of the one before."""
    mode = key[1]
    _, endings, _ = CADENCES[mode][kind]
    while True:
        ending = list(dice.choice(endings))
        if final and mode == "minor" and dice.random() < 0.7:
            ending[-1] = "I"  # the Picardy third
        last_beats = final if final else dice.choices((1, 2), (5, 3) if metre == 4 else (2, 5))[0]
        moving = beats - (last_beats - 1)
        durations = []
        while sum(durations) < moving - len(ending):
            left = moving - len(ending) - sum(durations)
            longer = left >= 2 and dice.random() < (0.08 if metre == 4 else 0.3)
            durations.append(2 if longer else 1)
        durations += [1] * len(ending)
        names = chords_to(dice, mode, pivots(before, key), len(durations), ending)
        if names is None:
            continue
        chords, holds = [], []
        for name, duration in zip(names, durations, strict=True):
            chords += [name] * duration
            holds += [False] * duration
        chords += [names[-1]] * (last_beats - 1)
        holds += [True] * (last_beats - 1)
        return chords, holds


def piece_plan(dice):
    """Key, metre, upbeat and phrases of a piece; a phrase is (key, chords, holds, kind of cadence, contour)."""
    mode = dice.choices(("major", "minor"), (55, 45))[0]
    name = draw(dice, KEYS[mode])
    home = (TONICS[name], mode)
    metre = dice.choices((4, 3), (82, 18))[0]
    upbeat = 1 if dice.random() < 0.75 else 0
    phrases = []
    count = dice.choices((4, 5, 6, 7, 8, 9, 10), (3, 3, 6, 5, 6, 2, 2))[0] if metre == 4 else dice.choice((4, 4, 5, 6))
    bar_form = count >= 5 and dice.random() < 0.3  # the third and fourth phrases take up the first two
    before = home
    for number in range(count):
        last = number == count - 1
        if bar_form and number in (2, 3):
            phrases.append(phrases[number - 2])
            before = phrases[-1][0]
            continue
        options = {(step, kind): weight for step, kind, weight in MODULATIONS[mode]}
        step, kind_of_key = (0, mode) if number == 0 or last else draw(dice, options)
        key = ((home[0] + step) % 12, kind_of_key)
        beats = dice.choices((8, 12, 10 if metre == 4 else 6), (16, 1, 0) if metre == 4 else (0, 3, 2))[0]
        cadences = {kind: entry[0] for kind, entry in CADENCES[key[1]].items()}
        kind = "authentic" if last else draw(dice, cadences)
        final = dice.choice((2, 3, 4) if metre == 4 else (2, 3)) if last else 0
        chords, holds = phrase_plan(dice, key, before, beats + max(final - 2, 0), metre, kind, final)
        contour = [dice.uniform(-3, 4), dice.uniform(0, 7), dice.uniform(0.25, 0.75)]  # start, top, where the top is
        phrases.append((key, chords, holds, kind, contour))
        before = key
    return {"key": f"{name} {mode}", "home": home, "metre": metre, "upbeat": upbeat, "phrases": phrases}


# --- voice leading


def consecutive(before, after):
    """True where two voices that both move stay a fifth, an octave or a unison apart, octaves added or not."""
    for upper, lower in itertools.combinations(range(4), 2):
        if before[upper] != after[upper] and before[lower] != after[lower]:
            interval = (after[upper] - after[lower]) % 12
            if interval in (0, 7) and interval == (before[upper] - before[lower]) % 12:
                return True
    return False


def overlapping(before, after):
    """True where a voice moves past the place that its neighbour has just left."""
    return any(after[lower + 1] > before[lower] or after[lower] < before[lower + 1] for lower in range(3))


def hidden(before, after):
    """True where soprano and bass leap in the same direction into a fifth or an octave."""
    high, low = after[0] - before[0], after[3] - before[3]
    return high * low > 0 and abs(high) > 2 and (after[0] - after[3]) % 12 in (0, 7)


def obliged(before, after, key, name, after_key, after_name):
    """The cost of how the notes that want to move do move; None where they break a rule."""
    tonic, mode = key
    tendencies = chord(mode, name)[2]
    sounding = {(after_key[0] + note) % 12 for note in chord(after_key[1], after_name)[0]}
    cost = 0.0
    for voice in range(4):
        move = after[voice] - before[voice]
        tendency = tendencies.get((before[voice] - tonic) % 12)
        if tendency == "seventh" or tendency == "suspended":
            stays = tendency == "seventh" and move == 0
            if not stays and move not in (-1, -2):
                return None
        elif tendency == "leading" and move != 0 and (before[voice] + 1) % 12 in sounding and move != 1:
            if voice in (0, 3) or move not in (-4, -2, -1):
                return None
            cost += 0.8
    prepared = chord(after_key[1], after_name)[2]
    for voice in range(4):
        tendency = prepared.get((after[voice] - after_key[0]) % 12)
        if tendency == "suspended" and before[voice] != after[voice]:
            return None
        if tendency == "seventh" and abs(after[voice] - before[voice]) > 5:
            return None
    return cost


def awkward(before, after, key):
    """True where a voice sings an augmented second of a minor key."""
    tonic, mode = key
    if mode == "major":
        return False
    for low, high in zip(before, after, strict=True):
        if abs(high - low) == 3 and {(low - tonic) % 12, (high - tonic) % 12} == {8, 11}:
            return True
    return False


def false_relation(before, after):
    """How often a note and its chromatic neighbour follow each other in different voices."""
    count = 0
    for voice in range(4):
        for other in range(4):
            if other != voice and abs(before[voice] - after[other]) % 12 in (1, 11):
                stepped = abs(before[voice] - after[voice]) <= 2 or abs(before[other] - after[other]) <= 2
                count += not stepped
    return count


def sung_next(dice, past, key, name, after_key, after_name, target, last):
    """Voicings of the next chord that break no rule, in a random order that prefers the cheap ones; at most TRIED.

    past: the voicings so far, the last of which is left. target: where the soprano would like to be.
    last: notes above the tonic on which the soprano may end here, or None.
    """
    before = past[-1]
    earlier = past[-2] if len(past) > 1 else before
    leapt = before[0] - earlier[0]
    same = (key, name) == (after_key, after_name)
    found = []
    soprano, alto, tenor, bass = before
    soprano_moves, alto_moves, tenor_moves, bass_moves = MOVES
    for cost, after in voicings(*after_key, after_name):
        moved = after[0] - soprano
        price = soprano_moves.get(abs(moved))
        if price is None:
            continue
        for moves, there, here in (
            (alto_moves, after[1], alto),
            (tenor_moves, after[2], tenor),
            (bass_moves, after[3], bass),
        ):
            more = moves.get(abs(there - here))
            if more is None:
                price = None
                break
            price += more
        if price is None:
            continue
        if last is not None and (after[0] - after_key[0]) % 12 not in last:
            continue
        if same and after == before:
            price += 0.6
        if consecutive(before, after) or overlapping(before, after) or hidden(before, after):
            continue
        if awkward(before, after, after_key) or awkward(before, after, key):
            continue
        duty = obliged(before, after, key, name, after_key, after_name)
        if duty is None:
            continue
        price += cost + duty + 0.12 * abs(after[0] - target) + 1.5 * false_relation(before, after)
        if abs(leapt) > 4 and (moved * leapt > 0 or abs(moved) > 2):
            price += 1.5  # after a leap a melody turns back by a step
        if moved == 0 and leapt == 0:
            price += 0.8
        if len(past) > 1 and after[0] == past[-2][0] and after[3] == past[-2][3]:
            price += 0.7
        if (after[0] - before[0]) * (after[3] - before[3]) < 0:
            price -= 0.25  # contrary motion of the outer voices
        luck = -math.log(-math.log(dice.random()))
        found.append((luck - price / TEMPERATURE, after))
    found.sort(reverse=True)
    return [after for _, after in found[:TRIED]]


def sing(dice, past, context, phrase, contour_base):
    """Voicings of a phrase after the voicings `past`; None where PATIENCE does not suffice.

    context: (key, chord) of what `past` ends with, None at the beginning of a piece.
    """
    key, chords, holds, kind, (start, top, turn) = phrase
    ends = CADENCES[key[1]][kind][2]
    if chords[-1] == "I" and key[1] == "minor":
        ends = (0,)
    n = len(chords)
    arrival = arrivals(holds).index(True)
    targets = []
    for place in range(n):
        x = place / max(n - 1, 1)
        if x < turn:
            targets.append(contour_base + start + (top - start) * x / turn)
        else:
            targets.append(contour_base + top * (1 - (x - turn) / (1 - turn)))
    sung = list(past)
    stack = []
    tries = 0

    def options(place):
        last = ends if place == arrival else None
        if place == 0 and context is None:
            first = [
                (-math.log(-math.log(dice.random())) - (cost + 0.2 * abs(v[0] - targets[0])) / TEMPERATURE, v)
                for cost, v in voicings(*key, chords[0])
            ]
            return [v for _, v in sorted(first, reverse=True)[:TRIED]]
        if holds[place]:
            return [sung[-1]]
        here = (key, chords[place - 1]) if place else context
        return sung_next(dice, sung, *here, key, chords[place], targets[place], last)

    stack.append(options(0))
    while stack:
        tries += 1
        if tries > PATIENCE:
            return None
        if not stack[-1]:
            stack.pop()
            if stack:
                sung.pop()
            continue
        sung.append(stack[-1].pop(0))
        if len(stack) == n:
            return sung[len(past) :]
        stack.append(options(len(stack)))
    return None


# --- ornaments


def step_between(low, high, key):
    """The note of the scale between two notes a third apart, or None. In minor, sixth and seventh rise and fall."""
    tonic, mode = key
    rising = high > low
    scale = set(SCALES[mode])
    if mode == "minor":
        ends = {(low - tonic) % 12, (high - tonic) % 12}
        if 11 in ends:
            scale = scale - {8} | {9}
        elif rising and 0 in ends and (high - tonic) % 12 == 0:
            scale = scale - {10, 8} | {11, 9}
        elif 9 in ends:
            scale = scale - {8} | {9}
    between = range(min(low, high) + 1, max(low, high))
    fitting = [p for p in between if (p - tonic) % 12 in scale and abs(p - low) <= 2 and abs(p - high) <= 2]
    return fitting[0] if len(fitting) == 1 else None


def rules_hold(steps, place):
    """True where the steps around `place`, in eighths and in quarters, break no rule."""
    low, high = max(place - 3, 0), min(place + 4, len(steps))
    for now in steps[low:high]:
        if not now[0] >= now[1] >= now[2] >= now[3]:
            return False
        if now[0] - now[1] > 12 or now[1] - now[2] > 12:
            return False
        if any(not lowest <= pitch <= highest for pitch, (lowest, highest) in zip(now, RANGES, strict=True)):
            return False
    for first in range(low, high - 1):
        if consecutive(steps[first], steps[first + 1]):
            return False
    for first in range(max(place - place % 2 - 2, 0), min(place + 3, len(steps) - 2), 2):
        if consecutive(steps[first], steps[first + 2]):
            return False
    return True


def agrees(steps, place, voice, ornaments):
    """True where a voice's note sounds well there: no semitone beside another, consonant with what also moves."""
    pitch = steps[place][voice]
    for other in range(4):
        if other == voice:
            continue
        distance = abs(pitch - steps[place][other])
        if distance % 12 in (1, 11) and distance < 14:
            return False
        if (place, other) in ornaments and distance % 12 not in (0, 3, 4, 7, 8, 9):
            return False
    return True


def walk(dice, beats, keys, names, holds, strong, arrived):
    """Beats with some of their notes exchanged: passing notes on weak beats, suspensions on strong ones.

    The arguments are those of `ornament`. Returns (beats, {(beat, voice): kind}).
    """
    beats = list(beats)
    moved = {}
    order = [(beat, voice) for beat in range(1, len(beats) - 1) for voice in range(4)]
    dice.shuffle(order)
    for beat, voice in order:
        if arrived[beat] or holds[beat + 1] or any((near, voice) in moved for near in (beat - 1, beat, beat + 1)):
            continue
        before, here, there = (beats[near][voice] for near in (beat - 1, beat, beat + 1))
        tonic, mode = keys[beat]
        if (beats[beat - 1][voice] - keys[beat - 1][0]) % 12 in chord(keys[beat - 1][1], names[beat - 1])[2]:
            continue
        if (here - tonic) % 12 in chord(mode, names[beat])[2]:
            continue
        luck = dice.random()
        if strong[beat]:
            prepared = here - before in (-1, -2) and there == here and luck < HELD_BACK[voice]
            pitch, kind = (before, "suspension on the beat") if prepared else (None, None)
        else:
            between = step_between(before, there, keys[beat]) if abs(before - there) in (3, 4) else None
            pitch, kind = (between, "passing on the beat") if luck < WALKING[voice] else (None, None)
        if pitch is None or pitch == here:
            continue
        old = beats[beat]
        beats[beat] = (*old[:voice], pitch, *old[voice + 1 :])
        steps = [voices for voices in beats[max(beat - 2, 0) : beat + 3] for _ in range(2)]
        place = 2 * min(beat, 2)
        nearby = {(place, other) for other in range(4) if (beat, other) in moved}
        if agrees(steps, place, voice, nearby) and rules_hold(steps, place):
            moved[beat, voice] = kind
        else:
            beats[beat] = old
    return beats, moved


def ornament(dice, beats, keys, names, holds, strong, arrived):
    """Eighths out of beats: (2 · beats, 4) pitches. beats, keys, chord names and the rest: one for each beat.

    holds: True where a chord is held from the beat before. strong: where an accent falls. arrived: from where a phrase
    has come to its last chord, which stays as it is.
    """
    beats, moved = walk(dice, beats, keys, names, holds, strong, arrived)
    steps = [voices for voices in beats for _ in range(2)]
    ornaments = {(2 * beat, voice): kind for (beat, voice), kind in moved.items()}

    def attempt(place, voice, pitch, kind):
        """Put a pitch there; keep it where no rule is broken."""
        old = steps[place]
        steps[place] = (*old[:voice], pitch, *old[voice + 1 :])
        if agrees(steps, place, voice, ornaments) and rules_hold(steps, place):
            ornaments[place, voice] = kind
            return True
        steps[place] = old
        return False

    order = [(beat, voice) for beat in range(len(beats) - 1) for voice in range(4)]
    dice.shuffle(order)
    for beat, voice in order:
        if arrived[beat]:
            continue
        place = 2 * beat + 1
        here, there = beats[beat][voice], beats[beat + 1][voice]
        move = there - here
        key = keys[beat]
        luck = dice.random()
        suspension = chord(keys[beat + 1][1], names[beat + 1])[2]
        if (2 * beat, voice) in ornaments and ornaments[2 * beat, voice] != "passing on the beat":
            continue
        if (
            move in (-1, -2)
            and strong[beat + 1]
            and not arrived[beat + 1]
            and (there - keys[beat + 1][0]) % 12 in set(chord(keys[beat + 1][1], names[beat + 1])[0]) - set(suspension)
            and luck < SUSPENDED[voice]
            and not any((place + 1, other) in ornaments or (place + 2, other) in ornaments for other in range(4))
            and not any(
                beats[beat + 1][other] % 12 == there % 12 for other in range(4) if other != voice and other != 3
            )
        ):
            attempt(place + 1, voice, here, "suspension")
        elif abs(move) in (3, 4) and luck < PASSING[voice]:
            pitch = step_between(here, there, key)
            if pitch is not None:
                attempt(place, voice, pitch, "passing")
        elif move == 0 and luck < NEIGHBOURING[voice]:
            tonic, mode = key
            above = [p for p in (here - 1, here - 2, here + 1, here + 2) if (p - tonic) % 12 in SCALES[mode]]
            if above:
                attempt(place, voice, dice.choice(above), "neighbour")
        elif luck < BROKEN[voice]:
            notes, _, tendencies = chord(key[1], names[beat])
            near = [p for p in range(here - 5, here + 6) if p != here and (p - key[0]) % 12 in notes]
            if voice == 3:
                near = [
                    p for p in (*near, here - 12, here + 12) if (p - key[0]) % 12 in notes[:2] or p % 12 == here % 12
                ]
            allowed = [
                p
                for p in near
                if (p - key[0]) % 12 not in tendencies and abs(there - p) in MOVES[voice] and abs(there - p) <= 7
            ]
            if (here - key[0]) % 12 in set(notes) - set(tendencies) and allowed:
                attempt(place, voice, dice.choice(allowed), "broken chord")
    for beat in range(1, len(beats) - 1):
        place = 2 * beat + 1
        falls = beats[beat + 1][0] - beats[beat][0]
        free = not any((place, voice) in ornaments for voice in range(4))
        if arrived[beat + 1] and not arrived[beat] and falls in (-1, -2, 1) and free and dice.random() < ANTICIPATED:
            old = steps[place]
            steps[place] = (beats[beat + 1][0], *old[1:])
            if rules_hold(steps, place):
                ornaments[place, 0] = "anticipation"
            else:
                steps[place] = old
    return steps, ornaments


# --- pieces


def arrivals(holds):
    """Whether a phrase has come to its last chord, beat by beat. holds: as `phrase_plan` gives them."""
    return [all(holds[beat + 1 :]) for beat in range(len(holds))]


def make_piece(number):
    """A piece as a dictionary that can be written as JSON. number: from 0; it decides everything."""
    dice = random.Random(f"{SEED}/{number}")
    while True:
        plan = piece_plan(dice)
        piece = compose(dice, plan)
        if piece is not None:
            return {"name": f"chorale-{number + 1:03d}", "split": split_of(number)} | piece


def compose(dice, plan):
    """The voices of a plan, or None where a phrase cannot be sung after the one before."""
    beats, keys, names, holds, arrived, phrase_ends, cadences = [], [], [], [], [], [], []
    centre = dice.uniform(67.5, 70)
    for phrase in plan["phrases"]:
        key, chords, held, kind, _ = phrase
        context = (keys[-1], names[-1]) if names else None
        for _ in range(4):
            sung = sing(dice, beats, context, phrase, centre)
            if sung is not None:
                break
        else:
            return None
        beats += sung
        keys += [key] * len(chords)
        names += chords
        holds += held
        arrived += arrivals(held)
        phrase_ends.append(len(beats))
        cadences.append(kind)
    metre, upbeat = plan["metre"], plan["upbeat"]
    in_bar = [(beat - upbeat) % metre for beat in range(len(beats))]
    strong = [place == 0 or (metre == 4 and place == 2) for place in in_bar]
    steps, ornaments = ornament(dice, beats, keys, names, holds, strong, arrived)
    chords = [f"{NAMES[mode][tonic]}:{name}" for (tonic, mode), name in zip(keys, names, strict=True)]
    counted = {}
    for kind in ornaments.values():
        counted[kind] = counted.get(kind, 0) + 1
    return {
        "key": plan["key"],
        "metre": metre,
        "upbeat": upbeat,
        "phrase_ends": phrase_ends,
        "cadences": cadences,
        "chords": chords,
        "ornaments": dict(sorted(counted.items())),
        "eighths": [list(step) for step in steps],
    }


def split_of(number):
    """The split of the piece of a number."""
    for split, size in SPLITS:
        if number < size:
            return split
        number -= size
    raise ValueError("there are not so many pieces")


def lines(count=None):
    """The pieces as lines of JSON, the first `count` or all."""
    total = sum(size for _, size in SPLITS)
    for number in range(total if count is None else min(count, total)):
        yield json.dumps(make_piece(number), separators=(",", ":")) + "\n"


def main():
    parser = argparse.ArgumentParser(description="Write chorales.jsonl.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when chorales.jsonl is out of step")
    parser.add_argument("--pieces", type=int, help="with --check: compare the first so many pieces only")
    arguments = parser.parse_args()
    if arguments.check:
        there = PATH.read_text(encoding="ascii").splitlines(keepends=True) if PATH.is_file() else []
        made = list(lines(arguments.pieces))
        if there[: arguments.pieces] != made:
            print("chorales.jsonl is not what generate.py writes; run it without --check")
            return 1
        print("chorales.jsonl is what generate.py writes")
        return 0
    PATH.write_bytes("".join(lines()).encode("ascii"))
    print(f"{sum(size for _, size in SPLITS)} pieces, {PATH.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
