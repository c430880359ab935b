"""Every check accepts the solution on many seeds, and rejects the blank and every mutant with its hint."""

import importlib
import json
import pkgutil

import mutants
import numpy as np
import pytest

from course_utils import checks, exercises, probing, references
from course_utils.paths import resource
from course_utils.tools import lessons

# Of a converted check every seed draws all edges, too, so fewer will do.
# Six missed a judge that refused one draw in eleven.
SEEDS_OF_A_SOLUTION = {"quick": (5, 1), "usual": (30, 12), "weekly": (100, 100)}
SEEDS_OF_A_MUTANT = {"quick": (1, 1), "usual": (2, 1), "weekly": (5, 5)}
SEEDS_OF_ANOTHER_FORM = {"quick": (1, 1), "usual": (4, 2), "weekly": (10, 10)}
LESSONS = sorted(path.stem.split("_")[0] for path in resource("solutions").glob("*.ipynb"))
MODULES = [importlib.import_module(f"mutants.{module.name}") for module in pkgutil.iter_modules(mutants.__path__)]
MUTANTS = [mutant for module in MODULES for mutant in module.MUTANTS]
RIGHT_BUT_UNUSUAL = [answer for module in MODULES for answer in module.RIGHT_BUT_UNUSUAL]


def solution(lesson):
    return json.loads(exercises.solution_path(lesson).read_text(encoding="utf-8"))


EXERCISES = [exercise for lesson in LESSONS for exercise in exercises.exercise_sources(solution(lesson))]


def seeds(table, exercise, effort):
    """How many seeds a test of an exercise draws."""
    return table[effort][exercises.lesson_of(exercise) not in checks.NOT_CONVERTED]


def answer_from(source, exercise):
    """The answer that a cell's source defines, with the lesson's imports and the other exercises solved."""
    namespace = dict(references.solved(exercises.lesson_of(exercise)))
    exec(source, namespace)
    return namespace[checks.find(exercise).name]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_accepted_on_many_seeds(exercise, effort):
    answer = references.reference(exercise, checks.find(exercise).name)
    count = seeds(SEEDS_OF_A_SOLUTION, exercise, effort)
    verdict = checks.examine(exercise, answer, seeds=range(1000, 1000 + count))
    assert verdict.status == "right", verdict


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_blank_is_open(exercise):
    source = exercises.exercise_sources(solution(exercises.lesson_of(exercise)))[exercise]
    verdict = checks.examine(exercise, answer_from(lessons.blanked(source, exercise, number=0), exercise))
    assert verdict.status == "open", verdict


@pytest.mark.parametrize(("exercise", "what", "hint", "source"), MUTANTS, ids=[f"{m[0]}-{m[1]}" for m in MUTANTS])
def test_a_mutant_is_rejected_with_its_hint(exercise, what, hint, source, effort):
    answer = answer_from(source, exercise)
    for seed in range(seeds(SEEDS_OF_A_MUTANT, exercise, effort)):
        verdict = checks.examine(exercise, answer, seeds=[seed])
        assert verdict.status == "wrong", f"seed {seed} accepts: {what}"
        assert hint in verdict.hint, f"seed {seed}"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_check_draws_edges_unless_its_lesson_is_named(exercise):
    cases = probing.by_case(checks.find(exercise).inputs(np.random.default_rng(0)))
    assert (len(cases) > 1) == (exercises.lesson_of(exercise) not in checks.NOT_CONVERTED)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_there_are_four_mutants_for_each_exercise(exercise):
    assert sum(mutant[0] == exercise for mutant in MUTANTS) >= 4


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_inputs_of_a_check_are_plain_and_follow_from_the_seed(exercise):
    once, again = (checks.find(exercise).inputs(np.random.default_rng(7)) for _ in range(2))
    other = checks.find(exercise).inputs(np.random.default_rng(8))
    for name, value in once.items():
        assert isinstance(value, np.ndarray | int | float | str), name
        np.testing.assert_array_equal(value, again[name])
    assert any(np.shape(once[name]) != np.shape(other[name]) or np.any(once[name] != other[name]) for name in once)


