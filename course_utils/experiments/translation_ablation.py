"""What does each part of lesson 4b's translator contribute? Six networks after equal steps on course_phrases.

    python -m course_utils.experiments.translation_ablation

trains them for EPOCHS epochs (about five minutes of one core for each seed) and writes
results/translation_ablation.json: the loss of each epoch, BLEU on the test sentences, greedy, as a whole and by quarter
of length, parameters and CPU seconds. The weights of the last network, with the first seed, go to
translation_ablation.npz. It goes on where it was interrupted: a network whose row is in the result file is not trained
again.

Sources: Y. Wu et al., "Google's neural machine translation system", 2016; M.-T. Luong et al., "Effective approaches to
attention-based neural machine translation", 2015.
"""

import argparse
import json
import resource

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.translation import (
    END,
    PAD,
    START,
    Vocabulary,
    batches_by_length,
    bleu,
    bleu_by_length,
    pairs_of,
    sentence_of,
    tokens_of,
)

SEEDS = (0, 1, 2)
UNITS, SPREAD, BATCH, RATE, WARM_UP, EPOCHS, LONGEST = 96, 0.3, 64, 1e-2, 50, 3, 50
KEPT = "all but attention"  # the network whose weights are kept, from the first seed
NETWORKS = {  # one part more each time; the last has all of them but attention
    "no attention": {"attention": False, "both": False, "depth": 1, "residual": False},
    "attention": {"attention": True, "both": False, "depth": 1, "residual": False},
    "+ both directions": {"attention": True, "both": True, "depth": 1, "residual": False},
    "+ stacked": {"attention": True, "both": True, "depth": 2, "residual": False},
    "+ residual": {"attention": True, "both": True, "depth": 2, "residual": True},
    KEPT: {"attention": False, "both": True, "depth": 2, "residual": True},
}


def lstm(units):
    return layers.LSTM(units, return_sequences=True, return_state=True)


def stack(x, recurrent, residual, mask=None, begin=None):
    """Recurrent layers on top of each other: outputs (batch, T, UNITS), and the states [h, c] of each layer."""
    states = []
    for n, layer in enumerate(recurrent):
        y, *state = layer(x, mask=mask, initial_state=None if begin is None else begin[n])
        states.append([ops.concatenate(state[k::2], axis=-1) for k in (0, 1)])
        x = x + y if residual else y
    return x, states


def flat(states):
    """h, c of all layers in one list."""
    return [state for pair in states for state in pair]


