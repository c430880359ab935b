"""Cells with gates."""

from course_utils.diagrams.drawing import Drawing, Panel

LSTM_PARTS = {
    "forget gate": "f_t, between 0 and 1, multiplies the old cell state: what is kept",
    "input gate": "i_t, between 0 and 1, multiplies the candidate: what is let in",
    "candidate": "g_t, a tanh of input and state: what could be written",
    "cell state": "c_t is what the forget gate keeps of c_(t-1) plus what the input gate lets in: a path through time "
    "with one product and one sum on it",
    "output gate": "o_t, between 0 and 1, multiplies tanh(c_t), which gives h_t: what is shown",
}


def lstm_cell(highlight=None):
    """One step of an LSTM: the path of the cell state, and the gates that act on it.

    highlight: the part that stands out, one of "forget gate", "input gate", "candidate", "cell state", "output gate";
    None for all of them.
    Returns a Drawing. Raises ValueError for another part.
    """
    if highlight not in (None, *LSTM_PARTS):
        raise ValueError(f"there is no part {highlight!r} in an LSTM cell; choose {', '.join(LSTM_PARTS)}")

    def colour(part, own):
        return own if highlight in (None, part) else "faded"

    forget = colour("forget gate", "orange")
    let_in = colour("input gate", "orange")
    candidate = colour("candidate", "green")
    cell = colour("cell state", "blue")
    show = colour("output gate", "orange")
    told = LSTM_PARTS if highlight is None else {highlight: LSTM_PARTS[highlight]}
    panel = Panel(
        "One step of an LSTM" + (f": the {highlight}" if highlight else ""),
        "All gates read x_t and h_(t-1). " + " ".join(f"The {part}: {what}." for part, what in told.items()),
    )
    cells, gates, bus = 0, 174, 234  # the height of each row
    old = panel.state(0, cells, "$c_{t−1}$", colour=cell)
    new = panel.state(412, cells, "$c_t$", colour=cell)
    keep, add = panel.product(82, cells, forget), panel.sum(206, cells, cell)
    for start, end in ((old, keep), (keep, add), (add, new)):
        panel.arrow(start, end, kind="time", colour=cell)

    h = panel.state(0, bus, "$h_{t−1}$")
    panel.arrow(panel.box(34, bus + 62, "$x_t$", width=44), (34, bus), head=False)
    f = panel.gate(82, gates, "σ", forget)
    i = panel.gate(144, gates, "σ", let_in)
    g = panel.gate(206, gates, "tanh", candidate)
    o = panel.gate(274, gates, "σ", show)
    panel.fork(34, bus)
    for gate in (f, i, g):
        panel.arrow(panel.fork(gate.x, bus), gate)
    panel.arrow(h, o, via=[(o.x, bus)])

    write = panel.product(206, 84, let_in)
    panel.arrow(f, keep, colour=forget, label="$f_t$")
    panel.arrow(i, write, via=[(144, 84)], colour=let_in, label="$i_t$", side="left")
    panel.arrow(g, write, colour=candidate, label="$g_t$")
    panel.arrow(write, add, colour=cell)

    squash, out = panel.box(356, 78, "tanh", show), panel.product(356, gates, show)
    panel.arrow(panel.fork(356, cells, cell), squash, colour=show)
    panel.arrow(squash, out, colour=show)
    panel.arrow(o, out, colour=show, label="$o_t$")
    shown = panel.state(412, bus, "$h_t$", colour=colour("output gate", "blue"))
    panel.arrow(out, shown, via=[(356, bus)], colour=show)
    return Drawing(panel)
