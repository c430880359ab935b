"""Wrong answers to the exercises of lesson 3b, and right ones in another form."""

from mutants import changed

STEP = """
def lstm_step(x, h, c, W, U, b):
    i, f, o, g = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=-1)
    i, f, o, g = ops.sigmoid(i), ops.sigmoid(f), ops.sigmoid(o), ops.tanh(g)
    c = f * c + i * g
    return o * ops.tanh(c), c
"""
GRU = """
def gru_step(x, h, W, U, b):
    x_z, x_r, x_h = ops.split(ops.matmul(x, W) + b, 3, axis=-1)
    U_z, U_r, U_h = ops.split(U, 3, axis=-1)
    z = ops.sigmoid(x_z + ops.matmul(h, U_z))
    r = ops.sigmoid(x_r + ops.matmul(h, U_r))
    candidate = ops.tanh(x_h + ops.matmul(r * h, U_h))
    return z * h + (1 - z) * candidate
"""
PEEPHOLE = """
def peephole_step(x, h, c, W, U, b, p_i, p_f, p_o):
    i, f, o, g = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=-1)
    i, f = ops.sigmoid(i + p_i * c), ops.sigmoid(f + p_f * c)
    c = f * c + i * ops.tanh(g)
    o = ops.sigmoid(o + p_o * c)
    return o * ops.tanh(c), c
"""

