package dev.keylane.daemon.net;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/** Event loops on epoll, or on NIO where Netty's native library does not load. */
public final class EventLoops {
    private EventLoops() {
    }

    public static EventLoopGroup create(String name, int threads) {
        IoHandlerFactory io = Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory(name, true), io);
    }

    /** A socket of one family: the kernel's per-socket policies do not work on a socket for both. */
    static DatagramChannel datagramChannel(boolean v4) {
        SocketProtocolFamily family = v4 ? SocketProtocolFamily.INET : SocketProtocolFamily.INET6;
        return Epoll.isAvailable() ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
    }

    static boolean isNative() {
        return Epoll.isAvailable();
    }
}
