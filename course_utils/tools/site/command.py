"""`course site`: assemble the source of the site in build/site-source, and let Sphinx make build/site of it."""

import importlib.util
import shutil
import subprocess
import sys

from course_utils.tools.notebooks import CourseError, build_folder, checkout
from course_utils.tools.site import sources

NEEDED = ("sphinx", "myst_nb", "sphinx_book_theme", sources.MATHJAX)


def build(root, folder):
    """Build the site of the checkout `root` in folder/site. Returns Sphinx's exit code; a warning is an error.

    Raises CourseError when Sphinx is not installed, or when a page links to a file that is not there.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise CourseError(f"{', '.join(missing)} not installed; `make site` installs what the site needs.")
    source, site = folder / "site-source", folder / "site"
    for old in (source, site):
        shutil.rmtree(old, ignore_errors=True)
    sources.assemble(root, source)
    return sphinx(source, site, folder / "site-doctrees")


def sphinx(source, site, doctrees):
    """Let Sphinx make the pages of the folder `source` in the folder `site`. Returns its exit code."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-d", doctrees, source, site]
    return subprocess.run(list(map(str, command))).returncode


def main(arguments):
    """`course site`."""
    code = build(checkout("course site"), build_folder())
    if code == 0:
        print(f"the site is in {build_folder() / 'site'}; open index.html")
    return code
