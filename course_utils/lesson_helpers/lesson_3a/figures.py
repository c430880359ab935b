"""The figures of lesson 3a."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import PALETTE

COLOURS = {  # of a network or a start
    "uniform start": "bad",
    "2b's start": "baseline",
    "2b's network, trained": "model",
    "2b's start, inputs of size 1": "other",
    "uniform": "bad",
    "orthogonal": "baseline",
    "identity": "good",
    "tanh": "bad",
    "ReLU": "baseline",
    "no clipping": "bad",
    "by value": "baseline",
    "by norm": "model",
}


def draw_norms(norms):
    """The norm of a state over time, relative to the first, on a logarithmic axis.

    norms: {spectral radius: (steps + 1,)}.
    """
    _, axes = plt.subplots()
    for (radius, values), colour in zip(norms.items(), ("bad", "muted", "model"), strict=True):
        axes.semilogy(values / values[0], color=PALETTE[colour], label=f"spectral radius {radius}")
    axes.set(xlabel="step t", ylabel="norm, relative to $h_0$", title="The same matrix, again and again")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ends = ", ".join(f"{values[-1] / values[0]:.0e} at {radius}" for radius, values in norms.items())
    plots.show(
        f"The norm of the state over {len(values) - 1} steps, relative to the first, on a logarithmic axis. After a "
        f"few steps the curves are straight. They end at these values, by spectral radius: {ends}."
    )


def draw_left(gradients, bounds):
    """What is left of a gradient, by lag, and the most that could be, dotted; logarithmic.

    gradients, bounds: {network: (T,)}.
    """
    _, axes = plt.subplots()
    for name, left in gradients.items():
        axes.semilogy(left, color=PALETTE[COLOURS[name]], label=name, linewidth=2)
        axes.semilogy(bounds[name], ":", color=PALETTE[COLOURS[name]])
    axes.plot([], [], ":", color="black", label="norm of the product")
    axes.set(xlabel="lag k [words before the end]", ylabel="relative to lag 0", ylim=(1e-8, 1e3))
    axes.set_title("How much of the gradient is left?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ends = ", ".join(f"{name} {left[20]:.1e} and {left[40]:.1e}" for name, left in gradients.items())
    plots.show(
        "The norm of the gradient by lag, relative to lag 0, on a logarithmic axis, and dotted, above each curve, the "
        f"norm of the product of Jacobians. At lags 20 and 40 is left: {ends}."
    )


def draw_shares(shares, recent):
    """The share of each lag in the size of a gradient, as bars, one panel a network.

    shares: {network: (T,)} that add up to 1. recent: how many lags are coloured.
    """
    _, panels = plt.subplots(1, len(shares), figsize=(9, 3.0))
    for panel, (name, share) in zip(panels, shares.items(), strict=True):
        colours = np.where(np.arange(len(share)) < recent, PALETTE[COLOURS[name]], PALETTE["muted"])
        panel.bar(np.arange(len(share)), share, color=colours, width=1)
        panel.set(title=f"{name}\nlast {recent} words: {share[:recent].sum():.0%}", xlabel="lag k")
    panels[0].set_ylabel("share of all terms (scales differ)")
    sums = {name: share[:recent].sum() for name, share in shares.items()}
    plots.show(
        f"The share of each lag in the gradient by W_hh, as bars. The last {recent} words together: {plots.told(sums)}"
    )


def draw_recall(gaps, accuracy, chance, title, live=None):
    """Accuracy by the distance of the symbol to recall: a line for each start, a thin one for each seed.

    gaps: (n,). accuracy: {start: (seeds, n)}. live: {start: {gap: accuracy}} of what this notebook trained.
    """
    _, axes = plt.subplots()
    for name, seeds in accuracy.items():
        colour = PALETTE[COLOURS[name]]
        axes.plot(gaps, np.mean(seeds, axis=0), "o-", color=colour, label=f"{name} start", markersize=4)
        axes.plot(gaps, np.transpose(seeds), color=colour, linewidth=0.6, alpha=0.6)
    for name, measured in (live or {}).items():
        axes.plot(list(measured), list(measured.values()), "*", color=PALETTE[COLOURS[name]], markersize=14)
    if live:
        axes.plot([], [], "*", color="black", markersize=10, label="trained in this notebook")
    axes.axhline(chance, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="symbols since the one to recall", ylabel="accuracy", ylim=(0, 1.05), title=title)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    means = {name: np.mean(seeds, axis=0) for name, seeds in accuracy.items()}
    plots.show(
        f"Accuracy at distances of {', '.join(map(str, gaps))} symbols; thin lines are single seeds. "
        f"Means: {plots.told(means)}"
    )


def draw_saturation(slopes):
    """The slopes of tanh and of the sigmoid, left, and how often each slope of tanh occurs in networks, right.

    slopes: {network: numbers between 0 and 1}.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2))
    z = np.linspace(-5, 5, 201)
    sigmoid = 1 / (1 + np.exp(-z))
    left.plot(z, 1 - np.tanh(z) ** 2, color=PALETTE["model"], label="tanh")
    left.plot(z, sigmoid * (1 - sigmoid), color=PALETTE["muted"], label="sigmoid")
    left.set(xlabel="pre-activation a", ylabel="slope", title="Slopes of two activations")
    left.legend()
    bins = np.linspace(0, 1, 26)
    for name, values in slopes.items():
        share = np.histogram(values, bins)[0] / np.size(values)
        right.stairs(share, bins, color=PALETTE[COLOURS[name]], label=name, linewidth=2)
    right.set(xlabel="slope of tanh in a unit at a word", ylabel="share", title="Slopes that occur")
    right.legend(loc="upper left")
    means = {name: np.mean(values) for name, values in slopes.items()}
    plots.show(
        "Left, the slopes of tanh and sigmoid: at most 1 and 0.25, and near 0 far from 0. Right, histograms of the "
        f"slope of tanh over all units and words. Means: {plots.told(means)}"
    )


