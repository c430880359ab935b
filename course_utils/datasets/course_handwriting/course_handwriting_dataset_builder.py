"""TFDS builder of `course_handwriting`, over data/handwriting/lines.jsonl.gz."""

import gzip
import json
import zlib
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds

from course_utils.datasets.course_handwriting import ink
from course_utils.paths import resource, version_of

SPLITS = ("train", "validation", "test", "demonstration")


def raw_file():
    """The corpus, gzipped, as one JSON object per line: split, text, writer, pen, width, path."""
    return resource("data") / "handwriting" / "lines.jsonl.gz"


def raw_lines():
    """The lines of the corpus. Raises ValueError where the file is cut off or no gzip file."""
    try:
        return gzip.decompress(raw_file().read_bytes()).decode("ascii").splitlines()
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise ValueError(f"{raw_file()} is damaged ({error}); restore the file from the repository") from error


class CourseHandwriting(tfds.core.GeneratorBasedBuilder):
    """Lines of handwriting, 32 pixels high, with their text and writer; in the config "strokes" also the pen's path.

    image: (32, width, 1) uint8, 0 paper and 255 ink. writer: a number; no writer and no text is in two of the splits,
    but that the writers of test wrote the demonstration too. strokes: (steps, 3) float32, dx and dy in pixels (y
    downwards, the first step from the image's top left) and 1 where the pen was in the air, else 0.
    """

    VERSION = tfds.core.Version(version_of(raw_file(), Path(ink.__file__)))
    BUILDER_CONFIGS = [  # noqa: RUF012 (TFDS reads a class attribute)
        tfds.core.BuilderConfig(name="strokes", description="image, strokes, text and writer"),
        tfds.core.BuilderConfig(name="pixels", description="image, text and writer, as composed lines have them"),
    ]

    def _info(self):
        features = {
            "image": tfds.features.Image(shape=(ink.HEIGHT, None, 1), dtype=np.uint8),
            "text": tfds.features.Text(),
            "writer": tfds.features.Scalar(dtype=np.int64, doc="number of the writer; -1 where nobody knows"),
        }
        if self.builder_config.name == "strokes":
            features["strokes"] = tfds.features.Tensor(shape=(None, 3), dtype=np.float32, doc="dx, dy, pen up")
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            description="Handwriting made for a course on sequence models; see data/handwriting/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in SPLITS}

    def _generate_examples(self, split):
        for number, line in enumerate(raw_lines()):
            try:
                row = json.loads(line)
                if row["split"] != split:
                    continue
                strokes = ink.strokes_of(row["path"])
                image = ink.render(strokes, row["width"], row["pen"] / ink.UNITS_PER_PIXEL)
                example = {"image": image, "text": row["text"], "writer": row["writer"]}
            except (ValueError, KeyError) as error:  # a JSONDecodeError is a ValueError
                raise ValueError(
                    f"{raw_file()}, line {number + 1} is damaged ({error}); restore the file from the repository"
                ) from error
            if self.builder_config.name == "strokes":
                example["strokes"] = strokes
            yield number, example
