"""Handwriting: the embedded corpus, its ink, and lines composed of real characters."""

import collections
import gzip
import json
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_datasets as tfds

from course_utils import datasets
from course_utils.datasets.course_handwriting import course_handwriting_dataset_builder as course_handwriting
from course_utils.datasets.course_handwriting import ink
from course_utils.ink import lines as composed
from course_utils.paths import resource

HANDWRITING = resource("data") / "handwriting"
ALPHABET = " abcdefghijklmnopqrstuvwxyz0123456789.,'?-"


@pytest.fixture(scope="module")
def rows():
    return [json.loads(line) for line in gzip.decompress((HANDWRITING / "lines.jsonl.gz").read_bytes()).splitlines()]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder in which course_handwriting has been prepared, in both configs."""
    folder = tmp_path_factory.mktemp("tfds")
    for name in ("course_handwriting/strokes", "course_handwriting/pixels"):
        datasets.load(name, "train", data_dir=folder)
    return folder


def of_each_split(rows, field):
    values = collections.defaultdict(set)
    for row in rows:
        values[row["split"]].add(row[field])
    return values


# --- the corpus


@pytest.mark.slow
def test_the_lines_are_what_their_generator_makes():
    done = subprocess.run([sys.executable, HANDWRITING / "generate.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_text_and_no_writer_of_a_split_occurs_elsewhere(rows):
    texts, writers = of_each_split(rows, "text"), of_each_split(rows, "writer")
    assert writers.pop("demonstration") == writers["test"]
    for values in (texts, writers):
        assert len(set.union(*values.values())) == sum(map(len, values.values()))
    assert sum(map(len, writers.values())) >= 40
    assert "the quick brown fox" in texts["demonstration"]
    written = [row["text"] for row in rows if row["split"] != "demonstration"]
    assert len(set(written)) == len(written)


def test_sizes_lengths_and_characters(rows):
    count = collections.Counter(row["split"] for row in rows)
    assert count["train"] >= 3000 and count["validation"] >= 300 and count["test"] >= 400
    assert all(5 <= len(row["text"]) <= 32 and 32 <= row["width"] <= 400 for row in rows)
    in_train = collections.Counter("".join(row["text"] for row in rows if row["split"] == "train"))
    assert set(in_train) == set(ALPHABET)
    assert min(in_train.values()) >= 100, in_train.most_common()[-5:]


def test_ctc_has_frames_enough_at_a_stride_of_four(rows):
    for row in rows:
        repeats = sum(one == next_one for one, next_one in zip(row["text"], row["text"][1:], strict=False))
        steps = len(ink.strokes_of(row["path"]))
        assert min(row["width"] // 4, steps // 4) >= len(row["text"]) + repeats, row["text"]


def test_all_ink_is_inside_the_image(rows):
    for row in rows:
        places = ink.strokes_of(row["path"])[:, :2].cumsum(axis=0)
        assert (places > 1).all() and (places < (row["width"] - 1, ink.HEIGHT - 1)).all(), row["text"]


def test_the_strokes_of_an_example_draw_its_image(prepared, rows):
    """Every line of test comes complete, and its pen's path, drawn with its pen, is its image."""
    wanted = {row["text"]: row for row in rows if row["split"] == "test"}
    examples = list(datasets.load("course_handwriting", "test", prepared).as_numpy_iterator())
    assert len(examples) == len(wanted)
    for example in examples:
        row = wanted[example["text"].decode()]
        assert example["writer"] == row["writer"]
        again = ink.render(example["strokes"], example["image"].shape[1], row["pen"] / ink.UNITS_PER_PIXEL)
        np.testing.assert_array_equal(again, example["image"])


def test_the_config_pixels_lacks_the_strokes_alone(prepared):
    with_strokes, pixels = (
        datasets.load(f"course_handwriting/{name}", "test", prepared) for name in ("strokes", "pixels")
    )
    for full, part in zip(with_strokes.take(20), pixels.take(20), strict=True):
        assert full.keys() - part.keys() == {"strokes"}
        assert all(np.array_equal(full[name], part[name]) for name in part)


