"""Request and answer between the server and the application, free of any server's classes."""

import dataclasses
import io
import json
from urllib.parse import parse_qsl

from werkzeug.formparser import parse_form_data

from .wire import dumps


@dataclasses.dataclass
class Request:
    method: str
    path: str
    query_string: str = ""
    headers: dict = dataclasses.field(default_factory=dict)  # names in lower case
    body: bytes = b""
    _form: tuple | None = None

    @property
    def query(self):
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    @property
    def form(self):
        """Fields of the body (form or multipart), as text."""
        return self._parsed()[0]

    @property
    def files(self):
        """File parts of a multipart body: name -> bytes."""
        return self._parsed()[1]

    @property
    def fields(self):
        """Query and form together, as the platform reads them."""
        return {**self.query, **self.form}

    def json(self):
        return json.loads(self.body or b"{}")

    def _parsed(self):
        if self._form is None:
            kind = self.headers.get("content-type", "")
            if kind.startswith("multipart/form-data"):
                self._form = _multipart(kind, self.body)
            elif kind.startswith("application/x-www-form-urlencoded"):
                text = self.body.decode("utf-8", "replace")
                self._form = dict(parse_qsl(text, keep_blank_values=True)), {}
            else:
                self._form = {}, {}
        return self._form


def _multipart(content_type, body):
    _stream, form, files = parse_form_data(
        {
            "wsgi.input": io.BytesIO(body),
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": content_type,
            "REQUEST_METHOD": "POST",
        }
    )
    return dict(form.items()), {name: part.read() for name, part in files.items()}


@dataclasses.dataclass
class Response:
    """``wire`` is None, or a fault that the server plays on the socket: ("drip", seconds),
    ("cut",), ("reset",), ("drop",) or ("huge", bytes).
    """

    body: bytes = b""
    status: int = 200
    content_type: str = "application/json;charset=UTF-8"
    headers: dict = dataclasses.field(default_factory=dict)
    wire: tuple | None = None


def json_response(value, status=200):
    return Response(dumps(value).encode(), status)


def html_response(text, status=200):
    return Response(text.encode(), status, "text/html;charset=UTF-8")


def redirect_response(url):
    return Response(b"", 302, "text/html;charset=UTF-8", {"Location": url})
