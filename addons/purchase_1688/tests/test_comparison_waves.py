import socket
import time
from unittest.mock import patch
from urllib.parse import urlsplit

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.purchase_1688_quota import Purchase1688Quota
from .common import Purchase1688Case
from .comparison_common import ComparisonMixin, read_asking

MINUTE = 62.0


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonWaves(ComparisonMixin, Purchase1688Case):
    """More questions than the call budget lets out: ten calls a minute, most of them used up, two for each offer."""

    offer_count = 14  # not every one has the very specification that is needed
    used_calls = 7

    def setUp(self):
        super().setUp()
        self.now = time.time() + 600
        clock = patch.object(Purchase1688Quota, "_clock", lambda quota: self.now)
        clock.start()
        self.addCleanup(clock.stop)
        self.account.quota_per_minute = 10
        self.comparison = self.start(self.make_order(self.product))
        self.own = self.comparison.sudo()
        self.asked = len(self.comparison.quote_ids)
        # nine a minute for people, seven for what goes on in the background
        self.assertGreater(2 * self.asked, 9 - self.used_calls + 7 + 1)
        self.env["purchase.1688.quota"]._reserve(self.account, self.used_calls)
        self.asking = read_asking(self.own)

    def _wave(self, asking=None):
        """One wave; returns the seconds until the next one, which have passed then."""
        pause = self.own._ask(asking or self.asking)
        self.env.invalidate_all()
        self.now += MINUTE if pause else 0.0
        return pause

    def _count_calls(self):
        calls = [("purpose", "=", "compare"), ("res_id", "=", self.comparison.id)]
        return self.env["purchase.1688.call"].search_count(calls)

    def test_the_question_goes_out_in_waves_and_shows_how_far_it_is(self):
        self.asking.barred = {self.offers[0].partner_id.id: "so it was a moment ago"}
        pause = self._wave()
        self.assertGreater(pause, 30)
        board = self.comparison.get_board()
        self.assertEqual(board["state"], "asking")
        self.assertEqual(board["progress"]["asked"], self.asked)
        self.assertEqual(board["progress"]["wave"], 2)
        self.assertGreater(board["progress"]["calls_to_go"], 0)
        self.assertGreater(board["progress"]["seconds_left"], 30)
        self.assertGreater(board["progress"]["next_wave_in"], 30)
        self.assertGreater(board["deadline_seconds"], 60)
        self.assertGreater(board["counts"]["answered"], 0, "what is there is shown at once")
        waves = 1
        while self._wave():
            waves += 1
            self.assertLess(waves, 6)
        self.assertEqual(set(self.comparison.quote_ids.mapped("state")), {"answered"})
        self.assertEqual(self.comparison.state, "done")
        self.assertEqual(self._count_calls(), 2 * self.asked, "each call once")
        self.assertFalse(self.comparison.wave_at)
        self.assertEqual(self.asking.barred, {}, "read anew: it can change from one wave to the next")

    def test_another_process_goes_on_where_one_died(self):
        self._wave()
        left = self.comparison.quote_ids.filtered(lambda quote: quote.state == "asking")
        self.assertTrue(left)
        with freeze_time(fields.Datetime.add(self.comparison.alive_until, seconds=1)):
            self.assertEqual(self.comparison.get_board()["state"], "asking")
        self.assertEqual(self.comparison.run, 1)
        later = read_asking(self.own)
        again = {arguments["offer_id"] for _name, arguments in later.question.requests}
        self.assertEqual(again, set(left.offer_id.mapped("offer_id")))
        self.now += MINUTE
        while self._wave(later):
            self.assertEqual(self.comparison.state, "asking")
        self.assertEqual(set(self.comparison.quote_ids.mapped("state")), {"answered"})
        totals = self.comparison.quote_ids.mapped("total")
        # the first process was only slow: what it hears now is nobody's any more
        self.assertIsNone(self._wave())
        self.assertEqual(self.comparison.quote_ids.mapped("total"), totals)

    def test_a_question_ends_at_its_own_deadline(self):
        self._wave()
        self.asking.until = time.monotonic()
        self.assertIsNone(self._wave())
        self.assertEqual(self.comparison.state, "done")
        late = self.comparison.quote_ids.filtered(lambda quote: quote.state == "late")
        self.assertTrue(late)
        self.assertTrue(all("call budget" in reason for reason in late.mapped("reason")))


