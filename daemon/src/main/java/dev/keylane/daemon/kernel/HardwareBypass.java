package dev.keylane.daemon.kernel;

import dev.keylane.daemon.kernel.KernelWriter.Failure;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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
    private final Map<IkeWay, Standing> ways = new HashMap<>();
    private final Map<PolicyId, Set<IkeWay>> byUser = new HashMap<>();
    /** What of ours should be in the kernel, and for how many ways. */
    private final Map<PolicySpec, Integer> standing = new LinkedHashMap<>();
    private final Set<IkeWay> unused = new LinkedHashSet<>();
    private final Set<String> withoutIcmp = new HashSet<>();

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
            PolicySpec policy = request.installs();
            for (IkeWay way : policy == null ? List.<IkeWay>of() : IkeWay.needed(policy, ports)) {
                Optional<Failure> failure = ways.containsKey(way) ? Optional.empty() : open(way, install);
                if (failure.isPresent()) {
                    return failure;
                }
                use(way, policy.id());
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
            PolicySpec policy = request.installs();
            if (request instanceof XfrmRequest.DelPolicy(PolicyId id)) {
                forget(id, List.of());
            } else if (policy != null) {
                forget(policy.id(), IkeWay.needed(policy, ports));
            }
        }
        List<KernelStep> needless = unused.stream().flatMap(way -> close(way).stream()).toList();
        unused.clear();
        return needless;
    }

    private void use(IkeWay way, PolicyId user) {
        standing(way).users().add(user);
        byUser.computeIfAbsent(user, _ -> new LinkedHashSet<>()).add(way);
        unused.remove(way);
    }

    private void forget(PolicyId user, List<IkeWay> but) {
        for (IkeWay way : List.copyOf(byUser.getOrDefault(user, Set.of()))) {
            if (!but.contains(way)) {
                standing(way).users().remove(user);
                disuse(user, way);
                if (standing(way).users().isEmpty()) {
                    unused.add(way);
                }
            }
        }
    }

    private void disuse(PolicyId user, IkeWay way) {
        byUser.computeIfPresent(user, (_, left) -> left.remove(way) && left.isEmpty() ? null : left);
    }

    private Standing standing(IkeWay way) {
        return Objects.requireNonNull(ways.get(way));
    }

    /** Removes what no other way has. */
    private List<KernelStep> close(IkeWay way) {
        Standing gone = Objects.requireNonNull(ways.remove(way));
        gone.users().forEach(user -> disuse(user, way));
        List<KernelStep> steps = new ArrayList<>();
        for (PolicySpec policy : gone.policies()) {
            if (standing.computeIfPresent(policy, (_, count) -> count == 1 ? null : count - 1) == null) {
                steps.add(KernelStep.remove(policy));
            }
        }
        return steps;
    }

    /**
     * The device has forgotten all its policies.
     *
     * @return what removes those that it has not
     */
    List<KernelStep> lost(String device) {
        withoutIcmp.remove(device);
        List<IkeWay> gone = ways.keySet().stream().filter(way -> way.device().equals(device)).toList();
        gone.forEach(unused::remove);
        return gone.stream().flatMap(way -> close(way).stream()).toList();
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
            for (IkeWay way : IkeWay.needed(policy, ports)) {
                if (!ways.containsKey(way)) {
                    open(way, step -> found.containsKey(step.policy()) ? Optional.empty() : install.apply(step))
                            .ifPresent(failure -> LOG.warn("{}: IKE cannot pass beside the policies of an earlier run: {}",
                                    way.device(), failure.text()));
                }
                use(way, policy.id());
            }
        }
        return standing.keySet().stream().map(policy -> found.get(policy.id())).filter(Objects::nonNull)
                .collect(Collectors.toSet());
    }

    /** What of ours should be in the kernel. */
    List<PolicySpec> installed() {
        return List.copyOf(standing.keySet());
    }

    private Optional<Failure> open(IkeWay way, Function<KernelStep, Optional<Failure>> install) {
        int ifindex = network.indexOf(way.device()).orElse(0);
        Set<PolicySpec> installed = new LinkedHashSet<>();
        Optional<Failure> failure = add(way.ike(ports, ifindex), installed, install);
        if (failure.isEmpty() && !way.local().isV4()) {
            discovery(way, ifindex, installed, install);
        }
        ways.put(way, new Standing(List.copyOf(installed), new HashSet<>()));
        installed.forEach(policy -> standing.merge(policy, 1, Integer::sum));
        unused.add(way);
        LOG.debug("{}: IKE passes between {} and {} beside the policies in hardware: {}", way.device(), way.local(),
                way.remote(), failure.map(Failure::text).orElse("yes"));
        return failure;
    }

    /** What somebody else has installed is as good. */
    private Optional<Failure> add(List<PolicySpec> policies, Set<PolicySpec> installed,
                                  Function<KernelStep, Optional<Failure>> install) {
        for (PolicySpec policy : policies) {
            Optional<Failure> failure = standing.containsKey(policy) ? Optional.empty()
                    : install.apply(KernelStep.install(policy));
            if (failure.isEmpty()) {
                installed.add(policy);
            } else if (failure.get().error().errno() != EEXIST) {
                return failure;
            }
        }
        return Optional.empty();
    }

    /**
     * RFC 4861 §7: where the device cannot tell ICMPv6 (mlx5 knows TCP and UDP), at least what goes to groups and between
     * link-local addresses; answers between two global addresses are then encrypted as soon as there is an SA.
     */
    private void discovery(IkeWay way, int ifindex, Set<PolicySpec> installed,
                           Function<KernelStep, Optional<Failure>> install) {
        if (!withoutIcmp.contains(way.device())) {
            Optional<Failure> refused = add(way.solicitations(ifindex), installed, install);
            if (refused.isEmpty()) {
                return;
            }
            withoutIcmp.add(way.device());
            LOG.warn("{} cannot leave ICMPv6 out of its policies ({}): of neighbour discovery it leaves out what is sent to "
                            + "groups and to link-local addresses; where peers are on one link, give their children "
                            + "selectors with tcp or udp, or permanent neighbours",
                    way.device(), refused.get().error());
        }
        add(way.linkLocal(ifindex), installed, install);
    }

    private static final int EEXIST = 17;
}
