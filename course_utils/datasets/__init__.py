"""Corpora of the course, all through TFDS: one call that finds, prepares or explains.

An embedded corpus (data/ in the repository) is prepared on first use, without a network. A real one is
taken from where it was prepared, from archives put by hand (in downloads/manual of a folder of prepared
corpora, or anywhere under the folder that COURSE_ARCHIVES names), or downloaded; where none of these is
possible, one sentence says so within seconds.
"""

import concurrent.futures
import contextlib
import importlib
import io
import os
import tempfile
import urllib.error
import urllib.request
import warnings
from pathlib import Path

EMBEDDED = {
    name: f"course_utils.datasets.{name}.{name}_dataset_builder"
    for name in (
        "course_chorales",
        "course_handwriting",
        "course_phrases",
        "course_reviews",
        "course_scenes",
        "course_series",
        "course_speeches",
        "course_spoken_digits",
    )
}
# Our own builders of real corpora that TFDS lacks.
REAL = {
    name: f"course_utils.datasets.{name}.{name}_dataset_builder"
    for name in ("beijing_weather", "jsb_chorales", "multi30k")
}
REACH_SECONDS = 6
read = {}  # {"imdb_reviews/train": number of examples} of what `load` has given; a run notes it


class CorpusNotFound(Exception):
    """A corpus is not on this machine and cannot be had; the message says what, where looked, how to go on."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def data_dirs():
    """The folders in which prepared corpora are looked for, in order: TFDS_DATA_DIR, then the home folder's."""
    given = os.environ.get("TFDS_DATA_DIR")
    home = Path.home() / "tensorflow_datasets"
    return [Path(given).expanduser().resolve(), home] if given else [home]


def load(name, split, data_dir=None):
    """Load a corpus as `tfds.load` does, and prepare it first where that is possible.

    name: TFDS name with an optional config, as "course_reviews", "course_reviews/stars" or "imdb_reviews".
    split: a TFDS split, as "train[:90%]", or a list of them.
    data_dir: folder of prepared corpora; default: TFDS_DATA_DIR, then ~/tensorflow_datasets.
    Returns a `tf.data.Dataset` of feature dictionaries, or a list of them for a list of splits.
    Raises CorpusNotFound.
    """
    import tensorflow as tf
    import tensorflow_datasets as tfds

    folders = [Path(data_dir).expanduser().resolve()] if data_dir else data_dirs()
    options = tf.data.Options()
    options.autotune.enabled = False  # with it, an iterator kept for long takes up to a minute to be freed
    builder = prepared_builder(name, folders)
    for part in split if isinstance(split, list | tuple) else [split]:
        read[f"{name}/{part}"] = builder.info.splits[str(part)].num_examples
    return builder.as_dataset(split=split, read_config=tfds.ReadConfig(options=options))


def prepared_builder(name, folders):
    """The TFDS builder of a corpus, prepared in the first of `folders` that has it or can take it."""
    import tensorflow_datasets as tfds
    from absl import logging

    tfds.disable_progress_bar()
    logging.set_verbosity(logging.ERROR)  # TFDS warns of every folder in which a corpus is not
    corpus = name.split("/")[0]
    if module := (EMBEDDED | REAL).get(corpus):
        importlib.import_module(module)  # importing a builder registers it
    for folder in folders:
        builder = tfds.builder(name, data_dir=folder, try_gcs=False)
        if builder.is_prepared():
            return builder
    place = next(filter(can_be_written, [*folders, *data_dirs()]), None)
    if place is None:
        raise CorpusNotFound(
            f"The corpus {name} is not prepared in {' or '.join(map(str, folders))}, and nothing can be written there: "
            f"set the environment variable TFDS_DATA_DIR to a folder that can be written to."
        )
    if corpus not in EMBEDDED:
        return prepare_real(name, place, folders)
    with contextlib.redirect_stdout(io.StringIO()):  # a few seconds, and the same output as when it is prepared already
        return prepare(name, place)


