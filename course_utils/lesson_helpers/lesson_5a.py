"""Lesson 5a: signals whose letters have no marked place, and what a network says to them while it learns."""

from itertools import groupby

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.ctc import BLANK
from course_utils.plots import FIGURE_SIZE, PALETTE

LETTERS = "abcd"
CHANNELS = 8
LONGEST = 56  # frames
COLOURS = ("model", "baseline", "good", "other")  # of the letters


def signals(count, seed, doubled=True):
    """Signals in which two to five letters follow one another, at a pace of their own, and what they say.

    A letter is a beginning and an end, each a pattern of its own that lasts one to four frames; a pause of one to three
    frames follows every second letter or so. Noise is added to all frames.
    doubled: whether a letter may follow itself.
    Returns x (count, LONGEST, CHANNELS) float32, labels (count, 5) codes from 1, padded with 0, frames (count,), and
    spans: for each signal the first frame of each letter and the frame after its last one, (letters, 2).
    """
    patterns = np.random.default_rng(7).normal(size=(len(LETTERS), 2, CHANNELS))
    rng = np.random.default_rng(seed)
    x = 0.5 * rng.normal(size=(count, LONGEST, CHANNELS))
    labels, frames, spans = np.zeros((count, 5), "int32"), np.zeros(count, "int32"), []
    for n in range(count):
        label = rng.integers(1, len(LETTERS) + 1, size=rng.integers(2, 6))
        if not doubled:
            label = np.cumsum([label[0], *rng.integers(1, len(LETTERS), size=len(label) - 1)]) % len(LETTERS) + 1
        labels[n, : len(label)] = label
        place, places = 0, []
        for code in label:
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


def backwards(labels):
    """The labels (count, L), padded with 0 on the right, each written from its end to its beginning."""
    turned = np.zeros_like(labels)
    for row, label in zip(turned, labels, strict=True):
        letters = label[label > 0]
        row[: len(letters)] = letters[::-1]
    return turned


def spike_lengths(choices):
    """How many frames each letter is the first choice in a row. choices: for each signal the codes of its frames."""
    return [len(list(run)) for chosen in choices for code, run in groupby(chosen) if code != BLANK]


def draw_line(line):
    """A line of handwriting, an example of course_handwriting/pixels, and what it says."""
    image, text = line["image"][:, :, 0], line["text"].decode()
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 1.4))
    axes.imshow(image, cmap="Greys", aspect="auto")
    axes.set(title=f"“{text}”", xlabel="column", yticks=[])
    axes.grid(False)
    plots.show(f"A handwritten line, {image.shape[1]} columns of pixels wide, that says “{text}”.")


def draw_signal(x, label):
    """One signal, frame by frame, and the letters that it says."""
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 2))
    axes.imshow(x.T, cmap="Greys", aspect="auto")
    axes.set(xlabel="frame", ylabel="channel", title=f"A signal that says {spell(label)}")
    axes.grid(False)
    plots.show(
        f"A signal of {len(x)} frames and {x.shape[1]} channels as shades of grey. It says {spell(label)}, and nothing "
        "in it marks where a letter begins."
    )


def draw_found(x, spans, label, middles):
    """One signal, where its letters are, and where a network has found them.

    x: (T, channels). spans: (letters, 2) frames. label: codes. middles: (letters,) frames.
    """
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 2.2))
    axes.imshow(x.T, cmap="Greys", aspect="auto")
    for edge in sorted(set(np.ravel(spans))):
        axes.axvline(edge - 0.5, color="black", linewidth=0.8)
    for letter, middle in zip(spell(label), middles, strict=True):
        axes.annotate(
            letter,
            (middle, -0.5),
            (middle, -2.2),
            ha="center",
            family="monospace",
            color=PALETTE["bad"],
            arrowprops={"arrowstyle": "-|>", "color": PALETTE["bad"]},
            annotation_clip=False,
        )
    axes.set(xlabel="frame", yticks=[], xlim=(-0.5, len(x) - 0.5))
    axes.set_title("Where a network trained on texts alone places each letter", pad=36)
    axes.grid(False)
    found = ", ".join(f"{letter} at {middle:.0f}" for letter, middle in zip(spell(label), middles, strict=True))
    plots.show(
        f"A signal that says {spell(label)}. Upright lines show where its letters begin and end, arrows where "
        f"the network has found them: {found}."
    )


def draw_learning(x, spans, label, rows):
    """One signal, and below it what the network says and what CTC asks of it, after several numbers of updates.

    x: (T, channels). spans: (letters, 2) frames. label: codes. rows: {updates: (p, occupancy)}, each (T, classes).
    """
    figure, axes = plt.subplots(
        1 + len(rows), 2, figsize=(FIGURE_SIZE[0] * 1.2, 1.3 * (1 + len(rows))), sharex=True, sharey="row"
    )
    for panel, title in zip(axes[0], ("what the network says: p", "what CTC asks of it: occupancy γ"), strict=True):
        panel.imshow(x.T, cmap="Greys", aspect="auto")
        panel.set_title(title, pad=18)
        panel.set(yticks=[])
        panel.grid(False)
        for letter, (first, stop) in zip(spell(label), spans, strict=True):
            panel.text((first + stop - 1) / 2, -0.7, letter, ha="center", va="bottom", family="monospace")
    for row, (updates, pair) in zip(axes[1:], rows.items(), strict=True):
        for panel, values in zip(row, pair, strict=True):
            draw_symbols(panel, values)
        row[0].set_ylabel(f"{updates} updates", fontsize=9)
    for panel in axes.flat:
        for edge in sorted(set(np.ravel(spans))):
            panel.axvline(edge - 0.5, color="black", linewidth=0.8)
        panel.set_xlim(-0.5, len(x) - 0.5)
    for panel in axes[-1]:
        panel.set_xlabel("frame")
    figure.legend(*axes[1, 0].get_legend_handles_labels(), loc="outside lower center", ncols=len(LETTERS) + 1)
    told = "; ".join(
        f"after {updates} updates {p[:, BLANK].mean():.2f} of p and {asked[:, BLANK].mean():.2f} of γ"
        for updates, (p, asked) in rows.items()
    )
    plots.show(
        f"A signal that says {spell(label)}, with the places of its letters, and below it the probability and the "
        f"occupancy of every symbol in every frame, after several numbers of updates. Mean share of the blank: {told}."
    )


def draw_symbols(axes, values):
    """The share of every symbol in every frame, (T, classes): the blank as a dotted line, letters as areas."""
    frames = np.arange(len(values))
    axes.plot(frames, values[:, BLANK], color=PALETTE["muted"], linestyle=":", label="blank")
    for code, colour in enumerate(COLOURS, start=1):
        axes.fill_between(
            frames, values[:, code], color=PALETTE[colour], alpha=0.65, linewidth=0, label=LETTERS[code - 1]
        )
    axes.set(ylim=(0, 1.05), yticks=(0, 0.5, 1))