def translator(source_words, target_words, attention, both, depth, residual):
    """Encoder, decoder and both as one model, as in lesson 4b. Without attention, all weight is on the last word."""
    spread = keras.initializers.RandomNormal(stddev=SPREAD)
    ids = keras.Input((None,), dtype="int32")
    mask = ids != PAD
    lowest = layers.Bidirectional(lstm(UNITS // 2)) if both else lstm(UNITS)
    words = layers.Embedding(source_words, UNITS, spread)(ids)
    keys, states = stack(words, [lowest, *(lstm(UNITS) for _ in range(depth - 1))], residual, mask)
    encoder = keras.Model(ids, [keys, *states[-1] * depth])

    said, mask, keys = (
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="bool"),
        keras.Input((None, UNITS)),
    )
    begin = [[keras.Input((UNITS,)), keras.Input((UNITS,))] for _ in range(depth)]
    words = layers.Embedding(target_words, UNITS, spread)(said)
    queries, states = stack(words, [lstm(UNITS) for _ in range(depth)], residual, begin=begin)
    if attention:
        scores = ops.where(mask[:, None], ops.matmul(queries, ops.transpose(keys, (0, 2, 1))), -1e9)
        context = ops.matmul(ops.softmax(scores), keys)
    else:
        place = ops.cumsum(ops.cast(mask, "int32"), axis=1)
        last = ops.logical_and(mask, place == ops.max(place, axis=1, keepdims=True))
        context = ops.sum(ops.where(last[..., None], keys, 0), axis=1, keepdims=True) + 0 * queries
    joined = layers.Dense(UNITS, activation="tanh")(ops.concatenate([context, queries], axis=-1))
    decoder = keras.Model([said, keys, mask, *flat(begin)], [layers.Dense(target_words)(joined), *flat(states)])

    said, (keys, *states) = keras.Input((None,), dtype="int32"), encoder(ids)
    return encoder, decoder, keras.Model([ids, said], decoder([said, keys, ids != PAD, *states])[0])


def masked_loss(target_out, logits):
    """Mean cross-entropy of the words; padding does not count."""
    each = keras.losses.sparse_categorical_crossentropy(target_out, logits, from_logits=True)
    mask = ops.cast(target_out != PAD, each.dtype)
    return ops.sum(each * mask) / ops.sum(mask)


def greedy(encoder, decoder):
    """A compiled function: source ids (n, S) -> ids (n, LONGEST)."""

    @tf.function(autograph=False, reduce_retracing=True)
    def translate(source):
        keys, *states = encoder(source)
        mask, place = source != PAD, ops.arange(LONGEST)

        def step(t, last, words, *states):
            logits, *states = decoder([last[:, None], keys, mask, *states])
            last = ops.where(last == END, END, ops.cast(ops.argmax(logits[:, 0], axis=-1), "int32"))
            return t + 1, last, ops.where(place == t, last[:, None], words), *states

        begin = 0, 0 * source[:, 0] + START, 0 * source[:, :1] + 0 * place + END, *states
        return ops.while_loop(lambda t, last, *_: ops.any(last != END), step, begin, maximum_iterations=LONGEST)[2]

    return translate


def seconds():
    """CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def measured(options, seed, train, test):
    """One network, trained and tested: what the result file says of it."""
    keras.utils.set_random_seed(seed)
    (train_words, test_words) = ([[tokens_of(text) for text in texts] for texts in pair] for pair in (train, test))
    english, french = (Vocabulary(sentences) for sentences in train_words)
    source, target = english.encode(train_words[0]), french.encode(train_words[1])
    encoder, decoder, model = translator(len(english), len(french), **options)
    steps = len(source) // BATCH
    rate = keras.optimizers.schedules.CosineDecay(
        RATE / 10, EPOCHS * steps, 0.02, warmup_target=RATE, warmup_steps=WARM_UP
    )
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), masked_loss, jit_compile=False)
    begun = seconds()
    batches = batches_by_length(source, target, BATCH, seed=seed)
    history = model.fit(batches, steps_per_epoch=steps, epochs=EPOCHS, verbose=0)
    trained = seconds() - begun
    ids, translate = english.encode(test_words[0]), greedy(encoder, decoder)
    if options == NETWORKS[KEPT] and seed == SEEDS[0]:
        halves = {
            f"{KEPT.replace(' ', '_')}_{n}": array.astype("float16") for n, array in enumerate(model.get_weights())
        }
        np.savez_compressed(PACKAGE / "experiments" / "results" / "translation_ablation.npz", **halves)
    found = np.concatenate([translate(ids[n : n + 300]) for n in range(0, len(ids), 300)])
    texts = [sentence_of(words) for words in french.decode(found)]
    by_quarter, edges = bleu_by_length(texts, test[1], [len(words) for words in test_words[0]])
    return {
        "parameters": model.count_params(),
        "cpu_seconds": round(trained),
        "steps": EPOCHS * steps,
        "loss": [round(loss, 4) for loss in history.history["loss"]],
        "bleu": round(bleu(texts, test[1]), 2),
        "bleu_by_quarter": [round(score, 2) for score in by_quarter],
        "edges": edges.tolist(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    wanted = parser.parse_args().seeds
    train, test = map(pairs_of, load("course_phrases", ["train", "test"]))
    data = f"course_phrases, {len(train[0]):,} pairs to train on, {len(test[0]):,} to test"
    file = PACKAGE / "experiments" / "results" / "translation_ablation.json"
    there = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"data": data, "rows": []}
    rows = there["rows"] if there["data"] == data else []
    for seed in wanted:
        for name, options in NETWORKS.items():
            if any(row["network"] == name and row["seed"] == seed for row in rows):
                continue
            rows.append({"network": name, "seed": seed} | measured(options, seed, train, test))
            print(rows[-1], flush=True)
            spent = sum(row["cpu_seconds"] for row in rows)
            seeds = sorted({row["seed"] for row in rows})
            write_result("translation_ablation", data=data, seeds=seeds, seconds=spent, rows=rows)


if __name__ == "__main__":
    main()
