package dev.keylane.ike.sa;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.Identification;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The Child SAs of each peer, over all IKE SAs that it has at this endpoint, so that more IKE SAs bring it no more of
 * them. When an IKE SA is rekeyed, nothing changes here: the heir gets the {@link Children} as they are.
 */
final class PeerChildren {
    private final Map<Peer, Account> accounts = new HashMap<>();

    /** Who has authenticated, by which connection; where others have the same identity, they share in its limits. */
    record Peer(String connection, Identification id) {
    }

    private static final class Account {
        private final List<Children> groups = new ArrayList<>(1);
        private int total;
    }

    /** Of another IKE SA of this peer, which has none yet. */
    Children of(String connection, Identification id) {
        return new Children(this, new Peer(connection, id));
    }

    void added(Peer peer, Children group) {
        Account account = accounts.computeIfAbsent(peer, _ -> new Account());
        if (group.all().size() == 1) {
            account.groups.add(group);
        }
        account.total++;
    }

    void removed(Peer peer, Children group) {
        accounts.computeIfPresent(peer, (_, account) -> {
            account.total--;
            if (group.all().isEmpty()) {
                account.groups.remove(group);
            }
            return account.groups.isEmpty() ? null : account;
        });
    }

    /**
     * Whether there are enough. What takes another one's place adds none in the end; still a peer that never deletes
     * what it has replaced comes to a limit, too.
     */
    boolean isFull(Peer peer, boolean replaces) {
        Account account = accounts.get(peer);
        return account != null && account.total >= (replaces ? 2 * MOST : MOST);
    }

    /** What SAs with these selectors serve that belong to other IKE SAs of the peer than {@code own} does. */
    List<Resource> elsewhere(Peer peer, Children own, String name, Selectors selectors) {
        Account account = accounts.get(peer);
        return account == null ? List.of() : account.groups.stream().filter(group -> group != own)
                .flatMap(group -> group.resources(name, selectors).stream()).toList();
    }

    boolean isEmpty() {
        return accounts.isEmpty();
    }

    /** Twice the CPUs of the largest machines, four times over; an authenticated peer is not a harmless one. */
    static final int MOST = 8192;
}
