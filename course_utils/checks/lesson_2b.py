"""Checks of lesson 2b, sentiment with a simple RNN."""

import contextlib
import re

import numpy as np

from course_utils.checks import Check, Wrong, arrays, describe_error, expect_close, expect_shape
from course_utils.checks.lesson_3b import several

SQUEEZED = "squeeze() drops every axis of size 1, also one that should stay; name the axis, or index"


@contextlib.contextmanager
def told_where(case, answer):
    """Say for which case the answer raised an error; case: as "for a batch of one review"."""
    try:
        yield
    except (Wrong, NotImplementedError):
        raise
    except Exception as error:
        raise Wrong(f"{case}, {describe_error(error, answer)}") from error


def expect_edge(what, yours, expected, case, axes, why, atol=1e-5):
    """Raise Wrong unless an answer that is right for an ordinary draw is right for an edge, too.

    case: in words, as "for a batch of one review". why: what may be wrong there.
    """
    expected = np.asarray(expected)
    if yours.shape != expected.shape:
        squeezed = f": {SQUEEZED}" if yours.size == expected.size and yours.ndim < expected.ndim else ""
        raise Wrong(f"{case}, {what} should have shape {axes} = {expected.shape}; yours has {yours.shape}{squeezed}")
    if not np.allclose(yours, expected, atol=atol, rtol=1e-4):
        raise Wrong(f"{case}, {what} is wrong, although it is right for other draws: {why}")


def right_padded_mask(rng, batch, steps):
    """A random (batch, steps) mask of right-padded texts; one is full, and one has two steps of padding or more."""
    lengths = rng.integers(1, steps, size=batch)
    lengths[:2] = steps, rng.integers(1, steps - 1)
    lengths = rng.permutation(lengths)
    return np.arange(steps) < lengths[:, None]


def run_rnn(x, mask, W_xh, W_hh, b_h, padding="freeze", activation=np.tanh):
    """The states of an RNN by explicit loops, (batch, T, units).

    padding: at padding the state is kept ("freeze"), computed on ("read"), or set to zero ("reset").
    """
    batch, steps, _ = x.shape
    states = np.zeros((batch, steps, len(b_h)))
    for b in range(batch):
        h = np.zeros(len(b_h))
        for t in range(steps):
            if mask[b, t] or padding == "read":
                h = activation(x[b, t] @ W_xh + h @ W_hh + b_h)
            elif padding == "reset":
                h = np.zeros(len(b_h))
            states[b, t] = h
    return states


PRAISE = ("good", "great", "fine", "lovely", "brilliant", "moving")
BLAME = ("bad", "awful", "dull", "weak", "poor", "slow")
NEUTRAL = ("the", "film", "plot", "was", "a", "with", "actor", "scene", "end", "it")
WITHIN = ("goodbye", "badge", "finery", "slowly", "weakly", "greatcoat")  # they contain opinion words, and are none


def reviews_and_weights(inputs):
    """[(words, weight)] of each review of the inputs of 2b.1; in the last one no word has a weight."""
    lines = [line.split() for line in inputs["weights"].split("\n")]
    weight = {word: float(number) for word, number in lines}
    reviews = [line.split(" ") if line else [] for line in inputs["reviews"].split("\n")]
    return [(words, {} if number == len(reviews) - 1 else dict(weight)) for number, words in enumerate(reviews)]


def opinions(words, weight):
    """The places of the opinion words of a review."""
    return [place for place, word in enumerate(words) if word in weight]


def quoted(words):
    """A review as a hint shows it."""
    return "[" + ", ".join(f"'{word}'" for word in words) + "]"


