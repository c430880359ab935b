"""The code of the full profile, on the real corpus where it stands (TFDS_DATA_DIR)."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from course_utils import datasets, exercises, references
from course_utils.text import words_of
from course_utils.translation import bleu, pairs_of, sentence_of, tokens_of


def prepared(name):
    folder = os.environ.get("TFDS_DATA_DIR")
    return bool(folder) and tfds.builder(name, data_dir=folder).is_prepared()


@pytest.mark.real
@pytest.mark.skipif(not prepared("imdb_reviews"), reason="no prepared imdb_reviews in TFDS_DATA_DIR")
def test_lesson_2b_trains_on_real_reviews():
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    reviews = list(datasets.load("imdb_reviews", "train[:1000]").as_numpy_iterator())
    texts = [" ".join(words_of(review["text"].decode())) for review in reviews]
    labels = np.array([[review["label"]] for review in reviews], dtype="float32")
    assert set(labels.ravel()) == {0, 1}
    assert not any("<br" in text or "br br" in text for text in texts)

    vectorize = layers.TextVectorization(max_tokens=2000, standardize=None, output_sequence_length=60)
    vectorize.adapt(texts)
    model = references.reference("2b.4", "build_classifier")(2000, 16, 16)
    model.compile(keras.optimizers.Adam(3e-3, clipnorm=1.0), loss=references.reference("2b.5", "binary_cross_entropy"))
    losses = model.fit(np.array(vectorize(texts)), labels, epochs=4, verbose=0).history["loss"]
    assert losses[-1] < losses[0] - 0.1


def archive(name):
    folder = os.environ.get("COURSE_ARCHIVES")
    return bool(folder) and any(Path(folder).expanduser().rglob(name))


@pytest.mark.real
@pytest.mark.skipif(not archive("pollution.csv"), reason="no pollution.csv under COURSE_ARCHIVES")
def test_the_weather_of_beijing_is_prepared_from_the_archive(tmp_path):
    splits = datasets.load("beijing_weather", ["train", "validation", "test"], tmp_path)
    hours = [hour for split in splits for hour in split.as_numpy_iterator()]
    times = np.array([hour["time"] for hour in hours])
    assert [len(split) for split in splits] == [26_304, 8_760, 8_760]
    assert np.all(np.diff(times) == 1)
    assert hours[0]["temperature"] == -11  # midnight of 1 January 2010, in Beijing
    assert times[0] == 14_610 * 24 - 8


@pytest.mark.real
@pytest.mark.skipif(not archive("train.fr.gz"), reason="no multi30k under COURSE_ARCHIVES")
def test_multi30k_is_prepared_from_the_archives_and_goes_through_tokens_and_back(tmp_path):
    splits = datasets.load("multi30k", ["train", "validation", "test"], tmp_path)
    assert [len(split) for split in splits] == [29_000, 1_014, 1_000]
    for sentences, language in zip(pairs_of(splits[2]), ("en", "fr"), strict=True):
        again = [sentence_of(tokens_of(sentence), language) for sentence in sentences]
        assert bleu(again, sentences) > 99.9


@pytest.mark.real
@pytest.mark.skipif(not archive("sample-uniform-distribution.parquet"), reason="no az_letters under COURSE_ARCHIVES")
def test_lesson_5b_composes_and_trains_in_its_full_profile(tmp_path, monkeypatch):
    """The cells of the lesson as they are, on real capitals prepared under the name of EMNIST's letters."""
    from course_utils.experiments import real_letters

    path = next(Path(os.environ["COURSE_ARCHIVES"]).expanduser().rglob(real_letters.FILE))
    images, letters = real_letters.capitals(path)
    real_letters.prepare_as_emnist(tmp_path, images, letters)
    monkeypatch.setenv("TFDS_DATA_DIR", str(tmp_path))
    lesson = references.lesson_namespace("5b", PROFILE="full")
    for source in exercises.code_cells(json.loads(exercises.solution_path("5b").read_text(encoding="utf-8"))):
        if "corpus = {" in source or 'PROFILE == "full"' in source:
            exec(source, lesson)
    for name in ("train", "validation", "test", "demonstration"):
        lines, texts = lesson["lines_of"]["images"][name], lesson["texts_of"]["images"][name]
        assert len(lines) == len(texts) > 0.8 * len(lesson["lines_of"]["pen strokes"][name])
        assert set("".join(texts)) <= set(" abcdefghijklmnopqrstuvwxyz")
        assert all(line.shape[1] == 32 and 0.9 < line.max() <= 1 for line in lines)
    assert "the quick brown fox" in lesson["image_texts"]["demonstration"]

    reader = lesson["image_reader"](classes=43, channels=(4, 4, 4), units=8)
    losses = lesson["train_reader"](
        reader, lesson["images"]["train"][:128], lesson["image_texts"]["train"][:128], 2, 5e-3
    )
    assert losses[-1] < losses[0]
    logits, frames = lesson["logits_of"](reader, lesson["images"]["test"][:5])
    assert len(lesson["best_path"](logits, frames)) == 5
