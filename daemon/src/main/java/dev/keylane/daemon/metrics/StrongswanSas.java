package dev.keylane.daemon.metrics;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.xfrm.SaInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** SAs by the names of strongSwan's exporter: a series an SA. */
final class StrongswanSas {
    private final Exposition out;
    private final Instant now;
    private final List<Ike> ikes = new ArrayList<>();
    private final List<Child> children = new ArrayList<>();

    private record Ike(IkeSaView sa, String labels) {
    }

    private record Child(ChildSaView view, @Nullable SaInfo in, @Nullable SaInfo out, String labels, String selected) {
        ChildTerms terms() {
            return view.sa().terms();
        }
    }

    private record Name(IpAddress destination, int spi) {
    }

    private StrongswanSas(Sample sample, Exposition out) {
        this.out = out;
        this.now = sample.taken();
        Map<Name, SaInfo> kernel = new HashMap<>();
        sample.reading().sas().forEach(info -> kernel.put(new Name(info.id().destination(), info.id().spi()), info));
        for (IkeSaView sa : sample.status().sas()) {
            ikes.add(new Ike(sa, Labels.of("ike_name", sa.connection(), "ike_id", Long.toString(sa.id()))));
            sa.children().forEach(child -> children.add(child(sa, child, kernel)));
        }
    }

    private static Child child(IkeSaView ike, ChildSaView view, Map<Name, SaInfo> kernel) {
        ChildSa sa = view.sa();
        String labels = Labels.of("ike_name", ike.connection(), "ike_id", Long.toString(ike.id()), "child_name", sa.name(),
                "child_id", Long.toString(sa.id()));
        String selected = Labels.with(Labels.with(labels, "local_ts", StrongswanFamilies.selectors(sa.terms().selectors().local())),
                "remote_ts", StrongswanFamilies.selectors(sa.terms().selectors().remote()));
        return new Child(view, kernel.get(new Name(sa.path().local().address(), sa.terms().spiIn())),
                kernel.get(new Name(sa.path().remote().address(), sa.terms().spiOut())), labels, selected);
    }

    static void write(Sample sample, Exposition out) {
        StrongswanSas sas = new StrongswanSas(sample, out);
        out.gauge("strongswan_ike_count", "IKE SAs of any state").add("", sas.ikes.size());
        sas.ike();
        sas.child();
        sas.counters();
    }

    private void ike() {
        ike("version", "IKE version of an IKE SA", sa -> 2);
        ike("status", "state of an IKE SA: 1 established, 0 being rekeyed, 3 other", sa -> status(sa.state()));
        ike("initiator", "1 where we began", sa -> flag(sa.initiator()));
        ike("nat_local", "1 where a NAT is before us", sa -> flag(sa.nat().local()));
        ike("nat_remote", "1 where a NAT is before the peer", sa -> flag(sa.nat().remote()));
        ike("nat_fake", "1 where a NAT is pretended", sa -> flag(sa.nat().fake()));
        ike("nat_any", "1 for any of these three", sa -> flag(sa.nat().any()));
        out.gauge("strongswan_ike_encryption_key_size", "bits of the cipher's key");
        ikes.forEach(ike -> out.add(algorithm(ike.labels(), ike.sa().suite() == null ? null : ike.sa().suite().encryption(),
                ike.sa().suite() == null ? null : ike.sa().suite().group()), ike.sa().suite() == null ? 0
                : size(ike.sa().suite().encryption(), ike.sa().suite().keyBits())));
        out.gauge("strongswan_ike_integrity_key_size", "always 0, list-sas does not tell either");
        ikes.forEach(ike -> out.add(algorithm(ike.labels(), ike.sa().suite() == null ? null : ike.sa().suite().integrity(),
                ike.sa().suite() == null ? null : ike.sa().suite().group()), 0));
        ike("established_seconds", "age of an IKE SA", sa -> since(sa.established()));
        ike("rekey_seconds", "time until its rekeying", sa -> until(sa.rekeyAt()));
        ike("reauth_seconds", "always 0, there is no reauthentication", sa -> 0);
        ike("children_size", "Child SAs of an IKE SA", sa -> sa.children().size());
    }

