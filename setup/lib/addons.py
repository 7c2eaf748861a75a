"""What the shell scripts ask about our add-ons: names, needs, what a template is made of."""

import ast
import hashlib
import sys
from functools import cache
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2] / "addons"
# What an installed database does not hold; the gateway is a program of its own.
NOT_INSTALLED = {"tests", "gateway", "readme", "__pycache__"}


@cache
def manifests():
    """Manifest of each add-on, by name."""
    return {path.parent.name: ast.literal_eval(path.read_text()) for path in sorted(ADDONS.glob("*/__manifest__.py"))}


def needs(name):
    """Odoo's modules that an add-on stands on, directly or through our other add-ons."""
    found = set()
    for module in manifests()[name]["depends"]:
        found |= needs(module) if module in manifests() else {module}
    return found


def plan():
    """Sets of Odoo's modules to make templates of, smaller ones first, and what to start from."""
    wanted = {frozenset(needs(name)) for name in manifests()}
    wanted.add(frozenset().union(*wanted))
    for modules in sorted(wanted, key=lambda item: (len(item), sorted(item))):
        parent = max((other for other in wanted if other < modules), key=len, default=())
        yield ",".join(sorted(modules)), ",".join(sorted(parent)) or "-"


def inputs():
    """Digest of every file that an installed database depends on."""
    digest = hashlib.sha256()
    for path in sorted(ADDONS.rglob("*")):
        parts = path.relative_to(ADDONS).parts
        if path.is_file() and not NOT_INSTALLED.intersection(parts):
            digest.update("/".join(parts).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def main(command, *names):
    """Print the answer, a line for each item."""
    if command == "names":
        lines = manifests()
    elif command == "needs":
        lines = [",".join(sorted(set().union(*map(needs, names or manifests()))))]
    elif command == "plan":
        lines = [" ".join(pair) for pair in plan()]
    else:
        lines = [inputs()]
    print("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
