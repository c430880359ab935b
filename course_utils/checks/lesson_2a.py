"""Checks of lesson 2a, recurrent networks and backpropagation through time from scratch."""

import re

import numpy as np

from course_utils.checks import Check, Wrong, expect_close, expect_shape
from course_utils.checks.mistakes import of_axes, of_cell, of_mask
from course_utils.probing import unpacked

FLOATS = "float64"  # what the lesson computes in, and TensorFlow does not mix with integers
WEIGHTS = ("W_xh", "W_hh", "b_h", "W_hy", "b_y")
NOT_LEFT_OUT = "divide by the number of *all* sequences, also those in which no step counts"
OVER_ALL = "your softmax is taken over the whole array; it should be taken over the classes, axis=-1"
FLOAT32 = (
    "accurate to about seven digits only: some part is computed in float32, or a small number is added somewhere. Keep "
    "the dtype of the arguments, float64, and add nothing: section 4 needs sixteen digits"
)


def expect_precise(what, yours, expected):
    """Raise Wrong where `yours` is right to the seven digits of float32 only."""
    scale = np.abs(expected).max(initial=1e-3)
    if np.abs(np.asarray(yours, "float64") - expected).max(initial=0) > 1e-9 * scale:
        raise Wrong(f"{what}: {FLOAT32}")


def called(answer, inputs, *names):
    """The answer of some inputs; NumPy's message about a matrix product says which way round the lesson has it."""
    try:
        return answer(*(inputs[name] for name in names))
    except ValueError as error:
        if "matmul" in str(error):
            said = re.sub(r", with gufunc signature \S+", "", str(error))
            error.args = (f"{said}. Vectors are rows here, as in x @ W_xh, and the inner sizes should agree",)
        raise


def softmax(z, axis=-1):
    """Probabilities from logits, in float64."""
    shifted = np.exp(z - z.max(axis=axis, keepdims=True))
    return shifted / shifted.sum(axis=axis, keepdims=True)


def in_words(hint):
    """A hint of `of_cell`, with the right activation first."""
    hint = re.sub("the next state is a (.+) here, not an? (.+)", r"use \1 for the next state; yours uses \2", hint)
    return hint.replace("its own next state; yours is one for all", "its own value; yours is the same for all units")


class ComputeNextH(Check):
    exercise = "2a.1"
    name = "compute_next_h"
    gives = "array"

    def inputs(self, rng):
        batch, size, units = rng.size("batch", 3, 5), rng.size("inputs", 2, 4), rng.size("units", 6, 8)
        return {
            "x": rng.reals(batch, size, dtype=FLOATS),
            "h": rng.reals(batch, units, within=(-1, 1), dtype=FLOATS),
            "W_xh": rng.reals(size, units, dtype=FLOATS),
            "W_hh": rng.reals(units, units, dtype=FLOATS) / 2,
            "b_h": rng.reals(units, dtype=FLOATS),
        }

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {"x": (1, 4), "h": (1, 3), "W_xh": (4, 3), "W_hh": (3, 3), "b_h": (3,)}
        return {"for one sequence": {name: rng.normal(size=shape) for name, shape in shapes.items()}}

    def probe(self, answer, inputs):
        return {"h": called(answer, inputs, "x", "h", "W_xh", "W_hh", "b_h")}

    def judge(self, inputs, outputs):
        x, h, W_xh, W_hh, b_h = (inputs[name].astype("float64") for name in ("x", "h", "W_xh", "W_hh", "b_h"))
        expect_shape("the next state", outputs["h"], h.shape, "(batch, units)")
        if not np.all(np.isfinite(outputs["h"])):
            raise Wrong("the next state should be finite: exp overflows where its argument is large, np.tanh does not")
        a = np.einsum("bi,iu->bu", x, W_xh) + np.einsum("bh,hu->bu", h, W_hh) + b_h
        from_x, from_h = x @ W_xh, h @ W_hh
        mistakes = [
            (from_x + from_h, "the bias b_h is missing"),
            (from_x + b_h, "the previous state is not used: h_{t-1} W_hh is missing"),
            (from_h + b_h, "the input is not used: x_t W_xh is missing"),
            (from_x + h @ W_hh.T + b_h, "W_hh is used transposed; with states in rows it is h @ W_hh"),
            (a + b_h, "the bias b_h is added twice; once is enough"),
            (a - 2 * b_h, "the bias b_h is subtracted; add it"),
            (from_x - from_h + b_h, "h_{t-1} W_hh is subtracted; add it"),
            (from_x * from_h + b_h, "the two products are multiplied; add them"),
            (from_x + h + b_h, "the old state is added unchanged; multiply it by W_hh first"),
            (from_x + h * np.diag(W_hh) + b_h, "h * W_hh multiplies element by element; use a matrix product, @"),
            ((from_x + h) @ W_hh + b_h, "W_hh should multiply h_{t-1} only; your code multiplies x_t W_xh by it, too"),
            (a / 2, "the tanh should be taken of twice this"),
            (-a, "the sign is wrong"),
        ]
        outside = [
            (np.tanh(from_x + from_h) + b_h, "the bias b_h belongs inside the tanh"),
            (np.tanh(from_x + b_h) + from_h, "h_{t-1} W_hh belongs inside the tanh"),
            (np.tanh(from_h + b_h) + from_x, "x_t W_xh belongs inside the tanh"),
            (np.tanh(from_x) + np.tanh(from_h + b_h), "one tanh around the whole sum, not one for each part"),
            (np.tanh(from_x) + np.tanh(from_h) + b_h, "one tanh around the whole sum, not one for each part"),
            (np.tanh(a) + h, "the old state is added again, outside the tanh"),
            (h, "this is the old state"),
            *of_axes(np.tanh(a), {"reversed": "the sequences of the batch should keep their order"}),
        ]
        cell = of_cell("next state", "tanh", a, lambda value: value, mistakes)
        wrong = [(value, in_words(hint)) for value, hint in cell] + outside
        expect_close("the next state", outputs["h"], np.tanh(a), wrong)
        expect_precise("the next state", outputs["h"], np.tanh(a))


