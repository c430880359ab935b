"""How a lesson's page looks in Chromium: formulas, code, pictures with their alt text, and diagrams in both themes."""

import importlib.util
import json

import browser
import nbclient
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course_utils import diagrams
from course_utils.paths import REPOSITORY
from course_utils.tools.kernel import kernel_manager_class
from course_utils.tools.notebooks import write_text
from course_utils.tools.site import command, sources

LONG_FORMULA = "$p(y_1, y_2, y_3, y_4) = p(y_1)\\,p(y_2 | y_1)\\,p(y_3 | y_1, y_2) \\cdots$, wider than a phone"
FORMULAS = "$h_t$ and $T$, $W_{hh}^{\\top}$, $\\frac{a}{b}$, $f$, $\\gamma$, $\\sum_{t=1}^{T} L_t$, $\\hat{y}$"
IN_A_TABLE = "| cell |\n| --- |\n| $\\lambda_t \\odot h_{t-1}$ |"
LINE = "x = '" + "c" * 94 + "'"  # of 100 characters, the most that a lesson has
CELLS = [
    new_markdown_cell(f"# A page\n\n{FORMULAS}\n\n{IN_A_TABLE}\n\n{LONG_FORMULA}"),
    new_code_cell(LINE),
    new_code_cell(f"y = '{'d' * 200}'"),
    new_code_cell("import matplotlib.pyplot as plt\nfrom course_utils import diagrams, plots"),
    new_code_cell("plt.plot([1, 2])\nplots.show('A line that goes up, from 1 to 2.')"),
    new_code_cell("plt.plot([2, 1])\nplt.show()"),
    new_code_cell("diagrams.unrolled()"),
    new_code_cell("diagrams.masked_recurrence()"),
    new_code_cell("diagrams.lstm_cell()"),
]
LIGHT_AND_DARK = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """The cells above, executed."""
    made = new_notebook(cells=CELLS)
    environment = {"IPYTHONDIR": str(tmp_path_factory.mktemp("ipython")), "PYTHONPATH": str(REPOSITORY)}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        nbclient.NotebookClient(made, kernel_manager_class=kernel_manager_class(), timeout=120).execute()
    return made


