"""Wrong answers to the exercises of lesson 2a, and right ones in another form."""

from mutants import changed


def next_h(body):
    """An answer to 2a.1."""
    return f"def compute_next_h(x, h, W_xh, W_hh, b_h):\n    return {body}\n"


SPELLING = """
def spell_hello():
    W_xh = np.array([[-2.0], [1.6], [0.9], [0.0]])
    W_hh = np.array([[2.0]])
    b_h = np.zeros(1)
    W_hy = np.array([[0.0, -20.0, 0.0, 20.0]])
    b_y = np.array([-20.0, -12.0, 0.0, -12.0])
    return W_xh, W_hh, b_h, W_hy, b_y
"""
SWITCHES = """
def spell_hello():
    # units: h now, e now, l now, l now and l before
    W_xh = np.array([[8.0, 0, 0, 0], [0, 8, 0, 0], [0, 0, 8, 5], [0, 0, 0, 0]])
    W_hh = np.zeros((4, 4))
    W_hh[2, 3] = 5
    b_h = np.array([-4.0, -4, -4, -5])
    W_hy = np.array([[0.0, 9, 0, 0], [0, 0, 9, 0], [0, 0, 9, 0], [0, 0, -9, 9]])
    b_y = np.array([-9.0, 0, 0, 0])
    return W_xh, W_hh, b_h, W_hy, b_y
"""


def spelling(*pairs, of=SPELLING):
    """An answer to 2a.2, with parts of a right one exchanged."""
    return changed(of, *pairs)


def loss(
    last, z="logits - logits.max(axis=-1, keepdims=True)", log_p="z - np.log(np.exp(z).sum(axis=-1, keepdims=True))"
):
    """An answer to 2a.3."""
    return f"""
def sequence_loss(logits, targets, mask):
    z = {z}
    log_p = {log_p}
    losses = -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]
    {last}
"""


MEAN = "return np.where(mask, losses, 0).sum() / len(logits)"


def gradient(returned="error * mask[..., None] / len(logits)", p="softmax(logits, axis=-1)", error="p - target"):
    """An answer to 2a.4."""
    return f"""
def loss_gradient(logits, targets, mask):
    p = {p}
    target = np.eye(logits.shape[-1])[targets]
    error = {error}
    return {returned}
"""


def one_step(d_a="d_h * (1 - h**2)", back="d_a @ W_hh.T", xh="x.T @ d_a", hh="h_before.T @ d_a", b="d_a.sum(axis=0)"):
    """An answer to 2a.5."""
    return f"""
def step_backward(d_h, x, h_before, h, W_hh):
    d_a = {d_a}
    return {back}, {xh}, {hh}, {b}
"""


LOOP = """
def bptt(x, h_0, states, d_y, W_hh, W_hy):
    sums = [0, 0, 0, 0, 0]
    d_next = np.zeros_like(h_0)
    for t in reversed(range(x.shape[1])):
        before = states[:, t - 1] if t > 0 else h_0
        d_h = d_y[:, t] @ W_hy.T + d_next
        d_next, *of_step = step_backward(d_h, x[:, t], before, states[:, t], W_hh)
        of_step += [states[:, t].T @ d_y[:, t], d_y[:, t].sum(axis=0)]
        sums = [total + part for total, part in zip(sums, of_step)]
    return tuple(sums)
"""


def loop(*pairs):
    """An answer to 2a.6, with parts of a right one exchanged."""
    return changed(LOOP, *pairs)


def forced(body):
    """An answer to 2a.7."""
    return f"def teacher_forcing(targets, start):\n    {body}\n"


