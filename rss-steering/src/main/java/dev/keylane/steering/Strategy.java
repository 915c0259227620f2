package dev.keylane.steering;

import java.util.List;
import java.util.Locale;

/** The ways of steering. */
public enum Strategy {
    /** A program on the device's XDP hook hands packets over to their CPU. */
    XDP,
    /** A rule in the device, one an SA. */
    NTUPLE,
    /** SPIs chosen so that the device's own hash puts them right. */
    SPI;

    /** What costs the least first: nothing at all, a rule in the device, a CPU's work for each packet. */
    public static final List<Strategy> BY_COST = List.of(SPI, NTUPLE, XDP);

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
