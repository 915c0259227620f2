package dev.keylane.daemon.control;

/** What has to be done because a connection was loaded, changed or unloaded. */
public sealed interface ConfigAction {
    String connection();

    String child();

    /** Bring the child up without waiting for it. */
    record Initiate(String connection, String child) implements ConfigAction {
    }

    /** Install the child's trap or shunt policies. */
    record Install(String connection, String child) implements ConfigAction {
    }

    record Uninstall(String connection, String child) implements ConfigAction {
    }

    /** Close the child's SAs, and with its last child the IKE SA. */
    record Close(String connection, String child) implements ConfigAction {
    }
}
