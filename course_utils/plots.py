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


def recurrent_graph(axes, pattern, steps=3):
    """Draw the graph of a recurrent network: inputs below, hidden states in the middle, outputs above.

    axes: matplotlib axes, which lose their frame.
    pattern: "folded" (one step, with its loop), or unfolded over `steps` steps: "hidden" (recurrence between hidden
        states), "output" (recurrence from the output only), "forced" (the same, told the targets y* instead), "end"
        (one output at the end).
    Raises ValueError for another pattern.
    """
    if pattern not in ("folded", "hidden", "output", "forced", "end"):
        raise ValueError(f"there is no pattern {pattern!r}; choose folded, hidden, output, forced or end")
    folded, width = pattern == "folded", 1.5
    columns = [("", 0.0)] if folded else [(f"_{t}", width * t) for t in range(1, steps + 1)]
    loop_colour = PALETTE["bad"]

    def node(name, x, y, colour):
        axes.text(x, y, f"${name}$", ha="center", va="center", color="white", zorder=3)
        axes.scatter([x], [y], s=620, color=colour, zorder=2)

    def arrow(start, end, label, colour="black", offset=(12, 0), style="arc3", shrink=14):
        """From start to end, with a label `offset` points from the middle."""
        line = {"arrowstyle": "-|>", "color": colour, "shrinkA": shrink, "shrinkB": shrink, "lw": 1.4}
        axes.annotate("", end, start, arrowprops=line | {"connectionstyle": style})
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        place = {"xytext": offset, "textcoords": "offset points", "ha": "center", "va": "center"}
        axes.annotate(f"${label}$", middle, color=colour, fontsize=8, **place)

    for number, (index, x) in enumerate(columns):
        node(f"x{index}", x, 0, PALETTE["muted"])
        node(f"h{index}", x, 1, PALETTE["model"])
        arrow((x, 0), (x, 1), "W_{xh}")
        if pattern != "end" or number == steps - 1:
            node(f"y{index}", x, 2, PALETTE["good"])
            arrow((x, 1), (x, 2), "W_{hy}")
        if pattern in ("hidden", "end"):
            if number == 0:
                axes.text(x - width, 1, "$h_0$", ha="center", va="center")
            arrow((x - width, 1), (x, 1), "W_{hh}", loop_colour, offset=(0, 8))
        elif pattern == "output":
            if number == 0:  # the start token
                axes.text(x - width, 2, "$y_0$", ha="center", va="center")
            arrow((x - width, 2), (x, 1), "W_{yh}", loop_colour, offset=(9, 10))
        elif pattern == "forced":
            axes.text(x - width / 2, 0, f"$y^*_{number}$", ha="center", va="center", color=loop_colour)
            arrow((x - width / 2, 0), (x, 1), "W_{yh}", loop_colour, offset=(-14, 4))
    if folded:
        loop = "arc,angleA=150,angleB=-150,armA=34,armB=34,rad=14"
        arrow((0, 1.08), (0, 0.92), "W_{hh}", loop_colour, offset=(-33, 0), style=loop, shrink=11)
    left = -1.2 if folded else -0.4
    axes.set(xlim=(left, (0.7 if folded else width * steps + 0.6)), ylim=(-0.35, 2.35))
    axes.axis("off")


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
