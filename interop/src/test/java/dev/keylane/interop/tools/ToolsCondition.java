package dev.keylane.interop.tools;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Builds the tools on first use, before a test of {@link InTools}. */
final class ToolsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if ("off".equals(System.getProperty("lab"))) {
            return ConditionEvaluationResult.disabled("tools: -Dlab=off");
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return ConditionEvaluationResult.disabled("tools: they need root (chroot)");
        }
        synchronized (ToolsCondition.class) {
            Tools.Run build = Tools.execute(Duration.ofMinutes(30), List.of(Tools.directory().resolve("build").toString()));
            return build.exit() == 0 ? ConditionEvaluationResult.enabled("the tools are there")
                    : ConditionEvaluationResult.disabled("tools: interop/tools/build failed: " + build.output());
        }
    }
}
