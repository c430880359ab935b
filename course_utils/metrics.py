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
