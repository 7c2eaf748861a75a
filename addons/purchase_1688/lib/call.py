"""One call of the platform, before system parameters and signature."""

import base64
from dataclasses import dataclass, field

from .errors import BadInput


@dataclass(frozen=True)
class Call:
    """What to ask, as it goes on the wire; plain data that can be stored and sent later.

    :ivar name: our name, e.g. ``trade.create_order``; says how the answer is decoded
    :ivar api: ``namespace:apiName:version``, e.g.
        ``com.alibaba.trade:alibaba.trade.createCrossOrder:1``
    :ivar params: business fields; objects and lists are JSON text (API document §1.3)
    :ivar files: parts of a multipart body, never signed (§1.2)
    :ivar effect: True when the call changes something at the platform
    :ivar authorised: True when the access token goes with it
    :ivar signed: False for the token calls, which carry the app secret instead (§3.2)
    """

    name: str
    api: str
    params: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    effect: bool = False
    authorised: bool = True
    signed: bool = True

    def to_dict(self):
        """Plain data for storage as JSON; files become base64 text."""
        return {
            "name": self.name,
            "api": self.api,
            "params": dict(self.params),
            "files": {key: base64.b64encode(data).decode() for key, data in self.files.items()},
            "effect": self.effect,
            "authorised": self.authorised,
            "signed": self.signed,
        }

    @classmethod
    def from_dict(cls, data):
        """The call that `to_dict` stored."""
        try:
            files = {
                key: base64.b64decode(text, validate=True)
                for key, text in data.get("files", {}).items()
            }
            return cls(
                name=data["name"],
                api=data["api"],
                params=dict(data["params"]),
                files=files,
                effect=data["effect"],
                authorised=data["authorised"],
                signed=data.get("signed", True),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput(f"not a stored call: {error!r}") from error
