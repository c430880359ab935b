"""CTC around the loss: feasible labels, decoding (greedy, prefix beam search), batches of rows that differ in length.

Labels are integers from 1; 0 is the blank. Sources: A. Graves et al., "Connectionist temporal classification", 2006;
the beam search after A. Hannun et al., "First-pass large vocabulary continuous speech recognition using bi-directional
recurrent DNNs", 2014.
"""

import math

import numpy as np

BLANK = 0


def collapse(path):
    """The label that a path, one class per frame, stands for: repeats merged first, then blanks dropped.

    path: (T,) integers. Returns a tuple of integers. collapse([0, 3, 3, 0, 3, 1]) is (3, 3, 1).
    """
    path = np.asarray(path, dtype=int)
    first = np.diff(path, prepend=BLANK) != 0  # of a run; a blank before the beginning changes nothing
    return tuple(int(label) for label in path[first & (path != BLANK)])


def label_codes(texts, alphabet):
    """Texts as labels: each character's place in the alphabet, counted from 1. Returns (n, longest), padded with 0.

    Raises ValueError for a character that is not in the alphabet.
    """
    for text in texts:
        if lacking := set(text) - set(alphabet):
            raise ValueError(
                f"{', '.join(map(repr, sorted(lacking)))} of the text {text!r} is not in the alphabet {alphabet!r}; "
                "extend the alphabet, or leave the character out"
            )
    rows = [[alphabet.index(character) + 1 for character in text] for text in texts]
    labels = np.zeros((len(rows), max(map(len, rows), default=0)), "int32")
    for n, row in enumerate(rows):
        labels[n, : len(row)] = row
    return labels


def label_texts(labels, alphabet):
    """Decoded labels, tuples of integers from 1 to the alphabet's size, as texts.

    Raises ValueError for another integer: 0 is the blank, or padding, and spells nothing.
    """
    for n, label in enumerate(labels):
        for code in label:
            if not 1 <= code <= len(alphabet):
                raise ValueError(
                    f"label {n} holds {code}, and the codes of the alphabet are 1 to {len(alphabet)}; "
                    "leave out blanks and padding, which are 0"
                )
    return ["".join(alphabet[code - 1] for code in label) for label in labels]


def frames_needed(labels, label_lengths):
    """The fewest frames that can spell each label: one for each symbol, and a blank between two equal neighbours.

    labels: (batch, L) integers, padded on the right. label_lengths: (batch,). Returns (batch,) integers.
    """
    labels, label_lengths = np.asarray(labels), np.asarray(label_lengths)
    inside = np.arange(1, labels.shape[1]) < label_lengths[:, None]
    return label_lengths + ((labels[:, 1:] == labels[:, :-1]) & inside).sum(axis=1)


class NotFeasible(ValueError):
    """A label cannot be spelled in the frames there are; the message names the example."""


def assert_feasible(labels, label_lengths, frames, names=None):
    """Raise NotFeasible for the first example whose label does not fit into its frames.

    On TensorFlow the CTC loss of such an example is a number near 709 and not infinity, so training goes on, wrongly.
    labels: (batch, L) integers, padded on the right. label_lengths, frames: (batch,). names: of the examples.
    """
    needed, frames = frames_needed(labels, label_lengths), np.asarray(frames)
    for n in np.flatnonzero(needed > frames)[:1]:
        length, repeats = int(label_lengths[n]), int(needed[n] - label_lengths[n])
        name = f" ({names[n]!r})" if names is not None else ""
        raise NotFeasible(
            f"example {n}{name} has {frames[n]} frames, and its label needs {needed[n]}: {length} symbols, and a blank "
            f"between each two equal neighbours, {repeats} here; use a smaller stride, or leave it out"
        )


def ctc_loss(labels, logits, frames):
    """-log p(label) of each example, (batch,), by TensorFlow's kernel, as lesson 5b writes it.

    labels: (batch, L) codes, padded on the right with 0. logits: (batch, T, classes). frames: (batch,), how many of
    the T are valid. Infinite for a label that does not fit into its frames. XLA cannot compile it.
    """
    import tensorflow as tf

    with tf.device("CPU:0"):  # on a GPU it would be cuDNN's, which has been reported to return NaN
        return tf.nn.ctc_loss(
            tf.sparse.from_dense(labels),
            logits,
            label_length=None,
            logit_length=tf.cast(frames, "int32"),
            logits_time_major=False,
            blank_index=BLANK,
        )


