// SPDX-License-Identifier: GPL-2.0
/*
 * The engine's part in a frame's way: out of the host before the wire, and in from the wire
 * before a queue.
 */
#include <linux/udp.h>

#include "ipsec.h"
#include "lanenic.h"

const char *const lanenic_ipsec_counter_names[IPSEC_COUNTERS] = {
	[IPSEC_RX_PKTS]			= "ipsec_rx_pkts",
	[IPSEC_RX_BYTES]		= "ipsec_rx_bytes",
	[IPSEC_RX_DROP_PKTS]		= "ipsec_rx_drop_pkts",
	[IPSEC_RX_DROP_BYTES]		= "ipsec_rx_drop_bytes",
	[IPSEC_RX_DROP_MISMATCH_SA_SEL]	= "ipsec_rx_drop_mismatch_sa_sel",
	[IPSEC_TX_PKTS]			= "ipsec_tx_pkts",
	[IPSEC_TX_BYTES]		= "ipsec_tx_bytes",
	[IPSEC_TX_DROP_PKTS]		= "ipsec_tx_drop_pkts",
	[IPSEC_TX_DROP_BYTES]		= "ipsec_tx_drop_bytes",
	[IPSEC_RX_DROP_SP_ALLOC]	= "ipsec_rx_drop_sp_alloc",
	[IPSEC_RX_DROP_SADB_MISS]	= "ipsec_rx_drop_sadb_miss",
	[IPSEC_TX_DROP_BUNDLE]		= "ipsec_tx_drop_bundle",
	[IPSEC_TX_DROP_NO_STATE]	= "ipsec_tx_drop_no_state",
	[IPSEC_TX_DROP_NOT_IP]		= "ipsec_tx_drop_not_ip",
	[IPSEC_TX_DROP_TRAILER]		= "ipsec_tx_drop_trailer",
	[IPSEC_RX_REPLAYED]		= "lanenic_rx_replayed",
	[IPSEC_RX_AUTH_FAILED]		= "lanenic_rx_auth_failed",
	[IPSEC_TX_CLEAR_NO_SA]		= "lanenic_tx_clear_no_sa",
	[IPSEC_TX_CLEAR_FRAGMENT]	= "lanenic_tx_clear_fragment",
	[IPSEC_TX_NO_NEIGHBOUR]		= "lanenic_tx_no_neighbour",
	[IPSEC_TX_BLOCKED]		= "lanenic_tx_blocked",
};

void lanenic_count(struct lanenic *nic, enum lanenic_ipsec_counter counter, u64 more)
{
	atomic64_add(more, &nic->engine.counters[counter]);
}

static bool lanenic_drop(struct lanenic *nic, struct sk_buff *skb,
			 enum lanenic_ipsec_counter packets)
{
	lanenic_count(nic, packets, 1);
	lanenic_count(nic, packets + 1, skb->len);
	kfree_skb(skb);
	return false;
}

static bool lanenic_drop_out(struct lanenic *nic, struct sk_buff *skb)
{
	return lanenic_drop(nic, skb, IPSEC_TX_DROP_PKTS);
}

static bool lanenic_drop_in(struct lanenic *nic, struct sk_buff *skb)
{
	return lanenic_drop(nic, skb, IPSEC_RX_DROP_PKTS);
}

/* --- out ------------------------------------------------------------------ */

/*
 * Crypto offload: the stack has made the ESP packet, with room for the ICV; the card fills
 * IV and ICV in and encrypts.
 */
static bool lanenic_transmit_crypto(struct lanenic *nic, struct sk_buff *skb, struct lanenic_sa *sa)
{
	struct xfrm_offload *xo = xfrm_offload(skb);
	unsigned int offset = skb_transport_offset(skb), text;
	u32 low;
	u8 *esp;

	if (!sa || sa->packet || sa->nic != nic || skb_linearize(skb) ||
	    skb_ensure_writable(skb, skb->len) ||
	    skb->len < offset + 8 + LANENIC_IV + LANENIC_ICV) {
		lanenic_count(nic, IPSEC_TX_DROP_NO_STATE, 1);
		return lanenic_drop_out(nic, skb);
	}
	esp = skb->data + offset;
	text = skb->len - offset - 8 - LANENIC_IV - LANENIC_ICV;
	low = ntohl(((struct ip_esp_hdr *)esp)->seq_no);
	lanenic_esp_iv(sa, esp, (u64)xo->seq.hi << 32 | low);
	if (lanenic_esp_seal(sa, esp, text, xo->seq.hi))
		return lanenic_drop_out(nic, skb);
	lanenic_sa_counted(sa, skb->len - offset);
	lanenic_count(nic, IPSEC_TX_PKTS, 1);
	lanenic_count(nic, IPSEC_TX_BYTES, skb->len);
	return true;
}

