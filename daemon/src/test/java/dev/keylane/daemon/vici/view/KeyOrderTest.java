package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.xfrm.SaSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import static org.assertj.core.api.Assertions.assertThat;

/** Messages as {@code swanctl --raw} would print them: what test suites and scripts match. */
class KeyOrderTest {
    private static final String IKE_HEAD = "uniqueid=1 version=2 state=ESTABLISHED local-host=192.168.50.1 "
            + "local-port=500 local-id=host1 remote-host=192.168.50.2 remote-port=500 remote-id=host2 initiator=yes "
            + "initiator-spi=0123456789abcdef responder-spi=ffffffffffffffff ";
    private static final String IKE = IKE_HEAD + "encr-alg=AES_CBC encr-keysize=128 integ-alg=HMAC_SHA2_256_128 "
            + "prf-alg=PRF_HMAC_SHA2_256 dh-group=CURVE_25519 established=60 rekey-time=13000";
    private static final String TS = "local-ts=[3.3.3.2/32[udp/4789]] remote-ts=[3.3.3.3/32[udp/4789]]";

    @Test
    void ikeSaWithAFallbackAndAnSaForACpu() {
        assertThat(listSa(Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(5)))))
                .isEqualTo("BFL-BFR {" + IKE + " child-sas {"
                        + "bf-2 {name=bf uniqueid=2 reqid=1 state=INSTALLED mode=TRANSPORT protocol=ESP "
                        + "spi-in=c0000002 spi-out=cf000002 per-cpu-sas=yes encr-alg=AES_GCM_16 encr-keysize=128 esn=1 "
                        + "bytes-in=200 packets-in=2 bytes-out=200 packets-out=2 rekey-time=3000 life-time=3960 "
                        + "install-time=5 " + TS
                        + "} bf-3 {name=bf uniqueid=3 reqid=1 state=INSTALLED mode=TRANSPORT protocol=ESP "
                        + "spi-in=c0000003 spi-out=cf000003 per-cpu-sas=yes cpu=5 encr-alg=AES_GCM_16 encr-keysize=128 "
                        + "dh-group=CURVE_25519 esn=1 bytes-in=300 packets-in=3 use-in=3 bytes-out=300 packets-out=3 "
                        + "use-out=3 rekey-time=3000 life-time=3960 install-time=5 " + TS + "}}}");
    }

    @Test
    void anIkeSaWithoutChildrenStillHasTheirSectionAtItsEnd() {
        assertThat(listSa(Samples.ike(1))).isEqualTo("BFL-BFR {" + IKE + " child-sas {}}");
    }

    @Test
    void whatIsNotKnownYetIsLeftOut() {
        assertThat(listSa(Samples.ike(1, IkeSaView.State.CONNECTING, IkeSaView.Nat.NONE, null)))
                .isEqualTo("BFL-BFR {uniqueid=1 version=2 state=CONNECTING local-host=192.168.50.1 local-port=500 "
                        + "local-id=host1 remote-host=192.168.50.2 remote-port=500 remote-id=%any initiator=yes "
                        + "initiator-spi=0123456789abcdef responder-spi=0000000000000000 child-sas {}}");
        assertThat(child(Samples.child(2, Resource.NONE, ChildSaView.State.INSTALLING, null)))
                .isEqualTo("name=bf uniqueid=2 reqid=1 state=INSTALLING mode=TRANSPORT " + TS);
    }

    @Test
    void aeadHasNoIntegrityAndChaChaNoSize() {
        assertThat(listSa(Samples.ike(1, IkeSaView.State.ESTABLISHED, new IkeSaView.Nat(false, true, true),
                Samples.chaCha()))).isEqualTo("BFL-BFR {" + IKE_HEAD + "nat-remote=yes nat-fake=yes nat-any=yes "
                + "encr-alg=CHACHA20_POLY1305 prf-alg=PRF_HMAC_SHA2_384 dh-group=ECP_384 established=60 "
                + "rekey-time=13000 child-sas {}}");
    }

    @Test
    void grantedOffloadStandsBehindInstallTime() {
        assertThat(child(Samples.child(2, Resource.NONE, ChildSaView.State.REKEYED,
                new SaSpec.Offload("p0", true)))).endsWith("install-time=5 hw-offload=packet hw-device=p0 " + TS);
    }

    @Test
    void whatWasAskedAndRefusedStandsBehindWhatWasGranted() {
        ChildSnapshot plain = Samples.child(2, Resource.NONE);
        Grant grant = new Grant(KernelOptions.HwOffload.AUTO, Rung.SOFTWARE, "p0", List.of(
                new Refusal(Rung.PACKET, "p0", Refusal.Reason.BUSY, "NEWSA: EBUSY (16)")));
        assertThat(child(new ChildSnapshot(plain.child(), 1, 1, plain.inbound(), plain.outbound(), grant)))
                .endsWith("install-time=5 hw-offload-asked=auto hw-offload-refused=[packet on p0: NEWSA: EBUSY (16)] " + TS);
    }

    @Test
    void aChildTheKernelLostHasZeroCounters() {
        ChildSnapshot lost = ChildSnapshot.of(Samples.child(3, Resource.NONE).child(), null);
        assertThat(child(lost)).contains(" bytes-in=0 packets-in=0 bytes-out=0 packets-out=0 ");
    }

    @Test
    void connection() {
        assertThat(raw(ConnSection.of(Samples.BLUE_FIELD, 500))).isEqualTo("BFL-BFR {local_addrs=[192.168.50.1] "
                + "remote_addrs=[192.168.50.2] local_port=500 remote_port=500 version=IKEv2 reauth_time=0 rekey_time=0 "
                + "unique=UNIQUE_NO proposals {0 {encr=[AES_CBC_128] integ=[HMAC_SHA2_256_128] prf=[PRF_HMAC_SHA2_256] "
                + "ke=[CURVE_25519]}} local-1 {id=host1 " + AUTH + "} remote-1 {id=host2 " + AUTH + "} "
                + "children {bf {mode=TRANSPORT rekey_time=3600 rekey_bytes=0 rekey_packets=0 dpd_action=none "
                + "close_action=none esp_proposals {0 {encr=[AES_GCM_16_128] ke=[CURVE_25519] sn=[EXT_SEQ]}} ah_proposals {} local-ts=[3.3.3.0/24[udp/4789]] remote-ts=[3.3.3.0/24[udp/4789]]}}}");
    }

    @Test
    void trap() {
        ChildConfig config = Samples.BLUE_FIELD.children().getFirst();
        TrapView trap = new TrapView(1, "BFL-BFR", config, 9,
                Samples.child(2, Resource.NONE).child().sa().terms().selectors());
        assertThat(raw(PolicySection.of(trap)))
                .isEqualTo("BFL-BFR/bf {child=bf reqid=9 ike=BFL-BFR mode=TRANSPORT " + TS + "}");
    }

    @Test
    void events() {
        ChildSnapshot child = Samples.child(2, Resource.NONE);
        IkeSnapshot sa = Samples.ike(1, child, Samples.child(3, Resource.NONE));
        assertThat(event(new ControlEvent.IkeUpDown(sa, true))).isEqualTo("up=yes BFL-BFR {" + IKE + "}");
        assertThat(event(new ControlEvent.IkeUpDown(sa, false))).isEqualTo("BFL-BFR {" + IKE + "}");
        assertThat(event(new ControlEvent.IkeRekeyed(sa, sa)))
                .isEqualTo("BFL-BFR {old {" + IKE + "} new {" + IKE + "}}");
        assertThat(event(new ControlEvent.ChildUpDown(sa, child, true)))
                .startsWith("up=yes BFL-BFR {" + IKE + " child-sas {bf-2 {name=bf ").doesNotContain("bf-3");
        ControlEvent.LogLine line =
                new ControlEvent.LogLine(Effect.Group.IKE, 1, 4, "BFL-BFR", "initiating", Samples.NOW);
        assertThat(event(line))
                .isEqualTo("group=IKE level=1 thread=0 ikesa-name=BFL-BFR ikesa-uniqueid=4 msg=initiating");
        assertThat(raw(EventMessages.controlLog(line)))
                .isEqualTo("group=IKE level=1 ikesa-name=BFL-BFR ikesa-uniqueid=4 msg=initiating");
    }

    private static final String AUTH = "class=pre-shared key groups=[] cert_policy=[] certs=[] cacerts=[]";

    @Test
    void rekeyingsMovesAndAlerts() {
        ChildSnapshot old = Samples.child(2, Resource.NONE, ChildSaView.State.REKEYING, null);
        IkeSnapshot sa = Samples.ike(1);
        assertThat(event(new ControlEvent.ChildRekeyed(sa, old, Samples.child(3, Resource.NONE))))
                .startsWith("BFL-BFR {" + IKE + " child-sas {bf {old {name=bf uniqueid=2 reqid=1 state=REKEYING ")
                .contains("} new {name=bf uniqueid=3 reqid=1 state=INSTALLED ").endsWith("}}}}");
        IpEndpoint there = new IpEndpoint(IpAddress.of("203.0.113.9"), 40_000);
        assertThat(event(new ControlEvent.IkeMoved(sa, new Path(sa.ike().path().local(), there)))).isEqualTo(
                "local-host=192.168.50.1 local-port=500 remote-host=203.0.113.9 remote-port=40000 BFL-BFR {" + IKE + "}");
        assertThat(event(new ControlEvent.Alerted(Alert.PEER_AUTH_FAILED, sa)))
                .isEqualTo("type=peer-auth-failed ike-sa {BFL-BFR {" + IKE + "}}");
        assertThat(event(new ControlEvent.Alerted(Alert.INVALID_IKE_SPI, null))).isEqualTo("type=invalid-ike-spi");
    }

    @Test
    void portsHaveTheNamesOfTheHost(@TempDir java.nio.file.Path directory) throws IOException {
        java.nio.file.Path file = Files.writeString(directory.resolve("services"),
                "# comment\nhttp 80/tcp www # WorldWideWeb\nwww-alt 80/tcp\nbroken\n");
        IpAddress host = IpAddress.of("192.0.2.1");
        assertThat(ServiceNames.read(file).name(new TrafficSelector(6, 80, 80, host, host))).isEqualTo("192.0.2.1/32[tcp/http]");
        assertThat(ServiceNames.read(file).name(new TrafficSelector(17, 80, 80, host, host))).isEqualTo("192.0.2.1/32[udp/80]");
        assertThat(ServiceNames.read(file).name(new TrafficSelector(6, 80, 81, host, host))).isEqualTo("192.0.2.1/32[tcp/80-81]");
        assertThat(ServiceNames.read(directory.resolve("none")).name(new TrafficSelector(6, 80, 80, host, host)))
                .isEqualTo("192.0.2.1/32[tcp/80]");
    }

    private static String event(ControlEvent event) {
        return raw(EventMessages.of(event, Samples.NOW));
    }

    private static String listSa(IkeSnapshot sa) {
        return raw(IkeSection.withChildren(sa, sa.children(), Samples.NOW));
    }

    private static String child(ChildSnapshot child) {
        return raw(ChildSection.of(child, Samples.NOW));
    }

    private static String raw(ViciMessage message) {
        return message.elements().stream().map(element -> switch (element) {
            case ViciMessage.Value value -> value.name() + "=" + value.text();
            case ViciMessage.Items items -> items.name() + "=[" + String.join(" ", items.texts()) + "]";
            case ViciMessage.Section(String name, ViciMessage content) -> name + " {" + raw(content) + "}";
        }).collect(Collectors.joining(" "));
    }

    @Test
    void longLinesAreCutToWhatAValueCanHold() {
        ControlEvent.LogLine line =
                new ControlEvent.LogLine(Effect.Group.IKE, 1, 0, "", "ü".repeat(70_000), Samples.NOW);
        assertThat(EventMessages.of(line, Samples.NOW).value("msg").orElseThrow().length()).isLessThan(65_536);
        assertThat(List.of(EventMessages.name(line))).containsExactly("log");
    }
}
