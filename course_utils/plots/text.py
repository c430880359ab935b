"""Words and characters with numbers: coloured text, votes along a text, tables of probabilities."""

import html

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots.style import DIVERGING, FIGURE_SIZE, PALETTE


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


def probability_table(axes, p, targets, columns, rows):
    """Draw the probabilities of classes at each step as a table, with a frame around each step's target.

    axes: matplotlib axes. p: (T, classes). targets: (T,) integers. columns, rows: names of the steps and classes.
    """
    axes.imshow(p.T, cmap="Blues", vmin=0, vmax=1.5, aspect="auto")  # pale enough for black figures
    for t, k in np.ndindex(p.shape):
        right = k == targets[t]
        axes.text(t, k, f"{p[t, k]:.2f}", ha="center", va="center", weight="bold" if right else "normal")
        if right:
            frame = {"fill": False, "edgecolor": PALETTE["bad"], "linewidth": 2, "zorder": 3}
            axes.add_patch(plt.Rectangle((t - 0.48, k - 0.48), 0.96, 0.96, **frame))
    axes.set(xticks=range(len(columns)), yticks=range(len(rows)))
    axes.set_xticklabels(columns)
    axes.set_yticklabels(rows)
    axes.grid(False)
