"""Checks of lesson 2b, sentiment with a simple RNN."""

import re

import numpy as np

from course_utils.checks import Check, Wrong, describe_error, expect_close, expect_shape, kept
from course_utils.checks.mistakes import of_axes, of_mask, of_mean, of_shift, sigmoid
from course_utils.probing import RETURNED_NONE, arrays, compiled, loss_and_gradient, unpacked

# In turn of praise and of blame; the words before "the" begin with opinion words, and are none.
OPINIONS = ["good", "bad", "great", "slow", "fine", "weak", "lovely", "awful", "moving", "dull", "brilliant", "poor"]
NEUTRAL = ["goodbye", "badge", "slowly", "finery", "weakly", "greatcoat", "the", "film", "plot", "was", "a", "it"]
REVIEWS = 60  # of one draw, so that no two mistakes come to the same


def expect_axes(what, array, shape, axes):
    """`expect_shape`, with the reason where an axis of size 1 is gone."""
    gone = array.ndim < len(shape) and array.size == np.prod(shape)
    why = ", an axis of size 1 is gone: squeeze() drops all of them, ravel() all axes but one; name the axis, or index"
    if array.shape != tuple(shape):
        raise Wrong(f"{what} should have shape {axes} = {tuple(shape)}; yours has {array.shape}{why * gone}")


def right_padded(lengths, steps):
    """(batch, steps), True at words, where texts are padded on the right only (`Draw.mask` pads them anywhere)."""
    return np.arange(steps) < np.asarray(lengths)[:, None]


class LastOpinion(Check):
    exercise = "2b.1"
    name = "last_opinion"
    gives = "array"

    def inputs(self, rng):
        count, longest = rng.size("opinion words", 9, 12, least=0), rng.size("longest", 6, 8)
        few = rng.choice([*OPINIONS[:count], *NEUTRAL], size=(REVIEWS, 5))  # words, so that some are repeated
        drawn = np.take_along_axis(few, rng.integers(5, size=(REVIEWS, longest)), axis=1)
        reviews = [" ".join(row[:n]) for row, n in zip(drawn, rng.lengths(REVIEWS, longest, least=0), strict=True)]
        weights, order = abs(rng.reals(count)) * (-1) ** np.arange(count), rng.permutation(count)
        opinions = " ".join(OPINIONS[n] for n in order)
        return {"reviews": "\n".join(reviews), "opinions": opinions, "weights": weights[order]}

    def further(self):
        twins = "i expected something dull but it was lovely\nit was lovely though i had expected something dull"
        return {"for twins": {"reviews": twins, "opinions": "lovely dull", "weights": np.array([1.5, -2.0])}}

    def probe(self, answer, inputs):
        values, (reviews, weight) = [], reviews_and_weights(inputs)
        for words in reviews:
            try:
                with kept("the dictionary `weight`", weight):
                    value = answer(list(words), weight)
            except (Wrong, NotImplementedError):
                raise
            except Exception as error:
                raise Wrong(f"for the words {words}, {describe_error(error, answer)}") from error
            values.append(arrays({"weight": np.nan if value is None else value})["weight"])
            if values[-1].shape:
                raise Wrong(f"return one number for each review; yours returns an array of shape {values[-1].shape}")
        return {"weights": np.array(values)}

    def judge(self, inputs, outputs):
        reviews, weight = reviews_and_weights(inputs)
        yours, none = outputs["weights"].astype("float64"), np.isnan(outputs["weights"])
        expect_shape("the weights of all reviews", yours, (len(reviews),))
        if none.all():
            raise Wrong(RETURNED_NONE)
        pairs = zip(*(opinions_of(words, weight) for words in reviews), strict=True)
        (expected, _), *wrong = [([value for value, _ in same], same[0][1]) for same in pairs]
        what, zeros = "the weight of the last opinion word", " (None counts as 0)" * bool(none.any())
        yours = np.where(none, 0, yours)
        expect_close(what, yours, expected, wrong, atol=1e-9, where=lambda at: f" for {reviews[at[0]]}{zeros}")
        if none.any():
            words = reviews[int(np.argmax(none))]
            raise Wrong(f"where there is no opinion word the result is 0.0; for {words} yours returns None or nan")


def reviews_and_weights(inputs):
    """The reviews of the inputs, lists of words, and {opinion word: weight}."""
    weight = dict(zip(inputs["opinions"].split(), inputs["weights"], strict=True))
    return [line.split() for line in inputs["reviews"].split("\n")], weight


