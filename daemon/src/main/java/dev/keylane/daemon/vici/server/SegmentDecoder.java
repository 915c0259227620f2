package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.ike.wire.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts the stream into the payloads of segments; closes on a length that is too great. */
final class SegmentDecoder extends ByteToMessageDecoder {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < LENGTH_FIELD) {
            return;
        }
        long length = in.getUnsignedInt(in.readerIndex());
        if (length > ViciPacket.MAX_SIZE) {
            LOG.warn("control socket: closing a connection that announced a message of {} octets", length);
            in.skipBytes(in.readableBytes());
            context.close();
            return;
        }
        if (in.readableBytes() - LENGTH_FIELD >= length) {
            byte[] payload = new byte[(int) length];
            in.skipBytes(LENGTH_FIELD).readBytes(payload);
            out.add(Octets.wrap(payload));
        }
    }

    private static final int LENGTH_FIELD = 4;
}
