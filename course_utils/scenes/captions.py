"""Captions of scenes: drawn, held against the picture, and how much of them can be guessed without it."""

import collections
import math
from dataclasses import dataclass

from course_utils.scenes.sentences import CAPTIONS, NUMBERS, Description, parse, sentence, write
from course_utils.scenes.world import (
    COLOURS,
    FEWEST,
    MOST,
    PLACES,
    RELATIONS,
    SIZES,
    TRAINING_PAIRS,
    holds,
    relations_between,
)

KINDS = ("list", "list", "two objects", "one place", "numbers")  # of the five captions of a scene


def described(item, sized):
    """A description of an object by colour and shape, and by its size where `sized`."""
    return Description(item.size if sized else None, item.colour, item.shape)


def in_reading_order(scene):
    """The objects of a scene row by row from the top, each row from the left."""
    return sorted(scene.objects, key=lambda item: (item.row, item.column))


def draw_captions(scene, dice):
    """Five captions of a scene, each a `Sentence`: two that list all its objects, one with sizes and one without, in
    reading order; one relation; one or two places; and a count.

    dice: a `random.Random`. What is said is chosen without regard to colours, shapes and sizes.
    """
    said = []
    for number, kind in enumerate(KINDS):
        if kind == "one place" and dice.random() < 0.5:
            kind = "two places"
        template = dice.randrange(len(CAPTIONS[kind]))
        one, other = dice.sample(scene.objects, 2)
        sized, other_sized = dice.random() < 0.5, dice.random() < 0.5
        a, b = described(one, sized), described(other, other_sized)
        if kind == "list":
            slots = {"all": tuple(described(item, number == 0) for item in in_reading_order(scene))}
        elif kind == "two objects":
            slots = {"a": a, "b": b, "relation": dice.choice(relations_between(one, other))}
        elif kind == "one place":
            slots = {"a": a, "place": one.place}
        elif kind == "two places":
            slots = {"a": a, "b": b, "place": one.place, "other_place": other.place}
        else:
            part = sum(item.colour == one.colour for item in scene.objects)
            slots = {"number": NUMBERS[len(scene.objects)], "part": NUMBERS[part], "colour": one.colour}
        said.append(sentence(kind, template, **slots))
    return said


# --- facts


def facts_of(caption):
    """What a caption says, as a list of facts.

    caption: a string, or a `Sentence`. A fact is a tuple: ("object", description), ("relation", description, relation,
    description), ("place", description, place), ("number", n) or ("part", n, colour).
    Raises ValueError where the caption is no sentence of the grammar, or no caption.
    """
    said = parse(caption) if isinstance(caption, str) else caption
    if said.kind not in CAPTIONS:
        raise ValueError(f"{write(said)!r} is no caption")
    facts = [("object", description) for description in said.descriptions()]
    if said.kind == "two objects":
        facts.append(("relation", said["a"], said["relation"], said["b"]))
    if said.kind in ("one place", "two places"):
        facts.append(("place", said["a"], said["place"]))
    if said.kind == "two places":
        facts.append(("place", said["b"], said["other_place"]))
    if said.kind == "numbers":
        facts.append(("number", NUMBERS.index(said["number"])))
        facts.append(("part", NUMBERS.index(said["part"]), said["colour"]))
    return facts


def is_true(fact, scene):
    """True where one fact, as `facts_of` gives it, holds of a scene."""
    kind, *said = fact
    fitting = [[item for item in scene.objects if d.fits(item)] for d in said if isinstance(d, Description)]
    if kind == "object":
        return bool(fitting[0])
    if kind == "place":
        return any(item.place == said[1] for item in fitting[0])
    if kind == "relation":
        return any(holds(said[1], one, other) for one in fitting[0] for other in fitting[1] if one is not other)
    if kind == "number":
        return len(scene.objects) == said[0]
    return sum(item.colour == said[1] for item in scene.objects) == said[0]


@dataclass(frozen=True)
class Facts:
    """How a caption stands to a scene: facts stated, those that are right, and the share of the scene's objects named.

    parsed: whether the caption is one at all. Where not, it counts as one fact stated, and that one wrong.
    """

    right: int
    stated: int
    named: float
    parsed: bool


def facts_right(caption, scene):
    """Read a caption back and hold what it says against a scene; returns `Facts`.

    caption: a string. An object that is named twice is right only once.
    """
    try:
        facts = facts_of(caption)
    except ValueError:
        return Facts(0, 1, 0.0, False)
    right, named = 0, set()
    for fact in facts:
        if fact[0] == "object":
            fresh = [n for n, item in enumerate(scene.objects) if n not in named and fact[1].fits(item)]
            named.update(fresh[:1])
            right += bool(fresh)
        else:
            right += is_true(fact, scene)
    return Facts(right, len(facts), len(named) / max(len(scene.objects), 1), True)


def share_right(captions, scenes):
    """The share of right facts among all that captions state, each about its own scene; a number from 0 to 1.

    captions: n strings. scenes: n scenes. Of nothing stated, as by empty captions, nothing is right.
    """
    found = [facts_right(caption, scene) for caption, scene in zip(captions, scenes, strict=True)]
    return sum(facts.right for facts in found) / max(sum(facts.stated for facts in found), 1)


def objects_named(caption, scene):
    """For each word of a caption, the index of the object in the scene that it describes; None for the other words.

    caption: a sentence of the grammar. Words are those of caption.replace(",", "").split(): "a large red circle is
    above ..." gives [None, 0, 0, 0, None, None, ...], where the large red circle is scene.objects[0]. A description
    that fits no object, or several, names none. Raises ValueError where the caption is no sentence of the grammar.
    """
    named = [None] * len(caption.replace(",", "").split())
    words = caption.replace(",", "").split()
    place = 0
    said = sorted(parse(caption).descriptions(), key=lambda description: caption.find(description.indefinite()))
    for description in said:
        phrase = description.words().split()
        place = next(n for n in range(place, len(words)) if words[n : n + len(phrase)] == phrase)
        fitting = [number for number, item in enumerate(scene.objects) if description.fits(item)]
        if len(fitting) == 1:
            named[place : place + len(phrase)] = fitting * len(phrase)
        place += len(phrase)
    return named


