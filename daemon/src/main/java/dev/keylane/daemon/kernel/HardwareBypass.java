package dev.keylane.daemon.kernel;

import dev.keylane.daemon.kernel.KernelWriter.Failure;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps IKE out of policies that are in hardware: a NIC looks at a packet when the socket's own exemption has long been
 * forgotten. On a device with such a policy between hosts, policies of more weight let the ports of IKE pass, and the
 * neighbour discovery that IKE over IPv6 needs first. They come before the first policy that needs them and go after the
 * last.
 */
final class HardwareBypass {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final HostNetwork network;
    private final List<Integer> ports;
    private final Map<Way, Standing> ways = new HashMap<>();

    private record Way(String device, boolean v4) {
    }

    /** @param users the policies it stands for */
    private record Standing(List<PolicySpec> policies, Set<PolicyId> users) {
    }

    /**
     * @param ports ours, of IKE
     */
    HardwareBypass(HostNetwork network, List<Integer> ports) {
        this.network = network;
        this.ports = List.copyOf(ports);
    }

    /**
     * To be called before these requests are made.
     *
     * @param install carries out one step
     * @return why IKE would be locked in
     */
    Optional<Failure> before(List<XfrmRequest> requests, Function<KernelStep, Optional<Failure>> install) {
        for (XfrmRequest request : requests) {
            PolicySpec policy = installs(request);
            SaSpec.Offload offload = policy == null ? null : policy.offload();
            if (offload != null && locksIkeIn(policy)) {
                Way way = new Way(offload.device(), policy.id().selector().isV4());
                Optional<Failure> failure = ways.containsKey(way) ? Optional.empty() : open(way, install);
                if (failure.isPresent()) {
                    return failure;
                }
                ways.get(way).users().add(policy.id());
            }
        }
        return Optional.empty();
    }

    /**
     * To be called when these requests were carried out.
     *
     * @return what is not needed any more
     */
    List<KernelStep> after(List<XfrmRequest> requests) {
        for (XfrmRequest request : requests) {
            PolicySpec policy = installs(request);
            if (request instanceof XfrmRequest.DelPolicy(PolicyId id)) {
                ways.values().forEach(way -> way.users().remove(id));
            } else if (policy != null && policy.offload() == null) {
                ways.values().forEach(way -> way.users().remove(policy.id()));
            }
        }
        List<Standing> needless = ways.values().stream().filter(way -> way.users().isEmpty()).toList();
        ways.values().removeAll(needless);
        return needless.stream().flatMap(way -> way.policies().stream()).map(KernelStep::remove).toList();
    }

    /**
     * The device has forgotten all its policies.
     *
     * @return what removes those that it has not
     */
    List<KernelStep> lost(String device) {
        List<KernelStep> steps = ways.entrySet().stream().filter(way -> way.getKey().device().equals(device))
                .flatMap(way -> way.getValue().policies().stream()).map(KernelStep::remove).toList();
        ways.keySet().removeIf(way -> way.device().equals(device));
        return steps;
    }

