"""From a reply to its payload: gateway errors and the envelopes A to E (§4.4, §15)."""

import re

from ..errors import BadAnswer, NotAuthorised, OutcomeUnknown, RateLimited, Refused
from .reading import Node, as_flag, as_text, limited, load

#: gateway checks that happen before an API runs; other ``gw.`` codes may come after it
_BEFORE = re.compile(
    r"gw\.(?!.*(?:timeout|error|fail|busy|unavailable))"
    r"(?:signature|app|api|param|timestamp|method|protocol|request|acl)",
    re.IGNORECASE,
)
_AUTHORISE = re.compile(r"\buser\b.*\b(authori[sz]|authenticat)", re.IGNORECASE)
_HUMAN_CHECK = re.compile(r"captcha|验证码|安全验证|滑块|x5sec|/punish", re.IGNORECASE)
_PAGE_CHARS = 50_000
_CODES = ("errorCode", "code", "resultCode", "error_code")
_MESSAGES = (
    "errorMessage",
    "errorMsg",
    "erroMsg",
    "errorInfo",
    "message",
    "msg",
    "resultMessage",
    "extErrorMessage",
    "error_message",
)
#: ``result`` in ``result`` in ``result`` is the most that was seen, plus one
_WRAPPERS = 3
_GOOD_CODES = ("", "0", "200", "S0000", "SUCCESS", "success")


def parse(text, http_status):
    """The JSON of a reply that passed the gateway; its errors are raised.

    The body is looked at before the status, since gateway errors came with 200 too.
    """
    if http_status == 429:
        raise RateLimited("too many calls", code="429", raw=text, http_status=http_status)
    try:
        document = load(text)
    except BadAnswer as error:
        raise _unreadable(error, text, http_status) from error
    _check_gateway(document, text, http_status)
    if http_status == 401:
        raise NotAuthorised("not authorised", code="401", raw=text, http_status=http_status)
    if not 200 <= http_status < 300 and not _is_token_refusal(document, http_status):
        raise OutcomeUnknown(
            f"HTTP status {http_status}",
            code=f"http_{http_status}",
            raw=text,
            http_status=http_status,
        )
    return document


def _is_token_refusal(document, http_status):
    """The token call says no with a 4xx and a shape of its own (§3.5), read by its decoder."""
    return 400 <= http_status < 500 and bool(Node(document).text("error"))


def _unreadable(error, text, http_status):
    """An answer that is no JSON: the status speaks, and whether it is a page for people.

    A page that asks for a captcha stands before the platform, but a page is no proof.
    """
    if http_status == 401:
        return NotAuthorised("not authorised", code="401", raw=text, http_status=http_status)
    if http_status >= 500:
        return OutcomeUnknown(
            f"HTTP status {http_status}",
            code=f"http_{http_status}",
            raw=text,
            http_status=http_status,
        )
    code = "captcha" if _HUMAN_CHECK.search(text[:_PAGE_CHARS]) else error.code
    return BadAnswer(error.message, code=code, raw=text, http_status=http_status)


def _check_gateway(document, text, http_status):
    node = Node(document)
    code = node.text("error_code")
    if not code and (inner := node.node("error_response")):  # the TOP relative (§2.5)
        code, node = inner.text("sub_code", "code"), inner
    if not code:
        return
    message = node.text("error_message", "sub_msg", "msg", "exception")
    kind = _gateway_class(code, message, http_status)
    raise kind(message, code=code, raw=text, http_status=http_status)


def _gateway_class(code, message, http_status):
    """Refused before the API ran, or unknown. A 5xx is unknown whatever it says."""
    if code == "401" or http_status == 401 or _AUTHORISE.search(message):
        return NotAuthorised
    if http_status >= 500:
        return OutcomeUnknown
    if code.startswith("gw.Qos"):
        return RateLimited
    return Refused if _BEFORE.match(code) else OutcomeUnknown


def code_of(node):
    """The business code of an envelope, empty when it says success."""
    code = next((text for name in _CODES if (text := as_text(node.data.get(name)))), "")
    return "" if code in _GOOD_CODES else code


def message_of(node):
    """The business message of an envelope."""
    return next((text for name in _MESSAGES if (text := as_text(node.data.get(name)))), "")


def success_of(node):
    """The success flag in any spelling: True, False, or None when there is none."""
    return next(
        (
            as_flag(node.data[name])
            for name in ("success", "succes", "isSuccess")
            if node.data.get(name) not in (None, "")
        ),
        None,
    )


class Answer:
    """An envelope taken apart, before anybody decides whether it is a yes.

    :ivar outer: the whole document
    :ivar payload: what is inside of one or two ``result`` wrappers (any JSON value)
    :ivar levels: the objects that may carry success, code and message, outermost first
    """

    def __init__(self, document):
        if not isinstance(document, dict):
            raise BadAnswer("the answer is no object", code="unreadable")
        self.outer = Node(document)
        self.levels = [self.outer]
        self.payload = document
        while isinstance(self.payload, dict) and len(self.levels) <= _WRAPPERS:
            inner = self.payload.get("result", self.payload.get("results"))
            if inner is None:
                break
            self.payload = inner
            if isinstance(inner, dict):
                self.levels.append(Node(inner))

    @property
    def rows(self):
        """The payload as a list, of a length that makes sense."""
        return limited(self.payload)

    @property
    def node(self):
        """The payload as an object."""
        return Node(self.payload)

    @property
    def success(self):
        """False if any level says so, else True if any does, else None."""
        flags = [success_of(level) for level in self.levels]
        return False if False in flags else True if True in flags else None

    @property
    def code(self):
        """The first business code, innermost level first."""
        return next((code for level in reversed(self.levels) if (code := code_of(level))), "")

    @property
    def message(self):
        """The first business message, innermost level first."""
        return next((text for level in reversed(self.levels) if (text := message_of(level))), "")

    def refuse(self, default="refused"):
        """The `Refused` that the envelope describes."""
        return Refused(self.message, code=self.code or default)

    def check(self):
        """Raise `Refused` unless the answer is a yes; return self.

        The flag decides; where there is none, a code without a payload is a no. A yes
        with a code (§4.4, first trap) is a no as well.
        """
        if self.success is False or self.code:
            raise self.refuse()
        return self

    def has(self, *names):
        """Whether the payload is an object that has one of `names`."""
        return isinstance(self.payload, dict) and any(name in self.payload for name in names)
