"""Checks of lesson 5a, CTC."""

import itertools

import numpy as np

from course_utils.checks import Check, Wrong, arrays, expect_close, expect_shape, kept

BLANK = 0
IMPOSSIBLE = -1e8  # a logarithm below this stands for the probability 0


def as_rows(found, what):
    """Lists of codes of different lengths as one array, padded with -1. Raises Wrong for anything else."""
    rows = []
    for one in found:
        if one is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        if isinstance(one, str) or not isinstance(one, tuple | list | np.ndarray):
            raise Wrong(f"{what} should be a tuple of codes; yours is a {type(one).__name__}")
        row = np.array(one) if len(one) else np.zeros(0, int)
        if row.ndim != 1 or row.dtype.kind not in "iuf" or np.any(row != np.round(row)) or np.any(row < 0):
            raise Wrong(f"{what} should be a tuple of codes; yours contains something else")
        rows.append(row.astype("int64"))
    longest = max([1, *map(len, rows)])
    return np.array([np.pad(row, (0, longest - len(row)), constant_values=-1) for row in rows])


def merged(path):
    return [code for n, code in enumerate(path) if n == 0 or code != path[n - 1]]


def without_blanks(path):
    return [code for code in path if code != BLANK]


class Collapse(Check):
    exercise = "5a.1"
    name = "collapse"

    def inputs(self, rng):
        paths = rng.integers(0, 3, size=(12, rng.size("frames", 7, 9, least=6)))
        paths[0, :5] = [1, 0, 1, 1, 2]  # a blank keeps two equal letters apart
        paths[1, :6] = [0, 1, 1, 0, 2, 0]
        paths[2] = BLANK
        paths[3, :5] = [2, 1, 2, 0, 2]  # a letter that comes again later
        codes = np.array([BLANK, rng.integers(1, 10), rng.integers(10, 43)])  # real codes have two digits, too
        return {"paths": codes[paths]}

    def probe(self, answer, inputs):
        paths = inputs["paths"].tolist()
        with kept("the path it is given", paths):
            found = [answer(path) for path in paths]
        nothing = [path for path, label in zip(paths, found, strict=True) if label is None]
        if 0 < len(nothing) < len(paths):
            raise Wrong(f"for the path {nothing[0]} your answer returned None; its label is {self.label(nothing[0])}")
        seen = {"labels": as_rows(found, "the label of a path")}
        for form, of in (("a tuple", tuple), ("a NumPy array", np.array)):
            try:
                seen[form] = as_rows([answer(of(path)) for path in paths], "the label of a path")
            except Exception as error:
                raise Wrong(
                    f"this works for a list, but the lesson also passes {form}, which raises "
                    f"{type(error).__name__}: {error}; go through the path element by element"
                ) from error
        return seen

    def label(self, path):
        return tuple(without_blanks(merged(path)))

    def judge(self, inputs, outputs):
        paths, yours = inputs["paths"].tolist(), outputs["labels"]

        def same(function):
            return [tuple(function(path)) for path in paths] == labels

        labels = [tuple(code for code in row if code >= 0) for row in yours.tolist()]
        expected = [self.label(path) for path in paths]
        if labels == expected:
            for form in ("a tuple", "a NumPy array"):
                if not np.array_equal(outputs[form], yours):
                    raise Wrong(
                        f"right for a list, but not for {form}; go through the path element by element, with =="
                    )
            return
        if same(lambda path: merged(without_blanks(path))):
            raise Wrong(
                "1 0 1 becomes 1, as if the blanks were dropped before repeats are merged; merge first: the blank "
                "keeps equal letters apart"
            )
        if same(merged):
            raise Wrong("repeats are merged, but the blanks (code 0) are still there")
        if same(without_blanks):
            raise Wrong("the blanks are dropped, but repeats are not merged: 1 1 in neighbouring frames is one letter")
        if same(lambda path: sorted(set(without_blanks(path)))) or same(
            lambda path: dict.fromkeys(without_blanks(path))
        ):
            raise Wrong("a letter that comes again later is a new letter; only *neighbours* are merged")
        if same(lambda path: [code for before, code in itertools.pairwise(path) if code not in (before, BLANK)]):
            raise Wrong("the first frame is lost: a letter there counts, though nothing comes before it")
        if same(lambda path: self.label(path[:-1])):
            raise Wrong("the last frame is lost: a letter there counts, though nothing comes after it")
        wrong = next(n for n in range(len(paths)) if labels[n] != expected[n])
        raise Wrong(f"the path {paths[wrong]} stands for {expected[wrong]}; yours gives {labels[wrong]}")


def random_labels(rng):
    """Labels with repeats, padded with 0, and their lengths: three of different lengths, one without padding."""
    longest = rng.size("L", 6, 8, least=6)
    lengths = np.array([longest, longest - 2, 3])
    labels = rng.integers(1, 4, size=(3, longest))
    labels[0, :5] = [2, 2, 2, 1, 1]  # two repeats in a row, and another
    labels[0, -1] = 2  # the last equals the first
    labels[1, :3] = [3, 1, 3]  # equal, but no neighbours
    labels[2, :3] = [1, 3, 3]
    labels[np.arange(longest) >= lengths[:, None]] = BLANK
    return labels.astype("int32"), lengths.astype("int32")


