"""Load the library of purchase_1688 as package ``lib1688``, without Odoo.

Generated examples are the same in each run and have no deadline: a busy machine finds no other bugs than a quiet one.
`HYPOTHESIS_PROFILE=thorough` looks for new ones.
"""

import importlib.util
import os
import sys
from pathlib import Path

from hypothesis import settings

LIB = Path(__file__).resolve().parents[1] / "addons" / "purchase_1688" / "lib"


def _load_lib():
    spec = importlib.util.spec_from_file_location(
        "lib1688", LIB / "__init__.py", submodule_search_locations=[str(LIB)]
    )
    module = importlib.util.module_from_spec(spec)
    sys.modules["lib1688"] = module
    spec.loader.exec_module(module)


settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=50)
settings.register_profile("thorough", deadline=None, database=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

if "lib1688" not in sys.modules:
    _load_lib()