START = "np.full_like(targets[:, :1], start)"
MUTANTS = [
    ("2a.1", "no tanh", "tanh of the next state is missing", next_h("x @ W_xh + h @ W_hh + b_h")),
    ("2a.1", "no bias", "b_h is missing", next_h("np.tanh(x @ W_xh + h @ W_hh)")),
    ("2a.1", "bias outside", "b_h belongs inside", next_h("np.tanh(x @ W_xh + h @ W_hh) + b_h")),
    ("2a.1", "no memory", "previous state is not used", next_h("np.tanh(x @ W_xh + b_h)")),
    ("2a.1", "no input", "input is not used", next_h("np.tanh(h @ W_hh + b_h)")),
    ("2a.1", "transposed", "used transposed", next_h("np.tanh(x @ W_xh + h @ W_hh.T + b_h)")),
    ("2a.1", "sigmoid", "uses sigmoid", next_h("1 / (1 + np.exp(-np.clip(x @ W_xh + h @ W_hh + b_h, -500, 500)))")),
    ("2a.1", "sigmoid that overflows", "yours uses sigmoid", next_h("1 / (1 + np.exp(-(x @ W_xh + h @ W_hh + b_h)))")),
    ("2a.1", "ReLU", "yours uses relu", next_h("np.maximum(x @ W_xh + h @ W_hh + b_h, 0)")),
    ("2a.1", "tanh twice", "goes through the tanh twice", next_h("np.tanh(np.tanh(x @ W_xh + h @ W_hh + b_h))")),
    ("2a.1", "states in columns", "Vectors are rows here", next_h("np.tanh(W_xh @ x + W_hh @ h + b_h)")),
    ("2a.1", "bias twice", "added twice", next_h("np.tanh(x @ W_xh + b_h + h @ W_hh + b_h)")),
    ("2a.1", "bias subtracted", "b_h is subtracted", next_h("np.tanh(x @ W_xh + h @ W_hh - b_h)")),
    ("2a.1", "state outside", "W_hh belongs inside", next_h("np.tanh(x @ W_xh + b_h) + h @ W_hh")),
    ("2a.1", "input outside", "x_t W_xh belongs inside", next_h("np.tanh(h @ W_hh + b_h) + x @ W_xh")),
    ("2a.1", "two tanh", "one tanh around the whole sum", next_h("np.tanh(x @ W_xh) + np.tanh(h @ W_hh + b_h)")),
    ("2a.1", "state as it is", "multiply it by W_hh first", next_h("np.tanh(x @ W_xh + h + b_h)")),
    ("2a.1", "products multiplied", "multiplied; add them", next_h("np.tanh((x @ W_xh) * (h @ W_hh) + b_h)")),
    ("2a.1", "residual", "added again", next_h("np.tanh(x @ W_xh + h @ W_hh + b_h) + h")),
    ("2a.1", "minus the state", "W_hh is subtracted", next_h("np.tanh(x @ W_xh - h @ W_hh + b_h)")),
    ("2a.1", "half of it", "twice this", next_h("np.tanh((x @ W_xh + h @ W_hh + b_h) / 2)")),
    ("2a.1", "one number for all units", "same for all units", next_h(
        "np.tanh(x @ W_xh + h @ W_hh + b_h).mean(axis=1, keepdims=True) + 0 * h")),
    ("2a.1", "float32", "float32", next_h("np.tanh(x @ W_xh + h @ W_hh + b_h).astype('float32')")),
    ("2a.1", "writes into the state", "changes its argument h", """
def compute_next_h(x, h, W_xh, W_hh, b_h):
    h[:] = np.tanh(x @ W_xh + h @ W_hh + b_h)
    return h
"""),
    ("2a.1", "mean over the batch", "should have shape", next_h(
        "np.tanh(x @ W_xh + h @ W_hh + b_h).mean(axis=0)")),
    ("2a.1", "loop over the first row", "should have shape", next_h("np.tanh(x[0] @ W_xh + h[0] @ W_hh + b_h)")),
    ("2a.1", "no return", "`return`", "def compute_next_h(x, h, W_xh, W_hh, b_h):\n    np.tanh(x @ W_xh)\n"),
    ("2a.1", "two tanh, bias outside", "one tanh around the whole sum", next_h(
        "np.tanh(x @ W_xh) + np.tanh(h @ W_hh) + b_h")),
    ("2a.1", "both through W_hh", "W_hh should multiply h_{t-1} only", next_h("np.tanh((x @ W_xh + h) @ W_hh + b_h)")),
    # --- 2a.2
    ("2a.2", "no memory", "W_hh is 0", spelling(("[[2.0]]", "[[0.0]]"))),
    ("2a.2", "no memory, four units", "W_hh is 0", spelling(("W_hh[2, 3] = 5", "pass"), of=SWITCHES)),
    ("2a.2", "not sure enough", "not by enough", spelling(("20.0", "2.0"), ("12.0", "1.2"))),
    ("2a.2", "signs of the output", "wrong way round", spelling(
        ("W_hy, b_y\n", "-W_hy, -b_y\n"))),
    ("2a.2", "an echo", "just read", """
def spell_hello():
    return 3 * np.eye(4), 0.1 * np.eye(4), np.zeros(4), 9 * np.eye(4), np.zeros(4)
"""),
    ("2a.2", "alphabetical", "order of the letters", """
def spell_hello():
    order = [1, 0, 2, 3]
    W_xh = np.array([[-2.0], [1.6], [0.9], [0.0]])
    W_hy = np.array([[0.0, -20.0, 0.0, 20.0]])
    b_y = np.array([-20.0, -12.0, 0.0, -12.0])
    return W_xh[order], np.array([[2.0]]), np.zeros(1), W_hy[:, order], b_y[order]
"""),
    ("2a.2", "W_hh transposed", "W_hh is transposed", spelling(("W_hh[2, 3]", "W_hh[3, 2]"), of=SWITCHES)),
    ("2a.2", "W_xh transposed", "W_xh is transposed", spelling(("return W_xh", "return W_xh.T"))),
    ("2a.2", "W_hy transposed", "W_hy is transposed", spelling(("W_hy, b_y\n", "W_hy.T, b_y\n"))),
    ("2a.2", "a number for b_h", "b_h should have shape", spelling(("np.zeros(1)", "0.0"))),
    ("2a.2", "four arrays", "return five arrays", spelling(("W_hy, b_y\n", "W_hy\n"))),
    ("2a.2", "a dictionary", "return five arrays", "def spell_hello():\n    return {}\n"),
    ("2a.2", "probabilities in columns", "b_y should have shape", spelling(("[-20.0, -12.0, 0.0, -12.0]", "[[0.0]]"))),
    ("2a.2", "infinite weights", "finite numbers", spelling(("[[0.0, -20.0, 0.0, 20.0]]", "[[0.0, -np.inf, 0.0, 1]]"))),
    ("2a.2", "linear states", "without the tanh", """
def spell_hello():  # counts the steps: 1, 2, 3, 4
    W_hy = 9 * np.array([[0.0, -1.0, 0.0, 1.0]])
    return np.ones((4, 1)), np.ones((1, 1)), np.zeros(1), W_hy, 9 * np.array([-9.0, 1.5, 0.0, -3.5])
"""),
    ("2a.2", "units that should be 0 or 1", "every unit were 0 or 1", """
def spell_hello():  # units: e now, l now, l twice; e is expected where none of them is on
    W_xh = np.array([[0.0, 0, 0], [8, 0, 0], [0, 8, 5], [0, 0, 0]])
    W_hh = np.array([[0.0, 0, 0], [0, 0, 5], [0, 0, 0]])
    W_hy = np.array([[0.0, -20, 20, 0], [0, -20, 20, 0], [0, -20, -30, 10]])
    return W_xh, W_hh, np.array([-4.0, -4, -7]), W_hy, np.array([0.0, 15, 0, 0])
"""),
    ("2a.2", "a random network", "a probability of", """
def spell_hello():
    rng = np.random.default_rng(0)
    return [rng.normal(size=shape) for shape in [(4, 3), (3, 3), (3,), (3, 4), (4,)]]
"""),
    ("2a.2", "both l alike", "are the same to within", """
def spell_hello():  # a memory of the first letter only
    W_xh = np.array([[9.0, 0], [0, 9], [0, 0], [0, 0]])
    return W_xh, 1e-6 * np.eye(2), np.zeros(2), 20 * np.array([[0, 1.0, 0, 0], [0, 0, 1, 0]]), np.zeros(4)
"""),
    ("2a.2", "stops at hell", "after h it gives e", spelling(("-12.0, 0.0, -12.0", "-32.0, 0.0, -12.0"))),
    ("2a.2", "o too early", "after hel it gives l", spelling(("0.0, -12.0]", "0.0, -2.0]"))),
    ("2a.2", "never an o", "after hell it gives o", spelling(("0.0, -12.0]", "0.0, -32.0]"))),
    ("2a.2", "hello itself", "return five arrays", "def spell_hello():\n    return 'hello'\n"),
    ("2a.2", "W_xh alphabetical", "rows of your W_xh are in the order", spelling(
        ("return W_xh", "return W_xh[[1, 0, 2, 3]]"), of=SWITCHES)),
    ("2a.2", "W_hy alphabetical", "columns of your W_hy", spelling(
        ("W_hy, b_y\n", "W_hy[:, [1, 0, 2, 3]], b_y[[1, 0, 2, 3]]\n"), of=SWITCHES)),
    ("2a.2", "l and o swapped", "expects o after hel, then l", """
def spell_hello():
    W_xh = np.array([[-2.0, 0], [1.6, 8], [0.9, 0], [0, 0]])
    W_hy = np.array([[0.0, -20, 20, 0], [0, 0, 20, 0]])
    return W_xh, np.diag([2.0, 0]), np.array([0.0, -4]), W_hy, np.array([-30.0, -8, 8, 0])
"""),
    ("2a.2", "no bias", "your b_h is 0", spelling(("W_hh, b_h, W_hy", "W_hh, 0 * b_h, W_hy"), of=SWITCHES)),
    ("2a.2", "what it gives instead", "0.00 and o one of 1.00", spelling(("0.0, -12.0]", "0.0, 2.0]"))),
    # --- 2a.3
    ("2a.3", "no mask", "padding counts too", loss("return losses.sum() / len(logits)")),
    ("2a.3", "mask inverted", "mask is inverted", loss("return np.where(mask, 0, losses).sum() / len(logits)")),
    ("2a.3", "sum over the batch", "sum over the batch", loss("return (losses * mask).sum()")),
    ("2a.3", "mean over steps", "*sum* over its steps", loss("return (losses * mask).sum() / mask.sum()")),
    ("2a.3", "mean over everything", "*sum* over its steps", loss("return (losses * mask).mean()")),
    ("2a.3", "mean over each row", "*sum* over its steps", loss(
        "return ((losses * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)).mean()")),
    ("2a.3", "per step", "one loss per step", loss("return losses * mask")),
    ("2a.3", "per sequence", "one loss per sequence", loss("return (losses * mask).sum(axis=1)")),
    ("2a.3", "sign", "sign is wrong", loss("return -(losses * mask).sum() / len(logits)")),
    ("2a.3", "no logarithm", "logarithm of the probabilities is missing", loss(MEAN, log_p="softmax(logits, axis=-1)")),
    ("2a.3", "softmax twice", "softmax is taken twice", loss(
        MEAN, z="softmax(logits, axis=-1)")),
    ("2a.3", "softmax over time", "over the classes", loss(MEAN, log_p="np.log(softmax(logits, axis=1) + 1e-300)")),
    ("2a.3", "overflow", "exp overflows", loss(MEAN, z="logits")),
    ("2a.3", "log of a rounded probability", "log(0)", loss(MEAN, log_p="np.log(softmax(logits, axis=-1))")),
    ("2a.3", "clipped", "largest logit", loss(MEAN, log_p="np.log(np.clip(softmax(logits, axis=-1), 1e-12, 1))")),
    ("2a.3", "a little added", "adds a small number", loss(MEAN, log_p="np.log(softmax(logits, axis=-1) + 1e-9)")),
    ("2a.3", "bits", "log2", loss("return (losses * mask).sum() / len(logits) / np.log(2)")),
    ("2a.3", "largest subtracted once", "in the exponentials only", loss(
        MEAN, log_p="logits - np.log(np.exp(z).sum(axis=-1, keepdims=True))")),
    ("2a.3", "logit not subtracted", "logit of the target is not subtracted", """
def sequence_loss(logits, targets, mask):
    largest = logits.max(axis=-1)
    losses = largest + np.log(np.exp(logits - largest[..., None]).sum(axis=-1))
    return (losses * mask).sum() / len(logits)
"""),
    ("2a.3", "logits masked", "still costs", loss(
        "return losses.sum() / len(logits)",
        z="np.where(mask[..., None], logits - logits.max(axis=-1, keepdims=True), 0)")),
    ("2a.3", "all classes", "only the target", loss("return -np.where(mask, log_p.sum(-1), 0).sum() / len(logits)")),
    ("2a.3", "divided by T", "number of steps", loss("return (losses * mask).sum() / logits.shape[1]")),
    ("2a.3", "worst sequence", "worst sequence", loss("return (losses * mask).sum(axis=1).max()")),
    ("2a.3", "float32", "float32", loss(MEAN, z="(logits - logits.max(axis=-1, keepdims=True)).astype('float32')")),
    ("2a.3", "sequences without steps left out", "*all* sequences", loss(
        "return (losses * mask).sum() / max(mask.any(axis=1).sum(), 1)")),
    ("2a.3", "an array of one", "single number", loss("return np.array([(losses * mask).sum() / len(logits)])")),
    ("2a.3", "first step always counts", "first step", loss(
        "mask = mask.copy()\n    mask[:, 0] = True\n    return (losses * mask).sum() / len(logits)")),
    ("2a.3", "lengths in place of the mask", "as if all steps that count came first", loss(
        "mask = np.arange(mask.shape[1]) < mask.sum(axis=1, keepdims=True)\n"
        "    return (losses * mask).sum() / len(logits)")),
    *[("2a.3", f"{tiny} added", "adds a small number", loss(MEAN, log_p=f"np.log(softmax(logits, axis=-1) + {tiny})"))
      for tiny in ("1e-5", "1e-7", "1e-10")],
    ("2a.3", "softmax over everything", "over the whole array", loss(
        MEAN, z="logits - logits.max()", log_p="z - np.log(np.exp(z).sum())")),
    ("2a.3", "targets of all steps", "takes the targets of all steps", loss(
        "return -(log_p[:, :, targets] * mask).sum() / len(logits)")),
    ("2a.3", "targets of the first sequence", "the targets of the first sequence", loss(
        "return -(log_p[:, np.arange(mask.shape[1]), targets[0]] * mask).sum() / len(logits)")),
    ("2a.3", "logits of padding at -inf", "set to -inf", loss(
        "return losses.sum() / len(logits)", z="np.where(mask[..., None], logits, -np.inf)")),
    # --- 2a.4
    ("2a.4", "sign", "sign is wrong", gradient(error="target - p")),
    ("2a.4", "no targets", "targets are not used", gradient(error="p")),
    ("2a.4", "no probabilities", "probabilities are not used", gradient(error="-target")),
    ("2a.4", "right class only", "only the right class", gradient(error="(p - target) * target")),
    ("2a.4", "other classes only", "right class has no gradient", gradient(error="p * (1 - target)")),
    ("2a.4", "no mask", "mask is not used", gradient("error / len(logits)")),
    ("2a.4", "mask inverted", "mask is inverted", gradient("error * ~mask[..., None] / len(logits)")),
    ("2a.4", "not divided", "divide by their number", gradient("error * mask[..., None]")),
    ("2a.4", "divided by the steps", "number of steps that count", gradient(
        "error * mask[..., None] / max(mask.sum(), 1)")),
    ("2a.4", "divided by batch and T", "number of all steps", gradient("error * mask[..., None] / targets.size")),
    ("2a.4", "divided by T", "number of steps", gradient("error * mask[..., None] / logits.shape[1]")),
    ("2a.4", "divided twice", "twice", gradient("error * mask[..., None] / len(logits) ** 2")),
    ("2a.4", "softmax over time", "over the classes", gradient(p="softmax(logits, axis=1)")),
    ("2a.4", "softmax over everything", "over the whole array", gradient(p="softmax(logits)")),
    ("2a.4", "logits themselves", "treated as probabilities", gradient(p="logits")),
    ("2a.4", "slope of the sigmoid", "factor p (1 - p) too many", gradient(error="(p - target) * p * (1 - p)")),
    ("2a.4", "times p", "factor p too many", gradient(error="(p - target) * p")),
    ("2a.4", "by the probability", "chain rule has one more factor", gradient(error="-target / np.maximum(p, 1e-300)")),
    ("2a.4", "doubled", "twice the derivative", gradient(error="2 * (p - target)")),
    ("2a.4", "softmax twice", "softmax is taken twice", gradient(p="softmax(softmax(logits, axis=-1), axis=-1)")),
    ("2a.4", "likeliest class", "most probable class", gradient(
        error="p - np.eye(p.shape[-1])[logits.argmax(axis=-1)]")),
    ("2a.4", "overflow", "exp overflows", gradient(p="np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)")),
    ("2a.4", "one number per step", "each logit has a derivative", gradient(
        "(error * mask[..., None] / len(logits)).sum(axis=-1)")),
    ("2a.4", "absolute", "sign is lost", gradient(error="abs(p - target)")),
    ("2a.4", "mask on p only", "not to the targets", gradient(
        "(p * mask[..., None] - target) / len(logits)")),
    ("2a.4", "off by one", "off by one", gradient(error="p - np.roll(target, 1, axis=-1)")),
    ("2a.4", "float32", "float32", gradient("(error * mask[..., None] / len(logits)).astype('float32')")),
    ("2a.4", "derivative of the probability", "derivative of the probability p_c", gradient(
        error="(p * target).sum(axis=-1, keepdims=True) * (target - p)")),
    ("2a.4", "derivative of minus the probability", "derivative of -p_c", gradient(
        error="(p * target).sum(axis=-1, keepdims=True) * (p - target)")),
    ("2a.4", "1 from every class", "subtracts 1 from every class", gradient(error="p - 1")),
    ("2a.4", "1 at all targets", "subtracts 1 from every class", gradient(
        error="p.copy()\n    error[:, :, targets] -= 1")),
    ("2a.4", "class numbers", "subtracts class numbers", gradient(error="p - targets[..., None]")),
    # --- 2a.5
    ("2a.5", "no slope", "is missing", one_step("d_h")),
    ("2a.5", "slope of the state before", "not 1 - h_{t-1}^2", one_step("d_h * (1 - h_before**2)")),
    ("2a.5", "tanh twice", "tanh is taken twice", one_step("d_h * (1 - np.tanh(h) ** 2)")),
    ("2a.5", "slope of the sigmoid", "slope of the sigmoid", one_step("d_h * h * (1 - h)")),
    ("2a.5", "not squared", "yours is 1 - h_t", one_step("d_h * (1 - h)")),
    ("2a.5", "no 1", "the 1 is missing", one_step("-d_h * h**2")),
    ("2a.5", "plus", "yours is 1 + h_t^2", one_step("d_h * (1 + h**2)")),
    ("2a.5", "ReLU", "slope of a ReLU", one_step("d_h * (h > 0)")),
    ("2a.5", "not transposed", "W_hh is transposed", one_step(back="d_a @ W_hh")),
    ("2a.5", "past the tanh", "must pass through the tanh first", one_step(back="d_h @ W_hh.T")),
    ("2a.5", "no W_hh", "acts through W_hh", one_step(back="d_a")),
    ("2a.5", "d_h added", "the path through this step only", one_step(back="d_h + d_a @ W_hh.T")),
    ("2a.5", "slope after the matrix", "comes before the matrix", one_step(back="(d_h @ W_hh.T) * (1 - h**2)")),
    ("2a.5", "slope of the step before", "leave out 1 - h_{t-1}^2", one_step(
        back="d_a @ W_hh.T * (1 - h_before**2)")),
    ("2a.5", "h_t for h_{t-1}", "yours uses h_t", one_step(hh="h.T @ d_a")),
    ("2a.5", "W_hh's transposed", "gradient of W_hh is transposed", one_step(hh="d_a.T @ h_before")),
    ("2a.5", "W_xh's transposed", "gradient of W_xh is transposed", one_step(xh="d_a.T @ x")),
    ("2a.5", "W_xh from d_h", "multiply x_t by d_a", one_step(xh="x.T @ d_h")),
    ("2a.5", "W_hh from d_h", "not by d_h", one_step(hh="h_before.T @ d_h")),
    ("2a.5", "b_h from d_h", "not of d_h", one_step(b="d_h.sum(axis=0)")),
    ("2a.5", "b_h not summed", "sum over the batch", one_step(b="d_a")),
    ("2a.5", "mean for the bias", "not the mean", one_step(b="d_a.mean(axis=0)")),
    ("2a.5", "divided by the batch", "do not divide again", one_step("d_h * (1 - h**2) / len(x)")),
    ("2a.5", "one outer product per row", "sum over the batch", one_step(xh="x[:, :, None] * d_a[:, None, :]")),
    ("2a.5", "sign", "direction of descent", one_step("-d_h * (1 - h**2)")),
    ("2a.5", "another order", "another order", one_step().replace(
        "return d_a @ W_hh.T, x.T @ d_a", "return x.T @ d_a, d_a @ W_hh.T")),
    ("2a.5", "three things", "return four things", one_step().replace(", d_a.sum(axis=0)", "")),
    ("2a.5", "float32", "float32", one_step("(d_h * (1 - h**2)).astype('float32')")),
    ("2a.5", "in place", "changes its argument d_h", one_step().replace("d_a = d_h *", "d_h *=").replace(
        "    return", "    d_a = d_h\n    return")),
    ("2a.5", "no parentheses", "parentheses are missing", one_step("d_h * 1 - h**2")),
    ("2a.5", "W_xh of h_{t-1} and x", "it should be x_t and d_a", one_step(xh="h_before.T @ x")),
    ("2a.5", "d_a in columns", "Vectors are rows here", one_step(back="W_hh @ d_a")),
    # --- 2a.6
    ("2a.6", "nothing comes back", "each step knows only its own loss", loop(("W_hy.T + d_next", "W_hy.T"))),
    ("2a.6", "forwards", "runs forwards", loop(("reversed(range(x.shape[1]))", "range(x.shape[1])"))),
    ("2a.6", "h_0 is zero", "it is h_0", loop(("else h_0", "else np.zeros_like(h_0)"))),
    ("2a.6", "index -1", "*last* step", loop(("states[:, t - 1] if t > 0 else h_0", "states[:, t - 1]"))),
    ("2a.6", "h_t for h_{t-1}", "yours takes h_t", loop(("states[:, t - 1] if t > 0 else h_0", "states[:, t]"))),
    ("2a.6", "first step left out", "first step is left out", loop(("range(x.shape[1])", "range(1, x.shape[1])"))),
    ("2a.6", "last step left out", "last step is left out", loop(("range(x.shape[1])", "range(x.shape[1] - 1)"))),
    ("2a.6", "not added up", "only one step is counted", loop(
        ("[total + part for total, part in zip(sums, of_step)]", "of_step"))),
    ("2a.6", "last loss only", "only the loss of the last step", loop(
        ("d_next = np.zeros_like(h_0)\n", "d_next = np.zeros_like(h_0)\n    last = x.shape[1] - 1\n"),
        ("d_y[:, t] @ W_hy.T + d_next", "d_next + (t == last) * d_y[:, t] @ W_hy.T"),
        ("states[:, t].T @ d_y[:, t], d_y[:, t].sum(axis=0)",
         "(t == last) * states[:, t].T @ d_y[:, t], (t == last) * d_y[:, t].sum(axis=0)"))),
    ("2a.6", "what comes back piles up", "keeps piling up", loop(
        ("d_next, *of_step = ", "more, *of_step = "),
        ("        of_step +=", "        d_next = d_next + more\n        of_step +="))),
    ("2a.6", "sign", "direction of descent", loop(("return tuple(sums)", "return [-total for total in sums]"))),
    ("2a.6", "divided by the batch", "do not divide again", loop(
        ("return tuple(sums)", "return [total / len(x) for total in sums]"))),
    ("2a.6", "mean over steps", "mean over steps", loop(
        ("return tuple(sums)", "return [total / x.shape[1] for total in sums]"))),
    ("2a.6", "W_hy from h_{t-1}", "y_t was read off h_t", loop(("states[:, t].T @ d_y", "before.T @ d_y"))),
    ("2a.6", "output layer at the end only", "only the last step", loop(
        ("return tuple(sums)", "return *sums[:3], states[:, -1].T @ d_y[:, -1], d_y[:, -1].sum(axis=0)"))),
    ("2a.6", "output layer of the last call", "only the first step", loop(
        ("return tuple(sums)", "return *sums[:3], *of_step[3:]"))),
    ("2a.6", "W_hy transposed", "gradient of W_hy is transposed", loop(
        ("states[:, t].T @ d_y[:, t]", "d_y[:, t].T @ states[:, t]"))),
    ("2a.6", "not through W_hy", "Vectors are rows here", loop(("d_y[:, t] @ W_hy.T", "d_y[:, t] @ W_hy"))),
    ("2a.6", "three things", "return five things", loop(("return tuple(sums)", "return sums[:3]"))),
    ("2a.6", "past the tanh", "pass through the tanh", loop(
        ("d_next, *of_step", "_, *of_step"),
        ("        of_step +=", "        d_next = d_h @ W_hh.T\n        of_step +="))),
    ("2a.6", "not transposed", "W_hh is transposed", loop(
        ("d_next, *of_step", "_, *of_step"),
        ("        of_step +=", "        d_next = d_h * (1 - states[:, t] ** 2) @ W_hh\n        of_step +="))),
    ("2a.6", "bias from d_h", "inside the tanh", loop(("return tuple(sums)", "sums[2] = np.einsum("
        "'bto,uo->u', d_y, W_hy)\n    return tuple(sums)"))),
    ("2a.6", "everything twice", "counted twice", loop(("return tuple(sums)", "return [2 * total for total in sums]"))),
    ("2a.6", "stops too early", "return five things", loop(
        ("    return tuple", "        return tuple"), ("tuple(sums)", "tuple(sums[:1])"))),
    ("2a.6", "float32", "float32", loop(("return tuple(sums)", "return [total.astype('float32') for total in sums]"))),
    ("2a.6", "W_hh twice", "applies W_hh^T twice", loop(("+ d_next", "+ d_next @ W_hh.T"))),
    ("2a.6", "last loss twice", "last step's loss back twice", loop(
        ("d_next = np.zeros_like(h_0)\n", "d_next = d_y[:, -1] @ W_hy.T\n"))),
    ("2a.6", "d_h handed on", "hands on d_h", loop(
        ("d_next, *of_step", "_, *of_step"), ("        of_step +=", "        d_next = d_h\n        of_step +="))),
    ("2a.6", "h_0 at every step", "takes h_0 at every step", loop(("states[:, t - 1] if t > 0 else h_0", "h_0"))),
    *[("2a.6", f"loss one step late, {what}", "adds the loss of step t at step t - 1", loop(
        ("d_next = np.zeros_like(h_0)\n", f"d_next = {first}\n"), ("d_y[:, t] @ W_hy.T + d_next", "d_next"),
        ("        of_step +=", "        d_next = d_next + d_y[:, t] @ W_hy.T\n        of_step +=")))
      for what, first in (("from 0", "np.zeros_like(h_0)"), ("from the last", "d_y[:, -1] @ W_hy.T"))],
    ("2a.6", "another order", "your gradients are in another order", loop(
        ("return tuple(sums)", "return sums[1], sums[0], *sums[2:]"))),
    # --- 2a.7
    ("2a.7", "not shifted", "targets themselves", forced("return targets.copy()")),
    ("2a.7", "rolled", "np.roll", forced("return np.roll(targets, 1, axis=1)")),
    ("2a.7", "wrong way", "wrong way", forced(f"return np.concatenate([targets[:, 1:], {START}], axis=1)")),
    ("2a.7", "rolled the wrong way", "wrong way", forced("return np.roll(targets, -1, axis=1)")),
    ("2a.7", "one step too many", "one step too many", forced(f"return np.concatenate([{START}, targets], axis=1)")),
    ("2a.7", "one step too few", "one step too few", forced("return targets[:, :-1]")),
    ("2a.7", "start at the end", "stands at the end", forced(
        f"return np.concatenate([targets[:, :-1], {START}], axis=1)")),
    ("2a.7", "shifted by two", "shifted by two steps", forced(
        "return np.concatenate([np.full_like(targets[:, :2], start), targets[:, :-2]], axis=1)")),
    ("2a.7", "zero for the start", "it should be the start token", forced(
        f"return np.concatenate([0 * {START}, targets[:, :-1]], axis=1)")),
    ("2a.7", "first target twice", "it should be the start token", forced(
        "return np.concatenate([targets[:, :1], targets[:, :-1]], axis=1)")),
    ("2a.7", "first target overwritten", "must move by one", forced(
        "shifted = targets.copy()\n    shifted[:, 0] = start\n    return shifted")),
    ("2a.7", "in place", "changes its argument targets", forced(
        "targets[:, 1:] = targets[:, :-1].copy()\n    targets[:, 0] = start\n    return targets")),
    ("2a.7", "shifted over the batch", "along axis 1", forced(
        "return np.concatenate([np.full_like(targets[:1], start), targets[:-1]])")),
    ("2a.7", "rolled over the batch", "along axis 1", forced("return np.roll(targets, 1, axis=0)")),
    ("2a.7", "start everywhere", "only the first should", forced("return np.full_like(targets, start)")),
    ("2a.7", "first target everywhere", "every step sees the first target", forced(
        "return np.repeat(targets[:, :1], targets.shape[1], axis=1)")),
    ("2a.7", "floats", "tokens are integers", forced(
        "return np.concatenate([np.full((len(targets), 1), float(start)), targets[:, :-1]], axis=1)")),
    ("2a.7", "rolled as one row", "without an axis", forced(
        "told = np.roll(targets, 1)\n    told[0, 0] = start\n    return told")),
    ("2a.7", "the first row for all", "every row sees the first sequence", forced(
        f"return np.concatenate([{START}, 0 * targets[:, :-1] + targets[:1, :-1]], axis=1)")),
    ("2a.7", "reversed", "keep their order", forced(
        f"return np.concatenate([{START}, targets[:, :0:-1]], axis=1)")),
    ("2a.7", "the first row alone", "every row of the batch", forced(
        "return np.concatenate([[start], targets[0, :-1]])")),
]  # fmt: skip

