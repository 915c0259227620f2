package dev.keylane.netfilter;

import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.contract.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The holding of early packets, on a real kernel: what a plain UDP socket of the NAT-T port receives shows when packets
 * go on, as the kernel's ESP would see them.
 */
public final class EarlyPackets {
    private static final int PORT = 4500;
    private static final int SPI = 0xc000_1234;
    private static final int OTHER_SPI = 0xc000_5678;

    private EarlyPackets() {
    }

    public static void run(Scene scene) {
        NetNamespace.ip("link set lo up");
        try (EarlyEsp early = EarlyEsp.open(PORT);
             DatagramSocket receiver = new DatagramSocket(new InetSocketAddress(loopback(), PORT));
             DatagramSocket sender = new DatagramSocket()) {
            receiver.setSoTimeout(300);
            send(sender, SPI, 1);
            expect("nothing is expected yet", receive(receiver), 1);
            early.expect(SPI);
            send(sender, SPI, 2);
            send(sender, OTHER_SPI, 3);
            send(sender, SPI, 4);
            expect("others pass", receive(receiver), 3);
            early.release(SPI);
            expect("released in order", receive(receiver), 2, 4);
            send(sender, SPI, 5);
            expect("no longer held", receive(receiver), 5);
            EarlyTable.create(45_999, PORT).close();
            early.expect(SPI);
            send(sender, SPI, 6);
            expect("held again after somebody has flushed the rules", receive(receiver));
            early.release(SPI);
            expect("released", receive(receiver), 6);
            if (early.held() != 3) {
                throw new AssertionError(early.held() + " were held");
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        secondOneStartsAfterACrash();
    }

    /** A table that a killed daemon left is replaced, not added to. */
    private static void secondOneStartsAfterACrash() {
        EarlyTable.create(45_999, PORT);
        EarlyTable.create(45_998, PORT).close();
    }

    private static InetAddress loopback() {
        return InetAddress.ofLiteral("127.0.0.1");
    }

    private static void send(DatagramSocket sender, int spi, int number) throws IOException {
        byte[] packet = ByteBuffer.allocate(40).putInt(spi).putInt(number).array();
        sender.send(new DatagramPacket(packet, packet.length, loopback(), PORT));
    }

    private static List<Integer> receive(DatagramSocket receiver) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[64], 64);
                receiver.receive(packet);
                numbers.add(ByteBuffer.wrap(packet.getData()).getInt(4));
            }
        } catch (SocketTimeoutException quiet) {
            return numbers;
        }
    }

    private static void expect(String what, List<Integer> received, Integer... wanted) {
        if (!received.equals(List.of(wanted))) {
            throw new AssertionError(what + ": received " + received + " instead of " + List.of(wanted));
        }
    }
}
