"""Checks of lesson 2a, recurrent networks from scratch."""

import numpy as np

from course_utils.checks import Check, Wrong, describe_error, expect_close, expect_shape
from course_utils.checks.lesson_2b import right_padded_mask

WEIGHTS = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")


def weights(rng, inputs, units, outputs):
    """Random float64 weights of an RNN, {name: array}; none is close to 0, so that each of them is missed."""
    shapes = dict(zip(WEIGHTS, [(inputs, units), (units, units), (units,), (units, outputs), (outputs,)], strict=True))
    signs = {name: rng.choice([-1, 1], size=shape) for name, shape in shapes.items()}
    return {name: sign * rng.uniform(0.2, 0.8, size=sign.shape) for name, sign in signs.items()}


def sizes(rng):
    """Sizes of a batch, its inputs, units and outputs, no two of them equal."""
    return (int(n) for n in rng.permutation(np.arange(2, 8))[:4])


def several(answer, count, names):
    """The parts of an answer that should return `count` things, as a list; Wrong, naming them, where it does not."""
    if answer is None:
        raise Wrong("your answer returned None; is the `return` missing?")
    try:
        parts = list(answer) if isinstance(answer, tuple | list) else []
    except Exception:
        parts = []
    if len(parts) != count:
        raise Wrong(f"return {names}, separated by commas")
    return parts


def expect_precise(what, yours, expected):
    """Raise Wrong where `yours` is right to the seven digits of float32 only; the gradient check wants sixteen."""
    if not np.allclose(np.asarray(yours, dtype="float64"), expected, rtol=1e-9, atol=1e-11):
        raise Wrong(
            f"{what}: right to seven digits only, so somewhere it is computed in float32; the gradient check of "
            "section 4 needs all sixteen, so keep the dtype of the arguments, float64"
        )


def next_state(x, h, W_xh, W_hh, b_h, activation=np.tanh):
    """The next hidden states, one row and one unit at a time, (batch, units)."""
    result = np.zeros((len(x), len(b_h)))
    for b in range(len(x)):
        for j in range(len(b_h)):
            result[b, j] = activation(sum(x[b] * W_xh[:, j]) + sum(h[b] * W_hh[:, j]) + b_h[j])
    return result


def probabilities(logits, axis=-1):
    """The softmax of logits, in float64."""
    shifted = logits.astype("float64") - logits.max(axis=axis, keepdims=True)
    return np.exp(shifted) / np.exp(shifted).sum(axis=axis, keepdims=True)


class ComputeNextH(Check):
    exercise = "2a.1"
    name = "compute_next_h"

    def inputs(self, rng):
        batch, size, units, outputs = sizes(rng)
        drawn = weights(rng, size, units, outputs)
        return {
            "x": rng.normal(size=(batch, size)),
            "h": rng.uniform(0.2, 0.9, size=(batch, units)),
            **{name: drawn[name] for name in ("W_xh", "W_hh", "b_h")},
        }

    def probe(self, answer, inputs):
        return {"h": answer(*(inputs[name] for name in ("x", "h", "W_xh", "W_hh", "b_h")))}

    def judge(self, inputs, outputs):
        x, h, W_xh, W_hh, b_h = (inputs[name] for name in ("x", "h", "W_xh", "W_hh", "b_h"))
        expect_shape("the next state", outputs["h"], h.shape, "(batch, units)")
        expect_close(
            "the next state",
            outputs["h"],
            next_state(x, h, W_xh, W_hh, b_h),
            [
                (next_state(x, h, W_xh, W_hh, b_h, lambda a: a), "the tanh is missing"),
                (next_state(x, h, W_xh, W_hh, 0 * b_h), "the bias b_h is missing"),
                (np.tanh(x @ W_xh + h @ W_hh) + b_h, "the bias b_h belongs inside the tanh"),
                (next_state(x, h, W_xh, W_hh.T, b_h), "W_hh is used transposed; with states in rows it is h @ W_hh"),
                (next_state(x, 0 * h, W_xh, W_hh, b_h), "the previous state does not enter: h_{t-1} W_hh is missing"),
                (next_state(0 * x, h, W_xh, W_hh, b_h), "the input does not enter: x_t W_xh is missing"),
                (np.tanh(x @ W_xh + b_h) + h @ W_hh, "h_{t-1} W_hh belongs inside the tanh"),
                (1 / (1 + np.exp(-(x @ W_xh + h @ W_hh + b_h))), "this is the sigmoid; the tanh is wanted"),
                (next_state(x, h, W_xh, W_hh, b_h, lambda a: max(a, 0)), "this is the ReLU; the tanh is wanted"),
                (next_state(x, h, W_xh, W_hh, 2 * b_h), "the bias b_h is added twice; once is enough"),
            ],
        )
        expect_precise("the next state", outputs["h"], next_state(x, h, W_xh, W_hh, b_h))


