"""Recurrent networks: unrolled, with a mask, and the batch of padded texts that they read."""

from course_utils.diagrams.drawing import Drawing, Panel, length_of
from course_utils.diagrams.style import FONT

STEP = 106  # from one time step to the next
MASKED_STEP = 88


def unrolled(T=3, words=None, outputs="all", embedding=False, head=(), answer="y"):
    """A recurrent network as one cell with a loop, and unrolled over time, its weights coloured by identity.

    T: how many steps. words: the words that are read, one a step, in place of T.
    outputs: "all" for one at each step, "last" for one at the end, "none".
    embedding: whether an embedding turns words into vectors.
    head: the layers from a state to its output, as ("Dense", "σ"); where there are none, the weights W_hy lead there.
    answer: what an output is called.
    Returns a Drawing. Raises ValueError for other outputs.
    """
    if outputs not in ("all", "last", "none"):
        raise ValueError(f"there are no outputs {outputs!r}; choose all, last or none")
    T = len(words) if words else T
    names = list(words) if words else [f"word {t}" for t in range(1, T + 1)] if embedding else [None] * T
    layers = {"embedding": embedding, "head": head, "answer": answer, "index": outputs == "all"}

    folded = Panel("One cell, with a loop", told_once(outputs, **layers))
    state = step(folded, 0, "t", names[0] and "word", outputs != "none", **layers)
    folded.loop(state, "W_hh")
    if outputs == "last":
        folded.text(32, -50, "at the end", size=FONT - 3, colour="grey", anchor="left")

    row = Panel(f"The same cell at each of {T} steps", told_unrolled(T, words, outputs, **layers))
    before = row.state(-STEP, 0, "$h_0$", colour="grey")
    for t in range(1, T + 1):
        answered = outputs == "all" or (outputs == "last" and t == T)
        state = step(row, STEP * (t - 1), t, names[t - 1], answered, **layers)
        row.arrow(before, state, kind="time", weights="W_hh")
        before = state
    return Drawing(folded, row)


def step(panel, x, t, word, answered, embedding, head, answer, index):
    """Draw what step t reads, its state, and its output where it is answered; returns the node of the state."""
    state = panel.state(x, 0, f"$h_{{{t}}}$")
    read = panel.token(x, 146 if embedding else 86, word) if word else panel.box(x, 86, f"$x_{{{t}}}$", width=44)
    if embedding:
        vector = panel.box(x, 86, "Embedding", "pink", width=98)
        panel.arrow(read, vector)
        read = vector
    panel.arrow(read, state, weights="W_xh")
    if answered:
        below, y = state, -24
        for layer in head:
            y -= 54
            above = panel.box(x, y, layer, "green")
            panel.arrow(below, above)
            below = above
        output = panel.state(
            x, y - (58 if head else 64), f"${answer}_{{{t}}}$" if index else f"${answer}$", colour="green"
        )
        panel.arrow(below, output, weights="" if head else "W_hy")
    return state


def told_once(outputs, embedding, head, answer, index):
    """The alt text of the folded network."""
    read = "the vector that the embedding gives a word" if embedding else "the input x_t"
    text = (
        f"The state h_t is computed from {read}, with the weights W_xh, and from the state one step before, with W_hh."
    )
    if outputs != "none":
        when = f"{answer}_t at each step" if index else f"{answer} at the end"
        text += f" The output {when} is computed from the state {way(head)}."
    return text


def told_unrolled(T, words, outputs, embedding, head, answer, index):
    """The alt text of the unrolled network."""
    read = f"the words {', '.join(words)}" if words else f"{T} words" if embedding else f"the inputs x_1 to x_{T}"
    text = f"From h_0 the states h_1 to h_{T} follow one another, each with the same W_hh; they read {read}, one a step"
    text += ", through the same embedding and the same W_xh." if embedding else ", with the same W_xh."
    if outputs == "all":
        text += f" Each state gives its own output, {answer}_1 to {answer}_{T}, {way(head)}."
    elif outputs == "last":
        text += f" Only the last state, h_{T}, gives an output, {answer}, {way(head)}."
    return text


