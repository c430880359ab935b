"""Wrong answers to lesson 4a's exercises, each with a part of the hint it must get, and right ones in other forms."""

from mutants import changed

# ruff: noqa: E501

PAIR = """
def encode_decode(encoder_step, decoder_step, x, mask, y, h, c):
    h_first, c_first = h, c
    for s in range(x.shape[1]):
        h_new, c_new = encoder_step(x[:, s], h, c)
        h = ops.where(mask[:, s, None], h_new, h)
        c = ops.where(mask[:, s, None], c_new, c)
    pass
    outputs = []
    for t in range(y.shape[1]):
        h, c = decoder_step(y[:, t], h, c)
        outputs.append(h)
    return ops.stack(outputs, axis=1)
"""
KEEP_H = "h = ops.where(mask[:, s, None], h_new, h)"
KEEP_C = "c = ops.where(mask[:, s, None], c_new, c)"
SAID = "h, c = decoder_step(y[:, t], h, c)"
STACK = "ops.stack(outputs, axis=1)"

LOSS = """
def sequence_loss(target_out, logits):
    real = ops.cast(target_out != PAD, "float32")
    losses = ops.sparse_categorical_crossentropy(ops.cast(target_out, "int32"), logits, from_logits=True)
    return ops.sum(losses * real) / ops.sum(real)
"""
MEAN = "ops.sum(losses * real) / ops.sum(real)"

GREEDY = """
def greedy_step(logits, finished):
    likeliest = ops.argmax(logits, axis=-1)
    tokens = ops.where(finished, PAD, likeliest)
    return tokens, ops.logical_or(finished, tokens == END)
"""
DONE = "ops.logical_or(finished, tokens == END)"

MATCHES = """
def clipped_matches(candidate, reference, n):
    said = Counter(tuple(candidate[k : k + n]) for k in range(len(candidate) - n + 1))
    wanted = Counter(tuple(reference[k : k + n]) for k in range(len(reference) - n + 1))
    matches = sum((said & wanted).values())
    return matches, sum(said.values())
"""
BOTH = "sum((said & wanted).values())"
RETURNED = "return matches, sum(said.values())"

BLEU = """
def bleu_by_hand(candidates, references):
    matches, possible = np.zeros(4), np.zeros(4)
    said, wanted = 0, 0
    for candidate, reference in zip(candidates, references):
        said += len(candidate)
        wanted += len(reference)
        for n in range(1, 5):
            found = clipped_matches(candidate, reference, n)
            matches[n - 1] += found[0]
            possible[n - 1] += found[1]
    if matches.min() == 0:
        return 0.0
    precisions = matches / possible
    return 100 * min(1, np.exp(1 - wanted / said)) * np.exp(np.mean(np.log(precisions)))
"""
PENALTY = "min(1, np.exp(1 - wanted / said))"
ROOT = "np.exp(np.mean(np.log(precisions)))"
NOTHING = "    if matches.min() == 0:\n        return 0.0\n"

SEARCH = """
def exhaustive_search(next_log_p, end, longest):
    best, best_score = None, -np.inf
    beginnings, scores = np.zeros((1, 0), int), np.zeros(1)
    for t in range(longest):
        total = scores[:, None] + next_log_p(beginnings)
        k = np.argmax(total[:, end])
        if total[k, end] > best_score:
            best, best_score = [*beginnings[k].tolist(), end], total[k, end]
        parents, words = np.nonzero(np.arange(total.shape[1]) != end + 0 * total)
        beginnings = np.concatenate([beginnings[parents], words[:, None]], axis=1)
        scores = total[parents, words]
    return best, best_score
"""
NOT_END = "np.nonzero(np.arange(total.shape[1]) != end + 0 * total)"
TOTAL = "total = scores[:, None] + next_log_p(beginnings)"
FOUND = "return best, best_score"

BEAM = """
def beam_step(scores, log_p, finished):
    width, words = log_p.shape[1:]
    padding = ops.where(ops.arange(words) == PAD, 0.0, -1e9)
    gains = ops.where(finished[:, :, None], padding, log_p)
    total = ops.reshape(scores[:, :, None] + gains, (-1, width * words))
    scores, places = ops.top_k(total, width)
    return scores, places // words, places % words
"""
PLACES = "places // words, places % words"

STACK_OF_DIGITS = """
def stack_in_a_number(base):
    def push(h, symbol):
        return (h + symbol) / base

    def pop(h):
        symbol = np.floor(base * h)
        return symbol, base * h - symbol

    return push, pop
"""
PUSHED = "(h + symbol) / base"
POPPED = "return symbol, base * h - symbol"


def of(exercise, source, **wrong):
    """Mutants of a source: name=(hint, (old, new), ...)."""
    return [(exercise, what.replace("_", " "), hint, changed(source, *pairs)) for what, (hint, *pairs) in wrong.items()]


