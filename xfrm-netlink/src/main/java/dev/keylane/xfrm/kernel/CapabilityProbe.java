package dev.keylane.xfrm.kernel;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmCapabilities;
import java.security.SecureRandom;
import java.util.List;

/**
 * Finds out what the kernel keeps. Older ones pass over attributes they do not know without a word, so throw-away
 * states are made and read back: a larval one, which needs no ESP, for direction and CPU, and a real one for ESP.
 * Their addresses are those of documentation (RFC 5737), and both are gone before the probe answers.
 */
final class CapabilityProbe {
    /** What every kernel takes. */
    static final XfrmCapabilities PLAIN = new XfrmCapabilities(false, false, false, true, 1, "");
    static final IpAddress HERE = IpAddress.of("192.0.2.1");
    static final IpAddress THERE = IpAddress.of("192.0.2.2");
    private static final int MIN_SPI = 0x10000000;
    private static final int MAX_SPI = 0x7fffffff;

    private final NetlinkClient client;
    private final int reqid;
    private final SecureRandom random = new SecureRandom();

    /** @param reqid of its states */
    CapabilityProbe(NetlinkClient client, int reqid) {
        this.client = client;
        this.reqid = reqid;
    }

    /**
     * @throws LinuxException without the right to ask
     */
    XfrmCapabilities run() {
        NetlinkReply<SaInfo> larval = ask(new NetlinkRequest(XfrmMessage.ALLOCSPI, this::writeAllocSpi));
        if (larval.acknowledgement().errno() == EPERM) {
            throw new LinuxException("XFRM", EPERM, "CAP_NET_ADMIN is needed");
        }
        SaInfo kept = larval.data();
        if (kept != null) {
            delete(kept.id());
        }
        Acknowledgement esp = probeEsp();
        boolean direction = kept != null && kept.direction() != null;
        boolean perCpu = kept != null && kept.cpu() == 0;
        String detail = described("ALLOCSPI", larval.acknowledgement()) + described("NEWSA", esp);
        return new XfrmCapabilities(direction, perCpu, probeMigration(), esp.isOk(), Cpus.possible().size(), detail.strip());
    }

    /** A state that is not there cannot be moved; an older kernel does not get as far as looking for it. */
    private boolean probeMigration() {
        SaSpec absent = state(SaSpec.Direction.OUT, 1, reqid);
        SaSpec moved = absent.between(absent.id().destination(), absent.source(), null);
        return ask(new NetlinkRequest(XfrmMessage.MIGRATE_STATE, out -> UserMigrateState.write(out, absent, moved)))
                .acknowledgement().errno() == Errno.ESRCH;
    }

    private void writeAllocSpi(NetlinkWriter out) {
        SaSpec sa = state(SaSpec.Direction.IN, 0, reqid);
        UserSpiInfo.emit(out.fixed(UserSpiInfo.SIZE), sa, MIN_SPI, MAX_SPI);
        out.u8(XfrmAttribute.SA_DIR, 1);
        out.u32(XfrmAttribute.SA_PCPU, 0);
    }

    private Acknowledgement probeEsp() {
        SaSpec sa = state(SaSpec.Direction.OUT, random.nextInt(MIN_SPI, MAX_SPI), reqid);
        byte[] key = new byte[keySize(sa)];
        random.nextBytes(key);
        try (Secret secret = Secret.wrap(key)) {
            SaKeys keys = new SaKeys(secret, null);
            SaWriter writer = new SaWriter(PLAIN);
            Acknowledgement answer = ask(new NetlinkRequest(XfrmMessage.NEWSA,
                    out -> writer.write(out, sa, keys, 0))).acknowledgement();
            if (answer.isOk()) {
                delete(sa.id());
            }
            return answer;
        }
    }

    static int keySize(SaSpec sa) {
        return sa.algorithms().encryption().keyMaterialSize(sa.algorithms().keyBits());
    }

    /** A state between hosts that nobody is. */
    static SaSpec state(SaSpec.Direction direction, int spi, int reqid) {
        SaAlgorithms algorithms = new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null);
        return new SaSpec(SaId.esp(HERE, spi), THERE, Selector.any(true), direction, SaSpec.Mode.TRANSPORT, reqid,
                SaSpec.NO_CPU, algorithms, new SaSpec.Replay(false, 0), Lifetime.OF_A_TRIAL, null, null,
                SaOptions.NONE, 0);
    }

    private NetlinkReply<SaInfo> ask(NetlinkRequest request) {
        return client.transact(List.of(request), SaReader::read).getFirst();
    }

    private void delete(SaId id) {
        ask(new NetlinkRequest(XfrmMessage.DELSA, out -> UserSaId.emit(out.fixed(UserSaId.SIZE), id)));
    }

    private static String described(String request, Acknowledgement answer) {
        return answer.isOk() ? "" : request + ": " + Errno.name(answer.errno()) + ": " + answer.text() + " ";
    }

    private static final int EPERM = 1;
}
