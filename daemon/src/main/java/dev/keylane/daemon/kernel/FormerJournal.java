package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.XfrmKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal as it was called before each network namespace had one of its own: an upgrade must not forget what is in the
 * kernel. It does not say whose it is, so only what this kernel has is taken from it.
 */
final class FormerJournal {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private FormerJournal() {
    }

    /** Does nothing where the journal of today knows anything, or where another daemon uses the former one. */
    static void takeOver(Path journal, String boot, XfrmKernel kernel, OwnedState owned) {
        Matcher name = NAME.matcher(journal.getFileName().toString());
        if (!name.matches() || !owned.live().isEmpty()) {
            return;
        }
        Path former = journal.resolveSibling(name.group(1));
        if (!Files.exists(former)) {
            return;
        }
        try (OwnedState old = OwnedState.open(former, boot)) {
            int moved = move(old, owned, present(kernel));
            if (moved > 0) {
                LOG.info("{} SAs and policies are known from {}, as earlier versions called the journal", moved, former);
            }
        } catch (IOException kept) {
            LOG.warn("{} is left alone: {}", former, kept.getMessage());
        }
    }

    /**
     * At every moment at least one of the two names it. What is not in this kernel stays: it may be in another network
     * namespace.
     */
    private static int move(OwnedState old, OwnedState owned, Set<Owned> present) {
        List<Owned> here = old.live().stream().filter(present::contains).toList();
        Set<Integer> reqids = new HashSet<>();
        here.forEach(entry -> reqids.add(entry.reqid()));
        List<Owned> all = new ArrayList<>(here);
        old.numbers().stream().filter(number -> reqids.contains(number.reqid())).forEach(all::add);
        owned.add(all);
        old.remove(here);
        return here.size();
    }

    private static Set<Owned> present(XfrmKernel kernel) {
        Set<Owned> present = new HashSet<>();
        kernel.dumpSas().forEach(sa -> present.add(Owned.of(sa)));
        kernel.dumpPolicies().forEach(policy -> present.add(Owned.of(policy)));
        return present;
    }

    private static final Pattern NAME = Pattern.compile("(.+)\\.\\d+");
}