class LastOpinion(Check):
    exercise = "2b.1"
    name = "last_opinion"

    def inputs(self, rng):
        def some(least=1, most=4):
            return list(rng.choice(NEUTRAL, size=rng.integers(least, most)))

        good, better, strong = (str(word) for word in rng.permutation(PRAISE)[:3])
        bad, worse, strongest = (str(word) for word in rng.permutation(BLAME)[:3])
        sizes = rng.permutation(np.arange(1, 16))[:12] / 4
        weight = dict(zip([*PRAISE, *BLAME], [*sizes[:6], *-sizes[6:]], strict=True))
        weight |= {strong: 1000.0, strongest: -1000.0, "okay": 0.0}
        reviews = [
            [*some(), good, *some(), bad, *some(), better, *some(), worse, *some()],
            [*some(), bad, *some(), good, *some()],
            [*some(), good, *some(), bad, *some()],  # the same two the other way round
            [good, *some(2)],
            [bad, *some(2)],
            [*some(2), worse],
            [*some(2), better],
            [*some(), good, *some(), bad, *some(), good, *some()],  # one word twice
            [bad, good, bad, bad],
            [*some(), better, *some(), "okay", *some()],
            ["okay", *some()],
            [strong, *some(), strongest, *some(), better, *some()],
            [*some(), worse, *rng.permutation(WITHIN), *some()],
            [*rng.permutation(WITHIN)],
            some(2),
            [],
            [str(rng.choice(NEUTRAL))],
            [good],
            [worse],
            [good, *some(), bad],
        ]
        in_order = [good, bad, worse, better, strong, strongest, "okay"]  # not that of the weights, nor of any review
        words = [*rng.permutation([word for word in weight if word not in in_order]), *in_order]
        return {
            "reviews": "\n".join(" ".join(review) for review in reviews),
            "weights": "\n".join(f"{word} {float(weight[word])}" for word in words),
        }

    def probe(self, answer, inputs):
        outputs = {}
        for number, (words, weight) in enumerate(reviews_and_weights(inputs)):
            given, weights_given = list(words), dict(weight)
            case = f"for the words {quoted(words)}" + ("" if weight else " and no opinion words")
            with told_where(case, answer):
                value = answer(given, weights_given)
            if given != words:
                raise Wrong(
                    "your answer changes the list `words`, which the lesson still needs; reversed(words) goes "
                    "through it from the end and leaves it as it is"
                )
            if list(weights_given.items()) != list(weight.items()):
                raise Wrong(
                    "your answer changes the dictionary `weight`, which the next review needs; look words up with "
                    "weight[word], without pop, setdefault or assignment"
                )
            outputs[f"review_{number}"] = np.nan if value is None else value
        return outputs

    def judge(self, inputs, outputs):
        reviews = reviews_and_weights(inputs)
        for number in range(len(reviews)):
            expect_shape("what it returns for one review", outputs[f"review_{number}"], ())
        yours = np.array([float(outputs[f"review_{number}"]) for number in range(len(reviews))])
        places = [opinions(words, weight) for words, weight in reviews]
        expected = np.array([w[s[p[-1]]] if p else 0.0 for (s, w), p in zip(reviews, places, strict=True)])
        given = ~np.isnan(yours)
        if not given.any():
            raise Wrong("your answer returned None; is the `return` missing?")
        right = np.isclose(yours, expected, atol=1e-9)
        if right.all():
            return

        def of_each(chosen):
            """What a mistake gives: a number for each review, from its words and the weights of its opinions."""
            return np.array([chosen(s, w, [w[s[n]] for n in p]) for (s, w), p in zip(reviews, places, strict=True)])

        def last_where(wanted):
            return of_each(lambda s, w, of: next((w[word] for word in reversed(s) if word in w and wanted(w[word])), 0))

        def last_of(part):
            return of_each(lambda s, w, of: next((w[word] for word in reversed(part(s)) if word in w), 0))

        def by_part(s, w, of):
            found = (w[o] for word in reversed(s) for o in w if o in word)
            return next(found, 0)

        mistakes = [
            (of_each(lambda s, w, of: of[0] if of else 0), "this is the *first* opinion word; the last one is wanted"),
            (
                of_each(lambda s, w, of: w.get(s[-1], 0) if s else 0),
                "only the very last word is looked at; neutral words may follow the last opinion word, so go on "
                "towards the start of the review until you find one",
            ),
            (
                of_each(lambda s, w, of: w.get(s[0], 0) if s else 0),
                "only the first word is looked at: the loop returns at once; `return 0.0` belongs after it",
            ),
            (
                last_where(lambda number: number != 0),
                "a word whose weight is 0.0 is skipped, because 0.0 counts as false; test `word in weight`",
            ),
            (
                last_where(lambda number: number > 0),
                "blame is skipped: opinion words with a weight below 0 count, too; test `word in weight`",
            ),
            (last_where(lambda number: number < 0), "praise is skipped; test `word in weight`"),
            (of_each(lambda s, w, of: sum(of)), "this is the sum over all opinion words; only the last one counts"),
            (
                of_each(lambda s, w, of: sum(of) / max(len(of), 1)),
                "this is the mean over all opinion words; only the last one counts",
            ),
            (
                of_each(lambda s, w, of: max(of, key=abs, default=0)),
                "this is the strongest opinion of the review; the last one is wanted",
            ),
            (
                of_each(lambda s, w, of: max(of[::-1], key=abs, default=0)),
                "this is the strongest opinion of the review; the last one is wanted",
            ),
            (of_each(lambda s, w, of: max(of, default=0)), "this is the best opinion of the review, not the last"),
            (of_each(lambda s, w, of: min(of, default=0)), "this is the worst opinion of the review, not the last"),
            (
                of_each(lambda s, w, of: of[-2] if len(of) > 1 else 0),
                "this is the last opinion but one; off by one from the end",
            ),
            (last_of(lambda s: s[1:]), "the first word of the review is never looked at; it may be the only opinion"),
            (last_of(lambda s: s[:-1]), "the last word of the review is never looked at; it may be an opinion"),
            (
                last_of(lambda s: list(dict.fromkeys(s))),
                "a word may occur twice, and its last place counts; words.index, dicts and sets keep only one",
            ),
            (
                of_each(lambda s, w, of: next((w[o] for o in reversed(w) if o in s), 0)),
                "the order is that of the dictionary; go through the words of the review",
            ),
            (
                of_each(lambda s, w, of: next((w[o] for o in w if o in s), 0)),
                "the order is that of the dictionary; go through the words of the review",
            ),
            (
                of_each(by_part),
                "you match parts of words, but 'badge' is not 'bad'. Test `word in weight`, which matches whole words",
            ),
            (-expected, "the sign is wrong: praise has a weight above 0, blame one below"),
            (np.sign(expected), "this is only the sign; the weight itself is wanted"),
            (np.abs(expected), "the sign is lost: blame has a weight below 0"),
            (np.trunc(expected), "the weight is cut to a whole number"),
            (of_each(lambda s, w, of: len(of)), "this is the number of opinion words; the last one's weight is wanted"),
            (
                np.array([p[-1] if p else 0 for p in places]),
                "this is the place of the last opinion word; its weight is wanted",
            ),
        ]
        if not right[given].all():
            for mistake, hint in mistakes:
                if np.allclose(yours[given], mistake[given], atol=1e-9):
                    raise Wrong(hint)
        number = int(np.argmin(right))
        words, _ = reviews[number]
        got = f"yours returns {yours[number]:g}" if given[number] else "yours returns None"
        if not places[number]:
            without = "an empty review has none" if not words else f"{quoted(words)} has none"
            raise Wrong(f"where there is no opinion word the result is 0.0; {without}, and {got}")
        last = words[places[number][-1]]
        raise Wrong(f"the last opinion word of {quoted(words)} is '{last}', of weight {expected[number]:g}; {got}")


STATE_EDGES = {
    "_of_one_review": ("for a batch of one review", SQUEEZED),
    "_of_one_unit": ("for an RNN of one unit", SQUEEZED),
    "_of_one_word": ("for reviews of one word, T = 1", "the last word is then the first, at index 0"),
    "_one_by_one": ("for one review and one unit", SQUEEZED),
    "_square": ("where batch, T and units are equal", "one axis is mistaken for another of the same size"),
    "_of_whole_numbers": (
        "for states of whole numbers, some of them 0",
        "padding is known from the mask, not from the values of the states: at a word all of them may be 0",
    ),
}


class LastWordState(Check):
    exercise = "2b.2"
    name = "last_word_state"
    edges = STATE_EDGES

    def inputs(self, rng):
        batch, steps, units = rng.integers(3, 7), rng.integers(4, 10), rng.integers(2, 6)
        first = np.arange(steps) < rng.integers(2, steps - 1)  # neither full nor a single word
        given = {
            "states": rng.normal(size=(batch, steps, units)).astype("float32"),
            "mask": np.concatenate([[first], right_padded_mask(rng, batch - 1, steps)]),
        }
        sizes = {"_of_one_review": (1, steps, units), "_of_one_unit": (batch, steps, 1), "_of_one_word": (batch, 1, 2)}
        sizes |= {"_one_by_one": (1, steps, 1), "_square": (4, 4, 4)}
        for edge, (count, long, wide) in sizes.items():
            lengths = rng.integers(1, long + 1, size=count)
            given["states" + edge] = rng.normal(size=(count, long, wide)).astype("float32")
            given["mask" + edge] = np.arange(long) < lengths[:, None]
        whole = 1000.0 * rng.integers(-1, 2, size=(3, 5, 4))
        whole[:, 2:4] = [[1000, 0, 0, -1000], [0, 0, 0, 0]]  # the fourth state, of all zeros, is that of a word
        given["states_of_whole_numbers"] = whole
        given["mask_of_whole_numbers"] = np.arange(5) < np.array([[4], [3], [5]])
        return given

    def probe(self, answer, inputs):
        outputs = {"state": answer(inputs["states"], inputs["mask"])}
        for edge, (case, _) in self.edges.items():
            with told_where(case, answer):
                outputs["state" + edge] = answer(inputs["states" + edge], inputs["mask" + edge])
        return outputs

    def judge(self, inputs, outputs):
        states, mask, state = inputs["states"], inputs["mask"], outputs["state"]
        batch, steps, units = states.shape
        if state.shape == (batch, batch, units):
            raise Wrong(
                "the result should have shape (batch, units); yours picks all lengths in every review: "
                "index the reviews too, with np.arange(batch)"
            )
        expect_shape("the result", state, (batch, units), "(batch, units)")
        lengths = [int(row.sum()) for row in mask]
        after = [min(length, steps - 1) for length in lengths]
        words = [states[b, : lengths[b]] for b in range(batch)]
        of_first = states[:, lengths[0] - 1]
        expect_close(
            "the state after the last word",
            state,
            [states[b, lengths[b] - 1] for b in range(batch)],
            [
                (
                    states[:, -1],
                    "this is the state at the last *timestep*, which for a padded review lies in the padding",
                ),
                (
                    [states[b, after[b]] for b in range(batch)],
                    "off by one: a review of n words ends at index n - 1, not n",
                ),
                (
                    [states[b, lengths[b] % steps] for b in range(batch)],
                    "off by one: a review of n words ends at index n - 1, and the first False of a mask stands at n",
                ),
                (states[:, 0], "this is the state after the *first* word (argmax of a mask finds its first True)"),
                (
                    [states[b, lengths[b] - 2] for b in range(batch)],
                    "one word too early: a review of n words ends at index n - 1, not n - 2",
                ),
                (of_first, "every review is read at the length of the first one; each has a length of its own"),
                (
                    states[:, -1] * mask[:, -1:],
                    "this is the last *timestep* with padding set to 0; take the timestep of the last word",
                ),
                (
                    [w.mean(axis=0) for w in words],
                    "this is the mean over all words; the state after the last word alone is wanted",
                ),
                (
                    [w.sum(axis=0) for w in words],
                    "this is the sum over all words; the state after the last word alone is wanted",
                ),
                (
                    [w.max(axis=0) for w in words],
                    "this is the maximum over all words; the state after the last word alone is wanted",
                ),
            ],
        )
        for edge, (case, why) in self.edges.items():
            states, mask = inputs["states" + edge], inputs["mask" + edge]
            expected = np.array([row[max(np.flatnonzero(words))] for row, words in zip(states, mask, strict=True)])
            expect_edge("the state after the last word", outputs["state" + edge], expected, case, "(batch, units)", why)


