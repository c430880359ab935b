"""The one grammar of captions, questions and dialogs: it writes sentences, and reads them back.

A sentence is of a kind, which says what it means, and fills the slots of one of the kind's templates. Templates of a
kind mean the same.
"""

import functools
import re
from dataclasses import dataclass, field

from course_utils.scenes.world import (
    COLOURS,
    PLACES,
    RELATIONS,
    SHAPES,
    SIZES,
    farthest,
    holds,
    nearest,
)

NUMBERS = ("none", "one", "two", "three", "four", "five")
QUALITIES = ("colour", "shape", "size")
COMPARISONS = ("larger", "smaller")
PRONOUNS = ("it", "the one before")

CAPTIONS = {
    "list": ("{all}", "the picture shows {all}", "we see {all}"),
    "two objects": ("{a} {relation} {b}", "{a} is {relation} {b}", "{relation} {b} there is {a}"),
    "one place": ("{a} in the {place}", "in the {place} there is {a}"),
    "two places": ("{a} in the {place} and {b} in the {other_place}",),
    "numbers": ("{number} objects, {part} of them {colour}", "there are {number} objects, {part} of them {colour}"),
}
OPENING = {"opening": ("there is {any} in the picture",)}
# The last template of each kind is held out: it occurs in the split test_templates alone. Its words do occur in train.
QUESTIONS = {
    "colour": (
        "what colour is {the_a}?",
        "which colour does {the_a} have?",
        "tell me the colour of {the_a}.",
        "what is the colour of {the_a}?",
    ),
    "shape": (
        "what shape is {the_a}?",
        "which shape does {the_a} have?",
        "what is the shape of {the_a}?",
        "tell me the shape of {the_a}.",
    ),
    "size": (
        "what size is {the_a}?",
        "tell me the size of {the_a}.",
        "what is the size of {the_a}?",
        "which size does {the_a} have?",
    ),
    "place": (
        "where is {the_a}?",
        "tell me where {the_a} is.",
        "in which part of the picture is {the_a}?",
        "which part of the picture is {the_a} in?",
    ),
    "exist": (
        "is there {any}?",
        "do you see {any}?",
        "does the picture show {any}?",
        "do you see {any} in the picture?",
    ),
    "nearest": (
        "what shape is the object nearest to {the_a}?",
        "which shape does the object nearest to {the_a} have?",
        "tell me which shape is nearest to {the_a}.",
        "which shape is nearest to {the_a}?",
    ),
    "farthest": (
        "what shape is the object farthest from {the_a}?",
        "which shape is farthest from {the_a}?",
        "tell me which shape is farthest from {the_a}.",
        "which shape does the object farthest from {the_a} have?",
    ),
    "same": (
        "how many other objects have the same {quality} as {the_a}?",
        "how many other objects have the {quality} of {the_a}?",
        "count the other objects with the {quality} of {the_a}.",
        "count the other objects with the same {quality} as {the_a}.",
    ),
    "count": (
        "how many objects are {relation} {the_a}?",
        "how many objects do you see {relation} {the_a}?",
        "count the objects {relation} {the_a}.",
        "tell me how many objects are {relation} {the_a}.",
    ),
    "relation": (
        "is {the_a} {relation} {the_b}?",
        "tell me whether {the_a} is {relation} {the_b}.",
        "do you see {the_a} {relation} {the_b}?",
        "does the picture show {the_a} {relation} {the_b}?",
    ),
    "compare": (
        "is {the_a} {comparison} than {the_b}?",
        "is the size of {the_a} {comparison} than the size of {the_b}?",
        "tell me whether {the_a} is {comparison} than {the_b}.",
        "tell me whether the size of {the_a} is {comparison} than the size of {the_b}.",
    ),
}
NON_RELATIONAL = ("colour", "shape", "size", "place", "exist")
RELATIONAL = ("nearest", "farthest", "same", "count", "relation", "compare")
HELD_OUT_TEMPLATE = 3
ANSWERS = ("yes", "no", *COLOURS, *SHAPES, *SIZES, *PLACES, *NUMBERS[:5])
ANSWERS_OF = {  # those that a question of each kind can have
    "colour": COLOURS,
    "shape": SHAPES,
    "size": SIZES,
    "place": PLACES,
    "exist": ("yes", "no"),
    "nearest": SHAPES,
    "farthest": SHAPES,
    "same": NUMBERS[:5],
    "count": NUMBERS[:5],
    "relation": ("yes", "no"),
    "compare": ("yes", "no"),
}


