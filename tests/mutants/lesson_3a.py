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
    """An answer to 3a.5 from what becomes of each gradient g by value, and the parts of clipping by norm."""
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


def terms(
    delta="d_h * (1 - h**2)",
    term="np.outer(before, delta)",
    back="delta @ W_hh.T",
    first="h_0",
    returned="np.array(found)",
):
    """An answer to 3a.3 from its parts."""
    return f"""
def terms_by_lag(states, d_h, W_hh):
    h_0, found = np.zeros(len(d_h)), []
    T = len(states)
    for t in reversed(range(T)):
        h, before = states[t], states[t - 1] if t else {first}
        delta = {delta}
        found.append({term})
        d_h = {back}
    return {returned}
"""


def rest(jacobian="w * (1 - h**2)", step="np.tanh(w * h)", start="1.0", steps=1000, returned="h, jacobian"):
    """An answer to 3a.4 from its parts."""
    return f"""
def latch_jacobian(w):
    h = {start}
    for _ in range({steps}):
        h = {step}
    jacobian = {jacobian}
    return {returned}
"""


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
    ("3a.1", "first eigenvalue", "take np.abs first", recurrence("W_hh * radius / abs(np.linalg.eigvals(W_hh)[0])")),
    ("3a.1", "last eigenvalue", "take np.abs first", recurrence("W_hh * radius / abs(np.linalg.eigvals(W_hh)[-1])")),
    ("3a.1", "largest without abs", "take np.abs first", recurrence("W_hh * radius / np.linalg.eigvals(W_hh).max()")),
    ("3a.1", "no largest", "divided by one number", recurrence("W_hh * radius / np.abs(np.linalg.eigvals(W_hh))")),
    ("3a.1", "no largest, complex", "divided by one number", recurrence("W_hh * radius / np.linalg.eigvals(W_hh)")),
    (
        "3a.1",
        "every power rescaled",
        "rescaled once",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    P, norms = np.eye(len(W_hh)), [np.linalg.norm(h_0)]
    for _ in range(steps):
        P = P @ W_hh
        P = P * radius / np.abs(np.linalg.eigvals(P)).max()
        norms.append(np.linalg.norm(h_0 @ P))
    return np.array(norms)
""",
    ),
    (
        "3a.1",
        "every power rescaled, the identity, too",
        "rescaled once",
        """
def linear_recurrence(W_hh, radius, h_0, steps):
    powers = [np.linalg.matrix_power(W_hh, t) for t in range(steps + 1)]
    return np.array([np.linalg.norm(h_0 @ P) * radius / abs(np.linalg.eigvals(P)).max() for P in powers])
""",
    ),
    ("3a.1", "to radius 1", "by `radius`, too", recurrence(RIGHT_SCALE.replace(" * radius", ""))),
    (
        "3a.1",
        "inverted",
        "inverted",
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
        "in this case, too",
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
    ("3a.1", "a tanh", "leave out the tanh", recurrence(RIGHT_SCALE, step="np.tanh(h @ W)")),
    (
        "3a.1",
        "a power of W in every step",
        "contains the earlier factors",
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
    ("3a.2", "slope on the rows", "scales the rows", jacobians("W_hh * (1 - h**2)[:, None]")),
    ("3a.2", "transposed", "transposed", jacobians("W_hh.T * (1 - h**2)")),
    ("3a.2", "for columns", "states in columns", jacobians("np.diag(1 - h**2) @ W_hh", "product @ factor")),
    ("3a.2", "a vector of slopes", "it is a vector", jacobians("W_hh @ (1 - h**2)")),
    ("3a.2", "tanh twice", "tanh(a) already", jacobians("W_hh * (1 - np.tanh(h)**2)")),
    ("3a.2", "no square", "with a square", jacobians("W_hh * (1 - h)")),
    ("3a.2", "wrong order", "wrong order", jacobians(product="product @ factor")),
    ("3a.2", "Frobenius norm", "Frobenius", jacobians(norm="np.linalg.norm(product)")),
    ("3a.2", "from the beginning", "*last* k", jacobians(product="product @ factor", over="states[1:]")),
    ("3a.2", "one step too many", "lags", jacobians(over="states[::-1]")),
    ("3a.2", "shifted", "shifted by one", jacobians(over="states[-2::-1]")),
    ("3a.5", "only the upper bound", "large negative", clip("np.minimum(g, limit)")),
    ("3a.5", "sign lost", "sign is lost", clip("np.minimum(abs(g), limit)")),
    ("3a.5", "always the bound", "small elements", clip("limit * np.sign(g)")),
    ("3a.5", "thrown away", "become 0", clip("np.where(abs(g) > limit, 0, g)")),
    ("3a.5", "by norm", "clips by norm", clip("g * min(1, limit / np.linalg.norm(g))")),
    (
        "3a.5",
        "one array",
        "a list of 3",
        "def clip(gradients, limit, by):\n    return np.clip(gradients[0], -limit, limit)",
    ),
    ("3a.5", "in place", "changes its argument", clip("np.clip(g, -limit, limit, out=g)")),
    (
        "3a.5",
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
    ("3a.5", "norm of the first", "one array only", clip(norm="np.linalg.norm(gradients[0])")),
    ("3a.5", "largest of the norms", "one array only", clip(norm="max(np.linalg.norm(g) for g in gradients)")),
    ("3a.5", "largest element", "largest element", clip(norm="max(np.abs(g).max() for g in gradients)")),
    ("3a.5", "sum of elements", "sum of |elements|", clip(norm="sum(np.abs(g).sum() for g in gradients)")),
    (
        "3a.5",
        "each by its own",
        "its own norm",
        clip(norm="0", factor="0", each="g * min(1, limit / max(np.linalg.norm(g), 1e-12))"),
    ),
    ("3a.5", "scaled up, too", "scaled *up*", clip(factor="limit / max(norm, 1e-12)")),
    ("3a.5", "sum of norms", "sum of the norms", clip(norm="sum(np.linalg.norm(g) for g in gradients)")),
    ("3a.5", "no root", "square root", clip(norm="sum(np.sum(g**2) for g in gradients)")),
    ("3a.5", "to norm 1", "norm 1", clip(factor="1 / max(norm, 1e-12)")),
    ("3a.5", "always by value", "by value", clip(norm="0", factor="0", each="np.clip(g, -limit, limit)")),
    (
        "3a.5",
        "always by norm",
        "clips by norm",
        clip("g * min(1, limit / np.sqrt(sum(np.sum(k**2) for k in gradients)))"),
    ),
    ("3a.5", "0 by 0", "division by 0", clip(factor="np.minimum(1.0, limit / norm) if norm else np.nan")),
    ("3a.5", "squares compared", "compare these two", clip(factor="limit / norm if norm**2 > limit else 1")),
    (
        "3a.5",
        "only where an element is too large",
        "compare these two",
        clip(factor="limit / norm if max(abs(g).max() for g in gradients) > limit else 1"),
    ),
    (
        "3a.5",
        "only where an array is too large",
        "compare these two",
        clip(factor="limit / norm if max(np.linalg.norm(g) for g in gradients) > limit else 1"),
    ),
    ("3a.5", "a little too small", "0.1 too large", clip(factor="min(1.0, limit / (norm + 0.1))")),
    (
        "3a.5",
        "by value first",
        "clipped by value first",
        clip().replace("    norm =", "    gradients = [np.clip(g, -limit, limit) for g in gradients]\n    norm ="),
    ),
    (
        "3a.5",
        "only the large arrays",
        "only arrays whose own norm",
        clip(each="g * factor if np.linalg.norm(g) > limit else g"),
    ),
    ("3a.5", "squares of sums", "square the elements", clip(norm="np.sqrt(sum(np.sum(g)**2 for g in gradients))")),
    ("3a.5", "no array of arrays", "different shapes", clip(norm="np.linalg.norm(np.array(gradients))")),
    (
        "3a.5",
        "two gradients",
        "any number",
        clip(norm="[np.hypot(*map(np.linalg.norm, (w, b))) for w, b in [gradients]][0]"),
    ),
    ("3a.5", "inverted", "inverted", clip(factor="norm / limit if norm > limit else 1")),
    ("3a.3", "transposed", "transposed", terms(term="np.outer(delta, before)")),
    ("3a.3", "from the first step on", "reverse order", terms(returned="np.array(found[::-1])")),
    ("3a.3", "the new state", "the one that comes out", terms(term="np.outer(h, delta)")),
    ("3a.3", "h_1 before the first step", "comes from h_0", terms(first="states[t]")),
    ("3a.3", "the last state before the first", "wraps round", terms(first="states[-1]")),
    ("3a.3", "without the first step", "one term is missing", terms(returned="np.array(found[:-1])")),
    ("3a.3", "no slope in the delta", "without the slope", terms("d_h", back="(delta * (1 - h**2)) @ W_hh.T")),
    ("3a.3", "no slope on the way back", "which includes the slope", terms(back="d_h @ W_hh.T")),
    ("3a.3", "no slopes at all", "slope of the tanh, 1 - h**2, is missing", terms("d_h")),
    ("3a.3", "slope at the old state", "slope at h_{t-1}", terms("d_h * (1 - before**2)")),
    ("3a.3", "slope squared", "slope twice", terms("d_h * (1 - h**2) ** 2")),
    ("3a.3", "slope twice", "a second time", terms(term="np.outer(before, delta * (1 - h**2))")),
    ("3a.3", "no square", "with a square", terms("d_h * (1 - h)")),
    ("3a.3", "a plus", "with a minus", terms("d_h * (1 + h**2)")),
    ("3a.3", "the slope of the sigmoid", "that of the sigmoid", terms("d_h * h * (1 - h)")),
    ("3a.3", "tanh twice", "tanh(a) already", terms("d_h * (1 - np.tanh(h) ** 2)")),
    ("3a.3", "W_hh transposed", "delta @ W_hh.T", terms(back="delta @ W_hh")),
    ("3a.3", "no W_hh", "W_hh is missing", terms(back="delta")),
    ("3a.3", "no chain", "used at every lag", terms(back="d_h")),
    ("3a.3", "only the last step", "only the last step", terms(back="0 * d_h")),
    ("3a.3", "running sums", "running sums", terms(returned="np.cumsum(found, axis=0)")),
    ("3a.3", "the sum", "this is one matrix", terms(returned="np.sum(found, axis=0)")),
    ("3a.3", "the mean", "divided by T", terms(returned="np.array(found) / T")),
    ("3a.3", "the step", "the sign is wrong", terms(returned="-np.array(found)")),
    ("3a.3", "norms", "an outer product", terms(term="np.linalg.norm(np.outer(before, delta))")),
    ("3a.3", "element by element", "an outer product", terms(term="before * delta")),
    (
        "3a.3",
        "changes the gradient it is given",
        "changes its argument d_h",
        terms().replace("d_h = delta @ W_hh.T", "d_h[:] = delta @ W_hh.T"),
    ),
    (
        "3a.3",
        "an empty array of the states' kind",
        "array of integers",
        """
def terms_by_lag(states, d_h, W_hh):
    T, units = states.shape
    found = np.zeros((T, units, units), dtype=W_hh.dtype)
    for k in range(T):
        delta = d_h * (1 - states[T - 1 - k] ** 2)
        found[k] = np.outer(states[T - 2 - k], delta) if k < T - 1 else 0
        d_h = delta @ W_hh.T
    return found
""",
    ),
    (
        "3a.3",
        "no slope at the last step",
        "the last step has a slope",
        terms("d_h * (1 - h**2) if t < T - 1 else d_h"),
    ),
    ("3a.4", "the bound", "never reached", rest(returned="1.0, jacobian")),
    ("3a.4", "at zero", "does not stay there", rest(start="0.0")),
    ("3a.4", "the other side", "the positive one", rest(start="-1.0")),
    ("3a.4", "one step", "not settled", rest(steps=1)),
    ("3a.4", "three steps", "not settled", rest(steps=3)),
    ("3a.4", "five steps from a half", "not settled", rest(start="0.5", steps=5)),
    ("3a.4", "the pre-activation", "pre-activation", rest(returned="w * h, jacobian")),
    ("3a.4", "a sigmoid", "the sigmoid", rest(step="1 / (1 + np.exp(-w * h))")),
    ("3a.4", "the weight outside", "pre-activation", rest(step="w * np.tanh(h)")),
    ("3a.4", "no weight in the step", "w is missing from your repeated step", rest(step="np.tanh(h)")),
    ("3a.4", "the state for w = 2, rounded", "it should depend on w", rest(start="0.96", steps=0)),
    ("3a.4", "the state for w = 2", "it should depend on w", rest(step="np.tanh(2 * h)")),
    ("3a.4", "twenty steps from near 0", "not settled", rest(start="0.01", steps=20)),
    ("3a.4", "where the Jacobian is 1", "would be 1", rest(returned="np.sqrt(1 - 1 / w), 1.0")),
    ("3a.4", "Taylor", "for small a", rest(returned="np.sqrt(3 * (w - 1) / w**3), jacobian")),
    ("3a.4", "exchanged", "are exchanged", rest(returned="jacobian, h")),
    ("3a.4", "the state alone", "two numbers are wanted", rest(returned="h")),
    ("3a.4", "the Jacobian alone", "two numbers are wanted", rest(returned="jacobian")),
    ("3a.4", "the slope", "w is missing", rest("1 - h**2")),
    ("3a.4", "the weight", "slope is missing", rest("w")),
    ("3a.4", "no square", "with a square", rest("w * (1 - h)")),
    ("3a.4", "the bracket squared", "whole bracket", rest("w * (1 - h) ** 2")),
    ("3a.4", "no bracket", "both parts", rest("w - h**2")),
    ("3a.4", "tanh twice", "without another tanh", rest("w * (1 - np.tanh(h) ** 2)")),
    ("3a.4", "of w h", "not of w h", rest("w * (1 - (w * h) ** 2)")),
    ("3a.4", "a plus", "with a minus", rest("w * (1 + h**2)")),
    ("3a.4", "the sign", "sign is wrong", rest("w * (h**2 - 1)")),
    ("3a.4", "of the sigmoid", "slope of the sigmoid", rest("w * h * (1 - h)")),
    ("3a.4", "two steps", "of two steps", rest("(w * (1 - h**2)) ** 2")),
    ("3a.4", "divided", "divided by w", rest("(1 - h**2) / w")),
    ("3a.4", "with respect to w", "the factor h", rest("h * (1 - h**2)")),
    ("3a.4", "stays, so 1", "a small change of it does not", rest("1.0")),
    ("3a.4", "at one", "where the slope is 0", rest("0.0")),
    ("3a.4", "decades", "logarithm", rest("np.log10(w * (1 - h**2))")),
    ("3a.4", "a difference", "derivative of the change", rest("w * (1 - h**2) - 1")),
    ("3a.4", "three numbers", "two numbers are wanted", rest(returned="h, jacobian, w")),
]

RIGHT_BUT_UNUSUAL = [
    ("3a.1", recurrence(RIGHT_SCALE).replace("np.array(norms)", "[float(norm) for norm in norms]")),
    ("3a.5", clip("np.clip(g, -limit, limit).tolist()")),
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
    ("3a.5", clip("np.maximum(np.minimum(g, limit), -limit)")),
    ("3a.5", clip(factor="min(1.0, limit / (norm + 1e-6))")),  # as PyTorch does
    ("3a.5", clip(factor="min(1, limit / norm)")),  # where all are 0, infinite
    ("3a.5", clip("tf.clip_by_value(g, -limit, limit)")),
    ("3a.5", clip("ops.sign(g) * ops.minimum(ops.abs(g), limit)")),
    (
        "3a.5",
        """
def clip(gradients, limit, by):
    if by == "norm":
        return tf.clip_by_global_norm([tf.constant(g) for g in gradients], limit)[0]
    return [tf.clip_by_value(g, -limit, limit) for g in gradients]
""",
    ),
    (
        "3a.5",
        """
def clip(gradients, limit, by="norm"):
    clipped = tuple(np.maximum(-limit, np.minimum(limit, g)) for g in gradients)
    norm = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
    return clipped if by == "value" else gradients if norm <= limit else tuple(limit * g / norm for g in gradients)
""",
    ),
    ("3a.3", terms(term="before[:, None] * delta")),
    ("3a.3", terms(back="W_hh @ delta")),
    ("3a.3", terms(term="np.einsum('i,j', before, delta)", back="np.dot(W_hh, delta)", returned="found")),
    (
        "3a.3",
        """
def terms_by_lag(states, d_h, W_hh):
    T, units = states.shape
    found = np.zeros((T, units, units))
    product = np.eye(units)
    for k in range(T - 1):
        h = states[T - 1 - k]
        found[k] = np.outer(states[T - 2 - k], (d_h @ product.T) * (1 - h**2))
        product = (W_hh * (1 - h**2)) @ product
    return found
""",
    ),
    (
        "3a.3",
        """
def terms_by_lag(states, d_h, W_hh):
    deltas = [d_h * (1 - states[-1] ** 2)]
    for h in states[-2::-1]:
        deltas.append(W_hh @ deltas[-1] * (1 - h * h))
    old = np.vstack([states[-2::-1], 0 * states[:1]]) if len(states) > 1 else 0 * states
    return np.array(old)[:, :, None] * np.array(deltas)[:, None, :]
""",
    ),
    (
        "3a.3",
        """
def terms_by_lag(states, d_h, W_hh):
    found = []
    old = tf.zeros_like(tf.constant(d_h, "float64"))
    error = tf.constant(d_h, "float64")
    for t in range(len(states) - 1, -1, -1):
        h = tf.constant(states[t], "float64")
        error = error * (1 - h**2)
        before = tf.constant(states[t - 1], "float64") if t > 0 else old
        found.append(tf.tensordot(before, error, 0))
        error = tf.linalg.matvec(tf.constant(W_hh, "float64"), error)
    return tf.stack(found)
""",
    ),
    ("3a.4", rest()),
    ("3a.4", rest(start="0.1")),
    ("3a.4", rest("w / np.cosh(w * h) ** 2")),
    ("3a.4", rest("w * (1 - h) * (1 + h)", returned="[h, jacobian]")),
    ("3a.4", rest("w - w * np.tanh(w * h) ** 2", returned="np.float32(h), np.float32(jacobian)")),
    ("3a.4", rest(steps=60)),
    ("3a.4", rest(returned="np.array([h, jacobian])")),
    (
        "3a.4",
        """
def latch_jacobian(w):
    from scipy.optimize import brentq
    h = brentq(lambda h: np.tanh(w * h) - h, np.sqrt(1 - 1 / w), 1)
    return h, w * (1 - h**2)
""",
    ),
    (
        "3a.4",
        """
def latch_jacobian(w):
    h, before = 1.0, 2.0
    while abs(h - before) > 1e-9:
        h, before = np.tanh(w * h), h
    return h, (np.tanh(w * (h + 1e-5)) - np.tanh(w * (h - 1e-5))) / 2e-5
""",
    ),
    (
        "3a.4",
        """
def latch_jacobian(w):
    h = tf.Variable(1.0, dtype="float64")
    for _ in range(200):
        h.assign(tf.tanh(w * h))
    with tf.GradientTape() as tape:
        after = tf.tanh(w * h)
    return after, tape.gradient(after, h)
""",
    ),
    (
        "3a.4",
        """
def latch_jacobian(w):
    h = 1.0
    for _ in range(50):
        error = np.tanh(w * h) - h
        h = h - error / (w * (1 - np.tanh(w * h) ** 2) - 1)
    return h, w * (1 - h * h)
""",
    ),
]
