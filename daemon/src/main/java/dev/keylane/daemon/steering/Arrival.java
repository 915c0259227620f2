package dev.keylane.daemon.steering;

import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.steering.Placement;
import dev.keylane.steering.SteeredSa;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * An inbound SA that is bound to a CPU.
 *
 * @param word      what its connection says
 * @param device    where its packets arrive, empty when that is unknown or the device is to be left alone
 * @param placement who steers it there
 */
record Arrival(SaId id, SteeredSa sa, int cpu, Steering word, Optional<String> device, Placement placement) {
    /** One that nobody has looked after yet. */
    static Arrival of(SaSpec inbound, Steering word) {
        return of(inbound, word, UdpSources.ANY);
    }

    /**
     * @param source the UDP port that the peer has agreed to send from
     */
    static Arrival of(SaSpec inbound, Steering word, int source) {
        SaSpec.Encap encap = inbound.encap();
        SaSpec.Offload offload = inbound.offload();
        SteeredSa sa = new SteeredSa(inbound.id().destination(), inbound.id().spi(),
                encap == null ? OptionalInt.empty() : OptionalInt.of(encap.destinationPort()),
                offload == null ? SteeredSa.Offload.NONE
                        : offload.packet() ? SteeredSa.Offload.PACKET : SteeredSa.Offload.CRYPTO)
                .from(new IpEndpoint(inbound.source(), port(encap, source)));
        return new Arrival(inbound.id(), sa, inbound.cpu(), word, Optional.empty(), NOBODY);
    }

    private static int port(SaSpec.@Nullable Encap encap, int source) {
        return encap == null ? 0 : encap.sourcePort() == 0 ? source : encap.sourcePort();
    }

    /**
     * One that the peer may send on before we have it.
     *
     * @param source the UDP port that it is asked to send from
     */
    static Arrival promised(int spi, SpiChoice.Use use, int source) {
        IpEndpoint local = use.path().local();
        IpEndpoint remote = use.path().remote();
        SteeredSa sa = new SteeredSa(local.address(), spi, use.udpEncap() ? OptionalInt.of(local.port()) : OptionalInt.empty(),
                SteeredSa.Offload.NONE).from(remote.withPort(
                !use.udpEncap() ? 0 : source == UdpSources.ANY ? remote.port() : source));
        return new Arrival(SaId.esp(local.address(), spi), sa, use.resource().cpu(), use.config().kernel().steering(),
                Optional.empty(), NOBODY);
    }

    IpAddress local() {
        return sa.localAddress();
    }

    Arrival at(String where, Placement by) {
        return new Arrival(id, sa, cpu, word, Optional.of(where), by);
    }

    Arrival nowhere() {
        return new Arrival(id, sa, cpu, word, Optional.empty(), NOBODY);
    }

    boolean isAt(String name) {
        return device.filter(name::equals).isPresent();
    }

    boolean isSteered() {
        return placement.by().isPresent();
    }

    static final Placement NOBODY = new Placement(Optional.empty(), List.of());
}
