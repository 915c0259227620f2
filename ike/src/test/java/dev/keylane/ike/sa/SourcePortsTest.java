package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Ports where randomness always begins with the same one. */
class SourcePortsTest {
    private static final IpEndpoint HERE = new IpEndpoint(IpAddress.of("192.0.2.1"), 4500);
    private static final ChildConfig CONFIG = Configs.LEFT.withOwnPorts().book().connections().getFirst().children()
            .getFirst();

    @Test
    void twoIkeSasWithOnePeerShareNoPort() {
        SaContext context = context(EndpointSettings.DEFAULT);
        int first = choose(context, 1, "198.51.100.2", take(context), null);
        assertThat(first).isEqualTo(49_152);
        assertThat(choose(context, 2, "198.51.100.2", take(context), null)).isNotEqualTo(first).isEqualTo(49_153);
    }

    private static SaContext context(EndpointSettings settings) {
        int[] drawn = {0};
        RandomSource zeros = count -> Octets.wrap(count == 2 ? new byte[2] : new byte[] {0, 0, 0, 0, 0, 0,
                (byte) (++drawn[0] >> 8), (byte) drawn[0]});
        return new SaContext(new JcaCrypto(), zeros, settings,
                _ -> new ResourceAssignment.Answer.Assigned(Resource.FALLBACK), SpiChoice.ANY);
    }

    @Test
    void thePortsWeListenOnAreNobodys() {
        EndpointSettings usual = EndpointSettings.DEFAULT;
        SaContext context = context(new EndpointSettings(49_152, 49_153, usual.retransmission(), usual.halfOpen()));
        assertThat(choose(context, 1, "198.51.100.2", take(context), null)).isEqualTo(49_154);
    }

    @Test
    void anotherPeerAndAPortThatIsGivenBackAreFree() {
        SaContext context = context(EndpointSettings.DEFAULT);
        int gone = take(context);
        assertThat(choose(context, 1, "198.51.100.2", gone, null)).isEqualTo(49_152);
        assertThat(choose(context, 2, "198.51.100.3", take(context), null)).isEqualTo(49_152);
        context.spis().release(gone);
        assertThat(choose(context, 3, "198.51.100.2", take(context), null)).isEqualTo(49_152);
    }

    @Test
    void aRekeyedSasPortStaysTaken() {
        SaContext context = context(EndpointSettings.DEFAULT);
        int old = take(context);
        int port = choose(context, 1, "198.51.100.2", old, null);
        ChildSa replaced = new ChildSa(1, 1, "BFL-BFR", CONFIG, terms(old), path("198.51.100.2"), Resource.cpu(0), 0,
                port);
        assertThat(choose(context, 1, "198.51.100.2", take(context), replaced)).isEqualTo(port);
        context.spis().release(old);
        assertThat(choose(context, 2, "198.51.100.2", take(context), null)).isNotEqualTo(port);
    }

    private int take(SaContext context) {
        return context.spis().take();
    }

    private static Path path(String peer) {
        return new Path(HERE, new IpEndpoint(IpAddress.of(peer), 4500));
    }

    private static int choose(SaContext context, long ikeSa, String peer, int spiIn, ChildSa replaced) {
        IkeSa sa = IkeSa.responder(ikeSa, ikeSa, ikeSa, path(peer), Instant.EPOCH);
        Turn turn = new Turn(sa, context, Instant.EPOCH, new ArrayList<>());
        Children children = context.peerChildren().of("BFL-BFR", Identification.parse("peer"));
        return context.sourcePorts().choose(CONFIG, terms(spiIn), Resource.cpu(0), replaced, children, turn);
    }

    private static ChildTerms terms(int spiIn) {
        TrafficSelector all = TrafficSelector.subnet(IpAddress.of("10.0.0.0"), 8);
        return new ChildTerms(spiIn, 0xd0000000, new EspSuite(EncryptionAlgorithm.AES_GCM_16, 256, null, null, true),
                ChildConfig.Mode.TUNNEL, new Selectors(List.of(all), List.of(all)), true);
    }
}
