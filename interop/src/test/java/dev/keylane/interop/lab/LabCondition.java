package dev.keylane.interop.lab;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Asks for the lab, which builds it on first use, before a test of {@link InLab}. */
final class LabCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return switch (Lab.availability()) {
            case Lab.Ready _ -> ConditionEvaluationResult.enabled("the lab is there");
            case Lab.Missing(String reason) -> ConditionEvaluationResult.disabled(reason);
        };
    }
}
