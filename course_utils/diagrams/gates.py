"""Cells with gates: one drawing that grows, from a plain recurrent step to the LSTM."""

from course_utils.diagrams.drawing import Drawing, Panel

LSTM_PARTS = {
    "forget gate": "f_t, between 0 and 1, multiplies the old cell state: what is kept",
    "input gate": "i_t, between 0 and 1, multiplies the candidate: what is let in",
    "candidate": "g_t, a tanh of input and state: what could be written",
    "cell state": "c_t is what the forget gate keeps of c_(t-1) plus what the input gate lets in: a path through time "
    "with one product and one sum on it",
    "output gate": "o_t, between 0 and 1, multiplies tanh(c_t), which gives h_t: what is shown",
}

# {cell: (its title, what it says to those who cannot see it, the parts that the cell before it lacks)}
CELLS = {
    "SimpleRNN": (
        "SimpleRNN: every step makes a new state",
        "A tanh reads x_t and h_(t-1); its result is h_t. There is no other way from h_(t-1) to h_t.",
        ["candidate"],
    ),
    "residual": (
        "Residual: the candidate is added",
        "From h_(t-1) a straight path leads to h_t, with one sum on it. The tanh of x_t and h_(t-1) is the candidate, "
        "which is added there.",
        ["sum"],
    ),
    "leaky": (
        "Leaky: a fixed share is kept",
        "Two products are new: the old state is multiplied by 1 - α on its straight path, the candidate by α before it "
        "is added. α is a number, the same at each step.",
        ["keep", "write", "constants"],
    ),
    "λ-gated": (
        "λ-gated: the network decides what share is kept",
        "In place of the number there is a gate, a sigmoid of x_t and h_(t-1). Its result λ_t multiplies the old state "
        "on its straight path, and 1 - λ_t multiplies the candidate.",
        ["keep gate"],
    ),
    "GRU": (
        "GRU: a second gate decides what the candidate sees",
        "The gate on the path is called z_t here. A reset gate is new: r_t, a sigmoid of x_t and h_(t-1), multiplies "
        "h_(t-1) on its way to the candidate.",
        ["reset gate"],
    ),
    "LSTM": (
        "LSTM: a separate cell state and three gates",
        "The straight path belongs to the cell state, from c_(t-1) to c_t. The forget gate f_t multiplies the old one, "
        "an input gate i_t of its own multiplies the candidate g_t, and the two are added. An output gate o_t "
        "multiplies tanh(c_t), which gives h_t. All three gates and the candidate read x_t and h_(t-1).",
        ["path", "write gate", "output gate", "state"],
    ),
}

PATH, WRITE, GATES, STATES, INPUTS = 0, 84, 174, 236, 292  # the heights of the rows
KEEP, LET_IN, CANDIDATE, SHOW, OUT = 76, 150, 230, 308, 386  # the columns
OF_STATE, OF_INPUT = -9, 9  # where a gate reads h_(t-1) and x_t, beside its middle
LETTER = 16  # the size of a letter beside an arrow


def cells(*kinds):
    """One step of recurrent cells, a panel each, in one layout; what a cell has and the one before it lacks stands out.

    kinds: any of "SimpleRNN", "residual", "leaky", "λ-gated", "GRU", "LSTM".
    Returns a Drawing. Raises ValueError for another cell.
    """
    panels = []
    for kind in kinds:
        if kind not in CELLS:
            raise ValueError(f"there is no cell {kind!r}; choose {', '.join(CELLS)}")
        title, told, new = CELLS[kind]
        panel = Panel(title, told)
        _Cell(panel, lambda part, own, new=new: own if part in new else "grey").draw(kind)
        panels.append(panel)
    return Drawing(*panels)


