package dev.keylane.devlink;

import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The running kernel, in the network namespace of the thread that opens this. Not for several threads at once. */
public final class NetlinkDevlink implements Devlink {
    private final NetlinkClient client;
    private final int family;

    private NetlinkDevlink(NetlinkClient client, int family) {
        this.client = client;
        this.family = family;
    }

    /** Empty when the kernel has no devlink. */
    public static Optional<Devlink> open() {
        NetlinkClient client = new NetlinkClient(DevlinkFamily.NETLINK_GENERIC);
        Optional<DevlinkFamily> family = DevlinkFamily.ask(client);
        if (family.isEmpty()) {
            client.close();
        }
        return family.map(known -> new NetlinkDevlink(client, known.id()));
    }

    @Override
    public List<DevlinkPort> ports() {
        try {
            return client.dump(request(DevlinkMessage.CMD_PORT_GET, _ -> { }), read(DevlinkMessage::port));
        } catch (LinuxException refused) {
            return List.of();
        }
    }

    @Override
    public DevlinkAnswer<Eswitch> eswitch(DevlinkHandle card) {
        return ask(DevlinkMessage.CMD_ESWITCH_GET, out -> DevlinkMessage.write(out, card), DevlinkMessage::eswitch);
    }

    @Override
    public DevlinkAnswer<String> parameter(DevlinkHandle card, String name) {
        return ask(DevlinkMessage.CMD_PARAM_GET, out -> {
            DevlinkMessage.write(out, card);
            out.string(DevlinkMessage.ATTR_PARAM_NAME, name);
        }, DevlinkMessage::parameter);
    }

    private <T> DevlinkAnswer<T> ask(int command, Consumer<NetlinkWriter> body, Function<Attributes, @Nullable T> parse) {
        NetlinkReply<T> reply = client.transact(List.of(request(command, body)), read(parse)).getFirst();
        Acknowledgement acknowledgement = reply.acknowledgement();
        T value = reply.data();
        return !acknowledgement.isOk() ? new DevlinkAnswer.Refused<>(acknowledgement.errno(), acknowledgement.text())
                : value == null ? new DevlinkAnswer.Refused<>(Errno.EOPNOTSUPP, "") : new DevlinkAnswer.Is<>(value);
    }

    private NetlinkRequest request(int command, Consumer<NetlinkWriter> body) {
        return new NetlinkRequest(family, out -> {
            var header = out.fixed(GENL_HEADER_SIZE);
            header.set(Native.U8, 0, (byte) command);
            header.set(Native.U8, 1, (byte) DevlinkMessage.VERSION);
            body.accept(out);
        });
    }

    private static <T> Function<NetlinkMessage, @Nullable T> read(Function<Attributes, @Nullable T> parse) {
        return message -> parse.apply(message.attributes(GENL_HEADER_SIZE));
    }

    @Override
    public void close() {
        client.close();
    }

    private static final int GENL_HEADER_SIZE = DevlinkFamily.GENL_HEADER_SIZE;
}
