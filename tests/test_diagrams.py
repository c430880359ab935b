"""The diagrams: what they draw, that they can be read in both themes, and what stands in their place as text."""

import re
import xml.etree.ElementTree as ET

import pytest

from course_utils import diagrams
from course_utils.diagrams import drawing, style

SVG = "{http://www.w3.org/2000/svg}"
EACH = {
    "unrolled": diagrams.unrolled(),
    "many to one": diagrams.unrolled(
        words=["it", "was", "superb"], outputs="last", embedding=True, head=("Dense", "σ"), answer="p"
    ),
    "masked_recurrence": diagrams.masked_recurrence(),
    "padding": diagrams.padding(),
    "lstm_cell": diagrams.lstm_cell(),
    "back_through_time": diagrams.back_through_time(
        x=[1, 0, 0],
        h=[0, 0.76, 0.36, 0.18],
        d_y=[0.76, -0.64, -0.82],
        d_h=[0.31, -1.03, -0.82],
        d_a=[0.13, -0.9, -0.79],
    ),
    "truncation": diagrams.truncation(),
    "patterns": diagrams.patterns(),
    "lstm_cell in numbers": diagrams.lstm_cell(values={"x": 1, "c_old": 2, "f": 0.7311, "tanh(c)": 0.97, "h": 0.71}),
    "cells": diagrams.cells("SimpleRNN", "residual", "leaky", "λ-gated", "GRU", "LSTM"),
    "shapes": diagrams.shapes(),
    "sharing": diagrams.sharing(),
    "ctc_moves": diagrams.ctc_moves(),
    "ctc_lattice": diagrams.ctc_lattice(
        list("εaεbε"),
        [[0.5, 0.5, 0, 0, 0], [0.1, 0.4, 0.2, 0.3, 0], [0, 0, 0, 0.75, 0.25]],
        [False, False, False, True, False],
        "A lattice",
        "shares",
        path=[1, 1, 3],
    ),
    "ctc_lattice of nine frames": diagrams.ctc_lattice(
        list("εaε"), [[0.5, 0.25, 0.25]] * 9, [False] * 3, "A lattice", "shares"
    ),
    "prefix_merging": diagrams.prefix_merging(
        [
            {(): (1.0, 0.0)},
            {(): (0.4, 0.0), (1,): (0.0, 0.6)},
            {(): (0.16, 0.0), (1,): (0.24, 0.6)},
            {(1,): (0.3, 0.4), (1, 1): (0.0, 0.3)},
        ],
        "εa",
        "Prefixes",
    ),
    "jacobian_chain": diagrams.jacobian_chain([1, 0.5, 0.09]),
    "two_readers": diagrams.two_readers(),
    "character_model": diagrams.character_model(),
    "streams": diagrams.streams(),
    "ways_to_tell": diagrams.ways_to_tell(),
    "encoder_decoder": diagrams.encoder_decoder(),
    "encoder_decoder that speaks": diagrams.encoder_decoder(speaks=True),
    "search_tree": diagrams.search_tree(
        {
            ("le",): (0.5, "best"),
            ("un",): (0.2, "dropped"),
            ("le", "chat"): (0.4, "best"),
            ("le", "thé"): (1e-3, "kept"),
        }
    ),
}
EACH_DRAWING = pytest.mark.parametrize("drawn", EACH.values(), ids=EACH)


def pictures(drawn):
    """The SVG elements of a Drawing."""
    return [ET.fromstring(panel.svg()) for panel in drawn.panels]


def words(picture):
    """The texts of a picture, in order, without the title above it."""
    return ["".join(text.itertext()) for text in picture.iter(f"{SVG}text")][1:]


def drawn_with(picture, colour):
    """How many lines, shapes and letters of a picture have a colour."""
    return sum(colour in element.get("class", "").split() for element in picture.iter())


# --- what every diagram keeps -------------------------------------------------------------------------------------


@EACH_DRAWING
def test_each_picture_says_what_it_shows_and_lies_within_its_frame(drawn):
    for picture, panel in zip(pictures(drawn), drawn.panels, strict=True):
        assert picture.get("role") == "img" and picture.get("aria-label") == panel.alt
        assert [picture.find(f"{SVG}{name}").text for name in ("title", "desc")] == [panel.title, panel.description]
        left, top, width, height = map(float, picture.get("viewBox").split())
        for circle in picture.iter(f"{SVG}circle"):
            x, y, radius = (float(circle.get(key)) for key in ("cx", "cy", "r"))
            assert left <= x - radius and x + radius <= left + width
            assert top <= y - radius and y + radius <= top + height