def lstm_cell(highlight=None, values=None):
    """One step of an LSTM: the path of the cell state, and the gates that act on it.

    highlight: the part that stands out, one of "forget gate", "input gate", "candidate", "cell state", "output gate";
    None for all of them.
    values: {name: number} to be shown, of "x", "h_old", "c_old", "f", "i", "g", "o", "c", "tanh(c)", "h"; those that
    are not given are left out.
    Returns a Drawing. Raises ValueError for another part.
    """
    if highlight not in (None, *LSTM_PARTS):
        raise ValueError(f"there is no part {highlight!r} in an LSTM cell; choose {', '.join(LSTM_PARTS)}")
    told = LSTM_PARTS if highlight is None else {highlight: LSTM_PARTS[highlight]}
    said = "All gates read x_t and h_(t-1). " + " ".join(f"The {part}: {what}." for part, what in told.items())
    if values:
        names = {"h_old": "h_(t-1)", "c_old": "c_(t-1)", "tanh(c)": "tanh(c_t)"}
        said += " In numbers: " + ", ".join(f"{names.get(n, n + '_t')} = {value:.2f}" for n, value in values.items())
        said += "."
    panel = Panel("One step of an LSTM" + (f": the {highlight}" if highlight else " in numbers" * bool(values)), said)
    part_of = {
        "keep gate": "forget gate",
        "keep": "forget gate",
        "write gate": "input gate",
        "write": "input gate",
        "sum": "cell state",
        "path": "cell state",
        "state": "output gate",
    }
    _Cell(panel, lambda part, own: own if highlight in (None, part_of.get(part, part)) else "faded", values or {}).draw(
        "LSTM"
    )
    return Drawing(panel)


