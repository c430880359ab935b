"""course_chorales and jsb_chorales: rules of music over every piece, apart from the generator, and the two builders.

The rules here read pitches; of what generate.py wrote beside them they use key, phrases, cadences and names of chords.
"""

import collections
import hashlib
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets as tfds

from course_utils import datasets, music
from course_utils.paths import resource

CHORALES = resource("data") / "chorales"
TONICS = {"c": 0, "d-": 1, "c#": 1, "d": 2, "e-": 3, "e": 4, "f": 5, "f#": 6, "g": 7, "g#": 8, "a-": 8, "a": 9}
TONICS |= {"b-": 10, "b": 11}


@pytest.fixture(scope="module")
def pieces():
    return [json.loads(line) for line in (CHORALES / "chorales.jsonl").read_text(encoding="ascii").splitlines()]


def eighths(pieces, *splits):
    return [np.array(piece["eighths"]) for piece in pieces if not splits or piece["split"] in splits]


def test_the_first_pieces_are_what_the_generator_makes():
    command = [sys.executable, CHORALES / "generate.py", "--check", "--pieces", "8"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.weekly
def test_all_pieces_are_what_the_generator_makes():
    done = subprocess.run([sys.executable, CHORALES / "generate.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_edited_piece_is_noticed(tmp_path):
    (tmp_path / "generate.py").write_bytes((CHORALES / "generate.py").read_bytes())
    text = (CHORALES / "chorales.jsonl").read_text(encoding="ascii")
    (tmp_path / "chorales.jsonl").write_text(text.replace("[[", "[[6", 1), encoding="ascii")
    command = [sys.executable, tmp_path / "generate.py", "--check", "--pieces", "1"]
    assert subprocess.run(command, capture_output=True).returncode == 1


def test_sizes_splits_keys_and_lengths(pieces):
    assert len(pieces) >= 300 and (CHORALES / "chorales.jsonl").stat().st_size < 3_000_000
    assert collections.Counter(piece["split"] for piece in pieces) == {"train": 260, "validation": 70, "test": 70}
    for mode in ("major", "minor"):
        keys = collections.Counter(piece["key"] for piece in pieces if piece["key"].endswith(mode))
        assert len(keys) >= 8 and keys.total() > 0.35 * len(pieces)
    assert {piece["metre"] for piece in pieces} == {3, 4}
    for piece in pieces:
        voices = np.array(piece["eighths"])
        assert voices.shape == (2 * len(piece["chords"]), 4) and len(voices) == 2 * piece["phrase_ends"][-1]


def test_no_piece_breaks_a_rule_of_voice_leading(pieces):
    """In eighths and in the quarters that a network is given."""
    assert music.faults(eighths(pieces)) == dict.fromkeys(music.KINDS, 0)
    assert music.faults([voices[::2] for voices in eighths(pieces)]) == dict.fromkeys(music.KINDS, 0)


def test_no_voice_leaps_by_a_tritone_or_a_seventh_from_beat_to_beat(pieces):
    leaps = collections.Counter()
    for voices in eighths(pieces):
        leaps.update(abs(np.diff(voices[::2], axis=0)).ravel().tolist())
    assert sum(leaps[size] for size in (6, 10, 11)) < 0.002 * leaps.total() and max(leaps) <= 12


def test_every_phrase_ends_in_its_cadence(pieces):
    kinds = collections.Counter()
    for piece in pieces:
        quarters = np.array(piece["eighths"])[::2]
        for end, cadence in zip(piece["phrase_ends"], piece["cadences"], strict=True):
            key, _ = piece["chords"][end - 1].split(":")
            tonic, minor = TONICS[key.lower()], key.islower()
            kinds[cadence] += 1
            last = (quarters[end - 1] - tonic) % 12
            triad = {0, 7, 3, 4} if minor else {0, 4, 7}  # a minor key may end on a major third
            dominant = {7, 11, 2}
            sixth = {8, 0, 3} if minor else {9, 0, 4}
            wanted = {"half": dominant, "deceptive": sixth}.get(cadence, triad)
            assert set(last) <= wanted, (piece["name"], end)
            assert not {3, 4} <= set(last)
            assert last[3] == {"half": 7, "deceptive": 8 if minor else 9}.get(cadence, 0)
            if cadence == "authentic":
                assert last[0] == 0
    assert kinds["authentic"] > kinds["half"] > kinds["plagal"] > 20 and kinds["deceptive"] > 20


def test_a_piece_ends_at_home_and_is_not_always_there(pieces):
    away = 0
    for piece in pieces:
        name, mode = piece["key"].split()
        home = name.lower() if mode == "minor" else name
        keys = {chord.split(":")[0] for chord in piece["chords"]}
        assert piece["chords"][-1].split(":")[0] == home and piece["chords"][0].split(":")[0] == home
        away += len(keys) > 1
    assert away > 0.7 * len(pieces)


def test_minor_keys_raise_their_leading_note(pieces):
    """Before the last chord of a piece in minor stands a major third on the fifth degree."""
    for piece in pieces:
        if piece["key"].endswith("minor"):
            tonic = TONICS[piece["key"].split()[0].lower()]
            voices = (np.array(piece["eighths"]) - tonic) % 12
            arrival = next(step for step in range(len(voices) - 1, 0, -1) if voices[step, 3] == 7)
            assert 11 in voices[arrival - 1 : arrival + 1], piece["name"]


def passing_notes(voices):
    """How many notes between two beats lie a step from each of them, on one way up or down."""
    before, between, after = voices[:-2:2], voices[1:-1:2], voices[2::2]
    up, on = between - before, after - between
    return int(((np.sign(up) == np.sign(on)) & (abs(up) <= 2) & (abs(on) <= 2) & (up != 0) & (on != 0)).sum())


def suspensions(voices):
    """How many notes are held onto a beat, are a second or a seventh (or a fourth to the bass) there, and step down."""
    count = 0
    for step in range(2, len(voices) - 2, 2):
        for after in (step + 1, step + 2):
            for voice in range(4):
                here = voices[step, voice]
                others = np.delete(voices[step], voice)
                dissonant = set(abs(here - others) % 12) & {1, 2, 10, 11} or (here - voices[step, 3]) % 12 == 5
                held = voices[step - 1, voice] == here and (voices[step - 1] != voices[step]).any()
                resolves = voices[after, voice] - here in (-1, -2) and (
                    after == step + 1 or (voices[step + 1] == voices[step])[voice]
                )
                count += bool(dissonant and held and resolves)
    return count


def test_there_are_passing_notes_and_suspensions(pieces):
    some = eighths(pieces)[:80]
    beats = sum(len(voices) // 2 for voices in some)
    assert 0.15 < sum(map(passing_notes, some)) / beats < 0.6
    assert 0.03 < sum(map(suspensions, some)) / beats < 0.3


def phrases(piece):
    """The phrases of a piece in quarters, moved to where the first bass note is 0, as tuples."""
    quarters = np.array(piece["eighths"])[::2]
    return {tuple((part - part[0, 3]).ravel().tolist()) for part in np.split(quarters, piece["phrase_ends"][:-1])}


def test_no_phrase_of_a_split_stands_in_another_in_any_key(pieces):
    seen = collections.defaultdict(set)
    for piece in pieces:
        seen[piece["split"]] |= phrases(piece)
    assert not seen["train"] & (seen["validation"] | seen["test"]) and not seen["validation"] & seen["test"]


def test_its_bits_are_close_to_those_of_bach(pieces):
    """bounds.json holds both, measured by one function; a figure of ours is measured anew here."""
    bounds = json.loads((CHORALES / "bounds.json").read_text(encoding="utf-8"))["corpora"]
    for grid in ("quarter", "eighth"):
        for keys in ("in their keys", "in all keys"):
            ours, bach = (bounds[name][f"bits, {grid}, {keys}"] for name in ("course_chorales", "jsb_chorales"))
            assert 0.88 * bach < ours < 1.05 * bach
    train, validation, test = ([v[::2] for v in eighths(pieces, part)] for part in ("train", "validation", "test"))
    order = bounds["course_chorales"]["order, quarter, in their keys"]
    bits, _ = music.ngram_bits(train, validation, test, orders=(order,))
    assert bits == pytest.approx(bounds["course_chorales"]["bits, quarter, in their keys"], abs=0.001)


def test_the_datasheet_shows_the_bounds():
    bounds = json.loads((CHORALES / "bounds.json").read_text(encoding="utf-8"))["corpora"]
    text = (CHORALES / "README.md").read_text(encoding="utf-8")
    for name, figure in bounds["course_chorales"].items():
        shown = " / ".join(map(str, figure)) if isinstance(figure, list) else figure
        assert f"| {name} | {shown} |" in text


# --- the builders


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return tmp_path_factory.mktemp("tfds")


def test_the_configs_give_every_piece_in_order(pieces, prepared):
    for split in ("train", "validation", "test"):
        wanted = eighths(pieces, split)
        for config, every in (("eighth", 1), ("quarter", 2)):
            got = [
                piece["voices"]
                for piece in datasets.load(f"course_chorales/{config}", split, prepared).as_numpy_iterator()
            ]
            assert len(got) == len(wanted)
            assert all(np.array_equal(one, other[::every]) for one, other in zip(got, wanted, strict=True))
    assert tfds.builder("course_chorales", data_dir=prepared).builder_config.name == "quarter"


def test_rolls_are_on_c(pieces, prepared):
    rolls = [
        piece["piano_roll"]
        for piece in datasets.load("course_chorales/piano_roll", "test", prepared).as_numpy_iterator()
    ]
    for roll, voices in zip(rolls, eighths(pieces, "test"), strict=True):
        notes = music.notes_of(roll)
        assert notes[-1][-1] % 12 == 0
        moved = {notes[step][0] - voices[2 * step, 0] for step in range(len(notes))}
        assert len(moved) == 1 and abs(moved.pop()) <= 6


def test_generated_and_real_chorales_have_the_same_features(tmp_path):
    for name in ("course_chorales", "jsb_chorales"):
        importlib.import_module((datasets.EMBEDDED | datasets.REAL)[name])
    for config, (feature, shape, dtype) in {
        "quarter": ("voices", (None, 4), "int32"),
        "eighth": ("voices", (None, 4), "int32"),
        "piano_roll": ("piano_roll", (None, 88), "uint8"),
    }.items():
        for name in ("course_chorales", "jsb_chorales"):
            features = tfds.builder(f"{name}/{config}", data_dir=tmp_path).info.features
            assert list(features) == [feature]
            assert (features[feature].shape, features[feature].dtype) == (shape, np.dtype(dtype))


def test_a_damaged_piece_leaves_nothing_prepared(tmp_path, monkeypatch):
    module = importlib.import_module(datasets.EMBEDDED["course_chorales"])
    broken = tmp_path / "chorales.jsonl"
    broken.write_text('{"split":"train","eighths":[[70,65,', encoding="ascii")
    monkeypatch.setattr(module, "raw_file", lambda: broken)
    with pytest.raises(Exception, match=r"chorales\.jsonl, line 1"):
        datasets.load("course_chorales", "train", tmp_path / "tfds")
    assert not list((tmp_path / "tfds").rglob("*tfrecord*"))


@pytest.fixture
def small_jsb(tmp_path, monkeypatch):
    """Two small archives in jsb_chorales's place, under COURSE_ARCHIVES and in the builder's list of checksums."""
    from scipy.io import savemat

    module = importlib.import_module(datasets.REAL["jsb_chorales"])
    folder = tmp_path / "archives" / "deep"
    folder.mkdir(parents=True)

    def pieces_of(one):
        array = np.empty(1, dtype=object)
        array[0] = one
        return array

    roll = np.zeros((3, 88), dtype="uint8")
    roll[:, 39] = 1
    savemat(
        folder / "JSB_Chorales.mat", {name: pieces_of(roll)[None] for name in ("traindata", "validdata", "testdata")}
    )
    sixteenths = np.repeat([[72.0, 67.0, np.nan, 48.0], [74.0, 67.0, 62.0, 47.0]], 4, axis=0)
    sixteenths[2, 0] = 71
    np.savez(folder / "Jsb16thSeparated.npz", **{name: pieces_of(sixteenths) for name in ("train", "valid", "test")})
    infos = {}
    for address in (module.ROLLS, module.VOICES):
        path = folder / address.rsplit("/", 1)[1]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        infos[address] = tfds.download.checksums.UrlInfo(path.stat().st_size, digest, path.name)
    assert infos.keys() == module.JsbChorales.url_infos.keys()
    monkeypatch.setattr(module.JsbChorales, "url_infos", infos)
    monkeypatch.setenv("COURSE_ARCHIVES", str(tmp_path / "archives"))
    return tmp_path


def test_jsb_is_prepared_from_its_two_archives(small_jsb):
    expected = {
        "quarter": [[72, 67, 0, 48], [74, 67, 62, 47]],
        "eighth": [[72, 67, 0, 48], [71, 67, 0, 48], [74, 67, 62, 47], [74, 67, 62, 47]],
    }
    for config, voices in expected.items():
        for split in datasets.load(f"jsb_chorales/{config}", ["train", "validation", "test"], small_jsb / "tfds"):
            assert [piece["voices"].tolist() for piece in split.as_numpy_iterator()] == [voices]
    rolls = datasets.load("jsb_chorales/piano_roll", "test", small_jsb / "tfds").as_numpy_iterator()
    assert [music.notes_of(piece["piano_roll"]) for piece in rolls] == [[[60], [60], [60]]]


def test_a_damaged_archive_of_jsb_is_refused(small_jsb):
    next(small_jsb.rglob("Jsb16thSeparated.npz")).write_bytes(b"not the archive")
    with pytest.raises(datasets.CorpusNotFound, match=r"Jsb16thSeparated\.npz.* is damaged: its sha256"):
        datasets.load("jsb_chorales", "train", small_jsb / "tfds")
    assert not list((small_jsb / "tfds").rglob("*tfrecord*"))


def archives_are_there():
    folder = os.environ.get("COURSE_ARCHIVES")
    return bool(folder) and any(Path(folder).expanduser().rglob("JSB_Chorales.mat"))


@pytest.mark.real
@pytest.mark.skipif(not archives_are_there(), reason="no JSB_Chorales.mat under COURSE_ARCHIVES")
def test_bach_comes_in_the_splits_of_the_papers(tmp_path):
    parts = ["train", "validation", "test"]
    for config in ("quarter", "piano_roll"):
        splits = datasets.load(f"jsb_chorales/{config}", parts, tmp_path)
        lengths = [[len(next(iter(piece.values()))) for piece in split.as_numpy_iterator()] for split in splits]
        assert [len(split) for split in lengths] == [229, 76, 77]
        assert [sum(split) for split in lengths] == [13_807, 4_602, 4_725]