LETTERS = "helo"
READ, EXPECTED = (0, 1, 2, 2), (1, 2, 2, 3)  # h, e, l, l and e, l, l, o
SURE = 0.9


def spelling(W_xh, W_hh, b_h, W_hy, b_y, activation=np.tanh):
    """The states (4, units) of a network that reads h, e, l, l, and what it expects after each, (4, 4)."""
    h, states = np.zeros(len(b_h)), []
    for letter in READ:
        h = activation(W_xh[letter] + h @ W_hh + b_h)
        states.append(h)
    return np.array(states), softmax(np.array(states) @ W_hy + b_y)


def spells(*weights, **changes):
    """Whether a network finds the right letter likeliest at every step."""
    return tuple(spelling(*weights, **changes)[1].argmax(axis=1)) == EXPECTED


class SpellHello(Check):
    exercise = "2a.2"
    name = "spell_hello"
    gives = "arrays"

    def inputs(self, rng):
        return {"rows": rng.size("rows", 2, 500)}  # of a batch: how often the word is read, side by side

    def probe(self, answer, inputs):
        return unpacked(answer(), list(WEIGHTS), "return five arrays: W_xh, W_hh, b_h, W_hy, b_y")

    def judge(self, inputs, outputs):
        if outputs["b_h"].ndim != 1 or not outputs["b_h"].size:
            raise Wrong(f"b_h should have shape (units,), one number for each unit; yours has {outputs['b_h'].shape}")
        units = len(outputs["b_h"])
        shapes = {"W_xh": (4, units), "W_hh": (units, units), "b_h": (units,), "W_hy": (units, 4), "b_y": (4,)}
        for name, shape in shapes.items():
            if outputs[name].shape == shape[::-1] != shape:
                raise Wrong(f"{name} is transposed: it should have shape {shape}; yours has {outputs[name].shape}")
            expect_shape(name, outputs[name], shape)
            if not np.all(np.isfinite(outputs[name])):
                raise Wrong(
                    f"{name} should hold finite numbers; a large finite number does the same as an infinite one"
                )
        for wrong, hint in why_it_does_not_spell(*(outputs[name].astype("float64") for name in WEIGHTS)):
            if wrong:
                raise Wrong(hint)


def why_it_does_not_spell(W_xh, W_hh, b_h, W_hy, b_y):
    """[(True where it is so, hint), ...] of a network, the most telling reason first; none where it spells hello."""
    states, p = spelling(W_xh, W_hh, b_h, W_hy, b_y)
    right = p[range(4), EXPECTED]
    if np.all(right > SURE):
        return []
    first = int(np.argmax(right <= SURE))
    read = "hell"[: first + 1]
    said = f"after {read} it gives {LETTERS[EXPECTED[first]]} a probability of {right[first]:.2f}"
    alphabet, likeliest = [1, 0, 2, 3], p[first].argmax()
    instead = "" if likeliest == EXPECTED[first] else f" and {LETTERS[likeliest]} one of {p[first].max():.2f}"
    order = "are in the order of the alphabet, e, h, l, o; it should be h, e, l, o"
    apart = np.abs(states[2] - states[3]).max()
    alike = f"the states after hel and after hell are the same to within {apart:.2g}, so its predictions are the same"
    return [
        (
            not W_hh.any(),
            "W_hh is 0, so the network has no memory: after hel and after hell it sees the same input, an l, and "
            "gives the same answer",
        ),
        (
            tuple(p.argmax(axis=1)) == EXPECTED,
            f"the right letter is the most probable at every step, but not by enough: {said}. Multiply W_hy and b_y by "
            "a larger number",
        ),
        (
            tuple(p.argmax(axis=1)) == READ,
            "it expects the letter that it has just read; it should expect the one that comes next: e, l, l, o",
        ),
        (
            spells(W_xh[alphabet], W_hh, b_h, W_hy[:, alphabet], b_y[alphabet]),
            "the order of the letters is h, e, l, o; yours is that of the alphabet, e, h, l, o",
        ),
        (spells(W_xh[alphabet], W_hh, b_h, W_hy, b_y), f"the rows of your W_xh {order}"),
        (spells(W_xh, W_hh, b_h, W_hy[:, alphabet], b_y[alphabet]), f"the columns of your W_hy, and your b_y, {order}"),
        (
            spells(W_xh, W_hh.T, b_h, W_hy, b_y),
            "W_hh is transposed: states are rows, so row i of W_hh says where unit i of the old state leads",
        ),
        (
            spells(W_xh, W_hh, b_h, W_hy, b_y, activation=lambda a: 1.0 * (a > 0)),
            "these weights would work if every unit were 0 or 1. The tanh of a unit that is off is near -1, not 0, and "
            f"that -1 is multiplied by W_hh and W_hy, too; {said}",
        ),
        (
            not b_h.any() and any(spells(W_xh, W_hh, b_h - c, W_hy, b_y) for c in range(1, 9)),
            "your b_h is 0, so a unit that nothing comes into is 0, neither on nor off. With a negative b_h it would "
            "be near -1, and the right letter would be the most probable at every step",
        ),
        (
            spells(W_xh, W_hh, b_h, W_hy, b_y, activation=lambda a: a),
            f"without the tanh it would spell hello, but the states lie between -1 and 1; {said}",
        ),
        (
            spells(W_xh, W_hh, b_h, W_hy, b_y, activation=lambda a: np.maximum(a, 0)),
            f"with a ReLU it would spell hello, but the states go through a tanh; {said}",
        ),
        (
            spells(W_xh, W_hh, b_h, -W_hy, -b_y),
            "the signs of W_hy and b_y are the wrong way round: the right letter is the least likely of all",
        ),
        (tuple(p.argmax(axis=1)) == (1, 2, 3, 2), "your network expects o after hel, then l; it should be l, then o"),
        (apart < 1e-3 and first >= 2, f"{alike}; W_hh has to make a difference between the first l and the second"),
        (True, f"{said}{instead}; the state at that step is {np.round(states[first], 2).tolist()}"),
    ]


