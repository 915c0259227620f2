package dev.keylane.devlink;

import java.util.List;

/** Whoever knows of cards. */
public interface Devlink extends AutoCloseable {
    /** Every port of every card of this network namespace. */
    List<DevlinkPort> ports();

    DevlinkAnswer<Eswitch> eswitch(DevlinkHandle card);

    /**
     * The value of a parameter as it is now.
     *
     * @param name such as {@code flow_steering_mode}
     */
    DevlinkAnswer<String> parameter(DevlinkHandle card, String name);

    @Override
    void close();
}
