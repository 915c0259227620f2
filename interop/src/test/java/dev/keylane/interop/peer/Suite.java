package dev.keylane.interop.peer;

/**
 * A suite for IKE and one for ESP, as strongSwan and keylane spell them ({@code ike}, {@code esp}), as libreswan does,
 * and what the kernel then shows: its algorithm and the key's bits (with an AEAD's salt).
 */
public enum Suite {
    AES_GCM("aes128gcm16-prfsha256-x25519", "aes128gcm16",
            "aes_gcm128-sha2_256-dh31", "aes_gcm128", "rfc4106(gcm(aes))", 160),
    CHACHA20("chacha20poly1305-prfsha384-ecp256", "chacha20poly1305",
            "chacha20_poly1305-sha2_384-dh19", "chacha20_poly1305", "rfc7539esp(chacha20,poly1305)", 288),
    AES_CBC("aes256-sha512-modp2048", "aes256-sha256",
            "aes256-sha2_512-dh14", "aes256-sha2_256", "cbc(aes)", 256);

    public final String ike;
    public final String esp;
    final String libreswanIke;
    final String libreswanEsp;
    public final String kernelAlgorithm;
    public final int keyBits;

    Suite(String ike, String esp, String libreswanIke, String libreswanEsp, String kernelAlgorithm, int keyBits) {
        this.ike = ike;
        this.esp = esp;
        this.libreswanIke = libreswanIke;
        this.libreswanEsp = libreswanEsp;
        this.kernelAlgorithm = kernelAlgorithm;
        this.keyBits = keyBits;
    }
}
