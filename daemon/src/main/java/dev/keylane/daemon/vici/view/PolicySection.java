package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ServiceNames;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.vici.ViciMessage;

/** A trap or shunt policy as list-policy shows it. */
public final class PolicySection {
    private PolicySection() {
    }

    public static ViciMessage of(TrapView policy) {
        ViciMessage.Builder keys = ViciMessage.builder().set("child", policy.child().name());
        if (isTrap(policy)) {
            keys.set("reqid", Integer.toUnsignedString(policy.reqid()));
        }
        keys.set("ike", policy.connection()).set("mode", policy.child().mode())
                .list("local-ts", policy.selectors().local().stream().map(ServiceNames::text).toList())
                .list("remote-ts", policy.selectors().remote().stream().map(ServiceNames::text).toList());
        return ViciMessage.builder()
                .section(policy.connection() + "/" + policy.child().name(), keys.build()).build();
    }

    private static boolean isTrap(TrapView policy) {
        return switch (policy.child().mode()) {
            case TUNNEL, TRANSPORT -> true;
            case PASS, DROP -> false;
        };
    }
}