static bool lanenic_transmit_packet(struct lanenic *nic, struct sk_buff *skb, struct lanenic_sa *sa,
				    const struct lanenic_flow *flow)
{
	unsigned int outer = sa->tunnel ? ETH_HLEN : flow->l4;

	if (lanenic_sa_exhausted(sa) || !lanenic_encap(sa, skb, flow))
		return lanenic_drop_out(nic, skb);
	if (sa->tunnel)
		outer += sa->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	else if (sa->encap)
		outer += sizeof(struct udphdr);
	lanenic_sa_counted(sa, skb->len - outer);
	lanenic_count(nic, IPSEC_TX_PKTS, 1);
	lanenic_count(nic, IPSEC_TX_BYTES, skb->len);
	return true;
}

/*
 * As mlx5: policy, its reqid, the first SA of that reqid. What no policy means leaves as it
 * is, and so do fragments and packets whose policy has no SA: the card is not what keeps plain
 * text in.
 */
static bool lanenic_transmit_by_policy(struct lanenic *nic, struct sk_buff *skb,
				       const struct lanenic_flow *flow)
{
	struct lanenic_policy *policy = lanenic_policy_lookup(nic, XFRM_DEV_OFFLOAD_OUT, flow);
	struct lanenic_sa *sa;

	if (!policy)
		return true;
	if (policy->block) {
		lanenic_count(nic, IPSEC_TX_BLOCKED, 1);
		return lanenic_drop_out(nic, skb);
	}
	if (!policy->reqid)
		return true;
	if (flow->fragment) {
		lanenic_count(nic, IPSEC_TX_CLEAR_FRAGMENT, 1);
		return true;
	}
	sa = lanenic_sa_outbound(nic, policy->reqid, flow);
	if (sa)
		return lanenic_transmit_packet(nic, skb, sa, flow);
	if (nic->engine.knobs.drop_without_sa) {
		lanenic_count(nic, IPSEC_TX_DROP_NO_STATE, 1);
		return lanenic_drop_out(nic, skb);
	}
	lanenic_count(nic, IPSEC_TX_CLEAR_NO_SA, 1);
	return true;
}

/* @skb: from the stack, its Ethernet header at skb->data. False: it is gone. */
bool lanenic_ipsec_transmit(struct lanenic *nic, struct sk_buff *skb)
{
	struct xfrm_offload *xo = xfrm_offload(skb);
	struct lanenic_flow flow;
	struct xfrm_state *x;

	if (xo && xo->flags & XFRM_XMIT) {
		x = xfrm_input_state(skb);
		return lanenic_transmit_crypto(nic, skb,
					       (struct lanenic_sa *)x->xso.offload_handle);
	}
	if (list_empty(&nic->engine.policies[1]))
		return true;
	/*
	 * The stack leaves the Ethernet header blank when only the card knows the next hop,
	 * so its type is not asked.
	 */
	lanenic_flow_parse(skb, skb->protocol, ETH_HLEN, &flow);
	return !flow.family || lanenic_transmit_by_policy(nic, skb, &flow);
}

/* --- in ------------------------------------------------------------------- */

/*
 * The stack takes the state from here: `decrypted by this SA` on a packet that looks plain,
 * or is ESP with a plain text.
 */
static bool lanenic_mark(struct lanenic *nic, struct sk_buff *skb, struct lanenic_sa *sa,
			 u32 status)
{
	struct sec_path *path;

	if (!refcount_inc_not_zero(&sa->x->refcnt))
		return false;
	path = secpath_set(skb);
	if (!path) {
		xfrm_state_put(sa->x);
		lanenic_count(nic, IPSEC_RX_DROP_SP_ALLOC, 1);
		return false;
	}
	path->xvec[path->len++] = sa->x;
	path->olen++;
	xfrm_offload(skb)->flags = CRYPTO_DONE;
	xfrm_offload(skb)->status = status;
	return true;
}

static bool lanenic_receive_packet(struct lanenic *nic, struct sk_buff *skb, struct lanenic_sa *sa,
				   unsigned int esp, u64 seq, const struct lanenic_flow *flow)
{
	unsigned int octets = flow->end - esp;
	struct lanenic_flow inner;

	if (!lanenic_esp_is_new(sa, seq)) {
		atomic64_inc(&sa->replayed);
		lanenic_count(nic, IPSEC_RX_REPLAYED, 1);
		return lanenic_drop_in(nic, skb);
	}
	if (!lanenic_decap(sa, skb, esp, flow))
		return lanenic_drop_in(nic, skb);
	lanenic_flow_parse(skb, ((struct ethhdr *)skb->data)->h_proto, ETH_HLEN, &inner);
	if (!lanenic_selector_matches(&sa->sel, &inner)) {
		lanenic_count(nic, IPSEC_RX_DROP_MISMATCH_SA_SEL, 1);
		return lanenic_drop_in(nic, skb);
	}
	if (!lanenic_mark(nic, skb, sa, CRYPTO_SUCCESS))
		return lanenic_drop_in(nic, skb);
	lanenic_sa_counted(sa, octets);
	return true;
}

