from odoo import api, fields, models
from odoo.exceptions import UserError

WEIGHTS = ("cost", "days", "score")


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    ali1688_weight_cost = fields.Integer("Weight of the cost", default=100)
    ali1688_weight_days = fields.Integer("Weight of the days", default=0)
    ali1688_weight_score = fields.Integer("Weight of the rating", default=0)

    @api.model
    def _ali1688_get_weights(self):
        """How the user weighs sources: {"cost", "days", "score"}, each 0 to 100."""
        settings_sudo = self.env.user.sudo().res_users_settings_ids  # one's own
        if not settings_sudo:
            return {"cost": 100, "days": 0, "score": 0}
        return {name: settings_sudo[f"ali1688_weight_{name}"] for name in WEIGHTS}

    @api.model
    def _ali1688_set_weights(self, weights):
        """Save how the user weighs sources; returns what was saved."""
        wrong = [
            name for name, weight in weights.items() if not isinstance(weight, int | float) or not 0 <= weight <= 100
        ]
        if wrong or not any(weights.values()):
            raise UserError(self.env._("Weights are numbers from 0 to 100, and at least one of them is above 0."))
        settings = self._find_or_create_for_user(self.env.user)
        settings.write({f"ali1688_weight_{name}": int(weight) for name, weight in weights.items()})
        return self._ali1688_get_weights()