class SequenceLoss(Check):
    exercise = "2a.3"
    name = "sequence_loss"
    gives = "array"

    def inputs(self, rng):
        return batch_of_logits(rng)

    def further(self):
        return as_the_lesson_reads()

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"loss": answer(*(inputs[name] for name in ("logits", "targets", "mask")))}

    def judge(self, inputs, outputs):
        logits, targets, mask = inputs["logits"].astype("float64"), inputs["targets"], inputs["mask"]
        loss, (batch, steps, classes) = outputs["loss"], logits.shape
        each = losses_of(logits, targets)
        if loss.shape == (batch, steps) and loss.size > 1:
            raise Wrong("this is one loss per step; add them up over time and take the mean over the batch")
        if loss.shape == (batch,) and batch > 1:
            raise Wrong("this is one loss per sequence; return their mean, a single number")
        if loss.size == 1 and loss.ndim:
            raise Wrong("the loss should be a single number; yours is an array that holds one")
        expect_shape("the loss", loss, ())
        advice = "subtract the largest logit of each step first, and work with logarithms throughout"
        if not np.isfinite(loss):
            raise Wrong(f"the loss is {loss}: exp overflows, log(0) is taken, or logits are set to -inf; {advice}")
        counted = np.where(mask, each, 0)
        right = counted.sum() / batch
        p, count, top = softmax(logits), max(mask.sum(), 1), logits.max(axis=-1)
        of_target = np.take_along_axis(logits, targets[..., None], axis=-1)[..., 0]
        over_time = -np.log(np.take_along_axis(softmax(logits, axis=1), targets[..., None], 2)[..., 0])
        mean = "this is a mean over steps; the loss of a sequence is the *sum* over its steps"
        per_row = counted.sum(axis=1)
        over_all = np.logaddexp.reduce(logits.ravel()) - of_target
        first_row = np.where(mask, losses_of(logits, np.broadcast_to(targets[:1], targets.shape)), 0).sum() / batch
        all_pairs = (np.logaddexp.reduce(logits, axis=-1, keepdims=True) - logits)[:, :, targets]
        pairs = "[:, :, targets] takes the targets of all steps at each step; it should be the target of that step only"
        wrong = [
            (each.sum() / batch, "the padding counts too; only the steps where the mask is True should"),
            *[(np.where(other, each, 0).sum() / batch, hint) for other, hint in of_steps(mask)],
            (counted.sum(), "this is the sum over the batch; over sequences, take the mean"),
            (counted.sum() / count, mean),
            (counted.mean(), mean),
            (each.mean(), f"{mean}; and padding does not count"),
            ((per_row / np.maximum(mask.sum(axis=1), 1)).mean(), mean),
            (counted.sum() / steps, "divided by the number of steps; divide by the number of sequences"),
            (counted.sum() / classes, "divided by the number of classes; divide by the number of sequences"),
            (counted.sum() / max(mask.any(axis=1).sum(), 1), NOT_LEFT_OUT),
            (-right, "the sign is wrong: a loss is positive, and smaller is better"),
            (right / np.log(2), "this is in bits (log2); use the natural logarithm"),
            (right / np.log(10), "this is the logarithm to base 10; use the natural one"),
            (per_row.max(), "this is the worst sequence; take the mean over the batch"),
            (per_row[0], "this is the first sequence only; take the mean over all of them"),
            (np.where(mask, over_all, 0).sum() / batch, OVER_ALL),
            (first_row, "your code uses the targets of the first sequence for all; each should have its own"),
            ((all_pairs * mask).sum() / batch, pairs),
            (np.where(mask, over_time, 0).sum() / batch, "the softmax goes over time; it belongs over the classes"),
            (
                -np.where(mask, np.take_along_axis(p, targets[..., None], 2)[..., 0], 0).sum() / batch,
                "the logarithm of the probabilities is missing",
            ),
            (
                np.where(mask, losses_of(p, targets), 0).sum() / batch,
                "the softmax is taken twice: a log-softmax wants logits, not probabilities",
            ),
            (np.where(mask, each + of_target, 0).sum() / batch, "the logit of the target is not subtracted"),
            (
                np.where(mask, each, np.log(classes)).sum() / batch,
                "the mask sets logits to 0, and such a step still costs the logarithm of the number of classes; mask "
                "the losses",
            ),
            (
                np.where(mask, each - top, 0).sum() / batch,
                "the largest logit is subtracted in the exponentials only; subtract it from z_k, too",
            ),
            (
                np.where(mask, each + top, 0).sum() / batch,
                "the largest logit is subtracted from z_k only; subtract it in the exponentials, too",
            ),
            (
                np.where(mask, -np.log(p).sum(axis=-1), 0).sum() / batch,
                "this adds up all classes; only the target's probability counts",
            ),
        ]
        for tiny in 10.0 ** np.arange(-11, -2):
            added = np.where(mask, -np.log(np.exp(-each) + tiny), 0).sum() / batch
            if np.isclose(loss, added, rtol=1e-12, atol=0) and not np.isclose(right, added, rtol=1e-12, atol=0):
                raise Wrong(
                    "your code adds a small number before the logarithm, and that changes the loss; the loss should be "
                    "made of log p_k = z_k - log sum_j e^{z_j}, which needs no such number"
                )
        large = np.abs(logits).max() > 100
        expect_close("the loss", loss, right, wrong, where=lambda _: f" ({advice})" if large else "")
        expect_precise("the loss", loss, right)


def batch_of_logits(rng):
    """Logits, targets and a mask of a batch."""
    batch, steps, classes = rng.size("batch", 3, 5), rng.size("T", 6, 8), rng.size("classes", 9, 11)
    return {
        "logits": rng.reals(batch, steps, classes, dtype=FLOATS) * 2,
        "targets": rng.whole(0, classes - 1, batch, steps),
        "mask": rng.mask(rng.lengths(batch, steps, least=0), steps),
    }


