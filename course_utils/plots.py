"""The look of the course's figures: one palette, one size, and the drawings that more than one lesson needs."""

import html

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

# Colour-blind safe (after Okabe and Ito), named by what they stand for.
PALETTE = {
    "model": "#0072B2",
    "baseline": "#E69F00",
    "good": "#009E73",
    "bad": "#D55E00",
    "other": "#CC79A7",
    "muted": "#8C8C8C",
}
FIGURE_SIZE = (8.0, 3.4)
DIVERGING = LinearSegmentedColormap.from_list("bad-good", [PALETTE["bad"], "#FFFFFF", PALETTE["good"]])


def use_house_style():
    """Set matplotlib's defaults for every figure of a lesson."""
    mpl.rcParams.update(
        {
            "figure.figsize": FIGURE_SIZE,
            "figure.dpi": 100,
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": mpl.cycler(color=list(PALETTE.values())),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.titlelocation": "left",
            "axes.titlesize": 11,
            "axes.grid": True,
            "grid.alpha": 0.25,
            "legend.frameon": False,
            "font.size": 10,
        }
    )


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


def votes_through_text(words, probability, votes, title=""):
    """Draw how a recurrent model reads: its running prediction over what each hidden unit adds to it, word by word.

    words: list of n strings. probability: (T,) with T >= n, what the model would say if the text ended there.
    votes: (T, units), state times output weight; the units are drawn sorted by their last vote.
    Returns the matplotlib figure.
    """
    steps = np.arange(len(words))
    probability, votes = probability[: len(words)], votes[: len(words)]
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(max(FIGURE_SIZE[0], 0.42 * len(words)), 4.8), sharex=True, height_ratios=[1, 1.5]
    )
    above.axhline(0.5, color=PALETTE["muted"], linewidth=1)
    above.plot(steps, probability, color=PALETTE["muted"], zorder=1)
    above.scatter(steps, probability, c=probability, cmap=DIVERGING, vmin=0, vmax=1, edgecolors="black", zorder=2)
    above.set(ylim=(-0.05, 1.05), ylabel="p(positive)", title=title)
    largest = abs(votes).max()
    colours = {"cmap": DIVERGING, "vmin": -largest, "vmax": largest}
    image = below.imshow(votes[:, np.argsort(-votes[-1])].T, aspect="auto", interpolation="nearest", **colours)
    below.set(xticks=steps, ylabel="hidden units", xlabel="word")
    below.set_xticklabels(words, rotation=60, ha="right", rotation_mode="anchor")
    below.grid(False)
    figure.colorbar(image, ax=below, label="vote", pad=0.01)
    return figure


class TintedText:
    """Words on a background from orange (0) through white (0.5) to green (1), for a notebook to show.

    words: list of strings. values: as many numbers from 0 to 1. heading: a line above.
    """

    def __init__(self, words, values, heading=""):
        self.words, self.values, self.heading = list(words), list(values), heading

    def __repr__(self):
        return f"{self.heading}: {' '.join(self.words)}"

    def _repr_html_(self):
        spans = []
        for word, value in zip(self.words, self.values, strict=True):
            red, green, blue, _ = DIVERGING(float(value), bytes=True)
            style = f"background:rgb({red},{green},{blue});color:#111;padding:1px 2px"
            spans.append(f'<span style="{style}">{html.escape(word)}</span>')
        heading = f"<b>{html.escape(self.heading)}</b><br>" if self.heading else ""
        return f'<p style="line-height:1.9;max-width:60em">{heading}{" ".join(spans)}</p>'


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
