// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/lanenic/DEVICE: what is in the card, its abilities, and its
 * faults. The name is the one the device had when it was made.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "lanenic.h"

static struct dentry *lanenic_debugfs;

static int lanenic_show_queues_show(struct seq_file *file, void *unused)
{
	struct lanenic *nic = file->private;
	unsigned int i;

	for (i = 0; i < nic->channels; i++) {
		struct lanenic_queue *queue = &nic->queues[i];

		seq_printf(file, "queue=%u irq=%d cpu=%u packets=%lld dropped=%lld\n", i,
			   queue->irq,
			   READ_ONCE(queue->cpu), atomic64_read(&queue->packets),
			   atomic64_read(&queue->dropped));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lanenic_show_queues);

static void lanenic_put_address(struct seq_file *file, const char *key, u8 family,
				const xfrm_address_t *address)
{
	if (family == AF_INET)
		seq_printf(file, " %s=%pI4", key, &address->a4);
	else
		seq_printf(file, " %s=%pI6c", key, &address->in6);
}

static void lanenic_put_sa(struct seq_file *file, struct lanenic_sa *sa)
{
	seq_printf(file, "spi=0x%08x reqid=%u dir=%s offload=%s mode=%s", ntohl(sa->spi),
		   sa->reqid, sa->out ? "out" : "in", sa->packet ? "packet" : "crypto",
		   sa->tunnel ? "tunnel" : "transport");
	lanenic_put_address(file, "src", sa->family, &sa->src);
	lanenic_put_address(file, "dst", sa->family, &sa->dst);
	seq_printf(file, " esn=%d window=%u encap=%d installed=%d seq=%llu", sa->esn, sa->window,
		   sa->encap, sa->installed, READ_ONCE(sa->seq));
	seq_printf(file, " packets=%lld bytes=%lld replayed=%lld auth_failed=%lld\n",
		   atomic64_read(&sa->packets), atomic64_read(&sa->bytes),
		   atomic64_read(&sa->replayed), atomic64_read(&sa->auth_failed));
}

/* Those that the card has forgotten, or never took, are shown with installed=0. */
static int lanenic_show_sas_show(struct seq_file *file, void *unused)
{
	struct lanenic *nic = file->private;
	struct lanenic_sa *sa;

	spin_lock_bh(&nic->engine.lock);
	list_for_each_entry(sa, &nic->engine.all, all)
		lanenic_put_sa(file, sa);
	spin_unlock_bh(&nic->engine.lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lanenic_show_sas);

static void lanenic_put_policy(struct seq_file *file, struct lanenic_policy *policy,
			       const char *direction)
{
	const struct xfrm_selector *sel = &policy->sel;

	seq_printf(file, "dir=%s priority=%u action=%s reqid=%u", direction, policy->priority,
		   policy->block ? "block" : policy->reqid ? "protect" : "pass", policy->reqid);
	lanenic_put_address(file, "src", sel->family, &sel->saddr);
	seq_printf(file, "/%u", sel->prefixlen_s);
	lanenic_put_address(file, "dst", sel->family, &sel->daddr);
	seq_printf(file, "/%u proto=%u sport=0x%04x/0x%04x dport=0x%04x/0x%04x packets=%lld\n",
		   sel->prefixlen_d, sel->proto, ntohs(sel->sport), ntohs(sel->sport_mask),
		   ntohs(sel->dport), ntohs(sel->dport_mask), atomic64_read(&policy->packets));
}

static int lanenic_show_policies_show(struct seq_file *file, void *unused)
{
	struct lanenic *nic = file->private;
	struct lanenic_policy *policy;

	spin_lock_bh(&nic->engine.lock);
	list_for_each_entry(policy, &nic->engine.policies[0], list)
		lanenic_put_policy(file, policy, "in");
	list_for_each_entry(policy, &nic->engine.policies[1], list)
		lanenic_put_policy(file, policy, "out");
	spin_unlock_bh(&nic->engine.lock);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lanenic_show_policies);

static int lanenic_forget_set(void *data, u64 value)
{
	lanenic_forget(data);
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(lanenic_forget_fops, NULL, lanenic_forget_set, "%llu\n");

static struct sk_buff *lanenic_recorded(struct lanenic *nic)
{
	struct sk_buff *skb;

	spin_lock_bh(&nic->engine.lock);
	skb = rcu_dereference_protected(nic->engine.recorded, lockdep_is_held(&nic->engine.lock));
	skb = skb ? skb_copy(skb, GFP_ATOMIC) : NULL;
	spin_unlock_bh(&nic->engine.lock);
	return skb;
}

/* The last ESP frame for an SA of this end comes again, @times times. */
static int lanenic_replay_set(void *data, u64 times)
{
	struct lanenic *nic = data;
	struct sk_buff *skb;

	if (times > 1000)
		return -EINVAL;
	while (times--) {
		skb = lanenic_recorded(nic);
		if (!skb)
			return -ENODATA;
		local_bh_disable();
		rcu_read_lock();
		lanenic_wire_arrive(nic, skb);
		rcu_read_unlock();
		local_bh_enable();
	}
	return 0;
}
DEFINE_DEBUGFS_ATTRIBUTE(lanenic_replay_fops, NULL, lanenic_replay_set, "%llu\n");

static void lanenic_add_knobs(struct dentry *dir, struct lanenic_knobs *knobs)
{
	debugfs_create_bool("can_crypto", 0644, dir, &knobs->crypto);
	debugfs_create_bool("can_packet", 0644, dir, &knobs->packet);
	debugfs_create_bool("can_tunnel", 0644, dir, &knobs->tunnel);
	debugfs_create_bool("can_esn", 0644, dir, &knobs->esn);
	debugfs_create_bool("can_espinudp", 0644, dir, &knobs->espinudp);
	debugfs_create_bool("can_prio", 0644, dir, &knobs->prio);
	debugfs_create_u32("sa_table", 0644, dir, &knobs->sa_table);
	debugfs_create_u32("policy_table", 0644, dir, &knobs->policy_table);
	debugfs_create_u32("slow_ms", 0644, dir, &knobs->slow_ms);
	debugfs_create_u32("counter_age_ms", 0644, dir, &knobs->counter_age_ms);
	debugfs_create_bool("busy", 0644, dir, &knobs->busy);
	debugfs_create_bool("liar", 0644, dir, &knobs->liar);
	debugfs_create_bool("encap_blocks_tunnel", 0644, dir, &knobs->encap_blocks_tunnel);
	debugfs_create_bool("no_ipsec", 0644, dir, &knobs->no_ipsec);
	debugfs_create_bool("drop_without_sa", 0644, dir, &knobs->drop_without_sa);
	debugfs_create_bool("hash_inner", 0644, dir, &knobs->hash_inner);
	debugfs_create_bool("packets_only", 0644, dir, &knobs->packets_only);
	debugfs_create_bool("record", 0644, dir, &knobs->record);
}

void lanenic_debugfs_add(struct lanenic *nic)
{
	struct dentry *dir = debugfs_create_dir(nic->dev->name, lanenic_debugfs);

	nic->debugfs = dir;
	debugfs_create_file("queues", 0444, dir, nic, &lanenic_show_queues_fops);
	debugfs_create_file("sas", 0444, dir, nic, &lanenic_show_sas_fops);
	debugfs_create_file("policies", 0444, dir, nic, &lanenic_show_policies_fops);
	debugfs_create_u32("loss", 0644, dir, &nic->wire->loss);
	debugfs_create_file("forget", 0200, dir, nic, &lanenic_forget_fops);
	debugfs_create_file("replay", 0200, dir, nic, &lanenic_replay_fops);
	lanenic_add_knobs(dir, &nic->engine.knobs);
}

void lanenic_debugfs_remove(struct lanenic *nic)
{
	debugfs_remove(nic->debugfs);
	nic->debugfs = NULL;
}

void lanenic_debugfs_init(void)
{
	lanenic_debugfs = debugfs_create_dir("lanenic", NULL);
}

void lanenic_debugfs_exit(void)
{
	debugfs_remove(lanenic_debugfs);
}
