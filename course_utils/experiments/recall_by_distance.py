"""How far back can a SimpleRNN learn to look, from three starts of W_hh, at one distance and at varying ones?

    python -m course_utils.experiments.recall_by_distance

trains lesson 3a's own network on its recall task, once for each start, seed and distance of GAPS ("fixed"), and once
for each start and seed on sequences of LONGEST + 1 symbols in which the distance is drawn anew for each ("varying"),
then tested at each of TEST_GAPS. It also measures how much of the gradient is left LONGEST steps back before training
("left"). Writes results/recall_by_distance.json. About fifteen minutes on two cores.
"""

import argparse
import time

import keras
import numpy as np
from keras import ops

from course_utils.experiments.result_file import write_result
from course_utils.references import exports

GAPS = (2, 5, 10, 15, 20, 30, 40, 60)
LONGEST, TEST_GAPS = 40, (0, 5, 10, 15, 20, 25, 30, 35, 40)
STARTS = ("uniform", "orthogonal", "identity")


def new_network(lesson, start, seed):
    """The lesson's network with the first weights of a seed, and its optimizer."""
    keras.utils.set_random_seed(seed)
    return lesson.recall_network(lesson.starts()[start]), keras.optimizers.Adam(3e-3, global_clipnorm=1.0)


def left_at_the_start(lesson, start, seed):
    """The share of the gradient by the state that is left LONGEST steps back, the median of 100 sequences."""
    network, _ = new_network(lesson, start, seed)
    x, _ = lesson.recall_examples(100, LONGEST + 1, LONGEST, np.random.default_rng(seed))
    W_xh, W_hh, b_h, W_hy, _ = map(ops.convert_to_numpy, network.weights)
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    last = gradient = np.tile(W_hy[:, 0], (len(x), 1))
    for h in states[:0:-1]:
        gradient = (gradient * (1 - h**2)) @ W_hh.T
    return float(np.median(np.linalg.norm(gradient, axis=1) / np.linalg.norm(last, axis=1)))


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    lesson, begun = exports("3a"), time.monotonic()
    left, fixed, varying = ({start: [] for start in STARTS} for _ in range(3))
    for start in STARTS:
        for seed in range(options.seeds):
            left[start].append(float(f"{left_at_the_start(lesson, start, seed):.3g}"))
            at_one_distance = []
            for gap in GAPS:
                network, optimizer = new_network(lesson, start, seed)
                lesson.learn_to_recall(network, gap + 1, gap, optimizer, seed)
                at_one_distance.append(round(float(lesson.recall_accuracy(network, gap + 1, gap)), 3))
            network, optimizer = new_network(lesson, start, seed)
            lesson.learn_to_recall(network, LONGEST + 1, None, optimizer, seed)
            at_each = [round(float(lesson.recall_accuracy(network, LONGEST + 1, gap)), 3) for gap in TEST_GAPS]
            fixed[start].append(at_one_distance)
            varying[start].append(at_each)
            print(f"{start}, seed {seed}: fixed {at_one_distance}, varying {at_each}", flush=True)
            keras.backend.clear_session()
    write_result(
        "recall_by_distance",
        data="recall, 25,600 sequences",
        seeds=range(options.seeds),
        seconds=time.monotonic() - begun,
        gaps=GAPS,
        test_gaps=TEST_GAPS,
        left=left,
        fixed=fixed,
        varying=varying,
    )


if __name__ == "__main__":
    main()
