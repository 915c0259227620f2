package dev.keylane.daemon.kernel;

/** Packets that may come before the SA they are for: where the kernel can, they wait for it instead of being dropped. */
public interface EarlyArrivals extends AutoCloseable {
    EarlyArrivals DROPPED = new EarlyArrivals() {
        @Override
        public void expect(int spi) {
        }

        @Override
        public void release(int spi) {
        }

        @Override
        public void drop(int spi) {
        }

        @Override
        public void close() {
        }
    };

    /** Before the SPI is told to the peer. */
    void expect(int spi);

    /** The SA is installed, or will never be. */
    void release(int spi);

    /** The SA is installed, and must not get what has come before. */
    void drop(int spi);

    /** @param missed whether nothing may be done any more with what has come */
    default void end(int spi, boolean missed) {
        if (missed) {
            drop(spi);
        } else {
            release(spi);
        }
    }

    @Override
    void close();
}
