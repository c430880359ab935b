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


def cost_of(function, repeats=5, busy=False):
    """What a call of `function` costs: (seconds of the fastest of `repeats` calls, peak bytes of one more).

    function: called without arguments, once beforehand to warm up.
    busy: count only the seconds in which this thread computes. They are not lengthened by what else the machine does,
        but miss the work of other threads: right for NumPy, wrong for TensorFlow.
    The bytes are those that Python and NumPy allocate during the call, not those of TensorFlow's own allocator.
    """
    clock, seconds = time.thread_time if busy else time.perf_counter, []
    for _ in range(repeats + 1):
        start = clock()
        function()
        seconds.append(clock() - start)
    tracemalloc.start()
    try:
        function()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return min(seconds[1:]), peak
