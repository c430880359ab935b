"""Checks of lesson 2b, sentiment with a simple RNN."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape


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


class PaddingMask(Check):
    exercise = "2b.1"
    name = "padding_mask"

    def inputs(self, rng):
        batch, steps = rng.integers(2, 6), rng.integers(4, 12)
        ids = rng.integers(1, 20_000, size=(batch, steps))
        ids[0, :2] = 1  # unknown words are words
        token_ids = np.where(right_padded_mask(rng, batch, steps), ids, 0)
        return {"token_ids": token_ids, "words_only": rng.integers(2, 20_000, size=(3, steps))}

    def probe(self, answer, inputs):
        import keras

        mask = answer(inputs["token_ids"])
        no_padding = answer(inputs["words_only"])
        token_ids = keras.Input((None,), dtype="int32")
        try:
            in_model = keras.Function(token_ids, answer(token_ids))(inputs["token_ids"])
        except Exception:
            in_model = np.zeros(0)  # the judge says what an answer that fails inside a model lacks
        return {"mask": mask, "in_model": in_model, "no_padding": no_padding}

    def judge(self, inputs, outputs):
        ids, mask = inputs["token_ids"], outputs["mask"]
        expect_shape("the mask", mask, ids.shape, "(batch, T)")
        expected = np.array([[token > 0 for token in row] for row in ids.tolist()])
        expect_close(
            "the mask",
            mask,
            expected,
            [
                (ids == 0, "the mask is upside down: it should be True at words and False at padding"),
                (ids > 1, "token 1 stands for an unknown word, which is still a word; only token 0 is padding"),
                (np.ones_like(ids), "the mask is True everywhere; it should be False where the token is 0"),
            ],
        )
        if mask.dtype != bool:
            raise Wrong(f"the mask should hold True and False (bool); yours holds {mask.dtype}")
        if not np.array_equal(outputs["no_padding"], np.ones(inputs["words_only"].shape)):
            raise Wrong("in a batch without padding the mask should be True everywhere: padding is token 0, no other")
        if not np.array_equal(outputs["in_model"], expected):
            raise Wrong(
                "right for a NumPy array, but not for the Keras tensor that a model passes in: Keras tensors know "
                "!= and the functions of keras.ops, but not == and not those of NumPy, and their T is not known yet"
            )


class LastWordState(Check):
    exercise = "2b.2"
    name = "last_word_state"

    def inputs(self, rng):
        batch, steps, units = rng.integers(3, 7), rng.integers(4, 10), rng.integers(2, 6)
        first = np.arange(steps) < rng.integers(2, steps - 1)  # neither full nor a single word
        return {
            "states": rng.normal(size=(batch, steps, units)).astype("float32"),
            "mask": np.concatenate([[first], right_padded_mask(rng, batch - 1, steps)]),
        }

    def probe(self, answer, inputs):
        return {"state": answer(inputs["states"], inputs["mask"])}

    def judge(self, inputs, outputs):
        states, mask, state = inputs["states"], inputs["mask"], outputs["state"]
        batch, steps, units = states.shape
        if state.shape == (batch, batch, units):
            raise Wrong(
                "the result should have shape (batch, units); yours takes every length from every review: "
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
            ],
        )


class MaskedRNN(Check):
    exercise = "2b.3"
    name = "masked_rnn"

    def inputs(self, rng):
        # no two sizes are equal, so that a mix-up of axes shows
        batch, steps, size, units = rng.integers(4, 6), rng.integers(9, 12), rng.integers(2, 4), rng.integers(6, 9)
        gap, start = int(rng.integers(1, 4)), int(rng.integers(1, 4))
        gapped = np.array([t not in (gap, gap + 1) for t in range(steps)])  # words after padding, too
        mask = np.concatenate([[gapped, np.arange(steps) >= start], right_padded_mask(rng, batch - 2, steps)])
        return {
            "x": rng.normal(size=(batch, steps, size)).astype("float32"),
            "mask": mask,
            "W_xh": rng.normal(size=(size, units)).astype("float32"),
            "W_hh": (0.5 * rng.normal(size=(units, units))).astype("float32"),
            "b_h": rng.normal(size=units).astype("float32"),
        }

    def probe(self, answer, inputs):
        return {"states": answer(*(inputs[name] for name in ("x", "mask", "W_xh", "W_hh", "b_h")))}

    def judge(self, inputs, outputs):
        x, mask, W_xh, W_hh, b_h = (inputs[name] for name in ("x", "mask", "W_xh", "W_hh", "b_h"))
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
                    "only what you return stands still; the state itself goes on, and words after padding see it",
                ),
                (upside_down, "the state stands still at words and moves at padding: the two cases are swapped"),
                (
                    run_rnn(x, begun, W_xh, W_hh, b_h),
                    "the first timestep may be padding, too: then its state should still be h_0 = 0",
                ),
                (
                    run_rnn(x, for_good, W_xh, W_hh, b_h),
                    "the state stands still for good once there was padding; words may come after it",
                ),
                (
                    run_rnn(x, common, W_xh, W_hh, b_h),
                    "all reviews stand still where one has padding; each has its own row of the mask",
                ),
                (
                    run_rnn(x * mask[..., None], mask, W_xh, W_hh, b_h, "read"),
                    "at padding x_t is set to 0, but the state still changes; there h_t should be h_{t-1}",
                ),
                (
                    np.repeat(expected[:, -1:], steps, axis=1),
                    "all T states are equal to the last: one array is written over and appended again; append a copy",
                ),
                (
                    expected.transpose(1, 0, 2).reshape(batch, steps, units),
                    "reshape mixes reviews and timesteps; stack the states along axis 1",
                ),
                (linear, "the tanh is missing"),
                (shifted, "shifted by one: position t should hold the state *after* word t, not the one before it"),
                (run_rnn(x, mask, W_xh, W_hh.T, b_h), "W_hh is used transposed; with states in rows it is h @ W_hh"),
                (run_rnn(x, mask, W_xh, W_hh, 0 * b_h), "the bias b_h is missing"),
                (run_rnn(x, mask, W_xh, 0 * W_hh, b_h), "the previous state does not enter: h_{t-1} W_hh is missing"),
            ],
        )


class BuildClassifier(Check):
    exercise = "2b.4"
    name = "build_classifier"

    def inputs(self, rng):
        vocabulary, embedding, units = (int(n) for n in (rng.integers(20, 40), rng.integers(3, 6), rng.integers(7, 10)))
        batch, steps = 5, 8
        mask = right_padded_mask(rng, batch, steps)
        shapes = [(vocabulary, embedding), (embedding, units), (units, units), (units,), (units, 1), (1,)]
        weights = {f"weight_{n}": rng.normal(size=shape).astype("float32") for n, shape in enumerate(shapes)}
        ids = np.where(mask, rng.integers(1, vocabulary, size=(batch, steps)), 0)
        return {"sizes": np.array([vocabulary, embedding, units]), "token_ids": ids, **weights}

    def probe(self, answer, inputs):
        import keras
        import tensorflow as tf

        model = answer(*(int(size) for size in inputs["sizes"]))
        if model is None:
            raise Wrong("your function returned None; is the `return` missing?")
        if not isinstance(model, keras.Model):
            raise Wrong(f"your function returned a {type(model).__name__}; a keras.Model is wanted")
        ids = inputs["token_ids"].astype("int32")
        if getattr(model, "input_shape", (None, None)) != (None, None):
            raise Wrong(f"the model takes inputs of shape {model.input_shape}; T varies: keras.Input((None,), ...)")
        model(ids)  # builds it
        given = [inputs[f"weight_{n}"] for n in range(6)]
        shapes = [tuple(weight.shape) for weight in model.get_weights()]
        if shapes == [weight.shape for weight in given]:
            model.set_weights(given)
        full = np.where(ids > 0, ids, 1)
        return {
            "shapes": np.array([[*shape, 0, 0, 0][:3] for shape in shapes]).reshape(len(shapes), 3),
            "logits": model(ids),
            "again": model(ids),
            "padded": model(np.pad(ids, [(0, 0), (0, 5)])),
            "straight": model(full),
            "reversed": model(full[:, ::-1]),
            "in_fit": tf.function(model, autograph=False, input_signature=[tf.TensorSpec((None, None), "int32")])(ids),
        }

    def judge(self, inputs, outputs):
        ids = inputs["token_ids"]
        weights = [inputs[f"weight_{n}"] for n in range(6)]
        for name in ("logits", "again", "padded", "straight", "reversed", "in_fit"):
            expect_shape("the output", outputs[name], (len(ids), 1), "(batch, 1)")
            if not np.all(np.isfinite(outputs[name])):
                raise Wrong("the output should be finite; yours contains nan or inf")
        logits = outputs["logits"]
        wanted = [(*weight.shape, 0, 0)[:3] for weight in weights]
        shapes = [tuple(int(size) for size in shape) for shape in outputs["shapes"]]
        if not np.array_equal(logits, outputs["again"]):
            raise Wrong("two calls on the same reviews differ: something in the model is random when it predicts")
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
        if np.ptp(outputs["straight"]) < 1e-6:
            raise Wrong("the answer does not depend on the words at all; is the mask upside down? It is True at words")
        if not np.allclose(logits, outputs["padded"], atol=1e-4):
            raise Wrong(
                "padding a review further changes the answer: is mask=padding_mask(token_ids) handed to the SimpleRNN, "
                "and does only its last state go on to the Dense layer?"
            )
        table, W_xh, W_hh, b_h, W_hy, b_y = (weight.astype("float64") for weight in weights)
        mask = ids > 0
        states = run_rnn(table[ids], mask, W_xh, W_hh, b_h)
        expected = states[:, -1] @ W_hy + b_y
        probability = 1 / (1 + np.exp(-expected))
        mean = (states * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        backwards = run_rnn(table[ids[:, ::-1]], mask[:, ::-1], W_xh, W_hh, b_h)[:, -1]
        relu, linear = (
            run_rnn(table[ids], mask, W_xh, W_hh, b_h, activation=activation)[:, -1]
            for activation in (lambda z: np.maximum(z, 0), lambda z: z)
        )
        of_last_layer = "the logit may be any number, so the last layer has no activation"
        of_rnn = "the activation of the SimpleRNN should be tanh, as it is by itself"
        expect_close(
            "the logit",
            logits,
            expected,
            [
                (probability, "these are probabilities; the loss wants logits, so the last layer has no activation"),
                (np.maximum(expected, 0), of_last_layer),
                (np.tanh(expected), of_last_layer),
                (relu @ W_hy + b_y, of_rnn),
                (linear @ W_hy + b_y, of_rnn),
                (mean @ W_hy + b_y, "the mean of the states goes on to the Dense layer; the last state is wanted"),
                (
                    states.max(axis=1) @ W_hy + b_y,
                    "the maximum of the states goes on to the Dense layer; the last state is wanted",
                ),
                (states[:, 0] @ W_hy + b_y, "the state after the *first* word goes on; the last state is wanted"),
                (backwards @ W_hy + b_y, "the review is read backwards; read it from the first word to the last"),
            ],
            atol=1e-3,
        )


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
        return {
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
        large = answer(tf.constant(inputs["large_labels"]), tf.constant(inputs["large_logits"]))
        try:
            gradient = loss_and_gradient(labels, logits)[1]
        except Exception as error:
            reason = str(error).strip().split("\n")[-1][:120]
            raise Wrong(
                "it gives a number, but model.fit cannot use it: there the batch has no fixed size and no values yet, "
                f"so use keras.ops throughout, without len, float, if or NumPy ({type(error).__name__}: {reason})"
            ) from error
        return {"loss": loss, "large": large, "gradient": np.zeros(logits.shape) if gradient is None else gradient}

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
        expect_shape("the loss", outputs["large"], ())
        if np.isnan(loss):
            raise Wrong(
                "the loss is nan: the logarithm of a negative number (a logit becomes a probability by the sigmoid), "
                "or 0 times an infinite one"
            )
        clipped = np.clip(inputs["logits"], 1e-7, 1 - 1e-7)
        expect_close(
            "the loss",
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
                (each.mean() / np.log(2), "this is in bits (log2); use the natural logarithm"),
                (
                    -np.where(y == 1, np.log(clipped), np.log(1 - clipped)).mean(),
                    "the logits are taken for probabilities; a logit z becomes one by the sigmoid",
                ),
            ],
        )
        big, signs = inputs["large_logits"].astype("float64"), inputs["large_labels"]
        expected = np.mean(np.maximum(big, 0) - signs * big)
        if not np.allclose(outputs["large"], expected, rtol=1e-3, atol=1e-3):
            raise Wrong(
                f"for logits of several hundred the loss should be {expected:.6g}; yours is {outputs['large']:.6g}: "
                "a sigmoid rounds to 0 or 1 there, and exp(z) overflows from 89 on; simplify log(sigmoid(z)) on paper, "
                "then use ops.softplus"
            )
        expect_shape("the gradient", outputs["gradient"], z.shape)
        expect_close("the gradient of the loss by the logits", outputs["gradient"], (p - y) / len(z), atol=1e-4)
