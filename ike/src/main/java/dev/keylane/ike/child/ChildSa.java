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
 */
public record ChildSa(long id, long ikeSa, String connection, ChildConfig config, ChildTerms terms, Path path,
                      Resource resource, int acquireSeq) {
    public String name() {
        return config.name();
    }
}
