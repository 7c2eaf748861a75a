"""Messages kept for pulling (API document §14.7). Signed, no token."""

from ..call import Call
from ..errors import BadInput
from .wiretext import filled, id_list, moment, whole

_OPEN = "cn.alibaba.open"


def _window(start, end):
    if start is None or end is None or end <= start:
        raise BadInput("the window must have a start and a later end")
    return {"createStartTime": moment(start, "start"), "createEndTime": moment(end, "end")}


def pull(start, end, limit=200):
    """Read messages AND confirm them: store them before working on them; repeat until empty."""
    params = _window(start, end) | {"quantity": str(whole(limit, "limit", 20, 200))}
    api = f"{_OPEN}:push.cursor.messageList:1"
    return Call("push.pull", api, params, effect=True, authorised=False)


def query(start, end, page=1, page_size=200, topic="", member_id=""):
    """Read messages without confirming. Confirming moves the pages: read page 1 again."""
    params = _window(start, end) | {
        "page": str(whole(page, "page", 1)),
        "pageSize": str(whole(page_size, "page_size", 20, 200)),
    }
    params |= filled({"type": topic, "userInfo": member_id})
    api = f"{_OPEN}:push.query.messageList:1"
    return Call("push.query", api, params, authorised=False)


def confirm(msg_ids):
    """Tell that messages were stored."""
    params = {"msgIdList": id_list(msg_ids, "msg_ids")}
    api = f"{_OPEN}:push.message.confirm:1"
    return Call("push.confirm", api, params, effect=True, authorised=False)
