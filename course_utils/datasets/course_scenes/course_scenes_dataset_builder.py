"""TFDS builder of `course_scenes`, over the files of data/scenes."""

import collections
import gzip
import zlib
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds

from course_utils import scenes
from course_utils.paths import resource, version_of

FILES = ("scenes.tsv", "captions.tsv.gz", "questions.tsv.gz", "dialogs.tsv.gz")
SPLITS = {  # of each config
    "captions": ("train", "validation", "test", "test_pairs"),
    "scenes": ("train", "validation", "test", "test_pairs"),
    "questions": ("train", "validation", "test", "test_pairs", "test_templates"),
    "biased": ("train", "validation", "test"),
    "dialogs": ("train", "validation", "test"),
}


def raw_file(name):
    """One of FILES: fields between tabs, packed where the name ends with gz; `zless` shows it."""
    return resource("data") / "scenes" / name


def code_files():
    """The modules that decide what an example looks like, beside the raw files."""
    room = Path(scenes.__file__).parent
    return [room / f"{name}.py" for name in ("world", "rendering", "sentences", "questions", "dialogs")]


def rows_of(name):
    """The fields of each line of a raw file: lists of strings. Raises ValueError where the file is damaged."""
    path = raw_file(name)
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("ascii")
    except (gzip.BadGzipFile, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is damaged ({error}); restore the file from the repository") from error
    return [line.split("\t") for line in text.splitlines()]


def damaged(name, number, error):
    """The error of a line (counted from 0) that cannot be read."""
    return ValueError(f"{raw_file(name)}, line {number + 1} is damaged ({error}); restore it from the repository")


class CourseScenes(tfds.core.GeneratorBasedBuilder):
    """Pictures of two to five objects, (64, 64, 3) uint8, with what is said of them, in the order of the files.

    The config "captions" has the features of Flickr8k as this course takes it: image and captions. "scenes" adds the
    scene as text, which `course_utils.scenes.read_scene` reads. "questions" and "biased" have the questions about each
    picture; "dialogs" an opening sentence and eight turns, each with ten candidates for its answer.
    """

    VERSION = tfds.core.Version(version_of(*map(raw_file, FILES), *code_files()))
    BUILDER_CONFIGS = [  # noqa: RUF012 (TFDS reads a class attribute)
        tfds.core.BuilderConfig(name="captions", description="image and five captions"),
        tfds.core.BuilderConfig(name="scenes", description="image, five captions, and the scene as text"),
        tfds.core.BuilderConfig(name="questions", description="image, scene, and questions whose answers are balanced"),
        tfds.core.BuilderConfig(name="biased", description="image, scene, and questions with a favourite answer"),
        tfds.core.BuilderConfig(name="dialogs", description="image, scene, and a dialog with pronouns"),
    ]

    def _info(self):
        text = tfds.features.Text()
        name = self.builder_config.name
        features = {"image": tfds.features.Image(shape=(None, None, 3), dtype=np.uint8)}
        if name in ("captions", "scenes"):
            features["captions"] = tfds.features.Sequence(text)
        if name != "captions":
            features["scene"] = tfds.features.Text(doc="as course_utils.scenes.read_scene takes it")
        if name in ("questions", "biased"):
            questions = {"question": text, "answer": text, "kind": text, "relational": np.bool_}
            features["questions"] = tfds.features.Sequence(questions)
        if name == "dialogs":
            features["opening"] = text
            candidates = tfds.features.Tensor(shape=(scenes.CANDIDATES,), dtype=np.object_)
            turns = {"question": text, "answer": text, "candidates": candidates}
            features["turns"] = tfds.features.Sequence(turns)
        return self.dataset_info_from_configs(
            features=tfds.features.FeaturesDict(features),
            disable_shuffling=True,
            description="Pictures made for a course on sequence models; see data/scenes/README.md.",
        )

    def _split_generators(self, dl_manager):
        found = []
        for number, row in enumerate(rows_of("scenes.tsv")):
            try:
                split, text = row
                found.append((split, scenes.read_scene(text)))
            except ValueError as error:
                raise damaged("scenes.tsv", number, error) from error
        says = {"captions": captions, "scenes": captions, "dialogs": dialogs}.get(self.builder_config.name, questions)
        said = says(self.builder_config.name, found)
        return {split: self._generate_examples(found, said[split]) for split in SPLITS[self.builder_config.name]}

    def _generate_examples(self, found, said):
        numbers = sorted(said)
        for start in range(0, len(numbers), 256):
            part = numbers[start : start + 256]
            for number, image in zip(part, scenes.render([found[n][1] for n in part]), strict=True):
                example = {"image": image, **said[number]}
                if self.builder_config.name != "captions":
                    example["scene"] = scenes.write_scene(found[number][1])
                yield number, example


def captions(config, found):
    """{split: {number of the scene: its captions}}."""
    said = collections.defaultdict(dict)
    for line, row in enumerate(rows_of("captions.tsv.gz")):
        try:
            number, *texts = row
            if len(texts) != 5:
                raise ValueError(f"{len(texts)} captions")
            said[found[int(number)][0]][int(number)] = {"captions": texts}
        except (ValueError, IndexError) as error:
            raise damaged("captions.tsv.gz", line, error) from error
    return said


def questions(config, found):
    """{split: {number of the scene: the questions about it}} of one set; only scenes that are asked about."""
    wanted = {"questions": "balanced"}.get(config, config)
    said = collections.defaultdict(lambda: collections.defaultdict(lambda: {"questions": []}))
    for line, row in enumerate(rows_of("questions.tsv.gz")):
        try:
            own, split, number, text, answer = row
            if own == wanted:
                question = {"question": text, "answer": answer, "kind": scenes.kind_of(text)}
                question["relational"] = scenes.is_relational(text)
                said[split][int(number)]["questions"].append(question)
        except ValueError as error:
            raise damaged("questions.tsv.gz", line, error) from error
    return said


def dialogs(config, found):
    """{split: {number of the scene: the dialog about it}}."""
    said = collections.defaultdict(dict)
    for line, row in enumerate(rows_of("dialogs.tsv.gz")):
        try:
            number, opening, *parts = row
            split, scene = found[int(number)]
            turns = scenes.interpret(scene, opening, parts[::2])
            if [turn.answer for turn in turns] != parts[1::2]:
                raise ValueError("an answer is not what the picture shows")
            answered = [
                {
                    "question": turn.question,
                    "answer": turn.answer,
                    "candidates": scenes.candidates(scene, turns, place),
                }
                for place, turn in enumerate(turns)
            ]
            said[split][int(number)] = {"opening": opening, "turns": answered}
        except (ValueError, IndexError) as error:
            raise damaged("dialogs.tsv.gz", line, error) from error
    return said
