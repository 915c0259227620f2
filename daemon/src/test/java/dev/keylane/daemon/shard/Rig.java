package dev.keylane.daemon.shard;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.kernel.JdkHostNetwork;
import dev.keylane.daemon.net.EventLoops;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A shard with a real loop and core, whose kernel and network are the test's. */
final class Rig implements AutoCloseable {
    /** Retransmits soon and often, so that a test can watch. */
    static final EndpointSettings SETTINGS = new EndpointSettings(500, 4500,
            new Retransmission(Duration.ofMillis(50), 1.0, 60), 30, 100, Duration.ofSeconds(30));

    final List<Effect.SendDatagram> sent = new CopyOnWriteArrayList<>();
    final FakeKernelSide kernel = new FakeKernelSide();
    /** What was listened to and carried out, in this order; by the loop. */
    final List<String> trace = new CopyOnWriteArrayList<>();
    /** Throws in the core while it is set. */
    volatile boolean noRandomness;
    /** Throws when a datagram is to be sent. */
    volatile boolean noNetwork;
    volatile @Nullable Rig peer;
    final EventLoopGroup group = EventLoops.create("rig", 1);
    final EventLoop loop = group.next();
    final Shard shard;
    final ShardControl control;

    Rig() {
        this(SETTINGS);
    }

    Rig(EndpointSettings settings) {
        SecureRandomSource random = new SecureRandomSource();
        JcaCrypto crypto = new JcaCrypto();
        IkeEndpoint core = new IkeEndpoint(settings, crypto, count -> {
            if (noRandomness) {
                throw new IllegalStateException("no randomness");
            }
            return random.octets(count);
        }, _ -> new ResourceAssignment.Answer.Assigned(Resource.FALLBACK));
        ShardReports reports = new ShardReports(kernel);
        shard = new Shard(loop, core, kernel, crypto, new Wire(), InstantSource.system(), (effect, now) -> {
            trace.add("heard " + name(effect));
            reports.on(effect, now);
        });
        Consumer<Effect> before = kernel.seen;
        kernel.seen = effect -> {
            trace.add("kernel " + name(effect));
            before.accept(effect);
        };
        control = new ShardControl(shard, reports, settings, new JdkHostNetwork(), "fake", book -> { },
                ShardControl.Steering.NONE);
    }

    /** Two that reach each other, with the configuration of the demonstration. */
    static Rig[] pair() throws Exception {
        Rig left = new Rig();
        Rig right = new Rig();
        left.peer = right;
        right.peer = left;
        left.load("left.conf");
        right.load("right.conf");
        return new Rig[] {left, right};
    }

    void load(String example) throws Exception {
        Loaded loaded = Configuration.load(List.of(Path.of("../examples/demo", example)));
        await(control.loadSharedKey(loaded.book().sharedKeys().getFirst()));
        await(control.loadConnection(loaded.book().connections().getFirst()));
    }

    private final class Wire implements Network {
        @Override
        public void send(Effect.SendDatagram datagram) {
            carry(datagram);
        }

        @Override
        public void send(Effect.SendKeepalive keepalive) {
            trace.add("network SendKeepalive");
        }
    }

    private void carry(Effect.SendDatagram send) {
        if (noNetwork) {
            throw new IllegalStateException("no network");
        }
        trace.add("network SendDatagram");
        sent.add(send);
        Rig other = peer;
        if (other != null) {
            other.loop.execute(() -> other.shard.handle(
                    new Event.DatagramReceived(send.remote(), send.local(), send.datagram())));
        }
    }

    static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    DaemonStats stats() throws Exception {
        return await(control.stats());
    }

    static String name(Object step) {
        return step.getClass().getSimpleName();
    }

    @Override
    public void close() {
        peer = null;
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
