package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;

/** For throw-away states and policies, which are deleted by the batch that makes them: a crash meanwhile leaves nothing. */
final class JournalledKernel extends ForwardingXfrmKernel {
    private final OwnedState owned;

    JournalledKernel(XfrmKernel kernel, OwnedState owned) {
        super(kernel);
        this.owned = owned;
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        List<Owned> made = new ArrayList<>();
        for (XfrmRequest request : requests) {
            switch (request) {
                case XfrmRequest.NewSa(var sa, _) -> made.add(Owned.of(sa));
                case XfrmRequest.NewPolicy(var policy) -> made.add(Owned.of(policy));
                case XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _, XfrmRequest.GetSa _,
                     XfrmRequest.UpdPolicy _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> {
                }
            }
        }
        owned.add(made);
        List<XfrmAnswer> answers = super.submit(requests);
        owned.remove(made);
        return answers;
    }
}
