"""The site: what its pages show and hide, where their links lead, and how they look in a browser."""

import functools
import http.server
import importlib.util
import itertools
import json
import re
import shutil
import threading
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import browser
import pytest

from course_utils import bars
from course_utils.claims import CLAIMS
from course_utils.exercises import marker
from course_utils.paths import REPOSITORY
from course_utils.tools import results
from course_utils.tools.notebooks import CourseError, find_notebooks, read
from course_utils.tools.site import claims_page, command, sources

SOLUTIONS = find_notebooks(REPOSITORY / "solutions")
EACH_LESSON = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the site, built as `make site` builds it; a warning of Sphinx is an error."""
    missing = [name for name in command.NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed; `make site` and `make test` install what the site needs")
    folder = tmp_path_factory.mktemp("build")
    assert command.build(REPOSITORY, folder) == 0
    return folder / "site"


# --- what a page is made of -----------------------------------------------------------------------------------


@EACH_LESSON
def test_a_page_shows_the_blanks_of_exercises_and_all_other_outputs(path):
    solution, lesson = read(path), read(REPOSITORY / "lessons" / path.name)
    page = {cell["id"]: cell for cell in sources.lesson_page(solution, lesson)["cells"]}
    assert not any(mark in cell["source"] for cell in page.values() for mark in ("BEGIN SOLUTION", "END SOLUTION"))
    for before, blank in zip(solution["cells"], lesson["cells"], strict=True):
        shown = page[before["id"]]
        if before["cell_type"] == "code":
            assert shown["source"] == blank["source"]
            kind = marker(before["source"])[0]
            assert kind in ("exercise", "predict", "check") or len(shown["outputs"]) == len(before["outputs"])
            assert "✓" not in str(shown["outputs"]) or kind != "check"


def test_a_link_leads_to_a_page_or_to_the_repository_or_is_refused():
    known = sources.pages(REPOSITORY)

    def linked(target, origin="docs/students.md"):
        return sources.linked(f"see [it]({target})", origin, REPOSITORY, known, "https://github.com/a/b")

    assert linked("grading.md#points") == "see [it](grading.md#points)"
    assert linked("../README.md") == "see [it](index.md)"
    assert linked("docs/students.md", "README.md") == "see [it](students.md)"
    assert linked("../data/reviews/README.md") == "see [it](data/reviews.md)"
    assert linked("../reviews/README.md", "data/series/README.md") == "see [it](reviews.md)"
    assert linked("../Makefile") == "see [it](https://github.com/a/b/blob/main/Makefile)"
    assert linked("https://example.org/x.md") == "see [it](https://example.org/x.md)"
    assert linked("what-you-build.png") == "see [it](pictures/what-you-build.png)"
    with pytest.raises(CourseError, match=r"docs/students\.md links to nowhere\.md, which is not there"):
        linked("nowhere.md")


# --- the claims -----------------------------------------------------------------------------------------------


def test_the_page_of_claims_has_every_claim_and_every_verdict():
    """A claim whose lesson is not there yet says so; those of lesson 8 wait until it is."""
    notebooks = {path.stem: read(path) for path in SOLUTIONS}
    page = claims_page.page(notebooks)
    judged = claims_page.judgements(notebooks)
    for name in [name for name, claim in CLAIMS.items() if claim.lessons[0] != "8" or name in judged]:
        card = page.split(f'id="{name}">')[1].split("</article>")[0]
        lessons = {path.stem.split("_")[0] for path in SOLUTIONS} & set(CLAIMS[name].lessons.split(", "))
        assert ("not measured yet" in card) == (not lessons)
        for lesson, place, cell, verdict, row in judged.get(name, []):
            assert f'href="lessons/{lesson}.html#cell-{cell}">{verdict}</a>' in card
            assert bars.shown(row["value"]) in card and row["profile"] in card
            assert "record(" in notebooks[lesson]["cells"][place - 1]["source"]
    owed = sum(len(bars.read(path.stem).claims) for path in SOLUTIONS)
    assert page.count('<a class="verdict') == owed


# --- the site as files ----------------------------------------------------------------------------------------


def html(site):
    """The pages of the site, sorted."""
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


class Links(HTMLParser):
    """The ids of a page, the links of its text, and what it loads."""

    def __init__(self, path):
        super().__init__()
        self.ids, self.links, self.loads = set(), [], []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids |= {given[key] for key in ("id", "name") if given.get(key)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "link" and given.get("rel") in ("stylesheet", "preload", "icon", "shortcut icon"):
            self.loads.append(given["href"])
        if tag in ("img", "script", "audio", "video", "source", "iframe") and given.get("src"):
            self.loads.append(given["src"])


def test_every_link_leads_somewhere_and_nothing_is_loaded_from_elsewhere(site):
    pages = {path: Links(path) for path in html(site)}
    dead = []
    for path, page in pages.items():
        for address in page.links + page.loads:
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "mailto", "data"):
                assert address not in page.loads or parts.scheme == "data", f"{path.name} loads {address}"
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages[target].ids if target in pages else {parts.fragment}
            if address.startswith("/") or not target.is_file() or (parts.fragment and parts.fragment not in known):
                dead.append(f"{path.relative_to(site)}: {address}")
    assert dead == []


def test_the_side_bar_goes_through_the_lessons_in_the_order_of_the_agenda(site):
    links = [link for link in Links(site / "index.html").links if re.fullmatch(r"lessons/\w+\.html", link)]
    bar = list(dict.fromkeys(links))
    assert bar == [f"lessons/{path.stem}.html" for path in SOLUTIONS]
    for before, after in itertools.pairwise(SOLUTIONS):
        text = (site / "lessons" / f"{before.stem}.html").read_text(encoding="utf-8")
        assert re.search(rf'class="right-next"\s+href="{after.stem}\.html"', text)


@EACH_LESSON
def test_a_lesson_has_its_badge_its_pictures_and_its_sounds(site, path):
    text = (site / "lessons" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert re.search(rf'class="colab" href="https://colab\.research\.google\.com/github/[^"]*{path.name}"', text)
    outputs = [output.get("data", {}) for cell in read(path)["cells"] for output in cell.get("outputs", [])]
    assert len(re.findall(r'<img [^>]*src="\.\./_images/', text)) == sum("image/png" in data for data in outputs)
    assert text.count("<audio") == sum(data.get("text/html", "").count("<audio") for data in outputs)
    assert all(name in text.replace("&#39;", "'") for name in results.rows_in(read(path)))


# --- the site in a browser ------------------------------------------------------------------------------------

LOOK = """(async () => {
  const images = [...document.images];
  images.forEach(image => image.loading = "eager");
  await Promise.allSettled(images.map(image => image.decode()));
  const sounds = [...document.querySelectorAll("audio")];
  await Promise.all(sounds.map(sound => sound.readyState ? true : new Promise(done => {
    sound.onloadedmetadata = sound.onerror = done;
    sound.load();
  })));
  await window.MathJax?.startup?.promise;  // until the formulas are set
  return JSON.stringify({
    missing: images.filter(image => !image.naturalWidth).map(image => image.src.slice(0, 200)),
    silent: sounds.filter(sound => !(sound.duration > 0 && isFinite(sound.duration))).length,
    raw: [...document.querySelectorAll(":not(tspan).math")].filter(m => !m.querySelector("mjx-container")).length,
    wrong: document.querySelectorAll("mjx-merror, [data-mjx-error]").length,
    words: document.querySelector("article").innerText.length,
  });
})()"""


@pytest.fixture(scope="module")
def chromium():
    if browser.executable() is None:
        pytest.skip("no Chromium on this machine; `make browser` installs Debian's")
    with browser.Browser() as page:
        yield page


def amiss(page, address):
    """What is wrong with a page, as sentences; its width is tried on a desktop and on a phone."""
    page.complaints.clear()
    page.resize(browser.DESKTOP)
    page.open(address)
    seen = json.loads(page.run(LOOK))
    found = [f"{key}: {value}" for key, value in seen.items() if value and key != "words"]
    found += ["no text"] if seen["words"] < 20 else []
    for width, height in (browser.DESKTOP, browser.PHONE):
        page.resize((width, height))
        if (needed := page.run("document.documentElement.scrollWidth")) > width:
            found.append(f"{needed} px wide in a window of {width}")
    return [f"{address}: {one}" for one in found + page.complaints]


def test_every_page_is_whole_on_a_desktop_and_on_a_phone(site, chromium):
    """Opened as files: nothing on the console, every picture there, every formula set, every sound with a length."""
    chromium.requests.clear()
    pages = [path for path in html(site) if path.name not in ("search.html", "genindex.html")]
    assert [line for path in pages for line in amiss(chromium, path.as_uri())] == []
    assert [address for address in chromium.requests if urlsplit(address).scheme not in ("file", "data", "blob")] == []


def test_the_site_works_below_a_path_and_finds_what_is_searched(site, chromium, tmp_path):
    shutil.copytree(site, tmp_path / "some" / "course")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    handler.log_message = lambda *_: None
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}/some/course"
        chromium.requests.clear()
        for page in ("index.html", f"lessons/{SOLUTIONS[0].stem}.html", "claims.html#C5"):
            assert amiss(chromium, f"{root}/{page}") == []
        chromium.open(f"{root}/search.html?q=hidden+state")
        found = (
            "new Promise(done => setInterval(() => document.querySelector('#search-results li a') && done(true), 50))"
        )
        assert chromium.run(found)
        outside = [one for one in chromium.requests if not one.startswith((root, "data:", "blob:"))]
        server.shutdown()
    assert outside == []
