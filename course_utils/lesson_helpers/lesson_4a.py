"""Lesson 4a: what it cannot read of a student's sentence, its figures, and searches through few words."""

import difflib

import matplotlib.pyplot as plt
import numpy as np

from course_utils import diagrams, plots
from course_utils.plots import PALETTE
from course_utils.translation import END, PAD, START

STYLES = {  # of the networks: name in a legend, colour, marker
    "forwards": ("forwards", "model", "o"),
    "reversed": ("source reversed", "good", "s"),
    "narrow": ("through a narrow vector", "baseline", "v"),
}
AUTOENCODERS = {
    "first, 64 units": ("the first symbol, 64 units", "good"),
    "all, 64 units": ("all symbols, 64 units", "model"),
    "all, 16 units": ("all symbols, 16 units", "baseline"),
}


def cannot_read(words, known):
    """Why a sentence cannot be translated, in a sentence or two; "" where it can.

    words: list of tokens. known: words that the network has been trained on.
    """
    if not any(word[0].isalnum() for word in words):
        return "There is no word in it: type an English sentence."
    new = list(dict.fromkeys(word for word in words if word not in known))
    if not new:
        return ""
    close = {word: difflib.get_close_matches(word, known, n=3, cutoff=0.6) for word in new}
    lines = [f"It has never read {', '.join(new)}; it knows {len(known):,} English words."]
    lines += [f"Like {word} are {', '.join(found)}." for word, found in close.items() if found]
    if not any(close.values()):
        content = sorted(word for word in known if len(word) > 3)
        lines.append(f"Some of them: {', '.join(content[:: max(len(content) // 12, 1)])}.")
    return " ".join(lines)


class NextWords:
    """What a network may say next, asked as exercise 4a.6 asks: prefixes (n, t) to log-probabilities (n, words).

    translator: a network with `encode` and `step`. source: ids (1, S) of one sentence. words: how many target words
    there are.
    """

    def __init__(self, translator, source, words):
        self.translator, self.words, self.states = translator, words, {}
        self.first = self.one_step([START], translator.encode(source), [()])

    def one_step(self, ids, states, prefixes):
        """Log-probabilities after one more word each; the states after it are kept, by prefix."""
        from keras import ops

        logits, states = self.translator.step(ops.convert_to_tensor(ids, "int32"), list(states))
        log_p, *states = [ops.convert_to_numpy(value) for value in (ops.log_softmax(logits), *states)]
        for prefix, *state in zip(prefixes, *states, strict=True):
            self.states[prefix] = state
        return log_p[:, : self.words]

    def __call__(self, prefixes):
        prefixes = [tuple(prefix) for prefix in np.asarray(prefixes).tolist()]
        if not prefixes[0]:
            return np.repeat(self.first, len(prefixes), axis=0)
        for parent in {prefix[:-1] for prefix in prefixes} - self.states.keys():
            self([parent])
        before = [np.stack(part) for part in zip(*(self.states[prefix[:-1]] for prefix in prefixes), strict=True)]
        return self.one_step([prefix[-1] for prefix in prefixes], before, prefixes)


class Counted:
    """A model of next words that counts in `asked` after how many prefixes it was asked for the next one."""

    def __init__(self, next_log_p):
        self.next_log_p, self.asked = next_log_p, 0

    def __call__(self, prefixes):
        self.asked += len(prefixes)
        return self.next_log_p(prefixes)


def beam_tree(beam_step, next_log_p, words, width, steps, children=2):
    """A beam search through a model of next words, as a drawing of its tree.

    beam_step: exercise 4a.7. next_log_p: prefixes (n, t) to log-probabilities (n, words). words: the name of each
    token; tokens 0 and 2 are PAD and END, as in the lesson. children: how many continuations of each beam are drawn.
    """
    nodes = {}
    beams, scores = [()] * width, np.where(np.arange(width) == 0, 0.0, -1e9)  # all alike, so only the first counts
    for _ in range(steps):
        finished = np.array([line[-1:] == (words[END],) for line in beams])
        tokens = [[words.index(word) for word in line] for line in beams]
        log_p = np.zeros((width, len(words)))
        for row in np.flatnonzero(~finished & (scores > -1e8)):
            log_p[row] = next_log_p(np.array([tokens[row]], int).reshape(1, -1))[0]
        for line, score, row in zip(beams, scores, log_p, strict=True):
            for token in np.argsort(-row, kind="stable")[:children]:
                if score + row[token] > -1e8 and line[-1:] != (words[END],):
                    nodes[(*line, words[token])] = float(np.exp(score + row[token])), "dropped"
        given = scores.astype("float32"), np.maximum(log_p, -1e9).astype("float32"), finished
        scores, parents, chosen = [np.asarray(part)[0] for part in beam_step(*(part[None] for part in given))]
        beams = [
            beams[parent] if finished[parent] else (*beams[parent], words[token])
            for parent, token in zip(parents, chosen, strict=True)
        ]
        nodes |= {line: (float(np.exp(score)), "kept") for line, score in zip(beams, scores, strict=True)}
    if beams[0][-1] == words[END]:
        nodes |= {beams[0][:n]: (nodes[beams[0][:n]][0], "best") for n in range(1, len(beams[0]) + 1)}
    return diagrams.search_tree(nodes, f"A beam of {width}")


