from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.errors import BadAnswer, RateLimited, Refused
from .purchase_1688_messages import explain, in_owner_language

#: how often similar offers of a line are searched for: where 1688 failed, and where our own budget let nothing out
TRIES, QUOTA_TRIES = 3, 10
#: seconds until the next try at least, times the number of the try
PAUSE = 20.0


class Purchase1688ComparisonDemand(models.Model):
    """How far the search for offers similar to those of a line is."""

    _inherit = "purchase.1688.comparison.demand"

    proposals_problem = fields.Char(
        "Why there are no similar offers",
        readonly=True,
        help="Why the last search failed. While they are being searched for it is tried again, else it was given up.",
    )
    proposals_tries = fields.Integer(readonly=True, help="Searches that failed.")

    def _get_place_fields(self):
        return [*super()._get_place_fields(), "proposals_problem"]

    def _get_board_line(self, facts):
        """As before, and {"proposals_problem": why the last search for similar offers failed, or ""}."""
        return {**super()._get_board_line(facts), "proposals_problem": self.proposals_problem or ""}

    def _set_search(self, state):
        """Nothing failed (yet)."""
        self.write({"proposals_state": state, "proposals_problem": False, "proposals_tries": 0})

    def _note_failed_search(self, error):
        """Say why, and give up what failed too often or would fail again.

        :return: seconds until the next try, or 0 where there is none
        """
        self.ensure_one()
        self.proposals_tries += 1
        self.proposals_problem = self._describe_failed_search(error)
        final = isinstance(error, UserError) or (isinstance(error, Refused) and not error.repeatable)
        most = QUOTA_TRIES if isinstance(error, RateLimited) else TRIES
        if final or self.proposals_tries >= most:
            self.proposals_state = "ready"
            return 0.0
        return max(getattr(error, "retry_after", 0.0), PAUSE * self.proposals_tries)

    def _describe_failed_search(self, error):
        """One sentence, in the language of who asked."""
        env = in_owner_language(self.comparison_id).env
        if isinstance(error, UserError):
            return str(error)
        if isinstance(error, BadAnswer):
            return env._("1688 sent an answer that cannot be read.")
        if isinstance(error, Refused):
            return explain(env, error.code, "product.search", error.message).sentence
        return explain(env, "connect" if error.sent is False else "deadline").sentence
