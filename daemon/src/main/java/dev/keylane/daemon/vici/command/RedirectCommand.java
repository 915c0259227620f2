package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.auth.IdentificationMatch;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IdentificationText;
import dev.keylane.ike.text.Parsed;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** redirect: nobody is redirected, RFC 5685; the request is judged as charon does, so that a mistake in it is named. */
final class RedirectCommand implements Command {
    private final Control control;

    RedirectCommand(Control control) {
        this.control = control;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        String gateway = Selection.nonEmpty(request, "gateway");
        if (gateway == null) {
            return Answer.failure("missing target gateway").now();
        }
        if (!mayBeGateway(gateway)) {
            return Answer.failure("unsupported gateway identity").now();
        }
        String ip = Selection.nonEmpty(request, "peer-ip");
        Optional<AddressPattern> addresses = ip == null ? Optional.empty() : AddressRange.read(ip);
        if (ip != null && addresses.isEmpty()) {
            return Answer.failure("invalid peer IP selector").now();
        }
        String id = Selection.nonEmpty(request, "peer-id");
        return switch (Selection.read(request)) {
            case Selection.Unreadable(String errmsg) -> Answer.failure(errmsg).now();
            case Selection.Selected(SaSelector selector) when ip == null && id == null
                    && selector.ike() == null && selector.ikeId() == null -> Answer.failure("missing redirect selector").now();
            case Selection.Selected(SaSelector selector) -> control.sas().thenApply(sas -> answer(sas.stream()
                    .filter(sa -> selector.selects(sa.ike()))
                    .filter(sa -> addresses.isEmpty() || addresses.get().matches(sa.ike().path().remote().address()))
                    .filter(sa -> id == null || isPeer(sa, id)).toList()));
        };
    }

    private static boolean mayBeGateway(String text) {
        return IdentificationText.read(text) instanceof Parsed.Value<Identification>(Identification id)
                && List.of(Identification.IPV4_ADDR, Identification.IPV6_ADDR, Identification.FQDN).contains(id.type());
    }

    private static boolean isPeer(IkeSnapshot sa, String pattern) {
        @Nullable Identification peer = sa.ike().ids().remote();
        return peer != null && IdentificationText.read(pattern) instanceof Parsed.Value<Identification>(Identification id)
                && IdentificationMatch.matches(id, peer);
    }

    private static Answer answer(List<IkeSnapshot> matching) {
        return new Answer.Plain(ViciMessage.builder().set("success", "no").set("matches", matching.size())
                .set("errmsg", matching.isEmpty() ? "no matching SAs to redirect found"
                        : "redirecting is not supported by keylane").build());
    }
}