RNN_EDGES = {
    "_of_one_review": ("for a batch of one review", (1, 6, 3, 4), SQUEEZED),
    "_of_one_unit": ("for an RNN of one unit", (3, 6, 2, 1), SQUEEZED),
    "_of_one_input": ("where x has one input", (3, 6, 1, 4), SQUEEZED),
    "_of_one_word": ("where T is 1", (4, 1, 3, 5), "there is one step, from h_0 = 0"),
    "_one_by_one": ("for one review, one input and one unit", (1, 5, 1, 1), SQUEEZED),
    "_square": ("where batch, T and units are equal", (4, 4, 4, 4), "an axis is taken for another of its size"),
    "_with_holes": (
        "for masks with holes, and a review of padding only",
        (6, 11, 2, 3),
        "words and padding may alternate, and where no word has come yet the state is still h_0 = 0",
    ),
    "_of_whole_numbers": (
        "for an x of integers (one-hot)",
        (3, 6, 4, 5),
        "are the states kept in an array of x's dtype? It cuts them to whole numbers",
    ),
    "_of_thousands": (
        "for inputs of -1,000, 0 and 1,000",
        (3, 7, 3, 4),
        "exp overflows there, and inf / inf is nan; np.tanh does not",
    ),
}


class MaskedRNN(Check):
    exercise = "2b.3"
    name = "masked_rnn"
    edges = RNN_EDGES

    def inputs(self, rng):
        # no two sizes are equal, so that a mix-up of axes shows
        batch, steps, size, units = rng.integers(4, 6), rng.integers(9, 12), rng.integers(2, 4), rng.integers(6, 9)
        gap, start = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        gapped = np.array([t not in (gap, gap + 1) for t in range(steps)])  # words after padding, too
        mask = np.concatenate([[gapped, np.arange(steps) >= start], right_padded_mask(rng, batch - 2, steps)])
        given = self.draw(rng, batch, steps, size, units)
        given["mask"] = mask
        for edge, (_, shape, _) in self.edges.items():
            given |= {name + edge: value for name, value in self.draw(rng, *shape).items()}
        holes = given["mask_with_holes"]
        holes[0] = False
        holes[1], holes[2] = np.arange(holes.shape[1]) % 2 == 0, np.arange(holes.shape[1]) % 2 == 1
        classes = given["x_of_whole_numbers"]
        given["x_of_whole_numbers"] = np.eye(classes.shape[2], dtype=int)[rng.integers(4, size=classes.shape[:2])]
        thousands = given["x_of_thousands"]
        given["x_of_thousands"] = rng.choice([-1000, 0, 1000], size=thousands.shape).astype("float32")
        given["x_of_thousands"][0, 0] = 1000
        given["mask_of_thousands"][:, :2] = True
        return given

    def draw(self, rng, batch, steps, size, units):
        """Arguments of these sizes; the mask has holes."""
        return {
            "x": rng.normal(size=(batch, steps, size)).astype("float32"),
            "mask": rng.uniform(size=(batch, steps)) < 0.6,
            "W_xh": rng.normal(size=(size, units)).astype("float32"),
            "W_hh": (0.5 * rng.normal(size=(units, units))).astype("float32"),
            "b_h": rng.normal(size=units).astype("float32"),
        }

    def arguments(self, inputs, edge=""):
        return [inputs[name + edge] for name in ("x", "mask", "W_xh", "W_hh", "b_h")]

    def probe(self, answer, inputs):
        outputs = {"states": answer(*self.arguments(inputs))}
        for edge, (case, _, _) in self.edges.items():
            with told_where(case, answer):
                outputs["states" + edge] = answer(*self.arguments(inputs, edge))
        return outputs

    def judge(self, inputs, outputs):
        x, mask, W_xh, W_hh, b_h = self.arguments(inputs)
        states = outputs["states"]
        batch, steps, _ = x.shape
        units = len(b_h)
        if states.shape == (steps, batch, units) and steps != batch:
            raise Wrong("the axes should be (batch, T, units); yours are (T, batch, units): stack along axis 1")
        if states.shape == (batch, units):
            raise Wrong("this is the final state only; all T states are wanted, (batch, T, units)")
        expect_shape("the states", states, (batch, steps, units), "(batch, T, units)")
        expected = run_rnn(x, mask, W_xh, W_hh, b_h)
        shifted = np.concatenate([np.zeros((batch, 1, units)), expected[:, :-1]], axis=1)
        unmasked = run_rnn(x, mask, W_xh, W_hh, b_h, "read")
        reset = run_rnn(x, mask, W_xh, W_hh, b_h, "reset")
        upside_down = run_rnn(x, ~mask, W_xh, W_hh, b_h)
        outside = unmasked.copy()  # the state goes on, and only what is returned stands still
        for t in range(steps):
            before = outside[:, t - 1] if t else np.zeros((batch, units))
            outside[:, t] = np.where(mask[:, t, None], unmasked[:, t], before)
        linear = run_rnn(x, mask, W_xh, W_hh, b_h, activation=lambda z: z)
        begun = mask | (np.arange(steps) == 0)
        for_good = np.logical_and.accumulate(mask, axis=1)
        common = np.broadcast_to(mask.all(axis=0), mask.shape)
        counted = np.arange(steps) < mask.sum(axis=1, keepdims=True)
        packed = np.zeros_like(expected)  # the states of words only, moved to the front
        for b in range(batch):
            words_only = run_rnn(x[b][mask[b]][None], np.ones((1, mask[b].sum())), W_xh, W_hh, b_h)[0]
            packed[b, : len(words_only)] = words_only
        packed_and_held = np.where(counted[..., None], packed, expected[:, -1:])
        as_counted = run_rnn(x, counted, W_xh, W_hh, b_h)
        by_count = "the mask is rebuilt from its sum, as if all words came first; padding may occur anywhere"
        moved = "the states of words are moved to the front; the state after timestep t belongs to position t"
        expect_close(
            "the states",
            states,
            expected,
            [
                (unmasked, "the state still changes at padding; where the mask is False, h_t should be h_{t-1}"),
                (reset, "the state is lost at padding (it becomes 0); where the mask is False, h_t should be h_{t-1}"),
                (expected * mask[..., None], "the states returned at padding are 0; there h_t should be h_{t-1}"),
                (
                    outside,
                    "only the returned states are held; the state in the loop still changes, and later words see it",
                ),
                (upside_down, "the state is kept at words and updated at padding: the two cases are swapped"),
                (
                    run_rnn(x, begun, W_xh, W_hh, b_h),
                    "the first timestep may be padding, too: then its state should still be h_0 = 0",
                ),
                (
                    run_rnn(x, for_good, W_xh, W_hh, b_h),
                    "the state never changes again after the first padding; words may follow padding",
                ),
                (
                    run_rnn(x, common, W_xh, W_hh, b_h),
                    "all states are kept where any review has padding; each review has its own row of the mask",
                ),
                (
                    run_rnn(x * mask[..., None], mask, W_xh, W_hh, b_h, "read"),
                    "at padding x_t is set to 0, but the state still changes; there h_t should be h_{t-1}",
                ),
                (
                    np.repeat(expected[:, -1:], steps, axis=1),
                    "all T states are equal to the last: the same array is appended each time; append a copy",
                ),
                (
                    expected.transpose(1, 0, 2).reshape(batch, steps, units),
                    "reshape mixes reviews and timesteps; stack the states along axis 1",
                ),
                (as_counted, by_count),
                (as_counted * counted[..., None], by_count),
                (packed, moved),
                (packed_and_held, moved),
                (linear, "the tanh is missing"),
                (shifted, "shifted by one: position t should hold the state *after* word t, not the one before it"),
                (run_rnn(x, mask, W_xh, W_hh.T, b_h), "W_hh is used transposed; with states in rows it is h @ W_hh"),
                (run_rnn(x, mask, W_xh, W_hh, 0 * b_h), "the bias b_h is missing"),
                (run_rnn(x, mask, W_xh, 0 * W_hh, b_h), "the previous state does not enter: h_{t-1} W_hh is missing"),
                (run_rnn(x, mask, 0 * W_xh, W_hh, b_h), "the input does not enter: x_t W_xh is missing"),
            ],
        )
        for edge, (case, _, why) in self.edges.items():
            expected = run_rnn(*self.arguments(inputs, edge))
            expect_edge("the array of states", outputs["states" + edge], expected, case, "(batch, T, units)", why)


