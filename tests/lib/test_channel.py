"""Messages between processes: whole or not at all, and none is lost while nobody reads."""

import multiprocessing
import select

import pytest
from lib1688.channel import PIPE_BYTES, Channel

WRITERS, EACH = 4, 50


@pytest.fixture
def channel():
    channel = Channel()
    channel.open()
    yield channel
    channel.close()


def test_nobody_opened_it():
    assert not Channel().send(["task", "database"])


def test_messages_come_in_their_order(channel):
    sent = [["task", "database", number, None, 0.5, "求购"] for number in range(3)]
    assert all(channel.send(message) for message in sent)
    assert channel.receive() == sent
    assert channel.receive() == []


def test_it_is_opened_once(channel):
    channel.send(["before"])
    channel.open()
    assert channel.receive() == [["before"]]


def test_it_tells_that_something_waits(channel):
    assert select.select([channel], [], [], 0)[0] == []
    channel.send(["task"])
    assert select.select([channel], [], [], 0)[0] == [channel]


def test_a_long_message_is_refused(channel):
    assert not channel.send(["task", list(range(select.PIPE_BUF))])
    assert channel.receive() == []


def test_a_full_channel_refuses_and_loses_nothing(channel):
    message = ["task", "x" * 1000]
    sent = 0
    while channel.send(message):
        sent += 1
    assert 0 < sent <= PIPE_BYTES // 1000
    received = []
    while waiting := channel.receive():
        received += waiting
    assert received == [message] * sent
    assert channel.send(message)


def test_many_processes_write_at_once(channel):
    def write(writer):
        for number in range(EACH):
            while not channel.send([writer, number, "x" * 500]):
                select.select([], [channel._writer], [], 5)

    processes = multiprocessing.get_context("fork")
    writers = [processes.Process(target=write, args=(writer,)) for writer in range(WRITERS)]
    for writer in writers:
        writer.start()
    received = []
    while len(received) < WRITERS * EACH and select.select([channel], [], [], 10)[0]:
        received += channel.receive()
    for writer in writers:
        writer.join(10)
    for writer in range(WRITERS):
        assert [number for who, number, _text in received if who == writer] == list(range(EACH))