MUTANTS = [
    *of(
        "4a.1",
        PAIR,
        no_mask=("reads the padding too", (KEEP_H, "h = h_new"), (KEEP_C, "c = c_new")),
        mask_inverted=("the wrong way round", ("h_new, h)", "h, h_new)"), ("c_new, c)", "c, c_new)")),
        set_to_zero=("set to 0 at padding", ("h_new, h)", "h_new, 0.0)"), ("c_new, c)", "c_new, 0.0)")),
        c_not_kept=("c still changes at padding", (KEEP_C, "c = c_new")),
        c_set_to_zero=("c is set to 0 at padding", ("c_new, c)", "c_new, 0.0)")),
        h_set_to_zero=("h is set to 0 at padding", ("h_new, h)", "h_new, 0.0)")),
        step_of_c_and_h=("it wants h first", ("encoder_step(x[:, s], h, c)", "encoder_step(x[:, s], c, h)")),
        h_not_kept=("h still changes at padding", (KEEP_H, "h = h_new")),
        first_word_decides=("reads the padding too", ("mask[:, s, None]", "mask[:, :1] | True")),
        mask_from_its_sum=("rebuilt from its sum", ("mask[:, s, None]", "(s < mask.sum(axis=1))[:, None]")),
        no_handover=("hand the last one over", ("    pass\n", "    h, c = h_first, c_first\n")),
        state_of_zero=("begins with a state of 0", ("    pass\n", "    h, c = ops.zeros_like(h), ops.zeros_like(c)\n")),
        a_fresh_c=("a fresh c", ("    pass\n", "    c = c_first\n")),
        a_fresh_h=("a fresh h", ("    pass\n", "    h = h_first\n")),
        c_of_zero=("a c of 0", ("    pass\n", "    c = ops.zeros_like(c)\n")),
        h_of_zero=("an h of 0", ("    pass\n", "    h = ops.zeros_like(h)\n")),
        exchanged=("h and c are exchanged", ("    pass\n", "    h, c = c, h\n")),
        h_twice=("gets h twice", ("    pass\n", "    c = h\n")),
        one_network=("the decoder's steps are the encoder's", ("= decoder_step(", "= encoder_step(")),
        read_by_the_decoder=("the encoder's steps are the decoder's", ("= encoder_step(", "= decoder_step(")),
        cells=("the outputs are the decoder's h", ("outputs.append(h)", "outputs.append(c)")),
        time_first=("stack along axis 1", ("axis=1)\n", "axis=0)\n")),
        words_of_zero=(
            "a word vector of 0",
            (KEEP_H, "h = h_new"),
            (KEEP_C, "c = c_new"),
            ("encoder_step(x[:, s]", "encoder_step(x[:, s] * mask[:, s, None]"),
        ),
        first_word_not_read=("does not read the first word", ("range(x.shape[1])", "range(1, x.shape[1])")),
        last_word_not_read=("the last column", ("range(x.shape[1])", "range(x.shape[1] - 1)")),
        T_steps_of_x=("stops after T steps", ("range(x.shape[1])", "range(min(x.shape[1], y.shape[1]))")),
        from_the_end=("the source from its end", ("range(x.shape[1])", "reversed(range(x.shape[1]))")),
        to_the_shortest_end=(
            "where the shortest sentence ends",
            ("range(x.shape[1])", "range(mask.sum(axis=1).min())"),
        ),
        y_from_its_end=("reads y from its end", ("range(y.shape[1])", "reversed(range(y.shape[1]))")),
        x_twice=("it reads y", ("decoder_step(y[:, t]", "decoder_step(x[:, t]")),
        decoder_masked=(
            "the mask is the source's",
            (
                SAID,
                f"h_new, c_new = decoder_step(y[:, t], h, c)\n        s = min(t, mask.shape[1] - 1)\n        {KEEP_H}\n        {KEEP_C}",
            ),
        ),
        C_at_every_step=(
            "begins with C at every step",
            ("    pass\n", "    C = h, c\n"),
            (SAID, "h, c = decoder_step(y[:, t], *C)"),
        ),
        c_never_changes=(
            "the decoder's c never changes",
            ("    pass\n", "    context = c\n"),
            (SAID, "h, c = decoder_step(y[:, t], h, context)"),
        ),
        late_by_one=(
            "late by one",
            (SAID, "before = h\n        h, c = decoder_step(y[:, t], h, c)"),
            ("append(h)", "append(before)"),
        ),
        reshaped=("a reshape does not exchange axes", (STACK, "ops.reshape(ops.stack(outputs), (*y.shape[:2], -1))")),
        last_state_only=("one state per sentence", (STACK, "h")),
        whole_source=("take x[:, s]", ("encoder_step(x[:, s]", "encoder_step(x")),
        no_return=("`return`", ("return ops", "ops")),
    ),
    *of(
        "4a.2",
        LOSS,
        plain_mean=("the padding counts", (MEAN, "ops.mean(losses)")),
        mean_of_masked=("still divided by", (MEAN, "ops.mean(losses * real)")),
        mean_of_means=("a mean of means", (MEAN, "ops.mean(ops.sum(losses * real, axis=1) / ops.sum(real, axis=1))")),
        per_sentence=("the sum per sentence", (MEAN, "ops.mean(ops.sum(losses * real, axis=1))")),
        sum_of_all=("this is the sum", (MEAN, "ops.sum(losses * real)")),
        END_left_out=("END is left out", ("target_out != PAD,", "target_out > END,")),
        all_but_END=("not *PAD*", ("target_out != PAD,", "target_out != END,")),
        padding_in_the_sum=("still adds to the sum", (MEAN, "ops.sum(losses) / ops.sum(real)")),
        negative=("the sign is wrong", (MEAN, f"-{MEAN}")),
        a_loss_for_each_word=("a single number", (MEAN, "losses * real")),
        an_array_of_one=("an array that holds one", (MEAN, f"ops.reshape({MEAN}, (1,))")),
        NumPy=("model.fit cannot use it", (MEAN, "np.sum(np.array(losses) * np.array(real)) / np.sum(np.array(real))")),
        without_the_last_column=(
            "the last column is left out",
            (MEAN, "ops.sum((losses * real)[:, :-1]) / ops.sum(real[:, :-1])"),
        ),
        without_the_first_word=(
            "the first word of each sentence",
            (MEAN, "ops.sum((losses * real)[:, 1:]) / ops.sum(real[:, 1:])"),
        ),
        not_from_logits=("from_logits=True is missing", (", from_logits=True", "")),
        softmax_twice=("the softmax is taken twice", ("logits, from", "ops.exp(ops.log_softmax(logits)), from")),
        logits_masked=(
            "mask the losses, not the logits",
            ("logits, from", "logits * real[..., None], from"),
            (MEAN, "ops.mean(losses)"),
        ),
        logits_masked_and_summed=(
            "mask the losses, not the logits",
            ("logits, from", "logits * real[..., None], from"),
            (MEAN, "ops.sum(losses) / ops.sum(real)"),
        ),
        perplexity=("this is the perplexity", (MEAN, f"ops.exp({MEAN})")),
        mask_inverted=("the mask is the wrong way round", ("target_out != PAD", "target_out == PAD")),
        log_of_the_mean=(
            "the logarithm comes before the mean",
            (MEAN, "-ops.log(ops.sum(ops.exp(-losses) * real) / ops.sum(real))"),
        ),
        half=("a half too many", (MEAN, f"{MEAN} / 2")),
        in_bits=("in bits", (MEAN, f"{MEAN} / np.log(2)")),
        no_gradient=("no gradient comes back", (MEAN, f"ops.stop_gradient({MEAN})")),
        log_of_a_softmax=(
            "should be finite",
            (
                'ops.sparse_categorical_crossentropy(ops.cast(target_out, "int32"), logits, from_logits=True)',
                '-ops.log(ops.sum(ops.one_hot(ops.cast(target_out, "int32"), logits.shape[-1]) * ops.exp(logits) / ops.sum(ops.exp(logits), axis=-1, keepdims=True), axis=-1))',
            ),
        ),
        no_return=("`return`", ("return ops", "ops")),
    ),
    *of(
        "4a.3",
        GREEDY,
        goes_on=("goes on", ("ops.where(finished, PAD, likeliest)", "likeliest")),
        END_again=("repeats END", ("ops.where(finished, PAD,", "ops.where(finished, END,")),
        START_again=("says START", ("ops.where(finished, PAD,", "ops.where(finished, START,")),
        finished_forgotten=("once finished, always finished", (DONE, "tokens == END")),
        never_finished=("finished from now on", (DONE, "finished")),
        END_not_written=(
            "finish *after* it is written",
            ("ops.where(finished, PAD, likeliest)", "ops.where(finished | (likeliest == END), PAD, likeliest)"),
            (DONE, "finished | (likeliest == END)"),
        ),
        over_the_batch=(
            "the argmax is over the vocabulary",
            ("axis=-1", "axis=0"),
            ("ops.where(finished, PAD, likeliest)", "likeliest"),
            (DONE, "finished"),
        ),
        both_at_once=("not both at once", (DONE, "finished & (likeliest == END)")),
        unfinished=("the wrong way round", (DONE, f"ops.logical_not({DONE})")),
        all_padded=("unfinished sentences are padded as well", ("ops.where(finished,", "ops.where(ops.any(finished),")),
        exchanged_in_where=("the finished ones go on", ("finished, PAD, likeliest", "finished, likeliest, PAD")),
        least_likely=("argmax, not argmin", ("argmax", "argmin")),
        one_ends_all=("finishes the whole batch", (DONE, "finished | ops.any(tokens == END)")),
        PAD_finishes=("only END does", (DONE, "(tokens == END) | (tokens == PAD)")),
        exclusive_or=("not ^", (DONE, "ops.logical_xor(finished, likeliest == END)")),
        likely_END_again=("unfinished again", (DONE, "likeliest == END")),
        integers=("should be booleans", (DONE, f"ops.cast({DONE}, 'int32')")),
        floats=(
            "should be integers",
            ("ops.where(finished, PAD, likeliest)", "ops.cast(ops.where(finished, PAD, likeliest), 'float32')"),
        ),
        tokens_alone=("return two things", (f", {DONE}", "")),
        NumPy=(
            "a compiled loop cannot use it",
            ("ops.argmax(logits, axis=-1)", "np.argmax(np.asarray(logits), axis=-1)"),
        ),
    ),
    *of(
        "4a.4",
        MATCHES,
        not_clipped=("matches are not clipped", (BOTH, "sum(count for gram, count in said.items() if gram in wanted)")),
        sets=("counts once here", (BOTH, "len(set(said) & set(wanted))")),
        of_the_reference=("the reference; count the candidate's", (RETURNED, "return matches, sum(wanted.values())")),
        different_below=("comes twice counts twice", (RETURNED, "return matches, len(said)")),
        words_below=("w words have w - n + 1", (RETURNED, "return matches, len(candidate)")),
        less_than_none=("not less than none", (RETURNED, "return matches, len(candidate) - n + 1")),
        one_too_few=("one too few", (RETURNED, "return matches, len(candidate) - n")),
        at_least_one=("there are 0, not 1", (RETURNED, "return matches, max(sum(said.values()), 1)")),
        same_place=(
            "must stand at the same place",
            (
                BOTH,
                "sum(candidate[k : k + n] == reference[k : k + n] for k in range(min(len(candidate), len(reference)) - n + 1))",
            ),
        ),
        letters=(
            "n-grams of letters",
            ("    said =", "    candidate, reference = ' '.join(candidate), ' '.join(reference)\n    said ="),
        ),
        one_longer=("w - n of n + 1 words", ("    said =", "    n = n + 1\n    said =")),
        up_to_n=(
            "n-grams of exactly n words",
            (
                "range(len(candidate) - n + 1))",
                "range(len(candidate) - n + 1))\n    said = Counter(tuple(candidate[k : k + m]) for m in range(1, n + 1) for k in range(len(candidate) - m + 1))",
            ),
        ),
        words_in_any_order=(
            "the order of the words",
            ("tuple(candidate[k : k + n])", "tuple(sorted(candidate[k : k + n]))"),
            ("tuple(reference[k : k + n])", "tuple(sorted(reference[k : k + n]))"),
        ),
        always_pairs=("whatever n is", ("    said =", "    n = 2\n    said =")),
        larger_count=("keeps the larger", (BOTH, "sum((said | wanted).values())")),
        missing_ones=("does not have", (BOTH, "sum((said - wanted).values())")),
        exchanged=("these are the matches", (RETURNED, "return sum(said.values()), matches")),
        precision=("return two numbers", (RETURNED, "return matches / max(sum(said.values()), 1)")),
        single_words=(
            "these are single words",
            (BOTH, "sum((Counter(candidate) & Counter(reference)).values())"),
        ),
        recalled=(
            "the reference's n-grams that were said",
            (BOTH, "sum(count for gram, count in wanted.items() if gram in said)"),
        ),
        no_return=("`return`", ("return matches", "matches")),
    ),
    *of(
        "4a.5",
        BLEU,
        no_penalty=("the brevity penalty is missing", (f"100 * {PENALTY}", "100")),
        penalty_above_1=("never above 1", (PENALTY, "np.exp(1 - wanted / said)")),
        penalty_of_long_ones=("the wrong way round", ("wanted / said", "said / wanted")),
        ratio_of_lengths=("not the ratio", ("np.exp(1 - wanted / said)", "said / wanted")),
        arithmetic_mean=(
            "the geometric mean",
            (ROOT, "np.mean(precisions)"),
            (NOTHING, "    possible = np.maximum(possible, 1)\n    said = max(said, 1)\n"),
        ),
        three_words=(
            "yours stop at three",
            ("np.zeros(4), np.zeros(4)", "np.zeros(3), np.zeros(3)"),
            ("range(1, 5)", "range(1, 4)"),
        ),
        from_zero=(
            "n goes from 1 to 4",
            ("clipped_matches(candidate, reference, n)", "clipped_matches(candidate, reference, n - 1)"),
        ),
        sentences_counted=(
            "the numbers of *words*",
            ("said += len(candidate)", "said += 1"),
            ("wanted += len(reference)", "wanted += 1"),
        ),
        a_share=("multiply by 100", ("return 100 * min", "return min")),
        mean_of_sentences=(
            "added up over the corpus first",
            ("def bleu_by_hand", "def of_one"),
            (
                "np.exp(np.mean(np.log(precisions)))\n",
                "np.exp(np.mean(np.log(precisions)))\n\n\ndef bleu_by_hand(candidates, references):\n    return np.mean([of_one([c], [r]) for c, r in zip(candidates, references)])\n",
            ),
        ),
        short_ones_skipped=(
            "short translations count, too",
            ("        said +=", "        if len(candidate) < 4:\n            continue\n        said +="),
        ),
        no_root=("take its fourth root", (ROOT, "np.prod(precisions)")),
        square_root=("not the square root", (ROOT, "np.sqrt(np.prod(precisions))")),
        means_of_precisions=(
            "means of the sentences' precisions",
            ("+= found[0]", "+= found[0] / max(found[1], 1)"),
            ("+= found[1]", "+= 1"),
        ),
        a_penalty_for_each=(
            "one brevity penalty for the corpus",
            (
                PENALTY,
                "np.mean([min(1, np.exp(1 - len(r) / len(c))) if c else 0 for c, r in zip(candidates, references)])",
            ),
        ),
        one_heap=(
            "of its own sentence",
            (
                "            found = clipped_matches(candidate, reference, n)\n            matches[n - 1] += found[0]\n            possible[n - 1] += found[1]\n",
                "            pass\n",
            ),
            (
                NOTHING,
                "    for n in range(1, 5):\n        ours, theirs = [sum((Counter(tuple(w[k : k + n]) for k in range(len(w) - n + 1)) for w in side), Counter()) for side in (candidates, references)]\n        matches[n - 1] = (ours & theirs).total()\n        possible[n - 1] = ours.total()\n"
                + NOTHING,
            ),
        ),
        joined=(
            "sentences are joined",
            ("in zip(candidates, references)", "in [[sum(candidates, []), sum(references, [])]]"),
        ),
        exchanged=(
            "candidates and references are exchanged",
            ("    matches, possible =", "    candidates, references = references, candidates\n    matches, possible ="),
        ),
        smoothed=(
            "1 is added to every count",
            ("precisions = matches / possible", "precisions = (matches + 1) / (possible + 1)"),
            (NOTHING, "    if said == 0:\n        return 0.0\n"),
        ),
        first_sentence=("only the first sentence", ("zip(candidates, references)", "zip(candidates[:1], references)")),
        divides_by_nothing=(
            "nothing to divide by",
            (NOTHING, ""),
            ("matches / possible", "[m / int(p) for m, p in zip(matches.tolist(), possible)]"),
        ),
        an_empty_one=("an empty translation has no words", (NOTHING, f"    penalty = {PENALTY}\n{NOTHING}")),
        last_precision=("only the last precision", (ROOT, "precisions[-1]")),
    ),
    *of(
        "4a.6",
        SEARCH,
        longest_only=("may be shorter than `longest`", ("if total[k, end] > best_score:", "if t == longest - 1:")),
        stops_before=("yours stop before", ("range(longest)", "range(max(longest - 1, 1))")),
        mean=(
            "mean",
            ("if total[k, end] > best_score:", "if total[k, end] / (t + 1) > best_score:"),
            ("end], total[k, end]", "end], total[k, end] / (t + 1)"),
        ),
        least_likely=(
            "the *least* likely",
            ("-np.inf", "np.inf"),
            ("np.argmax(", "np.argmin("),
            ("> best_score", "< best_score"),
        ),
        first_END=("ends at once", ("        parents", "        return best, best_score\n        parents")),
        goes_on_after_END=("goes on after its END", (FOUND, "return [*best, end], best_score")),
        END_is_free=(
            "of END is missing",
            (FOUND, "return best, best_score - next_log_p(np.array([best[:-1]], int).reshape(1, -1))[0, end]"),
        ),
        never_at_once=(
            "END may be the first token",
            ("if total[k, end] > best_score:", "if t and total[k, end] > best_score or t + 1 == longest == 1:"),
        ),
        probability=("its logarithm is wanted", (FOUND, "return best, np.exp(best_score)")),
        positive=("the sign is wrong", (FOUND, "return best, -best_score")),
        mean_of_the_sum=("this is the mean", (FOUND, "return best, best_score / len(best)")),
        without_END=("has not ended", (FOUND, "return best[:-1] or [end + 1], best_score")),
        no_score=("return two things", (FOUND, "return best")),
        exchanged=("a list of tokens", (FOUND, "return best_score, best")),
        one_prefix=(
            "also when there is only one",
            (TOTAL, "total = scores[:, None] + np.array([next_log_p(b) for b in beginnings])"),
        ),
        END_too_late=(
            "`longest` is",
            ("range(longest)", "range(longest + 1)"),
            ("if total[k, end] > best_score:", "if t == longest:"),
        ),
        no_return=("`return`", (FOUND, "best, best_score")),
    ),
    (
        "4a.6",
        "greedy",
        "the greedy sentence",
        """
def exhaustive_search(next_log_p, end, longest):
    sentence, score = [], 0.0
    while sentence[-1:] != [end]:
        log_p = next_log_p(np.array([sentence], dtype=int).reshape(1, -1))[0]
        token = int(np.argmax(log_p)) if len(sentence) < longest - 1 else end
        sentence.append(token)
        score += log_p[token]
    return sentence, score
""",
    ),
    *of(
        "4a.7",
        BEAM,
        not_frozen=("finished beams go on", ("ops.where(finished[:, :, None], padding, log_p)", "log_p")),
        every_word_free=("only PAD is free", ("padding, log_p)", "0.0, log_p)")),
        finished_beams_die=("a finished beam is lost", ("padding, log_p)", "-1e9, log_p)")),
        pays_for_padding=("pays for its padding", ("padding, log_p)", "log_p + padding, log_p)")),
        ends_again=("says END again", ("== PAD", "== END")),
        out_of_the_question_by_100=("should be out of the question", ("-1e9", "-100.0")),
        probabilities=(
            "should be finite",
            ("scores[:, :, None] + gains", "ops.log(ops.exp(scores[:, :, None]) * ops.exp(gains))"),
        ),
        score_lost=(
            "has lost its score",
            ("scores[:, :, None] + gains", "ops.where(finished[:, :, None], padding, scores[:, :, None] + log_p)"),
        ),
        exchanged_in_where=("the other way round", ("padding, log_p)", "log_p, padding)")),
        multiplied=("log-probabilities are added", ("scores[:, :, None] + gains", "scores[:, :, None] * log_p")),
        parents_through_the_batch=(
            "begin at 0 in each sentence",
            ("places // words,", "places // words + width * ops.arange(ops.shape(places)[0])[:, None],"),
        ),
        END_not_said=(
            "END itself is replaced",
            ("places % words", "ops.where(places % words == END, PAD, places % words)"),
        ),
        scores_forgotten=("the scores so far do not enter", ("scores[:, :, None] + gains", "gains")),
        flat_places=("places in the flat table", (PLACES, "places, places % words")),
        flat_tokens=("take the remainder", (PLACES, "places // words, places")),
        divided_by_the_width=("not // the width", ("places // words", "places // width")),
        rows_and_columns=("each beam fills a row", (PLACES, "places % width, places // width")),
        remainder_by_the_width=("not by the width", ("places % words", "places % width")),
        exchanged=("parents and tokens are exchanged", (PLACES, "places % words, places // words")),
        own_children=("may have several children", (PLACES, "0 * places + ops.arange(width), places % words")),
        the_worst=(
            "the *worst* candidates",
            ("ops.top_k(total, width)", "ops.top_k(-total, width)"),
            ("return scores", "return -scores"),
        ),
        all_sentences_in_one=("mixes the sentences", ("(-1, width * words))", "(-1,))")),
        worst_first=("best first", ("return scores,", "return ops.flip(scores, axis=1),")),
        not_updated=("as they came", ("    scores, places", "    _, places")),
        floats=("should be integers", (PLACES, "ops.cast(places, 'float32') // words, places % words")),
        NumPy=(
            "a compiled loop cannot use it",
            ("ops.reshape(", "np.reshape("),
            ("scores[:, :, None] + gains", "np.asarray(scores[:, :, None] + gains)"),
        ),
    ),
    (
        "4a.7",
        "one for each beam",
        "choose from all beams",
        """
def beam_step(scores, log_p, finished):
    padding = ops.where(ops.arange(log_p.shape[-1]) == PAD, 0.0, -1e9)
    total = scores[:, :, None] + ops.where(finished[:, :, None], padding, log_p)
    best, parents = ops.top_k(ops.max(total, axis=-1), log_p.shape[1])
    tokens = ops.take_along_axis(ops.argmax(total, axis=-1), parents, axis=1)
    return best, parents, tokens
""",
    ),
    *of(
        "4a.8",
        STACK_OF_DIGITS,
        integers=("grows with every symbol", (PUSHED, "base * h + symbol")),
        no_room=("must make room", (PUSHED, "h + symbol / base")),
        symbol_too_large=("divide it by the base, too", (PUSHED, "h / base + symbol")),
        nothing_divided=("run into each other", (PUSHED, "h + symbol")),
        base_less_one=("not by base - 1", (PUSHED, "(h + symbol) / max(base - 1, 1)")),
        not_taken_away=("still in the number that is left", (POPPED, "return symbol, base * h")),
        rounded=("round down", ("np.floor", "np.rint")),
        left_as_it_was=("left as it was", (POPPED, "return symbol, h")),
        not_multiplied=("multiplied by the base again", (POPPED, "return symbol, h - symbol / base")),
        pop_divides=("it must multiply", (POPPED, "return symbol, h / base")),
        not_whole=("round down what you return", (POPPED, "return base * h, base * h - symbol")),
        from_one=("yours begin at 1", (POPPED, "return symbol + 1, base * h - symbol")),
        mirrored=("mirror image", (POPPED, "return base - 1 - symbol, base * h - symbol")),
        nothing_comes_back=("nothing but zeros", (POPPED, "return 0 * symbol, base * h - symbol")),
        in_a_list=(
            "first in, first out",
            ("    def push(h, symbol):\n", "    def push(h, symbol):\n        KEPT.append(symbol)\n"),
            (POPPED, "return KEPT.pop(0), base * h - symbol"),
            ("\ndef stack", "\nKEPT = []\n\n\ndef stack"),
        ),
        a_list_of_its_own=(
            "IndexError",
            ("    def push(h, symbol):\n", "    kept = []\n\n    def push(h, symbol):\n        kept.append(symbol)\n"),
            (POPPED, "return kept.pop(), base * h - symbol"),
        ),
        for_one_number=("TypeError", ("np.floor(base * h)", "int(base * h)")),
        one_function=("return two functions", ("return push, pop", "return push")),
        exchanged=("pop() takes 1", ("return push, pop", "return pop, push")),
        h_alone=("pop(h) should return two things", (POPPED, "return base * h - symbol")),
        no_return=("`return`", ("return push, pop", "push, pop")),
    ),
]

