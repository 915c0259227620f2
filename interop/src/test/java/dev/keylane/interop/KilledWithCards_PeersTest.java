package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.PhaseLoss;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.peer.Family;
import dev.keylane.interop.peer.Mode;
import dev.keylane.interop.peer.Suite;
import dev.keylane.interop.peer.SwanctlConf;
import dev.keylane.interop.peer.Tunnel;
import java.time.Duration;
import java.time.LocalTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Both ends send all the time while left's daemon is killed, dead for a while, and started again; its card goes on with the
 * SAs it has. Right is a keylane with a card first, then strongSwan without.
 */
@InLab
@Isolated
class KilledWithCards_PeersTest {
    private static final Tunnel TUNNEL = new Tunnel("net", Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);

    @TestFactory
    Stream<DynamicTest> killedAndStartedAgain() {
        Evidence evidence = Scenario.named("killed-with-cards").cards("left", "right").cpus(4).within(Duration.ofSeconds(200))
                .file("left.conf", packet(SwanctlConf.left(TUNNEL))).file("right.conf", packet(SwanctlConf.right(TUNNEL)))
                .file("software.conf", SwanctlConf.right(TUNNEL).child("rekey_time", "1h").text())
                .file("nonces.py", LinkLoss_LinuxTest.NONCES_PY).run(SCRIPT);
        LossTable table = new LossTable("killed", evidence).shown();
        return Stream.of(DynamicTest.dynamicTest("the script comes to its end", evidence::completed),
                DynamicTest.dynamicTest("nothing is lost between two keylanes",
                        () -> table.nothingLostIn("steady", "dead", "restarted")),
                DynamicTest.dynamicTest("not while they key either, unless left is too busy to act on the answer in time",
                        () -> lostBetweenKeylanes(evidence)),
                DynamicTest.dynamicTest("strongSwan and the card hear each other while nobody keys",
                        () -> table.nothingLostIn("strongswan-steady", "strongswan-dead", "strongswan-restarted")),
                DynamicTest.dynamicTest("what is lost of what goes to strongSwan has no SA or policy there any more",
                        () -> lostToStrongSwan(evidence)),
                DynamicTest.dynamicTest("what is lost of what strongSwan sends had none, or came before the card had it",
                        () -> lostFromStrongSwan(evidence)),
                DynamicTest.dynamicTest("no SPI and nonce crosses twice", () -> assertThat(evidence.text("nonces"))
                        .as("%s", evidence).matches("(?s)[1-9]\\d{3,} packets, [1-9]\\d* SPIs, 0 repeated\\n")));
    }

    /** Right sends by the new SA when it has had it for a second; left counts what comes before it has it, too. */
    private static void lostBetweenKeylanes(Evidence evidence) {
        String restarted = ofRun(1, evidence);
        Duration busy = Duration.between(timeOf("KNL\\] net\\{2\\}: hw_offload = packet", evidence.log("right")),
                timeOf("CHD\\] <net\\|1> CHILD_SA net\\{1\\} established", restarted));
        assertThat(lost(evidence, "left", "restarting")).as("%s", evidence).isZero();
        assertThat(lost(evidence, "right", "restarting")).as("left had its SA %s after right. %s", busy, evidence)
                .isLessThanOrEqualTo(busy.compareTo(IN_TIME) < 0 ? 0 : early(restarted));
    }

    private static LocalTime timeOf(String event, String log) {
        Matcher line = Pattern.compile("(?m)^(\\S+) \\[" + event).matcher(log);
        assertThat(line.find()).as("%s in:%n%s", event, log).isTrue();
        return LocalTime.parse(line.group(1));
    }

    /** What left has logged in its nth run, the first being 0. */
    private static String ofRun(int run, Evidence evidence) {
        return evidence.log("left").split("\\[DMN\\] keylane ")[run + 1];
    }

    /** Packets that came by SAs that left had asked for and its card did not have yet. */
    private static long early(String log) {
        return EARLY.matcher(log).results().mapToLong(found -> Long.parseLong(found.group(1))).sum();
    }

    /**
     * It forgets the old SAs when it hears of the new start, before its answer has been acted on. It removes the policies
     * first: what an SA still decrypts then finds none, XfrmInNoPols.
     */
    private static void lostToStrongSwan(Evidence evidence) {
        assertThat(lost(evidence, "left", "strongswan-restarting")).as("%s", evidence)
                .isLessThanOrEqualTo(grown(evidence, "right", "XfrmInNoStates", "XfrmInStateInvalid", "XfrmInNoPols"));
    }

    /**
     * It sends by its new SA at once, and what Linux would decrypt the card's window would not know of. What has chosen an SA
     * that is removed before it is encrypted is lost, too, XfrmOutStateInvalid.
     */
    private static void lostFromStrongSwan(Evidence evidence) {
        long clear = evidence.number("clear.after") - evidence.number("clear.before");
        assertThat(lost(evidence, "right", "strongswan-restarting")).as("%s", evidence)
                .isLessThanOrEqualTo(early(ofRun(2, evidence)) + clear + grown(evidence, "left", "XfrmInNoStates")
                        + grown(evidence, "right", "XfrmOutStateInvalid"));
    }

    private static long lost(Evidence evidence, String from, String phase) {
        return evidence.losses().stream().filter(loss -> loss.from().equals(from) && loss.phase().equals(phase))
                .mapToLong(PhaseLoss::lost).sum();
    }

    private static long grown(Evidence evidence, String host, String... counters) {
        return Stream.of(counters).mapToLong(counter -> count(evidence.text("errors-after." + host), counter)
                - count(evidence.text("errors-before." + host), counter)).sum();
    }

    private static long count(String errors, String counter) {
        return errors.lines().filter(line -> line.startsWith(counter + " ")).mapToLong(line -> Long.parseLong(line.split("\\s+")[1]))
                .sum();
    }

    private static String packet(SwanctlConf conf) {
        return conf.child("hw_offload", "packet").child("rekey_time", "1h").text();
    }

    /** A little less than keylane waits before it sends by new SAs. */
    private static final Duration IN_TIME = Duration.ofMillis(900);
    private static final Pattern EARLY = Pattern.compile("(\\d+) packets? for SPI \\S+ came before its SA was in the device");

    private static final String SCRIPT = """
            end_capture wire
            start_keylane right /out/right.conf
            start_keylane left /out/left.conf
            capture link esp
            sas() { in_card left sas | grep -oE 'spi=0x[0-9a-f]+' | sort; }
            stands() { [ "$(in_card left sas | grep -c .)" = 2 ] && settled; }
            renewed() { stands && ! sas | grep -qxFf /run/old-sas; }
            kill_and_start_again() { # PREFIX-OF-PHASES
              wait_until 20 stands
              sas >/run/old-sas
              phase $1steady
              sleep 1
              phase $1dead
              stop left KILL
              sleep 1
              phase $1restarting
              start_keylane left /out/left.conf
              wait_until 60 renewed
              phase $1restarted
              sleep 1
            }
            initiate left net >initiate 2>&1
            start_flows 2 100
            kill_and_start_again ''
            phase between
            stop right
            start_charon right /out/software.conf
            initiate left net >>initiate 2>&1
            wait_until 20 stands
            in_clear() { on left nft list chain inet flows in | sed -nE 's/.*packets ([0-9]+) .*/\\1/p' >clear.$1; }
            in_clear before
            errors before
            kill_and_start_again strongswan-
            errors after
            in_clear after
            end_flows
            end_capture link
            python3 nonces.py >nonces
            """;
}
