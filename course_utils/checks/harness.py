"""Drawing what answers are tried on: as it usually is, and at its edges, by policy and not by an author's care.

`Check.inputs` draws with a `Draw`, a random generator that has methods for sizes, numbers, masks and thresholds. Each
of them has edges, and what was drawn with it is drawn once more at each: a case of the check. An author who draws a
size with `rng.size` need not think of one; who draws a limit with `rng.beside` need not think of equality.
"""

import numpy as np

from course_utils.checks import Wrong
from course_utils.probing import labelled

LARGE = 1000
FEW = (("least", ""), ("large", ""), ("holes", ""))  # the edges of a check each of whose cases takes long


class Draw(np.random.Generator):
    """A generator that draws the usual case (edge None), or one edge of it: a pair (kind, name).

    `edges` collects {words: edge} of all that was drawn.
    """

    def __init__(self, rng, edge=None):
        super().__init__(rng.bit_generator)
        self.edge, self.edges, self.sizes = edge, {}, set()

    def at(self, kind, words, name=""):
        """Note an edge of what is drawn; True where it is the one to draw."""
        self.edges[words] = (kind, name)
        return self.edge == (kind, name)

    def size(self, name, low, high, least=1):
        """A size from low to high, other than the sizes drawn before. Edges: the least, alone and of all sizes."""
        alone = self.at("least", f"with {name} = {least}", name)
        if self.at("least", "with every size as small as can be") or alone:
            return least
        choices = [size for size in range(low, high + 1) if size not in self.sizes] or [low]
        self.sizes.add(chosen := int(self.choice(choices)))
        return chosen

    def reals(self, *shape, within=None, dtype=None, zeros=True):
        """Normal numbers, or uniform ones within two bounds.

        Edges: integers (kept in dtype, if one is given), repeated values, large and small ones, zeros unless zeros is
        False.
        """
        if zeros and self.at("zeros", "with zeros"):
            return np.zeros(shape, dtype or "float64")
        low, high = within or (-LARGE, LARGE)
        if self.at("large", f"with values of {low:g}, 0 and {high:g}"):
            return np.asarray(self.choice([low, high, min(max(0, low), high)], size=shape), dtype or "float64")
        if self.at("integers", "with integers"):
            return self.integers(*(within or (-3, 3)), size=shape, endpoint=True).astype(dtype or "int64")
        values = self.uniform(*within, size=shape) if within else self.normal(size=shape)
        if self.at("repeats", "with repeated values"):
            values = self.choice(values.ravel()[:2], size=shape)
        return np.asarray(values, dtype or "float64")

    def whole(self, low, high, *shape):
        """Integers from low to high. Edges: all the lowest, all the highest."""
        for end, name in ((low, "lowest"), (high, "highest")):
            if self.at(name, f"with {end} everywhere"):
                return np.full(shape, end)
        return self.integers(low, high, size=shape, endpoint=True)

    def lengths(self, count, longest, least=1):
        """`count` different lengths, if there are as many, the longest among them. Edges: equal, or the least."""
        if self.at("equal lengths", "with equal lengths"):
            return np.full(count, longest)
        if self.at("least lengths", f"with lengths of {least}"):
            return np.full(count, least)
        choices = np.arange(least, longest)
        others = self.choice(choices, size=count - 1, replace=len(choices) < count - 1) if longest > least else ()
        return self.permutation([*others, longest, *[least] * (count - 1 - len(others))])

    def mask(self, lengths, steps):
        """(batch, steps), True at valid steps, padded on the right. Edges: holes, padding on the left, no padding."""
        place, lengths = np.arange(steps), np.asarray(lengths)[:, None]
        if self.at("holes", "with padding between valid steps"):
            return self.random((len(lengths), steps)) < 0.6
        if self.at("left", "with padding on the left"):
            return place >= steps - lengths
        if self.at("full", "without padding"):
            return np.ones((len(lengths), steps), bool)
        return place < lengths

    def shapes(self, *usual):
        """Shapes of arrays where any shape is allowed. Edges: single numbers, more than two dimensions."""
        if self.at("single", "with single elements"):
            return [(1,) * (1 + n % 2) for n in range(len(usual))]
        if self.at("dimensions", "with more than two dimensions"):
            return [(2, 3, 2), (1, 2, 2, 2), (4,)][: len(usual)]
        return usual

    def beside(self, name, threshold, others=(), usual=(0.2, 0.3)):
        """A positive number to be compared with `threshold`, of which it is a fraction within `usual`.

        others: numbers that somebody might compare it with in its place. Edges: equal to the threshold, above it, and
        in every gap between these numbers.
        """
        marks = sorted({float(mark) for mark in (threshold, *others) if mark > 0}) or [1.0]
        gaps = [marks[0] / 2, *np.sqrt(np.multiply(marks[1:], marks[:-1])), marks[-1] * 1.5]
        if self.at("equal", f"with {name} just reached", name) and threshold > 0:
            return float(threshold)
        for n in range(len(others) + 2):
            if self.at(n, f"with another {name} ({n})", name):
                return float(gaps[min(n, len(gaps) - 1)])
        return float(self.uniform(*usual) * (threshold if threshold > 0 else 1.0))


def all_cases(inputs, rng, further, few=False):
    """{name: value} of the usual case, and {"words/name": value} of its edges and of the further cases.

    further: {words: inputs}. few: leaves out all edges but those of FEW.
    """
    usual = Draw(rng)
    drawn = dict(inputs(usual))
    for words, given in further.items():
        drawn |= labelled(words, given)
    for words, edge in usual.edges.items():
        if not few or edge in FEW:
            drawn |= labelled(words, inputs(Draw(rng, edge)))
    return drawn


# --- judging what is random -----------------------------------------------------------------------------------


def improbable(counts, probabilities):
    """True where counts are not what these probabilities give: Pearson's test, wrong once in three million.

    The limit of chi-squared is Wilson's and Hilferty's, at five standard deviations.
    """
    counts, expected = np.asarray(counts), np.sum(counts) * np.asarray(probabilities)
    free = len(counts) - 1
    if np.any(counts[expected == 0]):
        return True
    parts = (counts - expected)[expected > 0] ** 2 / expected[expected > 0]
    return free > 0 and parts.sum() > free * (1 - 2 / (9 * free) + 5 * np.sqrt(2 / (9 * free))) ** 3


def expect_distribution(what, values, possible, hint):
    """Raise Wrong unless the whole numbers `values` are drawn from `possible`, each as likely as the others."""
    counts = [np.sum(values == one) for one in possible]
    if np.sum(counts) == len(values) and not improbable(counts, np.full(len(possible), 1 / len(possible))):
        return
    share = ", ".join(f"{one}: {100 * count / len(values):.0f} %" for one, count in zip(possible, counts, strict=True))
    raise Wrong(f"{what} should each be as likely as the others; yours come as {share}; {hint}")
