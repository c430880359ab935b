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


def draw_learning(bits, counted, new_bits, smooth=50):
    """Bits per letter while a network learns, beside those of models that count.

    bits: (updates,) of the windows. counted: {letters of context: bits on new text}. new_bits: the network's at the
    end, on new text. smooth: over how many updates the curve is averaged.
    """
    _, axes = plt.subplots()
    curve = np.convolve(bits, np.ones(smooth) / smooth, mode="valid")
    axes.plot(np.arange(len(curve)) + smooth, curve, color=PALETTE["model"], label="network, text that it reads")
    axes.plot(len(bits), new_bits, "o", color=PALETTE["bad"], label="network, new text", clip_on=False, zorder=3)
    for context, value in counted.items():
        axes.axhline(value, color=PALETTE["muted"], linestyle=":", label="counting, new text" if not context else None)
        name = f"{context} letter{'s' * (context != 1)} of context"
        axes.text(1.02, value, name, transform=axes.get_yaxis_transform(), va="center", fontsize=9)
    axes.set(xscale="log", xlim=(smooth, len(bits)), xlabel="updates", ylabel="bits per letter")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)
    plots.show(
        f"Bits per letter over the updates: the network falls from {curve[0]:.2f} to {curve[-1]:.2f} on the text that "
        f"it reads; on new text it has {new_bits:.2f}. Models that count: "
        + ", ".join(f"{value:.2f} with {context} letters of context" for context, value in counted.items())
        + "."
    )


def draw_truncation(windows, carried, reset):
    """Bits per letter on new text by the length of the windows, three seeds each; the state carried on, or reset.

    windows: (n,) lengths. carried, reset: (n, seeds).
    """
    _, axes = plt.subplots()
    ways = {"state carried on": (carried, "model"), "state set to 0 at each window": (reset, "baseline")}
    for name, (values, colour) in ways.items():
        axes.plot(windows, np.mean(values, axis=1), "-", color=PALETTE[colour], label=name)
        for seed in range(np.shape(values)[1]):
            axes.plot(windows, np.asarray(values)[:, seed], ".", color=PALETTE[colour])
    axes.set(xscale="log", xticks=windows, xlabel="letters in a window", ylabel="bits per letter, new text")
    axes.set_xticklabels(windows)
    axes.minorticks_off()
    axes.legend()
    means = {name: np.mean(values, axis=1) for name, (values, _) in ways.items()}
    plots.show(
        f"Bits per letter on new text, mean of {np.shape(carried)[1]} seeds, with windows of "
        f"{', '.join(map(str, windows))} letters. {plots.told(means)}"
    )
