"""Writes down events of a daemon, as they come and until it ends: vicievents.py SOCKET EVENT... Prints `listening`, then for
each event `event NAME` and the message's lines.
"""
import sys

from vici import Client


def main(path, events):
    client = Client(path)
    for event in events:
        client.register(event)
    print("listening", flush=True)
    try:
        while True:
            _, name, message = client.receive()
            print("\n".join(["event " + name, *message.lines("  ")]), flush=True)
    except (EOFError, OSError):
        pass


main(sys.argv[1], sys.argv[2:])
