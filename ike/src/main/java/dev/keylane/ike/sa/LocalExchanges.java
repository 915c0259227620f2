package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Our own exchanges on an established IKE SA: a queue, and those under way within the peer's window. */
final class LocalExchanges {
    private final Channel channel;
    private final Children children;
    private final ChildCreation creation;
    private final ChildRekeys rekeys;
    private final IkeRekeys ikeRekeys;
    private final IkeRekeying rekeying;
    private final BooleanSupplier peerIsBusy;
    private final LocalQueue queue = new LocalQueue();
    private final List<LocalExchange> running = new ArrayList<>(1);
    private final Postponed postponed = new Postponed();
    private boolean closing;

    /**
     * @param peerIsBusy whether requests of the peer's are being worked on
     */
    LocalExchanges(Connection connection, Channel channel, Children children, ChildRekeys rekeys, IkeRekeys ikeRekeys,
                   BooleanSupplier peerIsBusy) {
        this.channel = channel;
        this.children = children;
        this.rekeys = rekeys;
        this.creation = new ChildCreation(connection, channel, children, rekeys, this);
        this.ikeRekeys = ikeRekeys;
        this.rekeying = new IkeRekeying(connection, channel, ikeRekeys, this);
        this.peerIsBusy = peerIsBusy;
    }

    boolean isClosing() {
        return closing;
    }

    /** The peer may have made a Child SA for us that we do not know of yet. */
    boolean isCreating() {
        return running.stream().anyMatch(exchange -> exchange instanceof LocalExchange.AwaitingReply
                || exchange instanceof LocalExchange.Agreeing);
    }

    /** Nothing is under way or waits to be. */
    boolean isIdle() {
        return running.isEmpty() && queue.isEmpty();
    }

    /** RFC 7296 §2.25.2: what forbids the peer to rekey the IKE SA. */
    boolean isChangingChildren() {
        return running.stream().anyMatch(LocalExchange::changesChildren);
    }

    void create(ChildWish wish, Turn turn) {
        if (closing) {
            turn.childFailed(wish, 0, "the IKE_SA is being closed");
            return;
        }
        submit(new LocalTask.Create(wish), turn);
    }

    /**
     * The peer is busy: it is asked again later.
     *
     * @return false when it has been asked often enough
     */
    boolean postpone(ChildWish wish, Turn turn) {
        return !closing && postponed.add(wish, turn.context().random(), turn.now());
    }

    void askAgain(Turn turn) {
        postponed.takeDue(turn.now()).forEach(wish -> create(wish, turn));
    }

    Optional<Instant> nextTimeout() {
        return postponed.next();
    }

    /** The Child SA that IKE_AUTH asked for: its answer has come with the peer's AUTH. */
    void firstChild(ChildOffer offer, AuthData auth, IkeMessage message, Turn turn) {
        creation.onAuthReply(offer, auth, message, turn);
    }

    /** Also for one that is being replaced: its successor, if it comes, stays. */
    void closeChild(SaEvent.CloseChild close, Turn turn) {
        Optional<ChildSaView> child = children.find(close.child());
        if (child.isEmpty() || !child.get().isInUse()) {
            turn.failed(close.request(), "no matching SAs to terminate found");
            return;
        }
        ChildSa sa = child.get().sa();
        turn.note(Group.CHD, "closing CHILD_SA %s{%s}", sa.name(), sa.id());
        if (close.request() != 0) {
            children.terminate(sa, turn);
        }
        if (close.force()) {
            drop(child.get(), "terminated", turn);
            turn.done(close.request());
            submit(new LocalTask.DeleteChildren(0, List.of(), List.of(sa.terms().spiIn())), turn);
        } else {
            children.enter(sa.id(), ChildSaView.State.DELETING);
            submit(new LocalTask.DeleteChildren(close.request(), List.of(sa.id()), List.of(sa.terms().spiIn())), turn);
        }
    }

    /** Starts to replace a child; one that is being replaced or deleted is left to its fate. */
    void rekeyChild(long request, long id, Turn turn) {
        Optional<ChildSaView> child = children.find(id)
                .filter(view -> view.state() == ChildSaView.State.INSTALLED && !closing)
                .filter(view -> !rekeys.isReplacedByPeer(id));
        if (child.isEmpty()) {
            turn.failed(request, "no matching SAs to rekey found");
            return;
        }
        children.enter(id, ChildSaView.State.REKEYING);
        rekeys.begun(id);
        submit(new LocalTask.Create(ChildWish.rekeying(request, child.get().sa())), turn);
    }

    /** Deletes a child that was replaced, or lost against the peer's replacement. */
    void deleteReplaced(ChildSa child, Turn turn) {
        children.enter(child.id(), ChildSaView.State.DELETING);
        submit(new LocalTask.DeleteChildren(0, List.of(child.id()), List.of(child.terms().spiIn())), turn);
    }

