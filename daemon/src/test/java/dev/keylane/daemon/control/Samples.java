package dev.keylane.daemon.control;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** SAs and connections to show; the clock of all of them stands at {@link #NOW}. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    /** A configuration with one connection and one secret. */
    public static final java.nio.file.Path FILE =
            java.nio.file.Path.of("src/test/resources/dev/keylane/daemon/control/sample.conf");
    public static final Connection BLUE_FIELD = Configuration.load(List.of(FILE)).book().connections().getFirst();

    private static final IpEndpoint LOCAL = new IpEndpoint(IpAddress.of("192.168.50.1"), 500);
    private static final IpEndpoint REMOTE = new IpEndpoint(IpAddress.of("192.168.50.2"), 500);
    private static final Selectors VXLAN = new Selectors(
            List.of(new TrafficSelector(17, 4789, 4789, IpAddress.of("3.3.3.2"), IpAddress.of("3.3.3.2"))),
            List.of(new TrafficSelector(17, 4789, 4789, IpAddress.of("3.3.3.3"), IpAddress.of("3.3.3.3"))));

    private Samples() {
    }

    /** An established IKE SA of {@code BFL-BFR} with these children. */
    public static IkeSnapshot ike(long id, ChildSnapshot... children) {
        return ike(id, IkeSaView.State.ESTABLISHED, IkeSaView.Nat.NONE, cbc(), children);
    }

    public static IkeSnapshot ike(long id, IkeSaView.State state, IkeSaView.Nat nat, @Nullable IkeSuite suite,
                                  ChildSnapshot... children) {
        boolean up = state == IkeSaView.State.ESTABLISHED;
        IkeSaView view = new IkeSaView(id, "BFL-BFR", state, true,
                new IkeSaView.Spis(0x0123456789abcdefL, up ? -1L : 0L), new Path(LOCAL, REMOTE),
                new IkeSaView.Ids(Identification.parse("host1"),
                up ? Identification.parse("host2") : null), suite, nat, up ? NOW.minusSeconds(60) : null,
                up ? NOW.plusSeconds(13_000) : null,
                List.of(children).stream().map(ChildSnapshot::child).toList());
        return new IkeSnapshot(view, List.of(children));
    }

    public static IkeSuite cbc() {
        return new IkeSuite(EncryptionAlgorithm.AES_CBC, 128, PrfAlgorithm.PRF_HMAC_SHA2_256,
                IntegrityAlgorithm.HMAC_SHA2_256_128, KeGroup.CURVE_25519);
    }

    public static IkeSuite chaCha() {
        return new IkeSuite(EncryptionAlgorithm.CHACHA20_POLY1305, 256, PrfAlgorithm.PRF_HMAC_SHA2_384, null,
                KeGroup.ECP_384);
    }

    /** An installed child {@code bf} whose SPIs end in its id. */
    public static ChildSnapshot child(long id, Resource resource) {
        return child(id, resource, ChildSaView.State.INSTALLED, null);
    }

    public static ChildSnapshot child(long id, Resource resource, ChildSaView.State state,
                                      SaSpec.@Nullable Offload offload) {
        ChildTerms terms = new ChildTerms(0xc0000000 | (int) id, 0xcf000000 | (int) id,
                new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, resource.isBound() ? KeGroup.CURVE_25519 : null,
                        true), ChildConfig.Mode.TRANSPORT, VXLAN, false);
        ChildSa sa = new ChildSa(id, 1, "BFL-BFR", BLUE_FIELD.children().getFirst(), terms, new Path(LOCAL, REMOTE),
                resource, 0);
        return new ChildSnapshot(new ChildSaView(sa, state, NOW.minusSeconds(5), NOW.plusSeconds(3_000),
                NOW.plusSeconds(3_960)), 1, 1, info(LOCAL, terms.spiIn(), offload), info(REMOTE, terms.spiOut(), offload),
                Grant.NONE);
    }

    private static SaInfo info(IpEndpoint destination, int spi, SaSpec.@Nullable Offload offload) {
        long packets = spi & 0xff;
        return new SaInfo(SaId.esp(destination.address(), spi), LOCAL.address(), null, SaSpec.Mode.TRANSPORT, 1, -1,
                true, new SaInfo.Counters(packets, 100 * packets, 0, 0),
                packets % 2 == 0 ? 0 : NOW.getEpochSecond() - 3, offload, null, false);
    }

    /** {@code BLUE_FIELD} by another name whose only child has this name and does this on load. */
    public static Connection connection(String name, String child, boolean trap, boolean start) {
        return withChildren(name, child(child, trap, start));
    }

    public static Connection withChildren(String name, ChildConfig... children) {
        Connection c = BLUE_FIELD;
        return new Connection(name, c.endpoints(), c.proposals(), c.local(), c.remote(), c.options(),
                List.of(children));
    }

    public static ChildConfig child(String name, boolean trap, boolean start) {
        ChildConfig c = BLUE_FIELD.children().getFirst();
        return new ChildConfig(name, c.mode(), c.proposals(), c.localTs(), c.remoteTs(), new ChildActions(trap, start,
                ChildActions.OnLoss.CLEAR, ChildActions.OnLoss.CLEAR, ""), c.lifetime(), c.perCpu(), c.kernel());
    }

    /** A device that a rule would fit and a program steers, but for one SA, and one whose plaintext is spread. */
    public static SteeringSnapshot steering() {
        Map<String, Long> packets = new LinkedHashMap<>();
        packets.put("redirected", 50L);
        packets.put("already-here", 10L);
        packets.put("no-entry", 2L);
        packets.put("fragment", 0L);
        IpAddress local = IpAddress.of("192.0.2.1");
        return new SteeringSnapshot(List.of(new SteeringSnapshot.Device("eth0", "auto", List.of(
                new SteeringSnapshot.Way("spi", false, "eth0 does not hash the SPI of ESP (driver veth)", Optional.empty()),
                new SteeringSnapshot.Way("xdp", true, "the kernel takes the program", Optional.of(
                        new SteeringSnapshot.Use("native", OptionalInt.of(1), 1, packets, List.of("the table of eth0 is full with 1 SAs"))))),
                List.of(new SteeringSnapshot.Sa(local, 0xc0000001, 3, "xdp", OptionalLong.of(60), ""),
                        new SteeringSnapshot.Sa(local, 0xc0000002, 4, "", OptionalLong.empty(),
                                "xdp: the table of eth0 is full with 1 SAs")))),
                List.of(new SteeringSnapshot.Spread("eth1", "generic", "", List.of(0, 2), Map.of("redirected", 9L)),
                        new SteeringSnapshot.Spread("eth2", "", "there is no such device", List.of(), Map.of())),
                new SteeringSnapshot.Senders(List.of("eth0", "eth1"), "eth2: no program fits", 2, 1, 0));
    }
}
