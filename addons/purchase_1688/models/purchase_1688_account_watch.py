from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import watch


class Purchase1688Account(models.Model):
    """What the watch may use of the account's quota, and whether that is enough."""

    _inherit = "purchase.1688.account"

    watch_follow_after = fields.Datetime(
        readonly=True, copy=False, help="1688 does not let the app follow offers; it is asked again after this."
    )
    watch_load = fields.Float(
        "Watch",
        compute="_compute_watch_load",
        digits=(5, 0),
        help="Percent of its share of the quota that keeping offers fresh needs.",
    )

    def _compute_watch_load(self):
        for account in self:
            account.watch_load = 100 * account._get_watch_status()["load"] if account.ids else 0.0

    # --- business

    @api.model
    def _get_watching(self):
        """The accounts that offers are kept fresh with: the one of each company, if it is connected."""
        accounts = self.env["res.company"].search([("ali1688_account_id", "!=", False)]).ali1688_account_id
        return accounts.filtered(lambda account: account.state == "connected")

    def _check_watch_capacity(self):
        """Warn before the share is too small for what is mapped."""
        self.ensure_one()
        load = self._get_watch_status()["load"]
        issues = self.env["purchase.1688.issue"]
        if load >= watch.WARN_LOAD:
            name = self.env._("Keeping offers fresh needs %s %% of its share of the 1688 quota", round(load * 100))
            issues._open(self, "watch_capacity", name=name)
        else:
            issues._close(self, "watch_capacity")

    def _get_watch_status(self):
        """Plain figures about the watch of this account's company; see `get_watch_status` of the offers."""
        self.ensure_one()
        offers_sudo = self.env["purchase.1688.offer"].sudo()  # numbers only
        offers_sudo.flush_model()
        now = fields.Datetime.now()
        (row,) = self.env.execute_query_dict(
            SQL(
                """
                SELECT count(*) AS offers,
                       count(*) FILTER (
                           WHERE COALESCE(watch_next_at, seen_at + %(first)s, '-infinity') <= %(now)s) AS due,
                       count(*) FILTER (WHERE seen_at IS NULL OR seen_at < %(bound)s) AS late,
                       count(*) FILTER (WHERE watch_misses > 0) AS failing,
                       count(*) FILTER (WHERE watch_followed_id = %(account)s) AS followed,
                       count(*) FILTER (WHERE watch_asked_at IS NOT NULL) AS told,
                       COALESCE(sum(watch_rate), 0) AS wanted,
                       EXTRACT(EPOCH FROM %(now)s - min(seen_at)) AS oldest,
                       percentile_cont(0.95) WITHIN GROUP (ORDER BY EXTRACT(EPOCH FROM %(now)s - seen_at)) AS p95
                  FROM purchase_1688_offer
                 WHERE company_id = %(company)s AND is_mapped
                """,
                now=now,
                first=watch.FIRST_LOOK,
                bound=now - watch.MAX_AGE,
                company=self.company_id.id,
                account=self.id,
            )
        )
        allowed, _wait = offers_sudo._get_watch_allowance(self)
        share = watch.per_minute(self.quota_per_minute)
        return {
            **{name: row[name] for name in ("offers", "due", "late", "failing", "followed", "told")},
            "account": self.display_name,
            "connected": self.state == "connected",
            "oldest_hours": round(float(row["oldest"] or 0) / 3600, 1),
            "p95_hours": round(float(row["p95"] or 0) / 3600, 1),
            "bound_hours": watch.MAX_AGE.total_seconds() / 3600,
            "calls_per_minute": share,
            "calls_last_minute": share - allowed,
            "quota_per_minute": self.quota_per_minute,
            "looks_wanted_per_day": round(float(row["wanted"])),
            "looks_possible_per_day": round(watch.capacity(self.quota_per_minute)),
            "most_offers": watch.most_listings(self.quota_per_minute),
            "load": round(watch.load(float(row["wanted"]), self.quota_per_minute), 3),
        }
