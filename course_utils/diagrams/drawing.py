"""The parts that every diagram is made of, and what a notebook shows of them: SVG with its alt text.

A unit is a pixel where there is room. x grows to the right, y downwards. A label is words, with mathematics between
dollar signs: "$h_t$", "$W_{hh}$", "the gate $f_t$".
"""

import html
import itertools
import math
import re
from dataclasses import dataclass

from course_utils.diagrams.style import COLOURS, FONT, LEAST_SCALE, WEIGHTS, css

CLASS = "course-diagram"
UPRIGHT = ("tanh", "softmax", "exp", "log", "max", "min")  # names of functions
SCRIPT = re.compile(r"([_^])(?:\{([^}]*)\}|(\w))")
LETTERS = re.compile(r"([^\W\d_]+)")
SCRIPT_SIZE, SCRIPT_SHIFT = 0.74, {"_": 0.22, "^": -0.32}  # in font sizes of the label
MARGIN, CORNER, HEAD = 8, 12, 10
GAP = 40  # between panels side by side, at most


class Drawing:
    """What a function of this package returns and a notebook shows: panels side by side where there is room.

    columns: at most so many panels side by side. level: whether panels side by side begin at one height.
    """

    def __init__(self, *panels, columns=None, level=False):
        self.panels, self.columns, self.level = panels, columns, level

    def __repr__(self):
        """The alt text: what a reader without pictures gets, and what a validation compares."""
        return "\n".join(panel.alt for panel in self.panels)

    def _repr_html_(self):
        """HTML around the SVG rather than SVG alone, of which JupyterLab makes an image that has no alt text."""
        pictures = "\n".join(panel.svg() for panel in self.panels)
        style = "align-items:flex-start;" * self.level
        if self.columns:
            style += f"max-width:{number(self.columns * (max(panel.width for panel in self.panels) + GAP))}px"
        styled = f' style="{style}"' if style else ""
        return f'<div class="{CLASS}"{styled}><style>\n{css(CLASS)}</style>\n{pictures}\n</div>'


@dataclass(frozen=True)
class Node:
    """Where a part stands, so that arrows find its border: its centre, half its width and height, and its shape."""

    x: float
    y: float
    half_width: float
    half_height: float
    round: bool = False

    def exit(self, x, y, dx, dy):
        """Where a ray from (x, y), inside, leaves the part in the direction of the unit vector (dx, dy)."""
        right, down = x - self.x, y - self.y
        if self.round:
            along, across = right * dx + down * dy, right * dy - down * dx
            way = math.sqrt(max(self.half_width**2 - across**2, 0)) - along
        else:
            to_side = (math.copysign(self.half_width, dx) - right) / dx if dx else math.inf
            to_top = (math.copysign(self.half_height, dy) - down) / dy if dy else math.inf
            way = min(to_side, to_top)
        return x + way * dx, y + way * dy