def opinions_of(words, weight):
    """[(value, hint), ...] of a review: the weight of its last opinion, and what mistakes make of it."""
    words, places = words or [""], [n for n, word in enumerate(words) if word in weight]

    def last(some, wanted=lambda number: True):
        return next((weight[o] for o in reversed(list(some)) if o in weight and wanted(weight[o])), 0)

    of = [weight[words[place]] for place in places] or [0]
    part = next((weight[o] for word in reversed(words) for o in weight if o in word), 0)
    in_order = "the order is that of the dictionary; go through the words of the review"
    wanted = "the weight of the last opinion word is wanted"
    return [
        (of[-1], ""),
        (of[0], "this is the *first* opinion word; the last one is wanted"),
        (weight.get(words[-1], 0), "only the very last word is looked at; go on until you find an opinion word"),
        (weight.get(words[0], 0), "only the first word is looked at; `return 0.0` belongs after the loop"),
        (last(words, lambda w: w != 0), "a weight of 0.0 is skipped, it counts as false; test `word in weight`"),
        (last(words, lambda w: w > 0), "blame is skipped, whose weight is below 0; test `word in weight`"),
        (last(words, lambda w: w < 0), "praise is skipped; test `word in weight`"),
        (sum(of), f"this is the sum over all opinion words; {wanted}"),
        (sum(of) / len(of), f"this is the mean over all opinion words; {wanted}"),
        (sum(of) / len(words), f"this is a mean over all words; {wanted}"),
        (max(of, key=abs), "this is the strongest opinion of the review, not the last"),
        (max(of[::-1], key=abs), "this is the strongest opinion of the review, not the last"),
        (max(of), "this is the best opinion of the review, not the last"),
        (min(of), "this is the worst opinion of the review, not the last"),
        ([0, *of][-2], "this is the last opinion but one; off by one from the end"),
        (of[-2:][0], "this is the last opinion but one; off by one from the end"),
        (last(words[1:]), "the first word of the review is never looked at; it may be the only opinion"),
        (last(words[:-1]), "the last word of the review is never looked at; it may be an opinion"),
        (last(dict.fromkeys(words)), "a word may occur twice, and its last place counts: words.index finds the first"),
        (last(sorted(words)), "the words are sorted; go through them in the order of the review"),
        (last(o for o in weight if o in words), in_order),
        (next((weight[o] for o in weight if o in words), 0), in_order),
        (part, "parts of words match, but 'badge' is not 'bad'; test `word in weight`, for whole words"),
        (-of[-1], "the sign is wrong: praise has a weight above 0, blame one below"),
        (np.sign(of[-1]), f"this is only the sign; {wanted}"),
        (of[-1] > 0, f"this says only whether it is praise; {wanted}"),
        (abs(of[-1]), "the sign is lost: blame has a weight below 0"),
        (np.trunc(of[-1]), "the weight is cut to a whole number"),
        (np.rint(of[-1]), "the weight is rounded to a whole number"),
        (len(places), f"this is the number of opinion words; {wanted}"),
        ([0, *places][-1], f"this is the place of the last opinion word; {wanted}"),
    ]


class LastWordState(Check):
    exercise = "2b.2"
    name = "last_word_state"
    gives = "array"

    def inputs(self, rng):
        batch, steps, units = rng.size("batch", 3, 6), rng.size("T", 5, 9), rng.size("units", 2, 5)
        lengths = rng.lengths(batch, steps)
        while not rng.edge and lengths[0] in (1, steps):  # it would look like the first or the last timestep for all
            lengths = rng.permutation(lengths)
        return {"mask": right_padded(lengths, steps), "states": rng.reals(batch, steps, units)}

    def further(self):
        rng = np.random.default_rng(0)
        long, silent = rng.normal(size=(4, 120, 3)).astype("float32"), rng.normal(size=(3, 3, 3))
        silent[[0, 1, 2], [1, 2, 1]] = 0
        return {
            "as the lesson calls it": {"states": long, "mask": right_padded([9, 120, 1, 60], 120)},
            "where all of the last state is 0": {"states": silent, "mask": right_padded([2, 3, 2], 3)},
        }

    def probe(self, answer, inputs):
        return {"state": answer(inputs["states"], inputs["mask"])}

    def judge(self, inputs, outputs):
        states, mask, state = inputs["states"].astype("float64"), inputs["mask"], outputs["state"]
        batch, steps, units = states.shape
        if state.shape == (batch, batch, units) and batch > 1:
            raise Wrong("yours picks all lengths in every review: index the reviews too, with np.arange(batch)")
        expect_axes("the result", state, (batch, units), "(batch, units)")
        words = [row[of_row] for row, of_row in zip(states, mask, strict=True)]
        lengths, expected = np.array([len(one) for one in words]), np.array([one[-1] for one in words])

        def at(places):
            return [row[place] for row, place in zip(states, places, strict=True)]

        late = "off by one: a review of n words ends at index n - 1, not n"
        over = "over all words; the state after the last word alone is wanted"
        order = "the reviews should keep their order"
        loud = [next((h for h in one[::-1] if h.any()), one[-1]) for one in words]
        wrong = [
            (states[:, -1], "this is the state at the last *timestep*, which may lie in the padding"),
            (at(np.minimum(lengths, steps - 1)), late),
            (at(lengths % steps), f"{late}, where the first False of the mask stands"),
            (states[:, 0], "this is the state after the *first* word (argmax of a mask finds its first True)"),
            (at(lengths - 2), "one word too early: a review of n words ends at index n - 1, not n - 2"),
            (at(np.maximum(lengths - 2, 0)), "one word too early: it ends at index n - 1, not n - 2"),
            (states[:, lengths[0] - 1], "every review is read at the length of the first one; each has its own"),
            *[(states[:, t], "every review is read at the same timestep; each has its length") for t in range(steps)],
            (states[:, -1] * mask[:, -1:], "this is the last *timestep*, with padding set to 0"),
            ([one.mean(axis=0) for one in words], f"this is the mean {over}"),
            ([one.sum(axis=0) for one in words], f"this is the sum {over}"),
            ([one.max(axis=0) for one in words], f"this is the maximum {over}"),
            (states.mean(axis=1), f"this is the mean {over}, and the padding is in it, too"),
            (states.max(axis=1), f"this is the maximum {over}, and the padding is in it, too"),
            (loud, "padding is known from the mask, not from the values of the states: at a word all may be 0"),
            (expected[np.argsort(lengths)], f"{order}; yours are sorted by length"),
            (expected[np.argsort(-lengths)], f"{order}; yours are sorted by length"),
            (at(lengths[::-1] - 1), "each review goes with its own row of the mask; yours are exchanged"),
            *of_axes(expected, {"reversed": order}),
        ]
        expect_close("the state after the last word", state, expected, wrong)


