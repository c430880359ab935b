"""Curves with their intervals, and descents on a loss."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots.style import FIGURE_SIZE, PALETTE
from course_utils.stats import wilson_interval

READERS = ("model", "baseline", "good", "other")  # colours of PALETTE for the network and its rivals


def accuracy_by_bin(edges, curves):
    """Draw accuracies in bins of a quantity, each with its interval, and chance for two classes.

    edges: (bins + 1,) of the bins. curves: {name: (colour of PALETTE, share (bins,), (low, high) of its interval)}.
    Returns the matplotlib axes; its x label is the caller's.
    """
    _, axes = plt.subplots()
    middles = (edges[:-1] + edges[1:]) / 2
    for name, (colour, share, (low, high)) in curves.items():
        axes.plot(middles, share, "o-", color=PALETTE[colour], label=name)
        axes.fill_between(middles, low, high, color=PALETTE[colour], alpha=0.15)
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(ylabel="accuracy (95 % interval)")
    axes.legend()
    return axes


def descents_on_a_loss(w, b, loss, paths):
    """Draw a loss of two parameters from above, and descents from one start on it.

    w, b, loss: (rows, columns) as `np.meshgrid` gives them. paths: {name: (steps + 1, 2) of w and b}; the start is
    marked with a star, and what leaves the picture is not shown.
    Returns the matplotlib axes.
    """
    figure, axes = plt.subplots()
    image = axes.pcolormesh(w, b, loss, cmap="Greys", shading="gouraud")
    for (name, path), colour in zip(paths.items(), ("bad", "baseline", "model"), strict=False):
        axes.plot(*path.T, ".-", color=PALETTE[colour], linewidth=1.2, markersize=5, label=name)
    axes.plot(*path[0], "k*", markersize=13)
    axes.set(xlim=(w.min(), w.max()), ylim=(b.min(), b.max()), xlabel="w", ylabel="b")
    axes.set_title("Gradient descent at the cliff, from the star")
    axes.grid(False)
    figure.colorbar(image, ax=axes, label="loss")
    axes.legend(loc="upper right")
    return axes


def accuracy_by_length(edges, accuracy, count, seeds=None):
    """Draw the accuracy of some readers by the length of the review, with 95 % intervals, and chance.

    edges: (groups + 1,) lengths. accuracy: {reader: (groups,)}, the network first. count: (groups,) reviews in each.
    seeds: (networks, groups) of more networks like the first, drawn as thin lines.
    Returns the matplotlib axes.
    """
    intervals = {name: wilson_interval(share * count, count) for name, share in accuracy.items()}
    axes = accuracy_by_bin(edges, {n: (c, accuracy[n], intervals[n]) for n, c in zip(accuracy, READERS, strict=False)})
    if seeds is not None:
        middles = (edges[:-1] + edges[1:]) / 2
        for n, share in enumerate(seeds):
            label = f"the same, {len(seeds)} seeds" if n == 0 else None
            axes.plot(middles, share, color=PALETTE["model"], linewidth=0.7, alpha=0.7, label=label)
    axes.set(xlabel="words in the review", title="Can it read a review to its end?")
    axes.legend(ncols=2)
    return axes


def accuracy_by_sentences(sentences, accuracy, seeds):
    """Draw accuracies by the number of neutral sentences added before and after a review.

    sentences: (n,) numbers. accuracy: {"before" or "after": (n,)} of one network. seeds: the same of several on
    course_reviews, {place: (networks, n)}, drawn as a band from the least to the greatest.
    Returns the matplotlib axes.
    """
    _, axes = plt.subplots()
    for place, colour in zip(accuracy, ("model", "bad"), strict=False):
        band = {"color": PALETTE[colour], "alpha": 0.15, "linewidth": 0}
        low, high = np.min(seeds[place], axis=0), np.max(seeds[place], axis=0)
        axes.fill_between(sentences, low, high, label=f"{place}, {len(seeds[place])} networks, course_reviews", **band)
        axes.plot(sentences, accuracy[place], "o-", color=PALETTE[colour], label=f"{place}, your network")
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="neutral sentences added", ylabel="accuracy", xticks=sentences)
    axes.set_title("The same sentences, before the review or after it")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def points_by_seed(values, chance, xlabel):
    """Draw one point for each network of each of several kinds, and the mean of each kind.

    values: {kind: numbers}. chance: where a dotted line stands. Returns the matplotlib axes.
    """
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 0.8 + 0.5 * len(values)))
    for row, numbers in enumerate(values.values()):
        axes.plot(numbers, [row] * len(numbers), "o", color=PALETTE["model"], alpha=0.6)
        axes.plot([np.mean(numbers)] * 2, [row - 0.25, row + 0.25], color="black")
    axes.axvline(chance, color=PALETTE["muted"], linestyle=":")
    axes.set(xlabel=f"{xlabel} (dotted: chance; bar: mean)", yticks=range(len(values)), yticklabels=list(values))
    axes.invert_yaxis()
    axes.margins(y=0.3)
    return axes


def shares_by_kind(kinds, shares, chance):
    """Draw the share that each of several readers gets right of each kind, as bars side by side.

    kinds: list of names. shares: {reader: (kinds,)}. chance: where a dotted line stands. Returns the matplotlib axes.
    """
    _, axes = plt.subplots()
    height = 0.8 / len(shares)
    for n, ((name, values), colour) in enumerate(zip(shares.items(), READERS, strict=False)):
        places = np.arange(len(kinds)) + n * height
        bars = axes.barh(places, values, height, color=PALETTE[colour], label=name)
        axes.bar_label(bars, fmt="%.2f", padding=3)
    axes.axvline(chance, color=PALETTE["muted"], linestyle=":")
    axes.set(yticks=np.arange(len(kinds)) + 0.4 - height / 2, xlim=(0, 1.12), xlabel="share right (dotted: chance)")
    axes.set_yticklabels(kinds)
    axes.invert_yaxis()
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes
