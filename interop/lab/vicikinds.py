"""SAs of many kinds, for viciwalk.py: what a daemon says of each, begun here and by the peer, and replaced by the peer.

The peer is right's daemon, which gets the mirrored connection over its own control socket.
"""
from vici import Client, Message, message

GCM = {"ike": "aes128gcm16-prfsha256-x25519", "esp": "aes128gcm16-noesn"}

# name: what is not as in a tunnel of AES-GCM between IPv4 hosts; `child` and `connection` are keys
KINDS = {
    "cbc": {"ike": "aes128-sha256-modp2048", "esp": "aes128-sha256-noesn"},
    "pfs": {"ike": "chacha20poly1305-prfsha512-ecp256", "esp": "chacha20poly1305-x25519-esn"},
    "encap": {"connection": {"encap": "yes"}},
    "six": {"addresses": ("fd00::1", "fd00::2"), "ts": ("fd00:1::/64", "fd00:2::/64")},
    "marks": {"child": {"mark_in": "42", "mark_out": "43/0xff", "if_id_in": "7", "if_id_out": "8"}, "own": True},
    "percpu": {"child": {"per_cpu_sas": "yes"}},
}


def connection(name, kind, mirrored):
    """Of the left host, or of the right one."""
    ids, addresses = ("left-" + name, "right-" + name), kind.get("addresses", ("10.0.0.1", "10.0.0.2"))
    ts = kind.get("ts", ("10.1.0.0/24", "10.2.0.0/24"))
    if mirrored:
        ids, addresses, ts = ids[::-1], addresses[::-1], ts[::-1]
    own = {} if mirrored and kind.get("own") else kind.get("child", {})
    return {"version": "2", "local_addrs": [addresses[0]], "remote_addrs": [addresses[1]], "mobike": "no",
            "proposals": [kind.get("ike", GCM["ike"])], "rekey_time": "4000s", "rand_time": "0s", "over_time": "400s",
            **kind.get("connection", {}),
            "local-1": {"auth": "psk", "id": ids[0]}, "remote-1": {"auth": "psk", "id": ids[1]},
            "children": {name: {"esp_proposals": [kind.get("esp", GCM["esp"])], "local_ts": [ts[0]], "remote_ts": [ts[1]],
                                "rekey_time": "3000s", "rand_time": "0s", **own}}}


def kinds(walk):
    right = Client("/run/right.vici")
    owners = [side + "-" + name for name in KINDS for side in ("left", "right")]
    secret = {"id": "kinds", "type": "IKE", "data": "a shared secret of some length", "owners": owners}
    ask(right, "load-shared", secret)
    walk.step("the key of all kinds", "load-shared", secret)
    for name, kind in KINDS.items():
        ask(right, "load-conn", {name: connection(name, kind, True)})
        one(walk, right, name, kind)
        ask(right, "unload-conn", {"name": name})
    ask(right, "unload-shared", {"id": "kinds"})
    walk.step("the key of all kinds", "unload-shared", {"id": "kinds"})


def one(walk, right, name, kind):
    up = {"ike-updown": 1, "child-updown": 1}
    walk.step(name, "load-conn", {name: connection(name, kind, False)})
    walk.step(name, "list-conns", {"ike": name})
    walk.step(name, "initiate", {"child": name, "timeout": "10000"}, up)
    walk.step(name, "list-sas", {"ike": name})
    walk.after({"child-rekey": 1}, lambda: ask(right, "rekey", {"child": name}))
    walk.settle(name)
    walk.step(name + ", replaced by the peer", "list-sas", {"ike": name})
    walk.after(up, lambda: ask(right, "terminate", {"ike": name, "timeout": "5000"}))
    walk.after(up, lambda: ask(right, "initiate", {"child": name, "timeout": "10000"}))
    walk.settle(name)
    walk.step(name + ", begun by the peer", "list-sas", {"ike": name})
    walk.after({"ike-rekey": 1}, lambda: ask(right, "rekey", {"ike": name}))
    walk.settle(name)
    walk.step(name + ", its IKE SA replaced by the peer", "list-sas", {"ike": name})
    walk.step(name, "get-counters", {"name": name})
    walk.step(name, "terminate", {"ike": name, "timeout": "5000"}, up)
    walk.step(name, "unload-conn", {"name": name})


def ask(client, command, body):
    answer = dict(client.request(command, message(body)) or Message())
    if answer.get("success", "yes") != "yes":
        raise AssertionError("%s %s: %s" % (command, body, answer))
