"""Write reviews.jsonl, the embedded corpus of the sentiment lessons, from the hand-written phrases in bank.toml.

    python data/reviews/generate.py            rewrite reviews.jsonl
    python data/reviews/generate.py --check    say whether reviews.jsonl is what this script would write

Standard library only. The same bank gives the same bytes on every machine and every Python from 3.11 on.

A review is one verdict, the sentence or two that says what its author finally thinks, placed at random among
sentences that do not decide: neutral details, and hearsay whose polarity is tossed. Most verdicts speak of two
opinions, the author's own and an opposite one (somebody else's, an expectation, an earlier moment), so that the words
alone do not tell the label; their order and place do.
"""

import argparse
import json
import os
import random
import re
import sys
import tomllib
from collections import Counter
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BANK_PATH = FOLDER / "bank.toml"
REVIEWS_PATH = FOLDER / "reviews.jsonl"

SEED = 20260801
SPLIT_SIZES = {"train": 6600, "validation": 800, "test": 1200}
MIN_WORDS, MAX_WORDS = 5, 120
# A quarter of the reviews falls into each of these bands, whatever the label.
LENGTH_BANDS = [(5, 18), (19, 38), (39, 70), (71, 118)]

# How often a verdict is plain (speaks of no other opinion), in each length band.
PLAIN_SHARES = [0.4, 0.44, 0.44, 0.42]
# How often each other way of giving a verdict is used.
CONSTRUCTION_SHARES = {
    "negation": 6,
    "expectation": 11,
    "attribution": 14,
    "quotation": 5,
    "turn": 10,
    "concession": 9,
    "comparison": 8,
}
# The number of hearsay sentences in a review of each length band, one of these at random.
HEARSAY_COUNTS = [[0], [0, 0, 0, 1], [0, 1, 1], [0, 1, 1, 2, 2]]
# How often the author's own opinion comes after the opposite one where a verdict speaks of both, in each length band.
OWN_LAST_SHARES = [0.97, 0.85, 0.5, 0.5]
# Where the verdict stands among the other sentences; 'middle' is anywhere.
POSITION_SHARES = {"first": 25, "middle": 40, "last": 35}
HELD_OUT_CHANCE = 0.2  # in the test split, how often a held-out phrase is preferred where a list has one
INTENSIFIER_CHANCE = 0.3
OPENER_CHANCE = 0.35
SECOND_PLAIN_CHANCE = 0.5  # a plain review that is not short says it a second time

ASIDES = ["by the way, ", "incidentally, ", "oh, and ", "I should mention that ", "what else? ", "as for the rest, "]
ASIDE_CHANCE = 0.08
JOIN_CHANCE = 0.3  # how often two neutral sentences become one
# Verdicts that begin like this read badly after 'in my view' and the like.
NO_OPENER = re.compile(
    r"\"|(by the end|at first|after|had you|my |I (expected|had|was|came|kept)|before|was it|what|one might|do not|yes"
    r"|true|ask|never|let|call|whoever|you will|somewhere|not )"
)

OPPOSITE = {"good": "bad", "bad": "good"}
ALLOWED_TEXT = re.compile(r"[A-Za-z0-9 .,;:!?'\"()-]+")
HELD_OUT_MARK = "* "
FIRST_MIDDLE_TOPIC, LAST_TOPIC = 2, 99  # topics of neutral detail are told in this order, roughly


class CannotFill(Exception):
    """A slot has no unused phrase left; the caller tries another sentence."""


def split_sentences(text):
    """The sentences of a text in lower case, cut after . ! or ? and stripped of quotation marks."""
    pieces = re.split(r"[.!?]+", text.lower())
    return [piece.strip(" \"'()") for piece in pieces if piece.strip(" \"'()")]


def count_words(text):
    """The number of words, as split by white space."""
    return len(text.split())


def is_held_out(entry):
    """Whether a bank entry, a phrase or a [good, bad] pair of phrases, is marked for the test split only."""
    return (entry[0] if isinstance(entry, list) else entry).startswith(HELD_OUT_MARK)


def without_mark(entry):
    """The entry without its held-out mark."""
    if isinstance(entry, list):
        return [phrase.removeprefix(HELD_OUT_MARK) for phrase in entry]
    return entry.removeprefix(HELD_OUT_MARK)


def correct_articles(text):
    """Put 'an' before a vowel sound and 'a' before any other."""

    def article(match):
        before_vowel = match[2][0].lower() in "aeiou" and not re.match(r"(one|use|uni[^mn]|eu)", match[2].lower())
        silent_h = re.match(r"(hour|honest)", match[2].lower())
        return f"{match[1]}n {match[2]}" if before_vowel or silent_h else f"{match[1]} {match[2]}"

    return re.sub(r"\b([Aa])n? (\w+)", article, text)


