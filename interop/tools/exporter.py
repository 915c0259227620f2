"""What torilabs' ipsec-prometheus-exporter would serve of a daemon, asked as its client library govici asks; after the
sources of both, for neither can be built here. Stricter than python-vici, which forgives most of what ends a scrape there:

* a session is two connections, one of them for events that never come; each collector opens and closes its own
* an event is registered, the command sent, frames read until one is no event, which must be the command's answer, and
  the event is unregistered; each step on the same connection, each confirmed before the next
* a frame is read by one read for its length and one for the rest, so it has to be there as a whole
* in a section no key comes twice and none is empty
* each key of a streamed message, and of the answer after it, names a section
* what is read into a number is one in decimal, what into a list is a list; unknown keys are passed over
"""
import socket
import struct

REQUEST, RESPONSE, REGISTER, UNREGISTER, CONFIRM, EVENT = 0, 1, 3, 4, 5, 7
SECTION, SECTION_END, VALUE, LIST, ITEM, LIST_END = 1, 2, 3, 4, 5, 6

IKE_NUMBERS = ("version", "local-port", "remote-port", "encr-keysize", "integ-keysize", "established", "rekey-time", "reauth-time")
IKE_TEXTS = ("uniqueid", "state", "local-host", "local-id", "remote-host", "remote-id", "initiator", "initiator-spi",
             "responder-spi", "nat-local", "nat-remote", "nat-fake", "nat-any", "encr-alg", "integ-alg", "prf-alg", "dh-group")
CHILD_NUMBERS = ("encr-keysize", "integ-keysize", "bytes-in", "packets-in", "use-in", "bytes-out", "packets-out", "use-out",
                 "rekey-time", "life-time", "install-time")
CHILD_TEXTS = ("name", "uniqueid", "reqid", "state", "mode", "protocol", "encap", "encr-alg", "integ-alg", "prf-alg",
               "dh-group", "esn")


class Decoder:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        piece = self.data[self.at:self.at + count]
        assert len(piece) == count, "a message ends in the middle"
        self.at += count
        return piece

    def key(self):
        length = self.take(1)[0]
        assert length, "an empty key"
        return self.take(length).decode()

    def text(self):
        return self.take(struct.unpack(">H", self.take(2))[0]).decode()

    def items(self):
        items = []
        while (kind := self.take(1)[0]) != LIST_END:
            assert kind == ITEM, kind
            items.append(self.text())
        return items

    def section(self, outermost=False):
        section = {}
        while not (outermost and self.at == len(self.data)):
            kind = self.take(1)[0]
            if kind == SECTION_END and not outermost:
                break
            key = self.key()
            assert key not in section, "%s comes twice" % key
            section[key] = {SECTION: self.section, VALUE: self.text, LIST: self.items}[kind]()
        return section


class Session:
    def __init__(self, path):
        self.commands, self.events = (self.connection(path) for _ in range(2))

    @staticmethod
    def connection(path):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(30)
        connection.connect(path)
        return connection

    def send(self, kind, name, message=b""):
        packet = struct.pack("BB", kind, len(name)) + name.encode() + message
        self.commands.sendall(struct.pack(">I", len(packet)) + packet)

    def receive(self):
        length = struct.unpack(">I", self.commands.recv(4))[0]
        packet = self.commands.recv(length)
        assert len(packet) == length, "a frame of %d octets came in pieces" % length
        body = Decoder(packet[1:])
        if packet[0] == EVENT:
            body.key()
            body = Decoder(packet[1 + body.at:])
        return packet[0], body.section(True)

    def streamed(self, command, event, message=b""):
        self.send(REGISTER, event)
        assert self.receive() == (CONFIRM, {})
        self.send(REQUEST, command, message)
        messages = []
        while True:
            kind, section = self.receive()
            messages.append(section)
            if kind != EVENT:
                assert kind == RESPONSE, kind
                break
        self.send(UNREGISTER, event)
        assert self.receive() == (CONFIRM, {})
        return messages

    def close(self):
        self.events.close()
        self.commands.close()


def ask(path, command, event, message=b""):
    session = Session(path)
    try:
        messages = session.streamed(command, event, message)
    finally:
        session.close()
    for section in messages:
        assert section.get("success", "yes") == "yes", section
        for key, inner in section.items():
            assert isinstance(inner, dict), "%s of %s is no section" % (key, event)
            yield key, inner


def typed(section, numbers, texts, lists=()):
    """Numbers that are not there are 0, texts empty, lists as well."""
    for key in numbers:
        assert isinstance(section.get(key, "0"), str) and section.get(key, "0").lstrip("-").isdecimal(), (key, section[key])
    for key in texts:
        assert isinstance(section.get(key, ""), str), (key, section[key])
    for key in lists:
        assert isinstance(section.get(key, []), list), (key, section[key])
    return {**{key: int(section.get(key, 0)) for key in numbers}, **{key: section.get(key, "") for key in texts},
            **{key: ";".join(section.get(key, [])) for key in lists}}


