package dev.keylane.bench;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.linux.Errno;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** A card in memory that hashes the SPI, each of its queues with an interrupt on a CPU of its own. */
record BenchCard(int queues, byte[] key) implements Ethtool {
    static final String DEVICE = "eth0";
    private static final int ENTRIES = 512;

    static BenchCard of(int queues) {
        byte[] key = new byte[40];
        new Random(11).nextBytes(key);
        return new BenchCard(queues, key);
    }

    @Override
    public int call(String device, byte[] command) {
        ByteBuffer octets = ByteBuffer.wrap(command).order(ByteOrder.nativeOrder());
        return switch (octets.getInt(0)) {
            case 0x03 -> put(octets, "mlx5_core");
            case 0x46 -> hash(octets);
            default -> -Errno.EOPNOTSUPP;
        };
    }

    private static int put(ByteBuffer octets, String driver) {
        octets.put(4, driver.getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private int hash(ByteBuffer octets) {
        boolean whole = octets.getInt(8) != 0;
        octets.putInt(8, ENTRIES).putInt(12, key.length).put(16, (byte) 1);
        for (int i = 0; whole && i < ENTRIES; i++) {
            octets.putInt(24 + 4 * i, i % queues);
        }
        if (whole) {
            octets.put(24 + 4 * ENTRIES, key);
        }
        return 0;
    }

    /** The files that tell about its interrupts, below a directory that is to be removed. */
    Path root() {
        try {
            Path root = Files.createTempDirectory("keylane-bench");
            Files.createDirectories(root.resolve("sys/class/net").resolve(DEVICE));
            write(root, "proc/sys/kernel/osrelease", "7.2.0\n");
            StringBuilder interrupts = new StringBuilder();
            for (int queue = 0; queue < queues; queue++) {
                interrupts.append(queue + 32).append(":").append("          0".repeat(queues)).append(" PCI-MSIX 1-edge ")
                        .append(DEVICE).append("-").append(queue).append('\n');
                write(root, "proc/irq/" + (queue + 32) + "/effective_affinity_list", queue + "\n");
            }
            write(root, "proc/interrupts", interrupts.toString());
            return root;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void write(Path root, String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
