package dev.keylane.cli;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.service.ServiceReport;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP: the daemon reads its files again. Without this it would end a Java program. The class for signals is not of the
 * documented interface, so it is asked for by name; a Java without it goes on ending.
 */
final class HangUp {
    private HangUp() {
    }

    static void reloads(Daemon daemon, ServiceReport report) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object onHangUp = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            reload(daemon, report);
                            yield null;
                        }
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> "SIGHUP";
                    });
            signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance("HUP"),
                    onHangUp);
        } catch (ReflectiveOperationException | IllegalArgumentException without) {
            LOG.warn("SIGHUP cannot be used here: {}", without.toString());
        }
    }

    private static void reload(Daemon daemon, ServiceReport report) {
        LOG.info("reading the files again");
        report.reloading(System.nanoTime());
        daemon.reload().whenComplete((outcome, bug) -> {
            report.ready("ready");
            if (bug != null) {
                LOG.error("reading the files again failed", bug);
            } else if (outcome instanceof Outcome.Failed(String message)) {
                LOG.warn("{}", message);
            }
        });
    }

    private static final Logger LOG = LoggerFactory.getLogger("CFG");
}
