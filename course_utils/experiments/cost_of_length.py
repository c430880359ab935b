"""What a longer sequence costs: seconds and memory of recurrent, convolutional and attention layers.

    python -m course_utils.experiments.cost_of_length

times each layer on sequences of LENGTHS steps, forward, and forward and backward, with one thread and with two, and
measures the peak memory of one forward and backward pass, each in a fresh process (six minutes on two idle cores). It
writes results/cost_of_length.json. All layers map (BATCH, T, UNITS) to the same shape; lesson 6 times the same layers.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time

from course_utils.experiments.result_file import write_result

LENGTHS, BATCH, UNITS, THREADS = (64, 128, 256, 512, 1024, 2048, 4096), 8, 64, (1, 2)
KINDS = ("SimpleRNN", "LSTM", "Conv1D", "Conv1D stack", "self-attention")
REPEATS, ENOUGH = (3, 9), 4.0  # fewest and most repeats, and the seconds after which the fewest are enough


def build(kind, length):
    """A model from (batch, T, UNITS) to (batch, T, UNITS), whose step t depends on no later one.

    kind: of KINDS. "Conv1D" is one layer with a kernel of 3 and a dilation of 2; "Conv1D stack" has as many layers of
    kernel 2, with dilations 1, 2, 4, ... and residual connections, as it takes for the last step to see all `length`.
    """
    from keras import Input, Model, layers

    x = y = Input((length, UNITS))
    if kind == "SimpleRNN":
        y = layers.SimpleRNN(UNITS, return_sequences=True)(x)
    elif kind == "LSTM":
        y = layers.LSTM(UNITS, return_sequences=True)(x)
    elif kind == "Conv1D":
        y = layers.Conv1D(UNITS, 3, padding="causal", dilation_rate=2, activation="relu")(x)
    elif kind == "Conv1D stack":
        for power in range((length - 1).bit_length()):
            y += layers.Conv1D(UNITS, 2, padding="causal", dilation_rate=2**power, activation="relu")(y)
    else:
        y = layers.MultiHeadAttention(1, UNITS)(x, x, use_causal_mask=True)
    return Model(x, y)


def passes(kind, length):
    """The model, and its two compiled passes over a random batch: {"forward": f, "both": f}."""
    import tensorflow as tf

    model, x = build(kind, length), tf.random.normal((BATCH, length, UNITS), seed=0)

    @tf.function
    def both():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(model(x, training=True) ** 2)
        return tape.gradient(loss, model.trainable_variables)

    return model, {"forward": tf.function(lambda: model(x)), "both": both}


def seconds_of(call):
    """How long each of several calls took, after one that compiles."""
    call()
    taken = []
    while len(taken) < REPEATS[0] or (len(taken) < REPEATS[1] and sum(taken) < ENOUGH):
        begun = time.perf_counter()
        call()
        taken.append(round(time.perf_counter() - begun, 6))
    return taken


def times(threads):
    """{kind: {"forward" or "both": {T: list of seconds}, "parameters": {T: their number}}} with so many threads."""
    import tensorflow as tf

    tf.get_logger().setLevel("ERROR")  # no advice on tracing
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    found = {}
    for kind in KINDS:
        found[kind] = {"forward": {}, "both": {}, "parameters": {}}
        for length in LENGTHS:
            model, calls = passes(kind, length)
            found[kind]["parameters"][length] = model.count_params()
            for way, call in calls.items():
                found[kind][way][length] = seconds_of(call)
            print(threads, kind, length, found[kind]["both"][length], file=sys.stderr, flush=True)
    return found


def memory(kind, length):
    """MB by which one forward and backward pass raises the highest memory this process has ever taken.

    Honest only in a fresh process that was started by a small one: a child begins with its parent's highest value.
    """
    _, calls = passes(kind, length)
    _, small = passes(kind, 16)
    small["both"]()  # what any pass needs: threads, kernels, code
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    calls["both"]()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def in_a_fresh_process(*arguments):
    """What this script prints as JSON when it is started with these arguments."""
    command = [sys.executable, "-m", "course_utils.experiments.cost_of_length", *map(str, arguments)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ).stdout)


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--threads", type=int, help="(for its own use) time all layers with so many threads")
    parser.add_argument("--memory", nargs=2, metavar=("KIND", "T"), help="(for its own use) one peak of memory")
    options = parser.parse_args()
    if options.threads:
        print(json.dumps(times(options.threads)))
        return
    if options.memory:
        print(json.dumps(memory(options.memory[0], int(options.memory[1]))))
        return
    begun = time.monotonic()
    timed = {threads: in_a_fresh_process("--threads", threads) for threads in THREADS}
    peaks = {kind: {T: in_a_fresh_process("--memory", kind, T) for T in LENGTHS} for kind in KINDS}

    data = f"random sequences, {BATCH} at once, {UNITS} features and units"
    print(write_result("cost_of_length", data=data, seeds=[0], seconds=time.monotonic() - begun,
                       seconds_by_threads=timed, megabytes=peaks))  # fmt: skip


if __name__ == "__main__":
    main()
