"""What all checks share: cases at the edges, what is watched of an answer, where it runs, and how hints read."""

import contextlib
import functools
import importlib

import numpy as np
import pytest

from course_utils import checks, probing
from course_utils.checks import harness, mistakes


@contextlib.contextmanager
def registered(**parts):
    """The check of an exercise of its own: draws a size and numbers, and wants their mean."""
    own = {
        "exercise": "3a.77",
        "name": "mean",
        "inputs": lambda self, rng: {"x": rng.reals(rng.size("T", 3, 6))},
        "probe": lambda self, answer, inputs: {"mean": answer(inputs["x"])},
        "judge": lambda self, inputs, outputs: checks.expect_close(
            "the mean", outputs["mean"], inputs["x"].mean(), mistakes.of_mean(inputs["x"])
        ),
    }
    type("Mean", (checks.Check,), own | parts)
    try:
        yield functools.partial(checks.examine, "3a.77")
    finally:
        del checks.REGISTRY["3a.77"]


def test_an_answer_is_tried_at_the_edges_without_its_authors_doing():
    with registered() as examine:
        assert examine(np.mean).status == "right"
        assert "divided" not in examine(lambda x: x.sum() / len(x)).hint
        assert examine(lambda x: x.mean() if len(x) > 1 else 0).hint.startswith("with T = 1: ")
        assert examine(lambda x: np.mean(x, dtype=x.dtype)).hint.startswith("with integers: ")
        assert "IndexError" in examine(lambda x: x[1] - x[1] + x.mean()).hint
        assert "this is the sum" in examine(np.sum).hint


def test_the_lessons_own_call_is_a_case():
    with registered(further=lambda self: {"as the lesson calls it": {"x": np.full(3, 7.0)}}) as examine:
        assert examine(lambda x: 8 if x[0] == 7 else x.mean()).hint.startswith("as the lesson calls it: ")


def test_a_changed_argument_is_seen_and_an_answer_that_remembers():
    def forgetful(x, seen=[]):  # noqa: B006
        seen.append(1)
        return len(seen)

    with registered(probe=lambda self, answer, inputs: {"mean": answer(inputs["x"].tolist())}) as examine:
        assert "changes its argument values" in examine(lambda values: values.pop() * 0 + np.mean(values)).hint
        assert "two different results" in examine(forgetful).hint


def test_a_mistake_that_the_usual_case_rules_out_is_no_reason_later():
    with registered() as examine:
        hint = examine(lambda x: x.mean() if len(x) > 1 else -x.mean()).hint
        assert hint == "with T = 1: the sign is wrong"  # the only one that fits
        assert "should be" in examine(lambda x: x.mean() if np.ptp(x) and len(x) > 1 else 3.0).hint


def test_a_base_of_checks_is_none_and_a_check_may_be_defined_again():
    before = dict(checks.REGISTRY)

    class Base(checks.Check):
        def probe(self, answer, inputs):
            return {"value": answer()}

    assert before == checks.REGISTRY
    importlib.reload(checks.importlib.import_module("course_utils.checks.lesson_3a"))
    with pytest.raises(ValueError, match=r"two checks for exercise 3a\.1"):
        type("Another", (Base,), {"exercise": "3a.1", "name": "another"})


def test_hints_are_one_short_printable_line():
    hint = checks.Verdict("3a.1", "", "wrong", "\x1b[31ma\nb" + "x" * 5000).hint
    assert len(hint) <= 1000 and hint.isprintable()
    error = ValueError("{{function_node __wrapped__MatMul_device_/job:localhost}} Matrix size [Op:MatMul] name: ")
    assert checks.describe_error(error) == "your code raised ValueError: Matrix size"


def test_an_exception_is_placed_in_the_exercises_own_cell():
    import linecache

    helper, own = "def halve(x):\n    return x / None\n", "def answer(x):\n    return halve(x)\n"
    namespace = {}
    for name, source in (("<cell 1>", helper), ("<cell of exercise 3a.77>", own)):
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
        exec(compile(source, name, "exec"), namespace)
    with registered() as examine:
        assert "(line 2 of your cell: return halve(x))" in examine(namespace["answer"]).hint


