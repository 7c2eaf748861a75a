from urllib.parse import urlsplit

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .. import process
from ..gateway.world import ACCESS_TOKEN, APP_KEY, APP_SECRET, REFRESH_TOKEN

PRETENDED = {APP_SECRET, ACCESS_TOKEN, REFRESH_TOKEN}


class Purchase1688Account(models.Model):
    """Keys of the sandbox never reach the real 1688, keys of the real one never the sandbox."""

    _inherit = "purchase.1688.account"

    @api.constrains("gateway_url", "app_key")
    def _check_sandbox_app(self):
        live_keys = self._get_live_app_keys()
        for account in self:
            if not account.sandbox and account.app_key == APP_KEY:
                raise ValidationError(
                    self.env._("The app key %s is that of the sandbox; 1688 does not know it.", APP_KEY)
                )
            if account.sandbox and account.app_key in live_keys:
                raise ValidationError(
                    self.env._(
                        "The app key %s is used at the real 1688. Give the sandbox its own key.",
                        account.app_key,
                    )
                )

    # --- actions

    def action_start_sandbox(self):
        """Serve the account's gateway from this machine, if nobody does yet, and show its page."""
        self.ensure_one()
        self.check_access("write")
        parts = urlsplit(self.gateway_url)
        if parts.hostname not in process.LOOPBACK or not parts.port:
            raise UserError(
                self.env._(
                    "Only a gateway on this machine can be started from here, at an address like %s.",
                    "http://127.0.0.1:8169",
                )
            )
        if not process.is_served(parts.port) and not process.start(parts.port, self.env.cr.dbname):
            raise UserError(
                self.env._(
                    "The gateway did not start. What it said is in %s.",
                    process.log_file(self.env.cr.dbname),
                )
            )
        return {"type": "ir.actions.act_url", "url": self.gateway_url, "target": "new"}

    # --- business

    @api.model
    def _get_live_app_keys(self):
        """App keys of all accounts at the real platform, of every company and archived ones too."""
        accounts_sudo = self.sudo().with_context(active_test=False)  # of all companies
        domain = [("sandbox", "=", False), ("app_key", "!=", False)]
        return {account.app_key for account in accounts_sudo.search(domain)}

    def _store_secrets(self, secrets):
        """Refuse secrets that belong to the other side, before they are kept."""
        self.ensure_one()
        if self.sandbox:
            self._check_no_live_secret(secrets)
        elif PRETENDED.intersection(secrets.values()):
            raise ValidationError(self.env._("These are keys of the sandbox; 1688 does not know them."))
        return super()._store_secrets(secrets)

    def _check_no_live_secret(self, secrets):
        """None of `secrets` is one that an account at the real platform keeps in this database."""
        accounts_sudo = self.sudo().with_context(active_test=False)  # of all companies
        for live in accounts_sudo.search([("sandbox", "=", False)]):
            kept = {live._get_secret(name) for name in secrets if live[f"has_{name}"]}
            if kept.intersection(secrets.values()):
                raise ValidationError(self.env._("These keys are used at the real 1688. Keep them out of the sandbox."))
