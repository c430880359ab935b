"""One training in several processes, each of which takes its share of every batch.

    python -m course_utils.experiments.data_parallel

starts the same training in one process and in two on this machine, kills and freezes one of the two, goes on from the
checkpoint, and writes results/data_parallel.json (two minutes). Two processes alone, here:

    python -m course_utils.experiments.data_parallel train --workers 2 --folder /tmp/run

On two hosts, each starts one worker and is told of both in TF_CONFIG; the addresses are theirs, with a free port that
the other can reach, and `index` is 0 on the first host and 1 on the second:

    TF_CONFIG='{"cluster": {"worker": ["10.0.0.1:29500", "10.0.0.2:29500"]}, "task": {"type": "worker", "index": 0}}' \\
        python -m course_utils.experiments.data_parallel worker --folder run

Worker 0 keeps a checkpoint in its folder and, when the workers are started again, tells the others what is in it: the
folder need not be shared. A worker that loses another one says so and ends with status LOST; start all of them again
and they go on from the checkpoint. TensorFlow's server in each worker listens on every address of its machine, with no
password, whatever address TF_CONFIG names: for a network that you trust.

`Model.fit` of Keras 3 does not support this strategy (keras-team/keras#20585), hence the loop of our own:
`strategy.run` of one step, with an optimizer that was built under the strategy.
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
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from course_utils.experiments.result_file import write_result

LOST = 3  # exit status of a worker that had to give up because another one is gone
STEPS, BATCH, LENGTH, UNITS, RATE, SAVE_EVERY = 50, 33, 24, 16, 3e-2, 10  # 33 does not divide by two, on purpose
PATIENCE = 60.0  # seconds that one step may take before the others are given up
TO_BEGIN = 300.0  # seconds that the others have to appear, and for the first step, which compiles


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
    def __call__(self, step=None, patience=None):
        import tensorflow as tf

        self.step, patience = step, patience or self.patience
        timer = threading.Timer(patience, self.give_up, [f"no answer for {patience:g} seconds"])
        timer.daemon = True
        timer.start()
        try:
            yield
        except (tf.errors.UnavailableError, tf.errors.AbortedError, tf.errors.CancelledError) as error:
            self.give_up(f"the connection broke ({type(error).__name__})")
        finally:
            timer.cancel()


def train(folder, steps=STEPS, patience=PATIENCE, accident=None):
    """Train as the worker that TF_CONFIG says this is (alone without it), from the checkpoint in `folder` on.

    steps: to reach in all. patience: seconds that a step may take. accident: (step, signal) that this worker sends
    itself after that step, to try out what the others make of it.
    """
    import tensorflow as tf

    config = json.loads(os.environ.get("TF_CONFIG") or "{}")
    workers = len(config.get("cluster", {}).get("worker", [None]))
    index = int(config.get("task", {}).get("index", 0))

    def say(text):
        print(f"{time.strftime('%H:%M:%S')} worker {index} of {workers}: {text}", flush=True)

    watch, checkpoint = Watch(say, patience), Path(folder) / "checkpoint.npz"
    Path(folder).mkdir(parents=True, exist_ok=True)
    with watch(patience=TO_BEGIN):
        several = workers > 1
        strategy = tf.distribute.MultiWorkerMirroredStrategy() if several else tf.distribute.get_strategy()
        model, optimizer = build(strategy)
        variables = [*model.variables, *optimizer.variables]
        done = watch.kept = restore(checkpoint, strategy, variables, chief=index == 0)
        step = make_step(strategy, model, optimizer)
    say(f"begins after step {done}, with {len(shard(batch_of(0)[0], workers, index))} of {BATCH} sequences a batch")
    for number in range(done + 1, steps + 1):
        with watch(number, TO_BEGIN if number == done + 1 else None):
            loss = float(step(*(tf.constant(shard(part, workers, index)) for part in batch_of(number))))
        say(f"step {number} loss {loss:.7f}")
        if number % SAVE_EVERY == 0:
            if index == 0:
                save(checkpoint, number, variables)
            watch.kept = number
        if accident and number == accident[0]:
            os.kill(os.getpid(), accident[1])
    say("done")


def free_addresses(count):
    """Addresses "127.0.0.1:port" on this machine at which nobody listens now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def log_of(folder, index):
    """The file to which worker `index` of a training in `folder` writes."""
    return Path(folder) / f"worker_{index}.log"


def start(workers, folder, *, steps=STEPS, patience=PATIENCE, accidents=None, logs=True):
    """Start the workers of one training on this machine. Returns their processes.

    accidents: {worker: (step, signal)}. logs: each writes to a file in `folder`, see `log_of`; False: to the terminal.
    """
    Path(folder).mkdir(parents=True, exist_ok=True)
    addresses, processes = free_addresses(workers), []
    for index in range(workers):
        command = [sys.executable, "-m", "course_utils.experiments.data_parallel", "worker", "--folder", str(folder)]
        command += ["--steps", str(steps), "--patience", str(patience)]
        command += ["--accident", *(str(int(part)) for part in accidents[index])] if index in (accidents or {}) else []
        config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
        environment = os.environ | {"TF_CONFIG": json.dumps(config) if workers > 1 else "", "CUDA_VISIBLE_DEVICES": ""}
        environment |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0"}
        with open(log_of(folder, index) if logs else os.devnull, "w", encoding="utf-8") as log:
            outputs = {"stdout": log, "stderr": subprocess.STDOUT} if logs else {}
            processes.append(subprocess.Popen(command, env=environment, **outputs))
    return processes