static bool lanenic_receive_esp(struct lanenic *nic, struct sk_buff *skb, struct lanenic_sa *sa,
				unsigned int esp, const struct lanenic_flow *flow)
{
	unsigned int overhead = 8 + LANENIC_IV + LANENIC_ICV;
	u64 seq;
	int err;

	if (flow->end < esp + overhead + 2 || lanenic_sa_exhausted(sa) ||
	    skb_ensure_writable(skb, skb->len))
		return lanenic_drop_in(nic, skb);
	seq = lanenic_esp_whole_seq(sa, ntohl(((struct ip_esp_hdr *)(skb->data + esp))->seq_no));
	err = lanenic_esp_open(sa, skb->data + esp, flow->end - esp - overhead, upper_32_bits(seq));
	if (err) {
		atomic64_inc(&sa->auth_failed);
		lanenic_count(nic, IPSEC_RX_AUTH_FAILED, 1);
	}
	lanenic_count(nic, IPSEC_RX_PKTS, 1);
	lanenic_count(nic, IPSEC_RX_BYTES, skb->len);
	if (sa->packet)
		return !err ? lanenic_receive_packet(nic, skb, sa, esp, seq, flow) :
			      lanenic_drop_in(nic, skb);
	if (!err)
		/* follows the number; the stack's own window drops */
		lanenic_esp_is_new(sa, seq);
	if (!lanenic_mark(nic, skb, sa, err ? CRYPTO_TUNNEL_ESP_AUTH_FAILED : CRYPTO_SUCCESS))
		return lanenic_drop_in(nic, skb);
	lanenic_sa_counted(sa, flow->end - esp);
	return true;
}

/* ESP in UDP begins with an SPI; IKE with four zeros, RFC 3948 2.2. */
static __be32 lanenic_spi_in_udp(const struct sk_buff *skb, const struct lanenic_flow *flow)
{
	__be32 spi = 0;

	if (flow->proto == IPPROTO_UDP && flow->ports &&
	    flow->l4 + sizeof(struct udphdr) + 8 <= flow->end)
		memcpy(&spi, skb->data + flow->l4 + sizeof(struct udphdr), 4);
	return spi;
}

static void lanenic_record(struct lanenic *nic, const struct sk_buff *skb)
{
	struct sk_buff *copy = skb_copy(skb, GFP_ATOMIC), *old;

	if (!copy)
		return;
	spin_lock(&nic->engine.lock);
	old = rcu_dereference_protected(nic->engine.recorded, lockdep_is_held(&nic->engine.lock));
	rcu_assign_pointer(nic->engine.recorded, copy);
	spin_unlock(&nic->engine.lock);
	kfree_skb(old);
}

/* @skb: from the wire. False: it is gone. What is not for an SA of the card goes up as it is. */
bool lanenic_ipsec_receive(struct lanenic *nic, struct sk_buff *skb,
			   const struct lanenic_flow *flow)
{
	unsigned int esp = flow->esp ? flow->l4 : flow->l4 + sizeof(struct udphdr);
	__be32 spi = flow->esp ? flow->spi : lanenic_spi_in_udp(skb, flow);
	struct lanenic_policy *policy;
	struct lanenic_sa *sa = NULL;

	if (flow->family && spi)
		sa = lanenic_sa_inbound(nic, flow->family, &flow->dst, spi);
	if (sa && (flow->esp ? !sa->encap : sa->encap && sa->dport == flow->dport)) {
		if (READ_ONCE(nic->engine.knobs.record))
			lanenic_record(nic, skb);
		return lanenic_receive_esp(nic, skb, sa, esp, flow);
	}
	if (!flow->family || list_empty(&nic->engine.policies[0]))
		return true;
	policy = lanenic_policy_lookup(nic, XFRM_DEV_OFFLOAD_IN, flow);
	return !policy || !policy->block || lanenic_drop_in(nic, skb);
}

void lanenic_engine_init(struct lanenic *nic)
{
	struct lanenic_engine *engine = &nic->engine;

	spin_lock_init(&engine->lock);
	hash_init(engine->inbound);
	hash_init(engine->outbound);
	INIT_LIST_HEAD(&engine->all);
	INIT_LIST_HEAD(&engine->policies[0]);
	INIT_LIST_HEAD(&engine->policies[1]);
	engine->knobs = (struct lanenic_knobs) {
		.crypto = true, .packet = true, .tunnel = true,
		.esn = true, .espinudp = true, .prio = true,
		.sa_table = 1024, .policy_table = 1024,
	};
}
