"""course_scenes: pictures show what is said, sentences are true, answers agree with an oracle, rivals keep to bounds.

The oracle reads scenes and questions as text and knows nothing of the grammar.
"""

import collections
import colorsys
import gzip
import hashlib
import importlib.util
import itertools
import math
import random
import re
import time

import numpy as np
import pytest
import tensorflow_datasets as tfds

from course_utils import datasets, scenes
from course_utils.datasets.course_scenes import course_scenes_dataset_builder as builder
from course_utils.paths import resource
from course_utils.scenes import captions, rendering, sentences, world

FOLDER = resource("data") / "scenes"
SHAPE_WORDS = ["circle", "square", "triangle", "star", "cross", "heart"]
COLOUR_WORDS = ["red", "orange", "yellow", "green", "blue", "purple"]
COUNTS = ["none", "one", "two", "three", "four", "five"]


def rows_of(name):
    content = (FOLDER / name).read_bytes()
    text = (gzip.decompress(content) if name.endswith("gz") else content).decode("ascii")
    return [line.split("\t") for line in text.splitlines()]


@pytest.fixture(scope="module")
def corpus():
    """The splits and the scenes, in the order of the file: [(split, scene)]."""
    return [(split, scenes.read_scene(text)) for split, text in rows_of("scenes.tsv")]


@pytest.fixture(scope="module")
def asked():
    """{(set, split): [(number of the scene, question, answer)]}."""
    found = collections.defaultdict(list)
    for own, split, number, text, given in rows_of("questions.tsv.gz"):
        found[own, split].append((int(number), text, given))
    return found


@pytest.fixture(scope="module")
def talked():
    """[(number of the scene, opening, questions, answers)]."""
    return [(int(number), opening, parts[::2], parts[1::2]) for number, opening, *parts in rows_of("dialogs.tsv.gz")]


