"""One vector for a whole sentence: how far does it carry, does a narrower one carry less, does reading backwards help?

    python -m course_utils.experiments.context_vector

trains lesson 4a's encoder-decoder on all of course_phrases, alike but for one thing each: the source read forwards, the
source read backwards, and the context squeezed through WAIST numbers on its way to the decoder. About six minutes of
processor time each; writes results/context_vector.json with losses and BLEU by length, and the weights of the first to
results/context_vector.npz, in float16.
"""

import time

import keras
import numpy as np
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.translation import (
    Vocabulary,
    batches_by_length,
    bleu,
    bleu_by_length,
    pairs_of,
    sentence_of,
    tokens_of,
)

UNITS, SIZE, RATE, BATCH, EPOCHS, WAIST, LIMIT = 256, 128, 4e-3, 64, 8, 32, 50
VARIANTS = {"forwards": {}, "backwards": {"backwards": True}, "narrow": {"waist": WAIST}}
SEEDS = [0]
LESSON = exports("4a")


def encoder_decoder(source_size, target_size, waist=None):
    """The lesson's encoder, decoder and both in a row; waist: numbers that the context has to pass through."""
    encoder, decoder, translator = LESSON.encoder_decoder(source_size, target_size, SIZE, UNITS)
    if waist:
        squeezed = layers.Dense(waist)(ops.concatenate(encoder.outputs, axis=-1))
        encoder = keras.Model(encoder.input, ops.split(layers.Dense(2 * UNITS)(squeezed), 2, axis=-1))
        source, target_in = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
        translator = keras.Model([source, target_in], decoder([target_in, *encoder(source)])[0])
    return encoder, decoder, translator


def main():
    begun = time.monotonic()
    train, test = (pairs_of(split) for split in load("course_phrases", ["train", "test"]))
    train_words, test_words = ([[tokens_of(text) for text in side] for side in split] for split in (train, test))
    english, french = (Vocabulary(side) for side in train_words)
    target, lengths = french.encode(train_words[1]), [len(words) for words in test_words[0]]
    rows = []
    for seed in SEEDS:
        for variant, how in VARIANTS.items():
            order = slice(None, None, -1 if how.get("backwards") else 1)
            source, asked = (english.encode([words[order] for words in side[0]]) for side in (train_words, test_words))
            keras.utils.set_random_seed(seed)
            encoder, decoder, translator = encoder_decoder(len(english), len(french), how.get("waist"))
            steps, cpu = len(source) // BATCH, time.process_time()
            falling = keras.optimizers.schedules.CosineDecay(RATE, EPOCHS * steps, alpha=0.02)
            translator.compile(keras.optimizers.Adam(falling, clipnorm=1.0), LESSON.sequence_loss, jit_compile=False)
            batches = batches_by_length(source, target, BATCH, seed=seed)
            losses = translator.fit(batches, steps_per_epoch=steps, epochs=EPOCHS, verbose=0).history["loss"]
            cpu = time.process_time() - cpu
            found = np.array(LESSON.greedy_translator(encoder, decoder, LIMIT)(asked))
            texts = [sentence_of(words) for words in french.decode(found)]
            by_quarter, edges = bleu_by_length(texts, test[1], lengths)
            row = {"variant": variant, "seed": seed, "cpu_seconds": round(cpu), "bleu": round(bleu(texts, test[1]), 2)}
            row |= {
                "by_quarter": by_quarter.round(2).tolist(),
                "edges": edges.tolist(),
                "losses": np.round(losses, 3).tolist(),
            }
            rows.append(row | {"some": [texts[n] for n in range(0, len(texts), len(texts) // 8)]})
            print(row, flush=True)
            if variant == "forwards" and seed == SEEDS[0]:
                parts = {"encoder": encoder.get_weights(), "decoder": decoder.get_weights()}
                weights = {
                    f"{part}_{n}": array.astype("float16") for part in parts for n, array in enumerate(parts[part])
                }
                np.savez_compressed(PACKAGE / "experiments" / "results" / "context_vector.npz", **weights)
    write_result(
        "context_vector",
        data=f"course_phrases, {len(train[0]):,} pairs to train on",
        seeds=SEEDS,
        seconds=time.monotonic() - begun,
        epochs=EPOCHS,
        units=UNITS,
        waist=WAIST,
        rows=rows,
    )


if __name__ == "__main__":
    main()
