"""Wrong answers to the exercises of lesson 3a, and right ones in another form."""


def recurrence(rescaled, step="h @ W", first="[np.linalg.norm(h_0)]", norm="np.linalg.norm(h)"):
    """An answer to 3a.1 from its parts."""
    return f"""
def linear_recurrence(W_hh, radius, h_0, steps):
    W = {rescaled}
    h, norms = h_0, {first}
    for _ in range(steps):
        h = {step}
        norms.append({norm})
    return np.array(norms)
"""


RIGHT_SCALE = "W_hh * radius / np.abs(np.linalg.eigvals(W_hh)).max()"


def jacobians(
    factor="W_hh * (1 - h**2)", product="factor @ product", norm="np.linalg.norm(product, 2)", over="states[:0:-1]"
):
    """An answer to 3a.2 from its parts."""
    return f"""
def jacobian_norms(states, W_hh):
    product = np.eye(len(W_hh))
    norms = [1.0]
    for h in {over}:
        factor = {factor}
        product = {product}
        norms.append({norm})
    return np.array(norms)
"""


def clip(by_value="np.clip(g, -limit, limit)", norm=None, factor=None, each="g * factor"):
    """An answer to 3a.3 from what becomes of each gradient g by value, and the parts of clipping by norm."""
    return f"""
def clip(gradients, limit, by):
    if by == "value":
        return [{by_value} for g in gradients]
    norm = {norm or NORM}
    factor = {factor or FACTOR}
    return [{each} for g in gradients]
"""


NORM = "np.sqrt(sum(np.sum(g**2) for g in gradients))"
FACTOR = "min(1.0, limit / max(norm, 1e-12))"
LEAKY = """
class LeakyCell(layers.Layer):
    def __init__(self, units, alpha=0.1, learned=False):
        super().__init__()
        self.state_size = self.output_size = units
        self.first_alpha, self.learned = alpha, learned

    def build(self, input_shape):
        units, a = self.state_size, float(np.log(self.first_alpha / (1 - self.first_alpha)))
        self.W_xh = self.add_weight(shape=(input_shape[-1], units), name="W_xh")
        self.W_hh = self.add_weight(shape=(units, units), name="W_hh", initializer="orthogonal")
        self.b_h = self.add_weight(shape=(units,), name="b_h", initializer="zeros")
        first = keras.initializers.Constant(a)
        self.a = self.add_weight(shape=(units,), name="a", initializer=first, trainable=self.learned)

    def call(self, x, states):
"""
GATED = """
class GatedCell(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.state_size = self.output_size = units

    def build(self, input_shape):
        units, size = self.state_size, input_shape[-1]
        self.W_xh, self.W_xg = (self.add_weight(shape=(size, units), name=name) for name in ("W_xh", "W_xg"))
        self.W_hh, self.W_hg = (self.add_weight(shape=(units, units), name=name) for name in ("W_hh", "W_hg"))
        self.b_h = self.add_weight(shape=(units,), name="b_h", initializer="zeros")
        self.b_g = self.add_weight(shape=(units,), name="b_g", initializer="ones")

    def call(self, x, states):
"""
CANDIDATE = "ops.tanh(x @ self.W_xh + h @ self.W_hh + self.b_h)"
GATE = "ops.sigmoid(x @ self.W_xg + h @ self.W_hg + self.b_g)"


def leaky(update, alpha="ops.sigmoid(self.a)", candidate=CANDIDATE, returned="new, [new]"):
    """An answer to 3a.4 from its parts."""
    return f"""{LEAKY}
        h = states[0]
        alpha = {alpha}
        candidate = {candidate}
        new = {update}
        return {returned}
"""


def gated(update="keep * h + (1 - keep) * candidate", keep=GATE, candidate=CANDIDATE, returned="new, [new]"):
    """An answer to 3a.5 from its parts."""
    return f"""{GATED}
        h = states[0]
        candidate = {candidate}
        keep = {keep}
        new = {update}
        return {returned}
"""


