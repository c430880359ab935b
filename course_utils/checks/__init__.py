"""Checks of exercises: what they are made of and how they run.

A check has three parts, so that student code never judges itself:

- `inputs(rng)`: a dictionary of NumPy arrays and plain numbers, of random shapes and values;
- `probe(answer, inputs)`: calls the student's function, layer or model and returns a dictionary of
  NumPy arrays; the only part that runs beside student code;
- `judge(inputs, outputs)`: pure NumPy, with an oracle that is independent of the solution; raises
  `Wrong("hint")`.

`observe` runs the probe and `decide` the judge; a notebook calls both in place. A grader calls `observe` in
the student's sandbox, on seeds that the student has not seen, takes the arrays out, and calls `decide` in its
own process.

What a check draws with the methods of `harness.Draw` is drawn several times, as it usually is and at its edges: these
are the cases of a check. Its three parts are written for one case, and run for each. `course_utils.probing` runs
answers; `mistakes` makes wrong values with their hints.
"""

import contextlib
import contextvars
import functools
import importlib
import random
import re
from dataclasses import dataclass

import numpy as np

from course_utils.probing import (
    CHANGED,
    FAILED,
    Wrong,
    arrays,
    by_case,
    describe_error,
    giving,
    in_case,
    kept,
    on_each,
    one_line,
)

__all__ = [
    "Check", "Verdict", "Wrong", "arrays", "decide", "describe_error", "examine", "expect_close", "expect_shape",
    "find", "kept", "observe", "usable",
]  # fmt: skip

SEEDS = (0, 1, 2)  # those a notebook runs; a grader has its own
NOT_CONVERTED = ("4b", "6", "7")  # lessons whose checks draw no edges yet
REGISTRY = {}
RULED_OUT = contextvars.ContextVar("hints of mistakes that the usual case would have shown", default=None)


class UnknownExercise(KeyError):
    """There is no check for an exercise; the message says which there are."""

    __str__ = Exception.__str__


def of_each(inputs):
    """`inputs` for every case: the usual one, the edges that its draws have, and the check's `further` ones."""

    @functools.wraps(inputs)
    def of_all(check, rng):
        from course_utils.checks.harness import all_cases

        return all_cases(functools.partial(inputs, check), rng, check.further(), check.few)

    return of_all


def judging_each(judge):
    """A judge that runs for every case, in order. A mistake that the usual case rules out is no later one's reason."""

    @functools.wraps(judge)
    def judging_all(check, inputs, outputs):
        cases, seen = by_case(inputs), by_case(outputs)
        if len(cases) == 1:
            return judge(check, inputs, outputs)
        failed, token = seen.get("", {}).pop(FAILED, None), RULED_OUT.set(set())
        try:
            for words, given in cases.items():
                if failed is not None and words not in seen:
                    raise Wrong(bytes(failed.astype("uint8")).decode("utf-8", "replace"))
                try:
                    judge(check, given, seen.get(words, {}))
                except Wrong as wrong:
                    raise Wrong(in_case(words, str(wrong))) from None
        finally:
            RULED_OUT.reset(token)

    return judging_all


ON_EACH_CASE = {"inputs": of_each, "probe": on_each, "judge": judging_each}


class Check:
    """Base of all checks; a subclass sets `exercise` and `name` and defines the three parts.

    A subclass without an `exercise` is a base of others. One that is defined again, as a reload does, takes the place
    of the first.
    """

    exercise: str
    name: str
    few = False  # True where a case takes so long that all sizes are drawn small together, and few edges of values
    gives = None  # "array" or "arrays": what the lesson goes on with, though the answer may give tensors or lists

    def __init_subclass__(cls):
        for part in ON_EACH_CASE.keys() & vars(cls).keys():
            setattr(cls, part, ON_EACH_CASE[part](vars(cls)[part]))
        if not hasattr(cls, "exercise"):
            return
        there = type(REGISTRY.get(cls.exercise, cls()))
        if (there.__module__, there.__qualname__) != (cls.__module__, cls.__qualname__):
            raise ValueError(f"two checks for exercise {cls.exercise}: {there.__name__}, {cls.__name__}")
        REGISTRY[cls.exercise] = cls()

    def further(self):
        """{words: inputs} of cases that are always the same, above all the lesson's own call."""
        return {}

    def inputs(self, rng):
        """Arrays to try the answer on, drawn from the `numpy.random.Generator` rng."""
        raise NotImplementedError

    def probe(self, answer, inputs):
        """Call the answer on the inputs; return {name: array}."""
        raise NotImplementedError

    def judge(self, inputs, outputs):
        """Raise Wrong(hint) unless the outputs are right."""
        raise NotImplementedError


