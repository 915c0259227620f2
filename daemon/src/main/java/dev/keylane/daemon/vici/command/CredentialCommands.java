package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands about kinds of credentials and pools that this daemon has none of: there is nothing to get or list, and
 * what is loaded is refused, so that nobody believes it is used.
 */
final class CredentialCommands {
    private CredentialCommands() {
    }

    static Map<String, Command> commands() {
        Map<String, Command> commands = new HashMap<>();
        commands.put("get-keys", answer(ViciMessage.builder().list("keys", List.of()).build()));
        commands.put("get-authorities", answer(ViciMessage.builder().list("authorities", List.of()).build()));
        commands.put("get-pools", answer(ViciMessage.EMPTY));
        commands.put("list-certs", nothing("list-cert"));
        commands.put("list-authorities", nothing("list-authority"));
        commands.put("flush-certs", (_, _) -> Answer.success().now());
        commands.put("load-cert", refuse("certificates are not supported yet"));
        commands.put("load-key", refuse("private keys are not supported yet"));
        commands.put("load-token", refuse("private keys on tokens are not supported yet"));
        commands.put("load-authority", refuse("certification authorities are not supported yet"));
        commands.put("load-pool", refuse("virtual IP pools are not supported yet"));
        commands.put("unload-key", refuse("private key not found"));
        commands.put("unload-authority", refuse("certification authority not found"));
        commands.put("unload-pool", refuse("virtual IP pool not found"));
        return commands;
    }

    private static Command answer(ViciMessage message) {
        return (_, _) -> new Answer.Plain(message).now();
    }

    private static Command nothing(String event) {
        return (_, _) -> new Answer.Streamed(event, List.of(), ViciMessage.EMPTY).now();
    }

    private static Command refuse(String errmsg) {
        return (_, _) -> Answer.failure(errmsg).now();
    }
}
