"""One process of the benchmark: it has one of the stacks, and does what the driver asks, a line of JSON at a time.

    python worker.py STACK SIZE    STACK: a key of STACKS; SIZE: full or tiny

Requests: {"prepare": WORK} builds that work's contenders; {"outputs": NAME, "file": PATH} saves what NAME computes;
{"time": NAME, "calls": N} runs it N times and returns the seconds of all, on the clock and of the processors.
Everything else that is printed goes to the standard error stream. It is started by its file, not as a module of the
package: the environment that has PyTorch and JAX has no TensorFlow, which the package imports.
"""

import importlib
import json
import os
import sys
import time
from functools import partial
from importlib.metadata import version

import numpy as np

JIT = ("jit_compile=False", False), ("jit_compile=True", True), ('jit_compile="auto"', "auto")


def pytorch(name):
    """The contenders of PyTorch under a name, by work."""
    return {
        "speech_step": {name: ("torch_side", "speech_step", ())},
        "review_step": {name: ("torch_side", "review_step", ())},
        "attention": {f"{name}, greedy loop in Python": ("torch_side", "attention", ())},
        "ctc": {f"{name}, ctc_loss": ("torch_side", "ctc", ())},
        "wavenet": {f"{name}, queues": ("torch_side", "wavenet", ())},
    }


STACKS = {  # {stack: (packages, {work: {contender: (module, function, arguments)}})}
    "tensorflow": (
        ("tensorflow", "keras", "numpy"),
        {
            "speech_step": {
                **{f"Keras on TensorFlow, {name}": ("keras_side", "speech_step", (jit,)) for name, jit in JIT},
                "Keras on TensorFlow, W's gradient as one product": ("keras_side", "speech_step_by_hand", (False,)),
                "the same, and a look-up for the one-hot rows": ("keras_side", "speech_step_by_hand", (True,)),
            },
            "review_step": {f"Keras on TensorFlow, {name}": ("keras_side", "review_step", (jit,)) for name, jit in JIT},
            "attention": {
                "Keras on TensorFlow, greedy loop, compiled": ("keras_side", "greedy", ()),
                "Keras on TensorFlow, lesson 4b's beam search, width 1": ("keras_side", "beam_of_one", ()),
                "Keras on TensorFlow, greedy loop in Python, step compiled": ("keras_side", "greedy", (False,)),
            },
            "wavenet": {
                "Keras on TensorFlow, naive, jit_compile=False": ("keras_side", "wavenet", ("naive", False)),
                "Keras on TensorFlow, naive, jit_compile=True": ("keras_side", "wavenet", ("naive",)),
                "Keras on TensorFlow, lesson 7's queues, jit_compile=True": ("keras_side", "wavenet", ("queued",)),
            },
            "ctc": {
                "keras.ops.ctc_loss on TensorFlow": ("keras_side", "ctc", ("keras",)),
                "tf.nn.ctc_loss with sparse labels, as lesson 5b trains": ("keras_side", "ctc", ("sparse",)),
                "lesson 5a's recursion on TensorFlow": ("keras_side", "ctc", ("lesson",)),
            },
        },
    ),
    "tensorflow without oneDNN": (
        ("tensorflow", "keras", "numpy"),
        {
            work: {"Keras on TensorFlow, jit_compile=False, without oneDNN": ("keras_side", work, (False,))}
            for work in ("speech_step", "review_step")
        },
    ),
    "jax": (
        ("jax", "keras", "optax", "numpy"),
        {
            "speech_step": {"Keras on JAX": ("keras_side", "speech_step", (True,))},
            "review_step": {"Keras on JAX": ("keras_side", "review_step", (True,))},
            "ctc": {
                "keras.ops.ctc_loss on JAX": ("keras_side", "ctc", ("keras",)),
                "optax.ctc_loss": ("optax_side", "ctc", ()),
            },
        },
    ),
    "torch": (("torch", "numpy"), pytorch("PyTorch")),
    "torch on one thread": (("torch", "numpy"), pytorch("PyTorch on one thread")),
}


def threads(stack):
    """How many threads the stack computes with: PyTorch says it, the others take one for each core they may use."""
    if stack.startswith("torch"):
        import torch

        return torch.get_num_threads()
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def build(stack, work, size):
    """{contender: (outputs, run, units in a run, note)} of a work."""
    works = importlib.import_module("works")  # beside this file
    numbers = works.SIZES[work][size]
    data = getattr(works, work)(**numbers)
    contenders = STACKS[stack][1].get(work, {})
    return {
        name: partial(getattr(importlib.import_module(module), function), data, numbers, *arguments)()
        for name, (module, function, arguments) in contenders.items()
    }


def main(stack, size):
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    packages, contenders = STACKS[stack][0], {}
    first = {"versions": {package: version(package) for package in packages}, "threads": threads(stack)}
    print(json.dumps(first), file=answers, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        if "prepare" in request:
            contenders = build(stack, request["prepare"], size)
            answer = {"contenders": {name: {"units": c[2], "note": c[3]} for name, c in contenders.items()}}
        elif "outputs" in request:
            np.savez(request["file"], **contenders[request["outputs"]][0]())
            answer = {}
        else:
            run = contenders[request["time"]][1]
            start, start_cpu = time.perf_counter(), time.process_time()
            for _ in range(request["calls"]):
                run()
            answer = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - start_cpu}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