RIGHT_BUT_UNUSUAL = [
    (
        "4a.1",
        """
def encode_decode(encoder_step, decoder_step, x, mask, y, h, c):
    for t in range(x.shape[1]):
        m = mask[:, t : t + 1].astype("float32")
        h_new, c_new = (np.array(state) for state in encoder_step(x[:, t], h, c))
        h, c = m * h_new + (1 - m) * h, m * c_new + (1 - m) * c
    outputs = np.zeros((*y.shape[:2], h.shape[1]))
    for t in range(y.shape[1]):
        h, c = decoder_step(y[:, t], h, c)
        outputs[:, t] = h
    return outputs
""",
    ),
    (
        "4a.1",
        """
def encode_decode(encoder_step, decoder_step, x, mask, y, h, c):
    for word, real in zip(np.swapaxes(x, 0, 1), mask.T):
        new = encoder_step(word, h, c)
        h, c = (tf.where(real[:, None], one, other) for one, other in zip(new, (h, c)))
    said = []
    for word in np.swapaxes(y, 0, 1):
        h, c = decoder_step(word, h, c)
        said.append(h[:, None])
    return [ops.concatenate(said, axis=1)]
""",
    ),
    (
        "4a.2",
        """
def sequence_loss(target_out, logits):
    target = ops.cast(target_out, "int32")
    log_p = ops.log_softmax(logits, axis=-1)
    picked = ops.sum(ops.one_hot(target, logits.shape[-1]) * log_p, axis=-1)
    real = ops.not_equal(target, 0)
    return -ops.sum(ops.where(real, picked, 0.0)) / ops.sum(ops.cast(real, picked.dtype))
""",
    ),
    (
        "4a.2",
        """
def sequence_loss(target_out, logits):
    real = tf.not_equal(target_out, 0)
    labels = tf.boolean_mask(tf.cast(target_out, "int64"), real)
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, tf.boolean_mask(logits, real)))
""",
    ),
    (
        "4a.2",
        """
def sequence_loss(target_out, logits):
    losses = keras.losses.sparse_categorical_crossentropy(target_out, logits, from_logits=True)
    weights = ops.cast(ops.sign(target_out), losses.dtype)
    return ops.sum(weights / ops.sum(weights) * losses)
""",
    ),
    (
        "4a.3",
        """
def greedy_step(logits, finished):
    going_on = ops.cast(ops.logical_not(finished), "int32")
    tokens = going_on * ops.cast(ops.top_k(logits, 1)[1][:, 0], "int32")
    return tokens, ops.where(tokens == END, True, finished)
""",
    ),
    (
        "4a.3",
        """
def greedy_step(logits, finished):
    tokens = tf.argmax(logits, axis=1, output_type="int32")
    tokens = tf.where(finished, tf.zeros_like(tokens), tokens)
    return [tokens, tf.math.logical_or(tf.equal(tokens, 2), finished)]
""",
    ),
    (
        "4a.4",
        """
def clipped_matches(candidate, reference, n):
    said = list(zip(*(candidate[k:] for k in range(n))))
    wanted = list(zip(*(reference[k:] for k in range(n))))
    return np.sum([min(said.count(gram), wanted.count(gram)) for gram in set(said)], dtype=int), len(said)
""",
    ),
    (
        "4a.4",
        """
def clipped_matches(candidate, reference, n):
    left = [" ".join(reference[k : k + n]) for k in range(len(reference) - n + 1)]
    matches = possible = 0
    for k in range(len(candidate)):
        gram = candidate[k : k + n]
        if len(gram) == n:
            possible += 1
            if " ".join(gram) in left:
                left.remove(" ".join(gram))
                matches += 1
    return [float(matches), possible]
""",
    ),
    (
        "4a.5",
        """
def bleu_by_hand(candidates, references):
    lines = [[" ".join(words) for words in side] for side in (candidates, references)]
    return sacrebleu.corpus_bleu(lines[0], [lines[1]], tokenize="none", smooth_method="none", force=True).score
""",
    ),
    (
        "4a.5",
        """
def bleu_by_hand(candidates, references):
    counts = np.array([[clipped_matches(c, r, n) for n in (1, 2, 3, 4)] for c, r in zip(candidates, references)])
    matches, possible = counts.sum(axis=0).T
    c, r = sum(map(len, candidates)), sum(map(len, references))
    if 0 in matches:
        return 0
    return 100 * np.prod(matches / possible) ** 0.25 * (1.0 if c >= r else np.exp((c - r) / c))
""",
    ),
    (
        "4a.6",
        """
def exhaustive_search(next_log_p, end, longest):
    def best_after(prefix):
        log_p = next_log_p(np.array([prefix], dtype=int).reshape(1, -1))[0]
        found = [(log_p[end], [end])]
        if len(prefix) + 1 < longest:
            for word in range(len(log_p)):
                if word != end:
                    rest, words = best_after([*prefix, word])
                    found.append((log_p[word] + rest, [word, *words]))
        return max(found, key=lambda pair: pair[0])

    score, sentence = best_after([])
    return sentence, score
""",
    ),
    (
        "4a.6",
        """
def exhaustive_search(next_log_p, end, longest):
    import heapq

    queue = [(0.0, [])]  # the likeliest beginning first: the first that ends is the likeliest of all
    while queue:
        cost, prefix = heapq.heappop(queue)
        if prefix and prefix[-1] == end:
            return tuple(prefix), -cost
        if len(prefix) < longest:
            for word, log_p in enumerate(next_log_p([prefix])[0]):
                heapq.heappush(queue, (cost - float(log_p), [*prefix, word]))
""",
    ),
    (
        "4a.7",
        """
def beam_step(scores, log_p, finished):
    words = log_p.shape[-1]
    done = ops.cast(finished, "float32")[..., None]
    pad = ops.one_hot(PAD, words)
    total = scores[..., None] + (1 - done) * log_p - 1e9 * done * (1 - pad)
    scores, places = ops.top_k(ops.reshape(total, (ops.shape(total)[0], -1)), log_p.shape[1])
    parents = ops.floor_divide(places, words)
    return [scores, parents, places - parents * words]
""",
    ),
    (
        "4a.7",
        """
def beam_step(scores, log_p, finished):
    width, words = log_p.shape[1], log_p.shape[2]
    only_pad = tf.where(tf.range(words) == PAD, 0.0, -np.inf)
    total = tf.where(finished[..., None], scores[..., None] + only_pad, scores[..., None] + log_p)
    flat = tf.reshape(total, [-1, width * words])
    places = tf.argsort(flat, direction="DESCENDING", stable=True)[:, :width]
    return tf.gather(flat, places, batch_dims=1), places // words, tf.math.floormod(places, words)
""",
    ),
    (
        "4a.8",
        """
def stack_in_a_number(base):
    def push(h, symbol):
        return h / base + symbol / base

    def pop(h):
        left, symbol = np.modf(h * base)
        return symbol.astype(int), left

    return [push, pop]
""",
    ),
    (
        "4a.8",
        """
def stack_in_a_number(base):
    # the digits are kept as their complements, so the number falls where another would rise
    def push(h, symbol):
        return (h + base - 1 - symbol) / base

    def pop(h):
        digit = (base * h) // 1
        return base - 1 - digit, base * h - digit

    return push, pop
""",
    ),
]
