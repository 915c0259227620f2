"""Drives a daemon by the real python-vici: viciclients.py SOCKET CONNECTION CHILD. Its configuration has both, and its peer
is there. Ends with `all good`, or with a traceback. The exporter's part reads what torilabs' ipsec-prometheus-exporter
reads, and as it does: every number must parse.
"""
import socket
import sys
import threading
import time

import vici


def session(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)
    return vici.Session(connection)


def refused(call, *arguments):
    try:
        result = call(*arguments)
        if result is not None:
            list(result)
    except vici.exception.CommandException as exception:
        return str(exception).removeprefix("Command failed: ")
    raise AssertionError("%s was not refused" % call)


def listen(path, heard):
    try:
        for name, event in session(path).listen(["ike-updown", "child-updown", "child-rekey", "ike-rekey", "log"]):
            heard.append((name if isinstance(name, str) else name.decode(), event))
    except OSError:
        pass


def wait_for(what, condition):
    end = time.time() + 20
    while not condition():
        assert time.time() < end, what
        time.sleep(0.05)


def follow(daemon, path):
    """Events from now on: the log tells of a request as soon as somebody listens."""
    heard = []
    threading.Thread(target=listen, args=(path, heard), daemon=True).start()
    wait_for("events", lambda: refused(daemon.initiate, {"child": "nobody"}) and heard)
    return heard


def lifecycle(daemon, path, ike, child):
    daemon.reset_counters({"all": "yes"})
    heard = follow(daemon, path)
    lines = list(daemon.initiate({"ike": ike, "child": child, "timeout": 10000}))
    assert any(b"established" in line["msg"] for line in lines), lines
    assert set(lines[0]) == {"group", "level", "ikesa-name", "ikesa-uniqueid", "msg"}, lines[0]
    exporter(daemon, ike, child)
    for kind in ("child", "ike"):
        assert daemon.rekey({kind: child if kind == "child" else ike})["matches"] == b"1"
        wait_for(kind + "-rekey", lambda: kind + "-rekey" in [name for name, _ in heard])
        wait_for("one SA of each kind", lambda: is_quiet(list(daemon.list_sas()), ike))
    assert [next(iter(sa)) for sa in daemon.list_sas({"ike": ike})] == [ike]
    assert list(daemon.list_sas({"ike": "nobody"})) == []
    counters = daemon.get_counters({"name": ike})["counters"][ike]
    assert int(counters["child-rekey"]) == 1 and int(counters["ike-rekey-init"]) == 1, counters
    daemon.reset_counters({"name": ike})
    list(daemon.terminate({"ike": ike, "timeout": 10000}))
    wait_for("no SA", lambda: list(daemon.list_sas()) == [])
    wait_for("updown events", lambda: {"ike-updown", "child-updown"} <= {name for name, _ in heard})


def is_quiet(sas, ike):
    return len(sas) == 1 and sas[0][ike]["state"] == b"ESTABLISHED" and [child["state"] for child in
                                                                      sas[0][ike]["child-sas"].values()] == [b"INSTALLED"]


def number(section, key, name, optional=False):
    if optional and key not in section:
        return 0
    return int(section[key])


