package dev.keylane.daemon.traffic;

import dev.keylane.xfrm.SaInfo;

/**
 * What SAs have carried.
 *
 * @param replayed    received packets that were refused as replays
 * @param unauthentic received packets with a wrong checksum
 */
public record Carried(long receivedPackets, long receivedBytes, long sentPackets, long sentBytes, long replayed,
                      long unauthentic) {
    public static final Carried NOTHING = new Carried(0, 0, 0, 0, 0, 0);

    static Carried by(SaInfo.Counters counters, boolean inbound) {
        return inbound ? new Carried(counters.packets(), counters.bytes(), 0, 0, counters.replayed(), counters.unauthentic())
                : new Carried(0, 0, counters.packets(), counters.bytes(), 0, 0);
    }

    public Carried plus(Carried other) {
        return new Carried(receivedPackets + other.receivedPackets, receivedBytes + other.receivedBytes,
                sentPackets + other.sentPackets, sentBytes + other.sentBytes, replayed + other.replayed,
                unauthentic + other.unauthentic);
    }

    /** A reading may be older than the one before it, which was taken elsewhere. */
    Carried atLeast(Carried other) {
        return new Carried(Math.max(receivedPackets, other.receivedPackets), Math.max(receivedBytes, other.receivedBytes),
                Math.max(sentPackets, other.sentPackets), Math.max(sentBytes, other.sentBytes),
                Math.max(replayed, other.replayed), Math.max(unauthentic, other.unauthentic));
    }
}
