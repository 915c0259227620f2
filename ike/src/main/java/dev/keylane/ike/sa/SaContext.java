package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildLimits;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.ResourceIds;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.LongPredicate;

/** What all IKE SAs of an endpoint share; owned by the endpoint's thread. */
public final class SaContext {
    private final Crypto crypto;
    private final RandomSource random;
    private EndpointSettings settings;
    private final ResourceAssignment resources;
    private final ResourceIds resourceIds;
    private final SpiPool spis;
    private final SourcePorts sourcePorts;
    private final Contacts contacts = new Contacts();
    private final PeerChildren peerChildren = new PeerChildren();
    private final Wanted wanted;
    private PolicyBook book = PolicyBook.EMPTY;
    private ChildLimits limits = ChildLimits.NONE;
    private final Queue<IkeSa> touched = new ArrayDeque<>(0);
    private LongPredicate ikeSpiTaken = _ -> false;
    private long lastIke;
    private long lastChild;
    private long lastTicket;

    public SaContext(Crypto crypto, RandomSource random, EndpointSettings settings, ResourceAssignment resources,
                     SpiChoice choice) {
        this.crypto = crypto;
        this.random = random;
        this.settings = settings;
        this.resources = resources;
        this.resourceIds = new ResourceIds(random);
        this.spis = new SpiPool(random, choice);
        this.sourcePorts = new SourcePorts(settings, spis, choice);
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

    /** The ports stay what they are. */
    public void replaceSettings(EndpointSettings others) {
        settings = others.withPorts(settings.port(), settings.natPort());
        wanted.interval(settings.initiation().retryInterval());
    }

    public ResourceAssignment resources() {
        return resources;
    }

    public ChildLimits limits() {
        return limits;
    }

    /** What there is no use in asking peers for. */
    public void limits(ChildLimits here) {
        limits = here;
    }

    public ResourceIds resourceIds() {
        return resourceIds;
    }

    public SpiPool spis() {
        return spis;
    }

    SourcePorts sourcePorts() {
        return sourcePorts;
    }

    public Contacts contacts() {
        return contacts;
    }

    PeerChildren peerChildren() {
        return peerChildren;
    }

    /** Whether nothing is kept that IKE SAs share. */
    public boolean isEmpty() {
        return spis.isEmpty() && contacts.isEmpty() && peerChildren.isEmpty() && wanted.isIdle();
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

    /** Whose IKE SPIs must not be drawn again. */
    public void ikeSpis(LongPredicate taken) {
        ikeSpiTaken = taken;
    }

    /** A fresh IKE SPI: RFC 7296 §2.6, never zero, unique here. */
    public long newIkeSpi() {
        long spi;
        do {
            spi = random.nextLong();
        } while (spi == 0 || ikeSpiTaken.test(spi));
        return spi;
    }

    /** An IKE SA that has been made, or changed, in the turn of another one. */
    void touch(IkeSa sa) {
        touched.add(sa);
    }

    /** For whoever files IKE SAs. */
    public Optional<IkeSa> takeTouched() {
        return Optional.ofNullable(touched.poll());
    }

    public long nextIkeId() {
        return ++lastIke;
    }

    public long nextChildId() {
        return ++lastChild;
    }

    long nextTicket() {
        return ++lastTicket;
    }
}
