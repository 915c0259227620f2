package dev.keylane.interop.peer;

import java.util.Locale;

/** A tunnel as libreswan's two files, from the right end's point of view. */
public final class IpsecConf {
    private IpsecConf() {}

    public static String right(Tunnel tunnel) {
        Family family = tunnel.family();
        String subnets = tunnel.mode() == Mode.TRANSPORT ? ""
                : "  leftsubnet=%s%n  rightsubnet=%s%n".formatted(tunnel.inner().rightNet, tunnel.inner().leftNet);
        return """
                config setup
                    dumpdir=/tmp
                    plutodebug=none

                conn %s
                    keyexchange=ikev2
                    authby=secret
                    hostaddrfamily=%s
                    left=%s
                    leftid=@right
                    right=%s
                    rightid=@left
                %s  type=%s
                    ike=%s
                    esp=%s
                    esn=%s
                    pfs=no
                    mobike=no
                    retransmit-timeout=6s
                    auto=add
                """.formatted(tunnel.name(), family.name().toLowerCase(Locale.ROOT), family.right, family.left, subnets,
                tunnel.mode().text(), tunnel.suite().libreswanIke, tunnel.suite().libreswanEsp, yesOrNo(tunnel.esn()));
    }

    private static String yesOrNo(boolean yes) {
        return yes ? "yes" : "no";
    }

    public static String secrets() {
        return "@right @left : PSK " + SwanctlConf.SECRET + "\n";
    }
}
