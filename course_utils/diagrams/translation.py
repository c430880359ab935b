"""Diagrams of lesson 4a: an encoder and a decoder with one vector between them, and the tree of a beam search."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

STEP = 92  # from one word to the next
ENCODER, CONTEXT, SAID, DECODER, HEARD = 0, 140, 202, 274, 356  # the heights of the rows
SMALL = FONT - 4

BRANCH, LEAF = 120, 54  # from one step of a search to the next, and from one leaf to the one below it
KINDS = {"kept": "blue", "dropped": "faded", "best": "green"}  # of the nodes of a search, and their colours
MOST_STEPS = 4  # of a tree that fits a phone


def encoder_decoder(source=("the", "short", "fox"), target=("le", "renard", "court"), speaks=False):
    """An encoder that reads, a decoder that writes, both unrolled, and between them the context.

    source, target: lists of words, without <start> and <end>.
    speaks: whether the decoder reads what it has said itself; otherwise it reads the true words, as in training.
    Returns a Drawing.
    """
    S, T = len(source), len(target) + 1
    heard, said = ["<start>", *target], [*target, "<end>"]
    first = (
        "each word that it says is what it reads at the next step"
        if speaks
        else "at each step it reads the true word before the one that it has to say"
    )
    panel = Panel(
        "It reads what it has said" if speaks else "Two networks, and one vector between them",
        f"Above, the encoder: from h_0 the states h_1 to h_{S} follow one another, and read the words "
        f"{', '.join(source)}, one a step. Its last state is the context C. An arrow leads from there to the first "
        f"step of the decoder, below. The decoder reads {', '.join(heard)} and says {', '.join(said)}: {first}. No "
        "other arrow leads from the encoder to the decoder.",
    )
    panel.text(-22, ENCODER - 40, "encoder", size=SMALL, colour="grey", anchor="left")
    before = panel.state(0, ENCODER, "$h_0$", colour="grey")
    for s, word in enumerate(source, 1):
        state = panel.state(STEP * s, ENCODER, f"$h_{s}$")
        panel.arrow(panel.token(STEP * s, ENCODER + 84, word), state, weights="W_xh")
        panel.arrow(before, state, kind="time", weights="W_hh")
        before = state

    right, left = STEP * (S + 0.62), STEP * 0.32
    context = panel.box(STEP * (S + 1) / 2, CONTEXT, f"$C$ = ($h_{S}$, $c_{S}$)", "pink")
    panel.arrow(before, context, via=[(right, ENCODER), (right, CONTEXT)], kind="time", colour="pink")
    panel.text(-22, DECODER + 40, "decoder", size=SMALL, colour="grey", anchor="left")
    output = None
    for t in range(1, T + 1):
        x = STEP * t
        state = panel.state(x, DECODER, f"$h'_{t}$", colour="orange")
        word = panel.token(x, HEARD, heard[t - 1])
        panel.arrow(word, state, colour="blue")
        if t == 1:
            panel.arrow(context, state, via=[(left, CONTEXT), (left, DECODER)], kind="time", colour="pink")
        else:
            panel.arrow(before, state, kind="time", colour="grey")
            if speaks:
                between = x - STEP / 2
                panel.arrow(output, word, via=[(between, SAID), (between, HEARD)], kind="gradient", colour="green")
        output = panel.token(x, SAID, said[t - 1])
        panel.arrow(state, output, colour="green")
        before = state
    return Drawing(panel)


def search_tree(nodes, title="A beam search"):
    """The tree that a search has looked at, from left to right, in each node its word and the probability so far.

    nodes: {beginning: (probability, kind)}, a beginning a tuple of words, kind one of "kept", "dropped" and "best".
        Every beginning but those of one word needs the one that it prolongs.
    title: stands above the drawing.
    Returns a Drawing. Raises ValueError for another kind, a gap in the tree, or more steps than can be drawn.
    """
    steps = max(map(len, nodes), default=0)
    if not 0 < steps <= MOST_STEPS:
        raise ValueError(f"a tree of {steps} steps cannot be drawn; give 1 to {MOST_STEPS}")
    for beginning, (_, kind) in nodes.items():
        if kind not in KINDS:
            raise ValueError(f"there are no nodes {kind!r}; choose {', '.join(KINDS)}")
        if len(beginning) > 1 and beginning[:-1] not in nodes:
            raise ValueError(f"{' '.join(beginning)} prolongs nothing that is in the tree")
    panel = Panel(title, told_tree(nodes, steps))
    heights = heights_of(nodes)
    root = panel.fork(-BRANCH * 0.56, sum(heights[n] for n in nodes if len(n) == 1) / sum(len(n) == 1 for n in nodes))
    drawn = {}
    for beginning in sorted(nodes, key=len):
        probability, kind = nodes[beginning]
        x, y = BRANCH * (len(beginning) - 1), heights[beginning]
        drawn[beginning] = panel.box(x, y, beginning[-1], KINDS[kind], height=28)
        start = drawn.get(beginning[:-1], root)
        end = (x - drawn[beginning].half_width, y)
        panel.arrow((start.x + start.half_width, start.y), end, colour="ink" if kind != "dropped" else "faded")
        panel.text(x, y + 24, shown(probability), size=SMALL, colour=KINDS[kind])
    return Drawing(panel)


def heights_of(nodes):
    """{beginning: y}: leaves below one another, the likelier first, and every other node at the mean of its own."""
    heights = {}

    def place(beginning):
        children = [n for n in nodes if n[:-1] == beginning and len(n) == len(beginning) + 1]
        for child in sorted(children, key=lambda n: -nodes[n][0]):
            place(child)
        if not beginning:
            return
        leaves = sum(not any(other[:-1] == one for other in nodes) for one in heights)
        heights[beginning] = sum(heights[n] for n in children) / len(children) if children else LEAF * leaves

    place(())
    return heights


def told_tree(nodes, steps):
    """The alt text of a tree: of each step the beginnings, the likeliest first, with their probabilities."""
    told = []
    for step in range(1, steps + 1):
        level = sorted((n for n in nodes if len(n) == step), key=lambda n: -nodes[n][0])
        told.append(f"Step {step}: " + "; ".join(f"{' '.join(n)} {shown(nodes[n][0])}, {nodes[n][1]}" for n in level))
    return ". ".join(told) + "."


def shown(probability):
    """A probability as it stands below a word: two digits that say something, or three."""
    return f"{probability:.3f}".rstrip("0") if probability >= 0.01 else f"{probability:.1e}".replace("e-0", "e-")
