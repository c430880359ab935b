"""What does each part of lesson 4b's translator contribute? Six networks after equal steps on course_phrases.

    python -m course_utils.experiments.translation_ablation

puts the lesson's parts together in six ways, of which "+ residual" is the lesson's translator whole, trains them for
EPOCHS epochs (about five minutes of one core for each seed) and writes
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
from keras import layers

from course_utils.datasets import load
from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.references import exports
from course_utils.translation import (
    PAD,
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
LESSON = exports("4b")
KEPT = "all but attention"  # the network whose weights are kept, from the first seed
NETWORKS = {  # one part more each time; the last has all of them but attention
    "no attention": {"attention": False, "both": False, "depth": 1, "residual": False},
    "attention": {"attention": True, "both": False, "depth": 1, "residual": False},
    "+ both directions": {"attention": True, "both": True, "depth": 1, "residual": False},
    "+ stacked": {"attention": True, "both": True, "depth": 2, "residual": False},
    "+ residual": {"attention": True, "both": True, "depth": 2, "residual": True},
    KEPT: {"attention": False, "both": True, "depth": 2, "residual": True},
}


def plain_stack(x, recurrent_layers):
    """As the lesson's `residual_stack`, without adding anything."""
    states = []
    for layer in recurrent_layers:
        x, state = layer(x)
        states.append(state)
    return x, states


def flat(states):
    """h, c of all layers in one list."""
    return [state for pair in states for state in pair]


def translator(source_words, target_words, attention, both, depth, residual):
    """Encoder, decoder and both as one model, as the lesson's `translator`, with those of its parts that are wanted."""
    stack = LESSON.residual_stack if residual else plain_stack
    attend = LESSON.attend if attention else LESSON.last_word_only
    spread = keras.initializers.RandomNormal(stddev=SPREAD)  # made here, so that its draws depend on the seed
    ids = keras.Input((None,), dtype="int32")
    mask = ids != PAD
    lowest = layers.Bidirectional(LESSON.lstm(UNITS // 2)) if both else LESSON.lstm(UNITS)
    words = layers.Embedding(source_words, UNITS, spread)(ids)
    reading = [lowest, *(LESSON.lstm(UNITS) for _ in range(depth - 1))]
    keys, states = stack(words, [LESSON.recurrent(layer, mask) for layer in reading])
    encoder = keras.Model(ids, [keys, *states[-1] * depth])

    said, mask, keys = (
        keras.Input((None,), dtype="int32"),
        keras.Input((None,), dtype="bool"),
        keras.Input((None, UNITS)),
    )
    begin = [[keras.Input((UNITS,)), keras.Input((UNITS,))] for _ in range(depth)]
    words = layers.Embedding(target_words, UNITS, spread)(said)
    queries, states = stack(words, [LESSON.recurrent(LESSON.lstm(UNITS), initial_state=state) for state in begin])
    joined, weights = attend(queries, keys, mask)
    combined = layers.Dense(UNITS, activation="tanh")(joined)
    logits = layers.Dense(target_words)(combined)
    decoder = keras.Model([said, keys, mask, *flat(begin)], [logits, weights, *flat(states)])

    said, (keys, *states) = keras.Input((None,), dtype="int32"), encoder(ids)
    return encoder, decoder, keras.Model([ids, said], decoder([said, keys, ids != PAD, *states])[0])


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
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), LESSON.sequence_loss, jit_compile=False)
    begun = seconds()
    batches = batches_by_length(source, target, BATCH, seed=seed)
    history = model.fit(batches, steps_per_epoch=steps, epochs=EPOCHS, verbose=0)
    trained = seconds() - begun
    ids, search = english.encode(test_words[0]), LESSON.beam_translator(encoder, decoder, 1, LONGEST)
    if options == NETWORKS[KEPT] and seed == SEEDS[0]:
        halves = {
            f"{KEPT.replace(' ', '_')}_{n}": array.astype("float16") for n, array in enumerate(model.get_weights())
        }
        np.savez_compressed(PACKAGE / "experiments" / "results" / "translation_ablation.npz", **halves)
    found = np.concatenate([search(ids[n : n + 300])[0][:, 0] for n in range(0, len(ids), 300)])
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
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    wanted = parser.parse_args().seeds
    train, test = map(pairs_of, load("course_phrases", ["train", "test"]))
    data = f"course_phrases, {len(train[0]):,} pairs to train on, {len(test[0]):,} to test"
    file = PACKAGE / "experiments" / "results" / "translation_ablation.json"
    there = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {"data": data, "rows": []}
    rows = there["rows"] if there["data"] == data else []
    begun_before = bool(rows)
    for seed in wanted:
        for name, options in NETWORKS.items():
            if any(row["network"] == name and row["seed"] == seed for row in rows):
                continue
            rows.append({"network": name, "seed": seed} | measured(options, seed, train, test))
            print(rows[-1], flush=True)
            spent = sum(row["cpu_seconds"] for row in rows)
            seeds = sorted({row["seed"] for row in rows})
            more = {"goes_on": begun_before, "rows": rows}
            write_result("translation_ablation", data=data, seeds=seeds, seconds=spent, **more)


if __name__ == "__main__":
    main()