# --- what can be guessed without the picture


@dataclass(frozen=True)
class Guess:
    """One content word of a caption, and what the rival knows before it sees it: the chances of each word there."""

    word: str
    chances: dict


def blind_guesses(caption):
    """The content words of a caption with the chances of each, for a rival who knows the generator and not the picture.

    caption: a string, or a `Sentence`, of a scene of train, validation or test. The rival knows every word so far,
    which template is being filled, and of which sort the next word is, and so does better than any captioner that is
    not shown the picture. Content words are sizes, colours, shapes, places, relations and numbers. Returns a list of
    `Guess`, in the order of the slots. Raises ValueError for a pair of colour and shape that train does not have.

    The chances are counted, not estimated: `draw_scene` draws pairs and places uniformly without repetition and
    sizes by a coin, and `draw_captions` chooses what to say without regard to them.
    """
    said = parse(caption) if isinstance(caption, str) else caption
    guesses, left = [], list(TRAINING_PAIRS)
    for description in said.descriptions():
        if description.size:
            guesses.append(Guess(description.size, dict.fromkeys(SIZES, 1 / len(SIZES))))
        of_colour = collections.Counter(colour for colour, _ in left)
        guesses.append(Guess(description.colour, {c: n / len(left) for c, n in of_colour.items()}))
        shapes = [shape for colour, shape in left if colour == description.colour]
        guesses.append(Guess(description.shape, dict.fromkeys(shapes, 1 / len(shapes)) if shapes else {}))
        if (description.colour, description.shape) not in left:
            raise ValueError(f"no caption of train can say {description.words()!r} here")
        left.remove((description.colour, description.shape))
    if said.kind == "two objects":
        chances = {relation.split()[0]: 1 / len(RELATIONS) for relation in RELATIONS}
        guesses.append(Guess(said["relation"].split()[0], chances))
    places = [said[slot] for slot in ("place", "other_place") if slot in dict(said.slots)]
    for number, place in enumerate(places):
        guesses += guesses_of_place(place, [other for other in PLACES if other not in places[:number]])
    if said.kind == "numbers":
        numbers = range(FEWEST, MOST + 1)
        guesses.append(Guess(said["number"], {NUMBERS[n]: 1 / len(numbers) for n in numbers}))
        guesses.append(Guess(said["part"], chances_of_part(NUMBERS.index(said["number"]))))
        guesses.append(Guess(said["colour"], dict.fromkeys(COLOURS, 1 / len(COLOURS))))
    return guesses


def guesses_of_place(place, possible):
    """The one or two words of a place, with the chances that each has among the places that begin like it."""
    guesses, begun = [], []
    for word in place.split():
        begun_so = [other.split() for other in possible if other.split()[: len(begun)] == begun]
        following = collections.Counter(other[len(begun)] for other in begun_so if len(other) > len(begun))
        guesses.append(Guess(word, {other: n / following.total() for other, n in following.items()}))
        begun.append(word)
    return guesses


def chances_of_part(number):
    """How many of `number` objects have the colour of one of them, drawn at random: {"one": its chance, ...}."""
    alike = sum(colour == COLOURS[0] for colour, _ in TRAINING_PAIRS) - 1  # pairs left that have the object's colour
    other = len(TRAINING_PAIRS) - 1 - alike
    ways = {m: math.comb(alike, m - 1) * math.comb(other, number - m) for m in range(1, number + 1)}
    return {NUMBERS[m]: n / sum(ways.values()) for m, n in ways.items() if n}


def blind_words(captions):
    """What a captioner without the picture can reach at most on the content words of captions, and at least must lose.

    captions: strings, of scenes of train, validation or test. Returns (share, nats): the expected share of content
    words that the best guess gets right, and the expected −log p of the word there is, per content word.
    """
    guesses = [guess for caption in captions for guess in blind_guesses(caption)]
    share = sum(max(guess.chances.values()) for guess in guesses) / len(guesses)
    nats = -sum(p * math.log(p) for guess in guesses for p in guess.chances.values()) / len(guesses)
    return share, nats


def blind_facts(scenes):
    """The share of facts that a captioner gets right at most who knows the scenes, but not which one it is shown.

    scenes: those that captions are judged on. Returns {kind of caption: share}: for each fact that such a caption
    states, the statement that is true of most of the scenes. Sizes, which make a statement true of fewer, are left out.
    """
    true = collections.defaultdict(collections.Counter)
    for scene in scenes:
        true["number"][len(scene.objects)] += 1
        for colour in COLOURS:
            part = sum(item.colour == colour for item in scene.objects)
            true["part"][part, colour] += part > 0
        for one in scene.objects:
            true["object"][one.pair] += 1
            true["place"][one.pair, one.place] += 1
            for other in scene.objects:
                for relation in relations_between(one, other) if one is not other else ():
                    true["relation"][one.pair, relation, other.pair] += 1
    best = {kind: max(counts.values()) / len(scenes) for kind, counts in true.items()}
    return {
        "list": best["object"],
        "two objects": (2 * best["object"] + best["relation"]) / 3,
        "one place": (best["object"] + best["place"]) / 2,
        "two places": (best["object"] + best["place"]) / 2,
        "numbers": (best["number"] + best["part"]) / 2,
    }
