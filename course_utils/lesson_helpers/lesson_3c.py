"""Lesson 3c: an LSTM read word by word."""

import numpy as np


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
