"""What swanctl makes of odd settings files.

    grammar.py CASES DIRECTORY [SWANCTL...]

CASES is grammar.txt of the daemon's tests: blocks that begin with `== file NAME` or `== case NAME`, a text, and for cases
what is expected: `> connection` for each load-conn that swanctl sends, or `!` where it refuses. Lines with `~` are about
keylane and pass through. Control characters stand as their pictures (U+2400...). Writes CASES anew to standard output, with
what was found, and differences to standard error; exits with 1 when there are any. SWANCTL is the command, with the
directory as it sees it in front; the files are read and the socket is made in DIRECTORY.
"""
import os
import socket
import struct
import subprocess
import sys
import threading

import vici


def pictured(text):
    return "".join(chr(0x2400 + ord(c)) if ord(c) < 32 else c for c in text)


def plain(text):
    return "".join(chr(ord(c) - 0x2400) if 0x2400 <= ord(c) < 0x2420 else c for c in text)


class Elements:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, width):
        length = int.from_bytes(self.data[self.at:self.at + width], "big")
        self.at += width + length
        return self.data[self.at - length:self.at].decode("utf-8", "replace")

    def section(self):
        parts = []
        while self.at < len(self.data):
            kind = self.data[self.at]
            self.at += 1
            if kind == 1:
                name = self.take(1)
                parts.append(name + "{" + self.section() + "}")
            elif kind == 2:
                break
            elif kind == 3:
                parts.append(self.take(1) + "=" + pictured(self.take(2)))
            elif kind == 4:
                parts.append(self.take(1) + "=" + "|".join(self.items()))
        return " ".join(parts)

    def items(self):
        while self.data[self.at] == 5:
            self.at += 1
            yield pictured(self.take(2))
        self.at += 1


def serve(listener, seen):
    """A daemon that takes everything and has nothing."""
    while True:
        connection, _ = listener.accept()
        try:
            while True:
                packet = vici.packet(connection)
                name = packet[2:2 + packet[1]].decode()
                if name == "load-conn":
                    seen.append(Elements(packet[2 + packet[1]:]).section())
                answer = b"\1" + (b"" if name.startswith("get") else b"\3\7success\0\3yes")
                connection.sendall(struct.pack(">I", len(answer)) + answer)
        except (EOFError, ConnectionError):
            connection.close()


def blocks(path):
    head, text, expected = None, [], []
    for line in open(path, encoding="utf-8", newline="\n").read().split("\n")[:-1]:
        if line.startswith("== "):
            if head is not None:
                yield head, text, expected
            head, text, expected = line, [], []
        elif head is not None and line[:1] in ("~", ">", "!"):
            expected.append(line)
        elif head is None:
            print(line)
        else:
            text.append(line)
    if head is not None:
        yield head, text, expected


def main(cases, directory, seen_as, *command):
    seen = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.join(directory, "vici"))
    listener.listen(5)
    threading.Thread(target=serve, args=(listener, seen), daemon=True).start()
    different = 0
    for head, text, expected in blocks(cases):
        _, kind, name = head.split(" ", 2)
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(plain("\n".join(text) + "\n"))
        print(head, *text, sep="\n")
        if kind == "file":
            continue
        del seen[:]
        done = subprocess.run([*command, "--load-conns", "--file", os.path.join(seen_as, name), "--uri",
                               "unix://" + os.path.join(seen_as, "vici")], capture_output=True, timeout=20)
        said = (done.stdout + done.stderr).decode("utf-8", "replace")
        refused = done.returncode != 0 or "invalid config file" in said
        found = ["!" + (" crashes" if done.returncode in (-11, 139) else "")] if refused else ["> " + each for each in seen]
        wanted = [line for line in expected if line[0] in ">!"]
        if sorted(found) != sorted(wanted):
            different += 1
            print(f"{name}: expected {wanted}, found {found}: {said}", file=sys.stderr)
        for line in found + [line for line in expected if line[0] == "~"]:
            print(line)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
