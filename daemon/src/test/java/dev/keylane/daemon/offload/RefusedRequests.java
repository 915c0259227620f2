package dev.keylane.daemon.offload;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What Linux and its drivers refuse of offload, as far as the kernel port can ask for it. */
final class RefusedRequests {
    /**
     * @param knobs of the card while it is asked for, such as {@code busy=1}
     */
    record Refused(String name, String knobs, XfrmRequest request) {
    }

    private final String card;
    private final String cryptoCard;

    /** @param cryptoCard a device with crypto offload only, and 32-bit sequence numbers */
    RefusedRequests(String card, String cryptoCard) {
        this.card = card;
        this.cryptoCard = cryptoCard;
    }

    List<Refused> all() {
        return Stream.of(ofLinux(), ofKind(), ofPacket(), policies()).flatMap(List::stream).toList();
    }

    private List<Refused> ofLinux() {
        State plain = new State(card);
        return List.of(
                state("tfc-padding", "", plain.options(padded(100))),
                state("if-id-inbound", "", plain.inbound().options(new SaOptions(5, Mark.NONE, false, false, false, false,
                        false, 0))),
                state("device-without-offload", "", new State("lo")),
                state("crypto-without-esn", "", new State(cryptoCard).crypto().counting(0)),
                state("crypto-only", "", new State(cryptoCard)),
                policy("device-without-policies", "", cryptoCard, PolicyId.Direction.OUT, 7, 0, 1));
    }

