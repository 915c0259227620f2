package dev.keylane.daemon.vici;

import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Writes packets as segments, length field included. */
public final class ViciWriter {
    private final OctetWriter out = new OctetWriter(256);
    private boolean fits = true;

    private ViciWriter() {
    }

    /** Empty when a name, a value or the whole is longer than the format can say. */
    public static Optional<Octets> segment(ViciPacket packet) {
        return new ViciWriter().write(packet);
    }

    private Optional<Octets> write(ViciPacket packet) {
        out.u32(0).u8(packet.kind().ordinal());
        if (packet.kind().isNamed()) {
            name(packet.name());
        }
        message(packet.message());
        int size = out.length() - LENGTH_FIELD;
        if (!fits || size > ViciPacket.MAX_SIZE) {
            return Optional.empty();
        }
        out.patch32(0, size);
        return Optional.of(out.toOctets());
    }

    private void message(ViciMessage message) {
        for (ViciMessage.Element element : message.elements()) {
            switch (element) {
                case ViciMessage.Value(String name, Octets value) -> {
                    out.u8(ElementType.KEY_VALUE);
                    name(name);
                    value(value);
                }
                case ViciMessage.Items list -> list(list);
                case ViciMessage.Section(String name, ViciMessage content) -> {
                    out.u8(ElementType.SECTION_START);
                    name(name);
                    message(content);
                    out.u8(ElementType.SECTION_END);
                }
            }
        }
    }

    private void list(ViciMessage.Items list) {
        out.u8(ElementType.LIST_START);
        name(list.name());
        for (Octets item : list.octets()) {
            out.u8(ElementType.LIST_ITEM);
            value(item);
        }
        out.u8(ElementType.LIST_END);
    }

    private void name(String name) {
        Octets octets = Octets.wrap(name.getBytes(StandardCharsets.UTF_8));
        fits &= octets.length() <= 0xff;
        out.u8(octets.length()).octets(octets);
    }

    private void value(Octets value) {
        fits &= value.length() <= 0xffff;
        out.u16(value.length()).octets(value);
    }

    private static final int LENGTH_FIELD = 4;
}
