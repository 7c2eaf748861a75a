import base64
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..lib import sourcing
from .purchase_1688_category import ROOT
from .purchase_1688_collector import plain

MOST_CANDIDATES = 1000
QUICK_LOOK = 50
COLLECT_AT_ONCE = 20
PICTURE_BYTES = 8 * 1024 * 1024
KEYWORD_LENGTH = 120
#: what a caller may say of a run; everything else is the run's own business
QUESTION = (
    "keyword",
    "product_tmpl_id",
    "category_id",
    "picture",
    "quantity",
    "price_min",
    "price_max",
    "moq_max",
    "years_min",
    "repurchase_min",
    "on_time_min",
    "disputes_max",
    "state_ids",
    "wanted_count",
    "shortlist_size",
    "enrich",
)
#: what the verdict on the candidates depends on: a change of it is seen at once
JUDGES = {
    *("price_min", "price_max", "moq_max", "years_min", "repurchase_min", "on_time_min", "disputes_max"),
    *("state_ids", "shortlist_size", "rule_ids", "quantity"),
}


class Purchase1688Sourcing(models.Model):
    """One search for sources at 1688: what was asked, how far it is, and hundreds of candidates.

    It runs outside of the request (see purchase_1688_sourcing_run.py), can be stopped, continued and left.
    """

    _name = "purchase.1688.sourcing"
    _description = "1688 Sourcing Run"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    account_id = fields.Many2one("purchase.1688.account", readonly=True, check_company=True, copy=False)
    user_id = fields.Many2one("res.users", "Buyer", readonly=True, copy=False, default=lambda self: self.env.user)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    state = fields.Selection(
        [
            ("draft", "New"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )
    message = fields.Char("What happened", readonly=True, copy=False)

    # --- what is looked for
    keyword = fields.Char("Search for", size=KEYWORD_LENGTH, help="Chinese or English words.")
    product_tmpl_id = fields.Many2one(
        "product.template",
        "Source for",
        check_company=True,
        index="btree_not_null",
        help="Candidates that you collect become sources of this product.",
    )
    category_id = fields.Many2one(
        "purchase.1688.category",
        domain=[("parent_id", "!=", False)],
        ondelete="set null",
        help="Narrows the search. Browse to read the categories of 1688; those that were read are proposed.",
    )
    picture = fields.Image(max_width=800, max_height=800, help="Offers that look like it are searched.")
    quantity = fields.Float(
        "Quantity you need",
        digits="Product Unit",
        help="In 1688 units. Prices are those for this quantity, or for the minimum order where that is more.",
    )
    price_min = fields.Monetary("Price from", help="Yuan per 1688 unit. 0: any.")
    price_max = fields.Monetary("Price to", help="Yuan per 1688 unit. 0: any.")
    moq_max = fields.Float("Minimum order at most", digits="Product Unit", help="0: any.")
    years_min = fields.Integer("TrustPass years at least", help="0: any.")
    repurchase_min = fields.Float(
        "Repurchase rate at least", digits=(5, 4), help="Share of buyers who come back. 0: any."
    )
    on_time_min = fields.Float(
        "Shipped on time at least",
        digits=(5, 4),
        default=0.8,
        help="Share of orders collected within 48 hours; where 1688 does not tell, of orders not delayed. "
        "Sellers whose figure is not told are kept.",
    )
    disputes_max = fields.Float(
        "Disputes at most",
        digits=(5, 4),
        default=0.05,
        help="Share of orders refunded for their quality in 30 days: 1688 publishes no other rate of disputes. "
        "Sellers whose figure is not told are kept.",
    )
    state_ids = fields.Many2many(
        "res.country.state",
        string="Ships from",
        domain=lambda self: [("country_id", "=", self.env.ref("base.cn").id)],
        help="Provinces. Empty: anywhere.",
    )
    wanted_count = fields.Integer("Candidates wanted", default=200, help="How many offers to look at, at most 1,000.")
    shortlist_size = fields.Integer("Short list", default=10, help="How many of the best are put on top.")
    enrich = fields.Boolean(
        "Read the details",
        default=True,
        help="Asks for each candidate's listing: mixed batches, shipping, disputes, stock, weight. One call each.",
    )
    rule_ids = fields.One2many("purchase.1688.sourcing.rule", "sourcing_id", "Order of the list", copy=True)

    # --- how far it is
    started_at = fields.Datetime("Started", readonly=True, copy=False)
    finished_at = fields.Datetime("Finished", readonly=True, copy=False)
    earlier_seconds = fields.Float(readonly=True, copy=False, help="What it took before it was continued.")
    image_ref = fields.Char(readonly=True, copy=False)
    searches = fields.Json(readonly=True, copy=False)
    offered_count = fields.Integer("Offers at 1688", readonly=True, copy=False)
    pages_read = fields.Integer(readonly=True, copy=False)
    call_count = fields.Integer("Calls used", readonly=True, copy=False)
    reused_count = fields.Integer("Known already", readonly=True, copy=False)
    resume_at = fields.Datetime("Goes on at", readonly=True, copy=False, help="When the call budget has room again.")
    lease_token = fields.Char(readonly=True, copy=False)
    lease_until = fields.Datetime(readonly=True, copy=False)
    breaks = fields.Integer(readonly=True, copy=False)

    # --- what was found
    candidate_ids = fields.One2many("purchase.1688.sourcing.candidate", "sourcing_id", "Candidates", readonly=True)
    shortlist_ids = fields.One2many(
        "purchase.1688.sourcing.candidate", "sourcing_id", "Best", domain=[("listed", "=", True)], readonly=True
    )
    found_count = fields.Integer("Found", compute="_compute_counts")
    ready_count = fields.Integer("Good", compute="_compute_counts")
    picked_count = fields.Integer(compute="_compute_counts")
    unread_count = fields.Integer(
        "To be read", compute="_compute_unread_count", help="Good ones without details, and those not readable so far."
    )

    _shortlist_positive = models.Constraint(
        "CHECK(shortlist_size BETWEEN 1 AND 100)", "A short list has 1 to 100 rows."
    )

    # --- computes

    @api.depends("keyword", "product_tmpl_id.name", "picture", "category_id.name")
    def _compute_name(self):
        for run in self:
            known = run.keyword or run.product_tmpl_id.name
            run.name = known or (self.env._("By picture") if run.picture else run.category_id.name) or self.env._("New")

    def _compute_currency_id(self):
        self.currency_id = self.env["purchase.1688.offer"]._get_yuan()

    @api.depends("candidate_ids.state", "candidate_ids.picked")
    def _compute_counts(self):
        counts = self._count_by("state")
        picked = dict(
            self.env["purchase.1688.sourcing.candidate"]._read_group(
                [("sourcing_id", "in", self.ids), ("picked", "=", True)], ["sourcing_id"], ["__count"]
            )
        )
        for run in self:
            mine = counts.get(run.id, {})
            run.found_count = sum(mine.values())
            run.ready_count = mine.get("ready", 0)
            run.picked_count = picked.get(run, 0)

    @api.depends("candidate_ids.state", "candidate_ids.detail", "enrich")
    def _compute_unread_count(self):
        unread = Domain("detail", "=", "failed") | Domain([("detail", "=", "todo"), ("state", "=", "ready")])
        counts = dict(
            self.env["purchase.1688.sourcing.candidate"]._read_group(
                Domain("sourcing_id", "in", self.ids) & unread, ["sourcing_id"], ["__count"]
            )
        )
        for run in self:
            run.unread_count = counts.get(run, 0) if run.enrich else 0

    def _count_by(self, field, domain=()):
        """{run id: {value of the field: number of candidates}}."""
        counts = {}
        for run, value, count in self.env["purchase.1688.sourcing.candidate"]._read_group(
            [("sourcing_id", "in", self.ids), *domain], ["sourcing_id", field], ["__count"]
        ):
            counts.setdefault(run.id, {})[value] = count
        return counts

    # --- checks

    @api.constrains("price_min", "price_max")
    def _check_prices(self):
        for run in self:
            if run.price_min < 0 or run.price_max < 0:
                raise ValidationError(self.env._("A price cannot be below zero."))
            if run.price_max and run.price_min > run.price_max:
                raise ValidationError(
                    self.env._(
                        "The price goes from %(low)s to %(high)s: type the lower amount first.",
                        low=f"{run.price_min:.2f}",
                        high=f"{run.price_max:.2f}",
                    )
                )

    @api.constrains("wanted_count")
    def _check_wanted(self):
        for run in self:
            if not 1 <= run.wanted_count <= MOST_CANDIDATES:
                raise ValidationError(
                    self.env._(
                        "Ask for 1 to %(most)s candidates, not %(count)s.", most=MOST_CANDIDATES, count=run.wanted_count
                    )
                )

    @api.constrains("repurchase_min", "on_time_min", "disputes_max", "moq_max", "years_min", "quantity")
    def _check_limits(self):
        for run in self:
            for name in ("repurchase_min", "on_time_min", "disputes_max"):
                if not 0 <= run[name] <= 1:
                    raise ValidationError(
                        self.env._(
                            "%s is a share of orders: from 0 to 100 %%.",
                            run._fields[name]._description_string(self.env),
                        )
                    )
            if run.moq_max < 0 or run.years_min < 0 or run.quantity < 0:
                raise ValidationError(self.env._("Quantities and years cannot be below zero."))

    def _check_question(self):
        self.ensure_one()
        if not (self.keyword or self.picture or self.category_id):
            raise UserError(
                self.env._(
                    "Say what you look for: words, a picture, or a category. A product brings words and picture."
                )
            )

    # --- CRUD

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if "rule_ids" in fields_list:
            values["rule_ids"] = self.env["purchase.1688.sourcing.rule"]._get_default_commands()
        return values

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        res = super().write(self._clean(vals))
        if "rule_ids" in vals:
            self[:1].rule_ids._remember()
        if vals.keys() & JUDGES:
            self.filtered(lambda run: run.state != "draft")._judge()
        return res

    @api.model
    def _clean(self, vals):
        """What people typed or uploaded, made harmless, or a sentence that says what is wrong with it."""
        vals = dict(vals)
        if vals.get("keyword"):
            vals["keyword"] = plain(vals["keyword"], KEYWORD_LENGTH)
        if vals.get("picture"):
            vals["picture"] = self._clean_picture(vals["picture"])
        return vals

    @api.model
    def _clean_picture(self, picture):
        if len(picture) * 3 // 4 > PICTURE_BYTES:
            raise UserError(self.env._("The picture is larger than 8 MB. Make it smaller, 800 pixels are enough."))
        try:
            data = base64.b64decode(picture, validate=True)
        except ValueError:
            data = b""
        clean = data and self.env["purchase.1688.offer"]._reencode(data)
        if not clean:
            raise UserError(self.env._("This file is no picture that can be read. Use a JPEG, PNG, WebP or GIF."))
        return clean

    @api.ondelete(at_uninstall=False)
    def _unlink_except_running(self):
        if "running" in self.mapped("state"):
            raise UserError(self.env._("Stop the run before you delete it."))

    # --- actions: the run

    def action_start(self):
        """Find, read the details and rank."""
        self.ensure_one()
        self._start()
        return True

    def action_quick_look(self):
        """The first fifty as the search shows them, without asking for details."""
        self.ensure_one()
        self.write({"wanted_count": QUICK_LOOK, "enrich": False})
        self._start()
        return True

    def action_go_deeper(self):
        """Find more after a quick look, and read the details."""
        self.ensure_one()
        self.write({"wanted_count": max(self.wanted_count, 200), "enrich": True})
        self._start()
        return True

    def action_search_anew(self):
        """A new run with the same question, to change its words before it starts."""
        self.ensure_one()
        return self.copy().get_formview_action()

    def action_browse_categories(self):
        """Walk down the categories of 1688 and choose one for this run."""
        self.ensure_one()
        categories = self.env["purchase.1688.category"].with_company(self.company_id)
        return categories.with_context(ali1688_sourcing_id=self.id)._find(ROOT)._open_below()

    def action_stop(self):
        """Stop; what was found is kept."""
        self.stop()
        return True

    # --- external API

    @api.model
    def start_sourcing(self, values):
        """Start a run; it works in the background.

        :param dict values: keyword, picture (base64), category_id, product_tmpl_id, quantity, price_min, price_max,
            moq_max, years_min, repurchase_min, on_time_min, disputes_max (fractions), state_ids, wanted_count,
            shortlist_size, enrich; `category_ref` is the number of a category at 1688, instead of `category_id`;
            `rules` [{"criterion", "descending", "tolerance"}] in their order; `from_product` takes words, picture,
            price and category of the product where they are not given
        :return: {"id"}; ask `get_progress` or `wait_done`, then `get_shortlist`
        """
        unknown = set(values) - {*QUESTION, "category_ref", "rules", "from_product"}
        if unknown:
            raise UserError(self.env._("A sourcing run knows nothing of: %s.", ", ".join(sorted(unknown))))
        vals = {name: values[name] for name in QUESTION if name in values}
        if values.get("from_product"):
            product = self.env["product.template"].browse(vals.get("product_tmpl_id"))
            vals = self._prepare_from_product(product) | vals
            if not values.keys() & {"category_id", "category_ref"}:
                vals["category_id"] = self._get_category(product).id
        if values.get("category_ref"):
            vals["category_id"] = self.env["purchase.1688.category"]._find(values["category_ref"]).id
        if "rules" in values:
            vals["rule_ids"] = self.env["purchase.1688.sourcing.rule"]._prepare_commands(values["rules"])
        if isinstance(vals.get("state_ids"), list):
            vals["state_ids"] = [Command.set(vals["state_ids"])]
        run = self.create(vals)
        run._start()
        return {"id": run.id}

    def stop(self):
        """Stop running runs; what was found is kept. Returns the progress of the first one."""
        self.check_access("write")
        running = self.filtered(lambda run: run.state == "running")
        running.write(
            {
                "state": "stopped",
                "finished_at": fields.Datetime.now(),
                "resume_at": False,
                "lease_token": False,
                "lease_until": False,
            }
        )
        running._notify()
        return self[:1].get_progress()

    def resume(self):
        """Continue a run that was stopped or failed, or look further with a larger `wanted_count`."""
        self.ensure_one()
        self._start()
        return self.get_progress()

    def collect_candidates(self, candidate_ids, product_tmpl_id=False):
        """Collect candidates of this run as products, or as sources of a product.

        :param candidate_ids: at most 20; a plain `ids` is how JSON-2 names the run itself
        :param product_tmpl_id: the product; by default the one that the run is for
        :return: {"offers": [{"candidate", "id", "offer_id", "name", "product_tmpl_id", "sources"}],
            "problems": [{"candidate", "message"}]}
        """
        self.ensure_one()
        candidates = self.candidate_ids.filtered(lambda candidate: candidate.id in set(candidate_ids))
        product = self.env["product.template"].browse(product_tmpl_id or self.product_tmpl_id.id)
        return candidates._collect(product.exists())

    def block(self, candidate_ids, kind="offer", reason=""):
        """Never show these candidates again, in no run of the company.

        :param kind: ``offer``, or ``seller`` for everything that their sellers offer
        :return: {"blocked": number of new entries, "progress"}
        """
        self.ensure_one()
        candidates = self.candidate_ids.filtered(lambda candidate: candidate.id in set(candidate_ids))
        made = candidates._block(kind, reason)
        return {"blocked": len(made), "progress": self.get_progress()}

    # --- business: starting

    def _start(self):
        """Let a run go (on); it is dispatched after the commit."""
        self.ensure_one()
        self._check_question()
        account = self.env["purchase.1688.offer"].with_company(self.company_id)._get_account()
        if self.state == "running":
            return
        self.write(
            {
                "account_id": account.id,
                "state": "running",
                "message": False,
                "earlier_seconds": self._get_seconds(),
                "started_at": fields.Datetime.now(),
                "finished_at": False,
                "resume_at": False,
                "breaks": 0,
            }
        )
        # What could not be read before is tried once more.
        failed_sudo = self.sudo().candidate_ids.filtered(lambda candidate: candidate.detail == "failed")
        if failed_sudo:
            failed_sudo.write({"detail": "todo", "tries": 0})
            self._judge()  # only good ones are asked for
        self._dispatch_run()

    def _get_limits(self):
        self.ensure_one()

        def figure(value):
            return Decimal(str(value)) if value else None

        return sourcing.Limits(
            price_min=figure(self.price_min),
            price_max=figure(self.price_max),
            moq_max=figure(self.moq_max),
            years_min=self.years_min or None,
            repurchase_min=self.repurchase_min or None,
            on_time_min=self.on_time_min or None,
            disputes_max=self.disputes_max,
            regions=tuple(self.state_ids.with_context(lang="en_US").mapped("name")),
        )
