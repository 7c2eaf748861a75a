"""Client library for the buyer side of 1688.com: no Odoo, values in and out."""
