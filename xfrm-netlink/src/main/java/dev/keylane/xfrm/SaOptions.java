package dev.keylane.xfrm;

/**
 * Rarely used settings of a state.
 *
 * @param setMark  mark the kernel puts on the packet, mask 0 for none
 * @param noEcn    do not copy ECN to the inner header
 * @param tfcPad   octets to pad to, tunnel mode only, 0 for none
 */
public record SaOptions(int ifId, Mark setMark, boolean noPmtuDiscovery, boolean noEcn, boolean decapDscp,
                        boolean dontEncapDscp, boolean icmp, int tfcPad) {
    public static final SaOptions NONE = new SaOptions(0, Mark.NONE, false, false, false, false, false, 0);
}
