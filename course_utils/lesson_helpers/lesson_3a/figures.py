"""The figures of lesson 3a."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import PALETTE

COLOURS = {  # of a network or a start
    "uniform start": "bad",
    "2b's network, untrained": "baseline",
    "2b's network, trained": "model",
    "untrained, large inputs": "other",
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
        f"The norm of the state over {len(values) - 1} steps, relative to the first, on a logarithmic axis. The "
        f"curves wave around straight lines. They end at these values, by spectral radius: {ends}."
    )


def draw_left(gradients, bounds):
    """What is left of a gradient, by lag, and the most that could be, dotted; logarithmic.

    gradients, bounds: {network: (T,)}.
    """
    _, axes = plt.subplots()
    for name, left in gradients.items():
        axes.semilogy(left, color=PALETTE[COLOURS[name]], label=name, linewidth=2)
        axes.semilogy(bounds[name], ":", color=PALETTE[COLOURS[name]])
    axes.plot([], [], ":", color="black", label="norm of the product of Jacobians\n(upper bound)")
    axes.set(xlabel="lag k [words before the end]", ylabel="relative to lag 0", ylim=(1e-8, 1e3))
    axes.set_title("How much of the gradient is left?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    ends = ", ".join(f"{name} {left[20]:.1e} and {left[40]:.1e}" for name, left in gradients.items())
    plots.show(
        "The norm of the gradient by lag, relative to lag 0, on a logarithmic axis, and dotted, above each curve, the "
        f"norm of the product of Jacobians. Left at lags 20 and 40: {ends}."
    )


def draw_shares(shares, recent):
    """The share of each lag in the size of a gradient, as bars, one panel a network.

    shares: {network: (T,)} that add up to 1. recent: how many lags are coloured.
    """
    _, panels = plt.subplots(1, len(shares), figsize=(9, 3.0), sharey=True)
    for panel, (name, share) in zip(panels, shares.items(), strict=True):
        colours = np.where(np.arange(len(share)) < recent, PALETTE[COLOURS[name]], PALETTE["muted"])
        panel.bar(np.arange(len(share)), share, color=colours, width=1)
        panel.set(title=f"{name}\nlast {recent} words: {share[:recent].sum():.0%}", xlabel="lag k")
    panels[0].set_ylabel("share of all terms")
    sums = {name: share[:recent].sum() for name, share in shares.items()}
    plots.show(
        f"The share of each lag in the gradient with respect to W_hh, as bars. The last {recent} words together: "
        f"{plots.told(sums)}"
    )


def draw_recall(gaps, accuracy, rates, chance, live):
    """Accuracy by the distance of the symbol to recall: a line for each start, a thin one for each seed.

    gaps: (n,). accuracy: {start: (seeds, n)}. rates: {start: learning rate}.
    live: {start: {gap: accuracy}} of what this notebook trained.
    """
    _, axes = plt.subplots()
    for name, seeds in accuracy.items():
        colour = PALETTE[COLOURS[name]]
        label = f"{name} start, rate {rates[name]:g}"
        axes.plot(gaps, np.mean(seeds, axis=0), "o-", color=colour, label=label, markersize=4)
        axes.plot(gaps, np.transpose(seeds), color=colour, linewidth=0.6, alpha=0.6)
    for (name, measured), size in zip(live.items(), (20, 10), strict=True):  # of two at one place both are seen
        axes.plot(list(measured), list(measured.values()), "*", color=PALETTE[COLOURS[name]], markersize=size)
    axes.plot([], [], "*", color="black", markersize=10, label="trained in this notebook")
    axes.axhline(chance, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="symbols since the one to recall", ylabel="accuracy", ylim=(0, 1.08))
    axes.set_title("Trained and tested at one distance, 400 updates")
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
    right.set(xlabel="slope of tanh, each unit at each word", ylabel="share", title="How often each slope occurs")
    right.legend(loc="upper left")
    means = {name: np.mean(values) for name, values in slopes.items()}
    plots.show(
        "Left, the slopes of tanh and sigmoid: at most 1 and 0.25, and near 0 far from 0. Right, histograms of the "
        f"slope of tanh over all units and words. Means: {plots.told(means)}"
    )


def draw_growth(gains, growth, crossing):
    """The slope of the gradient per step by the gain of W_hh, for several activations and without any.

    gains: (n,). growth: {activation: (n,) decades per step}. crossing: {activation: the gain at which it is 0}.
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
        f"{plots.told(growth)} Gains at which they cross zero: {plots.told(crossing)}"
    )


def draw_after_a_word(distance, cosine, logit, words):
    """What a word of praise in place of one of blame changes, in the state and the answer, by the words that follow.

    distance, logit: (lags,), relative to lag 0. cosine: (lags,), of the states' difference with that at lag 0.
    words: how many words the right panel shows.
    """
    _, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
    left.plot(distance, color=PALETTE["model"])
    left.set(ylim=(0, 1.1), title="How far apart are the states?", ylabel="distance, relative to right after the word")
    right.plot(logit[: words + 1], "o-", color=PALETTE["bad"], label="difference of the logits", markersize=4)
    right.plot(
        cosine[: words + 1], "s--", color=PALETTE["muted"], label="cosine of the states' difference", markersize=4
    )
    right.axhline(0, color="black", linewidth=1)
    right.set(title="How far apart are the answers?", ylabel="relative to right after the word")
    right.legend(fontsize=9)
    for panel in (left, right):
        panel.set_xlabel("words after one of praise or blame")
    lags = [0, 1, 2, 3, 4, 5, 10, 20, 40]
    plots.show(
        f"Praise in place of blame, after {', '.join(map(str, lags))} more words. Left, the distance of the states: "
        f"{plots.told({'distance': distance[lags]})} Right, the difference of the logits, and the cosine of the "
        "states' difference with that right after the word: "
        f"{plots.told({'logits': logit[lags], 'cosine': cosine[lags]})}"
    )


