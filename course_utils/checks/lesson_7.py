"""Checks of lesson 7, WaveNet."""

import contextlib
import itertools

import numpy as np

from course_utils.checks import Check, Wrong, arrays, expect_close, expect_shape, kept
from course_utils.checks.lesson_5a import inside_a_graph


def moved(values, by, fill=0.0):
    """(n, T, ...) moved along the second axis to later steps (by > 0) or earlier ones; what comes in is `fill`."""
    T = values.shape[1]
    padded = np.full((values.shape[0], T + 2 * abs(by), *values.shape[2:]), fill, dtype="float64")
    padded[:, abs(by) : abs(by) + T] = values
    return padded[:, abs(by) - by : abs(by) - by + T]


class Encode(Check):
    exercise = "7.1"
    name = "encode"

    def inputs(self, rng):
        waveform = rng.uniform(-1, 1, size=(3, 40)) ** 3
        waveform[0, :5] = [0.0, 1.0, -1.0, 0.5, -0.001]
        return {"waveform": waveform.astype("float32")}

    def probe(self, answer, inputs):
        waveform = inputs["waveform"]
        codes = answer(waveform)
        arrays({"codes": codes})  # a sentence of its own where it is no number at all
        if not isinstance(codes, np.ndarray):
            raise Wrong(f"return a NumPy array, not a {type(codes).__name__}: the lesson selects from it with masks")
        seen = {"codes": codes, "coarse": answer(waveform, mu=15), "quiet": answer(waveform / 8)}
        try:
            return seen | {"one": answer(waveform[0])}
        except (IndexError, TypeError, ValueError) as error:
            raise Wrong(f"a waveform may have any shape; for one of shape (T,) yours raised {error}") from error

    def judge(self, inputs, outputs):
        x = inputs["waveform"].astype("float64")
        for name, yours in outputs.items():
            expect_shape("the codes", yours, x[0].shape if name == "one" else x.shape)

        def companded(mu, x=x):
            return np.sign(x) * np.log(1 + mu * np.abs(x)) / np.log(1 + mu)

        def level(y, mu, top=None):
            return (y + 1) / 2 * (mu if top is None else top)

        for name, mu in (("codes", 255), ("coarse", 15)):
            yours, exact = outputs[name].astype("float64"), level(companded(mu), mu)
            if np.any(yours != np.round(yours)):
                raise Wrong("codes are whole numbers, of the level nearest to y")
            if np.all(np.abs(yours - exact) <= 0.501):
                continue

            def same(other, yours=yours):
                return np.all(np.abs(yours - other) <= 0.501)

            if name == "coarse" and same(level(companded(255), 15)):
                raise Wrong("with mu=15 your code still companded with 255; use the argument mu")
            if same(level(x, mu)):
                raise Wrong("the levels are evenly spaced: the logarithm is missing")
            if same(level(np.log(1 + mu * np.abs(x)) / np.log(1 + mu), mu)):
                raise Wrong("the sign is lost: a negative sample belongs into the lower half of the levels")
            wide = exact * (mu + 1) / mu
            if same(wide) or same(np.minimum(wide, mu)) or same(np.minimum(wide - 0.5, mu)):
                raise Wrong(f"the levels are numbered 0 to {mu}, so y = 1 is {mu}: multiply by mu, not by mu + 1")
            if same(level(np.sign(x) * np.log(1 + (mu + 1) * np.abs(x)) / np.log(2 + mu), mu)) or np.all(
                np.abs(yours - level(np.sign(x) * np.log(1 + mu * np.abs(x)) / np.log(mu), mu)) <= 0.501
            ):
                raise Wrong("in the formula it is ln(1 + μ|x|) over ln(1 + μ), with μ = 255 and not 256")
            if np.all((yours == np.floor(exact)) | (np.abs(exact - np.round(exact)) < 1e-3)):
                raise Wrong("the code is that of the *nearest* level; yours is always the one below")
            if same(companded(mu) * mu / 2) or same(companded(mu) * mu):
                raise Wrong("y runs from -1 to 1, the codes from 0 to mu: add 1 before you scale")
            if same(np.sign(x) * np.log(1 + np.abs(x)) / np.log(1 + mu) / 2 * mu + mu / 2):
                raise Wrong("μ is missing within the logarithm: ln(1 + μ|x|)")
            if same(exact + 1):
                raise Wrong(f"the levels are numbered from 0 to {mu}; yours begin with 1")
            worst = np.unravel_index(np.argmax(np.abs(yours - exact)), x.shape)
            raise Wrong(
                f"the sample {x[worst]:.4f} has the code {exact[worst]:.0f} of {mu}; yours is {yours[worst]:.0f}"
            )
        if np.any(np.abs(outputs["quiet"] - level(companded(255, x / 8), 255)) > 0.501):
            raise Wrong(
                "right for a waveform that reaches from -1 to 1, not for a quiet one: every sample has its code "
                "whatever the others are; do not divide by the largest"
            )
        if np.any(np.abs(outputs["one"] - level(companded(255, x[0]), 255)) > 0.501):
            raise Wrong("right for several waveforms, not for a single one of shape (T,)")
        for name, yours in outputs.items():
            if yours.dtype.kind not in "iu":
                raise Wrong('the codes are whole, but floats; they will be counted and index tables: .astype("int32")')
            if yours.dtype.itemsize == 1 and name != "coarse":
                raise Wrong(f"in {yours.dtype} later sums overflow: twice the code 200 becomes 144; use int32")


