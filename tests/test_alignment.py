"""Word pairs from counts, aligned positions and crossings; the translator of lesson 4b and its padding."""

import numpy as np
import pytest

from course_utils import references
from course_utils.translation import alignment

SENTENCES = """
the red fox | le renard roux
the red dog | le chien roux
the fox | le renard
the dog | le chien
the cat | le chat
a red car | une voiture rouge
a red rose | une rose rouge
a car | une voiture
a rose | une rose
a bird | un oiseau
"""
SOURCES, TARGETS = zip(
    *([side.split() for side in line.split("|")] for line in SENTENCES.strip().split("\n")), strict=True
)


def test_a_word_is_paired_with_the_one_it_occurs_with():
    pairs = alignment.word_pairs(SOURCES, TARGETS, least=2)
    assert (pairs["le"], pairs["renard"], pairs["chien"], pairs["voiture"]) == ("the", "fox", "dog", "car")
    assert pairs["rouge"] == pairs["roux"] == "red"  # one word may stand behind several forms


def test_rare_words_and_doubtful_partners_are_left_out():
    assert "oiseau" not in alignment.word_pairs(SOURCES, TARGETS, least=2)
    doubtful = alignment.word_pairs([["cat"], ["dog"], ["owl"]], [["bête"]] * 3, least=1)
    assert doubtful == {}


def test_only_words_that_occur_once_have_a_position_and_neighbours_may_cross():
    pairs = {"renard": "fox", "roux": "red", "le": "the"}
    positions = alignment.aligned_positions(["the", "red", "fox"], ["le", "renard", "roux"], pairs)
    assert positions == [(0, 0), (1, 2), (2, 1)]
    assert alignment.crossings(positions) == [((1, 2), (2, 1))]
    assert alignment.aligned_positions(["the", "fox", "sees", "the"], ["le", "renard"], pairs) == [(1, 1)]  # two "the"
    weights = np.array([[1, 0, 0], [0, 0.4, 0.6], [0, 0.1, 0.9]])
    assert alignment.share_attended([weights], [positions]) == (2, 3)


@pytest.mark.parametrize("more", [1, 7])
def test_padding_further_changes_no_output_of_encoder_and_attention(more):
    import keras
    from keras import layers

    keras.utils.set_random_seed(0)
    solved = references.solved("4b")
    rng = np.random.default_rng(0)
    lengths, queries = np.array([6, 4, 1]), rng.normal(size=(3, 5, 8)).astype("float32")
    words = rng.normal(size=(3, 6 + more, 8)).astype("float32")  # whatever stands in the padding
    mask = np.arange(6 + more) < lengths[:, None]
    lowest = layers.Bidirectional(layers.LSTM(4, return_sequences=True))
    upper = layers.LSTM(8, return_sequences=True)

    def joined(steps):
        here = mask[:, :steps]
        stack = [lambda x, layer=layer: (layer(x, mask=here), None) for layer in (lowest, upper)]
        keys, _ = solved["residual_stack"](words[:, :steps], stack)
        return np.array(solved["attend"](queries, keys, here)[0])

    np.testing.assert_allclose(joined(6 + more), joined(6), atol=1e-5)
