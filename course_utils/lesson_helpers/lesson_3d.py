"""Lesson 3d: watching a network learn to write, and the lesson's figures."""

import time

import keras
import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import DIVERGING, FIGURE_SIZE, PALETTE

PAGE_WIDTH = 76  # characters in a line of a page
ROW_HEIGHT = 0.235  # of a line of a page, in inches


class WatchItWrite(keras.callbacks.Callback):
    """Look at a network now and then while it trains: print the update, what was seen, and a line that it writes.

    look: called without arguments, returns (bits per character on held-out text, a line). updates: how many there will
    be. times: how often to look. What was seen is kept in `curve`: rows of updates, processor seconds of the training
    alone, and bits.
    """

    def __init__(self, look, updates, times=8):
        super().__init__()
        self.look, self.updates, self.done, self.curve = look, updates, 0, []
        self.looked_at = {round(updates * (n + 1) / times) for n in range(times)}

    def on_train_begin(self, logs=None):
        self.begun, self.elsewhere = time.process_time(), 0.0

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        if self.done in self.looked_at:
            now = time.process_time()
            bits, line = self.look()
            self.curve.append((self.done, now - self.begun - self.elsewhere, bits))
            self.elsewhere += time.process_time() - now
            print(f"{self.done:>6} of {self.updates} updates  {bits:.2f} bits  {line}", flush=True)


def draw_learning(live, in_advance, counted):
    """Bits per character on held-out text against processor time, of two networks, and what counting needs.

    live: rows (updates, seconds, bits). in_advance: rows of the script's curve, or None where it read another text.
    counted: bits of Kneser-Ney on the same text.
    """
    _, axes = plt.subplots()
    _, seconds, bits = zip(*live, strict=True)
    axes.semilogx(seconds, bits, "o-", color=PALETTE["model"], label="trained here")
    told = f"The network trained here falls from {bits[0]:.2f} to {bits[-1]:.2f} bits"
    if in_advance:
        spent = [row["cpu_seconds"] for row in in_advance]
        validation = [row["validation"] for row in in_advance]
        axes.semilogx(spent, validation, "s-", color=PALETTE["good"], label="trained in advance")
        told += f"; the one trained in advance from {validation[0]:.2f} to {min(validation):.2f}"
    axes.axhline(counted, color=PALETTE["baseline"], linestyle="--", label="Kneser–Ney")
    axes.set(xlabel="processor seconds", ylabel="bits per character")
    axes.set_title("How well is the next character predicted?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"Bits per character on validation text against processor seconds, on a logarithmic axis. {told}. A line shows "
        f"Kneser–Ney at {counted:.2f}."
    )


def lines_of(text, width=PAGE_WIDTH):
    """A text broken into lines of `width` characters at most, between words where it can be: (start, end) of each."""
    lines, start = [], 0
    while start < len(text):
        end = min(start + width, len(text))
        space = text.rfind(" ", start, end)
        if end < len(text) and space > start:
            end = space + 1
        lines.append((start, end))
        start = end
    return lines


def draw_page(text, values, title, inside):
    """A page of text, each character on a background from orange (low) to green (high).

    values: (len(text),) numbers, in any units. inside: (len(text),) booleans, for the text beside the figure.
    """
    lines = lines_of(text)
    low, high = np.quantile(values, [0.01, 0.99])
    shades = np.full((len(lines), PAGE_WIDTH), np.nan)
    for row, (start, end) in enumerate(lines):
        shades[row, : end - start] = np.interp(values[start:end], [low, high], [0, 1])
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0] + 0.4, ROW_HEIGHT * len(lines) + 0.4))
    axes.imshow(shades, cmap=DIVERGING, vmin=0, vmax=1, aspect="auto", interpolation="nearest", alpha=0.75)
    for row, (start, end) in enumerate(lines):
        for column, character in enumerate(text[start:end]):
            if character != " ":
                axes.text(column, row, character, ha="center", va="center", fontsize=9, family="monospace")
    axes.set_axis_off()
    axes.set_title(title)
    mean = [float(np.mean(np.asarray(values)[where])) if np.any(where) else np.nan for where in (inside, ~inside)]
    plots.show(
        f"A page of text written by the network, each character coloured by the value of one cell: on average "
        f"{mean[0]:.2f} between square brackets and {mean[1]:.2f} elsewhere. The text: {text}"
    )


