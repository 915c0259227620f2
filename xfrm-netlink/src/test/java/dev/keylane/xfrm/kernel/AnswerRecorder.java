package dev.keylane.xfrm.kernel;

import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.contract.Scene;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Prints what a kernel with ESP sends, a message a line as {@code type flags payload}: how the resource
 * {@code answers.txt} was made, in the lab.
 */
public final class AnswerRecorder {
    /** Acquire, expire, mapping. */
    private static final int EVENTS = 0x83;

    private AnswerRecorder() {
    }

    public static void main(String[] args) {
        listening(AnswerRecorder::states);
        listening(MovingPeer::run);
        listening(scene -> {
            scene.kernel().submit(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
            scene.send(0, 1);
        });
    }

    private static void listening(Consumer<Scene> body) {
        LiveKernel.with(kernel -> {
            NetlinkListener events = new NetlinkListener("record", XfrmMessage.NETLINK_XFRM, EVENTS, 1 << 20,
                    new Printer());
            body.accept(new Scene(kernel));
            kernel.elapse(Duration.ofMillis(2500));
            events.close();
        });
    }

    private static void states(Scene scene) {
        install(scene, scene.in(0x6001).cpu(1).replay(true, 128).encap(4501, 4500));
        install(scene, scene.out(0x6002).cpu(1).replay(true, 0).encap(4500, 4501));
        install(scene, scene.out(0x6003).tunnel().algorithms(EncryptionAlgorithm.AES_CBC, 256,
                IntegrityAlgorithm.HMAC_SHA2_512_256));
        install(scene, scene.in(0x6004).cpu(2).lifetime(new Lifetime(1, 2, 0, 0, 0, 0)));
        install(scene, scene.out(0x6005));
        scene.kernel().submit(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, true)));
        scene.send(2, 1);
        try (NetlinkClient client = new NetlinkClient(XfrmMessage.NETLINK_XFRM)) {
            client.dump(new NetlinkRequest(XfrmMessage.GETSA, out -> out.fixed(UserSaId.SIZE)),
                    AnswerRecorder::print);
            client.dump(new NetlinkRequest(XfrmMessage.GETPOLICY, out -> out.fixed(UserPolicyId.SIZE)),
                    AnswerRecorder::print);
        }
    }

    private static void install(Scene scene, SaSample sample) {
        scene.accept(Scene.newSa(sample.spec()));
    }

    private static String print(NetlinkMessage message) {
        String line = message.type() + " " + message.flags() + " "
                + HexFormat.of().formatHex(message.payload().toArray(Native.U8));
        System.out.println(line);
        return line;
    }

    private static final class Printer implements NetlinkListener.Sink {
        @Override
        public void message(NetlinkMessage message) {
            print(message);
        }

        @Override
        public void overrun() {
            System.out.println("overrun");
        }
    }
}