def as_the_lesson_reads():
    """{words: inputs} of the lesson's own calls: one word, and a window of text."""
    rng = np.random.default_rng(0)
    word = {"logits": rng.normal(size=(1, 4, 4)), "targets": np.array([[1, 2, 2, 3]])}
    text = {"logits": rng.normal(size=(16, 25, 32)), "targets": rng.integers(32, size=(16, 25)).astype("int32")}
    cases = {"for the word hello": word, "for a window of text": text}
    cases["where the network is sure of a wrong letter"] = word | {"logits": 400.0 * np.eye(4)[[[1, 2, 0, 3]]]}
    return {words: case | {"mask": np.ones(case["targets"].shape, bool)} for words, case in cases.items()}


def of_steps(mask):
    """`of_mask`, of steps that count."""
    return [(wrong, in_steps(hint)) for wrong, hint in of_mask(mask)]


def in_steps(hint):
    """A hint about words, said of the steps of a sequence."""
    hint = (
        hint.replace("upside down", "inverted")
        .replace("is a word", "counts")
        .replace("words", "steps that count")
        .replace("a word", "one that counts")
    )
    return hint.replace("timestep", "step")


def losses_of(logits, targets):
    """The cross-entropy of each step, (batch, T)."""
    each = np.logaddexp.reduce(logits, axis=-1)
    for b, t in np.ndindex(each.shape):
        each[b, t] -= logits[b, t, targets[b, t]]
    return each


class LossGradient(Check):
    exercise = "2a.4"
    name = "loss_gradient"
    gives = "array"

    def inputs(self, rng):
        return batch_of_logits(rng)

    def further(self):
        return as_the_lesson_reads()

    def probe(self, answer, inputs):
        with np.errstate(all="ignore"):
            return {"gradient": answer(*(inputs[name] for name in ("logits", "targets", "mask")))}

    def judge(self, inputs, outputs):
        logits, targets, mask = inputs["logits"].astype("float64"), inputs["targets"], inputs["mask"]
        yours, (batch, steps, classes) = outputs["gradient"], logits.shape
        if yours.shape == (batch, steps) and classes > 1:
            raise Wrong("this is one number per step; each logit has a derivative of its own: (batch, T, classes)")
        expect_shape("the gradient", yours, logits.shape, "(batch, T, classes)")
        if not np.all(np.isfinite(yours)):
            raise Wrong("the gradient should be finite: exp overflows for large logits; `softmax` does not")
        p, valid = softmax(logits), mask[..., None]
        target = np.zeros(logits.shape)
        for b, t in np.ndindex(targets.shape):
            target[b, t, targets[b, t]] = 1
        error, p_c = p - target, (p * target).sum(axis=-1, keepdims=True)
        right, count = error * valid / batch, max(mask.sum(), 1)
        both = "there are two cases: for the right class the derivative is p - 1, for any other it is p"
        whole = "the loss of a batch is the mean over its sequences, so divide by their number"
        divide = "the loss is -log p_c, so its derivative should be this, divided by"
        every = "your code subtracts 1 from every class; it should do so only where np.eye(classes)[targets] is 1"
        before = [  # (wrong, hint), before the mask and the division by the batch
            (-error, "the sign is wrong: a larger logit of a wrong class makes the loss larger"),
            (p, f"the targets are not used; {both}"),
            (-target, f"the probabilities are not used; {both}"),
            (error * target, f"only the right class has a gradient here; {both}"),
            (p * (1 - target), f"the right class has no gradient here; {both}"),
            (
                error * p * (1 - p),
                "there is a factor p (1 - p) too many: differentiate log p, not p; the 1 / p cancels it",
            ),
            (error * p, "there is a factor p too many: differentiate log p, not p; the 1 / p cancels it"),
            (2 * error, "this is twice the derivative"),
            (logits - target, "the logits are treated as probabilities; take their softmax"),
            (p_c * (target - p), f"this is the derivative of the probability p_c; {divide} -p_c"),
            (p_c * error, f"this is the derivative of -p_c; {divide} p_c"),
            (p - 1, every),
            (p - np.isin(np.arange(classes), targets), every),
            (p - targets[..., None], "your code subtracts class numbers; targets should be made one-hot first"),
            (softmax(logits.ravel()).reshape(p.shape) - target, OVER_ALL),
            (softmax(p) - target, "the softmax is taken twice"),
            (softmax(logits, axis=1) - target, "the softmax goes over time; it belongs over the classes"),
            (np.log(np.maximum(p, 1e-300)) - target, "these are logarithms of probabilities; take the probabilities"),
            (p * (p - target), "there is a factor p too many: differentiate log p, not p; the 1 / p cancels it"),
            (
                -target / np.maximum(p, 1e-300),
                "this is the derivative with respect to the probability; the chain rule has one more factor, the "
                "derivative of the softmax",
            ),
            (p - p.max(axis=-1, keepdims=True), "you use the most probable class as the target; use `targets`"),
            (p - (p == p.max(axis=-1, keepdims=True)), "you use the most probable class as the target; use `targets`"),
            (p - np.roll(target, 1, axis=-1), "the classes are off by one: class c stands at index c"),
            (p - np.roll(target, -1, axis=-1), "the classes are off by one: class c stands at index c"),
            (p - np.roll(target, -1, axis=1), "each step has its own target, at index t"),
            (p - np.roll(target, 1, axis=1), "each step has its own target, at index t"),
            (np.abs(error), "the sign is lost: for the right class the derivative is negative"),
        ]
        wrong = [
            (error / batch, "the mask is not used: a step that does not count has no gradient"),
            *[(error * other[..., None] / batch, hint) for other, hint in of_steps(mask)],
            (error * valid, whole),
            (error, f"{whole}; and a step that does not count has no gradient"),
            (error * valid / count, f"divided by the number of steps that count; {whole}"),
            (error * valid / (batch * steps), f"divided by the number of all steps; {whole}"),
            (error * valid / steps, f"divided by the number of steps; {whole}"),
            (error * valid / classes, f"divided by the number of classes; {whole}"),
            (right / batch, "divided by the number of sequences twice"),
            ((p * valid - target) / batch, "the mask is applied to the probabilities only, not to the targets"),
            ((p - target * valid) / batch, "the mask is applied to the targets only, not to the probabilities"),
            *[(one * valid / batch, hint) for one, hint in before],
            *[(one * valid, f"{hint}; and {whole}") for one, hint in before],
        ]
        expect_close("the gradient", yours, right, wrong, atol=1e-6)
        expect_precise("the gradient", yours, right)