RIGHT_BUT_UNUSUAL = [
    ("2a.1", next_h("keras.ops.tanh(keras.ops.matmul(x, W_xh) + keras.ops.matmul(h, W_hh) + b_h)")),
    ("2a.1", next_h("np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([W_xh, W_hh]) + b_h)")),
    ("2a.1", next_h("[np.tanh(a @ W_xh + c @ W_hh + b_h) for a, c in zip(x, h)]")),
    ("2a.1", next_h("2 / (1 + np.exp(-2 * np.clip(x @ W_xh + h @ W_hh + b_h, -300, 300))) - 1")),
    ("2a.1", "def compute_next_h(x, h, U, W, b):\n    return np.tanh(b + (W.T @ h.T + U.T @ x.T).T)\n"),
    ("2a.1", next_h("tf.tanh(tf.constant(x, 'float64') @ W_xh + tf.constant(h, 'float64') @ W_hh + b_h).numpy()")),
    ("2a.2", SWITCHES),
    ("2a.2", SPELLING.replace("20.0", "2000.0").replace("12.0", "1200.0")),
    ("2a.2", """
def spell_hello():  # the other sign of the state
    W_xh = -np.array([[-2.0], [1.6], [0.9], [0.0]])
    return W_xh, np.array([[2.0]]), np.zeros(1), [[0, 20, 0, -20]], [-20, -12, 0, -12]
"""),
    ("2a.2", """
def spell_hello():  # trained
    rng, units = np.random.default_rng(1), 5
    weights = [rng.normal(size=shape) for shape in [(4, units), (units, units), (units,), (units, 4), (4,)]]
    variables = [tf.Variable(weight) for weight in weights]
    optimizer = keras.optimizers.Adam(0.1)

    @tf.function
    def update():
        with tf.GradientTape() as tape:
            h, loss = tf.zeros((1, units), "float64"), tf.zeros((), "float64")
            for letter, target in [(0, 1), (1, 2), (2, 2), (2, 3)]:
                h = tf.tanh(variables[0][letter : letter + 1] + h @ variables[1] + variables[2])
                logits = h @ variables[3] + variables[4]
                loss += tf.nn.sparse_softmax_cross_entropy_with_logits([target], logits)[0]
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))

    for _ in range(60):
        update()
    return [variable.numpy() for variable in variables]
"""),
    ("2a.2", """
def spell_hello():  # what was read, one unit for each letter and the same one step later
    W_xh, W_hh = np.zeros((4, 8)), np.zeros((8, 8))
    W_xh[range(4), range(4)] = 9
    W_hh[range(4), range(4, 8)] = 9
    W_hy = np.zeros((8, 4))
    W_hy[0, 1] = W_hy[1, 2] = 20
    W_hy[2, 2], W_hy[6, 2], W_hy[6, 3] = 20, -20, 30
    return W_xh, W_hh, np.zeros(8), W_hy, np.zeros(4)
"""),
    ("2a.3", loss("return (losses * mask).sum(axis=1).mean()")),
    ("2a.3", loss("return sum(losses[mask]) / len(mask)")),
    ("2a.3", """
def sequence_loss(logits, targets, mask):
    losses = keras.losses.sparse_categorical_crossentropy(targets, logits.astype("float64"), from_logits=True)
    return keras.ops.mean(keras.ops.sum(losses * mask, axis=1))
"""),
    ("2a.3", """
def sequence_loss(logits, targets, mask):
    z = logits.astype("float64")
    per_step = np.logaddexp.reduce(z, axis=-1) - (z * np.eye(z.shape[-1])[targets]).sum(axis=-1)
    return float((per_step * mask).sum(axis=1).mean())
"""),
    ("2a.3", """
def sequence_loss(logits, targets, mask):
    total = 0.0
    for b, t in zip(*np.nonzero(mask)):
        z = logits[b, t] - logits[b, t].max()
        total += np.log(np.exp(z).sum()) - z[targets[b, t]]
    return total / len(logits)
"""),
    ("2a.3", """
def sequence_loss(logits, targets, mask):
    from scipy.special import log_softmax
    rows, steps = np.ogrid[: len(logits), : logits.shape[1]]
    return -np.mean(np.sum(log_softmax(logits, axis=-1)[rows, steps, targets], axis=1, where=mask))
"""),
    ("2a.4", """
def loss_gradient(logits, targets, mask):
    gradient = softmax(logits, axis=2)
    for b, t in np.ndindex(targets.shape):
        gradient[b, t, targets[b, t]] -= 1
    gradient[~mask] = 0
    return gradient / len(targets)
"""),
    ("2a.4", """
def loss_gradient(logits, targets, mask):
    logits = tf.convert_to_tensor(logits.astype("float64"))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
        loss = tf.reduce_sum(losses * mask) / len(mask)
    return tape.gradient(loss, logits)
"""),
    ("2a.4", gradient("np.einsum('btk,bt->btk', error, mask / len(mask))")),
    ("2a.4", gradient(error="p - (np.arange(p.shape[-1]) == targets[..., None])")),
    ("2a.4", gradient("np.where(mask[:, :, None], error, 0) / logits.shape[0]",
                      p="np.exp(logits - logits.max(2, keepdims=True))",
                      error="p / p.sum(2, keepdims=True) - target")),
    ("2a.5", one_step("d_h - d_h * h * h")),
    ("2a.5", one_step(hh="np.einsum('bi,bj->ij', h_before, d_a)", back="(W_hh @ d_a.T).T", b="np.ones(len(x)) @ d_a")),
    ("2a.5", """
def step_backward(d_h, x, h_before, h, W_hh):
    d_a = d_h * (1 - h) * (1 + h)
    stacked = np.concatenate([x, h_before], axis=1).T @ d_a
    return [d_a @ W_hh.T, stacked[: x.shape[1]], stacked[x.shape[1] :], d_a.sum(0)]
"""),
    ("2a.5", """
def step_backward(d_h, x, h_before, h, W_hh):
    d_a = tf.constant(d_h * (1.0 - h**2), "float64")
    x, h_before, W_hh = (tf.cast(one, "float64") for one in (x, h_before, W_hh))
    products = [tf.matmul(one, d_a, transpose_a=True) for one in (x, h_before)]
    return tf.matmul(d_a, W_hh, transpose_b=True), *products, tf.reduce_sum(d_a, axis=0)
"""),
    ("2a.5", """
def step_backward(d_h, x, h_before, h, W_hh):
    d_before, d_W_xh = np.zeros(h.shape), np.zeros((x.shape[1], h.shape[1]))
    d_W_hh, d_b_h = np.zeros(W_hh.shape), np.zeros(h.shape[1])
    for b in range(len(x)):
        d_a = d_h[b] * (1 - h[b] ** 2)
        d_before[b] = W_hh @ d_a
        d_W_xh += np.outer(x[b], d_a)
        d_W_hh += np.outer(h_before[b], d_a)
        d_b_h += d_a
    return d_before, d_W_xh, d_W_hh, d_b_h
"""),
    ("2a.6", LOOP.replace("tuple(sums)", "sums")),
    ("2a.6", """
def bptt(x, h_0, states, d_y, W_hh, W_hy):
    d_a, later = np.zeros(states.shape), 0
    for t in reversed(range(x.shape[1])):
        d_a[:, t] = (d_y[:, t] @ W_hy.T + later) * (1 - states[:, t] ** 2)
        later = d_a[:, t] @ W_hh.T
    before = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    d_W_xh, d_W_hh = np.einsum("bti,btu->iu", x, d_a), np.einsum("bth,btu->hu", before, d_a)
    return d_W_xh, d_W_hh, d_a.sum(axis=(0, 1)), np.einsum("btu,bto->uo", states, d_y), d_y.sum(axis=(0, 1))
"""),
    ("2a.6", """
def bptt(x, h_0, states, d_y, W_hh, W_hy):
    if x.shape[1] == 0:
        return np.zeros((x.shape[2], len(W_hh))), 0 * W_hh, 0 * W_hh[0], 0 * W_hy, 0 * W_hy[0]
    *rest, last = range(x.shape[1])
    d_next, all_before = np.zeros(h_0.shape), np.concatenate([h_0[:, None], states], axis=1)
    parts = []
    for t in [last, *reversed(rest)]:
        d_next, *part = step_backward(d_next + d_y[:, t] @ W_hy.T, x[:, t], all_before[:, t], states[:, t], W_hh)
        parts.append(part)
    of_output = [np.tensordot(states, d_y, [(0, 1), (0, 1)]), d_y.sum(axis=1).sum(axis=0)]
    return [sum(one) for one in zip(*parts)] + of_output
"""),
    ("2a.6", """
def bptt(x, h_0, states, d_y, W_hh, W_hy):
    x, states, d_y, W_hh, W_hy = (tf.cast(one, "float64") for one in (x, states, d_y, W_hh, W_hy))
    d_a, d_next = [], 0.0
    for t in reversed(range(x.shape[1])):
        d_a.insert(0, (tf.matmul(d_y[:, t], W_hy, transpose_b=True) + d_next) * (1 - states[:, t] ** 2))
        d_next = tf.matmul(d_a[0], W_hh, transpose_b=True)
    d_a = tf.stack(d_a, axis=1)
    before = tf.concat([tf.cast(h_0, "float64")[:, None], states[:, :-1]], axis=1)
    products = [tf.tensordot(a, b, [[0, 1], [0, 1]]) for a, b in ((x, d_a), (before, d_a), (states, d_y))]
    return *products[:2], tf.reduce_sum(d_a, [0, 1]), products[2], tf.reduce_sum(d_y, [0, 1])
"""),
    ("2a.7", forced("return np.pad(targets, ((0, 0), (1, 0)), constant_values=start)[:, :-1]")),
    ("2a.7", forced("return [[start, *row[:-1]] for row in targets.tolist()]")),
    ("2a.7", forced(
        "return keras.ops.concatenate([keras.ops.full((len(targets), 1), start, 'int64'), targets[:, :-1]], axis=1)")),
    ("2a.7", forced("told = np.roll(targets, 1, axis=1)\n    told[:, 0] = start\n    return told")),
    ("2a.7", forced("told = 0 * targets\n    told[:, 0], told[:, 1:] = start, targets[:, :-1]\n    return told")),
]  # fmt: skip