def capitalise_sentences(text):
    """Begin every sentence, quoted or not, with a capital letter."""
    return re.sub(r"(^|[.!?][\"')]?\s+)([\"'(]?)([a-z])", lambda m: m[1] + m[2] + m[3].upper(), text)


class Writer:
    """Writes one review: remembers its facts, so that they stay the same, and its phrases, so that none comes twice."""

    def __init__(self, bank, rng, split, domain, label, stars):
        self.bank, self.rng, self.split = bank, rng, split
        self.own = "good" if label == 1 else "bad"
        self.strong = stars in (1, 5)
        self.used = set()
        self.domain = domain
        self.domain_bank = bank["domains"][domain]
        self.kind = rng.choice(self.domain_bank["kinds"])
        self.used_held_out = False
        self.facts = self.choose_facts()

    # ------------------------------------------------------------ choosing

    def choose(self, entries, held_out_apart=True):
        """An entry not yet used in this review. Outside the test split, never a held-out one."""
        held_out = [entry for entry in entries if is_held_out(entry)]
        candidates = [entry for entry in entries if not is_held_out(entry)]
        if self.split == "test" and held_out and held_out_apart and self.rng.random() < HELD_OUT_CHANCE:
            candidates = held_out
        candidates = [entry for entry in candidates if str(entry) not in self.used]
        if not candidates:
            raise CannotFill
        entry = self.rng.choice(candidates)
        self.used.add(str(entry))
        self.used_held_out |= is_held_out(entry)
        return without_mark(entry)

    def choose_facts(self):
        """What stays the same throughout a review: the thing reviewed, the company, the place and the time."""
        words, domain = self.bank["words"], self.domain_bank
        facts = {"place": self.choose(words["town"]), "day": self.choose(words["day"])}
        facts |= {"month": self.choose(words["month"]), "companion": self.choose(words["companion"])}
        thing = self.rng.choice(domain["things"][self.kind])
        if self.domain == "films":
            facts["hero"] = self.rng.choice(domain["hero"])
            subject = facts["hero"]
        else:
            subject = self.rng.choice(domain["subjects"][self.kind] if "subjects" in domain else domain["subject"])
        link = {"courses": "on", "films": "about", "meals": "at", "places": "near"}[self.domain]
        link = "of" if self.kind == "museum" else link
        facts |= {"thing": thing, "the": f"the {thing}", "this": f"this {thing}"}
        facts["full"] = f"the {thing} {link} {subject}".replace("{place}", facts["place"])
        for name in ("again", "tried", "tutor"):
            if name in domain:
                facts[name] = self.rng.choice(domain[name])
        return facts

    # ------------------------------------------------------------ opinions

    def opinion_list(self, polarity, what):
        """All words of one polarity: those of every domain, then those of this one."""
        opinion, name = self.bank["opinion"], f"{polarity}_{what}"
        return opinion["shared"][name] + opinion[self.domain].get(name, [])

    def adjective(self, polarity, strong, intensified):
        """An adjective, at times with an intensifier; a mild one made strong counts as strong."""
        intensity = self.bank["intensity"]
        raised = strong and intensified and self.rng.random() < INTENSIFIER_CHANCE
        word = self.choose(self.opinion_list(polarity, "strong" if strong and not raised else "mild"))
        if raised:
            return f"{self.rng.choice(intensity['strong_before_mild'])} {word}"
        if intensified and self.rng.random() < INTENSIFIER_CHANCE:
            return f"{self.rng.choice(intensity['strong_before_strong' if strong else 'mild_before_mild'])} {word}"
        return word

    def opinion(self, whose, what):
        """Fill a slot such as {own}, {other_noun} or {said_bare}: whose opinion, and in what grammatical form."""
        if whose == "own":
            polarity, strong = self.own, self.strong
        elif whose == "other":
            polarity, strong = OPPOSITE[self.own], self.rng.random() < 0.5
        else:
            polarity, strong = self.rng.choice(["good", "bad"]), self.rng.random() < 0.5
        strength = "strong" if strong else "mild"
        if what in ("", "bare"):
            return self.adjective(polarity, strong, intensified=not what)
        if what == "plain":
            return self.choose(self.opinion_list(polarity, "mild"))
        if what in ("noun", "verb"):
            return self.choose(self.opinion_list(polarity, f"{what}_{strength}"))
        if what in ("base", "quality"):
            return self.choose(self.opinion_list(polarity, what))
        if what == "detail":
            pairs = self.domain_bank["details"] + self.domain_bank.get("kind_details", {}).get(self.kind, [])
        else:
            pairs = self.bank["endings"][strength]
        return self.choose(pairs)[polarity == "bad"]

    # ------------------------------------------------------------ filling a template

    def fill_slot(self, name):
        """The text for one {slot}."""
        if name in self.facts:
            return self.facts[name]
        whose, _, what = name.partition("_")
        if whose in ("own", "other", "said"):
            return self.opinion(whose, what)
        if name == "feared":
            return "feared" if self.own == "good" else "had hoped for"
        if name == "save":
            return "spoil" if self.own == "good" else "save"
        if name == "who":
            who = self.bank["who"]
            return self.choose(who["shared"] + who[self.domain] + ([] if self.kind == "online" else who["present"]))
        if name in self.bank["phrases"]:
            return self.choose(self.bank["phrases"][name])
        if name in self.domain_bank:
            return self.rng.choice(self.domain_bank[name])
        # day2 and month2 are another day and another month than those of the review.
        return self.choose(self.bank["words"][name.removesuffix("2")])

    def fill(self, template):
        """Expand [a|b] choices, then slots, from the inside out, until none is left."""
        text = template
        while match := re.search(r"\[([^\[\]]*)\]|\{(\w+)\}", text):
            filled = self.rng.choice(match[1].split("|")) if match[1] is not None else self.fill_slot(match[2])
            text = text[: match.start()] + filled + text[match.end() :]
        return text

    # ------------------------------------------------------------ kinds of sentence

    def verdict(self, construction, position, band):
        """The sentence or two that decide. `position` is 'first', 'middle' or 'last'."""
        if construction == "negation":
            construction = "negation_strong" if self.strong else "negation_mild"
        frames = self.bank["frames"][construction]
        if construction in CONSTRUCTION_SHARES:
            own_last = self.rng.random() < OWN_LAST_SHARES[band]
            frames = [frame for frame in frames if (frame.rfind("{own") > frame.rfind("{other")) == own_last]
        text = self.fill(self.choose(frames))
        if self.rng.random() < OPENER_CHANCE and not NO_OPENER.match(text):
            lead = self.choose(self.bank["phrases"]["closer" if position == "last" else "opener"])
            text = text if ":" in lead and ":" in text else lead + text
        return text

    def hearsay(self):
        """A sentence with an opinion that is not the author's verdict."""
        return self.fill(self.choose(self.bank["hearsay"]["lines"]))

    def neutral_topics(self):
        """(order, entries) for every topic of neutral detail that suits this review."""
        neutral = self.bank["neutral"]
        shared = neutral["shared"]
        own = list(neutral[self.domain].values()) + list(neutral.get(self.kind, {}).values())
        own += [] if self.kind == "online" else list(neutral["present"].values())
        middle = [(FIRST_MIDDLE_TOPIC + index + 4 * self.rng.random(), entries) for index, entries in enumerate(own)]
        return [(0, shared["plans"]), (1, shared["author"]), *middle, (LAST_TOPIC, shared["writing"])]

    def neutral(self, entries):
        """A sentence of neutral detail."""
        return self.fill(self.choose(entries))


