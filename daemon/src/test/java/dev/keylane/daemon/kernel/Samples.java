package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.DeviceIdentity;
import dev.keylane.daemon.offload.DeviceProbe;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Probing;
import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmKernel;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** One connection between two hosts, and children of it. */
final class Samples {
    static final IpAddress LEFT = IpAddress.of("192.0.2.1");
    static final IpAddress RIGHT = IpAddress.of("198.51.100.1");
    static final TrafficSelector LEFT_NET = TrafficSelector.subnet(IpAddress.of("10.1.0.0"), 16);
    static final TrafficSelector RIGHT_NET = TrafficSelector.subnet(IpAddress.of("10.2.0.0"), 16);
    static final Selectors NETS = new Selectors(List.of(LEFT_NET), List.of(RIGHT_NET));

    static final HostNetwork NETWORK = new HostNetwork() {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return local.equals(LEFT) ? Optional.of("eth7") : Optional.empty();
        }

        @Override
        public OptionalInt indexOf(String device) {
            return device.equals("eth7") ? OptionalInt.of(7) : OptionalInt.empty();
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return remote.equals(RIGHT) ? Optional.of(LEFT) : Optional.empty();
        }
    };

    private Samples() {
    }

    static ChildInstaller installer(KernelWriter writer, PolicyLedger ledger, Reqids reqids, OffloadReport report,
                                    XfrmCapabilities can) {
        return installer(writer, ledger, reqids, report, can, NETWORK, new OffloadLadder(NETWORK));
    }

    static ChildInstaller installer(KernelWriter writer, PolicyLedger ledger, Reqids reqids, OffloadReport report,
                                    XfrmCapabilities can, HostNetwork network, OffloadLadder ladder) {
        KernelParts parts = new KernelParts(writer, ledger, reqids, ladder, new Divisions(network, reqids),
                new Egress(network), can);
        return new ChildInstaller(parts, new ChildPlacement(parts, report, new Random(1)),
                new SecondHalves(parts, report));
    }

    /** Of a kernel whose devices are tried while the asker waits. */
    static DeviceAbilities abilities(XfrmKernel kernel) {
        return new DeviceAbilities(Probing.atOnce(new DeviceProbe(kernel, (_, _) -> 0, new Random(1))::of),
                _ -> new DeviceIdentity(7, "", "", ""), InstantSource.system(), _ -> { });
    }

    static HardwareBypass bypass() {
        return new HardwareBypass(NETWORK, List.of(500, 4500));
    }

    static final XfrmCapabilities CAN = new XfrmCapabilities(true, true, true, true, 4, "");
    static final XfrmCapabilities CAN_NOT = new XfrmCapabilities(false, false, false, true, 4, "");

    static ChildConfig tunnel(ChildConfig.PerCpu perCpu, KernelOptions options) {
        return new ChildConfig("net", ChildConfig.Mode.TUNNEL, List.of(), List.of(TsPattern.of(LEFT_NET)),
                List.of(TsPattern.of(RIGHT_NET)), ChildActions.NONE, ChildLifetime.DEFAULT, perCpu, options);
    }

    static ChildConfig tunnel() {
        return tunnel(ChildConfig.PerCpu.NO, KernelOptions.DEFAULT);
    }

    static ChildConfig perCpu() {
        return tunnel(ChildConfig.PerCpu.YES, KernelOptions.DEFAULT);
    }

    static ChildConfig eager() {
        return perCpu(PerCpuMode.EAGER);
    }

    static ChildConfig perCpu(PerCpuMode mode) {
        ChildConfig c = perCpu();
        return new ChildConfig(c.name(), c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(), c.lifetime(),
                c.perCpu(), c.kernel(), new PerCpuOptions(mode, new PerCpuOptions.Cpus.Auto(), 0));
    }

    static Connection connection(ChildConfig... children) {
        return new Connection("west", new Endpoints(List.of(AddressPattern.of(LEFT)),
                List.of(AddressPattern.of(RIGHT)), 0, 0), List.of(), new Authentication(null),
                new Authentication(null), IkeOptions.DEFAULT, List.of(children));
    }

    static PolicyBook book(ChildConfig... children) {
        return new PolicyBook(List.of(connection(children)), List.of());
    }

    /** With a configured number. */
    static KernelOptions numbered(int reqid) {
        KernelOptions d = KernelOptions.DEFAULT;
        return new KernelOptions(d.policies(), d.policiesFwdOut(), reqid, d.priority(), d.replayWindow(), d.offload(),
                d.device(), d.marks(), d.copyDf(), d.copyEcn(), d.copyDscp(), d.icmp(), d.tfcPadding());
    }

    /** As by default, in hardware as far as asked. */
    static KernelOptions offloading(HwOffload offload) {
        return new KernelOptions(true, false, 0, 0, 32, offload, "", KernelOptions.Marks.NONE, true, true,
                KernelOptions.CopyDscp.OUT, false, 0);
    }

    static ChildSa child(long id, HwOffload offload) {
        return child(id, tunnel(ChildConfig.PerCpu.NO, offloading(offload)), Resource.NONE, 0);
    }

    static ChildSa child(long id, ChildConfig config, Resource resource, int seq) {
        return child(id, config, resource, seq, NETS);
    }

    static ChildSa child(long id, ChildConfig config, Resource resource, int seq, Selectors selectors) {
        EspSuite suite = new EspSuite(EncryptionAlgorithm.AES_GCM_16, 256, null, null, true);
        ChildTerms terms = new ChildTerms((int) (0xc0000000L + id), (int) (0xd0000000L + id), suite, config.mode(),
                selectors, false);
        return new ChildSa(id, 1, "west", config, terms,
                new Path(new IpEndpoint(LEFT, 4500), new IpEndpoint(RIGHT, 4501)), resource, seq);
    }

    static ChildSa withUdp(ChildSa child) {
        ChildTerms t = child.terms();
        return new ChildSa(child.id(), child.ikeSa(), child.connection(), child.config(),
                new ChildTerms(t.spiIn(), t.spiOut(), t.suite(), t.mode(), t.selectors(), true), child.path(),
                child.resource(), child.acquireSeq());
    }

    static ChildSa withPort(ChildSa child, int port) {
        return new ChildSa(child.id(), child.ikeSa(), child.connection(), child.config(), child.terms(), child.path(),
                child.resource(), child.acquireSeq(), port);
    }

    static ChildKeysInOut keys() {
        return new ChildKeysInOut(Secret.wrap(new byte[36]), null, Secret.wrap(new byte[36]), null);
    }

    static ChildSaView view(ChildSa child) {
        return new ChildSaView(child, ChildSaView.State.INSTALLED, null, null, null);
    }

    static IkeSaView ike() {
        return new IkeSaView(1, "west", IkeSaView.State.ESTABLISHED, true, new IkeSaView.Spis(1, 2),
                new Path(new IpEndpoint(LEFT, 500), new IpEndpoint(RIGHT, 500)), new IkeSaView.Ids(null, null), null,
                IkeSaView.Nat.NONE, null, null, List.of());
    }
}
