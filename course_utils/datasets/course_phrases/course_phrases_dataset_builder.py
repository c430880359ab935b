"""TFDS builder of `course_phrases`, over data/phrases/phrases.tsv."""

import tensorflow_datasets as tfds

from course_utils.paths import resource, version_of

# Each split of the builder and the parts of the file that make it up.
SPLITS = {
    "train": ("train",),
    "validation": ("validation",),
    "test": ("test_pairs", "test_long"),
    "test_pairs": ("test_pairs",),
    "test_long": ("test_long",),
}


def raw_file():
    """The corpus as lines of three fields between tabs: split, English, French; the first line names them."""
    return resource("data") / "phrases" / "phrases.tsv"


class CoursePhrases(tfds.core.GeneratorBasedBuilder):
    """Pairs of an English sentence and its French translation, as `tfds.features.Translation`.

    `test` is `test_pairs` (pairs of words never together in train) and `test_long` (longer than anything in train).
    """

    VERSION = tfds.core.Version(version_of(raw_file()))

    def _info(self):
        return self.dataset_info_from_configs(
            features=tfds.features.Translation(languages=("en", "fr")),
            supervised_keys=("en", "fr"),
            description="Pairs made for a course on sequence models; see data/phrases/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(parts) for split, parts in SPLITS.items()}

    def _generate_examples(self, parts):
        with raw_file().open(encoding="utf-8") as lines:
            next(lines)
            for number, line in enumerate(lines):
                try:
                    part, english, french = line.removesuffix("\n").split("\t")
                except ValueError as error:
                    raise ValueError(
                        f"{raw_file()}, line {number + 2} is damaged ({error}); restore the file from the repository"
                    ) from error
                if part in parts:
                    yield number, {"en": english, "fr": french}
