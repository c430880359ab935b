"""Numbers that say how far a measurement can be trusted, and what a computation costs."""

import time
import tracemalloc

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


def paired_difference(correct, rival_correct, z=1.96):
    """How much more often one reader is right than another on the same examples, with its 95 % interval (z = 1.96).

    correct, rival_correct: (n,) booleans. Returns (difference of the accuracies, low, high).
    """
    each = np.asarray(correct, dtype=float) - np.asarray(rival_correct, dtype=float)
    half = z * each.std(ddof=1) / np.sqrt(len(each))
    return each.mean(), each.mean() - half, each.mean() + half


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


def seconds_of(function, *arguments, rounds=3, least=0.1):
    """Seconds that one call of `function` takes on the wall clock, as free of disturbance as can be.

    function: called with `arguments`, once in advance, to warm up.
    rounds: the fastest of as many measurements counts.
    least: seconds a measurement lasts at least; a quick function is called repeatedly and its mean time taken, so that
        the resolution of the clock does not matter.
    """
    function(*arguments)
    means = []
    for _ in range(rounds):
        calls, start = 0, time.perf_counter()
        while calls == 0 or time.perf_counter() - start < least:
            function(*arguments)
            calls += 1
        means.append((time.perf_counter() - start) / calls)
    return min(means)


def seconds_in_turn(calls, rounds=10, least=0.1):
    """Seconds that each of several calls takes, measured in turn, so that what disturbs one disturbs the others, too.

    calls: {name: function without arguments}, for a ratio of two of them. rounds, least: as of `seconds_of`.
    Returns {name: seconds}.
    """
    seconds = dict.fromkeys(calls, np.inf)
    for _ in range(rounds):
        for name, call in calls.items():
            seconds[name] = min(seconds[name], seconds_of(call, rounds=1, least=least))
    return seconds


def peak_bytes_of(function, *arguments, calls=5):
    """The most bytes that a call of `function` with `arguments` holds at any one time: the least of several calls.

    Counted are those that Python and NumPy allocate during the call, not those of TensorFlow's own allocator. Other
    threads of the process, such as a notebook kernel's, may allocate at the same time; that can only add, so the call
    least disturbed is the true one.
    """
    peaks = []
    for _ in range(calls):
        tracemalloc.start()
        try:
            function(*arguments)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    return min(peaks)