def in_batches(compiled, ids, batches=5):
    """What a compiled function makes of many sentences, those of similar length together.

    compiled: from ids (n, S) to an array, or a tuple of several, each with a row for every sentence.
    """
    lengths = (ids != PAD).sum(axis=1)
    order = np.argsort(lengths, kind="stable")
    made = [compiled(ids[rows][:, : lengths[rows].max()]) for rows in np.array_split(order, batches)]
    back = np.argsort(order)
    if isinstance(made[0], tuple):
        return tuple(np.concatenate(part)[back] for part in zip(*made, strict=True))
    return np.concatenate(made)[back]


def draw_learning(pairs, losses, further, pairs_of_an_epoch):
    """The loss on short validation sentences, of the network trained in the notebook and of the script's.

    pairs: (epochs,) sentence pairs that had been read. losses: (epochs,). further: (networks, epochs) of the script's,
    each epoch of `pairs_of_an_epoch` pairs.
    """
    _, axes = plt.subplots()
    read = pairs_of_an_epoch * np.arange(1, np.shape(further)[1] + 1)
    for n, curve in enumerate(further):
        label = "by script, on sentences of all lengths" if n == 0 else None
        axes.plot(read, curve, "o-", color=PALETTE["muted"], linewidth=1, markersize=3, label=label)
    axes.plot(pairs, losses, "o-", color=PALETTE["model"], label="here, on short sentences")
    axes.set(xscale="log", xlabel="pairs of sentences read", ylabel="loss per word", ylim=(0, None))
    axes.set_title("Validation loss on short sentences")
    axes.legend()
    plots.show(
        f"The loss per word on short validation sentences by the number of pairs read. Here: {numbers(losses)}. By "
        f"the script, mean of {len(further)} networks: {numbers(np.mean(further, axis=0))}."
    )


def numbers(values, digits=2):
    """Numbers side by side, for an alt text."""
    return ", ".join(f"{value:.{digits}f}" for value in values)


def rows_of(networks, variant):
    """The rows of the result file context_vector that belong to a variant, one a seed."""
    return [row for row in networks if row["variant"] == variant]


def words_of_quarters(edges):
    """The lengths in each quarter, in words: "4 to 11"."""
    last = [*[int(np.ceil(edge)) - 1 for edge in edges[1:-1]], int(edges[-1])]
    return [f"{int(np.ceil(first))} to {end}" for first, end in zip(edges[:-1], last, strict=True)]


def draw_by_length(networks, variants, measure, ylabel, title, rival=None):
    """A measure by quarter of length of the English sentence: a point for each network, a line through their means.

    networks: rows of the result file context_vector. measure: a key of these rows. rival: (name, values), dashed.
    Returns {variant: means (quarters,)}.
    """
    _, axes = plt.subplots()
    means, told = {}, []
    for variant in variants:
        name, colour, marker = STYLES[variant]
        values = np.array([row[measure] for row in rows_of(networks, variant)])
        means[variant] = values.mean(axis=0)
        axes.plot(means[variant], "-", color=PALETTE[colour], label=name)
        for row in values:
            axes.plot(row, marker, color=PALETTE[colour], markersize=4, alpha=0.7)
        told.append(f"{name} {numbers(means[variant], 1)}")
    if rival:
        axes.plot(rival[1], "--", color=PALETTE["muted"], label=rival[0])
        told.append(f"{rival[0]} {numbers(rival[1], 1)}")
    quarters = words_of_quarters(networks[0]["edges"])
    axes.set_xticks(range(len(quarters)), quarters)
    axes.set(
        xlabel="words in the English sentence, a quarter of the test sentences each", ylabel=ylabel, ylim=(0, None)
    )
    axes.set_title(title)
    axes.legend()
    seeds = len(rows_of(networks, variants[0]))
    plots.show(
        f"{ylabel} by quarter of length ({'; '.join(quarters)} words), a point for each of {seeds} networks. Means: "
        + "; ".join(told)
        + "."
    )
    return means