def script(name):
    """A script of data/scenes as a module."""
    spec = importlib.util.spec_from_file_location(f"scenes_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def scene_of(*things, backdrop=0):
    """A scene of things like "large red circle 13 51"."""
    return scenes.read_scene(f"{backdrop}: " + ", ".join(f"{thing} 0" for thing in things))


# --- the files


def test_the_files_are_what_the_generator_makes():
    generate = script("generate")
    for name, text in generate.contents().items():
        assert generate.read(FOLDER / name) == text, f"{name}: run python data/scenes/generate.py"


def test_the_bounds_in_the_datasheet_are_what_is_computed(corpus):
    """All but those without the history, for which dialogs are drawn: there, fewer are drawn here."""
    bounds = script("bounds")
    text = bounds.DATASHEET.read_text(encoding="utf-8")
    for row in (*bounds.caption_bounds(corpus), *bounds.question_bounds()):
        assert bounds.line_of(*row) in text, "run python data/scenes/bounds.py"
    told = {what: float(value) for what, value in re.findall(r"\| (turns .*) \| test \| (.*) \|", text)}
    bounds.DIALOGS, bounds.DRAWS = 25, 40
    again = {what: value for what, _, value in bounds.dialog_bounds(corpus)}
    assert told == pytest.approx(again, abs=0.06) and len(told) == 3


def test_sizes_splits_and_what_is_held_out(corpus):
    splits = collections.Counter(split for split, _ in corpus)
    assert splits == {"train": 6000, "validation": 500, "test": 1000, "test_pairs": 500}
    assert sum((FOLDER / name).stat().st_size for name in builder.FILES) < 3_000_000
    held_out = set(world.HELD_OUT_PAIRS)
    assert sorted(colour for colour, _ in held_out) == sorted(COLOUR_WORDS)
    assert sorted(shape for _, shape in held_out) == sorted(SHAPE_WORDS)
    for split, scene in corpus:
        assert bool(held_out & {item.pair for item in scene.objects}) == (split == "test_pairs")
    in_train = {item.pair for split, scene in corpus if split == "train" for item in scene.objects}
    assert in_train == set(world.PAIRS) - held_out


def test_no_two_scenes_are_alike_and_no_two_objects_touch(corpus):
    alike = {frozenset((o.size, o.colour, o.shape, o.place) for o in scene.objects) for _, scene in corpus}
    assert len(alike) == len(corpus)
    for _, scene in corpus:
        assert 2 <= len(scene.objects) <= 5
        assert len({item.place for item in scene.objects}) == len({item.pair for item in scene.objects})
        for one, other in itertools.combinations(scene.objects, 2):
            assert math.hypot(one.x - other.x, one.y - other.y) >= world.RADIUS[one.size] + world.RADIUS[other.size]
        for item in scene.objects:
            assert world.RADIUS[item.size] < min(item.x, item.y, 64 - item.x, 64 - item.y) + 1


def test_a_scene_is_text_and_back(corpus):
    for (_, text), (_, scene) in zip(rows_of("scenes.tsv"), corpus, strict=True):
        assert scenes.write_scene(scene) == text
    for broken in (
        "",
        "large red circle 13 13 0",
        "0: large red circle 13 13",
        "0: large pink circle 13 13 0",
        "9: large red circle 13 13 0",
        "0: large red circle 13 13 0, small red circle 51 51 0",
    ):
        with pytest.raises(ValueError, match="describes no scene"):
            scenes.read_scene(broken)


# --- pictures


def test_the_same_scenes_give_the_same_bytes(corpus):
    """Everywhere, and in any company. Where the look is changed on purpose, the digest changes with it."""
    some = [scene for _, scene in corpus[:100]]
    pictures = scenes.render(some)
    assert pictures.shape == (100, 64, 64, 3) and pictures.dtype == np.uint8
    assert hashlib.sha256(pictures.tobytes()).hexdigest()[:16] == "d5678834edd4cf44"
    assert (scenes.render(some[41:42])[0] == pictures[41]).all()


def test_2000_pictures_a_second(corpus):
    some = [scene for _, scene in corpus[:1000]]
    seconds = []
    for _ in range(3):
        began = time.process_time()
        scenes.render(some)
        seconds.append(time.process_time() - began)
    assert 1000 / min(seconds) > 2000


def test_no_window_cuts_off_an_object_or_its_shadow(corpus, monkeypatch):
    some = [scene for _, scene in corpus[:200]]
    usual = scenes.render(some)
    for name, pixels in (("BEFORE", 20), ("AFTER", 20), ("MARGIN", 24)):
        monkeypatch.setattr(rendering, name, pixels)
    assert (scenes.render(some) == usual).all()


def test_a_picture_shows_each_object_in_its_colour_and_where_its_mask_is(corpus):
    hues = {"red": 0, "orange": 30, "yellow": 48, "green": 125, "blue": 215, "purple": 280}  # degrees
    for _, scene in corpus[:60]:
        picture, covered = scenes.render([scene])[0].astype(float), scenes.masks(scene)
        assert covered.shape == (len(scene.objects), 64, 64)
        for item, mask, box in zip(scene.objects, covered, scenes.boxes(scene), strict=True):
            hue = 360 * colorsys.rgb_to_hsv(*picture[int(item.y), int(item.x)] / 255)[0]
            assert min(hues, key=lambda colour: min(abs(hue - hues[colour]), 360 - hue + hues[colour])) == item.colour
            rows, columns = np.nonzero(mask > 0.5)
            assert abs(rows.mean() + 0.5 - item.y) < 2.2 and abs(columns.mean() + 0.5 - item.x) < 2.2
            assert (
                box == (*np.argwhere(mask > 0).min(axis=0)[::-1], *np.argwhere(mask > 0).max(axis=0)[::-1] + 1)
            ).all()


def test_shapes_have_the_areas_of_geometry_and_are_unlike():
    """At both sizes, upright and turned: the masks of two shapes share at most five sixths of what they cover."""
    r = {"small": 5.5, "large": 9.0}
    for size, tilt in itertools.product(r, (0, 16)):
        text = ", ".join(f"{size} red {shape} 32 32 {tilt}" for shape in SHAPE_WORDS)
        covered = dict(zip(SHAPE_WORDS, scenes.masks(scenes.read_scene(f"0: {text}")), strict=True))
        areas = {shape: mask.sum() / r[size] ** 2 for shape, mask in covered.items()}
        star = 5 * 1.1 * 0.54 * math.sin(math.pi / 5)
        heart = (2 * 0.56) ** 2 + math.pi * 0.56**2
        exact = {"circle": math.pi * 0.92**2, "square": 1.6**2, "cross": 1.96 * 0.66 * 2 - 0.66**2}
        for shape, area in (exact | {"star": star, "heart": heart}).items():
            assert areas[shape] == pytest.approx(area, rel=0.03), (shape, size, tilt)
        for one, other in itertools.combinations(SHAPE_WORDS, 2):
            both = np.minimum(covered[one], covered[other]).sum() / np.maximum(covered[one], covered[other]).sum()
            assert both < 5 / 6, (one, other, size)


def test_an_erased_object_is_gone_and_all_else_stays(corpus):
    for _, scene in corpus[:40]:
        picture, covered = scenes.render([scene])[0].astype(int), scenes.masks(scene)
        for number, item in enumerate(scene.objects):
            changed = np.abs(scenes.render([scene.without(number)])[0] - picture).sum(axis=-1)
            assert (changed[covered[number] > 0.9] > 20).all()
            y, x = np.mgrid[:64, :64] + 0.5
            assert not changed[np.hypot(x - item.x, y - item.y) > world.RADIUS[item.size] * 1.15 + 6].any()
            assert scene.without(number).objects == tuple(other for other in scene.objects if other != item)


def test_attention_is_measured_against_the_mask():
    scene = scene_of("large red square 32 32", "small blue star 51 13")
    covered = scenes.masks(scene)
    even = np.full((8, 8), 1 / 64)
    assert scenes.share_inside(even, covered[0]) == pytest.approx(covered[0].mean(), rel=1e-5)
    attention = np.zeros((8, 8))
    attention[3, 4] = 1.0  # rows 24 to 31 and columns 32 to 39: 6.2 by 6.2 pixels or more of the square
    assert scenes.share_inside(attention, covered[0]) > 0.75
    assert scenes.share_inside(attention, covered[1]) == 0
    assert scenes.object_at_peak(attention, covered) == 0
    on_star = np.roll(attention, (-2, 2), axis=(0, 1))
    assert scenes.share_inside(on_star, covered[1]) > 0.3 and scenes.object_at_peak(on_star, covered) == 1
    assert scenes.object_at_peak(np.roll(attention, (3, -4), axis=(0, 1)), covered) is None
    with pytest.raises(ValueError, match="7 by 7"):
        scenes.share_inside(np.full((7, 7), 1 / 49), covered[0])


def test_objects_as_vectors():
    vectors, mask = scenes.object_vectors([scene_of("large orange star 32 16", "small red circle 48 64")])
    assert vectors.shape == (1, 5, 15) and mask.tolist() == [[True, True, False, False, False]]
    assert np.flatnonzero(vectors[0, 0, :12]).tolist() == [1, 6 + 3]
    assert vectors[0, 0, 12:].tolist() == [1.0, 0.0, -0.5]
    assert np.flatnonzero(vectors[0, 1, :12]).tolist() == [0, 6]
    assert vectors[0, 1, 12:].tolist() == [0.0, 0.5, 1.0]
    assert not vectors[0, 2:].any()


# --- an oracle of its own


def as_words(scene):
    """The objects of a scene as dictionaries of words, read from its text."""
    found = []
    for part in scenes.write_scene(scene).split(": ")[1].split(", "):
        size, colour, shape, x, y, _ = part.split()
        column, row = (int((float(value) - 3.5) // 19) for value in (x, y))
        down, across = ("top", "middle", "bottom")[row], ("left", "middle", "right")[column]
        place = "centre" if (row, column) == (1, 1) else f"{down} {across}"
        found.append({"size": size, "colour": colour, "shape": shape, "x": float(x), "y": float(y), "place": place})
        found[-1] |= {"row": row, "column": column}
    return found


def lies(relation, one, other):
    axis, sign = {"left of": ("column", 1), "right of": ("column", -1), "above": ("row", 1), "below": ("row", -1)}[
        relation
    ]
    return sign * (other[axis] - one[axis]) > 0


def named(objects, phrase, focus):
    """The objects that a noun phrase may mean."""
    if phrase in ("it", "the one before"):
        return [focus[phrase]]
    words = set(phrase.split()) - {"a", "an", "the", "object"}
    return [item for item in objects if words <= {item["size"], item["colour"], item["shape"]}]


KNOWN = "|".join(["small", "large", *COLOUR_WORDS, *SHAPE_WORDS, "object"])
NOUN = rf"(?:it|the one before|(?:an?|the)(?: (?:{KNOWN})\b)+)"


def oracle(objects, text, focus=None):
    """(answer, what is meant or brought up) of a question, from its words alone."""
    text = text.rstrip("?.")
    if match := re.search(rf"(nearest to|farthest from) ({NOUN})(?: have)?$", text):
        (item,) = named(objects, match[2], focus)
        others = [other for other in objects if other is not item]
        sign = 1 if match[1] == "nearest to" else -1
        found = min(others, key=lambda o: sign * ((o["x"] - item["x"]) ** 2 + (o["y"] - item["y"]) ** 2))
        return found["shape"], found
    if match := re.search(rf"other objects (?:have|with) the (?:same )?(colour|shape|size) (?:as|of) ({NOUN})$", text):
        (item,) = named(objects, match[2], focus)
        return COUNTS[sum(other[match[1]] == item[match[1]] for other in objects) - 1], None
    if match := re.search(rf"objects (?:are |do you see )?(left of|right of|above|below) ({NOUN})$", text):
        (item,) = named(objects, match[2], focus)
        return COUNTS[sum(lies(match[1], other, item) for other in objects)], None
    if match := re.search(rf"({NOUN}) (?:is )?(left of|right of|above|below) ({NOUN})$", text):
        (item,), (other,) = named(objects, match[1], focus), named(objects, match[3], focus)
        return "yes" if lies(match[2], item, other) else "no", None
    if match := re.search(rf"({NOUN}) (?:is )?(larger|smaller) than (?:the size of )?({NOUN})$", text):
        (item,), (other,) = named(objects, match[1], focus), named(objects, match[3], focus)
        wanted = ("large", "small") if match[2] == "larger" else ("small", "large")
        return "yes" if (item["size"], other["size"]) == wanted else "no", None
    if match := re.match(r"(?:is there|do you see|does the picture show) (an? .+?)(?: in the picture)?$", text):
        found = named(objects, match[1], focus)
        return "yes" if found else "no", found[0] if found else None
    quality = "place" if re.search(r"where|part", text) else re.search("colour|shape|size", text)[0]
    (item,) = named(objects, re.search(rf"({NOUN})(?: have| is| in)?$", text.replace("of the picture", ""))[1], focus)
    return item[quality], None


def test_every_answer_is_what_the_picture_shows(corpus, asked):
    for (own, split), rows in asked.items():
        for number, text, given in rows[:: 9 if split == "train" else 4]:
            found, scene = corpus[number]
            assert found == split.replace("_templates", ""), (own, split)
            assert oracle(as_words(scene), text)[0] == given, (scenes.write_scene(scene), text)
            assert scenes.answer(scenes.parse(text), scene) == given


def test_questions_that_cannot_be_asked_are_refused():
    scene = scene_of("large red circle 13 13", "small blue circle 51 13", "small green star 32 51")
    for text in ("what colour is the circle?", "where is the heart?", "what shape is the object nearest to the star?"):
        with pytest.raises(ValueError, match=r"picks out|clearly"):
            scenes.answer(scenes.parse(text), scene)


# --- sentences


def test_every_sentence_is_read_by_one_template_and_written_back(asked, talked):
    texts = {text for row in rows_of("captions.tsv.gz")[::40] for text in row[1:]}
    texts |= {text for rows in asked.values() for _, text, _ in rows[::5]}
    texts |= {text for _, opening, said, _ in talked[::20] for text in (opening, *said)}
    for text in texts:
        assert scenes.write(scenes.parse(text)) == text
        assert sum(bool(pattern.fullmatch(text)) for *_, pattern in sentences.PATTERNS) == 1, text


def test_what_is_no_sentence_is_refused():
    for text in (
        "",
        "a a red circle",
        "a orange circle",
        "a circle",
        "an object",
        "there are six objects, one of them red",
    ):
        with pytest.raises(ValueError, match="no sentence"):
            scenes.parse(text)
        assert scenes.facts_right(text, scene_of("large red circle 13 13", "small red star 51 13")) == captions.Facts(
            0, 1, 0.0, False
        )
    with pytest.raises(ValueError, match="no caption"):
        scenes.facts_of("what colour is the circle?")


def test_captions_are_true_and_a_wrong_word_is_found(corpus):
    """A content word of a caption, exchanged for another of its sort, makes a fact wrong, unless that is true too."""
    sorts = (COLOUR_WORDS, SHAPE_WORDS, ["small", "large"], ["left of", "right of", "above", "below"], COUNTS[1:])
    sorts += (list(scenes.PLACES),)
    found = collections.Counter()
    for number, *texts in rows_of("captions.tsv.gz")[::60]:
        scene = corpus[int(number)][1]
        objects = as_words(scene)
        assert len(texts) == 5
        for text in texts:
            facts = scenes.facts_right(text, scene)
            assert facts.parsed and facts.right == facts.stated
        for text in texts[:2]:
            assert scenes.facts_right(text, scene).named == 1.0
        for text, sort in itertools.product(texts[1:], sorts):
            said = [word for word in sort if re.search(rf"\b{word}\b", text)]
            for old, new in itertools.product(said[:1], sort):
                changed = re.sub(rf"\b{old}\b", new, text, count=1)
                changed = re.sub(r"\ban?(?= [aeiou])", "an", re.sub(r"\ban(?= [^aeiou])", "a", changed))
                if new == old:
                    continue
                facts = scenes.facts_right(changed, scene)
                true = claims_hold(changed, objects)
                assert facts.parsed and (facts.right == facts.stated) == true, (changed, scenes.write_scene(scene))
                found[true] += 1
    assert found[False] > 10 * found[True] > 0


def claims_hold(text, objects):
    """Whether a caption holds of objects, from its words alone."""
    if match := re.search(r"(\w+) objects, (\w+) of them (\w+)$", text):
        part = sum(item["colour"] == match[3] for item in objects)
        return (COUNTS[len(objects)], COUNTS[part]) == (match[1], match[2])
    phrase = rf"an? (?:(?:small|large) )?(?:{'|'.join(COLOUR_WORDS)}) (?:{'|'.join(SHAPE_WORDS)})"
    meant = [named(objects, said, None) for said in re.findall(phrase, text)]
    if not all(meant) or len({id(items[0]) for items in meant}) < len(meant):
        return False
    meant = [items[0] for items in meant]
    if relation := re.search("left of|right of|above|below", text):
        one, other = meant[::-1] if relation.start() == 0 else meant
        return lies(relation[0], one, other)
    if text.startswith("in the"):
        return meant[0]["place"] == re.match("in the (.*) there", text)[1]
    places = re.findall(rf"in the ({'|'.join(sorted(scenes.PLACES, key=len, reverse=True))})", text)
    return all(item["place"] == place for item, place in zip(meant, places, strict=False))


def test_an_object_named_twice_is_right_once():
    scene = scene_of("large red circle 13 13", "small blue star 51 13")
    assert scenes.facts_right("a red circle and a large red circle", scene) == captions.Facts(1, 2, 0.5, True)
    shares = scenes.share_right(
        ["a red circle and a blue star", "a blue circle is left of a blue star", ""], [scene] * 3
    )
    assert shares == pytest.approx((2 + 1 + 0) / (2 + 3 + 1))


def test_the_objects_that_words_name():
    scene = scene_of("large red circle 13 13", "small blue star 51 13")
    assert scenes.objects_named("a small blue star, a red circle and a red star", scene) == [
        *(None, 1, 1, 1, None, 0, 0, None, None, None, None),
    ]
    turned = "left of a blue star there is a large red circle"
    assert scenes.objects_named(turned, scene) == [None, None, None, 1, 1, None, None, None, 0, 0, 0]


def test_objects_that_a_question_means():
    scene = scene_of("large red circle 13 13", "small blue star 32 13", "large green heart 51 51")
    assert scenes.objects_meant("is the star left of the circle?", scene) == [0, 1]
    assert scenes.objects_meant("what shape is the object nearest to the circle?", scene) == [0, 1]
    assert scenes.objects_meant("is there a green heart?", scene) == [2]
    assert scenes.objects_meant("is there a green star?", scene) == []


# --- questions


def test_templates_are_held_out_and_their_words_are_not(asked):
    words = {own: set() for own in ("train", "test_templates")}
    for own in words:
        for _, text, _ in asked["balanced", own]:
            assert (scenes.parse(text).template == sentences.HELD_OUT_TEMPLATE) == (own == "test_templates")
            words[own] |= set(re.findall(r"\w+", text))
    assert words["test_templates"] <= words["train"]
    usual, other = asked["balanced", "test"], asked["balanced", "test_templates"]
    assert [(n, scenes.parse(text), given) for n, text, given in usual] == [
        (n, scenes.parse(text), given) for n, text, given in other
    ]
    assert {scenes.kind_of(text) for _, text, _ in other} == set(sentences.QUESTIONS)


def tallies_of(rows):
    tallies = collections.defaultdict(collections.Counter)
    for _, text, given in rows:
        tallies[scenes.parse(text)][given] += 1
    return tallies


def test_balanced_answers_are_equally_frequent_and_favourites_stay(asked):
    for split in ("train", "validation", "test", "test_pairs", "test_templates"):
        for tally in tallies_of(asked["balanced", split]).values():
            assert len(tally) >= 2 and len(set(tally.values())) == 1
    best = {
        split: {question: tally.most_common(1)[0] for question, tally in tallies_of(asked["biased", split]).items()}
        for split in ("train", "test")
    }
    totals = {question: tally.total() for question, tally in tallies_of(asked["biased", "train"]).items()}
    assert len(best["train"]) > 250
    for question, (given, count) in best["train"].items():
        assert 0.6 < count / totals[question] < 0.8
        assert best["test"].get(question, (given,))[0] == given
    kinds = collections.Counter(scenes.kind_of(text) for _, text, _ in asked["balanced", "train"])
    assert max(kinds.values()) < 2 * min(kinds.values())
    relational = sum(kinds[kind] for kind in sentences.RELATIONAL) / sum(kinds.values())
    assert 0.4 < relational < 0.6


def test_bounds_of_questions_on_a_small_case():
    texts = ["what colour is the star?", "tell me the colour of the star.", "which colour does the star have?"]
    texts += ["is there a red star?"]
    answers = ["red", "red", "blue", "yes"]
    assert scenes.question_only(texts, answers) == 3 / 4
    assert scenes.picture_only([1, 1, 1, 2], ["red", "blue", "yes", "no"]) == 2 / 4
    judged = scenes.accuracy_by_kind(texts, answers, ["red", "blue", "blue", "no"])
    assert judged == {"colour": 2 / 3, "exist": 0.0, "non-relational": 0.5, "all": 0.5}


def test_a_rival_without_the_picture_stays_under_its_bound(asked):
    """The best one there is, the answer that each question has most often in train, on balanced and on biased ones."""
    for own, least in (("balanced", 0.2), ("biased", 0.69)):
        usual = {question: tally.most_common(1)[0][0] for question, tally in tallies_of(asked[own, "train"]).items()}
        _, texts, answers = zip(*asked[own, "test"], strict=True)
        given = [usual.get(scenes.parse(text)) for text in texts]
        reached = np.mean([one == other for one, other in zip(given, answers, strict=True)])
        assert least < reached <= scenes.question_only(texts, answers)


# --- what captions tell without the picture


def test_the_chances_of_words_are_those_with_which_they_come():
    """Counted by `blind_guesses`, drawn by the generator: sums over 4,000 captions agree within four deviations."""
    dice = random.Random(7)
    sums = collections.defaultdict(lambda: [0, 0.0, 0.0])
    for scene in scenes.draw_scenes(800, 11):
        for said in scenes.draw_captions(scene, dice):
            for place, guess in enumerate(scenes.blind_guesses(said)):
                assert sum(guess.chances.values()) == pytest.approx(1)
                for word, p in guess.chances.items():
                    for key in ((said.kind, place, word), (said.kind, word)):
                        sums[key][0] += word == guess.word
                        sums[key][1] += p
                        sums[key][2] += p * (1 - p)
    off = {key: (seen - p) / variance**0.5 for key, (seen, p, variance) in sums.items() if variance > 5}
    assert len(off) > 200 and max(map(abs, off.values())) < 4.2, max(off, key=lambda key: abs(off[key]))


def test_a_captioner_without_the_picture_stays_under_its_bounds(corpus):
    """Captions of other pictures, and the very best caption of each kind by hindsight among 250 of them."""
    shown = [scene for split, scene in corpus if split == "test"][:150]
    bounds = scenes.blind_facts(shown)
    others = {text for row in rows_of("captions.tsv.gz")[:50] for text in row[1:]}
    best = collections.defaultdict(float)
    for text in others:
        kind = scenes.parse(text).kind
        best[kind] = max(best[kind], scenes.share_right([text] * len(shown), shown))
    assert best.keys() == bounds.keys()
    for kind, bound in bounds.items():
        assert 0.4 * bound < best[kind] <= bound, kind
    share, nats = scenes.blind_words(["a large red circle is above a small blue star"])
    first = (1 / 2, 1 / 6, 1 / 5)
    second = (1 / 2, 5 / 29, 1 / 5)
    assert share == pytest.approx(sum((*first, *second, 1 / 4)) / 7)
    blue = -(4 / 29) * math.log(4 / 29) - 5 * (5 / 29) * math.log(5 / 29)
    assert nats == pytest.approx((2 * math.log(2) + math.log(6) + 2 * math.log(5) + blue + math.log(4)) / 7)
    with pytest.raises(ValueError, match="no caption of train"):
        scenes.blind_words(["a red heart and a blue star"])


# --- dialogs


def test_dialogs_follow_from_the_picture_and_what_was_said(corpus, talked):
    """The oracle keeps what "it" and "the one before" mean as a reader would: what was brought up last, and before."""
    gaps, pronouns, total = collections.Counter(), 0, 0
    for number, opening, said, answers in talked[::8]:
        scene = corpus[number][1]
        objects = as_words(scene)
        (item,) = named(objects, re.match("there is (.*) in the picture", opening)[1], None)
        focus, since = {"it": item, "the one before": None}, [-1, None]
        turns = scenes.interpret(scene, opening, said)
        assert len(turns) == 8 and [turn.answer for turn in turns] == answers
        for place, turn in enumerate(turns):
            given, brought_up = oracle(objects, turn.question, focus)
            assert given == turn.answer, (scenes.write_scene(scene), turn.question)
            meant = re.findall(r"\bit\b|the one before", turn.question)
            assert [objects[n] for n in turn.objects] == [focus[word] for word in meant]
            assert list(turn.introduced) == [since[word != "it"] for word in meant]
            gaps.update(place - start for start in turn.introduced)
            pronouns, total = pronouns + bool(meant), total + 1
            if brought_up is not None and brought_up is not focus["it"]:
                focus, since = {"it": brought_up, "the one before": focus["it"]}, [place, since[0]]
    assert 0.7 < pronouns / total < 0.9
    assert sum(count for gap, count in gaps.items() if gap >= 3) > 0.3 * gaps.total()


def test_without_the_history_a_turn_cannot_be_answered(corpus, talked):
    """The rival of `without_history`, on the corpus's own turns, stays under the bound and far under 1."""
    some = [(corpus[number][1], opening, said) for number, opening, said, _ in talked[-25:]]
    bound = scenes.history_bound([scene for scene, *_ in some], draws=40)
    right = []
    for scene, opening, said in some:
        counted = scenes.without_history(scene, draws=40, seed=99)
        for turn in scenes.interpret(scene, opening, said):
            if turn.objects and turn.question in counted:
                right.append(counted[turn.question].most_common(1)[0][0] == turn.answer)
    assert 0.4 < np.mean(right) < bound + 0.06 and bound < 0.75
    with pytest.raises(ValueError, match="picks out 0"):
        scenes.interpret(some[0][0], some[0][1], ["what colour is the one before?"])


def test_candidates_and_their_ranks(corpus, talked):
    places = collections.Counter()
    for number, opening, said, _ in talked[::25]:
        scene = corpus[number][1]
        turns = scenes.interpret(scene, opening, said)
        for place, turn in enumerate(turns):
            ranked = scenes.candidates(scene, turns, place)
            assert len(ranked) == len(set(ranked)) == 10 and set(ranked) <= set(scenes.ANSWERS)
            assert set(scenes.ANSWERS_OF[scenes.kind_of(turn.question)]) <= set(ranked)
            assert ranked == scenes.candidates(scene, turns, place)
            places[ranked.index(turn.answer)] += 1
    assert min(places.values()) > 0.7 * places.total() / 10
    assert scenes.reciprocal_ranks([[3, 1, 2], [1, 1, 1], [0, 5, 5]], [2, 0, 0]) == [1 / 2, 1 / 2, 1 / 3]


# --- the builder


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A folder to prepare the corpus in, with every 200th scene of it."""
    patch, rows = pytest.MonkeyPatch(), builder.rows_of
    place = {"captions.tsv.gz": 0, "questions.tsv.gz": 2, "dialogs.tsv.gz": 0}

    def some_rows(name):
        found = rows(name)
        return found if name == "scenes.tsv" else [row for row in found if int(row[place[name]]) % 200 == 0]

    patch.setattr(builder, "rows_of", some_rows)
    yield tmp_path_factory.mktemp("tfds")
    patch.undo()


def test_captions_have_the_features_of_flickr8k_as_the_course_takes_it(small):
    features = tfds.builder("course_scenes/captions", data_dir=small).info.features
    assert set(features) == {"image", "captions"}
    assert features["image"].shape == (None, None, 3) and features["image"].dtype == np.uint8
    assert isinstance(features["captions"], tfds.features.Sequence)


def test_pictures_captions_and_scenes_come_in_step(small, corpus):
    splits = ["train", "validation", "test", "test_pairs"]
    for split, dataset in zip(splits, datasets.load("course_scenes/scenes", splits, small), strict=True):
        pictures, said = scenes.pictures_and_captions(dataset)
        shown = scenes.scenes_of(dataset)
        assert shown == [scene for n, (own, scene) in enumerate(corpus) if own == split and n % 200 == 0]
        assert (pictures == scenes.render(shown)).all()
        for scene, texts in zip(shown, said, strict=True):
            assert len(texts) == 5 and scenes.share_right(texts, [scene] * 5) == 1.0


@pytest.mark.parametrize(("config", "own"), [("questions", "balanced"), ("biased", "biased")])
def test_questions_come_with_their_pictures(small, asked, config, own):
    dataset = datasets.load(f"course_scenes/{config}", "test", small)
    read, shown = scenes.pictures_and_questions(dataset), scenes.scenes_of(dataset)
    wanted = [row for row in asked[own, "test"] if row[0] % 200 == 0]
    assert list(zip(read.texts, read.answers, strict=True)) == [row[1:] for row in wanted]
    assert (read.pictures == scenes.render(shown)).all()
    for picture, text, given, kind, relational in zip(
        read.asked, read.texts, read.answers, read.kinds, read.relational, strict=True
    ):
        assert scenes.answer(scenes.parse(text), shown[picture]) == given
        assert kind == scenes.kind_of(text) and relational == (kind in sentences.RELATIONAL)


def test_dialogs_come_with_candidates(small, talked):
    dataset = datasets.load("course_scenes/dialogs", "train", small)
    read, shown = scenes.pictures_and_dialogs(dataset), scenes.scenes_of(dataset)
    wanted = [row for row in talked if row[0] % 200 == 0 and row[0] < 6000]
    assert list(zip(read.openings, read.questions, read.answers, strict=True)) == [row[1:] for row in wanted]
    assert (read.pictures == scenes.render(shown)).all() and read.right.shape == (len(wanted), 8)
    assert read.candidates[0][3][read.right[0, 3]] == read.answers[0][3]


@pytest.mark.parametrize(
    ("name", "content", "config"),
    [
        ("scenes.tsv", b"train\t0: large red", "captions"),
        ("captions.tsv.gz", gzip.compress(b"0\ta red circle"), "captions"),
        ("questions.tsv.gz", gzip.compress(b"balanced\ttrain\t0\twho is there?\tyes"), "questions"),
        ("dialogs.tsv.gz", gzip.compress(b"0\tthere is an orange star in the picture"), "dialogs"),
        ("dialogs.tsv.gz", b"no archive", "dialogs"),
    ],
    ids=["scene", "captions", "question", "dialog", "archive"],
)
def test_a_damaged_file_is_named_and_leaves_nothing_prepared(tmp_path, monkeypatch, name, content, config):
    (tmp_path / name).write_bytes(content)
    raw_file = builder.raw_file
    monkeypatch.setattr(builder, "raw_file", lambda other: tmp_path / name if other == name else raw_file(other))
    with pytest.raises(Exception, match=rf"{re.escape(name)}(, line 1)? is damaged"):
        datasets.load(f"course_scenes/{config}", "train", tmp_path / "tfds")
    assert not list((tmp_path / "tfds").rglob("*tfrecord*"))
