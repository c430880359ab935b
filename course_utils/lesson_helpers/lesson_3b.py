"""Lesson 3b: its figures, and the table of its networks."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import FIGURE_SIZE, PALETTE

GRADIENT_STYLES = [("model", "--"), ("model", "-"), ("good", "--"), ("good", "-"), ("bad", "-")]
# {beginning of a network's name: colour}; what does not begin so is a cell with a path
GROUPS = {"SimpleRNN": "bad", "ReLU": "baseline", "GRU": "other", "LSTM": "model"}
STEEPEST = -0.22  # slope that is drawn; of a gradient that is exactly 0 a slope says nothing
MARKERS = "os^Dv*PXh><"
ORDER = (  # of the table: what lesson 3a examined, then the paths as this lesson builds them
    "SimpleRNN of 2b",
    "SimpleRNN, larger rate",
    "SimpleRNN, not clipped",
    "SimpleRNN, uniform start",
    "ReLU, identity start",
    "residual",
    "leaky, α fixed",
    "leaky, α learned",
    "λ-gated",
    "GRU",
    "LSTM",
)


def draw_gradients(left):
    """What is left of a gradient at the cell, by the steps that it goes back; the first ones as straight ways.

    left: {name: (steps + 1,)}; a name and the same with ", straight" belong together.
    """
    _, axes = plt.subplots()
    for (name, norms), (colour, line) in zip(left.items(), GRADIENT_STYLES, strict=True):
        axes.semilogy(norms, line, color=PALETTE[colour], label=name)
    axes.set(xlabel="steps back", ylabel="gradient left", title="How much of a gradient comes back to the cell?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    steps = len(norms) - 1
    told = "; ".join(f"{name} 1e{np.log10(norms[-1]):+.0f}" for name, norms in left.items())
    plots.show(
        f"The gradient left at the cell against 0 to {steps} steps back, on a logarithmic axis, for random LSTMs. "
        f"After {steps} steps: {told}."
    )


def draw_update_gates(gates, steps):
    """The update gate of each unit at each step of one sequence, the units sorted by their mean after the mark.

    gates: (T, units), from 0 to 1. steps: (T,), 0 at the marked symbol.
    """
    order = np.argsort(-gates[steps > 0].mean(axis=0))
    _, axes = plt.subplots(figsize=(FIGURE_SIZE[0], 3.8))
    extent = (steps[0] - 0.5, steps[-1] + 0.5, gates.shape[1] + 0.5, 0.5)
    image = axes.imshow(
        gates.T[order], aspect="auto", cmap="Blues", vmin=0, vmax=1, extent=extent, interpolation="nearest"
    )
    axes.axvline(-0.5, color="black", linewidth=1)
    axes.axvline(0.5, color="black", linewidth=1)
    axes.set(xlabel="steps after the marked symbol", ylabel="unit, most keeping first")
    axes.set_title("The update gates of the trained GRU: dark keeps, white replaces")
    axes.grid(False)
    plt.colorbar(image, ax=axes, label="z")
    at_mark, after = gates[steps == 0][0, order], gates[steps > 0][:, order]
    keeping = int(np.sum(after.min(axis=0) > 0.9))
    plots.show(
        f"A map of {gates.shape[1]} units by {len(steps)} steps. At the marked symbol the mean update gate is "
        f"{at_mark.mean():.2f}, after it {after.mean():.2f}. Units that stay above 0.9 at every step after it: {keeping}; "
        f"the mean gate of the four that keep most is {after[:, :4].mean():.2f}."
    )


def in_order(networks):
    """[(name, {measure: values})] of the result file gradient_paths, in the order of the table."""
    return sorted(networks.items(), key=lambda pair: ORDER.index(pair[0]))


def print_networks(networks):
    """The table of all networks: of each measure the median over the seeds.

    networks: {name: {measure: values}} of the result file gradient_paths.
    """
    columns = {
        "slope": ("slope", "+.3f"),
        "left": ("left", ".2g"),
        "cosine": ("cosine", ".2f"),
        "accuracy": ("test", ".3f"),
        "0 sentences": ("short", ".2f"),
        "4 sentences": ("+ 4 sent.", ".2f"),
    }
    print(f"{'':<25}{'gradient, trained':>28}{'accuracy':>30}")
    print(f"{'':<25}" + "".join(f"{title:>10}" for title, _ in columns.values()) + f"{'rate':>8}")
    for name, of in in_order(networks):
        values = "".join(f"{format(np.median(of[measure]), form):>10}" for measure, (_, form) in columns.items())
        print(f"{name:<25}{values}{of['rate']:>8g}")


def colour_of(name):
    """The colour of a network's group."""
    return PALETTE[next((colour for start, colour in GROUPS.items() if name.startswith(start)), "good")]