    /** Starts to replace the IKE SA as soon as nothing else is under way. */
    void rekeyIke(long request, Turn turn) {
        if (closing || queue.hasIkeRekeying() || ikeRekeys.isAsking() || ikeRekeys.isPeerRekeying()) {
            turn.failed(request, "no matching SAs to rekey found");
            return;
        }
        ikeRekeys.begun();
        submit(new LocalTask.RekeyIke(request), turn);
    }

    /** RFC 7296 §2.8: what waits here runs on the new IKE SA; what is under way has lost its meaning. */
    void moveTo(LocalExchanges heir, Turn turn) {
        for (LocalExchange exchange : running) {
            if (exchange instanceof LocalExchange.RekeyingIke(IkeRekeying.Stage stage)) {
                IkeRekeying.discard(stage);
                turn.done(stage.offer().request());
            }
        }
        running.clear();
        queue.moveTo(heir.queue, turn);
        postponed.takeAll().forEach(wish -> heir.queue.add(new LocalTask.Create(wish)));
        heir.closing = closing;
        heir.pump(turn);
    }

    void closeIke(long request, Turn turn) {
        if (request != 0) {
            children.terminateAll(turn);
        }
        if (closing) {
            turn.done(request);
            return;
        }
        closing = true;
        abandonQueue(turn, "the IKE_SA is being closed");
        submit(new LocalTask.DeleteIke(request), turn);
    }

    /** As {@link #closeIke}, but nobody waits for the peer; answers whether it could be told. */
    boolean closeIkeNow(long request, Turn turn) {
        if (request != 0) {
            children.terminateAll(turn);
        }
        closeIke(0, turn);
        turn.done(request);
        return running.stream().anyMatch(LocalExchange.DeletingIke.class::isInstance);
    }

    void probe(Turn turn) {
        submit(new LocalTask.Probe(), turn);
    }

    /** Tells the peer to forget an SA that we could not take. */
    void disown(int spiIn, Turn turn) {
        submit(new LocalTask.DeleteChildren(0, List.of(), List.of(spiIn)), turn);
    }

    void start(LocalExchange exchange) {
        running.add(exchange);
    }

    private void submit(LocalTask task, Turn turn) {
        queue.add(task);
        pump(turn);
    }

    /** Starts what the window has room for. */
    void pump(Turn turn) {
        while (!queue.isEmpty() && hasRoom() && mayStart(queue.first())) {
            switch (queue.take()) {
                case LocalTask.Create create -> creation.start(create.wish(), turn);
                case LocalTask.DeleteChildren delete -> {
                    // What was sent on one that the peer has deleted by then would be lost.
                    delete.children().stream().flatMap(id -> children.find(id).stream()).map(ChildSaView::sa)
                            .filter(children::hasOther).forEach(child -> turn.emit(new Effect.StopSending(child)));
                    running.add(new LocalExchange.DeletingChildren(delete, inform(delete(delete.spis()), turn)));
                }
                case LocalTask.RekeyIke rekey -> rekeying.start(rekey.request(), turn);
                case LocalTask.DeleteIke delete -> {
                    turn.note(Group.IKE, "deleting IKE_SA %s[%s]", turn.sa().connectionName(), turn.sa().id());
                    Payload all = new DeletePayload(ProtocolId.IKE.id(), List.of());
                    running.add(new LocalExchange.DeletingIke(delete.request(), inform(List.of(all), turn)));
                }
                case LocalTask.Probe _ -> running.add(new LocalExchange.Probing(inform(List.of(), turn)));
            }
        }
    }

    /** A key pair in the making has its place in the window already; nothing goes beside or behind an IKE SA's rekeying. */
    private boolean hasRoom() {
        if (ikeRekeys.hasSuccessor()) {
            return false;
        }
        int making = 0;
        for (LocalExchange exchange : running) {
            if (exchange instanceof LocalExchange.RekeyingIke) {
                return false;
            }
            making += exchange instanceof LocalExchange.MakingKey ? 1 : 0;
        }
        return channel.canSend(making);
    }

    private boolean mayStart(LocalTask task) {
        return task instanceof LocalTask.RekeyIke ? running.isEmpty() && !peerIsBusy.getAsBoolean()
                : !TaskOrder.mustWait(task, running);
    }

    private int inform(List<Payload> payloads, Turn turn) {
        int id = channel.nextRequestId();
        turn.send(channel.request(ExchangeType.INFORMATIONAL, payloads, turn.now()));
        return id;
    }

    /** RFC 7296 §1.4.1: a Delete lists the SPIs "as they would be placed in the headers of inbound packets". */
    private static List<Payload> delete(List<Integer> spis) {
        return List.of(new DeletePayload(ProtocolId.ESP.id(), spis.stream().map(SpiPool::octets).toList()));
    }

