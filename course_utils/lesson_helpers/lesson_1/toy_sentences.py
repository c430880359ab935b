"""Small generated tasks about words and their order: the year of a journey, two years in a diary, who ate whom."""

import numpy as np

YEARS = [str(year) for year in range(2004, 2016)]
MOTION = ["i went to {}", "we travelled to {}", "she flew to {}", "they walked to {}"]
PLACES = ["nepal", "peru", "norway", "kenya", "japan", "chile", "iceland", "morocco"]
ADVERBIALS = [
    ["with my sister", "with a friend", "with two old friends", "alone"],
    ["by train", "by slow boat", "on foot", "by bike and bus"],
    ["for a week", "for ten days", "for most of the spring"],
    ["at last", "again", "after all"],
    ["to see the mountains", "to learn the language", "to rest"],
    ["as you know", "if i remember well", "they say"],
    ["against all advice", "without a map", "in heavy rain"],
]
LIVING = ["man", "woman", "child", "teacher", "sailor", "farmer", "judge", "poet", "baker", "nurse"]
FOOD = ["hot dog", "soup", "apple", "pancake", "cheese", "potato", "noodle", "biscuit", "pear", "omelette"]
ADJECTIVES = ["old", "small", "cold", "famous", "tired", "round"]
ADVERBS = ["quickly", "slowly", "yesterday", "again", "quietly"]
VERBS = ["ate", "swallowed", "devoured"]
PASSIVE = {"ate": "eaten", "swallowed": "swallowed", "devoured": "devoured"}


def one_of(rng, choices):
    return choices[rng.integers(len(choices))]


def journey(rng, year):
    """The words of a journey told in phrases of random number and order, with its year."""
    chosen = rng.permutation(len(ADVERBIALS))[: rng.integers(len(ADVERBIALS) + 1)]
    phrases = [one_of(rng, ADVERBIALS[kind]) for kind in chosen]
    phrases.insert(rng.integers(len(phrases) + 1), one_of(rng, MOTION).format(one_of(rng, PLACES)))
    phrases.insert(rng.integers(len(phrases) + 1), f"in {year}")
    return " ".join(phrases).split()


def year_sentences(rng, count, words, positions):
    """Sentences in which one year is named, as "in 2009 i went to nepal".

    count: how many. words: (shortest, longest). positions: the places, counted from 1, at which the year may stand;
    all are equally frequent. rng: a `numpy.random.Generator`.
    Returns (lists of words, index into YEARS (count,), position of the year (count,)).
    """
    wanted = {position: count // len(positions) + (n < count % len(positions)) for n, position in enumerate(positions)}
    found = []
    while len(found) < count:
        year = rng.integers(len(YEARS))
        sentence = journey(rng, YEARS[year])
        position = sentence.index(YEARS[year]) + 1
        if words[0] <= len(sentence) <= words[1] and wanted.get(position, 0):
            wanted[position] -= 1
            found.append((sentence, year, position))
    sentences, years, places = zip(*[found[n] for n in rng.permutation(count)], strict=True)
    return list(sentences), np.array(years), np.array(places)


def diaries(rng, count, gaps, margin=(3, 5)):
    """Lists of places with two different years noted among them, as "peru kenya japan 2009 chile nepal 2012 norway".

    gaps: how far apart the two years may stand, in words; all are equally frequent. margin: (fewest, most) places
    before the first year, and after the second one. Otherwise like `year_sentences`.
    Returns (lists of words, index of the year noted first into YEARS (count,), gap (count,)).
    """
    diaries, answers = [], []
    apart = rng.permutation(np.resize(gaps, count))
    for gap in apart:
        first, second = rng.choice(len(YEARS), size=2, replace=False)
        before, between, after = (
            [one_of(rng, PLACES) for _ in range(places)]
            for places in (rng.integers(margin[0], margin[1] + 1), gap - 1, rng.integers(margin[0], margin[1] + 1))
        )
        diaries.append([*before, YEARS[first], *between, YEARS[second], *after])
        answers.append(first)
    return diaries, np.array(answers), apart


def meals(rng, pairs, count):
    """Pairs of sentences about who ate whom, each with a twin of the same words, and what is news about it.

    pairs: list of (living being, food). count: of twins. Returns (lists of words, 2 count of them, labels (2 count,):
    0 where the living being ate the food, 1 where the food ate it). A sentence and its twin stand beside each other.
    """
    sentences = []
    for _ in range(count):
        living, food = pairs[rng.integers(len(pairs))]
        who, what = (
            f"the {one_of(rng, ADJECTIVES)} {noun}" if rng.random() < 0.5 else f"the {noun}" for noun in (living, food)
        )
        verb = one_of(rng, VERBS)
        pattern = "{} was " + PASSIVE[verb] + " by {}" if rng.random() < 0.5 else "{} " + verb + " {}"
        tail = f" {one_of(rng, ADVERBS)}" if rng.random() < 0.5 else ""
        passive = " was " in pattern
        usual, news = (
            pattern.format(*((what, who) if passive else (who, what))),
            pattern.format(*((who, what) if passive else (what, who))),
        )
        sentences += [(usual + tail).split(), (news + tail).split()]
    return sentences, np.tile([0, 1], count)
