"""Wrong answers to the exercises of lesson 5c, and right ones in another form."""

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
INTEGER_FILTERS = """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    places, ends = (2595 * np.log10(1 + np.array(hertz) / 700) for hertz in (frequencies, [lowest, highest]))
    edges = np.linspace(*ends, bands + 2)
    filters = [np.zeros_like(frequencies) for band in range(bands)]
    for band, row in enumerate(filters):
        row[:] = np.interp(places, edges[band : band + 3], [0, 1, 0])
    return np.array(filters)
"""

MUTANTS = [
    (
        "5c.1",
        "edges in hertz",
        "equal distances in mel",
        changed(
            MEL,
            ("return 2595 * np.log10(1 + hertz / 700)", "return hertz"),
        ),
    ),
    (
        "5c.1",
        "slopes in hertz",
        "straight lines over mel",
        changed(
            MEL,
            ("[:, None]", "[:, None]\n    edges = 700 * (10 ** (edges / 2595) - 1)"),
            ("mel(frequencies)", "frequencies"),
        ),
    ),
    ("5c.1", "without the 1", "the 1 is missing", changed(MEL, ("1 + hertz", "1e-9 + hertz"))),
    (
        "5c.1",
        "not clipped",
        "goes on below 0",
        changed(MEL, ("np.maximum(0, np.minimum(rising, falling))", "np.minimum(rising, falling)")),
    ),
    ("5c.1", "the larger slope", "yours takes the larger", changed(MEL, ("np.minimum", "np.maximum"))),
    ("5c.1", "rising only", "falls again after its middle", changed(MEL, ("np.minimum(rising, falling)", "rising"))),
    ("5c.1", "too few edges", "edges: each reaches", changed(MEL, ("bands + 2", "bands"))),
    ("5c.1", "transposed", "yours is the transpose", changed(MEL, ("falling))", "falling)).T"))),
    (
        "5c.1",
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
    ("5c.1", "filters of integers", "as np.zeros_like does", INTEGER_FILTERS),
    (
        "5c.1",
        "neither < nor >",
        "yours is 0 there",
        """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    places, ends = (2595 * np.log10(1 + np.array(hertz) / 700) for hertz in (frequencies, [lowest, highest]))
    edges, filters = np.linspace(*ends, bands + 2), np.zeros((bands, len(frequencies)))
    for row, low, middle, high in zip(filters, edges, edges[1:], edges[2:]):
        rises, falls = (places > low) & (places < middle), (places > middle) & (places < high)
        row[rises] = (places[rises] - low) / (middle - low)
        row[falls] = (high - places[falls]) / (high - middle)
    return filters
""",
    ),
    ("5c.1", "edges left in hertz", "still in hertz", changed(MEL, ("mel(lowest), mel(highest)", "lowest, highest"))),
    (
        "5c.1",
        "edges of the frequencies",
        "whatever frequencies",
        changed(MEL, ("mel(lowest), mel(highest)", "mel(frequencies.min()), mel(frequencies.max())")),
    ),
    ("5c.1", "whole division", "divide with /", changed(MEL, ("hertz / 700", "hertz // 700"))),
    (
        "5c.1",
        "the next but one",
        "its *neighbour*",
        changed(MEL, ("(edges[2:] - edges[1:-1])", "(edges[2:] - edges[:-2])")),
    ),
    (
        "5c.1",
        "held at 1",
        "falls again",
        changed(MEL, ("np.maximum(0, np.minimum(rising, falling))", "np.clip(rising, 0, 1)")),
    ),
    (
        "5c.1",
        "the last band is empty",
        "the last band is empty",
        changed(
            MEL,
            ("np.minimum(rising, falling))", "np.minimum(rising, falling)) * (np.arange(bands) < bands - 1)[:, None]"),
        ),
    ),
    ("5c.1", "lowest at 0", "arguments", changed(MEL, ("mel(lowest)", "mel(0)"))),
    ("5c.1", "lowest at 20", "arguments", changed(MEL, ("mel(lowest)", "mel(20)"))),
    ("5c.1", "highest at half the rate", "arguments", changed(MEL, ("mel(highest)", "mel(RATE / 2)"))),
    ("5c.1", "without the last edge", "one step before it", changed(MEL, ("bands + 2", "bands + 2, endpoint=False"))),
    (
        "5c.1",
        "edges in hertz, slopes in mel",
        "equal distances in mel",
        changed(
            MEL, ("np.linspace(mel(lowest), mel(highest), bands + 2)", "mel(np.linspace(lowest, highest, bands + 2))")
        ),
    ),
    (
        "5c.1",
        "largest 1",
        "do not divide by the largest",
        changed(
            MEL,
            (
                "return np.maximum(0, np.minimum(rising, falling))",
                "f = np.maximum(0, np.minimum(rising, falling))\n"
                "    return f / np.maximum(f.max(1, keepdims=True), 1e-9)",
            ),
        ),
    ),
    (
        "5c.1",
        "areas of 1",
        "divided by their widths",
        changed(
            MEL,
            (
                "return np.maximum(0, np.minimum(rising, falling))",
                "f = np.maximum(0, np.minimum(rising, falling))\n"
                "    edges = 700 * (10 ** (edges / 2595) - 1)\n    return 2 * f / (edges[2:] - edges[:-2])",
            ),
        ),
    ),
    (
        "5c.1",
        "too slow",
        "yours reach a half",
        changed(
            MEL,
            ("(edges[1:-1] - edges[:-2])", "(edges[2:] - edges[:-2])"),
            ("(edges[2:] - edges[1:-1])", "(edges[2:] - edges[:-2])"),
        ),
    ),
    (
        "5c.1",
        "not divided",
        "divide by the distance",
        changed(MEL, (" / (edges[1:-1] - edges[:-2])", ""), (" / (edges[2:] - edges[1:-1])", "")),
    ),
    (
        "5c.1",
        "frequencies sorted first",
        "yours are sorted",
        changed(MEL, ("    edges =", "    frequencies = np.sort(frequencies)\n    edges =")),
    ),
    (
        "5c.1",
        "squeezed",
        "with frequencies = 1",
        changed(
            MEL,
            (
                "return np.maximum(0, np.minimum(rising, falling))",
                "return np.squeeze(np.maximum(0, np.minimum(rising, falling)))",
            ),
        ),
    ),
    ("5c.2", "always seven", "should have shape", changed(TARGETS, ("lengths.max()", "max(7, 2 + lengths.max())"))),
    ("5c.2", "nine is ten is the blank", "9 has the code 10", changed(TARGETS, ("string + 1", "(string + 1) % 10"))),
    ("5c.2", "zero is the blank", "0 is the code of the blank", changed(TARGETS, ("string + 1", "string"))),
    (
        "5c.2",
        "padding is a zero",
        "which says the digit 0",
        changed(
            TARGETS, ("return codes,", "codes[np.arange(codes.shape[1]) >= lengths[:, None]] = 1\n    return codes,")
        ),
    ),
    (
        "5c.2",
        "padding of -1",
        "yours is -1",
        changed(
            TARGETS, ('np.zeros((len(strings), lengths.max()), "int32")', "np.full((len(strings), lengths.max()), -1)")
        ),
    ),
    (
        "5c.2",
        "zero last",
        "yours makes 0 the last",
        changed(TARGETS, ("string + 1", "np.where(string == 0, 10, string)")),
    ),
    (
        "5c.2",
        "padded on the left",
        "pad on the right",
        changed(TARGETS, ("row[: len(string)]", "row[len(row) - len(string) :]")),
    ),
    (
        "5c.2",
        "padded lengths",
        "the lengths count the padding",
        changed(TARGETS, ("return codes, lengths", "return codes, np.full_like(lengths, codes.shape[1])")),
    ),
    (
        "5c.2",
        "zeros not counted",
        "the digit 0 is spoken too",
        changed(TARGETS, ("return codes, lengths", "return codes, np.count_nonzero(codes > 1, axis=1)")),
    ),
    (
        "5c.2",
        "as many as there are other digits",
        "the digit 0 is no padding",
        """
def ctc_targets(strings):
    codes = keras.utils.pad_sequences(strings, padding="post")
    lengths = np.count_nonzero(codes, axis=1)
    return codes + (np.arange(codes.shape[1]) < lengths[:, None]), lengths
""",
    ),
    (
        "5c.2",
        "as long as the first",
        "as long as the longest",
        changed(TARGETS, ("lengths.max()", "lengths[0]"), ("row[: len(string)]", "row[:]")),
    ),
    ("5c.2", "floats", "yours are floats", changed(TARGETS, (', "int32"', ""))),
    ("5c.2", "codes only", "return two things", changed(TARGETS, ("return codes, lengths", "return codes"))),
    (
        "5c.2",
        "in place",
        "changes its argument strings",
        changed(TARGETS, ("row[: len(string)] = string + 1", "string += 1\n        row[: len(string)] = string")),
    ),
    (
        "5c.2",
        "in the list",
        "changes its argument strings",
        """
def ctc_targets(strings):
    lengths = np.array([len(string) for string in strings])
    for n, string in enumerate(strings):
        strings[n] = np.pad(string + 1, (0, lengths.max() - len(string)))
    return np.array(strings), lengths
""",
    ),
    ("5c.2", "lengths first", "the codes first", changed(TARGETS, ("return codes, lengths", "return lengths, codes"))),
    ("5c.3", "not masked", "multiply what comes *out*", changed(MASKED, (" * mask[:, :, None]", ""))),
    (
        "5c.3",
        "masked before",
        "multiply what comes *out*",
        changed(
            MASKED,
            ("return convolution(x) * mask[:, :, None], mask", "return y, mask"),
            ("    mask =", "    y = convolution(x * mask[:, :, None])\n    mask ="),
        ),
    ),
    (
        "5c.3",
        "long mask",
        "yours is as long as before",
        changed(
            MASKED,
            ("return convolution(x) * mask[:, :, None], mask", "return convolution(x) * mask[:, :, None], long"),
            ("mask = mask", "long, mask = mask, mask"),
        ),
    ),
    (
        "5c.3",
        "begins late",
        "keeps the last of every s",
        changed(MASKED, ("[:, ::", "[:, convolution.strides[0] - 1 ::")),
    ),
    (
        "5c.3",
        "exchanged",
        "return x first",
        changed(
            MASKED, ("return convolution(x) * mask[:, :, None], mask", "return mask, convolution(x) * mask[:, :, None]")
        ),
    ),
    ("5c.3", "no axis for the filters", "an axis for the filters", changed(MASKED, ("[:, :, None]", ""))),
    ("5c.3", "strings, not frames", "as many frames", changed(MASKED, ("mask[:, ::", "mask[::"))),
    (
        "5c.3",
        "the first string's mask",
        "its own mask",
        changed(MASKED, ("mask[:, :, None], mask", "mask[:1, :, None], mask")),
    ),
    (
        "5c.3",
        "what the kernel sees",
        "that the kernel sees",
        changed(
            MASKED,
            (
                "mask[:, :: convolution.strides[0]]",
                'ops.max_pool(mask[:, :, None], convolution.kernel_size, convolution.strides, "same")[:, :, 0]',
            ),
        ),
    ),
    (
        "5c.3",
        "the kernel alone",
        "the activation is missing",
        changed(
            MASKED,
            (
                "convolution(x)",
                'ops.conv(x, convolution.kernel, convolution.strides[0], "same")',
            ),
        ),
    ),
    (
        "5c.3",
        "ones in padding",
        "in padding x should be 0",
        changed(MASKED, ("None], mask", "None] + 1 - mask[:, :, None], mask")),
    ),
    ("5c.3", "one thing", "return two things", changed(MASKED, ("[:, :, None], mask", "[:, :, None]"))),
    (
        "5c.3",
        "NumPy inside",
        "no model can be built",
        changed(
            MASKED,
            ("mask = mask", "mask = np.array(mask)"),
            ("return convolution(x)", "return np.array(convolution(x))"),
        ),
    ),
    (
        "5c.3",
        "all valid",
        "wants all s to be valid",
        """
def masked_convolution(convolution, x, mask):
    s = convolution.strides[0]
    mask = 1 - ops.max_pool(1 - mask[:, :, None], s, s, padding="same")
    return convolution(x) * mask, mask[:, :, 0]
""",
    ),
    (
        "5c.3",
        "zeros of x",
        "does not come from all",
        changed(MASKED, ("mask = mask", 'mask = ops.cast(ops.any(ops.not_equal(x, 0), axis=-1), "float32")')),
    ),
    (
        "5c.3",
        "zeros of x and the mask",
        "do not look for zeros in x",
        changed(MASKED, ("mask = mask", 'mask = (mask * ops.cast(ops.any(ops.not_equal(x, 0), axis=-1), "float32"))')),
    ),
    (
        "5c.3",
        "two masks",
        "another mask than you return",
        changed(
            MASKED,
            ("convolution(x) * mask[:, :, None]", "convolution(x) * last[:, :, None]"),
            ("    mask =", "    last = mask[:, convolution.strides[0] - 1 :: convolution.strides[0]]\n    mask ="),
        ),
    ),
    (
        "5c.3",
        "any valid",
        "wants any of s frames",
        """
def masked_convolution(convolution, x, mask):
    kept = ops.max_pool(mask[:, :, None], convolution.strides, convolution.strides, padding="same")
    return ops.where(kept > 0, convolution(x), 0.0), ops.squeeze(kept, axis=-1)
""",
    ),
    (
        "5c.4",
        "ends half as often",
        "as likely as the others",
        changed(
            SPAN,
            (
                "rng.integers(0, min(widest, len(features) // 4) + 1)",
                "round(rng.uniform(0, min(widest, len(features) // 4)))",
            ),
        ),
    ),
    (
        "5c.4",
        "half the time none",
        "as likely as the others",
        changed(SPAN, ("    start =", "    width = width if rng.random() < 0.5 else 0\n    start =")),
    ),
    (
        "5c.4",
        "begins at the ends half as often",
        "each as likely as the others",
        changed(SPAN, ("rng.integers(0, len(features) - width + 1)", "round(rng.uniform(0, len(features) - width))")),
    ),
    ("5c.4", "at least one", "of 3 frames 0", changed(SPAN, ("len(features) // 4)", "max(1, len(features) // 4))"))),
    ("5c.4", "in place", "changes its argument", changed(SPAN, ("features.copy()", "features"))),
    (
        "5c.4",
        "anew where it does not fit",
        "draw the width first, once",
        """
def mask_span(features, rng, widest):
    T, start, width = len(features), 0, len(features) + 1
    while start + width > T:
        width, start = rng.integers(0, min(widest, T // 4) + 1), rng.integers(0, T)
    masked = features.copy()
    masked[start : start + width] = 0
    return masked
""",
    ),
    (
        "5c.4",
        "the same dice every time",
        "no generator of your own",
        changed(SPAN, ("    width", "    rng = np.random.default_rng(0)\n    width")),
    ),
    (
        "5c.4",
        "all but the span",
        "yours does the opposite",
        changed(SPAN, ("masked[start : start + width] = 0", "masked[:start] = masked[start + width :] = 0")),
    ),
    ("5c.4", "never the widest", "leaves out b", changed(SPAN, ("// 4) + 1", "// 4)"))),
    ("5c.4", "never the last", "the last frame is never masked", changed(SPAN, ("- width + 1", "- width"))),
    (
        "5c.4",
        "always the widest",
        "always the widest",
        changed(SPAN, ("rng.integers(0, min(widest, len(features) // 4) + 1)", "min(widest, len(features) // 4)")),
    ),
    (
        "5c.4",
        "nearly always the widest",
        "do not cut a larger number down",
        changed(SPAN, ("rng.integers(0, min(widest, len(features) // 4) + 1)", "min(rng.integers(0, 100), widest)")),
    ),
    (
        "5c.4",
        "bands",
        "yours masks columns",
        changed(
            SPAN,
            ("masked[start", "masked[:, start"),
            ("len(features) - width", "features.shape[1] - width"),
            ("min(widest, len(features) // 4) + 1", "3"),
        ),
    ),
    ("5c.4", "some bands left", "in *all* bands", changed(SPAN, ("start + width]", "start + width, :2]"))),
    (
        "5c.4",
        "scattered",
        "yours are scattered",
        changed(SPAN, ("masked[start : start + width]", "masked[rng.permutation(len(features))[:width]]")),
    ),
    ("5c.4", "the quietest", "should be 0, the mean", changed(SPAN, ("] = 0", "] = -1.33"))),
    (
        "5c.4",
        "too wide for short ones",
        "at most a quarter",
        changed(SPAN, ("min(widest, len(features) // 4)", "widest")),
    ),
    (
        "5c.4",
        "its own dice",
        "draw every random number from `rng`",
        changed(SPAN, ("    width", "    rng = np.random.default_rng()\n    width")),
    ),
    (
        "5c.4",
        "always at the beginning",
        "begins at the same frame",
        changed(SPAN, ("rng.integers(0, len(features) - width + 1)", "0")),
    ),
    ("5c.4", "over the end", "hang over", changed(SPAN, ("len(features) - width + 1", "len(features)"))),
    (
        "5c.4",
        "before the beginning",
        "hang over",
        changed(
            SPAN,
            ("start = rng.integers(0, len(features) - width + 1)", "end = rng.integers(0, len(features) + 1)"),
            ("start : start + width", "max(0, end - width) : end"),
        ),
    ),
    ("5c.4", "as late as T - widest", "its *own* width", changed(SPAN, ("- width + 1", "- widest + 1"))),
    (
        "5c.4",
        "cut to a quarter",
        "do not cut a larger number down",
        changed(
            SPAN,
            (
                "rng.integers(0, min(widest, len(features) // 4) + 1)",
                "min(rng.integers(0, widest + 1), len(features) // 4)",
            ),
        ),
    ),
    ("5c.4", "rounded quarter", "at most a quarter", changed(SPAN, ("len(features) // 4", "round(len(features) / 4)"))),
    ("5c.4", "three bands", "your code raised ValueError", changed(SPAN, ("] = 0", "] = np.zeros((width, 3))"))),
    ("5c.5", "hop of the lesson", "argument `hop`", changed(SECONDS, ("place * hop", "place * HOP / RATE"))),
    ("5c.5", "in frames", "are frames of the spectrogram", changed(SECONDS, ("place * hop", "place"))),
    (
        "5c.5",
        "strides only",
        "where the strides point to",
        changed(SECONDS, (" - (kernel - stride) // 2 + (kernel - 1) / 2", "")),
    ),
    (
        "5c.5",
        "only the kernels turned",
        "from the last layer to the first",
        changed(SECONDS, ("strides[::-1]", "strides")),
    ),
    ("5c.5", "two convolutions", "more than two", changed(SECONDS, ("[::-1]", "[1::-1]"))),
    ("5c.5", "a kernel of 5", "a kernel of 5 only", changed(SECONDS, ("(kernel - 1) / 2", "2"))),
    ("5c.5", "whole frames", "do not round", changed(SECONDS, ("return place", "return np.round(place)"))),
    (
        "5c.5",
        "offsets without strides",
        "times the strides before it",
        """
def seconds_of_frames(count, kernels, strides, hop=HOP / RATE):
    offset = sum((kernel - 1) / 2 - (kernel - stride) // 2 for kernel, stride in zip(kernels, strides))
    return (np.arange(count) * np.prod(strides) + offset) * hop
""",
    ),
    ("5c.5", "no padding", "the padding in front is missing", changed(SECONDS, (" - (kernel - stride) // 2", ""))),
    (
        "5c.5",
        "first to last",
        "from the last layer to the first",
        changed(SECONDS, ("kernels[::-1], strides[::-1]", "kernels, strides")),
    ),
    ("5c.5", "first frame seen", "the first frame seen", changed(SECONDS, (" + (kernel - 1) / 2", ""))),
    ("5c.5", "half a frame", "rounded down", changed(SECONDS, ("(kernel - stride) // 2", "(kernel - stride) / 2"))),
    (
        "5c.5",
        "no strides",
        "the strides are missing",
        changed(SECONDS, ("    for", "    for kernel, stride in []:  # ")),
    ),
    (
        "5c.5",
        "lists used up",
        "changes its argument kernels",
        changed(
            SECONDS,
            (
                "for kernel, stride in zip(kernels[::-1], strides[::-1]):",
                "while kernels:\n        kernel, stride = kernels.pop(), strides.pop()",
            ),
        ),
    ),
    (
        "5c.5",
        "the stride before only",
        "the product of *all* strides",
        """
def seconds_of_frames(count, kernels, strides, hop=HOP / RATE):
    place, before = 0, 1
    for kernel, stride in zip(kernels, strides):
        place += before * ((kernel - 1) / 2 - (kernel - stride) // 2)
        before = stride
    return (np.arange(count) * np.prod(strides) + place) * hop
""",
    ),
    (
        "5c.5",
        "two layers",
        "your code raised ValueError",
        changed(
            SECONDS,
            (
                "    place",
                "    (_, _), (_, _) = kernels, strides\n    place",
            ),
        ),
    ),
    ("5c.5", "rounded middle", "lies between two", changed(SECONDS, ("(kernel - 1) / 2", "(kernel - 1) // 2"))),
    ("5c.5", "middle of k", "not a + k / 2", changed(SECONDS, ("(kernel - 1) / 2", "kernel / 2"))),
    ("5c.5", "last frame seen", "the last frame seen", changed(SECONDS, ("(kernel - 1) / 2", "kernel - 1"))),
    ("5c.5", "to the right", "subtract it", changed(SECONDS, ("- (kernel - stride)", "+ (kernel - stride)"))),
    ("5c.5", "rounded up", "rounded *down*", changed(SECONDS, ("stride - (kernel", "stride + -(kernel"))),
    (
        "5c.5",
        "padding without stride",
        "rounded *down*",
        changed(SECONDS, ("(kernel - stride) // 2", "(kernel - 1) // 2")),
    ),
    ("5c.5", "half a hop late", "half a frame too late", changed(SECONDS, ("return place", "return (place + 0.5)"))),
    ("5c.5", "from 1", "count its frames from 0", changed(SECONDS, ("np.arange(count)", "np.arange(1, count + 1)"))),
    (
        "5c.6",
        "mean of rates",
        "the mean of the strings' rates",
        changed(
            RATE_OF_ERRORS,
            ("errors += costs[-1]", "errors += costs[-1] / len(truth)"),
            ("sum(map(len, truths))", "len(truths)"),
        ),
    ),
    ("5c.6", "right words cost 1", "costs nothing", changed(RATE_OF_ERRORS, ("(word != true)", "1"))),
    ("5c.6", "upside down", "upside down", changed(RATE_OF_ERRORS, ("word != true", "word == true"))),
    ("5c.6", "dearest step", "*cheapest*", changed(RATE_OF_ERRORS, ("(min(", "(max("))),
    ("5c.6", "edge one too low", "one too low", changed(RATE_OF_ERRORS, ("[n]", "[n - 1]"))),
    ("5c.6", "smallest of the row", "the last entry counts", changed(RATE_OF_ERRORS, ("costs[-1]", "min(costs)"))),
    (
        "5c.6",
        "at most 1",
        "larger than 1",
        changed(RATE_OF_ERRORS, ("errors / sum(map(len, truths))", "min(1, errors / sum(map(len, truths)))")),
    ),
    ("5c.6", "whole division", "divide with /", changed(RATE_OF_ERRORS, ("errors / sum", "errors // sum"))),
    (
        "5c.6",
        "nothing said, nothing counted",
        "where nothing is said",
        changed(RATE_OF_ERRORS, ("costs[-1]", "costs[-1] if truth else 0")),
    ),
    (
        "5c.6",
        "strings right or wrong",
        "some words may be right",
        changed(RATE_OF_ERRORS, ("costs[-1]", "len(truth) if truth != said else 0")),
    ),
    (
        "5c.6",
        "a table without an edge",
        "a string may be empty",
        """
def word_error_rate(truths, found):
    def errors(truth, said):
        table = np.zeros((len(truth), len(said)))
        for m, n in np.ndindex(table.shape):
            left, above = (table[m, n - 1] if n else m + 1), (table[m - 1, n] if m else n + 1)
            both = table[m - 1, n - 1] if m and n else max(m, n)
            table[m, n] = min(both + (truth[m] != said[n]), left + 1, above + 1)
        return table[-1, -1]
    return sum(map(errors, truths, found)) / sum(map(len, truths))
""",
    ),
    ("5c.6", "errors", "divide them by", changed(RATE_OF_ERRORS, ("errors / sum(map(len, truths))", "errors"))),
    (
        "5c.6",
        "of what was heard",
        "not by those that were heard",
        changed(RATE_OF_ERRORS, ("map(len, truths)", "map(len, found)")),
    ),
    (
        "5c.6",
        "place by place",
        "compared place by place",
        """
def word_error_rate(truths, found):
    errors = sum(sum(a != b for a, b in zip(t, f)) + abs(len(t) - len(f)) for t, f in zip(truths, found))
    return errors / sum(map(len, truths))
""",
    ),
    (
        "5c.6",
        "dear substitution",
        "is one error, not a deletion and an insertion",
        changed(RATE_OF_ERRORS, ("(word != true)", "2 * (word != true)")),
    ),
    (
        "5c.6",
        "no insertion",
        "the step from the row above is missing",
        changed(RATE_OF_ERRORS, ("above[m + 1] + 1, ", "")),
    ),
    ("5c.6", "no deletion", "the step from the left is missing", changed(RATE_OF_ERRORS, (", costs[m] + 1", ""))),
    ("5c.6", "edge of 0", "the edge of your table", changed(RATE_OF_ERRORS, ("[n]", "[0]"))),
    (
        "5c.6",
        "sentences",
        "the share of strings with an error",
        changed(
            RATE_OF_ERRORS, ("errors += costs[-1]", "errors += costs[-1] > 0"), ("sum(map(len, truths))", "len(truths)")
        ),
    ),
    (
        "5c.6",
        "one each",
        "one number for all strings",
        changed(
            RATE_OF_ERRORS,
            ("errors = 0", "errors = []"),
            ("errors += costs[-1]", "errors.append(costs[-1])"),
            ("errors / sum(map(len, truths))", "np.array(errors)"),
        ),
    ),
    (
        "5c.6",
        "nothing heard is skipped",
        "n words against none",
        changed(
            RATE_OF_ERRORS, ("        costs = list", "        if not said:\n            continue\n        costs = list")
        ),
    ),
    (
        "5c.6",
        "upper edge of 0",
        "every word said is missing",
        changed(RATE_OF_ERRORS, ("list(range(len(truth) + 1))", "[0] * (len(truth) + 1)")),
    ),
    (
        "5c.6",
        "no edges",
        "n words against none cost n",
        changed(RATE_OF_ERRORS, ("list(range(len(truth) + 1))", "[0] + [np.inf] * len(truth)"), ("[n]", "[np.inf]")),
    ),
    (
        "5c.6",
        "of the longer",
        "the longer of the two",
        changed(RATE_OF_ERRORS, ("sum(map(len, truths))", "sum(max(len(a), len(b)) for a, b in zip(truths, found))")),
    ),
    (
        "5c.6",
        "the first words are always right",
        "the first words are compared too",
        changed(RATE_OF_ERRORS, ("(word != true)", "(word != true and n + m > 1)")),
    ),
    (
        "5c.6",
        "by letters",
        "characters",
        changed(
            RATE_OF_ERRORS,
            ("zip(truths, found)", "zip(*([''.join(map(str, one)) for one in side] for side in (truths, found)))"),
        ),
    ),
    (
        "5c.6",
        "never more than 1",
        "more errors than words",
        changed(RATE_OF_ERRORS, ("costs[-1]", "min(costs[-1], len(truth))")),
    ),
    (
        "5c.6",
        "nothing said counts nothing",
        "where nothing is said",
        changed(
            RATE_OF_ERRORS,
            ("        costs = list", "        if not truth:\n            continue\n        costs = list"),
        ),
    ),
    (
        "5c.6",
        "difflib",
        "the *fewest* errors count",
        """
def word_error_rate(truths, found):
    import difflib

    errors = 0
    for pair in zip(truths, found):
        for what, a, b, c, d in difflib.SequenceMatcher(None, *pair).get_opcodes():
            errors += max(b - a, d - c) if what != "equal" else 0
    return errors / sum(map(len, truths))
""",
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "5c.1",
        """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    places, ends = (np.log(1 + np.array(hertz) / 700) for hertz in (frequencies, [lowest, highest]))
    step = (ends[1] - ends[0]) / (bands + 1)
    middles = ends[0] + step * np.arange(1, bands + 1)
    return np.clip(1 - abs(places - middles[:, None]) / step, 0, 1)
""",
    ),
    (
        "5c.2",
        """
def ctc_targets(strings):
    longest = max(map(len, strings))
    rows = [[int(digit) + 1 for digit in string] + [BLANK] * (longest - len(string)) for string in strings]
    return np.array(rows), [len(string) for string in strings]
""",
    ),
    ("5c.2", changed(TARGETS, ("return codes,", "return codes.tolist(),"))),
    (
        "5c.1",
        """
def mel_filters(frequencies, bands=MELS, lowest=20, highest=RATE / 2):
    places, ends = (np.log(700.0 + np.array(hertz)) for hertz in (frequencies, [lowest, highest]))
    edges = np.linspace(*ends, bands + 2)
    return [np.interp(places, edges[band : band + 3], [0, 1, 0]) for band in range(bands)]
""",
    ),
    (
        "5c.2",
        """
def ctc_targets(strings):
    ragged = tf.ragged.constant([[int(digit) + 1 for digit in string] for string in strings], dtype=tf.int32)
    return ragged.to_tensor(), ragged.row_lengths()
""",
    ),
    (
        "5c.3",
        """
def masked_convolution(convolution, x, mask):
    shorter = mask[:, :: convolution.strides[0]]
    for_filters = ops.transpose(layers.RepeatVector(convolution.filters)(shorter), (0, 2, 1))
    return [layers.Multiply()([convolution(x), for_filters]), shorter]
""",
    ),
    (
        "5c.4",
        """
def mask_span(features, rng, widest):
    T = len(features)
    width, start = int(rng.permutation(min(widest, T // 4) + 1)[0]), T
    while start + width > T:
        start = int(rng.integers(0, T + 1))
    return [[0.0] * len(row) if start <= n < start + width else list(row) for n, row in enumerate(features)]
""",
    ),
    (
        "5c.5",
        """
def seconds_of_frames(count, kernels, strides, hop=HOP / RATE):
    step, offset = 1, 0.0
    for kernel, stride in zip(kernels, strides):
        offset += ((kernel - 1) / 2 - (kernel - stride) // 2) * step
        step *= stride
    return tf.range(count, dtype=tf.float64) * step * hop + offset * hop
""",
    ),
    (
        "5c.3",
        """
def masked_convolution(convolution, x, mask):
    kept = mask[:, :: convolution.strides[0]]
    return ops.where(kept[:, :, None] > 0, convolution(x), 0.0), kept
""",
    ),
    (
        "5c.4",
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
        "5c.5",
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
        "5c.6",
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
