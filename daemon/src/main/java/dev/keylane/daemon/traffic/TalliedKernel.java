package dev.keylane.daemon.traffic;

import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Reads what an SA has counted just before it is removed, by the same system call. */
public final class TalliedKernel extends ForwardingXfrmKernel {
    private final XfrmKernel counted;
    private final SaTotals totals;

    public TalliedKernel(XfrmKernel kernel, SaTotals totals) {
        super(kernel);
        this.totals = totals;
        this.counted = kernel;
    }

    /** The kernel behind this one. */
    public XfrmKernel counted() {
        return counted;
    }

    public SaTotals totals() {
        return totals;
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        List<XfrmRequest> more = new ArrayList<>(requests.size());
        for (XfrmRequest request : requests) {
            if (request instanceof XfrmRequest.DelSa(SaId id) && totals.counts(id)) {
                more.add(new XfrmRequest.GetSa(id));
            }
            more.add(request);
        }
        List<XfrmAnswer> answers = super.submit(more);
        List<XfrmAnswer> own = new ArrayList<>(requests.size());
        for (int i = 0, asked = 0; asked < requests.size(); i++) {
            if (more.get(i) == requests.get(asked)) {
                learn(requests.get(asked++), i == 0 ? answers.get(i) : answers.get(i - 1), answers.get(i));
                own.add(answers.get(i));
            }
        }
        return own;
    }

    private void learn(XfrmRequest request, XfrmAnswer before, XfrmAnswer answer) {
        switch (request) {
            case XfrmRequest.NewSa(var sa, _) when !answer.isRefused() -> totals.installed(sa.id());
            case XfrmRequest.MigrateState(var from, var to) when !answer.isRefused() -> totals.moved(from.id(), to.id());
            case XfrmRequest.DelSa(SaId id) -> totals.removed(id,
                    before instanceof XfrmAnswer.Sa(var info) && info.id().spi() == id.spi() ? info.counters() : null);
            case XfrmRequest.NewSa _, XfrmRequest.MigrateState _, XfrmRequest.UpdSa _, XfrmRequest.GetSa _,
                 XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> {
            }
        }
    }

    @Override
    public void gone(SaId sa) {
        totals.removed(sa, null);
        super.gone(sa);
    }

    @Override
    public void listen(Consumer<XfrmEvent> listener) {
        super.listen(event -> {
            if (event instanceof XfrmEvent.Overrun) {
                totals.overrun();
            }
            listener.accept(event);
        });
    }
}
