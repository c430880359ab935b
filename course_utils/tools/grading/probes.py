"""What of the checks goes into the sandbox: their probes and what these use; no inputs, no judge, no oracle."""

import ast

KEPT_METHODS = ("probe",)


def names_in(node):
    """The names that a piece of source reads: plain ones, and attributes of self."""
    plain = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
    return plain | {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def bound_by(node):
    """The names that a module-level statement binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return {part.id for target in targets if target for part in ast.walk(target) if isinstance(part, ast.Name)}


def is_check(node):
    """True for a class with an `exercise`, as checks have."""
    return isinstance(node, ast.ClassDef) and exercise_of(node) is not None


def exercise_of(node):
    """The exercise that a class checks, or None."""
    for line in node.body:
        if isinstance(line, ast.Assign) and bound_by(line) == {"exercise"} and isinstance(line.value, ast.Constant):
            return line.value.value
    return None


def stripped_check(node):
    """A check's class with its names, its probe, and the methods and constants that the probe uses."""
    members = {name: line for line in node.body for name in bound_by(line)}
    wanted, todo = {"exercise", "name"}, [line for line in node.body if getattr(line, "name", "") in KEPT_METHODS]
    wanted |= {line.name for line in todo}
    while todo:
        for name in names_in(todo.pop()) & members.keys() - wanted - {"inputs", "judge"}:
            wanted.add(name)
            todo.append(members[name])
    body = [line for line in node.body if bound_by(line) & wanted]
    return ast.ClassDef(node.name, node.bases, node.keywords, body, node.decorator_list)


def stripped(source, without=(), imported=()):
    """The source of a checks module with its probes only.

    without: exercises left out. imported: names that other modules need of this one.
    """
    tree = ast.parse(source)
    checks = {
        node.name: stripped_check(node) for node in tree.body if is_check(node) and exercise_of(node) not in without
    }
    others = [node for node in tree.body if not is_check(node)]
    wanted, todo = set(imported), list(checks.values())
    todo += [node for node in others if bound_by(node) & wanted]
    while todo:
        new = names_in(todo.pop()) - wanted
        wanted |= new
        todo += [node for node in others if bound_by(node) & new]
    body = []
    for node in tree.body:
        if is_check(node):
            if node.name in checks:
                body.append(checks[node.name])
        elif isinstance(node, ast.Import | ast.ImportFrom):
            aliases = [alias for alias in node.names if (alias.asname or alias.name).split(".")[0] in wanted]
            if aliases:
                node.names = aliases
                body.append(node)
        elif bound_by(node) & wanted:
            body.append(node)
    module = ast.Module([without_docstring(node) for node in body], [])
    return ast.unparse(ast.fix_missing_locations(module)) + "\n"


def without_docstring(node):
    """A definition without its docstrings, which may say more than the code does."""
    for part in ast.walk(node):
        if isinstance(part, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(part) is not None:
            part.body = part.body[1:] or [ast.Pass()]
    return node


def needed_elsewhere(sources):
    """{module name: names that other stripped modules import from it}."""
    needed = {}
    for source in sources:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module:
                module = node.module.rsplit(".", 1)[-1]
                needed.setdefault(module, set()).update(alias.name for alias in node.names)
    return needed


def strip_all(sources, without=()):
    """{module name: stripped source} of all checks modules, with what they import of each other."""
    result = {name: stripped(source, without) for name, source in sources.items()}
    for _ in sources:
        needed = needed_elsewhere(result.values())
        again = {name: stripped(source, without, needed.get(name, ())) for name, source in sources.items()}
        if again == result:
            break
        result = again
    return result
