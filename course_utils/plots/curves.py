"""Curves with their intervals, and descents on a loss."""

import matplotlib.pyplot as plt

from course_utils.plots.style import PALETTE


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
