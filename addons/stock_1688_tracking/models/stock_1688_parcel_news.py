from collections import Counter, defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import split_every

from odoo.addons.purchase_1688.scheduled import work_off

from ..lib import stages
from ..lib.moments import naive

LEARN_FROM, LEARN_MINIMUM = timedelta(days=90), 5
"""Parcels that teach when to expect others: how recent, and how many at least."""
CRON_WATCH, WATCH_BATCH = "stock_1688_tracking.ir_cron_stock_1688_parcel_watch", 500
REUSED_AFTER = timedelta(days=180)
"""Carriers use waybill numbers again: an older parcel with the same number is another one."""


class Stock1688Parcel(models.Model):
    """How news reach the parcels: whole batches, no query per record, and known news write
    nothing.
    """

    _inherit = "stock.1688.parcel"

    @api.model
    def _get_moved(self, orders, traces):
        """Return the orders whose traces have a scan newer than what their parcels know."""
        moved = orders.browse()
        for order in orders:
            known = max(filter(None, order.parcel_ids.mapped("last_event_at")), default=None)
            steps = [step for trace in _values(traces.get(order)) for step in trace.steps if step.at]
            newest = max((naive(step.at) for step in steps), default=None)
            if newest and (known is None or newest > known):
                moved += order
        return moved

    @api.model
    def _apply_reads(self, account, answers):
        """Apply what 1688 said about the parcels of some orders of one account; repeating it is
        harmless.

        :param answers: dict order -> (parcels as read, traces as read); what was not read or
        failed is no tuple
        :return: the parcels that were spoken of
        """
        parcels = {order: _values(read) for order, (read, _traces) in answers.items()}
        traces = [trace for _parcels, read in answers.values() for trace in _values(read)]
        known = self._load_known(account, [value for values in parcels.values() for value in values] + traces)
        self._create_missing(known, parcels)
        for order, values in parcels.items():
            entries = Counter(entry for value in values for entry in value.entry_ids)
            for value in values:
                self._pick(known, value)._update_from(order, value, entries, is_only=len(values) == 1)
        scans = []
        for trace in traces:
            parcel = self._pick(known, trace)
            scans += [
                (parcel.id, naive(step.at), step.text) for step in trace.steps if parcel and step.at and step.text
            ]
        self.env["stock.1688.parcel.event"]._ingest(scans)
        heard = [order for order, reads in answers.items() if any(isinstance(read, tuple) for read in reads)]
        spoken_of = self.env["purchase.1688.order"].concat(*heard).parcel_ids
        spoken_of.write({"looked_at": fields.Datetime.now()})
        spoken_of._refresh_state()
        spoken_of.filtered(lambda parcel: not parcel.expected_date)._estimate_expected()
        return spoken_of

    # --- who is who

    @api.model
    def _load_known(self, account, values):
        """Return the parcels of this account by the names that the answers use; two queries for
        the batch.
        """
        logistics_ids = {value.logistics_id for value in values if value.logistics_id}
        recent = fields.Datetime.now() - REUSED_AFTER
        by_number = self.env["stock.1688.waybill"]._find_parcels(value.bill_no for value in values)
        known = {
            number: parcel
            for number, parcel in by_number.items()
            if parcel.account_id == account and parcel.create_date > recent
        }
        domain = [("account_id", "=", account.id), ("logistics_id", "in", list(logistics_ids))]
        known |= {("id", parcel.logistics_id): parcel for parcel in self.search(domain)}
        return known

    @api.model
    def _pick(self, known, value):
        """Return the parcel that a value from 1688 speaks of: by the platform's name first, then
        by the waybill.
        """
        nobody = self.browse()
        return known.get(("id", value.logistics_id)) or known.get(stages.normalise(value.bill_no)) or nobody

    @api.model
    def _create_missing(self, known, parcels):
        """Create the parcels that are new, in one batch; several orders may name the same one."""
        missing = {}
        for order, values in parcels.items():
            for value in values:
                number = stages.normalise(value.bill_no)
                if (number or value.logistics_id) and not self._pick(known, value):
                    missing.setdefault(number or value.logistics_id, (order, value))
        created = self.create(
            [
                {
                    "name": value.bill_no or value.logistics_id,
                    "account_id": order.account_id.id,
                    "company_id": order.company_id.id,
                    "logistics_id": value.logistics_id or False,
                    "waybill_ids": [fields.Command.create({"number": number})]
                    if (number := stages.normalise(value.bill_no))
                    else [],
                    "looked_at": fields.Datetime.now(),
                }
                for order, value in missing.values()
            ]
        )
        for parcel, (_order, value) in zip(created, missing.values(), strict=True):
            known[stages.normalise(value.bill_no)] = known["id", value.logistics_id] = parcel
        known.pop("", None)
        known.pop(("id", ""), None)
        created._match_shelf()

    # --- one parcel

    def _update_from(self, order, value, entries, *, is_only):
        """Write what differs from ``value``; nothing when nothing does."""
        if not self:
            return
        vals = {
            "carrier_code": value.carrier_code or self.carrier_code,
            "carrier_name": value.carrier_name or self.carrier_name,
            "remote_status": value.status or self.remote_status,
            "shipped_at": naive(value.sent_at) or self.shipped_at or order.shipped_at,
        }
        changed = {name: new for name, new in vals.items() if new != self[name]}
        if order not in self.order_ids:
            changed["order_ids"] = [fields.Command.link(order.id)]
        if lines := self._get_line_commands(order, value, entries, is_only):
            changed["line_ids"] = lines
        if changed:
            self.write(changed)
        self._set_number(value.bill_no)

    def _set_number(self, bill_no):
        """Take a changed waybill number; the old one is kept, for it is what the label may still
        say.
        """
        number = stages.normalise(bill_no)
        if not number or number in self.waybill_ids.filtered("is_current").mapped("number"):
            return
        self.waybill_ids.filtered("is_current").is_current = False
        again = self.waybill_ids.filtered(lambda waybill: waybill.number == number)
        if again:
            again.is_current = True
        else:
            self.waybill_ids = [fields.Command.create({"number": number})]
        self.name = bill_no
        self._match_shelf()

    def _get_line_commands(self, order, value, entries, is_only):
        counts = defaultdict(float)
        for goods in value.goods:
            if goods.entry_id and goods.quantity:
                counts[goods.entry_id] += float(goods.quantity)
        named = set(value.entry_ids) | set(counts)
        commands = []
        for line in order.line_ids.filtered("is_live"):
            entry = line.remote_entry_id
            if named and entry not in named or not named and not is_only:
                continue
            whole = line.quantity if entries[entry] <= 1 else 0.0
            # several lines of ours may share one of theirs
            quantity = min(counts[entry], line.quantity) if entry in counts else whole
            counts[entry] -= quantity
            commands += self._get_line_command(line, quantity)
        return commands

    def _get_line_command(self, order_line, quantity):
        product_qty = order_line._to_product_qty(quantity)
        mine = self.line_ids.filtered(lambda line: line.order_line_id == order_line)
        if not mine:
            vals = {
                "order_line_id": order_line.id,
                "quantity": quantity,
                "product_qty": product_qty,
            }
            return [fields.Command.create(vals)]
        if quantity and mine.quantity != quantity:
            return [fields.Command.update(mine.id, {"quantity": quantity, "product_qty": product_qty})]
        return []

    def _estimate_expected(self):
        """Expect the parcels after as many days as most parcels of their carrier took of late.

        1688 tells no day. One query for all carriers; few parcels tell nothing.
        """
        shipped = self.filtered(lambda parcel: parcel.shipped_at and not parcel.is_closed)
        if not shipped:
            return
        self.flush_model(["carrier_code", "shipped_at", "signed_at"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT carrier_code,
                       percentile_cont(0.8) WITHIN GROUP (ORDER BY signed_at - shipped_at)
                  FROM stock_1688_parcel
                 WHERE carrier_code = ANY(%s) AND signed_at > shipped_at AND signed_at > %s
                 GROUP BY carrier_code
                HAVING count(*) >= %s
                """,
                list(set(shipped.mapped("carrier_code")) - {False}),
                fields.Datetime.now() - LEARN_FROM,
                LEARN_MINIMUM,
            )
        )
        took = dict(rows)
        for parcel in shipped.filtered(lambda parcel: parcel.carrier_code in took):
            parcel.expected_date = parcel.shipped_at + took[parcel.carrier_code]

    # --- states and what follows from them

    def _get_newest_scans(self):
        """Return {parcel id: (time, text)} of the newest scan; one query."""
        self.env["stock.1688.parcel.event"].flush_model(["parcel_id", "time", "text"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (parcel_id) parcel_id, time, text
                     FROM stock_1688_parcel_event
                    WHERE parcel_id = ANY(%s)
                    ORDER BY parcel_id, time DESC, id DESC""",
                self.ids,
            )
        )
        return {parcel_id: (time, text) for parcel_id, time, text in rows}

    def _refresh_state(self):
        """Bring stage and newest scan up to date, then tell those whom it concerns."""
        newest, moved = self._get_newest_scans(), self.browse()
        for parcel in self:
            time, text = newest.get(parcel.id, (False, False))
            vals = {
                "last_event_at": time,
                "last_event_text": text,
                "state": stages.current(parcel.remote_status, text, parcel.state),
            }
            changed = {name: value for name, value in vals.items() if value != parcel[name]}
            if "state" in changed:
                moved += parcel
                if changed["state"] == "signed":
                    changed["signed_at"] = time or fields.Datetime.now()
            if changed:
                parcel.write(changed)
        moved._announce()

    def _announce(self):
        """One line on the receipt for each change of stage; people are called when it is signed
        for or in trouble.
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        bodies = defaultdict(Markup)
        for parcel in self:
            line = Markup("<div>%s <b>%s</b>: %s%s</div>") % (
                parcel.carrier_name or self.env._("Parcel"),
                parcel.name,
                labels[parcel.state],
                f" · {parcel.last_event_text}" if parcel.last_event_text else "",
            )
            for picking in parcel.picking_ids:
                if picking.state not in ("done", "cancel"):
                    bodies[picking.id] += line
        if bodies:
            self.env["stock.picking"].browse(bodies)._message_log_batch(bodies=bodies)
        self.filtered(lambda parcel: parcel.state == "signed")._notify_signed()
        alarming = self.filtered(lambda parcel: parcel.state in stages.ALARMING)
        for parcel in alarming:
            parcel._open_issue("parcel_exception", labels[parcel.state])
        self.env["purchase.1688.issue"]._close(self - alarming, ["parcel_exception", "parcel_stuck"])

    def _notify_signed(self):
        """Call the people in charge to the dock: an activity on the receipt and a word on their
        screen.
        """
        for parcel in self:
            pickings = parcel.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
            title = self.env._("Parcel %s was signed for", parcel.name)
            for user in parcel._get_people():
                for picking in pickings:
                    picking._schedule_arrived(user, title)
                user._bus_send(
                    "simple_notification",
                    {
                        "type": "success",
                        "title": title,
                        "message": self.env._(
                            "%s is waiting at the dock.",
                            ", ".join(pickings.mapped("name")) or parcel.name,
                        ),
                    },
                )

    def _open_issue(self, kind, what):
        """Put the parcel in front of the person in charge."""
        self.ensure_one()
        order = self.order_ids[:1]
        self.env["purchase.1688.issue"]._open(
            self,
            kind,
            name=self.env._("Parcel %(number)s: %(what)s", number=self.name, what=what),
            description=self.last_event_text or False,
            user_id=self._get_people()[:1].id or order.user_id.id,
            amount=sum(self.order_ids.mapped("placed_total")),
        )

    @api.model
    def _cron_watch(self):
        """Put parcels that do not move, and orders whose goods or money wait, in front of people."""
        open_parcels = self.search([("is_closed", "=", False)])
        work_off(
            self.env,
            CRON_WATCH,
            [self.browse(ids) for ids in split_every(WATCH_BATCH, open_parcels.ids)],
            type(self)._watch_movement,
        )
        self.env["purchase.1688.order"]._watch_deadlines(CRON_WATCH)

    def _watch_movement(self):
        """Open an issue for parcels that do not move, close it for those that do again."""
        stuck = self.filtered("is_stuck")
        for parcel in stuck:
            parcel._open_issue("parcel_stuck", self.env._("no scan for days"))
        self.env["purchase.1688.issue"]._close(self - stuck, "parcel_stuck")

    def _match_shelf(self):
        """What the dock put on the shelf may belong to these parcels."""
        self.env["stock.1688.shelf"]._match(self)


def _values(read):
    """The values of an answer; none where nothing was asked or nothing was answered."""
    return read if isinstance(read, tuple) else ()
