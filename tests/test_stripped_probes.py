"""What the grader sends into the sandbox, a probe without its judge, and what somebody might send back."""

import random
from pathlib import Path

import numpy as np
import pytest

from course_utils import checks, references
from course_utils.tools.grading.course import Course
from course_utils.tools.grading.judge import judged

LESSONS = sorted(path.stem.removeprefix("lesson_") for path in Path(checks.__file__).parent.glob("lesson_*.py"))
LETTERS = np.frombuffer(b"\x1b[31mno\n\x00\xff", "uint8")


def forgeries(seen):
    """What somebody might send who knows the names, types and shapes that a check asks for, but not the answer."""
    rng = np.random.default_rng(0)
    for make in (
        np.zeros_like,
        np.ones_like,
        lambda array: np.full(array.shape, np.nan),
        lambda array: np.full(array.shape, np.inf),
        lambda array: rng.normal(size=array.shape),
        lambda array: np.zeros(array.shape, bool),
        lambda array: np.full(array.shape, np.iinfo("int64").min),
        lambda array: array[None],
        lambda array: np.zeros(0),
        lambda array: np.zeros(()),
        lambda array: np.zeros((1 << 20, 1)),
        lambda array: np.zeros((1,) * 16),
    ):
        yield {name: make(array) for name, array in seen.items()}
    yield {}


@pytest.mark.parametrize("lesson", LESSONS)
@pytest.mark.slow
def test_stripped_probes_see_what_the_whole_checks_see(lesson, effort):
    """The probe alone gives the same arrays for the reference solution; nothing of the judge is left.

    And no other arrays of their kind are right: who writes into the grader's pipe gains nothing, in any lesson.
    """
    course = Course()
    source = course.stripped_checks()[f"lesson_{lesson}.py"]
    kept = dict(checks.REGISTRY)
    stripped = {}
    try:
        for exercise in [one.id for one in course.lessons[lesson].exercises]:
            del checks.REGISTRY[exercise]
        exec(compile(source, "stripped", "exec"), {"__name__": "stripped"})
        stripped = {one.id: checks.REGISTRY[one.id] for one in course.lessons[lesson].exercises}
    finally:
        checks.REGISTRY.clear()
        checks.REGISTRY.update(kept)
    for exercise, check in stripped.items():
        assert not {"judge", "inputs"} & vars(type(check)).keys()
        given = checks.find(exercise).inputs(np.random.default_rng(11))
        answer = references.reference(exercise, check.name)
        whole = checks.arrays(checks.find(exercise).probe(answer, checks.copied(given)))
        alone = checks.arrays(check.probe(answer, checks.copied(given)))
        assert whole.keys() == alone.keys()
        for name in whole:
            np.testing.assert_allclose(alone[name], whole[name], rtol=1e-6)
        for number, sent in enumerate(forgeries(whole)):
            status, hint = judged(exercise, [given], [sent])
            assert status == "wrong" and hint.isprintable() and len(hint) <= 1000, (exercise, number, hint[:2000])
        names = list(whole) if effort == "weekly" else random.Random(exercise).sample(list(whole), min(3, len(whole)))
        for name in names:  # text in place of one array, which a judge may take into its hint
            hint = judged(exercise, [given], [whole | {name: np.resize(LETTERS, 600_000)}])[1]
            assert hint.isprintable() and len(hint) <= 1000, (exercise, name, hint[:2000])
    for word in ("judge", "rng", "expect_", "mistakes", "TASKS"):
        assert word not in source, word
