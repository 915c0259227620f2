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
        out.gauge("strongswan_ike_count", "Number of known IKEs").add("", sas.ikes.size());
        sas.ike();
        sas.child();
        sas.counters();
    }

    private void ike() {
        ike("version", "Version of this IKE", sa -> 2);
        ike("status", "Status of this IKE", sa -> status(sa.state()));
        ike("initiator", "Flag if the server is the initiator for this connection", sa -> flag(sa.initiator()));
        ike("nat_local", "Flag if the local endpoint is behind nat", sa -> flag(sa.nat().local()));
        ike("nat_remote", "Flag if the remote server is behind nat", sa -> flag(sa.nat().remote()));
        ike("nat_fake", "Flag if NAT situation has been faked as responder", sa -> flag(sa.nat().fake()));
        ike("nat_any", "Flag if any endpoint is behind a NAT (also if faked)", sa -> flag(sa.nat().any()));
        out.gauge("strongswan_ike_encryption_key_size", "Key size of the encryption algorithm");
        ikes.forEach(ike -> out.add(algorithm(ike.labels(), ike.sa().suite() == null ? null : ike.sa().suite().encryption(),
                ike.sa().suite() == null ? null : ike.sa().suite().group()), ike.sa().suite() == null ? 0
                : size(ike.sa().suite().encryption(), ike.sa().suite().keyBits())));
        out.gauge("strongswan_ike_integrity_key_size", "Key size of the integrity algorithm");
        ikes.forEach(ike -> out.add(algorithm(ike.labels(), ike.sa().suite() == null ? null : ike.sa().suite().integrity(),
                ike.sa().suite() == null ? null : ike.sa().suite().group()), 0));
        ike("established_seconds", "Seconds since the IKE was established", sa -> since(sa.established()));
        ike("rekey_seconds", "Seconds until the IKE will be rekeyed", sa -> until(sa.rekeyAt()));
        ike("reauth_seconds", "Seconds until the IKE will be reauthed", sa -> 0);
        ike("children_size", "Count of children of this IKE", sa -> sa.children().size());
    }

    private void ike(String name, String help, ToLongFunction<IkeSaView> value) {
        out.gauge("strongswan_ike_" + name, help);
        ikes.forEach(ike -> out.add(ike.labels(), value.applyAsLong(ike.sa())));
    }

    private void child() {
        out.gauge("strongswan_sa_status", "Status of this child sa");
        children.forEach(child -> out.add(child.selected(), status(child.view().state())));
        out.gauge("strongswan_sa_encap", "Forced Encapsulation in UDP Packets");
        children.forEach(child -> out.add(child.labels(), flag(child.terms().udpEncap())));
        out.gauge("strongswan_sa_encryption_key_size", "Key size of the encryption algorithm");
        children.forEach(child -> out.add(algorithm(child.labels(), child.terms().suite().encryption(),
                child.terms().suite().group()), size(child.terms().suite().encryption(), child.terms().suite().keyBits())));
        out.gauge("strongswan_sa_integrity_key_size", "Key size of the integrity algorithm");
        children.forEach(child -> out.add(algorithm(child.labels(), child.terms().suite().integrity(),
                child.terms().suite().group()), 0));
        moment("established_seconds", "Seconds since the child SA was established", view -> since(view.installed()));
        moment("rekey_seconds", "Seconds until the child SA will be rekeyed", view -> until(view.rekeyAt()));
        moment("lifetime_seconds", "Seconds until the lifetime expires", view -> until(view.lifeEnd()));
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
        counter(name + "_bytes", "Number of " + kind + " bytes processed", side, info -> info.counters().bytes());
        counter(name + "_packets", "Number of " + kind + " packets processed", side, info -> info.counters().packets());
        counter("last_" + name + "_seconds", "Number of seconds since the last " + last + "bound packet", side,
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
        return moment == null ? 0 : Duration.between(now, moment).toSeconds();
    }
}
