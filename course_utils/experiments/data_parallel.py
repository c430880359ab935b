"""One training in several processes, each of which takes its share of every batch.

    python -m course_utils.experiments.data_parallel

starts the same training in one process and in two on this machine, kills one of the two, goes on from the checkpoint,
and writes results/data_parallel.json (two minutes). Two processes alone, here:

    python -m course_utils.experiments.data_parallel train --workers 2 --folder /tmp/run

On two hosts, each starts one worker and is told of both in TF_CONFIG; the addresses are theirs, with a free port that
the other can reach, and `index` is 0 on the first host and 1 on the second:

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:29500", "10.0.0.2:29500"]}, "task": {"type": "worker", "index": 0}}' \\
        python -m course_utils.experiments.data_parallel worker --folder run

Worker 0 keeps a checkpoint in its folder and, when the workers are started again, tells the others what is in it: the
folder need not be shared. A worker that loses another one says so and ends with status LOST; start all of them again
and they go on from the checkpoint. `Model.fit` of Keras 3 does not support this strategy (keras-team/keras#20585),
hence the loop of our own: `strategy.run` of one step, with an optimizer that was built under the strategy.
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np

LOST = 3  # exit status of a worker that had to give up because another one is gone
STEPS, BATCH, LENGTH, UNITS, RATE, SAVE_EVERY = 50, 33, 24, 16, 3e-2, 10  # 33 does not divide by two, on purpose
PATIENCE = 60.0  # seconds that one step may take before the others are given up


def shard(batch, workers, index):
    """The share of worker `index`: shares differ by one row at most, and follow one another. Source: np.array_split."""
    return np.array_split(batch, workers)[index]


def batch_of(step):
    """The batch of a step, the same on every machine: bits (BATCH, LENGTH, 1), and at each step the bit before."""
    bits = np.random.default_rng([7, step]).integers(0, 2, (BATCH, LENGTH + 1, 1)).astype("float32")
    return bits[:, 1:], bits[:, :-1]


def build(strategy):
    """Model and optimizer under the strategy, seeded; the optimizer has its variables from the start."""
    import keras

    keras.utils.set_random_seed(0)
    with strategy.scope():
        recurrent = keras.layers.LSTM(UNITS, return_sequences=True)
        model = keras.Sequential([keras.Input((LENGTH, 1)), recurrent, keras.layers.Dense(1)])
        optimizer = keras.optimizers.Adam(RATE)
        optimizer.build(model.trainable_variables)
    return model, optimizer


def make_step(strategy, model, optimizer):
    """A compiled step(x, y) over the shares of all workers; it returns the mean loss of the whole batch."""
    import keras
    import tensorflow as tf

    def on_one_worker(x, y):
        with tf.GradientTape() as tape:
            losses = keras.losses.binary_crossentropy(y, model(x, training=True), from_logits=True)
            loss = tf.reduce_sum(losses) / (BATCH * LENGTH)  # the whole batch's size, not that of this share
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))  # sums them over the workers
        return loss

    @tf.function(reduce_retracing=True)
    def step(x, y):
        return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(on_one_worker, (x, y)), axis=None)

    return step


def save(path, step, variables):
    """Write the step and all variables under a temporary name and move them into place."""
    import keras

    arrays = {f"variable_{n}": keras.ops.convert_to_numpy(variable) for n, variable in enumerate(variables)}
    temporary = path.with_name("new-" + path.name)
    np.savez(temporary, step=step, **arrays)
    temporary.replace(path)


def restore(path, strategy, variables, chief):
    """Give all workers what worker 0 finds at `path`, and return the step at which to go on (0 without a file)."""
    import keras
    import tensorflow as tf

    values = [keras.ops.convert_to_numpy(variable) for variable in variables]
    step = np.int64(0)
    if chief and path.is_file():
        with np.load(path) as file:
            step = file["step"]
            values = [file[f"variable_{n}"] for n in range(len(variables))]

    def from_worker_0(*arrays):  # what the others have counts as 0 in the sum
        replica = tf.distribute.get_replica_context()
        return [replica.all_reduce("SUM", tf.where(chief, array, tf.zeros_like(array))) for array in arrays]

    arrays = [tf.constant(value) for value in (step, *values)]
    shared = tf.function(lambda *arrays: strategy.run(from_worker_0, arrays))(*arrays)
    step, *values = (strategy.experimental_local_results(value)[0].numpy() for value in shared)
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return int(step)


class Watch:
    """Ends this process with a message where a step takes longer than `patience` seconds, or fails for want of a peer.

    A thread does the former, because a step that waits for a frozen peer never comes back. Ending is `os._exit`: an
    orderly exit of TensorFlow would wait for that peer once more.
    """

    def __init__(self, say, patience):
        self.say, self.patience, self.step, self.kept = say, patience, None, 0

    def give_up(self, why):
        where = "before the first step" if self.step is None else f"in step {self.step}"
        self.say(f"lost another worker {where}: {why}. The last checkpoint is of step {self.kept}.")
        self.say("Ending. Start all workers again with the same command to go on from the checkpoint.")
        os._exit(LOST)

    @contextlib.contextmanager
    def __call__(self, step=None):
        import tensorflow as tf

        self.step = step
        timer = threading.Timer(self.patience, self.give_up, [f"no answer for {self.patience:g} seconds"])
        timer.daemon = True
        timer.start()
        try:
            yield
        except tf.errors.OpError as error:
            self.give_up(f"{type(error).__name__}, {' '.join(str(error.message).split())[:90]}")
        finally:
            timer.cancel()


def train(folder, steps=STEPS, patience=PATIENCE):
    """Train as the worker that TF_CONFIG says this is (alone without it), from the checkpoint in `folder` on."""
    import tensorflow as tf

    config = json.loads(os.environ.get("TF_CONFIG") or "{}")
    workers = len(config.get("cluster", {}).get("worker", [None]))
    index = int(config.get("task", {}).get("index", 0))

    def say(text):
        print(f"{time.strftime('%H:%M:%S')} worker {index} of {workers}: {text}", flush=True)

    watch, checkpoint = Watch(say, patience), Path(folder) / "checkpoint.npz"
    Path(folder).mkdir(parents=True, exist_ok=True)
    with watch():
        several = workers > 1
        strategy = tf.distribute.MultiWorkerMirroredStrategy() if several else tf.distribute.get_strategy()
        model, optimizer = build(strategy)
        variables = [*model.variables, *optimizer.variables]
        done = watch.kept = restore(checkpoint, strategy, variables, chief=index == 0)
        step = make_step(strategy, model, optimizer)
    say(f"begins after step {done}, with {len(shard(batch_of(0)[0], workers, index))} of {BATCH} sequences a batch")
    for number in range(done + 1, steps + 1):
        with watch(number):
            loss = float(step(*(tf.constant(shard(part, workers, index)) for part in batch_of(number))))
        say(f"step {number} loss {loss:.7f}")
        if number % SAVE_EVERY == 0:
            if index == 0:
                save(checkpoint, number, variables)
            watch.kept = number
    say("done")


def free_addresses(count):
    """Addresses "127.0.0.1:port" on this machine at which nobody listens now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def start(workers, folder, steps=STEPS, patience=PATIENCE):
    """Start the workers of one training on this machine; worker n writes to folder/worker_n.log. Returns processes."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    addresses, processes = free_addresses(workers), []
    command = [sys.executable, "-m", "course_utils.experiments.data_parallel", "worker", "--folder", str(folder)]
    command += ["--steps", str(steps), "--patience", str(patience)]
    for index in range(workers):
        config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        environment = os.environ | {"TF_CONFIG": json.dumps(config) if workers > 1 else "", "CUDA_VISIBLE_DEVICES": ""}
        environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
        with open(log_of(folder, index), "w", encoding="utf-8") as log:
            processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
    return processes


def log_of(folder, index):
    """The file to which worker `index` of a training in `folder` writes."""
    return Path(folder) / f"worker_{index}.log"


def losses_in(log):
    """{step: loss} of a worker's log, a path."""
    return {int(step): float(loss) for step, loss in re.findall(r"step (\d+) loss (\S+)", log.read_text("utf-8"))}