def run_rnn(x, mask, W_xh, W_hh, b_h, reset=False, activation=np.tanh):
    """The states of an RNN, (batch, T, units); at padding a state is kept, or set to zero."""
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        now, h = mask[:, t], h.copy()
        h[now] = activation(x[now, t] @ W_xh + h[now] @ W_hh + b_h)
        h[~now] *= not reset
        states.append(h)
    return np.stack(states, axis=1)


def relu(z):
    """The larger of z and 0."""
    return np.maximum(z, 0)


class MaskedRNN(Check):
    exercise = "2b.3"
    name = "masked_rnn"
    gives = "array"

    def inputs(self, rng):
        batch, steps = rng.size("batch", 4, 5), rng.size("T", 8, 9)
        size, units = rng.size("inputs", 2, 3), rng.size("units", 6, 7)
        mask, x = rng.mask(rng.lengths(batch, steps, least=0), steps), rng.reals(batch, steps, size)
        if not rng.edge:
            x[mask.all(axis=1), 2] = 0  # a word all the same
        weights = {"W_xh": rng.reals(size, units), "W_hh": 0.5 * rng.reals(units, units), "b_h": rng.reals(units)}
        return {"x": x, "mask": mask} | weights

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {"x": (3, 20, 8), "W_xh": (8, 8), "W_hh": (8, 8), "b_h": (8,)}
        own = {name: (0.3 * rng.normal(size=shape)).astype("float32") for name, shape in shapes.items()}
        return {"with float32, as the lesson calls it": own | {"mask": right_padded([12, 20, 1], 20)}}

    def probe(self, answer, inputs):
        return {"states": answer(*(inputs[name] for name in ("x", "mask", "W_xh", "W_hh", "b_h")))}

    def judge(self, inputs, outputs):
        x, *weights = (inputs[name].astype("float64") for name in ("x", "W_xh", "W_hh", "b_h"))
        mask, states, (batch, steps, _), units = inputs["mask"], outputs["states"], x.shape, len(weights[2])
        if states.shape == (steps, batch, units) and steps != batch:
            raise Wrong("the axes should be (batch, T, units); yours are (T, batch, units): stack along axis 1")
        if states.shape == (batch, units) and steps > 1:
            raise Wrong("this is the final state only; all T states are wanted, (batch, T, units)")
        expect_axes("the array of states", states, (batch, steps, units), "(batch, T, units)")
        if not np.all(np.isfinite(states)):
            raise Wrong("the states should be finite: exp overflows where its argument is large, np.tanh does not")
        expected = run_rnn(x, mask, *weights)
        if states.dtype.kind in "iu" and np.any(expected % 1):
            raise Wrong("an array of integers cuts the states; use floats, not x's dtype")
        after = "shifted by one: position t should hold the state *after* word t, not the one before it"
        before = "shifted by one: position t holds the state after the word that follows"
        wrong = [
            *at_padding(x, mask, weights, expected),
            *in_the_formula(x, mask, weights),
            *of_shift(expected, 1, (after, before)),
            *of_axes(expected, {"mixed": "reshape mixes reviews and timesteps; stack the states along axis 1"}),
            (expected[:, ::-1], "the states stand in the wrong order: position 0 holds the state after word 0"),
        ]
        expect_close("the state", states, expected, wrong)


def at_padding(x, mask, weights, expected):
    """(states, hint) of mistakes at padding."""
    words, counted = mask[..., None], right_padded(mask.sum(axis=1), mask.shape[1])
    unmasked, reset = run_rnn(x, np.ones_like(mask), *weights), run_rnn(x, mask, *weights, reset=True)
    packed = np.zeros_like(expected)
    for states, own, here in zip(packed, expected, mask, strict=True):
        states[: here.sum()] = own[here]
    last = np.maximum.accumulate(np.where(mask, np.arange(mask.shape[1]), -1), axis=1)[..., None]
    held, read = [np.where(last < 0, 0, np.take_along_axis(h, np.maximum(last, 0), axis=1)) for h in (unmasked, reset)]
    moved = "the states of words are moved to the front; the state after timestep t belongs to position t"
    keep = "where the mask is False, h_t should be h_{t-1}"
    return [
        (unmasked, f"the state still changes at padding; {keep}"),
        (reset, f"the state is lost at padding (it becomes 0); {keep}"),
        (expected * words, f"the states returned at padding are 0; {keep}"),
        (unmasked * words, f"the states returned at padding are 0, and later words see others; {keep}"),
        (held, "only the returned states are held; the state in the loop still changes, and later words see it"),
        (read, "only the returned states are held; the state in the loop is lost at padding"),
        *[(run_rnn(x, other, *weights), hint) for other, hint in of_mask(mask)],
        (run_rnn(x, mask & x.any(axis=2), *weights), "padding is known from the mask; at a word all of x may be 0"),
        (run_rnn(x * words, np.ones_like(mask), *weights), f"x_t is set to 0 at padding, but h_t changes; {keep}"),
        (expected[:, -1:] + 0 * expected, "all T states are equal to the last: one array is appended; append a copy"),
        (packed, moved),
        (np.where(counted[..., None], packed, expected[:, -1:]), moved),
    ]


