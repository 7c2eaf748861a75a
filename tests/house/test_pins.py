"""One version of each tool, wherever it is named."""

import re

from tree import ROOT

NAME = re.compile(r"[-_.]+")


def _normal(name):
    return NAME.sub("-", name).lower()


def _pins(text):
    return {_normal(name): version for name, version in re.findall(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", text)}


CONSTRAINTS = _pins((ROOT / "setup" / "constraints.txt").read_text())


def test_every_requirement_is_pinned():
    loose = [
        f"{path.name}: {line}"
        for path in sorted((ROOT / "setup").glob("requirements-*.txt"))
        for line in path.read_text().splitlines()
        if line and not line.startswith("#") and _normal(line) not in CONSTRAINTS
    ]
    assert loose == []


def test_hooks_use_the_same_versions():
    hooks = _pins((ROOT / ".pre-commit-config.yaml").read_text())
    assert hooks
    assert {name: version for name, version in hooks.items() if CONSTRAINTS.get(name) != version} == {}
