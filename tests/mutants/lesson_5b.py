"""Wrong answers to the exercises of lesson 5b, and right ones in another form."""

from mutants import changed

MEL = """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    def mel(hertz):
        return 2595 * np.log10(1 + hertz / 700)

    edges = np.linspace(mel(lowest), mel(highest), bands + 2)[:, None]
    rising = (mel(frequencies) - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - mel(frequencies)) / (edges[2:] - edges[1:-1])
    return np.maximum(0, np.minimum(rising, falling))
"""
TARGETS = """
def ctc_targets(strings):
    lengths = np.array([len(string) for string in strings])
    codes = np.zeros((len(strings), lengths.max()), "int32")
    for row, string in zip(codes, strings):
        row[: len(string)] = string + 1
    return codes, lengths
"""
MASKED = """
def masked_convolution(convolution, x, mask):
    mask = mask[:, :: convolution.strides[0]]
    return convolution(x) * mask[:, :, None], mask
"""
SPAN = """
def mask_span(features, rng, widest):
    width = rng.integers(0, min(widest, len(features) // 4) + 1)
    start = rng.integers(0, len(features) - width + 1)
    masked = features.copy()
    masked[start : start + width] = 0
    return masked
"""
SECONDS = """
def seconds_of_frames(count, kernels, strides, hop=HOP / RATE):
    place = np.arange(count)
    for kernel, stride in zip(kernels[::-1], strides[::-1]):
        place = place * stride - (kernel - stride) // 2 + (kernel - 1) / 2
    return place * hop
"""
RATE_OF_ERRORS = """
def word_error_rate(truths, found):
    errors = 0
    for truth, said in zip(truths, found):
        costs = list(range(len(truth) + 1))
        for n, word in enumerate(said, 1):
            above, costs = costs, [n]
            for m, true in enumerate(truth):
                costs.append(min(above[m] + (word != true), above[m + 1] + 1, costs[m] + 1))
        errors += costs[-1]
    return errors / sum(map(len, truths))
"""

