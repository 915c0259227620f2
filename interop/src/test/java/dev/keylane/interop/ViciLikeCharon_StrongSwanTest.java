package dev.keylane.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.interop.lab.Evidence;
import dev.keylane.interop.lab.InLab;
import dev.keylane.interop.lab.Lab;
import dev.keylane.interop.lab.Scenario;
import dev.keylane.interop.vici.Clients;
import dev.keylane.interop.vici.Comparison;
import dev.keylane.interop.vici.Tolerance;
import dev.keylane.interop.vici.Transcript;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * charon and then keylane, in the same place and situation, are asked everything that VICI knows, by raw messages and by
 * swanctl 6.1: replies, events, their keys and the order of these are the same, but for what is written down here. The
 * outcome is the table in docs/control-socket.md.
 */
@InLab
class ViciLikeCharon_StrongSwanTest {
    @TestFactory
    Stream<DynamicTest> everyCommandAndEvent() {
        Evidence evidence = Scenario.named("vici-like-charon").within(Duration.ofSeconds(240))
                .file("right.conf", RIGHT).file("left.conf", LEFT).file("bad.conf", LEFT.replace("esp_proposals", "no_such_key"))
                .run(SCRIPT);
        Comparison replies = new Comparison(REPLIES);
        Comparison events = new Comparison(EVENTS);
        return Stream.of(
                DynamicTest.dynamicTest("script", evidence::completed),
                DynamicTest.dynamicTest("replies", () -> {
                    replies.of(Transcript.ofReplies(evidence.text("charon.replies")),
                            Transcript.ofReplies(evidence.text("keylane.replies")));
                    assertThat(replies.faults()).as("%s", evidence).isEmpty();
                    assertThat(replies.needless()).as("tolerated in vain").isEmpty();
                }),
                DynamicTest.dynamicTest("events", () -> {
                    events.of(sieved(evidence.text("charon.events")), sieved(evidence.text("keylane.events")));
                    assertThat(events.faults()).as("%s", evidence).isEmpty();
                    assertThat(events.needless()).as("tolerated in vain").isEmpty();
                }),
                DynamicTest.dynamicTest("log", () -> assertThat(evidence.text("keylane.log").lines()).contains(LOG)),
                DynamicTest.dynamicTest("swanctl", () -> swanctl(evidence)),
                DynamicTest.dynamicTest("swanctl --log", () -> assertThat(evidence.text("keylane.live-log").lines())
                        .isNotEmpty().allMatch(line -> line.matches("\\d\\d\\[[A-Z]{3}\\] (<net\\|\\d+> )?.+"), "a line of charon's form")),
                DynamicTest.dynamicTest("swanctl --monitor-sa", () -> assertThat(heads(evidence.text("keylane.monitor")))
                        .as("%s", evidence).isEqualTo(heads(evidence.text("charon.monitor")))),
                DynamicTest.dynamicTest("table", () -> {
                    String table = table(replies.verdicts(), events.verdicts(), new Clients(evidence.text("runs"),
                            source("interop/src/test/java/dev/keylane/interop/RealClients_ToolsTest.java"),
                            source("interop/tools/viciclients.py"), source("interop/tools/exporter.py")));
                    Files.writeString(evidence.directory().resolve("table.md"), table);
                    assertThat(Files.readString(Lab.repository().resolve("docs/control-socket.md"))).contains(table);
                }));
    }

    private static String source(String file) throws IOException {
        return Files.readString(Lab.repository().resolve(file));
    }

    /** What our log must say of requests as charon's does. */
    private static final String[] LOG = Stream.of("added vici connection: net", "vici installing 'host'", "vici install 'net'",
            "vici uninstall 'net'", "vici initiate CHILD_SA 'net'", "vici rekey CHILD_SA 'net'", "vici rekey IKE_SA 'net'",
            "vici terminate IKE_SA 'net'", "removed vici connection: net").map(line -> "  msg = " + line).toArray(String[]::new);

