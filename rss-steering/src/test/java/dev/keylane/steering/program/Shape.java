package dev.keylane.steering.program;

import static dev.keylane.steering.program.Layer.AD;
import static dev.keylane.steering.program.Layer.IPV4;
import static dev.keylane.steering.program.Layer.IPV6;
import static dev.keylane.steering.program.Layer.Q;
import static dev.keylane.steering.program.Layer.extension;
import static dev.keylane.steering.program.Layer.fragmentHeader;
import static dev.keylane.steering.program.Layer.ipv4;
import static dev.keylane.steering.program.Layer.ipv6;
import static dev.keylane.steering.program.Octet.filler;
import static dev.keylane.steering.program.Octet.join;
import static dev.keylane.steering.program.Octet.s;
import static dev.keylane.steering.program.Octet.u32;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every kind of frame that the programs tell apart: links, network headers and upper layers in all combinations. */
record Shape(String name, byte[] frame) {
    /**
     * @param spis whose ESP there is to be
     */
    static List<Shape> all(List<Integer> spis) {
        List<Shape> shapes = new ArrayList<>();
        Map<String, Upper> uppers = uppers(spis);
        links().forEach((link, tags) -> {
            uppers.forEach((upper, what) -> networks(what).forEach((network, packet) ->
                    shapes.add(new Shape(link + "/" + network + "/" + upper, framed(tags, packet)))));
            odd().forEach((odd, packet) -> shapes.add(new Shape(link + "/" + odd, framed(tags, packet))));
        });
        return shapes;
    }

    private record Packet(int ethertype, byte[] octets) {
    }

    private record Upper(int protocol, byte[] octets) {
    }

    private static byte[] framed(List<Integer> tags, Packet packet) {
        List<Integer> ethertypes = new ArrayList<>(tags);
        ethertypes.add(packet.ethertype());
        return Layer.ethernet(ethertypes, packet.octets());
    }

    private static Map<String, List<Integer>> links() {
        Map<String, List<Integer>> links = new LinkedHashMap<>();
        links.put("plain", List.of());
        links.put("802.1Q", List.of(Q));
        links.put("802.1ad", List.of(AD));
        links.put("802.1ad+802.1Q", List.of(AD, Q));
        links.put("three tags", List.of(AD, Q, Q));
        return links;
    }

    private static Map<String, Packet> networks(Upper upper) {
        int p = upper.protocol();
        byte[] o = upper.octets();
        Map<String, Packet> packets = new LinkedHashMap<>();
        packets.put("IPv4", new Packet(IPV4, ipv4(p, 0x4000, 0, o)));
        packets.put("IPv4 with 4 octets of options", new Packet(IPV4, ipv4(p, 0, 4, o)));
        packets.put("IPv4 with 40 octets of options", new Packet(IPV4, ipv4(p, 0, 40, o)));
        packets.put("first fragment of IPv4", new Packet(IPV4, ipv4(p, 0x2000, 0, o)));
        packets.put("later fragment of IPv4", new Packet(IPV4, ipv4(p, 0x0010, 0, o)));
        packets.put("IPv6", new Packet(IPV6, ipv6(p, o)));
        packets.put("IPv6 hop-by-hop", new Packet(IPV6, ipv6(0, extension(p, 0, o))));
        packets.put("IPv6 routing", new Packet(IPV6, ipv6(43, extension(p, 2, o))));
        packets.put("IPv6 destination", new Packet(IPV6, ipv6(60, extension(p, 4, o))));
        packets.put("IPv6 three", new Packet(IPV6, ipv6(0, extension(43, 1, extension(60, 0, extension(p, 1, o))))));
        packets.put("IPv6 six", new Packet(IPV6, chain(6, p, o)));
        packets.put("IPv6 seven", new Packet(IPV6, chain(7, p, o)));
        packets.put("first fragment of IPv6", new Packet(IPV6, ipv6(44, fragmentHeader(p, 1, o))));
        packets.put("later fragment of IPv6", new Packet(IPV6, ipv6(0, extension(44, 0, fragmentHeader(p, 0x18, o)))));
        return packets;
    }

