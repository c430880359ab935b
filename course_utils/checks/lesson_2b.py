"""Checks of lesson 2b, sentiment with a simple RNN."""

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape


def right_padded_mask(rng, batch, steps):
    """A random (batch, steps) mask of right-padded texts; one is full, and at least one is padded."""
    lengths = rng.integers(1, steps, size=batch)
    lengths[0] = steps
    return np.arange(steps) < lengths[:, None]


def run_rnn(x, mask, W_xh, W_hh, b_h, frozen=True):
    """The states of a tanh RNN by explicit loops, (batch, T, units); with frozen=False the mask is ignored."""
    batch, steps, _ = x.shape
    states = np.zeros((batch, steps, len(b_h)))
    for b in range(batch):
        h = np.zeros(len(b_h))
        for t in range(steps):
            if mask[b, t] or not frozen:
                h = np.tanh(x[b, t] @ W_xh + h @ W_hh + b_h)
            states[b, t] = h
    return states


class PaddingMask(Check):
    exercise = "2b.1"
    name = "padding_mask"

    def inputs(self, rng):
        batch, steps = rng.integers(2, 6), rng.integers(4, 12)
        ids = rng.integers(1, 50, size=(batch, steps))
        ids[0, :2] = 1  # unknown words are words
        return {"token_ids": np.where(right_padded_mask(rng, batch, steps), ids, 0)}

    def probe(self, answer, inputs):
        from keras import KerasTensor

        try:
            symbolic = answer(KerasTensor((None, 7), dtype="int32"))
            works = isinstance(symbolic, KerasTensor) and symbolic.shape == (None, 7)
        except NotImplementedError:
            raise
        except Exception:
            works = False
        return {"mask": answer(inputs["token_ids"]), "works_in_keras": np.array(works)}

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
        if not outputs["works_in_keras"]:
            raise Wrong(
                "right for a NumPy array, but not for the Keras tensor that a model passes in: Keras tensors know "
                "!= and the functions of keras.ops, but not == and not those of NumPy"
            )


class LastWordState(Check):
    exercise = "2b.2"
    name = "last_word_state"

    def inputs(self, rng):
        batch, steps, units = rng.integers(3, 7), rng.integers(4, 10), rng.integers(2, 6)
        return {
            "states": rng.normal(size=(batch, steps, units)).astype("float32"),
            "mask": right_padded_mask(rng, batch, steps),
        }

    def probe(self, answer, inputs):
        return {"state": answer(inputs["states"], inputs["mask"])}

    def judge(self, inputs, outputs):
        states, mask, state = inputs["states"], inputs["mask"], outputs["state"]
        batch, steps, units = states.shape
        expect_shape("the result", state, (batch, units), "(batch, units)")
        lengths = [int(row.sum()) for row in mask]
        after = [min(length, steps - 1) for length in lengths]
        mean = [states[b, : lengths[b]].mean(axis=0) for b in range(batch)]
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
                (mean, "this is the mean over all words; the state after the last word alone is wanted"),
            ],
        )


