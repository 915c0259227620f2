package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The readers on recorded messages of a real kernel, whole, cut off, and spoilt. */
class AnswersTest {
    private static final IpAddress LOCAL = IpAddress.of("10.77.0.1");
    private static final IpAddress REMOTE = IpAddress.of("10.77.0.2");
    private static final List<byte[]> ANSWERS = answers();

    private static List<byte[]> answers() {
        try (InputStream in = AnswersTest.class.getResourceAsStream("answers.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines()
                    .filter(line -> !line.startsWith("#")).map(AnswersTest::message).toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] message(String line) {
        String[] words = line.split(" ");
        byte[] payload = HexFormat.of().parseHex(words[2]);
        byte[] message = new byte[NetlinkHeader.SIZE + payload.length];
        MemorySegment header = MemorySegment.ofArray(message);
        header.set(Native.U32, 0, message.length);
        header.set(Native.U16, 4, Short.parseShort(words[0]));
        header.set(Native.U16, 6, Short.parseShort(words[1]));
        System.arraycopy(payload, 0, message, NetlinkHeader.SIZE, payload.length);
        return message;
    }

    private static <T> List<T> readAll(Function<NetlinkMessage, T> reader) {
        return ANSWERS.stream().flatMap(bytes -> NetlinkMessage.split(MemorySegment.ofArray(bytes)).stream())
                .map(reader).filter(Objects::nonNull).toList();
    }

    @Test
    void readsStates() {
        List<SaInfo> states = readAll(SaReader::read);
        assertThat(states).extracting(sa -> sa.id().spi())
                .containsExactlyInAnyOrder(0, 0x6001, 0x6002, 0x6003, 0x6004, 0x6005);
        SaInfo in = states.stream().filter(sa -> sa.id().spi() == 0x6001).findFirst().orElseThrow();
        assertThat(in.direction()).isEqualTo(SaSpec.Direction.IN);
        assertThat(in.cpu()).isEqualTo(1);
        assertThat(in.esn()).isTrue();
        assertThat(in.encap()).isEqualTo(new SaSpec.Encap(4501, 4500));
        assertThat(in.source()).isEqualTo(REMOTE);
        assertThat(states).filteredOn(SaInfo::larval).singleElement()
                .satisfies(larval -> assertThat(larval.cpu()).isEqualTo(2));
        assertThat(states).filteredOn(sa -> sa.mode() == SaSpec.Mode.TUNNEL).extracting(sa -> sa.id().spi())
                .containsExactly(0x6003);
        assertThat(states).filteredOn(sa -> sa.counters().packets() > 0).extracting(sa -> sa.id().spi())
                .containsExactly(0x6005);
    }

    @Test
    void readsPolicies() {
        PolicyInfo policy = readAll(PolicyReader::read).getFirst();
        assertThat(policy.spec().cpuAcquire()).isTrue();
        assertThat(policy.spec().priority()).isEqualTo(1000);
        assertThat(policy.spec().templates()).singleElement()
                .satisfies(template -> assertThat(template.reqid()).isEqualTo(77));
        assertThat(policy.spec().id().selector().destinationPort()).isEqualTo(Selector.Port.of(4000));
    }

    @Test
    void readsEvents() {
        List<XfrmEvent> events = readAll(EventReader::read);
        assertThat(events).hasSize(7);
        assertThat(events).filteredOn(XfrmEvent.Acquire.class::isInstance)
                .extracting(e -> ((XfrmEvent.Acquire) e).cpu()).containsExactly(2, SaSpec.NO_CPU);
        assertThat(events).filteredOn(e -> e instanceof XfrmEvent.Expire(var id, _, _, var hard) && id.spi() == 0x6004
                && !hard).hasSize(1);
        assertThat(events).filteredOn(e -> e instanceof XfrmEvent.Expire(var id, _, var cpu, var hard)
                && id.spi() == 0x6004 && cpu == 2 && hard).hasSize(1);
        assertThat(events).filteredOn(e -> e instanceof XfrmEvent.Mapping(_, var from, var before, _, var now)
                && from.equals(REMOTE) && before == 4500 && now == 4501).hasSize(1);
        assertThat(events).filteredOn(XfrmEvent.Acquire.class::isInstance).allSatisfy(e -> {
            XfrmEvent.Acquire acquire = (XfrmEvent.Acquire) e;
            assertThat(acquire.source()).isEqualTo(LOCAL);
            assertThat(acquire.destination()).isEqualTo(REMOTE);
            assertThat(acquire.packet().protocol()).isEqualTo(17);
        });
    }

    @Test
    void readsRefusals() {
        List<Acknowledgement> refusals = readAll(m -> m.type() == NetlinkHeader.NLMSG_ERROR
                ? Acknowledgement.parse(m) : null);
        String noAlgorithm = "Missing required attribute for ESP: at least one of AUTH, AUTH_TRUNC, CRYPT, AEAD";
        assertThat(refusals).containsExactly(new Acknowledgement(22, noAlgorithm),
                new Acknowledgement(22, noAlgorithm), new Acknowledgement(34, "integer out of range"));
    }

    @Test
    void cutOffAnywhereNothingThrows() {
        for (byte[] answer : ANSWERS) {
            for (int length = 0; length < answer.length; length++) {
                readCut(Arrays.copyOf(answer, length));
                // as the kernel would have sent a shorter one
                byte[] shorter = Arrays.copyOf(answer, length);
                if (length >= NetlinkHeader.SIZE) {
                    MemorySegment.ofArray(shorter).set(Native.U32, 0, length);
                    readCut(shorter);
                }
            }
        }
    }

    @Test
    void spoiltAnywhereNothingThrows() {
        Random random = new Random(20261121);
        for (int i = 0; i < 100_000; i++) {
            byte[] answer = ANSWERS.get(random.nextInt(ANSWERS.size())).clone();
            for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
                answer[random.nextInt(answer.length)] = (byte) random.nextInt(256);
            }
            readCut(answer);
        }
    }

    /** Every reader, whatever the type: answers are of no interest. */
    static void readCut(byte[] bytes) {
        for (NetlinkMessage message : NetlinkMessage.split(MemorySegment.ofArray(bytes))) {
            for (int type : new int[] {message.type(), 16, 19, 23, 24, 38}) {
                NetlinkMessage as = new NetlinkMessage(type, message.flags(), 1, 0, message.payload());
                String.valueOf(SaReader.read(as));
                String.valueOf(PolicyReader.read(as));
                String.valueOf(EventReader.read(as));
                String.valueOf(Acknowledgement.parse(as));
            }
        }
    }
}
