package dev.keylane.ike.crypto;

/** Keying material handed out in the order it was generated, destroyed when all of it is. */
final class KeyStream implements AutoCloseable {
    private final Secret material;
    private int at;

    KeyStream(Secret material) {
        this.material = material;
    }

    Secret next(int length) {
        at += length;
        return material.slice(at - length, at);
    }

    @Override
    public void close() {
        material.close();
    }
}
