"""The figures of lesson 1, beside those of its gallery."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.ticker import LogLocator, NullLocator, ScalarFormatter

from course_utils import plots
from course_utils.plots import PALETTE

COLOURS = {
    "dense": "baseline",
    "Conv1D": "other",
    "SimpleRNN": "model",
    "tanh of a sum": "bad",
    "last value": "muted",
    "day before": "muted",
    "ridge": "good",
}


def draw_orders(perplexity, unseen):
    """Perplexity, left, and the share of contexts never seen, right, by the words of context; both (orders,)."""
    _, (left, right) = plt.subplots(1, 2)
    orders = np.arange(len(perplexity))
    left.semilogy(orders, perplexity, "o-")
    left.set(ylabel="perplexity", title="Perplexity of new reviews")
    left.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    left.yaxis.set_major_formatter(ScalarFormatter())
    left.yaxis.set_minor_locator(NullLocator())
    right.plot(orders, unseen, "o-", color=PALETTE["bad"])
    right.set(ylim=(0, 1), ylabel="share", title="Contexts never seen in training")
    for axes in (left, right):
        axes.set(xlabel="words of context", xticks=orders)
    numbers = {"perplexity": perplexity, "contexts never seen": unseen}
    plots.show(f"By 0 to {orders[-1]} words of context: {plots.told(numbers)}")


def draw_answers(probabilities, sentences):
    """The probability that each of several models gives to each of two sentences, as points.

    probabilities: {model: (2,)}. sentences: two strings.
    """
    _, axes = plt.subplots(figsize=(8, 0.9 + 0.45 * len(probabilities)))
    rows = np.arange(len(probabilities))
    for place, (sentence, colour, marker) in enumerate(zip(sentences, ("model", "bad"), "os", strict=True)):
        values = [pair[place] for pair in probabilities.values()]
        shift = 0.16 * (2 * place - 1)
        axes.hlines(rows + shift, 0, values, color=PALETTE[colour], linewidth=2.5)
        axes.plot(values, rows + shift, marker, color=PALETTE[colour], label=sentence, clip_on=False)
        for row, value in zip(rows, values, strict=True):
            axes.text(1.04, row + shift, f"{value:.2f}", va="center", fontsize=8, color=PALETTE[colour])
    axes.axvline(0.5, color="black", linestyle=":")
    axes.set(yticks=rows, yticklabels=list(probabilities), xlim=(0, 1), xlabel="probability that it is news")
    axes.margins(y=0.3)
    axes.invert_yaxis()
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    plots.show(
        f"The probability that a sentence is news, for {' and for '.join(sentences)}: {plots.told(probabilities)}"
    )


def draw_distances(gaps, accuracy):
    """Accuracy by the distance between two years, and what guessing between the two gives.

    gaps: (n,) words. accuracy: {model: (n,)}.
    """
    _, axes = plt.subplots()
    for name, shares in accuracy.items():
        axes.plot(gaps, shares, "o-", color=PALETTE[COLOURS[name]], label=name)
    axes.axhline(0.5, color="black", linestyle=":", label="guessing between the two")
    axes.set(xlabel="distance between the two years [words]", ylabel="accuracy", ylim=(0.3, 1.05), xticks=gaps)
    axes.set_title("Which of two years comes first?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(f"Accuracy at distances of {gaps[0]} to {gaps[-1]} words. {plots.told(accuracy)}")


def draw_batches(batches, lengths):
    """Batches of reviews, one row each: words blue, padding white.

    batches: {title: indices of the reviews}. lengths: (n,) words in each review.
    """
    _, panels = plt.subplots(1, len(batches), figsize=(8, 2.8), sharex=True, sharey=True)
    shares = {}
    for panel, (title, batch) in zip(panels, batches.items(), strict=True):
        words = np.arange(lengths[batch].max()) < lengths[batch][:, None]
        shares[title] = 1 - words.mean()
        panel.imshow(words, aspect="auto", cmap="Blues", vmin=0, vmax=1.4, interpolation="nearest")
        panel.set(title=f"{title}\n{shares[title]:.0%} padding", xlabel="position")
        panel.grid(False)
    panels[0].set(ylabel="review in the batch", xlim=(0, lengths[np.concatenate([*batches.values()])].max()))
    plots.show(
        f"Batches of reviews, one row each, words blue and padding white. Shares of padding: {plots.told(shares)}"
    )


def draw_growth(steps, parameters, held):
    """Parameters, left, and bytes held, right, by the number of time steps; both axes logarithmic.

    steps: (n,). parameters, held: {layer: (n,)}.
    """
    _, panels = plt.subplots(1, 2)
    styles = {"dense": "o", "Conv1D": "s", "SimpleRNN": "^"}
    for panel, curves in zip(panels, (parameters, held), strict=True):
        for name, values in curves.items():
            layer, _, when = name.partition(", ")
            line = styles[layer] + ("--" if when == "in training" else "-")
            panel.loglog(steps, values, line, color=PALETTE[COLOURS[layer]], label=name)
        panel.set_xlabel("time steps T")
        panel.legend(fontsize=8)
    panels[0].set(ylabel="parameters", title="Parameters")
    panels[1].set(ylabel="bytes", title="Peak memory")
    ends = {name: values[-1] / values[0] for name, values in held.items()}
    plots.show(
        f"From {steps[0]} to {steps[-1]:,} time steps, both axes logarithmic. Left, parameters: those of the dense "
        f"layer grow, the others are level. Right, memory, which grows by these factors: {plots.told(ends)}"
    )


def draw_positions(positions, unseen, accuracy, chance):
    """Accuracy by the position of the year; grey columns where no year ever stood in training.

    positions: (n,). unseen: (n,) booleans. accuracy: {model: (n,)}. chance: where a dotted line stands.
    """
    _, axes = plt.subplots()
    for position in positions[unseen]:
        axes.axvspan(position - 0.5, position + 0.5, color=PALETTE["muted"], alpha=0.2, linewidth=0)
    for (name, shares), style in zip(accuracy.items(), ["o-", "s--", "o-"], strict=True):
        axes.plot(positions, shares, style, color=PALETTE[COLOURS[name]], label=name)
    axes.axhline(chance, color="black", linestyle=":", label="chance")
    axes.set(xlabel="position of the year in the sentence (grey: never in training)", ylabel="accuracy")
    axes.set(xticks=positions, ylim=(-0.03, 1.05), title="Is a year learned at one position recognised at another?")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"Accuracy with the year at word {positions[0]} to {positions[-1]}; in training it was never word "
        f"{', '.join(map(str, positions[unseen]))}. {plots.told(accuracy)}"
    )


def draw_matrix(matrix, names):
    """A matrix of few different weights, each in its colour; 0 is white.

    matrix: (rows, columns) with values 0, 1, ... len(names). names: of the values from 1 on.
    """
    _, axes = plt.subplots(figsize=(4.6, 3.4))
    colours = ["white", *[PALETTE[name] for name in ("model", "good", "other", "baseline")][: len(names)]]
    axes.imshow(matrix, cmap=ListedColormap(colours), vmin=0, vmax=len(names))
    for value, name in enumerate(names, 1):
        axes.plot([], [], "s", color=colours[value], label=f"${name}$")
    axes.set(xlabel="output step", ylabel="input step", title="A convolution, written as a dense layer")
    axes.set(xticks=range(matrix.shape[1]), yticks=range(matrix.shape[0]))
    axes.grid(False)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(
        f"A matrix of {matrix.shape[0]} rows and {matrix.shape[1]} columns. Its diagonal and the two below it hold one "
        f"weight each, {', '.join(names)}; all other entries are 0."
    )


def draw_forecasts(hours, truth, forecasts):
    """A stretch of a series and what several models forecast for it, a panel for each horizon.

    hours: (n,). truth: (n,) °C. forecasts: {hours ahead: {model: (n,) °C}}.
    """
    _, panels = plt.subplots(len(forecasts), 1, figsize=(8, 2.3 * len(forecasts)), sharex=True, squeeze=False)
    for panel, (ahead, by_model) in zip(panels[:, 0], forecasts.items(), strict=True):
        panel.plot(hours / 24, truth, color="black", linewidth=2, label="measured")
        for name, values in by_model.items():
            style = ":" if COLOURS[name] == "muted" else "-"
            panel.plot(hours / 24, values, style, color=PALETTE[COLOURS[name]], linewidth=1.4, label=name)
        panel.set(ylabel="temperature [°C]", title=f"Forecast made {ahead} hours earlier")
        panel.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=8)
    panels[-1, 0].set_xlabel("time [days]")
    plots.show(
        f"{len(hours) // 24} days of hourly temperatures, and the forecasts by {', '.join(by_model)} made "
        f"{' and '.join(map(str, forecasts))} hours earlier. All follow the daily cycle; all are late or wrong when "
        "the weather changes."
    )


def draw_errors(horizons, errors, seeds):
    """Mean absolute errors of several forecasts as points, by the hours ahead.

    errors: {model: (horizons,) °C}; the last one's are those of one seed. seeds: (networks, horizons) of more of them,
    drawn as small black points.
    """
    _, axes = plt.subplots(figsize=(8, 0.9 + 0.75 * len(horizons)))
    for n, (name, values) in enumerate(errors.items()):
        rows = np.arange(len(horizons)) + 0.16 * (n - (len(errors) - 1) / 2)
        marker = "s" if name == "last value" else "D" if name == "day before" else "o"
        axes.hlines(rows, 0, values, color=PALETTE[COLOURS[name]], linewidth=2)
        axes.plot(values, rows, marker, color=PALETTE[COLOURS[name]], label=name)
        for row, value in zip(rows, values, strict=True):
            axes.text(value + 0.09, row, f"{value:.2f}", va="center", fontsize=8)
    axes.plot(np.ravel(seeds), np.tile(rows, len(seeds)), "k.", markersize=4, label=f"{name}, {len(seeds)} seeds")
    axes.set(yticks=np.arange(len(horizons)), yticklabels=[f"{hours} h ahead" for hours in horizons])
    axes.set(xlabel="mean absolute error on the test series [°C]", xlim=(0, None))
    axes.invert_yaxis()
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    plots.show(f"Mean absolute errors {', '.join(map(str, horizons))} hours ahead: {plots.told(errors)}")
