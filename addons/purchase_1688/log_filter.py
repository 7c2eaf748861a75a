"""At debug level Odoo logs the arguments of every call: those that carry secrets are left out."""

import logging

#: model -> arguments that mention these names are not logged
WITHHELD = {"purchase.1688.account": ("app_secret", "access_token", "refresh_token")}


class SecretFilter(logging.Filter):
    """Takes the arguments out of Odoo's line ``call MODEL.METHOD(ARGUMENTS)``."""

    def filter(self, record):
        if isinstance(record.args, tuple) and len(record.args) == 3:
            records, method, arguments = record.args
            names = WITHHELD.get(getattr(records, "_name", None), ())
            if any(name in str(arguments) for name in names):
                record.args = (records, method, "…")
        return True


logging.getLogger("odoo.service.model").addFilter(SecretFilter())
