import logging

from odoo import http
from odoo.http import request

from ..lib.decode.push import MAX_BODY
from ..lib.errors import GatewayError
from ..models.purchase_1688_authorisation import RETURN_ROUTE
from ..models.purchase_1688_messages import sentence

_logger = logging.getLogger(__name__)


class Purchase1688Controller(http.Controller):
    """Where 1688 comes in: pushed messages, and the browser after the owner's consent."""

    @http.route(
        "/purchase_1688/push/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
        raw_body_1688=True,
    )
    def push(self, token, **kw):
        """Store the message and answer; the work is done later."""
        raw_body = request.httprequest.get_data(cache=True)
        status = request.env["purchase.1688.event"].sudo()._receive(token, raw_body)
        _logger.info("1688 message: %s bytes, answered %s", len(raw_body), status)
        return request.make_json_response({"ok": status == 200}, status=status)

    @http.route(RETURN_ROUTE, type="http", auth="user", methods=["GET"], save_session=False)
    def oauth_return(self, code=None, state=None, **kw):
        """The owner has agreed (or not): finish connecting and show the account."""
        env = request.env
        try:
            account = env["purchase.1688.account"]._oauth_finish(state, code) if code else None
        except GatewayError as error:
            return self._say(sentence(env, error))
        if not account:
            return self._say(env._("Nobody waits for this consent (any more). Connect again."))
        return request.redirect(f"/odoo/action-purchase_1688.purchase_1688_account_action/{account.id}")

    def _say(self, text):
        return request.make_response(text, headers=[("Content-Type", "text/plain; charset=utf-8")])
