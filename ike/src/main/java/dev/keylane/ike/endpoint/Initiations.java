package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.sa.MakingInitKey;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.sa.SaEvent;
import dev.keylane.ike.sa.Turn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to be brought up, by an IKE SA that stands, one that is being made, or a new one. */
final class Initiations {
    private final SaContext context;
    private final SaTable table;

    Initiations(SaContext context, SaTable table) {
        this.context = context;
        this.table = table;
    }

    void on(Event.Initiate initiate, Instant now, List<Effect> effects) {
        Optional<Connection> connection = context.book().connections().stream()
                .filter(c -> c.name().equals(initiate.connection())).findFirst();
        String child = initiate.child();
        if (child == null) {
            connection.ifPresentOrElse(found -> ikeSa(initiate, found, now, effects), () -> ended(initiate.request(),
                    "IKE_SA config '" + initiate.connection() + "' not found", effects));
            return;
        }
        connection.flatMap(found -> found.child(child)).ifPresentOrElse(
                config -> child(initiate, connection.orElseThrow(), config, now, effects),
                () -> ended(initiate.request(), "CHILD_SA config '" + child + "' not found", effects));
    }

    void on(Event.InitiateHindered hindered, Instant now, List<Effect> effects) {
        context.book().connections().stream().filter(c -> c.name().equals(hindered.connection())).findFirst()
                .ifPresent(connection -> connection.child(hindered.child()).ifPresent(child -> {
                    context.wanted().begun(connection.name(), child);
                    useless(ChildWish.of(0, child, Resource.NONE, 0), connection, hindered.reason(), now, effects);
                }));
    }

    private void child(Event.Initiate initiate, Connection connection, ChildConfig child, Instant now,
                       List<Effect> effects) {
        boolean forAll = !initiate.trigger().resource().isBound();
        Path path = initiate.path();
        if (forAll && context.wanted().isAsked(connection.name(), child.name())
                && stands(connection, child, path)) {
            context.wanted().isUp(connection.name(), child.name(), now);
            ended(initiate.request(), null, effects);
            return;
        }
        if (forAll) {
            context.wanted().begun(connection.name(), child);
        }
        ChildWish wish = ChildWish.of(initiate.request(), child, initiate.trigger().resource(),
                initiate.trigger().acquireSeq());
        Optional<IkeSa> existing = usable(connection, path);
        if (existing.isPresent()) {
            existing.get().on(new SaEvent.WantChild(wish), new Turn(existing.get(), context, now, effects));
            table.settle(existing.get());
        } else {
            context.limits().against(child, path.local().address(), connection.options().encap()).ifPresentOrElse(
                    reason -> useless(wish, connection, reason, now, effects),
                    () -> begin(connection, path, wish, 0, now, effects));
        }
    }

    /** What could not be installed, or leads nowhere, is no reason to knock at the peer's door. */
    private void useless(ChildWish wish, Connection connection, String reason, Instant now, List<Effect> effects) {
        effects.add(new Effect.Note(Effect.Group.CHD, 0, 0, connection.name(), "establishing CHILD_SA %s failed: %s",
                List.of(wish.config().name(), reason)));
        context.wanted().failed(connection.name(), wish, now);
        effects.add(new Effect.ChildFailed(wish.request(), connection.name(), wish.config().name(), wish.wanted(),
                wish.acquireSeq(), 0, reason));
        ended(wish.request(), reason, effects);
    }

    /** RFC 6023: an IKE SA without a child. */
    private void ikeSa(Event.Initiate initiate, Connection connection, Instant now, List<Effect> effects) {
        Path path = initiate.path();
        Optional<IkeSa> existing = usable(connection, path);
        if (existing.isEmpty()) {
            begin(connection, path, null, initiate.request(), now, effects);
        } else if (existing.get().isEstablished()) {
            ended(initiate.request(), null, effects);
        } else {
            existing.get().expect(initiate.request());
        }
    }

    private void begin(Connection connection, Path path, @Nullable ChildWish wish, long request, Instant now,
                       List<Effect> effects) {
        IkeSa sa = IkeSa.initiator(context.nextIkeId(), context.newIkeSpi(), path, connection, now);
        table.add(sa);
        sa.expect(request);
        MakingInitKey.begin(wish, new Turn(sa, context, now, effects));
        table.settle(sa);
    }

    /** RFC 7296 leaves it to us; one IKE SA for a pair of addresses is what charon's reuse_ikesa does. */
    private Optional<IkeSa> usable(Connection connection, Path path) {
        Optional<IkeSa> latest = Optional.empty();
        for (IkeSa sa : table.between(path)) {
            if (sa.isUsable() && sa.connectionName().equals(connection.name())) {
                latest = Optional.of(sa);
            }
        }
        return latest;
    }

    private boolean stands(Connection connection, ChildConfig child, Path path) {
        return table.between(path).stream().anyMatch(sa -> sa.isUsable()
                && sa.connectionName().equals(connection.name()) && sa.hasStanding(child.name()));
    }

    private static void ended(long request, @Nullable String failure, List<Effect> effects) {
        if (request != 0) {
            effects.add(new Effect.RequestDone(request, failure));
        }
    }
}