@dataclass(frozen=True)
class Verdict:
    """The outcome of a check: status "right", "wrong" or "open" (not attempted), and the hint when wrong."""

    exercise: str
    name: str
    status: str
    hint: str = ""

    def __post_init__(self):
        object.__setattr__(self, "hint", one_line(self.hint))  # whoever reads it: a notebook, a journal, a page

    def __str__(self):
        line = f"{dict(right='✓', wrong='✗', open='○')[self.status]} {self.exercise} {self.name}"
        return line + {"right": "", "wrong": f": {self.hint}", "open": " not attempted yet"}[self.status]


def find(exercise):
    """The check of an exercise. Raises UnknownExercise, naming the exercises of the lesson that have one."""
    lesson = str(exercise).rpartition(".")[0]
    try:
        importlib.import_module(f"course_utils.checks.lesson_{lesson}")
    except ModuleNotFoundError as error:
        if not error.name.startswith("course_utils.checks.lesson_"):  # one that the checks themselves import
            raise
        raise UnknownExercise(f"there are no checks for lesson {lesson!r}, of exercise {exercise!r}") from error
    if exercise not in REGISTRY:
        there = ", ".join(sorted(name for name in REGISTRY if name.startswith(lesson + ".")))
        raise UnknownExercise(f"there is no check for exercise {exercise!r}; lesson {lesson} has {there}")
    return REGISTRY[exercise]


def examine(exercise, answer, seeds=SEEDS):
    """Run all three parts of a check in this process, for each seed, until one is not right.

    Returns a Verdict; raises nothing but KeyboardInterrupt, and UnknownExercise for an id without a check. Python's
    and NumPy's random states are left as they were, so that nothing after a check depends on what was checked.
    """
    with same_random_state():
        for seed in seeds:
            given = find(exercise).inputs(np.random.default_rng(seed))
            seen = observe(exercise, answer, given)
            verdict = seen if isinstance(seen, Verdict) else decide(exercise, given, seen)
            if verdict.status != "right":
                break
    return verdict


def observe(exercise, answer, given):
    """Run the probe of a check on one draw of its inputs, beside the student's code.

    Returns {name: numeric NumPy array}, or a Verdict ("open" or "wrong") where there is nothing to judge.
    """
    found = find(exercise)
    used = copied(given)
    try:
        outputs = arrays(found.probe(answer, used))
        for name, value in given.items():
            if isinstance(value, np.ndarray) and not np.array_equal(used[name], value):
                raise Wrong(CHANGED.format(f"its argument {name.rpartition('/')[2]}"))
        return outputs
    except KeyboardInterrupt:
        raise
    except NotImplementedError as error:
        blank = re.fullmatch(r"exercise (\S+)", str(error))
        if blank and blank[1] == exercise:
            return Verdict(exercise, found.name, "open")
        hint = f"exercise {blank[1]}, which it uses, is still blank" if blank else describe_error(error, answer)
        return Verdict(exercise, found.name, "wrong", hint)
    except Wrong as wrong:
        return Verdict(exercise, found.name, "wrong", str(wrong))
    except BaseException as error:  # SystemExit too: an answer must not end the notebook
        return Verdict(exercise, found.name, "wrong", describe_error(error, answer))