@dataclass(frozen=True)
class Description:
    """What a noun phrase says of an object: any of size, colour and shape; or a pronoun, which says nothing itself."""

    size: str | None = None
    colour: str | None = None
    shape: str | None = None
    pronoun: str | None = None

    def fits(self, item):
        """True where an object is as described. A pronoun fits every object."""
        return (
            (self.shape is None or self.shape == item.shape)
            and (self.colour is None or self.colour == item.colour)
            and (self.size is None or self.size == item.size)
        )

    def words(self):
        """The words without an article: "red object"."""
        return " ".join(filter(None, (self.size, self.colour, self.shape or "object")))

    def indefinite(self):
        """The words with "a" or "an": "an orange object"."""
        words = self.words()
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"

    def definite(self):
        """The words with "the", or the pronoun: "the red circle", "it"."""
        return self.pronoun or f"the {self.words()}"


@dataclass(frozen=True)
class Sentence:
    """What a sentence says: its kind and its slots, as pairs of name and value; and in which of the templates.

    Two sentences that mean the same are equal, whatever their templates.
    """

    kind: str
    slots: tuple
    template: int = field(default=0, compare=False)

    def __getitem__(self, slot):
        for name, value in self.slots:
            if name == slot:
                return value
        raise KeyError(slot)

    def descriptions(self):
        """The descriptions in the sentence, in the order of the slots."""
        found = []
        for _, value in self.slots:
            found += [value] if isinstance(value, Description) else []
            found += value if isinstance(value, tuple) else ()
        return found


def sentence(kind, template=0, **slots):
    """A `Sentence` of a kind: sentence("colour", the_a=Description(shape="circle"))."""
    return Sentence(kind, tuple(sorted(slots.items())), template)


# --- writing


TEMPLATES = CAPTIONS | OPENING | QUESTIONS


def write(said):
    """The words of a `Sentence`. Raises KeyError where a slot lacks its value."""
    filled = {name: write_slot(name, value) for name, value in said.slots}
    return TEMPLATES[said.kind][said.template].format(**filled)


def write_slot(name, value):
    """The words of one slot: a noun phrase, a list of them, or the word itself."""
    if name == "all":
        phrases = [description.indefinite() for description in value]
        return " and ".join(filter(None, (", ".join(phrases[:-1]), phrases[-1])))
    if name in ("a", "b", "any"):
        return value.indefinite()
    return value.definite() if name in ("the_a", "the_b") else value


# --- reading


def one_of(words):
    """A regular expression for any of these words."""
    return "(?:" + "|".join(words) + ")"


ANY = f"(?:{one_of(SIZES)} )?(?:{one_of(COLOURS)} )?{one_of((*SHAPES, 'object'))}"
# A caption names colour and shape of each object: "an object" would be true of every picture.
FULL = f"an? (?:{one_of(SIZES)} )?{one_of(COLOURS)} {one_of(SHAPES)}"
DEFINITE = f"(?:{one_of(PRONOUNS)}|the {ANY})"
SLOTS = {
    "a": FULL,
    "b": FULL,
    "any": f"an? {ANY}",
    "the_a": DEFINITE,
    "the_b": DEFINITE,
    "all": f"{FULL}(?:(?:, {FULL})* and {FULL})?",
    "relation": one_of(RELATIONS),
    "place": one_of(PLACES),
    "other_place": one_of(PLACES),
    "number": one_of(NUMBERS[1:]),
    "part": one_of(NUMBERS[1:]),
    "colour": one_of(COLOURS),
    "quality": one_of(QUALITIES),
    "comparison": one_of(COMPARISONS),
}


