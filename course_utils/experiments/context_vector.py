"""One vector for a whole sentence: how far does it carry, does a narrower one carry less, does reading backwards help?

    python -m course_utils.experiments.context_vector

trains lesson 4a's translator on all of course_phrases, three seeds each: as it is ("forwards"), with the source read
from its last word to its first ("reversed"), and with the context squeezed through NARROW numbers on its way to the
decoder ("narrow"). Each has the better of two learning rates, by the loss on the validation sentences after a short
training. Of each network it measures on the test sentences BLEU and the bits a word, also by quarter of length and by
position. Then, as three seeds each, three sequence autoencoders, which give back random symbols. Writes
results/context_vector.json, and the weights of the first network in half precision to results/context_vector.npz,
which lessons 4a and 4b take up. What is trained is kept in build/, so that the script goes on where it was stopped.
About an hour of processor time.
"""

import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result, write_weights
from course_utils.experiments.unfinished import Unfinished
from course_utils.references import exports
from course_utils.translation import (
    END,
    PAD,
    Vocabulary,
    bleu,
    bleu_by_length,
    bleu_difference,
    pairs_of,
    sentence_of,
    tokens_of,
)

NAME = "context_vector"
SEEDS = (0, 1, 2)
SIZE, UNITS, EPOCHS, LIMIT = 128, 256, 8, 50
RATES, TRIAL_SEED, TRIAL_EPOCHS = (2e-3, 4e-3), 100, 2
NARROW = 64  # numbers of a context that otherwise has 2 UNITS
QUARTERS, POSITIONS = 4, 24
# {autoencoder: (units, how many of the symbols are to be given back, steps of training)}; None for all symbols
AUTOENCODERS = {
    "all, 64 units": (64, None, 3_000),
    "all, 16 units": (16, None, 3_000),
    "first, 64 units": (64, 1, 1_000),
}
TESTED, TEST_SEQUENCES, AUTOENCODER_SIZE, AUTOENCODER_RATE = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20), 300, 16, 1e-2


def narrow(lesson, *sizes):
    """The lesson's translator, its context squeezed through NARROW numbers: one dense layer down, and one up.

    sizes: as of the lesson's `Translator`; the last one is the number of units.
    """

    class NarrowTranslator(lesson.Translator):
        def __init__(self, *sizes):
            super().__init__(*sizes)
            self.squeeze = layers.Dense(NARROW)
            self.widen = layers.Dense(2 * sizes[-1])

        def encode(self, source):
            context = ops.concatenate(super().encode(source), axis=-1)
            return ops.split(self.widen(self.squeeze(context)), 2, axis=-1)

    return NarrowTranslator(*sizes)


def corpus():
    """What all networks share: {split: (texts, words)}, each of two sides, and the vocabularies."""
    texts = {split: pairs_of(load("course_phrases", split)) for split in ("train", "validation", "test")}
    words = {split: [[tokens_of(text) for text in side] for side in sides] for split, sides in texts.items()}
    return texts, words, [Vocabulary(side) for side in words["train"]]


def sources(vocabulary, words, variant):
    """Ids of the English sentences as a variant reads them."""
    order = slice(None, None, -1 if variant == "reversed" else 1)
    return vocabulary.encode([sentence[order] for sentence in words[0]])


def bits(losses, target, rows):
    """Bits a word of some sentences, from -log p of every word, 0 at padding."""
    return round(float(losses[rows].sum() / np.count_nonzero(target[rows] != PAD) / np.log(2)), 4)


def train(lesson, variant, rate, seed, epochs, words, vocabularies):
    """A network, trained, and the losses of its epochs: in training, on all validation sentences and on the short."""
    english, french = vocabularies
    keras.utils.set_random_seed(seed)
    sizes = len(english), len(french), SIZE, UNITS
    translator = narrow(lesson, *sizes) if variant == "narrow" else lesson.Translator(*sizes)
    source, target = sources(english, words["validation"], variant), french.encode(words["validation"][1])
    lengths = np.maximum(*[np.count_nonzero(ids, axis=1) for ids in (source, target)])
    curves = {"validation": [], "short": []}

    def note(epoch, logs):
        losses = lesson.word_losses(translator, source, target)
        for name, rows in {"validation": lengths > 0, "short": lengths <= lesson.SHORT}.items():
            curves[name].append(round(float(losses[rows].sum() / np.count_nonzero(target[rows])), 4))

    history = lesson.train_translator(
        translator,
        sources(english, words["train"], variant),
        french.encode(words["train"][1]),
        epochs,
        rate,
        seed=seed,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=note)],
    )
    return translator, curves | {"losses": np.round(history.history["loss"], 4).tolist()}


