package dev.keylane.bpf;

/** Who runs a program: the driver, before there is an skb, or the stack for a driver that cannot. */
public enum XdpMode {
    NATIVE(4), GENERIC(2);

    final int flag;

    XdpMode(int flag) {
        this.flag = flag;
    }

    @Override
    public String toString() {
        return this == NATIVE ? "native" : "generic";
    }
}
