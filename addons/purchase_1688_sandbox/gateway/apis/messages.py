"""The pull variant of the messages: signed, without a token, for the account of the app."""

import json

from ..params import invalid
from ..registry import api

SPACE = "cn.alibaba.open"
LEAST, MOST = 20, 200


def _waiting(world, params):
    """Messages that nobody has confirmed, oldest first, in the wanted window."""
    conditions, values = ["confirmed = 0"], []
    account = world.store.one("SELECT member_id FROM app WHERE app_key = ?", params.app_key)[
        "member_id"
    ]
    for condition, value in (
        ("born_at >= ?", params.date("createStartTime", None)),
        ("born_at <= ?", params.date("createEndTime", None)),
        ("topic = ?", params.text("type", None)),
        ("user_info = ?", params.text("userInfo", account)),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    where = " AND ".join(conditions)
    rows = world.store.all(
        f"SELECT * FROM message WHERE {where} ORDER BY born_at, msg_id",  # noqa: S608 fixed texts
        *values,
    )
    return [row for row in rows if row["user_info"] == account]


def _size(params, name):
    size = params.long(name, LEAST)
    if not LEAST <= size <= MOST:
        raise invalid(name)
    return size


def _written(row, app_key):
    body = json.loads(row["body"])
    return {
        "msgId": body["msgId"],
        "type": body["type"],
        "userInfo": body["userInfo"],
        "data": body["data"],
        "gmtBorn": body["gmtBorn"],
        "topicGroup": body["type"].split("_")[0].lower(),
        "topicName": body["type"],
        "appKey": app_key,
    }


def _confirm(world, numbers):
    for number in numbers:
        world.store.run("UPDATE message SET confirmed = 1 WHERE msg_id = ?", int(number))


@api(SPACE, "push.cursor.messageList", token=False, write=True, fail="C_message")
def cursor_list(world, params):
    """Reading confirms."""
    rows = _waiting(world, params)[: _size(params, "quantity")]
    _confirm(world, [row["msg_id"] for row in rows])
    return {"pushMessageList": [_written(row, params.app_key) for row in rows]}


@api(SPACE, "push.query.messageList", token=False, fail="C_message")
def query_list(world, params):
    """Reading does not confirm; confirming moves the pages."""
    rows, page, size = _waiting(world, params), params.long("page", 1), _size(params, "pageSize")
    shown = rows[(page - 1) * size : page * size]
    return {
        "pushMessagePage": {
            "datas": [_written(row, params.app_key) for row in shown],
            "totalCount": len(rows),
        }
    }


@api(SPACE, "push.message.confirm", token=False, write=True, fail="C_message")
def confirm(world, params):
    _confirm(world, params.array("msgIdList"))
    return {"isSuccess": True}
