"""``python -m gateway --port 8169 --seed 1 --speed 60 --state world.sqlite``: serve a world until
it is interrupted.
"""
# pylint: disable=print-used; a program of its own, whose output is read by people and by whoever started it

import argparse
import json
import pathlib
import signal
import tempfile
import threading

from . import admin
from .app import Gateway
from .server import Server
from .world import ACCESS_TOKEN, ADMIN_TOKEN, APP_KEY, APP_SECRET, MEMBER_ID, REFRESH_TOKEN, World

TEXT = """1688 sandbox gateway
  address       {url}
  app key       {app_key}
  app secret    {app_secret}
  access token  {access_token}   (refresh token {refresh_token})
  account       {member_id}
  console       {url}/        admin API {url}/admin/ (token {admin_token})
  state         {state}, seed {seed}, speed {speed}"""


def arguments():
    parser = argparse.ArgumentParser(prog="gateway", description="A stand-in for the 1688 open platform")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8169, help="0 takes a free one")
    parser.add_argument("--seed", type=int, default=1, help="of a new world; a kept one keeps its own")
    parser.add_argument("--speed", type=float, help="seconds of the world's clock in one real second")
    parser.add_argument("--state", type=pathlib.Path, help="state file; without one the world ends with the process")
    parser.add_argument("--now", type=int, help="begin a new world at this moment, milliseconds since 1970")
    parser.add_argument("--admin-token", default=ADMIN_TOKEN)
    parser.add_argument("--script", type=pathlib.Path, help="JSON file with admin requests, run at the start")
    parser.add_argument("--follow", type=int, metavar="PID", help="end when this process has ended")
    return parser.parse_args()


def wait(stop, followed):
    """Until a signal comes or the followed process is gone."""
    while not stop.wait(1 if followed else None):
        if not pathlib.Path(f"/proc/{followed}").exists():
            return


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="sandbox-1688-") as folder:
        world = World(
            options.state or f"{folder}/world.sqlite",
            options.seed,
            options.speed or 1.0,
            options.now,
        )
        if options.speed:
            world.clock.set_speed(options.speed)
        server = Server(Gateway(world, options.admin_token), options.host, options.port)
        if options.script:
            admin.run_script(world, json.loads(options.script.read_text()))
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        server.start()
        facts = {
            "url": server.url,
            "app_key": APP_KEY,
            "app_secret": APP_SECRET,
            "access_token": ACCESS_TOKEN,
            "refresh_token": REFRESH_TOKEN,
            "member_id": MEMBER_ID,
            "admin_token": options.admin_token,
        }
        print(TEXT.format(**facts, state=world.store.path, seed=world.seed, speed=world.clock.speed))
        print(json.dumps({"ready": True, **facts}), flush=True)
        wait(stop, options.follow)
        server.stop()


if __name__ == "__main__":
    main()
