from odoo import api, fields, models


class Purchase1688ComparisonApply(models.TransientModel):
    """Shows what applying a comparison will write, and does it."""

    _name = "purchase.1688.comparison.apply"
    _description = "Apply a 1688 Comparison"

    comparison_id = fields.Many2one("purchase.1688.comparison", required=True, readonly=True)
    currency_id = fields.Many2one(related="comparison_id.currency_id")
    total = fields.Monetary("Landed cost", compute="_compute_plan")
    difference = fields.Monetary("More than the proposed plan", compute="_compute_plan")
    less = fields.Monetary("Less than the proposed plan", compute="_compute_plan")
    seller_count = fields.Integer("Sellers", compute="_compute_plan")
    summary = fields.Char(compute="_compute_plan")
    open_lines = fields.Char("Without a seller", compute="_compute_plan")
    short_goods = fields.Text("Short of stock", compute="_compute_plan")
    demand_ids = fields.One2many(related="comparison_id.demand_ids")

    @api.depends("comparison_id")
    def _compute_plan(self):
        for wizard in self:
            comparison = wizard.comparison_id
            plan = comparison._get_plan()
            wizard.total = plan["total"]
            wizard.difference = plan["difference"]
            wizard.less = max(-plan["difference"], 0.0)
            wizard.seller_count = len(plan["sellers"])
            wizard.summary = wizard._describe()
            rest = comparison.demand_ids.filtered(lambda demand: not demand.chosen_quote_id)
            wizard.open_lines = ", ".join(rest.product_id.mapped("display_name"))
            wizard.short_goods = "\n".join(comparison._describe_short_goods())

    def _describe(self):
        self.ensure_one()
        orders, sellers = self.comparison_id.purchase_ids, self.seller_count
        if not orders:
            return self.env._("%s new requests for quotation will be made, one per seller.", sellers)
        if sellers > len(orders):
            return self.env._(
                "%(orders)s will be split: one request for quotation per seller (%(count)s sellers).",
                orders=", ".join(orders.mapped("name")),
                count=sellers,
            )
        return self.env._(
            "%s will carry the chosen seller, SKUs, quantities, prices and freight.",
            ", ".join(orders.mapped("name")),
        )

    def action_apply(self):
        """Write the plan to the requests and open them."""
        self.ensure_one()
        result = self.comparison_id.apply_plan()
        ids = [order["id"] for order in result["purchase_orders"]]
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase.purchase_rfq")
        if len(ids) == 1:
            return {**action, "views": [(False, "form")], "res_id": ids[0]}
        return {**action, "domain": [("id", "in", ids)], "context": {}}