def wait_for(processes, seconds):
    """The exit statuses of the processes; all are ended when one is not done in time, which raises TimeoutError."""
    try:
        until = time.monotonic() + seconds
        return [process.wait(max(0.1, until - time.monotonic())) for process in processes]
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"the workers were not done after {seconds} seconds") from None
    finally:
        end(processes)


def end(processes):
    """Kill the processes that still run, frozen ones too."""
    for process in processes:
        process.kill()
        process.wait()


def lines_of(folder, index):
    """What a worker said, line by line, without what TensorFlow says besides."""
    return [line for line in log_of(folder, index).read_text("utf-8").splitlines() if " worker " in line[:16]]


def losses_of(folder, index=0):
    """{step: loss} that a worker wrote to its log."""
    return {
        int(step): float(loss)
        for step, loss in re.findall(r"step (\d+) loss (\S+)", "\n".join(lines_of(folder, index)))
    }


def interrupted(folder, victim, how=signal.SIGKILL, at=25, patience=PATIENCE, seconds=180):
    """Start two workers, one of which sends itself a signal after step `at`, and wait for the other.

    Returns {"victim", "status" of the other, "seconds" from that step to the other's end, "said": its last words}.
    Raises TimeoutError where the other has not ended after `seconds`.
    """
    processes = start(2, folder, patience=patience, accidents={victim: (at, how)})
    try:
        until = time.monotonic() + seconds
        while at not in losses_of(folder, victim):
            if time.monotonic() > until:
                raise TimeoutError(f"no step {at} after {seconds} seconds: {log_of(folder, victim).read_text('utf-8')}")
            time.sleep(0.02)
        begun = time.monotonic()
        (status,) = wait_for([processes[1 - victim]], seconds)
        taken = round(time.monotonic() - begun, 2)
    finally:
        end(processes)
    return {"victim": victim, "status": status, "seconds": taken, "said": lines_of(folder, 1 - victim)[-2:]}


def apart(losses, others):
    """The largest difference of two {step: loss} at the steps that both have."""
    return max(abs(losses[step] - others[step]) for step in losses.keys() & others.keys())


def experiment():
    """Measure what the module's head says and write results/data_parallel.json. Returns the path."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        one, two, killed, frozen = (Path(folder) / name for name in ("one", "two", "killed", "frozen"))
        for workers, place in ((1, one), (2, two)):
            if any(wait_for(start(workers, place), 300)):
                raise SystemExit(f"a worker failed: {log_of(place, 0).read_text('utf-8')}")
        deaths = [interrupted(Path(folder) / f"killed {victim}", victim) for victim in (0, 1)]
        deaths.append(interrupted(frozen, 1, signal.SIGSTOP, patience=10))
        killed = Path(folder) / "killed 1"
        statuses = wait_for(start(2, killed), 300)
        whole, resumed = losses_of(two), losses_of(killed)
        return write_result(
            "data_parallel",
            data=f"echo of random bits, batches of {BATCH}",
            seeds=[0],
            seconds=time.monotonic() - begun,
            one=list(losses_of(one).values()),
            two=list(whole.values()),
            apart=apart(losses_of(one), whole),
            deaths=[death | {"how": how} for death, how in zip(deaths, ("killed", "killed", "frozen"), strict=True)],
            resumed={
                "after": min(resumed) - 1,
                "steps": len(resumed),
                "apart": apart(resumed, whole),
                "statuses": statuses,
            },
            log=[line for step in zip(lines_of(two, 0), lines_of(two, 1), strict=True) for line in step],
        )


def main():
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", nargs="?", choices=["experiment", "train", "worker"], default="experiment")
    parser.add_argument("--folder", default="build/data_parallel", help="where checkpoint and logs go")
    parser.add_argument("--workers", type=int, default=2, help="of `train`: how many processes on this machine")
    parser.add_argument("--steps", type=int, default=STEPS, help="to reach in all")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds a step may take")
    parser.add_argument(
        "--accident", type=int, nargs=2, metavar=("STEP", "SIGNAL"), help="what a `worker` does to itself"
    )
    options = parser.parse_args()
    if options.what == "worker":
        train(options.folder, options.steps, options.patience, options.accident)
    elif options.what == "train":
        started = start(options.workers, options.folder, steps=options.steps, patience=options.patience, logs=False)
        raise SystemExit(max(process.wait() for process in started))
    else:
        print(experiment())


if __name__ == "__main__":
    main()
