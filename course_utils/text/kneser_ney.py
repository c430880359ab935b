"""How well a text is predicted by counting: modified Kneser-Ney, tuned on a text that was not counted."""

import numpy as np
from scipy.optimize import minimize

from course_utils.text.ngrams import NGramCounts

MOST = np.array([0.99, 1.99, 2.99])  # what may be taken from n-grams seen once, twice, and three times or more
ROUGH, FINE = 4, 40  # iterations by which an order is tried, and the best one tuned


class KneserNey:
    """Modified Kneser-Ney, interpolated (Chen and Goodman 1999).

    Each order has three discounts, for n-grams seen once, twice, and more often: `shorter` (order - 1, 3) where it is
    one of the shorter orders, whose counts are of different symbols before the n-gram, `longest` (3,) where it is the
    longest one. Before `tune` they are what Chen and Goodman estimate from the counts alone.

    texts, vocabulary_size, order, before: as `NGramCounts`, whose errors it raises.
    """

    def __init__(self, texts, vocabulary_size, order, before=0):
        self.counts = NGramCounts(texts, vocabulary_size, order, before)
        self.order = order
        self.shorter = np.array([estimated(self.counts.continuation[n][1]) for n in range(1, order)]).reshape(-1, 3)
        self.longest = estimated(self.counts.raw[order][1])

    def bits(self, text, drawn=None):
        """-log2 p of each symbol of a text (T,), given all before it. Returns (T,).

        drawn: (T,) other symbols, each of which is judged in the place of the text's, after the text before it.
        """
        discounts = np.vstack([self.shorter, self.longest])
        p, _ = forward(self.levels(text, self.order, drawn), discounts, self.counts.vocabulary_size)
        return -np.log2(p[-1])

    def levels(self, text, order, drawn=None):
        """What each order from 1 on decides from: a list of `Level`. drawn: as of `bits`."""
        tables = [self.counts.continuation[n] for n in range(1, order)] + [self.counts.raw[order]]
        size, symbols = self.counts.vocabulary_size, text if drawn is None else drawn
        return [Level(table, self.counts.histories(text, n), symbols, size) for n, table in enumerate(tables)]

    def tune(self, text):
        """Choose the order and the discounts that need the fewest bits for a text; returns {order: bits per symbol}.

        Orders are tried from 2 up, each in a few steps from the discounts of the one before, until the longer ones have
        stopped helping. Only the best one is then tuned to the end.
        """
        size, tried, found = self.counts.vocabulary_size, {}, {1: self.shorter[:0]}
        best = 2
        for order in range(2, self.counts.order + 1):
            shorter = np.vstack([found[order - 1][:-1], self.shorter[order - 2 : order - 1]])
            start = np.vstack([shorter[: order - 1], estimated(self.counts.raw[order][1])])
            levels = self.levels(text, order)
            tried[order], found[order] = lowest(levels, start, size, ROUGH)
            if tried[order] < tried[best] or order == best:
                best, of_best = order, levels
            if order == best + 2:
                break
        tried[best], discounts = lowest(of_best, found[best], size, FINE)
        self.order, self.shorter, self.longest = best, discounts[:-1], discounts[-1]
        return tried


class Level:
    """What one order knows of each position of a text: arrays (T,) and (T, 3).

    count: how often the symbol followed the history. total: how often any did. kinds: how many different symbols
    followed it once, twice, and three times or more.
    """

    def __init__(self, table, histories, text, vocabulary_size):
        codes, counts = table
        wanted = histories * vocabulary_size + text
        places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        self.count = np.where(codes[places] == wanted, counts[places], 0)
        known, starts = np.unique(codes // vocabulary_size, return_index=True)
        rows = np.minimum(np.searchsorted(known, histories), len(known) - 1)
        seen = known[rows] == histories
        self.total = np.where(seen, np.add.reduceat(counts, starts)[rows], 0)
        kinds = [np.add.reduceat((np.minimum(counts, 3) == times).astype(int), starts)[rows] for times in (1, 2, 3)]
        self.kinds = np.where(seen, kinds, 0).T


def estimated(counts):
    """Discounts (3,) from how many n-grams occur once, twice, three and four times (Chen and Goodman 1999)."""
    n = [max(int((counts == times).sum()), 1) for times in (1, 2, 3, 4)]
    y = n[0] / (n[0] + 2 * n[1])
    found = [times - (times + 1) * y * n[times] / n[times - 1] for times in (1, 2, 3)]
    return np.clip(found, 0.01, MOST)


def forward(levels, discounts, vocabulary_size):
    """Probabilities of the symbols of a text, from the shortest history to the longest.

    levels: a `Level` for each order. discounts: (order, 3).
    Returns a list of (T,) arrays that begins with 1 / vocabulary_size, and the share (T,) of the shorter at each level.
    """
    p, shares = [np.full(len(levels[0].count), 1 / vocabulary_size)], []
    for level, D in zip(levels, discounts, strict=True):
        total = np.maximum(level.total, 1)
        share = np.where(level.total > 0, level.kinds @ D / total, 1.0)
        taken = np.where(level.count > 0, D[np.clip(level.count, 1, 3) - 1], 0.0)
        p.append((level.count - taken) / total + share * p[-1])
        shares.append(share)
    return p, shares


def bits_and_slope(levels, discounts, vocabulary_size):
    """Mean of -log2 p over a text, and its slope in the discounts (order, 3)."""
    p, shares = forward(levels, discounts, vocabulary_size)
    slope = np.zeros_like(discounts)
    back = -1 / (len(p[-1]) * np.log(2) * p[-1])  # the slope in p of the level above
    for n in reversed(range(len(levels))):
        level = levels[n]
        total = np.maximum(level.total, 1)
        slope[n] = (back / total * p[n]) @ level.kinds
        for kind in (1, 2, 3):
            slope[n, kind - 1] -= (back / total)[np.minimum(level.count, 3) == kind].sum()
        back = back * shares[n]
    return -np.log2(p[-1]).mean(), slope


def lowest(levels, start, vocabulary_size, iterations):
    """(bits per symbol, discounts) where a descent from the discounts `start` (order, 3) ends."""

    def objective(flat):
        bits, slope = bits_and_slope(levels, flat.reshape(start.shape), vocabulary_size)
        return bits, slope.ravel()

    bounds = [(0.01, most) for most in MOST] * len(levels)
    end = minimize(
        objective, start.ravel(), jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": iterations}
    )
    return float(end.fun), end.x.reshape(start.shape)
