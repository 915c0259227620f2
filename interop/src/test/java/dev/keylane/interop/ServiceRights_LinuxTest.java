package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Both daemons have no more rights than {@code keylane.service} gives: three capabilities, no way to new ones, files that
 * others own out of reach. All that needs the kernel works, steering programs included, and the manager is told.
 */
@InLab
class ServiceRights_LinuxTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    @TestFactory
    Stream<DynamicTest> threeCapabilitiesAreEnough() {
        Evidence evidence = Scenario.named("service-rights").cards("right").cpus(2).within(Duration.ofSeconds(150))
                .file("left.conf", conf(SwanctlConf.left(TUNNEL).child("start_action", "trap"), "left"))
                .file("right.conf", conf(SwanctlConf.right(TUNNEL), "right")).file("manager.py", MANAGER).run(SCRIPT);
        return Stream.of(
                DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("they have three capabilities", () -> assertThat(evidence.text("rights"))
                        .isEqualTo("CapEff:\t0000008000001400\nCapBnd:\t0000008000001400\nNoNewPrivs:\t1\n")),
                DynamicTest.dynamicTest("nothing is left out for want of rights", () -> {
                    assertThat(evidence.log("left")).doesNotContain("EPERM", "EACCES", "permission");
                    assertThat(evidence.log("right")).doesNotContain("EPERM", "EACCES", "permission");
                }),
                DynamicTest.dynamicTest("a program tells which CPUs send", () ->
                        assertThat(evidence.text("show-left")).contains("children and peers: 1 by the program, 0 by acq")),
                DynamicTest.dynamicTest("a program steers what arrives", () -> assertThat(evidence.text("show-right"))
                        .containsPattern("xdp +(native|generic), [2-9] of [0-9]+ entries, [1-9][0-9]* hits")),
                DynamicTest.dynamicTest("the manager hears of the start, the heart, a reload and the end", () ->
                        assertThat(evidence.text("manager")).startsWith("READY=1 STATUS=")
                                .containsPattern("WATCHDOG=1 STATUS=1 IKE SAs, [3-9] Child SAs, kernel xfrm")
                                .containsPattern("(?s)\nRELOADING=1 MONOTONIC_USEC=[0-9]+\n(.*\n)?READY=1 ")
                                .contains("\nSTOPPING=1 STATUS=closing IKE SAs\n")),
                DynamicTest.dynamicTest("asked to stop it leaves nothing and ends with 0", () -> {
                    assertThat(evidence.number("status")).isZero();
                    assertThat(evidence.states("stopped.left")).as("%s", evidence).isEmpty();
                }));
    }

    private static String conf(SwanctlConf conf, String host) {
        return conf.connection("steering", "xdp").child("per_cpu_sas", "yes").text()
                + "keylane {\n    steering_directory = /run/bpf/" + host + "\n}\n";
    }

    /** What a service manager does with its socket: a line for each datagram. */
    private static final String MANAGER = """
            import socket
            manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            manager.bind("/run/manager")
            while True:
                print(manager.recv(4096).decode().replace("\\n", " "), flush=True)
            """;

    private static final String SCRIPT = """
            end_capture wire
            mkdir /run/bpf; mount -t bpf bpf /run/bpf   # which systemd does at boot
            python3 /out/manager.py >/out/manager &
            confined() { # HOST MANAGER
              NOTIFY_SOCKET=$2 WATCHDOG_USEC=2000000 KEYLANE_JAVA_OPTS=$jvm_options ip netns exec "$1" \\
                setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,+net_admin,+net_bind_service,+bpf \\
                /host/keylane run --config "/out/$1.conf" --control "/run/$1.vici" >>"/out/$1.log" 2>&1 &
              pid[$1]=$! kind[$1]=keylane
              wait_until 90 answers_or_died "$1"
            }
            confined right ''
            confined left /run/manager
            grep -E '^(CapEff|CapBnd|NoNewPrivs):' /proc/${pid[left]}/status >rights
            wait_until 40 all_cpus_have_sas left 2 10.0.0.1 10.2.0.1
            wait_until 10 settled
            sink right 9999
            for cpu in 0 1; do send_from left $cpu 20 10.2.0.1 9999; done
            sleep 0.3
            for host in left right; do on $host /host/keylane steer show --control /run/$host.vici >show-$host; done
            wait_until 10 grep -q 'WATCHDOG=1 STATUS=1 IKE SAs, [3-9] Child' manager
            kill -HUP ${pid[left]}
            wait_until 10 eval '[ "$(grep -c ^READY=1 manager)" = 2 ]'
            status=0; kill -TERM ${pid[left]}; wait ${pid[left]} || status=$?
            echo $status >status
            states left >stopped.left
            """;
}
