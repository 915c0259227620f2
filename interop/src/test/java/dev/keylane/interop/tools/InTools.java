package dev.keylane.interop.tools;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/** A test that needs the tools: built when they can be, otherwise it is skipped with the reason. {@code -Dlab=off} skips it, too. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ToolsCondition.class)
public @interface InTools {
}
