"""What a lesson imports from the course's front, as it is inside the sandbox: nothing is judged or shown there."""


def check(exercise, answer):
    """The answer as it is; the grader judges it elsewhere."""
    return answer


def predict(name, guess=...):
    """The guess as it is; it counts for nothing."""
    return guess


def nothing(*arguments, **named):
    """Stands for what an exercise does not need."""


setup = compare = record = verdicts = full_results = show_goal = experiment = trained_weights = nothing


class quiet:
    """A `with` that does nothing."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False
