/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The card's IPsec engine: a table of SAs, a list of policies for each
 * direction, and what is done to a frame on its way out and in.
 *
 * Who writes the tables holds @lock; the data path reads under RCU. An SA is
 * taken out of the tables when the stack deletes it and freed when the stack
 * frees it, a grace period later.
 */
#ifndef LANENIC_IPSEC_H
#define LANENIC_IPSEC_H

#include <crypto/aead.h>
#include <linux/hashtable.h>
#include <linux/workqueue.h>
#include <net/xfrm.h>

#define LANENIC_ICV	16
#define LANENIC_IV	8
#define LANENIC_WINDOW	256	/* packets, the largest window */

/* Counters of ethtool -S: mlx5's by mlx5's names, then the card's own. */
enum lanenic_ipsec_counter {
	IPSEC_RX_PKTS, IPSEC_RX_BYTES, IPSEC_RX_DROP_PKTS, IPSEC_RX_DROP_BYTES,
	IPSEC_RX_DROP_MISMATCH_SA_SEL,
	IPSEC_TX_PKTS, IPSEC_TX_BYTES, IPSEC_TX_DROP_PKTS, IPSEC_TX_DROP_BYTES,
	IPSEC_RX_DROP_SP_ALLOC, IPSEC_RX_DROP_SADB_MISS,
	IPSEC_TX_DROP_BUNDLE, IPSEC_TX_DROP_NO_STATE, IPSEC_TX_DROP_NOT_IP, IPSEC_TX_DROP_TRAILER,
	IPSEC_RX_REPLAYED, IPSEC_RX_AUTH_FAILED,
	IPSEC_TX_CLEAR_NO_SA, IPSEC_TX_CLEAR_FRAGMENT, IPSEC_TX_NO_NEIGHBOUR, IPSEC_TX_BLOCKED,
	IPSEC_COUNTERS
};
extern const char *const lanenic_ipsec_counter_names[IPSEC_COUNTERS];

/**
 * struct lanenic_knobs - what debugfs can change; see README.md
 * @sa_table: how many SAs fit
 * @slow_ms: how long an installation takes
 */
struct lanenic_knobs {
	bool crypto, packet, tunnel, esn, espinudp, prio;
	u32 sa_table;
	u32 policy_table;
	u32 slow_ms;
	u32 counter_age_ms;
	bool busy;
	bool liar;
	bool encap_blocks_tunnel;
	bool no_ipsec;
	bool drop_without_sa;
	bool hash_inner;
	bool packets_only;
	bool record;
};

/**
 * struct lanenic_sa - an SA that the stack has handed over
 * @by: in the table of the engine, by SPI when inbound, by reqid when outbound
 * @installed: it is in that table; not when it is larval, forgotten, or the card lies
 * @iv_mask: what the sequence number is combined with to give the IV, as the stack's seqiv does
 * @seq: outbound: the last one sent; inbound: the highest one received
 * @seen: window below @seq, one bit for a sequence number, at its value modulo LANENIC_WINDOW
 * @reported_packets: what of @packets the stack has been told already
 */
struct lanenic_sa {
	struct hlist_node by;
	struct list_head all;
	struct lanenic *nic;
	struct xfrm_state *x;
	struct crypto_aead *aead;
	bool installed;
	bool larval;
	bool out;
	bool packet;
	bool tunnel;
	bool esn;
	bool encap;
	u8 family;
	__be32 spi;
	u32 reqid;
	xfrm_address_t src;
	xfrm_address_t dst;
	struct xfrm_selector sel;
	__be16 sport;
	__be16 dport;
	u8 salt[4];
	u8 iv_mask[LANENIC_IV];
	u32 window;

	spinlock_t lock;	/* seq, seen, neighbour */
	u64 seq;
	DECLARE_BITMAP(seen, LANENIC_WINDOW);
	struct neighbour *neighbour;

	u64 soft_packets;
	u64 hard_packets;
	bool byte_limits;
	struct delayed_work limits;
	atomic64_t packets;
	atomic64_t bytes;
	atomic64_t replayed;
	atomic64_t auth_failed;
	atomic64_t reported_packets;
	atomic64_t reported_bytes;
	atomic64_t reported_replayed;
	atomic64_t reported_auth_failed;
	unsigned long counted;	/* jiffies */
};

