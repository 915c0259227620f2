package dev.keylane.doctor;

/** How to be called again with all rights: by the name under which the script that starts Java was called. */
final class AsRoot {
    private AsRoot() {
    }

    /** In a tree {@code sudo ./keylane doctor}, of the package {@code sudo keylane doctor}. */
    static String doctor() {
        return "sudo " + System.getProperty("keylane.command", "keylane") + " doctor";
    }
}
