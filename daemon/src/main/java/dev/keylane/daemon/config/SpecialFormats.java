package dev.keylane.daemon.config;

import static java.util.Map.entry;

import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IdentificationText;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.ike.text.Parsed;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** Values with a meaning of their own in this domain. */
final class SpecialFormats {
    private SpecialFormats() {
    }

    static final ValueFormat<Integer> VERSION = ValueFormats.integer(0, 2).map(Long::intValue).except(
            version -> version == 1, "IKEv1 is not supported by keylane");

    static final ValueFormat<Integer> FRAGMENT_SIZE = ValueFormats.integer(0, 0xffff).map(Long::intValue).except(
            size -> size > 0 && size < MessageOptions.LEAST_FRAGMENT,
            "a fragment of less than " + MessageOptions.LEAST_FRAGMENT + " octets has no room for what it is to carry");

    static final ValueFormat<List<Proposal>> IKE_PROPOSALS =
            new ValueFormat<>("proposals such as aes256gcm16-prfsha384-x25519", ProposalText::parseIke);

    static final ValueFormat<List<Proposal>> ESP_PROPOSALS =
            new ValueFormat<>("proposals such as aes256gcm16-x25519-esn", ProposalText::parseEsp);

    static final ValueFormat<Integer> KEYINGTRIES = new ValueFormat<>("a number, 0 or %forever",
            text -> text.equals("%forever") ? Parsed.of(0)
                    : ValueFormats.integer(0, Integer.MAX_VALUE).map(Long::intValue).read(text));

    /** psk is what can be done; the other methods strongSwan knows are refused as such. */
    static final ValueFormat<String> AUTH = new ValueFormat<>("psk", SpecialFormats::auth);

    static final ValueFormat<Identification> IDENTITY =
            new ValueFormat<>("an identity: an address, host.example, user@host, @#hex, C=CH, CN=name or %any",
                    text -> text.isEmpty() ? Parsed.refused("expected an identity, found nothing")
                            : IdentificationText.read(text));

    static final ValueFormat<Mode> MODE = words(entry("tunnel", Mode.TUNNEL),
            entry("transport", Mode.TRANSPORT), entry("pass", Mode.PASS), entry("drop", Mode.DROP))
            .alsoKnown("transport_proxy", "beet", "iptfs");

    static final ValueFormat<OnLoss> ON_LOSS = words(entry("none", OnLoss.CLEAR),
            entry("clear", OnLoss.CLEAR), entry("trap", OnLoss.TRAP), entry("start", OnLoss.START),
            entry("restart", OnLoss.START), entry("route", OnLoss.TRAP))
            .alsoKnown("trap|start", "start|trap");

    static final ValueFormat<PerCpu> PER_CPU = new ValueFormat<>("one of no, yes, encap",
            text -> text.equalsIgnoreCase("encap") ? Parsed.of(PerCpu.ENCAP)
                    : ValueFormats.BOOLEAN.map(on -> on ? PerCpu.YES : PerCpu.NO).read(text).asOptional()
                            .map(Parsed::of).orElseGet(() -> ValueFormat.wrong("one of no, yes, encap", text)));

    /** {@code full} is what older NVIDIA kernels and documents call {@code packet}. */
    static final ValueFormat<HwOffload> HW_OFFLOAD = words(entry("no", HwOffload.NO),
            entry("crypto", HwOffload.CRYPTO), entry("yes", HwOffload.CRYPTO), entry("packet", HwOffload.PACKET),
            entry("full", HwOffload.PACKET), entry("auto", HwOffload.AUTO));

    static final ValueFormat<Mark> MARK = new ValueFormat<>("a mark such as 42 or 0x10/0xff", SpecialFormats::mark);

    static final ValueFormat<Integer> IF_ID = new ValueFormat<>("an XFRM interface id from 0 to 4294967295",
            text -> text.startsWith("%unique") ? notYet(text)
                    : ValueFormats.integer(0, 0xffff_ffffL).map(Long::intValue).read(text));

