"""The network of lesson 2b that a script trained, as lessons 3a and 3b take it up."""

import numpy as np

from course_utils import trained_weights
from course_utils.datasets import load
from course_utils.experiments.result_file import read_result
from course_utils.experiments.review_reader import batches_of_similar_length
from course_utils.lesson_helpers.lesson_2b import review_reader
from course_utils.text import word_encoder, words_and_labels


def test_the_committed_network_reads_as_its_file_says():
    measured = read_result("review_reader")
    encode, vocabulary = word_encoder(words_and_labels(load("course_reviews", "train"))[0], 4_000, 120)
    assert vocabulary == measured["vocabulary"]  # the ids that its weights belong to
    texts, labels = words_and_labels(load("course_reviews", "test"))
    model = review_reader(trained_weights("review_reader", "reader"))
    correct = (model.predict(encode(texts), batch_size=256, verbose=0)[:, 0] > 0) == labels
    assert abs(correct.mean() - measured["masked"]["accuracy"][0]) < 0.005
    assert correct.mean() > 0.64


def test_batches_of_similar_length_hold_every_review_once():
    token_ids = np.tri(90, 100, k=0, dtype="int32")  # 90 reviews of 1 to 90 words
    batches = list(batches_of_similar_length(token_ids, width=20, size=8))
    assert sorted(np.concatenate(batches)) == list(range(90)) and max(map(len, batches)) == 8
    assert all(np.ptp(np.count_nonzero(token_ids[rows], axis=1)) < 20 for rows in batches)