def inside_a_graph(function, *arguments, shapes, advice="use keras.ops and ops.shape"):
    """What a function returns for tensors of unknown size, as in a compiled model. Raises Wrong where it cannot."""
    import tensorflow as tf

    tensors = [tf.convert_to_tensor(argument) for argument in arguments]
    signature = [tf.TensorSpec(shape, tensor.dtype) for shape, tensor in zip(shapes, tensors, strict=True)]
    try:
        # a call of the tf.function itself would warn of retracing, after a few answers
        return tf.function(function, autograph=False, input_signature=signature).get_concrete_function()(*tensors)
    except Wrong:
        raise
    except Exception as error:
        if str(error).startswith("exercise "):  # another exercise, which it uses, is still blank
            raise
        reason = " ".join(str(error).split())[:160]
        raise Wrong(
            "this runs on arrays, but not inside a compiled model, where values and sizes are not known yet, so "
            f"{advice} ({type(error).__name__}: {reason})"
        ) from error


def pair_of(result, names):
    """Two things that an answer returned, by name. Raises Wrong for anything else."""
    if result is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise Wrong(f"return two things, {' and '.join(names)}")
    return dict(zip(names, result, strict=True))


class WithBlanks(Check):
    exercise = "5a.2"
    name = "with_blanks"

    def inputs(self, rng):
        labels, lengths = random_labels(rng)
        return {"labels": labels, "lengths": lengths}

    def probe(self, answer, inputs):
        from keras import ops

        names = ("symbols", "may_skip")
        seen = pair_of(answer(ops.convert_to_tensor(inputs["labels"])), names)
        seen = {name: as_bool(value) if name == "may_skip" else value for name, value in seen.items()}
        compiled = inside_a_graph(
            lambda labels: tuple(pair_of(answer(labels), names).values()), inputs["labels"], shapes=[(None, None)]
        )
        return seen | {"compiled": compiled[0], "compiled_skip": as_bool(compiled[1])}

    def judge(self, inputs, outputs):
        labels, lengths = inputs["labels"], inputs["lengths"]
        symbols, skip = outputs["symbols"], outputs["may_skip"]
        batch, longest = labels.shape
        expected = np.zeros((batch, 2 * longest + 1), int)
        expected[:, 1::2] = labels
        if symbols.shape in ((batch, 2 * longest), (batch, 2 * longest - 1)):
            missing = "one of them" if symbols.shape[1] == 2 * longest else "two of them"
            raise Wrong(f"there is a blank before, between and after the letters, L + 1 in all; yours lacks {missing}")
        expect_shape("the symbols", symbols, expected.shape, "(batch, 2 L + 1)")
        shifted = np.zeros_like(expected)
        shifted[:, 0:-1:2] = labels
        hints = [
            (shifted, "the first symbol is a blank, before the first letter; yours begins with the letter"),
            (np.pad(labels, ((0, 0), (0, longest + 1))), "the blanks stand after the letters, not between them"),
            (
                np.pad(labels, ((0, 0), (longest, 1))),
                "blanks and letters should alternate; stack along a new last axis before you reshape",
            ),
        ]
        place = np.arange(2 * longest + 1)
        counts = (place >= 2) & (place <= 2 * lengths[:, None])  # what stands elsewhere never matters
        letter, two_before = expected != BLANK, np.roll(expected, 2, axis=1)
        differs = (expected != two_before) & (place >= 2)
        right = letter & differs
        if np.array_equal(symbols[counts] != 0, right[counts]):
            raise Wrong("return symbols first, then may_skip; yours are swapped")
        if symbols.dtype.kind not in "iu":
            raise Wrong(f"symbols are codes, whole numbers as the labels are; yours are {symbols.dtype}")
        expect_close("the symbols", symbols, expected, hints)
        if skip.shape == (batch, 2 * longest - 1):
            raise Wrong(
                "may_skip is two entries short: the first two have nothing two places before them; pad on the left"
            )
        expect_shape("may_skip", skip, expected.shape, "(batch, 2 L + 1)")

        def same(other):
            return np.array_equal(skip[counts] != 0, other[counts])

        if not same(right):
            if same(letter):
                raise Wrong(
                    "between two equal letters the blank must not be skipped (they would be merged): may_skip is False "
                    "at a letter that equals the one before"
                )
            if same(letter & (expected == two_before)):
                raise Wrong("may_skip is the wrong way round: skipping is allowed where the letters *differ*")
            if same(~right):
                raise Wrong("may_skip is the wrong way round: False where a blank may be skipped")
            if same(np.roll(differs, -2, axis=1)) or same(np.roll(right, -2, axis=1)):
                raise Wrong("True belongs to the symbol that is *reached*; yours is two places too early")
            if any(same(np.roll(mask, by, axis=1)) for mask in (differs, right) for by in (-1, 1)):
                raise Wrong(
                    "may_skip is shifted by one symbol: True belongs to the letter that is reached, not a blank"
                )
            if same(letter & (expected != np.roll(expected, -2, axis=1))):
                raise Wrong("may_skip compares a letter with the one *before* it; yours compares with the one after it")
            earlier = [[code in row[:n] for n, code in enumerate(row)] for row in expected.tolist()]
            if same(letter & ~np.array(earlier)):
                raise Wrong("only the neighbouring letter matters: in 1 2 1 the second 1 may be reached by a skip")
            if same(~letter | right):
                raise Wrong("a letter must not be skipped: at a blank, may_skip is False")
            if same(expected == two_before):
                raise Wrong("may_skip is the wrong way round: skipping is allowed where the symbols two apart *differ*")
            if same(np.ones_like(right)):
                raise Wrong(
                    "may_skip is True everywhere; compare each symbol with the one *two* before, not with its neighbour"
                )
            where = tuple(int(i) for i in np.argwhere(((skip != 0) != right) & counts)[0])
            raise Wrong(
                f"may_skip should be {right[where]} at index {where} of the symbols {expected[where[0]].tolist()}"
            )
        expect_shape("inside a model, the symbols", outputs["compiled"], expected.shape, "(batch, 2 L + 1)")
        expect_close("inside a model, the symbols", outputs["compiled"], expected)
        expect_close("inside a model, may_skip", outputs["compiled_skip"], skip)


