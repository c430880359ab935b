"""TFDS builder of `course_reviews`, over data/reviews/reviews.jsonl."""

import json

import numpy as np
import tensorflow_datasets as tfds

from course_utils.paths import resource, version_of

SPLITS = ("train", "validation", "test")


def raw_file():
    """The corpus as one JSON object per line: text, label, stars, domain, split."""
    return resource("data") / "reviews" / "reviews.jsonl"


class CourseReviews(tfds.core.GeneratorBasedBuilder):
    """Reviews with a label (0 negative, 1 positive) and, in the config "stars", 1 to 5 stars.

    The config "plain_text" has exactly the features of `imdb_reviews/plain_text`.
    """

    VERSION = tfds.core.Version(version_of(raw_file()))
    BUILDER_CONFIGS = [  # noqa: RUF012 (TFDS reads a class attribute)
        tfds.core.BuilderConfig(name="plain_text", description="text and label, as imdb_reviews has them"),
        tfds.core.BuilderConfig(name="stars", description="text, label and stars"),
    ]

    def _info(self):
        features = {"text": tfds.features.Text(), "label": tfds.features.ClassLabel(names=["neg", "pos"])}
        if self.builder_config.name == "stars":
            features["stars"] = tfds.features.Scalar(dtype=np.int64, doc="1 (worst) to 5 (best)")
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            supervised_keys=("text", "label"),
            description="Reviews written for a course on sequence models; see data/reviews/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in SPLITS}

    def _generate_examples(self, split):
        wanted = list(self.info.features)
        with raw_file().open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                try:
                    review = json.loads(line)
                    chosen = review["split"] == split
                    example = {feature: review[feature] for feature in wanted}
                except (json.JSONDecodeError, KeyError) as error:
                    raise ValueError(
                        f"{raw_file()}, line {number + 1} is damaged ({error}); restore the file from the repository"
                    ) from error
                if chosen:
                    yield number, example
