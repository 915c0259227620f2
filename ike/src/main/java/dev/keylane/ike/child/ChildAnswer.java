package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.proposal.Proposals;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A responder's choice among its configured children, RFC 7296 §1.3.1, §2.7, §2.9.
 *
 * @param resources what one more SA of a configuration serves, with these selectors, RFC 9611
 * @param limits    what of it could not be installed here
 * @param initial   whether this is IKE_AUTH, where there is no key exchange
 * @param replaced  the SA that is rekeyed, null for none: its configuration and resource are kept
 */
public record ChildAnswer(Connection connection, Path path, boolean udpEncap,
                          BiFunction<ChildConfig, Selectors, ResourceAssignment.Answer> resources,
                          ChildLimits limits, SpiPool spis, boolean initial, @Nullable ChildSa replaced) {
    /** Whether the request has what every answer needs. */
    public static boolean isComplete(IkeMessage request) {
        return request.first(SaPayload.class).isPresent()
                && request.firstOf(PayloadType.TS_I, TsPayload.class).isPresent()
                && request.firstOf(PayloadType.TS_R, TsPayload.class).isPresent();
    }

    /**
     * @param request is {@link #isComplete complete}
     */
    public ChildDecision to(IkeMessage request) {
        SaPayload sa = request.first(SaPayload.class).orElseThrow();
        TsPayload theirs = request.firstOf(PayloadType.TS_I, TsPayload.class).orElseThrow();
        TsPayload ours = request.firstOf(PayloadType.TS_R, TsPayload.class).orElseThrow();
        Refusals refusals = new Refusals();
        for (ChildConfig config : bestFirst(theirs, ours)) {
            Selectors shared = narrow(config, theirs, ours);
            if (!shared.isComplete()) {
                continue;
            }
            refusals.selectorsFit = true;
            Optional<Chosen<EspSuite>> chosen = choose(config, sa.proposals());
            if (chosen.isPresent() && modeFits(config, request)) {
                Optional<String> against = limits.against(config, path.local().address(), udpEncap);
                if (against.isEmpty()) {
                    return agree(config, shared, chosen.get(), request);
                }
                refusals.notHere = against.get();
            }
        }
        return refusals.answer(theirs, ours);
    }

    /** A rekeyed SA stays with its configuration, even if that is no longer in force. */
    private List<ChildConfig> candidates() {
        return replaced != null ? List.of(replaced.config()) : connection.children().stream()
                .filter(config -> config.mode() == Mode.TUNNEL || config.mode() == Mode.TRANSPORT).toList();
    }

    /** Two children may be made for a port, one for each way: what is asked for whole is meant for who need not narrow it. */
    private List<ChildConfig> bestFirst(TsPayload theirs, TsPayload ours) {
        return candidates().stream().sorted(Comparator.comparing(config -> {
            Selectors wanted = wanted(config, theirs, ours);
            Selectors shared = narrow(config, theirs, ours);
            return !Narrowing.within(wanted.local(), shared.local()) || !Narrowing.within(wanted.remote(), shared.remote());
        })).toList();
    }

    private Selectors wanted(ChildConfig config, TsPayload theirs, TsPayload ours) {
        return NatSelectors.asSeen(new Selectors(ours.selectors(), theirs.selectors()), config.mode(), path, udpEncap);
    }

    private Selectors narrow(ChildConfig config, TsPayload theirs, TsPayload ours) {
        List<TrafficSelector> local = Narrowing.carried(config.mode(), config.localTs(), path.local().address());
        List<TrafficSelector> remote = Narrowing.carried(config.mode(), config.remoteTs(), path.remote().address());
        Selectors wanted = wanted(config, theirs, ours);
        return new Selectors(Narrowing.narrow(wanted.local(), local), Narrowing.narrow(wanted.remote(), remote));
    }

    private Optional<Chosen<EspSuite>> choose(ChildConfig config, List<Proposal> all) {
        List<Proposal> offered = all.stream().filter(proposal -> SpiPool.isUsable(SpiPool.of(proposal.spi()))).toList();
        List<Proposal> own = limits.proposals(config, path.local().address());
        return initial
                ? ProposalSelection.esp(Proposals.withoutKe(own), Proposals.withoutKe(offered), true)
                : ProposalSelection.esp(own, offered, true);
    }

    /** A child for transport mode is never made in tunnel mode; the other way round the request is declined. */
    private static boolean modeFits(ChildConfig config, IkeMessage request) {
        return config.mode() == Mode.TUNNEL
                || config.mode() == Mode.TRANSPORT && request.notify(NotifyType.USE_TRANSPORT_MODE).isPresent();
    }

    private ChildDecision agree(ChildConfig config, Selectors shared, Chosen<EspSuite> chosen, IkeMessage request) {
        Optional<KePayload> key = request.first(KePayload.class);
        EspSuite suite = chosen.suite();
        if (suite.group() != null && key.filter(ke -> ke.group() == suite.group().id()).isEmpty()) {
            int group = suite.group().id();
            return new ChildDecision.Refused(
                    NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(group >> 8, group & 0xff)),
                    "the key exchange is not of group " + suite.group());
        }
        return switch (resource(config, shared, request)) {
            // RFC 9611 §5: the limit of resources is told apart from the limit of SAs.
            case ResourceAssignment.Answer.QueueFull _ ->
                    refuse(NotifyType.TS_MAX_QUEUE, "enough SAs for these selectors");
            case ResourceAssignment.Answer.Assigned to -> {
                int spi = spis.take(new SpiChoice.Use(config, path, to.resource(), udpEncap));
                ChildTerms terms = new ChildTerms(spi, SpiPool.of(chosen.answer().spi()), suite, config.mode(), shared,
                        udpEncap);
                yield new ChildDecision.Agreed(config, terms, to.resource(),
                        chosen.answer().numbered(chosen.answer().number(), SpiPool.octets(spi)),
                        suite.group() == null ? null : key.orElseThrow());
            }
        };
    }

    private ResourceAssignment.Answer resource(ChildConfig config, Selectors shared, IkeMessage request) {
        if (replaced != null) {
            // RFC 9611 §4: with or without the notify, a rekeyed SA serves the resource of the one it replaces; it adds
            // none, so no limit stands against it.
            return new ResourceAssignment.Answer.Assigned(replaced.resource());
        }
        if (config.perCpu() == PerCpu.NO || !ResourceInfo.in(request)) {
            return new ResourceAssignment.Answer.Assigned(Resource.NONE);
        }
        return resources.apply(config, shared);
    }

    private static ChildDecision refuse(int notifyType, String reason) {
        return new ChildDecision.Refused(NotifyPayload.of(notifyType), reason);
    }

    /** Remembers how far the best candidate came, to name the reason of a refusal. */
    private static final class Refusals {
        private boolean selectorsFit;
        private String notHere = "no acceptable proposal found";

        ChildDecision answer(TsPayload theirs, TsPayload ours) {
            return selectorsFit
                    ? refuse(NotifyType.NO_PROPOSAL_CHOSEN, notHere)
                    : refuse(NotifyType.TS_UNACCEPTABLE,
                            "traffic selectors " + new Selectors(ours.selectors(), theirs.selectors()) + " unacceptable");
        }
    }
}
