package dev.keylane.daemon.offload;

import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Child SAs by what was asked and granted, and refusals since the start. Absent keys mean zero.
 *
 * @param sas     those that are installed and asked for offload
 * @param devices that have SAs in them now
 * @param doubted devices whose counters have stood still while SAs in them were used, and how often
 * @param lost    Child SAs whose keys have gone with a device, or without a word
 * @param abilities of the devices that were tried
 */
public record OffloadCounts(Map<Kind, Long> sas, Map<Refused, Long> refused, Set<String> devices, Map<String, Long> doubted,
                            Map<KeyLoss, Long> lost, Collection<Abilities> abilities) {
    public static final OffloadCounts NONE = new OffloadCounts(Map.of(), Map.of(), Set.of(), Map.of(), Map.of(),
            List.of());

    public OffloadCounts {
        sas = Map.copyOf(sas);
        refused = Map.copyOf(refused);
        devices = Set.copyOf(devices);
        doubted = Map.copyOf(doubted);
        lost = Map.copyOf(lost);
        abilities = List.copyOf(abilities);
    }

    /** @param device that has them or was asked in vain; empty when there was none to ask */
    public record Kind(HwOffload asked, Rung granted, String device) {
    }

    public record Refused(String device, Refusal.Reason reason) {
    }
}
