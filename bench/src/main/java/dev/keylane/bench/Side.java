package dev.keylane.bench;

import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.CryptoResult;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** One core that computes inline and whose kernel accepts everything at once. */
final class Side {
    private static final JcaCrypto CRYPTO = new JcaCrypto();
    private static final SecureRandomSource RANDOM = new SecureRandomSource();

    private final IkeEndpoint endpoint;
    private List<Effect.SendDatagram> outbox = new ArrayList<>();
    private int childrenUp;
    private Consumer<Effect> witness = _ -> { };

    Side(EndpointSettings settings, ResourceAssignment resources, PolicyBook book) {
        endpoint = new IkeEndpoint(settings, CRYPTO, RANDOM, resources);
        endpoint.on(new Event.PolicyReplaced(book), Instant.EPOCH);
    }

    void on(Event event, Instant now) {
        for (Effect effect : endpoint.on(event, now)) {
            witness.accept(effect);
            switch (effect) {
                case Effect.SendDatagram send -> outbox.add(send);
                case Effect.RunCrypto run ->
                        on(new Event.CryptoDone(run.ikeSa(), run.ticket(), CryptoResult.of(run.task(), CRYPTO)), now);
                case Effect.InstallChild install -> {
                    install.keys().close();
                    on(new Event.ChildInstalled(install.child().ikeSa(), install.child().id()), now);
                }
                case Effect.ChildUp _ -> childrenUp++;
                case Effect.Network _, Effect.Kernel _, Effect.Report _ -> {
                }
            }
        }
    }

    /** Tells of each effect before it is carried out. */
    void witness(Consumer<Effect> told) {
        witness = told;
    }

    List<Effect.SendDatagram> takeOutbox() {
        List<Effect.SendDatagram> taken = outbox;
        outbox = new ArrayList<>();
        return taken;
    }

    int childrenUp() {
        return childrenUp;
    }

    int halfOpen() {
        return endpoint.halfOpen();
    }
}
