package dev.keylane.xfrm.kernel;

import java.util.HashMap;
import java.util.Map;

/** Our numbers under the names of linux/xfrm.h, as far as headers of Linux 6.1 have them. */
final class Numbers {
    static final Map<String, Integer> BY_NAME = new HashMap<>();

    static {
        put("XFRM_MSG_NEWSA", XfrmMessage.NEWSA);
        put("XFRM_MSG_DELSA", XfrmMessage.DELSA);
        put("XFRM_MSG_GETSA", XfrmMessage.GETSA);
        put("XFRM_MSG_NEWPOLICY", XfrmMessage.NEWPOLICY);
        put("XFRM_MSG_DELPOLICY", XfrmMessage.DELPOLICY);
        put("XFRM_MSG_GETPOLICY", XfrmMessage.GETPOLICY);
        put("XFRM_MSG_ALLOCSPI", XfrmMessage.ALLOCSPI);
        put("XFRM_MSG_ACQUIRE", XfrmMessage.ACQUIRE);
        put("XFRM_MSG_EXPIRE", XfrmMessage.EXPIRE);
        put("XFRM_MSG_UPDPOLICY", XfrmMessage.UPDPOLICY);
        put("XFRM_MSG_MAPPING", XfrmMessage.MAPPING);
        put("XFRMNLGRP_ACQUIRE", XfrmMessage.GROUP_ACQUIRE);
        put("XFRMNLGRP_EXPIRE", XfrmMessage.GROUP_EXPIRE);
        put("XFRMNLGRP_MAPPING", XfrmMessage.GROUP_MAPPING);
        put("XFRMA_ALG_AUTH", XfrmAttribute.ALG_AUTH);
        put("XFRMA_ALG_CRYPT", XfrmAttribute.ALG_CRYPT);
        put("XFRMA_ALG_COMP", XfrmAttribute.ALG_COMP);
        put("XFRMA_ENCAP", XfrmAttribute.ENCAP);
        put("XFRMA_TMPL", XfrmAttribute.TMPL);
        put("XFRMA_LASTUSED", XfrmAttribute.LASTUSED);
        put("XFRMA_ALG_AEAD", XfrmAttribute.ALG_AEAD);
        put("XFRMA_ALG_AUTH_TRUNC", XfrmAttribute.ALG_AUTH_TRUNC);
        put("XFRMA_MARK", XfrmAttribute.MARK);
        put("XFRMA_TFCPAD", XfrmAttribute.TFCPAD);
        put("XFRMA_REPLAY_ESN_VAL", XfrmAttribute.REPLAY_ESN_VAL);
        put("XFRMA_SA_EXTRA_FLAGS", XfrmAttribute.SA_EXTRA_FLAGS);
        put("XFRMA_OFFLOAD_DEV", XfrmAttribute.OFFLOAD_DEV);
        put("XFRMA_SET_MARK", XfrmAttribute.SET_MARK);
        put("XFRMA_SET_MARK_MASK", XfrmAttribute.SET_MARK_MASK);
        put("XFRMA_IF_ID", XfrmAttribute.IF_ID);
        put("XFRM_STATE_NOECN", UserSaInfo.NOECN);
        put("XFRM_STATE_DECAP_DSCP", UserSaInfo.DECAP_DSCP);
        put("XFRM_STATE_NOPMTUDISC", UserSaInfo.NOPMTUDISC);
        put("XFRM_STATE_ICMP", UserSaInfo.ICMP);
        put("XFRM_STATE_AF_UNSPEC", UserSaInfo.AF_UNSPEC);
        put("XFRM_STATE_ESN", UserSaInfo.ESN);
        put("XFRM_OFFLOAD_INBOUND", UserOffload.INBOUND);
    }

    private Numbers() {
    }

    private static void put(String name, int number) {
        BY_NAME.put(name, number);
    }
}
