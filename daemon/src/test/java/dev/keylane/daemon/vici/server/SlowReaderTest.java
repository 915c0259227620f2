package dev.keylane.daemon.vici.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a channel whose clock and outbound buffer the test moves. */
class SlowReaderTest {
    private final SlowReader reader = new SlowReader(Duration.ofSeconds(10));
    private final EmbeddedChannel channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter() {
        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            reader.writabilityChanged(context);
        }
    });

    @BeforeEach
    void fill() {
        channel.freezeTime();
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(1_000, 5_000));
        for (int i = 0; i < 6; i++) {
            queueOne();
        }
        assertThat(channel.isWritable()).isFalse();
    }

    @Test
    void whoReadsNothingIsCutOff() {
        pass(9);
        assertThat(channel.isActive()).isTrue();
        pass(1);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void whoReadsALittleEachTimeStaysUntilItStops() {
        for (int i = 0; i < 4; i++) {
            readOne();
            pass(10);
            assertThat(channel.isActive()).as("after %d", i).isTrue();
        }
        assertThat(channel.isWritable()).isFalse();
        pass(10);
        assertThat(channel.isActive()).isFalse();
    }

    @Test
    void whoCatchesUpIsNotWatchedAnyMore() {
        for (int i = 0; i < 6; i++) {
            readOne();
        }
        assertThat(channel.isWritable()).isTrue();
        pass(1_000);
        assertThat(channel.isActive()).isTrue();
    }

    @Test
    void whatIsQueuedMeanwhileDoesNotHideThatItReads() {
        for (int i = 0; i < 20; i++) {
            readOne();
            queueOne();
            pass(10);
            assertThat(channel.isActive()).as("after %d", i).isTrue();
        }
    }

    private void queueOne() {
        channel.write(Unpooled.wrappedBuffer(new byte[1_000])).addListener(written -> reader.messageTaken());
    }

    private void readOne() {
        channel.unsafe().outboundBuffer().addFlush();
        channel.unsafe().outboundBuffer().remove();
    }

    private void pass(int seconds) {
        channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
    }
}
