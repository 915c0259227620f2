package dev.keylane.ike.policy;

import dev.keylane.ike.proposal.Proposal;
import java.util.List;
import java.util.Optional;

/**
 * One configured peer ("connections.NAME").
 *
 * @param proposals IKE proposals in order of preference, never empty
 * @param local     how we authenticate
 * @param remote    how the peer must authenticate
 * @param children  in the order of the configuration
 */
public record Connection(String name, Endpoints endpoints, List<Proposal> proposals, Authentication local,
                         Authentication remote, IkeOptions options, List<ChildConfig> children) {
    public Connection {
        proposals = List.copyOf(proposals);
        children = List.copyOf(children);
    }

    public Connection with(Endpoints others) {
        return new Connection(name, others, proposals, local, remote, options, children);
    }

    public Optional<ChildConfig> child(String childName) {
        return children.stream().filter(child -> child.name().equals(childName)).findFirst();
    }
}
