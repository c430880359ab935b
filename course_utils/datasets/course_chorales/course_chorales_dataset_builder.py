"""TFDS builder of `course_chorales`, over data/chorales/chorales.jsonl."""

import json

import numpy as np
import tensorflow_datasets as tfds

from course_utils.datasets.course_chorales import scores
from course_utils.music import piano_roll, transpose
from course_utils.paths import resource, version_of

SPLITS = ("train", "validation", "test")
TONICS = {"C": 0, "D": 2, "E-": 3, "E": 4, "F": 5, "F#": 6, "G": 7, "A": 9, "B-": 10, "B": 11}


def raw_file():
    """The pieces, one a line as JSON."""
    return resource("data") / "chorales" / "chorales.jsonl"


def on_c(voices, key):
    """Voices moved to C major or C minor, by at most six semitones. key: as "E- major"."""
    tonic = TONICS[key.split()[0]]
    return transpose(voices, -tonic if tonic <= 6 else 12 - tonic)


class CourseChorales(tfds.core.GeneratorBasedBuilder):
    """Pieces for four voices made by rules; each config has exactly the features of the same one of `jsb_chorales`.

    "quarter" (the default) and "eighth": the voices at each quarter or eighth, in the piece's own key. "piano_roll":
    the quarters as 88 notes, every piece moved to C major or C minor, by at most six semitones.
    """

    VERSION = tfds.core.Version(version_of(raw_file()))
    BUILDER_CONFIGS = scores.CONFIGS

    def _info(self):
        return self.dataset_info_from_configs(
            features=scores.features(self.builder_config.name),
            disable_shuffling=True,
            description="Pieces for four voices made for a course on sequence models; see data/chorales/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in SPLITS}

    def _generate_examples(self, split):
        with raw_file().open(encoding="ascii") as lines:
            for number, line in enumerate(lines):
                try:
                    piece = json.loads(line)
                    eighths = np.array(piece["eighths"], dtype="int32").reshape(-1, 4)
                    if piece["split"] != split:
                        continue
                    if self.builder_config.name == "piano_roll":
                        yield number, {"piano_roll": piano_roll(on_c(eighths[::2], piece["key"])).astype("uint8")}
                    else:
                        yield number, {"voices": eighths[:: 2 if self.builder_config.name == "quarter" else 1]}
                except (ValueError, KeyError, TypeError) as error:
                    raise ValueError(
                        f"{raw_file()}, line {number + 1} is damaged ({error}); restore it from the repository"
                    ) from error
