"""Run in an Odoo shell: makes mapped offers and measures what planning and storing a batch cost."""

# ruff: noqa: F821 - `env` is the shell's
import json
import os
import time
from dataclasses import replace
from decimal import Decimal

from odoo import fields

from odoo.addons.purchase_1688.lib import watch
from odoo.addons.purchase_1688.lib.values import Attribute, Offer, OfferSku, PriceTier

COUNT, SPECS, BATCH = int(os.environ["WATCH_OFFERS"]), 4, 20


def listing(number, price="45.00"):
    specs = tuple(
        OfferSku(
            sku_id=str(number * 10 + spec),
            spec_id=f"{number}-{spec}",
            stock=Decimal(100),
            attributes=(Attribute("颜色", f"色{spec}", "Colour", f"Colour {spec}"),),
        )
        for spec in range(SPECS)
    )
    tiers = (PriceTier(Decimal(1), Decimal(price)), PriceTier(Decimal(50), Decimal(price) - 2))
    return Offer(
        offer_id=str(number),
        title=f"商品{number}",
        title_translated=f"Goods {number}",
        status="published",
        quote_type=2,
        skus=specs,
        tiers=tiers,
        min_quantity=Decimal(1),
        seller_open_id=f"seller{number % 60}",
        company_name=f"Seller {number % 60}",
    )


def measured(work):
    """(seconds, queries) of the work."""
    env.flush_all()
    env.invalidate_all()
    queries, began = env.cr.sql_log_count, time.perf_counter()
    work()
    env.flush_all()
    return time.perf_counter() - began, env.cr.sql_log_count - queries


env = env(context={**env.context, "tracking_disable": True})
company = env.company
account = env["purchase.1688.account"].create({"name": "Bench", "quota_per_minute": 100})
company.ali1688_account_id = account
collector = env["purchase.1688.collector"]
product = env["product.product"]
numbers = list(range(700000000001, 700000000001 + COUNT))
for start in range(0, COUNT, 500):
    offers = collector._store(company, [listing(number) for number in numbers[start : start + 500]])
    products = product.create([{"name": offer.name, "type": "consu"} for offer in offers])
    env["purchase.1688.source"].create(
        [{"product_id": item.id, "sku_id": offer.sku_ids[0].id} for offer, item in zip(offers, products, strict=True)]
    )
env.cr.execute(
    "UPDATE purchase_1688_offer SET watch_next_at = now() at time zone 'utc' - interval '1 hour',"
    " seen_at = now() at time zone 'utc' - random() * interval '20 hours' WHERE company_id = %s",
    [company.id],
)
env.invalidate_all()
Offer_ = env["purchase.1688.offer"]
now = fields.Datetime.now()
plan, _queries = measured(lambda: watch.choose(Offer_._get_due(account), now, 35))
status, _queries = measured(lambda: account._get_watch_status())
batch = [listing(number) for number in numbers[:BATCH]]
quiet, quiet_queries = measured(lambda: collector._store(company, batch, look="watch"))
dearer = [replace(item, tiers=tuple(replace(tier, price=tier.price + 1) for tier in item.tiers)) for item in batch]
moved, moved_queries = measured(lambda: collector._store(company, dearer, look="watch"))
skus = env["purchase.1688.sku"].search([("company_id", "=", company.id)], limit=1000)
spark, spark_queries = measured(lambda: skus._get_price_history())
env.cr.rollback()
figures = {
    "offers": COUNT,
    "plan_ms": plan * 1000,
    "status_ms": status * 1000,
    "quiet_batch_ms": quiet * 1000,
    "quiet_batch_queries": quiet_queries,
    "moved_batch_ms": moved * 1000,
    "moved_batch_queries": moved_queries,
    "queries_per_offer": quiet_queries / BATCH,
    "sparklines_of_1000_ms": spark * 1000,
    "sparklines_of_1000_queries": spark_queries,
}
print(json.dumps({"watch": figures}))
