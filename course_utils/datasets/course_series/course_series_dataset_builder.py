"""TFDS builder of `course_series`, over data/series/series.csv."""

import csv

import numpy as np
import tensorflow_datasets as tfds

from course_utils.paths import resource, version_of

# Hours from the beginning of the file: two years to train on, half a year each to validate and to test.
SPLITS = {"train": (0, 17_520), "validation": (17_520, 21_900), "test": (21_900, 26_280)}


def raw_file():
    """The series as lines of time (hours since 1970-01-01 00:00 UTC) and temperature (°C)."""
    return resource("data") / "series" / "series.csv"


class CourseSeries(tfds.core.GeneratorBasedBuilder):
    """Hourly temperatures, in the order of time; has exactly the features of `beijing_weather`."""

    VERSION = tfds.core.Version(version_of(raw_file()))

    def _info(self):
        features = {
            "time": tfds.features.Scalar(dtype=np.int64, doc="hours since 1970-01-01 00:00 UTC"),
            "temperature": tfds.features.Scalar(dtype=np.float32, doc="°C"),
        }
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            disable_shuffling=True,
            description="Temperatures generated for a course on sequence models; see data/series/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(*hours) for split, hours in SPLITS.items()}

    def _generate_examples(self, begin, end):
        with raw_file().open(encoding="ascii", newline="") as lines:
            for number, row in enumerate(csv.DictReader(lines)):
                if begin <= number < end:
                    try:
                        yield number, {"time": int(row["time"]), "temperature": float(row["temperature"])}
                    except (ValueError, KeyError, TypeError) as error:
                        raise ValueError(
                            f"{raw_file()}, line {number + 2} is damaged ({error}); restore it from the repository"
                        ) from error
