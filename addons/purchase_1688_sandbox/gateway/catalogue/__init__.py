"""The sandbox's goods, made from a seed.

``build(seed)`` gives the same :class:`Catalogue` for the same seed: about 350 offers of 60 sellers
in twelve departments, and two crowded markets (data cables, towels) with 240 offers of 41 traders each.
"""

from .book import Catalogue, build

__all__ = ["Catalogue", "build"]