class Step(Check):
    exercise = "2a.2"
    name = "step"

    def inputs(self, rng):
        batch, size, units, outputs = sizes(rng)
        return {
            "x": rng.normal(size=(batch, size)),
            "h": rng.uniform(0.2, 0.9, size=(batch, units)),
            **weights(rng, size, units, outputs),
        }

    def probe(self, answer, inputs):
        both = answer(inputs["x"], inputs["h"], *(inputs[name] for name in WEIGHTS))
        y, h = several(both, 2, "the logits and the next state")
        return {"y": y, "h": h}

    def judge(self, inputs, outputs):
        x, h, W_xh, W_hh, b_h, W_hy, b_y = (inputs[name] for name in ("x", "h", *WEIGHTS))
        after = next_state(x, h, W_xh, W_hh, b_h)
        logits = after @ W_hy + b_y
        if outputs["y"].shape == after.shape and outputs["h"].shape == logits.shape:
            raise Wrong("the order is the other way round: first the logits y_t, then the next state h_t")
        expect_shape("the first result, y_t,", outputs["y"], logits.shape, "(batch, outputs)")
        expect_shape("the second result, h_t,", outputs["h"], after.shape, "(batch, units)")
        expect_close(
            "h_t", outputs["h"], after, [(h, "the state returned is the one that came in, h_{t-1}; return h_t")]
        )
        expect_close(
            "y_t",
            outputs["y"],
            logits,
            [
                (h @ W_hy + b_y, "the output is computed from h_{t-1}; it should already know x_t: use h_t"),
                (after @ W_hy, "the bias b_y is missing"),
                (probabilities(logits), "these are probabilities; logits are wanted, without the softmax"),
                (np.tanh(logits), "the output has no tanh; only the state has"),
            ],
        )
        expect_precise("h_t", outputs["h"], after)
        expect_precise("y_t", outputs["y"], logits)


