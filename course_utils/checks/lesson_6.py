"""Checks of lesson 6, pros and cons of recurrence."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape, kept


def slope_of(x, y):
    """The slope of the line of least squares, from its normal equations."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    return np.sum((x - x.mean()) * (y - y.mean())) / np.sum((x - x.mean()) ** 2)


class Power(Check):
    exercise = "6.1"
    name = "power"

    def inputs(self, rng):
        lengths = 2.0 ** np.arange(int(rng.integers(4, 7)), int(rng.integers(10, 13)))
        lengths[rng.integers(1, len(lengths) - 2)] *= 1.5  # not all of them powers of two
        exponent = rng.choice([-1, 1]) * rng.uniform(0.4, 0.6) + 1.5
        seconds = 1e-5 * rng.uniform(1, 9) * lengths**exponent * np.exp(rng.normal(scale=0.1, size=(5, len(lengths))))
        for column in range(len(lengths) - 2, len(lengths)):  # somebody else used the machine
            seconds[rng.integers(5), column] *= rng.uniform(8, 20)
        return {"lengths": lengths, "seconds": seconds}

    def probe(self, answer, inputs):
        return {"power": answer(inputs["lengths"], inputs["seconds"])}

    def judge(self, inputs, outputs):
        lengths, seconds, power = inputs["lengths"], inputs["seconds"], outputs["power"]
        if power.shape == (2,):
            raise Wrong("that is slope and intercept; the slope alone is wanted")
        expect_shape("the exponent", power, ())
        logs, middle = np.log(lengths), np.median(seconds, axis=0)

        expect_close(
            "the exponent",
            power,
            slope_of(logs, np.log(middle)),
            [
                (
                    slope_of(logs, np.log(seconds.mean(axis=0))),
                    "one slow run moves the mean; take the median of the runs",
                ),
                (
                    slope_of(logs, np.log(seconds).mean(axis=0)),
                    "one slow run moves the mean; take the median of the runs",
                ),
                (
                    slope_of(logs, np.log(seconds.min(axis=0))),
                    "this is the fastest run; the median of the runs is wanted",
                ),
                (slope_of(logs, np.log(seconds[0])), "this is the first run alone; take the median of the runs"),
                (slope_of(lengths, middle), "the logarithms are missing: a power of T is a line only in log–log"),
                (slope_of(lengths, np.log(middle)), "only the seconds are in logarithms; the lengths need it as well"),
                (slope_of(logs, middle), "only the lengths are in logarithms; the seconds need it as well"),
                (slope_of(np.log(middle), logs), "upside down: how many powers of 10 in *time* for one in length"),
                (slope_of(logs[[0, -1]], np.log(middle[[0, -1]])), "this joins first and last point; fit all of them"),
                (
                    np.log(middle).mean() - slope_of(logs, np.log(middle)) * logs.mean(),
                    "that is the intercept; the slope is wanted (np.polyfit gives it first)",
                ),
            ],
            atol=1e-6,
        )


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, kernel, recurrent, bias, h=None, c=None):
    """All states of Keras's LSTM (gates in the order i, f, g, o): (batch, T, units), and the last h and c."""
    units = len(recurrent)
    h = np.zeros((len(x), units)) if h is None else h
    c = np.zeros((len(x), units)) if c is None else c
    states = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        states.append(h)
    return np.stack(states, axis=1), h, c


class Called:
    """A layer that can only be called, like the compiled one of the lesson."""

    def __init__(self, layer):
        self.__dict__.update(layer=layer)

    def __call__(self, piece, initial_state=None):
        return self.layer(piece, initial_state=initial_state)

    def __getattr__(self, name):
        raise Wrong(f"only call `layer`: the lesson hands over a compiled one, which has no `{name}`")


def lengths_of_pieces(piece, initial_state=None):
    """In place of a recurrent layer: says at every step how many steps the piece has in which it came."""
    from keras import ops

    outputs = ops.ones_like(piece[..., :1]) * piece.shape[1]
    return outputs, ops.ones((piece.shape[0], 1))


