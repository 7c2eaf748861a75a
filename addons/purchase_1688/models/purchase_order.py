from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .purchase_1688_order_prepare import SKUS_PER_ORDER


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    # --- comparing

    ali1688_comparison_ids = fields.Many2many("purchase.1688.comparison", string="1688 comparisons", copy=False)
    ali1688_comparison_count = fields.Integer("1688 comparison count", compute="_compute_ali1688_comparison_count")
    ali1688_can_compare = fields.Boolean(compute="_compute_ali1688_can_compare")

    ali1688_split_from_id = fields.Many2one(
        "purchase.order",
        "Split from",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The request that a comparison on 1688 split over several sellers; this one is a share of it.",
    )
    ali1688_split_ids = fields.One2many("purchase.order", "ali1688_split_from_id", "Split off", readonly=True)
    ali1688_share_count = fields.Integer("Shares of a split", compute="_compute_ali1688_share_count")

    @api.depends("ali1688_split_from_id.ali1688_split_ids", "ali1688_split_ids")
    def _compute_ali1688_share_count(self):
        for order in self:
            order.ali1688_share_count = len(order._ali1688_get_shares())

    @api.depends("ali1688_comparison_ids")
    def _compute_ali1688_comparison_count(self):
        for order in self:
            order.ali1688_comparison_count = len(order.ali1688_comparison_ids)

    @api.depends("state", "company_id.ali1688_account_id", "order_line.product_id")
    def _compute_ali1688_can_compare(self):
        # products without a source too: similar offers are searched for there
        for order in self:
            open_request = order.state in ("draft", "sent") and bool(order.company_id.ali1688_account_id)
            order.ali1688_can_compare = open_request and any(
                line.product_id.type == "consu" for line in order.order_line
            )

    # --- actions: comparing

    def action_ali1688_compare(self):
        """Ask all 1688 sources of the lines of these requests at once, on a board that fills as they answer."""
        return self._ali1688_compare().action_open_board()

    def compare_on_1688(self):
        """The same for callers of the external API.

        :return: {"comparison_id"}; wait for the answers with `action_wait` of purchase.1688.comparison
        """
        return {"comparison_id": self._ali1688_compare().id}

    def action_ali1688_open_comparisons(self):
        """Open the comparisons of this request: the board, where there is one only."""
        self.ensure_one()
        if len(self.ali1688_comparison_ids) == 1:
            return self.ali1688_comparison_ids.action_open_board()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase_1688.purchase_1688_comparison_action")
        return {**action, "domain": [("purchase_ids", "in", self.ids)], "context": {}}

    def action_ali1688_open_shares(self):
        """List the requests that this one was split into, or that were split from the same one."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("purchase.purchase_rfq")
        return {
            **action,
            "name": self.env._("Shares of the split"),
            "domain": [("id", "in", self._ali1688_get_shares().ids)],
            "context": {"create": False},
        }

    # --- business: comparing

    def _ali1688_compare(self):
        self._ali1688_read_needs()
        self.check_access("write")
        if len(self.company_id) != 1:
            raise UserError(self.env._("Compare the requests of one company at a time."))
        closed = self.filtered(lambda order: order.state not in ("draft", "sent"))
        if closed:
            raise UserError(self.env._("%s is no request for quotation any more.", ", ".join(closed.mapped("name"))))
        if len({purchase._ali1688_get_address_partner() for purchase in self}) > 1:
            raise UserError(
                self.env._("Compare requests that are delivered to one address at a time: freight depends on it.")
            )
        lines = self.order_line.filtered(lambda line: line._ali1688_is_need())
        if not lines:
            raise UserError(self.env._("There is nothing to compare: add products with a quantity first."))
        comparison = self.env["purchase.1688.comparison"].with_company(self.company_id)
        return comparison._start([(line.product_id, line._ali1688_get_product_qty(), line) for line in lines])

    def _ali1688_read_needs(self):
        """Read what a comparison starts with, and no more: a person waits, and these models have many columns."""
        self.fetch(self._ali1688_get_need_fields())
        settings = ["ali1688_account_id", "ali1688_answer_minutes", "ali1688_comparison_deadline"]
        # rights look at the place of the company among its branches
        self.company_id.fetch(["parent_path", "partner_id", *settings])
        self.order_line.fetch(["display_type", "is_downpayment", "product_id", "product_qty", "product_uom_id"])
        products = self.order_line.product_id
        products.fetch(["product_tmpl_id"])
        products.product_tmpl_id.fetch(["type", "uom_id"])

    @api.model
    def _ali1688_get_need_fields(self):
        """Hook: what a comparison reads of requests."""
        return ["company_id", "dest_address_id", "name", "state"]

    def _ali1688_get_address_partner(self):
        """The address that 1688 ships to."""
        self.ensure_one()
        return self.dest_address_id or self.company_id.partner_id

    def _ali1688_set_charges(self, freight, fees, promotions=0.0):
        """Keep the quoted freight and fees, and what promotions take off (yuan), as service lines: they are billed, and
        never received.
        """
        self.ensure_one()
        charges = (("product_freight", freight), ("product_fees", fees), ("product_promotions", -promotions))
        for xmlid, amount in charges:
            product = self.env.ref(f"purchase_1688.{xmlid}")
            line = self.order_line.filtered(lambda line, product=product: line.product_id == product)
            if not amount:
                line.unlink()
                continue
            yuan = self.env["purchase.1688.offer"]._get_yuan()
            price = yuan._convert(amount, self.currency_id, self.company_id, self._ali1688_get_rate_date(), round=False)
            vals = {
                "product_qty": 1.0,
                "price_unit": price,
                "tax_ids": [fields.Command.clear()],
                "ali1688_freight_partner_id": self.partner_id.id,
            }
            if line:
                line[0].write(vals)
            else:
                line = line.create({"order_id": self.id, "product_id": product.id, "sequence": 1000, **vals})
            line[0].technical_price_unit = 0.0

    def _ali1688_get_shares(self):
        """The requests that are one need split over sellers, these included; none where nothing was split."""
        first = self.ali1688_split_from_id | self.filtered("ali1688_split_ids")
        return first | first.ali1688_split_ids

    def _ali1688_group(self):
        """Hook: these requests came from one that was split over sellers."""

    def _ali1688_ungroup(self):
        """Hook: the split was undone; these requests are what they were."""

    def _add_supplier_to_product(self):
        # Freight and fees belong to the order: no seller becomes a vendor of "freight" at some price. What super()
        # added by itself goes by itself too, whatever rights on products the buyer has.
        res = super()._add_supplier_to_product()
        charges = self.order_line.filtered("ali1688_freight_partner_id").product_id
        charges.sudo().seller_ids.filtered(lambda seller: seller.partner_id in self.partner_id).unlink()
        return res

    # --- ordering

    ali1688_order_ids = fields.Many2many(
        "purchase.1688.order",
        "purchase_1688_order_purchase_order_rel",
        "purchase_id",
        "ali1688_order_id",
        string="1688 orders",
        copy=False,
        readonly=True,
    )
    # whoever may see a purchase order may see where its orders on 1688 stand
    ali1688_order_count = fields.Integer("1688 order count", compute="_compute_ali1688_orders", compute_sudo=True)
    ali1688_state = fields.Selection(
        [
            ("waiting", "To confirm"),
            ("running", "Being placed"),
            ("stopped", "Needs a person"),
            ("placed", "Placed"),
            ("paid", "Paid"),
            ("shipped", "Shipped"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        "1688",
        compute="_compute_ali1688_orders",
        compute_sudo=True,
    )
    ali1688_has_source = fields.Boolean(compute="_compute_ali1688_has_source")

    @api.depends("ali1688_order_ids.state")
    def _compute_ali1688_orders(self):
        for purchase in self:
            orders = purchase.ali1688_order_ids
            purchase.ali1688_order_count = len(orders)
            purchase.ali1688_state = _summarize(set(orders.mapped("state")))

    @api.depends("order_line.ali1688_source_id")
    def _compute_ali1688_has_source(self):
        for purchase in self:
            purchase.ali1688_has_source = bool(purchase.order_line.ali1688_source_id)

    # --- actions: ordering

    def action_ali1688_order(self):
        """Prepare these requests for quotation as orders on 1688 and open the confirm screen."""
        orders = self._ali1688_prepare_orders()
        return orders.with_env(self.env).action_confirm_screen()

    def action_ali1688_open_orders(self):
        """Open the orders on 1688 of this purchase order."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase_1688.purchase_1688_order_action")
        action.update(domain=[("id", "in", self.ali1688_order_ids.ids)], context={})
        if len(self.ali1688_order_ids) == 1:
            action.update(views=[(False, "form")], res_id=self.ali1688_order_ids.id)
        return action

    # --- business: ordering

    def _ali1688_prepare_orders(self):
        """Make one ``purchase.1688.order`` per seller and request, in chunks of at most 50 SKUs.

        Requests that a comparison counted together are one order per seller: price tiers, minimum and freight that it
        proved hold for that parcel. So those that were not named here come along.

        :return: the orders (in superuser mode), still to be checked at 1688 in the background
        """
        if not self.env.su and not self.env.user.has_group("purchase_1688.group_buyer"):
            raise AccessError(self.env._("Only a 1688 buyer may order on 1688."))
        self.check_access("write")
        # the right to buy and to these requests was checked; users may not write 1688 orders themselves
        orders_sudo = self.env["purchase.1688.order"].sudo()
        purchases = self | self._ali1688_get_companions()
        for purchase in purchases:
            purchase._ali1688_check_orderable()
        vals_list = []
        for (*_parcel, seller), lines in purchases._ali1688_get_parcels().items():
            vals_list += [
                lines.order_id._ali1688_prepare_order_vals(seller, chunk, number)
                for number, chunk in enumerate(self._ali1688_get_chunks(lines))
            ]
        if not vals_list:
            raise UserError(self.env._("All lines with a 1688 source are in orders on 1688 already."))
        orders_sudo = orders_sudo.create(vals_list)
        orders_sudo._dispatch_prepare()
        return orders_sudo

    def _ali1688_check_orderable(self):
        self.ensure_one()
        if self.state == "cancel":
            raise UserError(self.env._("%s is cancelled.", self.name))
        if not self.company_id.ali1688_account_id:
            raise UserError(self.env._("Choose the 1688 account of %s in the settings first.", self.company_id.name))
        missing = self.order_line.filtered(
            lambda line: (
                not line.display_type
                and line.product_id.type == "consu"
                and line.product_qty
                and not line.ali1688_source_id
            )
        )
        if missing:
            raise UserError(
                self.env._(
                    "These lines of %(order)s have no 1688 source: %(lines)s. Add a source or take them out.",
                    order=self.name,
                    lines=", ".join(missing.product_id.mapped("display_name")),
                )
            )

    def _ali1688_get_parcels(self):
        """{(what is sent together, company, address, seller): lines that are still to be ordered}.

        The goods of a request are sent with those of all requests of the same applied comparison.
        """
        keys = {}
        for purchase in self:
            compared = purchase.order_line.ali1688_quote_id.comparison_id.filtered(lambda one: one.state == "applied")
            keys[purchase] = compared[:1] or purchase, purchase.company_id, purchase._ali1688_get_address_partner()
        lines = self._ali1688_get_lines_to_order()
        return lines.grouped(lambda line: (*keys[line.order_id], line.ali1688_source_id.partner_id))

    def _ali1688_get_companions(self):
        """Other requests with goods that travel in the same parcels and are still to be ordered."""
        others = self.order_line.ali1688_quote_id.comparison_id.purchase_ids - self
        others = others.filtered(lambda other: other.state != "cancel")._filtered_access("write")
        mine = self._ali1688_get_parcels()
        return others.browse().union(
            *(lines.order_id for parcel, lines in others._ali1688_get_parcels().items() if parcel in mine)
        )

    def _ali1688_get_lines_to_order(self):
        """Lines with a source that are in no live order on 1688."""
        domain = [("purchase_line_id", "in", self.order_line.ids), ("is_live", "=", True)]
        taken = self.env["purchase.1688.order.line"].sudo().search(domain)  # whose order it is does not matter
        return self.order_line.filtered(
            lambda line: line.ali1688_source_id and line.product_qty > 0 and line not in taken.purchase_line_id
        )

    def _ali1688_prepare_order_vals(self, seller, lines, number):
        """An order for these lines of requests that go to one company and address."""
        first = number == 0
        return {
            "account_id": self.company_id.ali1688_account_id.id,
            "company_id": self.company_id.id,
            "partner_id": seller.id,
            "user_id": self.env.user.id,
            "address_partner_id": self[:1]._ali1688_get_address_partner().id,
            "quote_freight": self._ali1688_get_quoted(seller, "product_freight") if first else 0.0,
            "quote_discount": -self._ali1688_get_quoted(seller, "product_promotions") if first else 0.0,
            "line_ids": [fields.Command.create(self._ali1688_prepare_order_line_vals(line)) for line in lines],
        }

    @api.model
    def _ali1688_get_chunks(self, lines):
        """Lines in groups of at most 50 SKUs; lines of one SKU stay together."""
        by_sku = list(lines.grouped(lambda line: line.ali1688_source_id.sku_id).values())
        return [
            lines.browse().union(*by_sku[start : start + SKUS_PER_ORDER])
            for start in range(0, len(by_sku), SKUS_PER_ORDER)
        ]

    @api.model
    def _ali1688_prepare_order_line_vals(self, line):
        source, quantity = line._ali1688_get_cargo()
        return {
            "purchase_line_id": line.id,
            "product_id": line.product_id.id,
            "product_qty": line.product_qty,
            "product_uom_id": line.product_uom_id.id,
            "source_id": source.id,
            "sku_id": source.sku_id.id,
            "offer_ref": source.offer_id.offer_id,
            "spec_ref": source.sku_id.spec_id,
            "name": source.offer_id.name or line.product_id.display_name,
            "sku_name": source.sku_id.name,
            "quantity": quantity,
            "unit_price": line.ali1688_unit_price,
        }

    def _ali1688_get_quoted(self, seller, xmlid):
        """Yuan that the chosen quotes of a seller promised for these requests: freight, or promotions (below zero)."""
        cny = self.env.ref("base.CNY")
        product = self.env.ref(f"purchase_1688.{xmlid}")
        lines = self.order_line.filtered(
            lambda line: line.ali1688_freight_partner_id == seller and line.product_id == product
        )
        # the price is exact, while a subtotal in another currency is a round sum there
        return sum(
            line.currency_id._convert(
                line.price_unit * line.product_qty, cny, line.company_id, line.order_id._ali1688_get_rate_date()
            )
            for line in lines
        )

    def _ali1688_get_rate_date(self):
        """The day whose rate turns yuan into the currency of the request."""
        self.ensure_one()
        return fields.Date.to_date(self.date_order) or fields.Date.context_today(self)

    def _ali1688_confirm_placed(self):
        """The goods are really ordered: confirm the requests for quotation."""
        drafts = self.filtered(lambda purchase: purchase.state in ("draft", "sent"))
        for purchase in drafts.with_context(skip_alternative_check=True):
            result = purchase.button_confirm()
            if isinstance(result, dict):
                # a question to a person; the order at 1688 stands, so nobody is asked here
                purchase.message_post(body=self.env._("Confirm this order by hand: it is placed on 1688."))
        for purchase in self:
            numbers = purchase.ali1688_order_ids.filtered("remote_id").sorted("id").mapped("remote_id")
            reference = ", ".join(numbers)
            if numbers and purchase.partner_ref != reference:
                purchase.partner_ref = reference


def _summarize(order_states):
    """One badge for all 1688 orders of a purchase order: the one that wants attention first."""
    live = order_states - {"cancelled"}
    if not live:
        return "cancelled" if order_states else False
    for badge, members in (
        ("stopped", {"blocked", "unknown"}),
        ("waiting", {"draft", "prepared"}),
        ("running", {"approved", "placing", "placed", "paying"}),
        ("placed", {"verified"}),
        ("paid", {"paid"}),
        ("shipped", {"shipped"}),
    ):
        if live & members:
            return badge
    return "done"
