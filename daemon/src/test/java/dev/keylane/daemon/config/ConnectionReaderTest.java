package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildLifetime.Volume;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeLifetime;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionReaderTest {
    private static Connection only(String text) {
        Loaded loaded = SampleConfig.load(text);
        assertThat(loaded.mistakes()).isEmpty();
        return loaded.book().connections().getFirst();
    }

    private static ChildConfig child(String lines) {
        return only(SampleConfig.child(lines)).children().getFirst();
    }

    /** One name must not keep all other connections from coming up; it may have an address when DNS is there. */
    @Test
    void aNameWithoutAnAddressIsAWarningAndMatchesNothing() {
        Loaded loaded = SampleConfig.load(SampleConfig.connection("remote_addrs = nowhere.example.org"));
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.notes()).extracting(ConfigNote::toString).containsExactly("t.conf:3: remote_addrs: the host name "
                + "\"nowhere.example.org\" has no address now: the connection waits until it has one, or goes on with the one it had");
        Endpoints endpoints = loaded.book().connections().getFirst().endpoints();
        assertThat(endpoints.unresolved()).containsExactly("nowhere.example.org");
        assertThat(endpoints.firstRemote()).isEmpty();
        assertThat(endpoints.matches(IpAddress.of("192.0.2.1"), IpAddress.of("192.0.2.2"))).isFalse();
    }

    @Test
    void aNameWithoutAnAddressBesideOthersKeepsNobodyWaiting() {
        assertThat(SampleConfig.load(SampleConfig.connection("remote_addrs = nowhere.example.org, 192.0.2.2")).notes())
                .extracting(ConfigNote::toString).containsExactly("t.conf:3: remote_addrs: the host name "
                        + "\"nowhere.example.org\" has no address now: the connection goes on with the others");
    }

    /** Those of a resolver that does not answer would hold up a start for minutes. */
    @Test
    void namesTogetherAreWaitedForOnlySoLong() {
        List<String> asked = new ArrayList<>();
        AddressResolver slow = ((AddressResolver) name -> {
            asked.add(name);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            return List.of();
        }).within(Duration.ofMillis(30));
        for (String name : List.of("a", "b", "c", "d")) {
            assertThat(slow.resolve(name)).isEmpty();
        }
        assertThat(asked).containsExactly("a", "b");
    }

    @Test
    void defaultsAreThoseOfStrongSwan() {
        Connection connection = only(SampleConfig.connection(""));
        assertThat(connection.endpoints().local()).singleElement().matches(p -> p.isAny());
        assertThat(connection.endpoints().remote()).singleElement().matches(p -> p.isAny());
        assertThat(connection.proposals()).isEqualTo(Proposals.DEFAULT_IKE);
        assertThat(connection.options()).isEqualTo(IkeOptions.DEFAULT);
        assertThat(connection.local().id()).isNull();
        assertThat(connection.remote().id()).isNull();
        ChildConfig child = connection.children().getFirst();
        assertThat(child).isEqualTo(new ChildConfig("net", ChildConfig.Mode.TUNNEL, Proposals.DEFAULT_ESP,
                List.of(TsPattern.DYNAMIC), List.of(TsPattern.DYNAMIC), ChildActions.NONE, ChildLifetime.DEFAULT,
                ChildConfig.PerCpu.NO, KernelOptions.DEFAULT));
    }

    /** Seconds: what is given, then what holds; a dash for what is not given. */
    @ParameterizedTest
    @CsvSource({"-,-,-,-,14400,0,1440,1440", "-,0,-,-,0,0,0,0", "0,-,-,-,0,0,0,0", "0,0,-,-,0,0,0,0",
            "-,-,-,0,14400,0,1440,0", "-,-,0,-,14400,0,0,0"})
    void ikeLifetimes(String rekey, String reauth, String over, String rand, long rekeySeconds, long reauthSeconds,
                      long overSeconds, long randSeconds) {
        String lines = line("rekey_time", rekey) + line("reauth_time", reauth) + line("over_time", over)
                + line("rand_time", rand);
        assertThat(only(SampleConfig.connection(lines)).options().lifetime()).isEqualTo(new IkeLifetime(
                Duration.ofSeconds(rekeySeconds), Duration.ofSeconds(reauthSeconds), Duration.ofSeconds(overSeconds),
                Duration.ofSeconds(randSeconds)));
    }

    @ParameterizedTest
    @CsvSource({"-,-,-,3600,3960,360", "1000,-,-,1000,1100,100", "-,1100,-,999,1100,101", "0,-,-,0,0,0",
            "100,300,-,100,300,200", "300,100,-,300,100,0", "100,300,5,100,300,5"})
    void childLifetimes(String rekey, String life, String rand, long rekeySeconds, long lifeSeconds, long randSeconds) {
        ChildLifetime lifetime = child(line("rekey_time", rekey) + line("life_time", life) + line("rand_time", rand))
                .lifetime();
        assertThat(List.of(lifetime.rekeyTime(), lifetime.lifeTime(), lifetime.randTime())).containsExactly(
                Duration.ofSeconds(rekeySeconds), Duration.ofSeconds(lifeSeconds), Duration.ofSeconds(randSeconds));
    }

    private static String line(String key, String value) {
        return value.equals("-") ? "" : key + " = " + value + "\n";
    }

    @Test
    void volumes() {
        ChildLifetime lifetime = child("rekey_bytes = 1000\nlife_packets = 2200\nrand_packets = 7\n").lifetime();
        assertThat(lifetime.bytes()).isEqualTo(new Volume(1000, 1100, 100));
        assertThat(lifetime.packets()).isEqualTo(new Volume(1999, 2200, 7));
    }

    @Test
    void everyOptionOfAConnection() {
        Connection connection = only(SampleConfig.connection("""
                version = 2
                local_addrs = 192.0.2.1, 198.51.100.0/24
                remote_addrs = gw.example.org
                local_port = 4500
                remote_port = 2500
                proposals = aes256gcm16-prfsha384-ecp384, default
                encap = yes
                mobike = no
                dpd_delay = 10s
                fragmentation = no
                childless = never
                unique = never
                keyingtries = %forever
                """));
        assertThat(connection.endpoints().firstLocal()).hasToString("Optional[192.0.2.1]");
        assertThat(connection.endpoints().local()).hasSize(2);
        assertThat(connection.endpoints().firstRemote()).hasToString("Optional[192.0.2.7]");
        assertThat(connection.endpoints().remote()).hasSize(2);
        assertThat(connection.endpoints().localPort()).isEqualTo(4500);
        assertThat(connection.endpoints().remotePort()).isEqualTo(2500);
        assertThat(connection.proposals()).hasSize(1 + Proposals.DEFAULT_IKE.size());
        assertThat(connection.options()).isEqualTo(new IkeOptions(true, false, IkeOptions.Fragmentation.NO,
                IkeOptions.Childless.NEVER, IkeOptions.Unique.NEVER, 0, Duration.ofSeconds(10), IkeLifetime.DEFAULT));
    }

    @Test
    void everyOptionOfAChild() {
        ChildConfig child = child("""
                mode = transport
                start_action = trap|start
                dpd_action = none
                close_action = clear
                policies = no
                policies_fwd_out = yes
                reqid = 42
                priority = 0xfffffffa
                replay_window = 0
                hw_offload = full
                interface = p0
                mark_in = 1/0xff
                mark_in_sa = yes
                mark_out = 2
                set_mark_in = 3
                set_mark_out = 4
                if_id_in = 5
                if_id_out = 0xffffffff
                copy_df = no
                copy_ecn = no
                copy_dscp = in
                icmp = yes
                tfc_padding = 1400
                per_cpu_sas = encap
                """);
        assertThat(child.mode()).isEqualTo(ChildConfig.Mode.TRANSPORT);
        assertThat(child.perCpu()).isEqualTo(ChildConfig.PerCpu.ENCAP);
        assertThat(child.actions()).isEqualTo(
                new ChildActions(true, true, OnLoss.CLEAR, OnLoss.CLEAR, ""));
        assertThat(child.kernel()).isEqualTo(new KernelOptions(false, true, 42, 0xffff_fffaL, 0, HwOffload.PACKET, "p0",
                new Marks(new Mark(1, 0xff), new Mark(2, -1), true, new Mark(3, -1), new Mark(4, -1), 5, -1), false,
                false, CopyDscp.IN, true, 1400));
    }

    /** A lane's policies come before its child's, IKE's before both, and backstops beneath. */
    @Test
    void inADeviceNoPriorityComesBeforeThatOfIke() {
        for (String priority : List.of("1", "2", "0xfffffffb", "0xffffffff")) {
            for (String offload : List.of("packet", "auto")) {
                assertThat(SampleConfig.mistakes(SampleConfig.child("hw_offload = " + offload + "\npriority = " + priority)))
                        .containsExactly("t.conf:8: priority: with hw_offload = " + offload + " it is 0, or from 3 to 4294967290:"
                                + " IKE passes before, and what is held back comes after");
            }
            assertThat(SampleConfig.mistakes(SampleConfig.child("hw_offload = crypto\npriority = " + priority))).isEmpty();
        }
        assertThat(child("hw_offload = packet\npriority = 3").kernel().priority()).isEqualTo(3);
    }

    @Test
    void childrenAreSteeredAsTheirConnectionSays() {
        assertThat(steering("")).isEqualTo(KernelOptions.Steering.UNSAID);
        assertThat(steering("steering = ntuple")).isEqualTo(KernelOptions.Steering.NTUPLE);
        assertThat(SampleConfig.load(SampleConfig.connection("steering = rps")).mistakes()).singleElement()
                .asString().endsWith(": steering: expected one of none, auto, xdp, ntuple, spi, found \"rps\"");
    }

    private static KernelOptions.Steering steering(String line) {
        return SampleConfig.load(SampleConfig.connection(line)).book().connections().getFirst().children().getFirst()
                .kernel().steering();
    }

    @Test
    void childrenInheritInterfaceIdsAndTheReplayWindow() {
        Loaded loaded = SampleConfig.load(SampleConfig.connection("if_id_in = 7\nif_id_out = 8")
                + "charon { replay_window = 128\n}");
        KernelOptions kernel = loaded.book().connections().getFirst().children().getFirst().kernel();
        assertThat(kernel.marks().ifIdIn()).isEqualTo(7);
        assertThat(kernel.marks().ifIdOut()).isEqualTo(8);
        assertThat(kernel.replayWindow()).isEqualTo(128);
    }

    @Test
    void listsMayComeAsLists() {
        Section.Builder c = Section.named("c", Origin.VICI);
        c.set("local_addrs", new Setting.Items(List.of("192.0.2.1", "192.0.2.2"), Origin.VICI));
        c.set("version", new Setting.Scalar("2", Origin.VICI));
        c.section("local-1", Origin.VICI).set("auth", new Setting.Scalar("psk", Origin.VICI));
        c.section("remote-1", Origin.VICI).set("auth", new Setting.Scalar("psk", Origin.VICI));
        c.section("children", Origin.VICI).section("k", Origin.VICI)
                .set("esp_proposals", new Setting.Items(List.of("aes128gcm16-x25519-esn"), Origin.VICI))
                .set("mode", new Setting.Scalar("transport", Origin.VICI));
        ConnectionReader reader = new ConnectionReader(SampleConfig.NAMES, 32);
        assertThat(reader.read(c.build())).isInstanceOfSatisfying(ConnectionReader.Result.Read.class, read -> {
            assertThat(read.connection().endpoints().local()).hasSize(2);
            assertThat(read.connection().children().getFirst().proposals()).hasSize(1);
        });
        c.set("encap", new Setting.Items(List.of("yes", "no"), Origin.VICI));
        c.set("vips", new Setting.Items(List.of("0.0.0.0", "::"), Origin.VICI));
        assertThat(reader.read(c.build())).isInstanceOfSatisfying(ConnectionReader.Result.Refused.class, refused ->
                assertThat(refused.mistakes()).extracting(ConfigMistake::toString).containsExactly(
                        "vici: vips: not supported by keylane", "vici: encap: expected one value, found a list"));
    }

    @Test
    void secretsKeepTheirSpacesAndOwners() {
        Loaded loaded = SampleConfig.load("""
                secrets {
                  ike { secret = "  two words  "
                  }
                  ike-1 { secret = 0x0102fF
                    id = host1
                    id-a = 192.0.2.1
                    idb = C=CH, O=keylane, CN=*
                  }
                  ike2 { secret = 0sAQI=
                    id1 = %any
                  }
                }
                """);
        assertThat(loaded.mistakes()).isEmpty();
        List<SharedKey> keys = loaded.book().sharedKeys();
        assertThat(keys).extracting(SharedKey::id).containsExactly("ike", "ike-1", "ike2");
        assertThat(keys.get(0).secret().borrow()).isEqualTo("  two words  ".getBytes(StandardCharsets.UTF_8));
        assertThat(keys.get(0).owners()).isEmpty();
        assertThat(keys.get(1).secret().borrow()).containsExactly(1, 2, 255);
        assertThat(keys.get(1).owners()).containsExactly(Identification.parse("host1"),
                Identification.parse("192.0.2.1"), Identification.parse("C=CH, O=keylane, CN=*"));
        assertThat(keys.get(2).secret().borrow()).containsExactly(1, 2);
        assertThat(keys.get(2).owners()).containsExactly(Identification.ANY);
    }
}
