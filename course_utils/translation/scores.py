"""How good translations are: BLEU, whole and by length."""

import numpy as np


def bleu(translations, references):
    """BLEU of a corpus, 0 to 100, by sacrebleu; `bleu_signature` says how it was counted.

    translations, references: lists of sentences in normal writing.
    Source: K. Papineni et al., "BLEU: a method for automatic evaluation of machine translation", 2002; M. Post, "A call
    for clarity in reporting BLEU scores", 2018.
    """
    import sacrebleu

    return sacrebleu.corpus_bleu(list(translations), [list(references)]).score


def bleu_signature():
    """The signature of `bleu`, which a score is reported with."""
    from sacrebleu.metrics import BLEU

    metric = BLEU()
    metric.corpus_score(["a"], [["a"]])
    return str(metric.get_signature())


def bleu_by_length(translations, references, lengths, parts=4):
    """BLEU of the shortest to the longest part of a corpus: (scores (parts,), edges (parts + 1,)).

    lengths: (n,), of the source sentences. edges: the quantiles of the lengths; a length on an edge belongs to the part
    that begins there, and the last part includes its right edge.
    """
    edges = np.quantile(lengths, np.linspace(0, 1, parts + 1))
    part = np.clip(np.searchsorted(edges, lengths, side="right") - 1, 0, parts - 1)
    translations, references = np.array(translations, dtype=object), np.array(references, dtype=object)
    return np.array([bleu(translations[part == n], references[part == n]) for n in range(parts)]), edges


def bleu_difference(translations, rivals, references, rounds=1000, seed=0):
    """How much more BLEU one translator has than another on the same sentences, with its 95 % interval.

    translations, rivals, references: lists of sentences in normal writing. rounds: how often as many sentences are
    drawn again, with replacement, the same ones for both.
    Returns (difference, low, high).
    Source: P. Koehn, "Statistical significance tests for machine translation evaluation", 2004.
    """
    from sacrebleu.metrics import BLEU

    def counts(sentences):
        each = [metric.sentence_score(*pair) for pair in zip(sentences, wrapped, strict=True)]
        return np.array([[*one.counts, *one.totals, one.sys_len, one.ref_len] for one in each], dtype=float)

    def of(sums):
        return BLEU.compute_bleu(sums[:4].astype(int), sums[4:8].astype(int), int(sums[8]), int(sums[9])).score

    metric, wrapped = BLEU(smooth_method="none", effective_order=True), [[reference] for reference in references]
    ours, theirs = counts(translations), counts(rivals)
    rng = np.random.default_rng(seed)
    drawn = [np.bincount(rng.integers(len(ours), size=len(ours)), minlength=len(ours)) for _ in range(rounds)]
    differences = [of(often @ ours) - of(often @ theirs) for often in drawn]
    low, high = np.quantile(differences, [0.025, 0.975])
    return of(ours.sum(axis=0)) - of(theirs.sum(axis=0)), low, high
