package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The running kernel, in the network namespace of the thread that opens this and calls it. One socket asks; another,
 * opened by the first {@link #listen}, hears events.
 */
public final class NetlinkXfrm implements XfrmKernel {
    private static final int EVENT_BUFFER = 8 << 20;
    private static final int EVENT_GROUPS = 1 << XfrmMessage.GROUP_ACQUIRE - 1 | 1 << XfrmMessage.GROUP_EXPIRE - 1
            | 1 << XfrmMessage.GROUP_MAPPING - 1;

    private final NetlinkClient client;
    private final XfrmCapabilities capabilities;
    private final RequestWriter writer;
    private volatile Consumer<XfrmEvent> listener = ignored -> { };
    private @Nullable NetlinkListener events;

    private NetlinkXfrm(NetlinkClient client, XfrmCapabilities capabilities) {
        this.client = client;
        this.capabilities = capabilities;
        this.writer = new RequestWriter(capabilities);
    }

    /**
     * Opens the kernel and probes it.
     *
     * @throws LinuxException when it has no XFRM, or without CAP_NET_ADMIN
     */
    public static NetlinkXfrm open() {
        return open(true);
    }

    /** As {@link #open}, for whoever only looks: the kernel's tables stay as large as they are. */
    public static NetlinkXfrm look() {
        return open(false);
    }

    private static NetlinkXfrm open(boolean growing) {
        NetlinkClient client = new NetlinkClient(XfrmMessage.NETLINK_XFRM);
        try {
            int reqid = QuietReqid.find(client, CapabilityProbe.HERE, CapabilityProbe.THERE, 0);
            XfrmCapabilities capabilities = new CapabilityProbe(client, reqid).run();
            if (growing && capabilities.esp() && capabilities.perCpu()) {
                new SadGrowth(client, reqid).run();
            }
            if (growing && capabilities.esp()) {
                new SpdGrowth(client).run();
            }
            return new NetlinkXfrm(client, capabilities);
        } catch (LinuxException refused) {
            client.close();
            throw refused;
        }
    }

    @Override
    public String name() {
        return "xfrm";
    }

    @Override
    public XfrmCapabilities capabilities() {
        return capabilities;
    }

    /** Of the table of states; empty when the kernel does not tell. */
    public Optional<SadSize> sadSize() {
        return SadSize.read(client);
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        List<Encoding> encodings = requests.stream().map(writer::encode).toList();
        List<NetlinkRequest> messages = new ArrayList<>();
        for (Encoding encoding : encodings) {
            if (encoding instanceof Encoding.Sendable(NetlinkRequest message)) {
                messages.add(message);
            }
        }
        Iterator<NetlinkReply<XfrmAnswer>> replies = client.transact(messages, NetlinkXfrm::data).iterator();
        List<XfrmAnswer> answers = new ArrayList<>(requests.size());
        for (Encoding encoding : encodings) {
            answers.add(switch (encoding) {
                case Encoding.Sendable(NetlinkRequest message) -> answer(message.type(), replies.next());
                case Encoding.Unsendable(XfrmError error) -> new XfrmAnswer.Refused(error);
            });
        }
        return answers;
    }

    private static @Nullable XfrmAnswer data(NetlinkMessage message) {
        SaInfo sa = SaReader.read(message);
        if (sa != null) {
            return new XfrmAnswer.Sa(sa);
        }
        PolicyInfo policy = PolicyReader.read(message);
        return policy == null ? null : new XfrmAnswer.Policy(policy);
    }

    private static XfrmAnswer answer(int type, NetlinkReply<XfrmAnswer> reply) {
        Acknowledgement acknowledgement = reply.acknowledgement();
        XfrmAnswer data = reply.data();
        if (!acknowledgement.isOk()) {
            return refused(type, acknowledgement.errno(), acknowledgement.text());
        }
        if (data != null) {
            return data;
        }
        boolean asked = type == XfrmMessage.GETSA || type == XfrmMessage.GETPOLICY;
        return asked ? refused(type, Errno.EPROTO, "an answer we cannot read") : new XfrmAnswer.Done();
    }

    private static XfrmAnswer refused(int type, int errno, String text) {
        return new XfrmAnswer.Refused(new XfrmError(XfrmMessage.name(type), errno, Errno.name(errno), text));
    }

    @Override
    public int quietReqid(IpAddress destination, IpAddress source, int first) {
        return QuietReqid.find(client, destination, source, first);
    }

    /** By a socket of its own; nothing is probed or made larger again. */
    @Override
    public Optional<Supplier<XfrmKernel>> another() {
        return Optional.of(() -> new NetlinkXfrm(new NetlinkClient(XfrmMessage.NETLINK_XFRM), capabilities));
    }

    /**
     * @throws LinuxException when the kernel refuses to tell
     */
    @Override
    public List<SaInfo> dumpSas() {
        return client.dump(new NetlinkRequest(XfrmMessage.GETSA, out -> out.fixed(UserSaId.SIZE)), SaReader::read);
    }

    /**
     * @throws LinuxException when the kernel refuses to tell
     */
    @Override
    public List<PolicyInfo> dumpPolicies() {
        return client.dump(new NetlinkRequest(XfrmMessage.GETPOLICY, out -> out.fixed(UserPolicyId.SIZE)),
                PolicyReader::read);
    }

    @Override
    public void listen(Consumer<XfrmEvent> newListener) {
        listener = newListener;
        if (events == null) {
            events = new NetlinkListener("xfrm-events", XfrmMessage.NETLINK_XFRM, EVENT_GROUPS, EVENT_BUFFER,
                    new Events());
        }
    }

    @Override
    public void close() {
        if (events != null) {
            events.close();
        }
        client.close();
    }

    private final class Events implements NetlinkListener.Sink {
        @Override
        public void message(NetlinkMessage message) {
            XfrmEvent event = EventReader.read(message);
            if (event != null) {
                listener.accept(event);
            }
        }

        @Override
        public void overrun() {
            listener.accept(new XfrmEvent.Overrun());
        }
    }
}
