"""Checks of lesson 1, what a sequence problem is."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.probing import unpacked

SHAPES = ("one to one", "one to many", "many to one", "aligned", "unaligned")
UNCLEAR, MISSING, UNKNOWN = 5, 6, 7  # codes besides the index of a shape
LETTERS = tuple("abcdefghi")  # of the tasks; the probe, which runs beside student code, knows no more of them
# letter: (what comes in, what goes out, shape)
TASKS = {
    "a": ("an X-ray", "healthy or ill", 0),
    "b": ("a dish, chosen from a list of 200", "the text of its recipe", 1),
    "c": ("the moves of a game of chess", "the winner", 2),
    "d": ("the notes of a melody", "the same melody, one tone higher", 3),
    "e": ("a text without commas", "for each word, whether a comma follows it", 3),
    "f": ("a newspaper article", "a summary in two sentences", 4),
    "g": ("a recording of a bird", "its species", 2),
    "h": ("a video of someone using sign language", "a written English translation", 4),
    "i": ("a photograph of a shop", "the text on its sign", 1),
}


def shape_code(said):
    """The index into SHAPES of what a student wrote, or UNCLEAR (aligned or not is not said), or UNKNOWN."""
    letters = "".join(character for character in str(said).lower() if character.isalpha())
    if "unaligned" in letters or "notaligned" in letters or "nonaligned" in letters:
        return 4
    if "aligned" in letters:
        return 3
    plain = [shape.replace(" ", "") for shape in SHAPES[:3]]
    if letters in plain:
        return plain.index(letters)
    return UNCLEAR if letters == "manytomany" else UNKNOWN


class NameShapes(Check):
    exercise = "1.1"
    name = "name_shapes"

    def inputs(self, rng):
        return {"order": rng.permutation(len(TASKS))}  # in which the tasks are looked at

    def further(self):
        return {"from a to i": {"order": np.arange(len(TASKS))}}

    def probe(self, answer, inputs):
        shapes = answer()
        if not isinstance(shapes, dict):
            raise Wrong(f"return a dictionary from letter to shape, not a {type(shapes).__name__}")
        if all(str(shape) == "?" for shape in shapes.values()):
            raise NotImplementedError(f"exercise {self.exercise}")
        asked = [LETTERS[n] for n in inputs["order"]]
        return {"codes": np.array([shape_code(shapes[x]) if x in shapes else MISSING for x in asked])}

    def judge(self, inputs, outputs):
        codes = outputs["codes"]
        expect_shape("the answer", codes, (len(TASKS),))
        said = dict(zip([LETTERS[n] for n in inputs["order"]], codes.tolist(), strict=True))
        for letter, (given, wanted, right) in TASKS.items():
            code, task = said[letter], f"task {letter} ({given} → {wanted})"
            if code == right:
                continue
            if code == MISSING:
                raise Wrong(f"{task} has no answer yet")
            if code == UNCLEAR:
                raise Wrong(f'{task}: many to many comes in two kinds; say "aligned" or "unaligned"')
            if code not in range(len(SHAPES)):
                raise Wrong(f"{task}: write one of {', '.join(SHAPES)}")
            many_in, many_out = code >= 2, code in (1, 3, 4)
            if many_in != (right >= 2):
                raise Wrong(f"{task}: look at the *input* again: is it a sequence, or one thing?")
            if many_out != (right in (1, 3, 4)):
                raise Wrong(f"{task}: look at the *output* again: is it a sequence, or one thing?")
            raise Wrong(
                f"{task}: both are sequences; is there exactly one output for each input step, in its place, "
                "or can their lengths differ?"
            )


VOCABULARY = ("a", "dull", "film", "it", "long", "not", "or", "was")
BASE = len(VOCABULARY) + 1


def probability_of(table, word, context):
    """A made-up P(word | context) for each word and context, from a table of numbers between 0 and 1.

    word: index into VOCABULARY. context: such indices, in reading order.
    """
    code = 0
    for index in (*context, word):
        code = (code * BASE + index + 1) % len(table)
    return float(table[code])


class LogProbability(Check):
    exercise = "1.2"
    name = "log_probability"
    gives = "array"

    def inputs(self, rng):
        T, order = rng.size("T", 7, 9), int(rng.whole(3, 4))
        return self.drawn(rng, rng.integers(len(VOCABULARY), size=T), order)

    def drawn(self, rng, words, order):
        return {"words": words, "order": order, "table": 10 ** rng.uniform(-6, -0.05, size=997)}

    def further(self):
        rng = np.random.default_rng(0)

        def some(T):
            return rng.integers(len(VOCABULARY), size=T)

        return {
            "with order 0": self.drawn(rng, some(6), 0),
            "with order 1": self.drawn(rng, some(6), 1),
            "with a text as long as the order": self.drawn(rng, some(4), 4),
            "with a text shorter than the order": self.drawn(rng, some(3), 6),
            "with a text of 2,000 words": self.drawn(rng, some(2000), 2),
            "with a text that says one word again and again": self.drawn(rng, np.full(6, 3), 2),
        }

    def probe(self, answer, inputs):
        table = inputs["table"]

        def conditional(word, context):
            if not isinstance(word, str) and isinstance(context, str):
                raise Wrong("word and context are swapped; conditional takes the word first, then the context")
            if isinstance(context, str):
                raise Wrong("the context should be a tuple of words; yours is one string")
            unknown = [one for one in (word, *context) if one not in VOCABULARY]
            if unknown:
                raise Wrong(f"conditional was asked about {str(unknown[0])[:40]!r}, which is not a word of the text")
            return probability_of(table, VOCABULARY.index(word), [VOCABULARY.index(one) for one in context])

        words = [VOCABULARY[index] for index in inputs["words"]]
        return {"log_p": answer(words, int(inputs["order"]), conditional)}

    def judge(self, inputs, outputs):
        words, order, table = inputs["words"].tolist(), int(inputs["order"]), inputs["table"]
        yours, T = outputs["log_p"], len(words)
        if yours.shape == (T,) and T > 1:
            raise Wrong("these are the logarithms of the single factors; add them up")
        expect_shape("the log-probability", yours, ())

        def factors(context_of, start=0):
            return np.array([probability_of(table, words[t], context_of(t)) for t in range(start, T)])

        right = factors(lambda t: words[max(0, t - order) : t])
        log_p = np.log(right).sum()
        if np.isneginf(yours) and np.isfinite(log_p):
            raise Wrong("the product of many small factors rounds to 0, and its logarithm is -inf; add logarithms")
        turned = factors(lambda t: words[max(0, t - order) : t][::-1])
        longer = factors(lambda t: words[max(0, t - order - 1) : t])
        shorter = factors(lambda t: words[max(0, t - max(order - 1, 0)) : t])
        itself = factors(lambda t: words[max(0, t - order + 1) : t + 1])
        itself_too = factors(lambda t: words[max(0, t - order) : t + 1])
        after = factors(lambda t: words[t + 1 : t + 1 + order])
        first = factors(lambda t: words[: min(t, order)])
        whole = factors(lambda t: words[:t])
        empty = factors(lambda t: words[t - order : t] if t >= order else [])
        negative = factors(lambda t: words[t - order : t])
        none = factors(lambda t: [])
        one = factors(lambda t: words[max(0, t - 1) : t])
        dropped = factors(lambda t: words[max(0, t - order) + 1 : t])
        place = [words.index(word) for word in words]  # of a word's first occurrence
        by_index = np.array(
            [probability_of(table, words[t], words[max(0, place[t] - order) : place[t]]) for t in range(T)]
        )
        once = right[[t for t in range(T) if place[t] == t]]
        unlimited = "the context is the whole past; a Markov model looks at the last `order` words only"
        zero = "words[-0:] is the whole list: with order 0 the context is empty"
        begin = "at the beginning, use all the words so far if there are fewer than `order`"
        expect_close(
            "the log-probability",
            yours,
            log_p,
            [
                (np.prod(right), "this is the probability; return its logarithm"),
                (-log_p, "the sign is wrong: the logarithm of a probability is never positive"),
                (log_p / T, "this is the mean per word; return the sum"),
                (-log_p / T, "this is the mean per word with its sign flipped; return the sum of the logarithms"),
                (log_p / np.log(2), "this is log2; use the natural logarithm (np.log)"),
                (log_p / np.log(10), "this is log10; use the natural logarithm (np.log)"),
                (np.log(right.sum()), "you added the factors; the probability of the text is their product"),
                (right.sum(), "you added the factors; the probability of the text is their product"),
                (np.log1p(right).sum(), "this adds log(1 + p); add log(p)"),
                (np.exp(-log_p / T), "this is the perplexity; return the logarithm of the probability"),
                (np.log(right[1:]).sum(), "the factor of the first word is missing, P(x_1), with an empty context"),
                (np.log(right[:-1]).sum(), "the factor of the last word is missing"),
                (np.log(right[-1]), "this is the logarithm of the last factor only; add those of all words"),
                (
                    np.log(right[0]),
                    "this is the logarithm of the first factor only; is your `return` inside the loop?",
                ),
                (np.log(right[order:]).sum(), f"the first words are left out; {begin}"),
                (np.log(whole).sum(), zero if order == 0 else unlimited),
                (np.log(turned).sum(), "the context is in reverse; it should be in reading order"),
                (np.log(longer).sum(), "the context is one word too long: the last `order` words"),
                (np.log(shorter).sum(), "the context is one word too short: the last `order` words"),
                (np.log(dropped).sum(), "the context is one word too short: its first word is missing"),
                (np.log(one).sum(), "the context is always one word; it should be the last `order` words"),
                (np.log(itself).sum(), "the context contains the word itself; it ends right before it"),
                (np.log(itself_too).sum(), "the context contains the word itself; it ends right before it"),
                (np.log(after).sum(), "the context comes after the word; it should be the words right before it"),
                (np.log(first).sum(), "the context is the beginning of the text; take the words right before each one"),
                (
                    np.log(negative).sum(),
                    f"for the first words t - order is negative, so the slice starts from the end; {begin}",
                ),
                (np.log(empty).sum(), f"for the first words the context is empty here; {begin}"),
                (
                    np.log(by_index).sum(),
                    "index finds only the first place of a repeated word; use enumerate(words)",
                ),
                (np.log(once).sum(), "a word that occurs twice counts twice; yours counts each different word once"),
                (np.log(none).sum(), "the context is always empty; it should be the last `order` words"),
            ],
            atol=1e-6,
            where=lambda _: f" for a text of {T} words and an order of {order}",
        )


class CountParameters(Check):
    exercise = "1.3"
    name = "count_parameters"

    def inputs(self, rng):
        kernel = rng.size("kernel", 2, 4)
        inputs, units, outputs = rng.size("inputs", 7, 9), rng.size("units", 11, 13), rng.size("outputs", 15, 19)
        return {"T": outputs + kernel - 1, "inputs": inputs, "units": units, "kernel": kernel}

    def further(self):
        return {"as the lesson calls it": {"T": 1000, "inputs": 64, "units": 64, "kernel": 3}}

    def probe(self, answer, inputs):
        sizes = [int(inputs[name]) for name in ("T", "inputs", "units", "kernel")]
        counts = answer(*sizes)
        counts = counts.tolist() if isinstance(counts, np.ndarray) else counts
        return unpacked(counts, ("dense", "conv", "rnn"), "return three numbers: dense, conv, rnn")

    def judge(self, inputs, outputs):
        T, n, units, kernel = (int(inputs[name]) for name in ("T", "inputs", "units", "kernel"))

        def weights(*matrices):  # each unit counts its own
            return units * sum(matrices)

        mistakes = {
            "dense": [
                (T * n + units, "dense: each unit has a weight of its own for each number that it sees; multiply"),
                (weights(T * n), "dense: the biases are missing, one per unit"),
                (weights(n, 1), "dense: this counts one time step only; the layer sees all T of them side by side"),
                (T * weights(n, 1), "dense: the bias is counted T times; there is one per unit"),
                (weights(T * n) + 1, "dense: each unit has a bias of its own, not one for the layer"),
                (weights(n), "dense: the layer sees all T time steps side by side, and each unit has a bias"),
                (
                    T * T * weights(n) + T * units,
                    "dense: this is a layer with `units` outputs at *each* step; it has one h for the whole sequence",
                ),
                (weights(T, 1), "dense: a time step is a vector of `inputs` numbers, not one number"),
            ],
            "conv": [
                (kernel * n + units, "conv: each unit has a weight of its own for each number that it sees; multiply"),
                (weights(kernel * n), "conv: the biases are missing, one per unit"),
                (weights(n, 1), "conv: a kernel reaches over `kernel` time steps at once"),
                (weights(kernel, 1), "conv: each of the `kernel` time steps is a vector of `inputs` numbers"),
                (
                    T * weights(kernel * n, 1),
                    "conv: the same kernel is used at every position, so the count does not depend on T",
                ),
                (weights(T * n, 1), "conv: the kernel spans `kernel` time steps, not all T"),
                (weights(kernel * n) + 1, "conv: each unit has a bias of its own, not one for the layer"),
                (weights(n), "conv: a kernel reaches over `kernel` time steps at once, and each unit has a bias"),
                ((T - kernel + 1) * weights(kernel * n, 1), "conv: the same kernel is used at every position"),
                (
                    weights(kernel * kernel * n, 1),
                    "conv: the kernel spans `kernel` time steps once: time is a single axis",
                ),
                (weights(kernel * n, kernel), "conv: there is one bias per unit, whatever the kernel"),
            ],
            "rnn": [
                (n + units, "rnn: each unit has a weight of its own for each number that it sees; multiply"),
                (weights(n, units), "rnn: the biases b_h are missing, one per unit"),
                (weights(n, 1), "rnn: W_hh is missing, from the previous state to the current one"),
                (
                    T * weights(n, units, 1),
                    "rnn: the same weights are used at every time step, so the count does not depend on T",
                ),
                (weights(n, units, 2), "rnn: there is one bias per unit, for input and state together"),
                (weights(T * n, units, 1), "rnn: W_xh sees one time step at a time, so the count does not depend on T"),
                (weights(n, units) + 1, "rnn: each unit has a bias of its own, not one for the layer"),
                (weights(n), "rnn: W_hh is missing, from the previous state to the current one, and so is b_h"),
                (weights(n, 1, 1), "rnn: W_hh is a matrix: each unit sees all `units` numbers of the previous state"),
                (n * units + n * n + units, "rnn: W_hh leads from `units` numbers to `units` numbers"),
                (n * n + units * units + units, "rnn: W_xh leads from `inputs` numbers to `units` numbers"),
                (weights(n, n, 1), "rnn: W_hh leads from `units` numbers to `units` numbers"),
            ],
        }
        expected = {"dense": weights(T * n, 1), "conv": weights(kernel * n, 1), "rnn": weights(n, units, 1)}
        given = [outputs[layer].tolist() for layer in expected]
        if given != [*expected.values()] and sorted(map(str, given)) == sorted(map(str, expected.values())):
            raise Wrong("these are the right numbers in the wrong order; return dense, conv, rnn")
        for layer, count in expected.items():
            expect_close(layer, outputs[layer], np.array(count), mistakes[layer], atol=0.4, rtol=0)


def kernel_sizes(rng):
    """The sizes of a kernel, and how many outputs it has."""
    return rng.size("size", 3, 4), rng.size("inputs", 2, 4), rng.size("units", 2, 5), rng.size("outputs", 5, 7)


class AsDense(Check):
    exercise = "1.4"
    name = "as_dense"
    gives = "array"

    def inputs(self, rng):
        size, inputs, units, outputs = kernel_sizes(rng)
        return {"kernel": rng.reals(size, inputs, units), "T": size + outputs - 1}

    def further(self):
        rng = np.random.default_rng(0)
        return {
            "as the lesson draws it": {"kernel": np.array([1, 2, 3]).reshape(3, 1, 1), "T": 10},
            "as the lesson calls it": {"kernel": rng.normal(size=(3, 16, 64)).astype("float32"), "T": 20},
            "with T equal to the size": {"kernel": rng.normal(size=(4, 2, 3)), "T": 4},
        }

    def probe(self, answer, inputs):
        return {"matrix": answer(inputs["kernel"], int(inputs["T"]))}

    def judge(self, inputs, outputs):
        kernel, T, yours = inputs["kernel"].astype("float64"), int(inputs["T"]), outputs["matrix"]
        size, n, units = kernel.shape
        steps = T - size + 1
        rows, columns = T * n, steps * units
        if yours.shape == (T, n, steps, units) and yours.ndim != 2:
            raise Wrong("this has four axes; reshape it to a matrix, (T * inputs, (T - size + 1) * units)")
        if yours.shape == (columns, rows) and rows != columns:
            raise Wrong("this is the transpose: x is multiplied from the left, so the inputs are the rows")
        if yours.shape == (rows, T * units) and size > 1:
            raise Wrong("without padding there are T - size + 1 outputs; yours has T")
        if yours.shape == (rows, (T - size) * units):
            raise Wrong("one output is missing: the kernel fits in T - size + 1 places")
        if yours.shape == (T, steps) and n * units > 1:
            raise Wrong("an entry for each pair of steps is too few: each stands for a block of inputs × units")
        expect_shape("the matrix", yours, (rows, columns), "(T * inputs, (T - size + 1) * units)")

        def placed(kernel, at=lambda t, j: t + j, fill=0.0, times=lambda t: 1.0):
            matrix = np.full((T, n, steps, units), fill, "float64")
            for t in range(steps):
                for j in range(size):
                    if 0 <= at(t, j) < T:
                        matrix[at(t, j), :, t] = kernel[j] * times(t)
            return matrix

        right = placed(kernel)
        one_output = placed(kernel, times=lambda t: t == 0)
        swapped = kernel.reshape(size, units, n).transpose(0, 2, 1) if n != units else kernel.transpose(0, 2, 1)
        whole = np.zeros((T, n, steps, units)) + kernel.sum(axis=0)[None, :, None]
        flat = np.zeros((rows, columns))
        for t in range(steps):  # one row further for each output, in place of one step
            block = kernel.reshape(size * n, units)
            flat[t : t + size * n, t * units : (t + 1) * units] = block[: rows - t]
        single = np.zeros((rows + n, columns + units))
        for t in range(steps):  # one row and one column further for each step
            for j in range(size):
                single[t + j : t + j + n, t : t + units] = kernel[j]
        rowwise = np.zeros((rows + n, columns))
        for t in range(steps):  # blocks of the right size, one row further for each step
            for j in range(size):
                rowwise[t + j : t + j + n, t * units : (t + 1) * units] = kernel[j]
        tiled = np.tile(kernel.reshape(size * n, units), (T, steps))[:rows]
        diagonal = placed(kernel[:1].repeat(size, axis=0) * (np.arange(size) == 0)[:, None, None])
        same = np.zeros((T, n, steps, units))
        for t in range(steps):
            same[t : t + size, :, t] = kernel.mean(axis=0)
        expect_close(
            "the matrix",
            yours,
            right.reshape(rows, columns),
            [
                (matrix.reshape(rows, columns), hint)
                for matrix, hint in [
                    (
                        placed(kernel[::-1]),
                        "the kernel is reversed in time: K_j multiplies x_(t+j), so K_0 comes first",
                    ),
                    (placed(swapped), "each block K_j is transposed; its rows belong to the inputs"),
                    (one_output, "only the first output has its weights; each output has a copy, one step further"),
                    (
                        placed(kernel, times=lambda t: t == steps - 1),
                        "only the last output has its weights; each has a copy",
                    ),
                    (placed(kernel, at=lambda t, j: j), "every output sees the first steps; output t begins at step t"),
                    (
                        placed(kernel, at=lambda t, j: T - 1 - t - j),
                        "the steps run backwards: output t begins at step t",
                    ),
                    (
                        placed(kernel, at=lambda t, j: steps - 1 - t + j),
                        "the outputs run backwards: output t begins at step t",
                    ),
                    (
                        placed(kernel, at=lambda t, j: t + j - 1),
                        "the blocks stand one step too early: output t begins at step t",
                    ),
                    (
                        placed(kernel, at=lambda t, j: t - j),
                        "the kernel reaches back from t here; it reaches from t to t + size - 1",
                    ),
                    (
                        placed(kernel, at=lambda t, j: t * size + j),
                        "the kernel moves on by its whole size; it moves by one step",
                    ),
                    (whole, "every output sees every step; where the kernel does not reach, the entry is 0"),
                    (diagonal, "only K_0 is used; output t also sees the steps after it, with K_1, K_2, …"),
                    (same, "each output has the mean of the kernel; K_j stands at step t + j"),
                    (flat, "the copies move on by one *row*; a step is a block of `inputs` rows"),
                    (
                        right.transpose(1, 0, 2, 3),
                        "the rows are ordered by input first; x.reshape(-1) is ordered by step first",
                    ),
                    (
                        right.transpose(0, 1, 3, 2),
                        "the columns are ordered by unit first; h.reshape(-1) is ordered by step first",
                    ),
                    (
                        right.transpose(1, 0, 3, 2),
                        "rows and columns are ordered by input and unit first; they go by step first",
                    ),
                    (right.reshape(rows, columns)[:, ::-1], "the columns run backwards: output 0 comes first"),
                    (right.reshape(rows, columns)[::-1], "the rows run backwards: step 0 comes first"),
                    (
                        single[:rows, :columns],
                        "a step is a block of `inputs` rows and `units` columns; yours moves by single rows",
                    ),
                    (rowwise[:rows], "step t + j begins at row (t + j) * inputs; yours begins at row t + j"),
                    (
                        placed(kernel, times=lambda t: t < steps - 1),
                        "the last output is missing: there are T - size + 1",
                    ),
                    (tiled, "every output sees every step; where the kernel does not reach, the entry is 0"),
                    (right != 0, "these are ones; use the weights of the kernel instead"),
                ]
            ],
        )


class KernelGradient(Check):
    exercise = "1.5"
    name = "kernel_gradient"
    gives = "array"

    def inputs(self, rng):
        size, inputs, units, outputs = kernel_sizes(rng)
        T = size + outputs - 1
        gradient = rng.reals(T * inputs, outputs * units)
        return {"dense_gradient": gradient, "size": size, "inputs": inputs, "units": units}

    def further(self):
        rng = np.random.default_rng(0)
        small = {"size": 3, "inputs": 2, "units": 4}
        return {
            "as the lesson calls it": {"dense_gradient": rng.normal(size=(8 * 2, 6 * 4))} | small,
            "with T equal to the size": {"dense_gradient": rng.normal(size=(3 * 2, 4))} | small,
        }

    def probe(self, answer, inputs):
        sizes = [int(inputs[name]) for name in ("size", "inputs", "units")]
        return {"gradient": answer(inputs["dense_gradient"], *sizes)}

    def judge(self, inputs, outputs):
        size, n, units = (int(inputs[name]) for name in ("size", "inputs", "units"))
        G, yours = inputs["dense_gradient"].astype("float64"), outputs["gradient"]
        T = len(G) // n
        steps = T - size + 1
        if yours.shape == G.shape and yours.shape != (size, n, units):
            raise Wrong(
                "this has the shape of the matrix; the kernel has fewer numbers: one entry for all copies of a weight"
            )
        if yours.shape == (size * n, units):
            raise Wrong("reshape it to (size, inputs, units)")
        if yours.shape == (steps, size, n, units):
            raise Wrong("these are the gradients of the single copies; the kernel gets their sum")
        if yours.shape == (size, units, n) and n != units:
            raise Wrong("inputs and units are swapped; the shape is (size, inputs, units)")
        if yours.shape == (size,) and n * units > 1:
            raise Wrong("one number for each step of the kernel is too few; each K_j is a matrix, (inputs, units)")
        expect_shape("the gradient", yours, (size, n, units), "(size, inputs, units)")

        def block(G, row, column):
            return G[row * n : (row + 1) * n, column * units : (column + 1) * units]

        def copies(G, at=lambda t, j: t + j):
            rows = [[block(G, min(max(at(t, j), 0), T - 1), t) for j in range(size)] for t in range(steps)]
            return np.array(rows).reshape(steps, size, n, units)

        window = np.array([sum(block(G, s, t) for s in range(j, j + steps) for t in range(steps)) for j in range(size)])
        each = copies(G)
        right = each.sum(axis=0)
        anywhere = np.array([sum(block(G, s, t) for s in range(T) for t in range(steps))] * size)
        swapped = copies(G.reshape(n, T, steps, units).transpose(1, 0, 2, 3).reshape(G.shape)).sum(axis=0)
        by_units = copies(G.reshape(T, n, units, steps).transpose(0, 1, 3, 2).reshape(G.shape)).sum(axis=0)
        both = copies(G.reshape(n, T, units, steps).transpose(1, 0, 3, 2).reshape(G.shape)).sum(axis=0)
        total = "the gradient of a shared weight is the *sum* over its copies"
        expect_close(
            "the gradient",
            yours,
            right,
            [
                (each.mean(axis=0), f"this is the mean over the copies; {total}, because the loss sees each of them"),
                (right / T, f"this is divided by T; {total}"),
                (each[0], f"this is the gradient of the first copy only; {total}"),
                (each[-1], f"this is the gradient of the last copy only; {total}"),
                (each[:-1].sum(axis=0), "the last copy is missing: there are T - size + 1 of them"),
                (each[1:].sum(axis=0), "the first copy is missing: t begins at 0"),
                (-right, "the sign is wrong: this is the gradient, not yet the step against it"),
                (np.abs(each).sum(axis=0), f"you added absolute values; {total}, signs included"),
                (each.max(axis=0), f"this is the largest over the copies; {total}"),
                (np.prod(each, axis=0), f"the gradients of the copies are multiplied; {total}"),
                ((each**2).sum(axis=0), f"you added squares; {total} itself"),
                (right[::-1], "reversed in time: K_j stands at step t + j"),
                (window, "each output is paired with every step here; output t goes with step t + j only"),
                (anywhere, "all entries are added, also those where the matrix is 0 and no copy of K_j stands"),
                (copies(G, lambda t, j: t).sum(axis=0), "every K_j gets the entries of K_0; K_j stands at step t + j"),
                (
                    copies(G, lambda t, j: t + size - 1 - j).sum(axis=0),
                    "reversed in time: K_j stands at step t + j",
                ),
                (copies(G, lambda t, j: j).sum(axis=0), "output t begins at step t; yours always begins at step 0"),
                (swapped, "the rows are read as if ordered by input first; they are ordered by step first"),
                (by_units, "the columns are read as if ordered by unit first; they are ordered by step first"),
                (both, "rows and columns are read as if ordered by input and unit first; they go by step first"),
                (
                    right.transpose(0, 2, 1).reshape(right.shape),
                    "inputs and units are swapped; each K_j is (inputs, units)",
                ),
                (right / 2, "too small by a factor of two"),
                (2 * right, "too large by a factor of two; the loss has no square here, G is already its gradient"),
            ],
        )
