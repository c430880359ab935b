"""Checks of lesson 3a, vanishing and exploding gradients."""

import re

import numpy as np

from course_utils.checks import Check, Wrong, describe_error, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_cell, of_linear, of_mix, of_shift, sigmoid
from course_utils.probing import compiled, unpacked


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
            return np.array([np.sqrt(np.sum(h**2)) for h in states_from(start, matrix, steps, step)])

        if norms.shape == (steps + 2,):
            raise Wrong("one norm too many: from h_0 to h_steps there are steps + 1 states, with steps = 0 one")
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
            (radius, "multiplied by `radius`, but not divided by the spectral radius it has now"),
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
            (radius / np.sqrt(abs(roots).max()), "divided by the root of the spectral radius it has now"),
            (min(1, radius / abs(roots).max()), "rescale W_hh also where its spectral radius is below `radius`"),
            *[
                (radius / root, "this is not the largest of the |eigenvalues|; take their maximum")
                for root in np.unique(abs(roots).round(9))
                if root
            ],
            (1 / abs(roots).max(), "rescaled to a spectral radius of 1; multiply by `radius`, too"),
            (abs(roots).max() / radius, "the factor is upside down: radius / (the radius it has now)"),
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
                (run(right, step=lambda h, W: np.tanh(h @ W)), "no tanh belongs here: the recurrence is linear"),
                (run(np.tanh(right)), "the tanh does not belong here: the recurrence is linear"),
                (
                    [
                        np.sqrt(np.sum((h_0 @ np.linalg.matrix_power(right, n * (n + 1) // 2)) ** 2))
                        for n in range(steps + 1)
                    ],
                    "h_t is multiplied by a power of W, but it has been multiplied before: by W once in every step, or "
                    "h_0 by W to the power t",
                ),
                (
                    np.where(np.arange(steps + 1) < steps, expected, 0),
                    "the last norm stays 0: that of h_steps is missing",
                ),
                (np.where(np.arange(steps + 1) > 0, expected, 0), "the first norm stays 0: that of h_0 is missing"),
                (
                    expected[0] * radius ** np.arange(steps + 1),
                    "compute the states: only in the long run do their norms change by the factor `radius`",
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
        wrong_order = [np.eye(len(W))]
        for h in states[:0:-1]:
            wrong_order.append(wrong_order[-1] @ jacobian(h))
        twice = "the states are already tanh(z): the slope is 1 - h**2, without another tanh"
        not_it = "the spectral norm is wanted, np.linalg.norm(A, 2)"
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
                ([np.linalg.svd(p)[1].sum() for p in right], f"this is the sum of the singular values; {not_it}"),
                ([np.linalg.svd(p)[1].min() for p in right], f"this is the *smallest* singular value; {not_it}"),
                (expected**2, f"this is the square of the norm; {not_it}"),
                (np.log10(expected), "these are logarithms; the norms themselves are wanted"),
                (single, "these are the norms of single steps; at lag k the last k Jacobians are multiplied"),
                *[
                    (
                        np.where(np.arange(steps) > 0, expected, first),
                        "at lag 0 the product is the identity, with norm 1",
                    )
                    for first in (
                        0,
                        np.sqrt(len(W)),
                        len(W),
                        spectral([jacobian(states[-1])])[0],
                        spectral(chain(jacobian, states))[-1],
                    )
                ],
                (
                    spectral(np.cumprod([np.ones_like(W), *map(jacobian, states[:0:-1])], axis=0)),
                    "the Jacobians are multiplied element by element; the product of matrices is @",
                ),
                (
                    [1.0, *spectral(np.cumprod([np.ones_like(W), *map(jacobian, states[:0:-1])], axis=0))[1:]],
                    "the Jacobians are multiplied element by element; the product of matrices is @",
                ),
                (
                    [1.0, *spectral(np.cumprod([np.eye(len(W)), *map(jacobian, states[:0:-1])], axis=0))[1:]],
                    "the Jacobians are multiplied element by element; the product of matrices is @",
                ),
                (
                    np.cumprod(single),
                    "the norms are multiplied; multiply the matrices, then take the norm of the product",
                ),
                (
                    spectral(chain(jacobian, states))[1:],
                    "every entry is one lag too far: lag 0 is the identity, with norm 1",
                ),
                (spectral(chain(lambda h: W)), "the slope of the tanh, 1 - h**2, is missing"),
                (spectral(chain(lambda h: np.diag(1 - h**2))), "W_hh is missing: each step multiplies by it too"),
                (
                    spectral(chain(lambda h: np.diag(1 - h**2) @ W)),
                    "the slope 1 - h_t**2 belongs to the unit that comes *out*, the columns of W_hh; yours scales rows",
                ),
                (
                    spectral(chain(lambda h: W.T * (1 - h**2))),
                    "W_hh is used transposed: with states in rows, h_{t-1} W_hh",
                ),
                (spectral(chain(lambda h: W * (1 - np.tanh(h) ** 2))), twice),
                (spectral(chain(lambda h: W / np.cosh(h) ** 2)), twice),
                (spectral(chain(lambda h: W * (1 - h))), "the slope of the tanh is 1 - h**2, with a square"),
                (spectral(chain(lambda h: W * (1 - abs(h)))), "the slope of the tanh is 1 - h**2, with a square"),
                (
                    spectral(chain(lambda h: W * h * (1 - h))),
                    "h (1 - h) is the slope of the sigmoid; the tanh's is 1 - h**2",
                ),
                (spectral(chain(lambda h: W * (1 + h**2))), "the slope of the tanh is 1 - h**2, with a minus"),
                (spectral(chain(lambda h: W * h**2)), "the slope of the tanh is 1 - h**2; yours lacks the 1"),
                (
                    spectral(chain(lambda h: W * (1 - np.mean(h**2)))),
                    "each unit has its own slope; yours is one for all",
                ),
                (
                    spectral(wrong_order),
                    "the Jacobians are multiplied in the wrong order: an earlier step stands further to the left",
                ),
                *[
                    (
                        spectral(chain(jacobian, of, products)),
                        "the product grows from the first step; lag k means the *last* k steps",
                    )
                    for of in (states[1:], states[:-1])
                    for products in (products_forth, lambda factors, size: products_back(factors[::-1], size))
                ],
                (
                    spectral(chain(lambda h: W * np.mean(1 - states**2))),
                    "each unit has its own slope at each step; yours is one for all",
                ),
                *of_axes(expected, {"reversed": "the lags are upside down: entry 0 belongs to lag 0"}),
                (
                    spectral(chain(jacobian, states[:-1])),
                    "shifted by one: the last step's Jacobian has the slope at h_T, not the one at h_{T-1}",
                ),
                (
                    [1.0, *spectral(chain(jacobian, states[1:-1]))],
                    "the last step is left out: at lag 1 stands the Jacobian J_T alone",
                ),
            ],
        )


class Clip(Check):
    exercise = "3a.3"
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

        def clipped(limit, by):
            names = [f"{by}{n}" for n in range(len(given))]
            try:
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
                    "the gradients have different shapes, so the list of them is no array and they cannot be joined as "
                    f"they are: take one after the other, or flatten each, g.ravel() ({describe_error(error, answer)})"
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
            for added in (1, 0.1, 0.01, 1e-3, 1e-4)
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
            (vector / norm, "scaled to norm 1; it should be the limit"),
            (vector / max(norm, 1), "scaled to norm 1; it should be the limit"),
            (np.clip(vector, -limit, limit), "this clips by value: the direction changes"),
            (vector * limit, "multiplied by the limit, but not divided by the norm there is"),
            (vector * (norm / limit), "the factor is upside down: limit / norm"),
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


def cell_inputs(rng, shapes):
    """Random inputs x, a state and weights of a cell: {"x", "h", "weight_0", ...}; shapes in letters i and u."""
    size = {"i": rng.size("inputs", 2, 3), "u": rng.size("units", 4, 6)}
    batch, steps = rng.size("batch", 3, 7), rng.size("steps", 3, 9)
    weights = [rng.reals(*(size[letter] for letter in shape), dtype="float32") for shape in shapes]
    return {
        "x": rng.reals(batch, steps, size["i"], dtype="float32"),
        "h": rng.reals(batch, size["u"], dtype="float32"),
        **{f"weight_{n}": weight for n, weight in enumerate(weights)},
        "usual": int(rng.edge is None),
    }


def weights_of(inputs):
    """The weights of a cell among its inputs, in order."""
    return [value for name, value in inputs.items() if name.startswith("weight_")]


def cell_with(answer, units, size, weights):
    """A cell of the student's class, built, with these weights."""
    import keras

    cell = answer(units)
    if not isinstance(cell, keras.layers.Layer):
        raise Wrong(f"a Keras layer is wanted (class ...(layers.Layer)); this is a {type(cell).__name__}")
    cell.build((None, size))
    shapes = [tuple(weight.shape) for weight in cell.get_weights()]
    if shapes != [weight.shape for weight in weights]:
        raise Wrong(f"leave the weights as build made them; the check finds the shapes {shapes}")
    cell.set_weights(weights)
    return cell


def one_step(cell, x, h):
    """{"output", "state"} of one step of a cell; what it makes of the list of states is looked at, too."""
    given, wanted = [h], "call should return two things, the output and the list of new states: return h, [h]"
    try:
        returned = cell.call(x, given)
    except Exception as error:
        if not re.search("different ndims|must be rank|same rank", str(error)):
            raise
        raise Wrong(
            f"the old state is the first entry of the list `states`, and states[0] is (batch, units) as x is (batch, "
            f"inputs): take no example out of the batch ({describe_error(error, cell)})"
        ) from error
    seen = unpacked(returned, ("output", "state"), wanted)
    if len(given) != 1 or given[0] is not h:
        raise Wrong(
            "your cell writes into `states`, which Keras hands over as a tuple; return a new list: return h, [h]"
        )
    if not (isinstance(seen["state"], tuple | list) and len(seen["state"]) == 1):
        raise Wrong("the new states should come in a list, here of one: return h, [h]")
    if len(getattr(seen["output"], "shape", ())) == 3:
        raise Wrong("`states` is a list; the old state is its first entry, states[0]")
    return seen | {"state": seen["state"][0]}


def sequence_of(cell, x, h):
    """The outputs (batch, T, units) of a cell that begins with zeros like h."""
    import tensorflow as tf

    outputs, states = [], (tf.zeros_like(h),)
    for t in range(x.shape[1]):
        output, states = cell.call(x[:, t], states)
        outputs.append(tf.convert_to_tensor(output))
    return tf.stack(outputs, axis=1)


def probe_cell(answer, inputs):
    """One step of a cell, and several; in the usual case also their gradient, and what keras.layers.RNN makes of it."""
    import keras
    import tensorflow as tf

    x, h, weights = tf.constant(inputs["x"]), tf.constant(inputs["h"]), weights_of(inputs)
    cell = cell_with(answer, int(h.shape[-1]), x.shape[-1], weights)
    seen, variables = one_step(cell, x[:, 0], h), [weight.value for weight in cell.weights]
    with tf.GradientTape() as tape:
        for variable in variables:
            tape.watch(variable)
        sequence = sequence_of(cell, x, h)
        loss = tf.reduce_sum(sequence**2)
    seen["sequence"] = sequence
    if inputs["usual"]:
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        seen |= {f"gradient_{n}": gradient for n, gradient in enumerate(gradients)}
        advice = (
            "one step works, but keras.layers.RNN cannot run it inside a model: use keras.ops throughout, and no "
            "NumPy, if or float"
        )
        rnn = keras.layers.RNN(cell, return_sequences=True)
        seen["in_fit"] = compiled(rnn, [x], [(None, None, x.shape[-1])], advice)
    return seen


def judge_cell(inputs, outputs, step, mistakes, names):
    """Compare what `probe_cell` returned with step(weights, x, h).

    mistakes: pairs (wrong new state at the first x and h, hint). names: of the weights.
    """
    x, h, *weights = (value.astype("float64") for value in (inputs["x"], inputs["h"], *weights_of(inputs)))

    def run(weights, state=None):
        state, states = np.zeros_like(h) if state is None else state, []
        for t in range(x.shape[1]):
            state = step(weights, x[:, t], state)
            states.append(state)
        return np.stack(states, axis=1)

    for name in ("output", "state"):
        expect_shape(f"the {name}", outputs[name], h.shape, "(batch, units)")
    expected = step(weights, x[:, 0], h)
    if np.allclose(outputs["state"], expected, atol=1e-5, rtol=1e-4):
        mistakes = [(outputs["output"], "the state handed on is right, the output is not: return h, [h]")]
    expect_close("the new state", outputs["output"], expected, mistakes)
    kept = [(h, "the *old* state is returned as the new one")]
    others = [(outputs["state"], "the output is right, the state handed on is not: return h, [h]")]
    expect_close("the state handed on", outputs["state"], expected, kept + others)
    for name in ("sequence", "in_fit")[: 1 + inputs["usual"]]:
        what = {"sequence": "the outputs, step by step,", "in_fit": "the outputs inside keras.layers.RNN"}[name]
        expect_shape(what, outputs[name], (*x.shape[:2], h.shape[1]), "(batch, T, units)")
        own = "begin with the state that is given; yours keeps one of its own from one call to the next"
        kept = [(run(weights, start), own) for start in (h, expected)]
        expect_close(what, outputs[name], run(weights), kept, rtol=1e-3, atol=1e-4)
    if inputs["usual"]:
        judge_gradients([outputs[f"gradient_{n}"] for n in range(len(weights))], weights, run, names)


def judge_gradients(yours, weights, run, names):
    """Compare gradients of the summed squares of run(weights) with differences, each along one random direction."""
    rng = np.random.default_rng(0)
    for n, name in enumerate(names):
        direction = rng.normal(size=weights[n].shape)

        def loss(by, n=n, direction=direction):
            return np.sum(run([*weights[:n], weights[n] + by * direction, *weights[n + 1 :]]) ** 2)

        expect_shape(f"the gradient by {name}", yours[n], weights[n].shape)
        expected = (loss(1e-5) - loss(-1e-5)) / 2e-5
        found, size = np.sum(yours[n] * direction), np.linalg.norm(yours[n]) * np.linalg.norm(direction)
        if not abs(found - expected) <= 1e-2 * abs(expected) + 1e-3 * size + 1e-4:
            raise Wrong(
                f"the states are right, but the gradient by {name} is not, so training would go wrong: use keras.ops "
                "on the weights themselves, and stop no gradient"
            )


class LeakyUnit(Check):
    exercise = "3a.4"
    name = "LeakyCell"
    few = True

    def inputs(self, rng):
        return cell_inputs(rng, ["iu", "uu", "u", "u"])

    def probe(self, answer, inputs):
        seen = probe_cell(answer, inputs)
        if inputs["usual"]:
            for learned in (False, True):
                cell = answer(2, alpha=0.25, learned=learned)
                cell.build((None, 3))
                seen |= {
                    f"first_{learned}": cell.get_weights()[-1],
                    f"trained_{learned}": [
                        any(weight is of for of in cell.trainable_weights) for weight in cell.weights
                    ],
                }
        return seen

    def judge(self, inputs, outputs):
        x, h = inputs["x"][:, 0].astype("float64"), inputs["h"].astype("float64")
        W_xh, W_hh, b_h, a = (weight.astype("float64") for weight in weights_of(inputs))
        linear, alpha = x @ W_xh + h @ W_hh + b_h, sigmoid(a)
        new, names = np.tanh(linear), ("W_xh", "W_hh", "b_h", "a")

        def mixed(alpha, new=new):
            return (1 - alpha) * h + alpha * new

        def step(weights, x, h):
            W_xh, W_hh, b_h, a = weights
            return (1 - sigmoid(a)) * h + sigmoid(a) * np.tanh(x @ W_xh + h @ W_hh + b_h)

        first = "alpha stays at its first value; take it from the weight self.a, which may be learned"
        mistakes = [
            *of_mix(1 - alpha, h, new, ("1 - alpha", "alpha")),
            (mixed(a), "alpha is the sigmoid of self.a, not self.a itself"),
            (mixed(np.tanh(a)), "alpha is the sigmoid of self.a, not its tanh"),
            (mixed(np.exp(a)), "alpha is the sigmoid of self.a, not its exponential"),
            (mixed(np.clip(a / 6 + 0.5, 0, 1)), "alpha is the sigmoid of self.a, not the hard sigmoid"),
            (np.clip(mixed(alpha), -1, 1), "the state is clipped; it may lie outside of -1 and 1"),
            (np.tanh(h) * (1 - alpha) + alpha * new, "the old state goes on as it is, without a tanh"),
            (mixed(alpha, np.tanh(x @ W_xh + h.mean(axis=0) @ W_hh + b_h)), "each text of the batch has its own state"),
            (step((W_xh, W_hh, b_h, a), x, h[:1]), "each text of the batch has its own state"),
            (mixed(sigmoid(-a)), "alpha is sigmoid(a); the sign of self.a is wrong"),
            (mixed(sigmoid(sigmoid(a))), "the sigmoid is taken twice"),
            (mixed(np.exp(a) / np.exp(a).sum()), "alpha is a sigmoid for each unit, not a softmax over the units"),
            (mixed(0.1), first),
            (mixed(0.9), first),
            (mixed(alpha.mean()), "each unit has its own alpha; yours is one for all"),
            (mixed(alpha[0]), "each unit has its own alpha; yours is one for all"),
            (np.tanh(mixed(alpha, linear)), "the tanh belongs around the candidate only, not around the whole"),
            (mixed(alpha, np.tanh(linear + x @ W_xh)), "the word is added twice in the candidate"),
            (mixed(alpha, np.tanh(linear + h @ W_hh)), "the old state is added twice in the candidate"),
            (mixed(alpha, np.tanh(linear - b_h) + b_h), "the bias b_h belongs inside of the candidate's tanh"),
            *of_cell(
                "candidate",
                "tanh",
                linear,
                lambda new: mixed(alpha, new),
                of_linear("candidate", x, h, W_xh, W_hh, b_h, names),
            ),
            (mixed(alpha, np.tanh(linear + h - h @ W_hh)), "the candidate lacks W_hh: h @ W_hh"),
            (mixed(alpha, np.tanh(x @ W_xh + (alpha * h) @ W_hh + b_h)), "the candidate sees the old state as it is"),
            (
                mixed(alpha, np.tanh(x @ W_xh + ((1 - alpha) * h) @ W_hh + b_h)),
                "the candidate sees the old state as it is, without a factor",
            ),
        ]
        judge_cell(inputs, outputs, step, mistakes, names)
        if inputs["usual"]:
            as_made = "leave __init__ and build as they are: "
            for learned in (False, True):
                first, trained = outputs[f"first_{learned}"], outputs[f"trained_{learned}"]
                if trained.tolist() != [True, True, True, learned]:
                    raise Wrong(f"{as_made}all four weights are trained, but the last, a, only where `learned` says so")
                if first.shape != (2,) or not np.allclose(first, -np.log(3), atol=1e-4):
                    raise Wrong(f"{as_made}alpha begins at the argument `alpha`, and a at log(alpha / (1 - alpha))")


class GatedUnit(Check):
    exercise = "3a.5"
    name = "GatedCell"
    few = True

    def inputs(self, rng):
        return cell_inputs(rng, ["iu", "iu", "uu", "uu", "u", "u"])

    def probe(self, answer, inputs):
        return probe_cell(answer, inputs)

    def judge(self, inputs, outputs):
        x, h = inputs["x"][:, 0].astype("float64"), inputs["h"].astype("float64")
        W_xh, W_xg, W_hh, W_hg, b_h, b_g = (weight.astype("float64") for weight in weights_of(inputs))
        linear, gate = x @ W_xh + h @ W_hh + b_h, x @ W_xg + h @ W_hg + b_g
        new, keep = np.tanh(linear), sigmoid(gate)

        def mixed(keep, new=new):
            return keep * h + (1 - keep) * new

        def step(weights, x, h):
            W_xh, W_xg, W_hh, W_hg, b_h, b_g = weights
            keep = sigmoid(x @ W_xg + h @ W_hg + b_g)
            return keep * h + (1 - keep) * np.tanh(x @ W_xh + h @ W_hh + b_h)

        own = "its own end in g"
        around = "the tanh belongs around the candidate only, not around the whole"
        mistakes = [
            *of_mix(keep, h, new, ("lambda", "1 - lambda")),
            *of_cell("gate", "sigmoid", gate, mixed, of_linear("gate", x, h, W_xg, W_hg, b_g, ("W_xg", "W_hg", "b_g"))),
            *of_cell(
                "candidate",
                "tanh",
                linear,
                lambda new: mixed(keep, new),
                of_linear("candidate", x, h, W_xh, W_hh, b_h, ("W_xh", "W_hh", "b_h")),
            ),
            (np.tanh(mixed(keep, linear)), around),
            (
                mixed(sigmoid(x @ W_xg + new @ W_hg + b_g)),
                "the gate is computed from the candidate; it sees the *old* state, h_{t-1}",
            ),
            *[
                (
                    mixed(sigmoid(linear + by), np.tanh(gate - by)),
                    "the two sets of weights are exchanged: those with g belong to the gate",
                )
                for by in (0, b_g - b_h)
            ],
            (
                mixed(sigmoid(gate - b_g + b_h), np.tanh(linear - b_h + b_g)),
                "the two biases are exchanged: b_g belongs to the gate",
            ),
            (
                mixed(sigmoid(x @ W_xg + mixed(keep) @ W_hg + b_g)),
                "the gate is computed from the new state; it sees the *old* state, h_{t-1}",
            ),
            (keep**2 * h + (1 - keep) * new, "the gate is multiplied in twice; the old state's factor is lambda"),
            (mixed(np.ones_like(x[:, :1]) * sigmoid(b_g)), "the gate sees neither the word nor the old state"),
            (
                mixed(np.broadcast_to(keep.mean(axis=0), keep.shape)),
                "each text of the batch has its own gate; yours is one for all",
            ),
            (
                mixed(np.broadcast_to(keep[0], keep.shape)),
                "each text of the batch has its own gate; yours is one for all",
            ),
            (mixed(sigmoid(linear)), f"the gate uses the candidate's weights; {own}"),
            (mixed(sigmoid(gate - b_g + b_h)), f"the gate uses the candidate's bias; {own}"),
            (mixed(sigmoid(gate + x @ (W_xh - W_xg))), f"the gate uses the candidate's W_xh; {own}"),
            (mixed(sigmoid(gate + h @ (W_hh - W_hg))), f"the gate uses the candidate's W_hh; {own}"),
            (mixed(keep, np.tanh(gate)), "the candidate uses the gate's weights; its own end in h"),
            (mixed(keep, np.tanh(linear - b_h + b_g)), "the candidate uses the gate's bias; its own is b_h"),
            (mixed(keep, np.tanh(linear + x @ (W_xg - W_xh))), "the candidate uses the gate's W_xg; its own is W_xh"),
            (mixed(keep, np.tanh(linear + h @ (W_hg - W_hh))), "the candidate uses the gate's W_hg; its own is W_hh"),
            (mixed(keep, np.tanh(linear - b_h) + b_h), "the bias b_h belongs inside of the candidate's tanh"),
            (mixed(sigmoid(gate - b_g) + b_g), "the bias b_g belongs inside of the gate's sigmoid"),
            (mixed(np.round(keep)), "the gate is a number between 0 and 1; yours is rounded"),
            (np.clip(mixed(keep), -1, 1), "the state is clipped; it may lie outside of -1 and 1"),
            (mixed(keep, np.tanh(x @ W_xh + h.mean(axis=0) @ W_hh + b_h)), "each text of the batch has its own state"),
            (step((W_xh, W_xg, W_hh, W_hg, b_h, b_g), x, h[:1]), "each text of the batch has its own state"),
            (
                mixed(keep, np.tanh(x @ W_xh + keep * (h @ W_hh + b_h))),
                "the candidate sees lambda * h; here it sees the old state as it is (a GRU does something like it)",
            ),
            (mixed(sigmoid(gate - b_g + 1)), "the gate's bias stays at its first value, 1; take self.b_g"),
            (
                mixed(keep, np.tanh(x @ W_xh + (keep * h) @ W_hh + b_h)),
                "the candidate sees lambda * h; here it sees the old state as it is (a GRU does something like it)",
            ),
            (
                mixed(keep, np.tanh(x @ W_xh + keep * (h @ W_hh) + b_h)),
                "the candidate sees lambda * h; here it sees the old state as it is (a GRU does something like it)",
            ),
        ]
        judge_cell(inputs, outputs, step, mistakes, ("W_xh", "W_xg", "W_hh", "W_hg", "b_h", "b_g"))
