package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Child SA as list-sa and child-updown show it. */
final class ChildSection {
    /** charon leaves this mask out. */
    private static final int EVERY_BIT = -1;

    private ChildSection() {
    }

    static ViciMessage of(ChildSnapshot child, Instant now) {
        ChildSaView view = child.child();
        ChildSa sa = view.sa();
        ViciMessage.Builder keys = ViciMessage.builder()
                .set("name", sa.name()).set("uniqueid", sa.id()).set("reqid", Integer.toUnsignedString(child.reqid()))
                .set("state", view.state()).set("mode", sa.terms().mode());
        if (isInKernel(view.state())) {
            installed(keys, child, now);
        }
        return keys.list("local-ts", names(sa.terms().selectors().local()))
                .list("remote-ts", names(sa.terms().selectors().remote())).build();
    }

    private static List<String> names(List<TrafficSelector> selectors) {
        return selectors.stream().map(ServiceNames::text).toList();
    }

    private static boolean isInKernel(ChildSaView.State state) {
        return switch (state) {
            case CREATED, INSTALLING -> false;
            case INSTALLED, REKEYING, REKEYED, DELETING, DELETED -> true;
        };
    }

    private static void installed(ViciMessage.Builder keys, ChildSnapshot child, Instant now) {
        ChildSa sa = child.child().sa();
        keys.set("protocol", "ESP").flag("encap", sa.terms().udpEncap())
                .set("spi-in", hex(sa.terms().spiIn())).set("spi-out", hex(sa.terms().spiOut()));
        marks(keys, sa.config().kernel().marks());
        resource(keys, sa.resource(), child.lanes());
        Algorithms.add(keys, sa.terms().suite());
        counters(keys, "in", child.inbound(), now);
        counters(keys, "out", child.outbound(), now);
        lifetime(keys, child.child(), now);
        SaSpec.Offload offload = child.offload();
        if (offload != null) {
            keys.set("hw-offload", Rung.of(offload).label()).set("hw-device", offload.device());
        }
        Grant grant = child.grant();
        if (grant.asked() != HwOffload.NO) {
            keys.set("hw-offload-asked", grant.askedLabel());
        }
        if (!grant.isFull()) {
            keys.list("hw-offload-refused", grant.refusals());
        }
        if (child.lanes() > 1) {
            // One beyond them shares the flows of the one for all.
            int lane = sa.resource().cpu();
            keys.set("lane", lane < child.lanes() ? Math.max(0, lane) : 0).set("lanes", child.lanes());
        }
    }

    private static void marks(ViciMessage.Builder keys, KernelOptions.Marks marks) {
        mark(keys, "in", marks.in());
        mark(keys, "out", marks.out());
        if (marks.ifIdIn() != 0) {
            keys.set("if-id-in", hex(marks.ifIdIn()));
        }
        if (marks.ifIdOut() != 0) {
            keys.set("if-id-out", hex(marks.ifIdOut()));
        }
    }

    private static void mark(ViciMessage.Builder keys, String direction, KernelOptions.Mark mark) {
        if (mark.isSet()) {
            keys.set("mark-" + direction, hex(mark.value()));
            if (mark.mask() != EVERY_BIT) {
                keys.set("mark-mask-" + direction, hex(mark.mask()));
            }
        }
    }

    private static void resource(ViciMessage.Builder keys, Resource resource, int lanes) {
        keys.flag("per-cpu-sas", resource.perCpu());
        if (lanes == 1 && resource.isBound()) {
            keys.set("cpu", resource.cpu());
        }
    }

    private static void counters(ViciMessage.Builder keys, String direction, @Nullable SaInfo sa, Instant now) {
        keys.set("bytes-" + direction, sa == null ? 0 : Long.toUnsignedString(sa.counters().bytes()))
                .set("packets-" + direction, sa == null ? 0 : Long.toUnsignedString(sa.counters().packets()));
        if (sa != null && sa.lastUsed() != 0) {
            keys.set("use-" + direction, Math.max(0, now.getEpochSecond() - sa.lastUsed()));
        }
    }

    private static void lifetime(ViciMessage.Builder keys, ChildSaView child, Instant now) {
        if (child.rekeyAt() != null) {
            keys.set("rekey-time", Seconds.between(now, child.rekeyAt()));
        }
        if (child.lifeEnd() != null) {
            keys.set("life-time", Seconds.between(now, child.lifeEnd()));
        }
        keys.set("install-time", child.installed() == null ? 0 : Seconds.between(child.installed(), now));
    }

    private static String hex(int value) {
        return "%08x".formatted(value);
    }
}
