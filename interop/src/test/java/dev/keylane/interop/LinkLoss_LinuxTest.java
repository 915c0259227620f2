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
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A card with packet offload forgets its keys: it is switched off, an operator flushes, keylane is killed, the card is
 * taken out. All the while both ends send, every ten milliseconds.
 */
@InLab
@Isolated("measures how long nothing arrives")
class LinkLoss_LinuxTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    private static final Tunnel HOSTS = new Tunnel("hosts", Mode.TRANSPORT, Family.IPV6, Suite.AES_GCM, true);
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("link-loss").cards("left").cpus(4).within(Duration.ofSeconds(300))
                .file("left.conf", SwanctlConf.left(TUNNEL).child("hw_offload", "auto").text())
                .file("right.conf", SwanctlConf.right(TUNNEL).text())
                .file("hosts.left.conf", SwanctlConf.left(HOSTS).child("hw_offload", "packet").text())
                .file("hosts.right.conf", SwanctlConf.right(HOSTS).text())
                .file("flow.py", FLOW_PY).file("gaps.py", GAPS_PY).file("nonces.py", NONCES_PY).run(SCRIPT);
        evidence.completed();
    }

    /**
     * The guest's own clock. How soon keylane begins is its own share. The whole, which wants two hosts' answers, takes a fifth
     * of a second here; the first round, in which the program does this for the first time, has three seconds on a machine
     * that runs other things beside.
     */
    @Test
    void trafficFlowsAgainAsSoonAsTheLinkIsUp() {
        List<String> rounds = evidence.text("gaps").lines().toList();
        System.out.println("after link up, until packets arrive:\n  " + String.join("\n  ", rounds));
        assertThat(rounds).as("%s", evidence).hasSize(3).allSatisfy(round -> {
            String[] words = round.split(" ");
            long most = round.equals(rounds.getFirst()) ? 3000 : 1000;
            assertThat(Long.parseLong(words[2])).as(round + ": ms until right hears left").isLessThan(most);
            assertThat(Long.parseLong(words[4])).as(round + ": ms until left hears right").isLessThan(most);
            assertThat(Long.parseLong(words[6])).as(round + ": ms until keylane asks for keys").isLessThan(1000);
        });
    }

    @Test
    void theNewSasAreInTheCardAgain() {
        for (String round : List.of("off-and-on", "flap", "responder", "flushed")) {
            assertThat(evidence.number(round + ".card")).as("SAs in the card, %s. %s", round, evidence).isEqualTo(2);
        }
    }

    @Test
    void noNonceComesTwice() {
        assertThat(evidence.text("nonces")).as("%s", evidence)
                .matches("(?s)[1-9]\\d{2,} packets, [1-9]\\d* SPIs, 0 repeated\\n");
    }

    @Test
    void nothingCrossesInTheClear() {
        assertThat(evidence.number("clear")).as("%s", evidence).isZero();
        assertThat(evidence.text("backstops").lines().filter(line -> line.contains("action block")))
                .as("policies while the card has none. %s", evidence).hasSize(2);
        assertThat(evidence.text("held")).as("%s", evidence).contains("Operation not permitted");
        assertThat(evidence.number("aside")).as("octets that left by another way. %s", evidence).isZero();
    }

    /** The card's policies mean IKE's packets, too, and so does what holds packets back meanwhile. */
    @Test
    void hostsWhosePoliciesMeanIkeItselfFindEachOtherAgain() {
        assertThat(evidence.text("hosts.before")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("hosts.after")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("hosts.neighbours")).as("what keylane has put back. %s", evidence)
                .contains("fd00::2 dev nic1 lladdr 02:00:00:00:00:02").doesNotContain("PERMANENT");
        assertThat(evidence.number("hosts.card")).as("SAs in the card. %s", evidence).isEqualTo(2);
        assertThat(evidence.number("hosts.terminated")).as("status of a terminate. %s", evidence).isZero();
    }

    @Test
    void aKilledDaemonsSasAreReplacedAndAForeignOneStays() {
        assertThat(evidence.text("recovered")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("foreign")).as("the card after recovery. %s", evidence).contains("00001001");
        assertThat(evidence.number("stateless")).as("packets that found no SA, though the old ones stood. %s", evidence).isZero();
    }

    @Test
    void anotherNetworkNamespacesSasOfTheSameNamesAreNotTouched() {
        assertThat(evidence.text("tenant.after")).as("%s", evidence).isEqualTo(evidence.text("tenant.before"));
        assertThat(evidence.text("tenant.before").lines().count()).isGreaterThanOrEqualTo(2);
        assertThat(evidence.text("orphans")).as("left's, which only a daemon there may take. %s", evidence)
                .isEqualTo(evidence.text("orphans.before"));
    }

    @Test
    void withoutTheCardSoftwareGoesOn() {
        assertThat(evidence.text("software")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("software.states")).as("%s", evidence).contains("10.0.0.1").doesNotContain("offload");
        assertThat(evidence.log("left")).contains("nic1 was switched off: the keys in it are lost",
                "nic1 is gone, ", "SAs of CHILD_SAs net{", "are not in the kernel any more");
    }

    private static final String FLOW_PY = """
            import socket, sys, threading, time
            here, there, log = sys.argv[1:]
            link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            link.bind((here, 9999))
            def hear():
                with open(log, "w", buffering=1) as out:
                    while True:
                        link.recv(2000)
                        print(time.time_ns(), file=out)
            threading.Thread(target=hear, daemon=True).start()
            said = set()
            while True:
                try:
                    link.sendto(bytes(100), (there, 9999))
                except OSError as refused:
                    if refused.strerror not in said:
                        said.add(refused.strerror)
                        print(refused.strerror, flush=True)
                time.sleep(0.01)
            """;

    /**
     * A round a line: its name and milliseconds from link up to the first packet at each end, to keylane's beginning, and to
     * new SAs in the card.
     */
    private static final String GAPS_PY = """
            import re
            heard = {host: [int(line) for line in open(host + ".heard")] for host in ("right", "left")}
            def logged(words, up):
                day = int(up) // 1000000 % 86400000
                for h, m, s, ms in re.findall(r"(?m)^(..):(..):(..)\\.(...) .*" + words, open("left.log").read()):
                    at = ((int(h) * 60 + int(m)) * 60 + int(s)) * 1000 + int(ms) - day
                    if at % 86400000 < 43200000:
                        return at % 86400000
                return 999999
            for line in open("ups"):
                name, up = line.split()
                first = {host: [at for at in times if at > int(up)] for host, times in heard.items()}
                print(name, *(word for host in ("right", "left") for word in
                    (host, (first[host][0] - int(up)) // 1000000 if first[host] else 999999)),
                    "begins", logged("replacing CHILD_SAs", up), "keyed", logged("net.*packet on nic1$", up))
            """;

    /** RFC 4106: the octets behind SPI and sequence number. */
    static final String NONCES_PY = """
            import struct
            data = open("link.pcap", "rb").read()
            at, seen, repeated, spis = 24, set(), 0, set()
            while at + 16 <= len(data):
                size = struct.unpack("<I", data[at + 8:at + 12])[0]
                frame = data[at + 16:at + 16 + size]
                at += 16 + size
                if frame[12:14] == b"\\x08\\x00" and frame[23] == 50:
                    esp = 14 + (frame[14] & 15) * 4
                    nonce = frame[esp:esp + 4] + frame[esp + 8:esp + 16]
                    repeated += nonce in seen
                    seen.add(nonce)
                    spis.add(frame[esp:esp + 4])
            print(f"{len(seen)} packets, {len(spis)} SPIs, {repeated} repeated")
            """;

    private static final String SCRIPT = """
            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            capture link 'esp or udp port 9999'
            in_the_card() { [ "$(sas_in_card left | grep -c .)" = $1 ]; }
            stands() { in_the_card 2 && settled; }
            initiate left net >initiate 2>&1
            wait_until 20 stands
            ip netns exec right python3 flow.py 10.2.0.1 10.1.0.1 right.heard >right.flow 2>&1 & flows=$!
            ip netns exec left python3 flow.py 10.1.0.1 10.2.0.1 left.heard >held 2>&1 & flows+=" $!"
            hears() { [ "$(wc -l <right.heard)" -gt $1 ] && [ "$(wc -l <left.heard)" -gt $2 ]; }
            wait_until 20 hears 10 10

            {
              echo link set nic1 up
              echo neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev nic1 nud permanent
              echo neigh replace 10.2.0.1 lladdr 02:00:00:00:00:02 dev nic1 nud permanent
              echo route replace 10.2.0.0/24 via 10.0.0.2 src 10.1.0.1
            } >on
            { echo link set nic1 down; cat on; } >flap
            up() { # NAME BATCH
              local right left
              right=$(wc -l <right.heard) left=$(wc -l <left.heard)
              echo "$1 $(date +%s%N)" >>ups
              ip -n left -batch $2
              wait_until 20 hears $((right + 5)) $((left + 5)) || true
              wait_until 20 stands || true
              sas_in_card left | grep -c . >$1.card || true
            }

            say off-and-on
            ip -n left link set nic1 down
            empty() { in_the_card 0 && [ "$(on left ip xfrm policy | grep -c 'action block')" = 2 ]; }
            wait_until 10 empty
            # Even if there is another way for what the card had: it does not leave.
            ip -n left link add aside type dummy
            on left sysctl -qw net.ipv6.conf.aside.disable_ipv6=1   # it would say things by itself
            ip -n left link set aside up
            ip -n left route add 10.2.0.0/24 dev aside src 10.1.0.1
            sleep 0.5
            on left ip xfrm policy list nosock >backstops
            on left cat /sys/class/net/aside/statistics/tx_bytes >aside
            ip -n left link del aside
            up off-and-on on
            say flap
            up flap flap
            say responder
            kill -STOP $flows
            terminate left net >terminate 2>&1
            wait_until 10 no_states || true
            initiate right net >>initiate 2>&1
            wait_until 20 stands
            kill -CONT $flows
            ip -n left link set nic1 down
            wait_until 10 empty
            up responder on

            say flushed
            before=$(keyed_spis left)
            ip -n left xfrm state flush
            replaced() { stands && [ "$(keyed_spis left)" != "$before" ]; }
            wait_until 40 replaced || true
            sas_in_card left | grep -c . >flushed.card || true
            kill -STOP $flows

            say hosts
            terminate left net >>terminate 2>&1
            wait_until 10 no_states || true
            # The peer encrypts what it says of neighbours, by an SA that the card has forgotten: keylane knows it from before.
            {
              echo link set nic1 up
              echo addr replace fd00::1/64 dev nic1 nodad
            } >on6
            ip -n left -batch on6
            for host in left right; do load $host hosts.$host.conf >>load 2>&1; done
            initiate left hosts >>initiate 2>&1 || true
            wait_until 20 stands || true
            on left ping -6 -c 3 -i 0.1 -W 2 fd00::2 >hosts.before || true
            ip -n left link set nic1 down
            wait_until 10 in_the_card 0 || true
            ip -n left -batch on6
            introduced() { ip -n left neigh show fd00::2 | grep -q lladdr; }
            wait_until 10 introduced || true
            ip -n left neigh show fd00::2 >hosts.neighbours
            wait_until 20 on left ping -6 -c 1 -W 1 fd00::2 || true
            wait_until 10 stands || true
            on left ping -6 -c 3 -i 0.1 -W 2 fd00::2 >hosts.after || true
            sas_in_card left | grep -c . >hosts.card || true
            in_card left policies >hosts.policies
            status=0; terminate left hosts >>terminate 2>&1 || status=$?
            echo $status >hosts.terminated
            for host in left right; do load $host $host.conf >>load 2>&1; done
            ip -n left -batch on
            initiate left net >>initiate 2>&1
            wait_until 20 stands
            end_capture link
            python3 gaps.py >gaps
            python3 nonces.py >nonces
            captured link udp port 9999 >clear

            say killed
            ip -n left xfrm state add src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x1001 reqid 77 mode transport \\
                aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128 \\
                offload packet dev nic1 dir out
            plug_tenant() {
              ip netns add tenant
              ip -n wire link add to-tenant type lanenic
              ip -n wire link set to-tenantp netns tenant name nic1
              ip -n tenant addr add 10.0.0.1/24 dev nic1
              ip -n tenant link set nic1 up
            }
            plug_tenant
            states left | grep -v spi=0x00001001 | while read -r line; do
              eval "$(tr ' ' '\\n' <<<"$line" | grep -E '^(src|dst|spi|reqid|dir)=')"
              ip -n tenant xfrm state add src $src dst $dst proto esp spi $spi reqid $reqid mode tunnel \\
                  aead 'rfc4106(gcm(aes))' 0x000102030405060708090a0b0c0d0e0f10111213 128 \\
                  offload packet dev nic1 dir $dir </dev/null
            done
            names() { states $1 | grep -oE 'spi=\\S+ reqid=\\S+' | sort; }
            stop left KILL
            names left >orphans.before
            names tenant >tenant.before
            KEYLANE_JAVA_OPTS=$jvm_options ip netns exec tenant /host/keylane run --kernel xfrm \\
                --control /run/left.vici >>tenant.log 2>&1 &
            pid[tenant]=$!
            wait_until 60 vici left --stats
            stop tenant
            names tenant >tenant.after
            names left >orphans
            stateless() { on left awk '$1 == "XfrmOutNoStates" { print $2 }' /proc/net/xfrm_stat; }
            before=$(stateless)
            ip netns exec left ping -q -i 0.01 -c 10000 10.2.0.1 >/dev/null & pinger=$!
            start_keylane left /out/left.conf
            kill $pinger
            echo $(($(stateless) - before)) >stateless
            initiate left net >>initiate 2>&1 || true
            on left ping -c 3 -i 0.2 -W 2 10.2.0.1 >recovered || true
            in_card left sas >foreign

            say taken out
            ip -n left link del nic1
            ip link add eth0 netns left address 02:00:00:00:00:01 type veth peer name to-left netns wire
            ip -n wire link set to-left master bridge up
            ip -n left addr add 10.0.0.1/24 dev eth0
            ip -n left link set eth0 up
            unset 'card[left]'
            ip -n left neigh replace 10.0.0.2 lladdr 02:00:00:00:00:02 dev eth0 nud permanent
            ip -n left route add 10.2.0.0/24 via 10.0.0.2 src 10.1.0.1
            wait_until 60 on left ping -c 1 -W 1 10.2.0.1 || true
            on left ping -c 3 -i 0.2 -W 2 10.2.0.1 >software || true
            on left ip xfrm state >software.states
            """;
}
