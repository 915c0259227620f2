package dev.keylane.xfrm.kernel;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;
import static dev.keylane.xfrm.contract.ContractCase.Needs.MIGRATION;
import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.linux.NetNamespace;
import dev.keylane.netfilter.EarlyPackets;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.ContractCase;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.contract.Scene;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What only a real kernel shows, checked with {@code ip} where that knows more than we read back. */
final class RealKernelCases {
    private RealKernelCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("CBC with each HMAC at its full IKE length", ESP, RealKernelCases::cbc),
                new ContractCase("a tunnel state takes either family", ESP, RealKernelCases::tunnel),
                new ContractCase("an outbound ESN state keeps no bitmap", ESP, RealKernelCases::outboundEsn),
                new ContractCase("marks, interface and flags arrive", ESP, RealKernelCases::options),
                new ContractCase("any source port, no storm of mappings", ESP, MovingPeer::anyPort),
                new ContractCase("a peer behind a NAT that moves is told of", ESP, MovingPeer::run),
                new ContractCase("numbers go on with other UDP ports", ESP, MovedNumbers::ports),
                new ContractCase("numbers go on with other addresses", MIGRATION, MovedNumbers::addresses),
                new ContractCase("a crypto offload without hardware runs in software", ESP, RealKernelCases::crypto),
                new ContractCase("a packet offload without hardware is refused", ESP, RealKernelCases::packet),
                new ContractCase("an unknown device is ENODEV", NOTHING, RealKernelCases::noDevice),
                new ContractCase("packets wait for an SA that was offered", ESP, EarlyPackets::run),
                new ContractCase("too many templates", NOTHING, RealKernelCases::manyTemplates),
                new ContractCase("a thousand states dump whole", ESP, RealKernelCases::thousand),
                new ContractCase("two thousand policies dump whole", NOTHING, RealKernelCases::manyPolicies),
                new ContractCase("a listener that lost acquires is told so", NOTHING, AcquireFlood::run),
                new ContractCase("the table of states is large from the start", ESP_PER_CPU, RealKernelCases::grown),
                new ContractCase("the probe finds what 6.13 and later keep", ESP_PER_CPU, RealKernelCases::probe));
    }

    private static IpAddress address(String text) {
        return IpAddress.of(text);
    }

    private static SaSample out(int spi) {
        return SaSample.out(address("10.77.0.1"), address("10.77.0.2"), spi);
    }

    private static SaSample in(int spi) {
        return SaSample.in(address("10.77.0.1"), address("10.77.0.2"), spi);
    }

    private static XfrmKernel kernel(Scene scene) {
        return scene.kernel();
    }

    private static void install(Scene scene, SaSpec sa) {
        XfrmAnswer answer = kernel(scene).submit(new XfrmRequest.NewSa(sa, SaSample.keys(sa)));
        check("answer is " + answer, answer.equals(new XfrmAnswer.Done()));
    }

    private static void check(String what, boolean holds) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    private static void expectShown(String command, String... words) {
        String shown = NetNamespace.ipOutput(command);
        for (String word : words) {
            check("no \"" + word + "\" in " + shown, shown.replaceAll("\\s+", " ").contains(word));
        }
    }

    /** Opening the kernel has made it so, and has left nothing behind. */
    private static void grown(Scene scene) {
        try (NetlinkClient client = new NetlinkClient(XfrmMessage.NETLINK_XFRM)) {
            int buckets = new SadGrowth(client, 0).buckets();
            check(buckets + " buckets", buckets >= SadGrowth.BUCKETS);
        }
        check("states left", kernel(scene).dumpSas().isEmpty());
    }

    private static void cbc(Scene scene) {
        int spi = 0x4001;
        for (IntegrityAlgorithm integrity : IntegrityAlgorithm.values()) {
            for (int bits : new int[] {128, 256}) {
                install(scene, out(spi++).algorithms(EncryptionAlgorithm.AES_CBC, bits, integrity).spec());
            }
        }
        expectShown("xfrm state", "enc cbc(aes)", "auth-trunc hmac(sha256)", " 128", "auth-trunc hmac(sha384)", " 192",
                "auth-trunc hmac(sha512)", " 256");
    }

    private static void tunnel(Scene scene) {
        install(scene, out(0x4101).tunnel().replay(true, 0).spec());
        expectShown("xfrm state", "mode tunnel", "af-unspec");
    }

    private static void outboundEsn(Scene scene) {
        install(scene, out(0x4102).replay(true, 0).spec());
        expectShown("-d xfrm state", "flag esn", "replay_window 0, bitmap-length 0", "dir out");
    }

    private static void options(Scene scene) {
        SaSpec sa = out(0x4103).tunnel()
                .options(new SaOptions(42, new Mark(0x11, 0xff), true, true, false, true, false, 1200)).spec();
        SaId marked = new SaId(sa.id().destination(), sa.id().spi(), SaId.ESP, new Mark(7, 0xffff));
        SaSpec withMark = new SaSpec(marked, sa.source(), sa.selector(), sa.direction(), sa.mode(), sa.reqid(),
                sa.cpu(), sa.algorithms(), sa.replay(), sa.lifetime(), null, null, sa.options(), 0);
        install(scene, withMark);
        expectShown("-s xfrm state", "noecn", "nopmtudisc", "mark 0x7/0xffff", "output-mark 0x11/0xff", "if_id 0x2a",
                "dont-encap-dscp", "tfcpad 1200");
        XfrmAnswer read = kernel(scene).submit(new XfrmRequest.GetSa(marked));
        check("answer is " + read, read instanceof XfrmAnswer.Sa(SaInfo info) && info.id().equals(marked));
        check("not deleted", kernel(scene).submit(new XfrmRequest.DelSa(marked)).equals(new XfrmAnswer.Done()));
    }

    private static SaSpec offloaded(int spi, boolean packet, String device) {
        SaSpec sa = out(spi).spec();
        return new SaSpec(sa.id(), sa.source(), sa.selector(), sa.direction(), sa.mode(), sa.reqid(), sa.cpu(),
                sa.algorithms(), sa.replay(), sa.lifetime(), null, new SaSpec.Offload(device, packet), sa.options(), 0);
    }

    private static void crypto(Scene scene) {
        SaSpec sa = offloaded(0x4105, false, "kl0");
        install(scene, sa);
        XfrmAnswer read = kernel(scene).submit(new XfrmRequest.GetSa(sa.id()));
        check("offloaded: " + read, read instanceof XfrmAnswer.Sa(SaInfo info) && info.offload() == null);
    }

    private static void packet(Scene scene) {
        refuse(scene, new XfrmRequest.NewSa(offloaded(0x4106, true, "kl0"), SaSample.keys(out(0x4106).spec())),
                "EINVAL");
    }

    private static void noDevice(Scene scene) {
        refuse(scene, new XfrmRequest.NewSa(offloaded(0x4107, true, "nowhere0"), SaSample.keys(out(0x4107).spec())),
                "ENODEV (19): no network device nowhere0");
    }

    private static void refuse(Scene scene, XfrmRequest request, String words) {
        XfrmAnswer answer = kernel(scene).submit(request);
        check("answer is " + answer, answer instanceof XfrmAnswer.Refused(var error)
                && error.toString().contains(words));
    }

    private static PolicySpec policy(int net, int templates) {
        Template template = new Template(address("10.77.0.1"), address("10.77.0.2"), SaSpec.Mode.TUNNEL, net, false);
        IpAddress destination = address("172." + (16 + net / 250) + "." + net % 250 + ".0");
        return new PolicySpec(PolicyId.of(new Selector(address("10.0.0.0"), 8, destination, 24, 0,
                Selector.Port.ANY, Selector.Port.ANY, 0), PolicyId.Direction.OUT),
                PolicySpec.Action.ALLOW, 100, Collections.nCopies(templates, template), false, null);
    }

    private static void manyTemplates(Scene scene) {
        refuse(scene, new XfrmRequest.NewPolicy(policy(1, 7)), "EINVAL (22): at most 6 templates");
    }

    private static void thousand(Scene scene) {
        List<XfrmRequest> requests = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            SaSpec sa = in(0x100000 + i).replay(true, 4096).spec();
            requests.add(new XfrmRequest.NewSa(sa, SaSample.keys(sa)));
        }
        check("a refusal", kernel(scene).submit(requests).stream().noneMatch(XfrmAnswer::isRefused));
        long distinct = kernel(scene).dumpSas().stream().map(SaInfo::id).distinct().count();
        check(distinct + " states in the dump", distinct == 1000);
    }

    static void manyPolicies(Scene scene) {
        List<XfrmRequest> requests = new ArrayList<>();
        for (int net = 0; net < 2000; net++) {
            requests.add(new XfrmRequest.NewPolicy(policy(net, 1 + net % 6)));
        }
        check("a refusal", kernel(scene).submit(requests).stream().noneMatch(XfrmAnswer::isRefused));
        long distinct = kernel(scene).dumpPolicies().stream().map(p -> p.spec().id()).distinct().count();
        check(distinct + " policies in the dump", distinct == 2000);
    }

    private static void probe(Scene scene) {
        var can = kernel(scene).capabilities();
        check(can.toString(), can.direction() && can.perCpu() && can.esp() && can.detail().isEmpty());
        check("the probe left states", kernel(scene).dumpSas().isEmpty());
    }
}
