"""A notebook's Python, as IPython runs it: magics, shell commands, `await` at the top, and what `__future__` brings.

Runs inside the sandbox, where no magic does anything but those that define something or have a value.
"""

import ast
import asyncio
import codeop
import contextlib
import dis
import inspect
import linecache
import os
import unittest.mock

RUN_THEIR_BODY = {"time", "capture", "prun"}  # cell magics that run the cell they stand over, where names stay
READING = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS"}


def preload():
    """Import what cells need, so that forked processes find it in memory."""
    with contextlib.suppress(ImportError):
        import IPython.core.inputtransformer2
        import IPython.core.magics.execution
        import IPython.utils.text  # noqa: F401


class Python:
    """Runs cells in a namespace. `from __future__ import ...` holds for all later ones."""

    def __init__(self, namespace):
        self.namespace, self.loop = namespace, None
        self.compile = codeop.Compile()
        self.compile.flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        shell = Shell(self)
        namespace["get_ipython"] = lambda: shell
        namespace["display"] = lambda *shown, **named: None  # a notebook has both without an import
        with contextlib.suppress(ImportError):
            import IPython

            IPython.get_ipython = namespace["get_ipython"]

    def parsed(self, source, file):
        """The syntax tree of a cell; SyntaxError where it is none. Its lines are noted for tracebacks."""
        text = without_cell_magic(source)
        try:
            tree = ast.parse(text)
        except SyntaxError as error:
            try:
                text = transformed(text)
                tree = ast.parse(text)
            except (SyntaxError, RuntimeError, ImportError):  # too many magics, or no IPython
                raise error from None
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        return tree

    def run(self, tree, file):
        """Run a syntax tree."""
        code = self.compile(tree, file, "exec")
        if code.co_flags & inspect.CO_COROUTINE:
            self.loop = self.loop or Loop()
            self.loop.run_until_complete(eval(code, self.namespace))
        else:
            exec(code, self.namespace)

    def run_text(self, source):
        """Run a line or a cell that stands in a magic; returns the value of a line that is an expression."""
        tree = self.parsed(source, "<magic>")
        if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
            return eval(compile(ast.Expression(tree.body[0].value), "<magic>", "eval"), self.namespace)
        return self.run(tree, "<magic>")


class Loop(asyncio.SelectorEventLoop):
    """An event loop without the pair of sockets by which other threads wake it; submissions may have no sockets."""

    def _make_self_pipe(self):
        self._ssock = self._csock = None


class Shell:
    """Stands in for what get_ipython() returns. Shell commands do nothing and print nothing."""

    def __init__(self, python):
        self.python = python

    def getoutput(self, *command, **options):
        from IPython.utils.text import SList

        return SList()

    def run_line_magic(self, name, line="", *rest):
        if name == "time":
            return self.python.run_text(line)
        if name == "timeit":
            from IPython.core.magics.execution import TimeitResult

            return TimeitResult(1, 1, 0.0, 0.0, [0.0], 0.0, 3)
        return os.getcwd() if name == "pwd" else None

    def run_cell_magic(self, name, line, cell):
        return self.python.run_text(cell) if name in RUN_THEIR_BODY else None

    def __getattr__(self, name):
        return unittest.mock.MagicMock(return_value=None)


def reads(nodes):
    """The names that statements read and do not bind within a function."""
    found, bound, todo = set(), set(), []
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        todo.append(compile(ast.Module(list(nodes), []), "<read>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, True))
    while todo:
        code = todo.pop()
        for step in dis.get_instructions(code):
            (found if step.opname in READING else bound if step.opname == "STORE_NAME" else set()).add(step.argval)
        todo += [part for part in code.co_consts if inspect.iscode(part)]
    return found - bound


def without_cell_magic(source):
    """A cell without the magic that it begins with, such as %%time; nothing is left of a cell in another language."""
    lines = source.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if not lines[first].startswith("%%"):
        return source
    if lines[first][2:].split()[:1] not in [[name] for name in RUN_THEIR_BODY]:
        return ""
    return "\n".join(["", *lines[first + 1 :]])


def transformed(source):
    """A cell in Python, magics and shell commands as calls of get_ipython(), as IPython itself has them."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(source)
