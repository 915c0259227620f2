package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.TsPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Packets that a child in software and one in a device both mean: the device comes last on their way out, and takes them
 * whatever has been done with them before.
 */
final class Overlap {
    private Overlap() {
    }

    /** @param section that the child was read from */
    record Part(String connection, ChildConfig child, Section section) {
    }

    /** @return of each that another takes packets from, why */
    static Map<Part, String> among(List<Part> parts) {
        Map<Part, String> taken = new LinkedHashMap<>();
        List<Part> takers = parts.stream().filter(part -> isInDevice(part.child()) && hasSas(part.child())).toList();
        for (Part part : parts) {
            takers.stream().filter(taker -> takes(taker, part)).findFirst()
                    .ifPresent(taker -> taken.put(part, why(part.child(), taker)));
        }
        return taken;
    }

    private static String why(ChildConfig child, Part taker) {
        return child.mode() == Mode.PASS
                ? "a device that has the policies of " + taker.section().name() + " encrypts these packets none the less: interface ="
                        + " its name and hw_offload = packet put this one there, too"
                : "a device that has the policies of " + taker.section().name() + " encrypts the ESP of this one once more:"
                        + " hw_offload = packet puts it there, too";
    }

    private static boolean takes(Part taker, Part part) {
        ChildConfig child = part.child();
        boolean affected = switch (child.mode()) {
            case PASS -> !isInDevice(child) || child.kernel().device().isEmpty();
            case TUNNEL, TRANSPORT -> !isInDevice(child) && taker.child().mode() == Mode.TRANSPORT;
            case DROP -> false;
        };
        boolean sameHosts = taker.connection().equals(part.connection());
        return affected && meet(taker.child().localTs(), child.localTs(), child.mode() == Mode.PASS, sameHosts)
                && meet(taker.child().remoteTs(), child.remoteTs(), child.mode() == Mode.PASS, sameHosts);
    }

    static boolean isInDevice(ChildConfig child) {
        return child.kernel().offload() == HwOffload.PACKET || child.kernel().offload() == HwOffload.AUTO;
    }

    private static boolean hasSas(ChildConfig child) {
        return child.mode() == Mode.TUNNEL || child.mode() == Mode.TRANSPORT;
    }

    /**
     * @param everywhere what {@code dynamic} of the others means, otherwise the hosts of their connection
     * @param sameHosts  whether both are of one connection
     */
    private static boolean meet(List<TsPattern> some, List<TsPattern> others, boolean everywhere, boolean sameHosts) {
        return some.stream().anyMatch(one -> others.stream().anyMatch(other -> portsMeet(one, other)
                && (other.isDynamic() ? everywhere || sameHosts && one.isDynamic() : addressesMeet(one, other))));
    }

    private static boolean portsMeet(TsPattern one, TsPattern other) {
        boolean protocols = one.protocol() == 0 || other.protocol() == 0 || one.protocol() == other.protocol();
        return protocols && one.startPort() <= other.endPort() && other.startPort() <= one.endPort();
    }

    /** Of addresses that are not known yet nothing is said. */
    private static boolean addressesMeet(TsPattern one, TsPattern other) {
        IpAddress from = one.from();
        IpAddress to = one.to();
        IpAddress otherFrom = other.from();
        IpAddress otherTo = other.to();
        return from != null && to != null && otherFrom != null && otherTo != null && from.sameFamily(otherFrom)
                && from.compareTo(otherTo) <= 0 && otherFrom.compareTo(to) <= 0;
    }
}