PARTS = ("h_before", "W_xh", "W_hh", "b_h")
NAMED = {"h_before": "h_{t-1}", "W_xh": "W_xh", "W_hh": "W_hh", "b_h": "b_h"}


def one_step(d_h, x, before, h, W_hh, slope=lambda h, before: 1 - h**2, through=None, transposed=True, pairs=None):
    """The four gradients of one step, one sequence at a time; each argument changed makes one known mistake.

    slope: of the tanh. through: what goes on to h_{t-1} in place of d_a. transposed: whether W_hh is.
    pairs: what W_hh's gradient is made of in place of h_{t-1}.
    """
    d_a = d_h * slope(h, before)
    on = d_a if through is None else through
    back = np.stack([(W_hh if transposed else W_hh.T) @ row for row in on])
    pairs = before if pairs is None else pairs
    d_W_xh = sum(np.outer(x[b], d_a[b]) for b in range(len(x)))
    d_W_hh = sum(np.outer(pairs[b], d_a[b]) for b in range(len(x)))
    return dict(zip(PARTS, (back, d_W_xh, d_W_hh, d_a.sum(axis=0)), strict=True))


class StepBackward(Check):
    exercise = "2a.5"
    name = "step_backward"
    gives = "arrays"

    def inputs(self, rng):
        batch, size, units = rng.size("batch", 3, 5), rng.size("inputs", 2, 4), rng.size("units", 6, 8)
        return {
            "d_h": rng.reals(batch, units, dtype=FLOATS),
            "x": rng.reals(batch, size, dtype=FLOATS),
            "h_before": rng.reals(batch, units, within=(-1, 1), dtype=FLOATS),
            "h": rng.reals(batch, units, within=(-1, 1), dtype=FLOATS),
            "W_hh": rng.reals(units, units, dtype=FLOATS),
        }

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {"d_h": (16, 9), "x": (16, 32), "h_before": (16, 9), "h": (16, 9), "W_hh": (9, 9)}
        return {"for a window of text": {name: np.tanh(rng.normal(size=shape)) for name, shape in shapes.items()}}

    def probe(self, answer, inputs):
        returned = called(answer, inputs, "d_h", "x", "h_before", "h", "W_hh")
        return unpacked(returned, PARTS, "return four things: the gradients of h_{t-1}, W_xh, W_hh and b_h")

    def judge(self, inputs, outputs):
        given = [inputs[name].astype("float64") for name in ("d_h", "x", "h_before", "h", "W_hh")]
        d_h, x = given[:2]
        right = one_step(*given)
        shapes = {name: value.shape for name, value in right.items()}
        seen = {name: outputs[name].shape for name in PARTS}
        if seen != shapes and sorted(seen.values()) == sorted(shapes.values()):
            raise Wrong(
                "by their shapes, these are the four gradients in another order; return "
                "h_{t-1} first, then W_xh, W_hh and b_h"
            )
        for name, shape in shapes.items():
            what = f"the gradient of {NAMED[name]}"
            if outputs[name].shape == shape[::-1] != shape:
                pair = ", or the wrong two are multiplied (it should be x_t and d_a)" if name == "W_xh" else ""
                raise Wrong(f"{what} is transposed{pair}: its shape should be that of {NAMED[name]} itself, {shape}")
            if outputs[name].shape == d_h.shape != shape and name == "b_h":
                raise Wrong("all rows of the batch share b_h, so its gradient is the sum over the batch, (units,)")
            if outputs[name].shape == (len(x), *shape) != shape:
                raise Wrong(f"{what}: all rows of the batch share the weights, so sum over the batch")
            expect_shape(what, outputs[name], shape)
        others = other_steps(*given)
        everywhere = [
            (one, hint) for one, hint in others if all(np.allclose(outputs[name], one[name]) for name in PARTS)
        ]
        for name in PARTS:
            what = f"the gradient of {NAMED[name]}"
            wrong = [(one[name], hint) for one, hint in everywhere] + own_mistakes(name, right, given)
            wrong += [(one[name], hint) for one, hint in others]
            expect_close(what, outputs[name], right[name], wrong)
            expect_precise(what, outputs[name], right[name])


def other_steps(d_h, x, before, h, W_hh):
    """[(the four gradients, hint), ...] of mistakes that show in more than one of them."""
    given = d_h, x, before, h, W_hh
    slopes = {
        "the derivative of the tanh, 1 - h_t^2, is missing": lambda h, before: np.ones_like(h),
        "the tanh of step t has the slope 1 - h_t^2, not 1 - h_{t-1}^2": lambda h, before: 1 - before**2,
        "the tanh is taken twice: h_t is tanh(a_t) already, so the slope is 1 - h_t^2": lambda h, _: (
            1 - np.tanh(h) ** 2
        ),
        "h (1 - h) is the slope of the sigmoid; that of the tanh is 1 - h_t^2": lambda h, _: h * (1 - h),
        "the slope is 1 - h_t^2; yours is 1 - h_t": lambda h, _: 1 - h,
        "the slope is 1 - h_t^2; the 1 is missing": lambda h, _: -(h**2),
        "the slope of the tanh is 1 - h_t^2; yours is h_t^2": lambda h, _: h**2,
        "the slope is 1 - h_t^2; yours is 1 + h_t^2": lambda h, _: 1 + h**2,
        "this is the slope of a ReLU; that of the tanh is 1 - h_t^2": lambda h, _: 1.0 * (h > 0),
        "multiply by the slope once; yours has it twice": lambda h, _: (1 - h**2) ** 2,
        "multiply by the slope 1 - h_t^2; yours divides by it": lambda h, _: 1 / (1 - h**2 + 1e-300),
    }
    right, flat = one_step(*given), one_step(d_h - h**2, *given[1:], slope=lambda h, _: np.ones_like(h))
    return [
        (flat, "parentheses are missing: it should be d_h * (1 - h_t^2); your code computes d_h * 1 - h_t^2"),
        *[(one_step(*given, slope=slope), hint) for hint, slope in slopes.items()],
        ({name: -value for name, value in right.items()}, "the sign is wrong: this is the direction of descent"),
        (
            {name: value / len(x) for name, value in right.items()},
            "d_h is already divided by the batch size; do not divide again, only sum",
        ),
    ]