class MaskedRNN(Check):
    exercise = "2b.3"
    name = "masked_rnn"

    def inputs(self, rng):
        batch, steps, size, units = rng.integers(2, 5), rng.integers(5, 9), rng.integers(2, 5), rng.integers(5, 8)
        return {
            "x": rng.normal(size=(batch, steps, size)).astype("float32"),
            "mask": right_padded_mask(rng, batch, steps),
            "W_xh": rng.normal(size=(size, units)).astype("float32"),
            "W_hh": (0.5 * rng.normal(size=(units, units))).astype("float32"),
            "b_h": rng.normal(size=units).astype("float32"),
        }

    def probe(self, answer, inputs):
        return {"states": answer(**inputs)}

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
        unmasked = run_rnn(x, mask, W_xh, W_hh, b_h, frozen=False)
        reset = run_rnn(x, mask, W_xh, W_hh, b_h) * mask[..., None]
        expect_close(
            "the states",
            states,
            expected,
            [
                (unmasked, "the state still changes at padding; where the mask is False, h_t should be h_{t-1}"),
                (reset, "the state is lost at padding (it becomes 0); where the mask is False, h_t should be h_{t-1}"),
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
        model = answer(*(int(size) for size in inputs["sizes"]))
        if model is None:
            raise Wrong("your function returned None; is the `return` missing?")
        ids = inputs["token_ids"]
        model(ids)
        given = [inputs[f"weight_{n}"] for n in range(6)]
        counts = np.array([weight.shape for weight in map(np.asarray, model.get_weights())], dtype=object)
        same = [tuple(shape) for shape in counts] == [weight.shape for weight in given]
        if same:
            model.set_weights(given)
        return {
            "same_shapes": np.array(same),
            "parameters": np.array(model.count_params()),
            "logits": model(ids),
            "padded": model(np.pad(ids, [(0, 0), (0, 5)])),
            "reversed": model(np.where(ids[:, ::-1] > 0, ids[:, ::-1], 1)),
            "straight": model(np.where(ids > 0, ids, 1)),
        }

    def judge(self, inputs, outputs):
        ids = inputs["token_ids"]
        weights = [inputs[f"weight_{n}"] for n in range(6)]
        wanted = sum(weight.size for weight in weights)
        logits = outputs["logits"]
        expect_shape("the output", logits, (len(ids), 1), "(batch, 1)")
        if np.ptp(outputs["straight"]) < 1e-6:
            raise Wrong("the answer does not depend on the words at all; is the mask upside down? It is True at words")
        if np.allclose(outputs["reversed"], outputs["straight"], atol=1e-5):
            raise Wrong("the model gives the same answer when the words are reversed: it is a bag of words, not an RNN")
        if not outputs["same_shapes"]:
            got = int(outputs["parameters"])
            raise Wrong(
                f"Embedding, SimpleRNN and Dense(1) should have {wanted} parameters here; yours have {got} "
                "(check which size goes where, and that there is no other layer with weights)"
            )
        if not np.allclose(logits, outputs["padded"], atol=1e-4):
            raise Wrong(
                "padding a review further changes the answer: pass mask=padding_mask(token_ids) to the SimpleRNN"
            )
        table, W_xh, W_hh, b_h, W_hy, b_y = (weight.astype("float64") for weight in weights)
        expected = run_rnn(table[ids], ids > 0, W_xh, W_hh, b_h)[:, -1] @ W_hy + b_y
        probability = 1 / (1 + np.exp(-expected))
        expect_close(
            "the logit",
            logits,
            expected,
            [(probability, "these are probabilities; the loss wants logits, so the last layer has no activation")],
            atol=1e-3,
        )


class BinaryCrossEntropy(Check):
    exercise = "2b.5"
    name = "binary_cross_entropy"

    def inputs(self, rng):
        count = int(rng.integers(4, 12))
        logits = rng.normal(scale=2, size=(count, 1)).astype("float32")
        labels = rng.integers(0, 2, size=(count, 1)).astype("float32")
        labels[0], labels[1] = 0, 1
        large = np.array([[300.0], [-300.0], [300.0], [-300.0]], dtype="float32")
        return {
            "labels": labels,
            "logits": logits,
            "large_labels": np.array([[1.0], [0.0], [0.0], [1.0]], dtype="float32"),
            "large_logits": large,
        }

    def probe(self, answer, inputs):
        return {
            "loss": answer(inputs["labels"], inputs["logits"]),
            "large": answer(inputs["large_labels"], inputs["large_logits"]),
        }

    def judge(self, inputs, outputs):
        z, y = inputs["logits"].astype("float64"), inputs["labels"].astype("float64")
        p = 1 / (1 + np.exp(-z))
        each = -np.where(y == 1, np.log(p), np.log(1 - p))
        loss = outputs["loss"]
        if loss.shape == each.shape or loss.shape == (len(each),):
            raise Wrong("this is one loss per review; the mean over the batch is wanted, a single number")
        expect_shape("the loss", loss, ())
        if np.isnan(loss):
            raise Wrong(
                "the loss is nan, the logarithm of a negative number: a logit z becomes a probability by the sigmoid"
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
                (each.sum(), "this is the sum over the batch; the mean is wanted"),
                (-(y * np.log(p)).mean(), "the term for negative reviews, (1 - y) log(1 - p), is missing"),
                (each.mean() / np.log(2), "this is in bits (log2); use the natural logarithm"),
                (
                    -np.where(y == 1, np.log(clipped), np.log(1 - clipped)).mean(),
                    "the logits are taken for probabilities; a logit z becomes one by the sigmoid",
                ),
            ],
        )
        large = outputs["large"]
        if not np.all(np.isfinite(large)) or not np.allclose(large, 150.0, rtol=1e-3):
            raise Wrong(
                f"for logits of ±300 the loss should be 150.0000; yours is {float(large):.4f}: the sigmoid rounds "
                "to 0 or 1 and its logarithm overflows; simplify log(sigmoid(z)) on paper first"
            )
