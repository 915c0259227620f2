package dev.keylane.xfrm.software.tun;

import dev.keylane.linux.Descriptors;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One queue of a TUN device: whole IP packets without a header in front. One thread reads, any number write. */
final class TunQueue implements AutoCloseable {
    private final Fd device;
    private final String name;
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(MAX_PACKET);
    private final ByteBuffer pollFds = ByteBuffer.allocateDirect(16);
    private final ThreadLocal<ByteBuffer> outgoing =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(MAX_PACKET));

    private TunQueue(Fd device, String name) {
        this.device = device;
        this.name = name;
    }

    /**
     * Attaches a queue to the device, which is made when it is not there; a {@code %d} in its name becomes the first
     * number that is free.
     *
     * @throws LinuxException EPERM without CAP_NET_ADMIN, EBUSY when the device has another owner, ENOENT without the
     *                        tun driver
     */
    static TunQueue attach(String name) {
        Fd device = Descriptors.open("/dev/net/tun", Descriptors.O_RDWR | Descriptors.O_NONBLOCK);
        ByteBuffer request = ByteBuffer.allocateDirect(IFREQ_SIZE).order(ByteOrder.nativeOrder());
        request.put(0, name.getBytes(StandardCharsets.US_ASCII));
        request.putShort(IFR_FLAGS, (short) (IFF_TUN | IFF_NO_PI | IFF_MULTI_QUEUE));
        int result = Descriptors.ioctl(device, TUNSETIFF, request);
        if (result < 0) {
            device.close();
            throw new LinuxException("ioctl TUNSETIFF " + name, -result, "");
        }
        byte[] given = new byte[IFR_FLAGS];
        request.get(0, given);
        return new TunQueue(device, new String(given, StandardCharsets.US_ASCII).split("\0", 2)[0]);
    }

    /** What the device is called in the end. */
    String name() {
        return name;
    }

    /**
     * Waits for a packet.
     *
     * @param wakeUp ends the wait when it can be read
     * @return octets in {@code into}, 0 when there is nothing yet, -1 when the device has been deleted
     */
    int read(Fd wakeUp, byte[] into) {
        int ready = Descriptors.pollIn(pollFds, -1, device, wakeUp);
        if (ready == -Errno.EINTR) {
            return 0;
        }
        LinuxException.check("poll", ready);
        incoming.clear();
        int length = Descriptors.read(device, incoming);
        if (length == -Errno.EAGAIN || length == -Errno.EINTR) {
            return 0;
        }
        if (length == -EBADFD || length == -EFAULT) {
            return -1;
        }
        LinuxException.check("read from the TUN device", length);
        incoming.flip().get(into, 0, length);
        return length;
    }

    /** False when the device would not have the packet, because it is down or the packet is none. */
    boolean write(byte[] packet, int from, int length) {
        ByteBuffer out = outgoing.get().clear().put(packet, from, length).flip();
        return Descriptors.write(device, out) == length;
    }

    @Override
    public void close() {
        device.close();
    }

    static final int MAX_PACKET = 65_536;
    private static final int IFREQ_SIZE = 40;
    private static final int IFR_FLAGS = 16;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    private static final int EFAULT = 14;
    private static final int EBADFD = 77;
    private static final long TUNSETIFF = 0x400454ca;
}