def as_bool(value):
    """Booleans, or numbers that stand for them, as an array of 0 and 1."""
    return (arrays({"may_skip": value})["may_skip"] != 0).astype(int)


def log_sum(*terms):
    """log of the sum of exponentials, elementwise, of arrays that may hold -inf."""
    with np.errstate(all="ignore"):
        return np.logaddexp.reduce(np.stack(terms))


def moved(alpha, by, fill=-np.inf):
    """alpha, `by` symbols to the right; what comes in at the left is `fill`."""
    return np.pad(alpha, ((0, 0), (by, 0)), constant_values=fill)[:, : alpha.shape[1]]


class ForwardStep(Check):
    exercise = "5a.3"
    name = "forward_step"

    def inputs(self, rng):
        batch, size = rng.size("batch", 2, 3), 2 * rng.size("L", 4, 5, least=3) + 1
        alpha = rng.uniform(-9, -4, size=(batch, size))
        alpha[0, size // 2 + 1 :] = -1e9  # not reached yet
        may_skip = np.zeros((batch, size), bool)
        may_skip[:, 3::2] = rng.integers(0, 2, size=may_skip[:, 3::2].shape)
        may_skip[-1, 3], may_skip[-1, 5] = True, False
        log_p = rng.uniform(-4, -0.5, size=(batch, size))
        return {"alpha": alpha.astype("float32"), "log_p": log_p.astype("float32"), "may_skip": may_skip}

    def probe(self, answer, inputs):
        import tensorflow as tf
        from keras import ops

        alpha, log_p, may_skip = (ops.convert_to_tensor(inputs[name]) for name in ("alpha", "log_p", "may_skip"))
        first = answer(alpha, log_p, may_skip)

        def with_gradient(alpha, log_p, may_skip):
            with tf.GradientTape() as tape:
                tape.watch(alpha)
                after = answer(alpha, log_p, may_skip)
                total = tf.reduce_sum(tf.where(after > IMPOSSIBLE, after, 0.0))
            return after, tape.gradient(total, alpha, unconnected_gradients="zero")

        arrays({"alpha": first})  # a sentence of its own where it is no number at all
        given = [inputs[name] for name in ("alpha", "log_p", "may_skip")]
        compiled, gradient = inside_a_graph(with_gradient, *given, shapes=[(None, None)] * 3)
        return {"alpha": first, "compiled": compiled, "gradient": gradient}

    def judge(self, inputs, outputs):
        alpha, log_p = (inputs[name].astype("float64") for name in ("alpha", "log_p"))
        skip = inputs["may_skip"]
        alpha = np.where(alpha < IMPOSSIBLE, -np.inf, alpha)
        one, two = moved(alpha, 1), moved(alpha, 2)
        expected = log_p + log_sum(alpha, one, np.where(skip, two, -np.inf))
        yours = outputs["alpha"]
        expect_shape("log α", yours, alpha.shape, "(batch, S)")
        if yours.dtype != np.float32:
            raise Wrong(f"α and log_p come in as float32, and log α should go out as float32; yours is {yours.dtype}")
        reached = np.isfinite(expected)

        def tidy(values):
            """Everything that stands for log 0 as one number, so that -1e9 and -1e9 - 3 are the same."""
            values = np.asarray(values, "float64")
            return np.where(values < IMPOSSIBLE, -1e4, np.where(values > -IMPOSSIBLE, 1e4, values))

        skipped = np.where(skip, two, -np.inf)
        place = np.arange(alpha.shape[1])
        in_place = [np.where(place >= by, alpha, -np.inf) for by in (1, 2)]
        one_0, two_0 = moved(alpha, 1, 0.0), moved(alpha, 2, 0.0)
        around = np.roll(alpha, 1, axis=1), np.roll(alpha, 2, axis=1)
        after = np.roll(alpha, -1, axis=1), np.roll(alpha, -2, axis=1)
        after[0][:, -1:] = -np.inf
        after[1][:, -2:] = -np.inf
        one_low, two_low = moved(alpha, 1, -1e9), moved(alpha, 2, -1e9)
        in_logarithms = "α and log_p are logarithms here: products become sums, and sums become logsumexp"
        left = "what comes from before the first symbol has probability 0, and its logarithm is log_zero"
        hints = [
            (
                log_p + log_sum(alpha, one_0, np.where(skip, two_0, -np.inf)),
                left + "; padding with 0 turns it into probability 1",
            ),
            (
                log_p + log_sum(alpha, one_0, np.where(skip, two, -np.inf)),
                left + "; padding with 0 turns it into probability 1",
            ),
            (
                log_p + log_sum(alpha, one, np.where(skip, two, 0.0)),
                "where may_skip is False, the skip has probability 0; its logarithm is log_zero, not 0",
            ),
            (
                log_p + log_sum(alpha, one_0, np.where(skip, two_0, 0.0)),
                "the logarithm of 0 is log_zero, not 0: at the left edge and where nothing may be skipped",
            ),
            (
                log_p + log_sum(alpha, around[0], np.where(skip, around[1], -np.inf)),
                "the last symbol comes in again at the left edge (np.roll does that); " + left,
            ),
            (log_p + log_sum(alpha, one), "the skip is missing: α two symbols before, where may_skip is True"),
            (log_p + log_sum(alpha, one, two), "a symbol is skipped everywhere, also where may_skip is False"),
            (
                log_p + log_sum(alpha, one, np.where(skip, -np.inf, two)),
                "may_skip is used the wrong way round: α two symbols before counts where it is True",
            ),
            (log_p + log_sum(one, np.where(skip, two, -np.inf)), "staying at the symbol is missing: α itself"),
            (log_p + log_sum(alpha, np.where(skip, two, -np.inf)), "the step from the symbol before is missing"),
            (
                log_p + log_sum(alpha, *(np.where(skip | (n == 0), a, -np.inf) for n, a in enumerate(after))),
                "a path comes from the symbols *before*; yours looks at those after",
            ),
            (
                log_p + np.max([alpha, one, np.where(skip, two, -np.inf)], axis=0),
                "this keeps the best path only; α adds all of them up (logsumexp, not max)",
            ),
            (log_sum(alpha, one, np.where(skip, two, -np.inf)), "log_p of this frame is missing"),
            (
                np.exp(log_p) + log_sum(alpha, one, np.where(skip, two, -np.inf)),
                "log_p is a logarithm already: add it as it is",
            ),
            (
                log_p * log_sum(alpha, one, np.where(skip, two, -np.inf)),
                "a product of probabilities is a *sum* of logarithms: add log_p",
            ),
            (
                log_p + alpha + one + np.where(skip, two, -np.inf),
                "adding logarithms multiplies; the sum of probabilities is logsumexp of their logarithms",
            ),
            (
                log_p + alpha + one_0 + np.where(skip, two_0, 0.0),
                "adding logarithms multiplies; the sum of probabilities is logsumexp of their logarithms",
            ),
            *(
                (log_p * (alpha + before + np.where(skip, earlier, nothing)), in_logarithms)
                for before, earlier, nothing in ((one_0, two_0, 0.0), (one_low, two_low, -1e9), (one, two, -np.inf))
            ),
            (
                log_sum(log_p, alpha, one, skipped),
                "log_p multiplies the sum: add it to the logsumexp, not into it as a fourth term",
            ),
            (
                log_sum(alpha + log_p, moved(alpha + log_p, 1), np.where(skip, moved(alpha + log_p, 2), -np.inf)),
                "log_p belongs to the place that is reached; do not move it along with α",
            ),
            (expected - log_sum(*expected.T)[:, None], "do not normalise: α is not a distribution"),
            (np.exp(expected), "this is α itself; return its logarithm"),
            (log_p + log_sum(alpha, one, skipped) + alpha, "α enters twice"),
            (
                log_p + alpha + log_sum(one, skipped),
                "staying is one of the three terms that are added *inside* the logsumexp",
            ),
            (
                log_p + log_sum(*np.concatenate([alpha, one, skipped], axis=None)),
                "one sum over the whole batch: only the three terms are added up, along axis 0 of their stack",
            ),
            (
                log_sum(alpha + log_p, one, skipped),
                "log_p belongs to all three terms: add it to their logsumexp, not to one of them",
            ),
            (
                log_p + log_sum(alpha, one, np.where(skip, one, -np.inf)),
                "where a symbol may be skipped to, α comes from *two* before; yours takes the one before once more",
            ),
            (
                log_p + log_sum(alpha, one, moved(np.where(skip, alpha, -np.inf), 2)),
                "may_skip belongs to the symbol that is reached: move α first, then look at may_skip",
            ),
            (
                log_p + log_sum(alpha, in_place[0], np.where(skip, in_place[1], -np.inf)),
                "nothing has moved: what is padded at the left must lose its end (alpha[:, :-1]), not its beginning",
            ),
        ]
        hints = [(tidy(values), hint) for values, hint in hints]
        known = any(np.allclose(tidy(yours), values, atol=1e-4, rtol=1e-4) for values, _ in hints)
        if np.any(lost := reached & ~(yours >= IMPOSSIBLE)) and not known:
            where = tuple(int(i) for i in np.argwhere(lost)[0])
            raise Wrong(f"log α should be {expected[where]:.6g} at index {where}; yours stands for probability 0")
        if np.any(early := ~reached & ~(yours <= IMPOSSIBLE)) and not known:
            where = tuple(int(i) for i in np.argwhere(early)[0])
            raise Wrong(
                f"no path can stand at index {where} yet, so log α should stay near log_zero there; yours is "
                f"{yours[where]:.6g}"
            )
        expect_close("log α", tidy(yours), tidy(expected), hints, atol=1e-4)
        if not np.all(np.isfinite(outputs["gradient"])):
            raise Wrong(
                "the values are right, but the gradient is not a number: somewhere the logarithm of 0 is taken, or "
                "exp(α) of a very small α; stay with logarithms, and use log_zero for log 0"
            )
        expect_shape("inside a model, log α", outputs["compiled"], alpha.shape, "(batch, S)")
        expect_close("inside a model, log α", tidy(outputs["compiled"]), tidy(expected), atol=1e-4)
        weight = np.exp(np.where(np.isfinite(alpha), alpha, -np.inf) - np.where(reached, expected - log_p, np.inf))
        ahead = np.pad(np.where(reached, expected - log_p, np.inf), ((0, 0), (0, 2)), constant_values=np.inf)
        ahead_skip = np.pad(skip, ((0, 0), (0, 2)))
        size = alpha.shape[1]
        weight += np.exp(alpha - ahead[:, 1 : size + 1])
        weight += np.where(ahead_skip[:, 2:], np.exp(alpha - ahead[:, 2:]), 0)
        expect_shape("the gradient by α", outputs["gradient"], alpha.shape)
        expect_close("the gradient of the sum by α", outputs["gradient"], weight, atol=2e-3, rtol=1e-2)


def one_frame(beams, p, wrong=""):
    """What beams become in one frame, path by path: each ends in a blank or in its last symbol, and gets one more.

    wrong: one of the mistakes that one can make in it. Returns {prefix: [in blank, in symbol]}.
    """
    ways = {}  # (prefix, part) -> [(prefix it comes from, probability)]
    for prefix, parts in beams.items():
        for (ends_in_symbol, probability), (symbol, q) in itertools.product(enumerate(parts), enumerate(p)):
            last = prefix[-1] if prefix else BLANK
            new = [symbol not in (BLANK, last if ends_in_symbol else BLANK)]  # is it a new letter?
            if wrong == "in prefix" and symbol in prefix:
                new = [not ends_in_symbol]
            elif symbol == BLANK:
                new = {"blank is a symbol": [True], "blank after blank only": [False] * (not ends_in_symbol)}.get(
                    wrong, new
                )
            elif symbol == last:
                new = {
                    "always new": [True],
                    "never new": [False],
                    "exchanged": [bool(ends_in_symbol)],
                    "lost after a blank": [False] * bool(ends_in_symbol),
                    "goes on after a blank": [False] if ends_in_symbol else [True, False],
                    "new after itself": [False, True] if ends_in_symbol else [True],
                    "on after a blank, new after both": [True] if ends_in_symbol else [True, False],
                }.get(wrong, new)
            for longer in new:
                there = ways.setdefault(((*prefix, symbol) if longer else prefix, int(symbol != BLANK)), [])
                there.append((prefix, probability * q))
    grown = {}
    for (prefix, part), sources in ways.items():
        if wrong == "overwritten":
            sources = [source for source in sources if source[0] == sources[-1][0]]
        probabilities = [probability for _, probability in sources]
        entry = grown.setdefault(prefix, [0.0, 0.0])
        entry[part] = max(probabilities) if wrong == "the largest" else sum(probabilities)
    return grown


class BeamStep(Check):
    exercise = "5a.6"
    name = "beam_step"

    def inputs(self, rng):
        prefixes = [(), (1,), (2,), (1, 1), (2, 1), (1, 2, 1)]
        parts = rng.uniform(0.01, 0.2, size=(len(prefixes), 2))
        parts[0, 1] = 0  # the empty prefix has no last symbol
        rows = np.array([[*prefix, *[-1] * (3 - len(prefix))] for prefix in prefixes])
        return {"prefixes": rows, "parts": parts, "p": rng.dirichlet(np.ones(rng.size("classes", 4, 5, least=3)))}

    def beams(self, inputs):
        rows, parts = inputs["prefixes"].tolist(), inputs["parts"].tolist()
        return {tuple(c for c in row if c >= 0): tuple(pair) for row, pair in zip(rows, parts, strict=True)}

    def probe(self, answer, inputs):
        beams = self.beams(inputs)
        first = self.grown(answer, beams, inputs["p"])
        if beams != self.beams(inputs):
            raise Wrong(
                "your answer changes the beams that it is given, which are still needed; build a new dictionary"
            )
        turned = self.grown(answer, dict(reversed(beams.items())), inputs["p"])
        return first | {f"{name} from the end": values for name, values in turned.items()}

    def grown(self, answer, beams, p):
        try:
            grown = answer(beams, p)
        except IndexError as error:
            raise Wrong(f"IndexError: {error}; the empty prefix () has no last symbol") from error
        if grown is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        if not isinstance(grown, dict):
            raise Wrong(f"return a dictionary of prefixes; yours is a {type(grown).__name__}")
        if not grown or not all(isinstance(prefix, tuple) for prefix in grown):
            raise Wrong("the keys of the dictionary should be prefixes, tuples of codes")
        parts = []
        for pair in grown.values():
            values = arrays({"parts": pair})["parts"]
            if values.shape != (2,):
                raise Wrong(
                    "each prefix has two probabilities: of its paths that end in a blank, and of those that end in its "
                    f"last symbol; yours has something of shape {values.shape}"
                )
            parts.append(values)
        return {"prefixes": as_rows(grown, "a prefix"), "parts": np.array(parts)}

    def judge(self, inputs, outputs):
        self.judge_one(inputs, outputs)
        other = {name: outputs[f"{name} from the end"] for name in ("prefixes", "parts")}
        try:
            self.judge_one(inputs, other)
        except Wrong as reason:
            raise Wrong(
                "right only if each prefix comes before the prefixes that extend it; the order may differ, so add to "
                "what is already there (+=)"
            ) from reason

    def judge_one(self, inputs, outputs):
        beams, p = self.beams(inputs), inputs["p"]
        rows = [tuple(c for c in row if c >= 0) for row in outputs["prefixes"].tolist()]
        yours = {prefix: pair for prefix, pair in zip(rows, outputs["parts"], strict=True) if np.any(pair != 0)}

        def difference(expected):
            """The first prefix on which yours differs, or None."""
            for prefix in sorted({*yours, *expected}):
                here = np.asarray(yours.get(prefix, (0, 0)), "float64")
                if not np.allclose(here, expected.get(prefix, (0, 0)), atol=1e-7, rtol=1e-4):
                    return prefix
            return None

        expected = one_frame(beams, p)
        if difference(expected) is None:
            return
        hints = {
            "always new": "a letter named again right after itself only goes on; it is a new letter only on paths "
            "that end in a blank",
            "never new": "after a blank the same symbol is a new letter: 1 ε 1 spells 1 1, not 1",
            "exchanged": "the two cases are swapped: after a blank the same letter is new; right after itself it goes "
            "on",
            "blank after blank only": "a blank may also follow the last letter: add p[BLANK] times both parts to the "
            "first",
            "blank is a symbol": "the blank is counted as a symbol: no prefix ever contains it",
            "lost after a blank": "after a blank the same symbol is a new letter; yours loses these paths",
            "goes on after a blank": "only paths that end in the last symbol go on with it; after a blank it is a new "
            "letter, and yours counts those paths twice",
            "new after itself": "after itself a symbol only goes on; yours makes a new letter of it as well",
            "on after a blank, new after both": "only paths that end in the last symbol go on with it, and only those "
            "that end in a blank begin the same letter anew",
            "in prefix": "only the *last* symbol of a prefix can go on; one that stands earlier in it is a new letter",
            "the largest": "paths that spell the same prefix are added; yours keeps the likeliest of them",
            "overwritten": "several ways lead to one prefix; yours keeps the last of them: add them (+=)",
        }
        for wrong, hint in hints.items():
            if difference(one_frame(beams, p, wrong)) is None:
                raise Wrong(hint)
        turned = one_frame({prefix: pair[::-1] for prefix, pair in beams.items()}, p)
        for grown, out in ((expected, -1), (turned, 1), (turned, -1)):
            if difference({prefix: pair[::out] for prefix, pair in grown.items()}) is None:
                raise Wrong(
                    "the two parts are swapped: first the paths that end in a blank, then those that end in the last "
                    "letter"
                )
        if any(BLANK in prefix for prefix in yours):
            raise Wrong(hints["blank is a symbol"])
        without = {prefix: pair for prefix, pair in expected.items() if prefix in beams}
        if difference(without) is None:
            raise Wrong("no prefix grows; each may be extended by any letter")
        goes_on = {prefix: list(pair) for prefix, pair in expected.items()}
        stays = {prefix: list(pair) for prefix, pair in expected.items()}
        for prefix, (_, in_symbol) in beams.items():
            if prefix:
                goes_on[prefix][1] -= in_symbol * p[prefix[-1]]
        for prefix in beams:
            stays[prefix][0] = 0.0
        if difference(goes_on) is None:
            raise Wrong("a prefix also stays as it is when its last symbol goes on: (2,) after one more 2")
        if difference(stays) is None:
            raise Wrong("a prefix also stays as it is with a blank: (1,) after an ε")
        total = sum(map(sum, expected.values()))
        if difference({prefix: [x / total for x in pair] for prefix, pair in expected.items()}) is None:
            raise Wrong("do not divide by the sum: these are probabilities of beginnings")
        where = difference(expected)
        right = [round(float(x), 6) for x in expected.get(where, (0, 0))]
        got = [round(float(x), 6) for x in yours.get(where, (0, 0))]
        raise Wrong(f"the prefix {where} should have the parts {right}; yours has {got}")


# --- one label by all its paths -------------------------------------------------------------------------------


def a_label(rng, longest):
    """A label of one to `longest` symbols 1 and 2, with a repeat in it where there are two or more."""
    length = rng.size("L", 2, longest)
    label = rng.integers(1, 3, size=length)
    if length > 1:
        label[1] = label[0]
    return label


def extended(label):
    """The label with blanks, and where the blank before a symbol may be skipped."""
    symbols = np.zeros(2 * len(label) + 1, int)
    symbols[1::2] = label
    may_skip = (symbols != BLANK) & (np.arange(len(symbols)) >= 2) & (symbols != np.roll(symbols, 2))
    return symbols, may_skip


def sums_over_beginnings(p, may_skip):
    """α of one label, (T, S), from the probabilities p (T, S) of its symbols."""
    alpha = np.zeros(p.shape)
    alpha[0, :2] = p[0, :2]
    for t in range(1, len(p)):
        one, two = (np.append(np.zeros(n), alpha[t - 1])[: p.shape[1]] for n in (1, 2))
        alpha[t] = p[t] * (alpha[t - 1] + one + np.where(may_skip, two, 0))
    return alpha


class LossGradient(Check):
    exercise = "5a.4"
    name = "loss_gradient"
    gives = "array"
    few = True

    def inputs(self, rng):
        label = a_label(rng, 2)
        symbols, may_skip = extended(label)
        T = 2 * len(label) - 1 + rng.size("more frames", 1, 3)
        scores = np.exp(rng.reals(T, 3, within=(-2, 2)))
        p = scores / scores.sum(axis=1, keepdims=True)
        of_symbols = p[:, symbols]
        backwards = sums_over_beginnings(of_symbols[::-1, ::-1], extended(label[::-1])[1])[::-1, ::-1]
        alpha = sums_over_beginnings(of_symbols, may_skip)
        return {"alpha": alpha, "beta": backwards / of_symbols, "symbols": symbols, "p": p}

    def probe(self, answer, inputs):
        return {"gradient": answer(*(inputs[name] for name in ("alpha", "beta", "symbols", "p")))}

    def judge(self, inputs, outputs):
        alpha, beta, symbols, p = (inputs[name] for name in ("alpha", "beta", "symbols", "p"))
        T, classes = p.shape
        gamma, total = np.zeros(p.shape), 0.0
        for path in itertools.product(range(classes), repeat=T):
            if without_blanks(merged(path)) == symbols[1::2].tolist():
                probability = p[np.arange(T), path].prod()
                gamma[np.arange(T), path] += probability
                total += probability
        gamma /= total
        one_hot = np.eye(classes)[symbols]
        last = np.zeros(p.shape)
        for place, symbol in enumerate(symbols):
            last[:, symbol] = alpha[:, place] * beta[:, place] / total
        shares = alpha / alpha.sum(axis=1, keepdims=True)
        product = alpha * beta

        def of_its_own(values):
            """Occupancies of symbols, from values (T, S) that are divided by their own sum in each frame."""
            return values / values.sum(axis=1, keepdims=True) @ one_hot

        own = "β here leaves out its own frame, so that α β needs no further p"
        by_frame = "γ sums to 1 in every *frame*: divide by the sum over the places of that frame"
        once = "every place of a symbol counts: the blank stands at several, so add them up"
        expect_shape("the gradient", outputs["gradient"], p.shape, "(T, classes)")
        expect_close(
            "the gradient",
            outputs["gradient"],
            p - gamma,
            [
                (gamma - p, "the sign is wrong: this is the gradient of +log p(label); the loss is -log p(label)"),
                (gamma, "this is the occupancy γ; the gradient has another term, from the softmax"),
                (
                    -gamma,
                    "this is -γ alone; the softmax adds a term, because raising one logit lowers all the others",
                ),
                (p - total * gamma, "α β is not divided by p(label) yet: γ sums to 1 in every frame"),
                (-gamma / p, "this is the gradient with respect to p; go on through the softmax to the logits"),
                (p - last, once),
                (last - p, once),
                (p - shares @ one_hot, "the occupancy also needs the rest of each path: α times β"),
                (
                    p - (alpha * beta) @ one_hot / alpha[-1, -1],
                    "p(label) also counts paths that end in the last letter",
                ),
                (p - (alpha * beta) @ one_hot / alpha[-1, -2], "p(label) also counts paths that end in the last blank"),
                (p - product @ one_hot / alpha[-1].sum(), "p(label) is the sum of the last two places alone"),
                (p - of_its_own(product / p[:, symbols]), own),
                (p - of_its_own(product * p[:, symbols]), own),
                (p - (product / product.sum(axis=0)) @ one_hot, by_frame),
                (p - product @ one_hot / product.sum(), by_frame),
                (p - np.where(np.arange(classes) == BLANK, 0, gamma), "the blank is a symbol, too"),
                ((p - gamma) / T, "the loss is not a mean over frames: do not divide by T"),
                (
                    p - np.eye(classes)[gamma.argmax(axis=1)],
                    "γ shares a frame among the symbols; it does not choose one",
                ),
                (-gamma * (1 - p), "a logit changes *all* probabilities of its frame, not only that of its own symbol"),
                (p * (p - gamma), "a factor p too many: differentiate log p(label), not p(label)"),
                (p, "this is p alone: the occupancy γ is missing"),
            ],
            atol=1e-6,
        )


def best_path(log_p, may_skip, wrong=""):
    """The best path of a label by dynamic programming, (T,) places; wrong: a mistake that one can make in it."""
    T, size = log_p.shape
    best, came_by = np.full((T, size), -np.inf), np.zeros((T, size), int)
    begins = {"begins at the blank": 1}.get(wrong, 2)
    best[0, :begins] = log_p[0, :begins]
    for t in range(1, T):
        for place in range(size):
            ways = [0, 1, 2] if may_skip[place] and wrong != "never skips" else [0, 1]
            if wrong == "skips in place of a step" and may_skip[place]:
                ways = [0, 2]
            if wrong == "letters of one frame" and place % 2:
                ways = ways[1:]
            terms = {by: best[t - 1, place - by] for by in ways if by <= place}
            if wrong == "the last fitting" and may_skip[place] and terms[2] > terms[0]:
                terms = {2: terms[2]}
            came_by[t, place] = max(terms, key=terms.get, default=0)
            total = (
                np.logaddexp.reduce(list(terms.values())) if wrong == "sums" else max(terms.values(), default=-np.inf)
            )
            best[t, place] = total + log_p[t, place]
    ends = {"ends at the letter": size - 2, "ends at the blank": size - 1}
    better = size - 2 + int(best[-1, -1] > best[-1, -2])
    place = ends.get(wrong, 2 * size - 3 - better if wrong == "the worse end" else better)
    places = [place]
    for t in range(T - 1, 0, -1):
        place -= came_by[t, place]
        places.append(place)
    return np.array(places[::-1])


class ForcedAlignment(Check):
    exercise = "5a.5"
    name = "forced_alignment"
    gives = "array"

    def inputs(self, rng):
        label = a_label(rng, 3)
        symbols, may_skip = extended(label)
        T = 2 * len(label) - 1 + rng.size("more frames", 1, 4)
        return {"log_p": rng.reals(T, 4, within=(-4, -0.1))[:, symbols], "may_skip": may_skip}

    def further(self):
        cases = {}
        for words, label, T, favourite in (
            ("where the blank is likely everywhere", [1, 2], 5, 0),
            ("where a letter comes twice", [1, 1], 4, 1),
            ("where there is no time for a blank", [1, 2, 1], 3, 2),
        ):
            symbols, may_skip = extended(np.array(label))
            log_p = np.where(symbols == favourite, -0.1, -3.0) - 0.01 * np.arange(T)[:, None]
            if favourite == BLANK:
                log_p[1, 1] = -0.05  # so that the likeliest end of any path is the blank after the first letter
            cases[words] = {"log_p": log_p, "may_skip": may_skip}
        for words, label, favourites in (
            ("where a blank between two different letters is likely", [1, 2], [1, 2, 3]),
            ("where the label is over early", [1], [1, 2, 2, 1]),
        ):
            _, may_skip = extended(np.array(label))
            log_p = np.where(np.arange(len(may_skip)) == np.array(favourites)[:, None], -0.1, -3.0)
            if label == [1]:
                log_p[1:3, 0] = -0.1  # the same blank as at the end
            else:
                log_p[1] += [2.9, 0.1, 0, 0, 2.9]  # and the letters around it are not bad either
            cases[words] = {"log_p": log_p, "may_skip": may_skip}
        _, may_skip = extended(np.array([1, 2]))
        log_p = np.full((400, 5), -2.5)
        log_p[330, 1] = log_p[380, 3] = -0.1
        cases["over 400 frames"] = {"log_p": log_p, "may_skip": may_skip}
        return cases

    def probe(self, answer, inputs):
        return {"places": answer(inputs["log_p"], inputs["may_skip"])}

    def judge(self, inputs, outputs):
        log_p, skip, yours = inputs["log_p"].astype("float64"), inputs["may_skip"], outputs["places"]
        T, size = log_p.shape
        expect_shape("the places", yours, (T,), "(T,)")
        if np.any(yours != np.rint(yours)) or np.any(yours < 0) or np.any(yours >= size):
            raise Wrong(f"the places should be whole numbers from 0 to {size - 1}, one for each frame")
        if yours.dtype.kind not in "iu":
            raise Wrong(f"the places are used as indices, so return integers; yours are {yours.dtype}")

        def score_of(path):
            return log_p[np.arange(T), path].sum()

        def why_invalid(path):
            """What is wrong with a path, or None where it spells the label."""
            if path[-1] < size - 2:
                return (
                    f"the path ends at place {path[-1]}; it should end at the last letter or the blank after it, "
                    f"{size - 2} or {size - 1}"
                )
            if path[0] > 1:
                return f"the path begins at place {path[0]}; it should begin at the first blank or letter, 0 or 1"
            steps = np.diff(path)
            if np.any(steps < 0):
                return "the path goes back; from one frame to the next it stays, goes one place on, or skips one"
            if np.any(steps > 2):
                return "the path jumps more than two places at once"
            if np.any((steps == 2) & ~skip[path[1:]]):
                return "the path skips where may_skip is False: a blank between equal letters, or a letter"
            return None

        best = score_of(best_path(log_p, skip))
        reason = why_invalid(yours)
        if reason is None and np.isclose(score_of(yours), best, atol=1e-6):
            return
        if why_invalid(yours[::-1]) is None:
            raise Wrong("the places are in reverse order: you walked back from the last frame; reverse the path")
        if np.array_equal(yours, log_p.argmax(axis=1)):
            raise Wrong(
                "each frame takes its own likeliest place; these need not be the places of one path: use a table"
            )
        if reason:
            raise Wrong(reason)
        hints = {
            "skips in place of a step": "where a skip is allowed, the step from the place before is allowed as well: "
            "take the best of three",
            "the last fitting": "where a skip is allowed, compare it with staying *and* with the step: take the best "
            "of three",
            "begins at the blank": "a path may also begin at the first letter, place 1",
            "ends at the letter": "a path may also end at the last blank: take the better of the two ends",
            "ends at the blank": "a path may also end at the last letter: take the better of the two ends",
            "the worse end": "of the two ends, yours takes the worse one",
            "never skips": "this is the best of the paths that never skip; where may_skip is True they may",
            "letters of one frame": "a letter may last several frames: staying is allowed at letters, too",
            "sums": "this follows the sums over all paths; the best single path needs the maximum",
        }
        why = next((hint for wrong, hint in hints.items() if np.array_equal(yours, best_path(log_p, skip, wrong))), "")
        raise Wrong(
            f"the path spells the label, but its log probability is {score_of(yours):.3f}; the best has {best:.3f}"
            + (f"; {why}" if why else "")
        )
