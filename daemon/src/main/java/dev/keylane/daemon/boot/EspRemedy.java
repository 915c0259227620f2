package dev.keylane.daemon.boot;

/** What to do about a kernel that takes no ESP. */
public final class EspRemedy {
    private EspRemedy() {
    }

    /** @param words the kernel's, when it was given a state with AES-GCM */
    public static String of(String words) {
        return words.contains("algorithm not found")
                ? "modprobe -a gcm seqiv echainiv, or boot a kernel with CONFIG_CRYPTO_GCM and CONFIG_CRYPTO_SEQIV"
                : "modprobe -a esp4 esp6, or boot a kernel with CONFIG_INET_ESP and CONFIG_INET6_ESP";
    }
}