def status(state):
    return {"ESTABLISHED": 1, "INSTALLED": 0, "REKEYED": 0, "REKEYING": 0, "": 2}.get(state, 3)


def sa_series(path):
    """By name, then by labels as a set: what it makes of list-sas."""
    series = {}
    count = 0
    for name, section in ask(path, "list-sas", "list-sa"):
        count += 1
        sa = typed(section, IKE_NUMBERS, IKE_TEXTS)
        children = {key: typed(child, CHILD_NUMBERS, CHILD_TEXTS, ("local-ts", "remote-ts"))
                    for key, child in section.get("child-sas", {}).items()}
        labels = {"ike_name": name, "ike_id": sa["uniqueid"]}
        for short, value in (("version", sa["version"]), ("status", status(sa["state"])), ("established_seconds", sa["established"]),
                             ("rekey_seconds", sa["rekey-time"]), ("reauth_seconds", sa["reauth-time"]),
                             ("children_size", len(children)),
                             *((key.replace("-", "_"), int(sa[key] == "yes"))
                               for key in ("initiator", "nat-local", "nat-remote", "nat-fake", "nat-any"))):
            add(series, "ike_" + short, labels, value)
        algorithms(series, "ike_", labels, sa)
        for child in children.values():
            child_series(series, {**labels, "child_name": child["name"], "child_id": child["uniqueid"]}, child)
    add(series, "ike_count", {}, count)
    return series


def child_series(series, labels, child):
    for short, value in (("encap", int(child["encap"] == "yes")), ("established_seconds", child["install-time"]),
                         ("rekey_seconds", child["rekey-time"]), ("lifetime_seconds", child["life-time"])):
        add(series, "sa_" + short, labels, value)
    algorithms(series, "sa_", labels, child)
    selected = {**labels, "local_ts": child["local-ts"], "remote_ts": child["remote-ts"]}
    for short, value in (("status", status(child["state"])), ("inbound_bytes", child["bytes-in"]),
                         ("inbound_packets", child["packets-in"]), ("last_inbound_seconds", child["use-in"]),
                         ("outbound_bytes", child["bytes-out"]), ("outbound_packets", child["packets-out"]),
                         ("last_outbound_seconds", child["use-out"])):
        add(series, "sa_" + short, selected, value)


def algorithms(series, prefix, labels, sa):
    for short, kind in (("encryption", "encr"), ("integrity", "integ")):
        add(series, prefix + short + "_key_size", {**labels, "algorithm": sa[kind + "-alg"], "dh_group": sa["dh-group"]},
            sa[kind + "-keysize"])


def connection_series(path):
    """What its releases make of list-conns; limits of 0 are left out."""
    series = {}
    count = 0
    for name, section in ask(path, "list-conns", "list-conn"):
        count += 1
        conn = typed(section, ("local_port", "remote_port", "reauth_time", "rekey_time"), ("version",), ("local_addrs", "remote_addrs"))
        labels = {"conn_name": name}
        add(series, "conn_configured", labels, 1)
        add(series, "conn_version", {**labels, "version": conn["version"]}, 1)
        add(series, "conn_child_count", labels, len(section["children"]))
        limits(series, "conn_", labels, conn, ("reauth_time", "rekey_time"))
        for inner, section_of_child in section["children"].items():
            child = typed(section_of_child, ("rekey_time", "rekey_bytes", "rekey_packets"), ("name", "mode"), ("local-ts", "remote-ts"))
            named = {**labels, "child_name": inner}
            add(series, "conn_child_configured", {**named, "local_ts": child["local-ts"], "remote_ts": child["remote-ts"]}, 1)
            limits(series, "conn_child_", {**named, "mode": child["mode"]}, child, ("rekey_time", "rekey_bytes", "rekey_packets"))
    add(series, "conn_count", {}, count)
    return series


def limits(series, prefix, labels, section, keys):
    for key in keys:
        if section[key] > 0:
            add(series, prefix + key, labels, section[key])


def add(series, name, labels, value):
    of_name = series.setdefault("strongswan_" + name, {})
    assert frozenset(labels.items()) not in of_name, "%s %s comes twice" % (name, labels)
    of_name[frozenset(labels.items())] = value


def scrape(path):
    """All it serves of a daemon that has no certificates; its health check before that opens and closes a session."""
    Session(path).close()
    kind = struct.pack("BB4sH", VALUE, 4, b"type", 0)[:6] + struct.pack(">H", 4) + b"X509"
    certificates = list(ask(path, "list-certs", "list-cert", kind))
    assert certificates == [], certificates
    return {**sa_series(path), **connection_series(path), "strongswan_cert_count": {frozenset(): 0}}
