// SPDX-License-Identifier: GPL-2.0
/*
 * The wire between two ends. On the ends tcpdump shows what the host sends and
 * gets, in the clear, as on a real card; what really crosses is seen on the
 * monitor, a third device called wireN.
 */
#include <linux/etherdevice.h>
#include <linux/if_arp.h>
#include <linux/random.h>
#include <linux/rtnetlink.h>
#include <net/rtnetlink.h>

#include "lanenic.h"

struct lanenic_monitor {
	struct lanenic_wire *wire;
};

static netdev_tx_t lanenic_monitor_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_core_stats_tx_dropped_inc(dev);
	kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops lanenic_monitor_ops = {
	.ndo_start_xmit = lanenic_monitor_xmit,
};

static void lanenic_monitor_destructor(struct net_device *dev)
{
	struct lanenic_monitor *monitor = netdev_priv(dev);

	if (monitor->wire)
		lanenic_wire_put(monitor->wire);
}

static void lanenic_monitor_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &lanenic_monitor_ops;
	dev->flags = IFF_NOARP;
	dev->max_mtu = 9000;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->needs_free_netdev = true;
	dev->priv_destructor = lanenic_monitor_destructor;
}

static int lanenic_monitor_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
				   struct netlink_ext_ack *extack)
{
	NL_SET_ERR_MSG(extack, "A monitor comes with its pair: ip link add NAME type lanenic");
	return -EOPNOTSUPP;
}

static void lanenic_monitor_dellink(struct net_device *dev, struct list_head *head)
{
	struct lanenic_monitor *monitor = netdev_priv(dev);

	if (monitor->wire)
		RCU_INIT_POINTER(monitor->wire->monitor, NULL);
	unregister_netdevice_queue(dev, head);
}

struct rtnl_link_ops lanenic_monitor_link_ops = {
	.kind		= "lanenic_wire",
	.priv_size	= sizeof(struct lanenic_monitor),
	.setup		= lanenic_monitor_setup,
	.newlink	= lanenic_monitor_newlink,
	.dellink	= lanenic_monitor_dellink,
};

static struct net_device *lanenic_monitor_create(struct net *net, struct lanenic_wire *wire)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	struct lanenic_monitor *monitor;
	struct net_device *dev;
	int err;

	dev = rtnl_create_link(net, "wire%d", NET_NAME_ENUM, &lanenic_monitor_link_ops, tb, NULL);
	if (IS_ERR(dev))
		return dev;
	monitor = netdev_priv(dev);
	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return ERR_PTR(err);
	}
	refcount_inc(&wire->users);
	monitor->wire = wire;
	return dev;
}

/* Joins the two. Each end and the monitor hold the wire. */
int lanenic_wire_create(struct net *net, struct lanenic *a, struct lanenic *b)
{
	struct lanenic_wire *wire = kzalloc(sizeof(*wire), GFP_KERNEL);
	struct net_device *monitor;

	if (!wire)
		return -ENOMEM;
	refcount_set(&wire->users, 1);
	monitor = lanenic_monitor_create(net, wire);
	if (IS_ERR(monitor)) {
		kfree(wire);
		return PTR_ERR(monitor);
	}
	rcu_assign_pointer(wire->monitor, monitor);
	refcount_inc(&wire->users);
	a->wire = wire;
	b->wire = wire;
	rcu_assign_pointer(a->peer, b->dev);
	rcu_assign_pointer(b->peer, a->dev);
	lanenic_debugfs_add(a);
	lanenic_debugfs_add(b);
	return 0;
}

void lanenic_wire_remove_monitor(struct lanenic *nic, struct list_head *head)
{
	struct net_device *monitor = nic->wire ? rtnl_dereference(nic->wire->monitor) : NULL;

	if (monitor)
		lanenic_monitor_dellink(monitor, head);
}

void lanenic_wire_put(struct lanenic_wire *wire)
{
	if (refcount_dec_and_test(&wire->users))
		kfree(wire);
}

static void lanenic_wire_tap(struct lanenic_wire *wire, struct sk_buff *skb)
{
	struct net_device *monitor = rcu_dereference_bh(wire->monitor);

	if (!monitor || !netif_running(monitor))
		return;
	dev_sw_netstats_rx_add(monitor, skb->len);
	skb_reset_mac_header(skb);
	skb_set_network_header(skb, ETH_HLEN);
	skb->dev = monitor;
	dev_queue_xmit_nit(skb, monitor);
}

/* What comes out at the other end: the engine has it first, then a queue. */
void lanenic_wire_arrive(struct lanenic *nic, struct sk_buff *skb)
{
	struct lanenic_queue *queue;
	struct lanenic_flow flow;

	lanenic_flow_parse(skb, eth_hdr(skb)->h_proto, ETH_HLEN, &flow);
	queue = lanenic_rss_queue(nic, skb, &flow);
	if (!queue) {
		kfree_skb(skb);
		return;
	}
	if (!lanenic_ipsec_receive(nic, skb, &flow))
		return;
	skb_reset_mac_header(skb);
	if (READ_ONCE(nic->engine.knobs.hash_inner)) {
		lanenic_flow_parse(skb, eth_hdr(skb)->h_proto, ETH_HLEN, &flow);
		queue = lanenic_rss_queue(nic, skb, &flow) ?: queue;
	}
	lanenic_queue_receive(queue, skb);
}

/* Puts a frame on the wire; its Ethernet header is at skb->data. Bottom halves are disabled. */
void lanenic_wire_send(struct lanenic *nic, struct sk_buff *skb)
{
	struct net_device *peer = rcu_dereference_bh(nic->peer);
	u32 loss = READ_ONCE(nic->wire->loss);

	if (!peer || !READ_ONCE(((struct lanenic *)netdev_priv(peer))->open)) {
		dev_core_stats_tx_dropped_inc(nic->dev);
		kfree_skb(skb);
		return;
	}
	skb_scrub_packet(skb, true);	/* nothing of the sending host goes over a wire */
	skb->priority = 0;
	skb->ip_summed = CHECKSUM_NONE;
	skb->encapsulation = 0;
	skb_clear_hash(skb);
	lanenic_wire_tap(nic->wire, skb);
	if (loss && get_random_u32_below(1000) < loss) {
		atomic64_inc(&nic->wire->lost);
		kfree_skb(skb);
		return;
	}
	skb_reset_mac_header(skb);
	skb->dev = peer;
	lanenic_wire_arrive(netdev_priv(peer), skb);
}
