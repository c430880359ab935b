"""course_speeches: written speeches, all of them yielded, none sharing a sentence, in 32 characters."""

import runpy
import shutil
import subprocess
import sys

import pytest
import tensorflow_datasets as tfds

from course_utils import datasets, text
from course_utils.datasets.course_speeches import course_speeches_dataset_builder as course_speeches
from course_utils.paths import resource, version_of

SPEECHES = resource("data") / "speeches"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """{split: list of {"text", "speaker", "topic"}}, by way of TFDS."""
    folder = tmp_path_factory.mktemp("tfds")
    splits = ["train", "validation", "test"]
    found = datasets.load("course_speeches/speakers", splits, data_dir=folder)
    return {split: list(dataset.as_numpy_iterator()) for split, dataset in zip(splits, found, strict=True)}


def test_the_speeches_keep_the_rules_of_their_datasheet():
    done = subprocess.run([sys.executable, SPEECHES / "check.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_broken_rule_is_named(tmp_path):
    shutil.copytree(SPEECHES, tmp_path / "speeches")
    speech = tmp_path / "speeches" / "texts" / "brandt_01_dredging.txt"
    sentence = speech.read_text(encoding="utf-8").split(".")[3].strip()
    speech.write_text(speech.read_text(encoding="utf-8") + f"{sentence}. In 1999!\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, tmp_path / "speeches" / "check.py", "--check"], capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "said 2 times" in done.stdout and "brandt_01_dredging: not allowed: ['1', '9']" in done.stdout


def test_sizes_and_splits(loaded):
    speeches = [speech for split in loaded.values() for speech in split]
    assert len(speeches) >= 200 and len({speech["speaker"] for speech in speeches}) == 6
    assert sum(len(text.in_characters(speech["text"].decode())) for speech in speeches) >= 1_000_000
    for split, each in (("train", 30), ("validation", 3), ("test", 3)):
        speakers = [int(speech["speaker"]) for speech in loaded[split]]
        assert sorted(speakers) == sorted(list(range(6)) * each)
    assert len({speech["text"] for speech in speeches}) == len(speeches)


def test_the_first_speeches_are_a_corpus_in_the_same_splits(loaded, tmp_path):
    splits = ["train", "validation", "test"]
    found = datasets.load("course_speeches/first", splits, data_dir=tmp_path)
    for split, dataset, each in zip(splits, found, (6, 1, 1), strict=True):
        speeches = list(dataset.as_numpy_iterator())
        speakers = [int(speech["speaker"]) for speech in speeches]
        assert sorted(speakers) == sorted(list(range(6)) * each)
        assert {speech["text"] for speech in speeches} <= {speech["text"] for speech in loaded[split]}


def test_check_and_builder_agree_on_the_splits():
    check = runpy.run_path(str(SPEECHES / "check.py"))
    assert check["SPLIT_OF"] == course_speeches.SPLIT_OF


def test_a_skeleton_used_too_often_is_named():
    check = runpy.run_path(str(SPEECHES / "check.py"))
    made = {
        ("brandt", n, "x"): f"I {verb} the boat {how}. [applause]"
        for n, (verb, how) in enumerate(
            [("saw", "twice"), ("bought", "yesterday"), ("painted", "green"), ("left", "alone")]
        )
    }
    assert "4 sentences of one skeleton: i _ the _ _" in list(check["problems"](made))


def test_how_far_xz_packs_is_measured_beside_another_text(tmp_path):
    (tmp_path / "same.txt").write_text("the same again. " * 100, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, SPEECHES / "check.py", "--beside", tmp_path / "same.txt"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    bits = [float(line.split(": ")[1].split()[0]) for line in done.stdout.splitlines()]
    assert len(bits) == 4 and 2 < bits[0] < 3 and max(bits[1:]) < 1


def test_load_yields_the_files_unchanged(loaded):
    texts = {speech["topic"].decode(): speech["text"].decode() for speech in loaded["test"]}
    assert texts["nets"] == (SPEECHES / "texts" / "brandt_08_nets.txt").read_text(encoding="utf-8")


def test_plain_text_has_the_features_of_tiny_shakespeare(tmp_path):
    embedded = tfds.builder("course_speeches", data_dir=tmp_path).info.features
    real = tfds.builder("tiny_shakespeare", data_dir=tmp_path).info.features
    assert list(embedded) == list(real) == ["text"]
    assert (embedded["text"].dtype, embedded["text"].shape) == (real["text"].dtype, real["text"].shape)


def test_the_version_hangs_on_every_speech():
    files = sorted(course_speeches.texts_folder().glob("*.txt"))
    assert str(course_speeches.CourseSpeeches.VERSION) == version_of(*files) != version_of(*files[:-1])


def test_a_file_with_another_name_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"SPEAKER_NUMBER_TOPIC\.txt"):
        course_speeches.parts(tmp_path / "somebody_01_x.txt")


def test_every_speech_is_in_32_characters_after_mapping(loaded):
    assert len(set(text.CHARACTERS)) == 32
    for speech in loaded["train"]:
        mapped = text.in_characters(speech["text"].decode())
        assert set(mapped) <= set(text.CHARACTERS) and "  " not in mapped and "[applause]" in mapped


def test_in_characters_replaces_what_has_a_stand_in_and_drops_the_rest():
    assert text.in_characters("Dear friends: who's there?\n[Applause]") == "dear friends, who's there. [applause]"
    assert text.codes_of("a z!").tolist() == [0, 26, 25, -1]
    assert text.in_characters("Café – naïve;\t42 %") == "cafe naive,"
