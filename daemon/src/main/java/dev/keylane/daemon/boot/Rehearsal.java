package dev.keylane.daemon.boot;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.ike.sa.CryptoResult;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;

/**
 * Two cores key with one another, in memory, and one of them puts its SAs into the kernel for a moment, between addresses for
 * documentation (RFC 5737). Whatever a handshake takes is loaded and linked afterwards, so that an answer for which SAs of
 * an earlier run, and a peer that has dropped its own, have to wait is acted on at once.
 */
final class Rehearsal {
    private final Crypto crypto;
    private final Function<Effect.Kernel, List<Event>> kernel;
    private final Core left;
    private final Core right;
    private final Queue<Effect.SendDatagram> flying = new ArrayDeque<>();

    private final class Core {
        private final IpEndpoint address;
        private final IkeEndpoint endpoint;
        private boolean keyed;

        Core(IpEndpoint address, RandomSource random, PolicyBook book) {
            this.address = address;
            this.endpoint = new IkeEndpoint(EndpointSettings.DEFAULT, crypto, random,
                    _ -> new ResourceAssignment.Answer.QueueFull());
            endpoint.on(new Event.PolicyReplaced(book), Instant.EPOCH);
        }

        void on(Event event) {
            for (Effect effect : endpoint.on(event, Instant.EPOCH)) {
                switch (effect) {
                    case Effect.SendDatagram send -> flying.add(send);
                    case Effect.RunCrypto run ->
                            on(new Event.CryptoDone(run.ikeSa(), run.ticket(), CryptoResult.of(run.task(), crypto)));
                    case Effect.InstallChild install -> install(install);
                    case Effect.ChildUp _ -> keyed = true;
                    case Effect.Kernel other when this == left -> kernel.apply(other);
                    case Effect.Network _, Effect.Kernel _, Effect.Report _ -> { }
                }
            }
        }

        private void install(Effect.InstallChild install) {
            if (this == left) {
                kernel.apply(install).forEach(this::on);
                kernel.apply(new Effect.RemoveChild(install.child()));
            } else {
                install.keys().close();
                on(new Event.ChildInstalled(install.child().ikeSa(), install.child().id()));
            }
        }
    }

    private Rehearsal(Crypto crypto, RandomSource random, Function<Effect.Kernel, List<Event>> kernel) {
        this.crypto = crypto;
        this.kernel = kernel;
        this.left = new Core(new IpEndpoint(IpAddress.of("192.0.2.1"), 500), random, book("left", "right"));
        this.right = new Core(new IpEndpoint(IpAddress.of("192.0.2.2"), 500), random, book("right", "left"));
    }

    /**
     * @param kernel carries out what is asked of a kernel side
     * @return whether both have keyed
     */
    static boolean run(Crypto crypto, RandomSource random, Function<Effect.Kernel, List<Event>> kernel) {
        return new Rehearsal(crypto, random, kernel).play();
    }

    private boolean play() {
        left.on(new Event.Initiate(0, NAME, NAME, new Path(left.address, right.address), Event.Trigger.OPERATOR));
        for (Effect.SendDatagram sent = flying.poll(); sent != null; sent = flying.poll()) {
            Core to = sent.remote().equals(left.address) ? left : right;
            to.on(new Event.DatagramReceived(sent.remote(), sent.local(), sent.datagram()));
        }
        return left.keyed && right.keyed;
    }

    private static PolicyBook book(String own, String peer) {
        ChildConfig child = new ChildConfig(NAME, ChildConfig.Mode.TUNNEL, ProposalText.parseEsp("aes256gcm16-esn").orElseThrow(),
                List.of(TsPattern.DYNAMIC), List.of(TsPattern.DYNAMIC), ChildActions.NONE, ChildLifetime.DEFAULT,
                ChildConfig.PerCpu.NO, KernelOptions.DEFAULT);
        Connection connection = new Connection(NAME,
                new Endpoints(List.of(AddressPattern.ANY), List.of(AddressPattern.ANY), 0, 0),
                ProposalText.parseIke("aes256gcm16-prfsha256-x25519").orElseThrow(),
                new Authentication(Identification.parse(own)), new Authentication(Identification.parse(peer)),
                IkeOptions.DEFAULT, List.of(child));
        return new PolicyBook(List.of(connection), List.of(
                new SharedKey(NAME, Secret.wrap(NAME.getBytes(StandardCharsets.UTF_8)), List.of())));
    }

    private static final String NAME = "rehearsal";
}