def in_the_formula(x, mask, weights):
    """(states, hint) of mistakes in the formula of the new state."""
    W_xh, W_hh, b_h = weights
    changed = [  # weights with which the right formula gives the same
        ((W_xh, W_hh.T, b_h), "W_hh is used transposed; with states in rows it is h @ W_hh"),
        ((W_xh, W_hh, 0 * b_h), "the bias b_h is missing"),
        ((W_xh, W_hh, -b_h), "the bias b_h is subtracted; add it"),
        ((W_xh, W_hh, 2 * b_h), "the bias b_h is added twice"),
        ((W_xh, 0 * W_hh, b_h), "the previous state does not enter: h_{t-1} W_hh is missing"),
        ((W_xh, -W_hh, b_h), "h_{t-1} W_hh is subtracted; add it"),
        ((W_xh, np.eye(len(b_h)), b_h), "the state enters without its weights: h_{t-1} W_hh"),
        ((0 * W_xh, W_hh, b_h), "the input does not enter: x_t W_xh is missing"),
    ]
    functions = {
        "the tanh is missing": lambda z: z,
        "a sigmoid stands where the tanh should": sigmoid,
        "a relu stands where the tanh should": relu,
        "the tanh is taken twice": lambda z: np.tanh(np.tanh(z)),
        "the bias b_h belongs inside the tanh": lambda z: np.tanh(z - b_h) + b_h,
    }
    beside = of_shift(x, 1, ["at step t the input is x[:, t], not the one beside it"] * 2)
    return [
        *[(run_rnn(x, mask, *other), hint) for other, hint in changed],
        *[(run_rnn(x, mask, *weights, activation=other), hint) for hint, other in functions.items()],
        *[(run_rnn(other, mask, *weights), hint) for other, hint in beside],
    ]


PADDED = (
    "padding a review further changes the answer: is mask=token_ids != 0 handed to the SimpleRNN, and its last state "
    "alone to the Dense layer?"
)


class BuildClassifier(Check):
    exercise = "2b.4"
    name = "build_classifier"
    few = True

    def inputs(self, rng):
        vocabulary, embedding = rng.size("vocabulary_size", 20, 39, least=3), rng.size("embedding_size", 3, 4)
        units, batch, steps = rng.size("units", 8, 9), rng.size("batch", 5, 5), rng.size("T", 6, 7)
        lengths = rng.lengths(batch, steps)
        ids = np.where(right_padded(lengths, steps), rng.integers(1, vocabulary, size=(batch, steps)), 0)
        ids[np.arange(0, batch, 2), lengths[::2] - 1] = 1  # an unknown word, also at the end, is a word
        shapes = [(vocabulary, embedding), (embedding, units), (units, units), (units,), (units, 1), (1,)]
        weights = [rng.reals(*shape, dtype="float32") for shape in shapes]
        if not rng.edge:  # some logits above 0, and some below
            weights[5] = -run_rnn(weights[0][ids], ids > 0, *weights[1:4])[:, -1].mean(axis=0) @ weights[4]
        return classifier_inputs(ids, weights, usual=rng.edge is None)

    def further(self):
        weights = [[[0], [0], [1], [-1]], [[4]], [[2]], [0], [[1]], [0]]
        return {"with one unit, set by hand": classifier_inputs([[1, 2, 3, 1], [3, 1, 2, 0], [1, 3, 0, 0]], weights)}

    def probe(self, answer, inputs):
        ids, weights = inputs["token_ids"].astype("int32"), weights_of(inputs)
        model = classifier_of(answer, [*map(int, weights[0].shape), len(weights[3])], ids)
        shapes = [tuple(weight.shape) for weight in model.get_weights()]
        seen = {"shapes": np.array([[*shape, 0, 0, 0][:3] for shape in shapes]).reshape(len(shapes), 3)}
        if shapes == [weight.shape for weight in weights]:
            model.set_weights(weights)
            seen |= in_training(model, ids) if inputs["usual"] else {}
        elif inputs["usual"]:
            seen |= {"straight": model(ids | (ids == 0)), "reversed": model((ids | (ids == 0))[:, ::-1])}
        return seen | {"logits": model(ids)}

    def judge(self, inputs, outputs):
        ids, logits = inputs["token_ids"], outputs["logits"]
        expect_shape("the output", logits, (len(ids), 1), "(batch, 1)")
        judge_layers(outputs, weights_of(inputs))
        if not np.all(np.isfinite(logits)):
            raise Wrong("the output should be finite; yours contains nan or inf")
        (expected, _), inverted, *wrong = logits_of(ids, [weight.astype("float64") for weight in weights_of(inputs)])
        if inputs["usual"]:
            if not np.array_equal(logits, outputs["again"]):
                raise Wrong("two calls on the same reviews differ: something is random, or remembers the last call")
            expect_shape(
                "the output for reviews that are padded further", outputs["padded"], logits.shape, "(batch, 1)"
            )
            if not np.allclose(logits, outputs["padded"], atol=1e-4):
                wrong = [(logits, PADDED)]
        expect_close("the logit", logits, expected, [inverted, *wrong], atol=1e-3)
        if inputs["usual"]:
            judge_training(outputs, logits)


def classifier_inputs(ids, weights, usual=False):
    """Inputs of 2b.4 from token ids and the six weights, whose shapes give the sizes."""
    weights = {f"weight_{n}": np.array(weight, "float32") for n, weight in enumerate(weights)}
    return {"token_ids": np.array(ids), "usual": int(usual)} | weights


def weights_of(inputs):
    """The weights among the inputs, in order."""
    return [value for name, value in inputs.items() if name.startswith("weight_")]