    /**
     * An IKE SA that was given up before it was one is told of by us alone, and one that moves to port 4500 before it is one by
     * charon. Whether a request is sent twice is a matter of load.
     */
    private static Transcript sieved(String events) {
        return Transcript.ofEvents(Stream.of(events.split("(?m)(?=^event )"))
                .filter(event -> !event.contains("gone/state = CONNECTING"))
                .filter(event -> !event.startsWith("event ike-updown\n  (unnamed) {"))
                .filter(event -> !event.startsWith("event ike-update\n") || !event.contains("(unnamed)"))
                .filter(event -> !event.contains("type = retransmit-")).collect(Collectors.joining()));
    }

    /** All tolerated differences of replies. */
    private static final List<Tolerance> REPLIES = List.of(
            Tolerance.of(": version$", "reply (daemon|version) = .*", "`daemon` is keylane, `version` ours"),
            Tolerance.of(": stats$", "reply (workers/.*|plugins = .*)", "workers are event loops, plugins ours"),
            Tolerance.of(": get-algorithms$", "reply .*/.*", "the algorithms that keylane can propose, by `jca`"),
            Tolerance.of("(bad value|bad list): load-conn$", "reply errmsg = invalid value for: .*",
                    "a wrong value's message goes on with what is wrong"),
            Tolerance.of(": list-conns$", "event list-conn shunts/.*proposals.*", "default proposals are keylane's"),
            Tolerance.of("^percpu: list-conns$", "event list-conn .*/per-cpu-.*", "`per-cpu-*` where they are set"),
            Tolerance.of(": list-sas$", "event list-sa .*/tasks-.*", "no `tasks-*`"),
            Tolerance.of("(no certificate|no key|a token): load-(cert|key|token)$", "reply errmsg = .*", "not supported by keylane"),
            Tolerance.of("without certificate: load-authority$", "reply errmsg = .*", "not supported by keylane"),
            Tolerance.of("a pool.*: load-pool$", "reply (success|errmsg) = .*", "not supported by keylane"),
            Tolerance.of("one: get-pools$", "reply pool.*", "there are none"),
            Tolerance.of("the pool: unload-pool$", "reply (success|errmsg) = .*", "there are none"));

    private static final List<Tolerance> EVENTS = List.of(
            Tolerance.of("^event ", "event [a-z-]+ .*/tasks-.*", "no `tasks-*`"),
            Tolerance.of("^event child-rekey", "event child-rekey .*/old/rekey-time .*", "`old` without `rekey-time`"),
            Tolerance.of("^event child-rekey", "event child-rekey .*/old/state = (DELETED|REKEYED)",
                    "`old` is REKEYED, not DELETED yet, when the peer replaces it"),
            Tolerance.of("^event alert", "event alert ike-sa(/\\(unnamed\\).*)? .*",
                    "no `ike-sa` of a peer that has no proposal in common, for which no IKE SA is made"));

    private static void swanctl(Evidence evidence) {
        List<String> runs = evidence.text("runs").lines().distinct().toList();
        assertThat(runs).hasSizeGreaterThan(35);
        for (String run : runs) {
            String file = run.substring(0, run.indexOf(' '));
            assertThat(told(evidence.text("keylane." + file))).as("swanctl %s. %s", run, evidence)
                    .isEqualTo(told(evidence.text("charon." + file)));
        }
    }

    /** What does not depend on the daemon or the moment; of lines of the log nothing. */
    private static String told(String output) {
        return NUMBERS.matcher(STATISTICS.matcher(output).replaceAll("$1 #")).replaceAll("#").lines()
                .filter(line -> !line.startsWith("[")).filter(line -> !line.startsWith("plugin '")).collect(Collectors.joining("\n"));
    }

