"""Lesson 3c: its rivals, and an LSTM read word by word."""

from itertools import pairwise

import numpy as np


def words_alone(words):
    """The words of a review: what a bag of words counts."""
    return words


def words_and_pairs(words):
    """The words of a review and the pairs of neighbours."""
    return words + [" ".join(pair) for pair in pairwise(words)]


BAGS = {"bag of words": words_alone, "words and pairs": words_and_pairs}
STRENGTHS = (1, 10, 100)  # of a bag; the larger, the less it is regularised


def train_bag(counted, train, validation):
    """Lesson 2b's bag of words: the pipeline from reviews to answers that is best on the validation reviews.

    counted: what of a review is counted, a function of BAGS. train, validation: (lists of words, labels).
    """
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    if counted is words_alone:
        vectorizer = TfidfVectorizer(analyzer=counted, min_df=2)
    else:  # hashed, because a table of all pairs would fill the memory in the full profile
        hasher = HashingVectorizer(analyzer=counted, alternate_sign=False)
        vectorizer = make_pipeline(hasher, TfidfTransformer())
    counts = vectorizer.fit_transform(train[0])
    validation_counts = vectorizer.transform(validation[0])
    fits = [LogisticRegression(C=C, solver="liblinear").fit(counts, train[1]) for C in STRENGTHS]
    best = max(fits, key=lambda fit: fit.score(validation_counts, validation[1]))
    return make_pipeline(vectorizer, best)


def read_gate_by_gate(model, ids):
    """Gates, cell and state of a trained reader after each word of one text.

    model: an embedding, one LSTM and one logit, as lesson 3c trains it. ids: (T,) token ids.
    Returns i, f, o, c, h, each (T, units).
    """
    embedding, W, U, b = model.get_weights()[:4]
    h = c = np.zeros(len(U), "float32")
    seen = []
    for x in embedding[np.asarray(ids)]:
        i, f, candidate, o = np.split(x @ W + h @ U + b, 4)  # the order of Keras
        i, f, o = (1 / (1 + np.exp(-gate)) for gate in (i, f, o))
        c = f * c + i * np.tanh(candidate)
        h = o * np.tanh(c)
        seen.append([i, f, o, c, h])
    return tuple(np.swapaxes(seen, 0, 1))