def classifier_of(answer, sizes, ids):
    """The student's model, built."""
    import keras

    try:
        model = answer(*sizes)
        if model is None:
            raise Wrong(RETURNED_NONE)
        if not isinstance(model, keras.Model):
            raise Wrong(f"your function returned a {type(model).__name__}; a keras.Model is wanted")
        if getattr(model, "input_shape", (None, None)) != (None, None):
            raise Wrong(f"the model takes inputs of shape {model.input_shape}; T varies: keras.Input((None,), ...)")
        model(ids[:1])  # builds it
    except AttributeError as error:
        if not re.search("'(bool|int)' object has no attribute 'dtype'", str(error)):
            raise
        raise Wrong(
            "the mask is a single True or False: on the Keras tensor that a model is made with, == asks whether two "
            "things are the same object. Write token_ids != 0 or ops.not_equal(token_ids, 0)"
        ) from error
    return model


def in_training(model, ids):
    """What a model says of reviews once more, padded further, compiled and in training; what learns in it."""
    import tensorflow as tf

    with tf.GradientTape() as tape:
        training = model(np.tile(ids, (20, 1)), training=True)
    gradients = tape.gradient(training, [weight.value for weight in model.weights], unconnected_gradients="zero")
    largest = [np.abs(tf.convert_to_tensor(gradient)).max() for gradient in gradients]
    advice = "it answers, but model.fit cannot compile it: use layers and keras.ops"
    return {
        "learns": np.multiply(largest, [weight.trainable for weight in model.weights]),
        "added_losses": len(model.losses),
        "training": training,
        "again": model(ids),
        "padded": model(np.pad(ids, [(0, 0), (0, 3)])),
        "in_fit": compiled(model, [ids], [(None, None)], advice),
    }


def judge_layers(outputs, weights):
    """Raise Wrong unless the weights are those of Embedding, SimpleRNN and Dense(1), in this order."""
    wanted = [(*weight.shape, 0, 0)[:3] for weight in weights]
    shapes = [tuple(int(size) for size in shape) for shape in outputs["shapes"]]
    if shapes == wanted:
        return
    if "straight" in outputs and np.allclose(outputs["reversed"], outputs["straight"], atol=1e-5):
        raise Wrong("the model gives the same answer when the words are reversed: it is a bag of words, not an RNN")
    if sorted(shapes) == sorted(wanted):
        raise Wrong("make the layers in the order Embedding, SimpleRNN, Dense; later cells rely on it")
    raise Wrong(
        f"Embedding, SimpleRNN and Dense(1) should have {sum(weight.size for weight in weights)} parameters here; "
        f"yours have {sum(int(np.prod([n for n in shape if n])) for shape in shapes)} "
        "(check which size goes where, and that there is no other layer with weights)"
    )


def logits_of(ids, weights):
    """[(logits, hint), ...]: the right ones, those of an inverted mask, and those of other mistakes."""
    table, *recurrent, W_hy, b_y = weights
    x, mask = table[ids], ids > 0

    def end(mask, turn=1, **how):
        return run_rnn(x[:, ::turn], mask[:, ::turn], *recurrent, **how)[:, -1]

    states, words = run_rnn(x, mask, *recurrent), mask[..., None]
    right = states[:, -1] @ W_hy + b_y
    of_last_layer = "the logit may be any number, so the last layer has no activation"
    goes_on = "of the states goes on to the Dense layer; the last state is wanted"
    functions, not_tanh = (relu, sigmoid, lambda z: z), "the activation of the SimpleRNN should be tanh, its default"
    ends = [
        (end(~mask), "is the mask inverted? The words do not count; it is True at words"),
        (end(ids > 1), "token 1, an unknown word, is still a word; only token 0 is padding"),
        *[(end(mask, activation=other), not_tanh) for other in functions],
        ((states * words).sum(axis=1) / mask.sum(axis=1, keepdims=True), f"the mean {goes_on}"),
        (np.where(words, states, -np.inf).max(axis=1), f"the maximum {goes_on}"),
        ((states * words).sum(axis=1), f"the sum {goes_on}"),
        (states[:, 0], "the state after the *first* word goes on; the last state is wanted"),
        (end(mask, -1), "the review is read backwards; read it from the first word to the last"),
    ]
    return [
        (right, ""),
        *[(state @ W_hy + b_y, hint) for state, hint in ends],
        (sigmoid(right), f"these are probabilities, the loss wants logits; {of_last_layer}"),
        (relu(right), of_last_layer),
        (np.tanh(right), of_last_layer),
        (0 * right + 1, f"a softmax over one number is always 1; {of_last_layer}"),
        (-right, "the sign is flipped: a logit above 0 stands for a positive review"),
    ]


def judge_training(outputs, logits):
    """Raise Wrong unless a model does the same when it is compiled and trained, and all of its layers learn."""
    if not np.allclose(logits, outputs["padded"], atol=1e-4):
        raise Wrong(PADDED)
    expect_shape("the compiled output", outputs["in_fit"], logits.shape, "(batch, 1)")
    if not np.allclose(outputs["in_fit"], logits, atol=1e-4):
        raise Wrong("inside model.fit, where it is compiled, the model gives different logits from a direct call")
    expect_shape("the output in training", outputs["training"], (20 * len(logits), 1), "(batch, 1)")
    if not np.allclose(outputs["training"], np.tile(logits, (20, 1)), atol=1e-4):
        raise Wrong("with training=True the logits are others: no dropout or noise here, which acts while it trains")
    expect_shape("the list of gradients", outputs["learns"], (6,))
    for owner, gradient in zip(["Embedding", *["SimpleRNN"] * 3, *["Dense layer"] * 2], outputs["learns"], strict=True):
        if not gradient > 0:
            raise Wrong(f"the {owner} does not learn: it is frozen, or no gradient reaches it; train all three layers")
    if outputs["added_losses"].shape != () or outputs["added_losses"] != 0:
        raise Wrong("a regularizer adds a term to the loss; here the layers are wanted without one")


