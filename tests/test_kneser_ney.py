"""Modified Kneser-Ney: the sums of its definition, the slope of nudged discounts, and a gain by tuning."""

import numpy as np
import pytest

from course_utils.text.kneser_ney import MOST, KneserNey, bits_and_slope, estimated

SIZE = 4


def draw(length, seed):
    """A text in which every symbol depends on the two before it."""
    rng = np.random.default_rng(seed)
    chances = np.random.default_rng(9).dirichlet(np.full(SIZE, 0.4), size=(SIZE, SIZE))
    text = [0, 0]
    for _ in range(length):
        text.append(int(rng.choice(SIZE, p=chances[text[-2], text[-1]])))
    return np.array(text[2:])


def probability(symbol, history, counts, discounts):
    """p(symbol | history) by the definition. counts: {n: {n-gram: count}}, the longest n those of occurrences."""
    n = len(history) + 1
    p = probability(symbol, history[1:], counts, discounts) if history else 1 / SIZE
    after = {gram[-1]: count for gram, count in counts[n].items() if gram[:-1] == history}
    if not after:
        return p
    D = discounts[n - 1]
    taken = {symbol: D[min(count, 3) - 1] for symbol, count in after.items()}
    kept = after.get(symbol, 0) - taken.get(symbol, 0)
    return (kept + sum(taken.values()) * p) / sum(after.values())


def counted(texts, order):
    """{n: {n-gram: its count}}: occurrences for n = order, different symbols before it for shorter ones."""
    grams = {}
    for text in texts:
        padded = [0] * order + text.tolist()
        for i in range(len(text)):
            for n in range(1, order + 1):
                gram = tuple(padded[i + order - n + 1 : i + order + 1])
                grams.setdefault(n, {}).setdefault(gram, 0)
                grams[n][gram] += 1
    found = {order: grams[order]}
    for n in range(1, order):
        found[n] = {}
        for gram in grams[n + 1]:
            found[n][gram[1:]] = found[n].get(gram[1:], 0) + 1
    return found


@pytest.mark.parametrize("order", [2, 3, 4])
def test_bits_are_those_of_the_definition(order):
    texts, text = [draw(60, 1), draw(40, 2)], draw(30, 3)
    model = KneserNey(texts, SIZE, order)
    discounts = np.vstack([model.shorter, model.longest])
    counts = counted(texts, order)
    padded = [0] * (order - 1) + text.tolist()
    expected = []
    for i in range(len(text)):
        history = tuple(padded[i : i + order - 1])
        p = [probability(symbol, history, counts, discounts) for symbol in range(SIZE)]
        assert sum(p) == pytest.approx(1)
        expected.append(-np.log2(p[text[i]]))
    np.testing.assert_allclose(model.bits(text), expected)


def test_the_slope_is_that_of_nudged_discounts():
    model = KneserNey([draw(300, 1)], SIZE, 4)
    levels = model.levels(draw(100, 2), 4)
    discounts = np.tile(MOST / 2, (4, 1))
    slope = bits_and_slope(levels, discounts, SIZE)[1]
    for place in np.ndindex(discounts.shape):
        nudge = np.zeros_like(discounts)
        nudge[place] = 1e-5
        more, less = (bits_and_slope(levels, discounts + sign * nudge, SIZE)[0] for sign in (1, -1))
        assert slope[place] == pytest.approx((more - less) / 2e-5, abs=1e-6)


def test_tuning_finds_the_order_of_the_text_and_lowers_the_bits():
    train, validation, test = draw(2_000, 1), draw(1_000, 2), draw(1_000, 3)
    model = KneserNey([train], SIZE, 8)
    before = model.bits(test).mean()
    tried = model.tune(validation)
    assert model.order in (3, 4) and tried[model.order] == min(tried.values())
    assert model.bits(validation).mean() == pytest.approx(tried[model.order])
    assert model.bits(test).mean() < before
    assert set(tried) == set(range(2, model.order + 3))  # longer ones are not tried for long


def test_discounts_never_take_more_than_there_is():
    for counts in ([1, 1, 1], [5, 9], [1, 2, 3, 4, 4, 4, 4]):
        assert np.all(estimated(np.array(counts)) <= MOST)


def test_drawn_symbols_are_judged_after_the_text_before_them():
    model, text = KneserNey([draw(200, 1)], SIZE, 3), draw(20, 2)
    drawn = np.random.default_rng(0).integers(SIZE, size=20)
    bits = model.bits(text, drawn)
    for t in range(20):
        assert bits[t] == pytest.approx(model.bits(np.append(text[:t], drawn[t]))[-1])
    np.testing.assert_array_equal(model.bits(text, text), model.bits(text))
