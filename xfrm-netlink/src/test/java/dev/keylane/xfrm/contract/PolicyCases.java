package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;
import static dev.keylane.xfrm.contract.ContractCase.Needs.PER_CPU;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;

/** Policies go in, are replaced, can be read, and go out again. */
final class PolicyCases {
    private PolicyCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("a policy reads back as installed", NOTHING, PolicyCases::readBack),
                new ContractCase("an IPv6 tunnel policy for IPv4 traffic", NOTHING, PolicyCases::acrossFamilies),
                new ContractCase("a taken selector is EEXIST", NOTHING, PolicyCases::taken),
                new ContractCase("an update replaces", NOTHING, PolicyCases::replaced),
                new ContractCase("an update creates", NOTHING, PolicyCases::created),
                new ContractCase("a missing policy is ENOENT", NOTHING, PolicyCases::missing),
                new ContractCase("a deleted policy is gone", NOTHING, PolicyCases::deleted),
                new ContractCase("direction, mark and interface tell policies apart", NOTHING, PolicyCases::apart),
                new ContractCase("a shunt has no template", NOTHING, PolicyCases::shunts),
                new ContractCase("the acquire flag comes and goes", PER_CPU, PolicyCases::acquireFlag));
    }

    private static PolicySpec policy(PolicyId id, int priority, int reqid) {
        IpAddress a = IpAddress.of("192.0.2.1");
        IpAddress b = IpAddress.of("192.0.2.2");
        return new PolicySpec(id, PolicySpec.Action.ALLOW, priority,
                List.of(new Template(a, b, SaSpec.Mode.TUNNEL, reqid, false)), false, null);
    }

    private static PolicyId net(PolicyId.Direction direction) {
        return PolicyId.of(new Selector(IpAddress.of("10.1.0.0"), 16, IpAddress.of("10.2.0.0"), 24, 6,
                new Selector.Port(0x1000, 0xf000), Selector.Port.of(443), 0), direction);
    }

    private static PolicyInfo read(Scene scene, PolicyId id) {
        XfrmAnswer answer = scene.kernel().submit(new XfrmRequest.GetPolicy(id));
        if (answer instanceof XfrmAnswer.Policy(PolicyInfo info)) {
            return info;
        }
        throw new AssertionError("answer to GETPOLICY is " + answer);
    }

    private static void readBack(Scene scene) {
        for (PolicyId.Direction direction : PolicyId.Direction.values()) {
            PolicySpec policy = policy(net(direction), 379519, 5);
            scene.accept(new XfrmRequest.NewPolicy(policy));
            PolicyInfo info = read(scene, policy.id());
            Expect.equal("policy", info.spec(), policy);
            Expect.that("no index", info.index() != 0);
            Expect.that("the dump lacks it", scene.kernel().dumpPolicies().contains(info));
        }
    }

    private static void acrossFamilies(Scene scene) {
        Template template = new Template(IpAddress.of("2001:db8::1"), IpAddress.of("2001:db8::2"), SaSpec.Mode.TUNNEL,
                9, false);
        PolicySpec policy = new PolicySpec(net(PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1, List.of(template),
                false, null);
        scene.accept(new XfrmRequest.NewPolicy(policy));
        Expect.equal("policy", read(scene, policy.id()).spec(), policy);
    }

    private static void taken(Scene scene) {
        PolicySpec policy = policy(net(PolicyId.Direction.OUT), 7, 5);
        scene.accept(new XfrmRequest.NewPolicy(policy));
        scene.refuse(new XfrmRequest.NewPolicy(policy), "EEXIST", "");
    }

    private static void replaced(Scene scene) {
        PolicyId id = net(PolicyId.Direction.IN);
        scene.accept(new XfrmRequest.NewPolicy(policy(id, 7, 5)));
        scene.accept(new XfrmRequest.UpdPolicy(policy(id, 9, 6)));
        Expect.equal("policy", read(scene, id).spec(), policy(id, 9, 6));
        Expect.equal("policies", scene.kernel().dumpPolicies().size(), 1);
    }

    private static void created(Scene scene) {
        PolicyId id = net(PolicyId.Direction.IN);
        scene.accept(new XfrmRequest.UpdPolicy(policy(id, 9, 6)));
        Expect.equal("policy", read(scene, id).spec(), policy(id, 9, 6));
    }

    private static void missing(Scene scene) {
        PolicyId id = net(PolicyId.Direction.OUT);
        scene.refuse(new XfrmRequest.GetPolicy(id), "ENOENT", "");
        scene.refuse(new XfrmRequest.DelPolicy(id), "ENOENT", "");
    }

    private static void deleted(Scene scene) {
        PolicyId gone = net(PolicyId.Direction.OUT);
        PolicyId stays = net(PolicyId.Direction.IN);
        scene.accept(new XfrmRequest.NewPolicy(policy(gone, 7, 5)));
        scene.accept(new XfrmRequest.NewPolicy(policy(stays, 7, 5)));
        scene.accept(new XfrmRequest.DelPolicy(gone));
        scene.refuse(new XfrmRequest.GetPolicy(gone), "ENOENT", "");
        List<PolicyInfo> dump = scene.kernel().dumpPolicies();
        Expect.equal("policies left", dump.stream().map(p -> p.spec().id()).toList(), List.of(stays));
    }

    private static void apart(Scene scene) {
        Selector selector = net(PolicyId.Direction.OUT).selector();
        List<PolicyId> ids = List.of(net(PolicyId.Direction.OUT), net(PolicyId.Direction.FWD),
                new PolicyId(selector, PolicyId.Direction.OUT, new Mark(0x42, 0xff), 0),
                new PolicyId(selector, PolicyId.Direction.OUT, Mark.NONE, 12));
        for (PolicyId id : ids) {
            scene.accept(new XfrmRequest.NewPolicy(policy(id, 7, 5)));
        }
        for (PolicyId id : ids) {
            Expect.equal("policy", read(scene, id).spec().id(), id);
        }
        scene.accept(new XfrmRequest.DelPolicy(ids.get(2)));
        scene.refuse(new XfrmRequest.GetPolicy(ids.get(2)), "ENOENT", "");
        Expect.equal("policies left", scene.kernel().dumpPolicies().size(), 3);
    }

    private static void shunts(Scene scene) {
        PolicySpec block = new PolicySpec(net(PolicyId.Direction.OUT), PolicySpec.Action.BLOCK, 3, List.of(), false,
                null);
        PolicySpec pass = new PolicySpec(net(PolicyId.Direction.IN), PolicySpec.Action.ALLOW, 3, List.of(), false,
                null);
        scene.accept(new XfrmRequest.NewPolicy(block));
        scene.accept(new XfrmRequest.NewPolicy(pass));
        Expect.equal("policy", read(scene, block.id()).spec(), block);
        Expect.equal("policy", read(scene, pass.id()).spec(), pass);
    }

    private static void acquireFlag(Scene scene) {
        PolicySpec policy = scene.trap(5, true);
        scene.accept(new XfrmRequest.NewPolicy(policy));
        Expect.that("flag lost", read(scene, policy.id()).spec().cpuAcquire());
        scene.accept(new XfrmRequest.UpdPolicy(policy.withCpuAcquire(false)));
        Expect.that("flag stays", !read(scene, policy.id()).spec().cpuAcquire());
    }
}