def draw_networks(networks):
    """Test accuracy, and accuracy with neutral sentences behind, against the slope of the gradient per word.

    networks: {name: {measure: values}} of the result file gradient_paths; a small point for each seed.
    """
    _, panels = plt.subplots(1, 2, figsize=(FIGURE_SIZE[0] + 1.6, 3.8), sharey=True)
    titles = {"accuracy": "all test reviews", "4 sentences": "short reviews + 4 neutral sentences"}
    for panel, (measure, title) in zip(panels, titles.items(), strict=True):
        for (name, of), marker in zip(in_order(networks), MARKERS, strict=False):
            colour = colour_of(name)
            slopes = np.maximum(of["slope"], STEEPEST)
            label = name if np.median(of["slope"]) > STEEPEST else f"{name} (steeper than drawn)"
            panel.plot(slopes, of[measure], marker, color=colour, markersize=4, alpha=0.5)
            panel.plot(np.median(slopes), np.median(of[measure]), marker, color=colour, markersize=9, label=label)
        panel.axhline(0.5, color=PALETTE["muted"], linestyle=":")
        panel.axvline(0, color=PALETTE["muted"], linewidth=0.8)
        panel.set(xlabel="slope of the gradient per word [decades]", title=title)
    panels[0].set_ylabel("accuracy (dotted: chance)")
    panels[1].legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    pairs = {name: [np.median(of[m]) for m in ("slope", *titles)] for name, of in in_order(networks)}
    plots.show(
        "Two panels of accuracy against the slope of the gradient per word, a small point for each "
        "seed. Slope, test accuracy, and accuracy with four neutral sentences behind, medians: "
        + "; ".join(f"{name} {slope:+.3f}, {a:.2f}, {b:.2f}" for name, (slope, a, b) in pairs.items())
        + "."
    )


def draw_variants(rows):
    """Accuracies of variants of the LSTM on two tasks, a point for each seed; also print them.

    rows: of the result file lstm_variants. Returns {task: {variant: accuracies}}.
    """
    names = list(dict.fromkeys(row["variant"] for row in rows))
    titles = {"recall": "recall over 100 symbols", "sentiment": "course_reviews, test"}
    scores = {
        task: {name: [row[task]["accuracy"] for row in rows if row["variant"] == name] for name in names}
        for task in titles
    }
    _, panels = plt.subplots(1, 2, sharey=True)
    for panel, (task, title) in zip(panels, titles.items(), strict=True):
        panel.axvline(np.mean(scores[task]["LSTM"]), color=PALETTE["muted"], linestyle=":")
        for place, values in enumerate(scores[task].values()):
            panel.plot(values, [place] * len(values), "o", color=PALETTE["model"], alpha=0.6)
            panel.plot([np.mean(values)] * 2, [place - 0.3, place + 0.3], color="black")
        panel.set(xlabel="accuracy", title=title)
    panels[0].set(yticks=range(len(names)), yticklabels=names)
    panels[0].invert_yaxis()
    plots.show(
        "Accuracies of variants of the LSTM, a point for each of three networks, a bar for their mean, and a dotted "
        "line at the mean of the plain LSTM. "
        + " ".join(f"{titles[task]}: {plots.told(scores[task])}" for task in titles)
    )
    for name in names:
        means = "   ".join(
            f"{titles[task]} {np.mean(of[name]):.3f} ({min(of[name]):.3f} to {max(of[name]):.3f})"
            for task, of in scores.items()
        )
        print(f"{name:<24}{means}")
    return scores
