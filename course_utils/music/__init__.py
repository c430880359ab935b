"""Music: voices and piano rolls, faults of voice leading, a synthesiser, predictions by counting."""

from course_utils.music.faults import KINDS, RANGES, fault_places, faults
from course_utils.music.rivals import VoiceNGrams, frame_rivals, nats_per_step, ngram_bits
from course_utils.music.scores import (
    HIGHEST,
    LOWEST,
    NOTES,
    SILENCE,
    VOICES,
    checked_voices,
    name_of,
    notes_of,
    piano_roll,
    transpose,
)
from course_utils.music.synthesis import RATE, frequency, held_notes, synthesise, write_sound

__all__ = [
    "HIGHEST",
    "KINDS",
    "LOWEST",
    "NOTES",
    "RANGES",
    "RATE",
    "SILENCE",
    "VOICES",
    "VoiceNGrams",
    "checked_voices",
    "fault_places",
    "faults",
    "frame_rivals",
    "frequency",
    "held_notes",
    "name_of",
    "nats_per_step",
    "ngram_bits",
    "notes_of",
    "piano_roll",
    "synthesise",
    "transpose",
    "write_sound",
]
