package dev.keylane.daemon.boot;

import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A place whose kernel does something else before it does what it is asked. */
abstract class PlaceAround implements KernelPlace {
    private final KernelPlace inner;

    PlaceAround(KernelPlace inner) {
        this.inner = inner;
    }

    abstract void beforeRequest();

    @Override
    public XfrmKernel open(Wire wire) throws IOException {
        XfrmKernel kernel = inner.open(wire);
        return new XfrmKernel() {
            @Override
            public List<XfrmAnswer> submit(List<XfrmRequest> batch) {
                beforeRequest();
                return kernel.submit(batch);
            }

            @Override
            public String name() {
                return kernel.name();
            }

            @Override
            public XfrmCapabilities capabilities() {
                return kernel.capabilities();
            }

            @Override
            public List<SaInfo> dumpSas() {
                return kernel.dumpSas();
            }

            @Override
            public List<PolicyInfo> dumpPolicies() {
                return kernel.dumpPolicies();
            }

            @Override
            public void listen(Consumer<XfrmEvent> listener) {
                kernel.listen(listener);
            }

            @Override
            public void close() {
                kernel.close();
            }
        };
    }

    @Override
    public CpuSet online() {
        return inner.online();
    }

    @Override
    public Duration acquireExpires() {
        return inner.acquireExpires();
    }

    @Override
    public boolean isLinux() {
        return inner.isLinux();
    }

    @Override
    public void close() {
        inner.close();
    }
}