class BuildClassifier(Check):
    exercise = "2b.4"
    name = "build_classifier"

    def inputs(self, rng):
        vocabulary, embedding, units = (int(n) for n in (rng.integers(20, 40), rng.integers(3, 6), rng.integers(7, 10)))
        batch, steps = 5, 8
        mask = right_padded_mask(rng, batch, steps)
        shapes = [(vocabulary, embedding), (embedding, units), (units, units), (units,), (units, 1), (1,)]
        weights = {f"weight_{n}": rng.normal(size=shape).astype("float32") for n, shape in enumerate(shapes)}
        ids = np.where(mask, rng.integers(2, vocabulary, size=(batch, steps)), 0)
        lengths = mask.sum(axis=1)
        ids[np.arange(3), lengths[:3] - 1] = 1  # unknown words are words: at the end of reviews, and within
        ids[np.arange(batch), lengths // 2] = np.where(lengths > 2, 1, ids[np.arange(batch), lengths // 2])
        table, W_xh, W_hh, b_h, W_hy, _ = weights.values()
        logits = run_rnn(table[ids], ids > 0, W_xh, W_hh, b_h)[:, -1] @ W_hy
        weights["weight_5"] = -logits.mean(axis=0).astype("float32")  # so that some are above 0 and some below
        return {"sizes": np.array([vocabulary, embedding, units]), "token_ids": ids, **weights}

    def probe(self, answer, inputs):
        import keras
        import tensorflow as tf

        with self.told_of_masks():
            model = answer(*(int(size) for size in inputs["sizes"]))
        if model is None:
            raise Wrong("your function returned None; is the `return` missing?")
        if not isinstance(model, keras.Model):
            raise Wrong(f"your function returned a {type(model).__name__}; a keras.Model is wanted")
        ids = inputs["token_ids"].astype("int32")
        if getattr(model, "input_shape", (None, None)) != (None, None):
            raise Wrong(f"the model takes inputs of shape {model.input_shape}; T varies: keras.Input((None,), ...)")
        with self.told_of_masks():
            model(ids)  # builds it
        given = [inputs[f"weight_{n}"] for n in range(6)]
        shapes = [tuple(weight.shape) for weight in model.get_weights()]
        if shapes == [weight.shape for weight in given]:
            model.set_weights(given)
        full = np.where(ids > 0, ids, 1)
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(model(ids, training=True))
        gradients = tape.gradient(total, [weight.value for weight in model.trainable_weights])
        learning = {
            id(weight): 0.0 if gradient is None else np.abs(tf.convert_to_tensor(gradient)).max()
            for weight, gradient in zip(model.trainable_weights, gradients, strict=True)
        }
        return {
            "learns": np.array([learning.get(id(weight), 0.0) for weight in model.weights]),
            "added_losses": len(model.losses),
            "training": model(np.tile(ids, (20, 1)), training=True),
            "one_word": model(ids[:1, :1]),
            "shapes": np.array([[*shape, 0, 0, 0][:3] for shape in shapes]).reshape(len(shapes), 3),
            "logits": model(ids),
            "again": model(ids),
            "padded": model(np.pad(ids, [(0, 0), (0, 5)])),
            "straight": model(full),
            "reversed": model(full[:, ::-1]),
            "in_fit": tf.function(model, autograph=False, input_signature=[tf.TensorSpec((None, None), "int32")])(ids),
        }

    @contextlib.contextmanager
    def told_of_masks(self):
        """Say what a mask that is no tensor comes from."""
        try:
            yield
        except AttributeError as error:
            if not re.search("'(bool|int)' object has no attribute 'dtype'", str(error)):
                raise
            raise Wrong(
                "the mask is a single True or False: on the Keras tensor that a model is made with, == asks whether "
                "two things are the same object. Write token_ids != 0 or ops.not_equal(token_ids, 0)"
            ) from error

    def judge(self, inputs, outputs):
        ids = inputs["token_ids"]
        weights = [inputs[f"weight_{n}"] for n in range(6)]
        reviews = dict.fromkeys(("logits", "again", "padded", "straight", "reversed", "in_fit"), len(ids))
        for name, count in (reviews | {"training": 20 * len(ids), "one_word": 1}).items():
            expect_shape("the output", outputs[name], (count, 1), "(batch, 1)")
            if not np.all(np.isfinite(outputs[name])):
                raise Wrong("the output should be finite; yours contains nan or inf")
        logits = outputs["logits"]
        wanted = [(*weight.shape, 0, 0)[:3] for weight in weights]
        shapes = [tuple(int(size) for size in shape) for shape in outputs["shapes"]]
        if not np.array_equal(logits, outputs["again"]):
            raise Wrong(
                "two calls on the same reviews differ: something in the model is random when it predicts, "
                "or remembers the last call"
            )
        if shapes != wanted:
            if np.allclose(outputs["reversed"], outputs["straight"], atol=1e-5):
                raise Wrong(
                    "the model gives the same answer when the words are reversed: it is a bag of words, not an RNN"
                )
            if sorted(shapes) == sorted(wanted):
                raise Wrong("make the layers in the order Embedding, SimpleRNN, Dense; later cells rely on it")
            raise Wrong(
                f"Embedding, SimpleRNN and Dense(1) should have {sum(weight.size for weight in weights)} parameters "
                f"here; yours have {sum(int(np.prod([n for n in shape if n])) for shape in shapes)} "
                "(check which size goes where, and that there is no other layer with weights)"
            )
        table, W_xh, W_hh, b_h, W_hy, b_y = (weight.astype("float64") for weight in weights)
        mask = ids > 0
        at_padding = run_rnn(table[ids], ~mask, W_xh, W_hh, b_h)[:, -1] @ W_hy + b_y
        if np.allclose(logits, at_padding, atol=1e-3):
            raise Wrong("the answer does not depend on the words at all; is the mask inverted? It is True at words")
        if not np.allclose(logits, outputs["padded"], atol=1e-4):
            raise Wrong(
                "padding a review further changes the answer: is mask=token_ids != 0 handed to the SimpleRNN, "
                "and does only its last state go on to the Dense layer?"
            )
        states = run_rnn(table[ids], mask, W_xh, W_hh, b_h)
        expected = states[:, -1] @ W_hy + b_y
        probability = 1 / (1 + np.exp(-expected))
        mean = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        backwards = run_rnn(table[ids[:, ::-1]], mask[:, ::-1], W_xh, W_hh, b_h)[:, -1]
        relu, linear = (
            run_rnn(table[ids], mask, W_xh, W_hh, b_h, activation=activation)[:, -1]
            for activation in (lambda z: np.maximum(z, 0), lambda z: z)
        )
        unknown_dropped = run_rnn(table[ids], ids > 1, W_xh, W_hh, b_h)[:, -1]
        maximum = np.where(mask[..., None], states, -np.inf).max(axis=1)
        total = (states * mask[..., None]).sum(axis=1)
        of_last_layer = "the logit may be any number, so the last layer has no activation"
        of_rnn = "the activation of the SimpleRNN should be tanh, its default"
        expect_close(
            "the logit",
            logits,
            expected,
            [
                (probability, "these are probabilities; the loss wants logits, so the last layer has no activation"),
                (
                    unknown_dropped @ W_hy + b_y,
                    "token 1 stands for an unknown word, which is still a word; only token 0 is padding",
                ),
                (np.maximum(expected, 0), of_last_layer),
                (np.tanh(expected), of_last_layer),
                (relu @ W_hy + b_y, of_rnn),
                (linear @ W_hy + b_y, of_rnn),
                (mean @ W_hy + b_y, "the mean of the states goes on to the Dense layer; the last state is wanted"),
                (
                    maximum @ W_hy + b_y,
                    "the maximum of the states goes on to the Dense layer; the last state is wanted",
                ),
                (
                    states.max(axis=1) @ W_hy + b_y,
                    "the maximum of the states goes on to the Dense layer; the last state is wanted",
                ),
                (total @ W_hy + b_y, "the sum of the states goes on to the Dense layer; the last state is wanted"),
                (-expected, "the sign is flipped: a logit above 0 stands for a positive review"),
                (states[:, 0] @ W_hy + b_y, "the state after the *first* word goes on; the last state is wanted"),
                (backwards @ W_hy + b_y, "the review is read backwards; read it from the first word to the last"),
            ],
            atol=1e-3,
        )
        if not np.allclose(outputs["in_fit"], logits, atol=1e-4):
            raise Wrong("inside model.fit, where it is compiled, the model gives different logits from a direct call")
        one = run_rnn(table[ids[:1, :1]], np.ones((1, 1)), W_xh, W_hh, b_h)[:, -1] @ W_hy + b_y
        if not np.allclose(outputs["one_word"], one, atol=1e-3):
            raise Wrong("for a batch of one review of one word the logit is wrong, although longer reviews are right")
        if not np.allclose(outputs["training"], np.tile(logits, (20, 1)), atol=1e-4):
            raise Wrong(
                "with training=True the model gives other logits: something in it, such as dropout or noise, acts "
                "while it trains; here only Embedding, SimpleRNN and Dense are wanted, so that they can be compared"
            )
        expect_shape("the list of gradients", outputs["learns"], (6,))
        owners = ["Embedding", *["SimpleRNN"] * 3, *["Dense layer"] * 2]
        for owner, gradient in zip(owners, outputs["learns"], strict=True):
            if not gradient > 0:
                raise Wrong(
                    f"the {owner} does not learn: its weights are frozen (trainable=False), or no gradient reaches "
                    "them (stop_gradient); all three layers are trained together"
                )
        if outputs["added_losses"].shape != () or outputs["added_losses"] != 0:
            raise Wrong("a regularizer adds a term to the loss; here the layers are wanted without one")


class BinaryCrossEntropy(Check):
    exercise = "2b.5"
    name = "binary_cross_entropy"

    def inputs(self, rng):
        count, many = int(rng.integers(4, 12)), int(rng.integers(4, 8))
        labels = rng.integers(0, 2, size=(count, 1)).astype("float32")
        labels[0], labels[1] = 0, 1
        large_labels = rng.integers(0, 2, size=(many, 1)).astype("float32")
        large_labels[0], large_labels[1] = 0, 1
        large_logits = rng.uniform(100, 2000, size=(many, 1)) * rng.choice([-1, 1], size=(many, 1))
        large_logits[:2, 0] = 1000, -1000  # sure and wrong, both ways
        middle = np.array([0, 12, 17, 30, 88, 89, 90, 105], "float32")
        middle_labels = np.repeat([[0.0], [1.0]], 2 * len(middle), axis=0)
        return {
            "labels_of_one": np.array([[rng.integers(0, 2)]], "float32"),
            "logits_of_one": rng.normal(scale=2, size=(1, 1)).astype("float32"),
            "middle_labels": middle_labels.astype("float32"),
            "middle_logits": np.tile(np.concatenate([middle, -middle]), 2)[:, None],
            "labels": labels,
            "logits": rng.normal(scale=2, size=(count, 1)).astype("float32"),
            "large_labels": large_labels,
            "large_logits": large_logits.astype("float32"),
        }

    def probe(self, answer, inputs):
        import tensorflow as tf

        column = tf.TensorSpec((None, 1), "float32")

        @tf.function(autograph=False, input_signature=[column, column])  # as model.fit calls it
        def loss_and_gradient(labels, logits):
            loss = answer(labels, logits)
            return loss, tf.gradients(loss, logits)[0]

        labels, logits = tf.constant(inputs["labels"]), tf.constant(inputs["logits"])
        loss = answer(labels, logits)
        if loss is None:
            raise Wrong("your answer returned None; is the `return` missing?")
        pairs = {
            "": ("labels", "logits"),
            "_of_one": ("labels_of_one", "logits_of_one"),
            "_middle": ("middle_labels", "middle_logits"),
            "_large": ("large_labels", "large_logits"),
        }
        given = {edge: [tf.constant(inputs[name]) for name in names] for edge, names in pairs.items()}
        outputs = {"loss" + edge: answer(*pair) for edge, pair in given.items()}
        try:
            for edge, pair in given.items():
                outputs["in_fit" + edge], gradient = loss_and_gradient(*pair)
                outputs["gradient" + edge] = np.zeros(pair[1].shape) if gradient is None else gradient
        except Exception as error:
            reason = str(error).strip().split("\n")[-1][:120]
            raise Wrong(
                "it gives a number, but model.fit cannot use it: there the batch has no fixed size and no values yet, "
                f"so use keras.ops throughout, without len, float, if or NumPy ({type(error).__name__}: {reason})"
            ) from error
        return outputs

    def judge(self, inputs, outputs):
        z, y = inputs["logits"].astype("float64"), inputs["labels"].astype("float64")
        p = 1 / (1 + np.exp(-z))
        each = -np.where(y == 1, np.log(p), np.log(1 - p))
        loss = outputs["loss"]
        if loss.shape == each.shape or loss.shape == (len(each),):
            raise Wrong("this is one loss per review; the mean over the batch is wanted, a single number")
        if loss.shape == (1,):
            raise Wrong("the loss should be a single number; yours is an array that holds one: mean without an axis")
        expect_shape("the loss", loss, ())
        for name in ("loss_of_one", "loss_middle", "loss_large"):
            expect_shape("the loss", outputs[name], ())
        if np.isnan(loss):
            raise Wrong(
                "the loss is nan: the logarithm of a negative number (a logit becomes a probability by the sigmoid), "
                "or 0 times an infinite one"
            )
        clipped = np.clip(inputs["logits"], 1e-7, 1 - 1e-7)
        expect_close(
            "the loss (for a review of label 1 it is log(1 + exp(-z)), for one of label 0 log(1 + exp(z)))",
            loss,
            each.mean(),
            [
                (
                    -np.where(y == 0, np.log(p), np.log(1 - p)).mean(),
                    "the labels are swapped: a positive review has label 1",
                ),
                (-each.mean(), "the sign is wrong: a loss is positive, and smaller is better"),
                (np.log1p(np.exp(z)).mean(), "the labels do not enter; for a positive review the loss is softplus(-z)"),
                (np.log1p(np.exp(-z)).mean(), "the labels do not enter; for a negative review the loss is softplus(z)"),
                (each.sum(), "this is the sum over the batch; the mean is wanted"),
                (-(y * np.log(p)).mean(), "the term for negative reviews, (1 - y) log(1 - p), is missing"),
                (-((1 - y) * np.log(1 - p)).mean(), "the term for positive reviews, y log(p), is missing"),
                (np.log1p(np.exp(-y * z)).mean(), "this is for labels -1 and 1; here a negative review has label 0"),
                (
                    (np.log1p(np.exp(z)) - y.mean() * z).mean(),
                    "every label meets every logit; multiply each label by the logit of its own review",
                ),
                (((y - p) ** 2).mean(), "this is the squared error of the probability, not the cross-entropy"),
                (each.max(), "this is the worst review's loss; the mean is wanted"),
                (np.median(each), "this is the median over the batch; the mean is wanted"),
                ((np.maximum(z, 0) - y * z).mean(), "the term log(1 + exp(-|z|)) is missing; softplus(z) includes it"),
                (
                    (np.log1p(np.exp(z)) + y * z).mean(),
                    "the sign before y z is wrong: -log sigmoid(z) = softplus(z) - z",
                ),
                ((np.log1p(np.exp(-z)) - y * z).mean(), "softplus(-z) goes with + (1 - y) z; softplus(z) with - y z"),
                ((np.log1p(np.exp(z)) - y).mean(), "the label is subtracted without its logit: softplus(z) - y z"),
                (each.mean() / 2, "this is half the loss: the mean over reviews divides by their number, no more"),
                (np.mean(y != (z > 0)), "this is the share of errors, whose gradient is 0; use the cross-entropy"),
                (each.mean() / np.log(2), "this is in bits (log2); use the natural logarithm"),
                (
                    -np.where(y == 1, np.log(clipped), np.log(1 - clipped)).mean(),
                    "the logits are treated as probabilities; the sigmoid turns a logit z into one",
                ),
            ],
        )
        for edge in ("large", "middle"):
            big, signs = inputs[f"{edge}_logits"].astype("float64"), inputs[f"{edge}_labels"]
            expected = np.mean(np.logaddexp(0, big) - signs * big)
            if not np.allclose(outputs["loss_" + edge], expected, rtol=1e-3, atol=1e-3):
                where = "of several hundred" if edge == "large" else "between -105 and 105"
                raise Wrong(
                    f"for logits {where} the loss should be {expected:.6g}; yours is {outputs['loss_' + edge]:.6g}: "
                    "a sigmoid rounds to 0 or 1 there, and exp(z) overflows from 89 on; simplify log(sigmoid(z)) on "
                    "paper, then use ops.softplus"
                )
        z_one, y_one = float(inputs["logits_of_one"][0, 0]), float(inputs["labels_of_one"][0, 0])
        one = np.logaddexp(0, z_one) - y_one * z_one
        expect_edge(
            "the loss", outputs["loss_of_one"], one, "for a batch of one review", "()", "it is then its own mean"
        )
        names = {"": "logits", "_of_one": "logits_of_one", "_middle": "middle_logits", "_large": "large_logits"}
        for edge, name in names.items():
            z = inputs[name].astype("float64")
            y = inputs[name.replace("logits", "labels")].astype("float64")
            gradient = outputs["gradient" + edge]
            expect_shape("the compiled loss", outputs["in_fit" + edge], ())
            if not np.allclose(outputs["in_fit" + edge], outputs["loss" + edge], rtol=1e-3, atol=1e-4):
                raise Wrong("inside model.fit, where it is compiled, the loss differs from that of a direct call")
            expect_shape("the gradient", gradient, z.shape)
            if not np.all(np.isfinite(gradient)):
                raise Wrong(
                    "the loss is right, but its gradient at large logits is nan or inf, and one such step ruins every "
                    "weight: where() and maximum() compute both branches, and in the unused one exp overflows from 88 "
                    "on (0 times inf); take exp(-|z|), or ops.softplus"
                )
            p = 0.5 * (1 + np.tanh(z / 2))
            expected = (p - y) / len(z)
            if not edge and np.allclose(gradient, 0, atol=1e-7):
                raise Wrong(
                    "the loss is right, but no gradient comes back to the logits (stop_gradient, rounding or "
                    "comparisons): nothing would be learnt"
                )
            flat = z == 0  # there |z| and maximum(z, 0) have a corner, and any slope between the two sides is right
            between = (-y / len(z) - 1e-6 <= gradient) & (gradient <= (1 - y) / len(z) + 1e-6)
            if not np.all(np.where(flat, between, np.abs(gradient - expected) <= 1e-4 / len(z) ** 0.5)):
                where = "" if edge in ("", "_of_one") else " at large logits"
                raise Wrong(
                    f"the loss is right, but its gradient{where} is not: it should be (sigmoid(z) - y) / batch. Is "
                    "part of the loss cut off from it, by clip or stop_gradient?"
                )


def loss_parts(z, y):
    """p, the derivative of the mean cross-entropy, and the losses, in float64 and without overflow."""
    z, y = np.asarray(z, "float64"), np.asarray(y, "float64")
    p = 0.5 * (1 + np.tanh(z / 2))
    return p, (p - y) / len(z), np.logaddexp(0, z) - y * z


GRADIENT_EDGES = {
    "_of_one": ("for a batch of one review", "the loss is then that of the review itself"),
    "_of_two": ("for a batch of two reviews", "each review's own label and logit count, and the batch has size 2"),
    "_of_positives": ("where all reviews are positive", "the derivative is (p - 1) / batch there"),
    "_of_negatives": ("where all reviews are negative", "the derivative is p / batch there"),
    "_middle": (
        "for logits such as 12, 30 or 90",
        "a sigmoid rounded to 0 or 1 must not be divided by, clipped or put into a logarithm; simplify on paper",
    ),
    "_large": (
        "for logits of -1,000, 0 and 1,000",
        "the derivative tends to (1 - y) / batch on the one side and to -y / batch on the other",
    ),
    "_of_integers": (
        "for logits and labels that are integers",
        "is the result kept in an array of their dtype? It cuts a probability to 0",
    ),
}


class LossGradient(Check):
    exercise = "2b.6"
    name = "loss_gradient"
    edges = GRADIENT_EDGES

    def inputs(self, rng):
        count = int(rng.integers(5, 12))
        middle = np.array([0, 12, 17, 30, 37, 88, 90, 105, 710])
        given = {
            "": (rng.permutation([0, 1, *rng.integers(0, 2, size=count - 2)]), rng.normal(scale=2, size=count)),
            "_of_one": (rng.integers(0, 2, size=1), rng.normal(scale=2, size=1)),
            "_of_two": (rng.permutation(2), rng.normal(scale=2, size=2)),
            "_of_positives": (np.ones(3), rng.normal(size=3)),
            "_of_negatives": (np.zeros(4), rng.normal(size=4)),
            "_middle": (np.repeat([0, 1], 2 * len(middle)), np.tile([*middle, *-middle], 2)),
            "_large": (np.repeat([0, 1], 3), np.tile([-1000, 0, 1000], 2)),
            "_of_integers": (np.array([0, 1, 1, 0, 1]), np.array([0, 0, 2, -1, -3])),
        }
        arguments = {}
        for edge, pair in given.items():
            kind = "int64" if edge == "_of_integers" else "float32" if edge in ("", "_large") else "float64"
            for name, values in zip(("labels", "logits"), pair, strict=True):
                arguments[name + edge] = np.asarray(values)[:, None].astype(kind)
        return arguments

    def probe(self, answer, inputs):
        outputs = {"gradient": answer(inputs["labels"], inputs["logits"])}
        for edge, (case, _) in self.edges.items():
            with told_where(case, answer), np.errstate(all="ignore"):
                outputs["gradient" + edge] = answer(inputs["labels" + edge], inputs["logits" + edge])
        return outputs

    def judge(self, inputs, outputs):
        y, z = inputs["labels"].astype("float64"), inputs["logits"].astype("float64")
        yours, n = outputs["gradient"], len(z)
        p, expected, each = loss_parts(z, y)
        if yours.shape == (n, n):
            raise Wrong(
                "the result has shape (batch, batch): (batch, 1) and (batch,) broadcast to a table of every label with "
                "every logit; keep both at (batch, 1)"
            )
        if yours.shape in ((), (1,), (1, 1)):
            raise Wrong(
                "this is one number for the whole batch; each logit has a derivative of its own, (batch, 1): divide by "
                "the batch size, without a sum or mean"
            )
        if yours.shape == (n,):
            raise Wrong("the axis of size 1 is gone: as the logits, the derivative has shape (batch, 1), not (batch,)")
        expect_shape("the derivative", yours, z.shape, "(batch, 1)")
        slope = p * (1 - p)
        whole = "the loss is the *mean* over the batch, so each review has a share of 1 / batch in it"
        by_probability = (
            "this is the derivative with respect to the probability p; go on by the chain rule, times dp/dz = p (1 - p)"
        )
        twice = "p (1 - p) comes in twice or is left over: in (p - y) / (p (1 - p)) times dp/dz it cancels"
        mistakes = [
            (p - y, whole),
            (y - p, "the sign is wrong, and the division by the batch size is missing"),
            (-expected, "the sign is wrong: where the label is 0 a larger logit makes the loss larger"),
            (p / n, "the labels do not enter: this is the derivative of softplus(z) alone"),
            (p, "the labels do not enter, nor the size of the batch"),
            ((p - 1 + y) / n, "the labels are swapped: a positive review has label 1"),
            ((p - y) * slope / n, twice),
            ((p - y) * slope, twice),
            (2 * (p - y) * slope / n, "this is the derivative of the squared error (p - y)², not of the cross-entropy"),
            ((p - y) / slope / n, by_probability),
            ((p - y) / slope, by_probability),
            ((z - y) / n, "the logits are treated as probabilities; p = sigmoid(z)"),
            (z - y, "the logits are treated as probabilities; p = sigmoid(z)"),
            (slope / n, "this is the derivative of the sigmoid alone; the derivative of the loss by p goes before it"),
            (slope, "this is the derivative of the sigmoid alone; the derivative of the loss by p goes before it"),
            (each / n, "this is each review's share in the loss; its derivative is wanted"),
            (each, "this is the loss of each review; its derivative is wanted"),
            (((z > 0) - y) / n, "the probability is rounded to 0 or 1; p = sigmoid(z) itself is wanted"),
            ((np.tanh(z) - y) / n, "tanh stands where the sigmoid should: the probability is 1 / (1 + exp(-z))"),
            ((1 - p - y) / n, "sigmoid(-z) is the probability of a *negative* review; p = 1 / (1 + exp(-z))"),
            ((p - y) / 2, f"this is divided by 2; {whole}"),
            (expected / 2, "this is half of it: divide by the size of the batch only"),
            ((p - y) / n**2, "this is divided by the size of the batch twice"),
            (
                (p - y) / max(y.sum(), 1),
                "this is divided by the number of positive reviews; divide by the size of the batch",
            ),
            ((p - y.mean()) / n, "every logit meets the mean label; each review has its own"),
            (-y * (1 - p) / n, "the part of the negative reviews is missing: with y = 0 the loss is softplus(z)"),
            ((1 - y) * p / n, "the part of the positive reviews is missing: with y = 1 the loss is softplus(-z)"),
            (np.abs(expected), "the sign is lost: where the label is 1 a larger logit makes the loss smaller"),
        ]
        for mistake, hint in mistakes:
            if np.allclose(yours, mistake, atol=1e-6, rtol=1e-4) and not np.allclose(mistake, expected, atol=1e-6):
                raise Wrong(hint)
        if not np.allclose(yours, expected, atol=1e-5, rtol=1e-4):
            b = int(np.argmax(np.nan_to_num(np.abs(yours - expected), nan=np.inf)))
            raise Wrong(
                f"a review of label {y[b, 0]:g} and logit {z[b, 0]:.3g} in a batch of {n} has the derivative "
                f"{expected[b, 0]:.4g}; yours is {yours[b, 0]:.4g}. It is positive where the label is 0, negative "
                "where it is 1, and small where the network is sure and right: derive softplus(z) - y z, and divide "
                "by the size of the batch"
            )
        for edge, (case, why) in self.edges.items():
            y, z, yours = inputs["labels" + edge], inputs["logits" + edge], outputs["gradient" + edge]
            if yours.shape == z.shape and not np.all(np.isfinite(yours)):
                raise Wrong(
                    f"{case}, the derivative is nan or inf: exp(z) overflows to inf, or a p rounded to 0 or 1 is "
                    "divided by, and inf / inf and 0 / 0 are nan; simplified on paper nothing is left to divide by p"
                )
            expect_edge("the derivative", yours, loss_parts(z, y)[1], case, "(batch, 1)", why, atol=1e-6)


def latch_states(x, w, u, b):
    """The states of a tanh RNN of one unit, (batch, T), by its recurrence in float64. x: (batch, T)."""
    x = np.asarray(x, "float64")
    h, states = np.zeros(len(x)), np.zeros(x.shape)
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] * w + h * u + b)
        states[:, t] = h
    return states


