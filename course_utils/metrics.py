"""Numbers that say how far a measurement can be trusted."""

import numpy as np


def wilson_interval(successes, trials, z=1.96):
    """The interval that holds a proportion with 95 % confidence (z = 1.96).

    successes, trials: numbers or arrays of counts. Returns (low, high), nan where there were no trials.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927.
    """
    successes, trials = np.asarray(successes, dtype=float), np.asarray(trials, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes / trials
        centre = (share + z**2 / (2 * trials)) / (1 + z**2 / trials)
        half = z * np.sqrt(share * (1 - share) / trials + z**2 / (4 * trials**2)) / (1 + z**2 / trials)
    return centre - half, centre + half


def share_by_bin(values, correct, edges):
    """The share of correct answers in bins of a quantity, as the accuracy by length.

    values: (n,) numbers. correct: (n,) booleans. edges: (bins + 1,), increasing; a value on an edge belongs to
    the bin that begins there, and the last bin includes its right edge.
    Returns (share, count), each (bins,); the share of an empty bin is nan.
    """
    values, correct = np.asarray(values), np.asarray(correct, dtype=bool)
    count = np.histogram(values, edges)[0]
    with np.errstate(invalid="ignore"):
        return np.histogram(values[correct], edges)[0] / count, count


def kolmogorov_smirnov(one, other):
    """The largest difference between the cumulative distributions of two samples: 0 alike, 1 apart.

    one, other: numbers, (n,) and (m,).
    """
    one, other = np.sort(one), np.sort(other)
    values = np.concatenate([one, other])
    shares = [np.searchsorted(sample, values, side="right") / len(sample) for sample in (one, other)]
    return float(np.max(np.abs(shares[0] - shares[1])))
