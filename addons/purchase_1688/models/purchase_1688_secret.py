import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.orm.models import NO_ACCESS

from .. import keyring

_logger = logging.getLogger(__name__)

#: what is typed once, encrypted, and never shown again
SECRETS = ("app_secret", "access_token", "refresh_token")
ADMIN = "purchase_1688.group_admin"
#: every account, archived ones too
EVERY = [("active", "in", (True, False))]


class Purchase1688Secret(models.AbstractModel):
    """Secrets of an account: write-only inputs, encrypted at rest, tied to this database."""

    _name = "purchase.1688.secret"
    _description = "1688 Secrets"

    app_secret = fields.Char(compute="_compute_secret_inputs", inverse="_inverse_secret_inputs", groups=ADMIN)
    access_token = fields.Char(compute="_compute_secret_inputs", inverse="_inverse_secret_inputs", groups=ADMIN)
    refresh_token = fields.Char(compute="_compute_secret_inputs", inverse="_inverse_secret_inputs", groups=ADMIN)
    has_app_secret = fields.Boolean(compute="_compute_has_secrets")
    has_access_token = fields.Boolean(compute="_compute_has_secrets")
    has_refresh_token = fields.Boolean(compute="_compute_has_secrets")
    app_secret_cipher = fields.Char(copy=False, groups=NO_ACCESS)
    access_token_cipher = fields.Char(copy=False, groups=NO_ACCESS)
    refresh_token_cipher = fields.Char(copy=False, groups=NO_ACCESS)
    database_uuid = fields.Char(string="Database", readonly=True, copy=False, groups=ADMIN)
    binding = fields.Char(copy=False, groups=NO_ACCESS)

    def _compute_secret_inputs(self):
        for name in SECRETS:
            self[name] = False

    def _inverse_secret_inputs(self):
        for account in self:
            typed = {name: account[name].strip() for name in SECRETS if account[name]}
            if typed:
                account._store_secrets(typed)

    @api.depends("app_secret_cipher", "access_token_cipher", "refresh_token_cipher")
    def _compute_has_secrets(self):
        for account in self.sudo():  # whether there is one may be known, the cipher may not
            for name in SECRETS:
                account[f"has_{name}"] = bool(account[f"{name}_cipher"])

    # --- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        accounts._forget_typed()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        self._forget_typed()
        return result

    def _forget_typed(self):
        """What was typed does not even come back in the answer to the one who typed it."""
        self.invalidate_recordset(SECRETS, flush=False)

    # --- business

    def _store_secrets(self, secrets):
        """Encrypt and keep `secrets` (name: text), and tie the account to this database."""
        self.ensure_one()
        try:
            vals = {f"{name}_cipher": keyring.encrypt(text) for name, text in secrets.items()}
            vals["binding"] = keyring.bind(self._database_identity())
        except keyring.KeyringError as error:
            raise UserError(self._keyring_sentence(error)) from error
        vals["database_uuid"] = self._database_uuid()
        if "access_token" in secrets:
            vals["token_expires_at"] = False
        if "refresh_token" in secrets:
            vals["refresh_expires_at"] = False
        self.sudo().write(vals)  # nobody may write the cipher columns

    def _get_secret(self, name):
        """The secret `name` in clear, or ""."""
        self.ensure_one()
        cipher = self.sudo()[f"{name}_cipher"]  # nobody may read the cipher columns
        if not cipher:
            return ""
        try:
            return keyring.decrypt(cipher)
        except keyring.KeyringError as error:
            raise UserError(self._keyring_sentence(error)) from error

    def _clear_secrets(self):
        """Forget all secrets and the tie to this database."""
        names = [f"{name}_cipher" for name in SECRETS]
        names += ["binding", "database_uuid", "token_expires_at", "refresh_expires_at"]
        self.sudo().write(dict.fromkeys(names, False))  # nobody may write the cipher columns

    def action_rotate_key(self):
        """Encrypt all secrets of all accounts under a new key; the old key stays readable."""
        self.check_access("write")
        accounts_sudo = self.sudo().search(EVERY)  # one key for all
        bound = accounts_sudo.filtered(lambda account: account._is_bound())
        try:
            keyring.add_key()
        except keyring.KeyringError as error:
            raise UserError(self._keyring_sentence(error)) from error
        for account in accounts_sudo:
            try:
                account._rotate_secrets(rebind=account in bound)
            except keyring.KeyringError:  # it could not be read before either
                _logger.warning("Account %s: its secrets are under a key that is gone", account.id)
        return True

    def _rotate_secrets(self, rebind):
        names = [f"{name}_cipher" for name in SECRETS]
        vals = {name: keyring.rotate(self[name]) for name in names if self[name]}
        if rebind:
            vals["binding"] = keyring.bind(self._database_identity())
        self.write(vals)

    # --- business: one database only

    def _database_uuid(self):
        parameters_sudo = self.env["ir.config_parameter"].sudo()  # users may not read parameters
        return parameters_sudo.get_param("database.uuid")

    def _database_identity(self):
        """Text that is another one in every copy of the database and for every account."""
        self.env.cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = self.env.cr.fetchone()[0]
        return f"{self._database_uuid()}/{self.env.cr.dbname}/{oid}/{self.id}"

    def _is_bound(self):
        """Whether the account was set up in this very database, with a key of this server."""
        self.ensure_one()
        binding = self.sudo().binding  # nobody may read the binding
        try:
            return keyring.is_bound(binding, self._database_identity())
        except keyring.KeyringError:
            return False

    def _keyring_sentence(self, error):
        return self.env._(
            "The key of this server does not open what is stored (%(reason)s). Restore the key "
            "(%(variable)s or %(file)s), or type the secrets of the account again.",
            reason=str(error) or type(error).__name__,
            variable=keyring.KEY_VARIABLE,
            file=keyring.key_file(),
        )
