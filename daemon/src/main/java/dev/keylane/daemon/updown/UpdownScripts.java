package dev.keylane.daemon.updown;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Decides when scripts are called: for the first SA of a child and peer that comes, and for the last that goes. A rekeyed SA
 * is there before the old one goes, so rekeying calls nothing; SAs of single CPUs count for nothing. On the shard's thread.
 */
public final class UpdownScripts {
    private final Consumer<ScriptRun> runner;
    private final LongUnaryOperator reqids;
    private final Function<IpAddress, Optional<String>> devices;
    private final Map<Child, Standing> standing = new HashMap<>();
    private final Map<Long, Child> bySa = new HashMap<>();

    /**
     * @param reqids  of an installed Child SA, by its id
     * @param devices that have an address
     */
    public UpdownScripts(ScriptRunner runner, LongUnaryOperator reqids, Function<IpAddress, Optional<String>> devices) {
        this(runner::run, reqids, devices);
    }

    UpdownScripts(Consumer<ScriptRun> runner, LongUnaryOperator reqids, Function<IpAddress, Optional<String>> devices) {
        this.runner = runner;
        this.reqids = reqids;
        this.devices = devices;
    }

    /** What two SAs have in common that replace each other. */
    private record Child(String connection, String name, IpAddress peer, Selectors selectors) {
        static Child of(IkeSaView sa, ChildSa child) {
            return new Child(child.connection(), child.name(), sa.path().remote().address(), child.terms().selectors());
        }
    }

    /** What is not to be found out any more once the SAs are gone. */
    private record Standing(int sas, int reqid, String device) {
        Standing with(int other) {
            return new Standing(other, reqid, device);
        }
    }

    public void on(Effect effect) {
        switch (effect) {
            case Effect.ChildUp(IkeSaView sa, var child, @Nullable ChildSaView replaces) when isCalledFor(child.sa()) ->
                    up(sa, child.sa(), replaces);
            case Effect.ChildDown(IkeSaView sa, var child, String _) when isCalledFor(child.sa()) -> down(sa, child.sa());
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private static boolean isCalledFor(ChildSa child) {
        return !child.resource().isBound() && !child.config().actions().updown().isEmpty();
    }

    /** What takes another's place is the same to a script, though the peer may have another address or selectors by now. */
    private void up(IkeSaView sa, ChildSa child, @Nullable ChildSaView replaces) {
        Child replaced = replaces == null ? null : bySa.get(replaces.sa().id());
        Child key = replaced == null ? Child.of(sa, child) : replaced;
        if (bySa.putIfAbsent(child.id(), key) != null) {
            return;
        }
        Standing before = standing.get(key);
        if (before != null) {
            standing.put(key, before.with(before.sas + 1));
            return;
        }
        Standing now = new Standing(1, (int) reqids.applyAsLong(child.id()),
                devices.apply(sa.path().local().address()).orElse(""));
        standing.put(key, now);
        run(sa, child, true, now);
    }

    private void down(IkeSaView sa, ChildSa child) {
        Child key = bySa.remove(child.id());
        Standing before = key == null ? null : standing.remove(key);
        if (before == null) {
            return;
        }
        if (before.sas > 1) {
            standing.put(key, before.with(before.sas - 1));
        } else {
            run(sa, child, false, before);
        }
    }

    private void run(IkeSaView sa, ChildSa child, boolean up, Standing known) {
        for (Map<String, String> environment : UpdownEnvironment.of(sa, child, up, known.reqid, known.device)) {
            runner.accept(new ScriptRun(sa.id(), child.connection(), child.name(), child.config().actions().updown(),
                    environment));
        }
    }
}
