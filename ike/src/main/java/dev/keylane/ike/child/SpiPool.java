package dev.keylane.ike.child;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.wire.Octets;
import java.util.HashSet;
import java.util.Set;

/**
 * Inbound ESP SPIs of this daemon. They are drawn at random rather than asked from the kernel: an ALLOCSPI leaves a
 * larval state that hides hardware SAs and expires after 30 seconds. The range is charon's, so that firewalls and
 * steering rules made for it stay right.
 */
public final class SpiPool {
    private final RandomSource random;
    private final SpiChoice choice;
    private final Set<Integer> taken = new HashSet<>();

    public SpiPool(RandomSource random, SpiChoice choice) {
        this.random = random;
        this.choice = choice;
    }

    public int take(SpiChoice.Use use) {
        for (int i = 0; i < TRIES; i++) {
            int spi = choice.choose(use, this::draw);
            if (taken.add(spi)) {
                return spi;
            }
        }
        return take();
    }

    /** Whatever it is for. */
    public int take() {
        int spi;
        do {
            spi = draw();
        } while (!taken.add(spi));
        return spi;
    }

    private int draw() {
        return FIRST | (int) random.nextLong() & MASK;
    }

    public void release(int spi) {
        taken.remove(spi);
    }

    public boolean isTaken(int spi) {
        return taken.contains(spi);
    }

    /** None is in use. */
    public boolean isEmpty() {
        return taken.isEmpty();
    }

    public static Octets octets(int spi) {
        return Octets.of(spi >>> 24, spi >>> 16 & 0xff, spi >>> 8 & 0xff, spi & 0xff);
    }

    /** The SPI in a proposal or notify, 0 when it is not one of ESP. */
    public static int of(Octets spi) {
        return spi.length() != 4 ? 0 : spi.get(0) << 24 | spi.get(1) << 16 | spi.get(2) << 8 | spi.get(3);
    }

    /** RFC 4303 §2.1: 0 is for local use, 1 to 255 are reserved. */
    public static boolean isUsable(int spi) {
        return Integer.compareUnsigned(spi, 255) > 0;
    }

    private static final int FIRST = 0xc0000000;
    private static final int MASK = 0x0fffffff;
    /** A choice that is always taken is no choice. */
    private static final int TRIES = 16;
}
