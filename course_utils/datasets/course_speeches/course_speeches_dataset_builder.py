"""TFDS builder of `course_speeches`, over the texts of data/speeches/texts."""

import tensorflow_datasets as tfds

from course_utils.paths import resource, version_of

SPEAKERS = ("brandt", "calloway", "hale", "marek", "rehn", "wenlock")
# By the number of a speaker's speech; the others are for training.
SPLIT_OF = {7: "validation", 17: "validation", 27: "validation", 8: "test", 18: "test", 28: "test"}
FIRST = 8  # the config "first" holds the speeches up to this number


def texts_folder():
    """The folder of the speeches, one file each: SPEAKER_NUMBER_TOPIC.txt."""
    return resource("data") / "speeches" / "texts"


def parts(path):
    """(speaker, number, topic) of a speech, from its file's name. Raises ValueError for another name."""
    speaker, number, topic = [*path.stem.split("_"), "", ""][:3]
    if speaker not in SPEAKERS or not number.isdecimal() or not topic.isalpha():
        raise ValueError(f"{path} should be named SPEAKER_NUMBER_TOPIC.txt, with one of {', '.join(SPEAKERS)}")
    return speaker, int(number), topic


class CourseSpeeches(tfds.core.GeneratorBasedBuilder):
    """Speeches as they were written, with paragraphs.

    The config "plain_text" has exactly the features of `tiny_shakespeare`; "speakers" has speaker and topic, too;
    "first" has the first eight speeches of each speaker alone, a small corpus that is quickly read through.
    """

    VERSION = tfds.core.Version(version_of(*sorted(texts_folder().glob("*.txt"))))
    BUILDER_CONFIGS = [  # noqa: RUF012 (TFDS reads a class attribute)
        tfds.core.BuilderConfig(name="plain_text", description="text, as tiny_shakespeare has it"),
        tfds.core.BuilderConfig(name="speakers", description="text, speaker and topic"),
        tfds.core.BuilderConfig(name="first", description="each speaker's first eight: text, speaker and topic"),
    ]

    def _info(self):
        features = {"text": tfds.features.Text()}
        if self.builder_config.name != "plain_text":
            features["speaker"] = tfds.features.ClassLabel(names=SPEAKERS)
            features["topic"] = tfds.features.Text()
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            description="Speeches written for a course on sequence models; see data/speeches/README.md.",
        )

    def _split_generators(self, dl_manager):
        return {split: self._generate_examples(split) for split in ("train", "validation", "test")}

    def _generate_examples(self, split):
        for path in sorted(texts_folder().glob("*.txt")):
            speaker, number, topic = parts(path)
            wanted = number <= FIRST or self.builder_config.name != "first"
            if wanted and SPLIT_OF.get(number, "train") == split:
                speech = {"text": path.read_text(encoding="utf-8"), "speaker": speaker, "topic": topic}
                yield path.stem, {name: speech[name] for name in self.info.features}