class Panel:
    """A canvas, and the parts drawn on it. A part's method returns the `Node` that an arrow begins or ends at.

    title: stands above the drawing. description: goes on where the title ends, for those who cannot see it.
    """

    def __init__(self, title, description):
        self.title, self.description = title, description
        self._lines, self._shapes, self._labels = [], [], []  # in the order in which they are painted
        self._left = self._top = math.inf
        self._right = self._bottom = -math.inf

    @property
    def alt(self):
        """The alt text, on one line."""
        return f"{self.title}. {self.description}"

    @property
    def width(self):
        """As wide as its parts and its title need."""
        return max(self._right - self._left, length_of(self.title, FONT - 2)) + 2 * MARGIN

    def svg(self):
        """The drawing as an SVG element, as large as its parts need."""
        size, width = FONT - 2, self.width
        left, top = self._left - MARGIN, self._top - MARGIN - 2 * size
        box = " ".join(map(number, (left, top, width, self._bottom + MARGIN - top)))
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{number(width)}" '
                f'style="min-width:{number(width * LEAST_SCALE)}px" role="img" aria-label="{html.escape(self.alt)}">',
                f"<title>{html.escape(self.title)}</title>",
                f"<desc>{html.escape(self.description)}</desc>",
                *self._lines,
                *self._shapes,
                text_element(left + MARGIN, top + size, self.title, size, "left grey"),
                *self._labels,
                "</svg>",
            ]
        )

    # --- parts ----------------------------------------------------------------------------------------------------

    def state(self, x, y, label, value=None, colour="blue", radius=23):
        """A vector that a network computes: a circle. value: a number that stands below its label."""
        self._circle(x, y, radius, f"shape {known(colour)}")
        if value is None:
            self.text(x, y, label, halo=False)
        else:
            self.text(x, y - radius * 0.3, label, size=FONT - 2, halo=False)
            self.text(x, y + radius * 0.42, value, size=FONT - 4, halo=False)
        return Node(x, y, radius, radius, round=True)

    def box(self, x, y, label, colour="grey", width=None, height=34, value=None):
        """A layer, a function or an input: a box with round corners, as wide as its label needs.

        value: what stands below its label, small.
        """
        width = width or max(length_of(label, FONT - 1) + 20, height)
        self._rectangle(x, y, width, height, f"shape {known(colour)}", corner=8)
        self.text(x, y - (0 if value is None else height * 0.2), label, size=FONT - 1, halo=False)
        if value is not None:
            self.text(x, y + height * 0.26, value, size=FONT - 5, colour="grey", halo=False)
        return Node(x, y, width / 2, height / 2)

    def gate(self, x, y, label="σ", colour="orange"):
        """A gate: a box with the function that squashes, from 0 to 1 where it is σ."""
        return self.box(x, y, label, colour, width=48)

    def token(self, x, y, word, padding=False, width=None):
        """A word, as it stands. padding: there is none; the border is dashed."""
        width = width or max(length_of(word, FONT - 1) + 18, 44)
        self._rectangle(x, y, width, 30, f"shape {'faded dashed' if padding else 'grey'}", corner=3)
        colour = "grey" if padding else None
        self.text(x, y, word, size=FONT - 1, colour=colour, mathematics=False, halo=False)
        return Node(x, y, width / 2, 15)

    def cell(self, x, y, value, width=44, height=30, colour="blue", shade=0.0):
        """A cell of a grid with a number in it. shade: how much of its colour it is filled with, from 0 to 1."""
        if shade:
            self._rectangle(x, y, width, height, f"solid {known(colour)}", opacity=min(shade, 1) / 2)
        self._rectangle(x, y, width, height, "shape hollow grey")
        self.text(x, y, value, size=FONT - 2, halo=False)
        return Node(x, y, width / 2, height / 2)

    def product(self, x, y, colour="ink"):
        """Where two vectors are multiplied, number by number."""
        return self._operator(x, y, f"M{number(x - 5)} {number(y - 5)}l10 10m0 -10l-10 10", colour)

    def sum(self, x, y, colour="ink"):
        """Where vectors are added, or the gradients of a path that forks."""
        return self._operator(x, y, f"M{number(x - 6)} {number(y)}h12m-6 -6v12", colour)

    def fork(self, x, y, colour="ink"):
        """Where a path forks: a dot."""
        self._circle(x, y, 4, f"solid {known(colour)}")
        return Node(x, y, 0, 0, round=True)

    def switch(self, x, y, straight, radius=15):
        """A railway switch: what comes from the left goes through, or else what comes from below."""
        self._circle(x, y, radius, "shape")
        ahead = f"M{number(x - radius)} {number(y)}h{2 * radius}"
        bend = f"M{number(x)} {number(y + radius)}Q{number(x)} {number(y)} {number(x + radius)} {number(y)}"
        self._shapes.append(f'<path class="line faded dashed" d="{bend if straight else ahead}"/>')
        self._shapes.append(f'<path class="line time" d="{ahead if straight else bend}"/>')
        return Node(x, y, radius, radius, round=True)

    def text(self, x, y, label, size=FONT, colour=None, anchor="", mathematics=True, halo=True):
        """Words, with mathematics between dollar signs, around the middle of a line at y.

        anchor: "left" when they begin at x, "right" when they end there, "" for around x. mathematics: False where a
        dollar sign is one. halo: whether lines behind the letters keep away from them.
        """
        width = length_of(label, size)
        left = {"left": x, "right": x - width}.get(anchor, x - width / 2)
        self._cover(left, y - size * 0.6, left + width, y + size * 0.7)
        classes = ["halo" if halo else "", anchor, known(colour) if colour else ""]
        self._labels.append(text_element(x, y, label, size, " ".join(filter(None, classes)), mathematics))

    # --- arrows ---------------------------------------------------------------------------------------------------

    def arrow(self, start, end, via=(), kind="", label="", weights="", colour=None, side="", shift=0, head=True):
        """An arrow between two parts, or points (x, y), with its label in the middle of its longest stretch.

        via: points that it goes through, with round corners.
        kind: "time" for an arrow through time, "gradient" for one of the gradient, which is dashed, "" for any other.
        weights: the matrix that multiplies on the way, as "W_hh", in place of a label. Where no colour is given, the
            arrow has that of the matrix, which is always the same.
        side: of the label: "above", "below", "left" or "right".
        shift: how far it is moved to its own right, so that two arrows fit between the same parts.
        head: False for a line.
        """
        label = mathematics_of(weights) if weights else label
        colour = colour or WEIGHTS.get(weights, "pink" if kind == "gradient" else "ink")
        points = [middle(start), *via, middle(end)]
        dx, dy = direction(points[0], points[-1])
        points = [(x - dy * shift, y + dx * shift) for x, y in points]
        points[0], points[-1] = border(start, points[0], points[1]), border(end, points[-1], points[-2])
        if label:
            self._label_on(points, label, colour, side)
        if head:
            points[-1] = self._head(points[-1], direction(points[-2], points[-1]), kind, colour)
        self._line(points, f"line {kind} {known(colour)}")

    def loop(self, node, weights):
        """The arrow from a state to itself, one step later."""
        colour = WEIGHTS.get(weights, "ink")
        x, y = 0.79 * node.half_width, 0.62 * node.half_width  # where it leaves and reaches the circle
        far, bow = node.x + node.half_width + 68, 51
        tip = (node.x + x, node.y + y)
        end = self._head(tip, direction((far, node.y + bow + 6), tip), "time", colour)
        bends = [(far, node.y - bow), (far, node.y + bow), end]
        path = f"M{number(tip[0])} {number(node.y - y)}C" + " ".join(f"{number(a)} {number(b)}" for a, b in bends)
        self._lines.append(f'<path class="line time {colour}" d="{path}"/>')
        reach = tip[0] + 0.75 * (far - tip[0])
        self._cover(tip[0], node.y - 0.7 * bow, reach, node.y + 0.7 * bow)
        self.text(reach + 6, node.y, mathematics_of(weights), colour=colour, anchor="left")

    # --- what parts and arrows are made of ------------------------------------------------------------------------

    def _cover(self, left, top, right, bottom):
        """See to it that the drawing reaches this far."""
        self._left, self._top = min(self._left, left), min(self._top, top)
        self._right, self._bottom = max(self._right, right), max(self._bottom, bottom)

    def _circle(self, x, y, radius, classes):
        self._cover(x - radius, y - radius, x + radius, y + radius)
        self._shapes.append(f'<circle class="{classes}" cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>')

    def _rectangle(self, x, y, width, height, classes, corner=0, opacity=1.0):
        left, top = x - width / 2, y - height / 2
        self._cover(left, top, left + width, top + height)
        size = f'width="{number(width)}" height="{number(height)}"'
        more = (f' rx="{corner}"' if corner else "") + (f' opacity="{opacity:.2f}"' if opacity < 1 else "")
        self._shapes.append(f'<rect class="{classes}" x="{number(left)}" y="{number(top)}" {size}{more}/>')

    def _operator(self, x, y, sign, colour):
        self._circle(x, y, 14, f"shape {known(colour)}")
        self._shapes.append(f'<path class="line {colour}" d="{sign}"/>')
        return Node(x, y, 14, 14, round=True)

    def _head(self, tip, towards, kind, colour):
        """The head of an arrow that ends at `tip`; returns where its line ends."""
        (x, y), (dx, dy) = tip, towards
        length = HEAD + 2 if kind else HEAD
        half, back_x, back_y = 0.46 * length, x - length * dx, y - length * dy
        corners = [tip, (back_x - half * dy, back_y + half * dx), (back_x + half * dy, back_y - half * dx)]
        path = "L".join(f"{number(a)} {number(b)}" for a, b in corners)
        self._shapes.append(f'<path class="solid {known(colour)}" d="M{path}Z"/>')
        return x - (length - 1) * dx, y - (length - 1) * dy

    def _line(self, points, classes):
        """A line through points, its corners round."""
        path = [f"M{number(points[0][0])} {number(points[0][1])}"]
        for before, corner, after in zip(points, points[1:], points[2:], strict=False):
            radius = min(CORNER, math.dist(before, corner) / 2, math.dist(corner, after) / 2)
            into, out = direction(corner, before), direction(corner, after)
            bend = [(corner[0] + radius * dx, corner[1] + radius * dy) for dx, dy in (into, out)]
            path.append(f"L{number(bend[0][0])} {number(bend[0][1])}Q{number(corner[0])} {number(corner[1])}")
            path.append(f" {number(bend[1][0])} {number(bend[1][1])}")
        path.append(f"L{number(points[-1][0])} {number(points[-1][1])}")
        self._lines.append(f'<path class="{" ".join(classes.split())}" d="{"".join(path)}"/>')
        for x, y in points:
            self._cover(x, y, x, y)

    def _label_on(self, points, label, colour, side):
        """A label beside the longest stretch of a line; where no side is given, above it or to the right."""
        start, end = max(itertools.pairwise(points), key=lambda pair: math.dist(*pair))
        x, y = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
        dx, dy = direction(start, end)
        side = side or ("right" if abs(dy) > abs(dx) else "above")
        right, down, anchor = {
            "above": (0, -16, ""),
            "below": (0, 16, ""),
            "left": (-8, 0, "right"),
            "right": (8, 0, "left"),
        }[side]
        self.text(x + right, y + down, label, size=FONT - 1, colour=colour, anchor=anchor)


