package dev.keylane.ike.sim;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.CryptoResult;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** One side of a {@link Pair}: a core, computing inline, and a kernel that is a map. */
public final class Host {
    public record Installed(ChildSa child, Octets encryptionIn, Octets encryptionOut, boolean sends) {
        Installed complete() {
            return new Installed(child, encryptionIn, encryptionOut, true);
        }
    }

    public final IkeEndpoint endpoint;
    public final IpEndpoint address;
    public final Map<Long, Installed> kernel = new LinkedHashMap<>();
    public final List<Effect> seen = new ArrayList<>();
    public Predicate<ChildSa> kernelAccepts = child -> true;
    private final JcaCrypto crypto = new JcaCrypto();
    private final List<Effect.SendDatagram> outbox = new ArrayList<>();
    private long lastRequest;

    Host(IpEndpoint address, EndpointSettings settings, long seed, ResourceAssignment resources) {
        this.address = address;
        this.endpoint = new IkeEndpoint(settings, crypto, new SeededRandom(seed), resources);
    }

    public void load(PolicyBook book, Instant now) {
        on(new Event.PolicyReplaced(book), now);
    }

    /** Handles the event and everything that follows from it on this host. */
    public void on(Event event, Instant now) {
        for (Effect effect : endpoint.on(event, now)) {
            seen.add(effect);
            switch (effect) {
                case Effect.SendDatagram send -> outbox.add(send);
                case Effect.RunCrypto run ->
                        on(new Event.CryptoDone(run.ikeSa(), run.ticket(), CryptoResult.of(run.task(), crypto)), now);
                case Effect.InstallChild install -> on(install(install), now);
                case Effect.CompleteChild complete ->
                        kernel.computeIfPresent(complete.child().id(), (_, half) -> half.complete());
                case Effect.RemoveChild remove -> kernel.remove(remove.child().id());
                case Effect.IkeUp _, Effect.IkeDown _, Effect.ChildUp _, Effect.ChildDown _, Effect.ChildFailed _,
                     Effect.RequestDone _, Effect.HandshakeDone _, Effect.Dropped _, Effect.Retransmitted _,
                     Effect.Note _ -> {
                }
            }
        }
    }

    private Event install(Effect.InstallChild install) {
        ChildSa child = install.child();
        try (ChildKeysInOut keys = install.keys()) {
            if (!kernelAccepts.test(child)) {
                return new Event.ChildInstallFailed(child.ikeSa(), child.id(), "the kernel said no");
            }
            kernel.put(child.id(), new Installed(child, Octets.copyOf(keys.encryptionIn().borrow()),
                    Octets.copyOf(keys.encryptionOut().borrow()), !install.inboundFirst()));
            return new Event.ChildInstalled(child.ikeSa(), child.id());
        }
    }

    public long initiate(String connection, String child, Host peer, Instant now) {
        return initiate(connection, child, peer, Resource.NONE, now);
    }

    public long initiate(String connection, String child, Host peer, Resource resource, Instant now) {
        on(new Event.Initiate(++lastRequest, connection, child, new Path(address, peer.address),
                new Event.Trigger(resource, 0, null)), now);
        return lastRequest;
    }

    List<Effect.SendDatagram> takeOutbox() {
        List<Effect.SendDatagram> taken = List.copyOf(outbox);
        outbox.clear();
        return taken;
    }

    public <E extends Effect> List<E> seen(Class<E> kind) {
        return seen.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    public List<String> log() {
        return seen(Effect.Note.class).stream().map(Effect.Note::message).toList();
    }

    public List<ChildSa> children() {
        return kernel.values().stream().map(Installed::child).toList();
    }
}