def prepare(name, place, config=None):
    """Prepare a corpus in the folder `place`, or take what another process has prepared there in the meantime.

    config: a `tfds.download.DownloadConfig`. Returns the corpus's builder.
    """
    import tensorflow_datasets as tfds

    try:
        tfds.builder(name, data_dir=place, try_gcs=False).download_and_prepare(download_config=config)
    except OSError:
        # Each process prepares in a folder of its own and renames it at the end: only the first one can.
        if not tfds.builder(name, data_dir=place, try_gcs=False).is_prepared():
            raise
    return tfds.builder(name, data_dir=place, try_gcs=False)


def prepare_real(name, place, folders):
    """Prepare a real corpus in the folder `place`, from archives put by hand or by download. Raises CorpusNotFound."""
    import tensorflow_datasets as tfds

    url_infos = tfds.builder(name, data_dir=place, try_gcs=False).url_infos
    addresses = list(url_infos)
    by_hand = archives_by_hand(url_infos.values(), folders)
    trouble = None if by_hand else unreachable(addresses)
    names = [info.filename for info in url_infos.values()]
    if trouble:
        raise CorpusNotFound(
            f"The corpus {name} is not prepared in {' or '.join(map(str, folders))} and cannot be downloaded from "
            f"{addresses[0]} ({trouble}): connect to the internet, or put {' and '.join(names)} into "
            f"{folders[0] / 'downloads' / 'manual'} or anywhere under the folder that COURSE_ARCHIVES names, "
            f'or set PROFILE = "quick" to go on with the embedded corpus.'
        )
    with tempfile.TemporaryDirectory() as together:
        for file, path in by_hand.items():
            (Path(together) / file).symlink_to(path.resolve())  # TFDS verifies their sha256
        config = tfds.download.DownloadConfig(manual_dir=together if by_hand else None)
        try:
            with warnings.catch_warnings():  # pydub, which reads audio, misses a program that WAV files do not need
                warnings.filterwarnings("ignore", "Couldn't find ffmpeg or avconv", RuntimeWarning)
                return prepare(name, place, config)
        except tfds.download.download_manager.NonMatchingChecksumError as error:
            where = " and ".join(map(str, by_hand.values())) or "the download"
            raise CorpusNotFound(
                f"The archive of {name} from {where} is damaged: its sha256 is not the published one, so it was not "
                f"used; delete {' and '.join(names)} there and fetch {addresses[0]} again."
            ) from error


def archives_by_hand(infos, folders):
    """{file name: path} of the archives of a corpus that were put on this machine by hand; {} unless all are there.

    infos: TFDS's `UrlInfo` of each archive. folders: of prepared corpora, whose downloads/manual is looked into first.
    Then COURSE_ARCHIVES, at any depth. Among files of one name, one of the published size is preferred.
    """
    places = [folder / "downloads" / "manual" for folder in folders]
    given = os.environ.get("COURSE_ARCHIVES")
    found = {}
    for info in infos:
        there = [place / info.filename for place in places if (place / info.filename).is_file()]
        if given:
            there += [path for path in sorted(Path(given).expanduser().rglob(info.filename)) if path.is_file()]
        if not there:
            return {}
        found[info.filename] = next((path for path in there if path.stat().st_size == info.size), there[0])
    return found


def can_be_written(folder):
    """True where a folder, or the nearest one above it that exists, may be written to.

    A folder without any write bit counts as read-only for the administrator too, who could write there all the same.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return there.is_dir() and os.access(there, os.W_OK) and bool(there.stat().st_mode & 0o222)


def unreachable(addresses):
    """Why the first address cannot be reached within REACH_SECONDS; None when it can."""
    if not addresses:
        return "no address is known"

    def ask(method="HEAD"):
        try:
            with urllib.request.urlopen(urllib.request.Request(addresses[0], method=method), timeout=REACH_SECONDS):
                return None
        except urllib.error.HTTPError:
            if method == "GET":
                raise
            return ask("GET")  # some servers refuse HEAD; what GET would bring is not read

    pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(ask).result(timeout=REACH_SECONDS)
    except concurrent.futures.TimeoutError:
        return f"no answer in {REACH_SECONDS} seconds"
    except (urllib.error.URLError, OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
