"""A line of the student's own handwriting: drawn on a canvas, photographed, or from a file."""

import base64
import io
from pathlib import Path

import numpy as np
from scipy import ndimage

HEIGHT, MARGIN = 32, 4  # pixels: of a line; of paper at its left and right
ENLARGED, SHRUNK = 96, 1600  # pixels: small pictures are worked on at this height, large ones at this width
FAINTEST = 14  # how far, of 255, ink must differ from the paper around it
STEEPEST = 20  # degrees by which a line may be tilted

CANVAS = """new Promise(done => {
  const box = document.createElement('div'), page = document.createElement('canvas');
  const read = document.createElement('button'), wipe = document.createElement('button');
  page.width = WIDTH; page.height = 160;
  page.style = 'border: 1px solid grey; background: white; touch-action: none; display: block; max-width: 100%';
  read.textContent = 'Read it'; wipe.textContent = 'Wipe it off';
  box.append(page, read, wipe); document.querySelector('#output-area').append(box);
  const pen = page.getContext('2d');
  const clean = () => { pen.fillStyle = 'white'; pen.fillRect(0, 0, page.width, page.height); };
  clean(); pen.lineWidth = 6; pen.lineCap = pen.lineJoin = 'round';
  const place = event => [event.offsetX * page.width / page.clientWidth,
    event.offsetY * page.height / page.clientHeight];
  page.onpointerdown = event => { page.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...place(event));
    pen.lineTo(...place(event)); pen.stroke(); };
  page.onpointermove = event => { if (event.buttons) { pen.lineTo(...place(event)); pen.stroke(); } };
  wipe.onclick = clean;
  read.onclick = () => { const picture = page.toDataURL('image/png'); box.remove(); done(picture); };
})"""


class LineNotUsable(Exception):
    """A picture of the student's own holds no line that can be read; the message says why and what would help."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def own_line(place, width=900):
    """A line of the student's own, as `line_of` makes it of a picture: (32, columns, 1) uint8.

    place: path of a picture that Pillow reads (JPEG, PNG, ...); or "canvas": on Colab, one appears to write on with
        the mouse, a finger or a pen, `width` pixels wide.
    Raises LineNotUsable where there is no such file, no picture in it, or no line of writing on it.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if str(place) == "canvas":
        try:
            from google.colab.output import eval_js
        except ImportError:
            raise LineNotUsable('"canvas" works on Colab only; here give the path of a picture.') from None
        try:
            drawn = eval_js(CANVAS.replace("WIDTH", str(width)))
            file, place = io.BytesIO(base64.b64decode(drawn.partition(",")[2])), "the canvas"
        except Exception as error:  # Colab's own, of a private module
            raise LineNotUsable(f"The browser gave no drawing ({error}); give the path of a picture.") from None
    else:
        file = Path(str(place).strip().strip("\"'")).expanduser()
        if not file.is_file():
            raise LineNotUsable(f"There is no file {str(place)!r} here; give the path of a picture.")
    try:
        with Image.open(file) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        reason = str(error).split("\n")[0]
        raise LineNotUsable(f"{str(place)!r} is no picture that can be read ({reason}); save it as PNG.") from None
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture)
    return line_of(np.asarray(page.convert("RGB")), str(place))


def line_of(picture, name="the picture"):
    """The line of writing on a picture, upright, cut out and 32 pixels high, 0 for paper and 255 for ink.

    picture: (height, width) or (height, width, 3) uint8, dark on light or light on dark, in any colours. name: for
    messages. Returns (32, columns, 1) uint8. Raises LineNotUsable for a blank picture, and where what is on it is not
    one line: as high as wide many times over, or in several lines.

    Ink is what differs from the paper around it in at least one colour; the paper is the median of the surroundings,
    so that a shadow does no harm. The tilt is the one at which the rows of the picture differ most.
    """
    ink = upright(ink_of(np.asarray(picture), name))
    ink = cut_out(ink)
    if len(lines_in(ink)) > 1:
        raise LineNotUsable(f"There are {len(lines_in(ink))} lines of writing on {name}; cut one of them out.")
    if len(ink) > 4 * ink.shape[1]:
        raise LineNotUsable(f"What is on {name} is much higher than wide; turn it so that the line runs to the right.")
    return at_height(ink, HEIGHT - 8)


