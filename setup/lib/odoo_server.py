"""Odoo's command as a script: a server with forked workers starts one of its processes by the script's name.

`python -m odoo` has none that can be run, and each Odoo puts its own elsewhere.
"""

from odoo.cli import main

main()
