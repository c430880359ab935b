"""Speech and lines of handwriting beside what a network says of them."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils.plots.style import FIGURE_SIZE, PALETTE


def speech(waveform, features, title="", more=0, rate=8_000, hop=80):
    """Draw a sound over its log-mel spectrogram, on one axis of time.

    waveform: (samples,) from -1 to 1, at `rate`. features: (frames, mels), one every `hop` samples, as
    `audio.log_mel` makes them. more: how many empty axes to leave below, for what a model says over time.
    Returns the matplotlib axes, 2 + more of them; the x label stands under the last.
    """
    figure, axes = plt.subplots(2 + more, 1, figsize=(FIGURE_SIZE[0], 3.6 + 1.5 * more), sharex=True)
    axes[0].plot(np.arange(len(waveform)) / rate, waveform, linewidth=0.4, color=PALETTE["model"])
    axes[0].set(ylabel="pressure", ylim=(-1, 1), title=title)
    seconds = len(features) * hop / rate
    image = axes[1].imshow(
        features.T, origin="lower", aspect="auto", cmap="Greys", extent=(0, seconds, 0, len(features.T))
    )
    axes[1].set(ylabel="mel band")
    axes[1].grid(False)
    figure.colorbar(image, ax=axes[1], label="level", pad=0.01)
    axes[-1].set(xlabel="time [s]", xlim=(0, seconds))
    return axes


def lines_in_windows(images, width):
    """Draw lines of writing one above the other, each cut into windows of one width.

    images: list of (height, columns) arrays, 0 for paper. width: of a window, in columns; need not be whole.
    Returns the matplotlib figure.
    """
    figure, panels = plt.subplots(len(images), 1, figsize=(FIGURE_SIZE[0], 1.3 * len(images)), sharex=True)
    for panel, image in zip(np.atleast_1d(panels), images, strict=True):
        height, columns = image.shape
        panel.imshow(image, cmap="Greys", aspect="equal")
        panel.vlines(np.arange(0, columns, width), 0, height - 1, color=PALETTE["bad"], linewidth=0.8)
        panel.set(yticks=[], ylabel=f"{columns} px")
        panel.grid(False)
    panel.set_xlabel("column")
    return figure


def posteriors(axes, p, places, names):
    """Draw what a network trained with CTC says over time: the blank as a dotted line, each symbol as its spikes.

    axes: matplotlib axes. p: (frames, classes) probabilities, class 0 the blank. places: (frames,), where on the x axis
    each frame lies. names: of the classes from 1 on; a spike bears the name of its class.
    """
    colours = [colour for name, colour in PALETTE.items() if name != "muted"]
    axes.plot(places, p[:, 0], color=PALETTE["muted"], linestyle=":", label="blank")
    best = p.argmax(axis=1)
    starts = np.flatnonzero(np.diff(best, prepend=-1) != 0)
    runs = [run for run in np.split(np.arange(len(best)), starts[1:]) if best[run[0]] != 0]
    for number, code in enumerate(dict.fromkeys(best[run[0]] for run in runs)):
        axes.fill_between(places, p[:, code], color=colours[number % len(colours)], alpha=0.7, linewidth=0)
    for run in runs:
        place = places[run[p[run, best[run[0]]].argmax()]]
        name = names[best[run[0]] - 1].replace(" ", "␣")
        axes.text(place, 1.05, name, ha="center", va="bottom", family="monospace")
    axes.set(ylim=(0, 1.25), yticks=(0, 0.5, 1), ylabel="probability")
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1))
