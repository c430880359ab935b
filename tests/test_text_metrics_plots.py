"""The small modules of floor 1."""

import numpy as np
import pytest

from course_utils import metrics, plots, text


def test_words_of_drops_case_punctuation_and_markup():
    assert text.words_of("A hot dog, not a <br />HOT-dog!") == ["a", "hot", "dog", "not", "a", "hotdog"]
    assert text.words_of("...") == []


def test_wilson_interval_against_published_values():
    # Newcombe 1998, table I, method 3: 81 of 263 and 15 of 148.
    np.testing.assert_allclose(metrics.wilson_interval(81, 263), (0.2553, 0.3662), atol=1e-4)
    np.testing.assert_allclose(metrics.wilson_interval(15, 148), (0.0624, 0.1605), atol=1e-4)


def test_wilson_interval_is_nan_without_trials():
    assert np.isnan(metrics.wilson_interval(0, 0)).all()


def test_share_by_bin_counts_edges_once_and_keeps_empty_bins_apart():
    share, count = metrics.share_by_bin([1, 10, 10, 19, 40, 40], [1, 0, 1, 1, 1, 0], [0, 10, 20, 30, 40])
    np.testing.assert_array_equal(count, [1, 3, 0, 2])
    np.testing.assert_allclose(share, [1, 2 / 3, np.nan, 0.5])


def test_tinted_text_escapes_what_students_write():
    shown = plots.TintedText(["<script>", "good"], [0.1, 0.9], "a < b")._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown and "a &lt; b" in shown


def test_tinted_text_wants_one_value_for_each_word():
    with pytest.raises(ValueError):
        plots.TintedText(["good"], [0.1, 0.9])._repr_html_()
