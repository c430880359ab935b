"""Curves with their intervals."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots.style import FIGURE_SIZE, PALETTE
from course_utils.stats import wilson_interval

MODELS = ("model", "baseline", "good", "other")  # colours of PALETTE for a network and its rivals


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


def accuracy_by_length(edges, accuracy, count, seeds=None):
    """Draw the accuracy of several models by the length of the review, and chance.

    edges: (groups + 1,) lengths. accuracy: {model: (groups,)}; the first gets its 95 % interval.
    count: (groups,) reviews in each. seeds: (networks, groups) of more networks like the first, drawn as thin lines.
    Returns the matplotlib axes.
    """
    _, axes = plt.subplots()
    middles = (edges[:-1] + edges[1:]) / 2
    for (name, shares), colour in zip(accuracy.items(), MODELS, strict=False):
        axes.plot(middles, shares, "o-", color=PALETTE[colour], label=name)
    shares = next(iter(accuracy.values()))
    low, high = wilson_interval(shares * count, count)
    axes.fill_between(
        middles,
        low,
        high,
        color=PALETTE["model"],
        alpha=0.15,
        linewidth=0,
        label=f"{next(iter(accuracy))}, 95 % interval",
    )
    for n, shares in enumerate(() if seeds is None else seeds):
        label = f"{next(iter(accuracy))}, {len(seeds)} seeds" if n == 0 else None
        axes.plot(middles, shares, color=PALETTE["model"], linewidth=0.7, alpha=0.7, label=label)
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="words in the review", ylabel="accuracy", title="Does it read long reviews as well as short ones?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def accuracy_by_sentences(sentences, accuracy, rule, seeds=None):
    """Draw accuracies by the number of neutral sentences added before and after a review, and chance.

    sentences: (n,) numbers. accuracy: {"before" or "after": (n,)} of the network. rule: (n,), that of the last opinion
    word where the sentences stand after the review. seeds: {place: (networks, n)} of more networks, as thin lines.
    Returns the matplotlib axes.
    """
    _, axes = plt.subplots()
    for place, colour in zip(accuracy, ("model", "bad"), strict=False):
        axes.plot(sentences, accuracy[place], "o-", color=PALETTE[colour], label=f"SimpleRNN, {place}")
        for n, shares in enumerate(() if seeds is None else seeds[place]):
            label = f"{len(seeds[place])} seeds, {place}" if n == 0 else None
            axes.plot(sentences, shares, color=PALETTE[colour], linewidth=0.7, alpha=0.7, label=label)
    axes.plot(sentences, rule, "s--", color=PALETTE["other"], label="last opinion word, after")
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="neutral sentences added", ylabel="accuracy", xticks=sentences)
    axes.set_title("The same sentences, before the review or after it")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def step_of_one_unit(w, u, b):
    """Draw the step h -> tanh(w x + u h + b) of one unit for x = +1, 0 and -1, and where x = 0 leaves h as it is.

    Returns the matplotlib axes.
    """
    _, axes = plt.subplots(figsize=(4.6, 4.2))
    h = np.linspace(-1, 1, 401)
    for x, (name, colour) in {1: ("praise", "good"), 0: ("neutral word", "model"), -1: ("blame", "bad")}.items():
        axes.plot(h, np.tanh(w * x + u * h + b), color=PALETTE[colour], label=name)
    axes.plot(h, h, ":", color=PALETTE["muted"], label="h unchanged")
    gap = np.tanh(u * h + b) - h
    still = h[np.flatnonzero(np.diff(np.signbit(gap)))]
    axes.plot(still, still, "o", color=PALETTE["model"])
    axes.set(xlabel="h before the word", ylabel="h after the word", title="One step of one unit", aspect="equal")
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


def shares_by_kind(kinds, shares, chance, seeds=None):
    """Draw the share of each kind that each of several models gets right, as grouped bars.

    kinds: list of names. shares: {model: (kinds,)}. chance: where to draw a dotted line.
    seeds: (kinds, networks) of more networks like the first model, drawn as points. Returns the matplotlib axes.
    """
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 1 + 0.8 * len(kinds)))
    height = 0.8 / len(shares)
    for n, ((name, values), colour) in enumerate(zip(shares.items(), MODELS, strict=False)):
        places = np.arange(len(kinds)) + n * height
        axes.barh(places, values, height, color=PALETTE[colour], label=name)
        for place, value in zip(places, values, strict=True):
            axes.text(1.03, place, f"{value:.2f}", va="center", fontsize=8)
    for kind, values in enumerate(() if seeds is None else seeds):
        label = f"{next(iter(shares))}, {len(values)} seeds" if kind == 0 else None
        axes.plot(values, [kind] * len(values), "o", color="black", markersize=3.5, label=label)
    axes.axvline(chance, color=PALETTE["muted"], linestyle=":")
    axes.set(yticks=np.arange(len(kinds)) + 0.4 - height / 2, xlim=(0, 1.12), xlabel="share correct (dotted: chance)")
    axes.set_yticklabels(kinds)
    axes.invert_yaxis()
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes


def accuracy_by_gap(gaps, accuracy, chance, seeds=None):
    """Draw the accuracy of several networks by how far back they have to remember, and chance.

    gaps: (n,) numbers above 0. accuracy: {network: (n,)}. chance: where a dotted line stands.
    seeds: {network: (networks, n)} of more networks of each kind; a band reaches from the worst to the best.
    Returns the matplotlib axes.
    """
    _, axes = plt.subplots()
    styles = zip(("bad", "other", "model", "good"), ("o-", "s-", "^--", "D-"), strict=True)
    for (name, shares), (colour, style) in zip(accuracy.items(), styles, strict=False):
        if name in (seeds or {}):
            low, high = np.min(seeds[name], axis=0), np.max(seeds[name], axis=0)
            label = f"{name}, worst to best of {len(seeds[name])} seeds"
            axes.fill_between(gaps, low, high, color=PALETTE[colour], alpha=0.25, linewidth=0, label=label)
        axes.plot(gaps, shares, style, color=PALETTE[colour], label=name)
    axes.axhline(chance, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set_xscale("log")
    axes.set_xticks(gaps, gaps)
    axes.minorticks_off()
    axes.set(xlabel="gap: symbols after the marked one", ylabel="accuracy", ylim=(0, 1.05))
    axes.set_title("Which symbol was marked?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return axes
