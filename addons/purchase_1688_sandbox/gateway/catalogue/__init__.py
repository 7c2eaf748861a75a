"""The sandbox's goods, made from a seed.

``build(seed)`` gives the same :class:`Catalogue` for the same seed: about 350 offers of 60 sellers
in twelve departments.
"""

from .book import Catalogue, build

__all__ = ["Catalogue", "build"]
