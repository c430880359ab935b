"""Lesson 5b: figures of lines, pens and error rates, the rival's choice of settings, transcripts during training."""

import itertools

import keras
import matplotlib.pyplot as plt
import numpy as np
from scipy import ndimage

from course_utils.ink import BETWEEN, windows
from course_utils.plots import FIGURE_SIZE, PALETTE

MARGIN = 4  # pixels of paper at the left and right of a line


def lines_of_writing(lines, titles):
    """Draw lines (32, columns, 1) one above the other, at one scale, each with its title.

    Returns the matplotlib figure.
    """
    widest = max(line.shape[1] for line in lines)
    figure, panels = plt.subplots(len(lines), 1, figsize=(FIGURE_SIZE[0], 0.75 * len(lines)))
    for panel, line, title in zip(np.atleast_1d(panels), lines, titles, strict=True):
        panel.imshow(np.pad(line[:, :, 0], ((0, 0), (0, widest - line.shape[1]))), cmap="Greys", aspect="equal")
        panel.set(xticks=[], yticks=[])
        panel.set_ylabel(title, rotation=0, ha="right", va="center")
        panel.grid(False)
    return figure


def pen_path(strokes, text):
    """Draw what a pen did: its path, drawn and in the air, and its steps, dx, dy and up, one after the other.

    strokes: (steps, 3). Returns the matplotlib figure.
    """
    figure, (path, across, down, up) = plt.subplots(
        4, 1, figsize=(FIGURE_SIZE[0], 5.2), height_ratios=[2.2, 1, 1, 0.5], layout="constrained"
    )
    points = np.cumsum(strokes[:, :2], axis=0)
    for n in range(1, len(points)):
        in_air = strokes[n, 2] == 1
        style = {"color": PALETTE["muted"], "linestyle": ":"} if in_air else {"color": PALETTE["model"]}
        path.plot(*points[n - 1 : n + 1].T, **style)
    path.plot(*points.T, ".", markersize=4, color=PALETTE["model"])
    path.set(title=f"{len(strokes)} steps of a pen, {text}", aspect="equal", xticks=[], yticks=[])
    path.invert_yaxis()
    path.grid(False)
    names = ((across, "Δx"), (down, "Δy"), (up, "up"))
    for number, (axes, name) in enumerate(names):
        axes.bar(np.arange(len(strokes)), strokes[:, number], color=PALETTE["model"], width=0.8)
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
    up.set(yticks=[0, 1], xlabel="step")
    return figure


def said_by_windows(classifier, lines, step=2):
    """What a classifier says along each line, in windows `step` pixels apart: [[(answer, how often in a row)]]."""
    places = [np.arange(MARGIN, line.shape[1] - MARGIN, step) for line in lines]
    features = np.concatenate([windows(line, place) for line, place in zip(lines, places, strict=True)])
    answers = np.split(classifier.predict(features), np.cumsum([len(place) for place in places])[:-1])
    return [[(answer, len(list(run))) for answer, run in itertools.groupby(row)] for row in answers]


def without_between(runs, least):
    """The digits in runs of answers, without the runs shorter than `least` windows and without BETWEEN."""
    kept = [answer for answer, count in runs if count >= least]
    return "".join(answer for answer, _ in itertools.groupby(kept) if answer != BETWEEN)


def rates_by_width(factors, rates, title):
    """Draw character error rates (len(factors),) of several readers, {name: rates}. Returns the matplotlib axes."""
    _, axes = plt.subplots()
    colours = ("baseline", "bad", "other", "model", "good")
    for (name, values), colour in zip(rates.items(), colours, strict=False):
        axes.plot(factors, values, "o-", color=PALETTE[colour], label=name)
    axes.set(xlabel="width of the digits, as a factor", ylabel="character error rate", ylim=(0, 1.6), title=title)
    axes.legend(loc="upper left", ncol=2)
    return axes


def rates_of_hands(before, after, names):
    """Draw the error rates of two readers on several sorts of hands, with their intervals.

    before, after: {sort: [rate, low, high]}. names: {sort: what the figure calls it}. Returns the matplotlib axes.
    """
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 0.5 * len(names) + 1.2), layout="constrained")
    places = np.arange(len(names))[::-1]
    for rates, label, colour, shift in (
        (before, "trained on synthetic hands alone", "baseline", 0.18),
        (after, "trained on many sorts of hands", "model", -0.18),
    ):
        values = np.array([rates[name] for name in names])
        axes.barh(places + shift, values[:, 0], height=0.34, color=PALETTE[colour], label=label)
        axes.hlines(places + shift, values[:, 1], values[:, 2], color="black", linewidth=1)
    axes.set(yticks=places, yticklabels=list(names.values()), xlabel="character error rate", xlim=(0, None))
    axes.legend(loc="lower left", bbox_to_anchor=(-0.05, 1.0), ncol=2)
    return axes


class Transcripts(keras.callbacks.Callback):
    """Prints the loss after each epoch, and what the network then reads on one line.

    read: called with the model and a list of lines, gives their texts. line: as the model takes it.
    """

    def __init__(self, read, line):
        super().__init__()
        self.read, self.line = read, line

    def on_epoch_end(self, epoch, logs=None):
        print(f"epoch {epoch + 1}: loss {logs['loss']:5.1f}   reads {self.read(self.model, [self.line])[0]!r}")


def photographed(line, ink=(30, 40, 120), paper=(240, 235, 215), tilt=0.0, noise=4.0, seed=0):
    """A picture such as a telephone takes of a line: (height, width, 3) uint8.

    line: (32, columns, 1) uint8. ink, paper: colours from 0 to 255. tilt: in degrees. noise: of each pixel.
    """
    inked = np.pad(ndimage.zoom(line[:, :, 0] / 255, 5, order=1), 40)
    inked = ndimage.rotate(inked, tilt, order=1).clip(0, 1)[:, :, None]
    seen = np.array(paper) * (1 - inked) + np.array(ink) * inked
    seen = seen + np.random.default_rng(seed).normal(0, noise, seen.shape)
    return seen.clip(0, 255).astype("uint8")
