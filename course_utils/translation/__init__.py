"""Translation: tokens and vocabularies, pairs of sentences, BLEU, alignment."""

from course_utils.translation.pairs import batches_by_length, pairs_of, teacher_forced
from course_utils.translation.scores import bleu, bleu_by_length, bleu_difference, bleu_signature
from course_utils.translation.tokens import (
    END,
    PAD,
    SPECIAL,
    START,
    UNKNOWN,
    Vocabulary,
    sentence_of,
    tokens_of,
)

__all__ = [
    "END",
    "PAD",
    "SPECIAL",
    "START",
    "UNKNOWN",
    "Vocabulary",
    "batches_by_length",
    "bleu",
    "bleu_by_length",
    "bleu_difference",
    "bleu_signature",
    "pairs_of",
    "sentence_of",
    "teacher_forced",
    "tokens_of",
]
