package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciReader;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.daemon.vici.command.Answer;
import dev.keylane.daemon.vici.command.Asker;
import dev.keylane.daemon.vici.command.Command;
import dev.keylane.daemon.vici.command.CommandTable;
import dev.keylane.ike.wire.Octets;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Packets that come while a command is under way wait their turn, and behind a few of them the socket is
 * not read. Lives on its channel's event loop.
 */
final class ViciSession extends SimpleChannelInboundHandler<Octets> implements Asker {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final CommandTable commands;
    private final Registrations registrations;
    private final SlowReader slowReader;
    private final Crowd crowd;
    private final Queue<Octets> waiting = new ArrayDeque<>();
    private final Set<String> registered = new HashSet<>();
    private long octetsWaiting;
    private boolean busy;
    private @Nullable EventStream stream;
    private boolean streaming;
    /** What to do when the client goes away while its command is under way. */
    private Runnable abandonment = NOTHING;
    private @Nullable ChannelHandlerContext context;

    ViciSession(CommandTable commands, Registrations registrations, SlowReader slowReader, Crowd crowd) {
        this.crowd = crowd;
        this.commands = commands;
        this.registrations = registrations;
        this.slowReader = slowReader;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext from, Octets payload) {
        crowd.heard(this);
        waiting.add(payload);
        octetsWaiting += payload.length();
        takeNext();
    }

    /** Whether it waits for nothing. */
    boolean isIdle() {
        return !busy && registered.isEmpty();
    }

    /** Whether it waits for events alone. */
    boolean isListening() {
        return !busy && !registered.isEmpty();
    }

    void leave() {
        channel().close();
    }

    /** Who does not read its answers is not asked for more questions. */
    private boolean mayTake() {
        return !busy && channel().channel().isActive() && channel().channel().isWritable();
    }

    private void takeNext() {
        while (!waiting.isEmpty() && mayTake()) {
            Octets next = waiting.remove();
            octetsWaiting -= next.length();
            switch (ViciReader.read(next)) {
                case ViciReader.Packet(ViciPacket packet) -> take(packet);
                case ViciReader.Malformed(String reason) -> closeMalformed(reason);
            }
        }
        channel().channel().config().setAutoRead(waiting.size() < MAX_WAITING && octetsWaiting < MAX_OCTETS_WAITING);
    }

    private void take(ViciPacket packet) {
        switch (packet.kind()) {
            case CMD_REQUEST -> commands.find(packet.name()).ifPresentOrElse(
                    command -> run(packet.name(), command, packet.message()),
                    () -> send(ViciPacket.bare(ViciPacket.Kind.CMD_UNKNOWN, "")));
            case EVENT_REGISTER -> {
                boolean known = EventNames.ALL.contains(packet.name());
                if (known && registered.add(packet.name())) {
                    registrations.add(packet.name(), this);
                }
                confirm(known);
            }
            case EVENT_UNREGISTER -> {
                registrations.remove(packet.name(), this);
                confirm(registered.remove(packet.name()));
            }
            case CMD_RESPONSE, CMD_UNKNOWN, EVENT_CONFIRM, EVENT_UNKNOWN, EVENT ->
                    closeMalformed(packet.kind() + " from a client");
        }
    }

    private void confirm(boolean known) {
        send(ViciPacket.bare(known ? ViciPacket.Kind.EVENT_CONFIRM : ViciPacket.Kind.EVENT_UNKNOWN, ""));
    }

    private void run(String name, Command command, ViciMessage request) {
        busy = true;
        CompletionStage<Answer> answer;
        try {
            answer = command.run(request, this);
        } catch (RuntimeException bug) {
            answer = CompletableFuture.failedStage(bug);
        }
        answer.whenComplete((given, failure) -> onLoop(() -> answer(given != null ? given : failed(name, failure))));
    }

    private static Answer failed(String command, Throwable failure) {
        Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause() : failure;
        LOG.error("control socket: {} failed", command, cause);
        return Answer.failure("internal error: " + command + " failed");
    }

