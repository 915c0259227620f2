#!/usr/bin/env python3
"""Sends numbered datagrams at a steady rate and remembers when, and which came the other way.

flows.py send OWN PEER CPU RATE FILE     one end of a CPU's flows, pinned to the CPU by the caller: in turn by a connected
                                         socket and by one that names the peer each time. Prints `ready`; SIGUSR1 begins,
                                         SIGTERM ends; what is remembered goes to FILE when nothing has come for a second.
flows.py count MARKS WATCH LEFT... - RIGHT...
                                         joins the files of all CPUs of two hosts, and prints what each phase lost: a line
                                         for each phase, direction and kind of socket.

A line of MARKS is a phase and the second it began at (CLOCK_MONOTONIC). WATCH.left and WATCH.right are what `ip -ts xfrm
monitor` has said of either host's SAs and policies. What was sent in a direction before its first SA stood at both hosts, and
the policy that leads to it, is not counted; nor is what was sent before the first packet arrived, should that have been
earlier. A packet belongs to the phase it was sent in.
"""
import array
import collections
import datetime
import pickle
import re
import signal
import socket
import sys
import time

KINDS = ("connected", "unconnected")
MOST = 1 << 20


class Flow:
    """One socket: packets sent and received, each known by its number."""

    def __init__(self, kind, own, peer, cpu):
        self.kind, self.to = kind, (peer, 7000 + 100 * KINDS.index(kind) + cpu)
        self.sent, self.seen, self.first = array.array("d"), bytearray(MOST), float("inf")
        self.link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.link.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)   # SO_RCVBUFFORCE
        self.link.bind((own, self.to[1]))
        if kind == "connected":
            self.link.connect(self.to)
        self.link.setblocking(False)

    def send(self):
        octets = len(self.sent).to_bytes(4, "big") + bytes(96)
        self.sent.append(time.monotonic())
        try:
            self.link.send(octets) if self.kind == "connected" else self.link.sendto(octets, self.to)
        except OSError:
            pass   # refused: it will not arrive

    def drain(self):
        some = False
        while True:
            try:
                number = int.from_bytes(self.link.recv(128)[:4], "big")
            except OSError:
                return some
            self.seen[number] = some = True
            self.first = min(self.first, time.monotonic())

    def remembered(self):
        return {"sent": self.sent, "first": self.first, "seen": bytes(self.seen[:max(len(self.sent), self.seen.rfind(1) + 1)])}


def send(own, peer, cpu, rate, file):
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(time.monotonic()))
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    flows = [Flow(kind, own, peer, int(cpu)) for kind in KINDS]
    print("ready", flush=True)
    signal.sigwait({signal.SIGUSR1})
    interval, turn = 1 / int(rate), 0
    heard = next_at = time.monotonic()
    while not ends or time.monotonic() - max(heard, ends[0]) < 1:
        now = time.monotonic()
        if not ends and now >= next_at:
            flows[turn % 2].send()
            turn += 1
            next_at = max(next_at + interval, now - 0.2)   # catches up on a fifth of a second at most
        if any([flow.drain() for flow in flows]):
            heard = now
        time.sleep(0.01 if ends else max(0, min(next_at - time.monotonic(), 0.005)))
    with open(file, "wb") as out:
        pickle.dump({flow.kind: flow.remembered() for flow in flows}, out)


def count(marks, watch, *files):
    with open(marks, encoding="ascii") as lines:
        phases = [(name, float(at)) for name, at in (line.split() for line in lines)]
    middle = files.index("-")
    left, right = ([remembered(name) for name in names] for names in (files[:middle], files[middle + 1:]))
    for sender, pairs in (("left", list(zip(left, right, strict=True))), ("right", list(zip(right, left, strict=True)))):
        journeys = [(kind, cpu, at, number in back[kind]["seen"])
                    for cpu, (out, back) in enumerate(pairs)
                    for kind in KINDS for number, at in enumerate(out[kind]["sent"])]
        first = min([standing(watch, sender)] + [back[kind]["first"] for _, back in pairs for kind in KINDS])
        for (name, begin), (_, end) in zip(phases, phases[1:] + [("", float("inf"))]):
            for kind in KINDS:
                during = [(cpu, at, arrived) for of, cpu, at, arrived in journeys
                          if of == kind and max(begin, first) <= at < end]
                print(f"from={sender} socket={kind} phase={name} {losses(max(begin, first), during)}")


def standing(watch, sender):
    """When the first SA stood that `sender` sends on, at both hosts, and its policy for it; never, if not all was seen."""
    own, other = (1, 2) if sender == "left" else (2, 1)
    sa = rf"src 10\.0\.0\.{own} dst 10\.0\.0\.{other}\b.*\baead "
    policy = rf"src 10\.{own}\.0\.0/24 dst 10\.{other}\.0\.0/24 .*\bdir out "
    return max(said(f"{watch}.{sender}", sa), said(f"{watch}.{sender}", policy),
               said(f"{watch}.{'right' if sender == 'left' else 'left'}", sa))


def said(file, pattern):
    """The second of the first block that says so; blocks begin with their time in brackets."""
    offset = time.time() - time.monotonic()
    with open(file, encoding="ascii") as lines:
        for block in re.split(r"\n(?=\[)", lines.read()):
            at, _, text = block.partition("] ")
            if not text.startswith("Deleted") and re.search(pattern, text, re.DOTALL):
                return datetime.datetime.fromisoformat(at[1:]).timestamp() - offset
    return float("inf")


def remembered(file):
    with open(file, "rb") as data:
        flows = pickle.load(data)
    for flow in flows.values():
        flow["seen"] = {number for number, times in enumerate(flow["seen"]) if times}
    return flows


def losses(begin, journeys):
    """`cpus`: how many of each CPU; `between`: the milliseconds, since the phase began, of the first and the last."""
    lost = [(cpu, at) for cpu, at, arrived in journeys if not arrived]
    cpus = ",".join(f"{cpu}:{number}" for cpu, number in sorted(collections.Counter(cpu for cpu, _ in lost).items()))
    times = [round(1000 * (at - begin)) for _, at in lost]
    between = f"{min(times)}-{max(times)}" if times else "-"
    return f"sent={len(journeys)} lost={len(lost)} cpus={cpus or '-'} between={between}"


if __name__ == "__main__":
    {"send": send, "count": count}[sys.argv[1]](*sys.argv[2:])