class InChunks(Check):
    exercise = "6.2"
    name = "in_chunks"

    def inputs(self, rng):
        size, units, features = int(rng.integers(3, 6)), 4, int(rng.integers(2, 4))
        length = 2 * size + int(rng.integers(1, size))  # the last chunk is shorter
        return {
            "x": rng.normal(size=(2, length, features)).astype("float32"),
            "size": size,
            "kernel": rng.normal(size=(features, 4 * units)).astype("float32"),
            "recurrent": rng.normal(size=(units, 4 * units)).astype("float32"),
            "bias": rng.normal(size=4 * units).astype("float32"),
        }

    def probe(self, answer, inputs):
        import keras

        x = inputs["x"]
        layer = keras.layers.LSTM(4, return_sequences=True, return_state=True)
        layer.build((None, None, x.shape[-1]))
        layer.set_weights([inputs["kernel"], inputs["recurrent"], inputs["bias"]])
        outputs = answer(Called(layer), keras.ops.convert_to_tensor(x), inputs["size"])
        plain = keras.layers.SimpleRNN(4, return_sequences=True, return_state=True)
        plain.build((None, None, x.shape[-1]))
        plain.set_weights([inputs["kernel"][:, :4], inputs["recurrent"][:, :4], inputs["bias"][:4]])
        other = answer(Called(plain), keras.ops.convert_to_tensor(x), inputs["size"])
        lengths = answer(Called(lengths_of_pieces), keras.ops.convert_to_tensor(x), inputs["size"])
        return {"outputs": outputs, "lengths": lengths, "other": other}

    def judge(self, inputs, outputs):
        x, size, weights = inputs["x"], inputs["size"], [inputs[name] for name in ("kernel", "recurrent", "bias")]
        expected, yours = lstm(x, *weights)[0], outputs["outputs"]
        if yours.shape == (expected.shape[0], expected.shape[1] // size * size, expected.shape[2]):
            raise Wrong("the steps after the last whole chunk are missing; the last chunk may be shorter")
        if yours.ndim == 3 and len(yours) > len(expected):
            raise Wrong("the pieces are joined along the batch; join them along time, axis 1")
        if yours.shape == (expected.shape[0], expected.shape[2]):
            raise Wrong("that is one state; the outputs of all steps are wanted, (batch, T, units)")
        expect_shape("the outputs", yours, expected.shape, "(batch, T, units)")
        expect_shape("the outputs of another layer", outputs["lengths"], (*expected.shape[:2], 1))
        lengths = outputs["lengths"][0, :, 0].astype("float64")
        if not lengths.max() <= size:
            raise Wrong(f"the layer was given {lengths.max():g} steps at once; at most `size`, {size}, should be")
        calls, needed = np.sum(1 / lengths), -(-x.shape[1] // size)
        if not 0 < calls < needed + 0.5:
            raise Wrong(f"the layer was called {calls:.0f} times; {x.shape[1]} steps are {needed} pieces of {size}")
        first = lstm(x[:, :size], *weights)[1:]

        def pieces(carry):
            h = c = None
            found = []
            for begin in range(0, x.shape[1], size):
                states, h, c = lstm(x[:, begin : begin + size], *weights, *carry(h, c))
                found.append(states)
            return np.concatenate(found, axis=1)

        expect_close(
            "the output",
            yours,
            expected,
            [
                (
                    pieces(lambda h, c: (None, None)),
                    "each piece begins from nothing: hand the states of one piece to the next",
                ),
                (
                    pieces(lambda h, c: (c, h)),
                    "h and c are exchanged; hand the states on in the order in which they came",
                ),
                (pieces(lambda h, c: (h, h)), "the cell state is lost: an LSTM has two states, h and c; hand on both"),
                (
                    pieces(lambda h, c: (None, None) if h is None else first),
                    "every piece begins from the states of the first; hand on those of the piece before",
                ),
                (pieces(lambda h, c: (None, c)), "the hidden state is lost: hand on both, h and c"),
                (
                    pieces(lambda h, c: (h, None)),
                    "the cell state is lost: an LSTM has two states, h and c; hand on both",
                ),
            ],
        )
        h, states = np.zeros((len(x), 4)), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ weights[0][:, :4] + h @ weights[1][:, :4] + weights[2][:4])
            states.append(h)
        expect_close("with a SimpleRNN, which has one state, the output", outputs["other"], np.stack(states, axis=1))


class Shard(Check):
    exercise = "6.3"
    name = "shard"

    def inputs(self, rng):
        workers = int(rng.integers(3, 6))
        rows = workers * int(rng.integers(2, 5)) + 2  # two rows more than can be shared out evenly
        return {"batch": rng.normal(size=(rows, 7)), "workers": workers, "even": rng.normal(size=(2 * workers, 3))}

    def probe(self, answer, inputs):
        found = {}
        for name, batch, workers in (
            ("batch", inputs["batch"], inputs["workers"]),
            ("even", inputs["even"], inputs["workers"]),
            ("few", inputs["even"][:1], 2),
        ):
            batch = batch[:, :, None] if name == "even" else batch  # a batch of the lesson has three axes
            parts = answer(batch, workers)
            if not isinstance(parts, list | tuple) or len(parts) != workers:
                raise Wrong(f"a list of {workers} parts is wanted, one for each worker")
            parts = [np.asarray(part) for part in parts]
            if any(part.shape == (0,) for part in parts):
                raise Wrong(f"a worker without rows gets an array of no rows, {(0, *batch.shape[1:])}; yours gets (0,)")
            if any(part.ndim != batch.ndim or part.shape[1:] != batch.shape[1:] for part in parts):
                raise Wrong("each part keeps whole rows, (its rows, features): the batch is cut along its first axis")
            rows = np.concatenate(parts).reshape(-1, batch.shape[1])
            found |= {f"{name} rows": rows, f"{name} sizes": np.array([len(part) for part in parts])}
        return found

    def judge(self, inputs, outputs):
        expected = {"batch": inputs["batch"], "even": inputs["even"], "few": inputs["even"][:1]}
        for name, batch in expected.items():
            rows, sizes = outputs[f"{name} rows"], outputs[f"{name} sizes"]
            workers = 2 if name == "few" else inputs["workers"]
            expect_shape("the sizes of the parts", sizes, (workers,))
            if rows.ndim != 2 or rows.shape[1:] != batch.shape[1:]:
                raise Wrong("each part keeps whole rows, (its rows, features)")
            if len(rows) == workers * len(batch):
                raise Wrong("every worker got the whole batch; each row belongs to one worker")
            if len(rows) < len(batch):
                raise Wrong(f"{len(batch)} rows for {workers} workers: {len(batch) - len(rows)} got lost")
            if len(rows) > len(batch):
                raise Wrong(f"{len(batch)} rows became {len(rows)}: none may be repeated or added")
            if not np.allclose(rows[np.lexsort(rows.T)], batch[np.lexsort(batch.T)]):
                raise Wrong("every row of the batch should be in one part, unchanged")
            if not (sizes.sum() == len(rows) and sizes.max() - sizes.min() <= 1):
                shares = ", ".join(map(str, sizes))
                raise Wrong(
                    f"the parts have {shares} rows; one more or less is all that is fair: all wait for the longest"
                )


class GlobalGradient(Check):
    exercise = "6.4"
    name = "global_gradient"

    def inputs(self, rng):
        counts = rng.permutation([1, int(rng.integers(3, 6)), int(rng.integers(8, 12))])
        return {
            "counts": counts,
            "matrices": rng.normal(size=(3, 2, 4)).astype("float32"),
            "biases": rng.normal(size=(3, 4)).astype("float32"),
        }

    def probe(self, answer, inputs):
        per_worker = [[matrix, bias] for matrix, bias in zip(inputs["matrices"], inputs["biases"], strict=True)]
        counts = [int(count) for count in inputs["counts"]]
        nothing = [np.full((2, 4), np.nan, "float32"), np.full(4, np.nan, "float32")]
        idle = [nothing, *per_worker, nothing], [0, *counts, 0]
        found = {}
        for name, gradients, shares in (("", per_worker, counts), (" idle", *idle)):
            with kept("the gradients it is given", gradients):
                both = answer(gradients, shares)
            if both is None:
                raise Wrong("your answer returned None; is the `return` missing?")
            if not isinstance(both, list | tuple) or len(both) != 2:
                raise Wrong("a list of 2 arrays is wanted here, one for each of the variables, as each worker has them")
            found |= {"matrix" + name: both[0], "bias" + name: both[1]}
        return found

    def judge(self, inputs, outputs):
        counts = inputs["counts"].astype(float)

        def flat(weights):
            return np.concatenate(
                [sum(w * g for w, g in zip(weights, inputs[n], strict=True)).ravel() for n in ("matrices", "biases")]
            )

        for idle in ("", " idle"):
            expect_shape("the first gradient", outputs["matrix" + idle], (2, 4))
            expect_shape("the second gradient", outputs["bias" + idle], (4,))
        ones = np.ones(3)
        expected = flat(counts / counts.sum())
        expect_close(
            "the gradient",
            np.concatenate([outputs["matrix"].ravel(), outputs["bias"].ravel()]),
            expected,
            [
                (
                    flat(ones / 3),
                    "the mean of means: a row of a small share then counts more than one of a large share",
                ),
                (flat(ones), "these are summed, not averaged: each is the gradient of its worker's *mean* loss"),
                (flat(counts), "divide by the number of rows of the whole batch"),
                (flat(counts / counts.sum() / 3), "divided by the number of workers once too often"),
                (flat(counts / 3), "divide by the rows of the whole batch, not by the number of workers"),
                (flat((1 / counts) / (1 / counts).sum()), "upside down: the worker with more rows weighs more"),
                (flat(counts / counts.max()), "divide by the rows of the whole batch, not by the largest share"),
            ],
        )
        yours = np.concatenate([outputs["matrix idle"].ravel(), outputs["bias idle"].ravel()])
        if np.isnan(yours).any():
            raise Wrong("a worker without rows has a mean over nothing, nan, and 0 · nan is nan: leave it out")
        expect_close("with a worker that got no rows, the gradient", yours, expected)


def softmax(scores, axis=-1):
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


class CausalAttention(Check):
    exercise = "6.5"
    name = "causal_attention"

    def inputs(self, rng):
        steps, size = int(rng.integers(4, 8)), int(rng.integers(8, 12))
        values = int(rng.integers(2, 5))
        return {
            "queries": rng.normal(size=(2, steps, size)).astype("float32"),
            "keys": rng.normal(size=(2, steps, size)).astype("float32"),
            "values": rng.normal(size=(2, steps, values)).astype("float32"),
        }

    def probe(self, answer, inputs):
        from keras import ops

        result = answer(*(ops.convert_to_tensor(inputs[name]) for name in ("queries", "keys", "values")))
        if result is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        if not isinstance(result, list | tuple) or len(result) != 2:
            raise Wrong("two arrays are wanted: the output and the weights")
        return {"output": result[0], "weights": result[1]}

    def judge(self, inputs, outputs):
        q, k, v = (inputs[name].astype(float) for name in ("queries", "keys", "values"))
        steps, size = q.shape[1:]
        expect_shape("the weights", outputs["weights"], (2, steps, steps), "(batch, T, T)")
        expect_shape("the output", outputs["output"], v.shape, "(batch, T, values)")
        dots = np.einsum("btd,bsd->bts", q, k)
        past, strictly, future = np.tri(steps), np.tri(steps, k=-1), np.tri(steps).T

        def masked(scores, seen, axis=-1):
            return softmax(np.where(seen > 0, scores, -1e9), axis)

        scores, weights = dots / np.sqrt(size), outputs["weights"]
        expected = np.zeros_like(dots)
        for b, t in np.ndindex(2, steps):  # one query after another, over its past alone
            expected[b, t, : t + 1] = softmax(scores[b, t, : t + 1])
        expect_close(
            "the weight",
            weights,
            expected,
            [
                (masked(dots, past), "the scores are not scaled: divide by the square root of the queries' size"),
                (masked(dots / size, past), "scaled by the size; its square root is wanted"),
                (masked(dots / np.sqrt(steps), past), "scaled by the root of T; the size of the queries is wanted"),
                (
                    masked(dots / np.sqrt(v.shape[-1]), past),
                    "scaled by the size of the values; that of the queries is wanted",
                ),
                (softmax(scores), "there is no mask: step t sees later steps"),
                (masked(scores, future), "the mask is the wrong way round: step t sees the steps after it"),
                (masked(scores, np.tri(steps, k=1)), "the mask is one step too wide: step t sees step t + 1"),
                (masked(scores, strictly), "step t does not see itself: s ≤ t may be seen"),
                (softmax(scores) * past, "masked after the softmax: the weights of a step no longer sum to 1"),
                (
                    softmax(scores * past),
                    "a masked score is 0 here, which is a score like any other; it should be hugely negative",
                ),
                (
                    masked(scores, past, axis=1),
                    "the softmax runs over the queries; it runs over the keys, the last axis",
                ),
                (masked(np.swapaxes(scores, 1, 2), past), "queries and keys are exchanged"),
                (np.swapaxes(expected, 1, 2), "the weights are transposed: [b, t, s], from step t to step s"),
            ],
        )
        expect_close("the output", outputs["output"], np.einsum("bts,bsd->btd", expected, v))


KINDS = ("SimpleRNN", "LSTM", "Conv1D stack", "self-attention")


def depth_of(length, kernel):
    """The fewest layers of dilations 1, kernel, kernel², ... whose last output sees `length` steps."""
    depth, seen = 0, 1
    while seen < length:
        depth, seen = depth + 1, seen * kernel
    return depth


def costs_of(kind, length, units, kernel, depth=None):
    """(parameters, multiplications, steps one after another), counted weight by weight."""
    weights = {"SimpleRNN": 2, "LSTM": 8, "self-attention": 4}
    if kind == "Conv1D stack":
        depth = depth_of(length, kernel) if depth is None else depth
        matrices = depth * kernel
        return matrices * units**2 + depth * units, length * matrices * units**2, depth
    matrices, biases = weights[kind], weights[kind] // (1 if kind == "self-attention" else 2)
    pairs = 2 * length * length * units if kind == "self-attention" else 0
    steps = 1 if kind == "self-attention" else length
    return matrices * units**2 + biases * units, length * matrices * units**2 + pairs, steps


class Costs(Check):
    exercise = "6.6"
    name = "costs"

    def inputs(self, rng):
        kernels = [3, 2, int(rng.integers(2, 5)), 5, 3]
        lengths = [3 ** int(rng.integers(3, 6)), 2 ** int(rng.integers(4, 9)) + 1, int(rng.integers(20, 900)), 125, 243]
        return {"lengths": np.array(lengths), "units": rng.integers(5, 90, size=5), "kernels": np.array(kernels)}

    def cases(self, inputs):
        return [
            tuple(map(int, case)) for case in zip(inputs["lengths"], inputs["units"], inputs["kernels"], strict=True)
        ]

    def probe(self, answer, inputs):
        found = {}
        for kind in KINDS:
            rows = [
                answer(kind, T, units, *([] if kernel == 2 else [kernel])) for T, units, kernel in self.cases(inputs)
            ]
            if any(row is None for row in rows):
                raise Wrong(f"nothing came back for {kind}; is a `return` missing?")
            found[kind] = np.array(rows, float)
        return found

    def judge(self, inputs, outputs):
        cases = self.cases(inputs)
        for kind in KINDS:
            expect_shape(f"{kind}: the costs", outputs[kind], (len(cases), 3))
        for kind in KINDS:
            for row, (T, units, kernel) in zip(outputs[kind], cases, strict=True):
                self.judge_one(kind, T, units, kernel, row)

    def judge_one(self, kind, T, units, kernel, row):
        parameters, products, steps = costs_of(kind, T, units, kernel)
        square = units * units
        case = f"{kind}, T = {T}, {units} units" + (f", kernel {kernel}" if kind == "Conv1D stack" else "")
        if kind == "Conv1D stack" and row[2] != steps:
            if (T, kernel) == (125, 5) and row[2] == 4:
                raise Wrong(f"{case}: 5³ = 125, so 3 layers do; as a float, log(125) / log(5) is a little more than 3")
            if row[2] == steps + 1:
                rounded = f"; as a float, log({T}) / log({kernel}) may be a little more than {steps}"
                raise Wrong(
                    f"{case}: {steps} layers see kernel**{steps} = {kernel**steps} ≥ T steps; yours has one too many"
                    + (rounded if kernel**steps == T else "")
                )
            if row[2] == T:
                raise Wrong(f"{case}: all steps of one layer run at once; only the layers wait for each other")
            if kernel ** row[2] < T:
                raise Wrong(f"{case}: {row[2]:.0f} layers see only kernel**{row[2]:.0f} = {kernel ** row[2]:.0f} steps")
        if kind == "self-attention" and row[2] == T:
            raise Wrong(f"{case}: all positions look at all others at once, in one step")
        expect_close(
            f"{case}: the parameters",
            row[0],
            parameters,
            [
                (
                    (square + units) * {"SimpleRNN": 1, "LSTM": 4}.get(kind, np.nan),
                    f"{case}: two matrices, one for the input and one for the state",
                ),
                (steps, f"{case}: the parameters come first, then the multiplications, then the steps"),
                (
                    parameters / 4 if kind == "LSTM" else np.nan,
                    f"{case}: four times as many, i, f, o and g each have W_x, W_h and b",
                ),
                (
                    8 * square + 8 * units if kind == "LSTM" else np.nan,
                    f"{case}: one bias for each of i, f, o, g; yours has two",
                ),
                (
                    2 * square + 2 * units if kind == "SimpleRNN" else np.nan,
                    f"{case}: one bias for the sum of both products; yours has two",
                ),
                (
                    3 * (square + units) if kind == "self-attention" else np.nan,
                    f"{case}: the output is multiplied with a matrix as well: query, key, value *and* output",
                ),
                (
                    kernel * square + units if kind == "Conv1D stack" else np.nan,
                    f"{case}: these are the parameters of one layer; there are {steps}",
                ),
                (
                    parameters - {"LSTM": 4, "self-attention": 4, "SimpleRNN": 1}.get(kind, steps) * units,
                    f"{case}: without its biases",
                ),
            ],
            atol=0.1,
            rtol=0,
        )
        expect_close(
            f"{case}: the multiplications",
            row[1],
            products,
            [
                (
                    products / steps if kind == "Conv1D stack" else np.nan,
                    f"{case}: these are the multiplications of one layer; there are {steps}",
                ),
                (
                    2 * T * T * units if kind == "self-attention" else np.nan,
                    f"{case}: query, key, value and output are each a product with a matrix, T · units · units",
                ),
                (
                    4 * T * square + T * (T + 1) * units if kind == "self-attention" else np.nan,
                    f"{case}: all T · T pairs count, also those that the mask hides",
                ),
                (products / T, f"{case}: these are those of one step; there are T"),
                (T * parameters, f"{case}: a bias is added, not multiplied"),
                (
                    4 * T * square if kind == "self-attention" else np.nan,
                    f"{case}: scores and weighted sum are missing, each T · T · units",
                ),
                (
                    4 * T * square + T * T * units if kind == "self-attention" else np.nan,
                    f"{case}: T · T · units for the scores, and as many again for the weighted sum of the values",
                ),
                (
                    4 * T * square + 2 * T * T if kind == "self-attention" else np.nan,
                    f"{case}: each of the T · T scores is a product of `units` pairs",
                ),
            ],
            atol=0.1,
            rtol=0,
        )
        expect_close(f"{case}: the steps one after another", row[2], steps, atol=0.1, rtol=0)
