package dev.keylane.daemon.kernel;

/**
 * Who wants a policy: a Child SA, or a trap or shunt, which yields to it, or an earlier run of the daemon, which yields to
 * Child SAs of this one.
 *
 * @param id of the Child SA or trap, both are counted by one sequence; negative for what an earlier run has left
 */
record PolicyOwner(long id, boolean trap, String connection, String child) {
    /** @param number from 1 */
    static PolicyOwner inherited(int number, ChildName name) {
        return new PolicyOwner(-number, false, name.connection(), name.child());
    }

    boolean isInherited() {
        return id < 0;
    }

    ChildName name() {
        return new ChildName(connection, child);
    }
}
