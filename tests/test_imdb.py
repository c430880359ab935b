"""The experiments on IMDB: their token ids, the reviews they read to the end, what they count, what they remember."""

import numpy as np
import pytest

from course_utils.experiments import imdb_pretrained, imdb_reviews, imdb_rivals

GOOD = [["a", "good", "film"], ["good", "good", "acting"]]
BAD = [["a", "bad", "film"], ["bad", "acting", "not", "good"]]


def test_frequent_words_have_the_low_ids_that_sampled_softmax_expects():
    ids = imdb_reviews.word_ids(GOOD + BAD)
    assert ids["good"] == imdb_reviews.END + 1
    assert sorted(ids.values()) == list(range(imdb_reviews.END + 1, imdb_reviews.END + 1 + len(ids)))


def test_a_long_review_is_read_to_its_end():
    ids = {"word": 3, "verdict": 4}
    long = ["word"] * imdb_reviews.LAST_WORDS + ["verdict", "unheard"]
    row = imdb_reviews.padded(imdb_reviews.encode([long, ["verdict"]], ids))
    assert row.shape == (2, imdb_reviews.LAST_WORDS + 1)
    assert row[0, 0] == imdb_reviews.END and list(row[0, -2:]) == [4, imdb_reviews.UNKNOWN]
    assert list(row[1, :3]) == [imdb_reviews.END, 4, imdb_reviews.PADDING]


def test_what_is_packed_is_unpacked():
    right = np.random.default_rng(0).random(1001) < 0.5
    assert (imdb_reviews.unpacked(imdb_reviews.packed(right), len(right)) == right).all()


def test_a_measurement_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setattr(imdb_reviews, "STATE", tmp_path / "state")
    calls = []
    for _ in range(2):
        found = imdb_reviews.remembered("tides", lambda: calls.append(1) or {"high": 3})
    assert found == {"high": 3} and len(calls) == 1


def test_pairs_weigh_what_distinguishes_good_from_bad():
    pairs = imdb_rivals.WeightedPairs()
    labels = np.array([1, 1, 0, 0])
    texts = GOOD + BAD
    x = pairs.fit_transform(texts + texts, np.tile(labels, 2))  # twice: a pair must stand in two reviews
    names = list(pairs.vectorizer.get_feature_names_out())
    assert pairs.weights[names.index("bad")] < 0 < pairs.weights[names.index("good film")]
    assert x.shape == (8, len(names)) and "not good" in names
    assert (pairs.transform([["unheard"]]).toarray() == 0).all()


def test_random_order_keeps_each_review_its_words_and_padding():
    texts = [[f"w{n}" for n in range(50)], ["w1", "w2"]]
    token_ids = imdb_reviews.padded(imdb_reviews.encode(texts, imdb_reviews.word_ids(texts)))
    mixed, labels = imdb_rivals.in_random_order({"test": (token_ids, [1, 0])}, np.random.default_rng(0))["test"]
    assert (np.sort(mixed, axis=1) == np.sort(token_ids, axis=1)).all() and labels == [1, 0]
    assert (mixed[:, 0] == imdb_reviews.END).all() and ((mixed == 0) == (token_ids == 0)).all()
    assert (mixed != token_ids).any()


def test_a_bag_of_the_last_words_counts_no_others():
    texts = [["early", "late"], ["early", "last"], ["early", "late"], ["early", "last"]]
    assert imdb_rivals.Bag().fit_transform(texts, None).shape == (4, 3)
    assert imdb_rivals.Bag(last_words=1).fit_transform(texts, None).shape == (4, 2)


def test_streams_go_on_where_they_were():
    rows = imdb_pretrained.streams([np.arange(300), np.arange(300, 1000)], 3)
    (first, targets), (second, _), *_ = imdb_pretrained.windows(rows)
    assert (targets == first + 1).all() and (second[:, 0] == targets[:, -1]).all()


@pytest.fixture
def small(monkeypatch):
    """The language model with few words and units."""
    for name, value in {"VOCABULARY_SIZE": 50, "EMBEDDING": 8, "UNITS": 6, "SAMPLED": 40}.items():
        monkeypatch.setattr(imdb_pretrained, name, value)
    model = imdb_pretrained.LanguageModel()
    model(np.full((1, 2), imdb_reviews.END, "int32"), imdb_pretrained.blank_state(1))
    return model


def test_an_untrained_language_model_has_the_perplexity_of_a_guess(small):
    text = np.random.default_rng(0).integers(2, 50, size=4000).astype("int32")
    perplexity, cells = imdb_pretrained.perplexity(small, [text])
    assert abs(perplexity - 50) < 1 and cells < 0.1


def test_classifier_begins_as_the_language_model_and_padding_does_not_matter(small):
    model = imdb_pretrained.classifier(small)
    ids = np.array([[2, 7, 9, 4, 30]], "int32")
    longer = np.pad(ids, ((0, 0), (0, 4)))
    np.testing.assert_allclose(model(ids), model(longer), atol=1e-6)
    embedding = next(layer for layer in model.layers if layer.name.startswith("embedding"))
    np.testing.assert_array_equal(embedding.get_weights()[0], small.embedding.get_weights()[0])
    untrained = imdb_pretrained.classifier(None)
    assert abs(np.array(untrained(ids)) - np.array(model(ids))).max() > 1e-6
