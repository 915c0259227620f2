package dev.keylane.daemon.vici.server;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.function.Function;

/** Unix domain sockets by epoll where its library loads, otherwise by the JDK. */
record DomainSockets(IoHandlerFactory io, ChannelFactory<? extends ServerChannel> listener,
                     Function<Path, SocketAddress> addresses) {
    static DomainSockets best() {
        return Epoll.isAvailable() ? epoll() : nio();
    }

    static DomainSockets epoll() {
        return new DomainSockets(EpollIoHandler.newFactory(), EpollServerDomainSocketChannel::new,
                path -> new DomainSocketAddress(path.toString()));
    }

    static DomainSockets nio() {
        return new DomainSockets(NioIoHandler.newFactory(), NioServerDomainSocketChannel::new,
                UnixDomainSocketAddress::of);
    }

    /** One thread for the listener and all clients: sessions share state without locks. */
    EventLoopGroup newGroup() {
        return new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("vici", true), io);
    }

    SocketAddress address(Path path) {
        return addresses.apply(path);
    }
}