    static final ValueFormat<Integer> TFC_PADDING = ValueFormats.integer(0, 0xffff).map(Long::intValue)
            .alsoKnown("mtu");

    /** More than 4096 packets do not fit the kernel's bitmap. */
    static final ValueFormat<Integer> REPLAY_WINDOW = ValueFormats.integer(0, 4096).map(Long::intValue);

    static final ValueFormat<Steering> STEERING = words(entry("none", Steering.NONE), entry("auto", Steering.AUTO),
            entry("xdp", Steering.XDP), entry("ntuple", Steering.NTUPLE), entry("spi", Steering.SPI));

    static final ValueFormat<Spread> SPREAD = Spread.format(PerCpuReader.possible());

    /** Whether it is JSON. */
    static final ValueFormat<Boolean> LOG_FORMAT = words(entry("plain", false), entry("json", true));

    static final ValueFormat<Path> DIRECTORY = new ValueFormat<>("an absolute path",
            text -> text.matches("/[^\\p{Cntrl}]{1,200}") ? Parsed.of(Path.of(text))
                    : ValueFormat.wrong("an absolute path", text));

    private static final int MOST_COMMAND = 10_000;

    /** For the shell, which may have several lines. */
    static final ValueFormat<String> COMMAND = new ValueFormat<>("a command for the shell",
            text -> text.length() <= MOST_COMMAND && text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t')
                    ? Parsed.of(text) : Parsed.refused("expected a command of at most " + MOST_COMMAND
                            + " characters without control characters"));

    /** IFNAMSIZ is 16 with the terminating zero. */
    static final ValueFormat<String> INTERFACE = new ValueFormat<>("the name of a network interface",
            text -> text.matches("[^/\\s\\p{Cntrl}]{1,15}") && !text.matches("\\.{1,2}") ? Parsed.of(text)
                    : ValueFormat.wrong("the name of a network interface", text));

    /** Words without a meaning of ours. */
    static ValueFormat<String> words(String... words) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        for (String word : words) {
            map.put(word, word);
        }
        return ValueFormats.choice(map);
    }

    @SafeVarargs
    private static <T> ValueFormat<T> words(Map.Entry<String, T>... words) {
        SequencedMap<String, T> map = new LinkedHashMap<>();
        for (Map.Entry<String, T> word : words) {
            map.put(word.getKey(), word.getValue());
        }
        return ValueFormats.choice(map);
    }

    private static Parsed<String> auth(String text) {
        String method = text.toLowerCase(Locale.ROOT);
        if (method.equals("psk")) {
            return Parsed.of("psk");
        }
        boolean known = List.of("ike:", "pubkey", "rsa", "ecdsa", "ed25519", "ed448", "eap", "xauth", "any").stream()
                .anyMatch(method::startsWith);
        return known ? Parsed.refused(ValueFormat.quoted(text) + " is not supported by keylane, only psk")
                : ValueFormat.wrong("psk", text);
    }

    private static Parsed<Mark> mark(String text) {
        if (text.startsWith("%unique") || text.startsWith("%same")) {
            return notYet(text);
        }
        String[] parts = text.split("/", 2);
        Optional<Long> value = ValueFormats.number(parts[0]).filter(SpecialFormats::isU32);
        Optional<Long> mask = parts.length == 1 ? Optional.of(0xffff_ffffL)
                : ValueFormats.number(parts[1]).filter(SpecialFormats::isU32);
        return value.isPresent() && mask.isPresent()
                ? Parsed.of(new Mark((int) (value.get() & mask.get()), mask.get().intValue()))
                : ValueFormat.wrong(MARK.expects(), text);
    }

    private static boolean isU32(long value) {
        return value <= 0xffff_ffffL;
    }

    private static <T> Parsed<T> notYet(String text) {
        return Parsed.refused(ValueFormat.quoted(text) + " is not supported by keylane");
    }
}
