"""Which word of a translation stands for which word of its source: guessed from counts alone, without a network."""

import numpy as np


def word_pairs(sources, targets, least=5, bar=0.9):
    """For each target word that has one, the source word it stands for: {target word: source word}.

    sources, targets: sentences, lists of tokens. A target word's partner is the source word with the largest Dice
    coefficient, 2 n(both) / (n(one) + n(other)) over sentences, if at least the share `bar` of the target word's
    sentences contain it; a target word must occur in at least `least` sentences.
    Source: L. Dice, "Measures of the amount of ecologic association between species", 1945.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    counters = [CountVectorizer(analyzer=lambda words: words, binary=True, dtype="int32") for _ in range(2)]
    one, other = (counter.fit_transform(side) for counter, side in zip(counters, (sources, targets), strict=True))
    both = (one.T @ other).toarray()  # (source words, target words)
    n_one, n_other = (np.asarray(side.sum(axis=0)).ravel() for side in (one, other))
    partner = np.argmax(2 * both / (n_one[:, None] + n_other), axis=0)
    sure = (n_other >= least) & (both[partner, np.arange(len(n_other))] >= bar * n_other)
    source_words, target_words = (counter.get_feature_names_out() for counter in counters)
    return {str(target_words[f]): str(source_words[partner[f]]) for f in np.flatnonzero(sure)}


def aligned_positions(source, target, pairs):
    """The positions (t, s) at which a target word and its partner stand, where each occurs once; a list, by t.

    source, target: one sentence each, lists of tokens. pairs: as `word_pairs` gives them.
    """
    return [
        (t, source.index(pairs[word]))
        for t, word in enumerate(target)
        if word in pairs and target.count(word) == 1 and source.count(pairs[word]) == 1
    ]


def crossings(positions):
    """Neighbours that change places: [((t, s), (t + 1, s - 1)), ...] among the positions of `aligned_positions`."""
    there = set(positions)
    return [((t, s), (t + 1, s - 1)) for t, s in positions if (t + 1, s - 1) in there]


def share_attended(weights, positions):
    """How many of the aligned words have their largest attention at their partner: (hits, words).

    weights: list of (T, S) arrays, one for each sentence. positions: for each sentence, as `aligned_positions` gives.
    """
    hits = [np.argmax(w[t]) == s for w, places in zip(weights, positions, strict=True) for t, s in places]
    return sum(map(int, hits)), len(hits)
