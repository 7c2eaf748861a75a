"""Pictures of goods, drawn with Pillow."""

from .picture import image, jpeg

__all__ = ["image", "jpeg"]