def draw_readings(sentences, accuracy):
    """The accuracy of two readers of a state by the neutral sentences after the review, and chance.

    sentences: (n,). accuracy: {reader: (n,)}.
    """
    _, axes = plt.subplots()
    for (name, shares), colour in zip(accuracy.items(), ("bad", "model", "muted"), strict=True):
        axes.plot(sentences, shares, "o-", color=PALETTE[colour], label=name)
    axes.axhline(0.5, color=PALETTE["muted"], linestyle=":", label="chance")
    axes.set(xlabel="neutral sentences after the review", ylabel="accuracy", xticks=sentences, ylim=(0.4, 1))
    axes.set_title("Who can read the opinion from the state?")
    axes.legend()
    plots.show(f"Accuracy after {', '.join(map(str, sentences))} neutral sentences: {plots.told(accuracy)}")


def draw_cliff(w, b, loss, paths, along, landings):
    """The loss of one unit as a surface and as a map with descents on it, and a cross-section of its wall below.

    w, b, loss: (rows, columns). paths: {name: (steps + 1, 3) of w, b and the loss}.
    along: (distance (n,), loss (n,)) of the cross-section. landings: {name: (distance, loss)} of points on it.
    """
    figure = plt.figure(figsize=(9.5, 8.5), layout="none")
    figure.subplots_adjust(left=0.07, right=0.98, top=0.95, bottom=0.07, hspace=0.35, wspace=0.2)
    surface = figure.add_subplot(2, 2, 1, projection="3d")
    surface.plot_surface(w, b, loss, cmap="viridis", linewidth=0, antialiased=False, rcount=100, ccount=100)
    surface.set(xlabel="w", ylabel="b", zlabel="loss", title="The loss over w and b")
    surface.view_init(elev=32, azim=112)
    level = figure.add_subplot(2, 2, 2)
    level.pcolormesh(w, b, loss, cmap="Greys", vmax=0.6, shading="gouraud")
    for name, path in reversed(paths.items()):
        level.plot(*path[:61, :2].T, ".-", color=PALETTE[COLOURS[name]], linewidth=1, markersize=4, label=name)
    level.plot(*next(iter(paths.values()))[0, :2], "k*", markersize=11, label="start")
    level.set(xlabel="w", ylabel="b", title="From above: 60 steps", xlim=(4.1, 5.2), ylim=(-2.6, -1.8))
    level.legend(loc="lower left", fontsize=8)
    cut = figure.add_subplot(2, 1, 2)
    cut.plot(*along, color="black", linewidth=1.2)
    here = landings["here"]
    for name, place in landings.items():
        if name == "here":
            cut.plot(*place, "kD", markersize=7, label="on the wall")
        else:
            colour = PALETTE[COLOURS[name]]
            arrow = {"arrowstyle": "->", "color": colour, "lw": 1.5, "connectionstyle": "arc3,rad=-0.2"}
            cut.annotate("", place, here, arrowprops=arrow)
            cut.plot(*place, "o", color=colour, label=f"one step later, {name}")
    cut.set(xlabel="distance along the negative gradient", ylabel="loss", title="A cross-section of the wall")
    cut.legend(fontsize=8, loc="upper right")
    moved = ", ".join(f"{name} {place[0]:.2f}" for name, place in landings.items() if name != "here")
    plots.show(
        "The loss over w and b, as a surface and from above: two plains with a steep wall between them. On the map, "
        f"descents from one start ({', '.join(paths)}). Below, a cross-section of the wall along the negative "
        f"gradient, with a point on the wall and where one step from it ends. Lengths of the steps: {moved}."
    )


def draw_losses(losses):
    """The loss along descents, one panel for each kind of clipping.

    losses: {name: (descents, steps + 1)}.
    """
    _, panels = plt.subplots(1, len(losses), figsize=(9.5, 3.0), sharey=True)
    for panel, (name, each) in zip(panels, losses.items(), strict=True):
        panel.plot(np.transpose(each), ".", color=PALETTE[COLOURS[name]], markersize=2, alpha=0.5)
        panel.set(title=name, xlabel="step of the descent")
    panels[0].set_ylabel("loss")
    late = {name: np.max(np.asarray(each)[:, -100:], axis=1) for name, each in losses.items()}
    plots.show(
        "The loss along twelve descents for each kind of clipping. The largest loss of each within the last 100 steps: "
        f"{plots.told(late)}"
    )


def draw_settled(limits, settled, without, count):
    """How many descents settle, by the limit of the gradient, for each kind of clipping.

    limits: (n,). settled: {kind: (n,)}. without: how many settle without clipping, of `count`.
    """
    _, axes = plt.subplots()
    for (name, numbers), line in zip(settled.items(), ("o-", "s--"), strict=True):
        axes.plot(limits, numbers, line, color=PALETTE[COLOURS[name]], label=name)
    axes.axhline(without, color=PALETTE[COLOURS["no clipping"]], linestyle=":", label="no clipping")
    axes.set_xscale("log")
    axes.set_xticks(limits, [f"{limit:g}" for limit in limits])
    axes.minorticks_off()
    axes.set(xlabel="limit of the gradient", ylabel=f"descents that settle, of {count}", ylim=(-0.5, count + 0.5))
    axes.set_title("Which limit lets a descent settle?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"Descents that settle, of {count}, at limits of {', '.join(f'{limit:g}' for limit in limits)}: "
        f"{plots.told(settled)} Without clipping: {without}."
    )