class Forward(Check):
    exercise = "2a.3"
    name = "forward"

    def inputs(self, rng):
        batch, size, units, outputs = sizes(rng)
        steps = int(rng.integers(8, 11))  # more than any other size
        return {
            "x": rng.normal(size=(batch, steps, size)),
            "h": rng.uniform(0.2, 0.9, size=(batch, units)),
            **weights(rng, size, units, outputs),
        }

    @staticmethod
    def run(inputs, carried=True, start=True, backwards=False):
        """Outputs and states by explicit loops, and the state before each step."""
        x, h, W_xh, W_hh, b_h, W_hy, b_y = (inputs[name] for name in ("x", "h", *WEIGHTS))
        batch, steps, _ = x.shape
        first = h if start else 0 * h
        y = np.zeros((batch, steps, len(b_y)))
        before, after = np.zeros((batch, steps, len(b_h))), np.zeros((batch, steps, len(b_h)))
        for b in range(batch):
            h_b = first[b]
            for t in reversed(range(steps)) if backwards else range(steps):
                before[b, t] = h_b if carried else first[b]
                after[b, t] = h_b = np.tanh(x[b, t] @ W_xh + before[b, t] @ W_hh + b_h)
                y[b, t] = h_b @ W_hy + b_y
        return y, after, before

    def probe(self, answer, inputs):
        x, h, W_xh, W_hh, b_h, W_hy, b_y = (inputs[name] for name in ("x", "h", *WEIGHTS))

        def f(x, h):
            x, h = np.asarray(x), np.asarray(h)
            if x.shape != (len(inputs["h"]), len(W_xh)):
                raise Wrong(f"f wants the inputs of one step, x_t (batch, inputs); yours got shape {x.shape}")
            if h.ndim != 2 or h.shape[1] != len(W_hh):
                raise Wrong(
                    f"f wants a state h (batch, units); yours got shape {h.shape}: f returns (y, h), in that order"
                )
            h = np.tanh(x @ W_xh + h @ W_hh + b_h)
            return h @ W_hy + b_y, h

        y, h = several(answer(f, x, h), 2, "all outputs and all states")
        return {"y": y, "h": h}

    def judge(self, inputs, outputs):
        y, h, before = self.run(inputs)
        for what, yours, expected in (("outputs", outputs["y"], y), ("states", outputs["h"], h)):
            batch, steps, size = expected.shape
            if yours.shape == (steps, batch, size):
                raise Wrong(f"the {what} are (T, batch, ...); stack them along axis 1, for (batch, T, ...)")
            if yours.shape == (batch, size):
                raise Wrong(f"these are the {what} of one step only; all T are wanted, (batch, T, ...)")
            if yours.shape == (batch, 1, size):
                raise Wrong(f"there is one step of {what} only; is the `return` inside the loop?")
            if yours.shape == (batch, steps - 1, size):
                raise Wrong(f"there are T - 1 {what}; every step counts, from t = 0 to t = T - 1")
            if yours.shape in ((batch, steps * size), (steps * batch, size)):
                raise Wrong(f"the {what} are joined along an axis that is there already; np.stack makes a new one")
            if yours.shape == (batch, steps + 1, size):
                raise Wrong(f"there are T + 1 {what}; leave h_0 out, so that there is one for each of the T steps")
        if outputs["y"].shape == h.shape and outputs["h"].shape == y.shape:
            raise Wrong("the order is the other way round: first all outputs, then all states")
        expect_shape("the outputs", outputs["y"], y.shape, "(batch, T, outputs)")
        expect_shape("the states", outputs["h"], h.shape, "(batch, T, units)")
        forgetful, from_zero, backwards = (
            self.run(inputs, carried=False),
            self.run(inputs, start=False),
            self.run(inputs, backwards=True),
        )
        x = inputs["x"]
        others = [np.roll(x, 1, axis=1), np.roll(x, -1, axis=1), np.concatenate([x[:, 1:], x[:, -1:]], axis=1)]
        others = [self.run(inputs | {"x": other}) for other in others]
        for n, what, yours, expected in ((1, "states", outputs["h"], h), (0, "outputs", outputs["y"], y)):
            expect_close(
                f"the {what}",
                yours,
                expected,
                [
                    (
                        forgetful[n],
                        "every step begins from the first state; hand each step the state of the one before",
                    ),
                    (from_zero[n], "the first state is taken as 0; begin from the h that is given"),
                    (before, "shifted by one: position t should hold the state *after* step t, not the one before it"),
                    (backwards[n], "the sequence is read from its end; begin at t = 0"),
                    (expected[:, ::-1], "the order of the steps is reversed"),
                    (
                        np.swapaxes(expected, 0, 1).reshape(expected.shape),
                        "reshape mixes the steps of different sequences; stack along axis 1, or swap the axes",
                    ),
                    *[(other[n], "step t reads the input of a neighbouring step; hand it x[:, t]") for other in others],
                    (
                        np.repeat(expected[:, -1:], expected.shape[1], axis=1),
                        "every position holds the last step; keep what each step returned",
                    ),
                ],
            )
        expect_precise("the states", outputs["h"], h)
        expect_precise("the outputs", outputs["y"], y)


SQUEEZED = "np.squeeze takes away every axis of length 1, that of the batch too: write [..., 0]"


