"""Checks of lesson 3c, an LSTM that reads reviews."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_mask, of_mean, of_shift, sigmoid
from course_utils.probing import RETURNED_NONE, arrays, compiled, loss_and_gradient, unpacked

Z = 1.96  # standard errors on each side of a 95 % interval


class PairedInterval(Check):
    exercise = "3c.1"
    name = "paired_interval"
    gives = "arrays"

    def inputs(self, rng):
        count = rng.size("examples", 150, 400, least=2)
        disagree = int(rng.whole(0, count)) if rng.edge else int(rng.integers(count // 5, count // 2))
        first = disagree if rng.at("agree", "with no example that only the rival gets right") else disagree * 2 // 3
        return {"first": first, "second": disagree - first, "count": count}

    def further(self):
        return {
            "where the two never differ": {"first": 0, "second": 0, "count": 300},
            "where only the rival is ever right": {"first": 0, "second": 40, "count": 1000},
        }

    def probe(self, answer, inputs):
        returned = answer(inputs["first"], inputs["second"], inputs["count"])
        if tuple(getattr(returned, "shape", ())) == (3,):  # an array of three is as good
            returned = [returned[0], returned[1], returned[2]]
        return unpacked(returned, ["difference", "low", "high"], "return three numbers: difference, low, high")

    def judge(self, inputs, outputs):
        a, b, n = (inputs[name] for name in ("first", "second", "count"))
        for name in ("difference", "low", "high"):
            expect_shape(f"`{name}`", outputs[name], ())
        found = np.array([float(outputs[name]) for name in ("difference", "low", "high")])
        mean = (a - b) / n
        variance = (a + b) / n - mean**2
        expect_close(
            "the difference of the accuracies",
            found[0],
            mean,
            [
                (-mean, "the sign is wrong: the difference is above 0 where the first classifier is right more often"),
                ((a - b) / max(a + b, 1), "you divide by the examples on which they differ; the mean is over all n"),
                (a - b, "this is a difference of counts; divide by the number of examples"),
                ((a - b) // n, "// drops the fraction; divide with /"),
                (100 * mean, "this is in percent; a difference of accuracies is wanted, as 0.13"),
                ((a + b) / n, "this is the share on which they differ; the d's of -1 count, too: (a - b) / n"),
                (a / n, "this leaves out the d's of -1: the mean of d is (a - b) / n"),
                (a / max(b, 1), "this is a ratio; the mean of d is (a - b) / n"),
            ],
        )
        if not np.all(np.isfinite(found)):
            raise Wrong("the interval should be finite; yours is nan or inf: is the variance below 0, or a count 0?")
        if mean < 0 < found[1] + 1e-9 or found[1] == 0 < Z * np.sqrt(variance / n) - mean:
            raise Wrong("the low end is cut off at 0; a difference may be negative, and so may its interval")
        if not np.isclose(found[2] - mean, mean - found[1], atol=1e-6):
            raise Wrong("the interval should reach equally far below and above the difference: half below, half above")
        half = (found[2] - found[1]) / 2
        if np.isclose(half, Z * np.sqrt(variance / (n - 1)), rtol=1e-3, atol=1e-9):
            return  # divided by n - 1, which is as good
        p = abs(mean)
        expect_close(
            "half the width of the interval",
            half,
            Z * np.sqrt(variance / n),
            [
                (-Z * np.sqrt(variance / n), "low and high are swapped: low comes first"),
                (Z * np.sqrt(variance / n) / 2, "half of the interval lies on *each* side: 1.96 standard errors"),
                (2 * Z * np.sqrt(variance / n), "1.96 standard errors on each side; yours are twice as many"),
                (Z * np.sqrt(variance), "this is the spread of single d's; their mean's is smaller by √n"),
                (Z * variance / n, "a square root is missing: the standard error is √(variance / n)"),
                (Z * variance, "a square root is missing, and √n: the standard error is √(variance / n)"),
                (np.sqrt(variance / n), "this is one standard error; the interval has 1.96 of them on each side"),
                (Z * np.sqrt(variance) / n, "divide the variance by n *under* the root, or the deviation by √n"),
                (
                    Z * np.sqrt((a + b) / n**2),
                    "this is the mean of d² without the square of the mean: variance = mean of d² - (mean of d)²",
                ),
                (
                    Z * np.sqrt(max(p * (1 - p), 0) / n),
                    "p (1 - p) is the variance of a share, whose values are 0 and 1; d is -1, 0 or 1",
                ),
                (
                    Z * np.sqrt(((a + b) / n + mean**2) / n),
                    "the square of the mean is subtracted: variance = mean of d² - (mean of d)²",
                ),
                (
                    Z * np.sqrt(max((a / n) * (1 - a / n) + (b / n) * (1 - b / n), 0) / n),
                    "a and b are not independent: an example cannot count in both. Take the variance of d itself",
                ),
                (
                    Z * np.sqrt(max(1 - mean**2, 0) / max(a + b, 1)),
                    "n is the number of all examples, not of those on which the two differ",
                ),
                (
                    Z * np.sqrt(max(1 - mean**2, 0) / n),
                    "d² is 0 where the two agree, so its mean is (a + b) / n, not 1",
                ),
            ],
            atol=1e-7,
            rtol=1e-3,
        )


# --- who wrote the cell state -------------------------------------------------------------------------------------


def products_after(f):
    """At each step the product of all later forget gates, (T, units)."""
    return np.array([np.prod(f[t + 1 :], axis=0) for t in range(len(f))]).reshape(f.shape)


class WrittenBy(Check):
    exercise = "3c.2"
    name = "written_by"
    gives = "array"

    def inputs(self, rng):
        steps, units = rng.size("T", 5, 8), rng.size("units", 3, 6)
        gates = {name: rng.reals(steps, units, within=(0, 1)) for name in ("i", "f")}
        return gates | {"g": rng.reals(steps, units, within=(-1, 1))}

    def further(self):
        gates = np.linspace(0.2, 0.8, 6).reshape(3, 2)
        closed = np.array([[0.5, 1.0], [0.0, 1.0], [0.9, 0.0]])
        return {"with forget gates of 0": {"i": gates, "f": closed, "g": gates[::-1] - 0.4}}

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"written": answer(inputs["i"], inputs["f"], inputs["g"])}

    def judge(self, inputs, outputs):
        i, f, g = (np.asarray(inputs[name], "float64") for name in ("i", "f", "g"))
        yours, steps = outputs["written"], len(i)
        if yours.shape == i.shape[1:] and steps > 1:
            raise Wrong("this is one row; a row for each step is wanted, (T, units): what that step wrote")
        expect_shape("the result", yours, i.shape, "(T, units)")
        if not np.all(np.isfinite(yours)):
            raise Wrong("a forget gate may be 0: multiply the later gates, do not divide one product by another")
        later, new = products_after(f), i * g
        c, cells = np.zeros(i.shape[1]), []
        for t in range(steps):
            c = f[t] * c + new[t]
            cells.append(c)
        until = np.cumprod(f, axis=0)
        ones = np.ones_like(f[:1])
        before = np.concatenate([ones, until[:-1]])
        all_gates = "the product runs over all forget gates; only those *after* the step let go of what it wrote"
        if np.any(f == 0):
            all_gates = (
                "a forget gate may be 0: multiply the later gates, do not divide, not even with a tiny number added"
            )
        over_units = np.prod(later, axis=1, keepdims=True)
        along_units = np.cumprod(f[:, ::-1], axis=1)[:, ::-1]
        come_round = np.cumprod(np.roll(f, -1, axis=0)[::-1], axis=0)[::-1]
        expect_close(
            "what each step wrote into the last cell state",
            yours,
            later * new,
            [
                (f * later * new, "step t's own forget gate acts on the *old* state; what it writes meets later gates"),
                (new, "this is what each step wrote at the time; later forget gates have since let some of it go"),
                (until * new, "these are the forget gates up to the step; the later ones count"),
                (before * new, "these are the forget gates before the step; the later ones count"),
                (
                    np.array(cells),
                    "these are the cell states themselves; how much of the last one came from each?",
                ),
                (later * i, "the candidate g is missing: a step writes i ⊙ g"),
                (later * g, "the input gate is missing: a step writes i ⊙ g"),
                (later * (1 - f) * g, "that is how a GRU writes; in an LSTM the input gate i lets the candidate in"),
                ((later * new)[::-1], "the steps stand in reverse order; row 0 belongs to the first word"),
                (f[-1:] * new, "only the last forget gate counts here; all that come after the step do"),
                (np.concatenate([f[1:], ones]) * new, "all later gates count, not only the next one"),
                (
                    np.concatenate([later[1:], ones]) * new,
                    "off by one: the very next step's forget gate counts, too",
                ),
                (np.concatenate([products_after(f[:-1]), ones]) * new, "the last step's forget gate counts, too"),
                (over_units * new, "each unit has its own forget gates; yours are multiplied across the units"),
                (along_units * new, "the product runs along the units; it should run along the steps, axis 0"),
                (
                    come_round * new,
                    "the first forget gate has come round to the end; after the last step the factor is 1",
                ),
                (products_after(i) * f * g, "the input gate and the forget gate are swapped"),
                (products_after(1 - f) * new, "a forget gate of 1 keeps everything: multiply by f, not by 1 - f"),
                (later * i * np.tanh(g), "g is the candidate itself; its tanh has been taken already"),
                (later * f, "nothing is written here: a step writes i ⊙ g"),
                (later * np.tanh(new), "no tanh on what is written: c adds i ⊙ g itself"),
                (np.abs(later * new), "the sign is lost: what is written may be negative"),
                (
                    later[:, :1] * new,
                    "each unit has its own forget gates; yours are those of the first unit for all",
                ),
                (np.prod(f, axis=0) * new, all_gates),
                *of_shift(later * new, 0, ["off by one: row t belongs to what step t wrote"] * 2),
            ],
        )


# --- both directions ----------------------------------------------------------------------------------------------


def read(x, mask, W, U):
    """The states of a tanh RNN that keeps its state at padding, (batch, T, units)."""
    h, states = np.zeros((len(x), U.shape[0])), []
    for t in range(x.shape[1]):
        h = np.where(mask[:, t, None], np.tanh(x[:, t] @ W + h @ U), h)
        states.append(h)
    return np.stack(states, axis=1)


class BothDirections(Check):
    exercise = "3c.3"
    name = "both_directions"
    gives = "array"

    def inputs(self, rng):
        batch, steps = rng.size("batch", 4, 6), rng.size("T", 6, 9)
        features, units = rng.size("features", 2, 3), rng.size("units", 4, 5)
        shapes = {"W": (features, units), "U": (units, units), "W_back": (features, units), "U_back": (units, units)}
        weights = {name: rng.normal(size=shape) for name, shape in shapes.items()}
        mask = rng.mask(rng.lengths(batch, steps), steps)
        return {"x": rng.reals(batch, steps, features, zeros=False), "mask": mask} | weights

    def probe(self, answer, inputs):
        def reader(W, U):
            def states(x, mask):
                x, mask = np.asarray(x, "float64"), np.asarray(mask)
                if x.ndim != 3 or mask.shape != x.shape[:2]:
                    raise Wrong(
                        f"a reader wants x (batch, T, features) and its mask (batch, T); you gave it {x.shape} and "
                        f"{mask.shape}"
                    )
                return read(x, mask.astype(bool), W, U)

            return states

        readers = [reader(inputs["W" + end], inputs["U" + end]) for end in ("", "_back")]
        return {"states": answer(inputs["x"], inputs["mask"], *readers)}

    def judge(self, inputs, outputs):
        x, mask = inputs["x"].astype("float64"), inputs["mask"]
        forward, back = (inputs["W"], inputs["U"]), (inputs["W_back"], inputs["U_back"])
        yours, units = outputs["states"], inputs["U"].shape[0]
        batch, steps, _ = x.shape
        if yours.shape == (batch, steps, units):
            raise Wrong("the two are mixed into one; keep both, side by side: (batch, T, 2 units)")
        if yours.shape == (batch, 2 * steps, units):
            raise Wrong("the two are joined along time; join them along the last axis, side by side at each position")
        if yours.shape in ((batch, 2 * units), (2, batch, steps, units), (batch, steps, units, 2)):
            raise Wrong("for each position both states are wanted, side by side: (batch, T, 2 units)")
        expect_shape("the result", yours, (batch, steps, 2 * units), "(batch, T, 2 units)")
        onward = read(x, mask, *forward)
        backward = read(x[:, ::-1], mask[:, ::-1], *back)[:, ::-1]

        def at_words(*halves):
            return np.where(mask[..., None], np.concatenate(halves, axis=-1), 0)

        unturned = read(x[:, ::-1], mask[:, ::-1], *back)
        same_mask = read(x[:, ::-1], mask, *back)
        no_mask = read(x[:, ::-1], np.ones_like(mask), *back)
        not_reversed = "the backward reader gets the words from first to last here; it should meet the last one first"
        trap = (
            "x is reversed and the mask is not, so words are taken for padding and padding for words: reverse the "
            "mask, too"
        )
        expect_close(
            "the states at the words",
            at_words(yours),
            at_words(onward, backward),
            [
                (
                    at_words(onward, unturned),
                    "position t holds the backward state of position T - 1 - t: the backward states come in the order "
                    "read and must be turned round",
                ),
                (at_words(onward, same_mask[:, ::-1]), trap),
                (at_words(onward, same_mask), f"{trap}; and then turn the states round"),
                (at_words(onward, read(x, mask, *back)), not_reversed),
                (at_words(onward, read(x, mask, *back)[:, ::-1]), not_reversed),
                (at_words(onward, read(x, mask[:, ::-1], *back)), "the mask is reversed, but x is not"),
                (at_words(onward, read(x, mask[:, ::-1], *back)[:, ::-1]), "the mask is reversed, but x is not"),
                (
                    at_words(onward, no_mask[:, ::-1]),
                    "the backward reader warms up on padding: give it the mask, reversed like x",
                ),
                (at_words(backward, onward), "the halves are exchanged: the forward states come first"),
                (at_words(unturned, onward), "the halves are exchanged, and the backward states are not turned round"),
                (
                    at_words(onward[:, ::-1], backward),
                    "the forward states are turned round; it is the backward ones that come last word first",
                ),
                (
                    at_words(onward, read(x[:, ::-1], mask[:, ::-1], *forward)[:, ::-1]),
                    "both halves come from the same reader; the second has weights of its own",
                ),
                (
                    at_words(onward, unturned[:, -1:] + 0 * onward),
                    "every position gets the *last* backward state; it should get its own",
                ),
                (
                    at_words(onward, np.roll(backward, 1, axis=1)),
                    "off by one: the backward state of position t has read the words from t on",
                ),
                (
                    at_words(onward, np.roll(backward, -1, axis=1)),
                    "off by one: the backward state of position t has read word t, too",
                ),
                (
                    at_words(onward, read(x[::-1, ::-1], mask[::-1, ::-1], *back)[:, ::-1]),
                    "the batch is reversed as well; it is time, axis 1, alone that must be",
                ),
                (
                    at_words(onward, read(x[:, ::-1, ::-1], mask[:, ::-1], *back)[:, ::-1]),
                    "the features are reversed as well; it is time, axis 1, alone that must be",
                ),
                (
                    np.where(
                        mask[..., None], np.stack([onward, backward], axis=-1).reshape(batch, steps, 2 * units), 0
                    ),
                    "the two are interleaved; the forward state should stand in the first half",
                ),
            ],
            atol=1e-6,
        )


# --- what a context allows ----------------------------------------------------------------------------------------

CONTEXTS = ("not terribly", "was terribly", "hardly awfully", "so", "", "a", "not insanely", "was wickedly", "is")


class BestPossible(Check):
    exercise = "3c.4"
    name = "best_possible"
    gives = "array"

    def inputs(self, rng):
        count, kinds = rng.size("examples", 60, 90), rng.size("different contexts", 5, 9)
        often = rng.dirichlet(np.full(kinds, 2.0)) if not rng.edge else np.full(kinds, 1 / kinds)
        drawn = rng.choice(kinds, size=count, p=often)
        labels = (rng.random(count) < rng.uniform(0.1, 0.9, size=kinds)[drawn]).astype("int64")
        if rng.at("one class", "with labels of 1 only"):
            labels = np.ones(count, "int64")
        return {"contexts": "\n".join(CONTEXTS[n] for n in drawn), "labels": labels}

    def further(self):
        tied = {"contexts": "a\na\nb\nb\nb", "labels": np.array([0, 1, 1, 0, 0])}
        return {"with a tie": tied}

    def probe(self, answer, inputs):
        return {"share": answer(inputs["contexts"].split("\n"), inputs["labels"])}

    def judge(self, inputs, outputs):
        contexts, y = np.array(inputs["contexts"].split("\n")), inputs["labels"]
        share = outputs["share"]
        expect_shape("the accuracy", share, ())
        groups = [y[contexts == context] for context in dict.fromkeys(contexts)]
        majority = [max(group.sum(), len(group) - group.sum()) for group in groups]
        size = [len(group) for group in groups]
        single = len(y) - sum(n == 1 for n in size)
        expect_close(
            "the highest accuracy",
            share,
            sum(majority) / len(y),
            [
                (
                    np.mean(np.divide(majority, size)),
                    "a context counts as often as it occurs: weight it by that",
                ),
                (max(y.mean(), 1 - y.mean()), "this ignores the context: for each context its own best answer"),
                (sum(group.sum() for group in groups) / len(y), "the best answer may also be 0: take the larger class"),
                (1 - sum(majority) / len(y), "this is the lowest error; the highest accuracy is wanted"),
                (sum(majority), "this is a number of examples; divide by all of them"),
                (sum(majority) / len(groups), "divide by the number of examples, not of contexts"),
                (max(np.divide(majority, size)), "this is the best context only; the mean is over all examples"),
                (min(np.divide(majority, size)), "this is the worst context only; the mean is over all examples"),
                (
                    sum(max(group.mean(), 1 - group.mean()) ** 2 * len(group) for group in groups) / len(y)
                    + sum(min(group.mean(), 1 - group.mean()) ** 2 * len(group) for group in groups) / len(y),
                    "this answers at random with the right frequencies; always the more frequent answer is better",
                ),
                (
                    sum(m for m, n in zip(majority, size, strict=True) if n > 1) / max(single, 1),
                    "a context that occurs once counts as well",
                ),
                (len(groups) / len(y), "this is the share of different contexts"),
                (
                    sum(len(g) for g in groups if len(set(g.tolist())) == 1) / len(y),
                    "only contexts with one answer count here; in the others the more frequent answer is right, too",
                ),
            ],
            atol=1e-9,
        )


# --- a language model's loss --------------------------------------------------------------------------------------


def log_softmax(z, axis=-1):
    """Logarithms of a softmax, without overflow."""
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


class NextWordLoss(Check):
    exercise = "3c.5"
    name = "next_word_loss"

    def inputs(self, rng):
        batch, steps, words = rng.size("batch", 4, 6), rng.size("T", 6, 9, least=2), rng.size("vocabulary", 10, 12, 3)
        lengths = np.maximum(rng.lengths(batch, steps, least=2), 2)
        ids = np.where(np.arange(steps) < lengths[:, None], rng.integers(1, words, size=(batch, steps)), 0)
        return {
            "token_ids": ids.astype("int32"),
            "logits": rng.reals(batch, steps, words, dtype="float32"),
            "usual": int(rng.edge is None),
        }

    def further(self):
        ids = np.array([[2, 1, 0, 0], [1, 0, 0, 0], [1, 2, 1, 2]], "int32")
        logits = np.random.default_rng(4).normal(size=(3, 4, 3)).astype("float32")
        return {"where a text has one word": {"token_ids": ids, "logits": logits, "usual": 0}}

    def probe(self, answer, inputs):
        import tensorflow as tf

        given = [tf.constant(inputs[name]) for name in ("token_ids", "logits")]
        with tf.GradientTape() as tape:
            tape.watch(given[1])
            loss = answer(*given)
        seen = arrays({"loss": loss})
        if not inputs["usual"]:
            return seen
        advice = (
            "it gives a number, but a training step cannot use it: there batch and T have no fixed size and no values "
            "yet, so use keras.ops throughout, without len, float, if or NumPy"
        )
        shapes = [(None, None), (None, None, inputs["logits"].shape[-1])]
        in_step, gradient = loss_and_gradient(answer, given, shapes, advice)
        return seen | {"in_step": in_step, "gradient": gradient}

    def judge(self, inputs, outputs):
        ids, z = inputs["token_ids"], inputs["logits"].astype("float64")
        loss = outputs["loss"]
        batch, steps, words = z.shape
        if loss.shape in ((batch,), (batch, steps), (batch, steps - 1)) and batch * steps > 1:
            raise Wrong("the loss should be a single number: the mean over all words that are predicted")
        expect_shape("the loss", loss, ())
        if not np.isfinite(loss):
            raise Wrong(
                "the loss should be finite: a softmax of large logits overflows, and its logarithm may be -inf; use "
                "ops.log_softmax, or a cross-entropy from logits"
            )
        each, counts = nats_of(z[:, :-1], ids[:, 1:]), ids[:, 1:] != 0
        expect_close(
            "the loss in nats a word",
            loss,
            each[counts].mean(),
            [*wrong_targets(ids, z, each, counts), *of_mean(each, "predicted word", counts)],
        )
        if inputs["usual"]:
            expect_shape("the loss in a training step", outputs["in_step"], ())
            if not np.allclose(outputs["in_step"], loss, rtol=1e-4, atol=1e-5):
                raise Wrong("in a training step, where it is compiled, the loss differs from that of a direct call")
            gradient = np.zeros_like(z)
            gradient[:, :-1] = np.exp(log_softmax(z[:, :-1])) - np.eye(words)[ids[:, 1:]]
            gradient[:, :-1] *= counts[..., None] / counts.sum()
            expect_shape("the gradient", outputs["gradient"], z.shape)
            if not np.allclose(outputs["gradient"], gradient, atol=1e-5):
                raise Wrong(
                    "the loss is right, but its gradient is not: compute with keras.ops on the logits themselves, "
                    "without stop_gradient, rounding or clipping"
                )


def nats_of(z, targets):
    """-log of the probability that logits give to each target."""
    return -np.take_along_axis(log_softmax(z), targets[..., None], axis=-1)[..., 0]


def wrong_targets(ids, z, each, counts):
    """(loss, hint) of mistakes in what is predicted, and in what counts."""
    here, words = ids != 0, np.exp(log_softmax(z[:, :-1]))
    unshifted = nats_of(z, ids)
    rolled = nats_of(z, np.roll(ids, -1, axis=1))
    of_inputs = here[:, :-1]
    flat = np.take_along_axis(z[:, :-1], ids[:, 1:, None], axis=-1)[..., 0]
    over_time = -np.take_along_axis(log_softmax(z[:, :-1], axis=1), ids[:, 1:, None], axis=-1)[..., 0]
    same = "the target of position t is the word *after* it; yours is the word that was just read"
    return [
        (unshifted[here].mean(), same),
        (unshifted.mean(), f"{same}; and padding should not count"),
        (unshifted[:, :-1][counts].mean(), same),
        (unshifted[:, 1:][counts].mean(), same),
        (
            nats_of(z[:, 1:], ids[:, :-1])[of_inputs].mean(),
            "this predicts the word *before*: the logits at t belong to the word at t + 1",
        ),
        (
            nats_of(z[:, 1:], ids[:, :-1])[counts].mean(),
            "this predicts the word *before*: the logits at t belong to the word at t + 1",
        ),
        (each.mean(), "padding counts here; where the next token is 0, there is no word to predict"),
        (
            (each * of_inputs).sum() / of_inputs.sum(),
            "the mask is that of the words read; after the last word of a text comes padding, which is no target",
        ),
        (
            (each * counts).sum() / here.sum(),
            "you divide by the number of all words; the first word of each text is not predicted",
        ),
        (
            (each * counts).sum() / of_inputs.sum(),
            "you divide by the number of words read; only the words that are predicted count",
        ),
        (rolled.mean(), "the last position's target is the first word of the text: rolling wraps round; and mask"),
        (
            rolled[here].mean(),
            "after the last word comes padding or, rolled, the first word; neither is a target",
        ),
        (
            rolled[np.roll(ids, -1, axis=1) != 0].mean(),
            "the last position's target is the first word of the text: rolling wraps round",
        ),
        (-flat[counts].mean(), "these are logits; take the log of their softmax first"),
        (
            -np.take_along_axis(words, ids[:, 1:, None], axis=-1)[..., 0][counts].mean(),
            "these are probabilities; minus their *logarithm* is wanted",
        ),
        (over_time[counts].mean(), "the softmax runs over time; over the words of the vocabulary, the last axis"),
        (
            nats_of(words, ids[:, 1:])[counts].mean(),
            "a softmax is taken twice: the loss you use wants logits, or is told from_logits=False",
        ),
        (
            np.exp(min(each[counts].mean(), 700)),
            "this is the perplexity, exp of the loss; the loss itself is wanted",
        ),
        (sigmoid(each[counts].mean()), "no sigmoid is wanted here"),
    ]


# --- pooling ------------------------------------------------------------------------------------------------------


class Pooled(Check):
    exercise = "3c.6"
    name = "pooled"

    def inputs(self, rng):
        batch, steps, units = rng.size("batch", 4, 6), rng.size("T", 6, 9), rng.size("units", 3, 5)
        mask = rng.mask(rng.lengths(batch, steps), steps)
        mask[:, 0] |= ~mask.any(axis=1)
        states = rng.reals(batch, steps, units, within=(-1, 1), dtype="float32")
        if not rng.edge:
            states[:, :, 0] = -np.abs(states[:, :, 0]) - 0.01  # a unit that is below 0 at every word
        return {"states": states, "mask": mask, "usual": int(rng.edge is None)}

    def probe(self, answer, inputs):
        import tensorflow as tf

        given = [tf.constant(inputs[name]) for name in ("states", "mask")]
        joined = answer(*given)
        if joined is None:
            raise Wrong(RETURNED_NONE)
        if not inputs["usual"]:
            return {"pooled": joined}
        advice = (
            "it works on arrays, but a model cannot use it: there batch and T have no fixed size and no values yet, so "
            "use keras.ops throughout, and no NumPy, len or loop over reviews"
        )
        in_model = compiled(answer, given, [(None, None, inputs["states"].shape[2]), (None, None)], advice)
        return {"pooled": joined, "in_model": in_model}

    def judge(self, inputs, outputs):
        h, mask = inputs["states"].astype("float64"), inputs["mask"]
        words, units = mask[..., None], h.shape[2]
        yours = outputs["pooled"]
        if yours.shape in ((2, len(h), units), (len(h), 2, units), (len(h), units, 2)):
            raise Wrong("join mean and maximum along the last axis: (batch, 2 units)")
        if yours.shape == (len(h), units):
            raise Wrong("both are wanted, side by side: the mean in the first half, the maximum in the second")
        expect_shape("the result", yours, (len(h), 2 * units), "(batch, 2 units)")
        broken = ~np.isfinite(yours).all(axis=1)
        if broken.any() and np.array_equal(broken, mask.all(axis=1)):
            raise Wrong("the mask is upside down: in a review without padding, nothing is left to be pooled")
        if broken.any():
            raise Wrong("the result should be finite: -inf times 0 is nan, and an empty maximum is -inf; use ops.where")
        count = mask.sum(axis=1, keepdims=True)
        mean, largest = (h * words).sum(axis=1) / count, np.where(words, h, -np.inf).max(axis=1)

        def joined(mean=mean, largest=largest):
            return np.concatenate([mean, largest], axis=-1)

        last = np.maximum.accumulate(np.where(mask, np.arange(mask.shape[1]), 0), axis=1)[:, -1]
        at_end = h[np.arange(len(h)), last]
        strongest = np.take_along_axis(h, np.abs(h * words).argmax(axis=1)[:, None], axis=1)[:, 0]
        expect_close(
            "the pooled states",
            yours,
            joined(),
            [
                (
                    joined(largest=(h * words).max(axis=1)),
                    "padding enters the maximum as 0, which is more than any negative state; fill in something lower",
                ),
                (joined(largest=h.max(axis=1)), "padding enters the maximum; only words count"),
                (joined(mean=h.mean(axis=1)), "padding enters the mean; sum over the words, divide by their number"),
                (
                    joined(mean=(h * words).mean(axis=1)),
                    "the mean divides by the padded length; divide by the number of words of each review",
                ),
                (joined(h.mean(axis=1), h.max(axis=1)), "padding counts in both, mean and maximum; only words count"),
                (
                    joined((h * words).mean(axis=1), (h * words).max(axis=1)),
                    "multiplying by the mask is not enough: the mean divides by T, and 0 may be the maximum",
                ),
                (joined(mean=(h * words).sum(axis=1)), "this is the sum in place of the mean"),
                (joined(largest, mean), "the halves are exchanged: the mean comes first"),
                (joined(largest=np.where(words, h, np.inf).min(axis=1)), "this is the minimum in place of the maximum"),
                (joined(largest=strongest), "this is the state with the largest *absolute* value; no abs is wanted"),
                (joined(largest=np.abs(h * words).max(axis=1)), "no abs: the largest state is wanted, with its sign"),
                (joined(mean=at_end), "this is the last state in place of the mean"),
                (
                    joined(mean=(h * words).sum(axis=1) / count.max()),
                    "each review is divided by its own number of words, not by the largest",
                ),
                (
                    joined(mean=(h * words).sum(axis=1) / count.mean()),
                    "each review is divided by its own number of words, not by the mean one",
                ),
                (
                    joined(np.broadcast_to((h * words).sum((0, 1)) / count.sum(), mean.shape)),
                    "the mean is taken over the batch as well; each review has its own",
                ),
                *[(joined(*by(h, other)), hint) for other, hint in of_mask(mask) for by in [pooled_by]],
                *of_axes(joined(), {"reversed": "the reviews should keep their order"}),
            ],
        )
        if inputs["usual"]:
            expect_shape("the result in a model", outputs["in_model"], yours.shape)
            if not np.allclose(outputs["in_model"], yours, atol=1e-5):
                raise Wrong("inside a model the result differs from that of a direct call")


def pooled_by(h, mask):
    """Mean and maximum over the positions of another mask; 0 where there are none."""
    words, count = mask[..., None], np.maximum(mask.sum(axis=1, keepdims=True), 1)
    largest = np.where(words, h, -np.inf).max(axis=1)
    return (h * words).sum(axis=1) / count, np.where(np.isfinite(largest), largest, 0)