    private void answer(Answer answer) {
        switch (answer) {
            case Answer.Plain(ViciMessage response) -> respond(response);
            case Answer.Streamed(String event, Iterable<ViciMessage> messages, ViciMessage response) -> {
                if (registered.contains(event)) {
                    stream = new EventStream(event, messages.iterator(), response);
                    continueStream();
                } else {
                    respond(response);
                }
            }
        }
    }

    /** Events of a list that are still to be sent; they are made as the client reads. */
    private record EventStream(String event, Iterator<ViciMessage> messages, ViciMessage response) {
        /** A list that is not complete must not look as if it were. */
        EventStream incomplete() {
            return new EventStream(event, messages,
                    Answer.failure("an event " + event + " is too large and was left out: ask for less at once").response());
        }
    }

    /** Called again from inside by a write that drains the buffer; the loop that is running goes on by itself. */
    private void continueStream() {
        if (streaming) {
            return;
        }
        streaming = true;
        while (stream != null && channel().channel().isWritable()) {
            EventStream now = stream;
            if (now.messages().hasNext()) {
                if (!send(ViciPacket.event(now.event(), now.messages().next()))) {
                    stream = now.incomplete();
                }
            } else {
                stream = null;
                respond(now.response());
            }
        }
        streaming = false;
    }

    private void respond(ViciMessage response) {
        send(ViciPacket.response(response));
        busy = false;
        abandonment = NOTHING;
        takeNext();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        slowReader.writabilityChanged(changed);
        continueStream();
        takeNext();
        changed.fireChannelWritabilityChanged();
    }

    @Override
    public void tell(String event, ViciMessage message) {
        onLoop(() -> {
            if (registered.contains(event)) {
                ViciWriter.segment(ViciPacket.event(event, message)).ifPresent(this::push);
            }
        });
    }

    @Override
    public void whenGone(Runnable giveUp) {
        onLoop(() -> {
            if (channel().channel().isActive()) {
                abandonment = giveUp;
            } else {
                giveUp.run();
            }
        });
    }

    /** Sends an event that the client did not ask for just now, unless too much lies unread already. */
    void push(Octets segment) {
        if (channel().channel().isActive() && slowReader.mayQueue(channel())) {
            write(segment);
        }
    }

    /** Whether it could be written down. */
    private boolean send(ViciPacket packet) {
        Optional<Octets> segment = ViciWriter.segment(packet);
        segment.ifPresentOrElse(this::write, () -> tooLarge(packet));
        return segment.isPresent();
    }

    private void tooLarge(ViciPacket packet) {
        LOG.error("control socket: dropping a message that is too large: {} {}", packet.kind(), packet.name());
        if (packet.kind() == ViciPacket.Kind.CMD_RESPONSE) {
            send(ViciPacket.response(Answer.failure("the answer is too large").response()));
        }
    }

    private void write(Octets segment) {
        channel().writeAndFlush(Unpooled.wrappedBuffer(segment.borrow())).addListener(written -> {
            if (written.isSuccess()) {
                slowReader.messageTaken();
            }
        });
    }

    private void closeMalformed(String reason) {
        LOG.warn("control socket: closing a connection: {}", reason);
        waiting.clear();
        octetsWaiting = 0;
        channel().close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) {
        registered.forEach(event -> registrations.remove(event, this));
        registered.clear();
        waiting.clear();
        octetsWaiting = 0;
        stream = null;
        abandonment.run();
        abandonment = NOTHING;
        slowReader.gone();
        crowd.gone(this);
        gone.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        LOG.debug("control socket: connection lost: {}", cause.toString());
        from.close();
    }

    private void onLoop(Runnable task) {
        channel().executor().execute(task);
    }

    private ChannelHandlerContext channel() {
        return Objects.requireNonNull(context);
    }

    private static final Runnable NOTHING = () -> { };
    private static final int MAX_WAITING = 16;
    private static final long MAX_OCTETS_WAITING = 64 << 10;
}
