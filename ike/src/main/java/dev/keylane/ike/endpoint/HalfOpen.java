package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.wire.Octets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The places for peers that have not authenticated, RFC 7296 §2.6. Their number and the octets kept for them have a bound.
 * A part is reserved for known peers, those that a connection names by their address and that have returned a cookie;
 * strangers share what is left.
 */
final class HalfOpen {
    private HalfOpenLimits limits;
    private final Map<InitKey, Place> places = new HashMap<>();
    private final Shares strangers = new Shares();
    private final Shares known = new Shares();

    HalfOpen(HalfOpenLimits limits) {
        this.limits = limits;
    }

    /** Others from now on; whoever has a place keeps it. */
    void limits(HalfOpenLimits others) {
        limits = others;
    }

    /**
     * RFC 7296 §2.1: a repeated IKE_SA_INIT is known by the whole of it: peers may choose the same SPI, and the same
     * peer may ask again with another key exchange or cookie.
     */
    record InitKey(IpEndpoint remote, Octets datagram) {
    }

    /**
     * Who asks for a place.
     *
     * @param source the address or prefix it is counted by
     * @param known  named by a connection, and there where it says
     */
    record Guest(IpAddress source, boolean known) {
    }

    private record Place(IkeSa sa, Guest guest) {
    }

    void add(InitKey key, IkeSa sa, Guest guest) {
        places.put(key, new Place(sa, guest));
        shares(guest).add(guest.source(), sa, key.datagram().length());
    }

    void remove(InitKey key) {
        Place place = places.remove(key);
        if (place != null) {
            shares(place.guest()).remove(place.guest().source(), place.sa());
        }
    }

    private Shares shares(Guest guest) {
        return guest.known() ? known : strangers;
    }

    Optional<IkeSa> find(InitKey key) {
        return places.isEmpty() ? Optional.empty() : Optional.ofNullable(places.get(key)).map(Place::sa);
    }

    int size() {
        return strangers.size() + known.size();
    }

    /** Octets of the requests that are kept. */
    long octets() {
        return strangers.octets() + known.octets();
    }

    int of(IpAddress source) {
        return strangers.of(source) + known.of(source);
    }

    boolean hasRoom(Guest guest, int length) {
        int most = limits.most();
        boolean all = size() < most && octets() + length <= octets(most);
        int theirs = most - most / RESERVE;
        return all && (guest.known() || strangers.size() < theirs && strangers.octets() + length <= octets(theirs));
    }

    /** Whether there is room once all have gone whose place the guest may get: if not, none of them need go. */
    boolean couldHaveRoom(Guest guest, int length) {
        int most = limits.most();
        int theirs = most - most / RESERVE;
        return guest.known() ? most > 0 && length <= octets(most)
                : theirs > 0 && length <= octets(theirs)
                        && known.size() < most && known.octets() + length <= octets(most);
    }

    /** Whose place a guest gets that is where it says, when there is no room; empty when it gets none. */
    Optional<IkeSa> toEvict(Guest guest) {
        return strangers.oldestOfLargest().or(() -> guest.known() ? known.oldestOfLargest() : Optional.empty());
    }

    private static long octets(int places) {
        return (long) places * OCTETS_PER_PLACE;
    }

    /** One in so many places. */
    private static final int RESERVE = 4;
    /** Twice a usual request with four key exchange methods. */
    private static final int OCTETS_PER_PLACE = 2048;
}
