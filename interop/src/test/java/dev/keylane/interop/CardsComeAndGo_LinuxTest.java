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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A card that takes its time for each SA while it is tried, one that is moved into another network namespace, and one whose
 * driver is taken away and comes back. Left is keylane, right strongSwan.
 */
@InLab
class CardsComeAndGo_LinuxTest {
    /** Of the scenario's slow card, for each SA; it is tried with more than ten. */
    private static final int SLOW_MILLIS = 300;
    private static final String LEFT = net(true).child("hw_offload", "packet").text() + soft(true).text()
            + sim(true).child("hw_offload", "crypto").child("interface", "eth0").text();
    private static Evidence evidence;

    @BeforeAll
    static void run() {
        evidence = Scenario.named("cards-come-and-go").cards("left").cpus(2).within(Duration.ofSeconds(240))
                .file("left.conf", LEFT).file("representor.conf", LEFT + representor()).file("third.conf", LEFT + third().child("hw_offload", "packet")
                        .child("interface", "nic3").text())
                .file("right.conf", net(false).text() + soft(false).text() + sim(false).text())
                .file("ask.py", ASK_PY).run(SCRIPT.replace("SLOW", Integer.toString(SLOW_MILLIS)));
        evidence.completed();
    }

    /** It takes ten times as long to find out what the card can do. */
    @Test
    void nobodyWaitsForACardThatIsBeingTried() {
        assertThat(evidence.text("slow.tried")).as("before and after a peer's request. %s", evidence).isEqualTo("tried\ntried\n");
        assertThat(evidence.number("slow.initiated")).as("status of the peer's request. %s", evidence).isZero();
        String[] asked = evidence.text("slow.asked").strip().split(" ");
        System.out.println("control socket while a card is tried: " + String.join(" ", asked));
        assertThat(Integer.parseInt(asked[0])).as("answers. %s", evidence).isGreaterThan(10);
        assertThat(Integer.parseInt(asked[1])).as("ms for the slowest. %s", evidence).isLessThan(2000);
    }

    @Test
    void aDaemonThatIsKilledMeanwhileLeavesNothingForGood() {
        long left = evidence.text("killed.states").lines().count();
        assertThat(evidence.text("killed.journal")).as("%s", evidence).contains("+sa 198.1");
        assertThat(evidence.text("restarted.states")).as("%s", evidence).isEmpty();
        assertThat(evidence.text("restarted.card")).as("%s", evidence).doesNotContain("198.1");
        if (left > 0) {
            assertThat(evidence.log("left")).contains("removed " + left + " throw-away SAs and policies an earlier run left behind");
        }
        assertThat(evidence.text("restarted.ping")).as("%s", evidence).contains("3 received");
    }

    @Test
    void aCardThatMovesIntoAnotherNamespaceTakesItsKeysAlongAndGetsNewOnesWhenItIsBack() {
        assertThat(evidence.text("elsewhere.card")).as("SAs in the card. %s", evidence).isEmpty();
        assertThat(evidence.text("elsewhere.states")).as("%s", evidence).doesNotContain("offload");
        assertThat(evidence.text("elsewhere.policies")).as("what holds packets back alone. %s", evidence)
                .contains("action block").doesNotContain("offload");
        assertThat(evidence.log("left")).contains("nic1 was switched off: the keys in it are lost", "nic1 is gone, CHILD_SAs net{");
        assertThat(evidence.text("metrics")).as("%s", evidence)
                .containsPattern("\nkeylane_offload_lost_total\\{[^}]*nic1[^}]*\\} [1-9]");
        assertThat(evidence.text("elsewhere.ping")).as("%s", evidence).contains("3 received");
        assertThat(evidence.text("elsewhere.after").lines()).as("SPIs. %s", evidence).hasSize(2)
                .doesNotContainAnyElementsOf(evidence.text("elsewhere.before").lines().toList());
    }

    @Test
    void aDriverThatIsTakenAwayAndComesBackGetsNewKeys() {
        assertThat(evidence.text("unbound.before")).as("%s", evidence).contains("SA count=2");
        assertThat(evidence.text("unbound.states")).as("%s", evidence).doesNotContain("dev eth0");
        assertThat(evidence.log("left")).contains("eth0 is gone, CHILD_SAs sim{");
        assertThat(evidence.text("unbound.after")).as("%s", evidence).contains("SA count=2");
        assertThat(evidence.text("unbound.spis").lines()).as("SPIs. %s", evidence).hasSize(2)
                .doesNotContainAnyElementsOf(evidence.text("unbound.first").lines().toList());
    }

