package dev.keylane.ike.sim;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Configurations for simulated hosts; every part can be replaced. */
public record Configs(String ike, String esp, Mode mode, PerCpu perCpu, String ownId, String peerId, String psk,
                      TsPattern local, TsPattern remote, boolean encap) {
    public static final Configs LEFT = new Configs("aes128-sha256-x25519", "aes128gcm128-x25519-esn", Mode.TRANSPORT,
            PerCpu.NO, "host1", "host2", "hush", TsPattern.DYNAMIC, TsPattern.DYNAMIC, false);
    public static final Configs RIGHT = LEFT.ids("host2", "host1");

    public Configs suites(String ike, String esp) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, encap);
    }

    public Configs mode(Mode mode) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, encap);
    }

    public Configs withPerCpuSas() {
        return new Configs(ike, esp, mode, PerCpu.YES, ownId, peerId, psk, local, remote, encap);
    }

    public Configs ids(String own, String peer) {
        return new Configs(ike, esp, mode, perCpu, own, peer, psk, local, remote, encap);
    }

    public Configs psk(String secret) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, secret, local, remote, encap);
    }

    public Configs selectors(TsPattern ours, TsPattern theirs) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, ours, theirs, encap);
    }

    public Configs encapsulated() {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, true);
    }

    public PolicyBook book() {
        ChildConfig child = new ChildConfig("bf", mode, esp(esp), List.of(local), List.of(remote), ChildActions.NONE,
                ChildLifetime.DEFAULT, perCpu, KernelOptions.DEFAULT);
        IkeOptions plain = IkeOptions.DEFAULT;
        IkeOptions options = new IkeOptions(encap, false, plain.fragmentation(), plain.childless(), plain.unique(),
                plain.keyingTries(), plain.dpdDelay(), plain.lifetime());
        Connection connection = new Connection("BFL-BFR",
                new Endpoints(List.of(AddressPattern.ANY), List.of(AddressPattern.ANY), 0, 0), ike(ike),
                new Authentication(Identification.parse(ownId)), new Authentication(Identification.parse(peerId)),
                options, List.of(child));
        SharedKey key = new SharedKey("ike-BF", Secret.wrap(psk.getBytes(StandardCharsets.UTF_8)),
                List.of(Identification.parse(ownId), Identification.parse(peerId)));
        return new PolicyBook(List.of(connection), List.of(key));
    }

    private static List<Proposal> ike(String text) {
        return Arrays.stream(text.split(",")).flatMap(one -> ProposalText.parseIke(one).orElseThrow().stream()).toList();
    }

    private static List<Proposal> esp(String text) {
        return Arrays.stream(text.split(",")).flatMap(one -> ProposalText.parseEsp(one).orElseThrow().stream()).toList();
    }
}