def test_an_answer_that_writes_into_its_arguments_does_not_move_the_goal():
    def shameless(states, W_hh):
        states[:] = 0
        return states[:, 0]

    assert "changes its argument states" in checks.examine("3a.2", shameless).hint


class Yes:
    """Equal to everything, close to everything."""

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.array([self], dtype=object)


@pytest.mark.parametrize("value", [Yes(), "right", object(), {}, [[1, 2], [3]]])
def test_what_is_not_numbers_is_wrong_in_one_sentence(value):
    verdict = checks.examine("3a.2", lambda states, W_hh: value)
    assert verdict.status == "wrong"
    assert "where numbers were expected" in verdict.hint


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError


def raising(error):
    def answer(*given):
        raise error

    return answer


@pytest.mark.parametrize("error", [SystemExit(1), Unprintable(), RecursionError("deep"), MemoryError()])
def test_nothing_that_an_answer_raises_ends_the_notebook(error):
    verdict = checks.examine("3a.2", raising(error))
    assert verdict.status == "wrong"
    assert type(error).__name__ in verdict.hint


def test_only_the_blank_itself_counts_as_open():
    assert checks.examine("3a.2", raising(NotImplementedError("exercise 3a.2"))).status == "open"
    assert "exercise 3a.1, which it uses" in checks.examine("3a.2", raising(NotImplementedError("exercise 3a.1"))).hint
    assert checks.examine("3a.2", raising(NotImplementedError("later"))).status == "wrong"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_judge_needs_neither_the_students_process_nor_trust_in_it(exercise, tmp_path, effort):
    """Each array is replaced by two of five others in turn; by all five in the weekly tests."""
    given = checks.find(exercise).inputs(np.random.default_rng(5))
    outputs = checks.observe(exercise, references.reference(exercise, checks.find(exercise).name), given)
    np.savez(tmp_path / "outputs.npz", **outputs)
    with np.load(tmp_path / "outputs.npz", allow_pickle=False) as back:
        assert checks.decide(exercise, given, dict(back)).status == "right"
    cases = list(probing.by_case(outputs))
    replaced = [name for name in outputs if name.rpartition("/")[0] in ("", cases[-1])]  # one edge stands for all
    for place, name in enumerate(replaced):
        array = outputs[name]
        others = [
            np.zeros(0),
            np.full(array.shape, np.nan),
            np.zeros((3, 3, 3, 3)),
            array.ravel()[:1],
            array[None],
        ]
        others = others if effort == "weekly" else [others[place % 5], others[(place + 2) % 5]]
        for other in others:
            if not (other.shape == array.shape and np.array_equal(other, array)):  # as a single number is its own first
                assert checks.decide(exercise, given, outputs | {name: other}).status == "wrong", (name, other.shape)
        assert checks.decide(exercise, given, {key: outputs[key] for key in outputs if key != name}).status == "wrong"


@pytest.mark.parametrize("exercise", EXERCISES)
def test_a_check_leaves_the_random_state_as_it_was(exercise):
    import random

    states = []
    for answer in (references.reference(exercise, checks.find(exercise).name), raising(NotImplementedError())):
        random.seed(3)
        np.random.seed(3)  # noqa: NPY002
        checks.examine(exercise, answer)
        states.append((random.random(), np.random.random()))  # noqa: NPY002
    assert states[0] == states[1]


@pytest.mark.parametrize(
    ("exercise", "source"), RIGHT_BUT_UNUSUAL, ids=[f"{n}-{right[0]}" for n, right in enumerate(RIGHT_BUT_UNUSUAL)]
)
def test_right_answers_in_another_form_are_accepted(exercise, source, effort):
    count = seeds(SEEDS_OF_ANOTHER_FORM, exercise, effort)
    verdict = checks.examine(exercise, answer_from(source, exercise), seeds=range(count))
    assert verdict.status == "right", verdict


def test_an_exception_names_itself():
    verdict = checks.examine("3a.2", lambda states, W_hh: states.nonsense)
    assert verdict.status == "wrong"
    assert "AttributeError" in verdict.hint


def test_an_unknown_exercise_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"3a\.99.*3a\.1"):
        checks.find("3a.99")
    with pytest.raises(KeyError, match="no checks for lesson '99'"):
        checks.find("99.1")
