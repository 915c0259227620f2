package dev.keylane.daemon.boot;

import dev.keylane.pcpu.CpuTopology;
import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.software.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A place whose kernel does something else before it does what it is asked. */
abstract class PlaceAround implements KernelPlace {
    private final KernelPlace inner;

    PlaceAround(KernelPlace inner) {
        this.inner = inner;
    }

    abstract void beforeRequest();

    @Override
    public XfrmKernel open(Wire wire) throws IOException {
        return new ForwardingXfrmKernel(inner.open(wire)) {
            @Override
            public List<XfrmAnswer> submit(List<XfrmRequest> batch) {
                beforeRequest();
                return super.submit(batch);
            }
        };
    }

    @Override
    public CpuTopology topology() {
        return inner.topology();
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
