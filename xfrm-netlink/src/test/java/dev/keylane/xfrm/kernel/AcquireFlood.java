package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** More acquires than the event socket holds while its listener is busy. */
final class AcquireFlood {
    private static final int PEERS = 40_000;

    private AcquireFlood() {
    }

    static void run(Scene scene) {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch told = new CountDownLatch(1);
        scene.kernel().listen(event -> {
            await(busy);
            if (event instanceof XfrmEvent.Overrun) {
                told.countDown();
            }
        });
        NetNamespace.ip("route add 10.0.0.0/8 dev kl0");
        scene.accept(new XfrmRequest.NewPolicy(trapForAll()));
        sendToMany();
        busy.countDown();
        if (!await(told)) {
            throw new AssertionError("no overrun after " + PEERS + " acquires");
        }
    }

    /** Transport mode to whoever the packet is for, so that each peer raises an acquire of its own. */
    private static PolicySpec trapForAll() {
        Selector selector = new Selector(IpAddress.ANY_V4, 0, IpAddress.of("10.0.0.0"), 8, 17, Selector.Port.ANY,
                Selector.Port.ANY, 0);
        Template template = new Template(IpAddress.ANY_V4, IpAddress.ANY_V4, SaSpec.Mode.TRANSPORT, 5, false);
        return new PolicySpec(PolicyId.of(selector, PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1,
                List.of(template), false, null);
    }

    private static void sendToMany() {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            for (int i = 0; i < PEERS; i++) {
                sendTo(channel, InetAddress.getByAddress(new byte[] {10, 99, (byte) (i >> 8), (byte) i}));
            }
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void sendTo(DatagramChannel channel, InetAddress peer) {
        try {
            channel.send(ByteBuffer.allocate(1), new InetSocketAddress(peer, 9));
        } catch (IOException dropped) {
            // without a state the kernel may say so; the acquire is what counts
            return;
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }
}
