package dev.keylane.daemon.vici.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciReader;
import dev.keylane.daemon.vici.command.CommandTable;
import dev.keylane.ike.wire.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.LoggerFactory;

/** A client that says anything to a whole session: its commands, its registrations, and how they are cut into frames. */
class ViciSessionFuzzTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Samples.NOW);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * Nothing throws, every command is answered once while the connection lasts, and no answer is an internal error.
     *
     * @param data how many octets come at once, then frames: length in two octets, payload
     */
    @FuzzTest(maxDuration = "60s")
    void session(byte[] data) {
        if (data.length == 0) {
            return;
        }
        ((Logger) LoggerFactory.getLogger("CFG")).setLevel(Level.OFF);
        ByteBuf stream = Unpooled.buffer();
        int asked = frames(ByteBuffer.wrap(data, 1, data.length - 1), stream);
        EmbeddedChannel client = new EmbeddedChannel();
        CommandTable commands = new CommandTable(new FakeControl(), new ConnectionReader(_ -> List.of(), 32), 500,
                "1.2.3", CLOCK);
        client.pipeline().addLast(new SegmentDecoder(), new ViciSession(commands,
                new Registrations(client.eventLoop(), CLOCK), new SlowReader(Duration.ofSeconds(10)), new Crowd(1)));
        while (client.isActive() && stream.isReadable()) {
            client.writeInbound(stream.readRetainedSlice(Math.min(stream.readableBytes(), 1 + (data[0] & 0xff))));
        }
        int answered = answers(client);
        for (long end = System.nanoTime() + PATIENCE.toNanos(); client.isActive() && answered < asked
                && System.nanoTime() < end; answered += answers(client)) {
            // A connection is read on a thread of its own, which comes back to the loop.
            Thread.onSpinWait();
            client.runPendingTasks();
        }
        client.checkException();
        if (answered > asked || client.isActive() && answered < asked) {
            throw new AssertionError(asked + " commands, " + answered + " answers");
        }
        client.finishAndReleaseAll();
        stream.release();
    }

    /** Answers how many commands there are in whole frames. */
    private static int frames(ByteBuffer in, ByteBuf out) {
        int commands = 0;
        while (in.remaining() >= 2) {
            int length = Short.toUnsignedInt(in.getShort());
            byte[] payload = new byte[Math.min(length, in.remaining())];
            in.get(payload);
            out.writeInt(length).writeBytes(payload);
            boolean whole = payload.length == length;
            commands += whole && ViciReader.read(Octets.copyOf(payload)) instanceof ViciReader.Packet(ViciPacket packet)
                    && packet.kind() == ViciPacket.Kind.CMD_REQUEST ? 1 : 0;
        }
        return commands;
    }

    private static int answers(EmbeddedChannel client) {
        int answers = 0;
        for (ByteBuf said = client.readOutbound(); said != null; said = client.readOutbound()) {
            byte[] payload = new byte[said.readableBytes() - 4];
            said.skipBytes(4).readBytes(payload);
            said.release();
            if (!(ViciReader.read(Octets.wrap(payload)) instanceof ViciReader.Packet(ViciPacket packet))) {
                throw new AssertionError("an answer that is none");
            }
            if (packet.message().text("errmsg").filter(text -> text.startsWith("internal error")).isPresent()) {
                throw new AssertionError(packet.message().toString());
            }
            answers += packet.kind() == ViciPacket.Kind.CMD_RESPONSE || packet.kind() == ViciPacket.Kind.CMD_UNKNOWN
                    ? 1 : 0;
        }
        return answers;
    }
}
