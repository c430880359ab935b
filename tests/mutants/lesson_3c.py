"""Wrong answers to the exercises of lesson 3c, and right ones in another form."""

from mutants import changed

MERGE = """
def merge_directions(forward, backward):
    return ops.concatenate([forward, ops.flip(backward, axis=1)], axis=-1)
"""
REVERSE = """
def reverse_words(x, mask):
    t, lengths = np.arange(x.shape[1]), mask.sum(axis=1, keepdims=True)
    source = np.where(mask, lengths - 1 - t, t)
    return np.take_along_axis(x, source[..., None], axis=1)
"""

MUTANTS = [
    ("3c.1", "not turned round", "must be turned round", changed(MERGE, ("ops.flip(backward, axis=1)", "backward"))),
    (
        "3c.1",
        "halves exchanged",
        "the halves are exchanged",
        changed(MERGE, ("[forward, ops.flip(backward, axis=1)]", "[ops.flip(backward, axis=1), forward]")),
    ),
    (
        "3c.1",
        "added",
        "are mixed into one",
        changed(
            MERGE,
            ("ops.concatenate([forward, ops.flip(backward, axis=1)], axis=-1)", "forward + ops.flip(backward, axis=1)"),
        ),
    ),
    ("3c.1", "joined along time", "joined along time", changed(MERGE, ("axis=-1", "axis=1"))),
    ("3c.1", "batch turned round", "the batch is turned round", changed(MERGE, ("axis=1)", "axis=0)"))),
    ("3c.1", "everything turned round", "the units are turned round", changed(MERGE, ("axis=1)", "axis=-1)"))),
    (
        "3c.1",
        "the wrong one turned round",
        "it is the backward ones",
        changed(MERGE, ("[forward, ops.flip(backward, axis=1)]", "[ops.flip(forward, axis=1), backward]")),
    ),
    (
        "3c.1",
        "NumPy",
        "not for the Keras tensors",
        """
def merge_directions(forward, backward):
    return np.concatenate([np.asarray(forward), np.asarray(backward)[:, ::-1]], axis=-1)
""",
    ),
    ("3c.1", "no axis", "every axis is turned round", changed(MERGE, ("(backward, axis=1)", "(backward)"))),
    (
        "3c.1",
        "batch and time turned round",
        "time alone",
        changed(MERGE, ("ops.flip(backward, axis=1)", "backward[::-1, ::-1]")),
    ),
    (
        "3c.1",
        "the word itself left out",
        "off by one",
        changed(MERGE, ("ops.flip(backward, axis=1)", "ops.roll(ops.flip(backward, axis=1), -1, axis=1)")),
    ),
    (
        "3c.1",
        "one step early",
        "off by one",
        changed(MERGE, ("ops.flip(backward, axis=1)", "ops.roll(ops.flip(backward, axis=1), 1, axis=1)")),
    ),
    ("3c.1", "stacked", "an axis of their own", changed(MERGE, ("ops.concatenate", "ops.stack"))),
    (
        "3c.1",
        "a pair",
        "an axis of their own",
        "def merge_directions(forward, backward):\n    return forward, ops.flip(backward, axis=1)",
    ),
    ("3c.2", "whole rows", "the padding comes first", "def reverse_words(x, mask):\n    return x[:, ::-1]"),
    (
        "3c.2",
        "off by one",
        "off by one",
        changed(
            REVERSE,
            (
                "lengths - 1 - t, t)",
                "lengths - t, t) % x.shape[1]\n    source = np.where((t == 0) & (lengths == x.shape[1]), 0, source)",
            ),
        ),
    ),
    (
        "3c.2",
        "one length for all",
        "its own",
        """
def reverse_words(x, mask):
    n = int(mask.sum(axis=1).min())
    return np.concatenate([x[:, :n][:, ::-1], x[:, n:]], axis=1)
""",
    ),
    (
        "3c.2",
        "padding set to 0",
        "the padding has been set to 0",
        changed(
            REVERSE,
            (
                "return np.take_along_axis(x, source[..., None], axis=1)",
                "return np.take_along_axis(x, source[..., None], axis=1) * mask[..., None]",
            ),
        ),
    ),
    ("3c.2", "features reversed", "the features are reversed", "def reverse_words(x, mask):\n    return x[:, :, ::-1]"),
    ("3c.2", "unchanged", "nothing has changed places", "def reverse_words(x, mask):\n    return x"),
    (
        "3c.2",
        "the last word stays",
        "the last word of each row has stayed",
        """
def reverse_words(x, mask):
    result = x.copy()
    for e, n in enumerate(mask.sum(axis=1)):
        result[e, : n - 1] = x[e, : n - 1][::-1]
    return result
""",
    ),
    (
        "3c.2",
        "the first word stays",
        "the first word of each row has stayed",
        """
def reverse_words(x, mask):
    result = x.copy()
    for e, n in enumerate(mask.sum(axis=1)):
        result[e, 1:n] = x[e, 1:n][::-1]
    return result
""",
    ),
    (
        "3c.2",
        "flip without an axis",
        "their features are reversed too",
        """
def reverse_words(x, mask):
    result = x.copy()
    for e, n in enumerate(mask.sum(axis=1)):
        result[e, :n] = np.flip(x[e, :n])
    return result
""",
    ),
    (
        "3c.2",
        "padding on the left",
        "at the right end",
        """
def reverse_words(x, mask):
    result = x.copy()
    for e, n in enumerate(mask.sum(axis=1)):
        result[e] = np.concatenate([x[e, n:], x[e, :n][::-1]])
    return result
""",
    ),
    (
        "3c.2",
        "padding reversed",
        "the padding is reversed as well",
        """
def reverse_words(x, mask):
    result = x.copy()
    for e, n in enumerate(mask.sum(axis=1)):
        result[e] = np.roll(x[e][::-1], n, axis=0)
    return result
""",
    ),
    ("3c.2", "index -1", "index -1 is the end", changed(REVERSE, ("lengths - 1 - t", "lengths - 2 - t"))),
    (
        "3c.2",
        "through the batch",
        "from one text to another",
        """
def reverse_words(x, mask):
    result = x.copy()
    result[mask] = x[mask][::-1]
    return result
""",
    ),
    (
        "3c.2",
        "the median length",
        "its own",
        """
def reverse_words(x, mask):
    n = int(np.median(mask.sum(axis=1)))
    return np.concatenate([x[:, :n][:, ::-1], x[:, n:]], axis=1)
""",
    ),
    (
        "3c.2",
        "in place",
        "changes its argument x",
        """
def reverse_words(x, mask):
    for row, words in zip(x, mask):
        row[words] = row[words][::-1].copy()
    return x
""",
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "3c.1",
        "def merge_directions(forward, backward):\n    return ops.concatenate([forward, backward[:, ::-1]], axis=2)",
    ),
    (
        "3c.1",
        "def merge_directions(forward, backward):\n    return layers.Concatenate()([forward, ops.flip(backward, 1)])",
    ),
    (
        "3c.2",
        """
def reverse_words(x, mask):
    result = x.copy()
    for row, words, new in zip(x, mask, result, strict=True):
        new[words] = row[words][::-1]
    return result
""",
    ),
    (
        "3c.2",
        """
def reverse_words(x, mask):
    return [list(row[words][::-1]) + list(row[~words]) for row, words in zip(x, mask)]
""",
    ),
    (
        "3c.2",
        """
def reverse_words(x, mask):
    import tensorflow as tf
    return tf.reverse_sequence(x, mask.sum(axis=1), seq_axis=1, batch_axis=0)
""",
    ),
]
