"""Reviews made longer by sentences that say nothing about them."""

import numpy as np

from course_utils.text.words import words_of

NEUTRAL = (  # each occurs in training reviews of course_reviews, of both classes
    "We had talked about it since my birthday.",
    "We drank tap water with it.",
    "It rained from ten until six, and then the sun came out.",
    "My grandmother and I are both past fifty and wear glasses.",
    "It had been in my diary since March, in purple ink.",
    "Outside it was dark, and we walked to the car.",
    "Buses stop at the museum, trains a mile further on.",
    "I paid twenty pounds, and the materials were included.",
    "I did most of it at the kitchen table, with headphones on.",
)


def add_neutral(reviews, sentences, place, seed=0):
    """Reviews with sentences of NEUTRAL "before" or "after" them; the same ones in both places.

    reviews: lists of words. sentences: how many for each review, drawn without repetition. seed: of the draw.
    Returns lists of words. Raises ValueError for another place.
    """
    if place not in ("before", "after"):
        raise ValueError(f'sentences stand "before" or "after" a review, not {place!r}')
    rng = np.random.default_rng(seed)
    longer = []
    for words in reviews:
        neutral = words_of(" ".join(rng.permutation(NEUTRAL)[:sentences]))
        longer.append(neutral + words if place == "before" else words + neutral)
    return longer