    /** What {@code --stats} says of threads, plugins and memory. */
    private static final Pattern STATISTICS = Pattern.compile("(?m)^(uptime:|worker threads:|job queues:|jobs scheduled:|IKE_SAs:"
            + "|mallinfo:|loaded plugins:).*");

    /** SPIs, times, and the numbers of SAs, which depend on what was done before. */
    private static final Pattern NUMBERS = Pattern.compile("[0-9a-f]{16}(?![0-9a-f])|\\bc[0-9a-f]{7}\\b| +\\d+s ago|\\d+(?=s\\b)"
            + "|#\\d+|(?<=net-)\\d+|(?<=reqid )\\d+"
            + "|(?<=(?:established|rekey-time|life-time|install-time|use-in|use-out|uniqueid|reqid)[= ]{1,3})\\d+");

    private static List<String> heads(String monitor) {
        return monitor.lines().map(line -> line.replaceAll(" \\{.*", "")).toList();
    }

    private static String table(Map<String, String> replies, Map<String, String> events, Clients clients) {
        StringBuilder table = new StringBuilder("| command | beside charon 6.1 | " + String.join(" | ", Clients.COLUMNS) + " |\n")
                .append("| --- | --- |").append(" --- |".repeat(Clients.COLUMNS.size())).append('\n');
        new TreeMap<>(replies).forEach((command, verdict) -> {
            if (!command.equals("no-such-command")) {
                table.append("| `").append(command).append("` | ").append(verdict).append(ALSO.getOrDefault(command, ""))
                        .append(" | ").append(clients.cells(command)).append(" |\n");
            }
        });
        table.append("\n| event | beside charon 6.1 |\n| --- | --- |\n");
        new TreeMap<>(events).forEach((event, verdict) ->
                table.append("| `").append(event.replace("event ", "")).append("` | ").append(verdict).append(" |\n"));
        return table.toString();
    }

    /** What the walk does not ask for, since charon would do it. */
    private static final Map<String, String> ALSO = Map.of("redirect", " for what charon refuses; nobody is redirected",
            "rekey", "; `reauth` is refused", "list-sas", "; no SA that was replaced and is gone");

    private static final String SCRIPT = """
            charon_settings='delete_rekeyed_delay = 1'
            export PYTHONPATH=/host/interop/lab
            start_charon right /out/right.conf
            swan() {   # FILE ARGUMENT...: what swanctl prints, and its exit status
              local file=$1 status=0; shift
              echo "$file $*" >>runs
              vici left "$@" >$who.$file 2>&1 || status=$?
              echo "exit $status" >>$who.$file
            }
            fresh_sa() { vici left --list-sas | grep -qE "net: #[0-9]+, reqid.*INSTALLED" && ! vici left --list-sas | grep -qE "REKEY|DELET"; }
            # keylane has bound its socket in a directory of its own, and put it there when it was ready.
            both_are_connected() { [ "$(ss -xH state connected | grep -cE '/run/(left[.]vici|[.]v[0-9a-f]{6}/s) ')" -ge 2 ]; }
            monitored_its_end() { [ "$(grep -c ike-updown "$who.monitor")" = 2 ]; }
            drive() {
              swan load-all --load-all --file /out/left.conf
              for what in conns creds pools authorities; do swan load-$what --load-$what --file /out/left.conf; done
              swan load-bad --load-conns --file /out/bad.conf
              swan conns --list-conns; swan conns-raw --list-conns --raw; swan conns-pretty --list-conns --pretty
              swan install --install --child net; swan install-none --install --child nobody
              swan pols --list-pols; swan pols-raw --list-pols --raw
              swan uninstall --uninstall --child net; swan uninstall-none --uninstall --child nobody
              timeout 200 stdbuf -oL swanctl --monitor-sa --raw --uri unix:///run/left.vici >$who.monitor & local monitor=$!
              timeout 200 stdbuf -oL swanctl --log --uri unix:///run/left.vici >$who.live-log & local log=$!
              wait_until 30 both_are_connected || true
              sleep 0.3   # and say what they want to hear
              swan initiate --initiate --child net --timeout 10; swan initiate-none --initiate --child nobody
              swan sas --list-sas; swan sas-raw --list-sas --raw; swan sas-pretty --list-sas --pretty --ike net
              swan sas-none --list-sas --ike nobody
              swan rekey --rekey --child net; swan rekey-none --rekey --child nobody
              wait_until 5 fresh_sa
              swan counters --counters --name net; swan counters-all --counters --all; swan counters-none --counters --name nobody
              swan counters-reset --counters --reset --name net
              swan reload --reload-settings; swan certs --list-certs; swan pools --list-pools; swan authorities --list-authorities
              swan flush --flush-certs; swan redirect --redirect --ike nobody --gateway 10.0.0.9
              swan terminate --terminate --ike net --timeout 5; swan terminate-none --terminate --ike nobody
              wait_until 5 monitored_its_end || true
              sleep 0.3
              swan stats --stats; swan wrong-option --list-certs --bogus; swan empty --load-conns --file /dev/null; swan sas-gone --list-sas
              kill $monitor $log; wait $monitor $log 2>/dev/null || true
            }
            for who in charon keylane; do
              if [ $who = charon ]; then start_charon left; else start_keylane left; fi
              say "$who: raw"
              python3 /host/interop/lab/viciwalk.py /run/left.vici /out/$who
              say "$who: swanctl"
              drive
              stop left
              say "$who: done"
              mv left.log $who.daemon-log
              ip -n left xfrm state flush; ip -n left xfrm policy flush
            done
            """;

