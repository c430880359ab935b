"""What the experiments on all of IMDB share: reviews as token ids, how a network is trained and judged."""

import collections
import json

import keras
import numpy as np

from course_utils.datasets import load
from course_utils.paths import REPOSITORY
from course_utils.text import batches_by_length, words_and_labels
from course_utils.tools.notebooks import write_text

VOCABULARY_SIZE, LAST_WORDS = 20_000, 400
PADDING, UNKNOWN, END = 0, 1, 2  # END stands between two reviews, and before each that a network reads alone
SPLITS = {"train": "train[:90%]", "validation": "train[90%:]", "test": "test"}
STATE = REPOSITORY / "build" / "imdb"  # what an interrupted script needs to go on


def labelled():
    """The reviews of IMDB: {"train", "validation", "test": (lists of words, labels (n,))}."""
    return {
        name: words_and_labels(part)
        for name, part in zip(SPLITS, load("imdb_reviews", [*SPLITS.values()]), strict=True)
    }


def word_ids(texts):
    """{word: id} of the most frequent words of texts, the most frequent first, from 3 on."""
    counts = collections.Counter(word for text in texts for word in text)
    frequent = sorted(counts, key=lambda word: (-counts[word], word))[: VOCABULARY_SIZE - END - 1]
    return {word: number for number, word in enumerate(frequent, END + 1)}


def encode(texts, ids):
    """Each text as an array of token ids, END before it."""
    return [np.array([END] + [ids.get(word, UNKNOWN) for word in text], "int32") for text in texts]


def padded(codes):
    """The last LAST_WORDS words of each text after END, padded on the right: (n, LAST_WORDS + 1)."""
    rows = np.zeros((len(codes), LAST_WORDS + 1), "int32")
    for row, code in zip(rows, codes, strict=True):
        kept = np.concatenate([code[:1], code[1:][-LAST_WORDS:]])
        row[: len(kept)] = kept
    return rows


def fit(model, train, validation, rate, epochs, batch_size, seed=0):
    """Train a classifier by Adam, its rate rising, then falling along a cosine; the best epoch is kept.

    train, validation: (token ids, labels). Returns the accuracy on the validation reviews after each epoch.
    """
    x, y = train
    steps = len(x) // batch_size
    total = epochs * steps
    schedule = keras.optimizers.schedules.CosineDecay(0.0, total, warmup_target=rate, warmup_steps=max(1, total // 20))
    model.compile(
        keras.optimizers.Adam(schedule, global_clipnorm=1.0),
        keras.losses.BinaryCrossentropy(from_logits=True),
        jit_compile=False,
    )
    batches = iter(batches_by_length(x, y, batch_size, seed=seed))
    best, kept, curve = -1.0, None, []
    for _ in range(epochs):
        for _ in range(steps):
            model.train_on_batch(*next(batches))
        curve.append(float(correct(model, *validation).mean()))
        print(f"    validation {curve[-1]:.4f}", flush=True)
        if curve[-1] > best:
            best, kept = curve[-1], model.get_weights()
    model.set_weights(kept)
    return curve


def correct(model, token_ids, labels, batch_size=128):
    """Which reviews a classifier gets right, (n,) booleans; read in the order of their length."""
    lengths = np.count_nonzero(token_ids, axis=1)
    logits = np.zeros(len(token_ids))
    for rows in np.array_split(np.argsort(lengths, kind="stable"), max(1, len(token_ids) // batch_size)):
        logits[rows] = np.array(model.predict_on_batch(token_ids[rows, : lengths[rows].max()]))[:, 0]
    return (logits > 0) == labels


def remembered(name, measure):
    """What `measure()` gives, a dictionary for JSON; taken from the state of an earlier start where it is there."""
    path = STATE / f"{name}.json"
    if path.is_file():
        return json.loads(path.read_text(encoding="utf-8"))
    found = measure()
    STATE.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(found))
    print(name, {key: value for key, value in found.items() if key != "right"}, flush=True)
    return found


def packed(right):
    """Booleans as hexadecimal digits."""
    return np.packbits(right).tobytes().hex()


def unpacked(digits, count):
    """The booleans of `packed`."""
    return np.unpackbits(np.frombuffer(bytes.fromhex(digits), "uint8"))[:count].astype(bool)