@tagged("post_install", "-at_install", "purchase_1688")
class TestComparisonAgain(ComparisonMixin, Purchase1688Case):
    """Answers that are asked for again, and answers that are used again."""

    def setUp(self):
        super().setUp()
        self.comparison = self.compare(self.product)

    def _ask_source(self, offer):
        quote = self.quote_of(self.comparison, offer)
        cell = self.comparison.ask_source(quote.id)
        self.assertEqual(cell["state"], "asking")
        self.env.flush_all()
        own = self.comparison.sudo()
        self.assertIsNone(own._ask(own._prepare_asking(time.monotonic(), quote.sudo())))
        own._follow_up()
        self.env.invalidate_all()
        return quote

    def test_one_source_is_asked_again_and_the_older_answer_is_kept(self):
        best = self.comparison.demand_ids.best_quote_id
        before = best.total
        self.age(self.comparison, minutes=30)
        self.set_offer(best.offer_id, stock=3)
        quote = self._ask_source(best.offer_id)
        self.assertEqual(quote.state, "short")
        self.assertEqual(self.comparison.state, "done")
        self.assertEqual(len(self.comparison.quote_ids), 3)
        line = self.comparison.get_board()["lines"][0]
        cell = line["cells"][str(quote.partner_id.id)][0]
        self.assertEqual(cell["older"], 1)
        self.assertLess(cell["age_seconds"], 60)
        self.assertEqual([older["total"] for older in self.comparison.get_breakdown(quote.id)["answers"]], [before])
        # the next source comes forward, and the board says why
        self.assertNotEqual(line["best"], quote.id)
        self.assertEqual(line["chosen"], line["best"])
        self.assertEqual([passed["quote"] for passed in line["passed"]], [quote.id])
        self.assertIn("3 in stock", line["passed"][0]["reason"])

    def test_where_nobody_answers_the_older_answer_stays_and_says_so(self):
        offer = self.offers[0]
        before = self.quote_of(self.comparison, offer).total
        self.gateway.fault(
            "product.search.queryProductDetail", "delay", times=None, seconds=40, match={"offerId": int(offer.offer_id)}
        )
        quote = self._ask_source(offer)
        self.assertEqual((quote.state, quote.total), ("answered", before))
        self.assertIn("Asked again", quote.reason)

    def _move_gateway(self, **parts):
        """Have the account call another address than that of the gateway."""
        url = urlsplit(self.gateway.url)._replace(**parts).geturl()
        secrets = {"app_secret": self.gateway.app_secret, "access_token": self.gateway.access_token}
        self.account.write({"gateway_url": url, **secrets})
        self.account.sudo().state = "connected"

    def _check_older_answer_stays(self, code, reason):
        quote = self.quote_of(self.comparison, self.offers[0])
        before = quote.read(["terms", "total", "quantity", "answered_at", "state"])
        self.assertEqual(self._ask_source(self.offers[0]).error_code, code)
        self.assertEqual(quote.read(list(before[0])), before)
        self.assertEqual(quote.reason, f"Asked again: {reason} Ask again in a minute.")

    def test_where_no_secure_connection_comes_about_the_older_answer_stays(self):
        self._move_gateway(scheme="https")  # it is a plain one
        self._check_older_answer_stays("tls", "No secure connection to 1688 came about.")

    def test_where_the_connection_breaks_off_the_older_answer_stays(self):
        self._fault_details("drop_before")
        self._check_older_answer_stays("read", "The connection to 1688 broke off.")

    def test_where_1688_has_a_fault_of_its_own_the_older_answer_stays(self):
        self._fault_details("error_before", status=500)
        self._check_older_answer_stays("http_500", "1688 has an internal fault (HTTP 500).")

    def _fault_details(self, kind, **spec):
        self.gateway.fault("product.search.queryProductDetail", kind, times=None, **spec)

    def test_where_the_gateway_has_no_address_the_older_answer_stays(self):
        port = urlsplit(self.gateway.url).port
        self._move_gateway(netloc=f"localhost:{port}")  # which no connection is open to yet
        with patch("socket.getaddrinfo", side_effect=socket.gaierror("planted")):
            self._check_older_answer_stays("resolve", "1688 cannot be reached.")

    def test_what_is_gone_is_gone(self):
        best = self.comparison.demand_ids.best_quote_id
        self.set_offer(best.offer_id, status="expired")
        quote = self._ask_source(best.offer_id)
        self.assertEqual((quote.state, quote.total, quote.reason), ("failed", 0.0, "Off the shelf"))
        self.assertNotEqual(self.comparison.demand_ids.chosen_quote_id, quote)
        self.assertTrue(self.comparison.demand_ids.chosen_quote_id.terms)

    def test_a_row_is_not_asked_twice_at_a_time(self):
        quote = self.comparison.quote_ids[0]
        self.comparison.ask_source(quote.id)
        with self.assertRaisesRegex(UserError, "already"):
            self.comparison.ask_source(quote.id)
        with self.assertRaises(AccessError):
            self.comparison.with_user(self.purchaser).ask_source(self.comparison.quote_ids[1].id)

    def test_a_re_asked_row_of_a_dead_process_is_closed(self):
        quote = self.comparison.quote_ids[0]
        self.comparison.ask_source(quote.id)
        with freeze_time(fields.Datetime.add(fields.Datetime.now(), minutes=5)):
            board = self.comparison.get_board()
        self.assertEqual(board["counts"]["asking"], 0)
        self.assertIn("Asked again", quote.reason)

    def _count_calls(self, comparison):
        calls = [("purpose", "=", "compare"), ("res_id", "=", comparison.id)]
        return self.env["purchase.1688.call"].search_count(calls)

    def test_kept_answers_are_used_only_where_the_company_says_so(self):
        self.age(self.comparison, minutes=5)
        asked = self.compare(self.product)
        self.assertEqual(self._count_calls(asked), 6, "the setting says nothing")
        self.age(asked, minutes=8)
        self.company.ali1688_answer_minutes = 10
        kept = self.compare(self.product)
        self.assertEqual(self._count_calls(kept), 0)
        self.assertEqual(kept.state, "done")
        cells = [cell for line in kept.get_board()["lines"] for (cell,) in line["cells"].values()]
        self.assertTrue(all(cell["kept"] and 270 < cell["age_seconds"] < 400 for cell in cells))
        other = self.compare(self.product, quantity=500)
        self.assertEqual(self._count_calls(other), 6, "its freight was not said for so many")
        self.age(other, minutes=20)
        self.company.ali1688_answer_minutes = 4
        fresh = self.compare(self.product)
        self.assertEqual(self._count_calls(fresh), 6, "too old")
        totals = [{quote.offer_id: quote.total for quote in one.quote_ids} for one in (kept, fresh)]
        self.assertEqual(*totals)
