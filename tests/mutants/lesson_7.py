"""Wrong answers to the exercises of lesson 7, and right ones in another form."""

from mutants import changed

ENCODE = """
def encode(waveform, mu=255):
    companded = np.sign(waveform) * np.log1p(mu * abs(waveform)) / np.log1p(mu)
    return np.floor((companded + 1) / 2 * mu + 0.5).astype("int32")
"""
INPUTS = """
def inputs_of(codes, mu=255, silence=128):
    before = np.pad(codes[:, :-1], ((0, 0), (1, 0)), constant_values=silence)
    return (2 * before / mu - 1).astype("float32")
"""
CONV = """
def causal_conv(h, w_past, w_now, dilation):
    past = ops.pad(h, [[0, 0], [dilation, 0], [0, 0]])[:, :-dilation]
    return ops.matmul(h, w_now) + ops.matmul(past, w_past)
"""
FIELD = """
def receptive_field(dilations, kernel=2):
    return 1 + (kernel - 1) * sum(dilations)
"""
GATED = """
def gated_unit(z, condition, hop):
    z = z + ops.repeat(condition, hop, axis=1)
    filtered, gate = ops.split(z, 2, axis=-1)
    return ops.tanh(filtered) * ops.sigmoid(gate)
"""
ROWS = """
def queue_rows(t, dilations):
    begins = ops.cumsum(dilations) - dilations
    return begins + t % dilations
"""
FLOW = """
def flow(z, network):
    before = ops.pad(z, [[0, 0], [1, 0]])[:, :-1]
    outputs = network(before)
    m, log_s = outputs[..., 0], outputs[..., 1]
    return z * ops.exp(log_s) + m, m, log_s
"""

