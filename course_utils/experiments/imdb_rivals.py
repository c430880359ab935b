"""All of IMDB, honestly ranked: bags of words and of pairs, weighted pairs, and the networks of lesson 3c.

    TFDS_DATA_DIR=FOLDER python -m course_utils.experiments.imdb_rivals

needs imdb_reviews (TFDS). Each rival gets the best of its own settings on 2,500 validation reviews: the strength of the
regularisation, or the learning rate and the epoch. Only the chosen ones read the 25,000 test reviews. The networks are
the lesson's, with embeddings and states of 64 numbers; they read the last 400 words of a review, with spatial dropout
of a half, which suits them better than none. What counts reads whole reviews, and once the last 400 words. One LSTM is
trained and tested on the same reviews with their words in random order. Writes results/imdb_rivals.json. About fifty
minutes of one core; interrupted, it goes on from build/imdb.

Source of the weighted pairs: S. Wang, C. Manning, "Baselines and bigrams: simple, good sentiment and topic
classification", 2012.
"""

import time

import keras
import numpy as np
from keras import layers
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from course_utils.experiments import imdb_reviews
from course_utils.experiments.imdb_reviews import LAST_WORDS, PADDING, STATE, VOCABULARY_SIZE
from course_utils.experiments.result_file import write_result
from course_utils.stats import paired_difference, share_by_bin