MIX = "(1 - alpha) * h + alpha * candidate"
MUTANTS = [
    ("3a.1", "not rescaled", "as it is", recurrence("W_hh")),
    ("3a.1", "multiplied only", "not divided", recurrence("W_hh * radius")),
    ("3a.1", "largest singular value", "singular", recurrence("W_hh * radius / np.linalg.norm(W_hh, 2)")),
    ("3a.1", "Frobenius norm", "Frobenius", recurrence("W_hh * radius / np.linalg.norm(W_hh)")),
    ("3a.1", "real parts", "complex", recurrence("W_hh * radius / np.linalg.eigvals(W_hh).real.max()")),
    ("3a.1", "transposed", "transposed", recurrence(RIGHT_SCALE, step="W @ h")),
    ("3a.1", "without h_0", "one norm is missing", recurrence(RIGHT_SCALE, first="[]")),
    ("3a.1", "states", "these are the states", recurrence(RIGHT_SCALE, first="[h_0]", norm="h")),
    ("3a.1", "squared", "square root", recurrence(RIGHT_SCALE, first="[h_0 @ h_0]", norm="h @ h")),
    ("3a.1", "first eigenvalue", "take their maximum", recurrence("W_hh * radius / abs(np.linalg.eigvals(W_hh)[0])")),
    ("3a.1", "last eigenvalue", "take their maximum", recurrence("W_hh * radius / abs(np.linalg.eigvals(W_hh)[-1])")),
    ("3a.1", "to radius 1", "by `radius`, too", recurrence(RIGHT_SCALE.replace(" * radius", ""))),
    (
        "3a.1",
        "upside down",
        "upside down",
        recurrence("W_hh * np.abs(np.linalg.eigvals(W_hh)).max() / radius"),
    ),
    (
        "3a.1",
        "relative",
        "relative to the first",
        recurrence(RIGHT_SCALE).replace("np.array(norms)", "np.array(norms) / norms[0]"),
    ),
    (
        "3a.1",
        "without the last",
        "one norm is missing, the last",
        recurrence(RIGHT_SCALE).replace("range(steps)", "range(steps - 1)"),
    ),
    (
        "3a.1",
        "a buffer of the state's kind",
        "with integers",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    W = W_hh * radius / np.abs(np.linalg.eigvals(W_hh)).max()
    norms, h = np.zeros(steps + 1, dtype=h_0.dtype), h_0
    for t in range(steps + 1):
        norms[t], h = np.linalg.norm(h), h @ W
    return norms
""",
    ),
    (
        "3a.1",
        "only where the radius is larger",
        "also where its spectral radius is below",
        recurrence("W_hh * min(1, radius / np.abs(np.linalg.eigvals(W_hh)).max())"),
    ),
    ("3a.1", "for symmetric matrices", "eigvalsh", recurrence("W_hh * radius / abs(np.linalg.eigvalsh(W_hh)).max()")),
    (
        "3a.1",
        "two norms without a step",
        "one norm too many",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    W = W_hh * radius / np.abs(np.linalg.eigvals(W_hh)).max()
    states = [h_0, h_0 @ W]
    for _ in range(steps - 1):
        states.append(states[-1] @ W)
    return np.linalg.norm(states, axis=1)
""",
    ),
    ("3a.1", "a tanh", "no tanh belongs here", recurrence(RIGHT_SCALE, step="np.tanh(h @ W)")),
    (
        "3a.1",
        "a power of W in every step",
        "multiplied by a power of W",
        recurrence(RIGHT_SCALE, step="h @ np.linalg.matrix_power(W, len(norms))"),
    ),
    (
        "3a.1",
        "the last stays 0",
        "the last norm stays 0",
        recurrence(RIGHT_SCALE).replace("np.array(norms)", "np.append(norms[:-1], 0)"),
    ),
    ("3a.2", "element by element", "element by element", jacobians(product="factor * product")),
    (
        "3a.2",
        "0 at lag 0",
        "at lag 0 the product is the identity",
        jacobians().replace("[1.0]", "[0.0]"),
    ),
    ("3a.2", "forward in time", "*last* k", jacobians(over="states[1:]")),
    (
        "3a.2",
        "an identity for the steps",
        "is the number of states",
        jacobians().replace("np.eye(len(W_hh))", "np.eye(len(states))"),
    ),
    ("3a.2", "column sums", "column sum", jacobians(norm="np.linalg.norm(product, 1)")),
    ("3a.2", "a mean slope", "its own slope", jacobians("W_hh * np.mean(1 - h**2)")),
    ("3a.2", "spectral radius", "largest |eigenvalue|", jacobians(norm="abs(np.linalg.eigvals(product)).max()")),
    ("3a.2", "single steps", "single steps", jacobians(product="factor")),
    (
        "3a.2",
        "product of the norms",
        "multiply the matrices",
        jacobians(product="factor", norm="norms[-1] * np.linalg.norm(factor, 2)"),
    ),
    (
        "3a.2",
        "one lag too far",
        "one lag too far",
        jacobians(over="states[::-1]").replace("np.array(norms)", "np.array(norms)[1:]"),
    ),
    (
        "3a.2",
        "Frobenius norm of the identity, too",
        "Frobenius",
        jacobians(norm="np.linalg.norm(product)").replace("[1.0]", "[np.linalg.norm(product)]"),
    ),
    ("3a.2", "no slope of the tanh", "is missing", jacobians("W_hh")),
    ("3a.2", "slope on the rows", "scales rows", jacobians("W_hh * (1 - h**2)[:, None]")),
    ("3a.2", "transposed", "transposed", jacobians("W_hh.T * (1 - h**2)")),
    ("3a.2", "tanh twice", "already tanh", jacobians("W_hh * (1 - np.tanh(h)**2)")),
    ("3a.2", "no square", "with a square", jacobians("W_hh * (1 - h)")),
    ("3a.2", "wrong order", "wrong order", jacobians(product="product @ factor")),
    ("3a.2", "Frobenius norm", "Frobenius", jacobians(norm="np.linalg.norm(product)")),
    ("3a.2", "from the beginning", "*last* k", jacobians(product="product @ factor", over="states[1:]")),
    ("3a.2", "one step too many", "lags", jacobians(over="states[::-1]")),
    ("3a.2", "shifted", "shifted by one", jacobians(over="states[-2::-1]")),
    ("3a.3", "only the upper bound", "large negative", clip("np.minimum(g, limit)")),
    ("3a.3", "sign lost", "sign is lost", clip("np.minimum(abs(g), limit)")),
    ("3a.3", "always the bound", "small elements", clip("limit * np.sign(g)")),
    ("3a.3", "thrown away", "become 0", clip("np.where(abs(g) > limit, 0, g)")),
    ("3a.3", "by norm", "clips by norm", clip("g * min(1, limit / np.linalg.norm(g))")),
    (
        "3a.3",
        "one array",
        "a list of 3",
        "def clip(gradients, limit, by):\n    return np.clip(gradients[0], -limit, limit)",
    ),
    ("3a.3", "in place", "changes its argument", clip("np.clip(g, -limit, limit, out=g)")),
    (
        "3a.3",
        "into the list",
        "changes its argument gradients",
        """
def clip(gradients, limit, by):
    norm = np.sqrt(sum(np.sum(g**2) for g in gradients))
    for n, g in enumerate(gradients):
        gradients[n] = np.clip(g, -limit, limit) if by == "value" else g * min(1, limit / max(norm, 1e-9))
    return gradients
""",
    ),
    ("3a.3", "norm of the first", "one array only", clip(norm="np.linalg.norm(gradients[0])")),
    ("3a.3", "largest of the norms", "one array only", clip(norm="max(np.linalg.norm(g) for g in gradients)")),
    ("3a.3", "largest element", "largest element", clip(norm="max(np.abs(g).max() for g in gradients)")),
    ("3a.3", "sum of elements", "sum of |elements|", clip(norm="sum(np.abs(g).sum() for g in gradients)")),
    (
        "3a.3",
        "each by its own",
        "its own norm",
        clip(norm="0", factor="0", each="g * min(1, limit / max(np.linalg.norm(g), 1e-12))"),
    ),
    ("3a.3", "scaled up, too", "scaled *up*", clip(factor="limit / max(norm, 1e-12)")),
    ("3a.3", "sum of norms", "sum of the norms", clip(norm="sum(np.linalg.norm(g) for g in gradients)")),
    ("3a.3", "no root", "square root", clip(norm="sum(np.sum(g**2) for g in gradients)")),
    ("3a.3", "to norm 1", "norm 1", clip(factor="1 / max(norm, 1e-12)")),
    ("3a.3", "always by value", "by value", clip(norm="0", factor="0", each="np.clip(g, -limit, limit)")),
    (
        "3a.3",
        "always by norm",
        "clips by norm",
        clip("g * min(1, limit / np.sqrt(sum(np.sum(k**2) for k in gradients)))"),
    ),
    ("3a.3", "0 by 0", "division by 0", clip(factor="np.minimum(1.0, limit / norm) if norm else np.nan")),
    ("3a.3", "squares compared", "compare these two", clip(factor="limit / norm if norm**2 > limit else 1")),
    (
        "3a.3",
        "only where an element is too large",
        "compare these two",
        clip(factor="limit / norm if max(abs(g).max() for g in gradients) > limit else 1"),
    ),
    (
        "3a.3",
        "only where an array is too large",
        "compare these two",
        clip(factor="limit / norm if max(np.linalg.norm(g) for g in gradients) > limit else 1"),
    ),
    ("3a.3", "a little too small", "0.1 too large", clip(factor="min(1.0, limit / (norm + 0.1))")),
    (
        "3a.3",
        "by value first",
        "clipped by value first",
        clip().replace("    norm =", "    gradients = [np.clip(g, -limit, limit) for g in gradients]\n    norm ="),
    ),
    (
        "3a.3",
        "only the large arrays",
        "only arrays whose own norm",
        clip(each="g * factor if np.linalg.norm(g) > limit else g"),
    ),
    ("3a.3", "squares of sums", "square the elements", clip(norm="np.sqrt(sum(np.sum(g)**2 for g in gradients))")),
    ("3a.3", "no array of arrays", "different shapes", clip(norm="np.linalg.norm(np.array(gradients))")),
    (
        "3a.3",
        "two gradients",
        "any number",
        clip(norm="[np.hypot(*map(np.linalg.norm, (w, b))) for w, b in [gradients]][0]"),
    ),
    ("3a.3", "upside down", "upside down", clip(factor="norm / limit if norm > limit else 1")),
    ("3a.4", "swapped", "swapped", leaky("alpha * h + (1 - alpha) * candidate")),
    ("3a.4", "no sigmoid", "sigmoid of self.a", leaky(MIX, alpha="self.a")),
    ("3a.4", "first alpha", "first value", leaky(MIX, alpha="self.first_alpha")),
    ("3a.4", "no leak", "candidate alone", leaky("candidate")),
    ("3a.4", "candidate in full", "added in full", leaky("(1 - alpha) * h + candidate")),
    ("3a.4", "state in full", "kept in full", leaky("h + alpha * candidate")),
    ("3a.4", "no tanh", "tanh", leaky(MIX, candidate=CANDIDATE.removeprefix("ops.tanh"))),
    (
        "3a.4",
        "tanh around all",
        "around the whole",
        leaky(f"ops.tanh({MIX})", candidate=CANDIDATE.removeprefix("ops.tanh")),
    ),
    ("3a.4", "one alpha", "its own alpha", leaky(MIX, alpha="ops.mean(ops.sigmoid(self.a))")),
    ("3a.4", "no word", "see the word", leaky(MIX, candidate=CANDIDATE.replace("x @ self.W_xh + ", ""))),
    ("3a.4", "no old state", "see the old state", leaky(MIX, candidate=CANDIDATE.replace("h @ self.W_hh + ", ""))),
    ("3a.4", "candidate as output", "the output is not", leaky(MIX, returned="candidate, [new]")),
    ("3a.4", "candidate as state", "the state handed on is not", leaky(MIX, returned="new, [candidate]")),
    (
        "3a.4",
        "into the states",
        "writes into",
        leaky(MIX).replace("return new, [new]", "states[0] = new; return new, states"),
    ),
    ("3a.4", "the list as state", "states[0]", leaky(MIX).replace("h = states[0]", "h = states")),
    ("3a.4", "old state handed on", "the state handed on is not", leaky(MIX, returned="new, [h]")),
    (
        "3a.4",
        "a gradient stopped",
        "the gradient by",
        leaky(MIX, candidate=CANDIDATE.replace("h @", "ops.stop_gradient(h) @")),
    ),
    ("3a.4", "a state clipped", "is clipped", leaky(f"ops.clip({MIX}, -1, 1)")),
    (
        "3a.4",
        "bias outside",
        "inside of the candidate's tanh",
        leaky(MIX, candidate="ops.tanh(x @ self.W_xh + h @ self.W_hh) + self.b_h"),
    ),
    ("3a.4", "the first text's state", "its own state", leaky(MIX).replace("h = states[0]", "h = states[0][:1]")),
    ("3a.4", "the first text", "take no example out", leaky(MIX).replace("h = states[0]", "h = states[0][0]")),
    (
        "3a.4",
        "a state of its own",
        "keeps one of its own",
        leaky(MIX)
        .replace("h = states[0]", 'h = getattr(self, "h", states[0])')
        .replace("return new", "self.h = new; return new"),
    ),
    ("3a.4", "never learned", "only where `learned`", leaky(MIX).replace("trainable=self.learned", "trainable=False")),
    ("3a.4", "begins at alpha", "log(alpha", leaky(MIX).replace("Constant(a)", "Constant(self.first_alpha)")),
    ("3a.4", "state without a list", "in a list", leaky(MIX, returned="new, new")),
    ("3a.4", "one thing returned", "two things", leaky(MIX, returned="new")),
    (
        "3a.4",
        "NumPy",
        "keras.ops",
        leaky(
            MIX,
            candidate="np.tanh(np.array(x) @ np.array(self.W_xh) + np.array(h) @ np.array(self.W_hh))",
        ),
    ),
    ("3a.5", "swapped", "swapped", gated("(1 - keep) * h + keep * candidate")),
    ("3a.5", "no sigmoid", "sigmoid of the gate is missing", gated(keep=GATE.removeprefix("ops.sigmoid"))),
    ("3a.5", "tanh gate", "not a tanh", gated(keep=GATE.replace("sigmoid", "tanh"))),
    ("3a.5", "no bias", "b_g is missing", gated(keep="ops.sigmoid(x @ self.W_xg + h @ self.W_hg)")),
    ("3a.5", "blind to the state", "old state: h @ W_hg", gated(keep="ops.sigmoid(x @ self.W_xg + self.b_g)")),
    ("3a.5", "gate from the candidate", "from the candidate", gated(keep=GATE.replace("h @", "candidate @"))),
    ("3a.5", "candidate's weights", "its own end in g", gated(keep=CANDIDATE.replace("tanh", "sigmoid"))),
    ("3a.5", "candidate in full", "added in full", gated("keep * h + candidate")),
    ("3a.5", "no tanh", "tanh of the candidate", gated(candidate=CANDIDATE.removeprefix("ops.tanh"))),
    ("3a.5", "state in full", "kept in full", gated("h + (1 - keep) * candidate")),
    ("3a.5", "both kept", "both terms", gated("keep * h + keep * candidate")),
    ("3a.5", "one lambda", "its own gate", gated(keep=f"ops.mean({GATE}, axis=1, keepdims=True)")),
    ("3a.5", "tanh around all", "around the whole", gated("ops.tanh(keep * h + (1 - keep) * candidate)")),
    (
        "3a.5",
        "one tanh, around all",
        "around the whole",
        gated("ops.tanh(keep * h + (1 - keep) * candidate)", candidate=CANDIDATE.removeprefix("ops.tanh")),
    ),
    ("3a.5", "no b_h", "b_h is missing", gated(candidate=CANDIDATE.replace(" + self.b_h", ""))),
    (
        "3a.5",
        "W_hh transposed",
        "W_hh is used transposed",
        gated(candidate=CANDIDATE.replace("self.W_hh", "ops.transpose(self.W_hh)")),
    ),
    (
        "3a.5",
        "W_hg transposed",
        "W_hg is used transposed",
        gated(keep=GATE.replace("self.W_hg", "ops.transpose(self.W_hg)")),
    ),
    ("3a.5", "the gate's gradient stopped", "the gradient by", gated(keep=f"ops.stop_gradient({GATE})")),
    ("3a.5", "rounded", "is rounded", gated(keep=f"ops.round({GATE})")),
    (
        "3a.5",
        "an exponential that overflows",
        "should be finite",
        gated(keep=f"ops.exp({GATE.removeprefix('ops.sigmoid')}) / (1 + ops.exp({GATE.removeprefix('ops.sigmoid')}))"),
    ),
    ("3a.5", "candidate as output", "the output is not", gated(returned="candidate, [new]")),
    (
        "3a.5",
        "biases exchanged",
        "the two biases are exchanged",
        gated(keep=GATE.replace("b_g", "b_h"), candidate=CANDIDATE.replace("b_h", "b_g")),
    ),
    (
        "3a.5",
        "weights exchanged, not the biases",
        "the two sets of weights",
        gated(
            keep=CANDIDATE.replace("b_h", "b_g").replace("tanh", "sigmoid"),
            candidate="ops.tanh(x @ self.W_xg + h @ self.W_hg + self.b_h)",
        ),
    ),
    ("3a.5", "a gate of its bias", "neither the word", gated(keep="ops.sigmoid(self.b_g)")),
    ("3a.5", "the first text's gate", "its own gate", gated(keep=f"{GATE}[0]")),
    ("3a.5", "old state handed on", "the state handed on is not", gated(returned="new, [h]")),
    ("3a.5", "no return", "`return`", gated().replace("return new, [new]", "new, [new]")),
]

