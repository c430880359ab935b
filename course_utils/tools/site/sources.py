"""The source of the site: every page is made from a file of the repository, none is written twice."""

import ast
import importlib.util
import os
import re
import shutil
from pathlib import Path, PurePosixPath

from course_utils.exercises import marker
from course_utils.notebook.results import RECORD_MIME, VERDICTS_MIME
from course_utils.tools.lessons import repository_url
from course_utils.tools.notebooks import CourseError, dumps, find_notebooks, read, write_text
from course_utils.tools.site import claims_page

MATHJAX = "sphinx-mathjax-offline"  # the package on PyPI that brings MathJax, under this very name
LINK = re.compile(r"(!?\[[^\]]*\]\()([^)\s]+)(\))")
BADGE = re.compile(r"^\[!\[[^\]]*\]\([^)]*/assets/colab-badge\.svg\)\]\(([^)]*)\)$", re.MULTILINE)
COLAB = '<a class="colab" href="{}">Open in Colab</a>'
PICTURES = (".png", ".svg", ".jpg")
WITHOUT_PAGE = ("tools", "experiments", "lesson_helpers")  # commands, scripts, helpers of one lesson each


def pages(root):
    """{path in the repository: name of its page} of all that becomes a page as it stands; a lesson stands twice."""
    found = {"README.md": "index"}
    found |= {f"docs/{path.name}": path.stem for path in sorted(root.glob("docs/*.md"))}
    found |= {
        f"data/{path.parent.name}/README.md": f"data/{path.parent.name}" for path in root.glob("data/*/README.md")
    }
    for path in sorted(root.glob("solutions/*.ipynb")):
        found |= {f"{folder}/{path.name}": f"lessons/{path.stem}" for folder in ("solutions", "lessons")}
    return found


def linked(text, origin, root, known, repository):
    """A markdown text whose relative links lead to where their targets are on the site, or in the repository on GitHub.

    origin: the text's path in the repository, as "docs/grading.md". known: `pages`.
    Raises CourseError when a link leads nowhere.
    """

    def moved(match):
        before, target, after = match.groups()
        if target.startswith("#") or ":" in target:
            return match[0]
        path, _, fragment = target.partition("#")
        path = os.path.normpath(PurePosixPath(origin).parent / path)
        if not (root / path).exists():
            raise CourseError(f"{origin} links to {target}, which is not there.")
        here = PurePosixPath(known[origin]).parent
        if path in known:
            suffix = ".ipynb" if path.endswith(".ipynb") else ".md"
            target = os.path.relpath(known[path] + suffix, here) + (f"#{fragment}" if fragment else "")
        elif path.endswith(PICTURES):
            target = os.path.relpath(f"pictures/{Path(path).name}", here)
        else:
            target = f"{repository}/{'tree' if (root / path).is_dir() else 'blob'}/main/{path}"
        return f"{before}{target}{after}"

    return LINK.sub(moved, text)


def shown(output):
    """An output as its page shows it: a result is its line of text, so that several of them stand together."""
    if output.get("data", {}).keys() & {RECORD_MIME, VERDICTS_MIME}:
        return {"output_type": "stream", "name": "stdout", "text": output["data"]["text/plain"] + "\n"}
    return output


def lesson_page(solution, lesson):
    """The notebook of a lesson's page: the solution with its outputs, but for exercises and predictions, which are the
    lesson's blanks.

    An anchor, "cell-ID", stands before each code cell.
    """
    blanks = {cell["id"]: cell["source"] for cell in lesson["cells"]}
    cells = []
    for cell in solution["cells"]:
        kept = {"cell_type": cell["cell_type"], "id": cell["id"], "metadata": {}, "source": cell["source"]}
        if cell["cell_type"] == "code":
            kind, name = marker(cell["source"])
            kept |= {"execution_count": None, "outputs": [shown(output) for output in cell["outputs"]]}
            if kind in ("exercise", "predict"):
                kept |= {"source": blanks[cell["id"]], "outputs": []}
            elif kind == "check":  # that the solution passes would read oddly beside a blank
                kept["outputs"] = [out for out in kept["outputs"] if not out.get("text", "").startswith("✓")]
            elif (kind, name) == ("setup", "install"):
                kept["metadata"] = {"tags": ["hide-input"]}
            anchor = f'<a class="anchor" id="cell-{cell["id"]}"></a>'
            cells.append({"cell_type": "markdown", "id": f"{cell['id']}-a", "metadata": {}, "source": anchor})
        cells.append(kept)
    cells[0]["source"] = BADGE.sub(lambda match: COLAB.format(match[1]), cells[0]["source"])
    return solution | {"cells": cells}