def labels_and_logits(rng, dtype=None):
    """Inputs of a loss: a batch of labels and logits, (batch, 1) each."""
    count = rng.size("batch", 5, 12)
    labels, logits = rng.whole(0, 1, count, 1), rng.reals(count, 1, dtype=dtype)
    if not rng.edge:
        labels[:2, 0] = rng.permutation(2)
    return {"labels": labels.astype(logits.dtype), "logits": logits + logits}


def at_large_logits(dtype):
    """Further inputs of a loss: logits at which a sigmoid or an exponential is no longer exact, with each label."""
    some = [0, 12, 17, 30, 37, 88, 90, 105, 400, 2000]
    labels, logits = np.repeat([0, 1], 2 * len(some)), np.tile([*some, *np.negative(some)], 2)
    given = {"labels": labels[:, None].astype(dtype), "logits": logits[:, None].astype(dtype)}
    return {"for logits such as 12, 90 or 400": given}


def loss_parts(inputs):
    """Labels, logits, p, the derivative of the mean cross-entropy, and the losses, in float64, without overflow."""
    y, z = (inputs[name].astype("float64") for name in ("labels", "logits"))
    return y, z, sigmoid(z), (sigmoid(z) - y) / len(z), np.logaddexp(0, z) - y * z


class BinaryCrossEntropy(Check):
    exercise = "2b.5"
    name = "binary_cross_entropy"

    def inputs(self, rng):
        return labels_and_logits(rng, "float32") | {"usual": int(rng.edge is None)}

    def further(self):
        return {words: given | {"usual": 0} for words, given in at_large_logits("float32").items()}

    def probe(self, answer, inputs):
        import tensorflow as tf

        given = [tf.constant(inputs[name]) for name in ("labels", "logits")]
        with tf.GradientTape() as tape:
            tape.watch(given[1])
            loss = answer(*given)
        seen = arrays({"loss": loss})
        if not inputs["usual"]:
            return seen | {"gradient": tape.gradient(loss, given[1], unconnected_gradients="zero")}
        advice = (
            "it gives a number, but model.fit cannot use it: there the batch has no fixed size and no values yet, "
            "so use keras.ops throughout, without len, float, if or NumPy"
        )
        in_fit, gradient = loss_and_gradient(answer, given, [(None, 1)] * 2, advice)
        return seen | {"in_fit": in_fit, "gradient": gradient}

    def judge(self, inputs, outputs):
        y, z, p, _, each = loss_parts(inputs)
        loss, large = outputs["loss"], np.abs(z).max() > 10
        if loss.shape in (each.shape, each.ravel().shape) and len(z) > 1:
            raise Wrong("this is one loss per review; the mean over the batch is wanted, a single number")
        if loss.size == 1 and loss.ndim:
            raise Wrong("the loss should be a single number; yours is an array that holds one: mean without an axis")
        expect_shape("the loss", loss, ())
        rounded = "a sigmoid rounds to 0 or 1 there, exp(z) overflows from 89 on; simplify on paper, use ops.softplus"
        negative = "the logarithm of a number that is not positive (a logit becomes a probability by the sigmoid)"
        if not np.isfinite(loss):
            raise Wrong(f"the loss is {loss}: {rounded if large else negative}")
        where = f" ({rounded if large else 'log(1 + exp(-z)) for a label 1, log(1 + exp(z)) for 0'})"
        expect_close("the loss", loss, each.mean(), other_losses(y, z, p, each), rtol=1e-5, where=lambda at: where)
        if inputs["usual"]:
            expect_shape("the compiled loss", outputs["in_fit"], ())
            if not np.allclose(outputs["in_fit"], loss, rtol=1e-4, atol=1e-5):
                raise Wrong("inside model.fit, where it is compiled, the loss differs from that of a direct call")
        judge_gradient(inputs, outputs["gradient"])


def other_losses(y, z, p, each):
    """(loss, hint) of mistakes in the mean cross-entropy."""
    cut, softplus = np.clip(z.astype("float32"), 1e-7, 1 - 1e-7), np.logaddexp(0, z)
    one_part = "the mean is taken of one part only; take it of softplus(z) - y z"
    wrong = [
        (softplus - (1 - y) * z, "the labels are swapped: a positive review has label 1"),
        (softplus, "the labels do not enter; for a positive review the loss is softplus(-z)"),
        (softplus - z, "the labels do not enter; for a negative review the loss is softplus(z)"),
        (y * (softplus - z), "the term for negative reviews, (1 - y) log(1 - p), is missing"),
        ((1 - y) * softplus, "the term for positive reviews, y log(p), is missing"),
        (np.logaddexp(0, -y * z), "this is for labels -1 and 1; here a negative review has label 0"),
        (softplus - y.mean() * z, "every label meets every logit; each belongs to the logit of its own review"),
        ((y - p) ** 2, "this is the squared error of the probability, not the cross-entropy"),
        ((y - z) ** 2, "this is the squared error of the logit, not the cross-entropy"),
        (np.abs(y - p), "this is the mean |y - p|, not the cross-entropy"),
        (relu(z) - y * z, "the term log(1 + exp(-|z|)) is missing; softplus(z) includes it"),
        (softplus + y * z, "the sign before y z is wrong: -log sigmoid(z) = softplus(z) - z"),
        (softplus - z - y * z, "softplus(-z) goes with + (1 - y) z; softplus(z) with - y z"),
        (softplus - y, "the label is subtracted without its logit: softplus(z) - y z"),
        (np.logaddexp(0, p) - y * p, "the sigmoid comes in twice: softplus takes the logit itself"),
        (np.exp(-each), "this is the probability of the label; minus its logarithm is wanted"),
        (y != (z > 0), "this is the share of errors, whose gradient is 0; use the cross-entropy"),
        (-np.log(np.where(y == 1, cut, 1 - cut)), "the logits are treated as probabilities; p = sigmoid(z)"),
    ]
    return [
        *of_mean(each, "review"),
        *[(losses.mean(), hint) for losses, hint in wrong],
        (each.max(), "this is the worst review's loss; the mean is wanted"),
        (softplus.mean() - (y * z).sum(), one_part),
        (softplus.sum() - (y * z).mean(), one_part),
    ]