@pytest.fixture(scope="module")
def page(notebook, tmp_path_factory):
    """A Chromium, and the address of a page of a site with that notebook."""
    missing = [name for name in command.NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed; `make site` and `make test` install what the site needs")
    if browser.executable() is None:
        pytest.skip("no Chromium on this machine; `make browser` installs Debian's")
    folder = tmp_path_factory.mktemp("look")
    write_text(folder / "source" / "index.md", "# Look\n\n```{toctree}\npage\napi\n```\n")
    api = "```{eval-rst}\n.. autofunction:: course_utils.plots.posteriors\n```"
    write_text(folder / "source" / "api.md", f"# Reference\n\n{api}\n")
    write_text(folder / "source" / "page.ipynb", json.dumps(notebook))
    sources.dress(REPOSITORY, folder / "source")
    assert command.sphinx(folder / "source", folder / "site", folder / "doctrees") == 0
    with browser.Browser() as chromium:
        chromium.address = (folder / "site" / "page.html").as_uri()
        yield chromium


def seen(page, size, script, theme="light"):
    """The value of a JavaScript expression in the page, in a window of this size."""
    page.resize(size)
    page.open(page.address)
    page.run(f"document.documentElement.dataset.theme = '{theme}'")
    return json.loads(page.run(f"JSON.stringify({script})"))


def test_a_docstring_gives_an_item_for_each_parameter(page):
    page.open(page.address.replace("page.html", "api.html"))
    items = json.loads(page.run("JSON.stringify([...document.querySelectorAll('dd li')].map(item => item.innerText))"))
    assert [item.split(":")[0] for item in items] == ["axes", "p", "places", "names"]
    assert items[2] == "places: (frames,), where on the x axis each frame lies."


# --- pictures -----------------------------------------------------------------------------------------------------


def test_a_figure_is_shown_once_with_its_alt_text(notebook):
    (output,) = [output for output in notebook.cells[4].outputs if output["output_type"] == "display_data"]
    assert output["data"]["text/plain"] == output["metadata"]["image/png"]["alt"] == "A line that goes up, from 1 to 2."
    assert output["data"]["image/png"]


def test_the_site_has_the_alt_text_of_a_picture(page):
    texts = seen(page, browser.DESKTOP, "[...document.querySelectorAll('.cell_output img')].map(image => image.alt)")
    assert texts == ["A line that goes up, from 1 to 2.", "a picture that the cell above makes"]


# --- formulas and code --------------------------------------------------------------------------------------------

SMALL, PHONE = (1280, 900), browser.PHONE
FORMULA_BOXES = """[...document.querySelectorAll('span.math')].map(math => {
    const boxes = [math, math.querySelector('mjx-container')];
    const scrolls = box => getComputedStyle(box).overflowX !== 'visible' && box.scrollWidth > box.clientWidth;
    return [boxes.some(scrolls), math.scrollHeight > math.clientHeight, math.offsetHeight - math.clientHeight];
})"""


def test_a_formula_in_a_line_has_no_scroll_bar_unless_it_is_wider_than_the_page(page):
    whole = [False, False, 0]  # it does not scroll, nothing is cut off, there is no bar
    assert seen(page, SMALL, FORMULA_BOXES) == [whole] * 10
    *others, (scrolls, _, bar) = seen(page, PHONE, FORMULA_BOXES)
    assert others == [whole] * 9 and scrolls and bar > 0


def test_a_formula_stands_on_the_line_of_its_text(page):
    """The letter T, which has no depth, ends where the letters beside it end."""
    script = """(() => {
        const math = document.querySelectorAll('span.math')[1], mark = document.createElement('span');
        mark.style.cssText = 'display: inline-block; width: 1px; height: 0';
        math.before(mark);
        return mark.getBoundingClientRect().bottom - math.querySelector('svg').getBoundingClientRect().bottom;
    })()"""
    assert abs(seen(page, SMALL, script)) < 2


def test_a_line_of_100_characters_fits_and_a_longer_one_can_be_scrolled_to_its_end(page):
    script = """[...document.querySelectorAll('.cell_input pre')].slice(0, 2).map(code => {
        code.scrollLeft = 1e6;
        const hidden = code.scrollWidth - code.clientWidth;
        return [hidden, Math.round(code.scrollLeft), code.offsetHeight - code.clientHeight];
    })"""
    assert seen(page, SMALL, script)[0][0] == 0
    for hidden, scrolled, bar in [seen(page, SMALL, script)[1], *seen(page, PHONE, script)]:
        assert 0 < hidden <= scrolled + 1 and bar > 5


# --- diagrams -----------------------------------------------------------------------------------------------------

CARDS = "[...document.querySelectorAll('.course-diagram')]"


def test_a_diagram_is_there_for_those_who_do_not_see_it(notebook, page):
    alt = repr(diagrams.unrolled())
    assert notebook.cells[6].outputs[0]["data"]["text/plain"] == alt
    assert seen(page, SMALL, f"{CARDS}[0].querySelectorAll('svg[role=img]').length") == 2
    labels = seen(page, SMALL, f"[...{CARDS}[0].querySelectorAll('svg')].map(svg => svg.getAttribute('aria-label'))")
    assert "\n".join(labels) == alt


@pytest.mark.parametrize("size", [SMALL, PHONE], ids=["desktop", "phone"])
def test_a_diagram_fits_and_its_letters_are_large_enough(page, size):
    cards = seen(page, size, f"{CARDS}.map(card => [card.scrollWidth - card.clientWidth, card.clientWidth])")
    assert all(hidden <= 1 and width <= size[0] for hidden, width in cards)
    scale = """[...document.querySelectorAll('.course-diagram svg')].map(
        svg => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)"""
    scales = seen(page, size, scale)
    assert min(scales) >= (0.99 if size == SMALL else 0.64) and max(scales) <= 1.01


@LIGHT_AND_DARK
def test_a_diagram_has_the_colours_of_the_theme(page, theme):
    look = f"getComputedStyle({CARDS}[0])"
    script = f"""[{look}.backgroundColor, getComputedStyle({CARDS}[0].querySelector('text.halo')).fill,
        getComputedStyle({CARDS}[0].parentElement).padding]"""
    card, ink, padding = seen(page, SMALL, script, theme)
    assert (card, ink) == {
        "light": ("rgb(255, 255, 255)", "rgb(143, 95, 0)"),
        "dark": ("rgb(29, 33, 38)", "rgb(230, 159, 0)"),
    }[theme]
    assert padding == "0px"


@pytest.mark.parametrize(
    "says_dark",
    ["html.setAttribute('theme', 'dark')", "body.dataset.jpThemeLight = 'false'", "body.className = 'vscode-dark'"],
)
def test_colab_jupyterlab_and_vs_code_give_a_diagram_their_theme(page, says_dark):
    script = f"""(() => {{
        const html = document.documentElement, body = document.body;
        {says_dark};
        return getComputedStyle({CARDS}[0]).backgroundColor;
    }})()"""
    assert seen(page, SMALL, script) == "rgb(29, 33, 38)"
