"""From the path of a pen to an image: how the lines of data/handwriting get their pixels."""

import re

import numpy as np

HEIGHT = 32  # pixels of every line
UNITS_PER_PIXEL = 8  # of the paths in data/handwriting
TOKENS = re.compile(r"[ml]|-?\d+")
LONGEST_PIECE = 3.0  # pixels; a longer step of the pen is drawn in pieces


def strokes_of(path):
    """The strokes in a path in SVG's notation, relative, of the commands m and l alone.

    path: as "m24 80l3-5 4-2", in eighths of a pixel. Returns (n, 3) float32: dx and dy in pixels, x to the right and y
    downwards, and 1 where the pen made this step in the air, else 0. The first step starts at the image's top left.
    Raises ValueError for another path.
    """
    rows, numbers, up = [], [], None
    for token in TOKENS.findall(path):
        if token in "ml":
            up = float(token == "m")
            continue
        numbers.append(int(token) / UNITS_PER_PIXEL)
        if len(numbers) == 2:
            rows.append((*numbers, up))
            numbers, up = [], 0.0
    if numbers or not rows or rows[0][2] != 1:
        raise ValueError(f"{path[:40]!r}... is no path that begins with m and has pairs of numbers")
    return np.array(rows, dtype=np.float32)


def render(strokes, width, thickness=2.0):
    """Draw strokes with a round pen.

    strokes: (n, 3) of dx, dy and pen up, as `strokes_of` gives them. width: of the image in pixels. thickness: of the
    pen, in pixels. Returns (32, width, 1) uint8: 0 is paper, 255 is ink, and the edge of the ink is one pixel soft.

    How dark a pixel is depends on the distance of its centre from the pen's path alone, so strokes that cross are no
    darker there. Only + - * /, square roots and comparisons are used, elementwise: the same bytes everywhere.
    """
    points = np.cumsum(strokes[:, :2].astype(np.float64), axis=0).astype(np.float32)  # eighths add up exactly
    start, end = points[:-1], points[1:]
    on_paper = strokes[1:, 2] == 0
    start, end = start[on_paper], end[on_paper]

    reach = thickness / 2 + 0.5
    step = end - start
    pieces = np.ceil(np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2) / LONGEST_PIECE).astype(int).clip(1)
    first = np.cumsum(pieces) - pieces
    piece = (np.arange(pieces.sum()) - np.repeat(first, pieces)).astype(np.float32)[:, None]
    parts = np.repeat(pieces, pieces).astype(np.float32)[:, None]
    start, step = np.repeat(start, pieces, axis=0), np.repeat(step, pieces, axis=0)
    start, step = start + step * (piece / parts), step / parts

    # Each piece looks at a small square of pixels around its middle.
    half = int(np.ceil(LONGEST_PIECE / 2 + reach))
    offsets = np.arange(-half, half + 1)
    middle = np.floor(start + step / 2).astype(int)
    column, row = middle[:, :1, None] + offsets[None, None, :], middle[:, 1:, None] + offsets[None, :, None]
    x = column.astype(np.float32) + np.float32(0.5) - start[:, :1, None]
    y = row.astype(np.float32) + np.float32(0.5) - start[:, 1:, None]
    step_x, step_y = step[:, :1, None], step[:, 1:, None]
    squared = np.maximum(step_x * step_x + step_y * step_y, np.float32(1e-12))
    along = np.clip((x * step_x + y * step_y) / squared, np.float32(0), np.float32(1))
    x, y = x - along * step_x, y - along * step_y
    ink = np.clip(np.float32(reach) - np.sqrt(x * x + y * y), np.float32(0), np.float32(1))

    page = np.zeros((HEIGHT, width), np.float32)
    row, column = np.broadcast_arrays(row, column)
    inside = (row >= 0) & (row < HEIGHT) & (column >= 0) & (column < width) & (ink > 0)
    np.maximum.at(page, (row[inside], column[inside]), ink[inside])
    return np.floor(page * np.float32(255) + np.float32(0.5)).astype(np.uint8)[:, :, None]
