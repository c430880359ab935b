"""How Sphinx makes the site of the source that `course site` assembles. Nothing in it is loaded from elsewhere."""

import importlib.util
import inspect
import re
import tomllib
from pathlib import Path

from myst_nb.core.render import NbElementRenderer

repository = Path(importlib.util.find_spec("course_utils").origin).parents[1]
address = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]

project = html_title = "Sequence models, hands on"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.githubpages"]
html_theme = "sphinx_book_theme"
html_theme_options = {
    "repository_url": address,
    "use_repository_button": True,
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": True,
    "show_toc_level": 2,
    "navbar_persistent": [],
    "footer_content_items": [],
}
html_context = {"default_mode": "auto"}
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_favicon = "_static/favicon.svg"
html_copy_source = html_show_copyright = html_show_sourcelink = False

nb_execution_mode = "off"
nb_merge_streams = True
nb_ipywidgets_js = {}
nb_code_prompt_show = "What installs the course on Colab"
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
mathjax_path = "mathjax.js"

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_mock_imports = [
    *("jiwer", "keras", "matplotlib", "sacrebleu", "scipy", "sklearn", "soundfile", "tensorflow", "tensorflow_datasets")
]

PARAMETER = re.compile(r"(\w+(?:, \w+)*): ")
RESULT = re.compile(r"(Returns?|Raises?)\b")


def escaped(line):
    """A line of plain text as reStructuredText: `code` becomes code, nothing else means anything."""
    parts = re.split(r"`+([^`]*)`+", line)
    text = [re.sub(r"([\\*|]|_\b)", r"\\\1", part) for part in parts[::2]]
    code = [f"``{part}``" if part.strip() else "" for part in parts[1::2]]
    return "".join(piece for pair in zip(text, [*code, ""], strict=True) for piece in pair)


def separated(lines, thing):
    """The lines of a docstring, with a new one for each parameter that is told within a line."""
    try:
        names = "|".join(inspect.signature(thing).parameters)
    except (TypeError, ValueError):  # a module, a constant, a property
        return list(lines)
    begins = rf"(?<=[.!?]) (?=(?:{names})(?:, \w+)*: )"
    return [piece for line in lines for piece in (re.split(begins, line) if names else [line])]


def docstring(app, what, name, thing, options, lines):
    """The course's docstrings in reStructuredText: "name: what it is" becomes an item, "Returns" begins a paragraph.

    What follows an item goes on with it; an indented line that follows none is code.
    """
    made, before = [], "text"  # what the line before was: "text", "item" or "code"
    for line in separated(lines, thing):
        found = PARAMETER.match(line) if what in ("function", "method", "class") and made else None
        if not line.strip():
            now, text = "text", ""
        elif found:
            names = ", ".join(f"**{one}**" for one in found[1].split(", "))
            now, text = "item", f"- {names}: {escaped(line[found.end() :])}"
        elif RESULT.match(line):
            now, text = "text", escaped(line)
            made.append("")
        elif before == "item":
            now, text = "item", "  " + escaped(line.strip())
        elif line.startswith("    "):
            now, text = "code", line
            made += ["", "::", ""] if before != "code" else []
        else:
            now, text = "text", escaped(line)
        if now != before and line.strip():
            made.append("")
        made.append(text)
        before = now
    lines[:] = [*made, ""]


def with_alt_text(render_image):
    """MyST-NB's rendering of a picture, with the alt text that `plots.show` puts beside it.

    MyST-NB takes an alt text from the metadata of a cell only; where there is none, Sphinx writes the file's name.
    """

    def rendered(renderer, data):
        images = render_image(renderer, data)
        for image in images:
            told = data.output_metadata.get(data.mime_type, {})
            image["alt"] = told.get("alt", "a picture that the cell above makes")
        return images

    return rendered


def setup(app):
    """Called by Sphinx."""
    NbElementRenderer.render_image = with_alt_text(NbElementRenderer.render_image)
    app.connect("autodoc-process-docstring", docstring)