def test_a_damaged_line_is_named(tmp_path, monkeypatch):
    broken = tmp_path / "lines.jsonl.gz"
    row = {"split": "train", "text": "all well", "writer": 0, "pen": 16, "width": 40, "path": "l24 80l3-5"}
    broken.write_bytes(gzip.compress(json.dumps(row).encode()))
    monkeypatch.setattr(course_handwriting, "raw_file", lambda: broken)
    with pytest.raises(Exception, match=r"lines\.jsonl\.gz, line 1 is damaged"):
        datasets.load("course_handwriting", "train", tmp_path / "tfds")
    for damaged in (broken.read_bytes()[:-9], broken.read_bytes()[:20] + bytes(20), b"no gzip file"):
        broken.write_bytes(damaged)
        with pytest.raises(ValueError, match=r"lines\.jsonl\.gz is damaged"):
            course_handwriting.raw_lines()


# --- ink


def test_a_path_becomes_strokes():
    np.testing.assert_array_equal(
        ink.strokes_of("m24 80l3-5-8 2m1 1l0 0"),
        [[3, 10, 1], [0.375, -0.625, 0], [-1, 0.25, 0], [0.125, 0.125, 1], [0, 0, 0]],
    )
    for path in ("", "l1 1", "m1 1l2"):
        with pytest.raises(ValueError, match="is no path"):
            ink.strokes_of(path)


def test_ink_is_where_the_pen_was():
    """And not where it was in the air: against the distance to the path, computed from many points on it."""
    strokes = ink.strokes_of("m40 40l80 60m40-80l10 120-60 20")
    image = ink.render(strokes, 40, thickness=2.0)
    corners = strokes[:, :2].cumsum(axis=0)
    lines = [(corners[k], corners[k + 1]) for k in range(len(corners) - 1) if not strokes[k + 1, 2]]
    path = np.concatenate([a + np.linspace(0, 1, 400)[:, None] * (b - a) for a, b in lines])
    middles = np.stack(np.meshgrid(np.arange(40) + 0.5, np.arange(32) + 0.5), axis=-1)
    distance = np.sqrt(((middles[:, :, None] - path) ** 2).sum(axis=-1)).min(axis=-1)
    np.testing.assert_allclose(image[:, :, 0], 255 * np.clip(1.5 - distance, 0, 1), atol=2)


def test_a_dot_has_ink():
    assert ink.render(ink.strokes_of("m80 80l0 0"), 20)[10, 10, 0] > 100


# --- composed lines


def blocks():
    """Images of two characters, a tall one and a small one."""
    images = np.zeros((2, 28, 28), np.uint8)
    images[0, 4:24, 10:16] = 255
    images[1, 14:24, 8:18] = 255
    return images, np.array(["l", "o"])


def test_a_line_holds_its_characters_in_order():
    (line,) = composed.compose_lines(*blocks(), ["lo l"], np.random.default_rng(0))
    assert line.shape[0] == 32 and line.shape[2] == 1 and line.dtype == np.uint8
    inked = line[:, :, 0].max(axis=0) > 0
    starts = np.flatnonzero(np.diff(inked.astype(int)) == 1)
    ends = np.flatnonzero(np.diff(inked.astype(int)) == -1)
    first, second, third = ends - starts
    assert first < second > third
    assert starts[2] - ends[1] > starts[1] - ends[0]  # the space
    heights = [(line[:, start + 1 : end, 0].max(axis=1) > 127).sum() for start, end in zip(starts, ends, strict=True)]
    assert heights[0] > 1.5 * heights[1] and 18 <= heights[0] <= 26


def test_texts_that_cannot_be_composed_are_named():
    with pytest.raises(ValueError, match="no image of 'x' for the text 'lox'"):
        composed.compose_lines(*blocks(), ["lox"], np.random.default_rng(0))
    with pytest.raises(ValueError, match="at least one character"):
        composed.compose_lines(*blocks(), [" "], np.random.default_rng(0))
    assert composed.only("tel. 46, room 7", "abcdefghijklmnopqrstuvwxyz ") == "tel room"