    private void ike(String name, String help, ToLongFunction<IkeSaView> value) {
        out.gauge("strongswan_ike_" + name, help);
        ikes.forEach(ike -> out.add(ike.labels(), value.applyAsLong(ike.sa())));
    }

    private void child() {
        out.gauge("strongswan_sa_status", "state of a Child SA: 0 installed, 3 other");
        children.forEach(child -> out.add(child.selected(), status(child.view().state())));
        out.gauge("strongswan_sa_encap", "1 where ESP goes in UDP");
        children.forEach(child -> out.add(child.labels(), flag(child.terms().udpEncap())));
        out.gauge("strongswan_sa_encryption_key_size", "bits of the cipher's key");
        children.forEach(child -> out.add(algorithm(child.labels(), child.terms().suite().encryption(),
                child.terms().suite().group()), size(child.terms().suite().encryption(), child.terms().suite().keyBits())));
        out.gauge("strongswan_sa_integrity_key_size", "always 0, list-sas does not tell either");
        children.forEach(child -> out.add(algorithm(child.labels(), child.terms().suite().integrity(),
                child.terms().suite().group()), 0));
        moment("established_seconds", "age of a Child SA", view -> since(view.installed()));
        moment("rekey_seconds", "time until its rekeying", view -> until(view.rekeyAt()));
        moment("lifetime_seconds", "time until its end", view -> until(view.lifeEnd()));
    }

    private void moment(String name, String help, ToLongFunction<ChildSaView> value) {
        out.gauge("strongswan_sa_" + name, help);
        children.forEach(child -> out.add(child.labels(), value.applyAsLong(child.view())));
    }

    private void counters() {
        direction("inbound", "input", "in", Child::in);
        direction("outbound", "output", "out", Child::out);
    }

    @FunctionalInterface
    private interface Side {
        @Nullable SaInfo of(Child child);
    }

    private void direction(String name, String kind, String last, Side side) {
        counter(name + "_bytes", "octets of a Child SA's " + kind, side, info -> info.counters().bytes());
        counter(name + "_packets", "packets of a Child SA's " + kind, side, info -> info.counters().packets());
        counter("last_" + name + "_seconds", "time since its last " + last + "put", side,
                info -> info.lastUsed() == 0 ? 0 : Math.max(0, now.getEpochSecond() - info.lastUsed()));
    }

    private void counter(String name, String help, Side side, ToLongFunction<SaInfo> value) {
        out.gauge("strongswan_sa_" + name, help);
        for (Child child : children) {
            SaInfo info = side.of(child);
            out.add(child.selected(), info == null ? 0 : value.applyAsLong(info));
        }
    }

    private static String algorithm(String labels, @Nullable Object algorithm, @Nullable KeGroup group) {
        return Labels.with(Labels.with(labels, "algorithm", algorithm == null ? "" : algorithm.toString()), "dh_group",
                group == null ? "" : group.toString());
    }

    /** What list-sas says; 0 for algorithms of one size alone. */
    private static int size(EncryptionAlgorithm algorithm, int bits) {
        return algorithm.hasKeyLengthAttribute() ? bits : 0;
    }

    /** 0 a tunnel is installed, 1 the IKE SA is established, 3 anything else. */
    private static int status(Enum<?> state) {
        return switch (state.name()) {
            case "ESTABLISHED" -> 1;
            case "INSTALLED", "REKEYED", "REKEYING" -> 0;
            default -> 3;
        };
    }

    private static int flag(boolean set) {
        return set ? 1 : 0;
    }

    private long since(@Nullable Instant moment) {
        return moment == null ? 0 : Duration.between(moment, now).toSeconds();
    }

    private long until(@Nullable Instant moment) {
        return moment == null ? 0 : Math.max(0, Duration.between(now, moment).toSeconds());
    }
}