def connect(sentences, rng):
    """Open a neutral sentence with an aside here and there, or make one sentence of it and the one before."""
    connected = []
    for sentence in sentences:
        short = connected and count_words(connected[-1]) < 14 and " and " not in connected[-1]
        if short and rng.random() < JOIN_CHANCE:
            connected[-1] = connected[-1].removesuffix(".") + rng.choice([", and ", "; "]) + sentence
        elif connected and rng.random() < ASIDE_CHANCE:
            connected.append(rng.choice(ASIDES) + sentence)
        else:
            connected.append(sentence)
    return connected


def compose(writer, target, band, construction):
    """A review of about `target` words, or None if this attempt came to nothing."""
    rng = writer.rng
    topics = writer.neutral_topics()
    rng.shuffle(topics)
    position = rng.choices(list(POSITION_SHARES), POSITION_SHARES.values())[0]
    verdicts = [writer.verdict(construction, position, band)]
    if construction == "plain" and band >= 1 and rng.random() < SECOND_PLAIN_CHANCE:
        verdicts.append(writer.verdict("plain", "middle", band))
    hearsay = [writer.hearsay() for _ in range(rng.choice(HEARSAY_COUNTS[band]))]
    length = sum(map(count_words, verdicts + hearsay))
    if length > target + 2:
        return None
    details = []
    for order, entries in topics:
        if target - length < 7:
            break
        sentence = writer.neutral(entries)
        if length + count_words(sentence) <= target + 3:
            details.append((order, sentence))
            length += count_words(sentence)
    if abs(length - target) > 6:
        return None
    details.sort()
    opening = [sentence for order, sentence in details if order < FIRST_MIDDLE_TOPIC]
    middle = [sentence for order, sentence in details if FIRST_MIDDLE_TOPIC <= order < LAST_TOPIC]
    ending = [sentence for order, sentence in details if order == LAST_TOPIC]
    sentences = opening + connect(middle, rng) + ending
    for sentence in hearsay:
        sentences.insert(rng.randint(0, len(sentences)), sentence)
    places = {"first": 0, "middle": rng.randint(0, len(sentences)), "last": len(sentences)}
    sentences.insert(places[position], verdicts[0])
    for sentence in verdicts[1:]:
        sentences.insert(rng.randint(0, len(sentences)), sentence)
    text = capitalise_sentences(correct_articles(" ".join(sentences)))
    return text if MIN_WORDS <= count_words(text) <= MAX_WORDS else None


