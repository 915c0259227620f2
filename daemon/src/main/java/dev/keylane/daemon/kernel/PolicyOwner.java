package dev.keylane.daemon.kernel;

/**
 * Who wants a policy: a Child SA, or a trap or shunt, which yields to it.
 *
 * @param id of the Child SA or trap; both are counted by one sequence
 */
record PolicyOwner(long id, boolean trap, String connection, String child) {
}