SEED, UNITS, DROPOUT, EPOCHS, BATCH, QUARTERS = 0, 64, 0.5, 3, 32, 4
NETWORKS = {  # name: (layer, learning rates tried)
    "SimpleRNN": (lambda: layers.SimpleRNN(UNITS), (3e-4, 1e-3, 3e-3)),
    "LSTM": (lambda: layers.LSTM(UNITS), (1e-3, 3e-3, 1e-2)),
    "bidirectional LSTM": (lambda: layers.Bidirectional(layers.LSTM(UNITS // 2)), (1e-3, 3e-3, 1e-2)),
    "LSTM, words in random order": (lambda: layers.LSTM(UNITS), (1e-3, 3e-3, 1e-2)),
}
STRENGTHS = {
    "bag of words": (1.0, 3.0, 10.0, 30.0, 100.0),
    "bag of words, last 400 words": (1.0, 3.0, 10.0, 30.0, 100.0),
    "words and pairs": (3.0, 10.0, 30.0, 100.0, 300.0),
    "weighted pairs": (0.03, 0.1, 0.3, 1.0),
}  # C of the logistic regression
LABELS = (500, 2_500, 22_500)


class WeightedPairs:
    """Words and pairs of them, each weighted by how much more often it stands in good reviews than in bad ones."""

    def fit_transform(self, texts, labels):
        self.vectorizer = CountVectorizer(
            tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 2), binary=True, min_df=2
        )
        counts = self.vectorizer.fit_transform(map(" ".join, texts))
        good, bad = (1 + np.asarray(counts[labels == label].sum(axis=0))[0] for label in (1, 0))
        self.weights = np.log((good / good.sum()) / (bad / bad.sum()))
        return counts.multiply(self.weights).tocsr()

    def transform(self, texts):
        return self.vectorizer.transform(map(" ".join, texts)).multiply(self.weights).tocsr()


class Bag:
    """TF-IDF of the words, and of pairs of them where `longest` is 2; of the last words only, if asked."""

    def __init__(self, longest=1, last_words=0):
        self.last_words = last_words
        self.vectorizer = TfidfVectorizer(
            tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, longest), min_df=2
        )

    def fit_transform(self, texts, labels):
        return self.vectorizer.fit_transform(" ".join(text[-self.last_words :]) for text in texts)

    def transform(self, texts):
        return self.vectorizer.transform(" ".join(text[-self.last_words :]) for text in texts)


FEATURES = {
    "bag of words": Bag,
    "bag of words, last 400 words": lambda: Bag(last_words=LAST_WORDS),
    "words and pairs": lambda: Bag(longest=2),
    "weighted pairs": WeightedPairs,
}


def counted(name, labels, reviews):
    """A model that counts, trained on the first `labels` reviews: its accuracies, and which test reviews are right."""
    begun, features = time.process_time(), FEATURES[name]()
    texts, y = reviews["train"][0][:labels], reviews["train"][1][:labels]
    x = features.fit_transform(texts, y)
    held_out = features.transform(reviews["validation"][0])
    tried = {}
    for strength in STRENGTHS[name]:
        model = LogisticRegression(C=strength, max_iter=1000, solver="liblinear").fit(x, y)
        tried[strength] = model, float((model.predict(held_out) == reviews["validation"][1]).mean())
    best = max(tried, key=lambda strength: tried[strength][1])
    right = tried[best][0].predict(features.transform(reviews["test"][0])) == reviews["test"][1]
    return {
        "validation": {f"{strength:g}": accuracy for strength, (_, accuracy) in tried.items()},
        "setting": best,
        "test": float(right.mean()),
        "cpu_seconds": round(time.process_time() - begun),
        "right": imdb_reviews.packed(right),
    }


def network(name):
    """Token ids (batch, T) to one logit, untrained."""
    keras.utils.set_random_seed(SEED)
    token_ids = keras.Input((None,), dtype="int32")
    x = layers.SpatialDropout1D(DROPOUT)(layers.Embedding(VOCABULARY_SIZE, UNITS)(token_ids))
    return keras.Model(token_ids, layers.Dense(1)(NETWORKS[name][0]()(x, mask=token_ids != PADDING)))


def trained(name, rate, data):
    """A network trained at one rate, its weights in the state. Returns its accuracy on the validation reviews."""
    begun, model = time.process_time(), network(name)
    curve = imdb_reviews.fit(model, data["train"], data["validation"], rate, EPOCHS, BATCH)
    model.save_weights(STATE / f"{name.replace(' ', '_')}_{rate:g}.weights.h5")
    return {"validation": curve, "cpu_seconds": round(time.process_time() - begun)}


def judged(name, rate, data):
    """Which test reviews a trained network gets right."""
    model = network(name)
    model.load_weights(STATE / f"{name.replace(' ', '_')}_{rate:g}.weights.h5")
    right = imdb_reviews.correct(model, *data["test"])
    return {"test": float(right.mean()), "right": imdb_reviews.packed(right)}


def in_random_order(data, rng):
    """The same reviews, the words of each in random order after END; padding stays where it is."""
    mixed = {}
    for split, (token_ids, labels) in data.items():
        token_ids = token_ids.copy()
        for row in token_ids:
            rng.shuffle(row[1 : np.count_nonzero(row)])
        mixed[split] = token_ids, labels
    return mixed


def right_of_pairs(labels, count):
    """Which of `count` test reviews the weighted pairs get right, once this script has run; (count,) booleans."""
    found = imdb_reviews.remembered(f"weighted_pairs_{labels}", None)
    return imdb_reviews.unpacked(found["right"], count)


def main():
    STATE.mkdir(parents=True, exist_ok=True)
    reviews, rows = imdb_reviews.labelled(), {}
    test = reviews["test"][1]
    for name in FEATURES:
        for labels in LABELS:
            found = imdb_reviews.remembered(
                f"{name.replace(' ', '_')}_{labels}", lambda n=name, c=labels: counted(n, c, reviews)
            )
            rows.setdefault(name, {})[labels] = found
    ids = imdb_reviews.word_ids(reviews["train"][0])
    data = {
        split: (imdb_reviews.padded(imdb_reviews.encode(texts, ids)), labels)
        for split, (texts, labels) in reviews.items()
    }
    rng = np.random.default_rng(SEED)
    data_of = dict.fromkeys(NETWORKS, data) | {"LSTM, words in random order": in_random_order(data, rng)}
    for name, (_, rates) in NETWORKS.items():
        tried = {
            rate: imdb_reviews.remembered(
                f"{name.replace(' ', '_')}_{rate:g}", lambda n=name, r=rate: trained(n, r, data_of[n])
            )
            for rate in rates
        }
        best = max(tried, key=lambda rate: max(tried[rate]["validation"]))
        found = imdb_reviews.remembered(
            f"{name.replace(' ', '_')}_{best:g}_test", lambda n=name, r=best: judged(n, r, data_of[n])
        )
        curves = {f"{rate:g}": [round(v, 4) for v in one["validation"]] for rate, one in tried.items()}
        seconds = sum(one["cpu_seconds"] for one in tried.values())
        rows[name] = {22_500: found | {"validation": curves, "setting": best, "cpu_seconds": seconds}}

    lengths = np.array([len(words) for words in reviews["test"][0]])
    edges = np.quantile(lengths, np.linspace(0, 1, QUARTERS + 1))
    right = {name: imdb_reviews.unpacked(row[22_500]["right"], len(test)) for name, row in rows.items()}
    measured = {}
    for name, row in rows.items():
        quarters = share_by_bin(lengths, right[name], edges)[0]
        measured[name] = {
            "test": {str(labels): round(one["test"], 4) for labels, one in row.items()},
            "by_quarter_of_length": [round(float(share), 4) for share in quarters],
            "minus_bag": [round(float(v), 4) for v in paired_difference(right[name], right["bag of words"])],
            "setting": row[22_500]["setting"],
            "validation": row[22_500]["validation"],
        }
    write_result(
        "imdb_rivals",
        data="imdb_reviews, 22,500 to train on, 2,500 to validate, 25,000 to test",
        seeds=[SEED],
        seconds=sum(one["cpu_seconds"] for row in rows.values() for one in row.values()),
        settings={"units": UNITS, "dropout": DROPOUT, "epochs": EPOCHS, "batch": BATCH, "last_words": LAST_WORDS},
        quarters=[int(edge) for edge in edges],
        rivals=measured,
    )


if __name__ == "__main__":
    main()
