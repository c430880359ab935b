"""Does clipping help a ReLU network whose gradient explodes, when each gets the learning rate that suits it?

    python -m course_utils.experiments.steep_relu

trains lesson 3a's network, with the ReLU and a W_hh that starts orthogonal with gain 3, on its recall task over GAP
symbols by plain gradient descent: at every rate of RATES, with the gradient's norm clipped to 1 and without, from three
seeds. Writes results/steep_relu.json: accuracies, null where an answer is no number any more. About two minutes.
"""

import time

import keras
import numpy as np

from course_utils.experiments.result_file import write_result
from course_utils.references import exports

GAP, GAIN, SEEDS = 10, 3.0, (0, 1, 2)
RATES, LIMITS = (3e-5, 3e-4, 3e-3, 3e-2, 1e-1), {"with clipping": 1.0, "without clipping": None}


def trained_accuracy(lesson, rate, limit, seed):
    """The accuracy after training, or None where it is no number."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    network = lesson.recall_network(keras.initializers.Orthogonal(gain=GAIN), activation="relu")
    lesson.learn_to_recall(network, GAP, keras.optimizers.SGD(rate, global_clipnorm=limit), seed)
    share = float(lesson.recall_accuracy(network, GAP))
    return round(share, 3) if np.isfinite(share) else None


def main():
    begun, lesson = time.process_time(), exports("3a")
    accuracy = {name: [] for name in LIMITS}
    for name, limit in LIMITS.items():
        for rate in RATES:
            accuracy[name].append([trained_accuracy(lesson, rate, limit, seed) for seed in SEEDS])
            print(name, rate, accuracy[name][-1], flush=True)
    write_result(
        "steep_relu",
        data="recall, 25,600 sequences",
        seeds=SEEDS,
        seconds=time.process_time() - begun,
        gap=GAP,
        rates=RATES,
        accuracy=accuracy,
    )


if __name__ == "__main__":
    main()
