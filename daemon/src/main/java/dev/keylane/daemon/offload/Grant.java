package dev.keylane.daemon.offload;

import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was asked for a Child SA, and what its SAs and policies got.
 *
 * @param granted  as read back from the kernel
 * @param device   that was asked, empty when none was
 * @param refusals rungs that were not given, the highest first
 */
public record Grant(HwOffload asked, Rung granted, String device, List<Refusal> refusals) {
    /** Nothing asked, nothing got. */
    public static final Grant NONE = new Grant(HwOffload.NO, Rung.SOFTWARE, "", List.of());

    public Grant {
        refusals = List.copyOf(refusals);
    }

    /**
     * @param wanted   the rung that the kernel accepted
     * @param readBack where it is
     */
    public static Grant of(HwOffload asked, Rung wanted, Rung readBack, String device, List<Refusal> refusals) {
        List<Refusal> all = new ArrayList<>(refusals);
        if (readBack.compareTo(wanted) < 0) {
            all.add(Refusal.software(wanted, device));
        }
        return new Grant(asked, readBack, device, all);
    }

    /** The same with a device whose counters stand still. */
    public Grant doubted() {
        List<Refusal> more = new ArrayList<>(refusals);
        more.add(Refusal.idle(device));
        return new Grant(asked, granted, device, more);
    }

    public Grant trusted() {
        return new Grant(asked, granted, device,
                refusals.stream().filter(refusal -> refusal.reason() != Refusal.Reason.IDLE).toList());
    }

    public boolean isDoubted() {
        return refusals.stream().anyMatch(refusal -> refusal.reason() == Refusal.Reason.IDLE);
    }

    public String askedLabel() {
        return asked.name().toLowerCase(Locale.ROOT);
    }

    /** Whether it is where the one who asked wants it at best. */
    public boolean isFull() {
        return refusals.isEmpty();
    }

    /** {@code hw_offload = auto: crypto on nic1 (packet on nic1: NEWSA: EBUSY (16))}. */
    @Override
    public String toString() {
        String where = granted == Rung.SOFTWARE ? granted.label() : granted.label() + " on " + device;
        String why = refusals.isEmpty() ? "" : refusals.stream().map(Refusal::toString).toList().toString()
                .replaceFirst("^\\[", " (").replaceFirst("]$", ")");
        return "hw_offload = " + askedLabel() + ": " + where + why;
    }
}