def judge_gradient(inputs, gradient):
    """Raise Wrong unless this is the gradient of a right loss."""
    y, z, _, expected, _ = loss_parts(inputs)
    expect_shape("the gradient", gradient, z.shape)
    if not np.all(np.isfinite(gradient)):
        raise Wrong(
            "the loss is right, but its gradient at large logits is nan or inf, which ruins every weight: where() and "
            "maximum() compute both branches, and exp overflows in the unused one; take exp(-|z|), or ops.softplus"
        )
    if np.allclose(gradient, 0, atol=1e-7) and not np.allclose(expected, 0, atol=1e-5):
        raise Wrong("the loss is right, but no gradient comes back to the logits (stop_gradient, rounding, >)")
    # where z is 0, |z| and maximum(z, 0) have a corner, and any slope between the two sides is right
    between = (-y / len(z) - 1e-6 <= gradient) & (gradient <= (1 - y) / len(z) + 1e-6)
    if not np.all(np.where(z == 0, between, np.abs(gradient - expected) <= 1e-4 / len(z) ** 0.5)):
        raise Wrong(
            f"the loss is right, but its gradient{' at large logits' * (abs(z).max() > 10)} is not: it should be "
            "(sigmoid(z) - y) / batch. Is part of the loss cut off from it, by clip or stop_gradient?"
        )


class LossGradient(Check):
    exercise = "2b.6"
    name = "loss_gradient"
    gives = "array"

    def inputs(self, rng):
        return labels_and_logits(rng)

    def further(self):
        float32 = {"labels": np.eye(3, 1, dtype="float32"), "logits": np.array([[2], [-1], [0.5]], "float32")}
        return {"with float32": float32} | at_large_logits("float64")

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"gradient": answer(inputs["labels"], inputs["logits"])}

    def judge(self, inputs, outputs):
        y, z, p, expected, each = loss_parts(inputs)
        yours, n = outputs["gradient"], len(z)
        if yours.shape == (n, n) and n > 1:
            raise Wrong("(batch, 1) and (batch,) broadcast to a table of every label with every logit; keep (batch, 1)")
        if yours.size == 1 and n > 1:
            raise Wrong("this is one number for the whole batch; each logit has its own derivative: no sum, no mean")
        expect_axes("the derivative", yours, z.shape, "(batch, 1)")
        advice, rounded = (
            "derive softplus(z) - y z, and divide by the size of the batch",
            "a p rounded to 0 or 1 must not",
        )
        if np.abs(z).max() > 10:
            advice = f"{rounded} be divided by, clipped or put into a logarithm; simplify on paper"
        if not np.all(np.isfinite(yours)):
            raise Wrong(f"the derivative is nan or inf: exp(z) overflows, inf / inf and 0 / 0 are nan; {advice}")
        cut = [(-y / n, "an array of integers cuts a probability to 0; use floats")]
        wrong = other_derivatives(y, z, p, each) + cut * (inputs["logits"].dtype.kind == "i")

        def where(at):
            return f" for a label {y[at]:g} and a logit {z[at]:.3g} in a batch of {n} ({advice})"

        expect_close("the derivative", yours, expected, wrong, atol=1e-6, where=where)


def other_derivatives(y, z, p, each):
    """(derivative, hint) of mistakes in the derivative of the mean cross-entropy."""
    n, slope, right = len(z), p * (1 - p), (p - y) / len(z)
    whole = "the loss is the *mean* over the batch, so each review has a share of 1 / batch in it"
    sums = [  # of a batch, before the division by its size
        (y - p, "the sign is wrong: where the label is 0 a larger logit makes the loss larger"),
        (p, "the labels do not enter: this is the derivative of softplus(z) alone"),
        (p - 1 + y, "the labels are swapped: a positive review has label 1"),
        ((p - y) * slope, "p (1 - p) is left over: in (p - y) / (p (1 - p)) times dp/dz it cancels"),
        (2 * (p - y) * slope, "this is the derivative of the squared error (p - y)², not of the cross-entropy"),
        ((p - y) / slope, "this is the derivative with respect to the probability p; go on, times dp/dz = p (1 - p)"),
        (z - y, "the logits are treated as probabilities; p = sigmoid(z)"),
        (slope, "this is the derivative of the sigmoid alone; that of the loss by p goes before it"),
        (each, "this is each review's loss, or its share in it; its derivative is wanted"),
        ((z > 0) - y, "the probability is rounded to 0 or 1; p = sigmoid(z) itself is wanted"),
        (np.tanh(z) - y, "tanh stands where the sigmoid should: the probability is 1 / (1 + exp(-z))"),
        (1 - p - y, "sigmoid(-z) is the probability of a *negative* review; p = 1 / (1 + exp(-z))"),
        (sigmoid(p) - y, "the sigmoid is taken twice"),
        (p - y.mean(), "every logit meets the mean label; each review has its own"),
        (p.mean() - y, "every label meets the mean probability; each review has its own"),
        (-y * (1 - p), "the part of the negative reviews is missing: with y = 0 the loss is softplus(z)"),
        ((1 - y) * p, "the part of the positive reviews is missing: with y = 1 the loss is softplus(-z)"),
        (np.abs(p - y), "the sign is lost: where the label is 1 a larger logit makes the loss smaller"),
        ((p - y) * z, "this is the derivative times the logit; it is p - y alone, divided by the batch size"),
    ]
    return [
        (p - y, whole),
        *[(wrong / n, hint) for wrong, hint in sums],
        *[(wrong, f"{hint}; and {whole}") for wrong, hint in sums],
        ((p - y) / 2, f"this is divided by 2; {whole}"),
        (right / 2, "this is half of it: divide by the size of the batch only"),
        (2 * right, "this is twice the derivative; it is p - y, divided by the size of the batch"),
        (right / n, "this is divided by the size of the batch twice"),
        ((p - y) / max(y.sum(), 1), "this is divided by the number of positive reviews; divide by the batch size"),
        (0 * right + right.mean(), "every row holds the mean; each logit has a derivative of its own"),
        *of_axes(right, {"reversed": "the reviews should keep their order"}),
    ]