@EACH_DRAWING
def test_a_diagram_fits_a_phone(drawn):
    """390 pixels, less the margins of the site and of the diagram's card."""
    for picture in pictures(drawn):
        assert float(re.search(r"min-width:([\d.]+)px", picture.get("style"))[1]) <= 390 - 2 * 16 - 2 * 11


@EACH_DRAWING
def test_the_text_in_its_place_is_the_alt_text(drawn):
    assert repr(drawn) == "\n".join(panel.alt for panel in drawn.panels)
    assert " at 0x" not in repr(drawn) and "$" not in repr(drawn)


def test_a_diagram_has_the_same_bytes_each_time():
    assert diagrams.unrolled(words=["a", "b"])._repr_html_() == diagrams.unrolled(words=["a", "b"])._repr_html_()


def test_words_stand_there_as_they_are():
    panel = diagrams.Panel("A <title>", 'with "quotes"')
    panel.token(0, 0, "<br> & $5_a")
    assert words(ET.fromstring(panel.svg())) == ["<br> & $5_a"]


def luminance(colour):
    """Relative luminance (WCAG 2.2) of "#RRGGBB"."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Contrast ratio (WCAG 2.2) of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [style.LIGHT, style.DARK], ids=["light", "dark"])
def test_letters_can_be_read_on_the_card_and_on_every_shape(theme):
    """4.5 : 1 for letters, 3 : 1 for what has faded into the background (WCAG 1.4.3, 1.4.11)."""
    for name in style.COLOURS:
        line, fill = theme[name]
        assert contrast(line, theme["paper"]) >= (3 if name == "faded" else 4.5)
        assert contrast(theme["ink"], fill) >= 4.5
        half = [(int(line[n : n + 2], 16) + int(theme["paper"][n : n + 2], 16)) // 2 for n in (1, 3, 5)]
        assert contrast(theme["ink"], "#" + "".join(f"{part:02X}" for part in half)) >= 4.5  # a cell, fully shaded


# --- what each of them draws --------------------------------------------------------------------------------------


def test_an_unrolled_network_uses_the_same_weights_at_every_step():
    folded, row = pictures(diagrams.unrolled(T=4))
    assert words(folded).count("Whh") == 1 and words(row).count("Whh") == words(row).count("Wxh") == 4
    assert words(row).count("Why") == 4 and [f"y{t}" in words(row) for t in range(1, 5)] == [True] * 4
    assert drawn_with(row, "vermillion") == 3 * 4  # a line, a head and a label for each W_hh, and nothing else


def test_gradients_are_added_where_the_forward_path_forks():
    forward, backward = pictures(EACH["back_through_time"])
    assert words(forward).count("Whh") == 3 and "0.760" in words(forward)
    assert words(backward).count("Whh") == 2  # one for each step but the last
    assert [f"L{t}" in words(backward) for t in (1, 2, 3)] == [True] * 3
    assert {"dy₂ = −0.640", "dh₂ = −1.030", "−0.900"} <= set(words(backward))
    said = "is the sum of d_y = −0.640 from its own loss and the gradient that comes back from step 3"
    assert said in repr(EACH["back_through_time"])


def test_a_truncated_gradient_stops_at_each_border():
    for length, windows in [(3, 2), (2, 3)]:
        [picture] = pictures(diagrams.truncation(length, windows))
        lines = [path.get("class") for path in picture.iter(f"{SVG}path")]
        assert sum("time" in line for line in lines) == length * windows
        assert sum("gradient" in line for line in lines) == (length - 1) * windows
        assert words(picture).count("✕") == windows - 1


def test_only_teacher_forcing_leads_nothing_from_step_to_step():
    states, end, output, forced = pictures(diagrams.patterns(T=3))
    for picture, outputs, carried in [(states, 3, 2), (end, 1, 2), (output, 3, 2), (forced, 3, 3)]:
        assert sum(word.startswith("y") and "*" not in word for word in words(picture)) == outputs
        assert sum("time" in path.get("class") for path in picture.iter(f"{SVG}path")) == carried
    assert [word for word in words(forced) if "*" in word] == ["y*0", "y*1", "y*2"]


def test_panels_stand_in_so_many_columns_and_begin_at_one_height_where_that_is_asked_for():
    opened = {name: EACH[name]._repr_html_().partition("><style>")[0] for name in ("patterns", "back_through_time")}
    assert re.fullmatch(r'<div class="[^"]+" style="max-width:\d+(\.\d+)?px"', opened["patterns"])
    assert opened["back_through_time"].endswith(' style="align-items:flex-start;"')
    assert " style=" not in EACH["truncation"]._repr_html_().partition("><style>")[0]


def test_many_to_one_answers_at_the_last_step_only():
    _, row = pictures(diagrams.unrolled(words=["it", "was", "superb"], outputs="last", head=("Dense",), answer="z"))
    assert words(row).count("Dense") == words(row).count("z") == 1
    assert {"it", "was", "superb"} <= set(words(row))
    assert "Why" not in words(row)  # the layer has them
    assert not {"y1", "Why"} & set(words(pictures(diagrams.unrolled(outputs="none"))[1]))
    with pytest.raises(ValueError, match="no outputs 'first'; choose all, last or none"):
        diagrams.unrolled(outputs="first")


def test_at_padding_the_state_stays_that_of_the_last_word():
    at_word, at_padding, whole = pictures(diagrams.masked_recurrence(words=["good", "film"], pads=3))
    assert [word for word in words(whole) if word.startswith("h")] == ["h0", "h1", "h2", "h2", "h2", "h2"]
    assert words(whole).count("pad") == words(whole).count("=") == 3 and words(whole).count("Whh") == 2
    assert "1" in words(at_word) and "0" in words(at_padding)
    assert drawn_with(at_padding, "faded") > drawn_with(at_word, "faded")


def test_a_padded_batch_and_its_mask_have_one_shape():
    (picture,) = pictures(diagrams.padding([["so", "good"], ["bad"]]))
    assert sorted(words(picture)) == sorted(["so", "good", "bad", "pad", "1", "1", "1", "0", "its mask"])


def test_the_five_shapes_have_as_many_inputs_and_outputs_as_their_names_say():
    counts = [[sum(w.startswith(letter) for w in words(one)) for letter in "xy"] for one in pictures(diagrams.shapes())]
    assert counts == [[1, 1], [1, 3], [3, 1], [3, 3], [4, 3]]


def test_equal_weights_have_equal_colours_and_a_dense_layer_has_one_for_each_word():
    said = ["in", "2009", "i", "went", "away"]
    dense, convolution, recurrent = pictures(diagrams.sharing(said))
    for picture in (dense, convolution, recurrent):
        assert [word for word in words(picture) if word in said] == said
    assert {f"W{t}" for t in range(1, 6)} <= set(words(dense))
    for colour in ("green", "pink", "ink"):
        assert drawn_with(dense, colour) == 3  # a line, its head and a label
    assert drawn_with(convolution, "green") == 2 * 5 + 1  # in the middle of the kernel, at each of five outputs
    assert drawn_with(convolution, "pink") == 2 * 4 + 1  # the last word has none after it
    assert words(recurrent).count("Whh") == words(recurrent).count("Wxh") == 5
    assert drawn_with(recurrent, "vermillion") == drawn_with(recurrent, "orange") == 3 * 5
    with pytest.raises(ValueError, match="give two to 5 words, not 6"):
        diagrams.sharing(["a", "b", "c", "d", "e", "f"])


def test_a_chain_of_jacobians_has_a_norm_below_each_state_and_a_gradient_back_at_each_step():
    (picture,) = pictures(diagrams.jacobian_chain([1, 0.5, 2e-5, 0]))
    assert {"h1", "h2", "h3", "h4", "L", "J2", "J3", "J4"} <= set(words(picture)) and "J1" not in words(picture)
    assert [word for word in words(picture) if word in ("1", "0.5", "2e-5", "0")] == ["1", "0.5", "2e-5", "0"]
    assert words(picture).count("Whh") == 3
    lines = [element.get("class") for element in picture.iter(f"{SVG}path") if element.get("class")]
    assert sum("gradient" in line.split() for line in lines) == 4  # from L, and at each step
    with pytest.raises(ValueError, match="two lags or more"):
        diagrams.jacobian_chain([1])


def test_the_highlighted_part_of_an_lstm_stands_out():
    whole, forget = (pictures(diagrams.lstm_cell(part))[0] for part in (None, "forget gate"))
    assert drawn_with(whole, "faded") == 0 and words(whole) == words(forget)
    assert 0 < drawn_with(forget, "orange") < drawn_with(whole, "orange") and drawn_with(forget, "green") == 0
    with pytest.raises(ValueError, match="no part 'door' in an LSTM cell; choose forget gate"):
        diagrams.lstm_cell("door")


def test_an_lstm_shows_the_numbers_it_is_given_and_tells_them():
    drawn = diagrams.lstm_cell(values={"x": 1, "c_old": 2, "f": 0.7311})
    (picture,) = pictures(drawn)
    assert {"xt = 1", "2.00", "0.73"} <= set(words(picture))
    assert "x_t = 1.00, c_(t-1) = 2.00, f_t = 0.73" in repr(drawn)
    assert not {"0.73", "2.00"} & set(words(pictures(diagrams.lstm_cell())[0]))


def test_each_cell_adds_to_the_one_before_it_and_shows_what_is_new():
    kinds = ["SimpleRNN", "residual", "leaky", "λ-gated", "GRU", "LSTM"]
    drawn = dict(zip(kinds, pictures(diagrams.cells(*kinds)), strict=True))
    assert [words(drawn[kind]).count("σ") for kind in kinds] == [0, 0, 0, 1, 2, 3]
    assert [words(drawn[kind]).count("tanh") for kind in kinds] == [1, 1, 1, 1, 1, 2]
    assert "1−α" in words(drawn["leaky"]) and "λt" in words(drawn["λ-gated"]) and "rt" in words(drawn["GRU"])
    assert {"ct−1", "ct", "ht−1", "ht"} <= set(words(drawn["LSTM"]))
    assert drawn_with(drawn["SimpleRNN"], "blue") < drawn_with(drawn["residual"], "blue")  # the straight path
    assert drawn_with(drawn["residual"], "green") == 0 < drawn_with(drawn["SimpleRNN"], "green")  # no longer new
    with pytest.raises(ValueError, match="no cell 'door'; choose SimpleRNN, residual"):
        diagrams.cells("LSTM", "door")


def test_what_a_character_model_draws_it_reads_next():
    learning, writing = pictures(diagrams.character_model(read="ab ", written="cd"))
    assert [word for word in words(learning) if len(word) == 1] == ["a", "b", "b", "␣", "␣", "c"]
    assert words(writing)[-1] == "d" and [word for word in words(writing) if len(word) == 1] == ["␣", "c", "d"]
    dashed = [
        sum("dashed" in (box.get("class") or "") for box in one.iter(f"{SVG}rect")) for one in (learning, writing)
    ]
    assert dashed == [0, 2]  # what is drawn, both times


def test_each_row_of_the_streams_goes_on_where_it_was():
    (picture,) = pictures(diagrams.streams("abcdefghijklmno", batch=2, length=3))
    assert "".join(word for word in words(picture) if len(word) == 1) == "abcghidefjkl"  # batch by batch
    assert [word for word in words(picture) if len(word) > 1] == ["batch 1", "batch 2", "row 0", "row 1"]
    assert sum("time" in (path.get("class") or "") for path in picture.iter(f"{SVG}path")) == 2


def test_a_context_enters_at_each_step_at_first_or_both():
    panels = pictures(diagrams.ways_to_tell("name", steps=3))
    heads = [sum("pink" in (path.get("class") or "").split() for path in one.iter(f"{SVG}path")) // 2 for one in panels]
    assert heads == [3, 1, 4] and all("name" in words(one) for one in panels)


# --- the parts ----------------------------------------------------------------------------------------------------


def ends(panel):
    """Where the lines of a panel begin and end, with their heads cut off."""
    paths = [re.findall(r"-?[\d.]+", re.search(r' d="([^"]*)"', line)[1]) for line in panel._lines]
    return [(tuple(map(float, path[:2])), tuple(map(float, path[-2:]))) for path in paths]


def test_arrows_begin_and_end_at_the_border_of_parts():
    panel = diagrams.Panel("", "")
    circle, box = panel.state(0, 0, "$h$", radius=20), panel.box(100, 0, "tanh", width=40)
    panel.arrow(circle, box, head=False)
    panel.arrow(circle, box, head=False, shift=12)
    panel.arrow(box, circle, via=[(100, 60), (0, 60)], head=False)
    assert ends(panel) == [((20, 0), (80, 0)), ((16, 12), (80, 12)), ((100, 17), (0, 20))]


def test_weights_and_gradients_have_a_colour_of_their_own():
    panel = diagrams.Panel("", "")
    panel.arrow((0, 0), (50, 0), weights="W_hh")
    panel.arrow((50, 0), (0, 0), kind="gradient")
    panel.arrow((0, 0), (0, 50), weights="W_q")
    assert [re.search('class="([^"]*)"', line)[1] for line in panel._lines] == [
        "line vermillion",
        "line gradient pink",
        "line ink",
    ]
    with pytest.raises(ValueError, match="no colour 'red'; choose ink, blue"):
        panel.sum(0, 0, "red")


def test_a_subscript_goes_down_and_the_line_comes_up_again():
    text = drawing.text_element(0, 0, "from $h_{t−1}$ to $h_t^2$", 10)
    assert "".join(ET.fromstring(text).itertext()) == "from ht−1 to ht2"
    moved = [float(shift) for shift in re.findall(r'dy="(-?[\d.]+)em"', text)]
    sizes = [0.74, 1, 0.74, 0.74]  # of what is moved: t−1, " to ", t, 2
    assert sum(shift * size for shift, size in zip(moved, sizes, strict=True)) == pytest.approx(-0.32, abs=0.01)
    assert '<tspan class="slanted">tanh' not in drawing.text_element(0, 0, "$tanh$", 10)


def test_a_bidirectional_layer_goes_both_ways_and_a_stacked_one_up():
    both, above = pictures(diagrams.two_readers(words=["so", "very", "good", "film"]))
    for picture in (both, above):
        assert [word for word in words(picture) if word[0] in "hk"] == [f"{s}{t}" for s in "hk" for t in range(1, 5)]
        assert sum("time" in path.get("class") for path in picture.iter(f"{SVG}path")) == 2 * 3
        assert {"so", "very", "good", "film", "Dense", "z"} <= set(words(picture))
    assert "join" in words(both) and "join" not in words(above)
    said = "The forward state of word 4 and the backward state of word 1"
    assert said in repr(diagrams.bidirectional(["so", "very", "good", "film"])) and said not in repr(diagrams.stacked())


def test_a_lattice_has_no_line_past_the_blank_between_equal_letters():
    everywhere = [[0.2] * 5] * 2
    (apart,), (equal,) = (
        pictures(
            diagrams.ctc_lattice(list(symbols), everywhere, [False, False, False, skip, False], "A lattice", "shares")
        )
        for symbols, skip in (("εaεbε", True), ("εaεaε", False))
    )
    assert drawn_with(apart, "faded") == drawn_with(equal, "faded") + 1 == 10


def test_a_prefix_doubles_its_last_letter_only_after_a_blank():
    def grown(in_blank):
        return diagrams.prefix_merging([{(1,): (in_blank, 0.5)}, {(1, 1): (0.0, 0.1)}], "εa", "Prefixes")

    (possible,), (impossible,) = pictures(grown(0.3)), pictures(grown(0.0))
    assert drawn_with(possible, "orange") > drawn_with(impossible, "orange") == 0
    assert words(possible)[1:3] == ["a  .80", "ε .30 · a .50"]


# --- a translator, and a search -----------------------------------------------------------------------------------


def test_only_the_context_leads_from_the_encoder_to_the_decoder():
    for speaks, fed_back in [(False, 0), (True, 3)]:
        [picture] = pictures(diagrams.encoder_decoder(speaks=speaks))
        lines = [path.get("class").split() for path in picture.iter(f"{SVG}path")]
        assert sum({"line", "pink"} <= set(line) for line in lines) == 2  # into the context, and out of it
        assert sum({"line", "gradient"} <= set(line) for line in lines) == fed_back
        assert words(picture).count("Whh") == 3 and words(picture).count("renard") == 2


def test_a_search_tree_stands_in_the_order_of_its_probabilities():
    [picture] = pictures(EACH["search_tree"])
    assert words(picture) == ["le", "0.5", "un", "0.2", "chat", "0.4", "thé", "1.0e-3"]
    assert repr(EACH["search_tree"]).endswith("Step 2: le chat 0.4, best; le thé 1.0e-3, kept.")
    height = {n: y for n, y in diagrams.translation.heights_of({("a",): (0.1, ""), ("b",): (0.9, "")}).items()}
    assert height[("b",)] < height[("a",)]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ({}, "a tree of 0 steps"),
        ({tuple("abcde"[: n + 1]): (0.1, "kept") for n in range(5)}, "a tree of 5 steps"),
        ({("a",): (0.1, "lost")}, "no nodes 'lost'"),
        ({("a", "b"): (0.1, "kept")}, "a b prolongs nothing"),
    ],
)
def test_a_tree_that_cannot_be_drawn_is_refused(nodes, said):
    with pytest.raises(ValueError, match=said):
        diagrams.search_tree(nodes)
