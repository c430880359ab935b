"""Batches of sequences of numbers that differ in length, each with the mask of what is real in it."""

import numpy as np


def lengths_of(rows):
    """The length of each row, (n,). Raises ValueError where there are no rows, and where one is empty."""
    if not len(rows):
        raise ValueError("there are no rows, and a batch needs one at least")
    lengths = np.array([len(row) for row in rows])
    for n in np.flatnonzero(lengths == 0)[:1]:
        raise ValueError(f"row {n} is empty; leave it out: on a GPU, cuDNN's LSTM fails at a row that is all padding")
    return lengths


def padded(rows, multiple=32):
    """Sequences as one array, padded with zeros on the right, and the mask of what is real.

    rows: list of (length, features) arrays. multiple: the common length is the smallest multiple of this that holds all
    of them. Returns ((n, T, features), (n, T)), both float32. Raises ValueError for no rows, and for an empty one.

    Where layers have strides, the multiple should be divisible by their product: with padding="same", a strided
    convolution over an odd length begins at another place than over an even one.
    """
    longest = -(-lengths_of(rows).max() // multiple) * multiple
    together = np.zeros((len(rows), longest, *rows[0].shape[1:]), "float32")
    mask = np.zeros((len(rows), longest), "float32")
    for n, row in enumerate(rows):
        together[n, : len(row)], mask[n, : len(row)] = row, 1
    return together, mask


def masked_batches(rows, labels, batch_size, multiple=32, seed=0):
    """Endless batches of sequences of like length, for `model.fit` with steps_per_epoch.

    rows: list of (length, features) arrays. labels: (n, L) integers, padded on the right. batch_size: rows of a batch,
    of which the lengths round up to the same multiple of `multiple`. seed: of the order, new in each pass.
    Returns a `tf.data.Dataset` of ((rows (batch, T, features), mask (batch, T)), labels (batch, L) int32).
    Raises ValueError for no rows, and for an empty one.
    """
    import tensorflow as tf

    lengths = lengths_of(rows)
    # Not from a generator, which TensorFlow would never free.
    whole = tf.RaggedTensor.from_row_lengths(np.concatenate(rows).astype("float32"), lengths)
    examples = tf.data.Dataset.from_tensor_slices((whole, np.asarray(labels, "int32")))
    masked = examples.shuffle(len(rows), seed=seed).repeat().map(
        lambda row, label: (row, tf.ones(tf.shape(row)[:1]), label)
    )
    edges = list(range(multiple + 1, lengths.max() + multiple + 1, multiple))
    batches = masked.bucket_by_sequence_length(
        lambda row, *others: tf.shape(row)[0], edges, [batch_size] * (len(edges) + 1), pad_to_bucket_boundary=True
    )
    return batches.map(lambda row, mask, label: ((row, mask), label)).prefetch(2)
