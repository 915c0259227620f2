package dev.keylane.xfrm;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

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
    public int quietReqid(IpAddress destination, IpAddress source, int first) {
        return kernel.quietReqid(destination, source, first);
    }

    /** What it does, it does not do for others. */
    @Override
    public Optional<Supplier<XfrmKernel>> another() {
        return kernel.another();
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
