"""Lesson 5a: signals whose letters have no marked place, and what a network says to them while it learns."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots

LETTERS = "abcd"
CHANNELS = 8
LONGEST = 56  # frames


def signals(count, seed):
    """Signals in which two to five letters follow one another, at a pace of their own, and what they say.

    A letter is a beginning and an end, each a pattern of its own that lasts one to four frames; a pause of one to three
    frames follows every second letter or so. Noise is added to all frames.
    Returns x (count, LONGEST, CHANNELS) float32, labels (count, 5) codes from 1, padded with 0, frames (count,), and
    spans: for each signal the first frame of each letter and the frame after its last one, (letters, 2).
    """
    patterns = np.random.default_rng(7).normal(size=(len(LETTERS), 2, CHANNELS))
    rng = np.random.default_rng(seed)
    x = 0.5 * rng.normal(size=(count, LONGEST, CHANNELS))
    labels, frames, spans = np.zeros((count, 5), "int32"), np.zeros(count, "int32"), []
    for n in range(count):
        length, place, places = int(rng.integers(2, 6)), 0, []
        labels[n, :length] = rng.integers(1, len(LETTERS) + 1, size=length)
        for code in labels[n, :length]:
            first = place
            for pattern in patterns[code - 1]:
                lasts = int(rng.integers(1, 5))
                x[n, place : place + lasts] += pattern
                place += lasts
            places.append((first, place))
            place += int(rng.integers(1, 4)) * int(rng.integers(2))
        frames[n] = place
        x[n, place:] = 0
        spans.append(np.array(places))
    return x.astype("float32"), labels, frames, spans


def spell(codes):
    """Codes, 0 for nothing, as letters."""
    return "".join(LETTERS[code - 1] for code in codes if code > 0)


def draw_signal(x, label):
    """One signal, frame by frame, and the letters that it says."""
    _, axes = plt.subplots(figsize=(8, 2))
    axes.imshow(x.T, cmap="Greys", aspect="auto")
    axes.set(xlabel="frame", ylabel="channel", title=f"It says: {spell(label)}")
    axes.grid(False)
    plots.show(
        f"A signal of {len(x)} frames and {x.shape[1]} channels as shades of grey. It says {spell(label)}, and nothing "
        "in it marks where a letter begins."
    )


def draw_learning(x, said, span, label):
    """One signal above what the network says to it after several numbers of updates.

    x: (T, channels). said: {updates: (T, classes) probabilities}. span: (letters, 2) frames.
    """
    _, axes = plt.subplots(1 + len(said), 1, figsize=(8, 1.5 * (1 + len(said))), sharex=True)
    axes[0].imshow(x.T, cmap="Greys", aspect="auto")
    axes[0].set(yticks=[], title=f"It says: {spell(label)}")
    axes[0].grid(False)
    for panel, (updates, p) in zip(axes[1:], said.items(), strict=True):
        plots.posteriors(panel, p, np.arange(len(p)), LETTERS)
        panel.set_ylabel(f"{updates} updates", fontsize=8)
        for first, stop in span:
            panel.axvspan(first - 0.5, stop - 0.5, color="0.5", alpha=0.12, linewidth=0)
    axes[-1].set_xlabel("frame")
    blank = "; ".join(f"after {updates} updates {p[:, 0].mean():.2f}" for updates, p in said.items())
    plots.show(
        f"A signal that says {spell(label)}, and below it the probability of every symbol in every frame, after "
        f"several numbers of updates; grey bands show where the letters are. Mean probability of the blank: {blank}."
    )
