"""Is "terribly" praise here? Lesson 3c's readers in one and in both directions, three seeds each.

    python -m course_utils.experiments.intensifiers

trains the lesson's networks on its sentences: a forward, a backward and a bidirectional one that are asked at the
intensifier, the bidirectional one without its hidden layer, and a forward one that is asked at the end of the sentence.
Writes results/intensifiers.json, their accuracy on pairs of intensifier and adjective that they have not seen. Two
minutes of processor time.
"""

import time

import keras
import numpy as np

from course_utils.experiments.result_file import write_result
from course_utils.references import exports
from course_utils.text import word_encoder

SEEDS = (0, 1, 2)
TRAIN, TEST = 2_000, 1_000
READERS = {  # name: (direction, whether there is a hidden layer, whether it is asked at the end)
    "forward": ("forward", True, False),
    "backward": ("backward", True, False),
    "both directions": ("both", True, False),
    "both directions, no hidden layer": ("both", False, False),
    "forward, asked at the end": ("forward", True, True),
}


def main():
    lesson, begun = exports("3c"), time.process_time()
    rng = np.random.default_rng(0)
    sentences, places, labels = lesson.intensifier_sentences(TRAIN, rng, held_out=False)
    new_sentences, new_places, new_labels = lesson.intensifier_sentences(TEST, rng, held_out=True)
    encode, vocabulary = word_encoder(sentences, 100, 12)
    ends, new_ends = (np.array([len(words) - 1 for words in texts]) for texts in (sentences, new_sentences))
    accuracy = {}
    for name, (direction, hidden, at_end) in READERS.items():
        accuracy[name] = []
        for seed in SEEDS:
            keras.utils.set_random_seed(seed)
            reader = lesson.intensifier_reader(len(vocabulary), direction, hidden)
            lesson.train_intensifier_reader(reader, encode(sentences), ends if at_end else places, labels)
            asked = new_ends if at_end else new_places
            logits = reader.predict([encode(new_sentences), asked], batch_size=500, verbose=0)[:, 0]
            accuracy[name].append(round(float(np.mean((logits > 0) == new_labels)), 4))
        print(name, accuracy[name], flush=True)
    write_result(
        "intensifiers",
        data=f"{TRAIN:,} generated sentences to train on, {TEST:,} to test on",
        seeds=SEEDS,
        seconds=time.process_time() - begun,
        accuracy=accuracy,
    )


if __name__ == "__main__":
    main()
