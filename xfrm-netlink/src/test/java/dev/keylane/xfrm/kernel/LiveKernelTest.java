package dev.keylane.xfrm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.NetNamespace;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkInside;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.ContractCase;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.contract.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What needs a real kernel, but mostly none with ESP, in a namespace of its own. */
class LiveKernelTest {
    @BeforeAll
    static void needsRoot() {
        NetNamespace.unavailable().ifPresent(reason -> Assumptions.abort("needs root: " + reason));
    }

    @TestFactory
    Stream<DynamicTest> realKernelCases() {
        return RealKernelCases.all().stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> LiveKernel.with(k -> {
            XfrmCapabilities can = k.kernel().capabilities();
            Assumptions.assumeTrue(c.needs().metBy(can), () -> c.needs() + " needed, there is " + can);
            c.run(k);
        })));
    }

    @Test
    void aKernelWithoutEspSaysSo() {
        LiveKernel.with(k -> {
            XfrmCapabilities can = k.kernel().capabilities();
            Assumptions.assumeFalse(can.esp(), "this kernel has ESP");
            assertThat(can.detail()).startsWith("NEWSA: ").contains("not found");
            assertThat(can.cpus()).isPositive();
            assertThat(k.kernel().dumpSas()).as("states the probe left").isEmpty();
            XfrmAnswer answer = k.kernel().submit(Scene.newSa(SaSample.out(k.local(), k.remote(), 1).spec()));
            assertThat(answer).isInstanceOfSatisfying(XfrmAnswer.Refused.class,
                    refused -> assertThat(refused.error().text()).startsWith("Requested").endsWith("not found"));
        });
    }

    /** Messages the port never sends: the kernel's words must come through all the same. */
    @Test
    void refusalsCarryTheKernelsWords() {
        LiveKernel.with(k -> {
            Assumptions.assumeTrue(k.kernel().capabilities().perCpu(), "before Linux 6.13");
            assertThat(refused(XfrmMessage.DELSA, out -> {
                out.fixed(UserSaId.SIZE);
                out.u32(XfrmAttribute.SA_PCPU, 0);
            })).isEqualTo(new Acknowledgement(Errno.EINVAL, "Invalid attribute SA_PCPU"));
            assertThat(refused(XfrmMessage.DELSA, out -> {
                out.fixed(UserSaId.SIZE);
                out.u8(XfrmAttribute.SA_DIR, 1);
            })).isEqualTo(new Acknowledgement(Errno.EINVAL, "Invalid attribute SA_DIR"));
            assertThat(refused(XfrmMessage.DELSA, out -> {
                out.fixed(UserSaId.SIZE);
                out.u8(XfrmAttribute.SA_DIR, 9);
            }).text()).isEqualTo("integer out of range");
            assertThat(refused(XfrmMessage.ALLOCSPI, out -> {
                UserSpiInfo.emit(out.fixed(UserSpiInfo.SIZE), SaSample.in(k.local(), k.remote(), 0).spec(), 256, 512);
                out.u8(XfrmAttribute.SA_DIR, 1);
                out.u32(XfrmAttribute.SA_PCPU, 100_000);
            })).isEqualTo(new Acknowledgement(Errno.EINVAL, "pCPU number too big"));
        });
    }

    private static Acknowledgement refused(int type, NetlinkRequest.Body body) {
        try (NetlinkClient client = new NetlinkClient(XfrmMessage.NETLINK_XFRM)) {
            Acknowledgement said = client.transact(List.of(new NetlinkRequest(type, body)), message -> null)
                    .getFirst().acknowledgement();
            assertThat(NetlinkInside.isClean(client)).isTrue();
            return said;
        }
    }

    @Test
    void aListenerThatIsTooSlowIsToldSo() {
        LiveKernel.with(k -> {
            SlowSink sink = new SlowSink();
            // group 4 hears of every policy
            NetlinkListener listener = new NetlinkListener("slow", XfrmMessage.NETLINK_XFRM, 1 << 3, 4096, sink);
            new ContractCase("fill", ContractCase.Needs.NOTHING, RealKernelCases::manyPolicies).run(k);
            sink.goOn.countDown();
            assertThat(await(sink.overrun)).as("overrun seen").isTrue();
            listener.close();
            listener.close();
        });
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static final class SlowSink implements NetlinkListener.Sink {
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final CountDownLatch overrun = new CountDownLatch(1);

        @Override
        public void message(NetlinkMessage message) {
            LiveKernelTest.await(goOn);
        }

        @Override
        public void overrun() {
            overrun.countDown();
        }
    }

    @Test
    void socketsTakeTheBypass() {
        LiveKernel.with(k -> {
            for (PolicyId.Direction direction : List.of(PolicyId.Direction.IN, PolicyId.Direction.OUT)) {
                bypass(Sockets.AF_INET, IkeBypass.IPPROTO_IP, IkeBypass.IP_XFRM_POLICY, direction);
                bypass(Sockets.AF_INET6, IkeBypass.IPPROTO_IPV6, IkeBypass.IPV6_XFRM_POLICY, direction);
            }
            assertThat(k.kernel().dumpPolicies()).as("sockets' policies are left out").isEmpty();
        });
    }

    private static void bypass(int family, int level, int option, PolicyId.Direction direction) {
        byte[] policy = IkeBypass.policy(family == Sockets.AF_INET, direction);
        assertThat(policy).hasSize(168);
        try (Arena arena = Arena.ofConfined(); Fd udp = Sockets.socket(family, 2, 0)) {
            MemorySegment value = arena.allocateFrom(ValueLayout.JAVA_BYTE, policy);
            assertThat(Sockets.setOption(udp, level, option, value)).isZero();
        }
    }

    @Test
    void theAcquireExpiryIsSet() {
        LiveKernel.with(k -> {
            try {
                AcquireExpiry.set(Duration.ofSeconds(165));
                assertThat(AcquireExpiry.get()).isEqualTo(Duration.ofSeconds(165));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    @Test
    void droppedPacketsAreCounted() {
        LiveKernel.with(k -> {
            new ContractCase("drop", ContractCase.Needs.NOTHING, scene -> {
                scene.listen();
                scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
                scene.send(0, 3);
            }).run(k);
            try {
                assertThat(XfrmStat.read().get("XfrmOutNoStates")).isPositive();
            } catch (IOException none) {
                Assumptions.abort("no XFRM statistics: " + none.getMessage());
            }
        });
    }
}
