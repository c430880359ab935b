"""CTC: the lattice of a label with its moves, and the prefixes of a beam search, which merge."""

from course_utils.diagrams.drawing import Drawing, Panel
from course_utils.diagrams.style import FONT

COLUMN, ROW = 51, 40  # from one frame to the next, and from one symbol to the next
PREFIX_COLUMN, PREFIX_ROW = 131, 76
CASES = (  # title, symbols, moves onto the last of them, in words
    ("onto a blank", "aε", "from the same blank or from the letter before it"),
    (
        "onto a letter",
        "aεb",
        "from the same letter, from the blank before it, or, by skipping that blank, from the letter before",
    ),
    (
        "onto a repeated letter",
        "aεa",
        "from the same letter or from the blank before it; the blank may not be skipped",
    ),
)


def ctc_moves():
    """The three cases of a step through the lattice: onto a blank, onto a letter, onto a repeated letter.

    Returns a Drawing of three panels.
    """
    panels = []
    for title, symbols, words in CASES:
        panel = Panel(title.capitalize(), f"A path gets here {words}.")
        last = len(symbols) - 1
        before = [panel.state(0, ROW * 1.5 * n, symbol, radius=17) for n, symbol in enumerate(symbols)]
        here = panel.state(120, ROW * 1.5 * last, symbols[last], colour="orange", radius=17)
        panel.text(0, -34, "$t - 1$", size=FONT - 3, colour="grey")
        panel.text(120, -34, "$t$", size=FONT - 3, colour="grey")
        for n in range(last + 1):
            if last - n < 2:
                panel.arrow(before[n], here)
            elif symbols[n] != symbols[last]:
                panel.arrow(before[n], here, colour="orange")
            else:
                panel.arrow(before[n], here, kind="gradient", colour="grey")
                panel.text(80, ROW * 1.5 * n + 6, "forbidden", size=FONT - 3, colour="grey")
        panels.append(panel)
    return Drawing(*panels, level=True)


def ctc_lattice(symbols, values, may_skip, title, meaning, path=()):
    """The lattice of one label: a row for each symbol of the extended label, a column for each frame.

    symbols: S strings. values: (T, S), from 0 to 1, what stands in the cells; cells of 0 and their moves are left out.
    may_skip: (S,). title, meaning: of the drawing, and what the values are, in words. path: (T,), the rows of an
    alignment that is drawn in orange.
    Short lines lead into the two cells where a path may begin, and out of the two where it may end. Returns a Drawing.
    """
    T, size = len(values), len(symbols)
    told = "; ".join(
        f"frame {t + 1}: " + ", ".join(f"{symbols[s]} in row {s + 1} {shown(v)}" for s, v in enumerate(row) if v > 0)
        for t, row in enumerate(values)
    )
    panel = Panel(
        title,
        f"Rows: the symbols {' '.join(symbols)}. Columns: frames 1 to {T}. From one frame to the next, a path stays in "
        f"its row, moves one row down, or moves two rows down to a different letter. The numbers are {meaning}. "
        f"{told}.",
    )
    cells = {}
    panel.text(-42, -30, "frame", size=FONT - 4, colour="grey")
    for t in range(T):
        panel.text(COLUMN * t, -30, str(t + 1), size=FONT - 4, colour="grey")
        for s in range(size):
            if values[t][s] > 0:
                on_path = len(path) > 0 and path[t] == s
                cells[t, s] = panel.cell(
                    COLUMN * t,
                    ROW * s,
                    shown(values[t][s]),
                    width=38,
                    height=24,
                    colour="orange" if on_path else "blue",
                    shade=max(float(values[t][s]), 0.7 * on_path),
                )
    for s, symbol in enumerate(symbols):
        panel.text(-42, ROW * s, symbol, mathematics=False)
    for (t, s), cell in cells.items():
        for by in (0, 1, 2):
            after = cells.get((t + 1, s + by))
            if after and (by < 2 or may_skip[s + by]):
                on_path = len(path) > 0 and path[t] == s and path[t + 1] == s + by
                panel.arrow(cell, after, colour="orange" if on_path else "faded", head=bool(on_path))
    for s in range(2):
        for t, row, way in ((0, s, -1), (T - 1, size - 1 - s, 1)):
            if (t, row) in cells:
                there = COLUMN * t + 0.5 * COLUMN * way, ROW * row
                panel.arrow(*((cells[t, row], there) if way > 0 else (there, cells[t, row])), colour="ink", head=False)
    return Drawing(panel)


def prefix_merging(frames, names, title, width=None):
    """The prefixes of a beam search, frame by frame, each in a row of its own; where arrows meet, they are added up.

    frames: a dictionary for the start and after each frame, likeliest prefix first, {prefix, a tuple of codes:
    (probability of its paths that end in a blank, of those that end in its last symbol)}. names: of the codes, names[0]
    of the blank. width: how many prefixes are kept; what is cut stands in grey, and after the last frame not at all.
    Returns a Drawing.
    """
    kept = [dict(list(beams.items())[:width]) for beams in frames]
    drawn = [*frames[:-1], kept[-1]]
    told = "; ".join(
        f"after frame {t}: "
        + ", ".join(
            f"{spelled(prefix, names)} {shown(sum(p))}{'' if prefix in kept[t] else ' (cut)'}"
            for prefix, p in beams.items()
        )
        for t, beams in enumerate(drawn)
        if t
    )
    panel = Panel(title, f"From frame to frame a prefix stays or grows by one letter. {told}.")
    prefixes = sorted({prefix for beams in drawn for prefix in beams}, key=lambda prefix: (len(prefix), prefix))
    nodes = []
    for t, beams in enumerate(drawn):
        panel.text(PREFIX_COLUMN * t, -48, "start" if t == 0 else f"frame {t}", size=FONT - 4, colour="grey")
        nodes.append({})
        for prefix, (in_blank, in_symbol) in beams.items():
            x, y = PREFIX_COLUMN * t, PREFIX_ROW * prefixes.index(prefix)
            parts = f"{names[0]} {shown(in_blank, '0')}"
            if prefix:
                parts += f" · {names[prefix[-1]]} {shown(in_symbol, '0')}"
            label = f"{spelled(prefix, names)}  {shown(in_blank + in_symbol)}"
            colour = "blue" if prefix in kept[t] else "faded"
            nodes[t][prefix] = panel.box(x, y, label, colour, width=94, height=50, value=parts)
        for prefix, node in nodes[t].items() if t else ():
            before, cut = kept[t - 1], prefix not in kept[t]
            if prefix in before:
                panel.arrow(nodes[t - 1][prefix], node, colour="faded" if cut else "ink")
            shorter = prefix[:-1]
            repeats = prefix[-2:-1] == prefix[-1:]  # then only paths that have had a blank since may go on to it
            if prefix and before.get(shorter, (0, 0))[0] + (0 if repeats else before.get(shorter, (0, 0))[1]) > 0:
                panel.arrow(nodes[t - 1][shorter], node, colour="faded" if cut else "orange")
    return Drawing(panel)


def spelled(prefix, names):
    """A prefix as a word; ∅ where it is empty."""
    return "".join(names[code] for code in prefix) or "∅"


def shown(value, nothing="·"):
    """A probability as it stands in a cell: two decimals, or `nothing` where they would be .00."""
    if value >= 0.995:
        return "1"
    return f"{value:.2f}".removeprefix("0") if value >= 0.005 else nothing
