package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.ChildLimits;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.sa.SaEvent;
import dev.keylane.ike.sa.Turn;
import dev.keylane.ike.sa.Wanted;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The core as its owner sees it: events in, effects out. Owned by one thread. */
public final class IkeEndpoint {
    private final SaContext context;
    private final SaTable table;
    private final Datagrams datagrams;
    private final Initiations initiations;

    /** One whose inbound SPIs are any. */
    public IkeEndpoint(EndpointSettings settings, Crypto crypto, RandomSource random, ResourceAssignment resources) {
        this(settings, crypto, random, resources, SpiChoice.ANY);
    }

    public IkeEndpoint(EndpointSettings settings, Crypto crypto, RandomSource random, ResourceAssignment resources,
                       SpiChoice spis) {
        this.context = new SaContext(crypto, random, settings, resources, spis);
        this.table = new SaTable(settings.halfOpen());
        this.datagrams = new Datagrams(context, table);
        this.initiations = new Initiations(context, table);
        context.ikeSpis(table::isTaken);
    }

    /** Children that could not be installed are neither asked for nor agreed to. */
    public void limits(ChildLimits here) {
        context.limits(here);
    }

    public List<Effect> on(Event event, Instant now) {
        List<Effect> effects = new ArrayList<>(4);
        switch (event) {
            case Event.DatagramReceived received -> datagrams.on(received, now, effects);
            case Event.TimeReached _ -> onTime(now, effects);
            case Event.PolicyReplaced replaced -> context.replaceBook(replaced.book());
            case Event.SettingsReplaced(EndpointSettings settings) -> {
                context.replaceSettings(settings);
                table.halfOpen().limits(settings.halfOpen());
            }
            case Event.Initiate initiate -> initiations.on(initiate, now, effects);
            case Event.InitiateHindered hindered -> initiations.on(hindered, now, effects);
            case Event.Renounce(String connection, String child) -> renounce(connection, child);
            case Event.TerminateIke terminate -> pass(terminate.ikeSa(), terminate.request(),
                    new SaEvent.CloseIke(terminate.request(), terminate.force()), now, effects);
            case Event.TerminateChild terminate -> pass(ownerOf(terminate.child()), terminate.request(),
                    new SaEvent.CloseChild(terminate.request(), terminate.child(), terminate.force()), now, effects);
            case Event.RekeyChild rekey -> pass(ownerOf(rekey.child()), rekey.request(),
                    new SaEvent.RekeyChild(rekey.request(), rekey.child()), now, effects);
            case Event.PeerMoved moved ->
                    pass(ownerOf(moved.child()), 0, new SaEvent.PeerMoved(moved.remote()), now, effects);
            case Event.PathRestored(long child) -> pass(ownerOf(child), 0, new SaEvent.PathRestored(), now, effects);
            case Event.RekeyIke rekey -> pass(rekey.ikeSa(), rekey.request(), new SaEvent.RekeyIke(rekey.request()), now,
                    effects);
            case Event.ChildExpired expired -> pass(ownerOf(expired.child()), 0,
                    new SaEvent.ChildExpired(expired.child()), now, effects);
            case Event.CryptoDone done ->
                    pass(done.ikeSa(), 0, new SaEvent.CryptoDone(done.ticket(), done.result()), now, effects);
            case Event.ChildInstalled done ->
                    pass(done.ikeSa(), 0, new SaEvent.Installed(done.child()), now, effects);
            case Event.ChildInstallFailed failed -> pass(failed.ikeSa(), 0,
                    new SaEvent.InstallFailed(failed.child(), failed.reason()), now, effects);
        }
        for (Optional<IkeSa> sa = context.takeTouched(); sa.isPresent(); sa = context.takeTouched()) {
            table.file(sa.get());
        }
        return effects;
    }

    /** When {@link Event.TimeReached} is due, empty when nothing waits. */
    public Optional<Instant> nextTimeout() {
        return Stream.of(table.nextDue(), context.wanted().nextDue(), context.contacts().nextRetirement())
                .flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** All IKE SAs with their children, oldest first. */
    public List<IkeSaView> views() {
        return table.all().stream().map(IkeSa::view).filter(v -> v.state() != IkeSaView.State.DESTROYING).toList();
    }

    /** The addresses of ours that IKE SAs run from: as long as there is one, messages to it must arrive. */
    public Set<IpAddress> localAddresses() {
        Set<IpAddress> addresses = new HashSet<>();
        for (IkeSa sa : table.all()) {
            addresses.add(sa.path().local().address());
        }
        return addresses;
    }

    /** Half-open SAs, RFC 7296 §2.6. */
    public int halfOpen() {
        return table.halfOpen().size();
    }

    /** How often a peer was asked for a cookie. */
    public long cookiesSent() {
        return datagrams.cookiesSent();
    }

    /** How many half-open SAs have given their place to another peer's. */
    public long evicted() {
        return datagrams.evicted();
    }

    /** Whose datagram should be handled before others that came with it: it has the SPI of an SA here. */
    public boolean isForSa(Octets datagram) {
        return datagrams.isForSa(datagram);
    }

    /** The next number of the sequence that Child SAs (and traps, which share it) are counted by. */
    public long nextChildId() {
        return context.nextChildId();
    }

    /** Nothing is kept for anybody. */
    public boolean isEmpty() {
        return table.isEmpty() && context.isEmpty();
    }

    private void onTime(Instant now, List<Effect> effects) {
        Optional<IkeSa> due = table.takeDue(now);
        while (due.isPresent()) {
            give(due.get(), new SaEvent.TimeReached(), now, effects);
            due = table.takeDue(now);
        }
        for (Optional<IkeSa> old = context.contacts().takeRetired(now); old.isPresent();
                old = context.contacts().takeRetired(now)) {
            give(old.get(), new SaEvent.CloseIke(0, false), now, effects);
        }
        for (Optional<Wanted.Name> wanted = context.wanted().takeDue(now); wanted.isPresent();
                wanted = context.wanted().takeDue(now)) {
            effects.add(new Effect.Reinitiate(wanted.get().connection(), wanted.get().child()));
        }
    }

    private void renounce(String connection, @Nullable String child) {
        if (child == null) {
            context.wanted().renounce(connection);
        } else {
            context.wanted().renounce(connection, child);
        }
    }

    private long ownerOf(long child) {
        for (IkeSa sa : table.all()) {
            if (sa.hasChild(child)) {
                return sa.id();
            }
        }
        return 0;
    }

    private void pass(long id, long request, SaEvent event, Instant now, List<Effect> effects) {
        Optional<IkeSa> sa = table.byId(id);
        if (sa.isPresent()) {
            give(sa.get(), event, now, effects);
        } else if (request != 0) {
            effects.add(new Effect.RequestDone(request, event instanceof SaEvent.RekeyChild
                    ? "no matching SAs to rekey found" : "no matching SAs to terminate found"));
        } else if (event instanceof SaEvent.CryptoDone late) {
            late.result().discard();
        }
    }

    private void give(IkeSa sa, SaEvent event, Instant now, List<Effect> effects) {
        sa.on(event, new Turn(sa, context, now, effects));
        table.settle(sa);
    }
}