def draw_windows(measured):
    """The two curves of the exercise of the notes, with one target per window and with one at every step.

    measured: the result file speech_windows.
    """
    _, panels = plt.subplots(1, 2, figsize=(FIGURE_SIZE[0] + 1.2, 3.4), sharey=True)
    names = {"last": ("one target per window", "baseline"), "every": ("a target at every step", "model")}
    told = []
    for way, (name, colour) in names.items():
        curve = measured["curves"][way]
        validation = curve["validation"]
        panels[0].plot(curve["cpu_seconds"], validation, "o-", color=PALETTE[colour], label=name)
        panels[1].plot(curve["cpu_seconds"][1:], curve["training"][1:], "o-", color=PALETTE[colour])
        told.append(
            f"{name}: held out {validation[0]:.2f} at first, {min(validation):.2f} at best, {validation[-1]:.2f} at "
            f"the end; in training {curve['training'][-1]:.2f} at the end"
        )
    panels[0].axhline(min(measured["curves"]["last"]["validation"]), color=PALETTE["muted"], linestyle=":")
    panels[0].set(xlabel="processor seconds", ylabel="loss (nats)", title="held out: the character after the window")
    panels[1].set(xlabel="processor seconds", title="in training")
    panels[0].legend()
    plots.show(f"Loss against processor seconds in two panels, held out and in training. {'; '.join(told)}.")


def draw_judged(edges, bits):
    """Bits that Kneser-Ney needs for three kinds of continuations, by the distance from the prompt.

    edges: (parts + 1,) distances. bits: {name: (texts, parts)}.
    """
    _, axes = plt.subplots()
    middles = (np.asarray(edges[1:]) + edges[:-1]) / 2
    for (name, values), colour in zip(bits.items(), ("baseline", "good", "model"), strict=True):
        mean, error = values.mean(axis=0), 1.96 * values.std(axis=0, ddof=1) / np.sqrt(len(values))
        axes.plot(middles, mean, "o-", color=PALETTE[colour], label=name)
        axes.fill_between(middles, mean - error, mean + error, color=PALETTE[colour], alpha=0.15, linewidth=0)
    axes.set(xlabel="characters after the prompt", ylabel="bits per character, Kneser–Ney")
    axes.set_title("What does a judge say who only counts?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    means = {name: values.mean(axis=0) for name, values in bits.items()}
    plots.show(f"Bits per character under Kneser–Ney, by distance from the prompt. {plots.told(means)}")


def draw_lengths(lengths, held_out, longest=320, width=20):
    """Densities of the lengths of sentences, by the way in which they end, over those of held-out speeches.

    lengths: {name: (T,) probabilities of the lengths 1, 2, ...}. held_out: lengths.
    """
    _, axes = plt.subplots()
    bins = np.arange(0, longest + 1, width)
    axes.hist(held_out, bins, density=True, color=PALETTE["muted"], alpha=0.35, label="held-out speeches")
    for (name, p), colour in zip(lengths.items(), ("bad", "model", "good", "other"), strict=False):
        share = [p[start : start + width].sum() / width for start in bins[:-1]]
        axes.plot(bins[:-1] + width / 2, share, "o-", color=PALETTE[colour], label=name, markersize=4)
    axes.set(xlabel="characters in the sentence", ylabel="density", title="How long are its sentences?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    means = {name: np.sum(p * np.arange(1, len(p) + 1)) / p.sum() for name, p in lengths.items()}
    plots.show(
        f"Density of the lengths of sentences: a histogram of the held-out speeches, whose mean is "
        f"{np.mean(held_out):.1f} characters, and a line for each way to end. Their means: {plots.told(means)}"
    )