def valid_scores(scores, frames):
    """The scores of each example's valid frames, (frames, classes), one example after the other.

    scores: (batch, T, classes). frames: (batch,), how many of the T are valid.
    Raises ValueError, which names the example, where frames is not from 0 to T or a valid score is NaN.
    """
    for n, (rows, count) in enumerate(zip(np.asarray(scores), np.asarray(frames), strict=True)):
        if not 0 <= count <= len(rows):
            raise ValueError(
                f"example {n} has scores for {len(rows)} frames, and {count} of them are said to be valid; "
                "count the frames after the strides"
            )
        if np.isnan(rows[:count]).any():
            raise ValueError(f"the scores of example {n} hold NaN and cannot be decoded; look at the training's loss")
        yield rows[:count]


def greedy(scores, frames):
    """The label of the most likely path of each example (not always the most likely label).

    scores: (batch, T, classes), logits or (log) probabilities. frames: (batch,), how many of the T are valid.
    Returns a list of tuples of integers. Raises ValueError as `valid_scores`.
    """
    return [collapse(rows.argmax(axis=-1)) for rows in valid_scores(scores, frames)]


def log_softmax(logits):
    """Log probabilities over the last axis: (..., classes) to (..., classes), float64."""
    logits = np.asarray(logits, dtype="float64")
    logits = logits - logits.max(axis=-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))


def prefix_beam_search(log_p, beam_width=16, language_model=None, weight=0.5, bonus=0.0, least=1e-4):
    """The most likely labels of one example, each with the probabilities of all its paths added up.

    log_p: (T, classes) log probabilities of the valid frames. beam_width: how many prefixes are kept after each frame,
        1 or more.
    language_model: called with a tuple of labels, gives log probabilities (classes,) of the next one, as `NGramModel`.
    weight: its weight; bonus: added for each symbol (a language model alone favours short labels).
    least: a class less probable than this in a frame does not extend a prefix there; 0 for an exact search.
    Returns a list of (label, a tuple; score), best first; the score is log p(label) + weight log p_LM + bonus length.
    Raises ValueError for a smaller beam, and for a frame in which no class is possible or one is NaN.
    """
    if beam_width < 1:
        raise ValueError(f"beam_width is {beam_width}; it is how many prefixes are kept: 1 or more")
    probabilities = np.exp(np.asarray(log_p, dtype="float64"))
    for t in np.flatnonzero(~(probabilities.sum(axis=-1) > 0))[:1]:
        raise ValueError(f"in frame {t} the log probabilities are NaN, or all -inf: no label is possible")
    beams, prior, scale = {(): (1.0, 0.0)}, {(): 0.0}, 0.0
    for p in probabilities:
        classes = [int(c) for c in np.flatnonzero(p > least) if c != BLANK]
        p = p.tolist()
        grown = {}
        for prefix, (in_blank, in_label) in beams.items():
            total, last = in_blank + in_label, prefix[-1] if prefix else BLANK
            here = grown.setdefault(prefix, [0.0, 0.0])
            here[0] += total * p[BLANK]
            if prefix:
                here[1] += in_label * p[last]  # the same symbol goes on
            for c in classes:
                longer = (*prefix, c)
                there = grown.setdefault(longer, [0.0, 0.0])
                there[1] += (in_blank if c == last else total) * p[c]
                if longer not in prior:
                    step = bonus + (weight * language_model(prefix)[c] if language_model else 0.0)
                    prior[longer] = prior[prefix] + step
        ranked = [(math.log(sum(ways)) + prior[prefix], prefix) for prefix, ways in grown.items() if sum(ways) > 0]
        ranked.sort(reverse=True)
        kept = [prefix for _, prefix in ranked[:beam_width]]
        largest = max(sum(grown[prefix]) for prefix in kept)
        beams = {prefix: (grown[prefix][0] / largest, grown[prefix][1] / largest) for prefix in kept}
        scale += math.log(largest)
    return sorted(((p, math.log(sum(ways)) + scale + prior[p]) for p, ways in beams.items()), key=lambda pair: -pair[1])


def beam_decode(logits, frames, **options):
    """The best label of each example by `prefix_beam_search`.

    logits: (batch, T, classes). frames: (batch,), how many of the T are valid. options: of `prefix_beam_search`.
    Returns a list of tuples of integers. Raises ValueError as `valid_scores` and `prefix_beam_search`.
    """
    return [prefix_beam_search(log_p, **options)[0][0] for log_p in valid_scores(log_softmax(logits), frames)]


# --- batches of rows that differ in length ------------------------------------------------------------------


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
    masked = (
        examples.shuffle(len(rows), seed=seed).repeat().map(lambda row, label: (row, tf.ones(tf.shape(row)[:1]), label))
    )
    edges = list(range(multiple + 1, lengths.max() + multiple + 1, multiple))
    batches = masked.bucket_by_sequence_length(
        lambda row, *others: tf.shape(row)[0], edges, [batch_size] * (len(edges) + 1), pad_to_bucket_boundary=True
    )
    return batches.map(lambda row, mask, label: ((row, mask), label)).prefetch(2)