class SequenceLoss(Check):
    exercise = "2a.4"
    name = "sequence_loss"

    def inputs(self, rng):
        batch, steps, classes = int(rng.integers(3, 6)), int(rng.integers(6, 9)), int(rng.integers(9, 12))
        return {
            "logits": rng.normal(scale=2, size=(batch, steps, classes)),
            "targets": rng.integers(0, classes, size=(batch, steps)),
            "mask": right_padded_mask(rng, batch, steps),
            "large": rng.uniform(800, 1500, size=(batch, steps, classes)) * rng.choice([-1, 1], size=(batch, steps, 1)),
        }

    def probe(self, answer, inputs):
        logits, targets, mask, large = (inputs[name] for name in ("logits", "targets", "mask", "large"))
        with np.errstate(all="ignore"):
            both = {"loss": answer(logits, targets, mask), "large": answer(large, targets, mask)}
            try:
                return both | {"alone": answer(logits[:1], targets[:1], mask[:1])}  # section 5 trains on one word
            except (IndexError, ValueError) as error:
                raise Wrong(
                    f"for a batch of one sequence {describe_error(error)}. If you squeeze: {SQUEEZED}"
                ) from None

    def judge(self, inputs, outputs):
        logits, targets, mask = inputs["logits"], inputs["targets"], inputs["mask"]
        loss, (batch, steps, _) = outputs["loss"], logits.shape

        def of_steps(logits, targets=targets):
            log_sum = np.logaddexp.reduce(logits, axis=-1)
            return np.array([[log_sum[b, t] - logits[b, t, targets[b, t]] for t in range(steps)] for b in range(batch)])

        each = of_steps(logits)
        kept = np.where(mask, each, 0)
        if loss.shape == (batch, steps):
            raise Wrong("this is one loss per step; add them up over time and take the mean over the batch")
        if loss.shape == (batch,):
            raise Wrong("this is one loss per sequence; their mean over the batch is wanted, a single number")
        expect_shape("the loss", loss, ())
        expect_shape("the loss", outputs["large"], ())
        p = probabilities(logits)
        over_time = -np.log(np.take_along_axis(probabilities(logits, axis=1), targets[..., None], 2)[..., 0])
        z = logits - logits.max(axis=-1, keepdims=True)  # the largest over classes, but the sum over time
        mixed = np.take_along_axis(np.logaddexp.reduce(z, axis=1)[:, None] - z, targets[..., None], 2)[..., 0]
        expect_close(
            "the loss",
            loss,
            kept.sum() / batch,
            [
                (each.sum() / batch, "the padding counts too; only the steps where the mask is True should"),
                (np.where(mask, 0, each).sum() / batch, "the mask is upside down: it is True where a step counts"),
                (kept.sum(), "this is the sum over the batch; over sequences, take the mean"),
                (
                    each.sum(),
                    "this is the sum over the batch, padding included; mask the steps, take the mean over rows",
                ),
                (
                    kept.sum() / mask.sum(),
                    "this is the mean over steps; the loss of a sequence is the *sum* over its steps",
                ),
                (kept.mean(), "this is the mean over steps; the loss of a sequence is the *sum* over its steps"),
                (
                    (kept.sum(axis=1) / mask.sum(axis=1)).mean(),
                    "this averages over the steps of each sequence; the loss of a sequence is the *sum* over its steps",
                ),
                (kept.sum() / steps, "divided by the number of steps T; divide by the number of sequences"),
                (kept.sum() / batch / np.log(10), "this is the logarithm to base 10; np.log is the natural one"),
                (each.mean(), "this is the mean over all steps, padding included; sum over the steps of the mask"),
                (-kept.sum() / batch, "the sign is wrong: a loss is positive, and smaller is better"),
                *[
                    (
                        np.where(mask, wrong, 0).sum() / batch,
                        "the softmax goes over time; it belongs over the last axis",
                    )
                    for wrong in (over_time, mixed)
                ],
                (
                    -np.where(mask, np.take_along_axis(p, targets[..., None], 2)[..., 0], 0).sum() / batch,
                    "the logarithm of the probabilities is missing",
                ),
                (
                    np.where(mask, of_steps(p), 0).sum() / batch,
                    "the softmax is taken twice: a log-softmax wants logits, not probabilities",
                ),
                (
                    np.where(mask, np.logaddexp.reduce(logits, axis=-1), 0).sum() / batch,
                    "the logit of the target is not subtracted",
                ),
                (
                    np.where(mask, each, np.log(logits.shape[-1])).sum() / batch,
                    "the mask sets logits to 0, and such a step still costs the logarithm of the number of classes; "
                    "mask the losses",
                ),
                (
                    np.where(mask, each - logits.max(axis=-1), 0).sum() / batch,
                    "the largest logit is subtracted in the exponentials only; subtract it from z_k too",
                ),
            ],
        )
        expected = np.where(mask, of_steps(inputs["large"]), 0).sum() / batch
        if not np.allclose(outputs["large"], expected, rtol=1e-3):
            raise Wrong(
                f"for logits of a thousand the loss should be {expected:.6g}; yours is {outputs['large']:.6g}: exp "
                "overflows, or its logarithm does, or probabilities are clipped; subtract the largest logit of each "
                "step first, and stay with logarithms"
            )
        expect_shape("the loss of a batch of one sequence", outputs["alone"], ())
        if not np.allclose(outputs["alone"], kept[0].sum(), rtol=1e-4, atol=1e-5):
            raise Wrong(
                f"for a batch of one sequence the loss should be {kept[0].sum():.6g}; yours is "
                f"{outputs['alone']:.6g}. If you squeeze: {SQUEEZED}"
            )
        expect_precise("the loss", loss, kept.sum() / batch)
        expect_precise("the loss", outputs["large"], expected)


