"""VICI for scenarios: a client that keeps the order of keys and repeated names, which comparisons need.

A message is a list of pairs: (name, text), (name, [texts]) or (name, message), where a message is a Message.
"""
import socket
import struct

REQUEST, RESPONSE, UNKNOWN, REGISTER, UNREGISTER, CONFIRM, EVENT_UNKNOWN, EVENT = range(8)


class Message(list):
    """Elements in order, each a pair of a name and a string, a list of strings, or a Message."""

    def lines(self, path=""):
        """Each value as `path = text`, each list as `path = [a b]`, each section as `path {`."""
        for name, value in self:
            if isinstance(value, Message):
                yield path + name + " {"
                yield from value.lines(path + name + "/")
            elif isinstance(value, list):
                yield "%s%s = [%s]" % (path, name, " ".join(value))
            else:
                yield "%s%s = %s" % (path, name, value)


def message(tree):
    """A Message from dicts, lists and strings."""
    return Message((name, message(value) if isinstance(value, dict) else value) for name, value in tree.items())


def name_of(text):
    return struct.pack("!B", len(text.encode())) + text.encode()


def value_of(value):
    octets = value if isinstance(value, bytes) else str(value).encode()
    return struct.pack("!H", len(octets)) + octets


def encode(elements):
    out = b""
    for name, value in elements:
        if isinstance(value, Message):
            out += b"\x01" + name_of(name) + encode(value) + b"\x02"
        elif isinstance(value, list):
            out += b"\x04" + name_of(name) + b"".join(b"\x05" + value_of(item) for item in value) + b"\x06"
        else:
            out += b"\x03" + name_of(name) + value_of(value)
    return out


def text(octets):
    return octets.decode("utf-8", "backslashreplace")


class Reader:
    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def take(self, count):
        self.at += count
        return self.octets[self.at - count:self.at]

    def name(self):
        return text(self.take(self.take(1)[0]))

    def value(self):
        return text(self.take(struct.unpack("!H", self.take(2))[0]))

    def message(self):
        elements = Message()
        while self.at < len(self.octets):
            kind = self.take(1)[0]
            if kind == 2:
                break
            name = self.name()
            elements.append((name, self.message() if kind == 1 else self.value() if kind == 3 else self.items()))
        return elements

    def items(self):
        items = []
        while self.take(1)[0] == 5:
            items.append(self.value())
        return items


def exactly(stream, count):
    octets = b""
    while len(octets) < count:
        more = stream.recv(count - len(octets))
        if not more:
            raise EOFError("the daemon closed the connection")
        octets += more
    return octets


def packet(stream):
    """The next one, without its length."""
    return exactly(stream, struct.unpack("!I", exactly(stream, 4))[0])


class Client:
    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)

    def send(self, kind, name="", body=()):
        packet = bytes([kind]) + (name_of(name) if kind in (REQUEST, REGISTER, UNREGISTER, EVENT) else b"") + encode(body)
        self.socket.sendall(struct.pack("!I", len(packet)) + packet)

    def receive(self):
        """The kind, the name of an event, and the message."""
        reader = Reader(packet(self.socket))
        kind = reader.take(1)[0]
        return kind, reader.name() if kind == EVENT else "", reader.message()

    def register(self, event, kind=REGISTER):
        """Whether the daemon knows the event."""
        self.send(kind, event)
        while True:
            answer, _, _ = self.receive()
            if answer != EVENT:
                return answer == CONFIRM

    def request(self, command, body, heard=lambda name, event: None):
        """The response, None when the command is unknown."""
        self.send(REQUEST, command, body)
        while True:
            kind, name, answer = self.receive()
            if kind != EVENT:
                return answer if kind == RESPONSE else None
            heard(name, answer)