    /**
     * @return false when the IKE SA is deleted by it
     */
    boolean onResponse(Inbound.Response response, Turn turn) {
        Optional<NotifyPayload> end = response.message().notifies().stream()
                .filter(n -> NotifyType.endsIkeSa(n.notifyType())).findFirst();
        if (end.isPresent()) {
            turn.note(Group.IKE, "received %s notify error", NotifyType.name(end.get().notifyType()));
            return false;
        }
        int id = response.request().messageId();
        LocalExchange exchange = running.stream().filter(e -> e.awaits(id)).findFirst().orElse(null);
        if (exchange != null) {
            running.remove(exchange);
            exchange.answered(response.request().begun(), turn);
        }
        boolean alive = true;
        switch (exchange) {
            case LocalExchange.AwaitingReply awaiting -> creation.onReply(awaiting, response.message(), turn);
            case LocalExchange.RekeyingIke(var stage) -> rekeying.onReply(stage, response.message(), turn);
            case LocalExchange.DeletingChildren deleting -> deleted(deleting.task(), turn);
            case LocalExchange.DeletingIke deleting -> {
                turn.done(deleting.request());
                alive = false;
            }
            case LocalExchange.Probing _, LocalExchange.MakingKey _, LocalExchange.Agreeing _,
                 LocalExchange.Installing _ -> {
            }
            case null -> {
            }
        }
        if (alive) {
            pump(turn);
        }
        return alive;
    }

    private void deleted(LocalTask.DeleteChildren task, Turn turn) {
        for (long id : task.children()) {
            children.find(id).ifPresent(child -> drop(child, "terminated", turn));
        }
        turn.done(task.request());
    }

    void drop(ChildSaView child, String reason, Turn turn) {
        ChildDowns.drop(child, Loss.ENDED, reason, children, rekeys, turn);
    }

    boolean onCrypto(SaEvent.CryptoDone done, Turn turn) {
        LocalExchange waiting = running.stream().filter(e -> e.awaits(done)).findFirst().orElse(null);
        if (waiting == null) {
            return false;
        }
        running.remove(waiting);
        if (waiting instanceof LocalExchange.RekeyingIke(IkeRekeying.Stage stage)) {
            rekeying.onCrypto(stage, done.result(), turn);
        } else {
            creation.onCrypto(waiting, done.result(), turn);
        }
        pump(turn);
        return true;
    }

    boolean onInstalled(long child, Turn turn) {
        return takeInstalling(child).map(installing -> {
            creation.onInstalled(installing, turn);
            return true;
        }).orElse(false);
    }

    boolean onInstallFailed(long child, String reason, Turn turn) {
        return takeInstalling(child).map(installing -> {
            creation.onInstallFailed(installing, reason, turn);
            return true;
        }).orElse(false);
    }

    private Optional<LocalExchange.Installing> takeInstalling(long child) {
        for (LocalExchange exchange : running) {
            if (exchange instanceof LocalExchange.Installing installing && installing.child().id() == child) {
                running.remove(exchange);
                return Optional.of(installing);
            }
        }
        return Optional.empty();
    }

    /** The IKE SA is gone: whoever waits is told. */
    void abandon(Turn turn, String reason) {
        abandonQueue(turn, reason);
        for (LocalExchange exchange : running) {
            switch (exchange) {
                case LocalExchange.MakingKey making -> creation.abandon(making.offer(), reason, turn);
                case LocalExchange.AwaitingReply awaiting -> {
                    awaiting.close();
                    creation.abandon(awaiting.offer(), reason, turn);
                }
                case LocalExchange.Agreeing agreeing -> creation.abandon(agreeing.offer(), reason, turn);
                case LocalExchange.Installing installing -> turn.childFailed(installing.wish(), 0, reason);
                case LocalExchange.RekeyingIke(IkeRekeying.Stage stage) -> {
                    IkeRekeying.discard(stage);
                    turn.failed(stage.offer().request(), reason);
                }
                case LocalExchange.DeletingChildren deleting -> turn.done(deleting.task().request());
                case LocalExchange.DeletingIke deleting -> turn.done(deleting.request());
                case LocalExchange.Probing _ -> {
                }
            }
        }
        running.clear();
    }

    private void abandonQueue(Turn turn, String reason) {
        postponed.takeAll().forEach(wish -> turn.childFailed(wish, 0, reason));
        queue.abandon(turn, reason);
    }

    List<LocalExchange> underWay() {
        return Collections.unmodifiableList(running);
    }

    /** The CPUs that new SAs of this configuration will be asked for. */
    List<Resource> queued(String config) {
        return queue.cpus(config);
    }

    /** The peer has refused one of these: the others are not asked for. */
    void refuseAdditional(ChildWish refused, int notifyType, String reason, Turn turn) {
        if (LocalQueue.isAdditional(refused, refused.config().name())) {
            queue.refuseAdditional(refused.config().name(), notifyType, reason, turn);
        }
    }
}
