"""Models of a text that count which character follows which, as rivals of a network."""

import numpy as np

from course_utils.text import CHARACTERS, codes_of
from course_utils.text.ngrams import NGramModel


def bits_by_context(train_text, new_text, contexts):
    """The mean of -log2 p(next character) over a new text, for models that look at 0, 1, 2 ... characters of context.

    train_text, new_text: strings of CHARACTERS. contexts: list of numbers. Returns {context: bits}.
    """
    train, new = codes_of(train_text) + 1, codes_of(new_text) + 1  # 0 stands before a text
    return {context: bits(train, new, context) for context in contexts}


def bits(train, new, context):
    """The same for one context; train, new: (T,) integers from 1 on."""
    if context == 0:
        p = np.bincount(train, minlength=len(CHARACTERS) + 1) + 1.0  # one more, so that none has probability 0
        return -np.mean(np.log2(p / p[1:].sum())[new])
    model = NGramModel([train], len(CHARACTERS) + 1, order=context + 1)
    symbols = [0] * context + new.tolist()
    logs = [model(symbols[t : t + context])[symbols[t + context]] for t in range(len(new))]
    return -np.mean(logs) / np.log(2)