def ink_of(picture, name):
    """How much each pixel of a picture is ink: (height, width) floats from 0 to 1. Raises LineNotUsable for none."""
    from PIL import Image

    if picture.ndim == 2:
        picture = np.repeat(picture[:, :, None], 3, axis=2)
    if min(picture.shape[:2]) < 8:
        raise LineNotUsable(f"{name} is only {picture.shape[1]} by {picture.shape[0]} pixels; make a larger picture.")
    height, width = picture.shape[:2]
    factor = max(1.0, ENLARGED / height) if width < SHRUNK else SHRUNK / width
    size = max(8, round(width * factor)), max(8, round(height * factor))
    picture = np.asarray(Image.fromarray(picture.astype(np.uint8)).resize(size, Image.Resampling.BILINEAR), "float32")
    paper = paper_of(picture)
    differs = ndimage.gaussian_filter(np.abs(picture - paper).max(axis=2), 0.7)
    strongest = np.quantile(differs, 0.998)
    reach = 2 * len(differs) // 3
    around = ndimage.gaussian_filter1d(ndimage.maximum_filter1d(differs.max(axis=0), reach), reach / 2)
    around = np.clip(around, 0.25 * strongest, None)  # in a shadow, ink differs less
    ink = np.clip((differs / (around + 1e-6) - 0.35) / 0.4, 0, 1)
    noise = 1.4826 * np.median(np.abs(picture - paper))
    if strongest < max(FAINTEST, 4 * noise):
        raise LineNotUsable(f"There is no writing to be seen on {name}; write with a darker pen, or bring more light.")
    ink = without_specks(ink)
    if (share := (ink > 0.5).mean()) > 0.5 or not ink.any():
        raise LineNotUsable(
            f"{share:.0%} of {name} would be ink, which is no line of writing; photograph only the line."
        )
    return ink


def paper_of(picture):
    """The colour of the paper at each pixel of a picture (height, width, 3): the median of a wide neighbourhood."""
    from PIL import Image

    height, width = picture.shape[:2]
    small = max(1, min(height, width) // 24)
    coarse = picture[::small, ::small]
    reach = max(5, min(coarse.shape[:2]) * 2 // 3) | 1
    pages = [ndimage.median_filter(coarse[:, :, colour], size=reach, mode="reflect") for colour in range(3)]
    grown = [Image.fromarray(page).resize((width, height), Image.Resampling.BILINEAR) for page in pages]
    return np.stack([np.asarray(page) for page in grown], axis=2)


def without_specks(ink):
    """Ink (height, width) without connected parts that are smaller than a dot of its own pen."""
    inked = ink > 0.3
    parts, count = ndimage.label(inked, structure=np.ones((3, 3)))
    if count == 0:
        return np.zeros_like(ink)
    pen = 2 * np.quantile(ndimage.distance_transform_edt(inked)[inked], 0.9)
    sizes = ndimage.sum_labels(inked, parts, np.arange(count + 1))
    return ink * np.isin(parts, np.flatnonzero(sizes >= max(3, 0.4 * pen**2)))


def upright(ink):
    """Ink turned by the angle, up to STEEPEST degrees, at which its rows differ most; 0 if higher than wide."""
    if np.divide(*cut_out(ink).shape) > 1:
        return ink
    small = ndimage.zoom(ink, min(1.0, 300 / max(ink.shape)), order=1)

    def evenness(angle):
        rows = ndimage.rotate(small, angle, order=1, reshape=True).sum(axis=1)
        return -(rows**2).sum()

    coarse = min(np.arange(-STEEPEST, STEEPEST + 1, 2), key=evenness)
    angle = min(np.arange(coarse - 2, coarse + 2.1, 0.5), key=evenness)
    if -evenness(angle) < 1.05 * -evenness(0):
        return ink
    return np.clip(ndimage.rotate(ink, angle, order=1, reshape=True), 0, 1)


def cut_out(ink):
    """Ink without the empty rows and columns at its edges."""
    rows, columns = np.flatnonzero((ink > 0.4).any(axis=1)), np.flatnonzero((ink > 0.4).any(axis=0))
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def lines_in(ink):
    """Where lines of writing stand in ink that is cut out: a list of (first row, last row)."""
    filled = np.flatnonzero((ink > 0.4).any(axis=1))
    parts = np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1)
    weights = np.array([ink[part].sum() for part in parts])
    return [(part[0], part[-1]) for part, weight in zip(parts, weights, strict=True) if weight > 0.2 * weights.max()]


def at_height(ink, height):
    """Ink (rows, columns) scaled to a height in the middle of a line: (32, columns + margins, 1) uint8."""
    from PIL import Image

    width = max(1, round(ink.shape[1] * height / len(ink)))
    scaled = np.asarray(Image.fromarray(ink.astype("float32")).resize((width, height), Image.Resampling.BOX))
    scaled = np.clip(scaled / max(0.1, float(np.quantile(scaled, 0.95))), 0, 1)
    above = (HEIGHT - height) // 2
    page = np.pad(scaled, ((above, HEIGHT - height - above), (MARGIN, MARGIN)))
    return np.round(255 * page).astype(np.uint8)[:, :, None]
