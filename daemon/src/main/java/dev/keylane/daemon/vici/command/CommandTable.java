package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.Control;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Every command there is, by its name. */
public final class CommandTable {
    private final Map<String, Command> commands = new HashMap<>();

    /**
     * @param reader  reads connections that are loaded
     * @param ikePort shown for ports that are not configured
     * @param version of the daemon
     */
    public CommandTable(Control control, ConnectionReader reader, int ikePort, String version, InstantSource clock) {
        commands.putAll(new DaemonCommands(control, version, clock).commands());
        commands.putAll(new ConnectionCommands(control, reader, ikePort).commands());
        commands.putAll(new SharedKeyCommands(control).commands());
        commands.putAll(CredentialCommands.commands());
        commands.putAll(new PolicyCommands(control).commands());
        commands.put("list-sas", new ListSasCommand(control, clock));
        commands.put("list-steering", new ListSteeringCommand(control));
        commands.putAll(new CounterCommands(control).commands());
        commands.put("get-algorithms", new AlgorithmsCommand());
        commands.put("redirect", new RedirectCommand(control));
        commands.put("initiate", new InitiateCommand(control));
        commands.put("terminate", new TerminateCommand(control));
        commands.put("rekey", new RekeyCommand(control));
    }

    public Optional<Command> find(String name) {
        return Optional.ofNullable(commands.get(name));
    }
}