def draw_by_position(networks, variants):
    """Bits a word by the position of the French word in its sentence, means over the seeds.

    Returns {variant: (positions,)}.
    """
    _, axes = plt.subplots()
    means, told = {}, []
    for variant in variants:
        name, colour, marker = STYLES[variant]
        means[variant] = np.mean([row["bits_by_position"] for row in rows_of(networks, variant)], axis=0)
        places = np.arange(1, len(means[variant]) + 1)
        axes.plot(places, means[variant], f"{marker}-", color=PALETTE[colour], markersize=3, label=name)
        told.append(f"{name} {numbers(means[variant])}")
    axes.set(xlabel="position of the French word in its sentence", ylabel="bits a word", ylim=(0, None))
    axes.set_title("Where in the sentence is the context missing?")
    axes.legend()
    plots.show(f"Bits a word on test sentences at positions 1 to {len(places)}: {'; '.join(told)}.")
    return means


def draw_given_back(autoencoders, tested, chance):
    """The shares of symbols and of whole sequences that come back right, by length; means, and a point for each seed.

    autoencoders: rows of the result file context_vector. tested: lengths. chance: of guessing a symbol.
    Returns {autoencoder: {"symbols": {length: mean}, "whole": {length: mean}}}.
    """
    figure, panels = plt.subplots(1, 2, sharey=True)
    means, told = {}, []
    for kind, (name, colour) in AUTOENCODERS.items():
        means[kind] = {}
        for panel, measure in zip(panels, ("symbols", "whole"), strict=True):
            values = np.array([row[measure] for row in autoencoders if row["autoencoder"] == kind])
            panel.plot(tested, values.mean(axis=0), "-", color=PALETTE[colour], label=name)
            for row in values:
                panel.plot(tested, row, "o", color=PALETTE[colour], markersize=3, alpha=0.7)
            means[kind][measure] = dict(zip(tested, values.mean(axis=0), strict=True))
            told.append(f"{name}, {measure}: {numbers(values.mean(axis=0))}")
    panels[0].axhline(chance, color=PALETTE["muted"], linestyle=":")
    panels[0].annotate("guessing", (panels[0].get_xlim()[0], chance), (4, 3), textcoords="offset points", fontsize=9)
    panels[0].set(xlabel="symbols in the sequence", ylabel="share that comes back right", title="symbols")
    panels[1].set(xlabel="symbols in the sequence", title="whole sequences")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
    plots.show(
        f"Shares that come back right, against sequences of {', '.join(map(str, tested))} symbols; three networks "
        f"each, means: {'; '.join(told)}. The dotted line, {chance:g}, is what guessing gives back."
    )
    return means


def draw_digits(lost):
    """Which symbols come back from one number, by how many were read after them; {precision: (count,) shares}."""
    _, axes = plt.subplots(figsize=(plots.FIGURE_SIZE[0], 2.6))
    for (name, shares), colour in zip(lost.items(), ("baseline", "model", "good"), strict=False):
        axes.plot(np.arange(len(shares)), shares, "o-", color=PALETTE[colour], label=name)
    axes.set(xlabel="symbols read after it", ylabel="share that comes back", ylim=(-0.05, 1.05))
    axes.set_xticks(range(0, max(map(len, lost.values())), 4))
    axes.set_title("A sequence in one number: what was read first is lost first")
    axes.legend()
    plots.show(
        "The share of symbols that come back, by how many symbols were read after them: "
        + "; ".join(f"{name} {numbers(shares)}" for name, shares in lost.items())
        + "."
    )


def chosen_rows(lengths, scores, seed=0):
    """Rows of ten sentences: of the shorter half and of the longer, the best, three drawn blindly, and the worst."""
    rows = []
    for half in np.array_split(np.argsort(lengths, kind="stable"), 2):
        ranked = half[np.argsort(np.asarray(scores)[half], kind="stable")]
        drawn = np.random.default_rng(seed).choice(ranked[1:-1], 3, replace=False)
        rows += [ranked[-1], *drawn, ranked[0]]
    return [int(row) for row in rows]