def exporter(daemon, ike, child):
    """The keys and types that the exporter wants; it has no defaults for those that are not optional here."""
    sas = list(daemon.list_sas())
    assert is_quiet(sas, ike), sas
    sa = sas[0][ike]
    for key in ("uniqueid", "version", "local-port", "remote-port", "encr-keysize", "established", "rekey-time"):
        number(sa, key, ike)
    number(sa, "integ-keysize", ike, True), number(sa, "reauth-time", ike, True)
    for key in ("state", "local-host", "local-id", "remote-host", "remote-id", "initiator", "initiator-spi", "responder-spi",
                "encr-alg", "prf-alg", "dh-group"):
        assert sa[key], key
    assert sa["state"] == b"ESTABLISHED" and sa["initiator"] == b"yes"
    assert all(sa.get(key, b"no") in (b"yes", b"no") for key in ("nat-local", "nat-remote", "nat-fake", "nat-any"))
    for name, section in sa["child-sas"].items():
        assert name.startswith(child + "-"), name
        for key in ("uniqueid", "reqid", "encr-keysize", "bytes-in", "packets-in", "bytes-out", "packets-out", "life-time",
                    "install-time"):
            number(section, key, name)
        number(section, "use-in", name, True), number(section, "use-out", name, True)
        for key in ("name", "state", "mode", "protocol", "spi-in", "spi-out", "encr-alg"):
            assert section[key], key
        assert isinstance(section["local-ts"], list) and section["local-ts"] and section["remote-ts"]
    for conn in daemon.list_conns():
        for name, section in conn.items():
            assert section["version"] in (b"IKEv1", b"IKEv2", b"IKEv1/2")
            number(section, "reauth_time", name), number(section, "rekey_time", name)
            for inner, kid in section["children"].items():
                assert kid["mode"]
                for key in ("rekey_time", "rekey_bytes", "rekey_packets"):
                    number(kid, key, inner)
    assert list(daemon.list_certs()) == []


def questions(daemon, ike, child):
    assert daemon.version()["daemon"] == b"keylane"
    assert int(daemon.stats()["ikesas"]["total"]) == 0
    daemon.reload_settings()
    assert ike.encode() in daemon.get_conns()["conns"]
    assert daemon.get_shared()["keys"]
    assert b"jca" in daemon.get_algorithms()["ke"].values()
    assert list(daemon.list_authorities()) == [] and daemon.get_pools() == {} and daemon.get_keys() == {"keys": []}
    assert daemon.get_authorities() == {"authorities": []}
    daemon.flush_certs()
    daemon.load_shared({"id": "another", "type": "ike", "data": "secret", "owners": ["somebody"]})
    daemon.unload_shared({"id": "another"})
    daemon.install({"child": child})
    assert [next(iter(policy)) for policy in daemon.list_policies({"trap": "yes"})] == ["%s/%s" % (ike, child)]
    daemon.uninstall({"child": child})
    daemon.load_conn({"extra": {"remote_addrs": ["192.0.2.1"], "local-1": {"auth": "psk"}, "remote-1": {"auth": "psk"},
                                "children": {"extra": {"mode": "tunnel"}}}})
    daemon.unload_conn({"name": "extra"})


def refusals(daemon):
    for expected, call, request in (
            ("CHILD_SA config 'nobody' not found", daemon.initiate, {"child": "nobody"}),
            ("no matching SAs to terminate found", daemon.terminate, {"ike": "nobody"}),
            ("no matching SAs to rekey found", daemon.rekey, {"ike": "nobody"}),
            ("configuration name not found", daemon.install, {"child": "nobody"}),
            ("policy 'nobody' not found", daemon.uninstall, {"child": "nobody"}),
            ("unload: connection 'nobody' not found", daemon.unload_conn, {"name": "nobody"}),
            ("missing target gateway", daemon.redirect, {"ike": "nobody"}),
            ("certificates are not supported by keylane", daemon.load_cert, {"type": "X509", "data": b"x"}),
            ("private keys are not supported by keylane", daemon.load_key, {"type": "any", "data": b"x"}),
            ("virtual IP pools are not supported by keylane: p", daemon.load_pool, {"p": {"addrs": "10.0.0.0/24"}}),
            ("unknown option: bogus, config discarded", daemon.load_conn, {"c": {"bogus": "1"}})):
        assert refused(call, request) == expected, (refused(call, request), expected)
    try:
        daemon.request("no-such-command")
        raise AssertionError("a command that nobody knows was answered")
    except vici.exception.SessionException:
        pass


if __name__ == "__main__":
    path, ike, child = sys.argv[1:]
    daemon = session(path)
    questions(daemon, ike, child)
    refusals(daemon)
    lifecycle(daemon, path, ike, child)
    print("all good")
