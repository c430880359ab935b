"""Pairs of a sentence and its translation, and batches of them."""

import numpy as np

from course_utils.translation.tokens import PAD, START


def pairs_of(dataset, source="en", target="fr"):
    """The sentences of a corpus of translations, as two lists of texts: (sources, targets).

    dataset: a `tf.data.Dataset` of {"en", "fr"}, as `load("course_phrases", "train")` gives it.
    """
    pairs = list(dataset.as_numpy_iterator())
    return [pair[source].decode() for pair in pairs], [pair[target].decode() for pair in pairs]


def teacher_forced(target):
    """What the decoder reads and what it shall say: (target_in, target_out), each (n, T) int32.

    target: ids (n, T) of sentences closed by <end>. target_in is target one step later, behind <start>, and its <end>
    and padding are <pad>.
    """
    start = np.full_like(target[:, :1], START)
    return np.where(target == PAD, PAD, np.concatenate([start, target[:, :-1]], axis=1)), target


def batches_by_length(source, target, batch_size, edges=(10, 14, 18, 24, 34, 52), seed=0):
    """Batches of sentence pairs of like length, in a new order each time, without end.

    source: ids (n, S). target: ids (n, T), closed by <end>, both right-padded with 0. edges: lengths to which batches
    are padded: a pair goes to the first that both of its sentences fit into, and one that fits into none raises
    ValueError. Few edges mean few shapes, and each shape is compiled once.
    Returns a `tf.data.Dataset` of ((source (batch_size, E), target_in (batch_size, E)), target_out (batch_size, E)) for
    `model.fit` with steps_per_epoch = n // batch_size; E is one of the edges, and every batch is full.
    """
    import tensorflow as tf

    longest = max(source.shape[1], target.shape[1])
    if longest > edges[-1]:
        raise ValueError(f"a sentence has {longest} tokens with its <end>, and the last edge is {edges[-1]}")
    target_in, target_out = teacher_forced(target)

    def length(*ids):
        return tf.reduce_max([tf.math.count_nonzero(row, dtype="int32") for row in ids])

    def cut(*ids):
        return [row[: tf.math.count_nonzero(row)] for row in ids]

    pairs = tf.data.Dataset.from_tensor_slices((source, target_in, target_out))
    pairs = pairs.shuffle(len(source), seed=seed).repeat().map(cut)
    upper = [edge + 1 for edge in edges]  # a length equal to an edge still belongs below it
    batches = pairs.bucket_by_sequence_length(
        length, upper, [batch_size] * len(edges) + [1], pad_to_bucket_boundary=True
    )
    return batches.map(lambda source, target_in, target_out: ((source, target_in), target_out)).prefetch(2)
