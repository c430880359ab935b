"""Checks of lesson 5b, CTC on spoken digits."""

import functools

import numpy as np

from course_utils.checks import Check, Wrong, arrays, expect_close, expect_shape, kept

BLANK = 0


def mel(hertz):
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def triangles(places, edges):
    """Triangles over `places` (n,), each from one of `edges` over the next to the one after it: (len(edges) - 2, n)."""
    corners = np.lib.stride_tricks.sliding_window_view(edges, 3)
    return np.array([np.interp(places, three, [0, 1, 0], left=0, right=0) for three in corners])


class MelFilters(Check):
    exercise = "5b.1"
    name = "mel_filters"

    def inputs(self, rng):
        frequencies = np.sort(rng.uniform(0, 4000, size=int(rng.integers(50, 80))))
        lowest, highest = rng.uniform(50, 300), rng.uniform(3000, 3800)
        return {"frequencies": frequencies, "bands": int(rng.integers(5, 12)), "lowest": lowest, "highest": highest}

    def probe(self, answer, inputs):
        bands, lowest, highest = int(inputs["bands"]), float(inputs["lowest"]), float(inputs["highest"])
        whole = np.rint(inputs["frequencies"]).astype(int)  # the lesson asks for np.arange(4000) too
        return {
            "filters": answer(inputs["frequencies"], bands, lowest, highest),
            "whole": answer(whole, bands, lowest, highest),
        }

    def judge(self, inputs, outputs):
        hertz, bands = inputs["frequencies"], int(inputs["bands"])
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
        expect_close(
            "the filters",
            yours,
            expected,
            [
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
                (np.minimum(rising, falling), "outside its triangle a filter is 0; yours goes on below 0"),
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
        whole = np.rint(hertz).astype(int)
        expected = triangles(mel(whole), edges)
        hint = "of frequencies that are integers yours makes filters of integers (as np.zeros_like does); use floats"
        mistakes = [(np.trunc(expected), hint)]
        expect_shape("the filters of frequencies that are integers", outputs["whole"], expected.shape)
        expect_close("the filters of frequencies that are integers", outputs["whole"], expected, mistakes)


def in_rows(strings):
    """Strings of digits, sequences of different lengths, as one array padded with -1."""
    longest = max(map(len, strings))
    return np.array([[*string, *[-1] * (longest - len(string))] for string in strings])


def out_of_rows(rows):
    """The way back from `in_rows`: a list of lists."""
    return [[int(value) for value in row if value >= 0] for row in rows]


class CtcTargets(Check):
    exercise = "5b.2"
    name = "ctc_targets"

    def inputs(self, rng):
        longest = int(rng.integers(5, 8))
        strings = [rng.integers(0, 10, size=size).tolist() for size in (3, longest, 1, longest - 1, 2)]
        strings[0][1:] = [0, 0]  # the digit 0 at the end, and doubled
        strings[1][:2] = [0, 7]
        strings[3][:2] = [9, 9]
        strings[4] = [4, 0]
        strings = [strings[n] for n in rng.permutation(5)]
        return {"digits": in_rows(strings)}

    def probe(self, answer, inputs):
        strings = [np.array(string) for string in out_of_rows(inputs["digits"])]
        with kept("the strings it is given", strings):
            returned = answer(strings)
        if returned is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise Wrong("return two things, the codes and the lengths")
        if not hasattr(returned[0], "shape"):
            raise Wrong("return the codes as one array, np.array(...); yours are a list")
        return dict(zip(("codes", "lengths"), returned, strict=True))

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
                (counts + 1, "one too many"),
                (counts - 1, "one too few"),
            ],
        )