    private List<Refused> ofKind() {
        State plain = new State(card);
        return List.of(
                state("authenticated", "", plain.by(new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 128,
                        IntegrityAlgorithm.HMAC_SHA2_256_128))),
                state("other-cipher", "", plain.by(new SaAlgorithms(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null))),
                state("key-of-192-bits", "", plain.by(new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 192, null))),
                state("no-esn", "can_esn=0", plain.counting(0)),
                state("icmp-selector", "", plain.transport().selecting(1)),
                state("no-crypto", "can_crypto=0", plain.crypto()),
                state("no-udp", "can_espinudp=0", plain.transport().inUdp()),
                state("udp-with-crypto", "", plain.transport().crypto().inUdp()),
                state("udp-tunnel", "", plain.inUdp()));
    }

    private List<Refused> ofPacket() {
        State plain = new State(card);
        return List.of(
                state("no-packet", "can_packet=0", plain),
                state("no-tunnel", "can_tunnel=0", plain),
                state("replay-window", "", plain.inbound().counting(1024)),
                state("no-reqid", "", plain.reqid(0)),
                state("octet-limits", "", plain.until(new Lifetime(0, 0, 20, 10, 0, 0))),
                state("packet-limits", "", plain.until(new Lifetime(0, 0, 0, 0, 20, 10))),
                state("busy", "busy=1", plain),
                state("switch-encapsulates", "encap_blocks_tunnel=1", plain),
                state("table-full", "sa_table=0", plain));
    }

    private List<Refused> policies() {
        return List.of(
                policy("forward-policy", "", card, PolicyId.Direction.FWD, 7, 0, 1),
                policy("two-templates", "", card, PolicyId.Direction.OUT, 7, 0, 2),
                new Refused("policy-for-anything", "", new XfrmRequest.NewPolicy(new PolicySpec(
                        PolicyId.of(Selector.any(true), PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 7, List.of(), false,
                        new SaSpec.Offload(card, true)))),
                policy("icmp-policy", "", card, PolicyId.Direction.OUT, 7, 1, 1),
                policy("no-priorities", "can_prio=0", card, PolicyId.Direction.OUT, 7, 0, 1),
                policy("last-priority", "", card, PolicyId.Direction.OUT, -1, 0, 1),
                policy("policy-no-packet", "can_packet=0", card, PolicyId.Direction.OUT, 7, 0, 1),
                policy("policy-no-ipsec", "no_ipsec=1", card, PolicyId.Direction.OUT, 7, 0, 1),
                policy("policy-busy", "busy=1", card, PolicyId.Direction.OUT, 7, 0, 1),
                policy("policy-table-full", "policy_table=0", card, PolicyId.Direction.OUT, 7, 0, 1));
    }

    private static SaOptions padded(int octets) {
        return new SaOptions(0, Mark.NONE, false, false, false, false, false, octets);
    }

    private static Refused state(String name, String knobs, State state) {
        SaAlgorithms suite = state.algorithms;
        IntegrityAlgorithm integrity = suite.integrity();
        SaKeys keys = new SaKeys(Secret.wrap(new byte[suite.encryption().keyMaterialSize(suite.keyBits())]),
                integrity == null ? null : Secret.wrap(new byte[integrity.keySize()]));
        return new Refused(name, knobs, new XfrmRequest.NewSa(state.spec(), keys));
    }

    private static Refused policy(String name, String knobs, String device, PolicyId.Direction direction, int priority,
                                  int protocol, int templates) {
        Selector any = Selector.any(true);
        PolicyId id = PolicyId.of(new Selector(HERE, 32, THERE, 32, protocol, any.sourcePort(), any.destinationPort(), 0),
                direction);
        return new Refused(name, knobs, new XfrmRequest.NewPolicy(new PolicySpec(id, PolicySpec.Action.ALLOW, priority,
                Collections.nCopies(templates, new Template(HERE, THERE, SaSpec.Mode.TUNNEL, 7, false)), false,
                new SaSpec.Offload(device, true))));
    }

    /** An outbound tunnel in packet offload, but for what it is made to be. */
    private record State(String device, boolean packet, boolean in, SaSpec.Mode mode, int reqid, SaAlgorithms algorithms,
                         SaSpec.Replay replay, Lifetime lifetime, SaSpec.@Nullable Encap encap, SaOptions options,
                         int protocol) {
        State(String device) {
            this(device, true, false, SaSpec.Mode.TUNNEL, 7, new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null),
                    new SaSpec.Replay(false, 0), Lifetime.UNLIMITED, null, SaOptions.NONE, 0);
        }

        State crypto() {
            return new State(device, false, in, mode, reqid, algorithms, replay, lifetime, encap, options, protocol);
        }

        State inbound() {
            return new State(device, packet, true, mode, reqid, algorithms, replay, lifetime, encap, options, protocol);
        }

        State transport() {
            return new State(device, packet, in, SaSpec.Mode.TRANSPORT, reqid, algorithms, replay, lifetime, encap, options,
                    protocol);
        }

        State reqid(int number) {
            return new State(device, packet, in, mode, number, algorithms, replay, lifetime, encap, options, protocol);
        }

        State by(SaAlgorithms others) {
            return new State(device, packet, in, mode, reqid, others, replay, lifetime, encap, options, protocol);
        }

        State counting(int window) {
            return new State(device, packet, in, mode, reqid, algorithms, new SaSpec.Replay(true, window), lifetime, encap,
                    options, protocol);
        }

        State until(Lifetime limits) {
            return new State(device, packet, in, mode, reqid, algorithms, replay, limits, encap, options, protocol);
        }

        State inUdp() {
            return new State(device, packet, in, mode, reqid, algorithms, replay, lifetime, new SaSpec.Encap(4500, 4500),
                    options, protocol);
        }

        State options(SaOptions others) {
            return new State(device, packet, in, mode, reqid, algorithms, replay, lifetime, encap, others, protocol);
        }

        State selecting(int upper) {
            return new State(device, packet, in, mode, reqid, algorithms, replay, lifetime, encap, options, upper);
        }

        SaSpec spec() {
            Selector any = Selector.any(true);
            Selector selector = protocol == 0 ? any
                    : new Selector(HERE, 32, THERE, 32, protocol, any.sourcePort(), any.destinationPort(), 0);
            return new SaSpec(new SaId(in ? HERE : THERE, 0x2000_0001, SaId.ESP, Mark.NONE), in ? THERE : HERE, selector,
                    in ? SaSpec.Direction.IN : SaSpec.Direction.OUT, mode, reqid, SaSpec.NO_CPU, algorithms, replay, lifetime,
                    encap, new SaSpec.Offload(device, packet), options, 0);
        }
    }

    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final IpAddress THERE = IpAddress.of("192.0.2.2");
}
