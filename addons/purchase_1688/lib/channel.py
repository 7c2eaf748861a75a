"""Short messages from all processes of a server to one of them."""

import json
import os
import select

#: as much as a pipe holds: messages are read whole
PIPE_BYTES = 65536


class Channel:
    """A pipe of messages, each a list that JSON can carry. Opened before the processes part, all of them have it.

    A message goes out whole or not at all, whoever else sends at the same moment. It waits until somebody reads, also
    while the reader is being replaced.
    """

    def __init__(self):
        self._reader = self._writer = None

    @property
    def is_open(self):
        """Whether this process has it."""
        return self._writer is not None

    def open(self):
        """Open it, unless it is open."""
        if not self.is_open:
            self._reader, self._writer = os.pipe()
            os.set_blocking(self._reader, False)
            os.set_blocking(self._writer, False)

    def close(self):
        """Close it in this process; what was not read is lost with the last process that has it."""
        for end in (self._reader, self._writer):
            if end is not None:
                os.close(end)
        self._reader = self._writer = None

    def fileno(self):
        """What `select` waits for until there is a message."""
        return self._reader

    def send(self, message):
        """Returns whether `message` is on its way: not where nobody opened the channel, it is full, or that is long."""
        if not self.is_open:
            return False
        data = json.dumps(message).encode() + b"\n"
        if len(data) > select.PIPE_BUF:  # it would be mixed with those of others
            return False
        try:
            os.write(self._writer, data)
        except BlockingIOError:
            return False
        return True

    def receive(self):
        """All messages that wait."""
        try:
            data = os.read(self._reader, PIPE_BYTES)
        except BlockingIOError:
            return []
        return [json.loads(line) for line in data.splitlines()]
