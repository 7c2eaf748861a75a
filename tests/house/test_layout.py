"""One model per file, named like the model; files and functions that a person can read."""

import ast

from tree import MODEL_ROOMS, addons, production_files, python_files, room, short, syntax

MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 50


def _model_names(path):
    """Model that each class of the file defines or extends."""
    for node in syntax(path).body:
        if not isinstance(node, ast.ClassDef):
            continue
        values = {
            target.id: statement.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            for target in statement.targets
            if isinstance(target, ast.Name)
        }
        value = values.get("_name") or values.get("_inherit")
        if isinstance(value, ast.Constant):
            yield value.value
        elif isinstance(value, ast.List) and len(value.elts) == 1:
            yield value.elts[0].value


def _model_files():
    return [path for path in production_files() if room(path)[1] in MODEL_ROOMS]


def test_one_model_per_file():
    several = {short(path): names for path in _model_files() if len(names := list(_model_names(path))) > 1}
    assert several == {}


def _is_named_like(path, name):
    """<model>.py, or <model>_<part>.py for a part of a long model that stands beside it."""
    stem = name.replace(".", "_")
    return path.stem == stem or (path.stem.startswith(f"{stem}_") and (path.parent / f"{stem}.py").exists())


def test_file_is_named_like_its_model():
    strange = {
        short(path): name for path in _model_files() for name in _model_names(path) if not _is_named_like(path, name)
    }
    assert strange == {}


def test_every_model_file_is_imported():
    forgotten = []
    for path in _model_files():
        if path.name == "__init__.py":
            continue
        package = syntax(path.parent / "__init__.py")
        names = {alias.name for node in package.body if isinstance(node, ast.ImportFrom) for alias in node.names}
        # A helper without a model may be imported by the model that uses it.
        if path.stem not in names and list(_model_names(path)):
            forgotten.append(short(path))
    assert forgotten == []


def test_every_test_file_is_imported():
    """Odoo's own runner only sees what tests/__init__.py imports; pytest sees every file."""
    forgotten = []
    for folder in addons().values():
        package = folder / "tests" / "__init__.py"
        if not package.exists():
            continue
        names = {alias.name for node in syntax(package).body for alias in getattr(node, "names", ())}
        forgotten += [short(path) for path in package.parent.glob("test_*.py") if path.stem not in names]
    assert forgotten == []


def test_files_stay_readable():
    long = {
        short(path): lines
        for folder in addons().values()
        for path in python_files(folder)
        if (lines := len(path.read_text().splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_functions_stay_readable():
    long = {}
    for folder in addons().values():
        for path in python_files(folder):
            for node in ast.walk(syntax(path)):
                if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= MAX_FUNCTION_LINES:
                    long[f"{short(path, node.lineno)} {node.name}"] = node.end_lineno - node.lineno + 1
    assert long == {}