def convolved(x, kernel, bias, stride):
    """ReLU of a convolution with padding="same": (batch, T, channels) to (batch, ceil(T / stride), filters)."""
    size = len(kernel)
    total = max((-(-x.shape[1] // stride) - 1) * stride + size - x.shape[1], 0)
    padded = np.pad(x, ((0, 0), (total // 2, total - total // 2), (0, 0)))
    seen = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::stride]
    return np.maximum(0, np.einsum("btck,kcf->btf", seen, kernel) + bias)


class MaskedConvolution(Check):
    exercise = "5b.3"
    name = "masked_convolution"

    def inputs(self, rng):
        stride, size = int(rng.integers(2, 4)), int(rng.choice([3, 5]))
        T = stride * int(rng.integers(5, 8))
        lengths = np.array([T, T - stride - 1, stride + 1])
        mask = (np.arange(T) < lengths[:, None]).astype("float32")
        x = rng.normal(size=(3, T, 2)).astype("float32") * mask[:, :, None]
        x[0, stride] = 0  # as where a span is masked: valid all the same
        kernel = (0.5 * rng.normal(size=(size, 2, 3))).astype("float32")
        bias = rng.uniform(0.5, 1.5, size=3).astype("float32")
        return {"x": x, "mask": mask, "kernel": kernel, "bias": bias, "stride": stride}

    def probe(self, answer, inputs):
        import keras

        size, _, filters = inputs["kernel"].shape
        how = {"strides": int(inputs["stride"]), "padding": "same", "activation": "relu"}
        convolution = keras.layers.Conv1D(filters, size, **how)
        convolution.build((None, None, 2))
        convolution.set_weights([inputs["kernel"], inputs["bias"]])

        def both(x, mask):
            returned = answer(convolution, x, mask)
            if returned is None:
                raise Wrong("your answer returned None; is the `return` missing?")
            if not isinstance(returned, tuple | list) or len(returned) != 2:
                raise Wrong("return two things: what comes out of the convolution, and its mask")
            return dict(zip(("x", "mask"), returned, strict=True))

        x, mask = (keras.ops.convert_to_tensor(inputs[name]) for name in ("x", "mask"))
        eager = arrays(both(x, mask))
        given = keras.Input((None, 2)), keras.Input((None,))
        try:
            symbolic = both(*given)
            model = keras.Model(given, [symbolic["x"], symbolic["mask"]])
            made = model([x, mask])
        except Wrong:
            raise
        except Exception as error:
            if "not connected" in str(error):
                raise Wrong("what you return does not come from the `mask` and the `x` that you are given") from error
            reason = " ".join(str(error).split())[-160:]
            raise Wrong(
                "right kind of thing for arrays, but no model can be built with it: there nothing has a value yet; "
                f"slices, * and keras.ops will do ({type(error).__name__}: {reason})"
            ) from error
        return eager | {"model_x": made[0], "model_mask": made[1]}

    def judge(self, inputs, outputs):
        x, mask, stride = inputs["x"], inputs["mask"], int(inputs["stride"])
        how = inputs["kernel"], inputs["bias"], stride
        careless = convolved(x, *how)
        kept = np.array([[row[t] for t in range(0, len(row), stride)] for row in mask])
        expected = careless * kept[:, :, None]
        yours, your_mask = outputs["x"], outputs["mask"].astype("float64")
        if yours.ndim == 2 and your_mask.ndim == 3:
            raise Wrong("return x first, then its mask")
        if your_mask.shape == mask.shape:
            raise Wrong(
                "the convolution keeps one frame in `stride`, so its mask must have as few; yours is as long as before"
            )
        if your_mask.shape == (*expected.shape[:2], 1):
            raise Wrong("the mask should stay (batch, frames); yours has a third axis")
        expect_shape("the mask", your_mask, kept.shape, "(batch, frames)")
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
                    mask[:, 1::stride][:, : kept.shape[1]],
                    "a stride keeps the frames 0, s, 2 s, ...; yours keeps 1, s + 1, ...",
                ),
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
            ],
        )
        for name, eager in (("x", yours), ("mask", your_mask)):
            expect_shape(f"inside a model, {name}", outputs[f"model_{name}"], eager.shape)
            expect_close(f"inside a model, {name}", outputs[f"model_{name}"], eager)


DRAWS = 400


class MaskSpan(Check):
    exercise = "5b.4"
    name = "mask_span"

    def inputs(self, rng):
        T, widest = int(rng.integers(20, 28)), int(rng.integers(3, 6))
        features = rng.uniform(0.5, 2, size=(T, 3)) * rng.choice([-1, 1], size=(T, 3))
        long = rng.uniform(0.5, 2, size=(200, 2)).astype("float32")
        seed = int(rng.integers(2**31))
        return {"features": features.astype("float32"), "long": long, "widest": widest, "seed": seed}

    def probe(self, answer, inputs):
        features, widest = inputs["features"], int(inputs["widest"])

        def draws(count, rows, widest=widest):
            generator = np.random.Generator(np.random.PCG64(inputs["seed"]))
            return [arrays({"masked": answer(rows, generator, widest)})["masked"] for _ in range(count)]

        many = draws(DRAWS, features)
        if any(one.shape != features.shape for one in many):
            raise Wrong(f"the shape should stay {features.shape}; yours has {many[0].shape}")
        return {
            "many": np.array(many),
            "again": np.array(draws(5, features)),
            "short": np.array(draws(100, features[:11].copy())),
            "long": np.array(draws(DRAWS, inputs["long"], widest=150)),
        }

    def judge(self, inputs, outputs):
        features, widest = inputs["features"].astype("float64"), int(inputs["widest"])
        many, short = (outputs[name].astype("float64") for name in ("many", "short"))
        changed = many != features
        if not changed.any():
            raise Wrong("nothing is masked in any of 400 spectrograms")
        if not np.array_equal(many[:5], outputs["again"]):
            raise Wrong("the same rng should give the same masks: draw every random number from `rng`")
        if np.any(many[changed] != 0):
            raise Wrong(f"what is masked should be 0, the mean; yours is {many[changed][many[changed] != 0][0]:.3g}")
        rows, columns = changed.any(axis=2), changed.any(axis=1)
        if np.all(changed == columns[:, None, :]) and not columns.all():
            raise Wrong("yours masks columns, mel bands at all times; wanted are rows, frames in all bands")
        if np.any(changed.any(axis=2) != changed.all(axis=2)):
            raise Wrong("a masked frame is 0 in *all* bands; in yours some bands are left")
        widths = rows.sum(axis=1)
        runs = (np.diff(rows.astype(int), prepend=0, axis=1) == 1).sum(axis=1)
        if runs.max() > 1:
            raise Wrong("the masked frames should follow one another, one span; yours are scattered")
        if widths.max() > widest:
            raise Wrong(f"at most {widest} frames may be masked here; yours masks {widths.max()}")
        if widths.max() < widest:
            raise Wrong(
                f"a span of {widest} frames never comes up in {DRAWS} draws, only up to {widths.max()}; "
                "`rng.integers(a, b)` leaves out b"
            )
        if widths.min() == widest:
            raise Wrong("the width should be drawn too, from 0 to `widest`; yours is always the widest")
        often = np.mean(widths == widest)
        if often > 2 / (widest + 1):  # twice what is expected
            raise Wrong(
                f"{100 * often:.0f} % of the spans have the widest width, {widest}, but every width from 0 on should "
                "be as likely as another: draw up to the most there may be, do not cut a larger number down"
            )
        if widths.min() > 0:
            raise Wrong("a width of 0, no mask at all, should come up too")
        if len(set(rows.argmax(axis=1)[widths == widest])) == 1:
            raise Wrong("the span begins at the same frame every time; draw where it begins")
        if not rows[:, 0].any():
            raise Wrong("the first frame is never masked")
        if not rows[:, -1].any():
            raise Wrong(
                "the last frame is never masked: a span may begin as late as T - width, and `rng.integers(a, b)` "
                "leaves out b"
            )
        most = int((short == 0).all(axis=2).sum(axis=1).max())
        if most > 2:
            raise Wrong(f"at most a quarter may be masked, of 11 frames 2; yours masks {most}")
        if most < 2:
            raise Wrong(f"of 11 frames up to 2 may be masked, a quarter; yours masks {most} at most")
        expect_shape("200 frames, masked 400 times,", outputs["long"], (DRAWS, *inputs["long"].shape))
        rows = (outputs["long"] == 0).all(axis=2)
        widths = rows.sum(axis=1)
        if widths.max() > 50:
            raise Wrong(f"at most a quarter may be masked, of 200 frames 50; yours masks {widths.max()}")
        often = np.mean(widths == 50)  # 1 / 51 is expected
        if often > 0.2:
            raise Wrong(
                f"where widest is 150 and T is 200, {100 * often:.0f} % of the spans are 50 frames wide, a quarter: "
                "draw up to the smaller of `widest` and a quarter of T, do not cut a larger number down"
            )
        for edge, name in ((0, "first"), (-1, "last")):
            often = rows[:, edge].sum()
            if often > 20:  # 2 or 3 are expected
                raise Wrong(
                    f"of {DRAWS} spans in 200 frames {often} end at the {name} frame: those that would hang over the "
                    "edge are cut off there and lose their width; begin between 0 and T - width, both included"
                )
        if not rows[(widths > 0) & (widths < 25), 175:].any():  # 26 such spans are expected
            raise Wrong("narrow spans never come near the end: a span may begin as late as T - width, its *own* width")


class SecondsOfFrames(Check):
    exercise = "5b.5"
    name = "seconds_of_frames"

    def inputs(self, rng):
        strides = rng.permutation([2, 3]) if rng.integers(2) else np.array([2, 2])
        kernels = strides + rng.choice([[1, 3], [3, 1], [2, 5], [5, 2]])
        return {
            "count": int(rng.integers(4, 9)),
            "kernels": kernels,
            "strides": strides,
            "hop": float(rng.uniform(0.005, 0.02)),
        }

    def probe(self, answer, inputs):
        count, hop = int(inputs["count"]), float(inputs["hop"])

        def called(*further):
            lists = [
                [*inputs[name].tolist(), *more] for name, more in zip(("kernels", "strides"), further, strict=True)
            ]
            with kept("the list `kernels` or `strides`", lists):
                return answer(count, *lists, hop)

        return {"seconds": called([], []), "deeper": called([8], [2])}

    def judge(self, inputs, outputs):
        count, hop = int(inputs["count"]), float(inputs["hop"])
        layers = list(zip(inputs["kernels"].tolist(), inputs["strides"].tolist(), strict=True))
        expect_shape("the seconds", outputs["seconds"], (count,), "(count,)")
        expect_shape("the seconds after three convolutions", outputs["deeper"], (count,), "(count,)")
        cases = self.notions(count, hop, layers), self.notions(count, hop, [*layers, (8, 2)])
        (expected, _), *mistakes = [
            (np.concatenate([two, three]), hint) for (two, hint), (three, _) in zip(*cases, strict=True)
        ]
        expect_close(
            "the seconds",
            np.concatenate([outputs["seconds"], outputs["deeper"]]),
            expected,
            mistakes,
            where=lambda at: f" for frame {at[0] % count} of {2 + at[0] // count} convolutions",
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
            ((expected - 1) * hop, "one frame too early"),
        ]


def edits(truth, found, substitution=1, insertion=1, deletion=1, edge=1):
    """The cost of the cheapest way to turn one sequence into another, by recursion over what is left before the end.

    edge: of a word heard before anything that was said.
    """

    @functools.cache
    def cost(m, n):
        if not m or not n:
            return m + edge * n
        last = cost(m - 1, n - 1) + (0 if truth[m - 1] == found[n - 1] else substitution)
        return min(last, cost(m - 1, n) + deletion, cost(m, n - 1) + insertion)

    return cost(len(truth), len(found))


def misheard(truths, rng):
    """What might be heard of six strings of 5 words or more: other errors in each, and of the last one word only."""
    found = [list(truth) for truth in truths]
    word = rng.integers(0, 10, size=6).tolist()
    found[0] = [word[0], *found[0]]
    found[1][1], found[1][2] = found[1][2], found[1][1]
    place = int(rng.integers(1, 4))
    del found[2][place : place + 2]
    place = int(rng.integers(1, 3))
    found[3][place:place] = word[1:3]
    found[4] = [found[4][1], *word[3:5], *found[4][4:], word[5]]
    return [*found[:5], found[5][:1]]


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
            np.mean(errors / [len(truth) for truth in truths]),
            "this is the mean of the strings' rates; wanted are all errors divided by all words",
        ),
        (errors.mean(), "these are errors per string; divide by the number of words that were said"),
        (errors.sum(), "these are the errors; divide them by the number of words that were said"),
        (errors.sum() / said, "divide by the words that were *said*, not by those that were heard"),
        (np.mean(errors > 0), "this is the share of strings with an error, not of words"),
        (1 - errors.sum() / words, "this is 1 minus the error rate"),
        (100 * errors.sum() / words, "a rate, please, not percent"),
        (
            (within + beyond) / words,
            "words are compared place by place; after one that is missing all others count as wrong",
        ),
        (within / words, "words are compared place by place, and what is beyond the shorter string is dropped"),
        (bags / words, "the order counts: 1 2 is not 2 1"),
        (rate(substitution=2), "a word in another's place is one error, not a deletion and an insertion"),
        (rate(substitution=0), "a word in another's place is an error too"),
        (rate(insertion=0), "a word too many is an error too: insertions cost 1"),
        (rate(deletion=0), "a missing word is an error too: deletions cost 1"),
        (rate(edge=0), "n words heard where nothing was said cost n; the edge of your table is 0"),
        (
            errors.sum() / sum(max(map(len, pair)) for pair in pairs),
            "divide by the words that were *said*, not by those of the longer of the two",
        ),
        (rate(insertion=1e6), "a word too many may be dropped for 1: the step from the row above is missing"),
        (rate(deletion=1e6), "a missing word may be put in for 1: the step from the left is missing"),
    ]


