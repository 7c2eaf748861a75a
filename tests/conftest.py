"""Load the library of purchase_1688 as package ``lib1688``, without Odoo."""

import importlib.util
import sys
from pathlib import Path

LIB = Path(__file__).resolve().parents[1] / "addons" / "purchase_1688" / "lib"


def _load_lib():
    spec = importlib.util.spec_from_file_location(
        "lib1688", LIB / "__init__.py", submodule_search_locations=[str(LIB)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["lib1688"] = module
    spec.loader.exec_module(module)


if "lib1688" not in sys.modules:
    _load_lib()
