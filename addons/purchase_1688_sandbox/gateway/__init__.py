"""A stand-in for the 1688 open platform, buyer side.

Pure Python: it needs no Odoo and imports nothing of the add-ons that it is used to test, so that
an error in a client cannot be mirrored here. Start it with ``python -m gateway``; see README.md
beside this file.
"""
