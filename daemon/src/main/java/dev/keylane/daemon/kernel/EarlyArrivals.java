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
        public void close() {
        }
    };

    /** Before the SPI is told to the peer. */
    void expect(int spi);

    /** The SA is installed, or will never be. */
    void release(int spi);

    @Override
    void close();
}
