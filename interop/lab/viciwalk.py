"""Asks a daemon everything VICI knows, in the same order and situation whichever daemon it is, and writes down each answer
and each event: viciwalk.py SOCKET OUT. `left` and `right` are the hosts of guest.sh, and right's daemon has right.conf.

OUT.replies has, for each step, `# STEP COMMAND`, then `event NAME`, `reply` or `unknown command`, and the message's lines
after each. OUT.events has what was broadcast meanwhile, by the same form. OUT.log has the log.
"""
import subprocess
import sys
import threading
import time

from vici import Client, Message, message
from vicikinds import kinds

IKE = ["aes128gcm16-prfsha256-x25519"]
ESP = ["aes128gcm16-noesn"]
NET = {"esp_proposals": ESP, "local_ts": ["10.1.0.0/24"], "remote_ts": ["10.2.0.0/24"], "mode": "tunnel"}


def connection(local="left", remote="right", address="10.0.0.2", proposals=IKE, children=None, **keys):
    return {"version": "2", "local_addrs": ["10.0.0.1"], "remote_addrs": [address], "mobike": "no", "proposals": proposals,
            **keys, "local-1": {"auth": "psk", "id": local}, "remote-1": {"auth": "psk", "id": remote},
            "children": children or {"net": NET}}


class Walk:
    def __init__(self, path, out):
        self.out = open(out + ".replies", "w")
        self.counts, self.lock = {}, threading.Lock()
        self.client = Client(path)
        for event in ("list-sa", "list-conn", "list-policy", "list-cert", "list-authority", "control-log"):
            self.client.register(event)
        self.follow(path, out + ".events", ("ike-updown", "ike-rekey", "ike-update", "child-updown", "child-rekey", "alert"))
        self.follow(path, out + ".log", ("log",))

    def follow(self, path, out, events):
        client = Client(path)
        for event in events:
            print("register", event, client.register(event), file=self.out)
        threading.Thread(target=self.listen, args=(client, open(out, "w", 1)), daemon=True).start()

    def listen(self, client, out):
        try:
            while True:
                _, name, event = client.receive()
                print("\n".join(["event " + name, *event.lines("  ")]), file=out)
                with self.lock:
                    self.counts[name] = self.counts.get(name, 0) + 1
        except (EOFError, OSError):
            pass

    def step(self, title, command, body=None, raises=None, control_log=False):
        """`raises` are events that this leads to, and how many."""
        wanted = {name: self.counts.get(name, 0) + more for name, more in (raises or {}).items()}
        print("#", title + ":", command, file=self.out)

        def heard(name, event):
            if name != "control-log" or control_log:
                print("\n".join(["event " + name, *event.lines("  ")]), file=self.out)
        answer = self.client.request(command, message(body or {}), heard)
        print("\n".join(["unknown command"] if answer is None else ["reply", *answer.lines("  ")]), file=self.out, flush=True)
        self.wait(title, wanted)
        return dict(answer or [])

    def wait(self, title, wanted):
        end = time.time() + 8
        while any(self.counts.get(name, 0) < count for name, count in wanted.items()):
            if time.time() > end:
                print(title, "lacks events:", wanted, self.counts, file=sys.stderr)
                return
            time.sleep(0.02)

    def settle(self, name):
        """Until there is one IKE SA of this name, and nothing of it is being replaced or deleted."""
        end = time.time() + 8
        while time.time() < end:
            sas = []
            self.client.request("list-sas", message({"ike": name}), lambda _, event: sas.append(dict(event)[name]))
            states = [dict(child)["state"] for sa in sas for _, child in dict(sa)["child-sas"]]
            if len(sas) == 1 and dict(sas[0])["state"] == "ESTABLISHED" and set(states) == {"INSTALLED"}:
                return
            time.sleep(0.05)
        print(name, "does not settle", file=sys.stderr)

    def after(self, raises, action):
        """What somebody else does, until it has led to its events here."""
        wanted = {name: self.counts.get(name, 0) + more for name, more in raises.items()}
        action()
        self.wait("after %s" % raises, wanted)

    def shell(self, command, raises=None):
        self.after(raises or {}, lambda: subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def empty(walk):
    for command in ("version", "stats", "get-conns", "list-conns", "list-sas", "list-certs", "list-authorities", "get-authorities",
                    "get-pools", "get-keys", "get-shared", "get-algorithms", "flush-certs", "clear-creds", "reload-settings"):
        walk.step("nothing loaded", command)
    walk.step("nothing loaded", "list-policies", {"trap": "yes", "pass": "yes", "drop": "yes"})
    walk.step("all counters", "get-counters", {"all": "yes"})
    walk.step("a command nobody knows", "no-such-command")


def load(walk):
    secret = {"type": "IKE", "data": "a shared secret of some length"}
    walk.step("a key", "load-shared", {"id": "ike-net", **secret, "owners": ["left", "right"]})
    walk.step("another", "load-shared", {"id": "ike-other", **secret, "owners": ["left-bad", "right-bad"]})
    walk.step("no type", "load-shared", {"data": "x"})
    walk.step("a type nobody knows", "load-shared", {"type": "bogus", "data": "x"})
    walk.step("no data", "load-shared", {"type": "IKE", "id": "empty"})
    walk.step("keys", "get-shared")
    walk.step("no such key", "unload-shared", {"id": "nobody"})
    walk.step("no id", "unload-shared")
    host = {"esp_proposals": ESP, "mode": "transport", "local_ts": ["dynamic[tcp/80]"], "remote_ts": ["dynamic[tcp]"],
            "rekey_time": "0s", "dpd_action": "restart", "close_action": "trap", "start_action": "trap"}
    net = {**NET, "rekey_time": "3000s", "rand_time": "0s"}
    lifetimes = {"rekey_time": "4000s", "rand_time": "0s", "over_time": "400s", "dpd_delay": "60s", "unique": "replace"}
    walk.step("a connection", "load-conn", {"net": connection(children={"net": net, "host": host}, **lifetimes)})
    walk.step("shunts", "load-conn", {"shunts": {"remote_addrs": ["127.0.0.1"], "local-1": {"auth": "psk"},
              "remote-1": {"auth": "psk"}, "children": {
                  "let": {"local_ts": ["10.1.0.0/24"], "remote_ts": ["10.1.0.0/24"], "mode": "pass", "start_action": "trap"},
                  "bin": {"local_ts": ["10.1.0.1/32[tcp/7]"], "remote_ts": ["10.3.0.0/24"], "mode": "drop"}}}})
    walk.step("refused by the peer", "load-conn", {"badauth": connection("left-bad", "right-bad",
                                                                        children={"badauth": NET})})
    walk.step("no common proposal", "load-conn", {"badprop": connection(proposals=["aes256gcm16-prfsha384-ecp384"],
                                                                       children={"badprop": NET})})
    walk.step("selectors the peer refuses", "load-conn", {"badts": connection(
        children={"badts": {**NET, "remote_ts": ["10.66.0.0/24"]}}, unique="never")})
    walk.step("nobody there", "load-conn", {"gone": connection(address="10.0.0.77", children={"gone": NET})})
    for name, keys in (("unknown key", {"bogus": "1"}), ("bad value", {"rekey_time": "soon"}), ("bad list", {"proposals": ["x"]}),
                       ("unknown section", {"sideways": {"a": "b"}})):
        walk.step(name, "load-conn", {"bad": {**connection(), **keys}})
    walk.step("connections", "get-conns")
    walk.step("connections", "list-conns")
    walk.step("one of them", "list-conns", {"ike": "net"})
    walk.step("none of them", "list-conns", {"ike": "nobody"})
    walk.step("no such connection", "unload-conn", {"name": "nobody"})
    walk.step("no name", "unload-conn")


def policies(walk):
    every = {"trap": "yes", "pass": "yes", "drop": "yes"}
    walk.step("a trap", "install", {"child": "net"})
    walk.step("a shunt", "install", {"child": "bin", "ike": "shunts"})
    walk.step("no such child", "install", {"child": "nobody"})
    walk.step("no name", "install")
    walk.step("all", "list-policies", every)
    for kind in ("trap", "pass", "drop"):
        walk.step(kind + "s", "list-policies", {kind: "yes"})
    walk.step("of a child", "list-policies", {**every, "child": "net"})
    walk.step("of a connection", "list-policies", {**every, "ike": "shunts"})
    walk.step("of none", "list-policies", {**every, "ike": "nobody"})
    for child in ("bin", "net", "host", "let", "nobody"):
        walk.step("uninstall " + child, "uninstall", {"child": child})
    walk.step("no name", "uninstall")
    walk.step("what is left", "list-policies", every)


def sas(walk):
    walk.step("no name", "initiate")
    walk.step("no such child", "initiate", {"child": "nobody"})
    walk.step("no such connection", "initiate", {"ike": "nobody"})
    walk.step("a child", "initiate", {"child": "net", "timeout": "10000"}, {"ike-updown": 1, "child-updown": 1})
    walk.step("without use", "list-sas")
    walk.shell("ip netns exec left ping -c 3 -i 0.1 -I 10.1.0.1 10.2.0.1")
    walk.step("used", "list-sas")
    walk.step("by IKE SA", "list-sas", {"ike": "net", "noblock": "yes"})
    walk.step("by another", "list-sas", {"ike": "nobody"})
    walk.step("by child", "list-sas", {"child": "nobody"})
    walk.step("by number of no child", "list-sas", {"child-id": "77"})
    walk.step("by number of no IKE SA", "list-sas", {"ike-id": "77"})
    walk.step("another child", "initiate", {"child": "host", "timeout": "10000"}, {"child-updown": 1})
    walk.step("at once", "initiate", {"child": "gone", "timeout": "-1"})
    walk.step("connecting", "list-sas", {"ike": "gone"})
    walk.step("by force", "terminate", {"ike": "gone", "force": "yes", "timeout": "-1"})
    walk.step("a child", "rekey", {"child": "net"}, {"child-rekey": 1})
    walk.settle("net")   # charon keeps what was replaced for a second
    walk.step("after a rekeying", "list-sas", {"child": "net"})
    walk.step("an IKE SA", "rekey", {"ike": "net"}, {"ike-rekey": 1})
    walk.settle("net")
    walk.step("after its rekeying", "list-sas", {"ike": "net"})
    walk.step("none", "rekey", {"child": "nobody"})
    walk.step("no selector", "rekey")
    walk.step("of a connection", "get-counters", {"name": "net"})
    walk.step("of all", "get-counters")
    walk.step("of everything", "get-counters", {"all": "yes"})
    walk.step("of none", "get-counters", {"name": "nobody"})
    walk.step("of a connection", "reset-counters", {"name": "net"})
    walk.step("of none", "reset-counters", {"name": "nobody"})
    walk.step("zero", "get-counters", {"name": "net"})
    walk.step("of everything", "reset-counters", {"all": "yes"})
    walk.step("a child", "terminate", {"child": "host", "timeout": "5000"}, {"child-updown": 1})
    walk.step("no such child", "terminate", {"child": "nobody"})
    walk.step("no selector", "terminate")
    walk.step("the peer", "redirect", {"ike": "net"})
    walk.step("nobody", "redirect", {"ike": "nobody", "gateway": "10.0.0.9"})
    walk.step("no selector", "redirect", {"gateway": "10.0.0.9"})
    walk.step("selected badly", "redirect", {"gateway": "10.0.0.9", "peer-ip": "nonsense"})
    walk.step("an IKE SA", "terminate", {"ike": "net", "timeout": "5000"}, {"ike-updown": 1, "child-updown": 1})
    walk.step("gone", "list-sas")


def failures(walk):
    walk.step("refused by the peer", "initiate", {"child": "badauth", "timeout": "10000"}, {"alert": 1})
    walk.step("no common proposal", "initiate", {"child": "badprop", "timeout": "10000"}, {"alert": 1})
    walk.step("selectors the peer refuses", "initiate", {"child": "badts", "timeout": "10000"}, {"ike-updown": 1})
    walk.step("an IKE SA without children", "list-sas", {"ike": "badts"})
    walk.step("it", "terminate", {"ike": "badts", "timeout": "5000"}, {"ike-updown": 1})
    walk.step("nobody there", "initiate", {"child": "gone", "timeout": "300"})
    walk.step("nobody there", "terminate", {"ike": "gone", "force": "yes", "timeout": "-1"})
    for child in ("badauth", "badprop"):
        walk.shell("swanctl --uri unix:///run/right.vici --initiate --timeout 5 --child " + child, {"alert": 1})


def credentials(walk):
    for command in ("load-cert", "load-key", "load-token", "load-authority", "load-pool", "unload-key", "unload-authority",
                    "unload-pool"):
        walk.step("empty", command)
    walk.step("no certificate", "load-cert", {"type": "X509", "flag": "CA", "data": "not a certificate"})
    walk.step("a type nobody knows", "load-cert", {"type": "bogus", "data": "x"})
    walk.step("no key", "load-key", {"type": "any", "data": "not a key"})
    walk.step("a type nobody knows", "load-key", {"type": "bogus", "data": "x"})
    walk.step("a token", "load-token", {"handle": "01"})
    walk.step("without certificate", "load-authority", {"ca": {"crl_uris": ["http://ca/crl"]}})
    walk.step("a pool", "load-pool", {"pool": {"addrs": "10.9.0.0/24"}})
    walk.step("a pool without addresses", "load-pool", {"pool": {"dns": ["10.9.0.1"]}})
    walk.step("one", "get-pools", {"name": "pool", "leases": "yes"})
    walk.step("no such key", "unload-key", {"id": "00"})
    walk.step("no such authority", "unload-authority", {"name": "nobody"})
    walk.step("no such pool", "unload-pool", {"name": "nobody"})
    walk.step("the pool", "unload-pool", {"name": "pool"})
    for flag in ("CA", "bogus"):
        walk.step("of kind " + flag, "list-certs", {"flag": flag})
    walk.step("of a type", "list-certs", {"type": "bogus"})
    walk.step("of a type", "flush-certs", {"type": "bogus"})


def leave(walk):
    for name in ("net", "shunts", "badauth", "badprop", "badts", "gone"):
        walk.step("a connection", "unload-conn", {"name": name})
    walk.step("a key", "unload-shared", {"id": "ike-net"})
    walk.step("all", "clear-creds")
    walk.step("keys", "get-shared")


if __name__ == "__main__":
    walking = Walk(sys.argv[1], sys.argv[2])
    for part in (empty, load, policies, sas, kinds, failures, credentials, leave):
        part(walking)
    time.sleep(0.3)
