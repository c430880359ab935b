"""Corpora: embedded and real ones have the same features, and what cannot be had is said at once."""

import collections
import gzip
import hashlib
import http.server
import importlib
import itertools
import json
import re
import shutil
import subprocess
import sys
import threading
import time

import pytest
import tensorflow_datasets as tfds

from course_utils import datasets
from course_utils.datasets.course_reviews import course_reviews_dataset_builder as course_reviews
from course_utils.paths import REPOSITORY, resource, version_of

REVIEWS = resource("data") / "reviews"


@pytest.fixture(scope="module")
def reviews():
    return [json.loads(line) for line in (REVIEWS / "reviews.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder in which course_reviews has been prepared."""
    folder = tmp_path_factory.mktemp("tfds")
    datasets.load("course_reviews", "train", data_dir=folder)
    return folder


def sentences(review):
    return {sentence for part in re.split(r"[.!?]+", review["text"].lower()) if (sentence := part.strip(' "'))}


def test_the_corpus_is_what_its_generator_makes():
    done = subprocess.run([sys.executable, REVIEWS / "generate.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_sentence_of_the_test_split_occurs_elsewhere(reviews):
    by_split = collections.defaultdict(set)
    for review in reviews:
        by_split[review["split"]] |= sentences(review)
    assert not by_split["test"] & (by_split["train"] | by_split["validation"])


def test_sizes_lengths_labels_and_stars(reviews):
    lengths = [len(review["text"].split()) for review in reviews]
    assert len(reviews) >= 6000
    assert min(lengths) >= 5 and max(lengths) <= 120
    assert len({review["text"] for review in reviews}) == len(reviews)
    assert all((review["stars"] >= 4) == review["label"] and review["stars"] != 3 for review in reviews)
    for split in course_reviews.SPLITS:
        labels = [review["label"] for review in reviews if review["split"] == split]
        assert abs(sum(labels) / len(labels) - 0.5) < 0.02, split


def test_order_decides(reviews):
    """A bag of words stays below 0.80; what a good LSTM reaches stands in baselines.json, measured by a script."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    (train, train_labels), (test, test_labels) = (
        zip(*[(review["text"], review["label"]) for review in reviews if review["split"] == split], strict=True)
        for split in ("train", "test")
    )
    vectorizer = TfidfVectorizer()
    model = LogisticRegression(max_iter=1000).fit(vectorizer.fit_transform(train), train_labels)
    assert 0.6 < model.score(vectorizer.transform(test), test_labels) < 0.8

    measured = json.loads((REVIEWS / "baselines.json").read_text(encoding="utf-8"))["rows"]
    assert max(row["test"] for row in measured if row["model"].startswith("LSTM")) > 0.93
    text = (REVIEWS / "README.md").read_text(encoding="utf-8")
    assert all(f"| {row['model']} |" in text and f"| {row['test']:.3f} |" in text for row in measured)


def test_embedded_and_real_reviews_have_the_same_features(tmp_path):
    embedded = tfds.builder("course_reviews", data_dir=tmp_path).info.features
    real = tfds.builder("imdb_reviews", data_dir=tmp_path).info.features
    assert dict(embedded.items()).keys() == dict(real.items()).keys()
    for name, feature in real.items():
        assert (feature.dtype, feature.shape) == (embedded[name].dtype, embedded[name].shape)
    assert embedded["label"].names == real["label"].names


def test_load_yields_every_review_of_a_split(prepared, reviews):
    for split in course_reviews.SPLITS:
        wanted = sorted(review["text"] for review in reviews if review["split"] == split)
        got = sorted(
            example["text"].decode() for example in datasets.load("course_reviews", split, prepared).as_numpy_iterator()
        )
        assert got == wanted


def test_the_config_stars_adds_the_stars(tmp_path):
    example = next(iter(datasets.load("course_reviews/stars", "test", tmp_path).as_numpy_iterator()))
    assert example["stars"] in (1, 2, 4, 5)


def test_an_edited_file_is_another_version(tmp_path):
    copy = tmp_path / "reviews.jsonl"
    shutil.copy(REVIEWS / "reviews.jsonl", copy)
    assert version_of(copy) == version_of(REVIEWS / "reviews.jsonl")
    copy.write_text(copy.read_text(encoding="utf-8").replace("the", "The", 1), encoding="utf-8")
    assert version_of(copy) != version_of(REVIEWS / "reviews.jsonl")
    assert version_of(copy, copy) != version_of(copy)


def test_a_corpus_that_cannot_be_had_is_said_within_ten_seconds(tmp_path, monkeypatch):
    # An address on this machine that accepts and never answers: the worst case for a time limit.
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/aclImdb_v1.tar.gz"
        info = tfds.download.checksums.UrlInfo(size=1, checksum="0", filename="aclImdb_v1.tar.gz")
        builder_class = type(tfds.builder("imdb_reviews", data_dir=tmp_path))
        monkeypatch.setattr(builder_class, "url_infos", {url: info})
        began = time.monotonic()
        with pytest.raises(datasets.CorpusNotFound) as error:
            datasets.load("imdb_reviews", "train", tmp_path)
        assert time.monotonic() - began < 10
    message = str(error.value)
    for part in ("imdb_reviews", str(tmp_path), url, "no answer", 'PROFILE = "quick"'):
        assert part in message


def test_a_damaged_archive_is_refused_and_leaves_nothing_prepared(tmp_path):
    manual = tmp_path / "downloads" / "manual"
    manual.mkdir(parents=True)
    (manual / "aclImdb_v1.tar.gz").write_bytes(b"not the archive")
    with pytest.raises(datasets.CorpusNotFound, match="is damaged: its sha256"):
        datasets.load("imdb_reviews", "train", tmp_path)
    assert not tfds.builder("imdb_reviews", data_dir=tmp_path).is_prepared()
    assert not list(tmp_path.rglob("*tfrecord*"))
    assert not list(tmp_path.rglob("*incomplete*"))


def test_a_damaged_embedded_file_leaves_nothing_prepared(tmp_path, monkeypatch):
    broken = tmp_path / "reviews.jsonl"
    broken.write_text('{"text": "cut off in the mid', encoding="utf-8")
    monkeypatch.setattr(course_reviews, "raw_file", lambda: broken)
    with pytest.raises(Exception, match=r"reviews\.jsonl, line 1"):
        datasets.load("course_reviews", "train", tmp_path / "tfds")
    assert not list(tmp_path.rglob("*tfrecord*"))


def test_an_unknown_corpus_is_named(tmp_path):
    with pytest.raises(Exception, match="no_such_corpus"):
        datasets.load("no_such_corpus", "train", tmp_path)


def test_the_datasheet_is_there():
    for folder in (REPOSITORY / "data").iterdir():
        if folder.is_dir():
            assert (folder / "README.md").is_file(), folder
            assert list(folder.glob("*.py")), f"{folder} lacks the script that makes it"


# --- course_series and beijing_weather


SERIES = resource("data") / "series"


def test_the_series_is_what_its_generator_makes():
    done = subprocess.run([sys.executable, SERIES / "generate.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_embedded_and_real_series_have_the_same_features(tmp_path):
    for name, module in (datasets.EMBEDDED | datasets.REAL).items():
        if name in ("course_series", "beijing_weather"):
            importlib.import_module(module)
    embedded = tfds.builder("course_series", data_dir=tmp_path).info.features
    real = tfds.builder("beijing_weather", data_dir=tmp_path).info.features
    assert dict(embedded.items()).keys() == dict(real.items()).keys()
    for name, feature in real.items():
        assert (feature.dtype, feature.shape) == (embedded[name].dtype, embedded[name].shape)


def test_the_series_comes_complete_and_in_the_order_of_time(tmp_path):
    splits = datasets.load("course_series", ["train", "validation", "test"], tmp_path)
    hours = [hour for split in splits for hour in split.as_numpy_iterator()]
    lines = (SERIES / "series.csv").read_text(encoding="ascii").splitlines()[1:]
    assert [f"{hour['time']},{hour['temperature']:.1f}" for hour in hours] == lines
    assert all(after["time"] - before["time"] == 1 for before, after in itertools.pairwise(hours))


# --- archives put by hand


def url_info(path, size=None):
    return tfds.download.checksums.UrlInfo(size=size or path.stat().st_size, checksum="0", filename=path.name)


def test_archives_are_found_at_any_depth_and_by_size(tmp_path, monkeypatch):
    right, other = tmp_path / "b" / "c" / "input.txt", tmp_path / "a" / "input.txt"
    for path, text in ((right, "the archive"), (other, "another file of this name")):
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.setenv("COURSE_ARCHIVES", str(tmp_path))
    info = url_info(right)
    assert datasets.archives_by_hand([info], [tmp_path / "prepared"]) == {"input.txt": right}
    missing = tfds.download.checksums.UrlInfo(size=1, checksum="0", filename="not there")
    assert datasets.archives_by_hand([info, missing], [tmp_path / "prepared"]) == {}
    monkeypatch.delenv("COURSE_ARCHIVES")
    assert datasets.archives_by_hand([info], [tmp_path / "prepared"]) == {}


def test_a_damaged_archive_under_course_archives_is_refused(tmp_path, monkeypatch):
    (tmp_path / "archives").mkdir()
    (tmp_path / "archives" / "pollution.csv").write_text("not the archive", encoding="utf-8")
    monkeypatch.setenv("COURSE_ARCHIVES", str(tmp_path / "archives"))
    with pytest.raises(datasets.CorpusNotFound, match=r"archives/pollution\.csv is damaged: its sha256"):
        datasets.load("beijing_weather", "train", tmp_path / "tfds")
    assert not list((tmp_path / "tfds").rglob("*tfrecord*"))


def test_a_read_only_folder_takes_nothing(tmp_path):
    read_only, file = tmp_path / "read_only", tmp_path / "file"
    read_only.mkdir()
    file.touch()
    assert datasets.can_be_written(tmp_path / "not" / "there" / "yet")
    assert not datasets.can_be_written(file / "below")
    read_only.chmod(0o555)
    assert not datasets.can_be_written(read_only / "below")
    read_only.chmod(0o755)


def test_a_real_corpus_is_prepared_in_the_first_folder_that_can_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    unwritable, home = tmp_path / "file" / "below", tmp_path / "home"
    used = []
    monkeypatch.setattr(datasets, "prepare_real", lambda name, place, folders: used.append(place))
    datasets.prepared_builder("beijing_weather", [unwritable, home])
    monkeypatch.setattr(datasets, "data_dirs", lambda: [unwritable, home])
    datasets.prepared_builder("beijing_weather", [unwritable])
    assert used == [home, home]


@pytest.mark.parametrize("unwritable", ["TFDS_DATA_DIR", "HOME"])
def test_an_embedded_corpus_is_prepared_in_the_first_folder_that_can_be_written(unwritable, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for name in ("TFDS_DATA_DIR", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / ("file" if name == unwritable else "writable") / name))
    assert len(datasets.load("course_series", "test")) == 4_380
    assert list((tmp_path / "writable").rglob("course_series/*/features.json"))


def test_where_no_folder_can_be_written_one_sentence_says_so(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.delenv("TFDS_DATA_DIR", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(datasets.CorpusNotFound, match=r"course_series is not .*file/home.*: set .* TFDS_DATA_DIR to"):
        datasets.load("course_series", "test")


PREPARES_BESIDE_ANOTHER = """
import os, sys, time
from pathlib import Path

from course_utils import datasets
from course_utils.datasets.course_series import course_series_dataset_builder as series

folder, present = Path(sys.argv[1]), Path(sys.argv[2])
raw_file = series.raw_file


def raw_file_once_both_have_begun():
    (present / str(os.getpid())).touch()
    while len(list(present.iterdir())) < 2:
        time.sleep(0.02)
    return raw_file()


series.raw_file = raw_file_once_both_have_begun
series.SPLITS = {"test": (0, 10)}
assert len(datasets.load("course_series", "test", folder)) == 10
"""


def test_two_processes_that_prepare_one_corpus_at_once_both_get_it(tmp_path):
    """The first to end wins; the other takes what it prepared, and leaves nothing of its own."""
    (tmp_path / "present").mkdir()
    script = [sys.executable, "-c", PREPARES_BESIDE_ANOTHER, tmp_path / "tfds", tmp_path / "present"]
    started = [subprocess.Popen(script, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    told = [process.communicate(timeout=300)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0], "\n".join(told)
    assert len(list((tmp_path / "tfds" / "course_series").iterdir())) == 1


# --- servers


@pytest.fixture
def address():
    """address(answers) is that of a server on this machine that answers each HTTP method as told: {method: status}."""
    servers = []

    def serve(answers):
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                self.send_response(answers[self.command])
                self.end_headers()

            do_HEAD = do_GET = answer

            def log_message(self, *arguments):
                pass

        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/corpus.zip"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_server_that_refuses_head_is_reached_all_the_same(address):
    assert datasets.unreachable([address({"HEAD": 405, "GET": 200})]) is None
    assert datasets.unreachable([address({"HEAD": 403, "GET": 200})]) is None


def test_a_server_without_the_file_is_not_reached(address):
    assert "Not Found" in datasets.unreachable([address({"HEAD": 404, "GET": 404})])


# --- multi30k


@pytest.fixture
def small_multi30k(tmp_path, monkeypatch):
    """Six small archives in multi30k's place, under COURSE_ARCHIVES and in the builder's list of checksums."""
    importlib.import_module(datasets.REAL["multi30k"])
    from course_utils.datasets.multi30k.multi30k_dataset_builder import BASE, SPLITS, Multi30k

    infos = {}
    for file in SPLITS.values():
        for language, text in (("en", "A dog.\n\u2028Two cats. \n"), ("fr", "Un chien.\nDeux chats.\n")):
            path = tmp_path / "archives" / "deep" / f"{file}.{language}.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(text.encode()))
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            infos[f"{BASE}/{path.name}"] = tfds.download.checksums.UrlInfo(path.stat().st_size, digest, path.name)
    assert infos.keys() == Multi30k.url_infos.keys()
    monkeypatch.setattr(Multi30k, "url_infos", infos)
    monkeypatch.setenv("COURSE_ARCHIVES", str(tmp_path / "archives"))
    return tmp_path


def test_multi30k_is_prepared_from_its_six_archives(small_multi30k):
    for split in datasets.load("multi30k", ["train", "validation", "test"], small_multi30k / "tfds"):
        pairs = [(pair["en"].decode(), pair["fr"].decode()) for pair in split.as_numpy_iterator()]
        assert pairs == [("A dog.", "Un chien."), ("Two cats.", "Deux chats.")]


def test_multi30k_needs_all_six_archives(small_multi30k, monkeypatch):
    next(small_multi30k.rglob("val.fr.gz")).unlink()
    monkeypatch.setattr(datasets, "unreachable", lambda addresses: "no network in this test")
    with pytest.raises(datasets.CorpusNotFound, match=r"train\.en\.gz and .* and val\.fr\.gz and .*"):
        datasets.load("multi30k", "train", small_multi30k / "tfds")


def test_sentences_that_do_not_pair_are_refused(small_multi30k, monkeypatch):
    from course_utils.datasets.multi30k import multi30k_dataset_builder as module

    lines = module.lines_of
    monkeypatch.setattr(module, "lines_of", lambda path: lines(path)[: 1 if "fr" in path.name else None])
    with pytest.raises(Exception, match="zip"):
        datasets.load("multi30k", "train", small_multi30k / "tfds")
    assert not list(small_multi30k.rglob("*tfrecord*"))


def test_embedded_and_real_translations_have_the_same_features(tmp_path):
    for name in ("course_phrases", "multi30k"):
        importlib.import_module((datasets.EMBEDDED | datasets.REAL)[name])
    embedded = tfds.builder("course_phrases", data_dir=tmp_path).info.features
    real = tfds.builder("multi30k", data_dir=tmp_path).info.features
    assert type(embedded) is type(real) is tfds.features.Translation
    assert embedded.languages == real.languages == ["en", "fr"]
    for name, feature in real.items():
        assert (feature.dtype, feature.shape) == (embedded[name].dtype, embedded[name].shape)


# --- course_phrases (its sentences: tests/test_phrases.py)


def test_phrases_come_complete_with_the_features_of_a_translation(tmp_path):
    splits = ["train", "validation", "test", "test_pairs", "test_long"]
    got = [
        sorted((pair["en"].decode(), pair["fr"].decode()) for pair in split.as_numpy_iterator())
        for split in datasets.load("course_phrases", splits, tmp_path)
    ]
    lines = (resource("data") / "phrases" / "phrases.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    for split, pairs in zip(splits, got, strict=True):
        assert pairs == sorted((en, fr) for part, en, fr in rows if part.startswith(split)), split
    features = tfds.builder("course_phrases", data_dir=tmp_path).info.features
    assert type(features) is tfds.features.Translation and list(features) == ["en", "fr"]


def test_a_damaged_file_of_phrases_leaves_nothing_prepared(tmp_path, monkeypatch):
    module = importlib.import_module(datasets.EMBEDDED["course_phrases"])
    broken = tmp_path / "phrases.tsv"
    broken.write_text("split\ten\tfr\ntrain\tcut off", encoding="utf-8")
    monkeypatch.setattr(module, "raw_file", lambda: broken)
    with pytest.raises(Exception, match=r"phrases\.tsv, line 2"):
        datasets.load("course_phrases", "train", tmp_path / "tfds")
    assert not list((tmp_path / "tfds").rglob("*tfrecord*"))