def measure(lesson, translator, variant, texts, words, vocabularies):
    """What is measured of a network on the test sentences, its translations among it."""
    english, french = vocabularies
    source, target = sources(english, words["test"], variant), french.encode(words["test"][1])
    found = np.array(lesson.greedy_translator(translator, LIMIT)(source))
    said = [sentence_of(sentence) for sentence in french.decode(found)]
    lengths = np.array([len(sentence) for sentence in words["test"][0]])
    by_quarter, edges = bleu_by_length(said, texts["test"][1], lengths, QUARTERS)
    quarter = np.clip(np.searchsorted(edges, lengths, side="right") - 1, 0, QUARTERS - 1)
    losses = lesson.word_losses(translator, source, target)
    positions = losses[:, :POSITIONS].sum(axis=0) / np.count_nonzero(target[:, :POSITIONS] != PAD, axis=0) / np.log(2)
    return {
        "bleu": round(bleu(said, texts["test"][1]), 2),
        "by_quarter": by_quarter.round(2).tolist(),
        "edges": edges.tolist(),
        "bits": bits(losses, target, lengths > 0),
        "bits_by_quarter": [bits(losses, target, quarter == n) for n in range(QUARTERS)],
        "bits_by_position": positions.round(4).tolist(),
        "said": said,
    }


def first_symbols(rows, count):
    """What an autoencoder has to say: all of its rows, or their first `count` symbols, closed by END."""
    if count is None:
        return rows
    return np.concatenate([rows[:, :count], np.full_like(rows[:, :1], END)], axis=1)


def autoencoder(lesson, name, seed):
    """Of a sequence autoencoder, by length: the shares of symbols and of whole sequences that come back right."""
    begun = time.process_time()
    units, count, steps = AUTOENCODERS[name]
    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    vocabulary = 4 + lesson.SYMBOLS
    network = lesson.Translator(vocabulary, vocabulary, AUTOENCODER_SIZE, units)
    rows = lesson.random_sequences(64 * steps, rng)
    lesson.train_translator(network, rows, first_symbols(rows, count), 1, AUTOENCODER_RATE, seed=seed)
    again, symbols, whole = lesson.greedy_translator(network, max(TESTED) + 1), [], []
    for length in TESTED:
        read = lesson.random_sequences(TEST_SEQUENCES, rng, length)
        wanted = first_symbols(read, count)[:, :-1]
        right = np.array(again(read))[:, : wanted.shape[1]] == wanted
        symbols.append(round(float(right.mean()), 4))
        whole.append(round(float(right.all(axis=1).mean()), 4))
    return {
        "autoencoder": name,
        "seed": seed,
        "symbols": symbols,
        "whole": whole,
        "seconds": round(time.process_time() - begun, 1),
    }


def main():
    kept, lesson = Unfinished(NAME), exports("4a")
    texts, words, vocabularies = corpus()

    def network(variant, rate, seed):
        def work():
            begun = time.process_time()
            translator, curves = train(lesson, variant, rate, seed, EPOCHS, words, vocabularies)
            row = {"variant": variant, "seed": seed, "rate": rate} | curves
            row |= measure(lesson, translator, variant, texts, words, vocabularies)
            if (variant, seed) == ("forwards", SEEDS[0]):
                write_weights(NAME, "translator", translator.get_weights())
            return row | {"seconds": round(time.process_time() - begun, 1)}

        return kept.done_or(f"{variant}, {seed}", work)

    def trial(variant, rate):
        def work():
            begun = time.process_time()
            _, curves = train(lesson, variant, rate, TRIAL_SEED, TRIAL_EPOCHS, words, vocabularies)
            return {"validation": curves["validation"][-1], "seconds": round(time.process_time() - begun, 1)}

        return kept.done_or(f"{variant}, rate {rate}", work)["validation"]

    rows, tried = [], {}
    for variant in ("forwards", "reversed", "narrow"):
        tried[variant] = {str(rate): trial(variant, rate) for rate in RATES}
        best = min(RATES, key=lambda rate, tried=tried[variant]: tried[str(rate)])
        for seed in SEEDS:
            row = network(variant, best, seed)
            rows.append(row)
            shown = {key: value for key, value in row.items() if key != "said"}
            print(shown, f"{sum(part['seconds'] for part in kept.rows.values()) / 60:.0f} minutes", flush=True)

    forwards = {row["seed"]: row["said"] for row in rows if row["variant"] == "forwards"}
    networks = []
    for row in rows:
        shown = {key: value for key, value in row.items() if key != "said"}
        if row["variant"] != "forwards":
            against = bleu_difference(row["said"], forwards[row["seed"]], texts["test"][1])
            shown["beside forwards"] = np.round(against, 2).tolist()
        networks.append(shown)
    autoencoders = []
    for name in AUTOENCODERS:
        for seed in SEEDS:
            autoencoders.append(
                kept.done_or(f"{name}, {seed}", lambda name=name, seed=seed: autoencoder(lesson, name, seed))
            )
            print(autoencoders[-1], flush=True)
    write_result(
        NAME,
        data=f"course_phrases, {len(texts['train'][0]):,} pairs to train on",
        seeds=SEEDS,
        seconds=sum(part["seconds"] for part in kept.rows.values()),
        epochs=EPOCHS,
        size=SIZE,
        units=UNITS,
        narrow=NARROW,
        rates=tried,
        networks=networks,
        tested=list(TESTED),
        autoencoders=autoencoders,
    )


if __name__ == "__main__":
    main()
