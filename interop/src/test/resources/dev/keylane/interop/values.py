"""What a daemon says to single values of keys.

    values.py VALUES SOCKET

VALUES is values.txt of the daemon's tests, lines of a scope (connection, local, child), a key, a value in quotes, and `ok` or
`bad`, with what else may follow passed through. Loads a small connection with each value over the control socket SOCKET,
writes VALUES anew to standard output with what the daemon said, and differences to standard error; exits with 1 when there
are any.
"""
import re
import socket
import struct
import sys

import vici

LISTS = {"local_addrs", "remote_addrs", "proposals", "esp_proposals", "ah_proposals", "local_ts", "remote_ts", "vips", "pools",
         "groups", "cert_policy"}
LINE = re.compile(r'(\w+) (\w+) "(.*)" (ok|bad|\?)(.*)')


def text(kind, name, value):
    return bytes([kind, len(name)]) + name.encode() + struct.pack(">H", len(value.encode())) + value.encode()


def setting(key, value):
    if key not in LISTS:
        return text(3, key, value)
    items = [item.strip() for item in value.split(",") if item.strip()]
    return bytes([4, len(key)]) + key.encode() + b"".join(
        b"\5" + struct.pack(">H", len(item.encode())) + item.encode() for item in items) + b"\6"


def section(name, content):
    return bytes([1, len(name)]) + name.encode() + content + b"\2"


def connection(scope, key, value):
    own = {scope: setting(key, value)}
    psk = b"" if (scope, key) == ("local", "auth") else text(3, "auth", "psk")
    return section("c", text(3, "version", "2") * (key != "version") + own.get("connection", b"")
                   + section("local", psk + own.get("local", b"")) + section("remote", text(3, "auth", "psk"))
                   + section("children", section("net", own.get("child", b""))))


def ask(stream, command, content):
    packet = bytes([0, len(command)]) + command.encode() + content
    stream.sendall(struct.pack(">I", len(packet)) + packet)
    return vici.packet(stream)


def main(path, control):
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(control)
    different = 0
    for line in open(path, encoding="utf-8").read().splitlines():
        match = LINE.fullmatch(line)
        if not match:
            print(line)
            continue
        scope, key, value, expected, rest = match.groups()
        answer = ask(stream, "load-conn", connection(scope, key, value))
        found = "ok" if text(3, "success", "yes") in answer else "bad"
        if found != expected:
            different += 1
            print(f"{scope} {key} {value!r}: expected {expected}, found {found}: {answer!r}", file=sys.stderr)
        print(f'{scope} {key} "{value}" {found}{rest}')
        ask(stream, "unload-conn", text(3, "name", "c"))
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
