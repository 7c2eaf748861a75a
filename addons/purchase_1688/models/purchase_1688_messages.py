"""What codes and rules mean, as sentences for people, with the next step. One table per area; see ``explain``."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: issue kind -> (title, next step)
KINDS = {}


def describe_kind(env, kind):
    """Title and next step of an issue kind, in the user's language; (None, None) if the kind has no entry."""
    title, step = KINDS.get(kind, (None, None))
    return (env._(title) if title else None, env._(step) if step else None)
