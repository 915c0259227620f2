#!/usr/bin/env python3
"""Sends numbered datagrams at a steady rate, and counts those that come back the other way: load.py OWN PEER PORT RATE

Both ends run it, each on the CPU it is pinned to. SIGUSR1 begins the sending, SIGTERM ends it; when nothing has come for
two seconds after that, a line is printed: how many were sent, refused by the kernel, received, received again, and
received after a later one; `seconds` of sending. What one end sent and the other never received is lost.
"""
import signal
import socket
import sys
import time


class Counts:
    def __init__(self):
        self.seen = bytearray(1 << 20)   # by number
        self.sent = self.refused = self.received = self.again = self.late = 0
        self.highest = -1

    def take(self, number):
        if self.seen[number]:
            self.again += 1
            return
        self.seen[number] = 1
        self.received += 1
        self.late += number < self.highest
        self.highest = max(self.highest, number)


def main():
    own, peer, port, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    ends = []
    signal.signal(signal.SIGTERM, lambda *_: ends.append(time.monotonic()))
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    link.setsockopt(socket.SOL_SOCKET, 33, 16 << 20)   # SO_RCVBUFFORCE
    link.bind((own, port))
    link.connect((peer, port))
    link.setblocking(False)
    print("ready", flush=True)
    signal.sigwait({signal.SIGUSR1})
    counts = Counts()
    begin = next_at = time.monotonic()
    heard = begin
    while True:
        now = time.monotonic()
        if not ends and now >= next_at:
            send(link, counts)
            next_at = max(next_at + 1 / rate, now - 1)   # catches up on a second at most
        if drain(link, counts):
            heard = now
        if ends and now - max(heard, ends[0]) > 2:
            break
        time.sleep(max(0, min(next_at - time.monotonic(), 0.01)) if not ends else 0.01)
    print(f"sent={counts.sent} refused={counts.refused} received={counts.received} again={counts.again} "
          f"late={counts.late} seconds={ends[0] - begin:.1f}", flush=True)


def send(link, counts):
    try:
        link.send(counts.sent.to_bytes(4) + bytes(96))
        counts.sent += 1
    except OSError:
        counts.refused += 1


def drain(link, counts):
    some = False
    while True:
        try:
            counts.take(int.from_bytes(link.recv(128)[:4]))
            some = True
        except OSError:
            return some


main()
