package dev.keylane.daemon.updown;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables of one call, by strongSwan's names. */
final class UpdownEnvironment {
    private final Map<String, String> variables = new LinkedHashMap<>();

    private UpdownEnvironment() {
    }

    /**
     * One for each pair of a local and a remote selector of one address family.
     *
     * @param device that has our address, empty when none has
     */
    static List<Map<String, String>> of(IkeSaView sa, ChildSa child, boolean up, int reqid, String device) {
        List<Map<String, String>> all = new ArrayList<>();
        for (TrafficSelector local : child.terms().selectors().local()) {
            for (TrafficSelector remote : child.terms().selectors().remote()) {
                if (local.start().sameFamily(remote.start())) {
                    UpdownEnvironment one = new UpdownEnvironment();
                    one.common(sa, child, verb(local, sa.path().local().address(), up), reqid, device);
                    one.selectors(local, remote);
                    one.options(sa, child);
                    all.add(one.variables);
                }
            }
        }
        return all;
    }

    /** {@code -host} is what protects our address alone. */
    private static String verb(TrafficSelector local, IpAddress me, boolean up) {
        boolean host = local.start().equals(me) && local.end().equals(me);
        return (up ? "up" : "down") + (host ? "-host" : "-client") + (local.start().bits() == IPV6_BITS ? "-v6" : "");
    }

    private void common(IkeSaView sa, ChildSa child, String verb, int reqid, String device) {
        set("PATH", PATH);
        set("PLUTO_VERSION", "1.1");
        set("PLUTO_VERB", verb);
        set("PLUTO_CONNECTION", child.name());
        set("PLUTO_INTERFACE", device.isEmpty() ? "unknown" : device);
        set("PLUTO_REQID", Integer.toUnsignedString(reqid));
        set("PLUTO_PROTO", "esp");
        set("PLUTO_UNIQUEID", Long.toString(sa.id()));
        set("PLUTO_ME", sa.path().local().address().toString());
        set("PLUTO_MY_ID", text(sa.ids().local()));
        set("PLUTO_PEER", sa.path().remote().address().toString());
        set("PLUTO_PEER_ID", text(sa.ids().remote()));
    }

    private void selectors(TrafficSelector local, TrafficSelector remote) {
        set("PLUTO_MY_CLIENT", subnet(local));
        set("PLUTO_MY_PORT", ports(local));
        set("PLUTO_MY_PROTOCOL", Integer.toString(local.protocol()));
        set("PLUTO_PEER_CLIENT", subnet(remote));
        set("PLUTO_PEER_PORT", ports(remote));
        set("PLUTO_PEER_PROTOCOL", Integer.toString(remote.protocol()));
    }

    private void options(IkeSaView sa, ChildSa child) {
        Marks marks = child.config().kernel().marks();
        mark("PLUTO_MARK_IN", marks.in());
        mark("PLUTO_MARK_OUT", marks.out());
        id("PLUTO_IF_ID_IN", marks.ifIdIn());
        id("PLUTO_IF_ID_OUT", marks.ifIdOut());
        if (child.terms().udpEncap()) {
            set("PLUTO_UDP_ENC", Integer.toString(sa.path().remote().port()));
        }
        if (child.config().actions().hostAccess()) {
            set("PLUTO_HOST_ACCESS", "1");
        }
    }

    /** A range that is no prefix is widened to one, as the kernel's policy is. */
    private static String subnet(TrafficSelector selector) {
        int prefix = selector.coveringPrefix();
        return selector.start().withHostBits(prefix, false) + "/" + prefix;
    }

    private static String ports(TrafficSelector selector) {
        if (selector.anyPort() || selector.startPort() == selector.endPort()) {
            return Integer.toString(selector.startPort());
        }
        return selector.startPort() + ":" + selector.endPort();
    }

    private void mark(String name, Mark mark) {
        if (mark.isSet()) {
            set(name, "%s/0x%08x".formatted(Integer.toUnsignedString(mark.value()), mark.mask()));
        }
    }

    private void id(String name, int id) {
        if (id != 0) {
            set(name, Integer.toUnsignedString(id));
        }
    }

    private static String text(@Nullable Identification id) {
        return id == null ? "%any" : id.toString();
    }

    /** Identities come from the peer; neither the system nor a script is to stumble over what is in them. */
    private void set(String name, String value) {
        variables.put(name, Printable.of(value));
    }

    private static final int IPV6_BITS = 128;
    private static final String PATH = System.getenv().getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
}
