package dev.keylane.daemon.offload;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
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
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The requests that try one ability.
 *
 * @param packet   whether packet offload is asked for
 * @param requests all of which must be carried out
 * @param removals of what a request makes, for each of them that makes something: to be sent when it was carried out, as what
 *                 has refused it may be another's and of the same name
 */
record Trial(List<XfrmRequest> requests, boolean packet, Map<XfrmRequest, XfrmRequest> removals, List<SaKeys> keys)
        implements AutoCloseable {
    /**
     * @param random for keys, and for names that nothing else has
     * @param kernel that is to carry them out
     */
    static Trial of(Ability ability, String device, RandomGenerator random, XfrmKernel kernel) {
        State state = new State(device, random.nextInt(HOSTS), random.nextInt(SPIS, 2 * SPIS), random.nextInt(REQIDS, 2 * REQIDS));
        return switch (ability) {
            case CRYPTO -> states(random, state.crypto(kernel));
            case TRANSPORT -> states(random, state);
            case TUNNEL -> states(random, state.tunnel());
            case IPV6 -> states(random, state.overIpv6());
            case ESN -> states(random, state.counting(0));
            case WINDOW_32 -> states(random, state.counting(32).inbound());
            case WINDOW_64 -> states(random, state.counting(64).inbound());
            case WINDOW_128 -> states(random, state.counting(128).inbound());
            case WINDOW_256 -> states(random, state.counting(256).inbound());
            case WINDOW_1024 -> states(random, state.counting(1024).inbound());
            case UDP_TRANSPORT -> states(random, state.inUdp());
            case UDP_TUNNEL -> states(random, state.tunnel().inUdp());
            case INTERFACE_ID -> states(random, state.inbound().withInterfaceId());
            case DUPLICATES -> states(random, state, state.another());
            case POLICY -> policy(state, 0, 0);
            case PRIORITY -> policy(state, PRIORITY, 0);
            case ICMPV6 -> policy(state.overIpv6(), PRIORITY, ICMPV6);
        };
    }

    private static Trial states(RandomGenerator random, State... states) {
        List<XfrmRequest> requests = new ArrayList<>();
        Map<XfrmRequest, XfrmRequest> removals = new IdentityHashMap<>();
        List<SaKeys> keys = new ArrayList<>();
        for (State state : states) {
            SaKeys fresh = keys(random);
            keys.add(fresh);
            XfrmRequest made = new XfrmRequest.NewSa(state.spec(), fresh);
            requests.add(made);
            requests.add(new XfrmRequest.GetSa(state.spec().id()));
            removals.put(made, new XfrmRequest.DelSa(state.spec().id()));
        }
        return new Trial(requests, states[0].packet, removals, keys);
    }

    private static Trial policy(State state, int priority, int protocol) {
        SaSpec sa = state.spec();
        Selector s = Selector.any(state.v4);
        PolicyId id = PolicyId.of(new Selector(sa.source(), sa.source().bits(), sa.id().destination(),
                sa.id().destination().bits(), protocol, s.sourcePort(), s.destinationPort(), 0), PolicyId.Direction.OUT);
        List<Template> templates = protocol == 0
                ? List.of(new Template(sa.source(), sa.id().destination(), sa.mode(), sa.reqid(), false)) : List.of();
        PolicySpec policy = new PolicySpec(id, PolicySpec.Action.ALLOW, priority, templates, false, sa.offload());
        XfrmRequest made = new XfrmRequest.NewPolicy(policy);
        return new Trial(List.of(made, new XfrmRequest.GetPolicy(id)), true, Map.of(made, new XfrmRequest.DelPolicy(id)), List.of());
    }

    private static SaKeys keys(RandomGenerator random) {
        byte[] key = new byte[SUITE.encryption().keyMaterialSize(SUITE.keyBits())];
        random.nextBytes(key);
        return new SaKeys(Secret.wrap(key), null);
    }

    @Override
    public void close() {
        keys.forEach(SaKeys::close);
    }

    /**
     * @param host   which pair of addresses
     * @param window inbound: packets of the replay window
     */
    private record State(String device, int host, int spi, int reqid, boolean packet, boolean v4, boolean in, SaSpec.Mode mode,
                         boolean esn, int window, SaSpec.@Nullable Encap encap, SaOptions options) {
        /** Outbound, transport mode, 32-bit numbers, packet offload. */
        State(String device, int host, int spi, int reqid) {
            this(device, host, spi, reqid, true, true, false, SaSpec.Mode.TRANSPORT, false, 0, null, SaOptions.NONE);
        }

        /** It may turn out to be in software, where it must not stand in the way of others. */
        State crypto(XfrmKernel kernel) {
            SaSpec sa = spec();
            int quiet = kernel.quietReqid(sa.id().destination(), sa.source(), reqid);
            return new State(device, host, spi, quiet, false, v4, in, mode, esn, window, encap, options);
        }

        State overIpv6() {
            return new State(device, host, spi, reqid, packet, false, in, mode, esn, window, encap, options);
        }

        State inbound() {
            return new State(device, host, spi, reqid, packet, v4, true, mode, esn, window, encap, options);
        }

        State tunnel() {
            return new State(device, host, spi, reqid, packet, v4, in, SaSpec.Mode.TUNNEL, esn, window, encap, options);
        }

        State counting(int packets) {
            return new State(device, host, spi, reqid, packet, v4, in, mode, true, packets, encap, options);
        }

        State inUdp() {
            return new State(device, host, spi, reqid, packet, v4, in, mode, esn, window, new SaSpec.Encap(4500, 4500), options);
        }

        State withInterfaceId() {
            return new State(device, host, spi, reqid, packet, v4, in, mode, esn, window, encap,
                    new SaOptions(INTERFACE_ID, Mark.NONE, false, false, false, false, false, 0));
        }

        State another() {
            return new State(device, host, spi ^ 1, reqid, packet, v4, in, mode, esn, window, encap, options);
        }

        private IpAddress address(int n) {
            return IpAddress.of(v4 ? "198.%d.%d.%d".formatted(18 + (n >> 16), n >> 8 & 0xff, n & 0xff)
                    : "100::%x:%x".formatted(n >> 16, n & 0xffff));
        }

        SaSpec spec() {
            IpAddress here = address(2 * host);
            IpAddress there = address(2 * host + 1);
            return new SaSpec(new SaId(in ? here : there, spi, SaId.ESP, Mark.NONE), in ? there : here,
                    Selector.any(v4), in ? SaSpec.Direction.IN : SaSpec.Direction.OUT, mode, reqid, SaSpec.NO_CPU, SUITE,
                    new SaSpec.Replay(esn, window), Lifetime.OF_A_TRIAL, encap, new SaSpec.Offload(device, packet),
                    options, 0);
        }
    }

    private static final SaAlgorithms SUITE = new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null);
    /** Pairs of addresses in 198.18.0.0/15 (RFC 2544), and as many in 100::/64 (RFC 6666). */
    private static final int HOSTS = 1 << 16;
    /** The least of a range twice as far as itself: below what daemons choose from. */
    private static final int SPIS = 0x2000_0000;
    private static final int REQIDS = 0x2000_0000;
    private static final int PRIORITY = 1000;
    private static final int INTERFACE_ID = 1;
    private static final int ICMPV6 = 58;
}