def modules(root):
    """{dotted name: first line of its docstring} of the rooms that lessons import from, and of what they stand on."""
    package = root / "course_utils"
    files = [path for path in package.glob("*.py") if path.name != "__init__.py"]
    files += [path for path in package.glob("*/__init__.py") if path.parent.name not in WITHOUT_PAGE]
    found = {}
    for path in files:
        name = path.stem if path.stem != "__init__" else path.parent.name
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        found[f"course_utils.{name}"] = said.split("\n\n")[0].replace("\n", " ")
    return dict(sorted(found.items()))


def toctree(caption, names):
    """A table of contents that stands in the side bar only."""
    option = f":caption: {caption}\n" if caption else ""
    return "\n".join(["", "```{toctree}", ":hidden:", f"{option}", *names, "```", ""])


def assemble(root, source):
    """Write the source of the site of the checkout `root` into the folder `source`."""
    known, repository = pages(root), repository_url(root / "pyproject.toml")
    for origin, page in known.items():
        if origin.endswith(".md"):
            text = linked((root / origin).read_text(encoding="utf-8"), origin, root, known, repository)
            write_text(source / f"{page}.md", text)
    solutions = find_notebooks(root / "solutions")
    for path in solutions:
        notebook = lesson_page(read(path), read(root / "lessons" / path.name))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = linked(cell["source"], f"lessons/{path.name}", root, known, repository)
        write_text(source / "lessons" / path.name, dumps(notebook))
    write_text(source / "claims.md", claims_page.page({path.stem: read(path) for path in solutions}))

    rooms = modules(root)
    for name in rooms:
        write_text(source / "api" / f"{name}.md", f"# {name}\n\n```{{eval-rst}}\n.. automodule:: {name}\n```\n")
    rows = [f"| [{name}](api/{name}.md) | {said} |" for name, said in rooms.items()]
    table = "\n".join(["| module | what it holds |", "| --- | --- |", *rows])
    pages_of_rooms = toctree("", [f"{name.partition('.')[2]} <api/{name}>" for name in rooms])
    write_text(source / "api.md", f"# The package course_utils\n\n{table}\n{pages_of_rooms}")

    contents = [
        toctree("Lessons", [f"lessons/{path.stem}" for path in solutions]),
        toctree("What came out", ["claims", "results", "benchmarks"]),
        toctree("The course for", ["students", "grading", "maintaining"]),
        toctree("The data", sorted(page for page in known.values() if page.startswith("data/"))),
        toctree("Reference", [*sorted(set(known.values()) - NAMED - nested(known)), "api"]),
    ]
    with (source / "index.md").open("a", encoding="utf-8") as index:
        index.writelines(contents)
    for path in root.glob("docs/*"):
        if path.suffix in PICTURES:
            (source / "pictures").mkdir(exist_ok=True)
            shutil.copy(path, source / "pictures")
    dress(root, source)


def dress(root, source):
    """Put what every page needs beside the pages of `source`: Sphinx's settings, the style sheet, MathJax."""
    shutil.copy(root / "docs" / "conf.py", source)
    shutil.copytree(root / "docs" / "_static", source / "_static")
    (mathjax,) = importlib.util.find_spec(MATHJAX).submodule_search_locations
    shutil.copy(Path(mathjax, "static", "mathjax", "tex-svg-full.js"), source / "_static" / "mathjax.js")


NAMED = {"index", "results", "benchmarks", "students", "grading", "maintaining"}


def nested(known):
    """The pages that stand in a folder: lessons and datasheets."""
    return {page for page in known.values() if "/" in page}
