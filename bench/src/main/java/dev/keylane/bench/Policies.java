package dev.keylane.bench;

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
import dev.keylane.ike.proposal.ProposalText;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of both sides: the suites charon was measured with, one connection, one pre-shared key. */
final class Policies {
    private Policies() {
    }

    private static final Identification RESPONDER = Identification.parse("right");
    static final String CONNECTION = "bench";
    static final String CHILD = "net";
    static final String PLAIN_ESP = "aes128gcm16-esn";
    static final String PFS_ESP = "aes128gcm16-x25519-esn";

    /** Of many initiators, each with its address for an identity. */
    static PolicyBook initiators(String esp, PerCpu perCpu) {
        return book(null, RESPONDER, esp, perCpu);
    }

    static PolicyBook responder(String esp, PerCpu perCpu) {
        return book(RESPONDER, null, esp, perCpu);
    }

    private static PolicyBook book(@Nullable Identification own, @Nullable Identification peer, String esp,
                                   PerCpu perCpu) {
        ChildConfig child = new ChildConfig(CHILD, Mode.TUNNEL, ProposalText.parseEsp(esp).orElseThrow(),
                List.of(TsPattern.DYNAMIC), List.of(TsPattern.DYNAMIC), ChildActions.NONE, ChildLifetime.DEFAULT,
                perCpu, KernelOptions.DEFAULT);
        Connection connection = new Connection(CONNECTION,
                new Endpoints(List.of(AddressPattern.ANY), List.of(AddressPattern.ANY), 0, 0),
                ProposalText.parseIke("aes128gcm16-prfsha256-x25519").orElseThrow(),
                new Authentication(own), new Authentication(peer),
                IkeOptions.DEFAULT, List.of(child));
        SharedKey key = new SharedKey("ike-bench", Secret.wrap("a pre-shared key".getBytes(StandardCharsets.UTF_8)),
                List.of());
        return new PolicyBook(List.of(connection), List.of(key));
    }
}
