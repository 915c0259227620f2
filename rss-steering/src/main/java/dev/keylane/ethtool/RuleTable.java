package dev.keylane.ethtool;

import dev.keylane.linux.Errno;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A device's rules, of which ours are only some.
 */
public record RuleTable(Ethtool ethtool, String device) {
    /**
     * @param rules     in the table, whoever's
     * @param size      places, 0 from drivers that do not say
     * @param placesOwn whether the driver finds a place by itself
     */
    public record Extent(int rules, int size, boolean placesOwn) {
    }

    public Answer<Extent> extent() {
        return new Command("ETHTOOL_GRXCLSRLCNT", Command.GRXCLSRLCNT, Rxnfc.SIZE).to(ethtool, device).map(count -> {
            long data = count.getLong(Rxnfc.DATA);
            return new Extent(count.getInt(Rxnfc.RULE_CNT), (int) (data & ~LOC_SPECIAL & 0xffffffffL),
                    (data & LOC_SPECIAL) != 0);
        });
    }

    /** The places that are taken. */
    public Answer<List<Integer>> locations() {
        return extent().then(extent -> locations(Math.clamp(extent.rules(), 0, MOST)));
    }

    private Answer<List<Integer>> locations(int rules) {
        Command command = new Command("ETHTOOL_GRXCLSRLALL", Command.GRXCLSRLALL,
                Math.max(Rxnfc.SIZE, Rxnfc.RULE_LOCS + 4 * rules));
        command.octets().putInt(Rxnfc.RULE_CNT, rules);
        return command.to(ethtool, device).map(all -> IntStream.range(0, Math.min(rules, all.getInt(Rxnfc.RULE_CNT)))
                .mapToObj(each -> all.getInt(Rxnfc.RULE_LOCS + 4 * each)).toList());
    }

    /** The rule in a place; empty when it is not like ours. */
    public Answer<Optional<FlowRule>> at(int location) {
        Command command = new Command("ETHTOOL_GRXCLSRULE", Command.GRXCLSRULE, Rxnfc.SIZE);
        command.octets().putInt(Rxnfc.RULE_LOCATION, location);
        return command.to(ethtool, device).map(Rxnfc::read);
    }

    /** All rules like ours, which may be somebody else's all the same. */
    public Answer<List<FlowRule>> like() {
        return locations().map(locations -> {
            List<FlowRule> rules = new ArrayList<>();
            for (int location : locations) {
                at(location).or(_ -> Optional.empty()).ifPresent(rules::add);
            }
            return rules;
        });
    }

    /**
     * Into a place that is free.
     *
     * @return the rule with its place; ENOSPC when there is none
     */
    public Answer<FlowRule> insert(FlowRule rule) {
        return extent().then(extent -> extent.placesOwn() ? insertAt(rule.at(FlowRule.ANYWHERE))
                : locations().then(taken -> insertFree(rule, extent.size(), new HashSet<>(taken))));
    }

    private Answer<FlowRule> insertFree(FlowRule rule, int size, Set<Integer> taken) {
        // From the end: what operators enter by hand begins at 0.
        for (int location = size - 1; location >= 0; location--) {
            if (!taken.contains(location)) {
                return insertAt(rule.at(location));
            }
        }
        return new Answer.Refused<>(INSERT, Errno.ENOSPC);
    }

    private Answer<FlowRule> insertAt(FlowRule rule) {
        Command command = new Command(INSERT, Command.SRXCLSRLINS, Rxnfc.SIZE);
        Rxnfc.write(command.octets(), rule);
        return command.to(ethtool, device).map(answer -> rule.at(answer.getInt(Rxnfc.RULE_LOCATION)));
    }

    public Answer<Integer> delete(int location) {
        Command command = new Command("ETHTOOL_SRXCLSRLDEL", Command.SRXCLSRLDEL, Rxnfc.SIZE);
        command.octets().putInt(Rxnfc.RULE_LOCATION, location);
        return command.to(ethtool, device).map(_ -> location);
    }

    private static final String INSERT = "ETHTOOL_SRXCLSRLINS";
    private static final long LOC_SPECIAL = 0x80000000L;
    private static final int MOST = 1 << 16;
}
