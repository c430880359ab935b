"""Checks of lesson 3b, LSTM and GRU."""

from itertools import permutations

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sizes(rng):
    """Batch, inputs and units, all different, so that no two axes can be taken for each other."""
    return int(rng.integers(2, 4)), int(rng.integers(4, 6)), int(rng.integers(6, 9))


def weights_of(rng, inputs, units, blocks):
    """W, U and b of a stacked cell, large enough that every part matters."""
    return {
        "W": rng.normal(size=(inputs, blocks * units)).astype("float32"),
        "U": (0.7 * rng.normal(size=(units, blocks * units))).astype("float32"),
        "b": rng.normal(size=blocks * units).astype("float32"),
    }


def split(z, blocks):
    """The blocks of (batch, blocks · units), by slices."""
    n = z.shape[1] // blocks
    return [z[:, k * n : (k + 1) * n] for k in range(blocks)]


def other_orders(blocks, result):
    """What an answer gives that takes the blocks in another order, each with its hint."""
    right = tuple(range(len(blocks)))
    order = {3: "z, r, candidate", 4: "i, f, o, g"}[len(blocks)]
    return [
        (result(*(blocks[k] for k in wrong)), f"the blocks stand in the order {order}")
        for wrong in permutations(right)
        if wrong != right
    ]


def in_double(inputs):
    return {name: value.astype("float64") for name, value in inputs.items()}


def several(answer, arguments, names):
    """What an answer returns for the arguments, as {name: array}. Raises Wrong where it is not len(names) things."""
    result = answer(*arguments)
    if result is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    if len(names) == 1:
        if isinstance(result, tuple | list) and len(result) == 1:
            result = result[0]
        return {names[0]: result}
    if not isinstance(result, tuple | list) or len(result) != len(names):
        got = f"{len(result)} things" if isinstance(result, tuple | list) else "one thing"
        raise Wrong(f"return {len(names)} things, {', '.join(names)}; yours returns {got}")
    return dict(zip(names, result, strict=True))


def inside_a_model(answer, inputs, names):
    """The answer's first result as `layers.RNN` gets it: compiled, for a batch of unknown size, and its gradient.

    Returns {"in_model": ..., "gradient": the gradient of its sum by W}.
    """
    import tensorflow as tf

    arrays = list(inputs.values())
    signature = [
        tf.TensorSpec((None, *a.shape[1:]) if n in ("x", "h", "c") else a.shape, "float32") for n, a in inputs.items()
    ]
    W = list(inputs).index("W")

    @tf.function(autograph=False, input_signature=signature)
    def compiled(*arguments):
        first = next(iter(several(answer, arguments, names).values()))
        return first, tf.gradients(tf.reduce_sum(first), arguments[W], unconnected_gradients="zero")[0]

    try:
        first, gradient = compiled.get_concrete_function()(*map(tf.constant, arrays))
    except Exception as error:
        reason = " ".join(str(error).split())[-160:]
        raise Wrong(
            "right kind of thing for arrays, but a model cannot use it: there the batch has no fixed size and no "
            "values yet, so use keras.ops throughout, not NumPy, and .shape, not len() "
            f"({type(error).__name__}: {reason})"
        ) from error
    return {"in_model": first, "gradient": gradient}


def expect_in_model(outputs, name, expected, gradient):
    """What the model computes equals what the arrays gave, and learns."""
    expect_shape("inside a model, " + name, outputs["in_model"], expected.shape, "(batch, units)")
    expect_close("inside a model, " + name, outputs["in_model"], expected, atol=1e-4)
    expect_shape("the gradient by W", outputs["gradient"], gradient.shape)
    expect_close("the gradient of the sum by W", outputs["gradient"], gradient, atol=2e-3, rtol=1e-2)


