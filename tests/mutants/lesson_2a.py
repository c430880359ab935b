"""Wrong answers to the exercises of lesson 2a, and right ones in another form."""


def next_h(body):
    return f"def compute_next_h(x, h, W_xh, W_hh, b_h):\n    return {body}\n"


def one_step(body):
    return f"def step(x, h, W_xh, W_hh, b_h, W_hy, b_y):\n    new = compute_next_h(x, h, W_xh, W_hh, b_h)\n    {body}\n"


def run(loop, last="return np.stack(outputs, axis=1), np.stack(states, axis=1)", steps="range(x.shape[1])"):
    body = "\n        ".join(loop.split("; "))
    return f"""
def forward(f, x, h):
    first, outputs, states = h, [], []
    for t in {steps}:
        {body}
    {last}
"""


STEP_BY_STEP = "y, h = f(x[:, t], h); outputs.append(y); states.append(h)"


def loss(
    last, z="logits - logits.max(axis=-1, keepdims=True)", log_p="z - np.log(np.exp(z).sum(axis=-1, keepdims=True))"
):
    return f"""
def sequence_loss(logits, targets, mask):
    z = {z}
    log_p = {log_p}
    losses = -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    {last}
"""


MEAN = "return np.where(mask, losses, 0).sum() / len(logits)"


RETURN = "return d_W_xh, d_W_hh, d_a.sum(axis=(0, 1)), d_W_hy, d_y.sum(axis=(0, 1))"


def back(
    d_h="d_y[:, t] @ W_hy.T + later",
    d_a="d_h * (1 - states[:, t] ** 2)",
    later="d_a[:, t] @ W_hh.T",
    before="np.concatenate([0 * states[:, :1], states[:, :-1]], axis=1)",
    last=RETURN,
):
    return f"""
def bptt(x, states, d_y, W_hh, W_hy):
    before = {before}
    d_a, later = np.zeros_like(states), 0
    for t in reversed(range(x.shape[1])):
        d_h = {d_h}
        d_a[:, t] = {d_a}
        later = {later}
    d_W_xh, d_W_hh = np.einsum("bti,btu->iu", x, d_a), np.einsum("bth,btu->hu", before, d_a)
    d_W_hy = np.einsum("btu,bto->uo", states, d_y)
    {last}
"""


LAST = """t = {n}
    return (
        x[:, t].T @ d_a[:, t], before[:, t].T @ d_a[:, t], d_a[:, t].sum(axis=0), states[:, t].T @ d_y[:, t],
        d_y[:, t].sum(axis=0),
    )"""


def draw(last, axis=-1):
    return f"""
def sample(logits, u):
    p = np.exp(logits - logits.max(axis={axis}, keepdims=True))
    p = p / p.sum(axis={axis}, keepdims=True)
    return {last}
"""


def forced(body):
    return f"def teacher_forcing(targets, start):\n    {body}\n"


