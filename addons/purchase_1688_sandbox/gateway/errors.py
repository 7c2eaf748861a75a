"""The two ways in which the platform says no."""


class GatewayError(Exception):
    """Refused by the gateway before the API was reached (bad signature, token, permission, quota,
    parameters).

    ``status`` is the HTTP status; None takes the one of the switches ``gateway_error_status`` /
    ``bad_token_status``.
    """

    def __init__(self, code, message, status=None):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    def body(self):
        return {"error_code": self.code, "error_message": self.message, "exception": self.message}


class BusinessError(Exception):
    """Refused by the API itself: HTTP 200, and the error in the envelope of that API (``fail`` of
    ``@api``).

    ``extra`` is merged into the answer, for APIs that answer with more than a code and a text.
    """

    def __init__(self, code, message, **extra):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.extra = extra