MUTANTS = [
    (
        "5b.1",
        "edges in hertz",
        "equal distances in mel",
        changed(
            MEL,
            ("return 2595 * np.log10(1 + hertz / 700)", "return hertz"),
        ),
    ),
    (
        "5b.1",
        "slopes in hertz",
        "straight lines over mel",
        changed(
            MEL,
            ("[:, None]", "[:, None]\n    edges = 700 * (10 ** (edges / 2595) - 1)"),
            ("mel(frequencies)", "frequencies"),
        ),
    ),
    ("5b.1", "without the 1", "the 1 is missing", changed(MEL, ("1 + hertz", "1e-9 + hertz"))),
    (
        "5b.1",
        "not clipped",
        "goes on below 0",
        changed(MEL, ("np.maximum(0, np.minimum(rising, falling))", "np.minimum(rising, falling)")),
    ),
    ("5b.1", "the larger slope", "yours takes the larger", changed(MEL, ("np.minimum", "np.maximum"))),
    ("5b.1", "rising only", "falls again after its middle", changed(MEL, ("np.minimum(rising, falling)", "rising"))),
    ("5b.1", "too few edges", "edges: each reaches", changed(MEL, ("bands + 2", "bands"))),
    ("5b.1", "transposed", "yours is the transpose", changed(MEL, ("falling))", "falling)).T"))),
    (
        "5b.1",
        "sums of 1",
        "divided by their sums",
        changed(
            MEL,
            (
                "return np.maximum(0, np.minimum(rising, falling))",
                "f = np.maximum(0, np.minimum(rising, falling))\n"
                "    return f / np.maximum(f.sum(1, keepdims=True), 1e-9)",
            ),
        ),
    ),
    ("5b.2", "zero is the blank", "0 is the code of the blank", changed(TARGETS, ("string + 1", "string"))),
    (
        "5b.2",
        "padding is a zero",
        "which says the digit 0",
        changed(
            TARGETS, ("return codes,", "codes[np.arange(codes.shape[1]) >= lengths[:, None]] = 1\n    return codes,")
        ),
    ),
    (
        "5b.2",
        "padding of -1",
        "yours is -1",
        changed(
            TARGETS, ('np.zeros((len(strings), lengths.max()), "int32")', "np.full((len(strings), lengths.max()), -1)")
        ),
    ),
    (
        "5b.2",
        "zero last",
        "yours makes 0 the last",
        changed(TARGETS, ("string + 1", "np.where(string == 0, 10, string)")),
    ),
    (
        "5b.2",
        "padded on the left",
        "pad on the right",
        changed(TARGETS, ("row[: len(string)]", "row[len(row) - len(string) :]")),
    ),
    (
        "5b.2",
        "padded lengths",
        "the lengths count the padding",
        changed(TARGETS, ("return codes, lengths", "return codes, np.full_like(lengths, codes.shape[1])")),
    ),
    (
        "5b.2",
        "zeros not counted",
        "the digit 0 is spoken too",
        changed(TARGETS, ("return codes, lengths", "return codes, np.count_nonzero(codes > 1, axis=1)")),
    ),
    ("5b.2", "floats", "yours are floats", changed(TARGETS, (', "int32"', ""))),
    ("5b.2", "codes only", "return two things", changed(TARGETS, ("return codes, lengths", "return codes"))),
    ("5b.3", "not masked", "multiply what comes *out*", changed(MASKED, (" * mask[:, :, None]", ""))),
    (
        "5b.3",
        "masked before",
        "multiply what comes *out*",
        changed(
            MASKED,
            ("return convolution(x) * mask[:, :, None], mask", "return y, mask"),
            ("    mask =", "    y = convolution(x * mask[:, :, None])\n    mask ="),
        ),
    ),
    (
        "5b.3",
        "long mask",
        "yours is as long as before",
        changed(
            MASKED,
            ("return convolution(x) * mask[:, :, None], mask", "return convolution(x) * mask[:, :, None], long"),
            ("mask = mask", "long, mask = mask, mask"),
        ),
    ),
    (
        "5b.3",
        "begins late",
        "begins with another one",
        changed(MASKED, ("[:, ::", "[:, convolution.strides[0] - 1 ::")),
    ),
    (
        "5b.3",
        "exchanged",
        "return x first",
        changed(
            MASKED, ("return convolution(x) * mask[:, :, None], mask", "return mask, convolution(x) * mask[:, :, None]")
        ),
    ),
    ("5b.3", "one thing", "return two things", changed(MASKED, ("[:, :, None], mask", "[:, :, None]"))),
    (
        "5b.3",
        "NumPy inside",
        "no model can be built",
        changed(
            MASKED,
            ("mask = mask", "mask = np.array(mask)"),
            ("return convolution(x)", "return np.array(convolution(x))"),
        ),
    ),
    ("5b.4", "in place", "changes its argument", changed(SPAN, ("features.copy()", "features"))),
    ("5b.4", "never the widest", "leaves out b", changed(SPAN, ("// 4) + 1", "// 4)"))),
    ("5b.4", "never the last", "the last frame is never masked", changed(SPAN, ("- width + 1", "- width"))),
    (
        "5b.4",
        "always the widest",
        "always the widest",
        changed(SPAN, ("rng.integers(0, min(widest, len(features) // 4) + 1)", "min(widest, len(features) // 4)")),
    ),
    (
        "5b.4",
        "bands",
        "yours masks columns",
        changed(
            SPAN,
            ("masked[start", "masked[:, start"),
            ("len(features) - width", "features.shape[1] - width"),
            ("min(widest, len(features) // 4) + 1", "3"),
        ),
    ),
    ("5b.4", "some bands left", "in *all* bands", changed(SPAN, ("start + width]", "start + width, :2]"))),
    (
        "5b.4",
        "scattered",
        "yours are scattered",
        changed(SPAN, ("masked[start : start + width]", "masked[rng.permutation(len(features))[:width]]")),
    ),
    ("5b.4", "the quietest", "should be 0, the mean", changed(SPAN, ("] = 0", "] = -1.33"))),
    (
        "5b.4",
        "too wide for short ones",
        "at most a quarter",
        changed(SPAN, ("min(widest, len(features) // 4)", "widest")),
    ),
    (
        "5b.4",
        "its own dice",
        "draw every random number from `rng`",
        changed(SPAN, ("    width", "    rng = np.random.default_rng()\n    width")),
    ),
    (
        "5b.4",
        "always at the beginning",
        "begins at the same frame",
        changed(SPAN, ("rng.integers(0, len(features) - width + 1)", "0")),
    ),
    ("5b.5", "in frames", "are frames of the spectrogram", changed(SECONDS, ("place * hop", "place"))),
    (
        "5b.5",
        "strides only",
        "where the strides point to",
        changed(SECONDS, (" - (kernel - stride) // 2 + (kernel - 1) / 2", "")),
    ),
    ("5b.5", "no padding", "the padding in front is missing", changed(SECONDS, (" - (kernel - stride) // 2", ""))),
    (
        "5b.5",
        "first to last",
        "from the last layer to the first",
        changed(SECONDS, ("kernels[::-1], strides[::-1]", "kernels, strides")),
    ),
    ("5b.5", "first frame seen", "the first frame seen", changed(SECONDS, (" + (kernel - 1) / 2", ""))),
    ("5b.5", "half a frame", "rounded down", changed(SECONDS, ("(kernel - stride) // 2", "(kernel - stride) / 2"))),
    (
        "5b.5",
        "no strides",
        "the strides are missing",
        changed(SECONDS, ("    for", "    for kernel, stride in []:  # ")),
    ),
    (
        "5b.6",
        "mean of rates",
        "the mean of the strings' rates",
        changed(
            RATE_OF_ERRORS,
            ("errors += costs[-1]", "errors += costs[-1] / len(truth)"),
            ("sum(map(len, truths))", "len(truths)"),
        ),
    ),
    ("5b.6", "errors", "divide them by", changed(RATE_OF_ERRORS, ("errors / sum(map(len, truths))", "errors"))),
    (
        "5b.6",
        "of what was heard",
        "not by those that were heard",
        changed(RATE_OF_ERRORS, ("map(len, truths)", "map(len, found)")),
    ),
    (
        "5b.6",
        "place by place",
        "compared place by place",
        """
def word_error_rate(truths, found):
    errors = sum(sum(a != b for a, b in zip(t, f)) + abs(len(t) - len(f)) for t, f in zip(truths, found))
    return errors / sum(map(len, truths))
""",
    ),
    (
        "5b.6",
        "dear substitution",
        "is one error, not a deletion and an insertion",
        changed(RATE_OF_ERRORS, ("(word != true)", "2 * (word != true)")),
    ),
    (
        "5b.6",
        "no insertion",
        "the step from the row above is missing",
        changed(RATE_OF_ERRORS, ("above[m + 1] + 1, ", "")),
    ),
    ("5b.6", "no deletion", "the step from the left is missing", changed(RATE_OF_ERRORS, (", costs[m] + 1", ""))),
    ("5b.6", "edge of 0", "the edge of your table", changed(RATE_OF_ERRORS, ("[n]", "[0]"))),
    (
        "5b.6",
        "sentences",
        "the share of strings with an error",
        changed(
            RATE_OF_ERRORS, ("errors += costs[-1]", "errors += costs[-1] > 0"), ("sum(map(len, truths))", "len(truths)")
        ),
    ),
    (
        "5b.6",
        "one each",
        "one number for all strings",
        changed(
            RATE_OF_ERRORS,
            ("errors = 0", "errors = []"),
            ("errors += costs[-1]", "errors.append(costs[-1])"),
            ("errors / sum(map(len, truths))", "np.array(errors)"),
        ),
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "5b.1",
        """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    places, ends = (np.log(1 + np.array(hertz) / 700) for hertz in (frequencies, [lowest, highest]))
    step = (ends[1] - ends[0]) / (bands + 1)
    middles = ends[0] + step * np.arange(1, bands + 1)
    return np.clip(1 - abs(places - middles[:, None]) / step, 0, 1)
""",
    ),
    (
        "5b.2",
        """
def ctc_targets(strings):
    longest = max(map(len, strings))
    rows = [[int(digit) + 1 for digit in string] + [BLANK] * (longest - len(string)) for string in strings]
    return np.array(rows), [len(string) for string in strings]
""",
    ),
    (
        "5b.3",
        """
def masked_convolution(convolution, x, mask):
    kept = ops.max_pool(mask[:, :, None], convolution.strides, convolution.strides, padding="same")
    return ops.where(kept > 0, convolution(x), 0.0), ops.squeeze(kept, axis=-1)
""",
    ),
    (
        "5b.4",
        """
def mask_span(features, rng, widest):
    T = features.shape[0]
    width = int(rng.uniform(0, min(widest, T // 4) + 1))
    start = int(rng.uniform(0, T - width + 1))
    inside = (np.arange(T) >= start) & (np.arange(T) < start + width)
    return np.where(inside[:, None], 0, features)
""",
    ),
    (
        "5b.5",
        """
def seconds_of_frames(count, kernels, strides, hop=HOP / RATE):
    first, last = np.arange(count), np.arange(count)
    for kernel, stride in reversed(list(zip(kernels, strides))):
        first = first * stride - (kernel - stride) // 2
        last = last * stride - (kernel - stride) // 2 + kernel - 1
    return [hop * (a + b) / 2 for a, b in zip(first, last)]
""",
    ),
    (
        "5b.6",
        """
def word_error_rate(truths, found):
    def errors(truth, said):
        if not truth or not said:
            return len(truth) + len(said)
        if truth[0] == said[0]:
            return errors(truth[1:], said[1:])
        return 1 + min(errors(truth[1:], said[1:]), errors(truth[1:], said), errors(truth, said[1:]))

    return sum(map(errors, truths, found)) / sum(len(truth) for truth in truths)
""",
    ),
]
