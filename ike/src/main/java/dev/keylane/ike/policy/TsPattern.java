package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A configured selector: a fixed one, or {@code dynamic}, which stands for the address the side has in the IKE SA.
 *
 * @param from null with {@code dynamic}
 */
public record TsPattern(@Nullable IpAddress from, @Nullable IpAddress to, int protocol, int startPort, int endPort) {
    public static final TsPattern DYNAMIC = new TsPattern(null, null, 0, 0, 0xffff);

    public static TsPattern of(TrafficSelector ts) {
        return new TsPattern(ts.start(), ts.end(), ts.protocol(), ts.startPort(), ts.endPort());
    }

    public boolean isDynamic() {
        return from == null;
    }

    /** The selector this means when its side has {@code address}. */
    public TrafficSelector resolve(IpAddress address) {
        return new TrafficSelector(protocol, startPort, endPort, from == null ? address : from,
                to == null ? address : to);
    }
}
