"""The figures of lesson 2a."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import PALETTE


def draw_what_comes_next(probabilities, read, targets, letters):
    """The probability of each next letter after each letter read, a table for each network, the right one framed.

    probabilities: {network: (T, letters)}. read, targets: strings of length T. letters: the vocabulary, a string.
    """
    _, panels = plt.subplots(1, len(probabilities))
    columns = [read[: t + 1] for t in range(len(read))]
    right = [letters.index(letter) for letter in targets]
    told = []
    for axes, (name, p) in zip(panels, probabilities.items(), strict=True):
        plots.probability_table(axes, p, right, columns, letters)
        axes.set(xlabel="read so far", title=name)
        said = [
            f"after {column} {letter} {p[t, k]:.2f}"
            for t, (column, letter, k) in enumerate(zip(columns, targets, right, strict=True))
        ]
        told.append(f"{name}: {', '.join(said)}")
    panels[0].set_ylabel("next letter")
    plots.show(f"The probability of the right next letter. {'; '.join(told)}.")


def draw_learning(updates, new, read, counted):
    """Bits per character while a network learns, on two texts, beside those of models that count.

    updates: (n,) how many had been made. new, read: (n,) bits on new text, and on text that it has read.
    counted: {characters of context: bits on new text}.
    """
    _, axes = plt.subplots()
    shown = np.asarray(updates) > 0  # the axis is logarithmic
    ways = {"network, text that it has read": (read, "baseline"), "network, new text": (new, "model")}
    for name, (values, colour) in ways.items():
        axes.plot(np.asarray(updates)[shown], np.asarray(values)[shown], "o-", color=PALETTE[colour], label=name)
    for context, value in counted.items():
        axes.axhline(value, color=PALETTE["muted"], linestyle=":", label=None if context else "counting, new text")
        axes.text(1.02, value, in_words(context), transform=axes.get_yaxis_transform(), va="center", fontsize=9)
    ticks = [update for update in updates if update]
    axes.set(xscale="log", xticks=ticks, xlabel="updates", ylabel="bits per character")
    axes.set_xticklabels([f"{tick:,}" for tick in ticks])
    axes.minorticks_off()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, fontsize=9)
    steps = [
        f"{before:.2f} and {seen:.2f} after {update:,}" for update, before, seen in zip(updates, new, read, strict=True)
    ]
    plots.show(
        f"Bits per character of the network on new text and on text that it has read, by the number of updates: "
        f"{', '.join(steps)}. Models that count, on new text: "
        + ", ".join(f"{value:.2f} with {in_words(context)}" for context, value in counted.items())
        + "."
    )


def in_words(context):
    """How many characters of context."""
    return f"{context} character{'s' * (context != 1)} of context"


def draw_truncation(windows, carried, reset):
    """Bits per character on new text by the length of the windows; the state carried over, or reset.

    windows: (n,) lengths. carried, reset: (n, seeds).
    """
    _, axes = plt.subplots()
    ways = {"state carried over": (carried, "model"), "state reset to 0 in each window": (reset, "baseline")}
    for name, (values, colour) in ways.items():
        axes.plot(windows, np.mean(values, axis=1), "-", color=PALETTE[colour], label=name)
        for seed in range(np.shape(values)[1]):
            axes.plot(windows, np.asarray(values)[:, seed], ".", color=PALETTE[colour])
    axes.plot([], [], ".", color=PALETTE["muted"], label=f"points: {np.shape(carried)[1]} seeds")
    axes.set(xscale="log", xticks=windows, xlabel="characters in a window", ylabel="bits per character, new text")
    axes.set_xticklabels(windows)
    axes.minorticks_off()
    axes.legend()
    means = {name: np.mean(values, axis=1) for name, (values, _) in ways.items()}
    plots.show(
        f"Bits per character on new text, mean of {np.shape(carried)[1]} seeds, with windows of "
        f"{', '.join(map(str, windows))} characters. {plots.told(means)}"
    )