MUTANTS = [
    ("2a.1", "no tanh", "tanh is missing", next_h("x @ W_xh + h @ W_hh + b_h")),
    ("2a.1", "no bias", "b_h is missing", next_h("np.tanh(x @ W_xh + h @ W_hh)")),
    ("2a.1", "bias outside", "inside the tanh", next_h("np.tanh(x @ W_xh + h @ W_hh) + b_h")),
    ("2a.1", "no memory", "previous state does not enter", next_h("np.tanh(x @ W_xh + b_h)")),
    ("2a.1", "no input", "input does not enter", next_h("np.tanh(h @ W_hh + b_h)")),
    ("2a.1", "transposed", "used transposed", next_h("np.tanh(x @ W_xh + h @ W_hh.T + b_h)")),
    ("2a.1", "sigmoid", "this is the sigmoid", next_h("1 / (1 + np.exp(-(x @ W_xh + h @ W_hh + b_h)))")),
    ("2a.1", "states in columns", "raised ValueError", next_h("np.tanh(W_xh @ x + W_hh @ h + b_h)")),
    (
        "2a.1",
        "no return",
        "`return`",
        "def compute_next_h(x, h, W_xh, W_hh, b_h):\n    np.tanh(x @ W_xh + h @ W_hh + b_h)",
    ),
    (
        "2a.1",
        "writes into h",
        "changes its argument h",
        """
def compute_next_h(x, h, W_xh, W_hh, b_h):
    h[:] = np.tanh(x @ W_xh + h @ W_hh + b_h)
    return h
""",
    ),
    (
        "2a.1",
        "float32",
        "computed in float32",
        next_h("np.tanh(x @ W_xh + h @ W_hh + b_h).astype('float32')"),
    ),
    (
        "2a.1",
        "float32 tensors",
        "computed in float32",
        """
def compute_next_h(x, h, W_xh, W_hh, b_h):
    x, h, W_xh, W_hh, b_h = (ops.convert_to_tensor(part, dtype="float32") for part in (x, h, W_xh, W_hh, b_h))
    return ops.tanh(ops.matmul(x, W_xh) + ops.matmul(h, W_hh) + b_h)
""",
    ),
    ("2a.1", "bias twice", "added twice", next_h("np.tanh(x @ W_xh + b_h + h @ W_hh + b_h)")),
    ("2a.1", "ReLU", "this is the ReLU", next_h("np.maximum(x @ W_xh + h @ W_hh + b_h, 0)")),
    (
        "2a.2",
        "float32 logits",
        "computed in float32",
        one_step("return (new @ W_hy + b_y).astype('float32'), new"),
    ),
    ("2a.2", "float32 state", "computed in float32", one_step("return new @ W_hy + b_y, np.float32(new)")),
    ("2a.2", "output from the old state", "computed from h_{t-1}", one_step("return h @ W_hy + b_y, new")),
    ("2a.2", "old state returned", "the one that came in", one_step("return new @ W_hy + b_y, h")),
    ("2a.2", "order", "other way round", one_step("return new, new @ W_hy + b_y")),
    (
        "2a.2",
        "probabilities",
        "these are probabilities",
        one_step("y = np.exp(new @ W_hy + b_y)\n    return y / y.sum(axis=-1, keepdims=True), new"),
    ),
    ("2a.2", "no bias", "b_y is missing", one_step("return new @ W_hy, new")),
    ("2a.2", "tanh of the output", "no tanh", one_step("return np.tanh(new @ W_hy + b_y), new")),
    ("2a.2", "output only", "the logits and the next state", one_step("return new @ W_hy + b_y")),
    ("2a.2", "no return", "`return`", one_step("y = new @ W_hy + b_y")),
    (
        "2a.3",
        "state not handed on",
        "begins from the first state",
        run("y, new = f(x[:, t], h); outputs.append(y); states.append(new)"),
    ),
    ("2a.3", "time first", "along axis 1", run(STEP_BY_STEP, "return np.stack(outputs), np.stack(states)")),
    (
        "2a.3",
        "starts at zero",
        "taken as 0",
        run("y, h = f(x[:, t], h if t else 0 * h); outputs.append(y); states.append(h)"),
    ),
    (
        "2a.3",
        "states before the step",
        "shifted by one",
        run("states.append(h); y, h = f(x[:, t], h); outputs.append(y)"),
    ),
    ("2a.3", "last step only", "one step only", run(STEP_BY_STEP, "return y, h")),
    (
        "2a.3",
        "order",
        "other way round",
        run(STEP_BY_STEP, "return np.stack(states, axis=1), np.stack(outputs, axis=1)"),
    ),
    ("2a.3", "order of f", "in that order", run("h, y = f(x[:, t], h); outputs.append(y); states.append(h)")),
    (
        "2a.3",
        "loops over the batch",
        "inputs of one step",
        run("y, h = f(x[t], h); outputs.append(y); states.append(h)", steps="range(len(x))"),
    ),
    (
        "2a.3",
        "backwards",
        "read from its end",
        run(
            STEP_BY_STEP,
            "return np.stack(outputs[::-1], axis=1), np.stack(states[::-1], axis=1)",
            "reversed(range(x.shape[1]))",
        ),
    ),
    (
        "2a.3",
        "h_0 among the states",
        "leave h_0 out",
        run(STEP_BY_STEP, "return np.stack(outputs, axis=1), np.stack([first] + states, axis=1)"),
    ),
    ("2a.3", "outputs only", "all outputs and all states", run(STEP_BY_STEP, "return np.stack(outputs, axis=1)")),
    (
        "2a.3",
        "preallocated in float32",
        "computed in float32",
        """
def forward(f, x, h):
    y, _ = f(x[:, 0], h)
    outputs = np.zeros((*x.shape[:2], y.shape[1]), dtype="float32")
    states = np.zeros((*x.shape[:2], h.shape[1]), dtype="float32")
    for t in range(x.shape[1]):
        outputs[:, t], h = f(x[:, t], h)
        states[:, t] = h
    return outputs, states
""",
    ),
    (
        "2a.3",
        "return inside the loop",
        "inside the loop",
        run(STEP_BY_STEP + "; return np.stack(outputs, axis=1), np.stack(states, axis=1)", ""),
    ),
    (
        "2a.3",
        "the input of the step before",
        "neighbouring step",
        run("y, h = f(x[:, t - 1], h); outputs.append(y); states.append(h)"),
    ),
    (
        "2a.3",
        "the input of the step after",
        "neighbouring step",
        run("y, h = f(x[:, min(t + 1, x.shape[1] - 1)], h); outputs.append(y); states.append(h)"),
    ),
    (
        "2a.3",
        "reshaped, not stacked along axis 1",
        "reshape mixes",
        run(STEP_BY_STEP, "return [np.array(part).reshape(*x.shape[:2], -1) for part in (outputs, states)]"),
    ),
    ("2a.3", "one step too few", "T - 1 outputs", run(STEP_BY_STEP, steps="range(x.shape[1] - 1)")),
    (
        "2a.3",
        "concatenated",
        "np.stack makes a new one",
        run(STEP_BY_STEP, "return np.concatenate(outputs, axis=1), np.concatenate(states, axis=1)"),
    ),
    (
        "2a.3",
        "concatenated over the batch",
        "np.stack makes a new one",
        run(STEP_BY_STEP, "return np.concatenate(outputs), np.concatenate(states)"),
    ),
    (
        "2a.4",
        "float32",
        "computed in float32",
        loss(MEAN, z="logits.astype('float32')\n    z = z - z.max(axis=-1, keepdims=True)"),
    ),
    (
        "2a.4",
        "a Keras loss object, which casts to float32",
        "computed in float32",
        """
def sequence_loss(logits, targets, mask):
    losses = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")(targets, logits)
    return ops.sum(ops.where(mask, losses, 0)) / len(logits)
""",
    ),
    (
        "2a.4",
        "divided by T",
        "divided by the number of steps",
        loss("return np.where(mask, losses, 0).sum() / mask.shape[1]"),
    ),
    (
        "2a.4",
        "mean of means",
        "steps of each sequence",
        loss("return (np.where(mask, losses, 0).sum(axis=1) / mask.sum(axis=1)).mean()"),
    ),
    (
        "2a.4",
        "base 10",
        "to base 10",
        loss(MEAN, log_p="np.log10(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))"),
    ),
    (
        "2a.4",
        "clipped",
        "are clipped",
        loss(MEAN, log_p="np.log(np.clip(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True), 1e-9, 1))"),
    ),
    ("2a.4", "no mask", "padding counts too", loss("return losses.sum() / len(logits)")),
    ("2a.4", "mask upside down", "upside down", loss("return np.where(mask, 0, losses).sum() / len(logits)")),
    ("2a.4", "sum over the batch", "take the mean", loss("return np.where(mask, losses, 0).sum()")),
    ("2a.4", "mean over steps", "the *sum* over its steps", loss("return losses[mask].mean()")),
    ("2a.4", "mean of all", "the *sum* over its steps", loss("return np.where(mask, losses, 0).mean()")),
    ("2a.4", "one for each sequence", "one loss per sequence", loss("return np.where(mask, losses, 0).sum(axis=1)")),
    ("2a.4", "one for each step", "one loss per step", loss("return np.where(mask, losses, 0)")),
    ("2a.4", "sign", "sign is wrong", loss("return -np.where(mask, losses, 0).sum() / len(logits)")),
    (
        "2a.4",
        "softmax over time",
        "goes over time",
        loss(MEAN, log_p="z - np.log(np.exp(z).sum(axis=1, keepdims=True))"),
    ),
    (
        "2a.4",
        "no logarithm",
        "logarithm of the probabilities is missing",
        loss(MEAN, log_p="np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)"),
    ),
    ("2a.4", "overflows", "logits of a thousand", loss(MEAN, z="logits")),
    (
        "2a.4",
        "logarithm of a rounded probability",
        "logits of a thousand",
        loss(MEAN, log_p="np.log(np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True) + 1e-12)"),
    ),
    (
        "2a.4",
        "squeezed, so that a batch of one fails",
        "for a batch of one sequence your code raised IndexError",
        loss("return losses.squeeze()[mask].sum() / len(logits)"),
    ),
    (
        "2a.4",
        "divided by the rows left after a squeeze",
        "for a batch of one sequence the loss should be",
        loss("losses = losses.squeeze()\n    return (losses * mask).sum() / len(losses)"),
    ),
    (
        "2a.4",
        "logits masked",
        "mask the losses",
        loss("return losses.sum() / len(logits)", z="logits * mask[..., None]"),
    ),
    (
        "2a.4",
        "largest logit subtracted once",
        "subtract it from z_k too",
        loss(MEAN, log_p="logits - np.log(np.exp(z).sum(axis=-1, keepdims=True))"),
    ),
    ("2a.5", "no time", "knows only its own loss", back(d_h="d_y[:, t] @ W_hy.T")),
    ("2a.5", "no slope", "1 - h_t^2, is missing", back(d_a="d_h")),
    ("2a.5", "slope forgotten on the way back", "passed through the tanh", back(later="d_h @ W_hh.T")),
    ("2a.5", "not transposed", "to be transposed", back(later="d_a[:, t] @ W_hh")),
    ("2a.5", "the state after", "the state *before*", back(before="states")),
    ("2a.5", "slope of the step before", "not 1 - h_{t-1}^2", back(d_a="d_h * (1 - before[:, t] ** 2)")),
    (
        "2a.5",
        "loss of the last step only",
        "only the loss of the last step",
        back(d_h="d_y[:, t] @ W_hy.T if t == x.shape[1] - 1 else later"),
    ),
    (
        "2a.5",
        "divided by the batch again",
        "divided by the batch",
        back(last="return [g / len(x) for g in (d_W_xh, d_W_hh, d_a.sum(axis=(0, 1)), d_W_hy, d_y.sum(axis=(0, 1)))]"),
    ),
    (
        "2a.5",
        "uphill",
        "sign is wrong",
        back(last="return [-g for g in (d_W_xh, d_W_hh, d_a.sum(axis=(0, 1)), d_W_hy, d_y.sum(axis=(0, 1)))]"),
    ),
    (
        "2a.5",
        "order",
        "should have shape",
        back(last="return d_W_hh, d_W_xh, d_a.sum(axis=(0, 1)), d_W_hy, d_y.sum(axis=(0, 1))"),
    ),
    ("2a.5", "output layer forgotten", "the gradients of", back(last="return d_W_xh, d_W_hh, d_a.sum(axis=(0, 1))")),
    (
        "2a.5",
        "bias not summed over time",
        "should have shape",
        back(last="return d_W_xh, d_W_hh, d_a.sum(axis=0), d_W_hy, d_y.sum(axis=(0, 1))"),
    ),
    ("2a.5", "float32", "computed in float32", back().replace("zeros_like(states)", "zeros_like(states, 'float32')")),
    (
        "2a.5",
        "wraps round at the first step",
        "the index t - 1 is -1",
        back(before="np.roll(states, 1, axis=1)"),
    ),
    ("2a.5", "= for +=", "write +=", back(last=LAST.format(n="0"))),
    ("2a.5", "= for +=, forwards", "write +=", back(last=LAST.format(n="-1"))),
    ("2a.5", "tanh twice", "the tanh is taken twice", back(d_a="d_h * (1 - np.tanh(states[:, t]) ** 2)")),
    ("2a.5", "slope of the sigmoid", "slope of the sigmoid", back(d_a="d_h * states[:, t] * (1 - states[:, t])")),
    (
        "2a.5",
        "gradient of W_hh transposed",
        "W_hh is transposed",
        back(last="return d_W_xh, d_W_hh.T, d_a.sum(axis=(0, 1)), d_W_hy, d_y.sum(axis=(0, 1))"),
    ),
    ("2a.5", "forwards", "runs forwards", back().replace("reversed(range(x.shape[1]))", "range(x.shape[1])")),
    (
        "2a.5",
        "bias from d_h",
        "not of d_h",
        back(
            d_h="d_y[:, t] @ W_hy.T + later; d_b = d_b + d_h.sum(axis=0)",
            last="return d_W_xh, d_W_hh, d_b, d_W_hy, d_y.sum(axis=(0, 1))",
        ).replace("later = np.zeros_like(states), 0", "later, d_b = np.zeros_like(states), 0, 0"),
    ),
    (
        "2a.5",
        "loop ends at 1",
        "step 0 is left out",
        back().replace("reversed(range(x.shape[1]))", "range(x.shape[1] - 1, 0, -1)"),
    ),
    (
        "2a.5",
        "loop begins a step early",
        "the last step is left out",
        back().replace("reversed(range(x.shape[1]))", "range(x.shape[1] - 2, -1, -1)"),
    ),
    (
        "2a.5",
        "slope of the own loss only",
        "must pass the tanh of step t",
        back(d_h="d_y[:, t] @ W_hy.T", d_a="d_h * (1 - states[:, t] ** 2) + later"),
    ),
    (
        "2a.5",
        "the state two steps on",
        "with h_{t+1}",
        back(before="np.concatenate([states[:, 1:], 0 * states[:, :1]], axis=1)"),
    ),
    (
        "2a.5",
        "mean of the biases",
        "so only sum",
        back(last="return d_W_xh, d_W_hh, d_a.mean(axis=(0, 1)), d_W_hy, d_y.mean(axis=(0, 1))"),
    ),
    (
        "2a.5",
        "output from the state before",
        "read off h_t",
        back(last='d_W_hy = np.einsum("btu,bto->uo", before, d_y)\n    ' + RETURN),
    ),
    (
        "2a.6",
        "at least u",
        "so write >, not >=",
        draw("(p.cumsum(axis=-1) >= u[:, None]).argmax(axis=-1)"),
    ),
    ("2a.6", "one u for all", "every row uses the first u", draw("(p.cumsum(axis=-1) > u[0]).argmax(axis=-1)")),
    ("2a.6", "nearest", "comes nearest to u", draw("np.abs(p.cumsum(axis=-1) - u[:, None]).argmin(axis=-1)")),
    (
        "2a.6",
        "sorted",
        "sorted by their probability",
        """
def sample(logits, u):
    p = ops.convert_to_numpy(ops.softmax(logits))
    order = np.argsort(-p, axis=-1)
    k = (np.take_along_axis(p, order, axis=-1).cumsum(axis=-1) > u[:, None]).argmax(axis=-1)
    return np.take_along_axis(order, k[:, None], axis=-1)[:, 0]
""",
    ),
    (
        "2a.6",
        "argmax of smaller",
        "where the running sum *exceeds*",
        draw("(p.cumsum(axis=-1) < u[:, None]).argmax(axis=-1)"),
    ),
    (
        "2a.6",
        "numbers of its own at each call",
        "use the u you are given",
        draw("np.array([np.random.choice(p.shape[1], p=row / row.sum()) for row in p.astype(float)])"),
    ),
    ("2a.6", "greedy", "most likely class", draw("p.argmax(axis=-1)")),
    ("2a.6", "no running sum", "running sum", draw("(p > u[:, None]).argmax(axis=-1)")),
    ("2a.6", "off by one", "off by one", draw("(p.cumsum(axis=-1) > u[:, None]).argmax(axis=-1) + 1")),
    ("2a.6", "u upside down", "from the other end", draw("(p.cumsum(axis=-1) > 1 - u[:, None]).argmax(axis=-1)")),
    ("2a.6", "sums of logits", "of logits", draw("(logits.cumsum(axis=-1) > u[:, None]).argmax(axis=-1)")),
    (
        "2a.6",
        "softmax over the batch",
        "over the batch",
        draw("(p.cumsum(axis=-1) > u[:, None]).argmax(axis=-1)", axis=0),
    ),
    ("2a.6", "running sum over the batch", "over the batch", draw("(p.cumsum(axis=0) > u[:, None]).argmax(axis=-1)")),
    (
        "2a.6",
        "not normalised",
        "not divided by their sum",
        "def sample(logits, u):\n    return (np.exp(logits).cumsum(axis=-1) > u[:, None]).argmax(axis=-1)",
    ),
    (
        "2a.6",
        "uniform",
        "every class is as likely",
        "def sample(logits, u):\n    return (u * logits.shape[1]).astype(int)",
    ),
    (
        "2a.6",
        "its own random numbers",
        "the class drawn should be",
        "def sample(logits, u):\n    return np.random.default_rng(3).integers(0, logits.shape[1], size=len(u))",
    ),
    (
        "2a.6",
        "one-hot",
        "should have shape",
        draw("np.eye(p.shape[1])[(p.cumsum(axis=-1) > u[:, None]).argmax(axis=-1)]"),
    ),
    ("2a.6", "floats", "should be integers", draw("1.0 * (p.cumsum(axis=-1) > u[:, None]).argmax(axis=-1)")),
    ("2a.7", "not shifted", "targets themselves", forced("return targets.copy()")),
    ("2a.7", "rolled", "np.roll", forced("return np.roll(targets, 1, axis=1)")),
    (
        "2a.7",
        "wrong way",
        "wrong way",
        forced("return np.concatenate([targets[:, 1:], np.full_like(targets[:, :1], start)], axis=1)"),
    ),
    ("2a.7", "rolled the wrong way", "wrong way", forced("return np.roll(targets, -1, axis=1)")),
    (
        "2a.7",
        "one step too many",
        "one step too many",
        forced("return np.concatenate([np.full_like(targets[:, :1], start), targets], axis=1)"),
    ),
    ("2a.7", "one step too few", "one step too few", forced("return targets[:, :-1]")),
    (
        "2a.7",
        "start at the end",
        "stands at the end",
        forced("return np.concatenate([targets[:, :-1], np.full_like(targets[:, :1], start)], axis=1)"),
    ),
    (
        "2a.7",
        "shifted by two",
        "shifted by two steps",
        forced("return np.concatenate([np.full_like(targets[:, :2], start), targets[:, :-2]], axis=1)"),
    ),
    (
        "2a.7",
        "zero for the start",
        "it should be the start token",
        forced("return np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)"),
    ),
    (
        "2a.7",
        "first target overwritten",
        "must move by one",
        forced("shifted = targets.copy()\n    shifted[:, 0] = start\n    return shifted"),
    ),
    (
        "2a.7",
        "in place",
        "changes its argument targets",
        forced("targets[:, 1:] = targets[:, :-1].copy()\n    targets[:, 0] = start\n    return targets"),
    ),
    (
        "2a.7",
        "shifted over the batch",
        "along axis 1",
        forced("return np.concatenate([np.full_like(targets[:1], start), targets[:-1]])"),
    ),
    ("2a.7", "rolled over the batch", "along axis 1", forced("return np.roll(targets, 1, axis=0)")),
    ("2a.7", "start everywhere", "only the first should", forced("return np.full_like(targets, start)")),
    (
        "2a.7",
        "first target everywhere",
        "every step sees the first target",
        forced("return np.repeat(targets[:, :1], targets.shape[1], axis=1)"),
    ),
    (
        "2a.7",
        "floats",
        "tokens are integers",
        forced("return np.concatenate([np.full((len(targets), 1), float(start)), targets[:, :-1]], axis=1)"),
    ),
]

