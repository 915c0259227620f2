package dev.keylane.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which SAs a command is about; several options narrow the choice. */
final class SaChoice {
    @Option(names = "--child", paramLabel = "NAME", description = "Child SAs of this name.")
    private @Nullable String child;

    @Option(names = "--ike", paramLabel = "NAME", description = "IKE SAs of this connection, or their children.")
    private @Nullable String ike;

    @Option(names = "--child-id", paramLabel = "N", description = "The Child SA of this number.")
    private @Nullable Long childId;

    @Option(names = "--ike-id", paramLabel = "N", description = "The IKE SA of this number, or its children.")
    private @Nullable Long ikeId;

    RequestBuilder request() {
        return new RequestBuilder().set("child", child).set("ike", ike).set("child-id", childId).set("ike-id", ikeId);
    }
}
