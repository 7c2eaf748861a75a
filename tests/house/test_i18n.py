"""Each add-on speaks Simplified Chinese; each translation is complete and belongs to its present template."""

import ast
import re

import polib
import pytest
from tree import addons, python_files, short, syntax

each_addon = pytest.mark.parametrize("name", sorted(addons()))


def _entries(path):
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}


@each_addon
def test_chinese_is_there(name):
    path = addons()[name] / "i18n" / "zh_CN.po"
    assert path.exists(), short(path)
    assert _entries(path), short(path)


@each_addon
def test_chinese_is_complete(name):
    for path in (addons()[name] / "i18n").glob("*.po"):
        empty = [entry.msgid for entry in _entries(path).values() if not entry.translated()]
        assert empty == [], short(path)


@each_addon
def test_chinese_follows_the_template(name):
    folder = addons()[name] / "i18n"
    for path in folder.glob("*.po"):
        template = set(_entries(folder / f"{name}.pot"))
        assert set(_entries(path)) == template, short(path)


@each_addon
def test_placeholders_survive(name):
    holders = re.compile(r"%\(\w+\)[sdf]|%[sd]|\{\w*\}")
    wrong = []
    for path in (addons()[name] / "i18n").glob("*.po"):
        for entry in _entries(path).values():
            if sorted(holders.findall(entry.msgid)) != sorted(holders.findall(entry.msgstr)):
                wrong.append(entry.msgid)
    assert wrong == []


def _said_in_python(path):
    """Texts that a file hands to `_`, `env._` or `_lt` as they stand."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rsplit(".", 1)[-1] in ("_", "_lt"):
            text = node.args[0] if node.args else None
            if isinstance(text, ast.Constant):
                yield text.value


def _said_in_javascript(path):
    """Texts that a file hands to `_t` in double quotes."""
    for text in re.findall(r'\b_t\(\s*"((?:[^"\\]|\\.)*)"', path.read_text()):
        yield text.replace('\\"', '"')


@each_addon
def test_template_has_what_the_code_says(name):
    """As far as it shows without Odoo: an export would find nothing more in Python and JavaScript."""
    folder = addons()[name]
    template = {msgid for _context, msgid in _entries(folder / "i18n" / f"{name}.pot")}
    missing = []
    for path in python_files(folder):
        missing += [(short(path), text) for text in _said_in_python(path) if text not in template]
    for path in (folder / "static" / "src").rglob("*.js"):
        missing += [(short(path), text) for text in _said_in_javascript(path) if text not in template]
    assert missing == []


@each_addon
def test_nothing_else_translates(name):
    """An export looks for calls of `_`; under another name what is said is never translated."""
    renamed = [
        f"{short(path)}:{node.lineno}"
        for path in python_files(addons()[name])
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith("env._")
        for target in node.targets
        if ast.unparse(target) != "_"
    ]
    assert renamed == []


@each_addon
def test_template_names_files_that_are_there(name):
    entries = _entries(addons()[name] / "i18n" / f"{name}.pot").values()
    places = {place.removeprefix("code:") for entry in entries for place, _line in entry.occurrences}
    files = {place.rsplit(":", 1)[0] for place in places if place.startswith("addons/")}
    root = addons()[name].parent.parent
    assert [file for file in sorted(files) if not (root / file).exists()] == []
