import logging

from odoo import http
from odoo.http import request

from ..models.purchase_1688_authorisation import RETURN_ROUTE
from ..models.purchase_1688_event import MAX_BODY

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
        # nobody is logged in; the inbox believes the token of the route and the signature, nothing else
        status = request.env["purchase.1688.event"].sudo()._receive(token, raw_body)
        _logger.info("1688 message: %s bytes, answered %s", len(raw_body), status)
        return request.make_json_response({"ok": status == 200}, status=status)

    @http.route(RETURN_ROUTE, type="http", auth="user", methods=["GET"], save_session=False)
    def oauth_return(self, code=None, state=None, **kw):
        """The owner has agreed (or not): finish connecting and show the account."""
        account, problem = request.env["purchase.1688.account"]._oauth_return(state, code)
        if problem:
            return self._say(problem)
        return request.redirect(f"/odoo/accounts-1688/{account.id}")

    def _say(self, text):
        return request.make_response(text, headers=[("Content-Type", "text/plain; charset=utf-8")])
