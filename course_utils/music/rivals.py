"""How well music is predicted without a network: by counting. What a network must beat, on any corpus alike."""

import numpy as np

from course_utils.music.scores import LOWEST, NOTES, SILENCE, checked_voices, transpose
from course_utils.text.ngrams import NGramCounts

SYMBOLS = NOTES + 2  # 0 before the beginning, 1 silence, and the piano's keys


def as_symbols(voices):
    """A piece as one sequence of symbols, step by step and from soprano to bass.

    voices: (T, voices) MIDI numbers. Returns (T · voices,) integers: 1 for silence, 2 for LOWEST and so on.
    """
    voices = checked_voices(voices)
    return np.where(voices == SILENCE, 1, voices - LOWEST + 2).ravel()


class VoiceNGrams:
    """An n-gram model that predicts note by note: soprano, alto, tenor, bass, and on to the next step.

    Interpolated Kneser-Ney, over the pieces as `as_symbols` writes them: an n-gram of five symbols sees the voice's own
    note one step ago and all that were sung since. The discount of each order is n₁ / (n₁ + 2 n₂), from how many
    n-grams occur once and twice (Ney, Essen and Kneser 1994).

    pieces: list of (T, voices) MIDI numbers. order: the longest n-gram, 2 to 9. transpositions: the semitones by which
    each piece is also counted; (0,) counts it as it is, range(-5, 7) in all keys.
    Raises ValueError for another order, and as `checked_voices` and `NGramCounts`.
    """

    def __init__(self, pieces, order, transpositions=(0,)):
        if not 2 <= order <= 9:
            raise ValueError(f"order is {order}; 2 to 9 is wanted")
        texts = [as_symbols(transpose(voices, semitones)) for voices in pieces for semitones in transpositions]
        self.counts = NGramCounts(texts, SYMBOLS, order)

    def log_probabilities(self, voices):
        """The natural logarithm of the probability of each note, given all before it.

        voices: (T, voices) MIDI numbers. Returns (T, voices); each row's sum is that of the step.
        """
        text = as_symbols(voices)
        rows = np.arange(len(text))
        p = np.full(len(text), 1 / (SYMBOLS - 1))  # no note is the symbol that stands before the beginning
        for n in range(1, self.counts.order + 1):
            shorter = n < self.counts.order
            table = (self.counts.continuation if shorter else self.counts.raw)[n][1]
            once, twice = (table == 1).sum(), (table == 2).sum()
            discount = once / (once + 2 * twice) if once else 0.5
            after = self.counts.after(text, n, distinct=shorter)
            total = after.sum(axis=1)
            kept = np.maximum(after - discount, 0)
            left = total - kept.sum(axis=1)
            seen = total > 0
            p = np.where(seen, (kept[rows, text] + left * p) / np.where(seen, total, 1), p)
        return np.log(p).reshape(np.shape(voices))


def nats_per_step(model, pieces):
    """The mean of −log p of a step, all voices together, over all steps of some pieces. model: as VoiceNGrams."""
    logs = [model.log_probabilities(voices).sum(axis=1) for voices in pieces]
    return float(-np.concatenate(logs).mean())


def ngram_bits(train, validation, test, transpositions=(0,), orders=range(2, 10)):
    """Bits per step of the best of some n-gram models, its order chosen on the validation pieces.

    train, validation, test: lists of (T, voices) MIDI numbers.
    Returns (bits per step of the test pieces, order).
    """
    models = {order: VoiceNGrams(train, order, transpositions) for order in orders}
    best = min(models, key=lambda order: nats_per_step(models[order], validation))
    return nats_per_step(models[best], test) / np.log(2), best


def frame_rivals(train, test):
    """Nats per frame of two predictions of a piano roll with independent notes, neither of which knows any music.

    train, test: lists of (T, 88) piano rolls.
    Returns {name: nats per frame}, the negative log-likelihood summed over the 88 notes, mean over all frames:

    - "how often each note sounds": one probability for each note;
    - "what sounded before": two for each note, after a frame in which it sounds and after one in which it does not.

    Probabilities are counted in `train` with one added to either side. Silence stands before the first frame.
    """
    rolls = [np.concatenate([np.zeros((1, np.shape(roll)[1])), roll]) for roll in train]
    now = np.concatenate([roll[1:] for roll in rolls])
    before = np.concatenate([roll[:-1] for roll in rolls])
    often = (now.sum(axis=0) + 1) / (len(now) + 2)
    after_sound = ((now * before).sum(axis=0) + 1) / (before.sum(axis=0) + 2)
    after_none = ((now * (1 - before)).sum(axis=0) + 1) / ((1 - before).sum(axis=0) + 2)

    rolls = [np.concatenate([np.zeros((1, np.shape(roll)[1])), roll]) for roll in test]
    now = np.concatenate([roll[1:] for roll in rolls])
    before = np.concatenate([roll[:-1] for roll in rolls])
    predictions = {
        "how often each note sounds": np.broadcast_to(often, now.shape),
        "what sounded before": np.where(before > 0.5, after_sound, after_none),
    }
    return {
        name: float(-(now * np.log(p) + (1 - now) * np.log(1 - p)).sum(axis=1).mean())
        for name, p in predictions.items()
    }
