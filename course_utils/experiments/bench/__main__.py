"""Time every work in every stack, one process for each, by turns; write results.json and docs/benchmarks.md.

    python -m course_utils.experiments.bench --rivals .venv-bench/bin/python

Before a work is timed, the outputs of its contenders are compared with those of the first one: what is not equal is not
timed. Then each is timed once in every round, so that whatever else the machine does disturbs all alike.
"""

import argparse
import contextlib
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from course_utils.experiments.bench import page, works
from course_utils.experiments.bench.worker import STACKS
from course_utils.paths import REPOSITORY
from course_utils.tools.kernel import pinned
from course_utils.tools.meter import processor_seconds
from course_utils.tools.notebooks import write_text

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-4


class Worker:
    """A process with one of the stacks. `ask` sends it a request (worker.py) and returns the answer."""

    def __init__(self, stack, size, python):
        settings = {"KERAS_BACKEND": stack.split()[0], "TF_ENABLE_ONEDNN_OPTS": "0" if "without" in stack else "1"}
        if stack.endswith("one thread"):
            settings["OMP_NUM_THREADS"] = "1"
        settings |= {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3"}
        settings["PYTHONPATH"] = str(REPOSITORY)
        self.stack = stack
        self.process = subprocess.Popen(
            [python, str(HERE / "worker.py"), stack, size],
            cwd=REPOSITORY,
            env={name: value for name, value in os.environ.items() if name not in pinned()} | settings,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.about = self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"the process of {self.stack} has ended with {self.process.wait()}; its error is above")
        return json.loads(line)

    def ask(self, **request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def processor():
    """The processor's name."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.processor() or platform.machine()


def difference(ours, first):
    """The largest absolute difference between two dictionaries of arrays."""
    if ours.keys() != first.keys() or any(ours[name].shape != first[name].shape for name in ours):
        return np.inf
    return float(np.max([np.max(np.abs(ours[name].astype("float64") - first[name])) for name in ours]))


def measure(work, size, workers, rounds, least):
    """What one work's contenders compute, compared, and their seconds in each round."""
    place = {}  # contender: its worker
    contenders = {}
    for worker in workers:
        for name, about in worker.ask(prepare=work)["contenders"].items():
            place[name], contenders[name] = worker, about
    first = None
    with tempfile.TemporaryDirectory() as folder:
        for name, worker in list(place.items()):
            file = Path(folder) / "outputs.npz"
            worker.ask(outputs=name, file=str(file))
            with np.load(file) as outputs:
                outputs = dict(outputs)
            first = outputs if first is None else first
            apart = contenders[name]["difference"] = difference(outputs, first)
            if not apart <= TOLERANCE:
                print(f"{work}: {name} differs from {next(iter(place))} by {apart:.2g}", file=sys.stderr, flush=True)
                del place[name]
    calls, used = {}, np.zeros(3)
    for name, worker in place.items():
        worker.ask(time=name, calls=1)
        once = worker.ask(time=name, calls=1)["seconds"]
        calls[name] = max(1, round(least / once))
        contenders[name]["seconds"] = []
    names = list(place)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            place[name].ask(time=name, calls=1)  # wakes up its threads
            busy = processor_seconds() or np.nan
            took = place[name].ask(time=name, calls=calls[name])
            used += took["seconds"], took["cpu_seconds"], (processor_seconds() or np.nan) - busy
            seconds = took["seconds"] / calls[name] / contenders[name]["units"]
            contenders[name]["seconds"].append(float(f"{seconds:.4g}"))
    for name in names:
        print(f"{work:<12} {1000 * np.median(contenders[name]['seconds']):10.3f} ms  {name}", flush=True)
    for about in contenders.values():
        about["difference"] = float(f"{about['difference']:.1e}")
    others = (used[2] - used[1]) / used[0] / os.cpu_count()
    return {
        "size": works.SIZES[work][size],
        "others": None if np.isnan(others) else round(max(0.0, others), 2),
        "contenders": contenders,
    }


def main():
    parser = argparse.ArgumentParser(
        prog="python -m course_utils.experiments.bench", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--rivals", help="the Python that has JAX and PyTorch; without it only TensorFlow is timed")
    parser.add_argument("--size", choices=("full", "tiny"), default="full")
    parser.add_argument("--works", nargs="+", choices=works.SIZES, default=list(works.SIZES))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--least", type=float, default=0.3, help="seconds that a measurement lasts at least")
    parser.add_argument("--out", type=Path, default=page.RESULTS)
    parser.add_argument("--page", type=Path, default=page.PAGE)
    options = parser.parse_args()

    with contextlib.ExitStack() as stack:
        workers = []
        for name in STACKS:
            python = sys.executable if name.startswith("tensorflow") else options.rivals
            if python:
                workers.append(Worker(name, options.size, python))
                stack.callback(workers[-1].close)
        result = {
            "date": datetime.date.today().isoformat(),
            "processor": processor(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "versions": {name: number for worker in workers for name, number in worker.about["versions"].items()},
            "threads": {worker.stack: worker.about["threads"] for worker in workers},
            "rounds": options.rounds,
            "tolerance": TOLERANCE,
        }
        measured = {work: measure(work, options.size, workers, options.rounds, options.least) for work in options.works}
    result["works"] = measured
    if any("seconds" not in about for one in measured.values() for about in one["contenders"].values()):
        raise SystemExit("not all contenders compute the same; nothing is written")
    write_text(options.out, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    write_text(options.page, page.of(result))
    print(f"{options.out} and {options.page} are written")


if __name__ == "__main__":
    main()