def draw_growth(gains, growth):
    """The slope of the gradient per step by the gain of W_hh, for several activations and without any.

    gains: (n,). growth: {activation: (n,) decades per step}.
    """
    _, axes = plt.subplots()
    axes.plot(gains, np.log10(gains), "--", color=PALETTE["muted"], label="no activation: log10 of the gain")
    for name, slopes in growth.items():
        axes.plot(gains, slopes, "o-", color=PALETTE[COLOURS[name]], label=name)
    axes.axhline(0, color="black", linewidth=1)
    axes.text(0.5, 0.02, "grows", color="black", fontsize=9)
    axes.text(0.5, -0.02, "shrinks", color="black", fontsize=9, va="top")
    axes.set(xlabel="gain of an orthogonal $W_{hh}$", ylabel="decades per step", title="How fast does a gradient grow?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"The slope of the gradient's norm in decades per step, at gains of {', '.join(map(str, gains))}. "
        f"{plots.told(growth)} Both cross zero between 1.5 and 1.75."
    )


def draw_after_a_word(state, logit, words):
    """What a good word in place of a bad one changes, in the state and in the answer, by the words that follow.

    state, logit: (lags,), in units of what they are right after the word. words: the two, for the title.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    left.plot(state, color=PALETTE["model"])
    left.set(ylim=(0, 1.1), title="How far apart are the states?", ylabel="relative to lag 0")
    right.plot(logit, color=PALETTE["model"])
    right.axhline(0, color="black", linewidth=1)
    right.fill_between(
        np.arange(len(logit)), logit, 0, where=logit < 0, color=PALETTE["bad"], alpha=0.4, interpolate=True
    )
    right.set(title="How far apart are the answers?", ylabel="logits, relative to lag 0")
    for panel in (left, right):
        panel.set_xlabel(f"words since {words}")
    lags = [0, 1, 2, 3, 4, 5, 10, 20, 40]
    plots.show(
        f"Praise in place of blame, {', '.join(map(str, lags))} words before the end. Left, the distance of the "
        f"states: {plots.told({'distance': state[lags]})} Right, the difference of the logits: "
        f"{plots.told({'difference': logit[lags]})}"
    )


def draw_cosines(cosine):
    """The cosine of the gradient with that at lag 0, by lag. cosine: {network: (T,)}."""
    _, axes = plt.subplots()
    for name, values in cosine.items():
        axes.plot(values, color=PALETTE[COLOURS[name]], label=name)
    axes.axhline(0, color="black", linewidth=1)
    axes.set(xlabel="lag k [words before the end]", ylabel="cosine", title="Does the gradient keep its direction?")
    axes.legend()
    lags = [0, 1, 2, 5, 10, 20, 40]
    numbers = {name: values[lags] for name, values in cosine.items()}
    plots.show(
        f"The cosine of the gradient with that at lag 0, at lags {', '.join(map(str, lags))}: {plots.told(numbers)}"
    )


def draw_readings(sentences, accuracy):
    """The accuracy of two readers of a state by the neutral sentences after the review, and chance.

    sentences: (n,). accuracy: {reader: (n,)}.
    """
    _, axes = plt.subplots()
    for (name, shares), colour in zip(accuracy.items(), ("bad", "model"), strict=True):
        axes.plot(sentences, shares, "o-", color=PALETTE[colour], label=name)
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="neutral sentences after the review", ylabel="accuracy", xticks=sentences)
    axes.set_title("Who can read the opinion from the state?")
    axes.legend()
    plots.show(f"Accuracy after {', '.join(map(str, sentences))} neutral sentences: {plots.told(accuracy)}")


def draw_cliff(w, b, loss, paths, along, landings):
    """The loss of one unit as a surface with descents on it, left, and a cut through its wall, right.

    w, b, loss: (rows, columns). paths: {name: (steps + 1, 3) of w, b and the loss}.
    along: (distance (n,), loss (n,)) of the cut. landings: {name: (distance, loss)} of points on it.
    """
    figure = plt.figure(figsize=(9.5, 4.4))
    surface = figure.add_subplot(1, 2, 1, projection="3d", computed_zorder=False)
    surface.plot_surface(w, b, loss, cmap="Greys", vmin=-0.25, vmax=0.6, linewidth=0, rcount=100, ccount=100)
    for name, path in paths.items():
        inside = (abs(path[:, 0] - w.mean()) <= np.ptp(w) / 2) & (abs(path[:, 1] - b.mean()) <= np.ptp(b) / 2)
        shown = path[: np.argmin(inside) or None][:60]  # until it leaves the picture, if it does
        surface.plot(*shown.T, ".-", color=PALETTE[COLOURS[name]], linewidth=1, markersize=3, label=name, zorder=5)
    start = next(iter(paths.values()))[0]
    surface.plot(*start[:, None], "k*", markersize=11, zorder=6)
    surface.set(xlabel="w", ylabel="b", zlabel="loss", title="The cliff: 60 steps from the star")
    surface.view_init(elev=32, azim=112)
    surface.legend(loc="upper left", fontsize=8)
    cut = figure.add_subplot(1, 2, 2)
    cut.plot(*along, color="black", linewidth=1.2)
    here = landings["here"]
    for name, place in landings.items():
        if name == "here":
            cut.plot(*place, "k*", markersize=11, label="at the wall")
        else:
            colour = PALETTE[COLOURS[name]]
            arrow = {"arrowstyle": "->", "color": colour, "lw": 1.5, "connectionstyle": "arc3,rad=-0.2"}
            cut.annotate("", place, here, arrowprops=arrow)
            cut.plot(*place, "o", color=colour, label=f"one step later, {name}")
    cut.set(xlabel="distance along the negative gradient", ylabel="loss", title="A cut through the wall")
    cut.legend(fontsize=8, loc="upper right")
    moved = ", ".join(f"{name} {place[0]:.2f}" for name, place in landings.items() if name != "here")
    plots.show(
        "Left, the loss over w and b as a surface: two plains with a steep wall between them, and three descents from "
        "one start. Right, a cut through the wall along the negative gradient, with a point on the wall and the places "
        f"where one step from it ends. Lengths of the steps: {moved}."
    )


def draw_losses(losses):
    """The loss along descents, one panel for each way of clipping.

    losses: {name: (descents, steps + 1)}.
    """
    _, panels = plt.subplots(1, len(losses), figsize=(9.5, 3.0), sharey=True)
    for panel, (name, each) in zip(panels, losses.items(), strict=True):
        panel.plot(np.transpose(each), ".", color=PALETTE[COLOURS[name]], markersize=2, alpha=0.5)
        panel.set(title=name, xlabel="step of the descent")
    panels[0].set_ylabel("loss")
    late = {name: np.max(np.asarray(each)[:, -100:], axis=1) for name, each in losses.items()}
    plots.show(
        "The loss along twelve descents for each way of clipping. The largest loss of each within the last 100 steps: "
        f"{plots.told(late)}"
    )