def own_mistakes(name, right, given):
    """(wrong value, hint) of mistakes that show in one gradient only."""
    d_h, x, before, h, W_hh = given
    d_a = d_h * (1 - h**2)
    if name == "b_h":
        return [
            (d_h.sum(axis=0), "b_h stands inside the tanh: its gradient is the sum of d_a, not of d_h"),
            (d_a.mean(axis=0), "the rows of the batch share b_h: take the sum over them, not the mean"),
            (d_a[0], "this is the first row of the batch only; b_h is shared by all"),
            (d_a.sum() + 0 * d_a[0], "this is one sum for all units; each unit has a gradient of its own"),
        ]
    if name == "W_xh":
        return [
            (x.T @ d_h, "W_xh stands inside the tanh: multiply x_t by d_a, not by d_h"),
            (right[name] / len(x), "the rows of the batch share W_xh: take the sum over them, not the mean"),
            (np.outer(x.sum(axis=0), d_a.sum(axis=0)), "sum the products over the batch, not each factor alone"),
        ]
    if name == "W_hh":
        return [
            (
                h.T @ d_a,
                "in the forward pass W_hh is multiplied by h_{t-1}, so its gradient is "
                "made of h_{t-1} and d_a; yours uses h_t",
            ),
            (before.T @ d_h, "W_hh stands inside the tanh: multiply h_{t-1} by d_a, not by d_h"),
            (d_a.T @ before, "the gradient of W_hh is transposed: rows belong to h_{t-1}, columns to a_t"),
            (d_a.T @ d_a, "multiply h_{t-1} by d_a; yours multiplies d_a by itself"),
            (right[name] / len(x), "the rows of the batch share W_hh: take the sum over them, not the mean"),
            (np.outer(before.sum(axis=0), d_a.sum(axis=0)), "sum the products over the batch, not each factor alone"),
            (d_h.T @ (1 - h**2) * 0 + h.T @ d_h, "multiply h_{t-1} by d_a; yours multiplies h_t by d_h"),
        ]
    return [
        (d_a @ W_hh, "on the way back W_hh is transposed: a_t = h_{t-1} W_hh, so d_a W_hh^T"),
        (d_h @ W_hh.T, "what goes back must pass through the tanh first: d_a W_hh^T, not d_h W_hh^T"),
        (d_h @ W_hh, "through the tanh first, and then through W_hh^T: d_a W_hh^T"),
        (d_a, "h_{t-1} acts through W_hh: its gradient is d_a W_hh^T"),
        (d_h + d_a @ W_hh.T, "return the path through this step only; d_h itself belongs to h_t"),
        (d_a @ W_hh.T * (1 - before**2), "leave out 1 - h_{t-1}^2: it belongs to going back through step t - 1"),
        (d_h @ W_hh.T * (1 - h**2), "the slope comes before the matrix: (d_h (1 - h_t^2)) W_hh^T"),
        (d_h @ W_hh.T * (1 - before**2), "the slope is that of this step, 1 - h_t^2, and comes before the matrix"),
        (d_a * np.diag(W_hh), "* multiplies element by element; use a matrix product, @"),
    ]


def paths(x, h_0, states, d_y, W_hh, W_hy):
    """The five gradients as a sum over all paths, from each loss back to each step, without any recursion."""
    (batch, steps, _), units = x.shape, len(W_hh)
    d_a = np.zeros((batch, steps, units))
    for b in range(batch):
        for t in range(steps):
            for k in range(t + 1):
                product = np.eye(units)
                for j in range(t, k, -1):
                    product = product @ (W_hh * (1 - states[b, j] ** 2)).T  # the Jacobian of step j, transposed
                d_a[b, k] += (W_hy @ d_y[b, t]) @ product * (1 - states[b, k] ** 2)
    before = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    return sums_of(x, before, states, d_y, d_a, d_a)


def sums_of(x, before, states, d_y, d_a, d_b):
    """The five gradients from those of a_t; d_b: what the bias's is the sum of."""
    each = (
        np.einsum("bti,btu->iu", x, d_a),
        np.einsum("bth,btu->hu", before, d_a),
        d_b.sum(axis=(0, 1)),
        np.einsum("btu,bto->uo", states, d_y),
        d_y.sum(axis=(0, 1)),
    )
    return dict(zip(WEIGHTS, each, strict=True))


def recursion(x, h_0, states, d_y, W_hh, W_hy, order=None, carry="d_a", before="right", only=None, last=None, own=None):
    """The five gradients by the recursion; each argument changed makes one known mistake.

    order: of the steps. carry: "d_a", "d_h", "none", "untransposed", "kept" (not replaced), "outside" (past the tanh),
    "twice" (through W_hh), "unchanged" (d_h itself). before: "right", "wrapped", "zero", "same", "start".
    only: the steps that enter the sums. last: the one step with a loss. own: what goes back in place of d_y.
    """
    batch, steps, _ = x.shape
    d_a, d_h, from_next = np.zeros_like(states), np.zeros_like(states), np.zeros((batch, len(W_hh)))
    used = d_y if last is None else d_y * (np.arange(steps) == last)[:, None]
    for t in order if order is not None else range(steps - 1, -1, -1):
        loss, slope = (used if own is None else own)[:, t] @ W_hy.T, 1 - states[:, t] ** 2
        d_h[:, t] = loss + from_next
        d_a[:, t] = loss * slope + from_next if carry == "outside" else d_h[:, t] * slope
        back = d_h[:, t] @ W_hh.T if carry == "d_h" else d_a[:, t] @ (W_hh if carry == "untransposed" else W_hh.T)
        back = back @ W_hh.T if carry == "twice" else d_h[:, t] if carry == "unchanged" else back
        from_next = from_next + back if carry == "kept" else 0 * back if carry == "none" else back
    first = {"wrapped": states[:, -1], "zero": 0 * h_0}.get(before, h_0)
    h_before = states if before == "same" else np.concatenate([first[:, None], states[:, :-1]], axis=1)
    h_before = np.repeat(h_0[:, None], steps, axis=1) if before == "start" else h_before
    counted = np.ones(steps) if only is None else np.isin(np.arange(steps), only)
    part = counted[:, None]
    return sums_of(x, h_before, states, used * part, d_a * part, d_a * part)


