package dev.keylane.interop.host;

import dev.keylane.interop.lab.Lab;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Builds the tools on first use. */
final class HostCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (!"root".equals(System.getProperty("user.name"))) {
            return ConditionEvaluationResult.disabled("tools: needs root, for a root file system of its own");
        }
        if (!Files.isDirectory(Lab.repository().resolve("daemon/target/lib"))) {
            return ConditionEvaluationResult.disabled("tools: the daemon has no jar yet: ./mvnw -pl interop -am package");
        }
        return TOOLS.exit() == 0 ? ConditionEvaluationResult.enabled("the tools are there")
                : ConditionEvaluationResult.disabled("tools: none on this machine: " + TOOLS.output().strip());
    }

    private static final HostCommand.Result TOOLS = HostCommand.run(Duration.ofMinutes(15), "interop/tools/build");
}
