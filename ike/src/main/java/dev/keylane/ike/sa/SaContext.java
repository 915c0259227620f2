package dev.keylane.ike.sa;

import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;

/** What all IKE SAs of an endpoint share; owned by the endpoint's thread. */
public final class SaContext {
    private final Crypto crypto;
    private final RandomSource random;
    private final EndpointSettings settings;
    private final ResourceAssignment resources;
    private final SpiPool spis;
    private final Contacts contacts = new Contacts();
    private final Wanted wanted;
    private PolicyBook book = PolicyBook.EMPTY;
    private long lastChild;
    private long lastTicket;

    public SaContext(Crypto crypto, RandomSource random, EndpointSettings settings, ResourceAssignment resources) {
        this.crypto = crypto;
        this.random = random;
        this.settings = settings;
        this.resources = resources;
        this.spis = new SpiPool(random);
        this.wanted = new Wanted(random, settings.initiation().retryInterval());
    }

    public Crypto crypto() {
        return crypto;
    }

    public RandomSource random() {
        return random;
    }

    public EndpointSettings settings() {
        return settings;
    }

    public ResourceAssignment resources() {
        return resources;
    }

    public SpiPool spis() {
        return spis;
    }

    public Contacts contacts() {
        return contacts;
    }

    public Wanted wanted() {
        return wanted;
    }

    public PolicyBook book() {
        return book;
    }

    public void replaceBook(PolicyBook replacement) {
        book = replacement;
        wanted.keepOnly(replacement);
    }

    public long nextChildId() {
        return ++lastChild;
    }

    long nextTicket() {
        return ++lastTicket;
    }
}