def numerical_gradient(function, W, step=1e-5):
    """The gradient of a scalar function by a matrix, by central differences in float64."""
    gradient = np.zeros_like(W)
    for place in np.ndindex(W.shape):
        there, here = W.copy(), W.copy()
        there[place] += step
        here[place] -= step
        gradient[place] = (function(there) - function(here)) / (2 * step)
    return gradient


def gates(x, h, W, U, b):
    """i, f, o, g of an LSTM, one output at a time."""
    z = np.array([[x[e] @ W[:, k] + h[e] @ U[:, k] + b[k] for k in range(len(b))] for e in range(len(x))])
    i, f, o, g = split(z, 4)
    return sigmoid(i), sigmoid(f), sigmoid(o), np.tanh(g)


class LstmStep(Check):
    exercise = "3b.1"
    name = "lstm_step"

    def inputs(self, rng):
        batch, inputs, units = sizes(rng)
        given = {name: rng.normal(size=(batch, size)) for name, size in (("x", inputs), ("h", units), ("c", units))}
        given["c"] *= 2
        return {name: value.astype("float32") for name, value in given.items()} | weights_of(rng, inputs, units, 4)

    def probe(self, answer, inputs):
        names = ("h", "c")
        return several(answer, inputs.values(), names) | inside_a_model(answer, inputs, names)

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, c, W, U, b = given.values()

        def step(W):
            i, f, o, g = gates(x, h, W, U, b)
            cell = f * c + i * g
            return o * np.tanh(cell), cell

        i, f, o, g = gates(x, h, W, U, b)
        h_new, c_new = step(W)
        z = split(x @ W + h @ U + b, 4)

        def cell_of(*given):
            i, f, _, g = gates(*given)
            return f * c + i * g

        every_fourth = [(x @ W + h @ U + b)[:, k::4] for k in range(4)]
        expect_shape("the cell c", outputs["c"], c.shape, "(batch, units)")
        expect_shape("the state h", outputs["h"], h.shape, "(batch, units)")
        expect_close(
            "the cell c",
            outputs["c"],
            c_new,
            [
                (h_new, "h and c are returned in the wrong order: first h, then c"),
                (c, "the cell is returned as it was; return the new one"),
                (c + i * g, "the forget gate is missing: the old cell is multiplied by f"),
                (f * c + g, "the input gate is missing: the candidate is multiplied by i"),
                ((1 - f) * c + i * g, "f is what is *kept*: the old cell is multiplied by f, not by 1 - f"),
                (f * h + i * g, "the forget gate multiplies h here; it is the old *cell* that is kept"),
                (i * c + f * g, "i and f are exchanged: f multiplies the old cell, i the candidate"),
                (f * c + (1 - f) * g, "here the input gate is 1 - f (coupled gates); the LSTM has a gate i of its own"),
                (np.tanh(f * c + i * g), "the tanh belongs to h only; the cell itself is not squashed"),
                (f * c + i * np.tanh(g), "g goes through the tanh once, not twice"),
                (
                    f * c + i * np.tanh(z[2]),
                    "g is computed from the block of o: the blocks stand in the order i, f, o, g (Keras's own order, "
                    "i, f, g, o, comes in section 2)",
                ),
                (f * c + i * sigmoid(z[3]), "the candidate g should go through the tanh, not the sigmoid"),
                (f * c + i * z[3], "the tanh of the candidate g is missing"),
                (np.tanh(z[1]) * c + np.tanh(z[0]) * g, "the gates should go through the sigmoid, not the tanh"),
                (z[1] * c + z[0] * g, "the sigmoid of the gates is missing"),
                (z[1] * c + z[0] * z[3], "the sigmoid of the gates and the tanh of the candidate are missing"),
                (cell_of(x, h, W, U, 0 * b), "the bias b is missing"),
                (cell_of(x, h, W, 0 * U, b), "the state does not enter: h U is missing"),
                (cell_of(x, h, 0 * W, U, b), "the input does not enter: x W is missing"),
                (
                    sigmoid(every_fourth[1]) * c + sigmoid(every_fourth[0]) * np.tanh(every_fourth[3]),
                    "each gate takes every fourth column; its columns stand side by side, the first `units` for i",
                ),
                *other_orders(z, lambda i, f, o, g: sigmoid(f) * c + sigmoid(i) * np.tanh(g)),
            ],
        )
        expect_close(
            "the state h",
            outputs["h"],
            h_new,
            [
                (o * c_new, "h shows tanh(c), not c"),
                (o * np.tanh(c), "h shows the *new* cell, yours shows the old one"),
                (np.tanh(c_new), "the output gate is missing: h = o * tanh(c)"),
                (np.tanh(o * c_new), "the output gate stands outside the tanh: h = o * tanh(c)"),
                (o * sigmoid(c_new), "h shows tanh(c), yours takes the sigmoid"),
                (z[2] * np.tanh(c_new), "the sigmoid of the output gate is missing"),
                (np.tanh(z[2]) * np.tanh(c_new), "the output gate should go through the sigmoid, not the tanh"),
                (
                    sigmoid(z[3]) * np.tanh(c_new),
                    "the output gate is computed from the block of g; its own is the third",
                ),
                (o * np.tanh(g), "h shows the cell, tanh(c); yours shows the candidate g"),
            ],
        )
        expect_in_model(outputs, "h", h_new, numerical_gradient(lambda W: step(W)[0].sum(), W))


