"""Bounds on seconds, on machines that also do something else."""

import functools

from lib1688.errors import GatewayError

TRIES = 4


def measured(test):
    """Give a test that takes the time a few tries: what is late by itself is late in all of them."""

    @functools.wraps(test)
    def wrapper(*args, **kwargs):
        for left in reversed(range(TRIES)):
            try:
                return test(*args, **kwargs)
            except (AssertionError, GatewayError):
                if not left:
                    raise

    return wrapper
