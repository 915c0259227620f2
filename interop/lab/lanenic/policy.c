// SPDX-License-Identifier: GPL-2.0
/*
 * Policies in the card: a list for each direction, the lowest number first, and among
 * equals the older.
 */
#include <net/xfrm.h>

#include "ipsec.h"
#include "lanenic.h"

static struct lanenic_policy *policy_of(struct xfrm_policy *x)
{
	return (struct lanenic_policy *)x->xdo.offload_handle;
}

static bool same_port(__be16 wanted, __be16 mask, __be16 got)
{
	return !((wanted ^ got) & mask);
}

/* Protocol and ports. mlx5 knows TCP and UDP; a fragment has no ports to compare. */
bool lanenic_upper_matches(const struct xfrm_selector *sel, const struct lanenic_flow *flow)
{
	if (sel->proto && sel->proto != flow->proto)
		return false;
	if (!sel->sport_mask && !sel->dport_mask)
		return true;
	return flow->ports && same_port(sel->sport, sel->sport_mask, flow->sport) &&
	       same_port(sel->dport, sel->dport_mask, flow->dport);
}

static bool lanenic_addresses_match(const struct xfrm_selector *sel,
				    const struct lanenic_flow *flow)
{
	if (!sel->prefixlen_s && !sel->prefixlen_d)
		return true;
	if (sel->family != flow->family)
		return false;
	return addr_match(&flow->src, &sel->saddr, sel->prefixlen_s) &&
	       addr_match(&flow->dst, &sel->daddr, sel->prefixlen_d);
}

bool lanenic_selector_matches(const struct xfrm_selector *sel, const struct lanenic_flow *flow)
{
	return lanenic_addresses_match(sel, flow) && lanenic_upper_matches(sel, flow);
}

static struct list_head *lanenic_policies(struct lanenic *nic, u8 direction)
{
	return &nic->engine.policies[direction == XFRM_DEV_OFFLOAD_OUT];
}

/* NULL when no policy is meant. Valid until bottom halves run again. */
struct lanenic_policy *lanenic_policy_lookup(struct lanenic *nic, u8 direction,
					     const struct lanenic_flow *flow)
{
	struct lanenic_policy *policy;

	list_for_each_entry_rcu(policy, lanenic_policies(nic, direction), list) {
		if (policy->sel.family != flow->family ||
		    !lanenic_selector_matches(&policy->sel, flow))
			continue;
		atomic64_inc(&policy->packets);
		return policy;
	}
	return NULL;
}

static int lanenic_policy_install(struct lanenic_policy *policy, struct list_head *list)
{
	struct lanenic_engine *engine = &policy->nic->engine;
	struct list_head *before = list;
	struct lanenic_policy *other;
	int err = 0;

	spin_lock_bh(&engine->lock);
	if (engine->policy_count >= engine->knobs.policy_table) {
		err = -ENOSPC;
	} else if (!engine->knobs.liar) {
		list_for_each_entry(other, list, list) {
			if (other->priority > policy->priority) {
				before = &other->list;
				break;
			}
		}
		list_add_tail_rcu(&policy->list, before);
		policy->installed = true;
		engine->policy_count++;
	}
	spin_unlock_bh(&engine->lock);
	return err;
}

int lanenic_policy_add(struct xfrm_policy *x, struct netlink_ext_ack *extack)
{
	struct lanenic *nic = netdev_priv(x->xdo.dev);
	int err = lanenic_refuse_policy(nic, x, extack);
	struct lanenic_policy *policy;

	if (err)
		return err;
	policy = kzalloc(sizeof(*policy), GFP_KERNEL);
	if (!policy)
		return -ENOMEM;
	policy->nic = nic;
	policy->block = x->action == XFRM_POLICY_BLOCK;
	policy->priority = x->priority;
	policy->reqid = x->xfrm_nr ? x->xfrm_vec[0].reqid : 0;
	policy->sel = x->selector;
	err = lanenic_policy_install(policy, lanenic_policies(nic, x->xdo.dir));
	if (err) {
		kfree(policy);
		return err;
	}
	x->xdo.offload_handle = (unsigned long)policy;
	return 0;
}

void lanenic_policy_delete(struct xfrm_policy *x)
{
	struct lanenic_policy *policy = policy_of(x);
	struct lanenic_engine *engine = &policy->nic->engine;

	spin_lock_bh(&engine->lock);
	if (policy->installed) {
		list_del_rcu(&policy->list);
		engine->policy_count--;
	}
	policy->installed = false;
	spin_unlock_bh(&engine->lock);
}

void lanenic_policy_free(struct xfrm_policy *x)
{
	struct lanenic_policy *policy = policy_of(x);

	if (!policy)
		return;
	lanenic_policy_delete(x);
	x->xdo.offload_handle = 0;
	kfree_rcu(policy, rcu);
}