def way(head):
    """How a state leads to its output, in words."""
    return f"through {' and '.join(head)}" if head else "with the weights W_hy"


def masked_recurrence(words=("it", "was", "superb"), pads=2):
    """A recurrent network that stands still at padding: its step at a word and at padding, and a whole text.

    words: what is read. pads: how many positions of padding follow.
    Returns a Drawing.
    """
    last = len(words)
    whole = Panel(
        "So the last state is the state after the last word",
        f"h_0 leads to h_1 and so on to h_{last}, one step at each of the words {', '.join(words)}. {pads} positions "
        f"of padding follow; at each of them the state is h_{last} again.",
    )
    before = whole.state(0, 0, "$h_0$", colour="grey")
    for t in range(1, last + pads + 1):
        x, kept = MASKED_STEP * t, t > last
        token = whole.token(x, 86, "pad" if kept else words[t - 1], padding=kept)
        state = whole.state(x, 0, f"$h_{{{min(t, last)}}}$")
        if kept:
            whole.arrow(before, state, kind="time", label="=")
        else:
            whole.arrow(before, state, kind="time", weights="W_hh")
            whole.arrow(token, state, weights="W_xh")
        before = state
    return Drawing(masked_step("a word", kept=False), masked_step("padding", kept=True), whole)


def masked_step(read, kept):
    """The panel of one step with a mask. kept: whether the state is carried over."""
    said = "the state is carried over" if kept else "the state is updated"
    through = "the state h_(t-1) itself" if kept else "what tanh makes of x_t and h_(t-1)"
    panel = Panel(f"At {read}: {said}", f"The mask is {int(not kept)}, and a switch lets {through} through: it is h_t.")
    faded = "faded" if kept else None
    before, after = panel.state(0, 0, "$h_{t−1}$"), panel.state(206, 0, "$h_t$")
    switch = panel.switch(132, 0, straight=kept)
    new = panel.box(66, 78, "tanh", faded or "blue", width=58)
    panel.arrow(panel.box(66, 152, "$x_t$", faded or "grey", width=44), new, weights="W_xh", colour=faded)
    panel.arrow(before, new, via=[(0, 78)], weights="W_hh", colour=faded)
    panel.arrow(new, switch, via=[(132, 78)], colour=faded)
    panel.arrow(before, switch, kind="time" if kept else "", colour=None if kept else "faded")
    panel.arrow(switch, after, kind="time")
    panel.text(108, -58, "mask", size=FONT - 3, colour="grey", anchor="right")
    panel.arrow(panel.cell(132, -58, int(not kept), width=30, shade=int(not kept)), switch, colour="grey")
    return panel


def padding(reviews=(("it", "was", "superb"), ("dreadful",), ("i", "expected", "to", "love", "it"))):
    """A batch of texts of different lengths as a grid of words and padding, and its mask below.

    reviews: list of lists of words.
    Returns a Drawing.
    """
    T = max(map(len, reviews))
    rows = [f'"{" ".join(words)}", then {T - len(words)} of padding' for words in reviews]
    panel = Panel(
        f"A batch of {len(reviews)} reviews, padded to {T} positions",
        f"A grid with a row for each review: {'; '.join(rows)}. Below, the mask: a grid of the same shape, with 1 at "
        "each word and 0 at padding.",
    )
    columns = [[words[t] if t < len(words) else "pad" for words in reviews] for t in range(T)]
    left = 0.0
    for t, column in enumerate(columns):
        width = max(length_of(word, FONT - 1) for word in column) + 14
        for row, (word, words) in enumerate(zip(column, reviews, strict=True)):
            there = t < len(words)
            x, below = left + width / 2, 34 * len(reviews) + 30
            panel.token(x, 34 * row, word, padding=not there, width=width)
            panel.cell(x, below + 28 * row, int(there), width=width, height=26, shade=int(there))
        left += width + 5
    panel.text(0, 34 * len(reviews) + 2, "its mask", size=FONT - 2, colour="grey", anchor="left")
    return Drawing(panel)
