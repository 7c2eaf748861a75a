"""Messages: what the platform has to tell, kept for the pull APIs and posted to the address of the
app.

Delivery runs in its own thread, by real time: a form of two fields, signed with the secret of the
app, repeated a few times until it is answered with 200. Faults of api "push" lose, repeat, reorder
or forge messages.
"""

import json
import urllib.error
import urllib.parse
import urllib.request

from . import faults, signing
from .clock import real_ms
from .wire import china_time, dumps

TICK_SECONDS = 0.05
LEASE_MS = 30_000
FIRST_MESSAGE = 92_700_000_000


def emit(world, topic, member_id, data, biz_key):
    """Keep a message for an account, and queue its delivery (inside the caller's transaction)."""
    topics = world.switches["push_topics"]
    if topics is not None and topic not in topics:
        return
    now = world.now()
    number = FIRST_MESSAGE + world.store.next_number("message")
    data = {**data, "msgSendTime": china_time(now)}
    envelope = {
        "bizKey": biz_key,
        "data": dumps(data) if world.switches["push_data_as_text"] else data,
        "gmtBorn": now,
        "msgId": number,
        "type": topic,
        "userInfo": member_id,
    }
    world.store.run(
        "INSERT INTO message (msg_id, topic, user_info, born_at, body) VALUES (?, ?, ?, ?, ?)",
        number,
        topic,
        member_id,
        now,
        dumps(envelope),
    )
    if world.switches["push_url"]:
        _queue(world, number, topic, envelope)


def _queue(world, number, topic, envelope):
    fault = faults.pick(world, "push", {"message": dumps(envelope), "type": topic}, faults.PUSH)
    kind = fault["kind"] if fault else ""
    delay = int(world.switches["push_reorder_seconds"] * 1000) if kind == "reorder" else 0
    for _copy in range({"lose": 0, "duplicate": 2}.get(kind, 1)):
        world.store.run(
            "INSERT INTO delivery (msg_id, due_real, state) VALUES (?, ?, ?)",
            number,
            real_ms() + delay,
            "forged" if kind == "forge" else "waiting",
        )


def send_again(world, msg_id):
    """Queue one more delivery of a message that was perhaps delivered already."""
    with world.store.transaction():
        world.store.run(
            "INSERT INTO delivery (msg_id, due_real, state) VALUES (?, ?, 'waiting')",
            msg_id,
            real_ms(),
        )


def deliver_due(world):
    """Post what is due. Several processes may do this at once: each row is leased before it is
    posted.
    """
    url = world.switches["push_url"]
    while url:
        row = _claim(world)
        if row is None:
            return
        answer = _post(world, url, row)
        _record(world, row, answer)


def _claim(world):
    now = real_ms()
    query = (
        "SELECT d.*, m.body, m.user_info FROM delivery d JOIN message m USING (msg_id) "
        "WHERE d.state IN ('waiting', 'forged') AND d.due_real <= ? "
        "ORDER BY d.due_real, d.id LIMIT 1"
    )
    if world.store.one(query, now) is None:
        return None
    with world.store.transaction():
        row = world.store.one(query, now)
        if row is not None:
            world.store.run(
                "UPDATE delivery SET due_real = ?, tries = tries + 1 WHERE id = ?",
                now + LEASE_MS,
                row["id"],
            )
        return row


def _post(world, url, row):
    """'200' or what went wrong."""
    app = world.store.one("SELECT app_secret FROM app WHERE member_id = ?", row["user_info"])
    secret = app["app_secret"] if app else ""
    if row["state"] == "forged":
        secret += "-forged"
    fields = {"message": row["body"], "_aop_signature": signing.sign_message(secret, row["body"])}
    if world.switches["push_url_encoded"]:
        body = urllib.parse.urlencode(fields).encode()
    else:
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
    request = urllib.request.Request(  # noqa: S310 an address given by the administrator
        url, body, {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=world.switches["push_timeout_seconds"]) as answer:
            return str(answer.status)
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError as error:
        return type(error).__name__


def _record(world, row, answer):
    tries = row["tries"] + 1
    state, due = row["state"], real_ms() + int(world.switches["push_retry_seconds"] * 1000)
    if answer == "200":
        state = "delivered"
    elif tries >= world.switches["push_tries"]:
        state = "given_up"
    with world.store.transaction():
        world.store.run(
            "UPDATE delivery SET state = ?, last = ?, due_real = ? WHERE id = ?",
            state,
            answer,
            due,
            row["id"],
        )
        if answer == "200":
            world.store.run("UPDATE message SET confirmed = 1 WHERE msg_id = ?", row["msg_id"])


def messages(world):
    """All messages with what became of their deliveries, for the admin API."""
    deliveries = {}
    for row in world.store.all("SELECT * FROM delivery ORDER BY id"):
        deliveries.setdefault(row["msg_id"], []).append(
            {"state": row["state"], "tries": row["tries"], "last": row["last"]}
        )
    return [
        {
            "msg_id": row["msg_id"],
            "topic": row["topic"],
            "confirmed": bool(row["confirmed"]),
            "body": json.loads(row["body"]),
            "deliveries": deliveries.get(row["msg_id"], []),
        }
        for row in world.store.all("SELECT * FROM message ORDER BY msg_id")
    ]