def gru(x, h, W, U, b, reset="before", keep="z", order=(0, 1, 2), squash=np.tanh, with_reset=True):
    """A GRU step, with the mistakes that one can make in it."""
    (x_z, x_r, x_n), (U_z, U_r, U_n) = ([split(a, 3)[k] for k in order] for a in (x @ W + b, U))
    z, r = sigmoid(x_z + h @ U_z), sigmoid(x_r + h @ U_r)
    if not with_reset:
        r = np.ones_like(r)
    inner = (r * h) @ U_n if reset == "before" else r * (h @ U_n)
    candidate = squash(x_n + inner)
    return z * h + (1 - z) * candidate if keep == "z" else (1 - z) * h + z * candidate


class GruStep(Check):
    exercise = "3b.2"
    name = "gru_step"

    def inputs(self, rng):
        batch, inputs, units = sizes(rng)
        x, h = rng.normal(size=(batch, inputs)), rng.normal(size=(batch, units))
        return {"x": x.astype("float32"), "h": h.astype("float32"), **weights_of(rng, inputs, units, 3)}

    def probe(self, answer, inputs):
        return several(answer, inputs.values(), ("h_new",)) | inside_a_model(answer, inputs, ("h_new",))

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, W, U, b = given.values()
        expected = gru(**given)
        state = outputs["h_new"]
        expect_shape("the state h", state, h.shape, "(batch, units)")
        z, r = (sigmoid(split(x @ W + h @ U + b, 3)[k]) for k in (0, 1))
        x_n, U_n = split(x @ W + b, 3)[2], split(U, 3)[2]
        other = [order for order in permutations(range(3)) if order not in ((0, 1, 2), (1, 0, 2))]
        a_z, a_r, _ = split(x @ W + h @ U + b, 3)
        candidate = np.tanh(x_n + (r * h) @ U_n)
        blind_z, blind_r, _ = map(sigmoid, split(x @ W + b, 3))
        blind = blind_z * h + (1 - blind_z) * np.tanh(x_n + (blind_r * h) @ U_n)
        expect_close(
            "the state h",
            state,
            expected,
            [
                (
                    gru(**given, reset="after"),
                    "the reset gate comes after the product with U here; the exercise wants "
                    "(r * h) U, the gate first (Keras calls yours reset_after=True)",
                ),
                (
                    gru(**given, keep="1-z"),
                    "z and 1 - z are exchanged: here z says how much of the *old* state is kept",
                ),
                (gru(**given, order=(1, 0, 2)), "z and r are exchanged: the blocks stand in the order z, r, candidate"),
                *((gru(**given, order=wrong), "the blocks stand in the order z, r, candidate") for wrong in other),
                (gru(**given, with_reset=False), "the reset gate is missing: the candidate sees r * h, not h"),
                (gru(**given, squash=lambda a: a), "the tanh of the candidate is missing"),
                (gru(**given, squash=sigmoid), "the candidate goes through tanh, not the sigmoid"),
                (gru(x, h, W, U, 0 * b), "the bias b is missing"),
                (z * h + (1 - z) * np.tanh(x_n), "the old state does not enter the candidate: (r * h) U is missing"),
                (z * h + candidate, "the candidate should be multiplied by 1 - z"),
                (z * h + z * candidate, "the candidate should be multiplied by 1 - z"),
                ((1 - z) * h + (1 - z) * candidate, "the old state should be multiplied by z"),
                (candidate, "this is the candidate only; mix it with the old state by z"),
                ((1 - z) * candidate, "the old state is not kept: z * h is missing"),
                (
                    z * h + (1 - z) * np.tanh(r * (x_n + h @ U_n)),
                    "the reset gate multiplies the whole candidate, the input too; only h is multiplied by r",
                ),
                (
                    z * h + (1 - z) * np.tanh(x_n + ((1 - r) * h) @ U_n),
                    "r and 1 - r are exchanged: a closed reset gate, r = 0, hides the state from the candidate",
                ),
                (
                    z * h + (1 - z) * np.tanh(x_n + (z * h) @ U_n),
                    "the candidate sees z * h here; it is the reset gate r that it looks through",
                ),
                (blind, "the old state does not enter the gates: h U is missing in z and in r"),
                (gru(x, h, 0 * W, U, b), "the input does not enter: x W is missing"),
                (a_z * h + (1 - a_z) * np.tanh(x_n + (a_r * h) @ U_n), "the sigmoid of the gates is missing"),
                (
                    np.tanh(a_z) * h + (1 - np.tanh(a_z)) * np.tanh(x_n + (np.tanh(a_r) * h) @ U_n),
                    "the gates should go through the sigmoid, not the tanh",
                ),
            ],
        )
        expect_in_model(outputs, "h", expected, numerical_gradient(lambda W: gru(x, h, W, U, b).sum(), W))


