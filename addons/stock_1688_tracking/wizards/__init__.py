from . import purchase_1688_order_release