def backpropagated(
    inputs,
    carry=True,
    slope=lambda h, before: 1 - h**2,
    carry_slope=True,
    transposed=True,
    shifted=True,
    wrapped=False,
    backwards=True,
    bias_slope=True,
    only=None,
    skipped=None,
    carry_inside=True,
    after=False,
):
    """Gradients of the five weights by loops over sequences and steps; each argument changed makes one known mistake.

    slope: the derivative of the tanh from h_t and h_{t-1}. only: the one step that enters the sums.
    skipped: a step that the loop does not reach. carry_inside: whether what comes back passes the tanh of step t.
    after: whether h_{t+1} is taken for h_{t-1}.
    """
    x, states, d_y, W_hh, W_hy = (inputs[name] for name in ("x", "states", "d_y", "W_hh", "W_hy"))
    batch, steps, size = x.shape
    units = len(W_hh)
    sums = [
        np.zeros((size, units)),
        np.zeros((units, units)),
        np.zeros(units),
        np.zeros(W_hy.shape),
        np.zeros(len(W_hy.T)),
    ]
    for b in range(batch):
        later = np.zeros(units)
        for t in reversed(range(steps)) if backwards else range(steps):
            h = states[b, t]
            before = states[b, t - 1] if t or wrapped else np.zeros(units)
            d_h = W_hy @ d_y[b, t] + (later if carry else 0)
            d_a = d_h * slope(h, before) if carry_inside else W_hy @ d_y[b, t] * slope(h, before) + later
            if t == skipped:
                d_h, d_a = 0 * d_h, 0 * d_a
            if after:
                before = states[b, t + 1] if t + 1 < steps else np.zeros(units)
            later = (W_hh if transposed else W_hh.T) @ (d_a if carry_slope else d_h)
            parts = [
                np.outer(x[b, t], d_a),
                np.outer(before if shifted else h, d_a),
                d_a if bias_slope else d_h,
                np.outer(h, d_y[b, t]),
                d_y[b, t],
            ]
            if only in (None, t):
                for total, part in zip(sums, parts, strict=True):
                    total += part
    return sums


