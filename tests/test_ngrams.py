"""Counts of n-grams, and models made of them."""

import numpy as np
import pytest

from course_utils.text.ngrams import NGramCounts, NGramModel


def by_hand(texts, size, n, text, distinct, before=0):
    """The counts by explicit loops over strings of codes."""
    counts = {}
    grams = set() if distinct else []
    for whole in texts:
        padded = [before] * n + list(whole)
        for i in range(len(whole)):
            gram = tuple(padded[i + (0 if distinct else 1) : i + n + 1])
            grams.add(gram) if distinct else grams.append(gram)
    for gram in grams:
        gram = gram[-n:]
        counts[gram] = counts.get(gram, 0) + 1
    padded = [before] * (n - 1) + list(text)
    return np.array([[counts.get((*padded[i : i + n - 1], c), 0) for c in range(size)] for i in range(len(text))])


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("distinct", [False, True])
def test_counts_equal_those_by_hand(n, distinct):
    rng = np.random.default_rng(n)
    texts = [rng.integers(0, 4, size=30), rng.integers(0, 4, size=20)]
    text = rng.integers(0, 5, size=15)  # with a symbol never seen
    counts = NGramCounts(texts, 5, order=4).after(text, n, distinct)
    np.testing.assert_array_equal(counts, by_hand(texts, 5, n, text, distinct))


def test_too_long_for_63_bits():
    with pytest.raises(ValueError, match="63 bits"):
        NGramCounts([np.zeros(3, int)], 65, order=12)


@pytest.mark.parametrize(
    ("texts", "order", "reason"),
    [
        ([[1, 2], [1, 5]], 2, "text 1 holds 5"),
        ([[-1]], 2, "text 0 holds -1"),
        ([[]], 2, "empty"),
        ([[1]], 1, "order is 1"),
    ],
)
def test_what_an_n_gram_model_cannot_be_made_of(texts, order, reason):
    with pytest.raises(ValueError, match=reason):
        NGramModel([np.array(text, int) for text in texts], 5, order)