    private static byte[] chain(int headers, int protocol, byte[] octets) {
        byte[] packet = extension(protocol, 0, octets);
        for (int header = 1; header < headers; header++) {
            packet = extension(60, header % 2, packet);
        }
        return ipv6(60, packet);
    }

    private static Map<String, Upper> uppers(List<Integer> spis) {
        Map<String, Upper> uppers = new LinkedHashMap<>();
        for (int spi : spis) {
            String name = String.format("ESP 0x%08x", spi);
            uppers.put(name, new Upper(50, Layer.esp(spi)));
            uppers.put(name + " in UDP", new Upper(17, Layer.udp(4500, 4500, Layer.esp(spi))));
        }
        uppers.put("IKE", new Upper(17, Layer.udp(4500, 4500, join(u32(0), filler(28)))));
        uppers.put("IKE on 500", new Upper(17, Layer.udp(500, 500, filler(28))));
        uppers.put("keepalive", new Upper(17, Layer.udp(4500, 4500, s(0xff))));
        uppers.put("keepalive in a filled frame", new Upper(17, join(Layer.udp(4500, 4500, s(0xff)), new byte[17])));
        uppers.put("one octet", new Upper(17, Layer.udp(4500, 4500, s(0xfe))));
        uppers.put("no octet in UDP", new Upper(17, Layer.udp(4500, 4500, s())));
        uppers.put("seven octets in UDP", new Upper(17, join(Layer.udp(4500, 4500, filler(7)), new byte[11])));
        uppers.put("UDP to elsewhere", new Upper(17, Layer.udp(4500, 4501, Layer.esp(spis.getFirst()))));
        uppers.put("TCP", new Upper(6, Layer.tcp(4500, 4500)));
        uppers.put("AH", new Upper(51, join(s(50, 4, 0, 0), u32(spis.getFirst()), filler(16))));
        uppers.put("ICMP", new Upper(1, filler(16)));
        uppers.put("nothing", new Upper(59, filler(8)));
        return uppers;
    }

    /** Headers that contradict themselves or are not IP. */
    private static Map<String, Packet> odd() {
        byte[] esp = Layer.esp(0x1000);
        Map<String, Packet> packets = new LinkedHashMap<>();
        packets.put("ARP", new Packet(Layer.ARP, filler(28)));
        packets.put("IPv4 of 4 words", new Packet(IPV4, with(ipv4(50, 0, 0, esp), 0, 0x44)));
        packets.put("IPv4 that says 6", new Packet(IPV4, with(ipv4(50, 0, 0, esp), 0, 0x65)));
        packets.put("IPv6 that says 4", new Packet(IPV6, with(ipv6(50, esp), 0, 0x45)));
        packets.put("IPv4 in IPv6's ethertype", new Packet(IPV6, ipv4(50, 0, 0, join(esp, esp))));
        packets.put("IPv4 protocol 44", new Packet(IPV4, ipv4(44, 0, 0, esp)));
        packets.put("IPv4 protocol 0", new Packet(IPV4, ipv4(0, 0, 0, esp)));
        packets.put("IPv6 header of 2048 octets", new Packet(IPV6, ipv6(60, extension(50, 255, esp))));
        packets.put("UDP that says 0", new Packet(IPV4, with(ipv4(17, 0, 0, Layer.udp(1, 4500, esp)), 25, 0)));
        packets.put("UDP that says more", new Packet(IPV4, with(ipv4(17, 0, 0, Layer.udp(1, 4500, esp)), 24, 0x40)));
        return packets;
    }

    private static byte[] with(byte[] octets, int at, int value) {
        byte[] changed = octets.clone();
        changed[at] = (byte) value;
        return changed;
    }
}
