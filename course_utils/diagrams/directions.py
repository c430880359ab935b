"""Recurrent readers with more than one layer of states: both directions, and one layer above the other."""

import itertools

from course_utils.diagrams.drawing import Drawing, Panel

STEP, ROW = 96, 92  # from one word to the next, and from one layer to the next


def bidirectional(words=("it", "was", "superb")):
    """A layer that reads in both directions, and a classifier that takes the last state of each.

    words: what is read. Returns a Drawing.
    """
    last = len(words)
    panel = Panel(
        "Bidirectional: two LSTMs, one for each direction",
        f"The words {', '.join(words)} are read twice. A forward LSTM goes from the first word to the last; an LSTM "
        f"with weights of its own goes from the last word to the first. The forward state of word {last} and the "
        "backward state of word 1, which have read all the words, are joined and lead through Dense to the logit z. "
        "Each word has two states: one knows the words up to it, the other the words from it on.",
    )
    places = [STEP * t for t in range(last)]
    tokens = [panel.token(x, 2 * ROW, word) for x, word in zip(places, words, strict=True)]
    onward = [panel.state(x - 17, ROW, f"$h_{{{t}}}$", radius=19) for t, x in enumerate(places, 1)]
    back = [panel.state(x + 17, 0, f"$k_{{{t}}}$", colour="orange", radius=19) for t, x in enumerate(places, 1)]
    for token, forward, backward in zip(tokens, onward, back, strict=True):
        panel.arrow((forward.x, token.y - 15), forward)
        panel.arrow((backward.x, token.y - 15), backward)
    for t in range(last - 1):
        panel.arrow(onward[t], onward[t + 1], kind="time", colour="blue")
        panel.arrow(back[t + 1], back[t], kind="time", colour="orange")
    end = STEP * last - 8
    join = panel.box(end, ROW / 2, "join", "grey", width=52)
    panel.arrow(onward[-1], join, via=[(end, ROW)])
    panel.arrow(back[0], join, via=[(back[0].x, -44), (end, -44)])
    dense = panel.box(end + 80, ROW / 2, "Dense", "green", width=66)
    panel.arrow(join, dense)
    panel.arrow(dense, panel.state(end + 148, ROW / 2, "$z$", colour="green", radius=19))
    return Drawing(panel)


def stacked(words=("it", "was", "superb")):
    """Two recurrent layers, the second of which reads the states of the first, and a classifier on its last state.

    words: what is read. Returns a Drawing.
    """
    last = len(words)
    panel = Panel(
        "Stacked: the second LSTM reads the states of the first",
        f"The first LSTM reads the words {', '.join(words)} and has a state for each. The second LSTM reads these "
        f"states, one a step, and has states of its own; its last one, after word {last}, leads through Dense to the "
        "logit z.",
    )
    places = [STEP * t for t in range(last)]
    tokens = [panel.token(x, 2 * ROW, word) for x, word in zip(places, words, strict=True)]
    first = [panel.state(x, ROW, f"$h_{{{t}}}$", radius=19) for t, x in enumerate(places, 1)]
    second = [panel.state(x, 0, f"$k_{{{t}}}$", colour="pink", radius=19) for t, x in enumerate(places, 1)]
    for token, below, above in zip(tokens, first, second, strict=True):
        panel.arrow(token, below)
        panel.arrow(below, above)
    for layer, colour in ((first, "blue"), (second, "pink")):
        for before, after in itertools.pairwise(layer):
            panel.arrow(before, after, kind="time", colour=colour)
    dense = panel.box(STEP * last - 12, 0, "Dense", "green", width=66)
    panel.arrow(second[-1], dense)
    panel.arrow(dense, panel.state(STEP * last + 66, 0, "$z$", colour="green", radius=19))
    return Drawing(panel)


def two_readers(words=("it", "was", "superb")):
    """Both drawings side by side. Returns a Drawing."""
    return Drawing(*bidirectional(words).panels, *stacked(words).panels, level=True)
