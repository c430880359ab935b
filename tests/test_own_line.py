"""A line of the student's own: pictures of all sorts give the line that is on them, or one sentence."""

import base64
import io
import sys
import types

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from course_utils.datasets import load
from course_utils.ink import own_line
from course_utils.ink.own import LineNotUsable, line_of


@pytest.fixture(scope="module")
def line():
    rows = load("course_handwriting/pixels", "demonstration").as_numpy_iterator()
    return next(row["image"] for row in rows if row["text"] == b"room 2077, floor 3")


def picture_of(line, ink=(30, 40, 120), paper=(240, 235, 215), tilt=0, noise=4, shade=0.0, grow=5, pad=40):
    """A photograph of a line, (height, width, 3) uint8."""
    inked = np.pad(ndimage.zoom(line[:, :, 0] / 255, grow, order=1), pad)
    inked = ndimage.rotate(inked, tilt, order=1).clip(0, 1)[:, :, None]
    seen = np.array(paper) * (1 - inked) + np.array(ink) * inked
    seen = seen * (1 - shade * np.linspace(0, 1, seen.shape[1])[None, :, None])
    return (seen + np.random.default_rng(0).normal(0, noise, seen.shape)).clip(0, 255).astype("uint8")


def alike(one, other):
    """The correlation of two lines, the second scaled to the first's width."""
    one, other = (np.asarray(Image.fromarray(line[:, :, 0]).resize((200, 32)), float) for line in (one, other))
    return np.corrcoef(ndimage.gaussian_filter(one, 1.5).ravel(), ndimage.gaussian_filter(other, 1.5).ravel())[0, 1]


@pytest.mark.parametrize(
    "way",
    [
        {"ink": (240, 240, 230), "paper": (20, 30, 25)},
        {"ink": (200, 40, 40), "paper": (120, 190, 120)},
        {"tilt": 8},
        {"tilt": -12},
        {"ink": (205, 200, 185), "noise": 2},
        {"shade": 0.6},
        {"grow": 1, "pad": 3},
        {"noise": 15},
    ],
    ids=["inverted", "coloured", "tilted", "tilted the other way", "faint", "in a shadow", "small", "grainy"],
)
def test_the_line_is_found_on_a_picture(line, way):
    plain = line_of(picture_of(line))
    assert plain.shape[0] == 32 and plain.dtype == np.uint8 and 0.85 < plain.shape[1] / line.shape[1] < 1.15
    found = line_of(picture_of(line, **way))
    assert 0.93 < found.shape[1] / plain.shape[1] < 1.07
    assert alike(found, plain) > 0.8
    assert found[0].max() == 0 and found.max() > 240


def test_a_grey_picture_is_a_picture(line):
    assert np.array_equal(line_of(255 - line[:, :, 0]), line_of(np.repeat(255 - line, 3, axis=2)))


WHITE = np.full((200, 800, 3), 255, "uint8")


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (WHITE, "no writing"),
        (0 * WHITE, "no writing"),
        (np.random.default_rng(0).normal(200, 6, WHITE.shape).clip(0, 255).astype("uint8"), "no writing"),
        (np.random.default_rng(0).integers(0, 255, WHITE.shape).astype("uint8"), "no writing"),
        (np.tile(np.linspace(0, 255, 800).astype("uint8"), (200, 1)), "no writing"),
        (np.pad(0 * WHITE[:160, :4], ((20, 20), (400, 396), (0, 0)), constant_values=255), "higher than wide"),
        (WHITE[:4, :4], "larger picture"),
    ],
    ids=["blank", "black", "paper with grain", "noise", "a gradient", "a pole", "tiny"],
)
def test_a_picture_without_a_line_gives_one_sentence(picture, words):
    with pytest.raises(LineNotUsable, match=words) as error:
        line_of(picture)
    assert "\n" not in str(error.value) and error.value._render_traceback_() == [str(error.value)]


def test_two_lines_are_one_too_many(line):
    with pytest.raises(LineNotUsable, match="2 lines of writing"):
        line_of(np.concatenate([picture_of(line)] * 2))


def test_files(line, tmp_path):
    picture = picture_of(line)
    for name in ("mine.png", "mine.jpg", "mine.webp"):
        Image.fromarray(picture).save(tmp_path / name)
        assert alike(own_line(f'  "{tmp_path / name}" '), line) > 0.7
    clear = np.dstack([0 * picture, 255 - picture.max(axis=2)])  # ink on nothing
    Image.fromarray(clear).save(tmp_path / "clear.png")
    assert alike(own_line(tmp_path / "clear.png"), line) > 0.7
    (tmp_path / "text.png").write_text("no picture")
    for place, words in (
        (tmp_path / "text.png", "no picture"),
        (tmp_path / "none.png", "no file"),
        ("canvas", "Colab"),
    ):
        with pytest.raises(LineNotUsable, match=words) as error:
            own_line(place)
        assert "\n" not in str(error.value)


def browser(monkeypatch, answer):
    """Pretend to be on Colab, where the browser answers a script so."""
    output = types.SimpleNamespace(eval_js=answer)
    monkeypatch.setitem(sys.modules, "google.colab", types.SimpleNamespace(output=output))
    monkeypatch.setitem(sys.modules, "google.colab.output", output)


def test_a_canvas_gives_what_was_drawn_on_it(line, monkeypatch):
    def drawn(script):
        assert "page.width = 700;" in script and "WIDTH" not in script
        file = io.BytesIO()
        Image.fromarray(picture_of(line, ink=(0, 0, 0), paper=(255, 255, 255), noise=0)).save(file, "PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

    browser(monkeypatch, drawn)
    assert alike(own_line("canvas", width=700), line) > 0.7


def test_an_empty_canvas_and_a_browser_that_fails_give_a_sentence(monkeypatch):
    def empty(script):
        file = io.BytesIO()
        Image.fromarray(WHITE).save(file, "PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

    def failing(script):
        raise RuntimeError("MessageError: no page")

    for answer, words in ((empty, "no writing to be seen on the canvas"), (failing, "gave no drawing")):
        browser(monkeypatch, answer)
        with pytest.raises(LineNotUsable, match=words):
            own_line("canvas")
