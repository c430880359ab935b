"""Every check accepts the solution on a hundred seeds, and rejects the blank and every mutant with its hint."""

import importlib
import json
import pkgutil

import mutants
import numpy as np
import pytest

from course_utils import checks, exercises
from course_utils.paths import resource
from course_utils.tools import lessons

LESSONS = sorted(path.stem.split("_")[0] for path in resource("solutions").glob("*.ipynb"))
MUTANTS = [
    mutant
    for module in pkgutil.iter_modules(mutants.__path__)
    for mutant in importlib.import_module(f"mutants.{module.name}").MUTANTS
]


def solution(lesson):
    return json.loads(exercises.solution_path(lesson).read_text(encoding="utf-8"))


EXERCISES = [exercise for lesson in LESSONS for exercise in exercises.exercise_sources(solution(lesson))]


def answer_from(source, exercise):
    """The answer that a cell's source defines, with the lesson's imports and the other exercises solved."""
    namespace = dict(exercises.references(exercises.lesson_of(exercise)))
    exec(source, namespace)
    return namespace[checks.find(exercise).name]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_solution_is_accepted_on_a_hundred_seeds(exercise):
    answer = exercises.reference(exercise, checks.find(exercise).name)
    verdict = checks.examine(exercise, answer, seeds=range(1000, 1100))
    assert verdict.status == "right", verdict


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_blank_is_open(exercise):
    source = exercises.exercise_sources(solution(exercises.lesson_of(exercise)))[exercise]
    verdict = checks.examine(exercise, answer_from(lessons.blanked(source, exercise, number=0), exercise))
    assert verdict.status == "open", verdict


@pytest.mark.parametrize(("exercise", "what", "hint", "source"), MUTANTS, ids=[f"{m[0]}-{m[1]}" for m in MUTANTS])
def test_a_mutant_is_rejected_with_its_hint(exercise, what, hint, source):
    answer = answer_from(source, exercise)
    for seed in range(5):
        verdict = checks.examine(exercise, answer, seeds=[seed])
        assert verdict.status == "wrong", f"seed {seed} accepts: {what}"
        assert hint in verdict.hint, f"seed {seed}"


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
    def shameless(states, mask):
        states[:] = 0
        return states[:, 0]

    assert checks.examine("2b.2", shameless).status == "wrong"


class Yes:
    """Equal to everything, close to everything."""

    def __eq__(self, other):
        return True

    def __array__(self, *args, **kwargs):
        return np.array([self], dtype=object)


@pytest.mark.parametrize("value", [Yes(), "right", object(), {}, [[1, 2], [3]]])
def test_what_is_not_numbers_is_wrong_in_one_sentence(value):
    verdict = checks.examine("2b.1", lambda token_ids: value)
    assert verdict.status == "wrong"
    assert "where numbers were expected" in verdict.hint


def test_an_exception_names_itself():
    verdict = checks.examine("2b.1", lambda token_ids: token_ids.nonsense)
    assert verdict.status == "wrong"
    assert "AttributeError" in verdict.hint


def test_an_unknown_exercise_is_named_with_those_there_are():
    with pytest.raises(KeyError, match=r"2b\.99.*2b\.1"):
        checks.find("2b.99")
    with pytest.raises(KeyError, match="no checks for lesson '99'"):
        checks.find("99.1")
