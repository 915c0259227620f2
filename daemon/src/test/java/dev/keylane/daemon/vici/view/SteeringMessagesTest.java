package dev.keylane.daemon.vici.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.control.SteeringTree;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SteeringMessagesTest {
    @Test
    void whatIsWrittenIsRead() {
        assertThat(SteeringMessages.read(SteeringMessages.of(Samples.steering()))).isEqualTo(Samples.steering());
        assertThat(SteeringMessages.read(List.of())).isEqualTo(SteeringSnapshot.NONE);
    }

    @Test
    void whyNothingIsSteeredGoesAlong() {
        SteeringSnapshot none = SteeringSnapshot.NONE.with(new SteeringSnapshot.Senders(List.of(), "", 0, 0, 3))
                .with("the software kernel");
        assertThat(SteeringMessages.read(SteeringMessages.of(none))).isEqualTo(none);
        assertThat(SteeringTree.of(none)).containsEntry("problem", "the software kernel");
        assertThat(SteeringTree.of(SteeringSnapshot.NONE)).containsEntry("problem", null);
    }

    @Test
    void withoutALimitThereIsNoCapacity() {
        SteeringSnapshot.Use use = new SteeringSnapshot.Use("numbers", OptionalInt.empty(), 3, Map.of(), List.of());
        SteeringSnapshot snapshot = new SteeringSnapshot(List.of(new SteeringSnapshot.Device("eth0", "spi", List.of(
                new SteeringSnapshot.Way("spi", true, "Toeplitz", Optional.of(use))), List.of())), List.of(),
                SteeringSnapshot.Senders.NONE);
        assertThat(SteeringMessages.read(SteeringMessages.of(snapshot))).isEqualTo(snapshot);
        assertThat(SteeringTree.of(snapshot).toString()).contains("capacity=null, entries=3");
    }

    @Test
    void manySasGoInMessagesThatFit() {
        String longest = "xdp: " + "x".repeat(150);
        List<SteeringSnapshot.Sa> sas = IntStream.range(0, 16_384).mapToObj(i -> new SteeringSnapshot.Sa(
                IpAddress.of("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"), 0xc0000000 + i, i % 64, "ntuple",
                OptionalLong.of(Long.MAX_VALUE), longest)).toList();
        SteeringSnapshot snapshot = new SteeringSnapshot(List.of(new SteeringSnapshot.Device("eth0", "auto",
                List.of(), sas)), List.of(),
                SteeringSnapshot.Senders.NONE);
        List<ViciMessage> messages = SteeringMessages.of(snapshot);
        assertThat(messages).allSatisfy(message -> assertThat(ViciWriter.segment(new ViciPacket(ViciPacket.Kind.EVENT,
                "list-steering", message))).isPresent());
        assertThat(SteeringMessages.read(messages)).isEqualTo(snapshot);
    }
}
