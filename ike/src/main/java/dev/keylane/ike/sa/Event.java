package dev.keylane.ike.sa;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.wire.Octets;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to the core. */
public sealed interface Event {
    /** A datagram, without non-ESP marker, as it came to {@code local}. */
    record DatagramReceived(IpEndpoint local, IpEndpoint remote, Octets datagram) implements Event {
    }

    /** The time {@link dev.keylane.ike.endpoint.IkeEndpoint#nextTimeout} named has come. */
    record TimeReached() implements Event {
    }

    /** A new configuration; SAs of connections that are gone stay until they are terminated. */
    record PolicyReplaced(PolicyBook book) implements Event {
    }

    /**
     * Other settings, for what begins from now on; exchanges and IKE SAs that have begun keep the times they have. The ports
     * stay what they are.
     */
    record SettingsReplaced(EndpointSettings settings) implements Event {
    }

    /**
     * Bring up a child (or, with {@code child} null, just the IKE SA); an established IKE SA of the connection with
     * the same path is used again. Answered by {@link Effect.RequestDone}.
     *
     * @param request chosen by the caller, 0 when no answer is wanted
     * @param path    where from and to, ports as on the first message
     */
    record Initiate(long request, String connection, @Nullable String child, Path path, Trigger trigger) implements Event {
    }

    /**
     * A child was to be brought up, and its peer cannot even be asked: an attempt that has failed. One that is wanted at all
     * times is tried again later.
     *
     * @param reason one line for the log
     */
    record InitiateHindered(String connection, String child, String reason) implements Event {
    }

    /**
     * Give up what is being tried again and again without an SA to terminate.
     *
     * @param child null for all of the connection
     */
    record Renounce(String connection, @Nullable String child) implements Event {
    }

    /**
     * Why a child is wanted.
     *
     * @param resource   NONE to let the configuration decide; a CPU for an additional SA
     * @param acquireSeq of the kernel's acquire, 0 for none
     * @param packet     selectors of the packet that raised it, null when there was none
     */
    record Trigger(Resource resource, int acquireSeq, @Nullable Selectors packet) {
        public static final Trigger OPERATOR = new Trigger(Resource.NONE, 0, null);
    }

    /** Close an IKE SA with a Delete, or without waiting for the peer when {@code force}. */
    record TerminateIke(long request, long ikeSa, boolean force) implements Event {
    }

    record TerminateChild(long request, long child, boolean force) implements Event {
    }

    /** Make a new pair of SAs in the place of this one, which is then deleted; nothing if it is being replaced already. */
    record RekeyChild(long request, long child) implements Event {
    }

    /** Authentic ESP of this child came from elsewhere than the peer was known to be. */
    record PeerMoved(long child, IpEndpoint remote) implements Event {
    }

    /**
     * The way to the peer of this child, which was cut, is there again: what waits for an answer of its is sent at once, and
     * how often it was sent into the void does not count.
     */
    record PathRestored(long child) implements Event {
    }

    /**
     * Make a new IKE SA in the place of this one, which is then deleted; the children are handed over untouched.
     * Fails when it is being replaced already.
     */
    record RekeyIke(long request, long ikeSa) implements Event {
    }

    /** The kernel has removed an SA of this child, whose life is over; the other one goes with it. */
    record ChildExpired(long child) implements Event {
    }

    /** Answers {@link Effect.RunCrypto}. */
    record CryptoDone(long ikeSa, long ticket, CryptoResult result) implements Event {
    }

    /** Answers {@link Effect.InstallChild}: both SAs and the policies are in the kernel. */
    record ChildInstalled(long ikeSa, long child) implements Event {
    }

    /** Answers {@link Effect.InstallChild}: nothing of it is left in the kernel. */
    record ChildInstallFailed(long ikeSa, long child, String reason) implements Event {
    }
}
