"""Lesson 3b: its figures, and the table of its networks."""

import matplotlib.pyplot as plt
import numpy as np

from course_utils import plots
from course_utils.plots import FIGURE_SIZE, PALETTE

GRADIENT_STYLES = [("model", "--"), ("model", "-"), ("good", "--"), ("good", "-"), ("bad", "-")]
# {beginning of a network's name: colour}; what does not begin so is a cell with a path
GROUPS = {"SimpleRNN": "bad", "residual": "baseline", "GRU": "other", "LSTM": "model"}
LEAST = 1e-9  # share of a gradient that is drawn
MARKERS = "os^Dv*PXh><"
ORDER = (  # of the table: lesson 2b's network, then the paths as this lesson builds them
    "SimpleRNN of 2b",
    "residual",
    "residual, U from 0",
    "leaky, α fixed",
    "leaky, α learned",
    "λ-gated",
    "GRU",
    "LSTM",
)


def draw_gradients(left):
    """What is left of a gradient at the cell state, by the steps that it goes back; dashed, along the straight path.

    left: {name: (steps + 1,)}; a name and the same with ", straight path only" belong together.
    """
    _, axes = plt.subplots()
    for (name, norms), (colour, line) in zip(left.items(), GRADIENT_STYLES, strict=True):
        axes.semilogy(norms, line, color=PALETTE[colour], label=name)
    axes.set(xlabel="steps back", ylabel="gradient norm, relative")
    axes.set_title("How much of the gradient comes back along the cell state?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    steps = len(norms) - 1
    told = "; ".join(f"{name} 10^{np.log10(norms[-1]):.1f}" for name, norms in left.items())
    plots.show(
        f"The gradient left at the cell state against 0 to {steps} steps back, on a logarithmic axis, for random "
        f"LSTMs. After {steps} steps: {told}."
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
    axes.set(xlabel="steps after the marked symbol", ylabel="unit, sorted by its mean gate after the mark")
    axes.set_title("The update gates of the trained GRU: dark keeps, white replaces")
    axes.grid(False)
    plt.colorbar(image, ax=axes, label="update gate z")
    before, at_mark, after = (gates[where] for where in (steps < 0, steps == 0, steps > 0))
    keeping = [int(np.sum(part.mean(axis=0) > 0.5)) for part in (before, after)]
    plots.show(
        f"A map of {gates.shape[1]} units by {len(steps)} steps of one sequence. The mean update gate "
        f"is {before.mean():.2f} before the mark, {at_mark.mean():.2f} at it and {after.mean():.2f} after it. "
        f"Units whose mean gate is above 0.5: {keeping[0]} before the mark, {keeping[1]} after it. Units that "
        f"stay above 0.9 at every step after it: {int(np.sum(after.min(axis=0) > 0.9))}."
    )


def in_order(networks):
    """The networks of this lesson's table, in its order. networks: those of the result file gradient_paths."""
    return {name: networks[name] for name in ORDER}


def print_networks(networks):
    """The table of all networks: of each measure the median over the seeds.

    networks: {name: {measure: values}}, of `in_order`.
    """
    columns = {
        "left before training": ("before", ".1e"),
        "left": ("trained", ".2f"),
        "cosine": ("cosine", ".2f"),
        "accuracy": ("test", ".3f"),
        "0 sentences": ("short", ".2f"),
        "4 sentences": ("short + 4", ".2f"),
    }
    print(f"{'':<25}{'gradient left':>20}{'':>10}{'accuracy':>25}")
    print(f"{'':<25}" + "".join(f"{title:>10}" for title, _ in columns.values()) + f"{'rate':>8}")
    for name, of in networks.items():
        values = "".join(f"{format(np.median(of[measure]), form):>10}" for measure, (_, form) in columns.items())
        print(f"{name:<25}{values}{of['rate']:>8g}")


def colour_of(name):
    """The colour of a network's group."""
    return PALETTE[next((colour for start, colour in GROUPS.items() if name.startswith(start)), "good")]


def draw_networks(networks):
    """Accuracy against the gradient left after 40 words, a line from before to after training; all are medians.

    networks: {name: {measure: values}}, of `in_order`.
    """
    _, panels = plt.subplots(1, 2, figsize=(FIGURE_SIZE[0] + 1.6, 3.8), sharey=True)
    titles = {"accuracy": "all test reviews", "4 sentences": "short reviews + 4 neutral sentences"}
    for panel, (measure, title) in zip(panels, titles.items(), strict=True):
        for (name, of), marker in zip(networks.items(), MARKERS, strict=False):
            start, end = (max(np.median(of[key]), LEAST) for key in ("left before training", "left"))
            accuracy = np.median(of[measure])
            panel.plot([start, end], [accuracy] * 2, color=colour_of(name), linewidth=1, alpha=0.6)
            panel.plot(start, accuracy, marker, color=colour_of(name), markersize=6, fillstyle="none")
            panel.plot(end, accuracy, marker, color=colour_of(name), markersize=8, label=name)
        panel.axhline(0.5, color=PALETTE["muted"], linestyle=":")
        panel.axvline(1, color=PALETTE["muted"], linewidth=0.8)
        panel.set(xscale="log", xlabel="gradient left after 40 words", title=title)
    panels[0].set_ylabel("accuracy after training (dotted: chance)")
    panels[1].legend(
        loc="upper left",
        bbox_to_anchor=(1, 1),
        fontsize=8,
        title="gradient before training (empty)\nand after it (full)",
    )
    measures = ("left before training", "left", *titles)
    medians = {name: [np.median(of[measure]) for measure in measures] for name, of in networks.items()}
    plots.show(
        "Two panels of accuracy against the gradient left after 40 words, on a log axis; each network has an empty "
        "marker for the gradient before training and a full one for that after it, both at its accuracy after "
        "training. Medians over the seeds of the gradient left before and after training, of the test accuracy, and "
        "of that with four neutral sentences appended to short reviews: "
        + "; ".join(f"{name} {a:.1e}, {b:.2f}, {c:.2f}, {d:.2f}" for name, (a, b, c, d) in medians.items())
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
