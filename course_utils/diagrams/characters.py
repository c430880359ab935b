"""Diagrams of lesson 3d: a network that reads and writes characters, a text in streams, and a context on its way in."""

import itertools

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

STEP = 98  # from one character to the next
CELL = 26  # of a text in streams
WAY_STEP = 78  # from one step to the next of a network that is told something
SMALL = FONT - 3


def character_model(read="fri", written="end"):
    """An LSTM over characters: as it learns from a text, and as it writes, each output read in turn.

    read: the first inputs of the text that it learns from. written: what it draws after the last of them, a character a
    step. Returns a Drawing.
    """
    whole = read + written
    return Drawing(learning(whole[: len(read) + 1]), writing(whole[len(read) - 1 :]), columns=1)


def character_step(panel, x, t, before, character, given, carried=""):
    """Draw one step: what is read, the LSTM, and p_t above it; returns the nodes of the token, the LSTM and p_t."""
    lstm = panel.box(x, 0, "LSTM", "blue", width=66, height=38)
    token = panel.token(x, 82, shown(character), width=44, padding=not given)
    panel.arrow(token, lstm, colour="orange")
    p = panel.state(x, -78, f"$p_{t}$", colour="green", radius=21)
    panel.arrow(lstm, p, colour="green")
    panel.arrow(before, lstm, kind="time", label=carried if t > 1 else "", colour="vermillion")
    return token, lstm, p


def shown(character):
    """A character as a token shows it; a space would not be seen."""
    return "␣" if character == " " else character


def learning(text):
    """The panel of a network that learns: it reads text[:-1], and each p_t is compared with the next character."""
    pairs = [f"it reads {a!r} and should expect {b!r}" for a, b in itertools.pairwise(text)]
    panel = Panel(
        "Learning: each input is a character of the text",
        f"A chain of {len(text) - 1} LSTM steps, which pass on h and c. At step 1 {'; then '.join(pairs)}. Above each "
        "step, the probabilities p_t are compared with that next character by a loss.",
    )
    before = (-0.72 * STEP, 0)
    for t, (character, target) in enumerate(itertools.pairwise(text), 1):
        x = STEP * (t - 1)
        _, before, p = character_step(panel, x, t, before, character, given=True, carried="$h, c$")
        goal = panel.token(x, -148, shown(target), width=44)
        panel.arrow(goal, p, kind="gradient", label="loss" if t == 1 else "", side="left")
    panel.arrow(before, (x + 0.72 * STEP, 0), kind="time", colour="vermillion")
    return panel


def writing(text):
    """The panel of a network that writes: it reads text[0], and then what it has drawn itself."""
    panel = Panel(
        "Writing: each input is the character drawn before",
        f"The same chain. It reads {text[0]!r}; from the probabilities p_1 a character is drawn, {text[1]!r}, and a "
        f"dashed box shows it as the input of the next step, and so on: {', '.join(map(repr, text[2:]))}.",
    )
    before, drawn = (-0.72 * STEP, 0), None
    for t, character in enumerate(text[:-1], 1):
        x = STEP * (t - 1)
        token, before, p = character_step(panel, x, t, before, character, given=t == 1)
        if drawn:
            gap = x - 0.5 * STEP
            panel.arrow(drawn, token, via=[(gap, -78), (gap, 82)], colour="pink")
            if t == 2:
                panel.text(gap, -96, "draw", size=SMALL, colour="pink")
        drawn = p
    last = panel.token(x + 0.86 * STEP, -78, shown(text[-1]), width=44, padding=True)
    panel.arrow(drawn, last, colour="pink")
    panel.arrow(before, (x + 0.72 * STEP, 0), kind="time", colour="vermillion")
    return panel


def streams(text="come in close, weavers.", batch=2, length=3):
    """A text in streams: row b of each batch goes on where row b of the batch before it ended.

    text: cut into `batch` streams of as many windows of `length` characters as there are, and the one character after.
    Returns a Drawing.
    """
    count = (len(text) - 1) // (batch * length)
    row = count * length
    rows = [text[b * row : (b + 1) * row] for b in range(batch)]
    windows = ["; ".join(repr(r[n * length : (n + 1) * length]) for r in rows) for n in range(count)]
    panel = Panel(
        f"{batch} streams, {count} batches",
        f"The text {text[: batch * row]!r} is cut into {batch} rows, one below the other, each into {count} windows of "
        f"{length} characters. Column by column the windows are batches: {'. Then '.join(windows)}. In each row, an "
        "arrow leads from every window to the next: the state that a row ends with is the one that it goes on with.",
    )
    wide = length * CELL + 30
    for n in range(count):
        left = n * wide
        panel.text(left + length * CELL / 2, -42, f"batch {n + 1}", size=SMALL, colour="grey")
        for b, characters in enumerate(rows):
            y = b * 62
            for t, character in enumerate(characters[n * length : (n + 1) * length]):
                panel.token(left + CELL * (t + 0.5), y, shown(character), width=CELL)
            if n:
                panel.arrow((left - 30, y), (left, y), kind="time", colour="vermillion")
    for b in range(batch):
        panel.text(-10, b * 62, f"row {b}", size=SMALL, colour="grey", anchor="right")
    return Drawing(panel)


def ways_to_tell(context="speaker", steps=3):
    """How a context enters a recurrent network: as an extra input at each step, as the first state, or both.

    context: what it is. steps: how many are drawn. Returns a Drawing.
    """
    ways = {
        "As an extra input": (f"the {context} leads to each of the {steps} states", True, False),
        "As the first state": (f"the {context} leads to h_0 alone", False, True),
        "Both": (f"the {context} leads to h_0 and to each of the {steps} states", True, True),
    }
    return Drawing(*[way_to_tell(name, *how, context, steps) for name, how in ways.items()])


def way_to_tell(name, said, as_input, as_state, context, steps):
    """The panel of one way."""
    panel = Panel(name, f"A chain of states from h_0 to h_{steps}, each of which reads an input x_t, and {said}.")
    middle = WAY_STEP * (steps - 1) / 2 if as_input and not as_state else WAY_STEP * (steps / 2 - 1)
    told = panel.box(middle if as_input else -WAY_STEP, -92, context, "pink", width=86)
    before = panel.state(-WAY_STEP, 0, "$h_0$", colour="pink" if as_state else "grey", radius=20)
    if as_state:
        panel.arrow(told, before, colour="pink")
    for t in range(1, steps + 1):
        x = WAY_STEP * (t - 1)
        state = panel.state(x, 0, f"$h_{t}$", radius=20)
        panel.arrow(panel.box(x, 74, f"$x_{t}$", width=38, height=30), state, colour="orange")
        panel.arrow(before, state, kind="time", colour="vermillion")
        if as_input:
            panel.arrow(told, state, colour="pink")
        before = state
    return panel