MUTANTS = [
    (
        "3b.1",
        "Keras's order",
        "the blocks stand in the order i, f, o, g",
        changed(STEP, ("i, f, o, g = ops.split", "i, f, g, o = ops.split")),
    ),
    (
        "3b.1",
        "sigmoid on the candidate",
        "should go through the tanh",
        changed(STEP, ("ops.tanh(g)", "ops.sigmoid(g)")),
    ),
    (
        "3b.1",
        "tanh everywhere",
        "should go through the sigmoid",
        changed(STEP, ("ops.sigmoid", "ops.tanh")),
    ),
    (
        "3b.1",
        "no functions",
        "the sigmoid of the gates",
        changed(STEP, ("ops.sigmoid(i), ops.sigmoid(f), ops.sigmoid(o), ops.tanh(g)", "i, f, o, g")),
    ),
    ("3b.1", "no bias", "the bias b is missing", changed(STEP, (" + b", ""))),
    ("3b.1", "no state", "the state does not enter", changed(STEP, (" + ops.matmul(h, U)", ""))),
    ("3b.1", "no input", "the input does not enter", changed(STEP, ("ops.matmul(x, W) + ", ""))),
    (
        "3b.1",
        "every fourth column",
        "every fourth column",
        changed(
            STEP,
            ("i, f, o, g = ops.split(", "z = "),
            (" + b, 4, axis=-1)", " + b\n    i, f, o, g = z[:, 0::4], z[:, 1::4], z[:, 2::4], z[:, 3::4]"),
        ),
    ),
    ("3b.1", "no return", "`return`", changed(STEP, ("return ", ""))),
    (
        "3b.1",
        "returns c first",
        "first h, then c",
        changed(STEP, ("return o * ops.tanh(c), c", "return c, o * ops.tanh(c)")),
    ),
    ("3b.1", "no forget gate", "the forget gate is missing", changed(STEP, ("f * c + i * g", "c + i * g"))),
    ("3b.1", "no input gate", "the input gate is missing", changed(STEP, ("i * g", "g"))),
    ("3b.1", "i and f exchanged", "i and f are exchanged", changed(STEP, ("f * c + i * g", "i * c + f * g"))),
    ("3b.1", "coupled gates", "coupled gates", changed(STEP, ("i * g", "(1 - f) * g"))),
    ("3b.1", "forgets h", "it is the old *cell*", changed(STEP, ("f * c + i", "f * h + i"))),
    ("3b.1", "no tanh in h", "h shows tanh(c), not c", changed(STEP, ("o * ops.tanh(c)", "o * c"))),
    (
        "3b.1",
        "the old cell shown",
        "shows the old one",
        changed(STEP, ("c = f * c + i * g", "new = f * c + i * g"), ("ops.tanh(c), c", "ops.tanh(c), new")),
    ),
    (
        "3b.1",
        "no output gate",
        "the output gate is missing",
        changed(STEP, ("return o * ops.tanh(c)", "return ops.tanh(c)")),
    ),
    (
        "3b.1",
        "squashed cell",
        "the cell itself is not squashed",
        changed(STEP, ("c = f * c + i * g", "c = ops.tanh(f * c + i * g)")),
    ),
    ("3b.1", "only h", "return 2 things", changed(STEP, ("ops.tanh(c), c", "ops.tanh(c)"))),
    (
        "3b.1",
        "the old cell returned",
        "return the new one",
        changed(STEP, ("c = f * c + i * g", "new = f * c + i * g"), ("ops.tanh(c), c", "ops.tanh(new), c")),
    ),
    ("3b.1", "NumPy", "a model cannot use it", changed(STEP, ("ops.tanh", "np.tanh"))),
    ("3b.1", "keeps 1 - f", "f is what is *kept*", changed(STEP, ("f * c + i", "(1 - f) * c + i"))),
    (
        "3b.1",
        "another order",
        "in the order i, f, o, g",
        changed(STEP, ("i, f, o, g = ops.split", "g, i, f, o = ops.split")),
    ),
    ("3b.1", "o from the block of g", "from the block of g", changed(STEP, ("ops.sigmoid(o)", "ops.sigmoid(g)"))),
    ("3b.1", "shows the candidate", "yours shows the candidate", changed(STEP, ("o * ops.tanh(c)", "o * ops.tanh(g)"))),
    (
        "3b.1",
        "len",
        "not len()",
        """
def lstm_step(x, h, c, W, U, b):
    z, n = ops.matmul(x, W) + ops.matmul(h, U) + b, len(b) // 4
    i, f, o = (ops.sigmoid(z[:, k * n : (k + 1) * n]) for k in range(3))
    c = f * c + i * ops.tanh(z[:, 3 * n :])
    return o * ops.tanh(c), c
""",
    ),
    (
        "3b.2",
        "reset after the product",
        "reset_after=True",
        changed(GRU, ("ops.matmul(r * h, U_h)", "r * ops.matmul(h, U_h)")),
    ),
    (
        "3b.2",
        "z exchanged with 1 - z",
        "z and 1 - z are exchanged",
        changed(GRU, ("z * h + (1 - z) * candidate", "(1 - z) * h + z * candidate")),
    ),
    (
        "3b.2",
        "z and r exchanged",
        "z and r are exchanged",
        changed(GRU, ("x_z, x_r, x_h =", "x_r, x_z, x_h ="), ("U_z, U_r, U_h =", "U_r, U_z, U_h =")),
    ),
    ("3b.2", "no reset", "the reset gate is missing", changed(GRU, ("r * h, U_h", "h, U_h"))),
    ("3b.2", "no tanh", "the tanh of the candidate is missing", changed(GRU, ("ops.tanh(", "("))),
    ("3b.2", "no bias", "the bias b is missing", changed(GRU, (" + b", ""))),
    ("3b.2", "sigmoid for the candidate", "not the sigmoid", changed(GRU, ("ops.tanh", "ops.sigmoid"))),
    (
        "3b.2",
        "candidate only",
        "the candidate only",
        changed(GRU, ("return z * h + (1 - z) * candidate", "return candidate")),
    ),
    ("3b.2", "adds the whole candidate", "multiplied by 1 - z", changed(GRU, ("(1 - z) * candidate", "candidate"))),
    ("3b.2", "NumPy", "a model cannot use it", changed(GRU, ("ops.matmul", "np.dot"), ("ops.split", "np.split"))),
    (
        "3b.2",
        "candidate in the middle",
        "in the order z, r, candidate",
        changed(GRU, ("x_z, x_r, x_h =", "x_z, x_h, x_r ="), ("U_z, U_r, U_h =", "U_z, U_h, U_r =")),
    ),
    ("3b.2", "z twice", "multiplied by 1 - z", changed(GRU, ("(1 - z) * candidate", "z * candidate"))),
    ("3b.2", "nothing kept", "z * h is missing", changed(GRU, ("return z * h + ", "return "))),
    (
        "3b.2",
        "reset gate on the input too",
        "the input too",
        changed(GRU, ("x_h + ops.matmul(r * h, U_h)", "r * (x_h + ops.matmul(h, U_h))")),
    ),
    ("3b.2", "1 - r", "r and 1 - r are exchanged", changed(GRU, ("r * h, U_h", "(1 - r) * h, U_h"))),
    ("3b.2", "z in the candidate", "sees z * h here", changed(GRU, ("r * h, U_h", "z * h, U_h"))),
    (
        "3b.2",
        "gates see the input only",
        "does not enter the gates",
        changed(GRU, ("x_z + ops.matmul(h, U_z)", "x_z"), ("x_r + ops.matmul(h, U_r)", "x_r")),
    ),
    ("3b.2", "no input", "x W is missing", changed(GRU, ("ops.matmul(x, W)", "0 * ops.matmul(x, W)"))),
    ("3b.2", "no sigmoid", "the sigmoid of the gates is missing", changed(GRU, ("ops.sigmoid(", "("))),
    ("3b.2", "tanh gates", "through the sigmoid, not the tanh", changed(GRU, ("ops.sigmoid", "ops.tanh"))),
    (
        "3b.3",
        "an LSTM",
        "do not see the cell",
        changed(PEEPHOLE, (" + p_i * c", ""), (" + p_f * c", ""), (" + p_o * c", "")),
    ),
    (
        "3b.3",
        "o sees the old cell",
        "sees the old cell",
        changed(
            PEEPHOLE,
            ("i, f = ops", "o = ops.sigmoid(o + p_o * c)\n    i, f = ops"),
            ("    o = ops.sigmoid(o + p_o * c)\n    return", "    return"),
        ),
    ),
    (
        "3b.3",
        "p_i and p_f exchanged",
        "p_i and p_f are exchanged",
        changed(PEEPHOLE, ("i + p_i", "i + p_x"), ("f + p_f", "f + p_i"), ("p_x", "p_f")),
    ),
    (
        "3b.3",
        "outside the sigmoid",
        "stand outside the sigmoids",
        changed(
            PEEPHOLE,
            ("ops.sigmoid(i + p_i * c), ops.sigmoid(f + p_f * c)", "ops.sigmoid(i) * p_i, ops.sigmoid(f) * p_f"),
        ),
    ),
    (
        "3b.3",
        "the gates see h",
        "see h through the peepholes",
        changed(PEEPHOLE, ("p_i * c", "p_i * h"), ("p_f * c", "p_f * h")),
    ),
    ("3b.3", "no peephole for o", "p_o * c is missing", changed(PEEPHOLE, ("o + p_o * c", "o"))),
    (
        "3b.3",
        "the gates see tanh(c)",
        "see tanh(c) through the peepholes",
        changed(PEEPHOLE, ("p_i * c", "p_i * ops.tanh(c)"), ("p_f * c", "p_f * ops.tanh(c)")),
    ),
    ("3b.3", "no tanh in h", "h shows tanh(c), not c", changed(PEEPHOLE, ("o * ops.tanh(c)", "o * c"))),
    ("3b.3", "Keras's order", "in the order i, f, o, g", changed(PEEPHOLE, ("i, f, o, g = ops", "i, f, g, o = ops"))),
    (
        "3b.3",
        "added outside",
        "stand outside the sigmoids",
        changed(
            PEEPHOLE,
            (
                "ops.sigmoid(i + p_i * c), ops.sigmoid(f + p_f * c)",
                "ops.sigmoid(i) + p_i * c, ops.sigmoid(f) + p_f * c",
            ),
        ),
    ),
    (
        "3b.3",
        "o added outside",
        "stand outside the sigmoids",
        changed(PEEPHOLE, ("ops.sigmoid(o + p_o * c)", "ops.sigmoid(o) + p_o * c")),
    ),
    (
        "3b.3",
        "peepholes as biases",
        "added as they are",
        changed(PEEPHOLE, ("p_i * c", "p_i"), ("p_f * c", "p_f"), ("p_o * c", "p_o")),
    ),
    ("3b.3", "p_o as a bias", "p_o is added as it is", changed(PEEPHOLE, ("p_o * c", "p_o"))),
    ("3b.3", "o sees h", "the output gate sees h", changed(PEEPHOLE, ("p_o * c", "p_o * h"))),
    (
        "3b.3",
        "i sees the cell after f",
        "forgotten already",
        changed(
            PEEPHOLE,
            ("i, f = ops.sigmoid(i + p_i * c), ops.sigmoid(f + p_f * c)", "c = ops.sigmoid(f + p_f * c) * c"),
            ("c = f * c + i * ops.tanh(g)", "c = c + ops.sigmoid(i + p_i * c) * ops.tanh(g)"),
        ),
    ),
    ("3b.3", "no tanh in g", "the tanh of the candidate g", changed(PEEPHOLE, ("ops.tanh(g)", "g"))),
    (
        "3b.3",
        "i and f exchanged",
        "i and f are exchanged",
        changed(PEEPHOLE, ("f * c + i * ops.tanh(g)", "i * c + f * ops.tanh(g)")),
    ),
    ("3b.3", "no bias", "the bias b is missing", changed(PEEPHOLE, (" + b,", ","))),
]

