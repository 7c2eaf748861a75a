from odoo import fields

from .common_sourcing import SourcingMixin


def read_asking(comparison):
    """The question of one comparison, as a coordinator reads it first of all."""
    own = comparison.sudo()
    return own._read_askings({own.id: (None, None)})[own.id]


class ComparisonMixin(SourcingMixin):
    """What the tests of comparisons share: a product with some sources and a request for it."""

    offer_count = 3

    def setUp(self):
        super().setUp()
        self.company.partner_id.ali1688_district_code = "330110"
        self.company.ali1688_comparison_deadline = 3.0
        self.product, self.offers = self.make_family(self.offer_count)

    def make_order(self, products, quantity=48):
        lines = [(0, 0, {"product_id": product.id, "product_qty": quantity}) for product in products]
        orders = self.env["purchase.order"].with_user(self.buyer)
        return orders.create({"partner_id": self.offers[0].partner_id.id, "order_line": lines})

    def start(self, order):
        """A comparison that waits for its answers, with a row for each: the first thing after the commit otherwise."""
        comparison = order._ali1688_compare()
        comparison.sudo()._create_quotes()
        self.env.flush_all()
        return comparison

    def ask(self, comparison):
        """What happens after the commit otherwise: all waves, what they tell of the offers, and the plans."""
        own = comparison.sudo()
        asking = read_asking(own)
        while own._ask(asking):
            self.fail("one wave is enough here")
        own._keep_listings(own.company_id, asking.question.listings)
        own._follow_up()
        self.env.invalidate_all()
        return comparison

    def compare(self, products, quantity=48):
        return self.ask(self.start(self.make_order(products, quantity)))

    def quote_of(self, comparison, offer):
        return comparison.quote_ids.filtered(lambda quote: quote.offer_id == offer)

    def set_offer(self, offer, **values):
        """What the seller changes at 1688."""
        self.gateway.admin("POST", f"offers/{offer.offer_id}", values)

    def age(self, comparison, **ago):
        """Let the answers of a comparison be so old."""
        moment = fields.Datetime.subtract(fields.Datetime.now(), **ago)
        comparison.quote_ids.sudo().write({"answered_at": moment})
        self.env.flush_all()
