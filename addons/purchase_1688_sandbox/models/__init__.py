from . import purchase_1688_account
