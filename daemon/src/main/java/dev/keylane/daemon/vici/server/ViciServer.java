package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.vici.command.CommandTable;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens on the control socket until it is closed. */
public final class ViciServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final SocketFile file;
    private final EventLoopGroup group;
    private final Channel listener;
    private final ChannelGroup clients;
    private final Control.Subscription events;

    private ViciServer(SocketFile file, EventLoopGroup group, Channel listener, ChannelGroup clients,
                       Control.Subscription events) {
        this.file = file;
        this.group = group;
        this.listener = listener;
        this.clients = clients;
        this.events = events;
    }

    /**
     * Finds out before anything is started what listening would run into, and makes the socket's directory.
     *
     * @return takes the directory away again, when it was made here and is empty
     * @throws IOException when the path is taken or cannot be, with a sentence for the operator
     */
    public static AutoCloseable makeRoom(Path path, Optional<String> admitted) throws IOException {
        SocketFile file = new SocketFile(path, admitted);
        file.refuseTooLong();
        file.refuseIfTaken();
        file.refuseUnknownGroup();
        return file.makeDirectory() ? file::removeDirectory : () -> { };
    }

    /**
     * @param admitted the group that may connect; empty for the process's
     * @throws IOException when the path or the group cannot be used, with a sentence for the operator
     */
    public static ViciServer listen(Path path, Optional<String> admitted, Control control, CommandTable commands, InstantSource clock)
            throws IOException {
        return listen(path, control, commands, clock, new Transport(DomainSockets.best(), admitted, PATIENCE));
    }

    /**
     * How clients are served.
     *
     * @param admitted the group that may connect
     * @param patience how long a client may read nothing of a full buffer
     */
    record Transport(DomainSockets sockets, Optional<String> admitted, Duration patience) {
    }

    static ViciServer listen(Path path, Control control, CommandTable commands, InstantSource clock,
                             Transport transport) throws IOException {
        SocketFile file = new SocketFile(path, transport.admitted());
        Path bound = file.prepare();
        DomainSockets sockets = transport.sockets();
        EventLoopGroup group = sockets.newGroup();
        Registrations registrations = new Registrations(group.next(), clock);
        Crowd crowd = new Crowd(MAX_CLIENTS);
        ChannelGroup clients = new DefaultChannelGroup(group.next());
        ChannelFuture binding = new ServerBootstrap().group(group).channelFactory(sockets.listener())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel client) {
                        ViciSession session = new ViciSession(commands, registrations,
                                new SlowReader(transport.patience()), crowd);
                        if (crowd.admit(session)) {
                            clients.add(client);
                            client.pipeline().addLast(new SegmentDecoder(), session);
                        } else {
                            client.close();
                        }
                    }
                })
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(64 << 10, 256 << 10))
                .bind(sockets.address(bound)).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            file.discard(bound);
            throw new IOException("cannot listen on the control socket " + path + ": " + binding.cause().getMessage());
        }
        try {
            file.publish(bound);
        } catch (IOException refused) {
            binding.channel().close().awaitUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            file.discard(bound);
            throw refused;
        }
        return new ViciServer(file, group, binding.channel(), clients, control.subscribe(registrations::publish));
    }

    /** Connections end at once; answers under way are lost. */
    @Override
    public void close() {
        events.close();
        listener.close().awaitUninterruptibly();
        clients.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        try {
            file.remove();
        } catch (IOException left) {
            LOG.warn("control socket: the file cannot be removed: {}", left.getMessage());
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MAX_CLIENTS = 256;
}
