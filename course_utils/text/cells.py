"""Looking into a stacked LSTM: the values of its cells along a text, and which of them follow something in it."""

import numpy as np


def cells_along(weights, codes):
    """The cells of a stacked LSTM after each character of texts, read from zero states.

    weights: an embedding, three arrays for each LSTM layer, and two of the readout, as Keras keeps them.
    codes: (batch, T). Returns a list of (batch, T, units) arrays in half precision, one for each layer.
    """
    embedding, *stacked = weights[:-2]
    layers = [stacked[n : n + 3] for n in range(0, len(stacked), 3)]
    h = [np.zeros((len(codes), W_h.shape[0]), "float32") for _, W_h, _ in layers]
    c = [np.zeros_like(state) for state in h]
    along = [np.zeros((*codes.shape, W_h.shape[0]), "float16") for _, W_h, _ in layers]
    for t, column in enumerate(np.transpose(codes)):
        x = embedding[column]
        for n, (W_x, W_h, b) in enumerate(layers):
            i, f, g, o = np.split(x @ W_x + h[n] @ W_h + b, 4, axis=1)
            c[n] = c[n] * logistic(f) + np.tanh(g) * logistic(i)
            x = h[n] = np.tanh(c[n]) * logistic(o)
            along[n][:, t] = c[n]
    return along


def logistic(z):
    return 1 / (1 + np.exp(-z))


def separation(values, inside):
    """How well a cell tells inside from outside: the area under its ROC curve, 1 or 0 at best, 0.5 by chance.

    That is how often a value from inside is above one from outside, ties counted as half.
    values: (n, cells). inside: (n,) booleans, some of them True and some False. Returns (cells,).
    """
    count_in, count_out = np.sum(inside), np.sum(~inside)
    areas = np.zeros(values.shape[1])
    for cell, column in enumerate(np.transpose(values)):
        _, places, counts = np.unique(column, return_inverse=True, return_counts=True)
        rank = np.cumsum(counts) - (counts - 1) / 2  # ties share their mean rank
        areas[cell] = (rank[places.ravel()[inside]].sum() - count_in * (count_in + 1) / 2) / (count_in * count_out)
    return areas
