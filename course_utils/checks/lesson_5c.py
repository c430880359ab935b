"""Checks of lesson 5c, CTC on spoken digits."""

import difflib
import functools
import itertools
import re

import numpy as np

from course_utils.checks import Check, Wrong, arrays, describe_error, expect_close, expect_shape
from course_utils.checks.harness import expect_distribution, improbable
from course_utils.checks.mistakes import of_axes, of_count
from course_utils.probing import in_model, unpacked

BLANK = 0
LESSON_FILTERS = {"bands": 40, "lowest": 20.0, "highest": 4000.0, "defaults": 1}


def mel(hertz):
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def triangles(places, edges):
    """Triangles over `places` (n,), each from one of `edges` over the next to the one after it: (len(edges) - 2, n)."""
    corners = np.lib.stride_tricks.sliding_window_view(edges, 3)
    return np.array([np.interp(places, three, [0, 1, 0], left=0, right=0) for three in corners])


OTHER_MELS = [
    (lambda f: 2595 * np.log(1 + f / 700), "mel takes the logarithm to base 10"),
    (
        lambda f: np.asarray(2595 * np.log10(np.maximum(1e-9, f) / 700)),
        "mel is 2595 log10(1 + f / 700); the 1 is missing",
    ),
    (lambda f: 2595 * np.log10(1 + f / 100), "mel divides the frequency by 700"),
    (lambda f: 2595 * np.log10(1 + f / 1000), "mel divides the frequency by 700"),
    (lambda f: 2595 * np.log10(1 + f), "mel divides the frequency by 700"),
    (lambda f: 2595 * np.log10(700 + f / 700), "mel is 2595 log10(1 + f / 700)"),
    (lambda f: 2595 * np.log10(1 + f / 600), "mel divides the frequency by 700"),
    (lambda f: 2595 * np.log10(1 + f // 700), "f / 700 is no whole number; divide with /, not with //"),
    (
        lambda f: np.where(f < 1000, f * 3 / 200, 15 + 27 * np.log(np.maximum(f, 1) / 1000) / np.log(6.4)),
        "this is another mel (Slaney's, librosa's default); here it is 2595 log10(1 + f / 700)",
    ),
    (np.sqrt, "mel is 2595 log10(1 + f / 700), not a square root"),
]


class MelFilters(Check):
    exercise = "5c.1"
    name = "mel_filters"
    gives = "array"

    def inputs(self, rng):
        count, bands = rng.size("frequencies", 50, 80), rng.size("bands", 5, 11)
        hertz = rng.reals(count, within=(0, 4000))
        lowest, highest = rng.uniform(50, 300), rng.uniform(3000, 3800)
        return {"frequencies": hertz, "bands": bands, "lowest": lowest, "highest": highest, "defaults": 0}

    def further(self):
        at_edges = 700 * (10 ** (np.linspace(mel(100), mel(3000), 7) / 2595) - 1)
        few = {"bands": 5, "lowest": 100.0, "highest": 3000.0, "defaults": 0}
        return {
            "as the lesson calls it": {"frequencies": np.fft.rfftfreq(256, 1 / 8000)} | LESSON_FILTERS,
            "for np.arange(...), as the lesson does": {"frequencies": np.arange(0, 4000, 40)} | LESSON_FILTERS,
            "for frequencies at the edges of the bands": {"frequencies": at_edges} | few,
            "for frequencies that fall": {"frequencies": np.arange(4000.0, 0, -100)} | few,
        }

    def probe(self, answer, inputs):
        further = [inputs[name] for name in ("bands", "lowest", "highest")]
        return {"filters": answer(inputs["frequencies"], *([] if inputs["defaults"] else further))}

    def judge(self, inputs, outputs):
        hertz, bands = inputs["frequencies"].astype("float64"), int(inputs["bands"])
        ends = float(inputs["lowest"]), float(inputs["highest"])
        edges = np.linspace(mel(ends[0]), mel(ends[1]), bands + 2)
        expected, yours = triangles(mel(hertz), edges), outputs["filters"]
        if yours.shape == expected.T.shape and yours.shape != expected.shape:
            raise Wrong("one row for each band is wanted, (bands, frequencies); yours is the transpose")
        if yours.shape in ((bands - 2, len(hertz)), (bands - 1, len(hertz))):
            raise Wrong(
                f"{bands} bands have {bands + 2} edges: each reaches from one edge over the next to the one after"
            )
        expect_shape("the filters", yours, expected.shape, "(bands, frequencies)")
        in_hertz = 700 * (10 ** (edges / 2595) - 1)
        width = edges[1] - edges[0]
        rising = (mel(hertz) - edges[:-2, None]) / width
        falling = (edges[2:, None] - mel(hertz)) / width
        plain = np.linspace(*np.log10(ends), bands + 2)
        defaults = [
            np.linspace(*mel(pair), bands + 2)
            for pair in ((20, ends[1]), (0, ends[1]), (ends[0], 4000), (20, 4000), (0, 4000))
        ]
        neither = "outside of the edges `lowest` and `highest` no band counts anything"
        expect_close(
            "the filters",
            yours,
            expected,
            [
                *of_axes(
                    expected,
                    {
                        "reversed": "the bands are upside down: the first is the lowest",
                        "reversed rows": "each filter is turned around",
                    },
                ),
                (
                    np.trunc(expected),
                    "of frequencies that are integers yours makes filters of integers (as np.zeros_like does)",
                ),
                (expected**2, "the slopes are straight lines; yours are squares"),
                (np.sin(np.pi / 2 * expected), "the slopes are straight lines; yours are curved"),
                (np.sin(np.pi / 2 * expected) ** 2, "the slopes are straight lines; yours are curved"),
                (1 - expected, "upside down: a filter is 1 in its middle and 0 outside"),
                (np.minimum(1, 2 * expected), "a filter reaches 1 in its middle only"),
                (
                    np.minimum(np.clip(rising, 0, 1), np.clip(falling, 0, 1)) * (expected > 0.5),
                    "a filter rises from 0, not from a half",
                ),
                (np.abs(np.minimum(rising, falling)), neither),
                *(
                    (triangles(scale(hertz), np.linspace(*map(scale, ends), bands + 2)), hint)
                    for scale, hint in OTHER_MELS
                ),
                (
                    triangles(hertz, np.linspace(*ends, bands + 2)),
                    "the edges should lie at equal distances in mel, not in hertz",
                ),
                (
                    triangles(mel(hertz), mel(np.linspace(*ends, bands + 2))),
                    "the edges should lie at equal distances in mel, not in hertz",
                ),
                *(
                    (triangles(mel(hertz), other), "the first edge is `lowest` and the last `highest`, arguments")
                    for other in defaults
                ),
                (
                    triangles(mel(hertz), np.linspace(*mel(ends), bands + 2, endpoint=False)),
                    "the last edge should be `highest` itself; yours stop one step before it",
                ),
                (
                    triangles(hertz, in_hertz),
                    "the edges are right, but the slopes should be straight lines over mel, not over hertz: "
                    "turn the frequencies into mel too",
                ),
                (
                    triangles(np.log10(np.maximum(hertz, 1e-9)), plain),
                    "mel is 2595 log10(1 + f / 700); the 1 is missing",
                ),
                (
                    triangles(mel(hertz), np.linspace(*ends, bands + 2)),
                    "the edges lie between mel(lowest) and mel(highest); yours are still in hertz",
                ),
                (
                    triangles(mel(hertz), np.linspace(mel(hertz.min()), mel(hertz.max()), bands + 2)),
                    "the first edge is `lowest` and the last `highest`, whatever frequencies are asked for",
                ),
                (
                    triangles(np.round(mel(hertz)), edges),
                    "mel need not be whole numbers; yours are rounded",
                ),
                (
                    triangles(mel(hertz), np.round(edges)),
                    "mel need not be whole numbers; yours are rounded",
                ),
                (
                    np.where((rising > 0) & (rising < 1), 1, expected),
                    "a filter rises from 0 to its middle; yours is 1 below it",
                ),
                (
                    triangles(np.sort(mel(hertz)), edges),
                    "the frequencies have an order of their own; yours are sorted",
                ),
                (
                    np.where(np.isclose(rising, 1) & np.isclose(yours, 0), 0, expected),
                    "in its middle a filter is 1; yours is 0 there, as a frequency at an edge is neither < nor >",
                ),
                (
                    expected * (np.arange(bands) < bands - 1)[:, None],
                    f"the last band is empty; there are {bands}, numbered from 0",
                ),
                (expected * (np.arange(bands) > 0)[:, None], "the first band is empty; bands are numbered from 0"),
                (np.maximum(expected, rising >= 1), "a filter falls again after its middle, to 0; yours stays at 1"),
                (np.maximum(expected, falling >= 1), "a filter rises from 0 to its middle; yours is 1 below it"),
                (
                    np.where((np.arange(bands) == bands - 1)[:, None], np.clip(rising, 0, 1), expected),
                    neither,
                ),
                (
                    np.where((np.arange(bands) == 0)[:, None], np.clip(falling, 0, 1), expected),
                    neither,
                ),
                (
                    np.maximum(0, np.minimum(rising, falling / 2)),
                    "a slope reaches from one edge to its *neighbour*; divide by the distance of these two",
                ),
                (
                    np.maximum(0, np.minimum(rising / 2, falling)),
                    "a slope reaches from one edge to its *neighbour*; divide by the distance of these two",
                ),
                (
                    expected / np.where(expected.sum(axis=0) > 0, expected.sum(axis=0), 1),
                    "a frequency beyond the first or the last middle counts less than 1; yours are divided by its sum",
                ),
                (expected / width, "each filter should reach 1 at its middle; yours are divided by their widths"),
                *(
                    (scale * np.log10(np.maximum(expected, least)), "these are decibels; the filters come before them")
                    for scale in (10, 20)
                    for least in (1e-6, 1e-9, 1e-10, 1e-12)
                ),
                (np.minimum(rising, falling), "outside its triangle a filter is 0; yours goes on below 0"),
                (
                    np.clip(rising, 0, 1),
                    "a filter falls again after its middle: take the smaller of the two slopes",
                ),
                (np.clip(falling, 0, 1), "a filter rises to its middle first: take the smaller of the two slopes"),
                (
                    np.clip(np.maximum(rising, falling), 0, 1),
                    "of the rising and the falling slope the *smaller* one counts; yours takes the larger",
                ),
                (np.maximum(0, rising), "a filter falls again after its middle: take the smaller of the two slopes"),
                (np.maximum(0, falling), "a filter rises to its middle first: take the smaller of the two slopes"),
                (
                    np.maximum(0, np.maximum(rising, falling)),
                    "of the rising and the falling slope the *smaller* one counts; yours takes the larger",
                ),
                (
                    np.clip(rising, 0, None) * np.clip(falling, 0, None),
                    "the two slopes are multiplied; of the two the smaller one counts",
                ),
                (
                    ((rising >= 0) & (falling >= 0)).astype(float),
                    "these are boxes; a filter rises to 1 in its middle and falls to 0 again",
                ),
                (
                    expected / np.maximum(expected.sum(axis=1, keepdims=True), 1e-12),
                    "each filter should reach 1 at its middle; yours are divided by their sums",
                ),
                (
                    expected / np.maximum(expected.max(axis=1, keepdims=True), 1e-12),
                    "do not divide by the largest value: none of the frequencies need lie at a filter's middle",
                ),
                (
                    expected * 2 / (in_hertz[2:] - in_hertz[:-2])[:, None],
                    "each filter should reach 1 at its middle; yours are divided by their widths",
                ),
                (expected / 2, "a slope rises from 0 to 1 between two *neighbouring* edges; yours reach a half"),
                (expected * width, "a slope rises from 0 to 1; divide by the distance of its two edges"),
            ],
        )


def in_rows(strings):
    """Strings of digits, sequences of different lengths, as one array padded with -1."""
    longest = max(map(len, strings))
    return np.array([[*string, *[-1] * (longest - len(string))] for string in strings])


def out_of_rows(rows):
    """The way back from `in_rows`: a list of lists."""
    return [[int(value) for value in row if value >= 0] for row in rows]


class CtcTargets(Check):
    exercise = "5c.2"
    name = "ctc_targets"
    gives = "arrays"

    def inputs(self, rng):
        count, longest = rng.size("strings", 4, 6), rng.size("longest", 7, 9)
        digits, lengths = rng.whole(0, 9, count, longest), rng.lengths(count, longest)
        if not rng.edge:
            digits[lengths.argmax(), :3] = 0, 7, 0
        return {"digits": np.where(np.arange(longest) < lengths[:, None], digits, -1)[:, : lengths.max()]}

    def further(self):
        strings = {
            "with a single 0": [[0]],
            "with the longest string last": [[1], [2, 3], [0, 9, 9, 0]],
            "with the longest string first": [[0, 9, 9, 0], [2, 3], [1]],
        }
        return {words: {"digits": in_rows(some)} for words, some in strings.items()}

    def probe(self, answer, inputs):
        strings = [np.array(string) for string in out_of_rows(inputs["digits"])]
        try:
            returned = answer(strings)
        except ValueError as error:
            if not re.search("broadcast|inhomogeneous", str(error)):
                raise
            lengths = sorted(map(len, strings))
            raise Wrong(
                f"the strings have {lengths[0]} to {lengths[-1]} digits: a row of the codes is as long as the longest "
                f"of them, and 0 after its string's end ({describe_error(error, answer)})"
            ) from error
        return unpacked(returned, ("codes", "lengths"), "return two things, the codes and the lengths")

    def judge(self, inputs, outputs):
        strings = out_of_rows(inputs["digits"])
        codes, lengths = outputs["codes"], outputs["lengths"]
        longest = max(map(len, strings))
        if codes.shape == (len(strings),) and lengths.ndim == 2:
            raise Wrong("return the codes first, then the lengths")
        expect_shape("the codes", codes, (len(strings), longest), "(n, longest)")
        expect_shape("the lengths", lengths, (len(strings),), "(n,)")
        real = inputs["digits"] >= 0
        digits = np.where(real, inputs["digits"], 0)
        expected = np.where(real, digits + 1, BLANK)
        zero_last = np.where(real, np.where(digits == 0, 10, digits), BLANK)
        right_aligned = np.array([[0] * (longest - len(s)) + [digit + 1 for digit in s] for s in strings])
        merged = [[d for n, d in enumerate(string) if not n or string[n - 1] != d] for string in strings]
        turned = in_rows([string[::-1] for string in strings]) + 1
        expect_close(
            "the codes",
            codes,
            expected,
            [
                (
                    digits,
                    "0 is the code of the blank, and of padding: the digit 0 needs another one, so digit d is d + 1",
                ),
                (np.where(real, digits, -1), "0 is the code of the blank: digit d has the code d + 1"),
                (digits + 1, "the padding should be 0; yours is 1, which says the digit 0"),
                (np.where(real, digits + 1, -1), "the padding should be 0; yours is -1"),
                (zero_last, "digit d has the code d + 1, so that 0 is 1 and 9 is 10; yours makes 0 the last"),
                (right_aligned, "pad on the right: the codes come first, the zeros after them"),
                (np.where(real, digits - 1, BLANK), "digit d has the code d + 1, not d - 1"),
                (np.where(real, digits + 2, BLANK), "digit d has the code d + 1, not d + 2"),
                (np.where(real, 10 - digits, BLANK), "digit d has the code d + 1: 9 is 10, not 1"),
                (np.where(real, digits + 1, 11), "the padding should be 0, the code of the blank"),
                (np.where(real, digits + 1, 10), "the padding should be 0, the code of the blank"),
                (np.where(real & (digits > 0), digits + 1, BLANK), "the digit 0 gets a code, too: 1"),
                (
                    digits + (np.arange(longest) < np.count_nonzero(digits, axis=1)[:, None]),
                    "the digit 0 is no padding; yours adds 1 to as many codes as there are other digits",
                ),
                (
                    in_rows(merged) + 1,
                    "digits that are said twice have two codes; the loss puts the blank between them",
                ),
                (in_rows(sorted(strings, key=len)) + 1, "the strings should keep their order; yours are sorted"),
                (np.where(real, (digits + 1) % 10, BLANK), "there are ten digits and a blank: 9 has the code 10"),
                (turned, "each string should keep its order; yours are turned around"),
                (np.sort(expected)[:, ::-1], "each string should keep its order; yours are sorted"),
                *of_axes(
                    expected,
                    {
                        "reversed": "the strings should keep their order",
                        "as the first": "every row holds the first string",
                    },
                ),
            ],
        )
        if codes.dtype.kind not in "iu" or lengths.dtype.kind not in "iu":
            raise Wrong("codes and lengths should be whole numbers; yours are floats")
        counts = np.array([len(string) for string in strings])
        expect_close(
            "the lengths",
            lengths,
            counts,
            [
                ((digits > 0).sum(axis=1), "the digit 0 is spoken too, so it counts; yours leaves it out"),
                (np.full(len(counts), longest), "the lengths count the padding; how many digits has each string?"),
                ([sum(string) for string in strings], "these are sums of digits; how many digits has each string?"),
                ([max(string) for string in strings], "these are largest digits; how many digits has each string?"),
                ([len(set(string)) for string in strings], "a digit that is said again counts again"),
                (2 * counts + 1, "that is the length of the way with its blanks; how many digits has each string?"),
                (np.sort(counts), "the lengths should have the order of the strings; yours are sorted"),
                (np.sort(counts)[::-1], "the lengths should have the order of the strings; yours are sorted"),
                *of_count(counts, "digits"),
            ],
        )


def windows(x, size, stride, fill=0):
    """What a kernel sees with padding="same", of `fill`: (batch, T, ...) to (batch, ceil(T / stride), ..., size)."""
    total = max((-(-x.shape[1] // stride) - 1) * stride + size - x.shape[1], 0)
    around = ((0, 0), (total // 2, total - total // 2), *[(0, 0)] * (x.ndim - 2))
    padded = np.pad(x, around, constant_values=fill)
    return np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::stride]


def convolved(x, kernel, bias, stride):
    """ReLU of a convolution with padding="same": (batch, T, channels) to (batch, ceil(T / stride), filters)."""
    seen = windows(x, len(kernel), stride)
    return np.maximum(0, np.einsum("btck,kcf->btf", seen, kernel) + bias)


class MaskedConvolution(Check):
    exercise = "5c.3"
    name = "masked_convolution"

    def inputs(self, rng):
        batch, channels, filters = rng.size("batch", 3, 3), rng.size("channels", 1, 2), rng.size("filters", 4, 5)
        stride, frames, size = rng.size("stride", 2, 3), rng.size("frames", 6, 9), int(rng.choice([3, 5]))
        T = stride * frames
        lengths = np.array([T - stride - 1, T, stride + 1])[:batch].clip(1, T)
        mask = rng.mask(lengths, T).astype("float32")
        x = rng.reals(batch, T, channels, dtype="float32") * mask[:, :, None]
        if not rng.edge:
            x[0, stride] = 0  # as where a span is masked: valid all the same
        kernel = (0.5 * rng.normal(size=(size, channels, filters))).astype("float32")
        bias = rng.uniform(0.5, 1.5, size=filters).astype("float32")
        usual = int(rng.edge is None)
        return {"x": x, "mask": mask, "kernel": kernel, "bias": bias, "stride": stride, "usual": usual}

    def probe(self, answer, inputs):
        import keras

        size, channels, filters = inputs["kernel"].shape
        how = {"strides": int(inputs["stride"]), "padding": "same", "activation": "relu"}
        convolution = keras.layers.Conv1D(filters, size, **how)
        convolution.build((None, None, channels))
        convolution.set_weights([inputs["kernel"], inputs["bias"]])

        def both(x, mask):
            wanted = "return two things: what comes out of the convolution, and its mask"
            try:
                returned = answer(convolution, x, mask)
            except Exception as error:
                if not re.search("ncompatible shapes|shapes? .*broadcast|broadcast .*shapes?", str(error)):
                    raise
                raise Wrong(
                    "what comes out of the convolution is (batch, frames, filters), with one frame in "
                    f"convolution.strides[0], here {inputs['stride']}: its mask must have as many frames, "
                    f"and an axis for the filters, mask[:, :, None] ({describe_error(error, answer)})"
                ) from error
            return unpacked(returned, ("x", "mask"), wanted)

        given = inputs["x"], inputs["mask"]
        seen = arrays(both(*map(keras.ops.convert_to_tensor, given)))
        if inputs["usual"]:
            advice = (
                "right kind of thing for arrays, but no model can be built with it: there nothing has a value yet; "
                "slices, * and keras.ops will do"
            )
            made = in_model(lambda *symbols: list(both(*symbols).values()), given, [(None, channels), (None,)], advice)
            seen |= {"model_x": made[0], "model_mask": made[1]}
        return seen

    def judge(self, inputs, outputs):
        x, mask, stride = inputs["x"], inputs["mask"], int(inputs["stride"])
        how = inputs["kernel"], inputs["bias"], stride
        careless = convolved(x, *how)
        kept = np.array([[row[t] for t in range(0, len(row), stride)] for row in mask])
        expected = careless * kept[:, :, None]
        yours, your_mask = outputs["x"], outputs["mask"].astype("float64")
        if yours.ndim == 2 and your_mask.ndim == 3:
            raise Wrong("return x first, then its mask")
        if your_mask.shape == mask.shape and stride > 1:
            raise Wrong(
                "the convolution keeps one frame in `stride`, so its mask must have as few; yours is as long as before"
            )
        if your_mask.shape == (*expected.shape[:2], 1):
            raise Wrong("the mask should stay (batch, frames); yours has a third axis")
        expect_shape("the mask", your_mask, kept.shape, "(batch, frames)")
        pieces = mask.reshape(len(mask), -1, stride)
        last = np.array([[row[t + stride - 1] for t in range(0, len(row), stride)] for row in mask])
        expect_close(
            "the mask",
            your_mask,
            kept,
            [
                (
                    kept * ((np.arange(kept.shape[1]) != 1) | (np.arange(len(kept)) > 0)[:, None]),
                    "a frame in which x is 0 may be valid; take the mask, do not look for zeros in x",
                ),
                (
                    last,
                    "a stride keeps the frames 0, s, 2 s, ...; yours keeps the last of every s, or wants all s to be "
                    "valid",
                ),
                (
                    np.pad(mask, ((0, 0), (1, 0)))[:, :-1][:, ::stride],
                    "a stride keeps the frames 0, s, 2 s, ...; yours keeps those before them",
                ),
                (
                    mask[:, 1::stride][:, : kept.shape[1]],
                    "a stride keeps the frames 0, s, 2 s, ...; yours keeps 1, s + 1, ...",
                ),
                (
                    pieces.max(axis=2),
                    "frame n is valid where frame s n of the old mask is; yours wants any of s frames to be valid",
                ),
                (pieces.mean(axis=2), "frame n is valid where frame s n of the old mask is; yours takes a mean"),
                (pieces.sum(axis=2), "frame n is valid where frame s n of the old mask is; yours takes a sum"),
                (
                    np.arange(kept.shape[1]) < np.ceil(mask.sum(axis=1, keepdims=True) / stride),
                    "take the mask itself; valid frames need not be the first ones",
                ),
                (
                    np.arange(kept.shape[1]) < mask.sum(axis=1, keepdims=True) // stride,
                    "a frame that is begun counts: frame n is valid where frame s n of the old mask is",
                ),
                *(
                    (
                        over(windows(mask, len(inputs["kernel"]), stride, fill), axis=2),
                        "frame n is valid where frame s n of the old mask is; yours asks for "
                        f"{'any' if over is np.max else 'all' if over is np.min else 'the mean'} of the frames that "
                        "the kernel sees",
                    )
                    for over, fill in ((np.max, 0), (np.min, 0), (np.min, 1), (np.mean, 0))
                ),
                (mask[:, : kept.shape[1]], "a stride keeps the frames 0, s, 2 s, ...; yours keeps the first ones"),
                (1 - kept, "the mask is upside down: 1 in valid frames"),
                (np.ones(kept.shape), "padding has a mask of 0; yours is 1 everywhere"),
            ],
        )
        expect_shape("x", yours, expected.shape, "(batch, frames, channels)")
        expect_close(
            "x",
            yours,
            expected,
            [
                (
                    careless,
                    "after a convolution with a bias the padding is no longer 0; multiply what comes *out* by its mask",
                ),
                (
                    careless * last[:, :, None],
                    "x is multiplied by another mask than you return: frame n goes with frame s n of the old mask",
                ),
                (np.broadcast_to(kept[:, :, None], expected.shape), "this is the mask, not what the convolution says"),
                (careless * (1 - kept[:, :, None]), "the mask is upside down: valid frames are kept"),
                (
                    careless * pieces.max(axis=2)[:, :, None],
                    "x is multiplied by another mask than you return: frame n goes with frame s n of the old mask",
                ),
                (convolved(x * mask[:, :, None], *how), "the padding of x is 0 as it is; multiply what comes *out*"),
                *((np.where(kept[:, :, None] > 0, careless, other), "in padding x should be 0") for other in (-1e9, 1)),
                (
                    careless * kept[:1, :, None],
                    "each string of the batch has its own mask; yours is the first one's for all",
                ),
                (
                    convolved(x, inputs["kernel"], 0, stride) * kept[:, :, None],
                    "the bias of the convolution is missing; call it, convolution(x), and mask what comes out",
                ),
                *(
                    (
                        (windows(x, len(inputs["kernel"]), stride).reshape(*kept.shape, -1) @ flat + bias)
                        * kept[:, :, None],
                        "the activation is missing; call convolution(x) itself, and mask what comes out",
                    )
                    for flat in [inputs["kernel"].transpose(1, 0, 2).reshape(-1, expected.shape[2])]
                    for bias in (inputs["bias"], 0)
                ),
                (2 * expected, "yours is twice what the convolution says"),
                (careless + kept[:, :, None], "multiply by the mask; yours adds it"),
            ],
            atol=1e-5 * max(1, abs(x).max()),
        )
        if not inputs["usual"]:
            return
        for name, eager in (("x", yours), ("mask", your_mask)):
            expect_shape(f"inside a model, {name}", outputs[f"model_{name}"], eager.shape)
            expect_close(f"inside a model, {name}", outputs[f"model_{name}"], eager)


MANY = 400  # draws from which something may be said about how often


class MaskSpan(Check):
    exercise = "5c.4"
    name = "mask_span"
    gives = "array"

    def inputs(self, rng):
        T, bands, widest = rng.size("T", 24, 30), rng.size("bands", 3, 4), rng.size("widest", 5, 6, least=0)
        features = rng.reals(T, bands, dtype="float32", zeros=False)
        features[features == 0] = 1  # so that it shows what is masked
        seed = int(rng.integers(2**31))
        return {"features": features, "widest": widest, "seed": seed, "draws": 40 if rng.edge else 2 * MANY}

    def further(self):
        shapes = {  # T, widest, draws
            "of 8 frames": (8, 3, 4000),
            "of 11 frames": (11, 9, MANY),
            "of 4 frames": (4, 9, MANY),
            "of 3 frames": (3, 9, 40),
            "of 200 frames": (200, 150, 1600),
            "of 40 frames": (40, 10, 7000),
        }
        return {
            words: {"features": np.full((T, 2), 1.5, "float32"), "widest": widest, "seed": T, "draws": draws}
            for words, (T, widest, draws) in shapes.items()
        }

    def probe(self, answer, inputs):
        features, widest = inputs["features"], int(inputs["widest"])

        def draws(count):
            generator = np.random.Generator(np.random.PCG64(inputs["seed"]))
            return [arrays({"masked": answer(features, generator, widest)})["masked"] for _ in range(count)]

        many = draws(int(inputs["draws"]))
        if other := [one.shape for one in many if one.shape != features.shape]:
            raise Wrong(f"the shape should stay {features.shape}; yours has {other[0]}")
        return {"many": np.array(many, "float32"), "again": np.array(draws(5), "float32")}

    def judge(self, inputs, outputs):
        features, many = inputs["features"], outputs["many"]
        expect_shape("the results", many, (int(inputs["draws"]), *features.shape))
        most = min(int(inputs["widest"]), len(features) // 4)
        rows = masked_rows(features, many, outputs["again"], most)
        widths, starts = rows.sum(axis=1), rows.argmax(axis=1)
        judge_widths(widths, most, int(inputs["widest"]), len(features))
        if most and len(many) >= MANY:
            judge_starts(starts, widths, rows, most)


def masked_rows(features, many, again, most):
    """(draws, T), True at masked frames; Wrong where something else than one span of frames is 0."""
    changed = many != features
    if most and not changed.any():
        raise Wrong(f"nothing is masked in any of {len(many)} spectrograms")
    if not np.array_equal(many[:5], again):
        raise Wrong("the same rng should give the same masks: draw every random number from `rng`")
    if most and len(many) >= MANY and np.all(many == many[0]):
        raise Wrong(f"all {len(many)} draws mask the same: draw from `rng`, and make no generator of your own")
    if np.any(many[changed] != 0):
        raise Wrong(f"what is masked should be 0, the mean; yours is {many[changed][many[changed] != 0][0]:.3g}")
    rows, columns = changed.any(axis=2), changed.any(axis=1)
    if changed.any() and np.all(changed == columns[:, None, :]) and not columns.all():
        raise Wrong("yours masks columns, mel bands at all times; wanted are rows, frames in all bands")
    if np.any(rows != changed.all(axis=2)):
        raise Wrong("a masked frame is 0 in *all* bands; in yours some bands are left")
    kept = ~rows
    if rows.mean() > 0.5 and (np.diff(kept.astype(int), prepend=0, axis=1) == 1).sum(axis=1).max() < 2:
        raise Wrong("the span should become 0, and all other frames stay; yours does the opposite")
    if (np.diff(rows.astype(int), prepend=0, axis=1) == 1).sum(axis=1).max() > 1:
        raise Wrong("the masked frames should follow one another, one span; yours are scattered")
    return rows


def judge_widths(widths, most, widest, T):
    """Raise Wrong unless widths are drawn from 0 to most, each as likely as the others."""
    if widths.max() > most:
        limit = f"at most a quarter may be masked, of {T} frames {most}" if most < widest else f"at most {most} frames"
        raise Wrong(f"{limit}; yours masks {widths.max()}" if most < widest else f"{limit} may be masked here; yours "
                    f"masks {widths.max()}")  # fmt: skip
    if not most or len(widths) < MANY:
        return
    if widths.max() < most:
        raise Wrong(
            f"a span of {most} frames never comes up in {len(widths)} draws, only up to {widths.max()}; "
            "`rng.integers(a, b)` leaves out b, and a quarter is T // 4"
        )
    if widths.min() == most:
        raise Wrong("the width should be drawn too, from 0 to `widest`; yours is always the widest")
    if widths.min() > 0:
        raise Wrong("a width of 0, no mask at all, should come up too")
    often, expected = np.mean(widths == most), 1 / (most + 1)
    if often > 1.4 * expected and improbable(
        [often * len(widths), (1 - often) * len(widths)], [expected, 1 - expected]
    ):
        raise Wrong(
            f"{100 * often:.0f} % of the spans have the widest width, {most}, but every width from 0 on should "
            "be as likely as another: draw up to the most there may be, do not cut a larger number down"
        )
    expect_distribution("the widths from 0 on", widths, range(most + 1), "draw them with rng.integers(0, most + 1)")
    mean, deviation = widths.mean(), np.sqrt(most * (most + 2) / 12 / len(widths))
    if abs(mean - most / 2) > 5 * deviation:
        raise Wrong(
            f"widths from 0 to {most} are {most / 2:g} on average where each is as likely as the others; yours are "
            f"{mean:.2f} in {len(widths)} draws: draw the width first, once, and then where it begins; not both anew "
            "where they do not fit, and not the two as a pair"
        )


def judge_starts(starts, widths, rows, most):
    """Raise Wrong unless a span begins at each place where all of it fits, each as likely as the others."""
    T = rows.shape[1]
    if len(set(starts[widths == most].tolist())) == 1:
        raise Wrong("the span begins at the same frame every time; draw where it begins")
    for name, edge in (("first", 0), ("last", -1)):
        often, expected = rows[:, edge].sum(), sum(np.sum(widths == w) / (T - w + 1) for w in range(1, most + 1))
        if often == 0:
            late = ": a span may begin as late as T - width, and `rng.integers(a, b)` leaves out b"
            raise Wrong(f"the {name} frame is never masked{late if edge else ''}")
        if often > 2 * expected and improbable(
            [often, len(rows) - often], [expected / len(rows), 1 - expected / len(rows)]
        ):
            raise Wrong(
                f"of {len(rows)} spans {often} {'end' if edge else 'begin'} at the {name} frame, and {expected:.0f} "
                "should: none may hang over the edge and lose its width there, nor lie there oftener than elsewhere; "
                "begin between 0 and T - width"
            )
    narrow = (widths > 0) & (widths < most / 2)
    if most >= 4 and narrow.sum() > 50 and not rows[narrow, T - most // 2 :].any():
        raise Wrong("narrow spans never come near the end: a span may begin as late as T - width, its *own* width")
    cells = [(w, start) for w in range(1, most + 1) for start in range(T - w + 1)]
    of_width = np.array([np.sum(widths == w) for w, _ in cells])
    counts = [np.sum((widths == w) & (starts == start)) for w, start in cells]
    shares = of_width / np.array([T - w + 1 for w, _ in cells]) / np.sum(counts)
    coarse = np.array([[start * 5 // (T - w + 1), start * 2 // (T - w + 1)] for w, start in cells])
    tests = [counts, *(np.bincount(groups, counts) for groups in coarse.T)]
    expected = [shares, *(np.bincount(groups, shares) for groups in coarse.T)]
    if (len(widths) > 20 * len(cells) and improbable(tests[0], expected[0])) or any(
        map(improbable, tests[1:], expected[1:])
    ):
        often = ", ".join(f"{100 * share:.0f} %" for share in tests[1] / np.sum(counts))
        raise Wrong(
            "a span should begin at any frame from 0 to T - width, its own width, each as likely as the others; by "
            f"fifths of that range yours begin there in {often}"
        )


class SecondsOfFrames(Check):
    exercise = "5c.5"
    name = "seconds_of_frames"
    gives = "array"

    def inputs(self, rng):
        count, strides = rng.size("count", 4, 8), rng.permutation([2, 3])
        kernels = strides + rng.choice([[1, 3], [3, 1], [2, 5], [5, 2]])
        hop = float(rng.uniform(0.005, 0.02))
        return {"count": count, "kernels": kernels, "strides": strides, "hop": hop, "defaults": 0}

    def further(self):
        own = {"count": 30, "hop": 0.01, "defaults": 1}
        layers = {
            "as the lesson calls it": ([5, 5], [2, 2], own),
            "with three convolutions": ([4, 6, 7], [3, 2, 1], {}),
            "with one convolution": ([6], [3], {}),
            "with kernels as wide as their strides": ([2, 3], [2, 3], {}),
            "with strides of 1": ([3, 5], [1, 1], {}),
            "with an even kernel and a stride of 1": ([4, 2], [1, 1], {}),
            "with equal strides": ([3, 6], [2, 2], {}),
        }
        usual = {"count": 6, "hop": 0.0125, "defaults": 0}
        return {
            words: {"kernels": np.array(kernels), "strides": np.array(strides)} | usual | more
            for words, (kernels, strides, more) in layers.items()
        }

    def probe(self, answer, inputs):
        count, hop = int(inputs["count"]), [] if inputs["defaults"] else [inputs["hop"]]
        kernels, strides = (inputs[name].tolist() for name in ("kernels", "strides"))
        return {
            "seconds": answer(count, kernels, strides, *hop),
            "deeper": answer(count, [*kernels, 8], [*strides, 2], *hop),
        }

    def judge(self, inputs, outputs):
        count, hop = int(inputs["count"]), float(inputs["hop"])
        layers = list(zip(inputs["kernels"].tolist(), inputs["strides"].tolist(), strict=True))
        for name in ("seconds", "deeper"):
            expect_shape("the seconds", outputs[name], (count,), "(count,)")
        cases = self.notions(count, hop, layers), self.notions(count, hop, [*layers, (8, 2)])
        (expected, _), *mistakes = [
            (np.concatenate([few, more]), hint) for (few, hint), (more, _) in zip(*cases, strict=True)
        ]
        expect_close(
            "the seconds",
            np.concatenate([outputs["seconds"], outputs["deeper"]]),
            expected,
            mistakes,
            where=lambda at: f" for frame {at[0] % count} of {len(layers) + at[0] // count} convolutions",
        )

    def notions(self, count, hop, layers):
        """What is right, and what comes of mistakes: [(seconds, hint), ...], the right one first."""
        frames, total = np.arange(count), int(np.prod([stride for _, stride in layers]))

        def seen():
            """The first and the last input that each frame sees, by looking which inputs have a way to it."""
            ways = np.eye(40 * total)
            for kernel, stride in layers:
                around = np.pad(ways, (((kernel - stride) // 2, kernel), (0, 0)))
                ways = np.array([around[n : n + kernel].sum(axis=0) for n in range(0, len(ways), stride)])
            inside = np.flatnonzero(ways[20])
            return (inside[0] + (frames - 20) * total, inside[-1] + (frames - 20) * total)

        def mistaken(padding, middle, layers=layers[::-1]):
            """What other notions of the padding in front and of the middle of a kernel lead to."""
            place = frames * 1.0
            for kernel, stride in layers:
                place = place * stride - padding(kernel, stride) + middle(kernel)
            return place * hop

        def front(kernel, stride):
            return (kernel - stride) // 2

        def half(kernel):
            return (kernel - 1) / 2

        by_stride_before = sum(
            stride * (half(kernel) - front(kernel, own))
            for (kernel, own), stride in zip(layers, [1, *(stride for _, stride in layers)], strict=False)
        )
        first, last = seen()
        expected = (first + last) / 2
        return [
            (expected * hop, ""),
            (expected, "these are frames of the spectrogram; times `hop` they are seconds"),
            (frames * hop, "the strides are missing: a frame of the network is several of the spectrogram"),
            (
                frames * total * hop,
                "n · s is where the strides point to; a convolution sees `kernel` frames, and the middle is wanted",
            ),
            (
                mistaken(lambda kernel, stride: 0, half),
                "the padding in front is missing: it moves what a frame sees to the left",
            ),
            (
                mistaken(front, half, layers),
                "go back from the last layer to the first, whose frames are the spectrogram's",
            ),
            (first * hop, "that is the first frame seen; wanted is the middle of the first and the last"),
            (last * hop, "that is the last frame seen; wanted is the middle of the first and the last"),
            (
                mistaken(lambda kernel, stride: (kernel - stride) / 2, half),
                "the padding in front is a whole number: half of kernel - stride, rounded down",
            ),
            *(
                (
                    mistaken(padding, half),
                    "the padding in front is (k - s) / 2 rounded *down*; not up, which -(k - s) // 2 does before "
                    "it is added, and not (k - 1) / 2",
                )
                for padding in (
                    lambda kernel, stride: -((stride - kernel) // 2),
                    lambda kernel, stride: (kernel - 1) // 2,
                )
            ),
            (
                mistaken(lambda kernel, stride: -front(kernel, stride), half),
                "the padding in front moves what a frame sees to the left: subtract it",
            ),
            (
                mistaken(front, lambda kernel: (kernel - 1) // 2),
                "the middle of an even number of frames lies between two of them: (k - 1) / 2, not rounded",
            ),
            (
                mistaken(front, lambda kernel: kernel / 2),
                "a kernel over the frames a to a + k - 1 has its middle at a + (k - 1) / 2, not a + k / 2",
            ),
            (
                mistaken(front, lambda kernel: kernel // 2),
                "a kernel over the frames a to a + k - 1 has its middle at a + (k - 1) / 2, not a + k // 2",
            ),
            (
                (frames * total + by_stride_before) * hop,
                "one step of a layer is the product of *all* strides before it, not of the last of them only",
            ),
            ((frames + 0.5) * total * hop, "close, but count: which frames does a kernel of this size see?"),
            (
                (expected + 0.5) * hop,
                "half a frame too late: frame i of the spectrogram has its *middle* at i times `hop`",
            ),
            ((expected + total) * hop, "one frame of the network too late: count its frames from 0"),
            (
                (expected + 1) * hop,
                "one frame too late: a kernel over the frames a to b has its middle at (a + b) / 2",
            ),
            (
                (expected - 1) * hop,
                "one frame too early: a kernel over the frames a to b has its middle at (a + b) / 2",
            ),
            (
                mistaken(front, half, [(k, s) for (k, _), (_, s) in zip(layers[::-1], layers, strict=True)]),
                "only the kernels are turned around; go back from the last layer to the first with both",
            ),
            (
                mistaken(front, half, [(k, s) for (k, _), (_, s) in zip(layers, layers[::-1], strict=True)]),
                "only the strides are turned around; go back from the last layer to the first with both",
            ),
            (1000 * expected * hop, "in seconds, please, not in milliseconds"),
            *(
                (cut(expected) * hop, "the middle of what a frame sees may lie between two frames; do not round it")
                for cut in (np.round, np.floor, np.ceil)
            ),
            (
                4 * frames * hop,
                "4 is the product of the lesson's strides only, and the middle of the kernels is missing",
            ),
            (
                mistaken(front, half, layers[1::-1]),
                "there may be more than two convolutions; go through all, from the last to the first",
            ),
            (
                mistaken(front, half, [layers[0]] * len(layers)),
                "every convolution has a kernel and a stride of its own; yours takes the first's for all",
            ),
            (
                mistaken(front, half, [layers[-1]] * len(layers)),
                "every convolution has a kernel and a stride of its own; yours takes the last's for all",
            ),
            (
                mistaken(lambda kernel, stride: (kernel - 2) // 2, half),
                "the padding is kernel - stride with the stride of the layer, which need not be 2",
            ),
            (
                mistaken(front, lambda kernel: 2),
                "the middle of a kernel of size k is (k - 1) / 2 after its first frame; 2 holds for a kernel of 5 only",
            ),
            *(
                (
                    mistaken(front, lambda kernel: 0) + half(kernel) * hop,
                    "each layer sees around its own frames: add (k - 1) / 2 in every one",
                )
                for kernel, _ in (layers[0], layers[-1])
            ),
            (
                (frames * total + sum(half(kernel) - front(kernel, stride) for kernel, stride in layers)) * hop,
                "a frame of a later layer's input is several of the spectrogram: what it adds goes times the strides "
                "before it",
            ),
            (
                (
                    frames * total
                    + sum(
                        (half(kernel) - front(kernel, stride)) * np.prod([s for _, s in layers[: n + 1]])
                        for n, (kernel, stride) in enumerate(layers)
                    )
                )
                * hop,
                "the kernel of a layer counts frames of its *input*: times the strides before it, not its own too",
            ),
            *(
                (
                    np.linspace(0, end * total * hop, count),
                    "the frames are not spread over the sound; see what each sees",
                )
                for end in (count, count - 1)
            ),
            (expected / hop, "divided by `hop`; a frame lasts `hop` seconds, so multiply"),
            (expected * 0.01, "the seconds from frame to frame are the argument `hop`"),
            ((expected - expected[0]) * hop, "frame 0 is not at 0: see which frames its kernel covers"),
            ((expected + 0.5 * total) * hop, "half a frame of the network too late: it stands for the middle already"),
            (
                (frames * total + (np.sum([k for k, _ in layers]) - len(layers)) / 2) * hop,
                "a kernel of the second convolution counts in frames of *its* input, each of several of the first's",
            ),
            (mistaken(front, half, layers[-1:]), "only the last convolution is taken into account; go through all"),
            (mistaken(front, half, layers[:1]), "only the first convolution is taken into account; go through all"),
            (
                mistaken(lambda kernel, stride: kernel - stride, half),
                "half of the padding, k - s, stands in front, not all of it",
            ),
            (
                mistaken(lambda kernel, stride: kernel // 2, half),
                "the padding in front is half of k - s, rounded down; the stride counts too",
            ),
        ]


def edits(
    truth, found, substitution=1, insertion=1, deletion=1, edge=1, upper=1, first=None, swap=None, equal=0, short=0,
    choose=min,
):  # fmt: skip
    """The cost of the cheapest way to turn one sequence into another, by recursion over what is left before the end.

    edge: of a word heard before anything that was said. upper: of a word said before anything that was heard. first: of
    exchanging the first words. swap: of turning two neighbours around, where that is one step. equal: of a word that is
    right. short: what is left out of the edge of the table. choose: of the three steps.
    """

    @functools.cache
    def cost(m, n):
        if not m or not n:
            return upper * m + max(edge * n - short, 0)
        exchange = first if m == n == 1 and first is not None else substitution
        last = cost(m - 1, n - 1) + (equal if truth[m - 1] == found[n - 1] else exchange)
        if swap and m > 1 and n > 1 and truth[m - 2 : m] == found[n - 2 : n][::-1]:
            last = min(last, cost(m - 2, n - 2) + swap)
        return choose(last, cost(m - 1, n) + deletion, cost(m, n - 1) + insertion)

    return cost(len(truth), len(found))


def misheard(truth, rng):
    """What might be heard of a string: words are put in, left out, exchanged or replaced."""
    found = list(truth)
    for _ in range(int(rng.integers(0, 4))):
        place, word = int(rng.integers(0, len(found) + 1)), int(rng.integers(0, 11))
        what = rng.integers(0, 4)
        if what == 0:
            found.insert(place, word)
        elif what == 1:
            del found[place : place + 2]
        elif what == 2:
            found[place : place + 1] = [word]
        else:
            found[place : place + 2] = found[place : place + 2][::-1]
    return found


def characters(words):
    """The digits of all words in a row."""
    return "".join(map(str, words))


def merged(words):
    """Words without those that repeat the one before."""
    return [word for n, word in enumerate(words) if not n or words[n - 1] != word]


def left_by_matching(both):
    """The errors that Python's difflib leaves, which matches the longest common pieces first."""
    codes = difflib.SequenceMatcher(None, *both).get_opcodes()
    return sum(max(b - a, d - c) for what, a, b, c, d in codes if what != "equal")


def other_errors(pairs):
    """(errors, hint) of ways to count them that are not edit distances of strings of words."""
    joined = [list(map(characters, both)) for both in pairs]
    whole = [[word for truth in side for word in truth] for side in zip(*pairs, strict=True)]
    return [
        (sum(min(edits(t, f), len(t)) for t, f in pairs), "a string may have more errors than words"),
        (sum(edits(*both) for both in joined), "count words, not characters: 10 is one word, and not a 1 and a 0"),
        (edits(*whole), "strings are compared one by one; yours are put together to one"),
        (sum(edits(both[0][::-1], both[1]) for both in pairs), "one of the two is read backwards"),
        (sum(abs(len(t) - len(f)) for t, f in pairs), "these are differences of lengths; words are compared"),
        (sum(len(set(t) ^ set(f)) for t, f in pairs), "compare sequences, not sets: order and repeats count"),
        (sum(len(set(t) - set(f)) for t, f in pairs), "compare sequences, not sets: order and repeats count"),
        (sum(edits(*both) ** 2 for both in pairs), "the errors are squared"),
        (sum(edits(*both, swap=1) for both in pairs), "two neighbours turned around are two errors, not one"),
        (
            sum((max(map(len, both)) - min(map(len, both)) + edits(*both, substitution=2)) / 2 for both in pairs),
            "these are the words outside of the longest common sequence; count the steps that turn one into the other",
        ),
        (
            sum(edits(*([word for word in side if word] for side in both)) for both in pairs),
            "the digit 0 is a word, too",
        ),
        (
            sum(sum(map(int.__ne__, t, f)) if len(t) == len(f) else edits(t, f) for t, f in pairs),
            "also where as many words are heard as said, one may be missing and another too many",
        ),
        (sum(map(left_by_matching, pairs)), "the *fewest* errors count, not those that one way of matching leaves"),
        (
            sum(max(len(t), len(f)) - edits(t, f) for t, f in pairs),
            "these are the words that are right; count the errors",
        ),
        (sum(edits(t, f) for t, f in pairs if t and f), "n words against none cost n, both ways"),
        (sum(edits(t, f) for t, f in pairs if t), "where nothing is said, every word heard is an error"),
        (sum(edits(t, f) for t, f in pairs if f), "where nothing is heard, every word said is missing"),
        (
            sum(edits(t, f) if len(t) == len(f) else abs(len(t) - len(f)) for t, f in pairs),
            "where more or fewer words are heard than said, others may be wrong besides",
        ),
        (sum(len(t) for t, f in pairs if t != f), "of a string with an error some words may be right"),
        (sum(edits(*map(merged, both)) for both in pairs), "a word that is said again is a word, too"),
        (
            sum(min(edits(t[:m], f) for m in range(len(t) + 1)) for t, f in pairs),
            "of the table the last entry counts, not the smallest of its last row: words at the end may be missing",
        ),
        (
            sum(min(edits(t, f[:n]) for n in range(len(f) + 1)) for t, f in pairs),
            "of the table the last entry counts, not the smallest: words at the end may be too many",
        ),
        (0, "yours is 0: does your table's last entry, or the sum, ever get a value?"),
        (sum(edits(t, f) for t, f in pairs[1:]), "the first string counts, too"),
        (sum(edits(t, f) for t, f in pairs[:-1]), "the last string counts, too"),
    ]


def error_rates(truths, found):
    """The word error rate, and what mistakes make of it: a number, [(number, hint), ...]."""
    pairs = list(zip(truths, found, strict=True))
    words, said = sum(map(len, truths)), sum(map(len, found))
    errors = np.array([edits(*pair) for pair in pairs])
    within = sum(sum(a != b for a, b in zip(*pair, strict=False)) for pair in pairs)
    beyond = sum(abs(len(truth) - len(heard)) for truth, heard in pairs)
    bags = sum(max(len(t), len(f)) - sum(min(t.count(w), f.count(w)) for w in set(t)) for t, f in pairs)

    def rate(**costs):
        return sum(edits(*pair, **costs) for pair in pairs) / words

    return errors.sum() / words, [
        (
            np.mean(errors / [max(1, len(truth)) for truth in truths]),
            "this is the mean of the strings' rates; wanted are all errors divided by all words",
        ),
        (errors.mean(), "these are errors per string; divide by the number of words that were said"),
        (errors.sum(), "these are the errors; divide them by the number of words that were said"),
        (errors.sum() / max(1, said), "divide by the words that were *said*, not by those that were heard"),
        (np.mean(errors > 0), "this is the share of strings with an error, not of words"),
        (1 - errors.sum() / words, "this is 1 minus the error rate"),
        (100 * errors.sum() / words, "a rate, please, not percent"),
        (
            (within + beyond) / words,
            "words are compared place by place; after one that is missing all others count as wrong",
        ),
        (within / words, "words are compared place by place, and what is beyond the shorter string is dropped"),
        (bags / words, "the order counts: 1 2 is not 2 1"),
        (
            np.median(errors / [max(1, len(truth)) for truth in truths]),
            "this is the median of the strings' rates; wanted are all errors divided by all words",
        ),
        (2 * errors.sum() / (words + said), "divide by the words that were *said*, not by a mean with those heard"),
        (rate(equal=1), "a word that is right costs nothing"),
        (rate(equal=1, substitution=0), "upside down: a replacement costs 1 where the words are *not* equal"),
        (rate(choose=max), "the *cheapest* of the three steps counts"),
        (rate(short=1), "n words heard where nothing was said cost n; the edge of your table begins one too low"),
        (min(1.0, errors.sum() / words), "with many words too many the rate is larger than 1"),
        (errors.sum() // words, "a // b drops what is behind the point; divide with /"),
        *((round(errors.sum() / words, places), "do not round the rate") for places in (1, 2, 3)),
        (errors[-1] / max(1, len(truths[-1])), "this is the rate of the last string; wanted are the errors of all"),
        (errors[0] / max(1, len(truths[0])), "this is the rate of the first string; wanted are the errors of all"),
        (rate(substitution=2), "a word in another's place is one error, not a deletion and an insertion"),
        (rate(substitution=0), "a word in another's place is an error too"),
        (rate(insertion=0), "a word too many is an error too: insertions cost 1"),
        (rate(deletion=0), "a missing word is an error too: deletions cost 1"),
        (rate(edge=1e6, upper=1e6), "n words against none cost n, both ways"),
        (rate(upper=0), "where nothing is heard every word said is missing; the edge of your table is 0"),
        (
            sum(edits(*map(characters, both)) for both in pairs) / sum(len(characters(truth)) for truth in truths),
            "this is the rate of characters; 10 is one word",
        ),
        (rate(first=0), "the first words are compared too"),
        (rate(edge=0), "n words heard where nothing was said cost n; the edge of your table is 0"),
        (
            errors.sum() / sum(max(map(len, pair)) for pair in pairs),
            "divide by the words that were *said*, not by those of the longer of the two",
        ),
        (rate(insertion=1e6), "a word too many may be dropped for 1: the step from the row above is missing"),
        *[(number / words, hint) for number, hint in other_errors(pairs)],
        (rate(deletion=1e6), "a missing word may be put in for 1: the step from the left is missing"),
    ]


GROUPS = 6  # lists of strings of one draw, so that no two mistakes come to the same


class WordErrorRate(Check):
    exercise = "5c.6"
    name = "word_error_rate"
    gives = "array"

    def inputs(self, rng):
        count, longest = rng.size("strings", 4, 5), rng.size("longest", 7, 8)
        given = {}
        for n in range(GROUPS):
            lengths, words = rng.lengths(count, longest), rng.whole(0, 10, count, longest)
            truths = [row[:length].tolist() for row, length in zip(words, lengths, strict=True)]
            found = [misheard(truth, rng) for truth in truths]
            if n < 2 and not rng.edge:  # at the beginning a word is missing, another in its place, some too many
                one, two, three, four, *_ = truths
                found[:4] = one[1:], [11, *two[1:]], [11, *three[1:]], [11, 11, 11, *four]
            elif n == 2 and not rng.edge:  # nothing is heard, and elsewhere no more than was said
                found = [(), *([*truth[:-1], 11] for truth in truths[1:])]
            elif n > 2 and not rng.edge:  # neighbours turned around; a word in the next string; missing and too many
                one, two = truths[:2] = rng.permutation(10).reshape(2, 5).tolist()
                changed = [[one[1], one[0], *one[2:]], two], [one[:-1], [one[-1], *two]], [[*one[1:], 11], two]
                found[:2] = changed[n - 3]
            given |= pair(n, truths, found)
        return given

    def further(self):
        small = {  # said, heard
            "where one of two words is missing": ([(1, 2)], [(2,)]),
            "where nothing is heard (n words against none cost n)": ([(1, 2), (3,)], [(), (3,)]),
            "where nothing is heard at all": ([(1, 2), (3,)], [(), ()]),
            "where nothing is said, every word heard is too many": ([(1, 2), ()], [(1, 2), (3, 4, 5)]),
            "where the first word is wrong": ([(1, 2, 3)], [(4, 2, 3)]),
            "where the last word is wrong": ([(1, 2, 3)], [(1, 2, 4)]),
            "where one way of matching leaves more errors than the *fewest*": ([(1, 1, 1)], [(1, 2, 1)]),
            "where one word is missing and another too many": ([(1, 2, 3, 4)], [(2, 3, 4, 5)]),
            "with more errors than words": ([(1,)], [(2, 3, 4)]),
            "with words of two digits": ([(1, 11), (10,)], [(11, 1), (1, 0)]),
            "with words that are said again": ([(3, 3), (3,)], [(3,), (3, 3)]),
            "without an error": ([(1, 2, 3), (0,)], [(1, 2, 3), (0,)]),
            "with a digit 0 missing": ([(0, 0, 1)], [(0, 1)]),
        }
        return {words: pair(0, *both) for words, both in small.items()}

    def probe(self, answer, inputs):
        rates = {}
        for n in range(len(inputs) // 2):
            sides = [[tuple(row) for row in out_of_rows(inputs[f"{side}{n}"])] for side in ("truths", "found")]
            try:
                rates[f"rate{n}"] = answer(*sides)
            except (IndexError, ValueError, ZeroDivisionError) as error:
                if all(map(len, itertools.chain(*sides))):
                    raise
                said = describe_error(error, answer)
                raise Wrong(f"a string may be empty, and n words against none cost n, both ways ({said})") from error
        return rates

    def judge(self, inputs, outputs):
        yours = [outputs[f"rate{n}"] for n in range(len(inputs) // 2)]
        for rate in yours:
            if rate.ndim:
                raise Wrong(f"one number for all strings together is wanted; yours has shape {rate.shape}")
            if not np.isfinite(rate):
                raise Wrong("the rate should be a finite number; n words against none cost n, both ways")
        right, wrong = rates_of(inputs)
        said, heard = (out_of_rows(inputs[side]) for side in ("truths0", "found0"))
        place = f" (said {said}, heard {heard})" if len(yours) == 1 else ""
        expect_close("the word error rate", np.array(yours), right, wrong, where=lambda at: place)


def pair(number, truths, found):
    """Two lists of strings as inputs."""
    return {f"truths{number}": in_rows(truths), f"found{number}": in_rows(found)}


def rates_of(inputs):
    """What is right for each list of strings, and what mistakes make of all of them: [(array, hint), ...]."""
    lists = [[out_of_rows(inputs[f"{side}{n}"]) for side in ("truths", "found")] for n in range(len(inputs) // 2)]
    rates, wrong = zip(*(error_rates(*both) for both in lists), strict=True)
    return np.array(rates), [
        (np.array([number for number, _ in same]), same[0][1]) for same in zip(*wrong, strict=True)
    ]
