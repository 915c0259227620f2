package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.Selector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnedStateTest {
    @TempDir
    private Path directory;
    private final Random random = new Random(11);

    @Test
    void everyEntrySurvivesItsText() {
        for (int round = 0; round < 1_000; round++) {
            Owned entry = entry();
            assertThat(Owned.parse(entry.toString())).contains(entry);
            assertThat(Owned.parse(entry.toString()).orElseThrow().device()).isEqualTo(entry.device());
        }
    }

    /** As earlier versions wrote it; and the kernel may have it elsewhere. */
    @Test
    void theDeviceIsToldAndNamesNothing() throws IOException {
        SaId id = SaId.esp(IpAddress.of("192.0.2.1"), 0xc0000001);
        Owned plain = new Owned.Sa(id, 7, "");
        assertThat(Owned.parse("sa 192.0.2.1 c0000001 50 0/0 7")).contains(plain);
        assertThat(plain).hasToString("sa 192.0.2.1 c0000001 50 0/0 7");
        assertThat(Owned.parse("sa 192.0.2.1 c0000001 50 0/0 7 ")).isEmpty();
        assertThat(Owned.parse("sa 192.0.2.1 c0000001 50 0/0 7 p0 p1")).isEmpty();
        try (OwnedState state = open("b")) {
            assertThat(state.add(List.of(plain))).hasSize(1);
            assertThat(state.add(List.of(new Owned.Sa(id, 7, "p0")))).as("known").isEmpty();
            assertThat(state.contains(plain)).isTrue();
        }
        try (OwnedState state = open("b")) {
            assertThat(state.live()).singleElement().satisfies(entry -> assertThat(entry.device()).isEqualTo("p0"));
            state.remove(List.of(plain));
            assertThat(state.live()).isEmpty();
        }
    }

    @Test
    void aNumberIsRememberedAsLongAsSomethingHasIt() throws IOException {
        Owned number = new Owned.Number(7, new ChildName("to the\nwest", "ä%+ "));
        assertThat(Owned.parse(number.toString())).contains(number);
        assertThat(Owned.parse("number 7 a")).isEmpty();
        assertThat(Owned.parse("number 7 %zz b")).isEmpty();
        Owned sa = new Owned.Sa(SaId.esp(IpAddress.of("192.0.2.1"), 1), 7, "");
        try (OwnedState state = open("b")) {
            state.add(List.of(number));
            state.add(List.of(sa));
        }
        try (OwnedState state = open("b")) {
            assertThat(state.live()).containsExactly(sa);
            assertThat(state.numbers()).containsExactly((Owned.Number) number);
            state.remove(List.of(sa));
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void damagedLinesAreNoEntries() {
        for (String line : List.of("", "sa", "sa 192.0.2.1 zz 50 0/0 1", "sa 192.0.2.1 c0000001 50 0/0", "policy OUT",
                "sa 192.0.2.1 c0000001 50 0 1", "sa 192.0.2 c0000001 50 0/0 1", "tunnel 1")) {
            assertThat(Owned.parse(line)).as(line).isEmpty();
        }
        for (int round = 0; round < 20_000; round++) {
            byte[] line = entry().toString().getBytes(StandardCharsets.ISO_8859_1);
            line[random.nextInt(line.length)] = (byte) random.nextInt(256);
            Owned.parse(new String(line, StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aRunThatEndsLeavesWhatItHad() throws IOException {
        Set<Owned> model = new HashSet<>();
        for (int run = 0; run < 8; run++) {
            try (OwnedState state = open("boot-1")) {
                assertThat(state.live()).isEqualTo(model);
                for (int step = 0; step < 300; step++) {
                    List<Owned> some = List.of(entry(), entry());
                    state.add(some);
                    model.addAll(some);
                    if (model.size() > 40) {
                        List<Owned> gone = model.stream().limit(20).toList();
                        state.remove(gone);
                        gone.forEach(model::remove);
                    }
                }
                assertThat(state.live()).isEqualTo(model);
            }
        }
        assertThat(Files.size(file())).as("compacted").isLessThan(400_000);
    }

    @Test
    void aCutAtAnyOctetLosesOnlyTheLastLine() throws IOException {
        Owned first = entry();
        Owned second = entry();
        try (OwnedState state = open("b")) {
            state.add(List.of(first));
            state.add(List.of(second));
            state.remove(List.of(first));
        }
        byte[] whole = Files.readAllBytes(file());
        int header = indexOf(whole, 0);
        int one = indexOf(whole, header);
        int two = indexOf(whole, one);
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file(), Arrays.copyOf(whole, length));
            Set<Owned> expected = length == whole.length ? Set.of(second)
                    : length >= two ? Set.of(first, second) : length >= one ? Set.of(first) : Set.of();
            try (OwnedState state = open("b")) {
                assertThat(state.live()).as("cut to %d of %d", length, whole.length).isEqualTo(expected);
            }
            try (OwnedState state = open("b")) {
                assertThat(state.live()).as("mended").isEqualTo(expected);
            }
        }
    }

    @Test
    void anotherBootsEntriesAreVoid() throws IOException {
        try (OwnedState state = open("boot-1")) {
            state.add(List.of(entry()));
        }
        try (OwnedState state = open("boot-2")) {
            assertThat(state.live()).isEmpty();
        }
    }

    @Test
    void garbageIsSurvived() throws IOException {
        byte[] noise = new byte[10_000];
        random.nextBytes(noise);
        Files.write(file(), noise);
        try (OwnedState state = open("b")) {
            assertThat(state.live()).isEmpty();
        }
        Owned good = entry();
        Files.writeString(file(), "keylane-owned-1 b\n?what\n\n+" + good + "\n+sa broken\n");
        try (OwnedState state = open("b")) {
            assertThat(state.live()).containsExactly(good);
        }
    }

    @Test
    void isNotForEveryUserAndGoesWhenItIsEmpty() throws IOException {
        Owned entry = entry();
        try (OwnedState state = open("b")) {
            state.add(List.of(entry));
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).hasSize(2).allSatisfy(file -> assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file))).startsWith("rw-").endsWith("---"));
            }
        }
        assertThat(file()).exists();
        try (OwnedState state = open("b")) {
            state.remove(List.of(entry));
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void twoDaemonsDoNotShareAJournal() throws IOException {
        try (OwnedState state = open("b")) {
            assertThat(state.live()).isEmpty();
            assertThatThrownBy(() -> open("b")).isInstanceOf(IOException.class)
                    .hasMessageEndingWith("is in use by another daemon");
        }
    }

    private Path file() {
        return directory.resolve("owned");
    }

    private OwnedState open(String boot) throws IOException {
        return OwnedState.open(file(), boot);
    }

    private static int indexOf(byte[] text, int from) {
        int at = from;
        while (text[at] != '\n') {
            at++;
        }
        return at + 1;
    }

    private Owned entry() {
        IpAddress address = random.nextBoolean()
                ? IpAddress.of("192.0.2." + random.nextInt(256)) : IpAddress.of("2001:db8::" + random.nextInt(10));
        if (random.nextBoolean()) {
            return new Owned.Sa(new SaId(address, random.nextInt(), 50, mark()), random.nextInt(100), device());
        }
        Selector selector = new Selector(address.withHostBits(24, false), 24, address, address.bits(),
                random.nextInt(256), Selector.Port.of(random.nextInt(65536)), new Selector.Port(0, 0xfe00),
                random.nextInt(5));
        PolicyId.Direction[] directions = PolicyId.Direction.values();
        return new Owned.Policy(new PolicyId(selector, directions[random.nextInt(3)], mark(), random.nextInt()),
                random.nextInt(600_000), random.nextInt(100), device());
    }

    private String device() {
        return List.of("", "p0", "a b%/ü", "eth0.7").get(random.nextInt(4));
    }

    private Mark mark() {
        return random.nextBoolean() ? Mark.NONE : new Mark(random.nextInt(), random.nextInt());
    }
}
