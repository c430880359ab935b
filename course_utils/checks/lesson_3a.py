"""Checks of lesson 3a, vanishing and exploding gradients."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape, kept


def roots_of(matrix):
    """The eigenvalues of a small matrix, as the roots of its characteristic polynomial (Faddeev and Le Verrier)."""
    size, power, coefficients = len(matrix), np.eye(len(matrix)), [1.0]
    for k in range(1, size + 1):
        power = matrix @ power
        coefficients.append(-np.trace(power) / k)
        power = power + coefficients[-1] * np.eye(size)
    return np.roots(coefficients)


class LinearRecurrence(Check):
    exercise = "3a.1"
    name = "linear_recurrence"

    def inputs(self, rng):
        while True:  # a matrix on which eigenvalues, their real parts and singular values tell different stories
            W_hh = rng.normal(size=(5, 5))
            roots = np.linalg.eigvals(W_hh)
            radius = abs(roots).max()
            if (
                radius > 1.1 * abs(roots.real).max()
                and np.linalg.norm(W_hh, 2) > 1.1 * radius > 1.1**2
                and radius > 1.1 * max(abs(roots[0]), abs(roots[-1]))  # the largest is neither the first nor the last
                and roots[roots.real.argmax()].imag * roots[abs(roots.real).argmax()].imag != 0
            ):
                break
        size = int(rng.integers(6, 12))
        return {"W_hh": W_hh, "radius": float(rng.uniform(0.6, 0.9)), "h_0": rng.normal(size=5), "steps": size}

    def probe(self, answer, inputs):
        norms = answer(inputs["W_hh"], inputs["radius"], inputs["h_0"], inputs["steps"])
        if isinstance(norms, list | tuple):
            raise Wrong(
                f"return the norms as one array, np.array(...), to calculate with; yours are a {type(norms).__name__}"
            )
        return {"norms": norms}

    def judge(self, inputs, outputs):
        W_hh, radius, h_0, steps = (inputs[name] for name in ("W_hh", "radius", "h_0", "steps"))
        norms, roots = outputs["norms"], roots_of(W_hh)

        def run(matrix):
            return np.array([np.sqrt(np.sum((h_0 @ np.linalg.matrix_power(matrix, t)) ** 2)) for t in range(steps + 1)])

        if norms.shape == (steps,):
            if np.allclose(norms[0], np.sqrt(np.sum(h_0**2)), rtol=1e-4):
                raise Wrong("one norm is missing, the last: from h_0 to h_steps there are steps + 1 states")
            raise Wrong("one norm is missing: the result begins with that of h_0 itself and has steps + 1 entries")
        if norms.shape == (steps + 1, len(h_0)):
            raise Wrong("these are the states; their norms are wanted, one number for each")
        expect_shape("the norms", norms, (steps + 1,), "(steps + 1,)")
        expected = run(W_hh * radius / abs(roots).max())
        expect_close(
            "the norm",
            norms,
            expected,
            [
                (run(W_hh), "W_hh is used as it is; rescale it so that its spectral radius is `radius`"),
                (run(W_hh * radius), "multiplied by `radius`, but not divided by the spectral radius it has now"),
                (
                    run(W_hh * radius / np.sqrt(np.linalg.eigvalsh(W_hh @ W_hh.T).max())),
                    "this rescales the largest *singular* value (the norm of W_hh); the largest |eigenvalue| is wanted",
                ),
                (run(W_hh * radius / np.sqrt((W_hh**2).sum())), "this rescales the Frobenius norm, not |eigenvalue|"),
                (
                    run(W_hh * radius / roots.real.max()),
                    "the eigenvalues are complex: take their absolute value, not their real part",
                ),
                (
                    run(W_hh * radius / abs(roots.real).max()),
                    "the eigenvalues are complex: take their absolute value, not their real part",
                ),
                *[
                    (run(W_hh * radius / abs(root)), "this is not the largest of the |eigenvalues|; take their maximum")
                    for root in roots
                ],
                (run(W_hh / abs(roots).max()), "rescaled to a spectral radius of 1; multiply by `radius`, too"),
                (run(W_hh * abs(roots).max() / radius), "the factor is upside down: radius / (the radius it has now)"),
                (expected / expected[0], "these are relative to the first; here the norms themselves are wanted"),
                (run(W_hh.T * radius / abs(roots).max()), "W is used transposed; with states in rows it is h @ W"),
                (expected**2, "these are squared norms; the square root is missing"),
            ],
        )


def product_norms(factors, norm=None):
    """The norms of the products factors[-k] ... factors[-1] for k = 0, 1, ..., len(factors)."""
    norms = [1.0]
    for k in range(1, len(factors) + 1):
        product = np.eye(len(factors[0]))
        for factor in factors[len(factors) - k :]:
            product = product @ factor
        square = product @ product.T
        norms.append(np.sqrt(np.trace(square) if norm == "frobenius" else np.linalg.eigvalsh(square).max()))
    return np.array(norms)


class JacobianNorms(Check):
    exercise = "3a.2"
    name = "jacobian_norms"

    def inputs(self, rng):
        steps, units = int(rng.integers(5, 9)), int(rng.integers(3, 5))
        return {"states": np.tanh(rng.normal(size=(steps, units))), "W_hh": rng.normal(size=(units, units))}

    def probe(self, answer, inputs):
        return {"norms": answer(inputs["states"], inputs["W_hh"])}

    def judge(self, inputs, outputs):
        states, W, norms = inputs["states"], inputs["W_hh"], outputs["norms"]
        steps = len(states)
        if norms.shape in ((steps - 1,), (steps + 1,)):
            raise Wrong(
                f"there are {steps} lags, from 0 (the identity, norm 1) to T-1 (back to h_1, the first of the states); "
                f"yours has {norms.shape[0]}"
            )
        expect_shape("the norms", norms, (steps,), "(T,)")

        def steps_with(make):
            return [make(h) for h in states[1:]]

        right = steps_with(lambda h: W @ np.diag(1 - h**2))
        expected = product_norms(right)
        backwards = [np.eye(len(W))]
        for factor in right[::-1]:
            backwards.append(backwards[-1] @ factor)
        early = np.concatenate([[1.0], product_norms(right[:-1])])  # the last state's own slope forgotten
        shifted = product_norms([W @ np.diag(1 - h**2) for h in states[:-1]])
        oldest = [np.sqrt(np.linalg.eigvalsh(p @ p.T).max()) for p in forward_products(right)]
        single = [1.0, *(product_norms([factor])[1] for factor in right[::-1])]
        without_h_T = product_norms([W @ np.diag(1 - h**2) for h in states])[1:]
        frobenius = product_norms(right, "frobenius")
        expect_close(
            "the norm",
            norms,
            expected,
            [
                (frobenius, "this is the Frobenius norm; the spectral norm is np.linalg.norm(A, 2)"),
                (
                    [np.sqrt(len(W)), *frobenius[1:]],
                    "this is the Frobenius norm; the spectral norm is np.linalg.norm(A, 2)",
                ),
                (
                    [1.0, *(abs(roots_of(p)).max() for p in backward_products(right)[1:])],
                    "this is the largest |eigenvalue| of the product; its norm is wanted, np.linalg.norm(A, 2)",
                ),
                (single, "these are the norms of single steps; at lag k the last k Jacobians are multiplied"),
                (
                    np.cumprod(single),
                    "the norms are multiplied; multiply the matrices, then take the norm of the product",
                ),
                (without_h_T, "every entry is one lag too far: lag 0 is the identity, with norm 1"),
                (product_norms(steps_with(lambda h: W)), "the slope of the tanh, 1 - h**2, is missing"),
                (
                    product_norms(steps_with(lambda h: np.diag(1 - h**2) @ W)),
                    "the slope 1 - h_t**2 belongs to the unit that comes *out*, the columns of W_hh; yours scales rows",
                ),
                (
                    product_norms(steps_with(lambda h: W.T @ np.diag(1 - h**2))),
                    "W_hh is used transposed: with states in rows, h_{t-1} W_hh",
                ),
                (
                    product_norms(steps_with(lambda h: W @ np.diag(1 - np.tanh(h) ** 2))),
                    "the states are already tanh(z): the slope is 1 - h**2, without another tanh",
                ),
                (
                    product_norms(steps_with(lambda h: W @ np.diag(1 - h))),
                    "the slope of the tanh is 1 - h**2, with a square",
                ),
                (
                    [np.sqrt(np.linalg.eigvalsh(p @ p.T).max()) for p in backwards],
                    "the Jacobians are multiplied in the wrong order: an earlier step stands further to the left",
                ),
                (oldest, "the product grows from the first step; lag k means the *last* k steps"),
                (expected[::-1], "the lags are upside down: entry 0 belongs to lag 0"),
                (shifted, "shifted by one: the last step's Jacobian has the slope at h_T, not the one at h_{T-1}"),
                (early, "the last step is left out: at lag 1 stands the Jacobian J_T alone"),
            ],
        )


def backward_products(factors):
    """The products of the last k factors, k = 0, 1, ..."""
    products = [np.eye(len(factors[0]))]
    for factor in factors[::-1]:
        products.append(factor @ products[-1])
    return products


def forward_products(factors):
    """The products of the first k factors, k = 0, 1, ..."""
    products = [np.eye(len(factors[0]))]
    for factor in factors:
        products.append(products[-1] @ factor)
    return products


def as_list(clipped, count):
    """The clipped gradients as a list of `count` arrays; Wrong, in a sentence, where they are not."""
    if clipped is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    if not isinstance(clipped, list | tuple) or len(clipped) != count:
        raise Wrong(f"a list of {count} arrays is wanted here, one for each gradient")
    if any(isinstance(array, list | tuple) for array in clipped):
        raise Wrong("each clipped gradient should be an array again; yours has a list in its place")
    return list(clipped)


def random_gradients(rng):
    """Three gradients of different shapes and sizes, by name."""
    shapes = (int(rng.integers(2, 5)), int(rng.integers(3, 6))), (int(rng.integers(3, 6)),), (2, 3)
    return {
        f"g{n}": scale * rng.normal(size=shape)
        for n, (shape, scale) in enumerate(zip(shapes, (1, 3, 0.3), strict=True))
    }


class Clip(Check):
    exercise = "3a.3"
    name = "clip"

    def inputs(self, rng):
        gradients = random_gradients(rng)
        limit = float(rng.uniform(0.4, 0.7))
        gradients["g0"][0, :3] = 2 * limit, -2 * limit, 0.5 * limit
        norms = [np.sqrt(np.sum(gradient**2)) for gradient in gradients.values()]
        total = float(np.sqrt(sum(norm**2 for norm in norms)))
        return gradients | {
            "limit": limit,
            "max_norm": float(rng.uniform(0.2, 0.3)) * total,
            "loose": float(rng.uniform(1.2, 1.5)) * sum(norms) * max(1, total),
        }

    def probe(self, answer, inputs):
        gradients, zeros = [inputs["g0"], inputs["g1"], inputs["g2"]], [np.zeros((2, 2)), np.zeros(3)]

        def clipped(arrays, limit, by):
            given = list(arrays)
            with kept("its argument gradients", given):
                return as_list(answer(given, limit, by), len(arrays))

        results = {
            "value": clipped(gradients, inputs["limit"], "value"),
            "norm": clipped(gradients, inputs["max_norm"], "norm"),
            "loose": clipped(gradients, inputs["loose"], "norm"),
            "zero": clipped(zeros, 1.0, "norm"),
        }
        return {f"{name}{n}": array for name, arrays in results.items() for n, array in enumerate(arrays)}

    def judge(self, inputs, outputs):
        given = [inputs[f"g{n}"] for n in range(3)]
        judge_by_value(given, inputs["limit"], same_shapes(given, outputs, "value"))
        norm, loose = same_shapes(given, outputs, "norm"), same_shapes(given, outputs, "loose")
        zero = same_shapes([np.zeros((2, 2)), np.zeros(3)], outputs, "zero")
        judge_by_norm(given, inputs["max_norm"], inputs["loose"], norm, loose, zero)


def same_shapes(given, outputs, name):
    """What was returned for the gradients, as one vector. Raises Wrong when a shape differs."""
    for n, gradient in enumerate(given):
        expect_shape(f"gradient {n}, clipped,", outputs[f"{name}{n}"], gradient.shape)
    return np.concatenate([outputs[f"{name}{n}"].ravel() for n in range(len(given))])


def judge_by_value(given, limit, yours):
    """Compare gradients clipped by value, one vector, with those given; raises Wrong."""
    norm = np.sqrt(sum(np.sum(g**2) for g in given))

    def flat(make):
        return np.concatenate([make(g).ravel() for g in given])

    expect_close(
        "by value, the element",
        yours,
        [max(-limit, min(limit, value)) for g in given for value in g.ravel().tolist()],
        [
            (flat(lambda g: g), "nothing is clipped"),
            (flat(lambda g: np.minimum(g, limit)), "large negative elements go through: -limit is a bound, too"),
            (flat(lambda g: np.minimum(abs(g), limit)), "the sign is lost: a negative element stays negative"),
            (flat(lambda g: limit * np.sign(g)), "small elements are changed: those within the bounds stay"),
            (flat(lambda g: np.where(abs(g) > limit, 0, g)), "large elements become 0; they should become ±limit"),
            (flat(lambda g: np.clip(g, 0, limit)), "the lower bound is -limit, not 0"),
            (
                flat(lambda g: g * min(1, limit / np.sqrt(np.sum(g**2)))),
                "this clips by norm; here each element is bounded on its own",
            ),
            (
                flat(lambda g: g * min(1, limit / norm)),
                "this clips by norm; here each element is bounded on its own",
            ),
            (
                flat(lambda g: g * min(1, limit / abs(g).max())),
                "this rescales the whole array; here each element is bounded on its own",
            ),
        ],
    )


def judge_by_norm(given, max_norm, loose_norm, yours, loose, zero):
    """Compare gradients clipped by global norm with those given: below, above max_norm, and all 0; raises Wrong."""
    vector = np.concatenate([g.ravel() for g in given])
    squares = sum(value * value for value in vector.tolist())
    norm, norms = squares**0.5, [np.sqrt(np.sum(g**2)) for g in given]

    def each(factors):
        return np.concatenate([(g * factor).ravel() for g, factor in zip(given, factors, strict=True)])

    expect_close(
        "by norm, the element",
        yours,
        vector * (max_norm / norm),
        [
            (vector, "nothing is clipped, though the norm of *all* gradients together exceeds the limit"),
            *[
                (vector * (max_norm / n), "this is the norm of one array only; one norm over *all* gradients is wanted")
                for n in norms
            ],
            (
                vector * (max_norm / abs(vector).max()),
                "this scales by the largest element; the norm is the root of the summed squares",
            ),
            (
                vector * (max_norm / abs(vector).sum()),
                "this norm is a sum of |elements|; take the root of their summed squares",
            ),
            (
                each([min(1, max_norm / n) for n in norms]),
                "each array is clipped by its own norm; one norm over *all* gradients is wanted",
            ),
            (each([max_norm / n for n in norms]), "each array has its own factor; one factor for *all* is wanted"),
            (
                vector * (max_norm / sum(norms)),
                "the common norm is the root of the summed squares, not the sum of the norms",
            ),
            (vector * min(1, max_norm / squares), "the square root is missing from the norm"),
            (vector / norm, "scaled to norm 1; it should be the limit"),
            (np.clip(vector, -max_norm, max_norm), "this clips by value: the direction changes"),
            (vector * max_norm, "multiplied by the limit, but not divided by the norm there is"),
            (vector * (norm / max_norm), "the factor is upside down: limit / norm"),
        ],
    )
    expect_close(
        "an element of gradients whose norm is below the limit",
        loose,
        vector,
        [
            (
                vector * (loose_norm / norm),
                "gradients whose norm is below the limit are scaled *up* to it; they should stay as they are",
            )
        ],
    )
    if not np.all(zero == 0):
        raise Wrong("gradients that are all 0 should stay 0; yours become something else (a division by 0?)")


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cell_inputs(rng, shapes):
    """Random inputs x, a state and weights of a cell: {"x", "h", "weight_0", ...}; shapes in letters i and u."""
    size = {"i": int(rng.integers(2, 4)), "u": int(rng.integers(4, 7))}
    batch, steps = 3, int(rng.integers(3, 6))
    weights = [rng.normal(size=[size[letter] for letter in shape]).astype("float32") for shape in shapes]
    return {
        "x": rng.normal(size=(batch, steps, size["i"])).astype("float32"),
        "h": rng.normal(size=(batch, size["u"])).astype("float32"),
        **{f"weight_{n}": weight for n, weight in enumerate(weights)},
    }


def probe_cell(answer, inputs):
    """One step of a cell, and several inside keras.layers.RNN, called as model.fit does."""
    import keras
    import tensorflow as tf

    x, h = tf.constant(inputs["x"]), tf.constant(inputs["h"])
    cell = answer(int(h.shape[-1]))
    if not isinstance(cell, keras.layers.Layer):
        raise Wrong(f"a Keras layer is wanted (class ...(layers.Layer)); this is a {type(cell).__name__}")
    cell.build((None, x.shape[-1]))
    weights = [value for name, value in inputs.items() if name.startswith("weight_")]
    shapes = [tuple(weight.shape) for weight in cell.get_weights()]
    if shapes != [weight.shape for weight in weights]:
        raise Wrong(f"leave the weights as build made them; the check finds the shapes {shapes}")
    cell.set_weights(weights)
    given = [h]
    returned = cell.call(x[:, 0], given)
    if returned is None:
        raise Wrong("call returned None; is the `return` missing?")
    if not (isinstance(returned, tuple | list) and len(returned) == 2):
        raise Wrong("call should return two things, the output and the list of new states: return h, [h]")
    output, states = returned
    if len(given) != 1 or given[0] is not h:
        raise Wrong(
            "your cell writes into `states`, which Keras hands over as a tuple; return a new list: return h, [h]"
        )
    if not (isinstance(states, tuple | list) and len(states) == 1):
        raise Wrong("the new states should come in a list, here of one: return h, [h]")
    if len(getattr(output, "shape", ())) == 3:
        raise Wrong("`states` is a list; the old state is its first entry, states[0]")
    rnn = keras.layers.RNN(cell, return_sequences=True)
    signature = [tf.TensorSpec((None, None, x.shape[-1]), "float32")]
    try:
        sequence = tf.function(rnn, autograph=False, input_signature=signature)(x)
    except Exception as error:
        reason = str(error).strip().split("\n")[-1][:120]
        raise Wrong(
            "one step works, but keras.layers.RNN cannot run it inside a model: use keras.ops throughout, and no "
            f"NumPy, if or float ({type(error).__name__}: {reason})"
        ) from error
    return {"output": output, "state": states[0], "sequence": sequence}


def judge_cell(inputs, outputs, step, mistakes):
    """Compare what `probe_cell` returned with step(x, h); mistakes: pairs (another step, hint)."""
    x, h = inputs["x"].astype("float64"), inputs["h"].astype("float64")
    batch, steps, _ = x.shape
    for name in ("output", "state"):
        expect_shape(f"the {name}", outputs[name], h.shape, "(batch, units)")
    expect_shape(
        "the outputs inside keras.layers.RNN", outputs["sequence"], (batch, steps, h.shape[1]), "(batch, T, units)"
    )
    expected = step(x[:, 0], h)
    if np.allclose(outputs["state"], expected, atol=1e-5, rtol=1e-4):
        mistakes = [(lambda x, h: outputs["output"], "the state handed on is right, the output is not: return h, [h]")]
    expect_close("the new state", outputs["output"], expected, [(wrong(x[:, 0], h), hint) for wrong, hint in mistakes])
    kept = [(h, "the *old* state is returned as the new one")]
    others = [(outputs["state"], "the output is right, the state handed on is not: return h, [h]")]
    expect_close("the state handed on", outputs["state"], expected, kept + others)
    h, sequence = np.zeros_like(h), []
    for t in range(steps):
        h = step(x[:, t], h)
        sequence.append(h)
    expect_close("the outputs inside keras.layers.RNN", outputs["sequence"], np.stack(sequence, axis=1))


class LeakyUnit(Check):
    exercise = "3a.4"
    name = "LeakyCell"

    def inputs(self, rng):
        return cell_inputs(rng, ["iu", "uu", "u", "u"])

    def probe(self, answer, inputs):
        return probe_cell(answer, inputs)

    def judge(self, inputs, outputs):
        W_xh, W_hh, b_h, a = (inputs[f"weight_{n}"].astype("float64") for n in range(4))
        alpha = sigmoid(a)

        def candidate(x, h):
            return np.tanh(x @ W_xh + h @ W_hh + b_h)

        judge_cell(
            inputs,
            outputs,
            lambda x, h: (1 - alpha) * h + alpha * candidate(x, h),
            [
                (
                    lambda x, h: alpha * h + (1 - alpha) * candidate(x, h),
                    "alpha and 1 - alpha are swapped: alpha belongs to what is new",
                ),
                (lambda x, h: (1 - a) * h + a * candidate(x, h), "alpha is the sigmoid of self.a, not self.a itself"),
                (
                    lambda x, h: 0.9 * h + 0.1 * candidate(x, h),
                    "alpha stays at its first value; take it from the weight self.a, which may be learned",
                ),
                (
                    lambda x, h: (1 - alpha.mean()) * h + alpha.mean() * candidate(x, h),
                    "each unit has its own alpha; yours is one for all",
                ),
                (candidate, "nothing leaks: this is the plain SimpleRNN, the candidate alone"),
                (
                    lambda x, h: (1 - alpha) * h + alpha * np.tanh(h @ W_hh + b_h),
                    "the candidate does not see the word: x @ W_xh",
                ),
                (
                    lambda x, h: (1 - alpha) * h + alpha * np.tanh(x @ W_xh + b_h),
                    "the candidate does not see the old state: h @ W_hh",
                ),
                (lambda x, h: (1 - alpha) * h + candidate(x, h), "the candidate is added without its factor alpha"),
                (lambda x, h: h + alpha * candidate(x, h), "the old state is kept in full; its factor is 1 - alpha"),
                (
                    lambda x, h: (1 - alpha) * h + alpha * (x @ W_xh + h @ W_hh + b_h),
                    "the tanh of the candidate is missing",
                ),
                (
                    lambda x, h: np.tanh((1 - alpha) * h + alpha * (x @ W_xh + h @ W_hh + b_h)),
                    "the tanh belongs around the candidate only, not around the whole",
                ),
                (
                    lambda x, h: (1 - alpha) * h + alpha * np.tanh(x @ W_xh + h @ W_hh.T + b_h),
                    "W_hh is used transposed; with states in rows it is h @ W_hh",
                ),
                (lambda x, h: (1 - alpha) * h + alpha * np.tanh(x @ W_xh + h @ W_hh), "the bias b_h is missing"),
            ],
        )


class GatedUnit(Check):
    exercise = "3a.5"
    name = "GatedCell"

    def inputs(self, rng):
        return cell_inputs(rng, ["iu", "iu", "uu", "uu", "u", "u"])

    def probe(self, answer, inputs):
        return probe_cell(answer, inputs)

    def judge(self, inputs, outputs):
        W_xh, W_xg, W_hh, W_hg, b_h, b_g = (inputs[f"weight_{n}"].astype("float64") for n in range(6))

        def candidate(x, h):
            return np.tanh(x @ W_xh + h @ W_hh + b_h)

        def mixed(keep, x, h, new=None):
            return keep * h + (1 - keep) * (candidate(x, h) if new is None else new)

        def gate(x, h):
            return x @ W_xg + h @ W_hg + b_g

        judge_cell(
            inputs,
            outputs,
            lambda x, h: mixed(sigmoid(gate(x, h)), x, h),
            [
                (
                    lambda x, h: mixed(1 - sigmoid(gate(x, h)), x, h),
                    "lambda and 1 - lambda are swapped: where lambda is 1, the old state stays",
                ),
                (
                    lambda x, h: h + (1 - sigmoid(gate(x, h))) * candidate(x, h),
                    "the old state is kept in full; its factor is lambda",
                ),
                (
                    lambda x, h: sigmoid(gate(x, h)) * (h + candidate(x, h)),
                    "both terms have the factor lambda; the candidate's is 1 - lambda",
                ),
                (
                    lambda x, h: mixed(sigmoid(gate(x, h)).mean(axis=1, keepdims=True), x, h),
                    "each unit has its own lambda; yours is one for all",
                ),
                (lambda x, h: mixed(gate(x, h), x, h), "the sigmoid of the gate is missing"),
                (lambda x, h: mixed(np.tanh(gate(x, h)), x, h), "the gate is a sigmoid, between 0 and 1, not a tanh"),
                (lambda x, h: mixed(sigmoid(x @ W_xg + h @ W_hg), x, h), "the bias b_g is missing from the gate"),
                (lambda x, h: mixed(sigmoid(x @ W_xg + b_g), x, h), "the gate does not see the old state: h @ W_hg"),
                (lambda x, h: mixed(sigmoid(h @ W_hg + b_g), x, h), "the gate does not see the word: x @ W_xg"),
                (
                    lambda x, h: mixed(sigmoid(x @ W_xg + candidate(x, h) @ W_hg + b_g), x, h),
                    "the gate is computed from the candidate; it sees the *old* state, h_{t-1}",
                ),
                (
                    lambda x, h: mixed(sigmoid(x @ W_xh + h @ W_hh + b_h), x, h, np.tanh(gate(x, h))),
                    "the two sets of weights are exchanged: those with g belong to the gate",
                ),
                (
                    lambda x, h: mixed(sigmoid(x @ W_xh + h @ W_hh + b_h), x, h),
                    "the gate uses the candidate's weights; its own end in g",
                ),
                (
                    lambda x, h: sigmoid(gate(x, h)) * h + candidate(x, h),
                    "the candidate is added in full; its factor is 1 - lambda",
                ),
                (
                    lambda x, h: mixed(sigmoid(gate(x, h)), x, h, x @ W_xh + h @ W_hh + b_h),
                    "the tanh of the candidate is missing",
                ),
                (
                    lambda x, h: np.tanh(mixed(sigmoid(gate(x, h)), x, h, x @ W_xh + h @ W_hh + b_h)),
                    "the tanh belongs around the candidate only, not around the whole",
                ),
                (
                    lambda x, h: np.tanh(mixed(sigmoid(gate(x, h)), x, h)),
                    "the tanh belongs around the candidate only, not around the whole",
                ),
                (
                    lambda x, h: mixed(sigmoid(gate(x, h)), x, h, np.tanh(x @ W_xh + h @ W_hh)),
                    "the bias b_h is missing from the candidate",
                ),
                (
                    lambda x, h: mixed(sigmoid(gate(x, h)), x, h, np.tanh(x @ W_xh + h @ W_hh.T + b_h)),
                    "W_hh is used transposed; with states in rows it is h @ W_hh",
                ),
                (
                    lambda x, h: mixed(sigmoid(x @ W_xg + h @ W_hg.T + b_g), x, h),
                    "W_hg is used transposed; with states in rows it is h @ W_hg",
                ),
                (
                    lambda x, h: mixed(
                        sigmoid(gate(x, h)), x, h, np.tanh(x @ W_xh + (sigmoid(gate(x, h)) * h) @ W_hh + b_h)
                    ),
                    "the candidate sees lambda * h; here it sees the old state as it is (a GRU does something like it)",
                ),
            ],
        )