    /**
     * An earlier run's policies stay, and so must what lets IKE pass beside them; what of that is missing is installed.
     *
     * @param kept    the policies that stay
     * @param passing of the same run, without templates
     * @return those of {@code passing} that are kept from now on as if they had been installed here
     */
    Set<PolicySpec> inherit(List<PolicySpec> kept, List<PolicySpec> passing,
                            Function<KernelStep, Optional<Failure>> install) {
        Map<PolicyId, PolicySpec> found = passing.stream().filter(policy -> policy.offload() != null)
                .collect(Collectors.toMap(PolicySpec::id, policy -> policy));
        for (PolicySpec policy : kept) {
            SaSpec.Offload offload = policy.offload();
            if (offload != null && locksIkeIn(policy)) {
                Way way = new Way(offload.device(), policy.id().selector().isV4());
                ways.computeIfAbsent(way, _ -> inherited(way, found, install)).users().add(policy.id());
            }
        }
        return ways.values().stream().flatMap(way -> way.policies().stream()).map(policy -> found.get(policy.id()))
                .filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private Standing inherited(Way way, Map<PolicyId, PolicySpec> found, Function<KernelStep, Optional<Failure>> install) {
        int ifindex = network.indexOf(way.device()).orElse(0);
        List<PolicySpec> installed = new ArrayList<>();
        List<PolicySpec> neighbours = way.v4() ? List.of()
                : Stream.of(icmp(way, ifindex), linkLocal(way, ifindex)).flatMap(List::stream)
                        .filter(policy -> found.containsKey(policy.id())).toList();
        List<PolicySpec> missing = new ArrayList<>();
        ike(way, ifindex).forEach(policy -> (found.containsKey(policy.id()) ? installed : missing).add(policy));
        installed.addAll(neighbours);
        add(missing, installed, install).ifPresent(failure ->
                LOG.warn("{}: IKE cannot pass beside the policies of an earlier run: {}", way.device(), failure.text()));
        if (!way.v4() && neighbours.isEmpty()) {
            discovery(way, ifindex, installed, install);
        }
        return new Standing(installed, new HashSet<>());
    }

    private Optional<Failure> open(Way way, Function<KernelStep, Optional<Failure>> install) {
        int ifindex = network.indexOf(way.device()).orElse(0);
        List<PolicySpec> installed = new ArrayList<>();
        Optional<Failure> failure = add(ike(way, ifindex), installed, install);
        if (failure.isEmpty() && !way.v4()) {
            discovery(way, ifindex, installed, install);
        }
        ways.put(way, new Standing(installed, new HashSet<>()));
        LOG.debug("{}: IKE passes beside the policies in hardware: {}", way.device(),
                failure.map(Failure::text).orElse("yes"));
        return failure;
    }

    /** What somebody else has installed is as good. */
    private static Optional<Failure> add(List<PolicySpec> policies, List<PolicySpec> installed,
                                         Function<KernelStep, Optional<Failure>> install) {
        for (PolicySpec policy : policies) {
            Optional<Failure> failure = install.apply(KernelStep.install(policy));
            if (failure.isEmpty()) {
                installed.add(policy);
            } else if (failure.get().error().errno() != EEXIST) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private List<PolicySpec> ike(Way way, int ifindex) {
        IpAddress any = any(way);
        List<PolicySpec> policies = new ArrayList<>();
        for (int port : ports) {
            policies.add(allow(way, Direction.OUT,
                    new Selector(any, 0, any, 0, UDP, Port.of(port), Port.ANY, ifindex)));
            policies.add(allow(way, Direction.IN, new Selector(any, 0, any, 0, UDP, Port.ANY, Port.of(port), ifindex)));
        }
        return policies;
    }

    /**
     * RFC 4861 §7: where the device cannot tell ICMPv6 (mlx5 knows TCP and UDP), at least what goes to groups and between
     * link-local addresses; answers between two global addresses are then encrypted as soon as there is an SA.
     */
    private void discovery(Way way, int ifindex, List<PolicySpec> installed,
                           Function<KernelStep, Optional<Failure>> install) {
        Optional<Failure> refused = add(icmp(way, ifindex), installed, install);
        if (refused.isPresent()) {
            LOG.warn("{} cannot leave ICMPv6 out of its policies ({}): of neighbour discovery it leaves out what is sent to "
                            + "groups and to link-local addresses; where peers are on one link, give their children "
                            + "selectors with tcp or udp, or permanent neighbours",
                    way.device(), refused.get().error());
            add(linkLocal(way, ifindex), installed, install);
        }
    }

    private static List<PolicySpec> icmp(Way way, int ifindex) {
        IpAddress any = any(way);
        return Stream.of(Direction.OUT, Direction.IN).map(direction ->
                allow(way, direction, new Selector(any, 0, any, 0, ICMPV6, Port.ANY, Port.ANY, ifindex))).toList();
    }

    private static List<PolicySpec> linkLocal(Way way, int ifindex) {
        IpAddress any = any(way);
        List<PolicySpec> policies = new ArrayList<>();
        for (Direction direction : List.of(Direction.OUT, Direction.IN)) {
            policies.add(allow(way, direction,
                    new Selector(any, 0, GROUPS, GROUPS_PREFIX, 0, Port.ANY, Port.ANY, ifindex)));
            policies.add(allow(way, direction,
                    new Selector(LINK_LOCAL, LINK_LOCAL_PREFIX, any, 0, 0, Port.ANY, Port.ANY, ifindex)));
            policies.add(allow(way, direction,
                    new Selector(any, 0, LINK_LOCAL, LINK_LOCAL_PREFIX, 0, Port.ANY, Port.ANY, ifindex)));
        }
        return policies;
    }

    private static PolicySpec allow(Way way, Direction direction, Selector selector) {
        return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, PRIORITY, List.of(), false,
                new SaSpec.Offload(way.device(), true));
    }

    private static IpAddress any(Way way) {
        return way.v4() ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
    }

    private static @Nullable PolicySpec installs(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewPolicy(PolicySpec policy) -> policy;
            case XfrmRequest.UpdPolicy(PolicySpec policy) -> policy;
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> null;
        };
    }

    /** Whether it means what the two ends of its own SA say to each other by IKE. */
    private boolean locksIkeIn(PolicySpec policy) {
        Selector selector = policy.id().selector();
        boolean out = policy.id().direction() == Direction.OUT;
        Port ours = out ? selector.sourcePort() : selector.destinationPort();
        boolean udp = selector.protocol() == 0 || selector.protocol() == UDP;
        return udp && ports.stream().anyMatch(ours::matches) && policy.templates().stream().anyMatch(ends ->
                contains(selector.source(), selector.sourcePrefix(), ends.source())
                        && contains(selector.destination(), selector.destinationPrefix(), ends.destination()));
    }

    private static boolean contains(IpAddress net, int prefix, IpAddress address) {
        return net.sameFamily(address) && net.withHostBits(prefix, false).equals(address.withHostBits(prefix, false));
    }

    /** The least but 0, which devices without priorities take for none. */
    private static final int PRIORITY = 1;
    private static final int EEXIST = 17;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    private static final IpAddress GROUPS = IpAddress.of("ff02::");
    private static final int GROUPS_PREFIX = 16;
    private static final IpAddress LINK_LOCAL = IpAddress.of("fe80::");
    private static final int LINK_LOCAL_PREFIX = 10;
}
