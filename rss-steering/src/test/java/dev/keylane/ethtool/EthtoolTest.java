package dev.keylane.ethtool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.Octets;
import dev.keylane.linux.Errno;
import dev.keylane.linux.NetNamespace;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class EthtoolTest {
    private final FakeDevice device = new FakeDevice("eth0", "mlx5_core").spreading(128, 8);

    @Test
    void keyAndTableAreReadWhateverTheirSizes() {
        ReceiveHash hash = ((Answer.Is<ReceiveHash>) ReceiveHash.read(device, "eth0")).value();
        assertThat(hash.key()).isEqualTo(Octets.ofHex(FakeDevice.KEY));
        assertThat(hash.indirection()).hasSize(128).startsWith(0, 1, 2, 3, 4, 5, 6, 7, 0);
        assertThat(hash.function()).isEqualTo(ReceiveHash.TOEPLITZ);
        assertThat(hash.transform()).isZero();
        device.key = new byte[52];
        device.transform = 2;
        device.spreading(4096, 3);
        hash = ((Answer.Is<ReceiveHash>) ReceiveHash.read(device, "eth0")).value();
        assertThat(hash.key().length()).isEqualTo(52);
        assertThat(hash.indirection()).hasSize(4096);
        assertThat(hash.transform()).isEqualTo(ReceiveHash.SYMMETRIC_OR_XOR);
    }

    @Test
    void sizesOutOfAnyMeasureAreRefused() {
        Ethtool mad = (_, command) -> {
            command[11] = 0x7f;
            return 0;
        };
        assertThat(ReceiveHash.read(mad, "eth0")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void fieldsAreReadOneByOne() {
        device.hashed.put(0x0a, FakeDevice.ADDRESSES_AND_PORTS);
        device.hashed.put(0x02, FakeDevice.ADDRESSES);
        device.hashed.put(0x06, FakeDevice.ADDRESSES_AND_PORTS | 4);
        assertThat(HashedFields.read(device, "eth0", FlowType.ESP_V4))
                .isEqualTo(new Answer.Is<>(new HashedFields(true, true, false)));
        assertThat(HashedFields.read(device, "eth0", FlowType.UDP_V4))
                .isEqualTo(new Answer.Is<>(new HashedFields(true, false, false)));
        assertThat(HashedFields.read(device, "eth0", FlowType.UDP_V6))
                .isEqualTo(new Answer.Is<>(new HashedFields(true, true, true)));
        assertThat(HashedFields.read(device, "eth0", FlowType.ESP_V6))
                .isEqualTo(new Answer.Refused<>("ETHTOOL_GRXFH", Errno.EOPNOTSUPP));
    }

    @Test
    void theKernelAnswersForADeviceThatCanNothing() {
        Assumptions.assumeTrue(NetNamespace.unavailable().isEmpty(), "no network namespaces here");
        NetNamespace.run(() -> {
            NetNamespace.ip("link add kv0 type veth peer name kv1");
            assertThat(DriverInfo.read(Ethtool.LINUX, "kv0").map(DriverInfo::driver)).isEqualTo(new Answer.Is<>("veth"));
            assertThat(((Answer.Refused<ReceiveHash>) ReceiveHash.read(Ethtool.LINUX, "kv0")).text())
                    .isEqualTo("ETHTOOL_GRSSH: EOPNOTSUPP");
            assertThat(((Answer.Refused<List<Integer>>) new RuleTable(Ethtool.LINUX, "kv0").locations()).text())
                    .isEqualTo("ETHTOOL_GRXCLSRLCNT: EOPNOTSUPP");
            assertThat(((Answer.Refused<HashedFields>) HashedFields.read(Ethtool.LINUX, "kv0", FlowType.ESP_V4)).text())
                    .isEqualTo("ETHTOOL_GRXFH: EOPNOTSUPP");
            assertThat(((Answer.Refused<DriverInfo>) DriverInfo.read(Ethtool.LINUX, "kv9")).noSuchDevice()).isTrue();
            assertThat(((Answer.Refused<DriverInfo>) DriverInfo.read(Ethtool.LINUX, "a-name-of-16-oct")).noSuchDevice())
                    .isTrue();
        });
    }
}
