package dev.keylane.ike.sim;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeLifetime;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.IkeOptions.Childless;
import dev.keylane.ike.policy.IkeOptions.Unique;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Configurations for simulated hosts; every part can be replaced. */
public record Configs(String ike, String esp, Mode mode, PerCpu perCpu, String ownId, String peerId, String psk,
                      TsPattern local, TsPattern remote, IkeOptions options, ChildActions actions) {
    private static final IkeOptions PLAIN = new IkeOptions(false, false, IkeOptions.DEFAULT.fragmentation(),
            IkeOptions.DEFAULT.childless(), IkeOptions.DEFAULT.unique(), 1, Duration.ZERO,
            new IkeLifetime(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));
    public static final Configs LEFT = new Configs("aes128-sha256-x25519", "aes128gcm128-x25519-esn", Mode.TRANSPORT,
            PerCpu.NO, "host1", "host2", "hush", TsPattern.DYNAMIC, TsPattern.DYNAMIC, PLAIN,
            ChildActions.NONE);
    public static final Configs RIGHT = LEFT.ids("host2", "host1");

    public Configs suites(String ike, String esp) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, options, actions);
    }

    public Configs mode(Mode mode) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, options, actions);
    }

    public Configs withEsp(String proposals) {
        return suites(ike, proposals);
    }

    public Configs withPerCpuSas() {
        return new Configs(ike, esp, mode, PerCpu.YES, ownId, peerId, psk, local, remote, options, actions);
    }

    public Configs withOwnPorts() {
        return new Configs(ike, esp, mode, PerCpu.ENCAP, ownId, peerId, psk, local, remote, options, actions);
    }

    public Configs ids(String own, String peer) {
        return new Configs(ike, esp, mode, perCpu, own, peer, psk, local, remote, options, actions);
    }

    public Configs psk(String secret) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, secret, local, remote, options, actions);
    }

    public Configs selectors(TsPattern ours, TsPattern theirs) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, ours, theirs, options, actions);
    }

    public Configs encapsulated() {
        return options(new IkeOptions(true, false, options.fragmentation(), options.childless(), options.unique(),
                options.keyingTries(), options.dpdDelay(), options.lifetime()));
    }

    public Configs tries(int keyingTries, Duration dpdDelay) {
        return options(new IkeOptions(options.encap(), false, options.fragmentation(), options.childless(),
                options.unique(), keyingTries, dpdDelay, options.lifetime()));
    }

    public Configs unique(Unique unique) {
        return options(new IkeOptions(options.encap(), false, options.fragmentation(), options.childless(), unique,
                options.keyingTries(), options.dpdDelay(), options.lifetime()));
    }

    public Configs childless(Childless childless) {
        return options(new IkeOptions(options.encap(), false, options.fragmentation(), childless, options.unique(),
                options.keyingTries(), options.dpdDelay(), options.lifetime()));
    }

    /** @param start as in {@code start_action = start} */
    public Configs actions(boolean start, OnLoss dpd, OnLoss close) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, options,
                new ChildActions(false, start, dpd, close, ""));
    }

    public Configs fragmentation(IkeOptions.Fragmentation fragmentation) {
        return options(new IkeOptions(options.encap(), false, fragmentation, options.childless(), options.unique(),
                options.keyingTries(), options.dpdDelay(), options.lifetime()));
    }

    public Configs rekeyed(IkeLifetime lifetime) {
        return options(new IkeOptions(options.encap(), false, options.fragmentation(), options.childless(),
                options.unique(), options.keyingTries(), options.dpdDelay(), lifetime));
    }

    private Configs options(IkeOptions others) {
        return new Configs(ike, esp, mode, perCpu, ownId, peerId, psk, local, remote, others, actions);
    }

    public PolicyBook book() {
        ChildConfig child = new ChildConfig("bf", mode, esp(esp), List.of(local), List.of(remote), actions,
                ChildLifetime.DEFAULT, perCpu, KernelOptions.DEFAULT);
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