def wait_for(processes, seconds):
    """The exit statuses of the processes; those that are not done after `seconds` are killed. Raises TimeoutError."""
    try:
        end = time.monotonic() + seconds
        return [process.wait(max(0.1, end - time.monotonic())) for process in processes]
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"the workers were not done after {seconds} seconds") from None
    finally:
        for process in processes:
            process.kill()
            process.wait()


def interrupt(folder, victim, at, how=signal.SIGKILL, steps=STEPS, patience=PATIENCE, seconds=180):
    """Start two workers, send `how` to one of them after step `at`, and wait for the other.

    Returns the other's exit status and the seconds from the signal to its end. Raises TimeoutError after `seconds`.
    """
    processes = start(2, folder, steps, patience)
    try:
        end = time.monotonic() + seconds
        while f"step {at} loss" not in log_of(folder, victim).read_text("utf-8"):
            if time.monotonic() > end:
                raise TimeoutError(f"no step {at} after {seconds} seconds")
            time.sleep(0.02)
        processes[victim].send_signal(how)
        sent = time.monotonic()
        other = processes[1 - victim]
        status = other.wait(seconds)
        return status, time.monotonic() - sent
    finally:
        for process in processes:
            process.kill()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", nargs="?", choices=["experiment", "train", "worker"], default="experiment")
    parser.add_argument("--folder", default="data_parallel_run", help="where checkpoint and logs go")
    parser.add_argument("--workers", type=int, default=2, help="of `train`: how many processes on this machine")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds a step may take")
    options = parser.parse_args()
    if options.what == "worker":
        train(options.folder, options.steps, options.patience)


if __name__ == "__main__":
    main()
