from decimal import Decimal

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..lib.costing import Step
from .common import Purchase1688Case
from .common_sourcing import SourcingMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestPartnerTerms(SourcingMixin, Purchase1688Case):
    """What is agreed with a seller goes into the landed cost; nonsense is refused with a sentence."""

    def setUp(self):
        super().setUp()
        self.company.partner_id.ali1688_district_code = "330110"
        self.product, self.offers = self.make_family(2)
        self.seller = self.offers[0].partner_id.sudo()
        line = {"product_id": self.product.id, "product_qty": 48}
        vals = {"partner_id": self.seller.id, "order_line": [(0, 0, line)]}
        self.order = self.env["purchase.order"].with_user(self.buyer).create(vals)

    def _ask(self):
        """The answer of the seller, and how it adds up: {label: amount}."""
        comparison = self.order._ali1688_compare()
        comparison.sudo()._ask()
        comparison.sudo()._follow_up()
        quote = comparison.quote_ids.filtered(lambda quote: quote.partner_id == self.seller)[:1]
        steps = comparison.get_breakdown(quote.id)["steps"]
        self.assertAlmostEqual(sum(step["amount"] for step in steps), quote.total, 2)
        return quote, {step["label"]: step["amount"] for step in steps}

    def test_what_is_agreed_is_taken_off_line_by_line(self):
        self.seller.write(
            {
                "ali1688_discount_rate": 3,
                "ali1688_shop_off_from": 100,
                "ali1688_shop_off": 5,
                "ali1688_red_packet": 2,
                "ali1688_free_freight": True,
                "ali1688_free_freight_from": 10**6,
                "ali1688_tax_rate": 10,
            }
        )
        quote, steps = self._ask()
        agreed = round(quote.goods_total * 0.03, 2)
        self.assertAlmostEqual(quote.discount_total, agreed + 7, 2)
        self.assertAlmostEqual(steps[f"Agreed discount 3 % of {quote.goods_total:g}"], -agreed, 2)
        self.assertEqual(sorted(amount for amount in steps.values() if amount < 0)[-2:], [-5, -2])
        self.assertAlmostEqual(quote.fees_total, (quote.goods_total - quote.discount_total) * 0.1, 1)

    def test_the_goods_say_why_they_are_so_dear_or_so_many(self):
        numbers = {"quantity": Decimal(5), "unit_price": Decimal(12), "list_price": Decimal(13), "raised": ""}
        for changes, said in (
            ({}, "5 × 12 (promotion, list price 13)"),
            ({"raised": "min"}, "5 × 12 (promotion, list price 13 and the least that is sold)"),
            ({"raised": "batch", "list_price": None}, "5 × 12 (sold in lots)"),
            ({"list_price": None}, "5 × 12"),
        ):
            step = Step("goods", Decimal(60), {**numbers, **changes})
            self.assertEqual(self.env["purchase.1688.comparison.quote"]._describe_step(step), said)

    def test_the_total_in_own_money_at_the_days_rate(self):
        quote, _steps = self._ask()
        own = quote.company_id.currency_id
        expected = quote.currency_id._convert(quote.total, own, quote.company_id, quote.answered_at.date())
        self.assertAlmostEqual(quote.company_total, expected, 2)

    def test_without_an_invoice_its_surcharge_is_left_out(self):
        self.seller.write({"ali1688_tax_rate": 10, "ali1688_invoice": False})
        quote, steps = self._ask()
        self.assertEqual(quote.fees_total, 0)
        self.assertFalse(quote._get_cost_details()["without_invoice"])
        self.assertFalse([label for label in steps if "surcharge" in label])

    def test_nonsense_is_refused_with_a_sentence(self):
        for vals, said in (
            ({"ali1688_discount_rate": 101}, "between 0 and 100"),
            ({"ali1688_tax_rate": -1}, "between 0 and 100"),
            ({"ali1688_red_packet": -5}, "as a positive amount"),
        ):
            with self.assertRaisesRegex(ValidationError, said):
                self.seller.write(vals)
