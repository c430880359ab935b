"""Synthetic hands far wider than those of course_handwriting, for a reader that is to read people.

The corpus's own script (data/handwriting/generate.py) draws the lines. What is new are its writers: they know capitals
and other forms of letters (glyphs.toml), and vary more in slant, width, size, spacing, pen and steadiness.
"""

import functools
import importlib.util
import random
import tomllib
from pathlib import Path

from course_utils.paths import resource


@functools.cache
def corpus_script():
    """data/handwriting/generate.py, as a module."""
    path = resource("data") / "handwriting" / "generate.py"
    spec = importlib.util.spec_from_file_location("handwriting_generate", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@functools.cache
def all_glyphs():
    """({glyph name: its strokes} of the corpus's font and of glyphs.toml, {character: names of its forms})."""
    script = corpus_script()
    more = tomllib.loads(Path(__file__).with_name("glyphs.toml").read_text(encoding="utf-8"))["glyphs"]
    glyphs = script.read_font()[0] | {name: script.read_strokes(drawing) for name, drawing in more.items()}
    forms = {}
    for name in glyphs:
        forms.setdefault(name[0], []).append(name)
    return glyphs, forms


@functools.lru_cache(maxsize=1024)
def wide_writer(seed):
    """A writer of the corpus's script, {setting: value}, drawn from ranges wider than the corpus's own.

    seed: an integer or a text; the same one gives the same writer.
    """
    script, (glyphs, forms), rng = corpus_script(), all_glyphs(), random.Random(seed)
    joined = rng.random() < 0.35
    shape = rng.uniform(0.5, 3.5)  # how far the writer's letters are from the font's, in its units
    size = rng.uniform(0.13, 0.23)
    return {
        "variants": {character: rng.choice(names) for character, names in forms.items()},
        "tails": joined or rng.random() < 0.3,
        "joins": rng.uniform(0.2, 0.9) if joined else 0.0,
        "slant": rng.uniform(-0.25, 0.5),
        "width": rng.uniform(0.75, 1.5),
        "x_height": rng.uniform(0.75, 1.35),
        "scale": size,
        "spacing": rng.uniform(8, 28),
        "word_space": rng.uniform(0.9, 2.2),
        "roundness": rng.uniform(0.5, 1.25),
        "tremor": rng.uniform(0.3, 2.2),
        "bounce": rng.uniform(0.3, 5.0),
        "drift": rng.uniform(0.2, 3.0),
        "pen": round(rng.uniform(1.0, 3.4) * script.UNITS_PER_PIXEL),
        "shapes": {
            name: [
                [(shape * script.bell(rng), shape * script.bell(rng)) for _ in stroke["points"]] for stroke in strokes
            ]
            for name, strokes in glyphs.items()
        },
    }


def written(text, writer, rng):
    """A line of handwriting: (32, width, 1) uint8, 0 for paper and 255 for ink.

    text: of small and capital letters, digits, space and . , ' ? -   writer: of `wide_writer`.
    rng: a `random.Random`. Raises KeyError for another character.
    """
    from course_utils.datasets.course_handwriting import ink

    line = corpus_script().write_line(text, 0, writer, all_glyphs()[0], rng)
    return ink.render(ink.strokes_of(line["path"]), line["width"], line["pen"] / ink.UNITS_PER_PIXEL)