def peephole(x, h, c, W, U, b, p_i, p_f, p_o, old=False):
    """A peephole step; old: the output gate sees the old cell."""
    i, f, o, g = split(x @ W + h @ U + b, 4)
    cell = sigmoid(f + p_f * c) * c + sigmoid(i + p_i * c) * np.tanh(g)
    return sigmoid(o + p_o * (c if old else cell)) * np.tanh(cell), cell


class PeepholeStep(Check):
    exercise = "3b.3"
    name = "peephole_step"

    def inputs(self, rng):
        batch, inputs, units = sizes(rng)
        given = {name: rng.normal(size=(batch, size)) for name, size in (("x", inputs), ("h", units), ("c", units))}
        given["c"] *= 1.5
        given = {name: value.astype("float32") for name, value in given.items()} | weights_of(rng, inputs, units, 4)
        return given | {name: (1.5 * rng.normal(size=units)).astype("float32") for name in ("p_i", "p_f", "p_o")}

    def probe(self, answer, inputs):
        names = ("h", "c")
        return several(answer, inputs.values(), names) | inside_a_model(answer, inputs, names)

    def judge(self, inputs, outputs):
        given = in_double(inputs)
        x, h, c, W, U, b, p_i, p_f, p_o = given.values()
        h_new, c_new = peephole(**given)
        none = 0 * p_i
        i, f, o, g = split(x @ W + h @ U + b, 4)
        after = sigmoid(f) * c * p_f + sigmoid(i) * p_i * np.tanh(g)
        hidden = sigmoid(f + p_f * h) * c + sigmoid(i + p_i * h) * np.tanh(g)
        squashed = sigmoid(f + p_f * np.tanh(c)) * c + sigmoid(i + p_i * np.tanh(c)) * np.tanh(g)
        kept = sigmoid(f + p_f * c) * c
        plus = (sigmoid(f) + p_f * c) * c + (sigmoid(i) + p_i * c) * np.tanh(g)
        fixed = sigmoid(f + p_f) * c + sigmoid(i + p_i) * np.tanh(g)
        outside = "the peepholes stand outside the sigmoids; they are added inside, before the gate is squashed"
        expect_shape("the cell c", outputs["c"], c.shape, "(batch, units)")
        expect_shape("the state h", outputs["h"], h.shape, "(batch, units)")
        expect_close(
            "the cell c",
            outputs["c"],
            c_new,
            [
                (h_new, "h and c are returned in the wrong order: first h, then c"),
                (
                    peephole(x, h, c, W, U, b, none, none, p_o)[1],
                    "input and forget gate do not see the cell: add p_i * c and p_f * c inside their sigmoids",
                ),
                (peephole(x, h, c, W, U, b, p_f, p_i, p_o)[1], "p_i and p_f are exchanged"),
                (
                    peephole(x, h, c, W, U, b, p_i, none, p_o)[1],
                    "the forget gate does not see the cell: p_f * c is missing",
                ),
                (
                    peephole(x, h, c, W, U, b, none, p_f, p_o)[1],
                    "the input gate does not see the cell: p_i * c is missing",
                ),
                (after, outside),
                (plus, outside),
                (
                    fixed,
                    "the peepholes are added as they are; each is multiplied by the cell first: p_i * c and p_f * c",
                ),
                (
                    kept + sigmoid(i + p_i * kept) * np.tanh(g),
                    "the input gate sees a cell that has been forgotten already; it should see the old cell, as f does",
                ),
                (kept + sigmoid(i + p_i * c) * g, "the tanh of the candidate g is missing"),
                (
                    sigmoid(i + p_i * c) * c + sigmoid(f + p_f * c) * np.tanh(g),
                    "i and f are exchanged: f multiplies the old cell, i the candidate",
                ),
                (peephole(x, h, c, W, U, 0 * b, p_i, p_f, p_o)[1], "the bias b is missing"),
                (hidden, "the gates see h through the peepholes here; it is the cell c that they should see"),
                (squashed, "the gates see tanh(c) through the peepholes here; they should see c itself"),
                *other_orders(
                    (i, f, o, g),
                    lambda i, f, o, g: sigmoid(f + p_f * c) * c + sigmoid(i + p_i * c) * np.tanh(g),
                ),
            ],
        )
        expect_close(
            "the state h",
            outputs["h"],
            h_new,
            [
                (
                    peephole(**given, old=True)[0],
                    "the output gate sees the old cell; it is computed after the cell and sees the new one",
                ),
                (
                    peephole(x, h, c, W, U, b, p_i, p_f, none)[0],
                    "the output gate does not see the cell: p_o * c is missing",
                ),
                (
                    sigmoid(o + p_o * np.tanh(c_new)) * np.tanh(c_new),
                    "the output gate sees tanh(c); it should see c itself",
                ),
                (sigmoid(o + p_o * c_new) * c_new, "h shows tanh(c), not c"),
                (sigmoid(o + p_o * h) * np.tanh(c_new), "the output gate sees h here; it should see the new cell"),
                (sigmoid(o + p_o) * np.tanh(c_new), "p_o is added as it is; it is multiplied by the new cell first"),
                ((sigmoid(o) + p_o * c_new) * np.tanh(c_new), outside),
            ],
        )

        def shown(W):
            return peephole(x, h, c, W, U, b, p_i, p_f, p_o)[0].sum()

        expect_in_model(outputs, "h", h_new, numerical_gradient(shown, W))
