package dev.keylane.doctor;

import dev.keylane.daemon.boot.EspRemedy;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/** What the kernel's IPsec keeps of what it is told; older kernels pass over what they do not know. */
final class XfrmCheck implements SystemCheck {
    private static final String NAME = "xfrm";

    @Override
    public List<Finding> of(Sight sight) {
        return switch (sight.xfrm()) {
            case Xfrm.Open(var kernel, _) -> examine(kernel, sight.system().text("proc/sys/kernel/osrelease").orElse("?"));
            case Xfrm.Closed _ when !sight.rights().netAdmin() -> List.of(Finding.needsRoot(NAME));
            case Xfrm.Closed(String reason) -> List.of(new Finding.Fail(NAME, reason, "modprobe xfrm_user"));
        };
    }

    private static List<Finding> examine(XfrmKernel kernel, String release) {
        XfrmCapabilities can = kernel.capabilities();
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding.Ok(NAME, "Linux " + release + ", up to " + can.cpus() + " CPUs"));
        findings.add(esp(kernel, "esp4", "192.0.2.1", "192.0.2.2"));
        findings.add(esp(kernel, "esp6", "2001:db8::1", "2001:db8::2"));
        findings.add(can.perCpu() ? new Finding.Ok("per-cpu-sas", "states are bound to CPUs")
                : new Finding.Fail("per-cpu-sas", "states are not bound to CPUs", "boot Linux 6.13 or later"));
        findings.add(can.direction() ? new Finding.Ok("sa-direction", "states know their direction")
                : new Finding.Warn("sa-direction", "states do not know their direction", "boot Linux 6.10 or later"));
        findings.add(can.migration() ? new Finding.Ok("migrate-state", "states can be moved to other addresses")
                : new Finding.Warn("migrate-state", "a peer whose address changes needs new SAs",
                        "boot Linux 7.2 or later, with CONFIG_XFRM_MIGRATE"));
        return findings;
    }

    /** Makes a state and deletes it. */
    private static Finding esp(XfrmKernel kernel, String module, String from, String to) {
        SecureRandom random = new SecureRandom();
        SaSpec sa = state(IpAddress.of(from), SaId.esp(IpAddress.of(to), random.nextInt(SPIS, 2 * SPIS)));
        byte[] key = new byte[sa.algorithms().encryption().keyMaterialSize(sa.algorithms().keyBits())];
        random.nextBytes(key);
        try (SaKeys keys = new SaKeys(Secret.wrap(key), null)) {
            XfrmAnswer answer = kernel.submit(new XfrmRequest.NewSa(sa, keys));
            if (answer instanceof XfrmAnswer.Refused(var error)) {
                return new Finding.Fail(module, "no AES-GCM: " + error, EspRemedy.of(error.toString()));
            }
            kernel.submit(new XfrmRequest.DelSa(sa.id()));
            return new Finding.Ok(module, "takes a state with AES-GCM");
        }
    }

    private static SaSpec state(IpAddress source, SaId id) {
        return new SaSpec(id, source, Selector.any(source.isV4()), SaSpec.Direction.OUT, SaSpec.Mode.TUNNEL, 0, SaSpec.NO_CPU,
                new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null), new SaSpec.Replay(false, 0), Lifetime.OF_A_TRIAL,
                null, null, SaOptions.NONE, 0);
    }

    /** From here to twice as far: below what daemons choose from. */
    private static final int SPIS = 0x2000_0000;
}
