"""Checks of lesson 3a, vanishing and exploding gradients."""

import re

import numpy as np

from course_utils.checks import Check, Wrong, describe_error, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_shift
from course_utils.probing import unpacked


def radius_of(matrix):
    """The largest |eigenvalue|."""
    return abs(np.linalg.eigvals(matrix)).max()


def tells_apart(matrix):
    """True for a matrix whose eigenvalues, their real parts and its singular values tell different stories."""
    roots = np.linalg.eigvals(matrix)
    radius = abs(roots).max()
    return (
        radius > 1.1 * abs(roots.real).max()
        and np.linalg.norm(matrix, 2) > 1.1 * radius > 1.1**2
        and radius > 1.1 * max(abs(roots[0]), abs(roots[-1]))  # the largest is neither the first nor the last
        and radius > 1.1 * abs(roots.max())  # nor the maximum without np.abs
        and roots[roots.real.argmax()].imag * roots[abs(roots.real).argmax()].imag != 0
    )


def states_from(h, matrix, steps, step=np.matmul):
    """The states h, h @ matrix, ..., steps + 1 of them; step: what takes the place of the product."""
    states = [h]
    for _ in range(steps):
        states.append(step(states[-1], matrix))
    return states


class LinearRecurrence(Check):
    exercise = "3a.1"
    name = "linear_recurrence"
    gives = "array"

    def inputs(self, rng):
        units, steps = rng.size("units", 5, 5), rng.size("steps", 6, 11, least=0)
        while True:
            W_hh = rng.reals(units, units, zeros=False)
            if radius_of(W_hh) > 0.1 and (rng.edge or tells_apart(W_hh)):
                break
        return {"W_hh": W_hh, "radius": float(rng.uniform(0.6, 0.9)), "h_0": rng.reals(units), "steps": steps}

    def further(self):
        rng = np.random.default_rng(0)
        own = {"W_hh": rng.normal(size=(64, 64)), "radius": 1.1, "h_0": rng.normal(size=64), "steps": 100}
        small = {"W_hh": np.array([[0.1, -0.3], [0.2, 0.1]]), "radius": 0.9, "h_0": np.array([1.0, 2.0]), "steps": 6}
        return {
            "as the lesson calls it": own,
            "with radius = 1": own | {"radius": 1.0},
            "with a spectral radius below `radius`": small,
        }

    def probe(self, answer, inputs):
        return {"norms": answer(*(inputs[name] for name in ("W_hh", "radius", "h_0", "steps")))}

    def judge(self, inputs, outputs):
        W, radius, h_0, steps = (np.asarray(inputs[name], "float64") for name in ("W_hh", "radius", "h_0", "steps"))
        norms, roots, steps = outputs["norms"], np.linalg.eigvals(W), int(steps)

        def run(matrix, start=h_0, step=np.matmul):
            return np.array([np.sqrt(np.sum(abs(h) ** 2)) for h in states_from(start, matrix, steps, step)])

        if norms.shape == (steps + 2,):
            raise Wrong("one norm too many: h_0 to h_steps are steps + 1 states")
        if norms.shape == (steps,) and steps:
            if np.allclose(norms[0], np.sqrt(np.sum(h_0**2)), rtol=1e-4):
                raise Wrong("one norm is missing, the last: from h_0 to h_steps there are steps + 1 states")
            raise Wrong("one norm is missing: the result begins with that of h_0 itself and has steps + 1 entries")
        if norms.shape in ((steps + 1, len(h_0)), (len(h_0), steps + 1)) and len(h_0) > 1:
            raise Wrong("these are the states; their norms are wanted, one number for each")
        if norms.shape == ():
            raise Wrong("this is one norm, of the last state; the norms of all states are wanted, from h_0 to h_steps")
        expect_shape("the norms", norms, (steps + 1,), "(steps + 1,)")
        right = W * radius / abs(roots).max()
        expected, real = run(right), "the eigenvalues are complex: take their absolute value, not their real part"
        states = states_from(h_0, right, steps)
        scales = [
            (1, "W_hh is used as it is; rescale it so that its spectral radius is `radius`"),
            (radius, "multiplied by `radius`, but not divided by its present spectral radius"),
            (
                radius / np.linalg.norm(W, 2),
                "this rescales the largest *singular* value (the norm of W_hh); the largest |eigenvalue| is wanted",
            ),
            (radius / np.sqrt((W**2).sum()), "this rescales the Frobenius norm, not |eigenvalue|"),
            (radius / abs(W).max(), "this rescales the largest element; the largest |eigenvalue| is wanted"),
            (radius / abs(W).sum(axis=0).max(), "this rescales the largest column sum, not |eigenvalue|"),
            (radius / abs(W).sum(axis=1).max(), "this rescales the largest row sum, not |eigenvalue|"),
            (radius / abs(np.trace(W)), "this rescales the trace; the largest |eigenvalue| is wanted"),
            (radius / abs(np.linalg.det(W)), "this rescales the determinant; the largest |eigenvalue| is wanted"),
            (radius / roots.real.max(), real),
            (radius / abs(roots.real).max(), real),
            (radius / abs(roots.imag).max(), real.replace("real", "imaginary")),
            (radius / abs(roots).mean(), "the mean of the |eigenvalues| is taken; the largest is wanted"),
            (radius / abs(roots).sum(), "the sum of the |eigenvalues| is taken; the largest is wanted"),
            (radius / abs(np.linalg.eigvalsh(W)).max(), "eigvalsh is for symmetric matrices; take np.linalg.eigvals"),
            (radius / abs(roots).max() ** 2, "divided by the *square* of the spectral radius"),
            (radius / np.sqrt(abs(roots).max()), "divided by the root of its present spectral radius"),
            (min(1, radius / abs(roots).max()), "rescale it in this case, too: its spectral radius is below `radius`"),
            *[
                (
                    radius / root,
                    "your W_hh is divided by an eigenvalue that is not the largest in absolute value: take np.abs "
                    "first, then the maximum",
                )
                for root in np.unique(abs(roots).round(9))
                if root
            ],
            *[
                (
                    radius / each,
                    "your W_hh is divided by all the eigenvalues, each column by another; it should be divided by one "
                    "number, the largest of their absolute values",
                )
                for each in (abs(roots), roots)
            ],
            (1 / abs(roots).max(), "rescaled to a spectral radius of 1; multiply by `radius`, too"),
            (abs(roots).max() / radius, "the factor is inverted: radius / (its present spectral radius)"),
        ]
        expect_close(
            "the norm",
            norms,
            expected,
            [
                *[(run(W * scale), hint) for scale, hint in scales],
                (expected / expected[0], "these are relative to the first; here the norms themselves are wanted"),
                (run(right.T), "W is used transposed; with states in rows it is h @ W"),
                (run(right, W @ h_0), "W is used transposed; with states in rows it is h @ W"),
                (expected**2, "these are squared norms; the square root is missing"),
                (np.log10(expected), "these are logarithms; the norms themselves are wanted"),
                ([abs(h).sum() for h in states], "these are sums of |elements|; take the root of the summed squares"),
                ([abs(h).max() for h in states], "these are largest elements; take the root of the summed squares"),
                ([np.sqrt(np.mean(h**2)) for h in states], "the mean of the squares is taken; their sum is wanted"),
                (run(right, step=lambda h, W: np.tanh(h @ W)), "leave out the tanh: the recurrence is linear"),
                (run(np.tanh(right)), "leave out the tanh: the recurrence is linear"),
                (
                    [
                        np.sqrt(np.sum((h_0 @ np.linalg.matrix_power(right, n * (n + 1) // 2)) ** 2))
                        for n in range(steps + 1)
                    ],
                    "the state already contains the earlier factors: multiply it by W once per step, or multiply h_0 "
                    "by W to the power t",
                ),
                *[
                    (
                        np.where(np.arange(steps + 1) > 0, expected * radius / radius ** np.arange(steps + 1), first),
                        "your powers of W_hh are rescaled again at every step; W_hh should be rescaled once, before "
                        "the first step",
                    )
                    for first in (expected[0], radius * expected[0])
                ],
                (
                    np.where(np.arange(steps + 1) < steps, expected, 0),
                    "the last norm stays 0: that of h_steps is missing",
                ),
                (np.where(np.arange(steps + 1) > 0, expected, 0), "the first norm stays 0: that of h_0 is missing"),
                (
                    expected[0] * radius ** np.arange(steps + 1),
                    "compute the states: their norms change by the factor `radius` only in the long run",
                ),
                *[
                    (
                        [size * np.linalg.norm(power, order) for power in states_from(np.eye(len(W)), right, steps)],
                        "these are the norms of the powers of W; those of the states h_t are wanted",
                    )
                    for size in (1, expected[0])
                    for order in (2, "fro")
                ],
                *of_shift(
                    expected,
                    0,
                    (
                        "shifted by one: the norm of h_0 stands first, once",
                        "one step too many: the first entry belongs to h_0 itself",
                    ),
                ),
                *[
                    (
                        [np.sqrt(np.sum((h_0 @ one) ** 2)) for one in wrong],
                        "h_t is h_0 @ np.linalg.matrix_power(W, t); W**t raises each element",
                    )
                    for wrong in ([right**t for t in range(steps + 1)], [right * t for t in range(steps + 1)])
                ],
                (run(W + radius - abs(roots).max()), "a matrix is rescaled by a factor, not by adding a number"),
                (run(W * (1 + radius - abs(roots).max())), "the factor is radius / (its present spectral radius)"),
                *of_axes(expected, {"reversed": "in reverse order: the norm of h_0 stands first"}),
                (
                    [expected[0], *[expected[min(1, steps)]] * steps],
                    "h_t comes from h_{t-1}, not from h_0 in every step",
                ),
                (run(right)[0] * np.ones(steps + 1), "the state never changes: set h = h @ W in every step"),
                (run(right, h_0 @ right), "one step too many: the first entry belongs to h_0 itself"),
            ],
        )


def spectral(products):
    """The spectral norm of each matrix."""
    return np.array([np.sqrt(np.linalg.eigvalsh(p @ p.T).max()) for p in products])


def products_back(factors, size):
    """The products of the last k factors, k = 0, 1, ..., matrices of this size; an earlier one to the left."""
    products = [np.eye(size)]
    for factor in factors[::-1]:
        products.append(factor @ products[-1])
    return products


def products_forth(factors, size):
    """The products of the first k factors, k = 0, 1, ..., likewise."""
    products = [np.eye(size)]
    for factor in factors:
        products.append(products[-1] @ factor)
    return products


def of_slope(result):
    """(wrong value, hint) of what is computed with the slope of tanh; result: a function of one that gives it at h."""
    is_it, own = "the slope of the tanh is 1 - h**2", "each unit has its own slope; yours is one for all"
    mistakes = [
        (np.ones_like, "the slope of the tanh, 1 - h**2, is missing"),
        (lambda h: 1 - np.tanh(h) ** 2, f"the states are tanh(a) already: {is_it}, without another tanh"),
        (lambda h: 1 / np.cosh(h) ** 2, f"the states are tanh(a) already: {is_it}, without another tanh"),
        (lambda h: 1 - h, f"{is_it}, with a square"),
        (lambda h: 1 - abs(h), f"{is_it}, with a square"),
        (lambda h: (1 - h) ** 2, f"{is_it}; yours squares the whole"),
        (lambda h: np.sqrt(1 - h**2), f"{is_it}, without a root"),
        (lambda h: (1 - h**2) ** 2, f"{is_it}; yours has the slope twice"),
        (lambda h: 1 - 2 * h**2, f"{is_it}, without a factor of two"),
        (lambda h: h * (1 - h), f"{is_it}; h (1 - h) is that of the sigmoid"),
        (lambda h: 1 + h**2, f"{is_it}, with a minus"),
        (lambda h: h**2 - 1, f"{is_it}; yours has the wrong sign"),
        (lambda h: h**2, f"{is_it}; yours lacks the 1"),
        (lambda h: (h > 0) * 1.0, f"{is_it}; yours is that of the ReLU"),
        (lambda h: np.full_like(h, 1 - np.mean(h**2)), own),
        (lambda h: np.full_like(h, 1 - np.mean(h) ** 2), own),
    ]
    return [(result(slope), hint) for slope, hint in mistakes]


class JacobianNorms(Check):
    exercise = "3a.2"
    name = "jacobian_norms"
    gives = "array"

    def inputs(self, rng):
        steps, units = rng.size("T", 5, 8), rng.size("units", 3, 4)
        return {"states": rng.reals(steps, units, within=(-1, 1)), "W_hh": rng.reals(units, units)}

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {"states": (30, 16), "W_hh": (16, 16)}
        own = {name: rng.uniform(-0.5, 0.5, size=shape).astype("float32") for name, shape in shapes.items()}
        whole = {"states": np.array([[0, 1], [0, 0], [0, 0]]), "W_hh": np.array([[1, 2], [3, 1]])}
        return {"with float32, as the lesson calls it": own, "with W_hh of integers": whole}

    def probe(self, answer, inputs):
        try:
            return {"norms": answer(inputs["states"], inputs["W_hh"])}
        except ValueError as error:
            if "Improper number of dimensions" in str(error):
                raise Wrong(
                    "the spectral norm is that of a matrix. If your Jacobian is W_hh @ (1 - h**2), it is a vector; it "
                    f"should be a matrix, W_hh @ np.diag(1 - h**2) ({describe_error(error, answer)})"
                ) from error
            if "mismatch" not in str(error) and "broadcast" not in str(error):
                raise
            shape, steps = inputs["W_hh"].shape, len(inputs["states"])
            raise Wrong(
                f"each Jacobian is (units, units), here {shape}, and so are their products and the identity they begin "
                f"with; T, here {steps}, is the number of states ({describe_error(error, answer)})"
            ) from error

    def judge(self, inputs, outputs):
        states, W = (inputs[name].astype("float64") for name in ("states", "W_hh"))
        norms, steps = outputs["norms"], len(states)
        if norms.shape in ((steps - 1,), (steps + 1,)):
            raise Wrong(
                f"there are {steps} lags, from 0 (the identity, norm 1) to T-1 (back to h_1, the first of the states); "
                f"yours has {norms.shape[0]}"
            )
        if norms.shape == (steps, *W.shape):
            raise Wrong("these are the products; the spectral norm of each is wanted")
        expect_shape("the norms", norms, (steps,), "(T,)")

        def chain(make, of=states[1:], products=products_back):
            return products([make(h) for h in of], len(W))

        def jacobian(h):
            return W * (1 - h**2)

        right = chain(jacobian)
        expected, frobenius = spectral(right), np.array([np.sqrt(np.sum(p**2)) for p in right])
        single = np.array([1.0, *spectral([jacobian(h) for h in states[:0:-1]])])
        steps_back = [jacobian(h) for h in states[:0:-1]]
        normed = [np.eye(len(W))]
        for step in steps_back:
            product = step @ normed[-1]
            normed.append(product / max(np.sqrt(np.sum(product**2)), 1e-30))
        not_it = "the spectral norm is wanted, np.linalg.norm(A, 2)"
        identity, last = "at lag 0 the product is the identity, with norm 1", "lag k means the *last* k steps"
        by_element = "the Jacobians are multiplied element by element; the product of matrices is @"
        expect_close(
            "the norm",
            norms,
            expected,
            [
                (frobenius, f"this is the Frobenius norm; {not_it}"),
                ([1.0, *frobenius[1:]], f"this is the Frobenius norm; {not_it}"),
                (list(map(radius_of, right)), f"this is the largest |eigenvalue| of the product; {not_it}"),
                ([abs(p).sum(axis=0).max() for p in right], f"this is the largest column sum; {not_it}"),
                ([abs(p).sum(axis=1).max() for p in right], f"this is the largest row sum; {not_it}"),
                ([abs(p).max() for p in right], f"this is the largest element; {not_it}"),
                ([abs(p).mean() for p in right], f"this is a mean over the elements; {not_it}"),
                ([abs(np.trace(p)) for p in right], f"this is the trace; {not_it}"),
                ([abs(np.linalg.det(p)) for p in right], f"this is the determinant; {not_it}"),
                (
                    [np.sqrt(np.sum(p.sum(axis=1) ** 2)) for p in right],
                    f"this is the norm of the product applied to (1, 1, ...); {not_it}",
                ),
                (
                    [np.sqrt(np.sum(p.sum(axis=0) ** 2)) for p in right],
                    f"this is the norm of the product applied to (1, 1, ...); {not_it}",
                ),
                ([np.linalg.svd(p)[1].sum() for p in right], f"this is the sum of the singular values; {not_it}"),
                ([np.linalg.svd(p)[1].min() for p in right], f"this is the *smallest* singular value; {not_it}"),
                (expected**2, f"this is the square of the norm; {not_it}"),
                (np.sqrt(expected), f"this is the root of the norm; {not_it}"),
                (np.log10(expected), "these are logarithms; the norms themselves are wanted"),
                (single, "these are the norms of single steps; at lag k the last k Jacobians are multiplied"),
                (np.ones(steps), "the product is scaled to norm 1 at each step; leave it as it is"),
                (spectral(normed), "the product is scaled at each step; leave it as it is"),
                (np.cumsum(single), "the norms of the steps are added; multiply the matrices"),
                *[
                    (np.where(np.arange(steps) > 0, expected, first), identity)
                    for first in (
                        0,
                        np.sqrt(len(W)),
                        len(W),
                        spectral([jacobian(states[-1])])[0],
                        spectral(chain(jacobian, states))[-1],
                    )
                ],
                *[
                    ([first, *spectral(np.cumprod([begin, *steps_back], axis=0))[1:]], by_element)
                    for begin in (np.ones_like(W), np.eye(len(W)))
                    for first in (1.0, spectral([begin])[0])
                ],
                *[
                    (
                        [1.0, *spectral([p @ begin for p in right[1:]])],
                        "the product begins with the identity, np.eye(units)",
                    )
                    for begin in (W, np.ones_like(W))
                ],
                (np.cumprod(single), "the norms are multiplied; multiply the matrices, then take the norm"),
                (spectral(chain(jacobian, states))[1:], f"every entry is one lag too far: {identity}"),
                (spectral(chain(lambda h: np.diag(1 - h**2))), "W_hh is missing: each step multiplies by it too"),
                (
                    spectral(chain(lambda h: np.diag(1 - h**2) @ W)),
                    "the slope 1 - h_t**2 scales the columns of W_hh, one for each unit of h_t; yours scales the rows",
                ),
                (
                    spectral(chain(lambda h: W.T * (1 - h**2))),
                    "your Jacobian is the one for states in columns, or your W_hh is transposed: with states in rows "
                    "it should be W_hh @ np.diag(1 - h**2), and an earlier step should stand further left",
                ),
                *of_slope(lambda slope: spectral(chain(lambda h: W * slope(h)))),
                (
                    spectral(chain(lambda h: jacobian(states[-1]))),
                    "each step has its own slopes; yours are those at h_T",
                ),
                (
                    spectral(chain(lambda h: jacobian(states[0]))),
                    "each step has its own slopes; yours are those at h_1",
                ),
                (spectral(chain(lambda h: W * np.mean(1 - states**2))), "each unit has its own slope at each step"),
                *[
                    (
                        spectral(wrong),
                        "the Jacobians are multiplied in the wrong order: an earlier step stands further left",
                    )
                    for wrong in (
                        products_forth(steps_back, len(W)),
                        products_back([step.T for step in steps_back[::-1]], len(W)),
                    )
                ],
                *[
                    (spectral(chain(jacobian, of, products)), f"the product grows from the first step; {last}")
                    for of in (states[1:], states[:-1])
                    for products in (products_forth, lambda factors, size: products_back(factors[::-1], size))
                ],
                *of_axes(expected, {"reversed": "the lags are in reverse order: entry 0 belongs to lag 0"}),
                (
                    spectral(chain(jacobian, states[:-1])),
                    "shifted by one: the last step's Jacobian has the slope at h_T, not the one at h_{T-1}",
                ),
                (
                    [1.0, *spectral(chain(jacobian, states[1:-1]))],
                    "the last step is left out: at lag 1 the product is J_T alone",
                ),
            ],
        )


class TermsByLag(Check):
    exercise = "3a.3"
    name = "terms_by_lag"
    gives = "array"

    def inputs(self, rng):
        steps, units = rng.size("T", 5, 8), rng.size("units", 3, 4)
        weights = {"d_h": rng.reals(units), "W_hh": rng.reals(units, units)}
        return {"states": rng.reals(steps, units, within=(-1, 1))} | weights

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {"states": (30, 16), "d_h": (16,), "W_hh": (16, 16)}
        own = {name: rng.uniform(-0.5, 0.5, size=shape).astype("float32") for name, shape in shapes.items()}
        by_hand = {"states": np.array([[0.6], [0.8], [0.0]]), "d_h": np.ones(1), "W_hh": np.array([[0.5]])}
        small = rng.uniform(-1, 1, size=(4, 2))
        whole = {"states": small, "d_h": np.array([1, -2]), "W_hh": np.array([[1, 2], [0, -1]])}
        return {
            "with float32, as the lesson calls it": own,
            "with the numbers of the text": by_hand,
            "with d_h and W_hh of integers": whole,
        }

    def probe(self, answer, inputs):
        return {"terms": answer(inputs["states"], inputs["d_h"], inputs["W_hh"])}

    def judge(self, inputs, outputs):
        states, d_h, W = (inputs[name].astype("float64") for name in ("states", "d_h", "W_hh"))
        terms, (steps, units) = outputs["terms"], states.shape
        if terms.shape == (units, units) != (steps, units, units):
            raise Wrong("this is one matrix, the sum perhaps; the terms are wanted one by one, (T, units, units)")
        if terms.shape == (steps - 1, units, units):
            raise Wrong("one term is missing: the first step counts, too, though its old state, h_0, is 0")
        if terms.shape in ((steps,), (steps, units)) != (steps, units, units):
            raise Wrong(
                "each term is a matrix like W_hh, from each unit of the old state to each delta: an outer product"
            )
        expect_shape("the terms", terms, (steps, units, units), "(T, units, units)")
        old = np.concatenate([np.zeros((1, units)), states[:-1]])[::-1]  # h_{T-1} ... h_0, by lag
        new = states[::-1]
        slope = 1 - new**2

        def deltas(slope=slope, back=lambda delta: W @ delta, first=d_h):
            found, arriving = [], first
            for one in slope:
                found.append(arriving * one)
                arriving = back(found[-1])
            return np.array(found)

        def outer(h, delta):
            return np.einsum("ti,tj->tij", h, np.asarray(delta))

        right = deltas()
        arriving = np.array([d_h, *[W @ delta for delta in right[:-1]]])
        expected = outer(old, right)
        sent = "delta_t is the gradient with respect to h_t times the slope of the tanh, 1 - h_t**2; yours is"
        pair = "pair h_{t-1} with delta_t"
        through = "on the way from delta_t to the gradient with respect to h_{t-1}"
        expect_close(
            "the term",
            terms,
            expected,
            [
                (outer(right, old), "each term is transposed: entry [i, j] goes with W_hh[i, j], old unit i, delta j"),
                *of_axes(expected, {"reversed": "the lags are in reverse order: entry 0 belongs to the last step"}),
                (outer(new, right), "the old state of a step is h_{t-1}; yours is h_t, the one that comes out"),
                (
                    outer(np.concatenate([old[:-1], new[-1:]]), right),
                    "the first step comes from h_0, which is 0; yours takes h_1",
                ),
                (outer(np.roll(new, -1, 0), right), "the first step comes from h_0 = 0; yours wraps round to h_T"),
                (outer(old, arriving), f"{sent} without the slope"),
                (outer(old, deltas(1 - old**2)), f"{sent} with the slope at h_{{t-1}}"),
                (outer(old, right * slope), f"{sent} with the slope a second time"),
                (
                    outer(old, deltas(np.concatenate([slope[:1] ** 0, slope[1:]]))),
                    "the last step has a slope, too: delta_T = d_h * (1 - h_T**2)",
                ),
                *of_slope(lambda slope: outer(old, deltas(np.array([slope(h) for h in new])))),
                (outer(old, deltas(slope[::-1])), "each step has its own slopes, at the h_t that it makes"),
                (outer(old * slope, arriving), "the slope belongs to delta, not to the old state"),
                (outer(old, deltas(back=lambda delta: delta @ W)), f"{through}, transpose W_hh: delta @ W_hh.T"),
                (outer(old, deltas(back=lambda delta: delta)), f"W_hh is missing {through}"),
                (
                    outer(old, arriving_without_slope(d_h, W, len(states)) * slope),
                    f"{through}, multiply delta_t, which includes the slope, by W_hh.T; you multiply the gradient with "
                    "respect to h_t",
                ),
                (outer(old, d_h * slope), "d_h is used at every lag; it changes from step to step on its way back"),
                (
                    outer(old, deltas(back=lambda delta: 0 * delta)),
                    "only the last step has a term; continue back to h_0",
                ),
                (np.cumsum(expected, axis=0), "these are running sums; each term by itself is wanted"),
                (np.cumsum(expected[::-1], axis=0)[::-1], "these are running sums; each term by itself is wanted"),
                (expected.sum(axis=0) * np.ones((steps, 1, 1)), "the whole sum stands at every lag; split it"),
                (expected / steps, "the terms are divided by T; the gradient is their sum, not their mean"),
                (-expected, "the sign is wrong: these are terms of the gradient, not of the descent step"),
                (2 * expected, "the terms are twice too large"),
                (
                    outer(old, deltas(first=W @ d_h)),
                    "d_h is the gradient with respect to h_T itself; before the first delta it is not multiplied by "
                    "W_hh",
                ),
                *[
                    (expected * weight[:, None, None], "the terms are weighted by their lag; leave them unweighted")
                    for weight in (np.arange(steps), np.arange(1, steps + 1), 1 / np.arange(1, steps + 1))
                ],
                (expected / max(np.sqrt(np.sum(expected**2)), 1e-30), "the terms are scaled to norm 1; leave them"),
                (expected.sum(axis=0) / steps * np.ones((steps, 1, 1)), "the mean stands at every lag; split the sum"),
                (abs(expected), "the signs are lost"),
                (
                    outer(old[::-1], deltas(slope[::-1])),
                    "this goes forward in time; d_h is the gradient with respect to the last state, so begin with the "
                    "last step",
                ),
                (
                    outer(np.concatenate([old[1:], 0 * old[:1]]), right),
                    "the old state of a step is h_{t-1}; yours is h_{t-2}",
                ),
                (outer(old[::-1], right), f"old states and deltas run in opposite directions; {pair}"),
                (outer(old, right[::-1]), f"old states and deltas run in opposite directions; {pair}"),
                *[
                    (wrong, "shifted by one lag: entry k is the step from h_{T-k-1} to h_{T-k}")
                    for wrong, _ in of_shift(expected, 0, ("", ""))
                ],
                (outer(old, np.roll(right, 1, 0)), f"old states and deltas are one step apart; {pair}"),
                (
                    outer(np.concatenate([old[1:], old[-1:]]), right),
                    f"old states and deltas are one step apart; {pair}",
                ),
            ],
        )


def arriving_without_slope(d_h, W, steps):
    """The gradients by h_T, h_{T-1}, ... of a linear network, (steps, units)."""
    found = [d_h]
    for _ in range(steps - 1):
        found.append(W @ found[-1])
    return np.array(found)


def resting(step, start=1.0, steps=3000):
    """Where a repeated step ends."""
    h = start
    for _ in range(steps):
        h = step(h)
    return h


class LatchJacobian(Check):
    exercise = "3a.4"
    name = "latch_jacobian"
    gives = "arrays"

    def inputs(self, rng):
        return {"w": float(rng.uniform(1.5, 3))}

    def further(self):
        cases = {"as the lesson calls it": 2.0, "with w just above 1": 1.2, "with a large w": 6.0}
        return {words: {"w": w} for words, w in cases.items()}

    def probe(self, answer, inputs):
        wanted = "two numbers are wanted, the state h at which the latch rests and the Jacobian there"
        returned = answer(inputs["w"])
        if getattr(returned, "shape", None) == (2,):  # one array of both
            returned = [returned[0], returned[1]]
        return unpacked(returned, ["h", "jacobian"], wanted)

    def judge(self, inputs, outputs):
        w = float(inputs["w"])
        for name, value in outputs.items():
            if value.shape != ():
                raise Wrong(f"one number is wanted for {name}; yours has shape {value.shape}")
        h, jacobian = (float(outputs[name]) for name in ("h", "jacobian"))
        rest = resting(lambda h: np.tanh(w * h))
        slope = 1 - rest**2
        if abs(h - w * slope) < 1e-4 * abs(h) and abs(jacobian - rest) < 1e-4 * rest:
            raise Wrong("the two numbers are exchanged: the state comes first, then the Jacobian")
        settles = "it rests where a step changes nothing, h = tanh(w h)"
        unsettled = "it has not settled yet: take more steps, until h no longer changes"
        fixed = resting(lambda h: np.tanh(2 * h))
        if abs(h - rest) > 2e-4 and any(abs(h - round(fixed, places)) < 1e-7 for places in range(2, 9)):
            raise Wrong("your state is the one for w = 2, whatever w is; it should depend on w")
        if 1e-5 < abs(h - rest) < 0.02 and abs(jacobian - w * (1 - h**2)) < 1e-4:
            raise Wrong(unsettled)
        judge_state(
            h,
            rest,
            [
                (
                    0.0,
                    f"{settles}; h = 0 solves it, too, but a latch with w > 1 does not stay there: it rests at h > 0",
                ),
                (-rest, "this is the other state at which it rests; the positive one is wanted"),
                (1.0, f"{settles}; 1 is the bound of the tanh and never reached"),
                *[
                    (end, unsettled)
                    for n in (*range(1, 11), 15, 20, 30, 50)
                    for end in resting(lambda h: np.tanh(w * h), np.array([1.0, 0.5, 0.1, 0.01, 0.001]), n)
                ],
                *[
                    (end, "w is missing from your repeated step; it should be h = tanh(w h)")
                    for n in (1, 2, 3, 4, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 10000)
                    for end in resting(np.tanh, np.array([1.0, 0.5, 0.1]), n)
                ],
                (np.arctanh(np.tanh(w)), "the tanh is missing: without input the next state is tanh(w h)"),
                (resting(lambda h: 1 / (1 + np.exp(-w * h))), f"{settles}; yours has the sigmoid in place of the tanh"),
                (w * rest, f"this is the pre-activation w h; the state is its tanh, and {settles}"),
                (np.sqrt(1 - 1 / w), f"here the Jacobian would be 1; {settles}"),
                (np.sqrt(3 * (w - 1) / w**3), f"tanh(a) is a - a³/3 only for small a; {settles}"),
                (resting(lambda h: np.tanh(h / w)), f"the weight multiplies h, it does not divide it; {settles}"),
            ],
        )
        product = "the Jacobian of a step is w times the slope of the tanh, 1 - h**2"
        judge_jacobian(
            jacobian,
            w * slope,
            [
                (slope, f"w is missing: {product}"),
                (w, f"the slope is missing, or taken at h = 0, where it is 1: {product}, at the state where it rests"),
                (w * (1 - rest), f"{product}, with a square"),
                (w * (1 - rest) ** 2, f"{product}; yours squares the whole bracket"),
                (w - rest**2, f"{product}; w multiplies both parts of the bracket"),
                (1 - w * rest**2, f"{product}; w multiplies both parts of the bracket"),
                (1 - (w * rest) ** 2, f"{product}; the square is of the state, not of w h"),
                (w * (1 - (w * rest) ** 2), f"{product}; the square is of the state, not of w h"),
                (w * (1 - np.tanh(rest) ** 2), "h is tanh(w h) already: its slope is 1 - h**2, without another tanh"),
                (w / np.cosh(rest) ** 2, "the slope is taken at the pre-activation w h, not at h"),
                (w * (1 + rest**2), f"{product}, with a minus"),
                (w * rest**2, f"the 1 is missing: {product}"),
                (-w * slope, "the sign is wrong: a small push up leaves a smaller push up"),
                (w * rest * (1 - rest), "h (1 - h) is the slope of the sigmoid; that of the tanh is 1 - h**2"),
                (slope / w, f"divided by w: {product}"),
                (w**2 * slope, f"w is there twice: {product}"),
                (w * slope**2, f"the slope is there twice: {product}"),
                ((w * slope) ** 2, "this is the Jacobian of two steps; that of one is wanted"),
                (w * np.sqrt(slope), f"{product}, without a root"),
                (
                    rest * slope,
                    f"{product}; the derivative with respect to h has the factor w, that for w the factor h",
                ),
                (w * rest * slope, f"a factor h too many: {product}"),
                (rest, f"this is the state once more; {product}"),
                (w * (1 - np.tanh(w) ** 2), f"taken at tanh(w), one step from h = 1; {product}, where it rests"),
                (0.0, f"taken at h = 1, where the slope is 0; {product}, where it rests"),
                (np.log10(w * slope), "this is a logarithm; the Jacobian itself is wanted"),
                (1.0, f"the state stays, but a small change of it does not: {product}"),
                (1 - w * slope, "this is what a step takes away of a small change; the Jacobian is what it leaves"),
                (w * slope - 1, "this is the derivative of the change tanh(w h) - h; that of tanh(w h) is wanted"),
                (1 / (w * slope), "upside down: the derivative of the new state with respect to the old one"),
            ],
        )


def judge_state(h, rest, mistakes):
    """Compare the state where a latch rests; raises Wrong."""
    if not np.isfinite(h):
        raise Wrong("the state should be a finite number")
    expect_close("the state where it rests", h, rest, mistakes, atol=1e-5)


def judge_jacobian(jacobian, right, mistakes):
    """Compare the Jacobian there; raises Wrong."""
    if not np.isfinite(jacobian):
        raise Wrong("the Jacobian should be a finite number")
    expect_close("the Jacobian", jacobian, right, mistakes, atol=1e-6, rtol=1e-3)


class Clip(Check):
    exercise = "3a.5"
    name = "clip"
    gives = "arrays"

    def inputs(self, rng):
        shapes = (rng.size("rows", 2, 4), rng.size("columns", 3, 5)), (rng.size("elements", 6, 8),), (2, 3)
        count = rng.size("gradients", 3, 3)
        shapes = rng.shapes(*shapes)[:count]
        given = [scale * rng.reals(*shape, dtype="float64") for shape, scale in zip(shapes, (2, 3, 1), strict=False)]
        vector = np.concatenate([g.ravel() for g in given])
        norms, elements = [np.sqrt(np.sum(g**2)) for g in given], np.sort(abs(vector))
        norm = float(np.sqrt(np.sum(vector**2)))
        others = (norm**2, *norms, elements[-1], sum(norms), elements.sum())
        limits = {
            "limit": rng.beside("limit", float(elements[-1]), (vector.max(), -vector.min(), *norms)),
            "max_norm": rng.beside("norm", norm, others, usual=(0.1, 0.15)),
        }
        return {f"g{n}": gradient for n, gradient in enumerate(given)} | limits

    def further(self):
        return {
            "as the lesson calls it": {"g0": np.array([0.3, -0.02]), "limit": 0.1, "max_norm": 0.1},
            "with a norm of 5": {"g0": np.array([3.0]), "g1": np.array([[4.0]]), "limit": 3.0, "max_norm": 5.0},
            "with a norm of 2 and a limit of 3": {"g0": np.full((2, 2), -1.0), "limit": 0.5, "max_norm": 3.0},
            "with a norm below 1 and a limit below it": {"g0": np.full(4, 0.2), "limit": 0.3, "max_norm": 0.3},
        }

    def probe(self, answer, inputs):
        given = [value for name, value in inputs.items() if name.startswith("g")]
        wanted = f"a list of {len(given)} arrays is wanted here, one for each gradient"

        quiet = {} if any(map(np.any, given)) else {"all": "ignore"}  # NumPy warns of a division by a norm of 0

        def clipped(limit, by):
            names = [f"{by}{n}" for n in range(len(given))]
            try:
                with np.errstate(**quiet):
                    returned = answer(list(given), inputs[limit], by)
            except ValueError as error:
                if "values to unpack" in str(error):
                    raise Wrong(
                        f"the list may hold any number of gradients, here {len(given)} "
                        f"({describe_error(error, answer)})"
                    ) from error
                if not re.search("inhomogeneous|same number of dimensions|must match exactly", str(error)):
                    raise
                raise Wrong(
                    "the gradients have different shapes, so the list of them cannot be turned into one array: "
                    f"take one after the other, or flatten each, g.ravel() ({describe_error(error, answer)})"
                ) from error
            return unpacked(returned, names, wanted)

        return clipped("limit", "value") | clipped("max_norm", "norm")

    def judge(self, inputs, outputs):
        given = [value for name, value in inputs.items() if name.startswith("g")]
        for by, judge, limit in (("value", judge_by_value, "limit"), ("norm", judge_by_norm, "max_norm")):
            for n, gradient in enumerate(given):
                expect_shape(f"by {by}, gradient {n}", outputs[f"{by}{n}"], gradient.shape)
            judge(given, inputs[limit], np.concatenate([outputs[f"{by}{n}"].ravel() for n in range(len(given))]))


def flat(arrays):
    """Arrays as one vector."""
    return np.concatenate([np.ravel(array) for array in arrays])


def judge_by_value(given, limit, yours):
    """Compare gradients clipped by value, one vector, with those given; raises Wrong."""
    vector = flat(given)
    norm = np.sqrt(np.sum(vector**2))
    rescaled = "this rescales the whole array; here each element is bounded on its own"
    by_norm = "this clips by norm; here each element is bounded on its own"
    expect_close(
        "by value, the element",
        yours,
        [max(-limit, min(limit, value)) for value in vector.tolist()],
        [
            (vector, "nothing is clipped"),
            (np.minimum(vector, limit), "large negative elements go through: -limit is a bound, too"),
            (np.maximum(vector, -limit), "large positive elements go through: limit is a bound, too"),
            (np.minimum(abs(vector), limit), "the sign is lost: a negative element stays negative"),
            (limit * np.sign(vector), "small elements are changed: those within the bounds stay"),
            (np.where(abs(vector) > limit, 0, vector), "large elements become 0; they should become ±limit"),
            (np.where(abs(vector) >= limit, 0, vector), "large elements become 0; they should become ±limit"),
            (
                np.where(np.isclose(abs(vector), limit), 0, np.clip(vector, -limit, limit)),
                "an element just at the limit stays; yours is neither above nor below, and becomes 0",
            ),
            (np.where(abs(vector) > limit, limit, vector), "a large negative element becomes -limit, not limit"),
            (np.where(abs(vector) > limit, vector / limit, vector), "large elements are divided by the limit"),
            (np.clip(vector, 0, limit), "the lower bound is -limit, not 0"),
            (
                np.where(abs(vector) > limit, limit * np.sign(vector), 0),
                "elements within the bounds stay; yours become 0",
            ),
            (np.clip(vector, -limit / 2, limit / 2), "the bounds are -limit and limit, not half of it"),
            (np.clip(vector, -1, 1), "the bounds are -limit and limit, not -1 and 1"),
            (np.clip(vector, -1, 1) * limit, "the bounds are -limit and limit; elements within them stay"),
            (limit * np.tanh(vector / limit), "the bounds are hard: elements within them stay as they are"),
            (flat(g * min(1, limit / np.sqrt(np.sum(g**2))) for g in given), by_norm),
            (vector * min(1, limit / norm), by_norm),
            (flat(g * min(1, limit / abs(g).max()) for g in given), rescaled),
            (vector * min(1, limit / abs(vector).max()), rescaled),
            (flat(g * limit / abs(g).max() for g in given), rescaled),
        ],
    )


def judge_by_norm(given, limit, yours):
    """Compare gradients clipped by their global norm, one vector, with those given; raises Wrong."""
    vector = flat(given)
    norm, norms = np.sqrt(np.sum(vector**2)), np.array([np.sqrt(np.sum(g**2)) for g in given])
    if norm == 0 and not np.all(yours == 0):
        raise Wrong("gradients that are all 0 should stay 0; yours become something else (a division by 0?)")
    one_array = "this is the norm of one array only; one norm over *all* gradients is wanted"
    wrong_norms = [
        *[(n, one_array) for n in norms],
        (abs(vector).max(), "this scales by the largest element; the norm is the root of the summed squares"),
        (abs(vector).sum(), "this norm is a sum of |elements|; take the root of their summed squares"),
        (norms.sum(), "the common norm is the root of the summed squares, not the sum of the norms"),
        (norms.mean(), "the common norm is the root of the summed squares, not the mean of the norms"),
        (norm**2, "the square root is missing from the norm"),
        (np.sqrt(np.mean(vector**2)), "the squares are summed, not averaged"),
        (np.sqrt(np.mean([np.mean(g**2) for g in given])), "the squares are summed, not averaged"),
        (np.sqrt(sum(np.mean(g**2) for g in given)), "the squares are summed, not averaged"),
        (norm / np.sqrt(len(given)), "the squares are summed, not averaged over the arrays"),
        (norm * np.sqrt(len(given)), "the squares are summed; how many arrays there are does not matter"),
        (np.sqrt(norms.sum()), "square the norms before they are summed"),
        (np.sqrt(sum(np.sum(g) ** 2 for g in given)), "square the elements before they are summed"),
        (
            np.sqrt(sum(np.linalg.norm(np.atleast_2d(g), 2) ** 2 for g in given if g.ndim < 3)),
            "of a matrix np.linalg.norm(g, 2) is the spectral norm; the root of the summed squares is wanted",
        ),
        *[
            (norm + added, f"the factor is limit / norm; yours divides by a norm that is {added:g} too large")
            for added in (1, 0.1, 0.05, 0.01, 1e-3, 1e-4)
        ],
        (abs(vector.sum()), "square the elements before they are summed"),
    ]
    alone = "its own norm; one norm over *all* gradients is wanted"
    below = "gradients whose norm is below the limit are scaled *up* to it; they should stay as they are"
    expect_close(
        "by norm, the element",
        yours,
        vector * (limit / norm) if norm > limit else vector,
        [
            (vector, "nothing is clipped, though the norm of *all* gradients together exceeds the limit"),
            (vector * (limit / norm), below if norm < limit else "scaled down, though it need not be"),
            *[(vector * min(1, limit / wrong), hint) for wrong, hint in wrong_norms],
            *[(vector * (limit / wrong), hint) for wrong, hint in wrong_norms],
            (
                flat(g * min(1, limit / n) for g, n in zip(given, norms, strict=True)),
                f"each array is clipped by {alone}",
            ),
            (flat(g * (limit / n) for g, n in zip(given, norms, strict=True)), f"each array is scaled by {alone}"),
            (
                flat(g * min(1, limit / norm) if n > limit else g for g, n in zip(given, norms, strict=True)),
                "only arrays whose own norm exceeds the limit are scaled; by norm, *all* are, by one factor",
            ),
            (
                np.clip(vector, -limit, limit) * min(1, limit / np.sqrt(np.sum(np.clip(vector, -limit, limit) ** 2))),
                "these are clipped by value first, which changes the direction; by norm, they are scaled only",
            ),
            (
                np.clip(vector * min(1, limit / norm), -limit, limit)
                if norm > limit
                else np.clip(vector, -limit, limit),
                "by norm, the gradients are scaled only, and not clipped by value, too",
            ),
            (vector / norm, "scaled to norm 1; the norm should equal the limit"),
            (vector / max(norm, 1), "scaled to norm 1; the norm should equal the limit"),
            (np.clip(vector, -limit, limit), "this clips by value: the direction changes"),
            (vector * limit, "multiplied by the limit, but not divided by the norm of the gradients"),
            (vector * (norm / limit), "the factor is inverted: limit / norm"),
            *[
                (vector * min(1, limit / norm) ** power, "the factor is limit / norm itself, without a power of it")
                for power in (0.5, 2)
            ],
            (vector * np.tanh(limit / norm), "the bound is hard: the factor is limit / norm, or 1"),
            (vector * 0, "gradients whose norm exceeds the limit become 0; scale them so that it equals the limit"),
            (vector * (limit / (norm + limit)), "where the norm exceeds the limit the factor is limit / norm"),
            (vector - limit * np.sign(vector), "scale the gradients; do not subtract from them"),
            *[
                (flat([*given[:n], given[n] * (limit / norm), *given[n + 1 :]]), "*all* gradients are scaled, not one")
                for n in range(len(given))
            ],
            (
                vector if norm > limit else vector * (limit / norm),
                f"the norm of all gradients together is {norm:.4g}, and the limit {limit:.4g}: compare these two, and "
                f"{'scale them all' if norm > limit else 'leave them alone'}",
            ),
        ],
    )
