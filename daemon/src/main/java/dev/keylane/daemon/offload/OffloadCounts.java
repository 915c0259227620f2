package dev.keylane.daemon.offload;

import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.Map;

/**
 * Child SAs by what was asked and granted, and refusals since the start. Absent keys mean zero.
 *
 * @param sas     those that are installed and asked for offload
 * @param doubted devices whose counters have stood still while SAs in them were used, and how often
 */
public record OffloadCounts(Map<Kind, Long> sas, Map<Refused, Long> refused, Map<String, Long> doubted) {
    public static final OffloadCounts NONE = new OffloadCounts(Map.of(), Map.of(), Map.of());

    public OffloadCounts {
        sas = Map.copyOf(sas);
        refused = Map.copyOf(refused);
        doubted = Map.copyOf(doubted);
    }

    public record Kind(HwOffload asked, Rung granted) {
    }

    public record Refused(String device, Refusal.Reason reason) {
    }
}