class BPTT(Check):
    exercise = "2a.6"
    name = "bptt"
    gives = "arrays"

    def inputs(self, rng):
        batch, size, units = rng.size("batch", 2, 3), rng.size("inputs", 4, 5), rng.size("units", 6, 7)
        outputs, steps = rng.size("outputs", 8, 9), rng.size("T", 5, 7)
        return {
            "x": rng.reals(batch, steps, size, dtype=FLOATS),
            "h_0": rng.reals(batch, units, within=(-1, 1), dtype=FLOATS),
            "states": rng.reals(batch, steps, units, within=(-1, 1), dtype=FLOATS),
            "d_y": rng.reals(batch, steps, outputs, within=(-1, 1), dtype=FLOATS),
            "W_hh": rng.reals(units, units, within=(-1, 1), dtype=FLOATS),
            "W_hy": rng.reals(units, outputs, within=(-1, 1), dtype=FLOATS),
        }

    def further(self):
        rng = np.random.default_rng(0)
        shapes = {
            "x": (2, 7, 3), "h_0": (2, 4), "states": (2, 7, 4), "d_y": (2, 7, 5), "W_hh": (4, 4), "W_hy": (4, 5)
        }  # fmt: skip
        case = {name: np.tanh(rng.normal(size=shape)) for name, shape in shapes.items()}
        at_the_end = {"d_y": case["d_y"] * (np.arange(7) == 6)[:, None]}
        return {
            "from h_0 = 0": case | {"h_0": np.zeros((2, 4))},
            "with a loss at the last step only": case | at_the_end,
        }

    def probe(self, answer, inputs):
        returned = called(answer, inputs, "x", "h_0", "states", "d_y", "W_hh", "W_hy")
        return unpacked(returned, WEIGHTS, "return five things: the gradients of W_xh, W_hh, b_h, W_hy and b_y")

    def judge(self, inputs, outputs):
        given = [inputs[name].astype("float64") for name in ("x", "h_0", "states", "d_y", "W_hh", "W_hy")]
        right = paths(*given)
        shapes, seen = ([each[name].shape for name in WEIGHTS] for each in (right, outputs))
        if seen != shapes and sorted(seen) == sorted(shapes):
            raise Wrong(f"by their shapes, your gradients are in another order; it should be {', '.join(WEIGHTS)}")
        for name in WEIGHTS:
            what = f"the gradient of {name}"
            if outputs[name].shape == right[name].shape[::-1] != right[name].shape:
                raise Wrong(f"{what} is transposed: it has the shape of {name} itself, {right[name].shape}")
            expect_shape(what, outputs[name], right[name].shape)
        for name in ("b_h", "W_xh", "W_hh", "W_hy", "b_y"):  # a mistake in d_a shows in b_h already
            what = f"the gradient of {name}"
            expect_close(what, outputs[name], right[name], [(value[name], hint) for value, hint in other_loops(*given)])
            expect_precise(what, outputs[name], right[name])


def other_loops(x, h_0, states, d_y, W_hh, W_hy):
    """[(the five gradients, hint), ...] of mistakes in the loop."""
    given, (batch, steps, _) = (x, h_0, states, d_y, W_hh, W_hy), x.shape
    end = steps - 1
    right = recursion(*given)
    backwards = range(end, -1, -1)
    once = "only one step is counted: a weight is used at every step, so add up what all steps return"
    scaled = [
        (-1, "the sign is wrong: this is the direction of descent"),
        (1 / batch, "d_y is already divided by the batch size; do not divide again"),
        (1 / steps, "this is a mean over steps; the gradient of a weight is the *sum* over all steps"),
        (1 / (batch * steps), "this is a mean over batch and steps; only sum"),
        (2, "everything is counted twice"),
    ]
    late, final = "your code adds the loss of step t at step t - 1; it should be part of d_h at step t", d_y[:, -1:]
    loops = [
        ({"carry": "none"}, "each step knows only its own loss; add what comes back from the step after it"),
        ({"order": range(steps)}, "the loop runs forwards; what comes back from step t + 1 is known only from the end"),
        ({"carry": "untransposed"}, "on the way back W_hh is transposed: d_a W_hh^T"),
        ({"carry": "twice"}, "your code applies W_hh^T twice; what step_backward returns should be added as it is"),
        ({"carry": "unchanged"}, "your code hands on d_h; it should be what step_backward returns for h_{t-1}"),
        ({"own": np.concatenate([d_y[:, :-1], 2 * final], axis=1)}, "your code sends the last step's loss back twice"),
        *[({"own": np.concatenate([d_y[:, 1:], one], axis=1)}, late) for one in (0 * final, final)],
        ({"before": "start"}, "your code takes h_0 at every step; after the first it should be states[:, t - 1]"),
        ({"carry": "d_h"}, "what goes back a step must pass through the tanh: d_a W_hh^T, not d_h W_hh^T"),
        (
            {"carry": "kept"},
            "the gradient from step t + 1 keeps piling up; at each step, replace it by "
            "what step_backward returns for h_{t-1}",
        ),
        (
            {"carry": "outside"},
            "the gradient from step t + 1 must also go through the tanh of step t: add "
            "it to d_h before you call step_backward",
        ),
        (
            {"before": "wrapped"},
            "at the first step the index t - 1 is -1, the *last* step; the state before the first is h_0",
        ),
        ({"before": "zero"}, "the state before the first step is taken as 0; it is h_0"),
        ({"before": "same"}, "W_hh was multiplied by the state *before*, h_{t-1}; yours takes h_t"),
        ({"order": range(end, 0, -1)}, "the loop ends too early: the first step is left out"),
        ({"only": range(1, steps)}, "the first step is left out of the sums"),
        (
            {"order": range(end - 1, -1, -1)},
            "the last step is left out: no gradient comes from later steps, but it has a loss of its own",
        ),
        ({"only": range(end)}, "the last step is left out of the sums"),
        ({"only": [0]}, once),
        ({"only": [end]}, once),
        ({"last": end}, "only the loss of the last step goes back; every step has one"),
        ({"last": 0}, "only the loss of the first step goes back; every step has one"),
    ]
    early = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    own = right | {"W_hy": np.einsum("btu,bto->uo", early, d_y)}
    d_h = np.einsum("bto,uo->btu", d_y, W_hy)
    partly = recursion(*given, order=list(backwards))
    return [
        *[(recursion(*given, **changes), hint) for changes, hint in loops],
        *[({name: factor * value for name, value in right.items()}, hint) for factor, hint in scaled],
        (own, "the gradient of W_hy is made of h_t and d_y[t], since y_t was read off h_t; yours uses h_{t-1}"),
        (
            partly | {"W_hy": states[:, -1].T @ d_y[:, -1], "b_y": d_y[:, -1].sum(axis=0)},
            "the output layer is used at every step; your gradient contains only the last step",
        ),
        (
            partly | {"W_hy": states[:, 0].T @ d_y[:, 0], "b_y": d_y[:, 0].sum(axis=0)},
            "the output layer is used at every step; your gradient contains only the first step",
        ),
        (partly | {"b_h": d_h.sum(axis=(0, 1))}, "b_h stands inside the tanh: add what step_backward returns for it"),
        (
            partly | {"b_y": d_y.mean(axis=(0, 1)), "W_hy": right["W_hy"] / steps},
            "the gradients of the output layer are sums over all steps, not means",
        ),
    ]