RIGHT_BUT_UNUSUAL = [
    (
        "3b.1",
        """
def lstm_step(x, h, c, W, U, b):
    z = ops.matmul(ops.concatenate([x, h], axis=-1), ops.concatenate([W, U], axis=0)) + b
    n = U.shape[0]
    i, f, o = (keras.activations.sigmoid(z[:, k * n : (k + 1) * n]) for k in range(3))
    cell = i * ops.tanh(z[:, 3 * n :]) + f * c
    return ops.tanh(cell) * o, cell
""",
    ),
    (
        "3b.1",
        """
def lstm_step(x, h, c, W, U, b):
    i, f, o, g = tf.split(x @ W + h @ U + b, 4, axis=1)
    c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
    return tf.sigmoid(o) * tf.tanh(c), c
""",
    ),
    (
        "3b.1",
        """
def lstm_step(x, h, c, W, U, b):
    i, f, o, g = ops.split(ops.matmul(x, W) + ops.matmul(h, U) + b, 4, axis=1)
    c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
    return [ops.tanh(c) * ops.sigmoid(o), c]
""",
    ),
    (
        "3b.2",
        """
def gru_step(x, h, W, U, b):
    n = U.shape[0]
    z, r = ops.split(ops.sigmoid(ops.matmul(x, W[:, : 2 * n]) + ops.matmul(h, U[:, : 2 * n]) + b[: 2 * n]), 2, axis=-1)
    candidate = ops.tanh(ops.matmul(x, W[:, 2 * n :]) + ops.matmul(r * h, U[:, 2 * n :]) + b[2 * n :])
    return candidate + z * (h - candidate)
""",
    ),
    (
        "3b.3",
        """
def peephole_step(x, h, c, W, U, b, p_i, p_f, p_o):
    n = U.shape[0]
    zero = ops.zeros_like(c)
    z = ops.matmul(x, W) + ops.matmul(h, U) + b + ops.concatenate([p_i * c, p_f * c, zero, zero], axis=-1)
    c = ops.sigmoid(z[:, n : 2 * n]) * c + ops.sigmoid(z[:, :n]) * ops.tanh(z[:, 3 * n :])
    return ops.sigmoid(z[:, 2 * n : 3 * n] + c * p_o) * ops.tanh(c), c
""",
    ),
    (
        "3b.3",
        """
def peephole_step(x, h, c, W, U, b, p_i, p_f, p_o):
    none = ops.zeros_like(c)
    _, new = lstm_step(x, h, c, W, U, b + ops.concatenate([p_i * c, p_f * c, none, none], axis=-1))
    return lstm_step(x, h, c, W, U, b + ops.concatenate([p_i * c, p_f * c, p_o * new, none], axis=-1))
""",
    ),
]
