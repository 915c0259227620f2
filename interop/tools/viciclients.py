"""Drives a daemon by the real python-vici: viciclients.py SOCKET METRICS CONNECTION CHILD. METRICS is where it serves them,
http://...; its configuration has the connection and the child, and its peer is there. Ends with `all good`, or with a traceback.
"""
import re
import socket
import sys
import threading
import time
import urllib.request

sys.dont_write_bytecode = True   # this tree is not ours to write to
import exporter
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


def lifecycle(daemon, path, metrics, ike, child):
    daemon.reset_counters({"all": "yes"})
    heard = follow(daemon, path)
    lines = list(daemon.initiate({"ike": ike, "child": child, "timeout": 10000}))
    assert any(b"established" in line["msg"] for line in lines), lines
    assert set(lines[0]) == {"group", "level", "ikesa-name", "ikesa-uniqueid", "msg"}, lines[0]
    wait_for("quiet", lambda: is_quiet(list(daemon.list_sas()), ike))
    compare(path, metrics, ike, child)
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


METRIC = re.compile(r'(strongswan_\w+)(?:\{(.*)\})? (-?[0-9.]+)')
LABEL = re.compile(r'(\w+)="([^"]*)"')


def own_series(metrics):
    """The daemon's own series by the exporter's names, as exporter.py has them."""
    series = {}
    for line in urllib.request.urlopen(metrics + "?compat=strongswan", timeout=10).read().decode().splitlines():
        if match := METRIC.fullmatch(line):
            series.setdefault(match[1], {})[frozenset(LABEL.findall(match[2] or ""))] = int(match[3])
    return series


def names(series):
    return {(name, labels) for name, labelled in series.items() for labels in labelled}


def both(path, metrics):
    """The exporter's series and the daemon's, of a moment in which no SA came or went."""
    for _ in range(20):
        before, theirs, own = own_series(metrics), exporter.scrape(path), own_series(metrics)
        if names(before) == names(own):
            return theirs, own
        time.sleep(0.5)
    raise AssertionError("SAs come and go")


def compare(path, metrics, ike, child):
    """The daemon serves what the exporter would, but for the second that may go by between the two."""
    theirs, own = both(path, metrics)
    assert names(theirs) == names(own), names(theirs) ^ names(own)
    for name, labelled in theirs.items():
        for labels, value in labelled.items():
            slack = 2 if name.endswith("_seconds") else 0
            assert abs(own[name][labels] - value) <= slack, (name, labels, value, own[name][labels])
    assert list(theirs["strongswan_ike_status"].values()) == [1] and list(theirs["strongswan_ike_initiator"].values()) == [1]
    assert {dict(labels)["child_name"] for labels in theirs["strongswan_sa_status"]} == {child}
    assert {dict(labels)["ike_name"] for labels in theirs["strongswan_sa_status"]} == {ike}
    print("%d series like the exporter's" % len(names(theirs)))


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
    path, metrics, ike, child = sys.argv[1:]
    daemon = session(path)
    questions(daemon, ike, child)
    refusals(daemon)
    lifecycle(daemon, path, metrics, ike, child)
    print("all good")
