"""Where the course's own files are: in a checkout beside the package, in an installed wheel inside it."""

import hashlib
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
REPOSITORY = PACKAGE.parent


def resource(name):
    """The folder `name` ("data" or "solutions") of the course.

    Raises FileNotFoundError when neither the wheel nor the checkout holds it.
    """
    for root in (PACKAGE / "bundled", REPOSITORY):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(
        f"the folder {name}/ of the course is neither in {PACKAGE / 'bundled'} nor in {REPOSITORY}; "
        "reinstall the course"
    )


def version_of(*files):
    """The version of a corpus as "1.0.N", with N from the names and bytes of its files, in the order given.

    An edited file is another version, so that TFDS prepares the corpus anew.
    """
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\n" + file.read_bytes())
    return f"1.0.{int(digest.hexdigest()[:7], 16)}"


def in_checkout():
    """True where the package is used from a clone of the repository (editable install), not from a wheel."""
    return (REPOSITORY / "pyproject.toml").is_file() and (REPOSITORY / "solutions").is_dir()
