"""Families of mistakes: functions that make pairs (wrong value, hint) for `expect_close`.

A pair is of use where the wrong value differs from the right one; the others never match first.
"""

import numpy as np


def sigmoid(z):
    """1 / (1 + exp(-z)), without overflow."""
    return 0.5 * (1 + np.tanh(np.asarray(z) / 2))


def of_mean(each, what="element", weights=None):
    """Of a mean over an array, or, where weights (numbers or a mask) are given, of its weighted mean."""
    each = np.asarray(each, "float64")
    weights = np.ones(each.shape) if weights is None else np.broadcast_to(np.asarray(weights, "float64"), each.shape)
    total, mean = (each * weights).sum(), (each * weights).sum() / weights.sum()
    rows = (each * weights).sum(axis=-1) / np.maximum(weights.sum(axis=-1), 1e-12)
    return [
        (total, f"this is the sum; the mean is wanted, divide by the number of {what}s that count"),
        ((each * weights).mean(), f"divide by the number of {what}s that count, not by the size of the array"),
        (each.mean(), f"every {what} counts here, also those that should be left out"),
        (rows.mean(), f"this is the mean of each row's mean; in the mean of all, every {what} counts alike"),
        (total / len(each), "divided by the length of the first axis only"),
        (np.sqrt(max(mean, 0)), "a square root too many"),
        (mean / 2, "a factor of a half too many"),
        (-mean, "the sign is wrong"),
        (mean / np.log(2), "this is in bits (log2); use the natural logarithm"),
        (np.median(each[weights > 0]), "this is the median; the mean is wanted"),
    ]


def of_linear(part, x, h, W_x, W_h, b, names):
    """(wrong value, hint) of x @ W_x + h @ W_h + b, before its activation.

    part: what it is, as "candidate". names: of W_x, W_h and b.
    """
    right = x @ W_x + h @ W_h + b
    return [
        (x @ W_x + h @ W_h, f"the bias {names[2]} is missing from the {part}"),
        (right - 2 * b, f"the bias {names[2]} is subtracted in the {part}; add it"),
        (h @ W_h + b, f"the {part} does not see the word: x @ {names[0]}"),
        (x @ W_x + b, f"the {part} does not see the old state: h @ {names[1]}"),
        (right + h @ (W_h.T - W_h), f"{names[1]} is used transposed in the {part}; with states in rows it is h @ W"),
        (right - 2 * (h @ W_h), f"h @ {names[1]} is subtracted in the {part}; add it"),
        (2 * right, f"the {part} is doubled before its activation"),
        (right + b, f"the bias {names[2]} is added twice in the {part}"),
    ]


def of_cell(part, activation, linear, combine, mistakes):
    """(wrong value, hint) of a cell from those of one linear part of it.

    activation: "tanh" or "sigmoid". linear: what is right before it. combine: a function from the part, after its
    activation, to the cell's result. mistakes: as of `of_linear`.
    """
    functions = {
        "tanh": np.tanh,
        "sigmoid": sigmoid,
        "relu": lambda z: np.maximum(z, 0),
        "softmax over the units": lambda z: (
            np.exp(z - z.max(-1, keepdims=True)) / np.exp(z - z.max(-1, keepdims=True)).sum(-1, keepdims=True)
        ),
        "hard sigmoid": lambda z: np.clip(z / 6 + 0.5, 0, 1),
    }
    right, others = functions[activation], set(functions) - {activation}
    after = right(linear)
    return [
        (combine(linear), f"the {activation} of the {part} is missing"),
        (combine(right(after)), f"the {part} goes through the {activation} twice"),
        *[
            (combine(functions[other](linear)), f"the {part} is a {activation} here, not a {other}")
            for other in sorted(others)
        ],
        (
            combine(np.broadcast_to(after.mean(axis=-1, keepdims=True), after.shape)),
            f"each unit has its own {part}; yours is one for all",
        ),
        *[(combine(right(wrong)), hint) for wrong, hint in mistakes],
    ]


