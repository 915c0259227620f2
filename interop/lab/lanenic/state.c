// SPDX-License-Identifier: GPL-2.0
/* The table of SAs, and what the stack calls to add and remove them. */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <net/neighbour.h>

#include "ipsec.h"
#include "lanenic.h"

static struct lanenic_sa *sa_of(struct xfrm_state *x)
{
	return (struct lanenic_sa *)x->xso.offload_handle;
}

/* --- tables -------------------------------------------------------------- */

/* mlx5 finds an inbound SA by SPI and destination. */
struct lanenic_sa *lanenic_sa_inbound(struct lanenic *nic, u8 family, const xfrm_address_t *dst,
				      __be32 spi)
{
	struct lanenic_sa *sa;

	hash_for_each_possible_rcu(nic->engine.inbound, sa, by, (__force u32)spi)
		if (sa->spi == spi && sa->family == family &&
		    xfrm_addr_equal(&sa->dst, dst, family))
			return sa;
	return NULL;
}

/*
 * mlx5 finds an outbound SA by the reqid of the policy, and by the protocol and ports of its
 * selector. Neither its SPI nor the CPU nor its addresses count: of several with the same reqid
 * the first installed is used until it is gone.
 */
struct lanenic_sa *lanenic_sa_outbound(struct lanenic *nic, u32 reqid,
				       const struct lanenic_flow *flow)
{
	struct lanenic_sa *sa;

	hash_for_each_possible_rcu(nic->engine.outbound, sa, by, reqid)
		if (sa->reqid == reqid && sa->packet && lanenic_upper_matches(&sa->sel, flow))
			return sa;
	return NULL;
}

/* Behind those of the same bucket, so that the first installed is found first. */
static void lanenic_install(struct lanenic_sa *sa)
{
	struct lanenic_engine *engine = &sa->nic->engine;
	u32 key = sa->out ? sa->reqid : (__force u32)sa->spi;
	struct hlist_head *table = sa->out ? engine->outbound : engine->inbound;

	hlist_add_tail_rcu(&sa->by, &table[hash_min(key, HASH_BITS(engine->outbound))]);
	sa->installed = true;
}

static void lanenic_uninstall(struct lanenic_sa *sa)
{
	if (sa->installed)
		hlist_del_rcu(&sa->by);
	sa->installed = false;
}

/*
 * All SAs and policies are gone from the card, and the stack does not know: a reset of the
 * firmware.
 */
void lanenic_forget(struct lanenic *nic)
{
	struct lanenic_policy *policy, *next;
	struct lanenic_sa *sa;
	unsigned int i;

	spin_lock_bh(&nic->engine.lock);
	list_for_each_entry(sa, &nic->engine.all, all)
		lanenic_uninstall(sa);
	for (i = 0; i < ARRAY_SIZE(nic->engine.policies); i++) {
		list_for_each_entry_safe(policy, next, &nic->engine.policies[i], list) {
			list_del_rcu(&policy->list);
			policy->installed = false;
			nic->engine.policy_count--;
		}
	}
	spin_unlock_bh(&nic->engine.lock);
}

/* --- counters and lifetimes ----------------------------------------------- */

void lanenic_sa_counted(struct lanenic_sa *sa, unsigned int octets)
{
	u64 packets = atomic64_inc_return(&sa->packets);

	atomic64_add(octets, &sa->bytes);
	if (packets == sa->soft_packets || packets == sa->hard_packets)
		mod_delayed_work(lanenic_workqueue, &sa->limits, 0);
}

/* The card itself stops at the hard limit. */
bool lanenic_sa_exhausted(struct lanenic_sa *sa)
{
	return atomic64_read(&sa->packets) >= sa->hard_packets;
}

/* Packet limits come as events; byte limits the driver has to poll. */
static void lanenic_check_limits(struct work_struct *work)
{
	struct lanenic_sa *sa = container_of(to_delayed_work(work), struct lanenic_sa, limits);
	struct xfrm_state *x = sa->x;
	bool alive;

	spin_lock_bh(&x->lock);
	sa->counted = 0;
	alive = x->km.state == XFRM_STATE_VALID && !xfrm_state_check_expire(x);
	spin_unlock_bh(&x->lock);
	if (alive && sa->byte_limits)
		queue_delayed_work(lanenic_workqueue, &sa->limits, HZ);
}

static u64 lanenic_unreported(atomic64_t *counter, atomic64_t *reported)
{
	u64 now = atomic64_read(counter);

	return now - atomic64_xchg(reported, now);
}

static void lanenic_update_stats(struct xfrm_state *x)
{
	struct lanenic_sa *sa = sa_of(x);
	u32 age = sa->nic->engine.knobs.counter_age_ms;

	if (sa->larval || !sa->packet)
		return;
	if (age && sa->counted && time_before(jiffies, sa->counted + msecs_to_jiffies(age)))
		return;
	sa->counted = jiffies | 1;
	x->curlft.packets += lanenic_unreported(&sa->packets, &sa->reported_packets);
	if (!sa->nic->engine.knobs.packets_only)
		x->curlft.bytes += lanenic_unreported(&sa->bytes, &sa->reported_bytes);
	x->stats.replay += lanenic_unreported(&sa->replayed, &sa->reported_replayed);
	x->stats.integrity_failed += lanenic_unreported(&sa->auth_failed,
							&sa->reported_auth_failed);
}

/* --- what the stack calls ------------------------------------------------- */

