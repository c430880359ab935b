"""Sentences as tokens and back, vocabularies, batches of pairs, and BLEU."""

import keras
import numpy as np
import pytest

from course_utils import translation as tr

WRITTEN = {
    "fr": [
        "L'ami de Paul n'a pas vu l'arrière-plan.",
        "Aujourd'hui, qu'est-ce qu'il mange ?",
        "C'est jusqu'ici que quelqu'un a joué : quel bruit !",
        'Un panneau dit "Bienvenue à tous" (en rouge).',
        "Une chemise coûte 3,5 euros.",
        "S'il vient, d'autres suivront...",
    ],
    "en": [
        "I don't see the dog's tail.",
        "Isn't it ten o'clock, or 2.5 hours later?",
        "I'm at the dogs' house; they've a T-shirt with #10 on it!",
        "The 96th 5-person band doesn't play.",
        "Stone &amp; tile.",
        '"The quick brown fox" jumped over the lazy dog.',
    ],
}


@pytest.mark.parametrize(("language", "sentence"), [(code, text) for code in WRITTEN for text in WRITTEN[code]])
def test_tokens_go_back_to_the_writing_they_came_from(language, sentence):
    assert tr.sentence_of(tr.tokens_of(sentence), language) == sentence


def test_tokens():
    assert tr.tokens_of("L'ami n'a pas vu le chien.") == ["l'", "ami", "n'", "a", "pas", "vu", "le", "chien", "."]
    assert tr.tokens_of("The dog's T-shirt isn't red!") == ["the", "dog", "'s", "T-shirt", "isn't", "red", "!"]
    assert tr.tokens_of("I see <unk> and Paul.") == ["I", "see", "<unk>", "and", "Paul", "."]
    assert tr.tokens_of("") == [] and tr.tokens_of("...") == ["..."]
    assert tr.sentence_of([]) == "" and tr.sentence_of(["."]) == "."


def test_a_vocabulary_knows_the_frequent_words_and_marks_the_others():
    sentences = [["a", "dog"], ["a", "cat"], ["a", "dog", "barks"]]
    words = tr.Vocabulary(sentences, least=2)
    assert words.words == ["<pad>", "<start>", "<end>", "<unk>", "a", "dog"]
    ids = words.encode([["a", "cat"], ["dog"]])
    assert ids.dtype == np.int32
    assert ids.tolist() == [[4, 3, 2], [5, 2, 0]]
    assert words.decode(ids) == [["a", "<unk>"], ["dog"]]
    assert words.decode([[1, 4, 5]]) == [["a", "dog"]]  # a translation cut off before its end
    assert words.decode([[2, 4, 5]]) == [[]]
    assert len(tr.Vocabulary(sentences)) == 8 and len(tr.Vocabulary(sentences, size=5)) == 5


def test_the_decoder_reads_the_target_one_step_later():
    target_in, target_out = tr.teacher_forced(np.array([[7, 8, 2, 0], [9, 2, 0, 0]], "int32"))
    assert target_in.tolist() == [[1, 7, 8, 0], [1, 9, 0, 0]]
    assert target_out.tolist() == [[7, 8, 2, 0], [9, 2, 0, 0]]


def test_batches_hold_every_pair_once_an_epoch_in_few_shapes():
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 20, size=(64, 2))
    source, target = (np.zeros((64, 20), "int32") for _ in range(2))
    for n, (s, t) in enumerate(lengths):
        source[n, :s], target[n, :t] = [10 + n] * (s - 1) + [2], [10 + n] * (t - 1) + [2]
    batches = tr.batches_by_length(source, target, 8, edges=(10, 20)).take(80).as_numpy_iterator()
    seen = np.zeros(64, int)
    for (source_batch, target_in), target_out in batches:
        edge = source_batch.shape[1]
        assert source_batch.shape == target_in.shape == target_out.shape == (8, edge) and edge in (10, 20)
        pair = source_batch.max(axis=1)  # each pair has a number of its own, in both languages
        assert np.array_equal(np.where(target_out > 2, pair[:, None], 0), np.where(target_out > 2, target_out, 0))
        assert np.array_equal((source_batch > 0).sum(axis=1), lengths[pair - 10, 0])
        assert np.array_equal((target_in > 0).sum(axis=1), lengths[pair - 10, 1])
        assert (np.maximum(*lengths[pair - 10].T) <= edge).all()
        seen[pair - 10] += 1
    assert np.all(abs(seen - 10) <= 3)  # some pairs wait for their batch to fill
    with pytest.raises(ValueError, match="20 tokens"):
        tr.batches_by_length(source, np.full((64, 20), 5, "int32"), 8, edges=(10, 19))


def test_bleu_is_that_of_sacrebleu():
    assert tr.bleu(["Un chien noir court."], ["Un chien noir court."]) == pytest.approx(100)
    assert tr.bleu(["Un chat."], ["Deux femmes rient dehors."]) < 20
    assert "tok:13a" in tr.bleu_signature()


def test_bleu_by_length_takes_each_sentence_once():
    right = ["un deux trois quatre cinq", "a b c d e", "f g h i j", "k l m n o"]
    wrong = [*right[:3], "rien de tout cela ici"]
    scores, edges = tr.bleu_by_length(wrong, right, [3, 5, 7, 9])
    assert edges.tolist() == [3, 4.5, 6, 7.5, 9]
    assert scores[:3] == pytest.approx(100) and scores[3] < 20


def test_the_beam_of_the_experiment_finds_the_best_translation_there_is(monkeypatch):
    import itertools

    from course_utils.experiments import multi30k

    source_words, target_words = tr.Vocabulary([["a", "b", "c"]]), tr.Vocabulary([["x", "y"]])
    keras.utils.set_random_seed(1)
    model = multi30k.Translator(len(source_words), len(target_words), 8)
    sentences = [["a", "b"], ["c"], ["b", "c", "c", "a"]]
    source = source_words.encode(sentences)
    model([source, np.ones_like(source)])
    for weight in model.trainable_variables:  # an untrained network hardly prefers anything
        weight.assign(3 * weight)
    model.bias.assign([0, 0, 2, 0, 0, 0])  # it shall come to an end
    monkeypatch.setattr(multi30k, "LONGEST", 8)
    decode = multi30k.Decoder(model, source_words, target_words)

    def log_probabilities(n, candidates):
        target_in, target = tr.teacher_forced(target_words.encode(candidates))
        logits = np.array(model([np.repeat(source[n : n + 1], len(target), axis=0), target_in]))
        scores = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        return (np.take_along_axis(scores, target[:, :, None], axis=-1)[:, :, 0] * (target > 0)).sum(axis=1)

    short = [list(tokens) for length in range(4) for tokens in itertools.product(["x", "y", "<unk>"], repeat=length)]
    wide, greedy = (decode(sentences, beam=beam, batch=2) for beam in (50, 1))
    assert decode(sentences, beam=50, batch=3) == wide  # whatever the padding
    for n, found in enumerate(zip(wide, greedy, strict=True)):
        uncopied = [[token if token in "xy" else "<unk>" for token in tokens] for tokens in found]
        best, *others = log_probabilities(n, [*uncopied, *short])
        assert best >= max(others) - 1e-4