MUTANTS = [
    (
        "7.1",
        "μ of 256",
        "and not 256",
        changed(ENCODE, ("np.log1p(mu * ", "np.log1p((mu + 1) * "), ("np.log1p(mu)", "np.log1p(mu + 1)")),
    ),
    ("7.1", "ln μ below", "and not 256", changed(ENCODE, ("/ np.log1p(mu)", "/ np.log(mu)"))),
    ("7.1", "no sign", "the sign is lost", changed(ENCODE, ("np.sign(waveform) * ", ""))),
    ("7.1", "always down", "nearest", changed(ENCODE, (" + 0.5", ""))),
    (
        "7.1",
        "even levels",
        "evenly spaced",
        "def encode(waveform, mu=255):\n    return np.round((waveform + 1) / 2 * mu).astype(int)",
    ),
    (
        "7.1",
        "256 levels scaled",
        "not by mu + 1",
        changed(ENCODE, ("np.floor((companded + 1) / 2 * mu + 0.5)", "np.minimum((companded + 1) / 2 * (mu + 1), mu)")),
    ),
    (
        "7.1",
        "μ fixed",
        "use the argument mu",
        changed(ENCODE, ("np.log1p(mu * abs(waveform)) / np.log1p(mu)", "np.log1p(255 * abs(waveform)) / np.log(256)")),
    ),
    ("7.1", "no return", "`return`", changed(ENCODE, ("return ", ""))),
    (
        "7.1",
        "floats",
        '.astype("int32")',
        changed(
            ENCODE, ('np.floor((companded + 1) / 2 * mu + 0.5).astype("int32")', "np.round((companded + 1) / 2 * mu)")
        ),
    ),
    ("7.1", "uint8", "overflow", changed(ENCODE, ("int32", "uint8"))),
    ("7.1", "a list", "return a NumPy array", changed(ENCODE, ('.astype("int32")', '.astype("int32").tolist()'))),
    (
        "7.1",
        "divided by the peak",
        "do not divide by the largest",
        changed(ENCODE, ("    companded", "    waveform = waveform / abs(waveform).max()\n    companded")),
    ),
    (
        "7.1",
        "spread from the least to the largest",
        "do not divide by the largest",
        """
def encode(waveform, mu=255):
    y = np.sign(waveform) * np.log1p(mu * abs(waveform))
    return np.round((y - y.min()) / (y.max() - y.min()) * mu).astype("int32")
""",
    ),
    ("7.1", "numbered from 1", "yours begin with 1", changed(ENCODE, ("mu + 0.5", "mu + 1.5"))),
    (
        "7.1",
        "two axes only",
        "may have any shape",
        """
def encode(waveform, mu=255):
    rows = [[np.sign(x) * np.log1p(mu * abs(x)) / np.log1p(mu) for x in row] for row in waveform]
    return np.round((np.array(rows) + 1) / 2 * mu).astype("int32")
""",
    ),
    (
        "7.2",
        "not moved",
        "told what it is to predict",
        changed(INPUTS, ("np.pad(codes[:, :-1], ((0, 0), (1, 0)), constant_values=silence)", "codes")),
    ),
    (
        "7.2",
        "moved the other way",
        "after it",
        changed(INPUTS, ("codes[:, :-1], ((0, 0), (1, 0))", "codes[:, 1:], ((0, 0), (0, 1))")),
    ),
    (
        "7.2",
        "rolled",
        "np.roll does that",
        "def inputs_of(codes, mu=255, silence=128):\n    return 2 * np.roll(codes, 1, axis=1) / mu - 1",
    ),
    (
        "7.2",
        "begins with code 0",
        "the loudest negative sample",
        changed(INPUTS, ("constant_values=silence", "constant_values=0")),
    ),
    (
        "7.2",
        "begins with 0.0",
        "not exactly 0",
        "def inputs_of(codes, mu=255, silence=128):\n    return np.pad(2 * codes[:, :-1] / mu - 1, ((0, 0), (1, 0)))",
    ),
    ("7.2", "codes", "these are codes", changed(INPUTS, ("(2 * before / mu - 1)", "before"))),
    ("7.2", "0 to 1", "from 0 to 1", changed(INPUTS, ("(2 * before / mu - 1)", "(before / mu)"))),
    (
        "7.2",
        "the batch moved",
        "time is the second axis",
        changed(INPUTS, ("codes[:, :-1], ((0, 0), (1, 0))", "codes[:-1], ((1, 0), (0, 0))")),
    ),
    ("7.2", "half the levels for silence", "silence is not used", changed(INPUTS, ("=silence", "=(mu + 1) // 2"))),
    (
        "7.2",
        "silence fixed",
        "silence is not used",
        changed(INPUTS, ("constant_values=silence", "constant_values=128")),
    ),
    ("7.2", "μ fixed", "mu is not used", changed(INPUTS, ("/ mu", "/ 255"))),
    ("7.2", "a list", "not a list", changed(INPUTS, ('.astype("float32")', ".tolist()"))),
    (
        "7.2",
        "the first code twice",
        "the first code itself",
        changed(INPUTS, ("constant_values=silence", 'mode="edge"')),
    ),
    ("7.2", "one too many", "one input too many", changed(INPUTS, ("codes[:, :-1]", "codes"))),
    (
        "7.2",
        "rows in one",
        "move every row by itself",
        changed(
            INPUTS,
            (
                "np.pad(codes[:, :-1], ((0, 0), (1, 0)), constant_values=silence)",
                "np.r_[silence, codes.ravel()[:-1]].reshape(codes.shape)",
            ),
        ),
    ),
    (
        "7.2",
        "the code of silence before values",
        "as it is; its value is wanted",
        "def inputs_of(codes, mu=255, silence=128):\n"
        "    return np.pad(2 * codes / mu - 1, ((0, 0), (1, 0)), constant_values=silence)[:, :-1]",
    ),
    (
        "7.3",
        "cut before padding",
        "pad first, then cut",
        changed(
            CONV,
            (
                "ops.pad(h, [[0, 0], [dilation, 0], [0, 0]])[:, :-dilation]",
                "ops.pad(h[:, :-dilation], [[0, 0], [dilation, 0], [0, 0]])",
            ),
        ),
    ),
    (
        "7.3",
        "rolled and masked, the dilation below T",
        "pad first, then cut",
        """
def causal_conv(h, w_past, w_now, dilation):
    T = ops.shape(h)[1]
    inside = ops.cast(ops.arange(T) >= dilation % T, h.dtype)[:, None]
    return ops.matmul(h, w_now) + ops.matmul(ops.roll(h, dilation, axis=1) * inside, w_past)
""",
    ),
    (
        "7.3",
        "twice the gap",
        "twice too wide",
        changed(CONV, ("[dilation, 0]", "[2 * dilation, 0]"), (":-dilation", ": -2 * dilation")),
    ),
    (
        "7.3",
        "all that lies in the gap",
        "what lies in the gap",
        """
def causal_conv(h, w_past, w_now, dilation):
    past = sum(ops.pad(h, [[0, 0], [by, 0], [0, 0]])[:, :-by] for by in range(1, dilation + 1))
    return ops.matmul(h, w_now) + ops.matmul(past, w_past)
""",
    ),
    (
        "7.3",
        "the batch moved",
        "time is the second axis",
        changed(CONV, ("[[0, 0], [dilation, 0], [0, 0]])[:, :", "[[dilation, 0], [0, 0], [0, 0]])[:")),
    ),
    (
        "7.3",
        "padded on the right",
        "looks into the future",
        changed(CONV, ("[dilation, 0], [0, 0]])[:, :-dilation]", "[0, dilation], [0, 0]])[:, dilation:]")),
    ),
    (
        "7.3",
        "padded on both sides",
        "see the future",
        """
def causal_conv(h, w_past, w_now, dilation):
    T, left = ops.shape(h)[1], dilation // 2
    both = ops.pad(h, [[0, 0], [left, dilation - left], [0, 0]])
    return ops.matmul(both[:, :T], w_past) + ops.matmul(both[:, dilation : dilation + T], w_now)
""",
    ),
    (
        "7.3",
        "a gap too small",
        "one too small",
        changed(CONV, ("[dilation, 0]", "[dilation - 1, 0]"), ("[:, :-dilation]", "[:, : ops.shape(h)[1]]")),
    ),
    (
        "7.3",
        "a gap too wide",
        "one too wide",
        changed(CONV, ("[dilation, 0]", "[dilation + 1, 0]"), ("[:, :-dilation]", "[:, : ops.shape(h)[1]]")),
    ),
    (
        "7.3",
        "no dilation",
        "the dilation is not used",
        changed(CONV, ("[dilation, 0]", "[1, 0]"), ("[:, :-dilation]", "[:, :-1]")),
    ),
    (
        "7.3",
        "rolled",
        "np.roll does that",
        changed(CONV, ("ops.pad(h, [[0, 0], [dilation, 0], [0, 0]])[:, :-dilation]", "ops.roll(h, dilation, axis=1)")),
    ),
    (
        "7.3",
        "weights exchanged",
        "are exchanged",
        changed(CONV, ("(h, w_now)", "(h, w_past)"), ("(past, w_past)", "(past, w_now)")),
    ),
    (
        "7.3",
        "NumPy",
        "inside a compiled model",
        """
def causal_conv(h, w_past, w_now, dilation):
    h, w_past, w_now = np.array(h), np.array(w_past), np.array(w_now)
    past = np.pad(h, ((0, 0), (dilation, 0), (0, 0)))[:, :-dilation]
    return h @ w_now + past @ w_past
""",
    ),
    ("7.4", "without the sample itself", "counts too", changed(FIELD, ("1 + ", ""))),
    ("7.4", "the width in full", "(kernel − 1)", changed(FIELD, ("(kernel - 1)", "kernel"))),
    ("7.4", "width not used", "the width of the layers is not used", changed(FIELD, ("(kernel - 1) * ", ""))),
    (
        "7.4",
        "a power of two",
        "2 ** layers",
        "def receptive_field(dilations, kernel=2):\n    return kernel ** len(dilations)",
    ),
    ("7.4", "both sides", "reaches back by one dilation", changed(FIELD, ("1 + (kernel", "1 + 2 * (kernel"))),
    ("7.4", "the widest layer", "all layers count", changed(FIELD, ("sum(dilations)", "max(dilations)"))),
    ("7.4", "a float", "samples are counted with an integer", changed(FIELD, ("1 + ", "1.0 + "))),
    ("7.4", "equal ones once", "count each", changed(FIELD, ("sum(dilations)", "sum(set(dilations))"))),
    ("7.4", "without the last", "the last layer", changed(FIELD, ("sum(dilations)", "sum(dilations[:-1])"))),
    ("7.4", "without the first", "the first layer", changed(FIELD, ("sum(dilations)", "sum(dilations[1:])"))),
    ("7.4", "begins with the kernel", "not with kernel", changed(FIELD, ("1 + ", "kernel + "))),
    (
        "7.4",
        "the sample itself in every layer",
        "not once per layer",
        "def receptive_field(dilations, kernel=2):\n    return sum((kernel - 1) * d + 1 for d in dilations)",
    ),
    (
        "7.4",
        "twice the last",
        "right only for 1, 2, 4",
        "def receptive_field(dilations, kernel=2):\n    return 2 * dilations[-1]",
    ),
    (
        "7.4",
        "twice the widest",
        "right only for 1, 2, 4",
        "def receptive_field(dilations, kernel=2):\n    return kernel * max(dilations)",
    ),
    (
        "7.4",
        "the list used up",
        "changes its argument",
        """
def receptive_field(dilations, kernel=2):
    field = 1
    while dilations:
        field += (kernel - 1) * dilations.pop()
    return field
""",
    ),
    ("7.4", "no dilations", "the dilations are not used", changed(FIELD, ("sum(dilations)", "len(dilations)"))),
    ("7.5", "halves exchanged", "the halves are exchanged", changed(GATED, ("filtered, gate = ", "gate, filtered = "))),
    (
        "7.5",
        "tiled",
        "repeat, not tile",
        changed(GATED, ("ops.repeat(condition, hop, axis=1)", "ops.tile(condition, [1, hop, 1])")),
    ),
    (
        "7.5",
        "the next frame",
        "that is the future",
        changed(GATED, ("ops.repeat(condition", "ops.repeat(ops.pad(condition[:, 1:], [[0, 0], [0, 1], [0, 0]])")),
    ),
    (
        "7.5",
        "the next frame, one sample early",
        "one sample too early",
        changed(
            GATED,
            (
                "ops.repeat(condition, hop, axis=1)",
                "ops.pad(ops.repeat(condition, hop, axis=1)[:, 1:], [[0, 0], [0, 1], [0, 0]])",
            ),
        ),
    ),
    (
        "7.5",
        "the frame before",
        "the frame before its own",
        changed(GATED, ("ops.repeat(condition", "ops.repeat(ops.pad(condition[:, :-1], [[0, 0], [1, 0], [0, 0]])")),
    ),
    ("7.5", "condition not used", "not used", changed(GATED, ("    z = z + ops.repeat(condition, hop, axis=1)\n", ""))),
    ("7.5", "added", "a gate multiplies", changed(GATED, (") * ops.sigmoid", ") + ops.sigmoid"))),
    ("7.5", "no sigmoid", "the sigmoid is missing", changed(GATED, ("ops.sigmoid(gate)", "gate"))),
    ("7.5", "multiplied", "yours multiplies", changed(GATED, ("z + ops", "z * ops"))),
    (
        "7.5",
        "one sample early, the last frame kept",
        "one sample too early",
        """
def gated_unit(z, condition, hop):
    c = ops.repeat(condition, hop, axis=1)
    filtered, gate = ops.split(z + ops.concatenate([c[:, 1:], c[:, -1:]], axis=1), 2, axis=-1)
    return ops.tanh(filtered) * ops.sigmoid(gate)
""",
    ),
    (
        "7.5",
        "one sample late",
        "one sample too late",
        changed(
            GATED,
            (
                "ops.repeat(condition, hop, axis=1)",
                "ops.take(condition, ops.maximum(ops.arange(ops.shape(z)[1]) - 1, 0) // hop, axis=1)",
            ),
        ),
    ),
    (
        "7.5",
        "the frame before, the first twice",
        "the frame before its own",
        changed(
            GATED,
            (
                "ops.repeat(condition, hop, axis=1)",
                "ops.take(condition, ops.maximum(ops.arange(ops.shape(z)[1]) // hop - 1, 0), axis=1)",
            ),
        ),
    ),
    (
        "7.5",
        "the frame before, around the end",
        "the frame before its own",
        changed(GATED, ("ops.repeat(condition", "ops.repeat(ops.roll(condition, 1, axis=1)")),
    ),
    (
        "7.5",
        "condition in the tanh only",
        "into the gate too",
        changed(
            GATED,
            (
                "    z = z + ops.repeat(condition, hop, axis=1)\n",
                "    c, d = ops.split(ops.repeat(condition, hop, axis=1), 2, axis=-1)\n",
            ),
            ("tanh(filtered)", "tanh(filtered + c)"),
        ),
    ),
    (
        "7.5",
        "condition in the gate only",
        "into the tanh too",
        changed(
            GATED,
            (
                "    z = z + ops.repeat(condition, hop, axis=1)\n",
                "    c, d = ops.split(ops.repeat(condition, hop, axis=1), 2, axis=-1)\n",
            ),
            ("sigmoid(gate)", "sigmoid(gate + d)"),
        ),
    ),
    (
        "7.5",
        "the first half of the condition twice",
        "its own is the second",
        changed(
            GATED,
            (
                "    z = z + ops.repeat(condition, hop, axis=1)\n",
                "    c, d = ops.split(ops.repeat(condition, hop, axis=1), 2, axis=-1)\n",
            ),
            ("tanh(filtered)", "tanh(filtered + c)"),
            ("sigmoid(gate)", "sigmoid(gate + c)"),
        ),
    ),
    (
        "7.5",
        "two gated units added",
        "not after",
        changed(
            GATED,
            (
                "    z = z + ops.repeat(condition, hop, axis=1)\n",
                "    c, d = ops.split(ops.repeat(condition, hop, axis=1), 2, axis=-1)\n",
            ),
            ("sigmoid(gate)", "sigmoid(gate) + ops.tanh(c) * ops.sigmoid(d)"),
        ),
    ),
    ("7.5", "two tanh", "the gate is a sigmoid", changed(GATED, ("ops.sigmoid", "ops.tanh"))),
    (
        "7.5",
        "all channels",
        "half as many",
        "def gated_unit(z, condition, hop):\n    z = z + ops.repeat(condition, hop, axis=1)\n"
        "    return ops.tanh(z) * ops.sigmoid(z)",
    ),
    (
        "7.5",
        "every other channel",
        "not every other channel",
        changed(GATED, ("ops.split(z, 2, axis=-1)", "z[..., ::2], z[..., 1::2]")),
    ),
    ("7.6", "layers begin together", "share a row", changed(ROWS, ("begins + ", ""))),
    ("7.6", "begins after itself", "yours asks for rows", changed(ROWS, (" - dilations", ""))),
    (
        "7.6",
        "a ring too short",
        "steps ago, not",
        changed(ROWS, ("t % dilations", "t % ops.maximum(dilations - 1, 1)")),
    ),
    (
        "7.6",
        "one ring for all",
        "share a row",
        changed(ROWS, ("begins + t % dilations", "(begins + t) % ops.sum(dilations)")),
    ),
    ("7.6", "always the same row", "steps ago", changed(ROWS, ("t % dilations", "0 * t"))),
    ("7.6", "a row per step", "yours asks for rows", changed(ROWS, ("t % dilations", "t"))),
    ("7.6", "divided", "yours asks for rows", changed(ROWS, ("t % dilations", "t // dilations"))),
    ("7.6", "a power of two only", "steps ago, not 3", changed(ROWS, ("t % dilations", "(t & (dilations - 1))"))),
    (
        "7.6",
        "a list",
        "return one array and not a list",
        """
def queue_rows(t, dilations):
    rows, begin = [], 0
    for dilation in dilations:
        rows.append(begin + t % dilation)
        begin = begin + dilation
    return rows
""",
    ),
    (
        "7.6",
        "begins at powers of two",
        "share a row",
        changed(ROWS, ("ops.cumsum(dilations) - dilations", "2 ** np.arange(len(dilations), dtype='int32') - 1")),
    ),
    (
        "7.6",
        "floats",
        "but floats",
        changed(ROWS, ("begins + t % dilations", "ops.cast(begins + t % dilations, 'float32')")),
    ),
    ("7.6", "NumPy", "not NumPy", changed(ROWS, ("begins + t % dilations", "np.array(begins) + np.mod(t, dilations)"))),
    ("7.7", "the noise itself", "must not depend on z at t", changed(FLOW, ("network(before)", "network(z)"))),
    ("7.7", "moved the other way", "moved the wrong way", changed(FLOW, ("[1, 0]])[:, :-1]", "[0, 1]])[:, 1:]"))),
    (
        "7.7",
        "rolled",
        "np.roll does that",
        changed(FLOW, ("ops.pad(z, [[0, 0], [1, 0]])[:, :-1]", "ops.roll(z, 1, axis=1)")),
    ),
    ("7.7", "the way back", "the way back", changed(FLOW, ("z * ops.exp(log_s) + m", "(z - m) * ops.exp(-log_s)"))),
    ("7.7", "log s as s", "*logarithm* of s", changed(FLOW, ("ops.exp(log_s)", "log_s"))),
    (
        "7.7",
        "outputs exchanged",
        "the outputs are exchanged",
        changed(FLOW, ("m, log_s = outputs[..., 0], outputs[..., 1]", "log_s, m = outputs[..., 0], outputs[..., 1]")),
    ),
    (
        "7.7",
        "autoregressive in x",
        "one sample after the other",
        """
def flow(z, network):
    T = z.shape[1]
    x = ops.zeros_like(z)
    for t in range(T):
        outputs = network(ops.pad(x, [[0, 0], [1, 0]])[:, :-1])
        new = z * ops.exp(outputs[..., 1]) + outputs[..., 0]
        x = ops.where(ops.arange(T) == t, new, x)
    return x, outputs[..., 0], outputs[..., 1]
""",
    ),
    (
        "7.7",
        "NumPy",
        "inside a compiled model",
        """
def flow(z, network):
    outputs = np.array(network(np.pad(np.array(z)[:, :-1], ((0, 0), (1, 0)))))
    m, log_s = outputs[..., 0], outputs[..., 1]
    return np.array(z) * np.exp(log_s) + m, m, log_s
""",
    ),
    (
        "7.7",
        "the outputs moved",
        "not the outputs",
        changed(
            FLOW,
            ("network(before)", "ops.pad(network(z)[:, :-1], [[0, 0], [1, 0], [0, 0]])"),
        ),
    ),
    (
        "7.7",
        "the first noise twice",
        "not the first noise once more",
        changed(FLOW, ("ops.pad(z, [[0, 0], [1, 0]])[:, :-1]", "ops.concatenate([z[:, :1], z[:, :-1]], axis=1)")),
    ),
    ("7.7", "moved by two", "moved by two", changed(FLOW, ("[1, 0]])[:, :-1]", "[2, 0]])[:, :-2]"))),
    (
        "7.7",
        "the batch moved",
        "along the batch",
        changed(FLOW, ("[[0, 0], [1, 0]])[:, :-1]", "[[1, 0], [0, 0]])[:-1]")),
    ),
    (
        "7.7",
        "called for m and for log s",
        "more than once",
        changed(FLOW, ("outputs[..., 1]", "network(before)[..., 1]")),
    ),
    (
        "7.7",
        "step by step, and a forged count of the calls",
        "more than once",
        """
def flow(z, network):
    before = ops.pad(z, [[0, 0], [1, 0]])[:, :-1]
    outputs = ops.stack([network(before)[:, t] for t in range(z.shape[1])], axis=1)
    for cell in network.__closure__:
        if isinstance(cell.cell_contents, list):
            cell.cell_contents[:] = [1]
    m, log_s = outputs[..., 0], outputs[..., 1]
    return z * ops.exp(log_s) + m, m, log_s
""",
    ),
    ("7.7", "softplus", "not a softplus", changed(FLOW, ("ops.exp(log_s)", "ops.softplus(log_s)"))),
    ("7.7", "two things", "return three things", changed(FLOW, ("+ m, m, log_s", "+ m, m"))),
]

