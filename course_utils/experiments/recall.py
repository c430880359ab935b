"""How far back can a SimpleRNN, a GRU and an LSTM remember? Lesson 3b's recall task, three seeds.

    python -m course_utils.experiments.recall

trains the lesson's own networks in its quick profile: of each kind one at each learning rate, to choose the best on
validation sequences, and then one for each seed. The SimpleRNN is trained on the easier form of the task, too, in which
all symbols but the marked one are silent; and the LSTM once more on sequences with the longest gap only, with two
first biases of its forget gate. Writes results/recall.json: the rates, and the accuracy at each gap. About
six minutes on two cores.
"""

import time

import keras
import numpy as np

from course_utils.experiments.result_file import write_result
from course_utils.references import exports

SEEDS = (0, 1, 2)
RATES = (1e-3, 3e-3, 1e-2, 3e-2)
FORGET_BIASES = (1.0, 5.0)  # of LSTMs that are trained on the longest gap only
UNITS = 32  # of these, as in the lesson
COUNT = 1000  # sequences to validate or to test on, for each gap


def silent(x):
    """Sequences in which every symbol but the marked one is zeros."""
    return x * x[..., -1:]


def train(lesson, kind, rate, seed):
    """A network of one kind that was trained with a learning rate from a seed, on data of the same seed."""
    keras.utils.set_random_seed(seed)
    name, _, easier = kind.partition(", ")
    model = lesson.recall_model(lesson.RECURRENT_LAYERS[name](), rate)
    x, labels = lesson.recall_examples(lesson.EXAMPLES, np.random.default_rng(seed))
    model.fit(silent(x) if easier else x, labels, batch_size=64, epochs=lesson.EPOCHS, verbose=0)
    return model


def accuracy_by_gap(lesson, model, kind, rng):
    """The share of marked symbols that are named rightly after each gap."""
    shares = []
    for gap in lesson.GAPS:
        x, labels = lesson.recall_examples(COUNT, rng, gap)
        x = silent(x) if ", " in kind else x
        shares.append(round(float(model.evaluate(x, labels, COUNT, verbose=0)[1]), 4))
    return shares


def longest_gap_only(lesson, forget_bias, rate, seed):
    """The accuracy at the longest gap of an LSTM that was trained on sequences with that gap only."""
    keras.utils.set_random_seed(seed)
    cell = lesson.LSTMCell(UNITS)
    cell.first_biases = (0.0, forget_bias, 0.0, 0.0)
    model = lesson.recall_model(keras.layers.RNN(cell), rate)
    gap = lesson.GAPS[-1]
    x, labels = lesson.recall_examples(lesson.EXAMPLES, np.random.default_rng(seed), gap)
    model.fit(x, labels, batch_size=64, epochs=lesson.EPOCHS, verbose=0)
    x, labels = lesson.recall_examples(COUNT, np.random.default_rng(200 + seed), gap)
    return round(float(model.evaluate(x, labels, COUNT, verbose=0)[1]), 4)


def main():
    begun = time.process_time()
    lesson = exports("3b")
    validation, best_rate, accuracy = {}, {}, {}
    for kind in (*lesson.RECURRENT_LAYERS, "SimpleRNN, silence"):
        validation[kind] = {}
        for rate in RATES:
            model = train(lesson, kind, rate, seed=100)
            validation[kind][str(rate)] = accuracy_by_gap(lesson, model, kind, np.random.default_rng(101))
            print(kind, rate, validation[kind][str(rate)], flush=True)
        best_rate[kind] = max(RATES, key=lambda rate: sum(validation[kind][str(rate)]))
        accuracy[kind] = []
        for seed in SEEDS:
            model = train(lesson, kind, best_rate[kind], seed)
            accuracy[kind].append(accuracy_by_gap(lesson, model, kind, np.random.default_rng(200 + seed)))
            print(kind, "seed", seed, accuracy[kind][-1], flush=True)
    only_longest = {
        f"forget bias {bias:g}": [longest_gap_only(lesson, bias, best_rate["LSTM"], seed) for seed in SEEDS]
        for bias in FORGET_BIASES
    }
    write_result(
        "recall",
        data=f"recall of {lesson.SYMBOLS} symbols, {lesson.EXAMPLES:,} sequences of {lesson.LENGTH}",
        seeds=SEEDS,
        seconds=time.process_time() - begun,
        gaps=lesson.GAPS,
        validation=validation,
        best_rate=best_rate,
        accuracy=accuracy,
        only_longest=only_longest,
    )


if __name__ == "__main__":
    main()
