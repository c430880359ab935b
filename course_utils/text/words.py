"""Text as lists of words, and words as batches of integers."""

import re
import sys

import numpy as np

PUNCTUATION = re.compile(r"[^\w\s]|_")

MARKUP = re.compile(r"<[^>]+>")


def words_of(text):
    """The words of a text, lower-cased, without punctuation and mark-up.

    words_of("A hot dog, not a <br/>HOT-dog!") is ["a", "hot", "dog", "not", "a", "hotdog"].
    """
    words = PUNCTUATION.sub("", MARKUP.sub(" ", text.lower())).split()
    return list(map(sys.intern, words))  # one string for each different word, however often it occurs


def words_and_labels(dataset):
    """The texts of a corpus as lists of words, and its labels as an array (n,).

    dataset: a `tf.data.Dataset` of {"text", "label"}, as `load("course_reviews", "train")` gives it.
    """
    reviews = list(dataset.as_numpy_iterator())
    return [words_of(review["text"].decode()) for review in reviews], np.array([review["label"] for review in reviews])


def word_encoder(texts, vocabulary_size, max_words):
    """Learn a vocabulary from texts (lists of words); return (encode, vocabulary).

    encode(texts) gives token ids, (batch, max_words) int32, padded with 0 on the right and cut at max_words; 1 stands
    for a word that is not among the vocabulary_size most frequent. vocabulary: list of words, by id.
    Lesson 2b shows the layer, `TextVectorization`, at work.
    """
    from keras import layers

    vectorize = layers.TextVectorization(vocabulary_size, standardize=None, output_sequence_length=max_words)
    vectorize.adapt([" ".join(words) for words in texts])

    def encode(texts):
        return np.array(vectorize([" ".join(words) for words in texts])).astype("int32")

    return encode, [str(word) for word in vectorize.get_vocabulary()]


def batches_by_length(token_ids, labels, batch_size, seed=0):
    """Batches of texts of like length, each padded to the longest of its own and no further, without end.

    token_ids: (n, T) integers, right-padded with 0. labels: (n,) numbers. seed: of the order.
    Returns a `tf.data.Dataset` of (ids (batch, T of the batch), labels (batch, 1) float32) for `model.fit` with
    steps_per_epoch = n // batch_size.
    """
    import tensorflow as tf

    def length(ids, label):
        return tf.math.count_nonzero(ids, dtype="int32")

    edges = list(range(20, token_ids.shape[1], 20))
    texts = tf.data.Dataset.from_tensor_slices((token_ids, np.asarray(labels, "float32")[:, None]))
    texts = texts.shuffle(len(token_ids), seed=seed).map(lambda ids, label: (ids[: length(ids, label)], label))
    batches = texts.bucket_by_sequence_length(length, edges, [batch_size] * (len(edges) + 1)).repeat().prefetch(2)
    options = tf.data.Options()
    options.autotune.enabled = False  # with it, an iterator kept for long takes up to a minute to be freed
    return batches.with_options(options)