def generate_reviews():
    """All reviews, in order of split, as (review, uses a held-out phrase) pairs."""
    bank = tomllib.loads(BANK_PATH.read_text(encoding="utf-8"))
    rng = random.Random(SEED)
    plan = []  # what is asked for: split, label and length band, in equal numbers
    for split, size in SPLIT_SIZES.items():
        plan += [(split, number % 2, number // 2 % len(LENGTH_BANDS)) for number in range(size)]
    rng.shuffle(plan)
    constructions, shares = zip(*CONSTRUCTION_SHARES.items(), strict=True)
    owner = {}  # which side, test or not, was the first to use a sentence: the other side may not
    texts = set()
    made = {split: [] for split in SPLIT_SIZES}
    for split, label, band in plan:
        side = split == "test"
        target = rng.randint(*LENGTH_BANDS[band])
        strong = rng.random() < 0.5
        stars = (5 if strong else 4) if label else (1 if strong else 2)
        while True:
            domain = rng.choice(list(bank["domains"]))
            plain = rng.random() < PLAIN_SHARES[band]
            construction = "plain" if plain else rng.choices(constructions, shares)[0]
            writer = Writer(bank, rng, split, domain, label, stars)
            try:
                text = compose(writer, target, band, construction)
            except CannotFill:
                continue
            if text is None or text in texts:
                continue
            sentences = split_sentences(text)
            if all(owner.get(sentence, side) == side for sentence in sentences):
                break
        owner.update(dict.fromkeys(sentences, side))
        texts.add(text)
        review = {"text": text, "label": label, "stars": stars, "domain": domain, "split": split}
        made[split].append((review, writer.used_held_out))
    return [pair for split in SPLIT_SIZES for pair in made[split]]


def verify(reviews):
    """Assert what the datasheet promises of the corpus."""
    assert len({review["text"] for review in reviews}) == len(reviews), "two reviews are identical"
    sides = {True: set(), False: set()}
    for review in reviews:
        assert ALLOWED_TEXT.fullmatch(review["text"]), f"a character that is not allowed: {review['text']}"
        assert MIN_WORDS <= count_words(review["text"]) <= MAX_WORDS, f"too short or too long: {review['text']}"
        assert (review["stars"] >= 4) == (review["label"] == 1) and review["stars"] != 3
        sides[review["split"] == "test"].update(split_sentences(review["text"]))
    shared = sides[True] & sides[False]
    assert not shared, f"{len(shared)} sentences of the test split occur in training or validation"
    counts = Counter((review["split"], review["label"]) for review in reviews)
    for split, size in SPLIT_SIZES.items():
        assert counts[split, 0] == counts[split, 1] == size // 2, f"the labels of {split} are not balanced"


def main():
    """Write the corpus, or with --check compare it with the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if reviews.jsonl is out of step")
    arguments = parser.parse_args()
    reviews = [review for review, _ in generate_reviews()]
    verify(reviews)
    content = "".join(json.dumps(review) + "\n" for review in reviews).encode("ascii")
    if arguments.check:
        if not REVIEWS_PATH.exists() or REVIEWS_PATH.read_bytes() != content:
            print("reviews.jsonl is out of step with bank.toml and generate.py: run python data/reviews/generate.py")
            return 1
        return 0
    temporary = REVIEWS_PATH.with_suffix(".tmp")
    temporary.write_bytes(content)
    os.replace(temporary, REVIEWS_PATH)
    print(f"wrote {len(reviews)} reviews, {len(content) / 1e6:.2f} MB, to {REVIEWS_PATH}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