    /** Its packets are the VF's, and so would the SAs be: it has no offload. */
    @Test
    void aRepresentorTakesNoSasAndItIsSaidBeforeThePeerIsAsked() {
        assertThat(evidence.number("representor.initiated")).as("%s", evidence).isNotZero();
        assertThat(evidence.text("representor.initiate")).as("%s", evidence)
                .contains("children.rep.hw_offload = packet: NEWSA: EINVAL (22) (eth1 ");
    }

    @Test
    void whoStopsWhileACardIsTriedLeavesNothing() {
        assertThat(evidence.text("stopped.tried")).as("%s", evidence).isEqualTo("tried\n");
        assertThat(evidence.text("stopped.left")).as("%s", evidence).isEmpty();
        assertThat(evidence.log("left")).contains("stopped");
    }

    private static SwanctlConf net(boolean left) {
        return conf(new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true), left);
    }

    private static SwanctlConf soft(boolean left) {
        return flow("soft", left, 7001);
    }

    private static SwanctlConf sim(boolean left) {
        return flow("sim", left, 7002).child("esp_proposals", "aes128gcm16-noesn");
    }

    private static SwanctlConf third() {
        return flow("third", true, 7003);
    }

    private static String representor() {
        return flow("rep", true, 7004).connection("local_addrs", "10.7.0.1").connection("remote_addrs", "10.7.0.2")
                .child("hw_offload", "packet").child("interface", "eth1").text();
    }

    private static SwanctlConf flow(String name, boolean left, int port) {
        return conf(new Tunnel(name, Mode.TRANSPORT, Family.IPV4, Suite.AES_GCM, false), left)
                .child("local_ts", "dynamic[udp/" + port + "]").child("remote_ts", "dynamic[udp/" + port + "]");
    }

    private static SwanctlConf conf(Tunnel tunnel, boolean left) {
        String peer = tunnel.name() + "-right";
        return left ? SwanctlConf.left(tunnel).ids("left", peer) : SwanctlConf.right(tunnel).ids(peer, "left");
    }

    /** How many answers the control socket gives in so many seconds, and the longest time for one, ms. */
    private static final String ASK_PY = """
            import sys, time
            sys.path.insert(0, "/host/interop/lab")
            import vici
            client = vici.Client("/run/left.vici")
            end, count, longest = time.monotonic() + float(sys.argv[1]), 0, 0
            while time.monotonic() < end:
                begin = time.monotonic()
                client.request("stats", vici.Message())
                longest, count = max(longest, time.monotonic() - begin), count + 1
                time.sleep(0.02)
            print(count, round(longest * 1000))
            """;

    private static final String SCRIPT = """
            tried() { compgen -G '/run/left.vici.installed.*.tryouts' >/dev/null; }
            throw_away() { on left ip xfrm state | grep '^src 198.1' || true; }
            offloaded() { on left ip xfrm state | awk -v device="dev $1 " '/proto esp/ { spi = $4 } index($0, device) { print spi }' | sort; }
            in_the_card() { [ "$(in_card left sas | grep -c .)" = $1 ]; }
            keylane_options='--http 127.0.0.1:9500'

            plug_third() {
              ip -n wire link add to-third type lanenic
              ip -n wire link set to-thirdp netns left name nic3
              ip -n wire link set to-third up
              ip -n left link set nic3 up
            }
            plug_third
            slow() { echo $1 >/sys/kernel/debug/lanenic/to-thirdp/slow_ms; }

            start_charon right /out/right.conf
            start_keylane left /out/left.conf
            initiate left net >initiate 2>&1
            wait_until 20 in_the_card 2

            say elsewhere
            ip netns add elsewhere
            offloaded nic1 >elsewhere.before
            ip -n left link set nic1 netns elsewhere
            gone() { in_the_card 0 && grep -q "$1 is gone" left.log; }
            wait_until 20 gone nic1 || true
            in_card left sas >elsewhere.card
            on left ip xfrm state >elsewhere.states
            on left ip xfrm policy list nosock >elsewhere.policies
            scraped() {
              on left bash -c 'exec 3<>/dev/tcp/127.0.0.1/9500; printf "GET /metrics HTTP/1.0\r\n\r\n" >&3; cat <&3' >metrics
              grep -q '^keylane_offload_lost_total' metrics
            }
            wait_until 30 scraped || true
            ip -n elsewhere link set nic1 netns left
            ip -n left addr add 10.0.0.1/24 dev nic1
            ip -n left link set nic1 up
            for address in 10.0.0.2 10.2.0.1; do
              ip -n left neigh replace $address lladdr 02:00:00:00:00:02 dev nic1 nud permanent
            done
            ip -n left route replace 10.2.0.0/24 via 10.0.0.2 src 10.1.0.1
            wait_until 40 in_the_card 2 || true
            wait_until 20 settled || true
            on left ping -c 3 -i 0.1 -W 2 -I 10.1.0.1 10.2.0.1 >elsewhere.ping || true
            offloaded nic1 >elsewhere.after
            on left ip xfrm policy list nosock >elsewhere.policies-after

            say unbound
            ipsec=/sys/kernel/debug/netdevsim/netdevsim1/ports/0/ipsec
            in_sim() { grep -q "^SA count=$1 " $ipsec; }
            on left sh -c 'echo "1 1" >/sys/bus/netdevsim/new_device'
            wait_until 10 ip -n left link set eth0 up
            initiate left sim >>initiate 2>&1
            wait_until 10 in_sim 2 || true
            cat $ipsec >unbound.before
            offloaded eth0 >unbound.first
            on left ip xfrm policy list nosock >unbound.policies
            echo netdevsim1 >/sys/bus/netdevsim/drivers/netdevsim/unbind
            wait_until 20 grep -q 'eth0 is gone' left.log || true
            on left ip xfrm state >unbound.states
            on left sh -c 'echo netdevsim1 >/sys/bus/netdevsim/drivers/netdevsim/bind'
            wait_until 10 ip -n left link set eth0 up
            wait_until 40 in_sim 2 || true
            wait_until 10 settled || true
            cat $ipsec >unbound.after
            offloaded eth0 >unbound.spis
            on left ip xfrm policy list nosock >unbound.policies-after

            say representor
            echo 1 >/sys/bus/netdevsim/devices/netdevsim1/sriov_numvfs
            on left devlink dev eswitch set netdevsim/netdevsim1 mode switchdev
            ip -n left addr add 10.7.0.1/24 dev eth1
            wait_until 10 ip -n left link set eth1 up
            load left representor.conf >load 2>&1
            status=0; initiate left rep >representor.initiate 2>&1 || status=$?
            echo $status >representor.initiated

            say slow
            slow SLOW
            load left third.conf >>load 2>&1
            try_it_anew() { ip -n left link set nic3 down; ip -n left link set nic3 up; }
            ask_beside() { # fails when the card had been tried before all was answered, as on a machine that is busy
              wait_until 10 tried && echo tried >slow.tried
              python3 ask.py 2 >slow.asked & asker=$!
              status=0; initiate right soft >slow.initiate 2>&1 || status=$?
              echo $status >slow.initiated
              wait $asker
              tried && echo tried >>slow.tried
            }
            ask_beside || { terminate right soft >/dev/null 2>&1 || true; try_it_anew; ask_beside; } || true

            say killed
            tried || try_it_anew
            has_one() { grep -q '+sa 198.1' /run/left.vici.installed.*.tryouts; }
            wait_until 10 has_one
            stop left KILL
            cat /run/left.vici.installed.*.tryouts >killed.journal
            throw_away >killed.states
            slow 0
            start_keylane left /out/third.conf
            throw_away >restarted.states
            cat /sys/kernel/debug/lanenic/to-thirdp/sas >restarted.card
            initiate left net >>initiate 2>&1
            on left ping -c 3 -i 0.1 -W 2 -I 10.1.0.1 10.2.0.1 >restarted.ping || true

            say stopped
            slow SLOW
            try_it_anew
            wait_until 10 tried
            sleep 0.2
            ! tried || echo tried >stopped.tried
            stop left
            { throw_away; cat /sys/kernel/debug/lanenic/to-thirdp/sas; in_card left sas
              compgen -G '/run/left.vici.installed.*.tryouts'; } >stopped.left || true
            say done
            """;
}
