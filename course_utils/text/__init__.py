"""Text: words and characters as integers, batches of them, n-grams."""

from course_utils.text.characters import CHARACTERS, TextNotUsable, alphabet_of, codes_of, in_characters, own_text
from course_utils.text.reviews import NEUTRAL, add_neutral
from course_utils.text.words import batches_by_length, word_encoder, words_and_labels, words_of

__all__ = [
    "CHARACTERS",
    "NEUTRAL",
    "TextNotUsable",
    "add_neutral",
    "alphabet_of",
    "batches_by_length",
    "codes_of",
    "in_characters",
    "own_text",
    "word_encoder",
    "words_and_labels",
    "words_of",
]