class BPTT(Check):
    exercise = "2a.5"
    name = "bptt"

    def inputs(self, rng):
        batch, size, units, outputs = sizes(rng)
        steps = int(rng.integers(4, 6))
        drawn = weights(rng, size, units, outputs)
        x = rng.normal(size=(batch, steps, size))
        states = self.run(x, *drawn.values())[0]
        d_y = rng.choice([-1, 1], size=(batch, steps, outputs)) * rng.uniform(0.3, 1, size=(batch, steps, outputs))
        return {"x": x, "states": states, "d_y": d_y, **drawn}

    @staticmethod
    def run(x, W_xh, W_hh, b_h, W_hy, b_y):
        """States and outputs; the weights may be complex."""
        states, h = [], np.zeros((len(x), len(b_h)))
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
            states.append(h)
        states = np.stack(states, axis=1)
        return states, states @ W_hy + b_y

    def probe(self, answer, inputs):
        parts = answer(*(inputs[name] for name in ("x", "states", "d_y", "W_hh", "W_hy")))
        return dict(zip(WEIGHTS, several(parts, 5, "the gradients of W_xh, W_hh, b_h, W_hy, b_y"), strict=True))

    def judge(self, inputs, outputs):
        """The gradient of sum(d_y * y) by complex steps: f(w + ih) has f'(w) h as its imaginary part, exactly."""
        drawn = [inputs[name] for name in WEIGHTS]
        for name in WEIGHTS:
            expect_shape(f"the gradient of {name}", outputs[name], inputs[name].shape)
        steps = inputs["x"].shape[1]
        lost = "only one step enters: a weight is used at every step, so its gradient is a sum; write += in the loop"
        variants = [
            (
                {"carry": False},
                "each step knows only its own loss; add what comes back from the next step, d_a[t+1] W_hh^T",
            ),
            ({"slope": lambda h, before: 1}, "the derivative of the tanh, 1 - h_t^2, is missing"),
            (
                {"carry_slope": False},
                "what goes back a step must have passed through the tanh: d_a W_hh^T, not d_h W_hh^T",
            ),
            ({"transposed": False}, "on the way back W_hh is to be transposed: d_a @ W_hh.T"),
            (
                {"shifted": False},
                "the gradient of W_hh pairs d_a[t] with h_t; W_hh was multiplied by the state *before*, h_{t-1}",
            ),
            (
                {"wrapped": True},
                "at t = 0 the index t - 1 is -1, the *last* step; the state before the first step is h_0 = 0",
            ),
            (
                {"slope": lambda h, before: 1 - before**2},
                "the tanh of step t has the slope 1 - h_t^2, not 1 - h_{t-1}^2",
            ),
            (
                {"slope": lambda h, before: 1 - np.tanh(h) ** 2},
                "the tanh is taken twice: `states` are h_t = tanh(a_t) already, so the slope is 1 - h_t^2",
            ),
            (
                {"slope": lambda h, before: h * (1 - h)},
                "h (1 - h) is the slope of the sigmoid; that of the tanh is 1 - h_t^2",
            ),
            (
                {"backwards": False},
                "the loop runs forwards; what comes back from step t + 1 is known only from the end",
            ),
            ({"bias_slope": False}, "b_h stands inside the tanh: its gradient is the sum of d_a, not of d_h"),
            ({"skipped": 0}, "the loop ends at t = 1: step 0 is left out; write reversed(range(T))"),
            (
                {"skipped": steps - 1},
                "the last step is left out: nothing comes back to it, but it has a loss of its own",
            ),
            (
                {"carry_inside": False},
                "what comes back from the next step must pass the tanh of step t too: add first, then times 1 - h_t^2",
            ),
            ({"after": True}, "the gradient of W_hh pairs d_a[t] with h_{t+1}; W_hh was multiplied by h_{t-1}"),
            ({"only": 0}, lost),
            ({"only": steps - 1}, lost),
        ]
        wrong = [(backpropagated(inputs, **change), hint) for change, hint in variants]
        last = inputs | {
            "d_y": np.where(np.arange(inputs["d_y"].shape[1])[:, None] < inputs["d_y"].shape[1] - 1, 0, inputs["d_y"])
        }
        wrong.append((backpropagated(last), "only the loss of the last step goes back; every step has one"))
        right = backpropagated(inputs)
        wrong.append(
            ([gradient / len(inputs["x"]) for gradient in right], "divided by the batch once too often: d_y already is")
        )
        wrong.append(([-gradient for gradient in right], "the sign is wrong: this is the direction of descent"))
        wrong.append(
            (
                [gradient / (len(inputs["x"]) * steps) for gradient in right],
                "this is a mean over batch and steps; d_y is divided already, so only sum",
            )
        )
        early = [*right[:3], np.einsum("btu,bto->uo", inputs["states"][:, :-1], inputs["d_y"][:, 1:]), right[4]]
        wrong.append((early, "the gradient of W_hy pairs d_y[t] with h_{t-1}; y_t was read off h_t"))
        right_but_turned = [gradient.T if n == 1 else gradient for n, gradient in enumerate(right)]
        wrong.append((right_but_turned, "the gradient of W_hh is transposed: rows belong to h_{t-1}, columns to a_t"))
        for n in (0, 2, 1, 3, 4):  # a mistake in d_a shows in W_xh already, whatever is paired with it
            expected = np.zeros(drawn[n].shape)
            for index in np.ndindex(expected.shape):
                moved = [weight.astype(complex) for weight in drawn]
                moved[n][index] += 1e-30j
                expected[index] = (inputs["d_y"] * self.run(inputs["x"], *moved)[1]).sum().imag / 1e-30
            expect_close(
                f"the gradient of {WEIGHTS[n]}",
                outputs[WEIGHTS[n]],
                expected,
                [(gradients[n], hint) for gradients, hint in wrong],
            )
            expect_precise(f"the gradient of {WEIGHTS[n]}", outputs[WEIGHTS[n]], expected)


