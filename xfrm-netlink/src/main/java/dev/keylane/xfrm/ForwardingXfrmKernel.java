package dev.keylane.xfrm;

import java.util.List;
import java.util.function.Consumer;

/** A kernel that stands before another one and does something about some of its calls. */
public abstract class ForwardingXfrmKernel implements XfrmKernel {
    private final XfrmKernel kernel;

    protected ForwardingXfrmKernel(XfrmKernel kernel) {
        this.kernel = kernel;
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
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        return kernel.submit(requests);
    }

    @Override
    public void gone(SaId sa) {
        kernel.gone(sa);
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
}
