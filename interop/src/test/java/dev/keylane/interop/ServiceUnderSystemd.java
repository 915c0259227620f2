package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The package's service under a systemd that is the lab's first process, with all that {@code keylane.service} forbids:
 * it keys with strongSwan, is reloaded, gets stuck, is stopped, makes way for strongSwan, and takes its place.
 */
final class ServiceUnderSystemd {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    private ServiceUnderSystemd() {
    }

    /**
     * @param tree the package unpacked, a path from the repository's root
     */
    static Stream<DynamicTest> lives(Path tree) {
        SwanctlConf left = SwanctlConf.left(TUNNEL).connection("steering", "xdp").child("start_action", "trap")
                .child("updown", "/etc/keylane/updown").child("per_cpu_sas", "yes");
        Evidence evidence = Scenario.named("service-under-systemd").underSystemd().cpus(2)
                .within(Duration.ofSeconds(240))
                .file("left.conf", left.text() + "charon-systemd {\n    journal {\n        enc = -1\n    }\n}\n")
                .file("right.conf", SwanctlConf.right(TUNNEL).child("per_cpu_sas", "yes").text())
                .file("updown", UPDOWN).run("tree=/host/" + tree + "\n" + SCRIPT);
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("started means ready", () -> assertThat(evidence.text("started"))
                        .matches("active\n(ready|0 IKE SAs, 0 Child SAs, kernel xfrm)\n")),
                DynamicTest.dynamicTest("the daemon has few rights", () ->
                        assertThat(evidence.text("rights")).isEqualTo(RIGHTS)),
                DynamicTest.dynamicTest("so has what it starts, which sees little and writes less", () ->
                        assertThat(evidence.text("updown.log")).isEqualTo("up-client\n" + RIGHTS + SEEN)),
                DynamicTest.dynamicTest("only root finds the control socket", () -> assertThat(evidence.text("sockets"))
                        .isEqualTo("750 root root directory\n660 root root socket\n")),
                DynamicTest.dynamicTest("it keys, and packets cross", () -> {
                    assertThat(evidence.pingsReceived()).isEqualTo(3);
                    assertThat(evidence.text("running")).containsPattern("^1 IKE SAs, [1-9] Child SAs, kernel xfrm\n$");
                }),
                DynamicTest.dynamicTest("it pins its programs where it may", () -> {
                    assertThat(evidence.text("pinned")).contains("/sys/fs/bpf/keylane/esp/eth0/link");
                    assertThat(evidence.text("steering")).containsPattern("xdp +(native|generic), [1-9]")
                            .contains("children and peers: 1 by the program");
                }),
                DynamicTest.dynamicTest("nothing is left out for want of rights", () ->
                        assertThat(evidence.text("journal")).doesNotContain("EPERM", "EACCES", "EROFS", "ermission denied",
                                "Read-only", "not permitted")),
                DynamicTest.dynamicTest("the journal has the levels that are set for it", () ->
                        assertThat(evidence.text("journal")).contains("[IKE] <net|1> authentication of 'right' with",
                                "[IKE] <net|1> sending DELETE").doesNotContain("[ENC]")),
                DynamicTest.dynamicTest("the journal takes JSON", () -> assertThat(evidence.text("json"))
                        .contains("\"group\":\"DMN\"").contains("\"message\":")),
                DynamicTest.dynamicTest("reloaded, it reads its files, and SAs stay", () -> {
                    assertThat(evidence.text("spis.reloaded")).isEqualTo(evidence.text("spis.before")).isNotEmpty();
                    assertThat(evidence.text("journal")).contains("connections are those of the files again");
                }),
                DynamicTest.dynamicTest("its heart is listened to, and beats", () ->
                        assertThat(evidence.text("watchdog")).containsPattern("^10s\n0\n[1-9][0-9]+\n$")),
                DynamicTest.dynamicTest("stuck, it is started again, and packets cross", () -> {
                    assertThat(evidence.text("journal")).contains("keylane.service: Watchdog timeout (limit 10s)!");
                    assertThat(evidence.text("restarted")).isEqualTo("1 active\n");
                    assertThat(evidence.text("ping.restarted")).contains(" 3 received");
                }),
                DynamicTest.dynamicTest("it makes way for strongSwan, has told the peer, and leaves nothing", () -> {
                    assertThat(evidence.text("conflict")).isEqualTo("strongswan active, keylane inactive\n");
                    assertThat(evidence.text("journal")).contains("keylane.service: Deactivated successfully.\n"
                            + "Stopped keylane.service - keylane, IKEv2 with IPsec SAs for each CPU.\n");
                    assertThat(evidence.log("right")).contains("received DELETE for IKE_SA net");
                    assertThat(evidence.states("states.stopped")).as("%s", evidence).isEmpty();
                    assertThat(evidence.number("policies.stopped")).isZero();
                }),
                DynamicTest.dynamicTest("by strongSwan's name it is started and asked", () -> {
                    assertThat(evidence.text("alias")).isEqualTo("keylane.service active\nkeylane/keylane.vici\n");
                    assertThat(evidence.text("swanctl")).contains("net: IKEv2");
                    assertThat(evidence.text("alias.stopped")).isEqualTo("no link\n");
                }));
    }

    private static final String RIGHTS = """
            CapPrm:\t0000008000001400
            CapEff:\t0000008000001400
            CapBnd:\t0000008000001400
            CapAmb:\t0000000000000000
            NoNewPrivs:\t1
            Seccomp:\t2
            """;

    /** What one can do who is started by the daemon. */
    private static final String UPDOWN = """
            #!/bin/sh
            [ "$PLUTO_VERB" = up-client ] && [ ! -e /var/lib/keylane/updown.log ] || exit 0
            exec >/var/lib/keylane/updown.log
            echo "$PLUTO_VERB"
            grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/self/status
            can() { what=$1; shift; if "$@" >/dev/null 2>&1; then echo "$what: yes"; else echo "$what: no"; fi; }
            for directory in /usr /etc /var /sys/fs/bpf /run/keylane /var/lib/keylane /tmp; do
              can "write in $directory" mkdir $directory/a-try
            done
            rmdir /run/keylane/a-try /var/lib/keylane/a-try
            can "see the script's files in /tmp" test -e /tmp/of-others
            can "see /root" ls /root/
            can "set a kernel variable" sh -c 'echo 0 >/proc/sys/kernel/panic'
            can "open a device" head -c 1 /dev/hwrng
            can "open the TUN device" sh -c ': 3<>/dev/net/tun'
            can "be another" setpriv --reuid=1 true
            can "make a name space" unshare --uts true
            can "mount" mount -t tmpfs none /tmp
            can "set a route" ip route add 10.99.0.0/24 dev lan
            """;

    private static final String SEEN = """
            write in /usr: no
            write in /etc: no
            write in /var: no
            write in /sys/fs/bpf: no
            write in /run/keylane: yes
            write in /var/lib/keylane: yes
            write in /tmp: yes
            see the script's files in /tmp: no
            see /root: no
            set a kernel variable: no
            open a device: no
            open the TUN device: yes
            be another: no
            make a name space: no
            mount: no
            set a route: yes
            """;

    private static final String SCRIPT = """
            end_capture wire
            # No cache of classes: reading it takes longer here than it saves.
            without=(--exclude=./usr/lib/keylane --exclude='./usr/lib/systemd/system/*.d' --exclude=./etc/systemd)
            tar -c -C $tree "${without[@]}" . | tar -x -C /
            mkdir -p /usr/lib/keylane
            mount --bind $tree/usr/lib/keylane /usr/lib/keylane
            install -m 600 left.conf /etc/keylane/conf.d/
            install -m 755 updown /etc/keylane/
            echo "KEYLANE_JAVA_OPTS='$jvm_options'" >/etc/default/keylane
            mine=/etc/systemd/system/keylane.service.d
            mkdir $mine
            printf '[Service]\\nWatchdogSec=10\\n' >$mine/sooner.conf
            touch /tmp/of-others
            head -c 1 /dev/hwrng >/dev/null
            property() { systemctl show -P "$1" "${2:-keylane}"; }
            spis() { states left | grep -oE 'spi=0x[0-9a-f]+' | sort; }
            # While strongSwan asks for an SA of a CPU's own, Linux drops what that CPU sends.
            cross() { ping -c 3 -i 0.2 -W 1 -I 10.1.0.1 10.2.0.1 >"$1"; grep -q ' 3 received' "$1"; }
            start_charon right right.conf
            systemctl daemon-reload

            say start
            systemctl start keylane
            { property ActiveState; property StatusText; } >started
            grep -E '^(Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|Seccomp):' /proc/$(property MainPID)/status >rights
            stat -c '%a %U %G %F' /run/keylane /run/keylane/keylane.vici >sockets
            wait_until 40 cross ping
            wait_until 20 settled
            find /sys/fs/bpf/keylane >pinned
            keylane steer show >steering
            wait_until 20 eval 'property StatusText | grep -q "^1 IKE"'
            property StatusText >running
            wait_until 20 grep -q '^set a route' /var/lib/keylane/updown.log
            cp /var/lib/keylane/updown.log .

            say reload
            spis >spis.before
            systemctl reload keylane
            wait_until 20 eval 'journalctl -u keylane | grep -q "connections are those of the files again"'
            spis >spis.reloaded
            { property WatchdogUSec; property NRestarts; property WatchdogTimestampMonotonic; } >watchdog

            say stuck
            kill -STOP $(property MainPID)
            wait_until 60 eval '[ "$(property NRestarts)" = 1 ]'
            wait_until 90 eval '[ "$(property ActiveState)" = active ]'
            echo "$(property NRestarts) $(property ActiveState)" >restarted
            wait_until 40 cross ping.restarted

            say conflict
            systemctl start strongswan
            echo "strongswan $(property ActiveState strongswan), keylane $(property ActiveState)" >conflict
            states left >states.stopped
            policies left >policies.stopped
            journalctl --sync; journalctl -u keylane -o cat >journal
            systemctl stop strongswan

            say alias
            install -m 644 /usr/share/doc/keylane/examples/strongswan-alias.conf $mine/
            echo 'keylane { log_format = json }' >/etc/keylane/conf.d/json.conf; chmod 600 /etc/keylane/conf.d/json.conf
            systemctl daemon-reload; systemctl reenable keylane
            systemctl start strongswan
            { echo "$(property Id strongswan) $(property ActiveState strongswan)"; readlink /run/charon.vici; } >alias
            swanctl --list-conns >swanctl
            journalctl --sync; journalctl -u keylane -o cat -n 20 >json
            systemctl stop strongswan
            if [ -L /run/charon.vici ]; then ls -l /run/charon.vici; else echo no link; fi >alias.stopped
            say done
            """;
}
