"""Text as lists of words, and words as batches of integers."""

import re
import unicodedata
from pathlib import Path

import numpy as np

PUNCTUATION = re.compile(r"[^\w\s]|_")
MARKUP = re.compile(r"<[^>]+>")


def words_of(text):
    """The words of a text, lower-cased, without punctuation and mark-up.

    words_of("A hot dog, not a <br/>HOT-dog!") is ["a", "hot", "dog", "not", "a", "hotdog"].
    """
    return PUNCTUATION.sub("", MARKUP.sub(" ", text.lower())).split()


def words_and_labels(dataset):
    """The texts of a corpus as lists of words, and its labels as an array (n,).

    dataset: a `tf.data.Dataset` of {"text", "label"}, as `load("course_reviews", "train")` gives it.
    """
    reviews = list(dataset.as_numpy_iterator())
    return [words_of(review["text"].decode()) for review in reviews], np.array([review["label"] for review in reviews])


def word_encoder(texts, vocabulary_size, max_words):
    """Learn a vocabulary from texts (lists of words); return (encode, vocabulary).

    encode(texts) gives token ids, (batch, max_words) int32, padded with 0 on the right and cut at max_words; 1 stands
    for a word that is not among the vocabulary_size most frequent. vocabulary: list of words, by id.
    Lesson 2b shows the layer, `TextVectorization`, at work.
    """
    from keras import layers

    vectorize = layers.TextVectorization(vocabulary_size, standardize=None, output_sequence_length=max_words)
    vectorize.adapt([" ".join(words) for words in texts])

    def encode(texts):
        return np.array(vectorize([" ".join(words) for words in texts])).astype("int32")

    return encode, [str(word) for word in vectorize.get_vocabulary()]


def batches_by_length(token_ids, labels, batch_size, seed=0):
    """Batches of texts of like length, each padded to the longest of its own and no further, without end.

    token_ids: (n, T) integers, right-padded with 0. labels: (n,) numbers. seed: of the order.
    Returns a `tf.data.Dataset` of (ids (batch, T of the batch), labels (batch, 1) float32) for `model.fit` with
    steps_per_epoch = n // batch_size.
    """
    import tensorflow as tf

    def length(ids, label):
        return tf.math.count_nonzero(ids, dtype="int32")

    edges = list(range(20, token_ids.shape[1], 20))
    texts = tf.data.Dataset.from_tensor_slices((token_ids, np.asarray(labels, "float32")[:, None]))
    texts = texts.shuffle(len(token_ids), seed=seed).map(lambda ids, label: (ids[: length(ids, label)], label))
    return texts.bucket_by_sequence_length(length, edges, [batch_size] * (len(edges) + 1)).repeat().prefetch(2)


CHARACTERS = "abcdefghijklmnopqrstuvwxyz .,'[]"  # the 32 of the speech exercise; a character's index is its code
STANDS_FOR = str.maketrans({"?": ".", "!": ".", ";": ",", ":": ",", "-": " ", "–": " ", "—": " ", "’": "'", "‘": "'"})


def in_characters(text):
    """A text in the 32 CHARACTERS alone: lower-cased, accents dropped, other marks replaced or left out.

    in_characters("Dear friends: who's there?\\n[Applause]") is "dear friends, who's there. [applause]".
    """
    plain = unicodedata.normalize("NFKD", text.translate(STANDS_FOR)).lower()
    kept = "".join(character if character in CHARACTERS or character.isspace() else "" for character in plain)
    return " ".join(kept.split())


def codes_of(text, alphabet=CHARACTERS):
    """The place of each character of a text in an alphabet, (T,) int32; -1 where it is not there."""
    return np.array([alphabet.find(character) for character in text], "int32")


class TextNotUsable(Exception):
    """A text of the student's own cannot be used; the message says why and what would help."""

    def _render_traceback_(self):  # IPython shows this in place of a stack trace
        return [str(self)]


def own_text(place, smallest=20_000):
    """A text file or a folder of them, cut in three: 80 % to train, 10 % to validate, 10 % to test.

    place: path of a text file or of a folder of .txt files, or "upload" to choose a file on Colab.
    smallest: how many characters there must be. Returns [train, validation, test]; raises TextNotUsable.
    """
    if place == "upload":
        try:
            from google.colab import files
        except ImportError:
            raise TextNotUsable('"upload" works on Colab only; here give the path of a text file.') from None
        parts = list(files.upload().values())
    else:
        path = Path(place).expanduser()
        if not path.exists():
            raise TextNotUsable(f"There is no file or folder {place!r} here; give the path of a text file.")
        paths = sorted(path.glob("*.txt")) if path.is_dir() else [path]
        parts = [file.read_bytes() for file in paths]
    if any(b"\0" in part for part in parts):
        raise TextNotUsable(f"{place!r} is not plain text (it holds zero bytes); save it as .txt and give that file.")
    text = "\n".join(part.decode("utf-8", errors="replace") for part in parts)
    if len(text) < smallest:
        found = f"{len(text):,} characters" + ("" if parts else " (no .txt file in that folder)")
        raise TextNotUsable(f"{place!r} has {found}; a network needs {smallest:,} or more to learn anything from.")
    edges = [0, len(text) * 8 // 10, len(text) * 9 // 10, len(text)]
    return [text[edges[n] : edges[n + 1]] for n in range(3)]
