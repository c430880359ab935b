"""Counts of n-grams as arrays: what a language model that backs off is made of."""

import numpy as np


class NGramCounts:
    """How often each n-gram, n = 1 ... order, stands in some texts, and after how many different symbols.

    texts: list of (T,) integer arrays with values from 0 to vocabulary_size - 1. order: the longest n.
    before: the symbol that is taken to stand before the beginning of a text.
    Raises ValueError where an n-gram does not fit into 63 bits, for texts without a symbol, and for a value that is not
    in the vocabulary.
    """

    def __init__(self, texts, vocabulary_size, order, before=0):
        if order * np.log2(vocabulary_size) > 63:
            raise ValueError(f"n-grams of {order} symbols out of {vocabulary_size} do not fit into 63 bits")
        if not any(map(len, texts)):
            raise ValueError("the texts are empty: there are no n-grams to count")
        for n, text in enumerate(map(np.asarray, texts)):
            for code in text[(text < 0) | (text >= vocabulary_size)][:1]:
                raise ValueError(
                    f"text {n} holds {code}, which is not from 0 to {vocabulary_size - 1}; vocabulary_size, here "
                    f"{vocabulary_size}, counts every code from 0 on"
                )
        self.vocabulary_size, self.order, self.before = vocabulary_size, order, before
        self.raw, self.continuation = {}, {}
        for n in range(1, order + 1):
            codes = np.concatenate([self.histories(text, n - 1) * vocabulary_size + text for text in texts])
            self.raw[n] = np.unique(codes, return_counts=True)
            if n > 1:  # an n-gram counts once for the (n-1)-gram it ends in
                self.continuation[n - 1] = np.unique(self.raw[n][0] % vocabulary_size ** (n - 1), return_counts=True)

    def histories(self, text, length):
        """The `length` symbols before each position of a text (T,), as one number each, (T,) int64."""
        padded = np.concatenate([np.full(length, self.before), text]).astype("int64")
        codes = np.zeros(len(text), dtype="int64")
        for start in range(length):
            codes = codes * self.vocabulary_size + padded[start : start + len(text)]
        return codes

    def after(self, text, n, distinct=False):
        """Counts of every symbol after the n - 1 symbols that stand before each position of a text.

        text: (T,) integers. distinct: instead of occurrences, count the different symbols that the n-gram has been
        seen after (Kneser and Ney's counts for the shorter histories); needs n < order.
        Returns (T, vocabulary_size) floats.
        """
        codes, counts = (self.continuation if distinct else self.raw)[n]
        histories, where = np.unique(self.histories(text, n - 1), return_inverse=True)
        wanted = histories[:, None] * self.vocabulary_size + np.arange(self.vocabulary_size)
        places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        return np.where(codes[places] == wanted, counts[places], 0)[where].astype("float64")


class NGramModel:
    """What comes after a history: an n-gram model that backs off (Kneser and Ney's, interpolated), with one discount.

    `kneser_ney.KneserNey` judges whole texts, and better; this one says what may follow any history.

    texts: list of (T,) integer arrays with values from 1 to vocabulary_size - 1; 0 stands before each text.
    order: the longest n-gram, 2 or more. discount: subtracted from every count, between 0 and 1.
    Called with a history, a tuple of integers, it gives log probabilities (vocabulary_size,) of the next symbol.
    Raises ValueError for a smaller order, and as `NGramCounts`.
    """

    def __init__(self, texts, vocabulary_size, order, discount=0.75):
        if order < 2:
            raise ValueError(f"order is {order}; a model that backs off needs 2 or more")
        self.counts = NGramCounts(texts, vocabulary_size, order)
        self.discount, self.known, self.known_logs = discount, {}, {}

    def __call__(self, history):
        context = tuple(history)[-(self.counts.order - 1) :]
        if len(history) < self.counts.order - 1:  # the beginning belongs to the context
            context = (0,) * (self.counts.order - 1 - len(history)) + context
        if context not in self.known_logs:
            self.known_logs[context] = np.log(self.probabilities(context))
        return self.known_logs[context]

    def probabilities(self, context):
        """Probabilities (vocabulary_size,) of what comes after a context, mixed with those after its last symbols."""
        if context not in self.known:
            size = self.counts.vocabulary_size
            p = self.probabilities(context[1:]) if context else np.full(size, 1 / size)
            n = len(context) + 1
            counts = self.counts.after(np.array([*context, 0]), n, distinct=n < self.counts.order)[-1]
            if counts.any():
                kept = np.maximum(counts - self.discount, 0)
                p = (kept + (counts.sum() - kept.sum()) * p) / counts.sum()
            self.known[context] = p
        return self.known[context]