SMALL = {  # said, heard, errors, hint
    "half": ([(1, 2)], [(2,)], 1, "one of two words is missing"),
    "silence": ([(1, 2), (3,)], [(), (3,)], 2, "where nothing is heard, every word said is missing"),
    "first": ([(1, 2, 3)], [(4, 2, 3)], 1, "the first words are compared too"),
    "last": ([(1, 2, 3)], [(1, 2, 4)], 1, "the last words are compared too"),
    "fewest": ([(1, 1, 1)], [(1, 2, 1)], 1, "the *fewest* errors count, not those that one way of matching leaves"),
}


class WordErrorRate(Check):
    exercise = "5b.6"
    name = "word_error_rate"

    def inputs(self, rng):
        while True:  # until no two mistakes give the same number
            truths = [rng.integers(0, 10, size=size).tolist() for size in rng.permutation([5, 5, 6, 6, 7, 8])]
            found = misheard(truths, rng)
            right, wrong = error_rates(truths, found)
            if np.diff(np.sort([right, *(number for number, _ in wrong)])).min() > 1e-3:
                return {"truths": in_rows(truths), "found": in_rows(found)}

    def probe(self, answer, inputs):
        truths, found = ([tuple(row) for row in out_of_rows(inputs[name])] for name in ("truths", "found"))
        small = {
            name: answer(*([tuple(one) for one in side] for side in pair)) for name, (*pair, _, _) in SMALL.items()
        }
        return {"rate": answer(truths, found), "same": answer(truths, truths)} | small

    def judge(self, inputs, outputs):
        yours = outputs["rate"]
        if yours.ndim:
            raise Wrong(f"one number for all strings together is wanted; yours has shape {yours.shape}")
        if outputs["silence"].shape == () and (outputs["silence"] == 0 or not np.isfinite(outputs["silence"])):
            raise Wrong("where nothing is heard every word said is missing; n words against none cost n, both ways")
        right, wrong = error_rates(out_of_rows(inputs["truths"]), out_of_rows(inputs["found"]))
        expect_close("the word error rate", yours, right, wrong)
        expect_close("the rate of strings without an error", outputs["same"], 0)
        for name, (said, heard, errors, hint) in SMALL.items():
            words = sum(map(len, said))
            if outputs[name].shape != () or not np.isclose(outputs[name], errors / words):
                raise Wrong(f"said {said}, heard {heard}: the rate should be {errors} / {words}; {hint}")
