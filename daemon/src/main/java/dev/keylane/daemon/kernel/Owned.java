package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something of ours in the kernel, named closely enough that nobody else's is taken for it. One line of text each. The device
 * that it was asked for belongs to no name: the kernel may have it elsewhere, and journals of earlier versions do not tell.
 */
sealed interface Owned {
    /** @param device whose offload was asked for, empty for none */
    record Sa(SaId id, int reqid, String device) implements Owned {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Sa sa && sa.id.equals(id) && sa.reqid == reqid;
        }

        @Override
        public int hashCode() {
            return Objects.hash(id, reqid);
        }

        @Override
        public String toString() {
            return "sa " + id.destination() + " " + Integer.toHexString(id.spi()) + " " + id.protocol() + " "
                    + text(id.mark()) + " " + reqid + on(device);
        }
    }

    /** @param device whose offload was asked for, empty for none */
    record Policy(PolicyId id, int priority, int reqid, String device) implements Owned {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Policy policy && policy.id.equals(id) && policy.priority == priority
                    && policy.reqid == reqid;
        }

        @Override
        public int hashCode() {
            return Objects.hash(id, priority, reqid);
        }

        @Override
        public String toString() {
            Selector s = id.selector();
            return "policy " + id.direction() + " " + s.source() + "/" + s.sourcePrefix() + " " + s.destination() + "/"
                    + s.destinationPrefix() + " " + s.protocol() + " " + text(s.sourcePort()) + " "
                    + text(s.destinationPort()) + " " + s.ifindex() + " " + text(id.mark()) + " " + id.ifId() + " "
                    + priority + " " + reqid + on(device);
        }
    }

    /** Whose SAs, traps and policies have this number; nothing of the kernel's. */
    record Number(int reqid, ChildName name) implements Owned {
        @Override
        public String device() {
            return "";
        }

        @Override
        public String toString() {
            return "number " + reqid + " " + URLEncoder.encode(name.connection(), StandardCharsets.UTF_8) + " "
                    + URLEncoder.encode(name.child(), StandardCharsets.UTF_8);
        }
    }

    int reqid();

    String device();

    static Owned of(SaSpec sa) {
        return new Sa(sa.id(), sa.reqid(), device(sa.offload()));
    }

    static Owned of(SaInfo sa) {
        return new Sa(sa.id(), sa.reqid(), device(sa.offload()));
    }

    static Owned of(PolicySpec policy) {
        return new Policy(policy.id(), policy.priority(), policy.reqid(), device(policy.offload()));
    }

    static String device(SaSpec.@Nullable Offload offload) {
        return offload == null ? "" : offload.device();
    }

    static Owned of(PolicyInfo policy) {
        return of(policy.spec());
    }

    /** Reads what {@code toString} writes; empty for anything else. */
    static Optional<Owned> parse(String line) {
        String[] words = line.split(" ", -1);
        try {
            return switch (words[0]) {
                case "sa" -> isLong(words, SA_WORDS) ? Optional.of(sa(words)) : Optional.empty();
                case "policy" -> isLong(words, POLICY_WORDS) ? Optional.of(policy(words)) : Optional.empty();
                case "number" -> words.length == NUMBER_WORDS ? Optional.of(number(words)) : Optional.empty();
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    /** The device comes last, and only where there is one. */
    private static boolean isLong(String[] words, int least) {
        return words.length == least || words.length == least + 1 && !words[least].isEmpty();
    }

    private static String on(String device) {
        return device.isEmpty() ? "" : " " + URLEncoder.encode(device, StandardCharsets.UTF_8);
    }

    private static String device(String[] words, int at) {
        return words.length == at ? "" : URLDecoder.decode(words[at], StandardCharsets.UTF_8);
    }

    private static Owned number(String[] words) {
        return new Number(Integer.parseInt(words[1]), new ChildName(URLDecoder.decode(words[2], StandardCharsets.UTF_8),
                URLDecoder.decode(words[3], StandardCharsets.UTF_8)));
    }

    private static Owned sa(String[] words) {
        SaId id = new SaId(IpAddress.of(words[1]), Integer.parseUnsignedInt(words[2], 16),
                Integer.parseInt(words[3]), mark(words[4]));
        return new Sa(id, Integer.parseInt(words[5]), device(words, SA_WORDS));
    }

    private static Owned policy(String[] words) {
        String[] from = pair(words[2]);
        String[] to = pair(words[3]);
        Selector selector = new Selector(IpAddress.of(from[0]), Integer.parseInt(from[1]), IpAddress.of(to[0]),
                Integer.parseInt(to[1]), Integer.parseInt(words[4]), port(words[5]), port(words[6]),
                Integer.parseInt(words[7]));
        PolicyId id = new PolicyId(selector, PolicyId.Direction.valueOf(words[1]), mark(words[8]),
                Integer.parseInt(words[9]));
        return new Policy(id, Integer.parseInt(words[10]), Integer.parseInt(words[11]), device(words, POLICY_WORDS));
    }

    private static String text(Mark mark) {
        return Integer.toHexString(mark.value()) + "/" + Integer.toHexString(mark.mask());
    }

    private static Mark mark(String text) {
        String[] parts = pair(text);
        return new Mark(Integer.parseUnsignedInt(parts[0], 16), Integer.parseUnsignedInt(parts[1], 16));
    }

    private static String text(Port port) {
        return port.value() + "/" + Integer.toHexString(port.mask());
    }

    private static Port port(String text) {
        String[] parts = pair(text);
        return new Port(Integer.parseInt(parts[0]), Integer.parseInt(parts[1], 16));
    }

    private static String[] pair(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 2) {
            throw new IllegalArgumentException(text);
        }
        return parts;
    }

    /** Words of a line, without a device. */
    int SA_WORDS = 6;
    int POLICY_WORDS = 12;
    int NUMBER_WORDS = 4;
}