def last_signs(x):
    """The sign of the last opinion at each step, 0 before the first; x: (batch, T)."""
    signs = np.zeros(x.shape)
    for row, out in zip(x, signs, strict=True):
        sign = 0.0
        for t, opinion in enumerate(row):
            sign = opinion if opinion else sign
            out[t] = sign
    return signs


class Latch(Check):
    exercise = "2b.7"
    name = "latch"
    neutral = 1000  # as many neutral words it must hold an opinion for
    least = 0.1  # smaller states cannot be told from no opinion

    def inputs(self, rng):
        often = rng.uniform(size=(8, 300)) < np.array([0.5, 0.2, 0.05, 0.02, 1.0, 0.9, 0.01, 0.1])[:, None]
        return {"x": np.where(often, rng.choice([-1.0, 1.0], size=often.shape), 0.0)}

    def probe(self, answer, inputs):
        names = ("W_xh", "W_hh", "b_h")
        calls = [arrays(several(answer, (), names)) for _ in range(2)]
        for name in names:
            if calls[0][name].shape != calls[1][name].shape:
                raise Wrong(f"{name} has another shape when the function is called again")
        return {name: np.stack([call[name] for call in calls]) for name in names}

    def judge(self, inputs, outputs):
        shapes = {"W_xh": ((1, 1), "(inputs, units)"), "W_hh": ((1, 1), "(units, units)"), "b_h": ((1,), "(units,)")}
        for name, (shape, axes) in shapes.items():
            weight = outputs[name]
            expect_shape(name, weight[0], shape, axes)
            if len(weight) != 2 or not np.array_equal(weight[0], weight[1], equal_nan=True):
                raise Wrong(f"{name} changes from call to call: choose the weights, do not draw them at random")
            if not np.all(np.isfinite(weight)):
                raise Wrong(f"{name} should be a finite number; yours is {weight.ravel()[0]}")
        w, u, b = (float(outputs[name][0].ravel()[0]) for name in shapes)
        self.judge_silence(w, u, b)
        self.judge_holding(w, u)
        self.judge_flips(w, u)
        x = inputs["x"]
        states, signs = latch_states(x, w, u, b), last_signs(x)
        if not np.array_equal(np.sign(states), signs):
            row, t = np.argwhere(np.sign(states) != signs)[0]
            raise Wrong(
                f"on a random review the state is {states[row, t]:.3g} after {t + 1} words, where the last opinion was "
                f"{signs[row, t]:+g}: the sign of the state should be that of the last opinion at every word"
            )

    def judge_silence(self, w, u, b):
        """Before any opinion the state is 0."""
        silent = latch_states(np.zeros((1, self.neutral)), w, u, b)[0]
        if b != 0 or np.any(silent):
            raise Wrong(
                f"it has an opinion before there was one: from h = 0, a neutral word gives tanh(b_h), {silent[0]:.2g}; "
                "the state stays 0 only if b_h is 0"
            )

    def judge_holding(self, w, u):
        """An opinion is held with its sign over many neutral words."""
        held = latch_states(np.eye(1, 1 + self.neutral), w, u, 0)[0]
        if w == 0:
            raise Wrong("W_xh is 0: no word ever changes the state")
        if w < 0:
            raise Wrong("W_xh is negative: praise, +1, is stored as a negative state, and blame as a positive one")
        if u < 0:
            raise Wrong("W_hh is negative: the state changes its sign at every neutral word, and the opinion with it")
        if u == 0:
            raise Wrong("W_hh is 0: the first neutral word after an opinion sets the state to tanh(0) = 0")
        if u < 1:
            raise Wrong(
                f"the state fades: W_hh = {u:.4g} is not above 1, so a neutral word takes h to tanh({u:.4g} h), "
                f"nearer to 0; of {held[0]:.2g} after the opinion {held[100]:.2g} is left, 100 neutral words on"
            )
        if u == 1:
            raise Wrong(
                "the state fades even with W_hh = 1: tanh(h) is smaller than h, by about h³/3, so it goes to 0 like "
                f"1/√t: {held[100]:.2g} is left after 100 neutral words, {held[-1]:.2g} after {self.neutral:,}. "
                "W_hh must be above 1"
            )
        if held[0] <= self.least:
            raise Wrong(
                f"W_xh = {w:.2g} is too small: after an opinion the state is only {held[0]:.2g}, not above "
                f"{self.least}, nor could it change a state that holds another opinion"
            )
        if held.min() <= self.least:
            raise Wrong(
                f"W_hh = {u:.5g} is barely above 1: the state sinks to the fixed point of h = tanh(W_hh h), which is "
                f"near {held[-1]:.2g}, and less than {self.least} cannot be told from no opinion; take a larger W_hh"
            )

    def judge_flips(self, w, u):
        """An opposite opinion changes the sign, whatever came before."""
        none = [0.0] * self.neutral
        histories = {
            "one opinion": [1.0],
            "one opinion and 1,000 neutral words": [1.0, *none],
            "many equal opinions": [1.0] * 100,
            "many equal opinions and 1,000 neutral words": [1.0] * 100 + none,
            "many changes of opinion": [1.0, -1.0] * 50 + [1.0],
        }
        last = {history: latch_states([[*words, -1.0]], w, u, 0)[0, -2:] for history, words in histories.items()}
        history, (h, flipped) = max(last.items(), key=lambda item: item[1][1])  # the one that is hardest to flip
        if not flipped < -self.least:
            raise Wrong(
                f"W_xh = {w:.4g} is too small for W_hh = {u:.4g}: after {history} the state is {h:.4f}, and an "
                f"opposite opinion takes it to tanh({u:.4g} · {h:.4f} - {w:.4g}) = {flipped:.2g}, not below "
                f"-{self.least}; W_xh must be clearly larger than W_hh · |h|, also where |h| is almost 1"
            )
