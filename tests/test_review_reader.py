"""The network of lesson 2b that a script trained, as lessons 3a and 3c take it up."""

import numpy as np
from keras import layers

from course_utils import trained_weights
from course_utils.datasets import load
from course_utils.experiments.result_file import read_result
from course_utils.experiments.review_reader import EMBEDDING_SIZE, UNITS, batches_of_similar_length
from course_utils.references import exports
from course_utils.text import word_encoder, words_and_labels


def test_the_committed_network_reads_as_its_file_says():
    measured, lesson = read_result("review_reader"), exports("2b")
    texts, labels = words_and_labels(load("course_reviews", "test"))
    vectorize = layers.TextVectorization(
        vocabulary=measured["vocabulary"], standardize=None, output_sequence_length=120
    )
    model = lesson.build_classifier(len(measured["vocabulary"]), EMBEDDING_SIZE, UNITS)
    model.set_weights(trained_weights("review_reader", "reader"))
    token_ids = np.array(vectorize([" ".join(words) for words in texts]))
    correct = (model.predict(token_ids, batch_size=256, verbose=0)[:, 0] > 0) == labels
    assert abs(correct.mean() - measured["masked"]["accuracy"][0]) < 0.005
    assert correct.mean() > 0.64


def test_its_vocabulary_is_the_one_that_the_training_reviews_give():
    texts, _ = words_and_labels(load("course_reviews", "train"))
    _, vocabulary = word_encoder(texts, 4_000, 120)
    assert vocabulary == read_result("review_reader")["vocabulary"]


def test_batches_of_similar_length_hold_every_review_once():
    token_ids = np.tri(90, 100, k=0, dtype="int32")  # 90 reviews of 1 to 90 words
    batches = list(batches_of_similar_length(token_ids, width=20, size=8))
    assert sorted(np.concatenate(batches)) == list(range(90)) and max(map(len, batches)) == 8
    assert all(np.ptp(np.count_nonzero(token_ids[rows], axis=1)) < 20 for rows in batches)