def known(colour):
    """A colour's name. Raises ValueError when there is no such colour."""
    if colour not in ("ink", *COLOURS):
        raise ValueError(f"there is no colour {colour!r}; choose ink, {', '.join(COLOURS)}")
    return colour


def number(value):
    """A coordinate as it is written: with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def middle(part):
    """The centre of a part; a point is its own."""
    return (part.x, part.y) if isinstance(part, Node) else part


def border(part, inside, outside):
    """Where a line from `inside` a part to `outside` leaves it; a point has no inside."""
    return part.exit(*inside, *direction(inside, outside)) if isinstance(part, Node) else inside


def direction(start, end):
    """The unit vector from one point to another."""
    length = math.dist(start, end) or 1
    return (end[0] - start[0]) / length, (end[1] - start[1]) / length


# --- letters ------------------------------------------------------------------------------------------------------


def mathematics_of(weights):
    """The label of a weight matrix, as "W_hh"."""
    letter, _, index = weights.partition("_")
    return f"${letter}_{{{index}}}$" if index else f"${letter}$"


def runs(label):
    """A label as [(text, kind)]: kind is "words", "math", "_" for a subscript or "^" for a superscript."""
    found = []
    for place, piece in enumerate(str(label).split("$")):
        if place % 2 == 0:
            found.append((piece, "words"))
            continue
        end = 0
        for script in SCRIPT.finditer(piece):
            found += [(piece[end : script.start()], "math"), (script[2] or script[3], script[1])]
            end = script.end()
        found.append((piece[end:], "math"))
    return [(text, kind) for text, kind in found if text]


def length_of(label, size):
    """About how long a label is; on the safe side, as fonts differ."""
    return sum(len(text) * size * (0.45 if kind in SCRIPT_SHIFT else 0.6) for text, kind in runs(label))


def slanted(text):
    """Mathematics as SVG: names of variables slanted, numbers, signs and names of functions upright."""
    pieces = [(piece, LETTERS.fullmatch(piece) and piece not in UPRIGHT) for piece in LETTERS.split(text) if piece]
    return "".join(f'<tspan class="slanted">{piece}</tspan>' if lean else piece for piece, lean in pieces)


def text_element(x, y, label, size, classes="", mathematics=True):
    """An SVG text element whose letters stand around the middle of a line at y."""
    spans, below = [], 0.0  # below: how far the run before was moved down, in font sizes of the label
    for text, kind in runs(label) if mathematics else [(str(label), "words")]:
        text, scale = html.escape(text, quote=False), SCRIPT_SIZE if kind in SCRIPT_SHIFT else 1
        wanted = SCRIPT_SHIFT.get(kind, 0.0)
        moved = f' dy="{(wanted - below) / scale:.2f}em"' if wanted != below else ""
        below = wanted
        if kind == "words":
            spans.append(f"<tspan{moved}>{text}</tspan>" if moved else text)
        else:
            script = " script" if kind in SCRIPT_SHIFT else ""
            spans.append(f'<tspan class="math{script}"{moved}>{slanted(text)}</tspan>')
    start = f'<text class="{classes}"' if classes else "<text"
    return f'{start} x="{number(x)}" y="{number(y + 0.35 * size)}" font-size="{size}">{"".join(spans)}</text>'
