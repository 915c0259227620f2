package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.ForwardingXfrmKernel;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** For throw-away states and policies: in the journal as long as they stand, so that a crash meanwhile leaves nothing for good. */
final class JournalledKernel extends ForwardingXfrmKernel {
    private final OwnedState owned;
    /** By the SaId or the PolicyId. */
    private final Map<Object, Owned> made = new HashMap<>();

    JournalledKernel(XfrmKernel kernel, OwnedState owned) {
        super(kernel);
        this.owned = owned;
    }

    @Override
    public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
        Set<Owned> fresh = owned.add(requests.stream().map(JournalledKernel::creates).filter(Objects::nonNull).toList());
        List<XfrmAnswer> answers = super.submit(requests);
        for (int i = 0; i < requests.size(); i++) {
            settle(requests.get(i), answers.get(i), fresh);
        }
        return answers;
    }

    /** What was there before, under the same name, stays in the journal. */
    private void settle(XfrmRequest request, XfrmAnswer answer, Set<Owned> fresh) {
        Owned creates = creates(request);
        if (creates != null && fresh.contains(creates)) {
            if (answer.isRefused()) {
                owned.remove(List.of(creates));
            } else {
                made.put(name(request), creates);
            }
        }
        Owned gone = creates == null ? made.remove(name(request)) : null;
        if (gone != null) {
            owned.remove(List.of(gone));
        }
    }

    private static @Nullable Owned creates(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(var sa, _) -> Owned.of(sa);
            case XfrmRequest.NewPolicy(var policy) -> Owned.of(policy);
            case XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.DelSa _, XfrmRequest.GetSa _,
                 XfrmRequest.UpdPolicy _, XfrmRequest.DelPolicy _, XfrmRequest.GetPolicy _ -> null;
        };
    }

    /** Of what it makes or deletes. */
    private static Object name(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(var sa, _) -> sa.id();
            case XfrmRequest.NewPolicy(var policy) -> policy.id();
            case XfrmRequest.DelSa(var id) -> id;
            case XfrmRequest.DelPolicy(var id) -> id;
            case XfrmRequest.UpdSa _, XfrmRequest.MigrateState _, XfrmRequest.GetSa _, XfrmRequest.UpdPolicy _,
                 XfrmRequest.GetPolicy _ -> request;
        };
    }
}
