package dev.keylane.daemon.kernel;

import dev.keylane.daemon.kernel.KernelWriter.Failure;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import dev.keylane.xfrm.Template;
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
 * forgotten. Where such a policy means what two hosts say to each other, policies of more weight let the ports of IKE pass
 * between these two, and the neighbour discovery that IKE over IPv6 needs first; between others nothing passes that
 * policies would encrypt. They come before the first policy that needs them and go after the last.
 */
final class HardwareBypass {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final HostNetwork network;
    private final List<Integer> ports;
    private final Map<Way, Standing> ways = new HashMap<>();
    private final Set<String> withoutIcmp = new HashSet<>();

    /** @param wide whether the policy means more than these two hosts, such as groups */
    private record Way(String device, IpAddress local, IpAddress remote, boolean wide) {
        static Way of(String device, PolicySpec policy, Template ends) {
            Selector selector = policy.id().selector();
            boolean out = policy.id().direction() == Direction.OUT;
            int bits = selector.source().bits();
            return new Way(device, out ? ends.source() : ends.destination(), out ? ends.destination() : ends.source(),
                    selector.sourcePrefix() < bits || selector.destinationPrefix() < bits);
        }
    }

    /**
     * @param policies ours; ways may have some in common
     * @param users    the policies it stands for
     */
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
            for (Way way : policy == null ? List.<Way>of() : needed(policy)) {
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
                forget(id, List.of());
            } else if (policy != null) {
                forget(policy.id(), needed(policy));
            }
        }
        List<Standing> needless = ways.values().stream().filter(way -> way.users().isEmpty()).toList();
        ways.values().removeIf(way -> way.users().isEmpty());
        List<PolicySpec> left = installed();
        return needless.stream().flatMap(way -> way.policies().stream()).distinct().filter(each -> !left.contains(each))
                .map(KernelStep::remove).toList();
    }

    private void forget(PolicyId user, List<Way> but) {
        ways.forEach((way, standing) -> {
            if (!but.contains(way)) {
                standing.users().remove(user);
            }
        });
    }

    /**
     * The device has forgotten all its policies.
     *
     * @return what removes those that it has not
     */
    List<KernelStep> lost(String device) {
        List<KernelStep> steps = ways.entrySet().stream().filter(way -> way.getKey().device().equals(device))
                .flatMap(way -> way.getValue().policies().stream()).distinct().map(KernelStep::remove).toList();
        ways.keySet().removeIf(way -> way.device().equals(device));
        withoutIcmp.remove(device);
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
            for (Way way : needed(policy)) {
                if (!ways.containsKey(way)) {
                    open(way, step -> found.containsKey(step.policy()) ? Optional.empty() : install.apply(step))
                            .ifPresent(failure -> LOG.warn("{}: IKE cannot pass beside the policies of an earlier run: {}",
                                    way.device(), failure.text()));
                }
                ways.get(way).users().add(policy.id());
            }
        }
        return installed().stream().map(policy -> found.get(policy.id())).filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** What of ours should be in the kernel. */
    List<PolicySpec> installed() {
        return ways.values().stream().flatMap(way -> way.policies().stream()).distinct().toList();
    }

    private Optional<Failure> open(Way way, Function<KernelStep, Optional<Failure>> install) {
        int ifindex = network.indexOf(way.device()).orElse(0);
        List<PolicySpec> installed = new ArrayList<>();
        Optional<Failure> failure = add(ike(way, ifindex), installed, install);
        if (failure.isEmpty() && !way.local().isV4()) {
            discovery(way, ifindex, installed, install);
        }
        ways.put(way, new Standing(installed, new HashSet<>()));
        LOG.debug("{}: IKE passes between {} and {} beside the policies in hardware: {}", way.device(), way.local(),
                way.remote(), failure.map(Failure::text).orElse("yes"));
        return failure;
    }

    /** What somebody else has installed is as good. */
    private Optional<Failure> add(List<PolicySpec> policies, List<PolicySpec> installed,
                                  Function<KernelStep, Optional<Failure>> install) {
        List<PolicySpec> standing = installed();
        for (PolicySpec policy : policies) {
            Optional<Failure> failure = standing.contains(policy) ? Optional.empty()
                    : install.apply(KernelStep.install(policy));
            if (failure.isEmpty()) {
                installed.add(policy);
            } else if (failure.get().error().errno() != EEXIST) {
                return failure;
            }
        }
        return Optional.empty();
    }

    private List<PolicySpec> ike(Way way, int ifindex) {
        List<PolicySpec> policies = new ArrayList<>();
        for (int port : ports) {
            policies.add(allow(way, Direction.OUT,
                    hosts(way.local(), way.remote(), UDP, Port.of(port), Port.ANY, ifindex)));
            policies.add(allow(way, Direction.IN,
                    hosts(way.remote(), way.local(), UDP, Port.ANY, Port.of(port), ifindex)));
        }
        return policies;
    }

    /**
     * RFC 4861 §7: where the device cannot tell ICMPv6 (mlx5 knows TCP and UDP), at least what goes to groups and between
     * link-local addresses; answers between two global addresses are then encrypted as soon as there is an SA.
     */
    private void discovery(Way way, int ifindex, List<PolicySpec> installed,
                           Function<KernelStep, Optional<Failure>> install) {
        if (!withoutIcmp.contains(way.device())) {
            Optional<Failure> refused = add(solicitations(way, ifindex), installed, install);
            if (refused.isEmpty()) {
                return;
            }
            withoutIcmp.add(way.device());
            LOG.warn("{} cannot leave ICMPv6 out of its policies ({}): of neighbour discovery it leaves out what is sent to "
                            + "groups and to link-local addresses; where peers are on one link, give their children "
                            + "selectors with tcp or udp, or permanent neighbours",
                    way.device(), refused.get().error());
        }
        add(linkLocal(way, 0, Port.ANY, ifindex), installed, install);
    }

    /** Of ICMPv6 no more than that: its errors quote what policies encrypt. */
    private static List<PolicySpec> solicitations(Way way, int ifindex) {
        List<PolicySpec> policies = new ArrayList<>();
        for (int each : DISCOVERY) {
            Port type = Port.of(each);
            policies.add(allow(way, Direction.OUT, hosts(way.local(), way.remote(), ICMPV6, type, Port.ANY, ifindex)));
            policies.add(allow(way, Direction.IN, hosts(way.remote(), way.local(), ICMPV6, type, Port.ANY, ifindex)));
            if (way.wide()) {
                policies.addAll(linkLocal(way, ICMPV6, type, ifindex));
            }
        }
        return policies;
    }

    private static List<PolicySpec> linkLocal(Way way, int protocol, Port type, int ifindex) {
        IpAddress any = IpAddress.ANY_V6;
        List<PolicySpec> policies = new ArrayList<>();
        for (Direction direction : List.of(Direction.OUT, Direction.IN)) {
            policies.add(allow(way, direction,
                    new Selector(any, 0, GROUPS, GROUPS_PREFIX, protocol, type, Port.ANY, ifindex)));
            policies.add(allow(way, direction,
                    new Selector(LINK_LOCAL, LINK_LOCAL_PREFIX, any, 0, protocol, type, Port.ANY, ifindex)));
            policies.add(allow(way, direction,
                    new Selector(any, 0, LINK_LOCAL, LINK_LOCAL_PREFIX, protocol, type, Port.ANY, ifindex)));
        }
        return policies;
    }

    private static Selector hosts(IpAddress from, IpAddress to, int protocol, Port source, Port destination, int ifindex) {
        return new Selector(from, from.bits(), to, to.bits(), protocol, source, destination, ifindex);
    }

    private static PolicySpec allow(Way way, Direction direction, Selector selector) {
        return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, PRIORITY, List.of(), false,
                new SaSpec.Offload(way.device(), true));
    }

    private static @Nullable PolicySpec installs(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewPolicy(PolicySpec policy) -> policy;
            case XfrmRequest.UpdPolicy(PolicySpec policy) -> policy;
            case XfrmRequest.NewSa _, XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _,
                 XfrmRequest.GetSa _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> null;
        };
    }

    /** Between whom it would be locked in: a policy that means what the two ends of its own SA say to each other by IKE. */
    private List<Way> needed(PolicySpec policy) {
        SaSpec.Offload offload = policy.offload();
        Selector selector = policy.id().selector();
        boolean out = policy.id().direction() == Direction.OUT;
        Port ours = out ? selector.sourcePort() : selector.destinationPort();
        boolean udp = selector.protocol() == 0 || selector.protocol() == UDP;
        Stream<Template> locked = policy.templates().stream().filter(ends ->
                contains(selector.source(), selector.sourcePrefix(), ends.source())
                        && contains(selector.destination(), selector.destinationPrefix(), ends.destination()));
        return offload == null || !udp || ports.stream().noneMatch(ours::matches) ? List.of()
                : locked.map(ends -> Way.of(offload.device(), policy, ends)).toList();
    }

    private static boolean contains(IpAddress net, int prefix, IpAddress address) {
        return net.sameFamily(address) && net.withHostBits(prefix, false).equals(address.withHostBits(prefix, false));
    }

    /** The least but 0, which devices without priorities take for none. */
    private static final int PRIORITY = 1;
    private static final int EEXIST = 17;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
    /** RFC 4861: solicitations and advertisements of neighbours; the kernel's selectors have types where ports are. */
    private static final List<Integer> DISCOVERY = List.of(135, 136);
    private static final IpAddress GROUPS = IpAddress.of("ff02::");
    private static final int GROUPS_PREFIX = 16;
    private static final IpAddress LINK_LOCAL = IpAddress.of("fe80::");
    private static final int LINK_LOCAL_PREFIX = 10;
}