/* @reqid: of the template; 0 for a policy that just lets traffic pass */
struct lanenic_policy {
	struct list_head list;
	struct rcu_head rcu;
	struct lanenic *nic;
	bool installed;
	bool block;
	u32 priority;
	u32 reqid;
	struct xfrm_selector sel;
	atomic64_t packets;
};

struct lanenic_engine {
	spinlock_t lock;
	DECLARE_HASHTABLE(inbound, 8);
	DECLARE_HASHTABLE(outbound, 8);
	struct list_head all;
	unsigned int sas;
	/* by direction, XFRM_DEV_OFFLOAD_IN and _OUT minus one; by priority */
	struct list_head policies[2];
	unsigned int policy_count;
	struct lanenic_knobs knobs;
	atomic64_t counters[IPSEC_COUNTERS];
	struct sk_buff __rcu *recorded;	/* the last ESP frame in, while knobs.record */
};

struct lanenic;
struct lanenic_flow;

extern struct workqueue_struct *lanenic_workqueue;
extern const struct xfrmdev_ops lanenic_xfrmdev_ops;

/* ipsec.c: what happens to a frame */
void lanenic_engine_init(struct lanenic *nic);
bool lanenic_ipsec_transmit(struct lanenic *nic, struct sk_buff *skb);
bool lanenic_ipsec_receive(struct lanenic *nic, struct sk_buff *skb,
			   const struct lanenic_flow *flow);
void lanenic_count(struct lanenic *nic, enum lanenic_ipsec_counter counter, u64 more);
bool lanenic_selector_matches(const struct xfrm_selector *sel, const struct lanenic_flow *flow);
bool lanenic_upper_matches(const struct xfrm_selector *sel, const struct lanenic_flow *flow);

/* refuse.c: what mlx5 would not take */
int lanenic_refuse_state(struct lanenic *nic, struct xfrm_state *x, struct netlink_ext_ack *extack);
void lanenic_refuse_at_last(struct netlink_ext_ack *extack);
int lanenic_refuse_policy(struct lanenic *nic, struct xfrm_policy *x,
			  struct netlink_ext_ack *extack);

/* state.c, policy.c: the tables */
struct lanenic_sa *lanenic_sa_inbound(struct lanenic *nic, u8 family, const xfrm_address_t *dst,
				      __be32 spi);
struct lanenic_sa *lanenic_sa_outbound(struct lanenic *nic, u32 reqid,
				       const struct lanenic_flow *flow);
void lanenic_sa_counted(struct lanenic_sa *sa, unsigned int octets);
bool lanenic_sa_exhausted(struct lanenic_sa *sa);
void lanenic_forget(struct lanenic *nic);
struct lanenic_policy *lanenic_policy_lookup(struct lanenic *nic, u8 direction,
					     const struct lanenic_flow *flow);
int lanenic_policy_add(struct xfrm_policy *x, struct netlink_ext_ack *extack);
void lanenic_policy_delete(struct xfrm_policy *x);
void lanenic_policy_free(struct xfrm_policy *x);

/* esp.c: AES-GCM and the sequence number */
int lanenic_esp_key(struct lanenic_sa *sa);
int lanenic_esp_seal(struct lanenic_sa *sa, u8 *esp, unsigned int text, u32 seq_high);
int lanenic_esp_open(struct lanenic_sa *sa, u8 *esp, unsigned int text, u32 seq_high);
void lanenic_esp_iv(const struct lanenic_sa *sa, u8 *esp, u64 seq);
u64 lanenic_esp_whole_seq(struct lanenic_sa *sa, u32 low);
bool lanenic_esp_is_new(struct lanenic_sa *sa, u64 seq);

/* encap.c, decap.c: frames of packet offload */
bool lanenic_encap(struct lanenic_sa *sa, struct sk_buff *skb, const struct lanenic_flow *flow);
bool lanenic_decap(struct lanenic_sa *sa, struct sk_buff *skb, unsigned int esp,
		   const struct lanenic_flow *flow);

#endif
