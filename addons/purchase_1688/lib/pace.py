"""How long something takes at present, on this machine and under this load."""


class Pace:
    """Seconds to set aside for work that was done before: what the slowest of late took.

    A peak counts at once and is forgotten little by little, so that a busy moment does not shorten quiet ones for long.

    :param float least: seconds that are set aside in any case
    """

    _KEPT = 0.8

    def __init__(self, least):
        self._least = self._seconds = least

    @property
    def seconds(self):
        """What to set aside now."""
        return self._seconds

    def note(self, seconds):
        """It took so long this time."""
        self._seconds = max(seconds, self._KEPT * self._seconds, self._least)
