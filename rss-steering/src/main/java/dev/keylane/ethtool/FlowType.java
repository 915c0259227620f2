package dev.keylane.ethtool;

/** Kinds of packets that drivers tell apart. */
public enum FlowType {
    UDP_V4(0x02), AH_ESP_V4(0x04), UDP_V6(0x06), AH_ESP_V6(0x08), ESP_V4(0x0a), ESP_V6(0x0c);

    private final int number;

    FlowType(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }
}
