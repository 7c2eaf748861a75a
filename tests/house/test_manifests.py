"""Manifests: the same keys in the same order, nothing forgotten, no default repeated."""

import re

import pytest
from tree import ROOT, addons, manifest, short

ORDER = [
    "name",
    "summary",
    "version",
    "category",
    "author",
    "license",
    "depends",
    "external_dependencies",
    "data",
    "demo",
    "assets",
    "application",
    "auto_install",
    "pre_init_hook",
    "post_init_hook",
    "post_load",
    "uninstall_hook",
]
REQUIRED = ORDER[:7]
DEFAULTS = {
    "data": [],
    "demo": [],
    "assets": {},
    "application": False,
    "auto_install": False,
    "summary": "",
}
each_addon = pytest.mark.parametrize("name", sorted(addons()))


def _listed(name):
    return manifest(name).get("data", []) + manifest(name).get("demo", [])


@each_addon
def test_keys(name):
    keys = list(manifest(name))
    assert keys == [key for key in ORDER if key in keys]
    assert set(REQUIRED) <= set(keys)


@each_addon
def test_no_key_repeats_a_default(name):
    assert [key for key, value in DEFAULTS.items() if manifest(name).get(key, object()) == value] == []


@each_addon
def test_version_and_licence(name):
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest(name)["version"])
    assert manifest(name)["license"] == "LGPL-3"


@each_addon
def test_python_packages_are_named_without_versions(name):
    """Odoo reads a version only with a package that it does not bring; versions are in requirements.txt."""
    packages = manifest(name).get("external_dependencies", {}).get("python", [])
    assert [package for package in packages if not re.fullmatch(r"[A-Za-z0-9_-]+", package)] == []


@each_addon
def test_listed_files_exist(name):
    assert [path for path in _listed(name) if not (addons()[name] / path).is_file()] == []


@each_addon
def test_every_data_file_is_listed(name):
    folder = addons()[name]
    found = [
        path.relative_to(folder).as_posix()
        for room in ("data", "demo", "report", "security", "views", "wizards")
        for path in sorted((folder / room).glob("*"))
        if path.suffix in (".xml", ".csv")
    ]
    assert [path for path in found if path not in _listed(name)] == []


@each_addon
def test_security_comes_first(name):
    rooms = [path.split("/")[0] for path in manifest(name).get("data", [])]
    security = rooms.count("security")
    assert rooms[:security] == ["security"] * security


@each_addon
def test_has_a_readme_and_an_icon(name):
    folder = addons()[name]
    assert list(folder.glob("README.*")), "no README"
    assert (folder / "static" / "description" / "icon.png").is_file(), "no icon"


def test_a_copy_cannot_spend():
    neutralize = addons()["purchase_1688"] / "data" / "neutralize.sql"
    assert neutralize.is_file(), f"{short(neutralize)} is missing"


def test_requirements_are_those_of_the_manifests():
    lines = (ROOT / "requirements.txt").read_text().lower().splitlines()
    wanted = {
        item.lower() for name in addons() for item in manifest(name).get("external_dependencies", {}).get("python", [])
    }
    assert {re.split("[!<=>~]", line)[0] for line in lines if line and not line.startswith("#")} == wanted
