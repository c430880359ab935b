"""Sound: spoken digits, their spectrograms, a player, recordings of the student's own."""

from course_utils.sound.digits import Clips, DigitStrings, digit_strings, in_noise, read_clips, voice_and_take
from course_utils.sound.recording import SoundNotUsable, own_sound, play
from course_utils.sound.spectrograms import HOP, MELS, RATE, log_mel

__all__ = [
    "HOP",
    "MELS",
    "RATE",
    "Clips",
    "DigitStrings",
    "SoundNotUsable",
    "digit_strings",
    "in_noise",
    "log_mel",
    "own_sound",
    "play",
    "read_clips",
    "voice_and_take",
]
