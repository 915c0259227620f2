package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;

/**
 * A negotiated pair of ESP SAs, without its keys.
 *
 * @param id         unique in this daemon, never used again
 * @param ikeSa      the IKE SA it belongs to
 * @param connection name of the connection
 * @param config     the configuration it was made from; its name is the child's name
 * @param terms      what both sides agreed on
 * @param path       outer addresses; the ports matter only with UDP encapsulation
 * @param acquireSeq sequence number of the kernel's acquire this answers, 0 for none
 * @param sourcePort UDP port its packets leave from, {@link #PORT_OF_IKE} for that of the path
 */
public record ChildSa(long id, long ikeSa, String connection, ChildConfig config, ChildTerms terms, Path path,
                      Resource resource, int acquireSeq, int sourcePort) {
    public static final int PORT_OF_IKE = 0;

    /** One that shares its UDP port with IKE. */
    public ChildSa(long id, long ikeSa, String connection, ChildConfig config, ChildTerms terms, Path path,
                   Resource resource, int acquireSeq) {
        this(id, ikeSa, connection, config, terms, path, resource, acquireSeq, PORT_OF_IKE);
    }

    public ChildSa on(Path other) {
        return new ChildSa(id, ikeSa, connection, config, terms, other, resource, acquireSeq, sourcePort);
    }

    public String name() {
        return config.name();
    }
}
