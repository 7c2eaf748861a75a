from . import purchase_1688
