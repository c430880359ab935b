"""Diagrams of lesson 2a: backpropagation through time, truncation, and three recurrent patterns."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

STEP = 132  # from one time step to the next
BACK_STEP = 158  # the same in the backward pass
WINDOW_STEP = 66  # in a text that is read in windows
PATTERN_STEP = 94
SMALL = FONT - 3
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"  # below a letter that is an index itself


def back_through_time(x, h, d_y, d_h, d_a):
    """A recurrent network of one unit over T steps, forward, and its gradients on their way back, with their numbers.

    x, d_y, d_h, d_a: (T,) numbers. h: (T + 1,) numbers, h_0 first. d_v is the derivative of the loss by v; a is
    the pre-activation; the output weight is 1, so that y_t = h_t.
    Returns a Drawing.
    """
    return Drawing(forward(x, h), backward(d_y, d_h, d_a), level=True)


def forward(x, h):
    """The panel of the forward pass: states from left to right, in each its value."""
    T = len(x)
    states = ", ".join(f"h_{t} = {signed(h[t])}" for t in range(T + 1))
    panel = Panel(
        "Forward pass",
        f"From left to right the states {states}. Each is computed from the one before with W_hh and from its input "
        f"with W_xh; the inputs are {', '.join(f'{value:g}' for value in x)}. Each state leads up to its own loss, L_1 "
        f"to L_{T}.",
    )
    before = panel.state(-STEP, 0, "$h_0$", f"{h[0]:g}", "grey", radius=27)
    for t in range(1, T + 1):
        place = STEP * (t - 1)
        state = panel.state(place, 0, f"$h_{t}$", signed(h[t]), radius=27)
        panel.arrow(panel.box(place, 92, f"$x_{t}$ = {x[t - 1]:g}", width=76), state, weights="W_xh")
        panel.arrow(before, state, kind="time", weights="W_hh")
        panel.arrow(state, panel.box(place, -86, f"$L_{t}$", "green", width=50))
        before = state
    return panel


def backward(d_y, d_h, d_a):
    """The panel of the backward pass: the gradients from right to left, with a sum where the forward path forks."""
    T = len(d_y)
    told = []
    for t in range(T, 0, -1):
        own, d_h_t, d_a_t = (signed(values[t - 1]) for values in (d_y, d_h, d_a))
        if t == T:
            start = f"d_h = {d_h_t}, which is d_y of its own loss"
        else:
            start = (
                f"d_h is the sum of d_y = {own} from its own loss and the gradient that comes back from step {t + 1} "
                f"through W_hh, in all {d_h_t}"
            )
        told.append(f"At step {t}, {start}. Multiplied by 1 minus h_{t} squared, this gives d_a = {d_a_t}.")
    panel = Panel("Backward pass: from the last step to the first", " ".join(told))
    after = None
    for t in range(T, 0, -1):
        place = BACK_STEP * (t - 1)
        loss = panel.box(place, -92, f"$L_{t}$", "green", width=50)
        joined = panel.sum(place, 0, "pink") if t < T else panel.fork(place, 0, "pink")
        panel.arrow(loss, joined, kind="gradient")
        inside = panel.state(place, 104, f"$d_{{a{SUBSCRIPTS[t]}}}$", signed(d_a[t - 1]), "pink", radius=31)
        panel.arrow(joined, inside, kind="gradient")
        for y, name, values in ((-48, "y", d_y), (30, "h", d_h)):
            label = f"$d_{{{name}{SUBSCRIPTS[t]}}}$ = {signed(values[t - 1])}"
            panel.text(place - 8, y, label, size=SMALL, anchor="right", colour="pink")
        panel.text(place - 8, 56, f"× (1 − $h_{t}^2$)", size=SMALL, anchor="right")
        if after:
            corner = place + 44
            panel.arrow(after, joined, via=[(corner, 104), (corner, 0)], kind="gradient", colour="vermillion")
            panel.text((corner + after.x - 31) / 2, 122, "$W_{hh}$", size=SMALL, colour="vermillion")
        after = inside
    return panel


def signed(value):
    """A number with three decimals and a true minus sign (U+2212)."""
    return f"{value:.3f}".replace("-", "−")


def truncation(length=3, windows=2):
    """Truncated backpropagation through time: the state is carried from window to window, the gradient is not.

    length: steps of a window. windows: how many are drawn.
    Returns a Drawing.
    """
    panel = Panel(
        "Two windows: the state crosses, the gradient does not",
        f"A chain of {length * windows} states, from h_0 on, in {windows} windows of {length} steps. Arrows through "
        "time lead from each state to the next, across the boundary of the windows as well. Dashed arrows of the "
        "gradient lead back from each state to the one before, but only within a window: at its boundary they are cut.",
    )
    before = panel.state(-WINDOW_STEP, 0, "$h_0$", colour="grey", radius=19)
    for t in range(1, length * windows + 1):
        place, first = WINDOW_STEP * (t - 1), (t - 1) % length == 0
        if first:
            border = place - WINDOW_STEP / 2
            panel.arrow((border, 118), (border, -66), colour="grey", head=False)
            name = f"window {(t - 1) // length + 1}"
            panel.text(border + WINDOW_STEP * length / 2, 122, name, size=SMALL, colour="grey")
        state = panel.state(place, 0, f"$h_{t}$", radius=19)
        panel.arrow(panel.box(place, 78, f"$x_{t}$", width=38, height=30), state, colour="orange")
        panel.arrow(state, (place, -52), colour="green")
        panel.arrow(before, state, kind="time", colour="vermillion", shift=-5)
        if not first:
            panel.arrow(state, before, kind="gradient", shift=-9)
        elif t > 1:
            panel.text(border, 22, "✕", size=FONT, colour="pink")
        before = state
    return Drawing(panel)


def patterns(T=3):
    """Three ways for a network to be recurrent, and how the third is trained. Returns a Drawing."""
    from_state = "Each state is computed from its input and from the previous state"
    return Drawing(
        pattern("State passed on", f"{from_state}, and each gives an output.", T),
        pattern("One output at the end", f"{from_state}; only the last one gives an output.", T, answers=(T,)),
        pattern(
            "Output passed on",
            "Each state is computed from its input and from the output of the previous step; no arrow leads from state "
            "to state.",
            T,
            passed_on="output",
        ),
        pattern(
            "Output passed on, teacher forced",
            "Each state is computed from its input and from the target of the previous step, which is known in "
            "advance. Nothing leads from one step to the next.",
            T,
            passed_on="target",
        ),
        columns=2,
    )


def pattern(title, said, T, passed_on="state", answers=None):
    """The panel of one pattern. answers: the steps that give an output; all where it is None."""
    panel = Panel(title, f"Over {T} steps. {said}")
    before = None
    for t in range(1, T + 1):
        place = PATTERN_STEP * (t - 1)
        state = panel.state(place, 0, f"$h_{t}$", radius=20)
        panel.arrow(panel.box(place, 74, f"$x_{t}$", width=38, height=30), state, colour="orange")
        output = None
        if answers is None or t in answers:
            output = panel.state(place, -74, f"$y_{t}$", colour="green", radius=20)
            panel.arrow(state, output, colour="green")
        if passed_on == "target":
            before = panel.box(place - 47, 74, f"$y^{{*}}_{t - 1}$", "pink", width=42, height=30)
        if before:
            panel.arrow(before, state, kind="time", colour="vermillion")
        before = output if passed_on == "output" else state
    return panel
