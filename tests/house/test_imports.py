"""Knowledge runs one way: what each room and each add-on must never know."""

import ast
import re

import pytest
from tree import (
    ADDONS,
    addons,
    imports,
    manifest,
    production_files,
    python_files,
    room,
    short,
    strings,
    syntax,
)

# The account and its parts are the doorway: the only ones of the ORM that build a client or speak with the wire.
DOORWAY = ("purchase_1688_account", "purchase_1688_doorway", "purchase_1688_authorisation")
WIRE = ("client", "transport", "endpoints", "decode", "signing")
HTTP = ("requests", "urllib3", "urllib.request", "http.client", "httpx", "aiohttp")
# Words of the platform that are ordinary words of ours as well.
ORDINARY = {"True", "False", "None"}


def _files(addon, *rooms):
    return [path for path in production_files() if room(path)[0] == addon and room(path)[1] in rooms]


def _found(paths, wrong):
    """Places in these files whose import is wrong."""
    return [f"{short(path, line)} {name}" for path in paths for line, name in imports(path) if wrong(name)]


def _is_or_below(name, *modules):
    return any(name == module or name.startswith(module + ".") for module in modules)


def test_library_knows_no_odoo():
    assert _found(_files("purchase_1688", "lib"), lambda name: _is_or_below(name, "odoo")) == []


def test_library_stays_inside_itself():
    def outside(name):
        return any(_is_or_below(name, addon) for addon in addons()) and not _is_or_below(name, "purchase_1688.lib")

    assert _found(_files("purchase_1688", "lib"), outside) == []


def test_only_one_file_talks_http():
    transport = ADDONS / "purchase_1688" / "lib" / "transport.py"
    others = [path for path in production_files() if path != transport]
    assert _found(others, lambda name: _is_or_below(name, *HTTP)) == []
    assert _found([transport], lambda name: _is_or_below(name, "requests"))


def test_only_the_account_speaks_with_the_wire():
    wire = [f"purchase_1688.lib.{module}" for module in WIRE]
    rooms = [path for path in production_files() if room(path)[1] != "lib" and path.stem not in DOORWAY]
    assert _found(rooms, lambda name: _is_or_below(name, *wire)) == []


def test_controllers_know_no_library():
    controllers = [path for path in production_files() if room(path)[1] == "controllers"]
    assert _found(controllers, lambda name: ".lib." in name or name.endswith(".lib")) == []


@pytest.mark.parametrize("upper", ["controllers", "wizards"])
def test_models_know_nothing_above_them(upper):
    models = [path for path in production_files() if room(path)[1] == "models"]
    assert _found(models, lambda name: f".{upper}." in name or name.endswith(f".{upper}")) == []


def test_addons_know_only_what_they_depend_on():
    wrong = []
    for addon, folder in addons().items():
        strangers = set(addons()) - _depends(addon) - {addon}
        files = [path for path in python_files(folder) if "gateway" not in path.parts]
        wrong += _found(files, lambda name, strangers=strangers: _is_or_below(name, *strangers))
    assert wrong == []


def _depends(addon):
    """Our add-ons that an add-on stands on, itself not included."""
    direct = [name for name in manifest(addon)["depends"] if name in addons()]
    return set(direct).union(*(_depends(name) for name in direct)) if direct else set()


def test_nothing_depends_on_the_sandbox():
    assert [name for name in addons() if "purchase_1688_sandbox" in manifest(name)["depends"]] == []


def test_purchase_names_no_model_of_the_upper_addons():
    foreign = re.compile(r"^((stock|sale|queue|purchase\.requisition)\.[a-z0-9_.]+|purchase\.order\.group)$")
    named = [
        f"{short(path, line)} {text}"
        for path in production_files()
        if room(path)[0] == "purchase_1688"
        for line, text in strings(path)
        if foreign.match(text)
    ]
    assert named == []


def test_tracking_leaves_attempts_alone():
    named = [
        short(path, line)
        for path in production_files()
        if room(path)[0] == "stock_1688_tracking"
        for line, text in strings(path)
        if text == "purchase.1688.attempt"
    ]
    assert named == []


def test_production_code_imports_no_tests():
    assert _found(production_files(), lambda name: ".tests." in f".{name}." or _is_or_below(name, "tests")) == []


def test_no_wire_name_outside_the_library():
    """The library's own camelCase strings are the platform's vocabulary: nobody else says them."""
    camel = re.compile(r"^[a-z]+[a-z0-9]*(?:[A-Z][A-Za-z0-9]*)+$")
    wire_files = [path for path in _files("purchase_1688", "lib") if path.parent.name in ("decode", "endpoints")]
    wire = {text for path in wire_files for _line, text in strings(path) if camel.match(text)} - ORDINARY
    wire.add("sumProductPayment")
    told = [
        f"{short(path, line)} {text}"
        for path in production_files()
        if room(path)[1] != "lib" and room(path)[0] != "purchase_1688_sandbox"
        for line, text in strings(path)
        if text in wire
    ]
    assert told == []


def test_models_never_commit():
    """A commit of the caller's transaction breaks it; a scheduled action says _commit_progress.

    The commit of a cursor that the method opened itself (``with registry.cursor() as cr``) is its own business.
    """
    commits = [
        short(path, node.lineno)
        for path in production_files()
        if room(path)[1] in ("models", "wizards", "controllers")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call)
        and re.fullmatch(r"(self|request)\.env\.cr\.commit|self\._cr\.commit", ast.unparse(node.func))
    ]
    assert commits == []
