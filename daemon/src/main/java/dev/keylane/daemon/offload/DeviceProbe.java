package dev.keylane.daemon.offload;

import dev.keylane.daemon.offload.Abilities.Verdict;
import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tries what a device takes, by states and policies that are deleted at once: random keys, addresses for measurements and
 * reqids that nothing else has. What is asked is what an SA would ask.
 */
public final class DeviceProbe {
    private final XfrmKernel kernel;
    private final Ethtool ethtool;
    private final RandomGenerator random;

    /**
     * @param random for keys: a {@link java.security.SecureRandom}
     */
    public DeviceProbe(XfrmKernel kernel, Ethtool ethtool, RandomGenerator random) {
        this.kernel = kernel;
        this.ethtool = ethtool;
        this.random = random;
    }

    /** Takes as long as the device takes to install some twenty SAs. Nothing of it is left. */
    public Abilities of(String device) {
        return of(device, () -> false).orElseThrow();
    }

    /**
     * @param stop asked before each state: whether to leave off
     * @return empty when it was left off
     */
    public Optional<Abilities> of(String device, BooleanSupplier stop) {
        Map<Ability, Verdict> verdicts = new EnumMap<>(Ability.class);
        for (Ability ability : Ability.values()) {
            if (stop.getAsBoolean()) {
                return Optional.empty();
            }
            try (Trial trial = Trial.of(ability, device, random, kernel)) {
                List<XfrmAnswer> answers = carryOut(trial);
                remove(trial, answers);
                verdicts.put(ability, judge(trial, answers));
            }
        }
        return Optional.of(new Abilities(device, driver(device), verdicts));
    }

    /**
     * One after the other, up to the first that is refused: Linux keeps all that is about SAs waiting as long as it works
     * on what came in one message.
     */
    private List<XfrmAnswer> carryOut(Trial trial) {
        List<XfrmAnswer> answers = new ArrayList<>();
        for (XfrmRequest request : trial.requests()) {
            answers.add(kernel.submit(request));
            if (answers.getLast().isRefused()) {
                break;
            }
        }
        return answers;
    }

    private void remove(Trial trial, List<XfrmAnswer> answers) {
        IntStream.range(0, answers.size()).filter(i -> !answers.get(i).isRefused())
                .mapToObj(i -> trial.removals().get(trial.requests().get(i))).filter(Objects::nonNull).forEach(kernel::submit);
    }

    /** Every request must have been carried out, and what was read back be where it was wanted. */
    private static Verdict judge(Trial trial, List<XfrmAnswer> answers) {
        for (XfrmAnswer answer : answers) {
            if (answer instanceof XfrmAnswer.Refused(var error)) {
                return Verdict.no(error.toString());
            }
        }
        boolean inHardware = answers.stream().allMatch(answer -> isOffloaded(answer, trial.packet()));
        return inHardware ? Verdict.YES : Verdict.no("accepted, but done in software");
    }

    /** Crypto offload that a device does not have is silently done by the kernel itself. */
    private static boolean isOffloaded(XfrmAnswer answer, boolean packet) {
        return switch (answer) {
            case XfrmAnswer.Sa(var info) -> is(info.offload(), packet);
            case XfrmAnswer.Policy(var info) -> is(info.spec().offload(), packet);
            case XfrmAnswer.Done _, XfrmAnswer.Refused _ -> true;
        };
    }

    private static boolean is(SaSpec.@Nullable Offload granted, boolean packet) {
        return granted != null && granted.packet() == packet;
    }

    private String driver(String device) {
        return DriverInfo.read(ethtool, device).map(DriverInfo::driver).or(_ -> "");
    }
}
