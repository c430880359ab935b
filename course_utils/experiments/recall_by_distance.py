"""How far back can a SimpleRNN learn to look, from three starts of W_hh?

    python -m course_utils.experiments.recall_by_distance

trains lesson 3a's own network on its recall task. For each start, the better of two learning rates (RATES) is chosen
first, by the mean accuracy at the distances CHOSEN_AT on a seed and examples of their own. Then the network is trained
once for each start, seed and distance of GAPS ("accuracy"). The script also measures how much of the gradient is left
LONGEST steps back before training ("left"). Writes results/recall_by_distance.json after each network, and goes on
where it was interrupted. About fifteen minutes of processor time.
"""

import itertools
import json
import time

import keras
import numpy as np
from keras import ops

from course_utils.experiments.result_file import write_result
from course_utils.paths import PACKAGE
from course_utils.references import exports

GAPS, SEEDS = (5, 10, 20, 30, 40, 60), (0, 1, 2, 3, 4)
STARTS, RATES = ("uniform", "orthogonal", "identity"), (3e-3, 1e-2)
CHOSEN_AT, CHOSEN_WITH = (20, 30), 100  # distances; the seed of weights and training, plus one that of the test
LONGEST = 40


def new_network(lesson, start, seed):
    """The lesson's network with the first weights of a seed."""
    keras.utils.set_random_seed(seed)
    return lesson.recall_network(lesson.starts()[start])


def trained_accuracy(lesson, start, seed, gap, rate, tested_with=99):
    """The accuracy of a network after training at one distance, on the examples of another seed."""
    keras.backend.clear_session()
    network = new_network(lesson, start, seed)
    lesson.learn_to_recall(network, gap, keras.optimizers.Adam(rate, global_clipnorm=1.0), seed)
    return round(float(lesson.recall_accuracy(network, gap, tested_with)), 3)


def left_at_the_start(lesson, start, seed):
    """The share of the gradient with respect to the state left LONGEST steps back, the median of 100 sequences."""
    network = new_network(lesson, start, seed)
    x, _ = lesson.recall_examples(100, LONGEST, np.random.default_rng(seed))
    W_xh, W_hh, b_h, W_hy, _ = map(ops.convert_to_numpy, network.weights)
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    last = gradient = np.tile(W_hy[:, 0], (len(x), 1))
    for h in states[:0:-1]:
        gradient = (gradient * (1 - h**2)) @ W_hh.T
    return float(f"{np.median(np.linalg.norm(gradient, axis=1) / np.linalg.norm(last, axis=1)):.3g}")


def runs():
    """(part, start, seed, distance, rate) of all trainings, the choice of the rates first; a chosen rate is None."""
    choice = itertools.product(["choice"], STARTS, [CHOSEN_WITH], CHOSEN_AT, RATES)
    return [*choice, *(("accuracy", start, seed, gap, None) for start in STARTS for seed in SEEDS for gap in GAPS)]


def better_rate(choice, start):
    """The rate with the higher mean accuracy, the smaller one where they are equal. choice: rows of the first part."""
    means = {rate: np.mean([row[-1] for row in choice if row[0] == start and row[2] == rate]) for rate in RATES}
    return max(RATES, key=means.get)


def main():
    path = PACKAGE / "experiments" / "results" / "recall_by_distance.json"
    earlier = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    choice, found = earlier.get("choice", []), earlier.get("found", [])
    if len(choice) + len(found) in (0, len(runs())):  # none yet or complete: from the beginning
        earlier, choice, found = {"minutes": 0}, [], []
    begun, begun_before = time.process_time(), bool(choice)
    lesson = exports("3a")
    left = {start: [left_at_the_start(lesson, start, seed) for seed in SEEDS] for start in STARTS}
    for part, start, seed, gap, rate in runs()[len(choice) + len(found) :]:
        if part == "choice":
            share = trained_accuracy(lesson, start, seed, gap, rate, CHOSEN_WITH + 1)
            choice.append([start, gap, rate, share])
            print(*choice[-1], flush=True)
        else:
            rate = better_rate(choice, start)
            found.append(trained_accuracy(lesson, start, seed, gap, rate))
            print(start, f"seed {seed}, distance {gap}, rate {rate}: {found[-1]}", flush=True)
        write_result(
            "recall_by_distance",
            data="recall, 25,600 sequences",
            seeds=SEEDS,
            seconds=time.process_time() - begun + 60 * earlier["minutes"],
            goes_on=begun_before,
            gaps=GAPS,
            left=left,
            choice=choice,
            rates={start: better_rate(choice, start) for start in STARTS} if found else {},
            found=found,
            accuracy=by_start(found),
        )


def by_start(found):
    """{start: a list for each seed, by distance} of the accuracies found, in the order of runs(), as far as they go."""
    rows = [found[n : n + len(GAPS)] for n in range(0, len(found), len(GAPS))]
    return {start: rows[n * len(SEEDS) : (n + 1) * len(SEEDS)] for n, start in enumerate(STARTS)}


if __name__ == "__main__":
    main()
