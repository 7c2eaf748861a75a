"""Load the tracking library without Odoo."""

import importlib
import sys
from pathlib import Path

ADDON = Path(__file__).parents[2] / "addons" / "stock_1688_tracking"


def _load(name):
    spec = importlib.util.spec_from_file_location(
        f"tracking1688_{name}", ADDON / "lib" / f"{name}.py"
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)


_load("planner")
_load("stages")
