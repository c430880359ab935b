"""Lesson 3c: its rivals from lesson 2b, what its scripts measured, and its figures."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.datasets import load
from course_utils.plots import DIVERGING, FIGURE_SIZE, PALETTE
from course_utils.text import words_and_labels


def words_alone(words):
    """The words of a review: what a bag of words counts."""
    return words


def words_and_pairs(words):
    """The words of a review and the pairs of neighbours."""
    return words + [" ".join(pair) for pair in pairwise(words)]


BAGS = {"bag of words": words_alone, "words and pairs": words_and_pairs}
STRENGTHS = (1, 10, 100)  # of a bag; the larger, the less it is regularised


def train_bag(counted, train, validation):
    """Lesson 2b's bag of words: the pipeline from reviews to answers that is best on the validation reviews.

    counted: what of a review is counted, a function of BAGS. train, validation: (lists of words, labels).
    """
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    if counted is words_alone:
        vectorizer = TfidfVectorizer(analyzer=counted, min_df=2)
    else:  # hashed, because a table of all pairs would fill the memory in the full profile
        hasher = HashingVectorizer(analyzer=counted, alternate_sign=False)
        vectorizer = make_pipeline(hasher, TfidfTransformer())
    counts = vectorizer.fit_transform(train[0])
    validation_counts = vectorizer.transform(validation[0])
    fits = [LogisticRegression(C=C, solver="liblinear").fit(counts, train[1]) for C in STRENGTHS]
    best = max(fits, key=lambda fit: fit.score(validation_counts, validation[1]))
    return make_pipeline(vectorizer, best)


# --- readers, three seeds each ------------------------------------------------------------------------------------


def readers_of(measured):
    """What lstm_readers measured: {reader: its row}, with "right" as an array of booleans (seeds, reviews).

    "longest" is added, the accuracy of each seed on the longest sixth of the test reviews.
    """
    texts, _ = words_and_labels(load("course_reviews", "test"))
    lengths = np.array([len(words) for words in texts])
    long = lengths >= np.quantile(lengths, 5 / 6)
    readers = {}
    for name, row in measured["readers"].items():
        right = np.array([[digit == "1" for digit in digits] for digits in row["right"]])
        readers[name] = row | {"right": right, "longest": right[:, long].mean(axis=1)}
    return readers


def draw_readers(readers):
    """The accuracy of each network of each kind of reader, on all test reviews and on the longest sixth, with a table.

    readers: as of `readers_of`.
    """
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 0.9 + 0.5 * len(readers)))
    told = []
    print(f"{'':<20}{'parameters':>11}{'rate':>8}   test accuracy by seed      longest sixth")
    for row, (name, reader) in enumerate(readers.items()):
        everywhere, longest = reader["right"].mean(axis=1), reader["longest"]
        label = ("all test reviews", "the longest sixth") if row == 0 else (None, None)
        axes.plot(everywhere, [row] * len(everywhere), "o", color=PALETTE["model"], alpha=0.7, label=label[0])
        axes.plot(longest, [row + 0.22] * len(longest), "D", color=PALETTE["bad"], alpha=0.7, label=label[1])
        numbers = [" ".join(f"{share:.3f}" for share in shares) for shares in (everywhere, longest)]
        size, rate = f"{reader['parameters']:,}" if "parameters" in reader else "", reader.get("best_rate", "")
        print(f"{name:<20}{size:>11}{rate:>8}   {numbers[0]:<24}   {numbers[1]}")
        told.append(f"{name} {np.mean(everywhere):.2f}, {np.mean(longest):.2f}")
    axes.axvline(0.5, color=PALETTE["muted"], linestyle=":")
    axes.set(yticks=range(len(readers)), yticklabels=list(readers), xlabel="accuracy (dotted: chance)")
    axes.set_title("Which models get to the end? Each point is one trained model")
    axes.invert_yaxis()
    axes.margins(y=0.15)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(f"Mean accuracies on all test reviews and on the longest sixth: {'; '.join(told)}.")


# --- inside one network -------------------------------------------------------------------------------------------


def draw_gates(words, gates, cells, units, held):
    """Gates and cell states of some units at each word of a review.

    gates: {title: (T, units)}, values from 0 to 1. cells: (T, units); each row is drawn as a share of its largest.
    units: their numbers. held: how many words at the end leave the answer as it is; a line stands before them.
    """
    figure, axes = plt.subplots(len(gates) + 1, 1, figsize=(max(FIGURE_SIZE[0], 0.115 * len(words)), 6.8), sharex=True)
    looks = {title: (values, {"cmap": "Blues", "vmin": 0, "vmax": 1}) for title, values in gates.items()}
    title = "cell state c, as a share of the unit's largest; green pushes towards positive"
    looks[title] = cells / np.abs(cells).max(axis=0), {"cmap": DIVERGING, "vmin": -1, "vmax": 1}
    for panel, (title, (values, colours)) in zip(axes, looks.items(), strict=True):
        image = panel.imshow(values.T, aspect="auto", interpolation="nearest", **colours)
        panel.axvline(len(words) - held - 0.5, color="black", linewidth=1)
        panel.set_yticks(range(len(units)), units, fontsize=7)
        panel.set(ylabel="unit")
        panel.set_title(title, fontsize=10)
        panel.grid(False)
        figure.colorbar(image, ax=panel, pad=0.01)
    axes[-1].set_xticks(range(len(words)), words, rotation=90, fontsize=7)
    axes[-1].set_xlabel("word")
    after = {title: values[len(words) - held :].mean() for title, values in gates.items()}
    told = "; ".join(f"{title.split(':')[0]} {mean:.2f}" for title, mean in after.items())
    plots.show(
        f"{len(axes)} panels of {len(units)} units by {len(words)} words: gates, and the cell states below. A line "
        f"stands where the answer settles, {held} words before the end. Means after it: {told}."
    )


def draw_exchange(numbers, separated_first, at_random):
    """The share of answers that are flipped, by how many cell states are exchanged.

    numbers: (n,) of units. separated_first: (n,) shares, the most separated units first. at_random: (draws, n).
    """
    _, axes = plt.subplots()
    axes.plot(numbers, separated_first, "o-", color=PALETTE["model"], label="most separated units first")
    mean = np.mean(at_random, axis=0)
    axes.plot(numbers, mean, "s--", color=PALETTE["baseline"], label=f"units at random, mean of {len(at_random)} draws")
    low, high = np.min(at_random, axis=0), np.max(at_random, axis=0)
    axes.fill_between(numbers, low, high, color=PALETTE["baseline"], alpha=0.2, linewidth=0, label="all draws")
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="half of the answers")
    axes.set(xlabel="cell states exchanged", ylabel="share of answers flipped", ylim=(-0.03, 1.03))
    axes.set_xticks([n for n in numbers if n % 8 == 0])
    axes.set_title("How much of the memory must be exchanged to exchange the verdicts?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    told = plots.told({"most separated first": separated_first, "at random": mean})
    plots.show(f"Answers flipped by {', '.join(map(str, numbers))} cell states: {told}")


# --- film reviews, and reading without labels ---------------------------------------------------------------------

OF_IMDB = {  # what is drawn; the models of section 1 have its colours
    "weighted pairs": ("bad", "D-"),
    "bag of words": ("good", "o-"),
    "bag of words, last 400 words": ("good", "o:"),
    "LSTM": ("model", "o-"),
    "LSTM, words in random order": ("model", "o:"),
    "SimpleRNN": ("other", "o-"),
}


def draw_imdb(measured):
    """The accuracy of the models of imdb_rivals by quarter of length, with a table of all, the best first."""
    rivals = dict(sorted(measured["rivals"].items(), key=lambda row: -row[1]["test"]["22500"]))
    names = [f"{low} to {high - 1}" for low, high in pairwise(measured["quarters"])]
    _, axes = plt.subplots()
    print(f"{'':<30}{'accuracy':>9}   minus the bag of words, 95 % interval")
    for name, row in rivals.items():
        lead, low, high = row["minus_bag"]
        told = "" if name == "bag of words" else f"{lead:+.4f}, {low:+.4f} to {high:+.4f}"
        print(f"{name:<30}{row['test']['22500']:>9.4f}   {told}")
    quarters = {name: rivals[name]["by_quarter_of_length"] for name in OF_IMDB}
    for name, (colour, style) in OF_IMDB.items():
        axes.plot(quarters[name], style, color=PALETTE[colour], label=name)
    axes.set(xticks=range(len(names)), xticklabels=names, xlabel="words in the review", ylabel="accuracy")
    axes.margins(x=0.1)
    axes.set_title("IMDB by quarter of length; each point within about 0.008")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show("Accuracy on IMDB by quarter of length. " + plots.told(quarters))


def draw_pretrained(measured):
    """Accuracy against the number of labels for each way to begin, with a table of the language models."""
    print(f"{'penalty on the cells':<22}{'nats a word':>12}{'cells':>8}{'gates at an end':>17}")
    for penalty, row in sorted(measured["language_models"].items(), key=lambda item: -float(item[0])):
        means = [np.mean(row[part]) for part in ("test", "cells", "gates at an end")]
        print(f"{penalty:<22}{means[0]:>12.3f}{means[1]:>8.2f}{means[2]:>17.2f}")
    counted = measured["counting_model"]
    print(f"{'counts of n-grams':<22}{counted['test']:>12.3f}   (Kneser-Ney, n up to {counted['order']})")
    _, axes = plt.subplots()
    looks = zip(("model", "good", "bad", "baseline"), ("o-", "s-", "^--", "D:"), strict=True)
    told = {}
    for (way, row), (colour, style) in zip(measured["readers"].items(), looks, strict=True):
        labels, tests = [int(count) for count in row], [one["test"] for one in row.values()]
        told[way] = [np.mean(shares) for shares in tests]
        axes.plot(labels, told[way], style, color=PALETTE[colour], label=way)
        for count, shares in zip(labels, tests, strict=True):
            axes.plot([count] * len(shares), shares, ".", color=PALETTE[colour], alpha=0.5)
    axes.set_xscale("log")
    axes.set_xticks(labels, labels)
    axes.minorticks_off()
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":")
    axes.set(xlabel="labelled reviews", ylabel="test accuracy", title="Does it help to read without labels first?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(f"Test accuracy with {', '.join(map(str, labels))} labels. {plots.told(told)}")


def draw_imdb_pretrained(measured):
    """IMDB: accuracy against the number of labels, from scratch and pretrained, with paired intervals."""
    model = measured["language_model"]
    print(f"language model: {model['words']:,} words read, perplexity {model['perplexity']}, cells {model['cells']}")
    _, axes = plt.subplots()
    told = {}
    for way, colour in {"from scratch": "model", "pretrained": "good"}.items():  # as in `draw_pretrained`
        row = measured["classifiers"][way]
        counts = sorted(map(int, row))
        told[way] = [row[str(count)]["test"] for count in counts]
        axes.plot(counts, told[way], "o-", color=PALETTE[colour], label=way)
    for rival, row in measured["pretrained_minus"].items():
        for count in counts:
            lead, low, high = row[str(count)]
            print(
                f"{count:>6,} labels: pretrained - {rival:<15} = {lead:+.4f}, 95 % interval {low:+.4f} to {high:+.4f}"
            )
    axes.set_xscale("log")
    axes.set_xticks(counts, counts)
    axes.minorticks_off()
    axes.set(xlabel="labelled reviews", ylabel="test accuracy", title="IMDB: read first, judge afterwards")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(f"Test accuracy on IMDB with {', '.join(map(str, counts))} labels. {plots.told(told)}")
