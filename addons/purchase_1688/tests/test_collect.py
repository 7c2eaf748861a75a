from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.purchase_1688_collector import plain
from .common import Purchase1688Case
from .common_sourcing import SourcingMixin


@tagged("post_install", "-at_install", "purchase_1688")
class TestCollect(SourcingMixin, Purchase1688Case):
    def test_an_offer_becomes_a_product_with_variants_and_prices(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.assertEqual(offer.product_tmpl_id.product_variant_count, len(offer.sku_ids))
        self.assertEqual(len(offer.source_ids), len(offer.sku_ids))
        self.assertTrue(offer.partner_id.ali1688_is_seller)
        self.assertEqual(offer.partner_id.property_purchase_currency_id.name, "CNY")
        source = offer.source_ids[0]
        self.assertEqual(
            source.product_id.product_template_attribute_value_ids.mapped("name"),
            [attribute["value"] for attribute in source.sku_id.attributes],
        )

    def test_names_are_translated(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        (offer,) = self.collect(self.search_ids(count=1))
        product = offer.product_tmpl_id
        self.assertEqual(product.with_context(lang="zh_CN").name, offer.name_zh)
        self.assertNotEqual(product.with_context(lang="en_US").name, offer.name_zh)
        sku = offer.sku_ids[0]
        self.assertEqual(sku.with_context(lang="zh_CN").name, sku._join_values("value_zh"))
        self.assertEqual(sku.with_context(lang="en_US").name, sku._join_values("value"))

    def test_collecting_again_changes_nothing(self):
        ids = self.search_ids(count=2)
        offers = self.collect(ids)
        before = self._count()
        self.assertEqual(self.collect(ids), offers)
        self.assertEqual(self._count(), before)

    def _count(self):
        models = ("purchase.1688.sku", "purchase.1688.source", "product.supplierinfo", "product.product", "res.partner")
        return [self.env[model].search_count([]) for model in models]

    def test_collecting_again_updates(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.gateway.admin("POST", f"offers/{offer.offer_id}", {"price": "9.90"})
        self.collect([offer.offer_id])
        self.assertEqual(offer.source_ids[0].supplierinfo_ids.mapped("price"), [9.9])

    def test_an_offer_taken_down_loses_its_vendor_lines_and_gets_them_back(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.gateway.admin("POST", f"offers/{offer.offer_id}", {"status": "expired"})
        self.collect([offer.offer_id])
        self.assertEqual(set(offer.source_ids.mapped("health")), {"off"})
        self.assertFalse(offer.source_ids.supplierinfo_ids)
        self.gateway.admin("POST", f"offers/{offer.offer_id}", {"status": "published"})
        self.collect([offer.offer_id])
        self.assertTrue(offer.source_ids.supplierinfo_ids)

    def test_bad_lines_get_a_sentence_and_good_ones_go_on(self):
        (number,) = self.search_ids(count=1)
        answer = (
            self.env["purchase.1688.offer"]
            .with_user(self.buyer)
            .collect_offers(f"rubbish\nhttps://detail.1688.com/offer/{number}.html\n999999999999")
        )
        self.assertEqual([offer["offer_id"] for offer in answer["offers"]], [number])
        self.assertEqual([problem["line"] for problem in answer["problems"]], [1, 3])
        self.assertTrue(all(problem["message"] for problem in answer["problems"]))

    def test_the_wizard_works_through_a_list_in_the_background(self):
        ids = self.search_ids("", count=10)
        wizard = self.env["purchase.1688.offer.collect"].with_user(self.buyer).create({"text": "\n".join([*ids, "no"])})
        wizard.action_collect()
        self.assertEqual(wizard.state, "running")
        self.assertEqual(wizard.done_count, 9)
        self.run_cron("purchase_1688.ir_cron_purchase_1688_collect")
        self.assertEqual(wizard.state, "done")
        self.assertEqual(wizard.failed_count, 1)
        self.assertEqual(len(wizard.line_ids.offer_id), 10)

    def _collect_for(self, product, text):
        values = {"text": text, "product_tmpl_id": product.product_tmpl_id.id}
        wizard = self.env["purchase.1688.offer.collect"].with_user(self.buyer).create(values)
        wizard.action_collect()
        return wizard

    def test_what_is_not_certain_is_chosen_in_the_wizard(self):
        product = self.env["product.product"].create({"name": "No values"})
        (number,) = self.search_ids(count=1)
        wizard = self._collect_for(product, number)
        self.assertFalse(product.ali1688_source_ids)
        pair = wizard.pair_ids
        self.assertEqual(pair.product_id, product)
        with self.assertRaisesRegex(UserError, "at least one"):
            wizard.action_pair()
        pair.write({"sku_id": pair.offer_id.sku_ids[1].id, "units_per_pack": 6})
        wizard.action_pair()
        source = product.ali1688_source_ids
        self.assertEqual((source.sku_id, source.units_per_pack), (source.offer_id.sku_ids[1], 6))
        self.assertFalse(wizard.pair_ids)
        self.assertIn("Source of 1", wizard.line_ids.message)

    def test_an_address_that_names_the_sku_is_certain(self):
        product = self.env["product.product"].create({"name": "No values"})
        (offer,) = self.collect(self.search_ids(count=1))
        sku = offer.sku_ids[2]
        address = f"https://detail.1688.com/offer/{offer.offer_id}.html?skuId={sku.sku_ref}"
        self.assertFalse(self._collect_for(product, address).pair_ids)
        self.assertEqual(product.ali1688_source_ids.sku_id.sku_ref, sku.sku_ref)

    def test_a_long_list_waits_for_the_quota(self):
        ids = self.search_ids("", count=30)
        wizard = self.env["purchase.1688.offer.collect"].with_user(self.buyer).create({"text": "\n".join(ids)})
        wizard.action_collect()
        self.account.quota_per_minute = 10  # they are used
        self.run_cron("purchase_1688.ir_cron_purchase_1688_collect")
        self.assertEqual((wizard.state, wizard.failed_count), ("running", 0))
        self.account.quota_per_minute = 6000
        self.run_cron("purchase_1688.ir_cron_purchase_1688_collect")
        self.assertEqual((wizard.state, wizard.failed_count), ("done", 0))

    def test_pictures_arrive_by_and_by(self):
        (offer,) = self.collect(self.search_ids(count=1))
        self.run_cron("purchase_1688.ir_cron_purchase_1688_pictures")
        logged = self.env["purchase.1688.call"].search([("name", "=", "pictures.fetch")], limit=1)
        self.assertTrue(logged.size, "what was downloaded is in the audit trail")
        self.assertTrue(offer.image_1920)
        self.assertTrue(offer.product_tmpl_id.image_1920)
        self.assertTrue(all(sku.image_512 for sku in offer.sku_ids))
        self.assertFalse(offer.pictures_pending)

    def test_a_file_that_is_no_picture_is_left_out(self):
        Offer = self.env["purchase.1688.offer"]
        self.assertFalse(Offer._reencode(b"<svg onload='alert(1)'/>"))
        self.assertFalse(Offer._reencode(b"\x89PNG\r\n\x1a\nrubbish"))

    def test_hostile_text_stays_plain(self):
        found, _failed = self.env["purchase.1688.collector"]._read_offers(self.account, self.search_ids(count=1))
        (listing,) = found.values()
        bad = replace(listing, title_translated="<script>alert(1)</script>\x00\u202eevil\n" + "x" * 5000)
        offer = self.env["purchase.1688.collector"]._store(self.company, [bad])
        self.assertTrue(offer.name.startswith("<script>alert(1)</script> evil x"))
        self.assertLessEqual(len(offer.name), 250)
        self.assertEqual(plain("a\u200b\tb"), "a b")

    def test_nothing_is_written_before_everything_was_read(self):
        (number,) = self.search_ids(count=1)
        wizard = self.env["purchase.1688.offer.collect"].with_user(self.buyer).create({"text": number})
        written = []
        read = type(self.env["purchase.1688.collector"])._read_offers

        def spy(collector, *args, **kwargs):
            written.append(bool(wizard.line_ids))
            return read(collector, *args, **kwargs)

        with patch.object(type(self.env["purchase.1688.collector"]), "_read_offers", spy):
            wizard.action_collect()
        self.assertEqual(written, [False])
        self.assertTrue(wizard.line_ids)

    def test_a_company_without_account_is_told_what_to_do(self):
        self.company.ali1688_account_id = False
        with self.assertRaisesRegex(UserError, "no 1688 account"):
            self.env["purchase.1688.offer"].with_user(self.buyer).collect_offers("600000000001")

    def test_only_buyers_collect(self):
        with self.assertRaises(AccessError):
            self.env["purchase.1688.offer"].with_user(self.purchaser)._collect(self.account, self.search_ids(count=1))