    private static String peer(String name, String remoteId, String proposals, String children) {
        return """
                  %s {
                    version = 2
                    local_addrs = 10.0.0.2
                    remote_addrs = 10.0.0.1
                    mobike = no
                    proposals = %s
                    rekey_time = 0
                    local { auth = psk
                      id = %s }
                    remote { auth = psk
                      id = %s }
                    children { %s }
                  }
                """.formatted(name, proposals, remoteId.replace("left", "right"), remoteId, children);
    }

    private static String child(String name) {
        return """
                %s { esp_proposals = aes128gcm16-noesn
                        local_ts = 10.2.0.0/24
                        remote_ts = 10.1.0.0/24
                        rekey_time = 0 }
                """.formatted(name);
    }

    private static final String HOST = """
            host { esp_proposals = aes128gcm16-noesn
                    mode = transport
                    local_ts = dynamic[tcp]
                    remote_ts = dynamic[tcp/80]
                    rekey_time = 0 }
            """;
    private static final String RIGHT = "connections {\n"
            + peer("net", "left", "aes128gcm16-prfsha256-x25519", child("net") + HOST)
            + peer("badauth", "left-bad", "aes128gcm16-prfsha256-x25519", child("badauth"))
            + peer("badprop", "left", "aes256gcm16-prfsha384-x448", child("badprop"))
            + """
            }
            secrets {
              ike-1 { id-1 = left
                id-2 = right
                secret = "a shared secret of some length" }
              ike-2 { id-1 = left-bad
                id-2 = right-bad
                secret = "quite another secret" }
            }
            """;
    private static final String LEFT = "connections {\n" + peer("net", "right", "aes128gcm16-prfsha256-x25519",
            child("net").replace("10.2.", "10.9.").replace("10.1.", "10.2.").replace("10.9.", "10.1."))
            .replace("10.0.0.2", "10.0.0.9").replace("10.0.0.1", "10.0.0.2").replace("10.0.0.9", "10.0.0.1")
            .replace("local { auth = psk\n      id = right", "local { auth = psk\n      id = left")
            .replace("rekey_time = 0", "rekey_time = 3000s\n    rand_time = 0s")
            + """
            }
            secrets {
              ike-1 { id-1 = left
                id-2 = right
                secret = "a shared secret of some length" }
            }
            """;
}
