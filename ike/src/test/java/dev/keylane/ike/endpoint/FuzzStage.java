package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.Random;

/**
 * How far a pair is when made-up messages begin to come to one of the two, the victim. What the two say to each other
 * is lost from then on.
 */
enum FuzzStage {
    INIT_SENT, AUTH_SENT, ESTABLISHED, PER_CPU, CREATING, MAKING_KEY, REKEYING, REKEYED_BY_PEER, DELETING, PROBING, CLOSING,
    CLOSED_BY_PEER, REKEYING_IKE, IKE_REKEYED_BY_PEER, IKE_REKEYED;

    private static final Weather DEAD = new Weather(1, 0, Duration.ZERO, Duration.ZERO);
    private static final String IKE = "aes128gcm16-prfsha256-x25519";
    private static final Duration ONE_WAY = Duration.ofMillis(15);

    /**
     * @param onLeft       whether the initiator of the IKE SA is the victim
     * @param forwardSafe  with key exchanges for Child SAs
     */
    Pair reach(boolean onLeft, boolean forwardSafe) {
        Pair pair = Pair.toy(9611, EndpointSettings.DEFAULT, Weather.FAIR);
        String esp = forwardSafe ? "aes128gcm16-x25519-ecp256" : "aes128gcm16-esn";
        pair.left.load(configs(Configs.LEFT, esp).book(), pair.now);
        pair.right.load(configs(Configs.RIGHT, esp).book(), pair.now);
        if (this == INIT_SENT) {
            pair.link.weather(DEAD);
        }
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        if (this == INIT_SENT || this == AUTH_SENT) {
            pair.drive(ONE_WAY);
            pair.link.weather(DEAD);
            pair.drive(ONE_WAY);
        } else {
            pair.drive(Duration.ofSeconds(1));
            goOn(pair, onLeft ? pair.left : pair.right, onLeft ? pair.right : pair.left);
        }
        return pair;
    }

    private Configs configs(Configs side, String esp) {
        Configs with = side.suites(IKE, esp).tries(1, this == PROBING ? Duration.ofSeconds(20) : Duration.ZERO);
        return this == ESTABLISHED ? with : with.withPerCpuSas();
    }

    private void goOn(Pair pair, Host victim, Host peer) {
        if (this != ESTABLISHED) {
            victim.initiate("BFL-BFR", "bf", peer, Resource.cpu(0), pair.now);
            pair.drive(Duration.ofSeconds(1));
        }
        if (this == REKEYED_BY_PEER) {
            peer.on(new Event.RekeyChild(2, peer.children().getFirst().id()), pair.now);
            pair.drive(ONE_WAY);
        } else if (this == CLOSED_BY_PEER) {
            peer.on(new Event.TerminateIke(2, peer.endpoint.views().getFirst().id(), false), pair.now);
            pair.drive(ONE_WAY);
        } else if (this == IKE_REKEYED_BY_PEER) {
            peer.on(new Event.RekeyIke(2, peer.endpoint.views().getFirst().id()), pair.now);
            pair.drive(ONE_WAY);
        } else if (this == IKE_REKEYED) {
            victim.on(new Event.RekeyIke(2, victim.endpoint.views().getFirst().id()), pair.now);
            pair.drive(Duration.ofSeconds(1));
        }
        pair.link.weather(DEAD);
        long child = victim.children().isEmpty() ? 0 : victim.children().getFirst().id();
        switch (this) {
            case CREATING -> victim.initiate("BFL-BFR", "bf", peer, Resource.cpu(1), pair.now);
            case MAKING_KEY -> {
                victim.lag = new Random(7);
                victim.initiate("BFL-BFR", "bf", peer, Resource.cpu(1), pair.now);
            }
            case REKEYING -> victim.on(new Event.RekeyChild(2, child), pair.now);
            case DELETING -> victim.on(new Event.TerminateChild(2, child, false), pair.now);
            case CLOSING -> victim.on(new Event.TerminateIke(2, victim.endpoint.views().getFirst().id(), false), pair.now);
            case REKEYING_IKE -> victim.on(new Event.RekeyIke(2, victim.endpoint.views().getFirst().id()), pair.now);
            case PROBING -> pair.advance(Duration.ofSeconds(21));
            case INIT_SENT, AUTH_SENT, ESTABLISHED, PER_CPU, REKEYED_BY_PEER, CLOSED_BY_PEER, IKE_REKEYED_BY_PEER,
                 IKE_REKEYED -> {
            }
        }
        pair.drive(Duration.ZERO);
    }
}
