// SPDX-License-Identifier: GPL-2.0
/*
 * What the card does not take: what mlx5 does not take, in mlx5's order and
 * words (drivers/net/ethernet/mellanox/mlx5/core/en_accel/ipsec.c), so that a
 * daemon can be tried against them. The words begin with the name of the driver.
 */
#include <linux/if_addr.h>
#include <linux/pfkeyv2.h>
#include <linux/udp.h>
#include <net/ipv6.h>

#include "ipsec.h"
#include "lanenic.h"

#define refuse(extack, words) ({						\
	if (lanenic_as_mlx5)							\
		NL_SET_ERR_MSG(extack, "mlx5_core: " words);			\
	else									\
		NL_SET_ERR_MSG(extack, "lanenic: " words);			\
	-EINVAL;								\
})

static int lanenic_refuse_encap(const struct lanenic_knobs *can, struct xfrm_state *x,
				struct netlink_ext_ack *extack)
{
	if (!can->espinudp)
		return refuse(extack, "Encapsulation is not supported");
	if (x->encap->encap_type != UDP_ENCAP_ESPINUDP)
		return refuse(extack, "Encapsulation other than UDP is not supported");
	if (x->xso.type != XFRM_DEV_OFFLOAD_PACKET)
		return refuse(extack, "Encapsulation is supported in packet offload mode only");
	if (x->props.mode != XFRM_MODE_TRANSPORT)
		return refuse(extack, "Encapsulation is supported in transport mode only");
	return 0;
}

static int lanenic_refuse_algorithm(struct xfrm_state *x, struct netlink_ext_ack *extack)
{
	if (!x->aead)
		return refuse(extack, "Cannot offload xfrm states without aead");
	if (x->aead->alg_icv_len != 8 * LANENIC_ICV)
		return refuse(extack, "Cannot offload xfrm states with AEAD ICV length other than 128bit");
	if (x->aead->alg_key_len != 128 + 32 && x->aead->alg_key_len != 256 + 32)
		return refuse(extack, "Cannot offload xfrm states with AEAD key length other than 128/256 bit");
	if (x->tfcpad)
		return refuse(extack, "Cannot offload xfrm states with tfc padding");
	if (!x->geniv)
		return refuse(extack, "Cannot offload xfrm states without geniv");
	if (strcmp(x->geniv, "seqiv"))
		return refuse(extack, "Cannot offload xfrm states with geniv other than seqiv");
	return 0;
}

static int lanenic_refuse_limits(const struct xfrm_lifetime_cfg *lft,
				 struct netlink_ext_ack *extack)
{
	if (lft->soft_byte_limit >= lft->hard_byte_limit && lft->hard_byte_limit != XFRM_INF)
		return refuse(extack, "Hard byte limit must be greater than soft one");
	if (!lft->soft_byte_limit || !lft->hard_byte_limit)
		return refuse(extack, "Soft/hard byte limits can't be 0");
	if (lft->soft_packet_limit >= lft->hard_packet_limit && lft->hard_packet_limit != XFRM_INF)
		return refuse(extack, "Hard packet limit must be greater than soft one");
	if (!lft->soft_packet_limit || !lft->hard_packet_limit)
		return refuse(extack, "Soft/hard packet limits can't be 0");
	return 0;
}

static bool lanenic_window_fits(const struct xfrm_replay_state_esn *replay)
{
	return replay->replay_window == 32 || replay->replay_window == 64 ||
	       replay->replay_window == 128 || replay->replay_window == 256;
}

static int lanenic_refuse_packet(const struct lanenic_knobs *can, struct xfrm_state *x,
				 struct netlink_ext_ack *extack)
{
	if (!can->packet)
		return refuse(extack, "Packet offload is not supported");
	if (x->props.mode == XFRM_MODE_TUNNEL && !can->tunnel)
		return refuse(extack, "Packet offload is not supported for tunnel mode");
	if (x->replay_esn && x->xso.dir == XFRM_DEV_OFFLOAD_IN &&
	    !lanenic_window_fits(x->replay_esn))
		return refuse(extack, "Unsupported replay window size");
	if (!x->props.reqid)
		return refuse(extack, "Cannot offload without reqid");
	return lanenic_refuse_limits(&x->lft, extack);
}

