package dev.keylane.daemon.vici;

import static dev.keylane.daemon.vici.ElementType.KEY_VALUE;
import static dev.keylane.daemon.vici.ElementType.LIST_END;
import static dev.keylane.daemon.vici.ElementType.LIST_ITEM;
import static dev.keylane.daemon.vici.ElementType.LIST_START;
import static dev.keylane.daemon.vici.ElementType.SECTION_END;
import static dev.keylane.daemon.vici.ElementType.SECTION_START;

import dev.keylane.ike.wire.Octets;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the payload of one segment. */
public final class ViciReader {
    private final byte[] bytes;
    private int at;
    private @Nullable String failure;

    private ViciReader(byte[] bytes) {
        this.bytes = bytes;
    }

    public sealed interface Decoded {
    }

    public record Packet(ViciPacket packet) implements Decoded {
    }

    public record Malformed(String reason) implements Decoded {
    }

    /** Never throws, whatever the octets are. */
    public static Decoded read(Octets payload) {
        if (payload.length() > ViciPacket.MAX_SIZE) {
            return new Malformed("a segment of " + payload.length() + " octets");
        }
        return new ViciReader(payload.borrow()).packet();
    }

    private Decoded packet() {
        int octet = u8();
        ViciPacket.Kind kind = ViciPacket.Kind.of(octet).orElse(null);
        if (kind == null) {
            return new Malformed(failure != null ? failure : "unknown packet type " + octet);
        }
        String name = kind.isNamed() ? name() : "";
        ViciMessage message = failure == null ? message() : ViciMessage.EMPTY;
        return failure == null ? new Packet(new ViciPacket(kind, name, message)) : new Malformed(failure);
    }

    /** A section that has been opened; the root has an empty name. */
    private record Open(String name, List<ViciMessage.Element> elements) {
        static Open named(String name) {
            return new Open(name, new ArrayList<>());
        }
    }

    private ViciMessage message() {
        Deque<Open> open = new ArrayDeque<>();
        open.push(Open.named(""));
        while (at < bytes.length && failure == null) {
            element(open);
        }
        if (open.size() > 1) {
            fail("a section without end");
        }
        return new ViciMessage(open.getLast().elements());
    }

    private void element(Deque<Open> open) {
        List<ViciMessage.Element> here = open.element().elements();
        int type = u8();
        switch (type) {
            case KEY_VALUE -> here.add(new ViciMessage.Value(name(), value()));
            case LIST_START -> here.add(list());
            case SECTION_START -> {
                open.push(Open.named(name()));
                if (open.size() > MAX_DEPTH) {
                    fail("sections nested too deeply");
                }
            }
            case SECTION_END -> close(open);
            default -> fail("element type " + type + " out of place");
        }
    }

    private void close(Deque<Open> open) {
        if (open.size() == 1) {
            fail("the end of a section that was not begun");
            return;
        }
        Open done = open.pop();
        open.element().elements().add(new ViciMessage.Section(done.name(), new ViciMessage(done.elements())));
    }

    private ViciMessage.Items list() {
        String name = name();
        List<Octets> items = new ArrayList<>();
        int type = u8();
        while (type == LIST_ITEM && failure == null) {
            items.add(value());
            type = u8();
        }
        if (type != LIST_END) {
            fail("a list without end");
        }
        return new ViciMessage.Items(name, items);
    }

    private String name() {
        int length = u8();
        int from = take(length);
        if (failure != null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
        } catch (CharacterCodingException notText) {
            fail("a name that is not UTF-8");
            return "";
        }
    }

    private Octets value() {
        int length = u8() << 8 | u8();
        int from = take(length);
        return failure == null ? Octets.copyOf(bytes, from, from + length) : Octets.EMPTY;
    }

    private int u8() {
        int from = take(1);
        return failure == null ? bytes[from] & 0xff : 0;
    }

    /** Where the next {@code count} octets begin, if there are so many. */
    private int take(int count) {
        if (bytes.length - at < count) {
            fail("cut short at octet " + bytes.length);
            return at;
        }
        at += count;
        return at - count;
    }

    private void fail(String reason) {
        if (failure == null) {
            failure = reason;
        }
    }

    private static final int MAX_DEPTH = 32;
}