RIGHT_BUT_UNUSUAL = [
    ("2a.4", loss("return (losses.squeeze() * mask).sum(axis=1).mean()")),
    ("2a.6", draw("((p.cumsum(axis=-1) - p) <= u[:, None]).sum(axis=-1) - 1")),
    ("2a.1", next_h("ops.tanh(ops.matmul(x, W_xh) + ops.matmul(h, W_hh) + b_h)")),
    ("2a.1", next_h("np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([W_xh, W_hh]) + b_h)")),
    ("2a.1", next_h("[np.tanh(a @ W_xh + c @ W_hh + b_h) for a, c in zip(x, h)]")),
    ("2a.2", """
def step(x, h, *weights):
    h = compute_next_h(x, h, *weights[:3])
    return [ops.matmul(h, weights[3]) + weights[4], h]
"""),
    ("2a.2", """
def step(x, h, U, W, b, V, c):
    h = np.tanh(x @ U + h @ W + b)
    return (h @ V + c).tolist(), h.tolist()
"""),
    ("2a.3", """
def forward(f, x, h):
    both = []
    for x_t in np.swapaxes(x, 0, 1):
        both.append(f(x_t, h))
        h = both[-1][1]
    return [np.swapaxes(part, 0, 1) for part in zip(*both)]
"""),
    ("2a.3", """
def forward(f, x, h):
    outputs, states = [], []
    for t in range(x.shape[1]):
        y, h = f(ops.convert_to_tensor(x[:, t]), ops.convert_to_tensor(h))
        outputs, states = outputs + [y], states + [h]
    return ops.stack(outputs, axis=1), ops.stack(states, axis=1)
"""),
    ("2a.4", """
def sequence_loss(logits, targets, mask):
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)
    return ops.mean(ops.sum(losses * mask, axis=1))
"""),
    ("2a.4", """
def sequence_loss(logits, targets, mask):
    z = logits.astype("float64")
    per_step = np.logaddexp.reduce(z, axis=-1) - (z * np.eye(z.shape[-1])[targets]).sum(axis=-1)
    return float((per_step * mask).sum(axis=1).mean())
"""),
    ("2a.5", """
def bptt(x, states, d_y, W_hh, W_hy):
    d_W_xh, d_W_hh, d_W_hy = np.zeros((x.shape[2], len(W_hh))), 0 * W_hh, 0 * W_hy
    d_b_h, d_b_y, d_a = 0, 0, np.zeros(states[:, 0].shape)
    for t in range(x.shape[1] - 1, -1, -1):
        h_before = states[:, t - 1] if t > 0 else np.zeros_like(states[:, 0])
        d_a = (d_y[:, t] @ W_hy.T + d_a @ W_hh.T) * (1 - states[:, t] ** 2)
        d_W_xh += x[:, t].T @ d_a
        d_W_hh = d_W_hh + h_before.T @ d_a
        d_b_h += d_a.sum(axis=0)
        d_W_hy = d_W_hy + states[:, t].T @ d_y[:, t]
        d_b_y += d_y[:, t].sum(axis=0)
    return [d_W_xh, d_W_hh, d_b_h, d_W_hy, d_b_y]
"""),
    ("2a.5", """
def bptt(x, states, d_y, W_hh, W_hy):
    x, states, d_y, W_hh, W_hy = map(tf.convert_to_tensor, (x, states, d_y, W_hh, W_hy))
    d_a, d_next = [], 0.0
    for t in reversed(range(x.shape[1])):
        d_a.insert(0, (tf.matmul(d_y[:, t], W_hy, transpose_b=True) + d_next) * (1 - states[:, t] ** 2))
        d_next = tf.matmul(d_a[0], W_hh, transpose_b=True)
    d_a = tf.stack(d_a, axis=1)
    before = tf.pad(states[:, :-1], [[0, 0], [1, 0], [0, 0]])
    products = [tf.tensordot(a, b, [[0, 1], [0, 1]]) for a, b in ((x, d_a), (before, d_a), (states, d_y))]
    return *products[:2], tf.reduce_sum(d_a, [0, 1]), products[2], tf.reduce_sum(d_y, [0, 1])
"""),
    ("2a.6", """
def sample(logits, u):
    p = ops.convert_to_numpy(ops.softmax(logits))
    return [int(np.searchsorted(np.cumsum(row), number, side="right")) for row, number in zip(p, u)]
"""),
    ("2a.6", """
def sample(logits, u):
    cumulative = np.cumsum(np.exp(logits), axis=-1)
    return (cumulative <= u[:, None] * cumulative[:, -1:]).sum(axis=-1)
"""),
    ("2a.7", forced("return np.pad(targets, ((0, 0), (1, 0)), constant_values=start)[:, :-1]")),
    ("2a.7", forced("return [[start, *row[:-1]] for row in targets.tolist()]")),
    ("2a.7", forced("return ops.concatenate([ops.full((len(targets), 1), start, 'int64'), targets[:, :-1]], axis=1)")),
]  # fmt: skip