def decide(exercise, given, outputs):
    """Judge what `observe` returned, in pure NumPy. Returns a Verdict; raises nothing, whatever the arrays."""
    found = find(exercise)
    try:
        with np.errstate(all="ignore"):
            found.judge(given, outputs)
    except Wrong as wrong:
        return Verdict(exercise, found.name, "wrong", str(wrong))
    except Exception as error:
        hint = f"the check cannot make sense of what your answer returned ({type(error).__name__}: {error})"
        return Verdict(exercise, found.name, "wrong", hint)
    return Verdict(exercise, found.name, "right")


def usable(exercise, answer):
    """A right answer in the form that the lesson goes on with."""
    gives = find(exercise).gives
    return giving(answer, gives) if gives else answer


@contextlib.contextmanager
def same_random_state():
    """Restore the global random states of Python and NumPy (Keras seeds its layers from the former)."""
    python_state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)  # noqa: NPY002


def copied(inputs):
    """The inputs once more, so that an answer that writes into its arguments cannot move the goal."""
    return {name: value.copy() if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


def expect_shape(what, array, shape, axes=""):
    """Raise Wrong unless `array` has `shape`; `axes` names them, as "(batch, time)"."""
    if array.shape != tuple(shape):
        raise Wrong(f"{what} should have shape {axes + ' = ' if axes else ''}{tuple(shape)}; yours has {array.shape}")


def expect_close(what, yours, expected, mistakes=(), atol=1e-5, rtol=1e-4, where=None):
    """Raise Wrong unless `yours` equals `expected` as closely as float32 deserves.

    what: what is compared, for the hint ("the states").
    yours, expected: arrays of equal shape.
    mistakes: pairs (array, hint); when `yours` equals one of these arrays instead, its hint is given.
    where: a function of an index that says in words where it is, as " for the label [1, 1]".
    """
    coarse = " (computed in float16; use float32)" if np.asarray(yours).dtype == np.float16 else ""
    whole, yours = np.asarray(yours).dtype.kind in "iu", np.asarray(yours, dtype="float64")
    expected = np.asarray(expected, dtype="float64")
    if whole and np.any(expected != np.rint(expected)):
        coarse = " (an array of integers cuts what is put into it; use floats)"

    def close(other):
        return yours.shape == other.shape and np.allclose(yours, other, atol=atol, rtol=rtol, equal_nan=True)

    if yours.shape != expected.shape:
        raise Wrong(f"{what} should have shape {expected.shape}; yours has {yours.shape}")
    if close(expected):
        rule_out(hint for mistake, hint in mistakes if not close(np.asarray(mistake, dtype="float64")))
        return
    hints = [hint for mistake, hint in mistakes if close(np.asarray(mistake, dtype="float64"))]
    if hint := likeliest(hints):
        raise Wrong(hint)
    if not np.all(np.isfinite(yours) | ~np.isfinite(expected)):
        raise Wrong(f"{what} should be finite; yours contains {'nan' if np.isnan(yours).any() else 'inf'}")
    gap = np.nan_to_num(np.abs(yours - expected), nan=np.inf)
    worst = np.unravel_index(np.argmax(gap), gap.shape)
    place = f" at index {tuple(int(i) for i in worst)}" if gap.ndim else ""
    place = where(worst) if where else place
    raise Wrong(f"{what} should be {expected[worst]:.6g}{place}; yours is {yours[worst]:.6g}{coarse}")


def rule_out(hints):
    """Note hints of mistakes that an answer does not make in one case."""
    if (ruled_out := RULED_OUT.get()) is not None:
        ruled_out.update(hints)


def likeliest(hints):
    """The first of several hints that fit; of those that an earlier case has ruled out only where it is the only one.

    Where sizes are 1 or numbers 0, many mistakes look alike.
    """
    ruled_out = RULED_OUT.get() or ()
    left = [hint for hint in hints if hint not in ruled_out] or (hints if len(set(hints)) == 1 else [])
    return left[0] if left else None
