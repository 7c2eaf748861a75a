"""Calls to the gateway itself."""

from ..call import Call


def current_time():
    """Ask for the gateway's time (§1.5): checks key, secret and signature, no permission."""
    return Call("system.current_time", "system:currentTime:1", authorised=False)
