package dev.keylane.daemon.shard;

import dev.keylane.daemon.logging.LogTap;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.Effect;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What lines are about that are logged on this thread while an effect is carried out. */
final class LogContext implements AutoCloseable {
    private static final LogContext NONE = new LogContext(false);

    private final boolean isSet;

    private LogContext(boolean isSet) {
        this.isSet = isSet;
    }

    static LogContext of(Effect effect) {
        return switch (effect) {
            case Effect.InstallChild install -> of(install.child());
            case Effect.CompleteChild(ChildSa child) -> of(child);
            case Effect.StopSending(ChildSa child) -> of(child);
            case Effect.RemoveChild(ChildSa child) -> of(child);
            case Effect.MoveChildren(List<ChildSa> children) -> of(first(children));
            case Effect.PeerForgot(List<ChildSa> children) -> of(first(children));
            case Effect.Reinitiate(String connection, String _) -> of(connection, 0);
            case Effect.InstallTrap(String connection, String _) -> of(connection, 0);
            case Effect.ChildFailed failed -> of(failed.connection(), 0);
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> NONE;
        };
    }

    private static @Nullable ChildSa first(List<ChildSa> children) {
        return children.isEmpty() ? null : children.getFirst();
    }

    private static LogContext of(@Nullable ChildSa child) {
        return child == null ? NONE : of(child.connection(), child.ikeSa());
    }

    private static LogContext of(String connection, long ikeSa) {
        MDC.put(LogTap.CONNECTION, connection);
        if (ikeSa != 0) {
            MDC.put(LogTap.IKE_SA, Long.toString(ikeSa));
        }
        return new LogContext(true);
    }

    @Override
    public void close() {
        if (isSet) {
            MDC.remove(LogTap.CONNECTION);
            MDC.remove(LogTap.IKE_SA);
        }
    }
}
