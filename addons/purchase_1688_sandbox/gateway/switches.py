"""Where the platform is not known, and where a test wants it otherwise: switches with their
defaults.
"""

import json

HOUR = 3600
DAY = 24 * HOUR

DEFAULTS = {
    # protocol
    "repeated_out_order_id": "return_existing",  # or: error, second_order
    "gateway_error_status": 400,
    "bad_token_status": 401,
    "oauth_error_shape": "oauth",  # or: gateway
    "timestamp_skew_seconds": None,
    "refresh_invalidates": True,
    "refresh_returns_refresh_token": True,
    "quota_per_minute": None,
    "quota_burst": None,  # None: as much as quota_per_minute
    "acl_denied": [],
    "answer_shape": "official",  # createCrossOrder; or: no_wrapper, failed_with_id
    "always_order_list": False,
    # a line off the shelf or out of stock is left out (failedOfferList); else all is refused
    "partial_creation": True,
    # order list
    "list_lag_seconds": 0,
    "list_page_maximum": 50,
    "list_sort": "modified",  # or: created
    "list_biz_types_empties": True,
    "list_order_ids_ignored": True,
    "history_after_days": 90,
    # checks
    "cancel_wait_seconds": 10,
    "require_receiver": True,
    # life of an order, in seconds of the world's clock
    "auto": True,  # sellers ship and answer refunds by the clock
    "pay_timeout": 5 * DAY,
    "seller_ship_after": 20 * HOUR,
    "seller_parcels": 1,
    "scan_interval": 6 * HOUR,
    "auto_confirm_after": 10 * DAY,
    "success_after_confirm": HOUR,
    "seller_refund_after": 8 * HOUR,
    "seller_refund_answer": "agree",  # or: reject, ignore
    "refund_timeout": 5 * DAY,
    "seller_receive_after": 2 * DAY,
    # payment
    "pay_channels": ["alipay", "shegou"],
    # protocol payment; or: refused, not_enough, pending_paid (says no, money has gone)
    "pay_answer": "paid",
    "repeated_payment": "refused",  # or: paid_again (a second payment of a paid order is booked)
    # push
    "push_url": None,
    "push_retry_seconds": 1,
    "push_tries": 4,  # the first one and three repeats
    "push_timeout_seconds": 5,
    "push_reorder_seconds": 1.5,  # how long a message with fault "reorder" is held back
    "push_topics": None,  # None: all
    "push_data_as_text": False,
    "push_url_encoded": True,
}


class Switches:
    def __init__(self, store):
        self._store = store

    def __getitem__(self, name):
        row = self._store.one("SELECT value FROM switch WHERE name = ?", name)
        return json.loads(row[0]) if row else DEFAULTS[name]

    def all(self):
        rows = self._store.all("SELECT name, value FROM switch")
        return {**DEFAULTS, **{row["name"]: json.loads(row["value"]) for row in rows}}

    def set(self, values):
        """Change some switches; an unknown name is a ValueError, so that a typing error does not
        pass for a test.
        """
        unknown = sorted(set(values) - set(DEFAULTS))
        if unknown:
            raise ValueError(
                f"unknown switches: {', '.join(unknown)}; known: {', '.join(sorted(DEFAULTS))}"
            )
        with self._store.transaction():
            for name, value in values.items():
                self._store.run(
                    "INSERT OR REPLACE INTO switch VALUES (?, ?)", name, json.dumps(value)
                )
