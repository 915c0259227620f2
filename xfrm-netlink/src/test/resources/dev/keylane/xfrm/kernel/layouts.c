/* Prints sizes and offsets of the structures as the kernel's headers have them: "struct size" and
 * "struct.member offset size"; and numbers as "NAME number". */
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <linux/netlink.h>
#include <linux/xfrm.h>

#define S(s) printf("%s %zu\n", #s, sizeof(struct s))
#define M(s, m) printf("%s.%s %zu %zu\n", #s, #m, offsetof(struct s, m), sizeof(((struct s *)0)->m))
#define N(n) printf("%s %lld\n", #n, (long long)(n))

int main(void)
{
	S(nlmsghdr); M(nlmsghdr, nlmsg_len); M(nlmsghdr, nlmsg_type); M(nlmsghdr, nlmsg_flags);
	M(nlmsghdr, nlmsg_seq); M(nlmsghdr, nlmsg_pid);
	S(sockaddr_nl); M(sockaddr_nl, nl_family); M(sockaddr_nl, nl_pid); M(sockaddr_nl, nl_groups);
	S(xfrm_id); M(xfrm_id, daddr); M(xfrm_id, spi); M(xfrm_id, proto);
	S(xfrm_selector); M(xfrm_selector, daddr); M(xfrm_selector, saddr); M(xfrm_selector, dport);
	M(xfrm_selector, dport_mask); M(xfrm_selector, sport); M(xfrm_selector, sport_mask);
	M(xfrm_selector, family); M(xfrm_selector, prefixlen_d); M(xfrm_selector, prefixlen_s);
	M(xfrm_selector, proto); M(xfrm_selector, ifindex); M(xfrm_selector, user);
	S(xfrm_lifetime_cfg); M(xfrm_lifetime_cfg, soft_byte_limit); M(xfrm_lifetime_cfg, hard_byte_limit);
	M(xfrm_lifetime_cfg, soft_packet_limit); M(xfrm_lifetime_cfg, hard_packet_limit);
	M(xfrm_lifetime_cfg, soft_add_expires_seconds); M(xfrm_lifetime_cfg, hard_add_expires_seconds);
	M(xfrm_lifetime_cfg, soft_use_expires_seconds); M(xfrm_lifetime_cfg, hard_use_expires_seconds);
	S(xfrm_lifetime_cur); M(xfrm_lifetime_cur, bytes); M(xfrm_lifetime_cur, packets);
	M(xfrm_lifetime_cur, add_time); M(xfrm_lifetime_cur, use_time);
	S(xfrm_stats); M(xfrm_stats, replay_window); M(xfrm_stats, replay); M(xfrm_stats, integrity_failed);
	S(xfrm_usersa_info); M(xfrm_usersa_info, sel); M(xfrm_usersa_info, id); M(xfrm_usersa_info, saddr);
	M(xfrm_usersa_info, lft); M(xfrm_usersa_info, curlft); M(xfrm_usersa_info, stats);
	M(xfrm_usersa_info, seq); M(xfrm_usersa_info, reqid); M(xfrm_usersa_info, family);
	M(xfrm_usersa_info, mode); M(xfrm_usersa_info, replay_window); M(xfrm_usersa_info, flags);
	S(xfrm_usersa_id); M(xfrm_usersa_id, daddr); M(xfrm_usersa_id, spi); M(xfrm_usersa_id, family);
	M(xfrm_usersa_id, proto);
	S(xfrm_userspi_info); M(xfrm_userspi_info, info); M(xfrm_userspi_info, min); M(xfrm_userspi_info, max);
	S(xfrm_userpolicy_info); M(xfrm_userpolicy_info, sel); M(xfrm_userpolicy_info, lft);
	M(xfrm_userpolicy_info, curlft); M(xfrm_userpolicy_info, priority); M(xfrm_userpolicy_info, index);
	M(xfrm_userpolicy_info, dir); M(xfrm_userpolicy_info, action); M(xfrm_userpolicy_info, flags);
	M(xfrm_userpolicy_info, share);
	S(xfrm_userpolicy_id); M(xfrm_userpolicy_id, sel); M(xfrm_userpolicy_id, index); M(xfrm_userpolicy_id, dir);
	S(xfrm_user_tmpl); M(xfrm_user_tmpl, id); M(xfrm_user_tmpl, family); M(xfrm_user_tmpl, saddr);
	M(xfrm_user_tmpl, reqid); M(xfrm_user_tmpl, mode); M(xfrm_user_tmpl, share); M(xfrm_user_tmpl, optional);
	M(xfrm_user_tmpl, aalgos); M(xfrm_user_tmpl, ealgos); M(xfrm_user_tmpl, calgos);
	S(xfrm_user_acquire); M(xfrm_user_acquire, id); M(xfrm_user_acquire, saddr); M(xfrm_user_acquire, sel);
	M(xfrm_user_acquire, policy); M(xfrm_user_acquire, aalgos); M(xfrm_user_acquire, ealgos);
	M(xfrm_user_acquire, calgos); M(xfrm_user_acquire, seq);
	S(xfrm_user_expire); M(xfrm_user_expire, state); M(xfrm_user_expire, hard);
	S(xfrm_user_mapping); M(xfrm_user_mapping, id); M(xfrm_user_mapping, reqid);
	M(xfrm_user_mapping, old_saddr); M(xfrm_user_mapping, new_saddr); M(xfrm_user_mapping, old_sport);
	M(xfrm_user_mapping, new_sport);
	S(xfrm_algo); M(xfrm_algo, alg_name); M(xfrm_algo, alg_key_len);
	S(xfrm_algo_auth); M(xfrm_algo_auth, alg_name); M(xfrm_algo_auth, alg_key_len);
	M(xfrm_algo_auth, alg_trunc_len);
	S(xfrm_algo_aead); M(xfrm_algo_aead, alg_name); M(xfrm_algo_aead, alg_key_len); M(xfrm_algo_aead, alg_icv_len);
	S(xfrm_replay_state_esn); M(xfrm_replay_state_esn, bmp_len); M(xfrm_replay_state_esn, oseq);
	M(xfrm_replay_state_esn, seq); M(xfrm_replay_state_esn, oseq_hi); M(xfrm_replay_state_esn, seq_hi);
	M(xfrm_replay_state_esn, replay_window);
	S(xfrm_encap_tmpl); M(xfrm_encap_tmpl, encap_type); M(xfrm_encap_tmpl, encap_sport);
	M(xfrm_encap_tmpl, encap_dport); M(xfrm_encap_tmpl, encap_oa);
	S(xfrm_user_offload); M(xfrm_user_offload, ifindex); M(xfrm_user_offload, flags);
	S(xfrm_mark); M(xfrm_mark, v); M(xfrm_mark, m);

	N(XFRM_MSG_NEWSA); N(XFRM_MSG_DELSA); N(XFRM_MSG_GETSA); N(XFRM_MSG_NEWPOLICY); N(XFRM_MSG_DELPOLICY);
	N(XFRM_MSG_GETPOLICY); N(XFRM_MSG_ALLOCSPI); N(XFRM_MSG_ACQUIRE); N(XFRM_MSG_EXPIRE);
	N(XFRM_MSG_UPDPOLICY); N(XFRM_MSG_MAPPING);
	N(XFRMNLGRP_ACQUIRE); N(XFRMNLGRP_EXPIRE); N(XFRMNLGRP_MAPPING);
	N(XFRMA_ALG_AUTH); N(XFRMA_ALG_CRYPT); N(XFRMA_ALG_COMP); N(XFRMA_ENCAP); N(XFRMA_TMPL); N(XFRMA_LASTUSED);
	N(XFRMA_ALG_AEAD); N(XFRMA_ALG_AUTH_TRUNC); N(XFRMA_MARK); N(XFRMA_TFCPAD); N(XFRMA_REPLAY_ESN_VAL);
	N(XFRMA_SA_EXTRA_FLAGS); N(XFRMA_OFFLOAD_DEV); N(XFRMA_SET_MARK); N(XFRMA_SET_MARK_MASK); N(XFRMA_IF_ID);
	N(XFRM_STATE_NOECN); N(XFRM_STATE_DECAP_DSCP); N(XFRM_STATE_NOPMTUDISC); N(XFRM_STATE_ICMP);
	N(XFRM_STATE_AF_UNSPEC); N(XFRM_STATE_ESN); N(XFRM_OFFLOAD_INBOUND);
	return 0;
}