class Sample(Check):
    exercise = "2a.6"
    name = "sample"

    def inputs(self, rng):
        batch, classes = int(rng.integers(40, 60)), int(rng.integers(3, 8))
        logits = rng.normal(scale=1.5, size=(batch, classes)).astype("float32")
        logits[0] = np.where(np.arange(classes) < classes - 1, -6, 0)  # so that a sum over the batch shows here
        edges = np.cumsum(probabilities(logits), axis=1)
        u = rng.uniform(size=(50, batch))
        near = np.abs(edges[None] - u[..., None]).min(axis=-1) < 1e-3  # too close to an edge to be fair
        u = u[np.argmin(near, axis=0), np.arange(batch)]
        u[0] = rng.uniform(0.3, 0.7)
        impossible = logits[1:5].copy()
        impossible[:, 0] = -1000  # a probability of exactly 0
        return {"logits": logits, "u": u, "impossible": impossible}

    def probe(self, answer, inputs):
        once, again = (answer(inputs["logits"], inputs["u"]) for _ in range(2))
        zero = answer(inputs["impossible"], np.zeros(len(inputs["impossible"])))
        return {"classes": once, "again": again, "zero": zero}

    def judge(self, inputs, outputs):
        logits, u, classes = inputs["logits"], inputs["u"], outputs["classes"]
        expect_shape("the result", classes, u.shape, "(batch,)")
        expect_shape("the result", outputs["again"], u.shape, "(batch,)")
        if not np.array_equal(classes, outputs["again"]):
            raise Wrong("two calls with the same u give different classes; use the u you are given, no other numbers")
        p = probabilities(logits)

        def draw(p, u):
            chosen = []
            for row, number in zip(p, u, strict=True):
                total, k = 0.0, -1
                while total <= number and k < len(row) - 1:
                    k += 1
                    total += row[k]
                chosen.append(k)
            return np.array(chosen)

        expected = draw(p, u)
        order = np.argsort(-p, axis=1)
        sorted_draw = draw(np.take_along_axis(p, order, axis=1), u)
        in_order = np.take_along_axis(order, sorted_draw[:, None], axis=1)[:, 0]
        expect_close(
            "the class drawn",
            classes,
            expected,
            [
                (
                    0 * expected,
                    "always class 0; argmax finds the *first* True, so ask where the running sum *exceeds* u",
                ),
                (
                    p.argmax(axis=1),
                    "this is the most likely class whatever u is; likely classes should come *more often*",
                ),
                (expected + 1, "off by one: the first class whose cumulative probability exceeds u is wanted"),
                (expected - 1, "off by one: the first class whose cumulative probability exceeds u is wanted"),
                (
                    (p > u[:, None]).argmax(axis=1),
                    "u is compared with the probabilities; compare it with their running sum",
                ),
                (
                    draw(p, 1 - u),
                    "the classes are counted from the other end: begin with class 0, and take u, not 1 - u",
                ),
                (
                    (logits.cumsum(axis=1) > u[:, None]).argmax(axis=1),
                    "the running sum is of logits; take the softmax first",
                ),
                (
                    draw(probabilities(logits, axis=0), u),
                    "the softmax goes over the batch; it belongs over the last axis",
                ),
                (
                    (np.cumsum(probabilities(logits, axis=0), axis=1) > u[:, None]).argmax(axis=1),
                    "the softmax goes over the batch; it belongs over the last axis",
                ),
                (
                    (np.cumsum(np.exp(logits.astype("float64")), axis=1) > u[:, None]).argmax(axis=1),
                    "the exponentials are not divided by their sum, so they are no probabilities",
                ),
                (
                    (np.cumsum(p, axis=0) > u[:, None]).argmax(axis=1),
                    "the running sum goes over the batch; it belongs over the classes",
                ),
                (draw(p, np.full_like(u, u[0])), "every row uses the first u; row b has its own, u[b]: u[:, None]"),
                (
                    np.abs(p.cumsum(axis=1) - u[:, None]).argmin(axis=1),
                    "this is where the running sum comes nearest to u; the first place where it exceeds u is wanted",
                ),
                (
                    in_order,
                    "the classes are sorted by their probability; add the probabilities up in the order of the classes",
                ),
                (
                    draw(np.full(p.shape, 1 / p.shape[1]), u),
                    "every class is as likely as any other; the logits do not enter",
                ),
            ],
            atol=1e-3,
            rtol=0,
        )
        if classes.dtype.kind not in "iu":
            raise Wrong(f"classes are counted, so they should be integers; yours are {classes.dtype}")
        expect_shape("the result", outputs["zero"], (len(inputs["impossible"]),), "(batch,)")
        if not np.array_equal(
            outputs["zero"], draw(probabilities(inputs["impossible"]), np.zeros(len(outputs["zero"])))
        ):
            raise Wrong("for u = 0 a class of probability 0 is drawn: the sum must *exceed* u, so write >, not >=")