static void lanenic_copy_replay(struct lanenic_sa *sa)
{
	const struct xfrm_replay_state_esn *replay = sa->x->replay_esn;

	sa->esn = sa->x->props.flags & XFRM_STATE_ESN;
	if (!replay)
		return;
	sa->window = min(replay->replay_window, (u32)LANENIC_WINDOW);
	if (sa->out)
		sa->seq = (u64)replay->oseq_hi << 32 | replay->oseq;
	else
		sa->seq = (u64)replay->seq_hi << 32 | replay->seq;
	if (!sa->esn)
		sa->seq = lower_32_bits(sa->seq);
}

static void lanenic_copy_state(struct lanenic_sa *sa)
{
	struct xfrm_state *x = sa->x;

	sa->out = x->xso.dir == XFRM_DEV_OFFLOAD_OUT;
	sa->packet = x->xso.type == XFRM_DEV_OFFLOAD_PACKET;
	sa->tunnel = x->props.mode == XFRM_MODE_TUNNEL;
	sa->family = x->props.family;
	sa->spi = x->id.spi;
	sa->reqid = x->props.reqid;
	sa->src = x->props.saddr;
	sa->dst = x->id.daddr;
	sa->sel = x->sel;
	sa->soft_packets = x->lft.soft_packet_limit;
	sa->hard_packets = x->lft.hard_packet_limit;
	sa->byte_limits = x->lft.soft_byte_limit != XFRM_INF || x->lft.hard_byte_limit != XFRM_INF;
	if (x->encap) {
		sa->encap = true;
		sa->sport = x->encap->encap_sport;
		sa->dport = x->encap->encap_dport;
	}
	lanenic_copy_replay(sa);
}

static int lanenic_put_in_table(struct lanenic_sa *sa, struct netlink_ext_ack *extack)
{
	struct lanenic_engine *engine = &sa->nic->engine;
	int err = 0;

	spin_lock_bh(&engine->lock);
	if (engine->sas >= engine->knobs.sa_table) {
		err = -ENOSPC;
	} else {
		engine->sas++;
		list_add_tail(&sa->all, &engine->all);
		if (!engine->knobs.liar)
			lanenic_install(sa);
	}
	spin_unlock_bh(&engine->lock);
	return err;
}

static int lanenic_add(struct lanenic_sa *sa, struct netlink_ext_ack *extack)
{
	u32 slow = sa->nic->engine.knobs.slow_ms;
	int err = lanenic_refuse_state(sa->nic, sa->x, extack);

	if (err)
		return err;
	if (slow)
		msleep(slow);
	lanenic_copy_state(sa);
	err = lanenic_esp_key(sa);
	if (err)
		return err;
	err = lanenic_put_in_table(sa, extack);
	if (err)
		crypto_free_aead(sa->aead);
	return err;
}

/*
 * Larval states, which the stack makes for an acquire on an offloaded policy, are taken but
 * mean nothing; no sleeping then.
 */
static int lanenic_state_add(struct net_device *dev, struct xfrm_state *x,
			     struct netlink_ext_ack *extack)
{
	bool larval = x->xso.flags & XFRM_DEV_OFFLOAD_FLAG_ACQ;
	struct lanenic_sa *sa = kzalloc(sizeof(*sa), larval ? GFP_ATOMIC : GFP_KERNEL);
	int err;

	if (!sa)
		return -ENOMEM;
	sa->nic = netdev_priv(dev);
	sa->x = x;
	sa->larval = larval;
	spin_lock_init(&sa->lock);
	INIT_DELAYED_WORK(&sa->limits, lanenic_check_limits);
	if (!larval) {
		err = lanenic_add(sa, extack);
		if (err) {
			lanenic_refuse_at_last(extack);
			kfree(sa);
			return err;
		}
	}
	x->xso.offload_handle = (unsigned long)sa;
	if (sa->packet && sa->byte_limits)
		queue_delayed_work(lanenic_workqueue, &sa->limits, HZ);
	return 0;
}

/* x->lock is held. */
static void lanenic_state_delete(struct net_device *dev, struct xfrm_state *x)
{
	struct lanenic_sa *sa = sa_of(x);
	struct lanenic_engine *engine = &sa->nic->engine;

	if (sa->larval)
		return;
	spin_lock_bh(&engine->lock);
	lanenic_uninstall(sa);
	if (!list_empty(&sa->all)) {
		list_del_init(&sa->all);
		engine->sas--;
	}
	spin_unlock_bh(&engine->lock);
}

/*
 * The last reference is gone, and since it was deleted a grace period has passed, so no
 * frame is still at it.
 */
static void lanenic_state_free(struct net_device *dev, struct xfrm_state *x)
{
	struct lanenic_sa *sa = sa_of(x);

	if (!sa)
		return;
	if (!sa->larval) {
		lanenic_state_delete(dev, x);
		cancel_delayed_work_sync(&sa->limits);
		crypto_free_aead(sa->aead);
		if (sa->neighbour)
			neigh_release(sa->neighbour);
	}
	x->xso.offload_handle = 0;
	kfree_sensitive(sa);
}

/*
 * The card follows extended sequence numbers by itself; without this the stack would not
 * offload them for crypto.
 */
static void lanenic_advance_esn(struct xfrm_state *x)
{
}

const struct xfrmdev_ops lanenic_xfrmdev_ops = {
	.xdo_dev_state_add		= lanenic_state_add,
	.xdo_dev_state_delete		= lanenic_state_delete,
	.xdo_dev_state_free		= lanenic_state_free,
	.xdo_dev_state_advance_esn	= lanenic_advance_esn,
	.xdo_dev_state_update_stats	= lanenic_update_stats,
	.xdo_dev_policy_add		= lanenic_policy_add,
	.xdo_dev_policy_delete		= lanenic_policy_delete,
	.xdo_dev_policy_free		= lanenic_policy_free,
};