RIGHT_BUT_UNUSUAL = [
    ("3a.1", recurrence(RIGHT_SCALE).replace("np.array(norms)", "[float(norm) for norm in norms]")),
    ("3a.3", clip("np.clip(g, -limit, limit).tolist()")),
    (
        "3a.1",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    W = W_hh / max(abs(value) for value in np.linalg.eigvals(W_hh.T)) * radius
    return np.array([float(np.linalg.norm(h_0 @ np.linalg.matrix_power(W, t))) for t in range(steps + 1)])
""",
    ),
    ("3a.1", recurrence(RIGHT_SCALE, step="W.T @ h", norm="np.sqrt(np.sum(h**2))")),
    (
        "3a.1",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    W = tf.constant(W_hh * radius / np.abs(np.linalg.eigvals(W_hh)).max(), "float64")
    h = tf.constant(h_0, "float64")[None]
    norms = [tf.norm(h)]
    while len(norms) <= steps:
        h = h @ W
        norms.append(tf.norm(h))
    return tf.stack(norms)
""",
    ),
    ("3a.2", jacobians("np.diag(1 - h**2) @ W_hh.T", "product @ factor")),  # columns
    (
        "3a.2",
        """
def jacobian_norms(states, W_hh):
    def back(t, product):
        norm = [np.sqrt(np.linalg.eigvalsh(product.T @ product)[-1])]
        return norm + (back(t - 1, W_hh @ (np.diag(1 - states[t] ** 2) @ product)) if t else [])
    return tuple(back(len(states) - 1, np.eye(len(W_hh))))
""",
    ),
    (
        "3a.2",
        """
def jacobian_norms(states, W_hh):
    def norm(k):
        product = np.eye(len(W_hh))
        for h in states[len(states) - k:]:
            product = product @ W_hh @ np.diag(1 - h * h)
        return np.linalg.svd(product)[1][0]
    return [norm(k) for k in range(len(states))]
""",
    ),
    ("3a.3", clip("np.maximum(np.minimum(g, limit), -limit)")),
    ("3a.3", clip(factor="min(1.0, limit / (norm + 1e-6))")),  # as PyTorch does
    ("3a.3", clip("tf.clip_by_value(g, -limit, limit)")),
    ("3a.3", clip("ops.sign(g) * ops.minimum(ops.abs(g), limit)")),
    (
        "3a.3",
        """
def clip(gradients, limit, by):
    if by == "norm":
        return tf.clip_by_global_norm([tf.constant(g) for g in gradients], limit)[0]
    return [tf.clip_by_value(g, -limit, limit) for g in gradients]
""",
    ),
    (
        "3a.3",
        """
def clip(gradients, limit, by="norm"):
    clipped = tuple(np.maximum(-limit, np.minimum(limit, g)) for g in gradients)
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return clipped if by == "value" else gradients if norm <= limit else tuple(limit * g / norm for g in gradients)
""",
    ),
    ("3a.4", leaky("h + alpha * (candidate - h)", alpha="1 / (1 + ops.exp(-self.a))")),
    (
        "3a.4",
        leaky(
            MIX,
            candidate="tf.tanh(tf.matmul(x, self.W_xh) + tf.matmul(h, self.W_hh) + self.b_h)",
            returned="new, (new,)",
        ),
    ),
    (
        "3a.5",
        gated(
            "candidate + keep * (h - candidate)",
            keep="keras.activations.sigmoid(ops.matmul(x, self.W_xg) + ops.dot(h, self.W_hg) + self.b_g)",
        ),
    ),
    (
        "3a.5",
        gated(
            candidate="tf.math.tanh(ops.add(ops.matmul(x, self.W_xh) + ops.matmul(h, self.W_hh), self.b_h))",
            returned="[new, [new]]",
        ),
    ),
]