static int lanenic_refuse_kind(const struct lanenic_knobs *can, struct xfrm_state *x,
			       struct netlink_ext_ack *extack)
{
	if (x->props.aalgo != SADB_AALG_NONE)
		return refuse(extack, "Cannot offload authenticated xfrm states");
	if (x->props.ealgo != SADB_X_EALG_AES_GCM_ICV16)
		return refuse(extack, "Only AES-GCM-ICV16 xfrm state may be offloaded");
	if (x->props.calgo != SADB_X_CALG_NONE)
		return refuse(extack, "Cannot offload compressed xfrm states");
	if (x->props.flags & XFRM_STATE_ESN && !can->esn)
		return refuse(extack, "Cannot offload ESN xfrm states");
	if (x->props.family != AF_INET && x->props.family != AF_INET6)
		return refuse(extack, "Only IPv4/6 xfrm states may be offloaded");
	if (x->id.proto != IPPROTO_ESP)
		return refuse(extack, "Only ESP xfrm state may be offloaded");
	return 0;
}

static bool lanenic_upper_fits(u8 proto)
{
	return proto == IPPROTO_IP || proto == IPPROTO_UDP || proto == IPPROTO_TCP;
}

/* 0 when the card takes it */
int lanenic_refuse_state(struct lanenic *nic, struct xfrm_state *x, struct netlink_ext_ack *extack)
{
	const struct lanenic_knobs *can = &nic->engine.knobs;
	int err = lanenic_refuse_kind(can, x, extack);

	if (!err && x->encap)
		err = lanenic_refuse_encap(can, x, extack);
	if (!err)
		err = lanenic_refuse_algorithm(x, extack);
	if (err)
		return err;
	if (!lanenic_upper_fits(x->sel.proto))
		return refuse(extack, "Device does not support upper protocol other than TCP/UDP");
	if (x->props.mode != XFRM_MODE_TRANSPORT && x->props.mode != XFRM_MODE_TUNNEL)
		return refuse(extack, "Only transport and tunnel xfrm states may be offloaded");
	if (x->xso.type == XFRM_DEV_OFFLOAD_PACKET)
		err = lanenic_refuse_packet(can, x, extack);
	else if (x->xso.type != XFRM_DEV_OFFLOAD_CRYPTO)
		err = refuse(extack, "Unsupported xfrm offload type");
	else if (!can->crypto)
		err = refuse(extack, "Crypto offload is not supported");
	if (err)
		return err;
	if (can->busy)
		return -EBUSY;	/* rules of TC, or a VF's IPsec, hold the eswitch */
	if (x->xso.type == XFRM_DEV_OFFLOAD_PACKET && x->props.mode == XFRM_MODE_TUNNEL &&
	    can->encap_blocks_tunnel)
		return refuse(extack, "Packet offload tunnel mode is disabled due to encap settings");
	return 0;
}

/* What is said when nothing better was. */
void lanenic_refuse_at_last(struct netlink_ext_ack *extack)
{
	if (!extack || !extack->_msg)
		refuse(extack, "Device failed to offload this state");
}

static bool lanenic_matches_nothing_particular(const struct xfrm_policy *x)
{
	const struct xfrm_selector *sel = &x->selector;

	return !x->xfrm_vec[0].reqid && sel->proto == IPPROTO_IP &&
	       ipv6_addr_any(&sel->saddr.in6) && ipv6_addr_any(&sel->daddr.in6);
}

int lanenic_refuse_policy(struct lanenic *nic, struct xfrm_policy *x,
			  struct netlink_ext_ack *extack)
{
	const struct lanenic_knobs *can = &nic->engine.knobs;

	if (can->no_ipsec) {
		refuse(extack, "Device doesn't support IPsec packet offload");
		return -EOPNOTSUPP;
	}
	if (x->type != XFRM_POLICY_TYPE_MAIN)
		return refuse(extack, "Cannot offload non-main policy types");
	if (x->xfrm_nr > 1)
		return refuse(extack, "Cannot offload more than one template");
	if (x->xdo.dir != XFRM_DEV_OFFLOAD_IN && x->xdo.dir != XFRM_DEV_OFFLOAD_OUT)
		return refuse(extack, "Cannot offload forward policy");
	if (lanenic_matches_nothing_particular(x))
		return refuse(extack, "Unsupported policy with reqid 0 without at least one of upper protocol or ip addr(s) different than 0");
	if (!lanenic_upper_fits(x->selector.proto))
		return refuse(extack, "Device does not support upper protocol other than TCP/UDP");
	if (x->priority && !can->prio)
		return refuse(extack, "Device does not support policy priority");
	if (x->priority == U32_MAX)
		return refuse(extack, "Device does not support requested policy priority");
	if (!can->packet)
		return refuse(extack, "Packet offload is not supported");
	if (can->busy) {
		refuse(extack, "Device failed to offload this policy");
		return -EBUSY;
	}
	return 0;
}
