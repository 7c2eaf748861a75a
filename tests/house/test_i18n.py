"""Each add-on speaks Simplified Chinese; each translation is complete and belongs to its present template."""

import re

import polib
import pytest
from tree import addons, short

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
