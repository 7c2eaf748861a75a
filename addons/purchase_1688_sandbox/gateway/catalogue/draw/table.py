"""Kinds of goods that can be drawn."""

SHAPES = {}


def shape(*kinds):
    """Let a function of a brush draw these kinds of goods."""

    def register(function):
        for kind in kinds:
            SHAPES[kind] = function
        return function

    return register