def pattern_of(template):
    """The regular expression of the sentences that a template can become."""
    parts = re.split(r"\{(\w+)\}", template)
    parts[::2] = map(re.escape, parts[::2])
    parts[1::2] = [f"(?P<{name}>{SLOTS[name]})" for name in parts[1::2]]
    return re.compile("".join(parts))


PATTERNS = [
    (kind, number, pattern_of(template))
    for kind, templates in TEMPLATES.items()
    for number, template in enumerate(templates)
]


def read_description(phrase):
    """The `Description` that a noun phrase of the grammar stands for."""
    if phrase in PRONOUNS:
        return Description(pronoun=phrase)
    words = phrase.split(" ")
    found = {
        name: next((word for word in words if word in known), None)
        for name, known in (("size", SIZES), ("colour", COLOURS), ("shape", SHAPES))
    }
    return Description(**found)


def read_slot(name, words):
    """What the words of a slot stand for; `write_slot` the other way round."""
    if name == "all":
        return tuple(read_description(phrase) for phrase in re.split(", | and ", words))
    return read_description(words) if name in ("a", "b", "any", "the_a", "the_b") else words


@functools.lru_cache(maxsize=100_000)
def parse(text):
    """What a sentence of the grammar says, as a `Sentence`; write(parse(text)) gives the text again.

    Raises ValueError where the text is no sentence of the grammar.
    """
    for kind, number, pattern in PATTERNS:
        if match := pattern.fullmatch(text):
            slots = {name: read_slot(name, words) for name, words in match.groupdict().items()}
            said = sentence(kind, number, **slots)
            if write(said) == text:  # "a orange circle" matches, and is no sentence
                return said
    raise ValueError(f"{text!r} is no sentence of the grammar")


# --- what sentences mean


def find(description, scene, focus=(None, None)):
    """The one object that a description picks out.

    focus: the objects that "it" and "the one before" stand for. Raises ValueError where none fits, or more than one.
    """
    if description.pronoun:
        item = focus[PRONOUNS.index(description.pronoun)]
        found = [] if item is None else [item]
    else:
        found = [item for item in scene.objects if description.fits(item)]
    if len(found) != 1:
        raise ValueError(f"{description.definite()!r} picks out {len(found)} objects")
    return found[0]


def target(question, scene, focus=(None, None)):
    """The object that a question asks about: for "nearest" and "farthest" not the one it names; None for "exist".

    Raises ValueError where the question cannot be asked of the scene.
    """
    if question.kind == "exist":
        return None
    item = find(question["the_a"], scene, focus)
    if question.kind not in ("nearest", "farthest"):
        return item
    item = (nearest if question.kind == "nearest" else farthest)(scene, item)
    if item is None:
        raise ValueError(f"no object is clearly the {question.kind}")
    return item


def answer(question, scene, focus=(None, None)):
    """The answer of a question about a scene, one of ANSWERS.

    question: a `Sentence`, as parse("what colour is the circle?") gives it. focus: the objects that "it" and "the one
    before" stand for. Raises ValueError where the question cannot be asked of the scene: two circles, say.
    """
    kind = question.kind
    item = target(question, scene, focus)
    if kind == "exist":
        return "yes" if any(question["any"].fits(other) for other in scene.objects) else "no"
    if kind in ("nearest", "farthest"):
        return item.shape
    if kind in ("colour", "shape", "size", "place"):
        return getattr(item, kind)
    others = [other for other in scene.objects if other is not item]
    if kind == "same":
        quality = question["quality"]
        return NUMBERS[sum(getattr(other, quality) == getattr(item, quality) for other in others)]
    if kind == "count":
        return NUMBERS[sum(holds(question["relation"], other, item) for other in others)]
    if kind not in ("relation", "compare"):
        raise ValueError(f"a {kind} is no question")
    other = find(question["the_b"], scene, focus)
    if kind == "relation":
        return "yes" if holds(question["relation"], item, other) else "no"
    sizes = [SIZES.index(one.size) for one in (item, other)]
    larger = sizes[0] > sizes[1] if question["comparison"] == "larger" else sizes[0] < sizes[1]
    return "yes" if larger else "no"