class _Cell:
    """The parts of a cell, drawn on a panel. colour: a function of a part's name and its own colour."""

    def __init__(self, panel, colour, values=None):
        self.panel, self.colour, self.values = panel, colour, values or {}

    def draw(self, kind):
        """Draw the whole cell."""
        panel, lstm = self.panel, kind == "LSTM"
        state = "c" if lstm else "h"
        path = "faded" if self.colour("path", "blue") == "faded" else "blue"  # it is blue in every cell
        end = 440 if lstm else 312
        old = self.state(0, PATH, f"${state}_{{t−1}}$", f"{state}_old", path)
        new = self.state(end, PATH, f"${state}_t$", state, path)
        source = self.state(0, STATES, "$h_{t−1}$", "h_old", "blue") if lstm else old
        word = self.box_of_input()

        candidate = panel.gate(CANDIDATE, GATES, "tanh", self.colour("candidate", "green"))
        readers = [candidate] if kind != "GRU" else []
        keep_gate = write_gate = show_gate = reset = None
        if kind in ("λ-gated", "GRU", "LSTM"):
            keep_gate = panel.gate(KEEP, GATES, "σ", self.colour("keep gate", "orange"))
            readers.insert(0, keep_gate)
        if kind == "GRU":
            reset = panel.gate(LET_IN, GATES, "σ", self.colour("reset gate", "orange"))
            readers.insert(1, reset)
        if lstm:
            write_gate = panel.gate(LET_IN, GATES, "σ", self.colour("write gate", "orange"))
            show_gate = panel.gate(SHOW, GATES, "σ", self.colour("output gate", "orange"))
            readers[1:] = [write_gate, candidate, show_gate]
        self.buses(source, word, readers, candidate, reset)

        if kind == "SimpleRNN":
            panel.arrow(candidate, new, via=[(CANDIDATE, PATH)], kind="time", colour=self.colour("candidate", "green"))
            return
        add = panel.sum(CANDIDATE, PATH, path if lstm else self.colour("sum", "blue"))
        if kind == "residual":
            panel.arrow(old, add, kind="time", colour=path)
            panel.arrow(candidate, add, colour=self.colour("candidate", "green"))
        else:
            self.mix(kind, path, old, add, candidate, keep_gate, write_gate)
        panel.arrow(add, new, kind="time", colour=path)
        if lstm:
            self.show(path, show_gate)

    def mix(self, kind, path, old, add, candidate, keep_gate, write_gate):
        """The two products, and what they multiply by."""
        panel = self.panel
        keep = panel.product(KEEP, PATH, self.colour("keep", "orange"))
        write = panel.product(CANDIDATE, WRITE, self.colour("write", "orange"))
        panel.arrow(old, keep, kind="time", colour=path)
        panel.arrow(keep, add, kind="time", colour=path)
        self.upwards(candidate, write, self.colour("candidate", "green"), "$g_t$" if kind == "LSTM" else "", "g")
        panel.arrow(write, add, colour=path if kind == "LSTM" else self.colour("write", "orange"))
        if kind == "leaky":
            colour = self.colour("constants", "orange")
            panel.arrow(panel.box(KEEP, WRITE, "$1−α$", colour, width=48), keep, colour=colour)
            panel.arrow(panel.box(LET_IN, WRITE, "$α$", colour, width=48), write, colour=colour)
            return
        colour = self.colour("keep gate", "orange")
        letter = {"λ-gated": "λ", "GRU": "z", "LSTM": "f"}[kind]
        self.upwards(keep_gate, keep, colour, f"${letter}_t$", "f")
        if kind == "LSTM":
            colour = self.colour("write gate", "orange")
            panel.arrow(write_gate, write, via=[(LET_IN, WRITE)], colour=colour)
            self.beside(LET_IN, colour, "$i_t$", "i")
        else:
            rest = panel.box(LET_IN, WRITE, "$1−$", colour, width=40)
            panel.arrow(panel.fork(KEEP, WRITE, colour), rest, colour=colour)
            panel.arrow(rest, write, colour=colour)

    def show(self, path, show_gate):
        """From the cell to the state that the rest of the network sees."""
        panel, colour = self.panel, self.colour("output gate", "orange")
        squash, out = panel.box(OUT, WRITE, "tanh", colour), panel.product(OUT, GATES, colour)
        panel.arrow(panel.fork(OUT, PATH, path), squash, colour=colour)
        squashed = self.values.get("tanh(c)")
        panel.arrow(squash, out, colour=colour, label="" if squashed is None else f"{squashed:.2f}")
        panel.arrow(show_gate, out, colour=colour)
        between = (SHOW + 24 + OUT - 14) / 2
        panel.text(between, GATES - 15, "$o_t$", colour=colour, size=LETTER)
        if "o" in self.values:
            panel.text(between, GATES + 17, f"{self.values['o']:.2f}", colour=colour, size=LETTER - 2)
        shown = self.state(440, STATES, "$h_t$", "h", self.colour("state", "blue"))
        panel.arrow(out, shown, via=[(OUT, STATES)], colour=colour)

    def buses(self, source, word, readers, candidate, reset):
        """The lines on which h_(t-1) and x_t come to the gates and the candidate."""
        panel, last = self.panel, max([*readers, candidate], key=lambda node: node.x)
        for node in [*readers, candidate]:
            if node is last:
                continue
            panel.arrow(panel.fork(node.x + OF_STATE, STATES), (node.x + OF_STATE, GATES + 17))
            panel.arrow(panel.fork(node.x + OF_INPUT, INPUTS), (node.x + OF_INPUT, GATES + 17))
        end = (last.x + OF_STATE, GATES + 17)
        corner = [] if source.y == STATES else [(source.x, STATES)]
        if reset is None:
            panel.arrow(source, end, via=[*corner, (end[0], STATES)])
        else:
            colour = self.colour("reset gate", "orange")
            times = panel.product((reset.x + candidate.x) / 2, STATES, colour)
            panel.arrow(source, times, via=corner)
            panel.arrow(reset, times, via=[(times.x, GATES)], colour=colour)
            panel.text(times.x, GATES - 24, "$r_t$", colour=colour, size=LETTER)
            panel.arrow(times, end, via=[(end[0], STATES)])
        panel.arrow(word, (last.x + OF_INPUT, GATES + 17), via=[(last.x + OF_INPUT, INPUTS)])

    def upwards(self, start, end, colour, letter, name):
        """An arrow straight up, with its letter and its number to the right of it."""
        self.panel.arrow(start, end, colour=colour)
        self.beside(start.x, colour, letter, name)

    def beside(self, x, colour, letter, name):
        """A letter and, where there is one, its number, to the right of an arrow that goes up from a gate at x."""
        there = name in self.values
        self.panel.text(x + 8, GATES - (54 if there else 40), letter, colour=colour, anchor="left", size=LETTER)
        if there:
            self.panel.text(
                x + 8, GATES - 34, f"{self.values[name]:.2f}", colour=colour, anchor="left", size=LETTER - 2
            )

    def box_of_input(self):
        """x_t."""
        value = self.values.get("x")
        label = "$x_t$" if value is None else f"$x_t$ = {value:g}"
        return self.panel.box(0, INPUTS, label, "grey", width=44 if value is None else None)

    def state(self, x, y, label, name, colour):
        """A state, with its number where there is one."""
        value = self.values.get(name)
        return self.panel.state(x, y, label, value=None if value is None else f"{value:.2f}", colour=colour)
