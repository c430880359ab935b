"""Corpora of the course, all through TFDS: one call that finds, prepares or explains.

An embedded corpus (data/ in the repository) is prepared on first use, without a network. A real one is
taken from where it was prepared, from an archive put by hand, or downloaded; where none of these is
possible, one sentence says so within seconds.
"""

import concurrent.futures
import contextlib
import importlib
import io
import os
import urllib.error
import urllib.request
from pathlib import Path

EMBEDDED = {
    name: f"course_utils.datasets.{name}.{name}_dataset_builder" for name in ("course_reviews", "course_speeches")
}
REACH_SECONDS = 6


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
    folders = [Path(data_dir).expanduser().resolve()] if data_dir else data_dirs()
    return prepared_builder(name, folders).as_dataset(split=split)


def prepared_builder(name, folders):
    """The TFDS builder of a corpus, prepared in the first of `folders` that has it or can take it."""
    import tensorflow_datasets as tfds
    from absl import logging

    tfds.disable_progress_bar()
    logging.set_verbosity(logging.ERROR)  # TFDS warns of every folder in which a corpus is not
    corpus = name.split("/")[0]
    if corpus in EMBEDDED:
        importlib.import_module(EMBEDDED[corpus])  # importing a builder registers it
    builders = [tfds.builder(name, data_dir=folder, try_gcs=False) for folder in folders]
    for builder in builders:
        if builder.is_prepared():
            return builder
    if corpus not in EMBEDDED:
        return prepare_real(name, builders[0], folders)
    builder = builders[-1]  # never beside real corpora, which may be read-only
    with contextlib.redirect_stdout(io.StringIO()):  # a few seconds, and the same output as when it is prepared already
        builder.download_and_prepare()
    return builder


def prepare_real(name, builder, folders):
    """Prepare a real corpus from an archive put by hand, or by download. Raises CorpusNotFound."""
    import tensorflow_datasets as tfds

    manual = folders[0] / "downloads" / "manual"
    addresses = list(builder.url_infos)
    names = [builder.url_infos[address].filename for address in addresses]
    by_hand = bool(names) and all((manual / file).is_file() for file in names)
    trouble = None if by_hand else unreachable(addresses)
    if trouble:
        raise CorpusNotFound(
            f"The corpus {name} is not prepared in {' or '.join(map(str, folders))} and cannot be downloaded from "
            f"{addresses[0]} ({trouble}): connect to the internet, or put {' and '.join(names)} into {manual}, "
            f'or set PROFILE = "quick" to go on with the embedded corpus.'
        )
    config = tfds.download.DownloadConfig(manual_dir=manual if by_hand else None)
    try:
        builder.download_and_prepare(download_config=config)
    except tfds.download.download_manager.NonMatchingChecksumError as error:
        where = manual if by_hand else "the download"
        raise CorpusNotFound(
            f"The archive of {name} from {where} is damaged: its sha256 is not the published one, so it was not used; "
            f"delete {' and '.join(names)} there and fetch {addresses[0]} again."
        ) from error
    return builder


def unreachable(addresses):
    """Why the first address cannot be reached within REACH_SECONDS; None when it can."""
    if not addresses:
        return "no address is known"

    def ask():
        request = urllib.request.Request(addresses[0], method="HEAD")
        with urllib.request.urlopen(request, timeout=REACH_SECONDS):
            return None

    pool = concurrent.futures.ThreadPoolExecutor(max_workers=1)
    try:
        return pool.submit(ask).result(timeout=REACH_SECONDS)
    except concurrent.futures.TimeoutError:
        return f"no answer in {REACH_SECONDS} seconds"
    except (urllib.error.URLError, OSError, ValueError) as error:
        return str(getattr(error, "reason", error))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