RIGHT_BUT_UNUSUAL = [
    (
        "7.1",
        "def encode(waveform, mu=255):\n"
        "    y = np.sign(waveform) * np.log(1 + mu * np.abs(waveform)) / np.log(1 + mu)\n"
        "    return np.round((y + 1) * mu / 2).astype(int)",
    ),
    (
        "7.2",
        "def inputs_of(codes, mu=255, silence=128):\n"
        "    first = np.full((len(codes), 1), silence)\n"
        "    return np.concatenate([first, codes[:, :-1]], axis=1) / (mu / 2) - 1",
    ),
    (
        "7.3",
        """
def causal_conv(h, w_past, w_now, dilation):
    T = ops.shape(h)[1]
    padded = ops.pad(h, [[0, 0], [dilation, 0], [0, 0]])
    return ops.einsum("btc,co->bto", padded[:, :T], w_past) + ops.einsum("btc,co->bto", h, w_now)
""",
    ),
    (
        "7.4",
        "def receptive_field(dilations, kernel=2):\n    field = 1\n    for dilation in dilations:\n"
        "        field += (kernel - 1) * dilation\n    return field",
    ),
    (
        "7.5",
        """
def gated_unit(z, condition, hop):
    half = z.shape[-1] // 2
    c = ops.repeat(condition, hop, axis=1)
    return ops.sigmoid(z[..., half:] + c[..., half:]) * ops.tanh(z[..., :half] + c[..., :half])
""",
    ),
    (
        "7.6",
        "def queue_rows(t, dilations):\n    ends = np.cumsum(dilations).astype('int32')\n"
        "    return ends - 1 - t % dilations",
    ),
    (
        "7.7",
        """
def flow(z, network):
    before = ops.concatenate([ops.zeros_like(z[:, :1]), z[:, :-1]], axis=1)
    m, log_s = ops.unstack(network(before), 2, axis=-1)
    return m + ops.exp(log_s) * z, m, log_s
""",
    ),
    (
        "7.1",
        "def encode(waveform, mu=255):\n"
        "    y = np.sign(waveform) * np.log1p(mu * np.abs(waveform)) / np.log1p(mu)\n"
        "    return np.abs(y[..., None] - np.linspace(-1, 1, mu + 1)).argmin(axis=-1)",
    ),
    (
        "7.2",
        """
def inputs_of(codes, mu=255, silence=128):
    before = ops.pad(ops.cast(codes, "float32"), [[0, 0], [1, 0]], constant_values=silence)
    return before[:, :-1] * 2 / mu - 1
""",
    ),
    (
        "7.3",
        """
def causal_conv(h, w_past, w_now, dilation):
    padded = ops.pad(h, [[0, 0], [dilation, 0], [0, 0]])
    return ops.conv(padded, ops.stack([w_past, w_now]), padding="valid", dilation_rate=dilation)
""",
    ),
    (
        "7.6",
        """
def queue_rows(t, dilations):
    rows, begin = [], 0
    for dilation in dilations:
        rows.append(begin + t % dilation)
        begin = begin + dilation
    return ops.stack(rows)
""",
    ),
    (
        "7.7",
        """
def flow(z, network):
    before = ops.concatenate([ops.zeros((z.shape[0], 1)), z[:, :-1]], axis=1)
    m, log_s = ops.split(network(before), 2, axis=-1)
    m, log_s = m[..., 0], log_s[..., 0]
    return [z * ops.exp(log_s) + m, m, log_s]
""",
    ),
]
