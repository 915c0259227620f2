package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciSize;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An IKE SA as list-sa and the updown events show it. */
public final class IkeSection {
    private IkeSection() {
    }

    /** A section named like the connection, with {@code child-sas}, which is last and there even when empty. */
    public static ViciMessage withChildren(IkeSnapshot sa, List<ChildSnapshot> children, Instant now) {
        return withChildren(sa, new ViciMessage(children.stream().<ViciMessage.Element>map(child -> section(child, now)).toList()), now);
    }

    private static ViciMessage withChildren(IkeSnapshot sa, ViciMessage children, Instant now) {
        return named(sa, keys(sa.ike(), now).section("child-sas", children));
    }

    /** The same, divided among as many messages as it takes, all with the keys of the IKE SA; one, where that will do. */
    public static List<ViciMessage> inParts(IkeSnapshot sa, List<ChildSnapshot> children, Instant now) {
        int room = ViciPacket.MAX_SIZE - HEADER - ViciSize.of(withChildren(sa, ViciMessage.EMPTY, now));
        List<ViciMessage> parts = new ArrayList<>();
        List<ViciMessage.Element> part = new ArrayList<>();
        int size = 0;
        for (ChildSnapshot child : children) {
            ViciMessage.Section section = section(child, now);
            int more = ViciSize.of(section);
            if (size > 0 && size + more > room) {
                parts.add(withChildren(sa, new ViciMessage(part), now));
                part.clear();
                size = 0;
            }
            part.add(section);
            size += more;
        }
        parts.add(withChildren(sa, new ViciMessage(part), now));
        return parts;
    }

    private static ViciMessage.Section section(ChildSnapshot child, Instant now) {
        return new ViciMessage.Section(child.child().sa().name() + "-" + child.child().sa().id(), ChildSection.of(child, now));
    }

    /** The same without {@code child-sas}. */
    public static ViciMessage alone(IkeSnapshot sa, Instant now) {
        return named(sa, keys(sa.ike(), now));
    }

    /** Both, as {@code old} and {@code new}. */
    static ViciMessage rekeyed(IkeSnapshot old, IkeSnapshot fresh, Instant now) {
        return named(old, ViciMessage.builder().section("old", keys(old.ike(), now).build())
                .section("new", keys(fresh.ike(), now).build()));
    }

    /** With {@code old} and {@code new} of a child, under the child's name alone. */
    static ViciMessage childRekeyed(IkeSnapshot sa, ChildSnapshot old, ChildSnapshot fresh, Instant now) {
        ViciMessage both = ViciMessage.builder().section("old", ChildSection.of(old, now))
                .section("new", ChildSection.of(fresh, now)).build();
        return named(sa, keys(sa.ike(), now).section("child-sas",
                ViciMessage.builder().section(fresh.child().sa().name(), both).build()));
    }

    private static ViciMessage named(IkeSnapshot sa, ViciMessage.Builder keys) {
        String name = sa.ike().connection();
        return ViciMessage.builder().section(name.isEmpty() ? "(unnamed)" : name, keys.build()).build();
    }

    private static ViciMessage.Builder keys(IkeSaView sa, Instant now) {
        ViciMessage.Builder keys = ViciMessage.builder()
                .set("uniqueid", sa.id()).set("version", 2).set("state", sa.state());
        side(keys, "local", sa.path().local(), sa.ids().local());
        side(keys, "remote", sa.path().remote(), sa.ids().remote());
        keys.flag("initiator", sa.initiator())
                .set("initiator-spi", "%016x".formatted(sa.spis().initiator()))
                .set("responder-spi", "%016x".formatted(sa.spis().responder()))
                .flag("nat-local", sa.nat().local()).flag("nat-remote", sa.nat().remote())
                .flag("nat-fake", sa.nat().fake()).flag("nat-any", sa.nat().any());
        if (sa.suite() != null) {
            Algorithms.add(keys, sa.suite());
        }
        if (sa.state() == IkeSaView.State.ESTABLISHED) {
            lifetime(keys, sa, now);
        }
        return keys;
    }

    private static void side(ViciMessage.Builder keys, String side, IpEndpoint endpoint, @Nullable Identification id) {
        keys.set(side + "-host", endpoint.address().isUnspecified() ? "%any" : endpoint.address())
                .set(side + "-port", endpoint.port())
                .set(side + "-id", id == null ? "%any" : id);
    }

    private static void lifetime(ViciMessage.Builder keys, IkeSaView sa, Instant now) {
        if (sa.established() != null) {
            keys.set("established", Seconds.between(sa.established(), now));
        }
        if (sa.rekeyAt() != null) {
            keys.set("rekey-time", Seconds.between(now, sa.rekeyAt()));
        }
    }

    /** The packet's kind, and the event's name with its length. */
    private static final int HEADER = 2 + "list-sa".length();
}