def test_a_corpus_is_composed_of_what_its_characters_can_write():
    images = np.full((3, 28, 28, 1), 200, np.uint8)
    part = tf.data.Dataset.from_tensor_slices({"image": images, "label": [1, 2, 2]})
    texts = {"train": ["ab a", "2-5-5", "b. 7"], "test": ["a"]}
    lines, written = composed.composed_corpus("emnist/letters", {"train": part, "test": part}, texts)
    assert written == {"train": ["ab a", "b"], "test": ["a"]}
    assert [len(lines[name]) for name in written] == [2, 1]


def test_windows_lie_around_their_columns_and_a_stretched_line_says_the_same():
    line = np.zeros((32, 60, 1), np.uint8)
    line[:, 30:32] = 255
    left, middle = composed.windows(line, [21, 30]).reshape(2, 16, composed.WINDOW // 2)
    assert not left[:, :9].any() and left[:, 9].any()
    np.testing.assert_array_equal(middle, np.repeat(np.eye(10)[[5]], 16, axis=0))
    wide = composed.stretched(line, 1.5)
    assert wide.shape == (32, 90, 1)
    assert np.flatnonzero(wide[0, :, 0]).tolist() == [45, 46, 47]
    np.testing.assert_array_equal(composed.stretched(line, 1.0), line)


def test_windows_outside_of_a_line_and_lines_without_columns():
    line = np.zeros((32, 40, 1), np.uint8)
    assert composed.windows(line, []).shape == (0, 160) and composed.windows(line, [0, 39]).shape == (2, 160)
    for middle in (-1, 40):
        with pytest.raises(ValueError, match=f"column {middle} is outside"):
            composed.windows(line, [20, middle])
    assert composed.stretched(line, 0.02).shape == (32, 1, 1)
    for factor in (0, 0.01, -1):
        with pytest.raises(ValueError, match="leaves no column"):
            composed.stretched(line, factor)


def test_emnist_is_put_upright_and_counted_from_one():
    image = np.arange(28 * 28).reshape(28, 28, 1) % 251
    dataset = tf.data.Dataset.from_tensors({"image": image.astype(np.uint8), "label": 3})
    images, characters = composed.characters_of("emnist/letters", dataset)
    np.testing.assert_array_equal(images[0], image[:, :, 0].T)
    assert list(characters) == ["c"]
    with pytest.raises(ValueError, match="not known"):
        composed.characters_of("emnist/digits", dataset)


def test_digit_lines_are_the_same_again_and_no_image_is_in_both_splits():
    images, texts = composed.digit_lines("test", 20, seed=1)
    again, same_texts = composed.digit_lines("test", 20, seed=1)
    assert texts == same_texts and all(map(np.array_equal, images, again))
    assert composed.digit_lines("test", 20, seed=2)[1] != texts
    assert all(3 <= len(text) <= 8 and text.isdecimal() for text in texts)
    seen = {}
    for split in ("train", "test"):
        digits, characters = composed.digit_images(split)
        assert set(characters) == set("0123456789")
        seen[split] = {image.tobytes() for image in digits}
    assert len(seen["train"]) > 2.9 * len(seen["test"])
    assert not seen["train"] & seen["test"]


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "split", "text"), [("mnist", "train[:500]", "2077"), ("binary_alpha_digits", "train", "room 2077")]
)
def test_lines_of_real_characters(name, split, text):
    builder = tfds.builder(name, try_gcs=False)
    if not builder.is_prepared():
        pytest.skip(f"{name} is not prepared")
    images, characters = composed.characters_of(name, builder.as_dataset(split=split))
    (line,) = composed.compose_lines(images, characters, [text], np.random.default_rng(0))
    assert line.shape[1] > 12 * len(text.replace(" ", "")) and line.max() > 200