class Inputs(Check):
    exercise = "7.2"
    name = "inputs_of"

    def inputs(self, rng):
        return {"codes": rng.integers(0, 256, size=(int(rng.integers(2, 4)), int(rng.integers(5, 9)))).astype("int32")}

    def probe(self, answer, inputs):
        values = answer(inputs["codes"])
        arrays({"values": values})
        if isinstance(values, list | tuple):
            raise Wrong("return an array, not a list: a model takes a list for several inputs")
        return {"values": values, "other": answer(inputs["codes"] // 16, mu=15, silence=5)}

    def judge(self, inputs, outputs):
        for name, codes, mu, silence in (
            ("values", inputs["codes"], 255, 128),
            ("other", inputs["codes"] // 16, 15, 5),
        ):
            yours = outputs[name]
            if yours.shape == (codes.shape[0], codes.shape[1] + 1):
                raise Wrong("one input too many: the last code is nobody's input, there is nothing after it to predict")
            expect_shape("the inputs", yours, codes.shape, "(n, T)")

            def value(c, mu=mu):
                return 2 * np.asarray(c, "float64") / mu - 1

            before = moved(codes, 1, silence)
            around, flat = np.roll(codes, 1, axis=1), np.roll(codes, 1)
            first, flat_first = before.copy(), flat.copy()
            first[:, 0], flat_first[0, 0] = codes[:, 0], silence
            mine = np.concatenate([np.full((len(codes), 1), silence), value(codes)[:, :-1]], axis=1)
            below = np.roll(codes, 1, axis=0)
            hints = [
                (
                    value(codes),
                    "the input at t is the code at t itself: the network would be told what it is to predict",
                ),
                (value(moved(codes, -1, silence)), "the input at t must come from before t; yours comes from after it"),
                (
                    value(np.roll(codes, -1, axis=1)),
                    "the input at t must come from before t; yours comes from after it",
                ),
                (value(around), "the first input is the last code (np.roll does that); it should be that of silence"),
                (value(moved(codes, 1, 0)), "the first input is code 0, the loudest negative sample, and not silence"),
                (value(moved(codes, 2, silence)), "that is the code two before"),
                (moved(value(codes), 1, 0.0), f"the first input is the value of code {silence}, not exactly 0"),
                (before, f"these are codes; the network's numbers run from -1 (code 0) to 1 (code {mu})"),
                (before / mu, f"these run from 0 to 1; the network's numbers run from -1 (code 0) to 1 (code {mu})"),
                (2 * before / (mu + 1) - 1, f"code {mu} should become 1: divide by mu, not by mu + 1"),
                (value(first), "the first input is the first code itself; it should be that of silence"),
                (mine, f"the first input is the code {silence} as it is; its value is wanted, as of the others"),
                (value(flat), "the first input of a row is the last code of the row before; move every row by itself"),
                (
                    value(flat_first),
                    "the first input of a row is the last code of the row before; move every row by itself",
                ),
                (value(below), "moved along the batch; time is the second axis"),
                (
                    value(np.r_[np.full_like(codes[:1], silence), codes[:-1]]),
                    "moved along the batch; time is the second axis",
                ),
            ]
            if name == "other":
                usual = [(mu + 1) / 2, mu / 2, mu // 2, 128]
                hints += [(value(moved(codes, 1, code)), "the argument silence is not used") for code in usual]
                hints.append((value(before, 255), "the argument mu is not used"))
            expect_close("the inputs", yours, value(before), hints)


class CausalConv(Check):
    exercise = "7.3"
    name = "causal_conv"

    def inputs(self, rng):
        channels, outputs = int(rng.integers(2, 4)), int(rng.integers(4, 6))
        return {
            "h": rng.normal(size=(2, int(rng.integers(10, 14)), channels)).astype("float32"),
            "w_past": rng.normal(size=(channels, outputs)).astype("float32"),
            "w_now": rng.normal(size=(channels, outputs)).astype("float32"),
            "dilation": int(rng.integers(3, 5)),
        }

    def probe(self, answer, inputs):
        from keras import ops

        h, w_past, w_now = (ops.convert_to_tensor(inputs[name]) for name in ("h", "w_past", "w_now"))
        seen = {"z": answer(h, w_past, w_now, inputs["dilation"])}
        arrays(seen)  # a sentence of its own where it is no number at all
        with contextlib.suppress(Exception):  # then there is no "far", and the judge says so
            seen["far"] = answer(h, w_past, w_now, inputs["h"].shape[1] + 2)
        seen["compiled"] = inside_a_graph(
            lambda h: answer(h, w_past, w_now, inputs["dilation"]), inputs["h"], shapes=[(None, None, h.shape[-1])]
        )
        return seen

    def judge(self, inputs, outputs):
        h, w_past, w_now = (inputs[name].astype("float64") for name in ("h", "w_past", "w_now"))
        d, yours = inputs["dilation"], outputs["z"]
        now = h @ w_now
        expected = now + moved(h, d) @ w_past
        expect_shape("z", yours, expected.shape, "(batch, T, outputs)")
        left = d // 2
        hints = [
            (
                now + moved(h, -d) @ w_past,
                "this looks into the future: h[t + dilation]; pad on the left, cut on the right",
            ),
            (
                moved(h, left) @ w_past + moved(h, left - d) @ w_now,
                'padding on both sides ("same") lets it see the future',
            ),
            (now + moved(h, d - 1) @ w_past, "the gap is one too small: W_past meets h[t - dilation]"),
            (now + moved(h, d + 1) @ w_past, "the gap is one too wide: W_past meets h[t - dilation]"),
            (now + moved(h, 1) @ w_past, "the dilation is not used: W_past meets h[t - dilation]"),
            (
                now + np.roll(h, d, axis=1) @ w_past,
                "the end of the sequence comes in at the beginning (np.roll does that)",
            ),
            (h @ w_past + moved(h, d) @ w_now, "w_past and w_now are exchanged"),
            (moved(h, d) @ w_past, "the present is missing: W_now h[t]"),
            (now, "the past is missing: W_past h[t - dilation]; time is the second axis"),
            (now + moved(h, 2 * d) @ w_past, "the gap is twice too wide: W_past meets h[t - dilation]"),
            (
                now + sum(moved(h, by) for by in range(1, d + 1)) @ w_past,
                "what lies in the gap does not count: W_past meets h[t - dilation] alone",
            ),
            (
                now + np.concatenate([np.repeat(h[:, :1], d, axis=1), h[:, :-d]], axis=1) @ w_past,
                "before the beginning there are zeros, not the first sample",
            ),
            (
                now + np.concatenate([h[:, :d], h[:, :-d]], axis=1) @ w_past,
                "before the beginning there are zeros, not the first sample",
            ),
        ]
        expect_close("z", yours, expected, hints, atol=1e-4)
        far = outputs.get("far", np.zeros(0))
        if far.shape != now.shape or not np.allclose(far, now, atol=1e-4):
            raise Wrong(
                "right for this dilation, not for one longer than the sequence: all of the past is then zeros, and z "
                "is W_now h[t] alone; pad first, then cut"
            )
        expect_close("inside a model, z", outputs["compiled"], expected, atol=1e-4)


class ReceptiveField(Check):
    exercise = "7.4"
    name = "receptive_field"

    def inputs(self, rng):
        cases = rng.integers(1, 9, size=(3, 4))
        cases[0] = [1, 2, 4, 8]
        cases[1, 1:3] = cases[1, 0]  # equal ones
        return {"dilations": cases.astype("int32")}

    def probe(self, answer, inputs):
        rows = inputs["dilations"].tolist()
        with kept("its argument dilations", rows):
            two = [answer(row) for row in rows]
        return {"two": two, "three": [answer(row, kernel=3) for row in rows], "one": answer([5])}

    def judge(self, inputs, outputs):
        def reach(dilations, kernel):
            """By walking back from one output, layer by layer."""
            seen = {0}
            for dilation in dilations:
                seen = {place - dilation * tap for place in seen for tap in range(kernel)}
            return 1 - min(seen)

        rows = inputs["dilations"].tolist()
        for name, kernel in (("two", 2), ("three", 3)):
            expected = [reach(row, kernel) for row in rows]
            yours = outputs[name]
            expect_shape("the receptive fields", np.asarray(yours), (len(rows),))
            hints = [
                ([sum(row) * (kernel - 1) for row in rows], "the output's own sample counts too: one more"),
                (
                    [1 + sum(row) * kernel for row in rows],
                    "a layer of width 2 reaches back by one dilation: (kernel − 1) · dilation",
                ),
                (
                    [sum(row) * kernel for row in rows],
                    "a layer of width 2 reaches back by one dilation: (kernel − 1) · dilation, and the sample "
                    "itself counts",
                ),
                (
                    [1 + sum(row) for row in rows],
                    "the width of the layers is not used: a kernel of 3 reaches back by two dilations",
                ),
                (
                    [2 ** len(row) for row in rows],
                    "2 ** layers is right only for the dilations 1, 2, 4, ...; these are others",
                ),
                ([1 + 2 * sum(row) * (kernel - 1) for row in rows], "causal layers reach back only, not to both sides"),
                ([np.prod(row) * kernel for row in rows], "the reaches of layers add up; they are not multiplied"),
                (
                    [1 + (kernel - 1) * max(row) for row in rows],
                    "all layers count, not the widest alone: their reaches add up",
                ),
                ([1 + (kernel - 1) * len(row) for row in rows], "the dilations are not used"),
                (
                    [1 + (kernel - 1) * sum(set(row)) for row in rows],
                    "layers of the same dilation count each; a set keeps one of them",
                ),
                (
                    [2 * (kernel - 1) * row[-1] for row in rows],
                    "twice the last dilation is right only for 1, 2, 4, ...; add up the reaches of all layers",
                ),
                (
                    [kernel * row[-1] for row in rows],
                    "twice the last dilation is right only for 1, 2, 4, ...; add up the reaches of all layers",
                ),
                (
                    [kernel * max(row) for row in rows],
                    "twice the widest dilation is right only for 1, 2, 4, ...; add up the reaches of all layers",
                ),
                ([1 + (kernel - 1) * sum(row[:-1]) for row in rows], "the last layer reaches back too"),
                ([1 + (kernel - 1) * sum(row[1:]) for row in rows], "the first layer reaches back too"),
                (
                    [kernel + (kernel - 1) * sum(row) for row in rows],
                    "the stack begins with one sample, not with kernel",
                ),
            ]
            hints += [
                (
                    [more + sum((kernel - 1) * d + 1 for d in row) for row in rows],
                    "a layer adds (kernel − 1) · dilation; the sample itself counts once, not once per layer",
                )
                for more in (0, 1)
            ]
            place = [f" for the dilations {row}" for row in rows]
            expect_close(
                f"the receptive field with width {kernel}", yours, expected, hints, where=lambda n, p=place: p[n[0]]
            )
        expect_close("the receptive field of one layer with dilation 5", outputs["one"], 6)
        if any(yours.dtype.kind not in "iu" for yours in outputs.values()):
            raise Wrong("right, but a float; samples are counted with an integer, and the lesson cuts windows with it")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class GatedUnit(Check):
    exercise = "7.5"
    name = "gated_unit"

    def inputs(self, rng):
        hop, frames, channels = int(rng.integers(3, 5)), 4, int(rng.integers(2, 4))
        return {
            "z": rng.normal(size=(2, hop * frames, 2 * channels)).astype("float32"),
            "condition": rng.normal(size=(2, frames, 2 * channels)).astype("float32"),
            "hop": hop,
        }

    def probe(self, answer, inputs):
        from keras import ops

        z, condition = (ops.convert_to_tensor(inputs[name]) for name in ("z", "condition"))
        seen = {"u": answer(z, condition, inputs["hop"])}
        arrays(seen)
        width = inputs["z"].shape[-1]
        seen["compiled"] = inside_a_graph(
            lambda z, c: answer(z, c, inputs["hop"]),
            *(inputs[name] for name in ("z", "condition")),
            shapes=[(None, None, width), (None, None, width)],
        )
        return seen

    def judge(self, inputs, outputs):
        z, c, hop = inputs["z"].astype("float64"), inputs["condition"].astype("float64"), inputs["hop"]
        half = z.shape[-1] // 2

        def unit(condition, halves=None):
            a, b = halves or (slice(None, half), slice(half, None))
            total = z + condition
            return np.tanh(total[..., a]) * sigmoid(total[..., b])

        spread = np.repeat(c, hop, axis=1)
        late, early = np.repeat(moved(c, 1), hop, axis=1), np.repeat(moved(c, -1), hop, axis=1)
        early_last = np.repeat(np.concatenate([c[:, 1:], c[:, -1:]], axis=1), hop, axis=1)
        first_late = np.repeat(np.concatenate([c[:, :1], c[:, :-1]], axis=1), hop, axis=1)
        sample_early = np.concatenate([spread[:, 1:], spread[:, -1:]], axis=1)
        sample_late = np.concatenate([spread[:, :1], spread[:, :-1]], axis=1)
        expected, yours = unit(spread), outputs["u"]
        if yours.shape == z.shape:
            raise Wrong(
                "half of the channels go through tanh, the other half through the sigmoid: the result has half as many"
            )
        expect_shape("u", yours, expected.shape, "(batch, T, channels)")
        total = z + spread
        leak = "every sample is given the *next* frame: where frames are measured from the sound, that is the future"
        hints = [
            (
                unit(spread, (slice(half, None), slice(None, half))),
                "the halves are exchanged: the first goes through tanh",
            ),
            (
                unit(spread, (slice(None, None, 2), slice(1, None, 2))),
                "the halves are the first and the second, not every other channel",
            ),
            (
                unit(np.tile(c, (1, hop, 1))),
                "the frames are repeated as a whole; every frame should fill `hop` samples in a row (repeat, not tile)",
            ),
            (unit(early), leak),
            (unit(early_last), leak),
            (unit(np.repeat(np.roll(c, -1, axis=1), hop, axis=1)), leak),
            (unit(moved(spread, -1)), "the frames change one sample too early: sample t is given frame t // hop"),
            (unit(sample_early), "the frames change one sample too early: sample t is given frame t // hop"),
            (unit(moved(spread, 1)), "the frames change one sample too late: sample t is given frame t // hop"),
            (unit(sample_late), "the frames change one sample too late: sample t is given frame t // hop"),
            (unit(late), "every sample is given the frame before its own"),
            (unit(first_late), "every sample is given the frame before its own"),
            (unit(np.repeat(np.roll(c, 1, axis=1), hop, axis=1)), "every sample is given the frame before its own"),
            (unit(0 * spread), "the condition is not used"),
            (
                np.tanh(z[..., :half]) * sigmoid(z[..., half:]) + spread[..., :half],
                "the condition is added before tanh and sigmoid, not after",
            ),
            (np.tanh(total[..., :half]) + sigmoid(total[..., half:]), "a gate multiplies; yours adds"),
            (np.tanh(total[..., :half]) * np.tanh(total[..., half:]), "the gate is a sigmoid, from 0 to 1"),
            (sigmoid(total[..., :half]) * sigmoid(total[..., half:]), "the first half goes through tanh"),
            (total[..., :half] * sigmoid(total[..., half:]), "the tanh is missing"),
            (np.tanh(total[..., :half]) * total[..., half:], "the sigmoid is missing"),
            (
                np.tanh(total[..., :half]) * sigmoid(z[..., half:]),
                "the condition goes into the gate too, its second half",
            ),
            (
                np.tanh(z[..., :half]) * sigmoid(total[..., half:]),
                "the condition goes into the tanh too, its first half",
            ),
            (
                np.tanh(total[..., :half]) * sigmoid(z[..., half:] + spread[..., :half]),
                "the gate is given the first half of the condition; its own is the second",
            ),
            (
                np.tanh(z[..., :half]) * sigmoid(z[..., half:])
                + np.tanh(spread[..., :half]) * sigmoid(spread[..., half:]),
                "the condition is added before tanh and sigmoid, not after",
            ),
            (
                np.tanh((z * spread)[..., :half]) * sigmoid((z * spread)[..., half:]),
                "the condition is added to z; yours multiplies",
            ),
        ]
        expect_close("u", yours, expected, hints)
        expect_close("inside a model, u", outputs["compiled"], expected)


class QueueRows(Check):
    exercise = "7.6"
    name = "queue_rows"
    steps = 40

    def inputs(self, rng):
        dilations = np.r_[3, rng.permutation([1, 2, 4, 8])[: int(rng.integers(2, 4))]]  # 3 is no power of two
        return {"dilations": dilations.astype("int32")}

    def probe(self, answer, inputs):
        d = inputs["dilations"]
        begin = answer(0, d)
        arrays({"rows": begin})
        if isinstance(begin, list | tuple):
            raise Wrong(
                "return one array and not a list, the loop indexes it: ops.stack makes one of a list of numbers"
            )
        seen = [np.asarray(arrays({"rows": answer(t, d)})["rows"]) for t in range(self.steps)]
        if any(rows.shape != d.shape for rows in seen):
            raise Wrong(f"one row per layer, {d.shape[0]} of them; yours has shape {seen[0].shape}")
        advice = "use arithmetic or keras.ops, not NumPy, on t"
        compiled = [inside_a_graph(lambda t: answer(t, d), np.int32(t), shapes=[()], advice=advice) for t in (0, 7, 30)]
        return {"rows": np.array(seen), "compiled": arrays({str(n): c for n, c in enumerate(compiled)})["2"]}

    def judge(self, inputs, outputs):
        d, rows = inputs["dilations"].astype(int), outputs["rows"]
        total = int(d.sum())
        if np.any(rows != np.round(rows)):
            raise Wrong("rows are whole numbers")
        if rows.dtype.kind not in "iu" or outputs["compiled"].dtype.kind not in "iu":
            raise Wrong(
                "the rows are whole, but floats; a buffer is indexed by integers: use % and //, which keep them"
            )
        rows = rows.astype(int)
        own = [set(rows[:, layer].tolist()) for layer in range(len(d))]
        if rows.max() >= total or rows.min() < 0:
            raise Wrong(
                f"the buffer of the dilations {d.tolist()} has rows 0 to {total - 1}; yours asks for rows "
                f"{rows.min()} to {rows.max()}"
            )
        if any(own[a] & own[b] for a in range(len(d)) for b in range(a)):
            raise Wrong(
                "two layers share a row, so one overwrites what the other still needs: each begins where "
                "the one before ends"
            )
        buffer = np.full(total, -1)
        for t in range(self.steps):
            for layer, dilation in enumerate(d):
                found = buffer[rows[t, layer]]
                wanted = t - dilation if t >= dilation else -1
                if found != wanted:
                    if found < 0:
                        raise Wrong(
                            f"at step {t} the layer of dilation {dilation} finds an empty row instead of what came at "
                            f"step {wanted}: a step overwrites the row that it reads"
                        )
                    raise Wrong(
                        f"the layer of dilation {dilation} finds what came {t - found} steps ago, not {dilation}: "
                        f"its row comes round every `dilation` steps"
                    )
            buffer[rows[t]] = t
        expect_close("in a compiled loop, the rows", outputs["compiled"], rows[30])


LATER = 0.2  # added to the network's outputs at every call after the first, so that they say whose they are


class Flow(Check):
    exercise = "7.7"
    name = "flow"

    def inputs(self, rng):
        return {
            "z": rng.logistic(size=(2, int(rng.integers(6, 9)))).astype("float32"),
            "a": float(rng.uniform(0.3, 0.9)),
            "b": float(rng.uniform(0.3, 0.9)),
        }

    def probe(self, answer, inputs):
        from keras import ops

        a, b = inputs["a"], inputs["b"]

        def new_network():
            calls = itertools.count()

            def network(x):
                if len(x.shape) != 2:
                    raise Wrong("the network takes noise of shape (batch, T)")
                total, later = ops.cumsum(x, axis=1), LATER * next(calls)  # a causal network: what came so far
                return ops.stack([a * total + 0.1 + later, ops.tanh(b * total) - 0.3 + later], axis=-1)

            return network

        z = ops.convert_to_tensor(inputs["z"])
        result = answer(z, new_network())
        if result is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        if not isinstance(result, tuple | list) or len(result) != 3:
            raise Wrong("return three things: x, m and log s")
        seen = dict(zip(("x", "m", "log_s"), result, strict=True))
        arrays(seen)
        seen["compiled"] = inside_a_graph(
            lambda z: answer(z, new_network())[0],
            inputs["z"],
            shapes=[inputs["z"].shape],
            advice="use keras.ops, not NumPy",
        )
        return seen

    def judge(self, inputs, outputs):
        z, a, b = inputs["z"].astype("float64"), inputs["a"], inputs["b"]

        def network(x, call=0):
            total = np.cumsum(x, axis=1)
            return a * total + 0.1 + LATER * call, np.tanh(b * total) - 0.3 + LATER * call

        m, log_s = network(moved(z, 1))
        often = "the network is called more than once; all samples come from one pass"
        steps = np.arange(z.shape[1])
        expected = z * np.exp(log_s) + m
        for name in ("x", "m", "log_s"):
            expect_shape({"x": "x", "m": "m", "log_s": "log s"}[name], outputs[name], z.shape, "(batch, T)")

        def x_of(m, log_s):
            return z * np.exp(log_s) + m

        serial = np.zeros_like(z)
        for t in range(z.shape[1]):
            m_t, log_s_t = network(moved(serial, 1), call=t)
            serial[:, t] = z[:, t] * np.exp(log_s_t[:, t]) + m_t[:, t]
        hints = [
            (
                x_of(*network(z)),
                "m and s at t must not depend on z at t: the network is given the noise *before* t, moved by one",
            ),
            (
                x_of(*network(moved(z, -1))),
                "moved the wrong way: the network may know the noise before t, and yours shows it what comes after",
            ),
            (
                x_of(*network(np.roll(z, 1, axis=1))),
                "the last noise comes in at the beginning (np.roll does that); there it is 0",
            ),
            (
                serial,
                "this is autoregressive in x: one sample after the other; m and s are functions of the "
                "*noise* before t",
            ),
            ((z - m) * np.exp(-log_s), "this is the way back, from x to noise; x = z · s + m"),
            (z * log_s + m, "the network gives the *logarithm* of s: multiply by its exponential"),
            (z * np.exp(m) + log_s, "the outputs are exchanged: the first is m, the second log s"),
            (z * np.exp(-log_s) + m, "x = z · s + m: multiply by s, do not divide"),
            ((z + m) * np.exp(log_s), "m is added after the scaling: x = z · s + m"),
            (z * np.exp(log_s), "m is missing"),
            (
                moved(z, 1) * np.exp(log_s) + m,
                "only the network is given the noise moved by one; it is z at t that is scaled",
            ),
        ]
        after = moved(np.stack(network(z), axis=-1), 1)
        hints += [
            (
                x_of(after[..., 0], after[..., 1]),
                "the first x, too, is scaled and moved, by what the network makes of the 0 before it; move the noise, "
                "not the outputs",
            ),
            (
                x_of(*network(np.concatenate([z[:, :1], z[:, :-1]], axis=1))),
                "before the first noise there is 0, not the first noise once more",
            ),
            (x_of(*network(moved(z, 2))), "the network is given the noise moved by two; it should be by one"),
            (
                x_of(*network(np.concatenate([np.zeros_like(z[:1]), z[:-1]]))),
                "moved along the batch; time is the second axis",
            ),
            (z * np.log1p(np.exp(log_s)) + m, "s is the exponential of log s, not a softplus"),
            *((x_of(*network(moved(z, 1), call)), often) for call in (steps, steps[-1], 1)),
            (x_of(m, log_s + LATER), often),
            (x_of(m + LATER, log_s), often),
        ]
        expect_close("x", outputs["x"], expected, hints, atol=1e-4)
        expect_close("m", outputs["m"], m, [(log_s, "the second thing to return is m, the third log s")], atol=1e-4)
        expect_close("log s", outputs["log_s"], log_s, [(np.exp(log_s), "return the logarithm of s, not s")], atol=1e-4)
        expect_close("in a compiled model, x", outputs["compiled"], expected, atol=1e-4)
