"""The add-ons as they lie on disk, read without importing them."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ROOT / "addons"
MODEL_ROOMS = ("models", "wizards", "report")


@cache
def addons():
    """Folders of our add-ons, by name."""
    return {path.parent.name: path.parent for path in sorted(ADDONS.glob("*/__manifest__.py"))}


@cache
def manifest(name):
    """The manifest of an add-on, as a dict."""
    return ast.literal_eval((addons()[name] / "__manifest__.py").read_text())


@cache
def syntax(path):
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(), str(path))


def python_files(folder, *, tests=False):
    """Python files below a folder, those of its tests only when asked for."""
    files = (path for path in sorted(folder.rglob("*.py")) if "node_modules" not in path.parts)
    return [path for path in files if tests or "tests" not in path.relative_to(folder).parts]


def production_files():
    """Python files of all add-ons, without their tests and without the sandbox gateway."""
    return [
        path
        for folder in addons().values()
        for path in python_files(folder)
        if "gateway" not in path.relative_to(folder).parts
    ]


def room(path):
    """(add-on, first folder below it) of a file, e.g. ("purchase_1688", "lib")."""
    parts = path.relative_to(ADDONS).parts
    return parts[0], parts[1] if len(parts) > 2 else ""


def short(path, line=None):
    """A file (and line) as a message names it."""
    place = str(path.relative_to(ROOT))
    return f"{place}:{line}" if line else place


def imports(path):
    """(line, module) of each import; a relative one is resolved to add-on.room.module."""
    package = path.relative_to(ADDONS).with_suffix("").parts[:-1]
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            yield from _imports_from(node, package)


def _imports_from(node, package):
    base = package[: len(package) - node.level + 1] if node.level else ()
    stem = ".".join([*base, *([node.module] if node.module else [])])
    for alias in node.names:
        yield node.lineno, f"{stem}.{alias.name}".removeprefix("odoo.addons.")


def strings(path):
    """(line, text) of each string constant that is not a docstring."""
    tree = syntax(path)
    docs = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value
