"""A hash of what code says, whatever its layout: it tells whether a result was made by the code that stands there."""

import ast
import hashlib


def code_hash(*sources):
    """16 hexadecimal digits that change when the code of `sources` (strings, in order) changes in substance.

    Comments, docstrings, layout and import statements do not count, so that a module can be described better or
    moved without making old what it has measured. Source that does not parse (a cell with a magic) counts as its text.
    """
    return hashlib.sha256("\n".join(map(_substance, sources)).encode()).hexdigest()[:16]


def _substance(source):
    try:
        return repr(_parts(ast.parse(source)))
    except SyntaxError:
        return source


def _parts(node):
    """A syntax tree as nested tuples. Unlike `ast.dump` they are the same on every Python that runs the course:
    what a version adds to the grammar is left out where it is empty."""
    if isinstance(node, list):
        return tuple(_parts(each) for each in node if not _idle(each))
    if not isinstance(node, ast.AST):
        return node
    if isinstance(node, ast.Constant):
        return "Constant", node.value
    if isinstance(node, ast.JoinedStr):  # from 3.12 on an f-string may hold empty pieces
        node.values = [piece for piece in node.values if getattr(piece, "value", None) != ""]
    fields = ((name, _parts(value)) for name, value in ast.iter_fields(node))
    return type(node).__name__, *((name, value) for name, value in fields if value not in (None, ()))


def _idle(node):
    """True for an import, and for a string that stands alone as a docstring does."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return isinstance(node, ast.Import | ast.ImportFrom)
