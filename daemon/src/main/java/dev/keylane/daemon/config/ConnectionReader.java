package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions.Steering;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads a connection, from a file or from a control message, by the same rules. */
public final class ConnectionReader {
    private final AddressPatternReader addresses;
    private final int replayWindow;

    /** @param replayWindow packets, for children that do not say */
    public ConnectionReader(AddressResolver resolver, int replayWindow) {
        this.addresses = new AddressPatternReader(resolver);
        this.replayWindow = replayWindow;
    }

    /** What a section came to. */
    public sealed interface Result {
        record Read(Connection connection) implements Result {
        }

        /** @param mistakes at least one, in the order of the section */
        record Refused(List<ConfigMistake> mistakes) implements Result {
            public Refused {
                mistakes = List.copyOf(mistakes);
            }
        }
    }

    /** @param section a section of {@code connections}, its name being that of the connection */
    public Result read(Section section) {
        List<ConfigMistake> mistakes = new ArrayList<>();
        Connection connection = connection(section, mistakes);
        return mistakes.isEmpty() ? new Result.Read(connection) : new Result.Refused(mistakes);
    }

    private Connection connection(Section section, List<ConfigMistake> mistakes) {
        KeyReader keys = KeyReader.of(section, KnownKey.Scope.CONNECTION, mistakes);
        AuthenticationReader authentication = new AuthenticationReader(mistakes);
        section.sections().values().stream().filter(inner -> side(inner).isEmpty()).forEach(inner -> mistakes.add(
                new ConfigMistake(Kind.UNKNOWN_SECTION, inner.origin(), inner.name(),
                        Guess.orNone("unknown section", inner.name(), SECTIONS))));
        keys.find(ConnectionKeys.VERSION);
        return new Connection(section.name(), endpoints(keys),
                keys.all(ConnectionKeys.PROPOSALS).stream().flatMap(List::stream).toList(),
                authentication.read(section, sections(section, "local"), "local"),
                authentication.read(section, sections(section, "remote"), "remote"),
                options(keys), children(section, keys, mistakes));
    }

    private Endpoints endpoints(KeyReader keys) {
        return new Endpoints(patterns(keys, ConnectionKeys.LOCAL_ADDRS), patterns(keys, ConnectionKeys.REMOTE_ADDRS),
                keys.get(ConnectionKeys.LOCAL_PORT), keys.get(ConnectionKeys.REMOTE_PORT));
    }

    private List<AddressPattern> patterns(KeyReader keys, KnownKey<String> key) {
        return keys.all(key, addresses::read).stream().flatMap(List::stream).toList();
    }

    private static IkeOptions options(KeyReader keys) {
        return new IkeOptions(keys.get(ConnectionKeys.ENCAP), keys.get(ConnectionKeys.MOBIKE),
                keys.get(ConnectionKeys.FRAGMENTATION), keys.get(ConnectionKeys.CHILDLESS),
                keys.get(ConnectionKeys.UNIQUE), keys.get(ConnectionKeys.KEYINGTRIES),
                keys.get(ConnectionKeys.DPD_DELAY), Lifetimes.ike(keys));
    }

    private List<ChildConfig> children(Section section, KeyReader keys, List<ConfigMistake> mistakes) {
        ChildReader reader = new ChildReader(replayWindow, keys.get(ConnectionKeys.IF_ID_IN),
                keys.get(ConnectionKeys.IF_ID_OUT), keys.find(ConnectionKeys.STEERING).orElse(Steering.UNSAID), mistakes);
        return sections(section, "children").stream().flatMap(children -> {
            children.settings().forEach((key, value) -> mistakes.add(new ConfigMistake(Kind.UNKNOWN_KEY,
                    value.origin(), key, "expected the section of a child, found a key")));
            return children.sections().values().stream().map(reader::read);
        }).toList();
    }

    private static List<Section> sections(Section section, String side) {
        return section.sections().values().stream().filter(inner -> side(inner).equals(side)).toList();
    }

    private static String side(Section section) {
        String name = section.name().toLowerCase(Locale.ROOT);
        return name.equals("children") ? name
                : Stream.of("local", "remote").filter(name::startsWith).findFirst().orElse("");
    }

    private static final List<String> SECTIONS = List.of("local", "remote", "children");
}
