package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.Abilities;
import dev.keylane.daemon.offload.DeviceProbe;
import dev.keylane.daemon.offload.Probing;
import dev.keylane.daemon.offload.ProbingThread;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries devices by throw-away states, which a journal of their own names while they stand: they are never among those of
 * children, for whoever looks what is ours, and yet a daemon that is killed meanwhile leaves nothing for good.
 */
final class Tryouts implements ProbingThread.Probe {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final Supplier<XfrmKernel> kernels;
    private final @Nullable Path journal;
    private final String boot;
    private final RandomGenerator random;

    /** @param kernels opens one for the caller's thread, to be closed after each device */
    private Tryouts(Supplier<XfrmKernel> kernels, KernelSettings settings, RandomGenerator random) {
        this.kernels = kernels;
        this.journal = settings.journal() == null ? null : KernelJournal.ofTryouts(settings.journal());
        this.boot = settings.boot();
        this.random = random;
    }

    /**
     * In a thread of their own, or at once where the kernel is one thread's only.
     *
     * @param settings those of the daemon, whose journal's lock is held
     */
    static Probing of(XfrmKernel kernel, KernelSettings settings, RandomGenerator random) {
        Tryouts tryouts = new Tryouts(kernel.another().orElse(() -> new Lent(kernel)), settings, random);
        tryouts.clear(kernel);
        return kernel.another().isPresent() ? new ProbingThread(tryouts)
                : Probing.atOnce(device -> tryouts.of(device, () -> false).orElseThrow());
    }

    /** One that is not its borrower's to close. */
    private static final class Lent extends ForwardingXfrmKernel {
        Lent(XfrmKernel kernel) {
            super(kernel);
        }

        @Override
        public void close() {
        }
    }

    @Override
    public Optional<Abilities> of(String device, BooleanSupplier stop) {
        try (XfrmKernel kernel = kernels.get(); OwnedState owned = open()) {
            clear(kernel, owned);
            return new DeviceProbe(new JournalledKernel(new Considerate(kernel), owned), Ethtool.LINUX, random).of(device, stop);
        }
    }

    /** Removes what an earlier run was killed with. */
    private void clear(XfrmKernel kernel) {
        if (journal != null && Files.exists(journal)) {
            try (OwnedState owned = open()) {
                clear(kernel, owned);
            }
        }
    }

    private static void clear(XfrmKernel kernel, OwnedState owned) {
        Set<Owned> left = owned.live();
        if (left.isEmpty()) {
            return;
        }
        List<XfrmRequest> removals = new ArrayList<>();
        kernel.dumpSas().stream().filter(sa -> left.contains(Owned.of(sa)))
                .forEach(sa -> removals.add(new XfrmRequest.DelSa(sa.id())));
        kernel.dumpPolicies().stream().filter(policy -> left.contains(Owned.of(policy)))
                .forEach(policy -> removals.add(new XfrmRequest.DelPolicy(policy.spec().id())));
        if (!removals.isEmpty()) {
            kernel.submit(removals);
            LOG.info("removed {} throw-away SAs and policies an earlier run left behind", removals.size());
        }
        owned.remove(left);
    }

    private OwnedState open() {
        try {
            return journal == null ? OwnedState.inMemory() : OwnedState.openBeside(journal, boot);
        } catch (IOException unusable) {
            LOG.error("cannot use {}, throw-away states will not be found again after a crash: {}", journal, unusable.toString());
            return OwnedState.inMemory();
        }
    }
}