SHAPES = {"W_xh": ((1, 1), "(inputs, units)"), "W_hh": ((1, 1), "(units, units)"), "b_h": ((1,), "(units,)")}
LEAST = 0.1  # smaller states cannot be told from no opinion


def latch_states(x, w, u, b):
    """The states of a tanh RNN of one unit, (batch, T), by its recurrence in float64. x: (batch, T)."""
    h, states = np.zeros(len(x)), []
    for now in np.asarray(x, "float64").T:
        h = np.tanh(now * w + h * u + b)
        states.append(h)
    return np.array(states).T


class Latch(Check):
    exercise = "2b.7"
    name = "latch"
    gives = "arrays"

    def inputs(self, rng):
        count, steps = rng.size("reviews", 8, 12), rng.size("words", 100, 150)
        often = rng.random((count, 1)) > rng.random((count, steps))
        return {"x": rng.whole(-1, 1, count, steps) * often * rng.mask(rng.lengths(count, steps), steps)}

    def probe(self, answer, inputs):
        return unpacked(answer(), list(SHAPES), "return three things: W_xh, W_hh, b_h")

    def judge(self, inputs, outputs):
        for name, (shape, axes) in SHAPES.items():
            expect_shape(name, outputs[name], shape, axes)
            if not np.all(np.isfinite(outputs[name])):
                raise Wrong(f"{name} should be a finite number; yours is {outputs[name].ravel()[0]}")
        w, u, b = (float(outputs[name].ravel()[0]) for name in SHAPES)
        for wrong, hint in why_it_does_not_latch(w, u, b):
            if wrong:
                raise Wrong(hint)
        states, sign = np.sign(latch_states(inputs["x"], w, u, b)), 0
        for t, now in enumerate(inputs["x"].T):
            sign = np.where(now, now, sign)
            if not np.array_equal(states[:, t], sign):
                raise Wrong(f"after {t + 1} words of a random review the state has not the sign of the last opinion")


def why_it_does_not_latch(w, u, b):
    """[(True where it is so, hint), ...], the first reason first: 0 before any opinion, which is held, and replaced."""
    first, *held = latch_states(np.eye(1, 1001), w, u, 0)[0]
    left = f"of {first:.2g} after an opinion {held[99]:.2g} is left after 100 neutral words, {held[-1]:.2g} after 1,000"
    start = f"from h = 0, a neutral word gives tanh(b_h), {np.tanh(b):.2g}; the state stays 0 only if b_h is 0"
    h = latch_states(np.ones((1, 100)), w, u, b)[0, -1]  # an opposite opinion has to change it, and no state is larger
    after = f"after many equal opinions the state is {h:.4f}, and an opposite one takes it to {np.tanh(u * h - w):.2g}"
    flip = "W_xh must be clearly larger than W_hh · |h|, also where |h| is almost 1"
    sinks = f"the state sinks to the fixed point of h = tanh(W_hh h), near {held[-1]:.2g}"
    return [
        (b != 0, f"it has an opinion before there was one: {start}"),
        (w == 0, "W_xh is 0: no word ever changes the state"),
        (w < 0, "W_xh is negative: praise, +1, is stored as a negative state, and blame as a positive one"),
        (u < 0, "W_hh is negative: the state changes its sign at every neutral word, and the opinion with it"),
        (u == 0, "W_hh is 0: the first neutral word after an opinion sets the state to tanh(0) = 0"),
        (u < 1, f"the state fades: W_hh = {u:.4g} is not above 1, so each neutral word takes h nearer to 0; {left}"),
        (u == 1, f"the state fades even with W_hh = 1: tanh(h) is smaller than h, it goes to 0 like 1/√t; {left}"),
        (first <= LEAST, f"W_xh = {w:.2g} is too small: after an opinion the state is only {first:.2g}, not {LEAST}"),
        (min(held) <= LEAST, f"W_hh = {u:.5g} is barely above 1: {sinks}, not above {LEAST}; take a larger W_hh"),
        (
            np.tanh(u * h - w) >= -LEAST,
            f"W_xh = {w:.4g} is too small for W_hh = {u:.4g}: {after}, not {-LEAST}; {flip}",
        ),
    ]