def test_an_unknown_exercise_is_a_clear_sentence():
    for exercise in ("3a.99", "99.1", None, "../x", 2.1):
        with pytest.raises(checks.UnknownExercise, match=r"there (is|are) no check"):
            checks.examine(exercise, None)


def test_results_come_as_the_lesson_goes_on_with_them():
    import tensorflow as tf

    assert isinstance(probing.giving(lambda: tf.ones(3), "array")(), np.ndarray)
    assert probing.giving(lambda: tf.constant(2.0), "array")() == 2.0
    assert [type(one) for one in probing.giving(lambda: (tf.ones(3), [1, 2]), "arrays")()] == [np.ndarray] * 2


def test_thresholds_are_met_from_both_sides_and_met():
    limits = [harness.Draw(np.random.default_rng(0), edge).beside("limit", 5.0, (3.0, 9.0)) for edge in
              [None, ("equal", "limit"), *((n, "limit") for n in range(4))]]  # fmt: skip
    assert limits[1] == 5.0 and limits[2] < 3 < limits[3] < 5 < limits[4] < 9 < limits[5]


def test_a_distribution_is_judged_whole():
    rng = np.random.default_rng(0)
    harness.expect_distribution("the widths", rng.integers(0, 5, 2000), range(5), "")
    for values in (np.rint(rng.uniform(0, 4, 2000)), rng.integers(0, 6, 2000), rng.integers(0, 2, 2000) * 4):
        with pytest.raises(checks.Wrong, match="as likely"):
            harness.expect_distribution("the widths", values, range(5), "")


def test_families_give_other_values_than_the_right_one():
    rng = np.random.default_rng(0)
    each, count = rng.normal(size=(3, 4)), np.array([2, 5])
    pairs = mistakes.of_shift(each, 1, ("late", "early"))
    assert all(not np.allclose(wrong, each) for wrong, _ in pairs) and {hint for _, hint in pairs} == {"late", "early"}
    assert all(not np.allclose(wrong, count) for wrong, _ in mistakes.of_count(count, "words"))
    assert all(not np.isclose(wrong, each.mean()) for wrong, hint in mistakes.of_mean(each) if "every" not in hint
               and "size of the array" not in hint and "each row" not in hint)  # fmt: skip


def test_wrong_masks_differ_from_the_right_one():
    mask = np.array([[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 1, 1, 0]]) > 0
    pairs = mistakes.of_mask(mask)
    assert all(wrong.dtype == bool and wrong.shape == mask.shape and np.any(wrong != mask) for wrong, _ in pairs)


def test_an_answer_runs_compiled_in_a_model_and_backwards():
    from keras import ops

    x, y = np.arange(4, dtype="float32"), np.ones(4, "float32")
    assert np.array_equal(probing.compiled(ops.square, [x], [(None,)], ""), x**2)
    assert np.array_equal(probing.in_model(lambda a: [a + 1], [x[:, None]], [(None,)], "")[0], x[:, None] + 1)
    value, gradient = probing.loss_and_gradient(lambda a, b: ops.sum(a * b**2), [x, y], [(None,)] * 2, "")
    assert float(value) == 6 and np.array_equal(gradient, 2 * x)
    with pytest.raises(checks.Wrong, match="no values yet"):
        probing.compiled(np.asarray, [x], [(None,)], "no values yet")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([1, 2.0], [1, 2.0000001], True),
        ([[1.0], [2, 3]], [[1.0], [2, 3]], True),
        ([1, 2], [1, 3], False),
        ([1, 2], [[1], [2, 3]], False),
        ([1, 2], [1], False),
    ],
)
def test_lists_of_numbers_are_compared_at_once(one, other, same):
    assert probing.alike(one, other, probing.nearly) is same