def of_mix(keep, old, new, names):
    """(wrong value, hint) of keep * old + (1 - keep) * new.

    names: the factors in words, of the old state and of what is new.
    """
    of_old, of_new = names
    return [
        ((1 - keep) * old + keep * new, f"the factors {of_old} and {of_new} are swapped: {of_old} is the old state's"),
        (old + (1 - keep) * new, f"the old state is kept in full; its factor is {of_old}"),
        (keep * old + new, f"the candidate is added in full; its factor is {of_new}"),
        (keep * (old + new), f"both terms have the factor {of_old}; the candidate's is {of_new}"),
        ((1 - keep) * (old + new), f"both terms have the factor {of_new}; the old state's is {of_old}"),
        (old + new, f"neither term has its factor; they are {of_old} and {of_new}"),
        (new, "nothing of the old state is carried on: this is the candidate alone, as in a SimpleRNN"),
        (keep * old, "the candidate is missing: only the old state goes on"),
        ((1 - keep) * new, "the old state is missing: only the candidate goes on"),
        (old, "the *old* state is returned as the new one"),
        (keep * old - (1 - keep) * new, "the candidate is subtracted; add it"),
        ((old + new) / 2, f"the two are averaged; their factors are {of_old} and {of_new}"),
        (np.tanh(keep * old + (1 - keep) * new), "the tanh belongs around the candidate only, not around the whole"),
        (old + keep * (new - old), f"the factors {of_old} and {of_new} are swapped: {of_old} is the old state's"),
        (old + (1 - keep) * (old - new), "old and new are exchanged in the difference: it is new - old"),
    ]


def of_shift(values, axis, hints):
    """(wrong value, hint) of a sequence that is off by one along an axis.

    hints: where every position holds what belongs to the one before, and to the one after. The gap holds zeros, the
    other end, or what stands beside it.
    """
    values, steps = np.asarray(values, "float64"), np.shape(values)[axis]
    wrong = []
    for by, hint, end in ((1, hints[0], 0), (-1, hints[1], steps - 1)):
        rolled = np.roll(values, by, axis)
        gap = np.expand_dims(np.arange(steps) == end, [n for n in range(values.ndim) if n != axis % values.ndim])
        beside = np.take(values, [end], axis)
        wrong += [(rolled, hint), (np.where(gap, 0, rolled), hint), (np.where(gap, beside, rolled), hint)]
    return wrong


def of_axes(values, hints):
    """(wrong value, hint) of an array whose entries stand elsewhere; hints: {"transposed": ..., "reversed": ..., ...}.

    Of equal shape only; another shape is for `expect_shape`.
    """
    values = np.asarray(values)
    made = {
        "reversed": values[::-1],
        "reversed rows": values[..., ::-1],
        "transposed": np.swapaxes(values, 0, -1),
        "mixed": np.swapaxes(values, 0, 1).reshape(values.shape) if values.ndim > 1 else values,
        "sorted": np.sort(values, axis=-1),
        "as the first": np.broadcast_to(values[:1], values.shape),
    }
    return [(made[name], hint) for name, hint in hints.items()]


def of_count(count, what):
    """(wrong value, hint) of counted things, one number or an array."""
    count = np.asarray(count)
    return [
        (count + 1, f"one too many: count the {what}, from 1"),
        (count - 1, f"one too few: count the {what}, the last one, too"),
        (np.broadcast_to(count.max(), count.shape), f"that is the largest number of {what}, in every place"),
        (np.broadcast_to(count.sum(), count.shape), f"that is the number of all {what} together"),
        (np.cumsum(count).reshape(count.shape), f"these are running sums of the {what}"),
    ]


def of_mask(mask):
    """(wrong mask, hint) of a mask (rows, T), True at words; padding may be anywhere."""
    mask, steps = np.asarray(mask, bool), np.arange(np.shape(mask)[1])
    everywhere, own = np.ones_like(mask), "each row has its own mask"
    moved = of_shift(mask, 1, ["the mask is off by one: step t has mask[:, t]"] * 2)
    return [
        (~mask, "the mask is upside down: words and padding are swapped"),
        (everywhere, "padding is treated like words; the mask is True at words only"),
        (mask | (steps == 0), "the first timestep may be padding, too; yours is always a word"),
        (mask & (steps > 0), "the first timestep never counts; it may be a word"),
        (mask & (steps < len(steps) - 1), "the last timestep never counts; it may be a word"),
        (np.logical_and.accumulate(mask, axis=1), "words may follow padding; yours end at the first padding"),
        (everywhere & mask.all(axis=0), f"a timestep counts only where it is a word in every row; {own}"),
        (everywhere & mask.any(axis=0), f"a timestep counts wherever it is a word in any row; {own}"),
        (everywhere & mask[:1], f"the first row's mask is used for all; {own}"),
        (~everywhere, "words are treated like padding; the mask is True at words"),
        (steps < mask.sum(axis=1, keepdims=True), "the mask is rebuilt from its sum, as if all words came first"),
        (steps >= (~mask).sum(axis=1, keepdims=True), "the mask is rebuilt from its sum, as if all words came last"),
        *[(wrong > 0, hint) for wrong, hint in moved],
    ]