class TeacherForcing(Check):
    exercise = "2a.7"
    name = "teacher_forcing"

    def inputs(self, rng):
        batch, steps = int(rng.integers(2, 6)), int(rng.integers(6, 10))
        return {
            "targets": rng.permuted(np.tile(np.arange(1, 13), (batch, 1)), axis=1)[:, :steps],
            "start": int(rng.integers(13, 20)),
        }

    def probe(self, answer, inputs):
        return {"inputs": answer(inputs["targets"], inputs["start"])}

    def judge(self, inputs, outputs):
        targets, start, yours = inputs["targets"], inputs["start"], outputs["inputs"]
        batch, steps = targets.shape
        expected = np.array([[start if t == 0 else row[t - 1] for t in range(steps)] for row in targets.tolist()])
        if yours.shape == (batch, steps + 1):
            raise Wrong("one step too many: the last target is nobody's input; leave it out")
        if yours.shape == (batch, steps - 1):
            raise Wrong("one step too few: the first step needs an input too, the start token")
        expect_shape("the inputs", yours, targets.shape, "(batch, T)")
        ahead = np.concatenate([targets[:, 1:], np.full((batch, 1), start)], axis=1)
        expect_close(
            "the input",
            yours,
            expected,
            [
                (targets, "these are the targets themselves: each step would be given the answer it should find"),
                (ahead, "shifted the wrong way: step t should see target t - 1, not t + 1"),
                (
                    np.roll(targets, 1, axis=1),
                    "the first step sees the *last* target (np.roll goes round); it needs the start token",
                ),
                (np.roll(targets, -1, axis=1), "shifted the wrong way: step t should see target t - 1, not t + 1"),
                (np.where(np.arange(steps) == 0, 0, expected), "the first input is 0; it should be the start token"),
                (
                    np.where(np.arange(steps) == 0, targets[:, :1], expected),
                    "the first input is the first target; it should be the start token",
                ),
                (
                    np.concatenate([np.full((1, steps), start), targets[:-1]]),
                    "shifted from one sequence of the batch to the next; shift along axis 1, over time",
                ),
                (
                    np.roll(targets, 1, axis=0),
                    "shifted from one sequence of the batch to the next; shift along axis 1, over time",
                ),
                (np.full_like(targets, start), "every step sees the start token; only the first should"),
                (
                    np.repeat(targets[:, :1], steps, axis=1),
                    "every step sees the first target; step t should see target t - 1",
                ),
                (
                    np.where(np.arange(steps) == 0, start, targets[:, :1]),
                    "every step sees the first target; step t should see target t - 1",
                ),
                (
                    np.where(np.arange(steps) == steps - 1, start, targets),
                    "the start token stands at the end; it belongs at the first step, and the targets move by one",
                ),
                (
                    np.concatenate([np.full((batch, 2), start), targets[:, :-2]], axis=1),
                    "shifted by two steps; step t should see target t - 1",
                ),
                (
                    np.where(np.arange(steps) == 0, start, targets),
                    "the start token replaces the first target; the others must move by one",
                ),
            ],
            atol=1e-3,
            rtol=0,
        )
        if yours.dtype.kind not in "iu":
            raise Wrong(f"tokens are integers; yours are {yours.dtype}")