class TeacherForcing(Check):
    exercise = "2a.7"
    name = "teacher_forcing"
    gives = "array"

    def inputs(self, rng):
        batch, steps = rng.size("batch", 2, 5), rng.size("T", 6, 9)
        distinct = rng.permuted(np.tile(np.arange(1, 13), (batch, 1)), axis=1)[:, :steps]
        start = int(rng.integers(13, 20))
        if rng.at("repeats", "with one token everywhere"):
            distinct = np.full((batch, steps), 4)
        if rng.at("zero", "with a start token of 0"):
            start = 0
        return {"targets": distinct, "start": start}

    def further(self):
        answers = np.full((4, 10), 4)
        answers[:, -1] = np.arange(4)
        return {
            "as the lesson calls it": {"targets": answers, "start": 4},
            "where the start token is a target, too": {"targets": np.array([[3, 1, 3], [1, 3, 3]]), "start": 3},
        }

    def probe(self, answer, inputs):
        return {"inputs": answer(inputs["targets"], int(inputs["start"]))}

    def judge(self, inputs, outputs):
        targets, start, yours = inputs["targets"], int(inputs["start"]), outputs["inputs"]
        batch, steps = targets.shape
        expected = np.array([[start if t == 0 else row[t - 1] for t in range(steps)] for row in targets.tolist()])
        if yours.shape == (batch, steps + 1):
            raise Wrong("one step too many: no step is given the last target; leave it out")
        if yours.shape == (batch, steps - 1):
            raise Wrong("one step too few: the first step needs an input too, the start token")
        if yours.shape == (steps,) and batch > 1:
            raise Wrong("this is one sequence only; shift every row of the batch")
        expect_shape("the inputs", yours, targets.shape, "(batch, T)")
        first, last = np.arange(steps) == 0, np.arange(steps) == steps - 1
        as_one_row = np.roll(targets, 1)
        as_one_row[0, 0] = start
        ahead = np.concatenate([targets[:, 1:], np.full((batch, 1), start)], axis=1)
        away = "shifted the wrong way: step t should see target t - 1, not t + 1"
        rows = "shifted from one sequence of the batch to the next; shift along axis 1, over time"
        wrong = [
            (targets, "these are the targets themselves: each step would be given the answer it should find"),
            (ahead, away),
            (np.roll(targets, -1, axis=1), away),
            (
                np.roll(targets, 1, axis=1),
                "the first step sees the *last* target (np.roll goes round); it needs the start token",
            ),
            (as_one_row, "values spill over into the next row: np.roll without an axis treats all rows as one"),
            (
                np.roll(targets, 1),
                "values spill over into the next row: np.roll without an axis treats all rows as one",
            ),
            (np.where(first, 0, expected), "the first input is 0; it should be the start token"),
            (np.where(first, targets[:, :1], expected), "the first input is a target; it should be the start token"),
            (np.concatenate([np.full((1, steps), start), targets[:-1]]), rows),
            (np.roll(targets, 1, axis=0), rows),
            (np.full_like(targets, start), "every step sees the start token; only the first should"),
            (np.repeat(targets[:, :1], steps, axis=1), "every step sees the first target; step t should see t - 1"),
            (np.where(first, start, targets[:, :1]), "every step sees the first target; step t should see t - 1"),
            (
                np.where(last, start, targets),
                "the start token stands at the end; it belongs at the first step, and the targets move by one",
            ),
            (
                np.concatenate([np.full((batch, min(2, steps)), start), targets[:, :-2]], axis=1)[:, :steps],
                "shifted by two steps; step t should see target t - 1",
            ),
            (np.where(first, start, targets), "the start token replaces the first target; the others must move by one"),
            (expected[:1] + 0 * targets, "every row sees the first sequence; each has its own targets"),
            (
                np.concatenate([np.full((batch, 1), start), targets[:, :0:-1]], axis=1),
                "the targets are reversed; they should keep their order",
            ),
        ]
        expect_close("the input", yours, expected, wrong, atol=1e-3, rtol=0)
        if yours.dtype.kind not in "iu":
            raise Wrong(f"tokens are integers; yours are {yours.dtype}")
