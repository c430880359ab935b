"""Lesson 3d: watching a network learn to write, and the lesson's figures."""

import itertools
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
    """A page of text, each character on a background from orange (the lowest) through white (the median) to green.

    values: (len(text),) numbers, in any units. inside: (len(text),) booleans, for the text beside the figure.
    """
    lines = lines_of(text)
    scale = np.min(values), np.median(values), np.max(values)
    shades = np.full((len(lines), PAGE_WIDTH), np.nan)
    for row, (start, end) in enumerate(lines):
        shades[row, : end - start] = np.interp(values[start:end], scale, [0, 0.5, 1])
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
        panels[1].plot(curve["cpu_seconds"], curve["seen"], "o-", color=PALETTE[colour])
        told.append(
            f"{name}: held out {validation[0]:.2f} at first, {min(validation):.2f} at best, {validation[-1]:.2f} at "
            f"the end; windows seen {curve['seen'][-1]:.2f} at the end"
        )
    panels[0].axhline(min(measured["curves"]["last"]["validation"]), color=PALETTE["muted"], linestyle=":")
    panels[0].set(
        xlabel="processor seconds", ylabel="loss of the character after (nats)", title="windows of held-out speeches"
    )
    panels[1].set(xlabel="processor seconds", title="windows trained on")
    panels[0].legend()
    plots.show(
        "Loss of the character after a window against processor seconds, in two panels: windows of held-out speeches, "
        f"and windows trained on. {'; '.join(told)}."
    )


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
    axes.set_title("What does a judge that only counts say?")
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


def draw_fading(worth):
    """Bits lost by a wrong name, by the distance from the first character, for three ways to tell a network.

    worth: {way: {"edges", "first state" or "input" or both, each with its "..., margin"}}, of speech_voices.
    """
    _, axes = plt.subplots()
    colours = {"input": "good", "first state": "bad"}
    told = []
    for way, found in worth.items():
        edges = np.array(found["edges"])
        middles = np.sqrt((edges[:-1] + 1) * edges[1:])
        for place in [place for place in colours if place in found]:
            name = way if way != "both" else f"told both ways, wrong {place}"
            style = "s--" if way == "both" else "o-"
            axes.errorbar(middles, found[place], found[f"{place}, margin"], fmt=style, color=PALETTE[colours[place]],
                          capsize=3, label=name)  # fmt: skip
            told.append(f"{name} {', '.join(f'{bits:.3f}' for bits in found[place])}")
    axes.axhline(0, color=PALETTE["muted"], linewidth=1)
    ticks = [f"{a + 1}–{b}" for a, b in itertools.pairwise(edges)]
    axes.set_xscale("log")
    axes.set_xticks(middles, ticks)
    axes.minorticks_off()
    axes.set(xlabel="character after the first state", ylabel="bits lost per character")
    axes.set_title("What does it cost to name another speaker?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"Bits lost per character where another speaker is named, at characters {', '.join(ticks)} after the first "
        f"state, with 95 % intervals. {'; '.join(told)}."
    )


def draw_shakespeare(measured, published):
    """Losses on tiny_shakespeare by epoch, with those of Kneser-Ney and of a published network.

    measured: the result file shakespeare. published: (name, its validation loss in nats).
    """
    _, axes = plt.subplots()
    epochs = [row["epoch"] for row in measured["curve"]]
    for name, style in (("training", ":"), ("validation", "o-")):
        axes.plot(epochs, [row[name] for row in measured["curve"]], style, color=PALETTE["model"], label=name)
    lines = {
        "Kneser–Ney, validation": ("baseline", measured["kneser_ney"]["validation"]),
        published[0]: ("other", published[1]),
    }
    for name, (colour, loss) in lines.items():
        axes.axhline(loss, color=PALETTE[colour], linestyle="--", label=name)
    axes.set(xlabel="epoch", ylabel="loss (nats)", title="tiny_shakespeare, in lower case")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    validation = [row["validation"] for row in measured["curve"]]
    plots.show(
        f"Training and validation loss by epoch. On validation it falls from {validation[0]:.2f} to "
        f"{min(validation):.2f} nats. Dashed lines: "
        + "; ".join(f"{name} {loss:.3f}" for name, (_, loss) in lines.items())
        + "."
    )
