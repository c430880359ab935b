"""The five shapes of a sequence problem, and three layers over the same words, their weights coloured by identity."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

# {shape: (inputs, outputs, how many it gives, as a sentence)}; the outputs of "aligned" stand above their inputs
SHAPES = {
    "one to one": (1, 1, "One input, one output."),
    "one to many": (1, 3, "One input, three outputs."),
    "many to one": (3, 1, "Three inputs, one output."),
    "many to many, aligned": (3, 3, "Three inputs, and above each of them its own output."),
    "many to many, unaligned": (4, 3, "Four inputs, and three outputs, which stand above none of them."),
}
COLUMN = 54  # from one input to the next
STEP = 82  # from one word to the next
OWN = ("blue", "green", "pink", "grey", "ink")  # of the weights that a dense layer has for each word
TAPS = ("blue", "green", "pink")  # of those that a convolution has for the word before, the word and the one after


def shapes():
    """The five shapes of a sequence problem: inputs below, a network, outputs above. Returns a Drawing."""
    return Drawing(*[shape(name, *counts) for name, counts in SHAPES.items()])


def shape(name, inputs, outputs, said):
    """The panel of one shape."""
    panel = Panel(name[0].upper() + name[1:], f"{said} Between them stands a network.")
    width = COLUMN * max(inputs, outputs)
    network = panel.box(width / 2, 0, "network", "blue", width=max(width, 92))
    for count, y, letter, colour in ((inputs, 66, "x", "grey"), (outputs, -66, "y", "green")):
        left = width / 2 - COLUMN * (count - 1) / 2
        for t in range(count):
            x = left + COLUMN * t
            label = f"${letter}_{t + 1}$" if count > 1 else f"${letter}$"
            inside = (x, network.y + (17 if y > 0 else -17))
            if y > 0:
                panel.arrow(panel.box(x, y, label, colour, width=38), inside)
            else:
                panel.arrow(inside, panel.state(x, y, label, colour=colour, radius=20))
    return panel


def sharing(words=("in", "2009", "i", "went", "away")):
    """A dense layer, a convolution and a recurrent layer over the same words; equal weights have equal colours.

    words: two to five of them. Returns a Drawing. Raises ValueError for another number of words.
    """
    if not 2 <= len(words) <= len(OWN):
        raise ValueError(f"give two to {len(OWN)} words, not {len(words)}")
    return Drawing(dense(words), convolution(words), recurrent(words))


def tokens(panel, words, y=96):
    """The nodes of the words, side by side."""
    return [panel.token(STEP * t, y, word, width=62) for t, word in enumerate(words)]


def dense(words):
    """A dense layer: all words lead to one vector, each with weights of its own."""
    panel = Panel(
        f"Dense: {len(words)} words, {len(words)} weight matrices",
        f"The words {', '.join(words)} all lead to one vector h, each with weights of its own, W_1 to W_{len(words)}, "
        "in a colour of its own.",
    )
    h = panel.state(STEP * (len(words) - 1) / 2, -40, "$h$")
    for t, word in enumerate(tokens(panel, words)):
        top = (word.x, word.y - 15)
        panel.arrow(top, h, colour=OWN[t])
        beside = 20 if t >= len(words) / 2 else -20
        panel.text(word.x + beside, word.y - 30, f"$W_{t + 1}$", size=FONT - 1, colour=OWN[t])
    return panel


def convolution(words):
    """A convolution over time: each output sees three words, with the same three matrices everywhere."""
    panel = Panel(
        f"Convolution: {len(words)} words, 3 weight matrices",
        f"Above each of the words {', '.join(words)} stands an output. It is computed from the word before, the word "
        "itself and the word after, with K_0, K_1 and K_2: the same three matrices, in the same three colours, "
        "everywhere.",
    )
    below = tokens(panel, words)
    above = [panel.state(STEP * t, -20, f"$h_{t + 1}$") for t in range(len(words))]
    for t, state in enumerate(above):
        for tap, colour in enumerate(TAPS):
            if 0 <= t + tap - 1 < len(words):
                word = below[t + tap - 1]
                panel.arrow((word.x, word.y - 15), state, colour=colour)
    for tap, colour in enumerate(TAPS):
        panel.text(STEP * (0.4 + 0.35 * tap), 138, f"$K_{tap}$", size=FONT - 1, colour=colour)
    said = "the word before, the word, the word after"
    panel.text(STEP * 1.5, 138, said, size=FONT - 4, colour="grey", anchor="left")
    return panel


def recurrent(words):
    """A recurrent layer: one step after the other, with the same two matrices."""
    panel = Panel(
        f"Recurrent: {len(words)} words, 2 weight matrices",
        f"From h_0 the states h_1 to h_{len(words)} follow one another. Each is computed from the state before, with "
        f"W_hh, and from a word, with W_xh; the words are {', '.join(words)}. W_hh has one colour and W_xh another, "
        "the same at every step.",
    )
    before = panel.state(-STEP, 0, "$h_0$", colour="grey", radius=20)
    for t, word in enumerate(tokens(panel, words)):
        state = panel.state(STEP * t, 0, f"$h_{t + 1}$", radius=20)
        panel.arrow(word, state, weights="W_xh")
        panel.arrow(before, state, kind="time", weights="W_hh")
        before = state
    return panel
