// SPDX-License-Identifier: GPL-2.0
/*
 * The module, and `ip link add NAME type lanenic`, which makes two ends and the
 * wire between them. The other end is called NAMEp, since iproute2 has no
 * `peer name` for a kind that it does not know; what speaks rtnetlink itself may
 * name it as veth's is named.
 */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/veth.h>
#include <net/rtnetlink.h>

#include "lanenic.h"

bool lanenic_as_mlx5;
module_param_named(as_mlx5, lanenic_as_mlx5, bool, 0644);
MODULE_PARM_DESC(as_mlx5, "call the driver mlx5_core, in refusals too");

struct workqueue_struct *lanenic_workqueue;

unsigned int lanenic_rules = 64;
module_param_named(rules, lanenic_rules, uint, 0644);
MODULE_PARM_DESC(rules, "flow rules (ntuple) an end holds");

/* The peer's attributes come nested, as veth's do; iproute2 sends the same number for `peer`. */
static const struct nla_policy lanenic_policy[VETH_INFO_MAX + 1] = {
	[VETH_INFO_PEER] = { .len = sizeof(struct ifinfomsg) },
};

static struct net_device *lanenic_new_peer(struct net_device *dev, struct net *net,
					   struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[IFLA_MAX + 1] = {};
	unsigned char assigned = NET_NAME_ENUM;
	struct ifinfomsg *message = NULL;
	struct net_device *peer;
	char name[IFNAMSIZ];
	int err;

	if (snprintf(name, IFNAMSIZ, "%sp", dev->name) >= IFNAMSIZ) {
		NL_SET_ERR_MSG(extack, "No room for the peer's name, which is one letter longer");
		return ERR_PTR(-ENAMETOOLONG);
	}
	if (nest) {
		message = nla_data(nest);
		err = rtnl_nla_parse_ifinfomsg(tb, nest, extack);
		if (err < 0)
			return ERR_PTR(err);
	}
	if (tb[IFLA_IFNAME]) {
		nla_strscpy(name, tb[IFLA_IFNAME], IFNAMSIZ);
		assigned = NET_NAME_USER;
	}
	peer = rtnl_create_link(net, name, assigned, &lanenic_link_ops, tb, extack);
	if (IS_ERR(peer))
		return peer;
	if (!tb[IFLA_ADDRESS])
		eth_hw_addr_random(peer);
	if (message && dev->ifindex)
		peer->ifindex = message->ifi_index;
	err = register_netdevice(peer);
	if (err) {
		free_netdev(peer);
		return ERR_PTR(err);
	}
	err = rtnl_configure_link(peer, message, 0, NULL);
	if (err) {
		unregister_netdevice(peer);
		return ERR_PTR(err);
	}
	return peer;
}

static int lanenic_newlink(struct net_device *dev, struct rtnl_newlink_params *params,
			   struct netlink_ext_ack *extack)
{
	struct nlattr *nest = params->data ? params->data[VETH_INFO_PEER] : NULL;
	struct net_device *peer;
	int err;

	if (!params->tb[IFLA_ADDRESS])
		eth_hw_addr_random(dev);
	if (params->tb[IFLA_IFNAME])
		nla_strscpy(dev->name, params->tb[IFLA_IFNAME], IFNAMSIZ);
	else
		strscpy(dev->name, "nic%d", IFNAMSIZ);
	err = register_netdevice(dev);
	if (err)
		return err;
	peer = lanenic_new_peer(dev, rtnl_newlink_peer_net(params), nest, extack);
	if (IS_ERR(peer)) {
		err = PTR_ERR(peer);
		goto remove_dev;
	}
	err = lanenic_wire_create(dev_net(dev), netdev_priv(dev), netdev_priv(peer));
	if (err)
		goto remove_both;
	return 0;

remove_both:
	unregister_netdevice(peer);
remove_dev:
	unregister_netdevice(dev);
	return err;
}

static void lanenic_dellink(struct net_device *dev, struct list_head *head)
{
	struct lanenic *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	lanenic_wire_remove_monitor(nic, head);
	RCU_INIT_POINTER(nic->peer, NULL);
	unregister_netdevice_queue(dev, head);
	if (peer) {
		struct lanenic *other = netdev_priv(peer);

		RCU_INIT_POINTER(other->peer, NULL);
		unregister_netdevice_queue(peer, head);
	}
}

static struct net *lanenic_link_net(const struct net_device *dev)
{
	const struct lanenic *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	return peer ? dev_net(peer) : dev_net(dev);
}

static unsigned int lanenic_default_queues(void)
{
	return num_online_cpus();
}

struct rtnl_link_ops lanenic_link_ops = {
	.kind			= "lanenic",
	.priv_size		= sizeof(struct lanenic),
	.setup			= lanenic_setup,
	.newlink		= lanenic_newlink,
	.dellink		= lanenic_dellink,
	.policy			= lanenic_policy,
	.maxtype		= VETH_INFO_MAX,
	.peer_type		= VETH_INFO_PEER,
	.get_link_net		= lanenic_link_net,
	.get_num_tx_queues	= lanenic_default_queues,
	.get_num_rx_queues	= lanenic_default_queues,
};

static int __init lanenic_init(void)
{
	int err;

	lanenic_workqueue = alloc_workqueue("lanenic", WQ_UNBOUND, 0);
	if (!lanenic_workqueue)
		return -ENOMEM;
	lanenic_debugfs_init();
	err = rtnl_link_register(&lanenic_monitor_link_ops);
	if (err)
		goto no_monitor;
	err = rtnl_link_register(&lanenic_link_ops);
	if (err)
		goto no_link;
	return 0;

no_link:
	rtnl_link_unregister(&lanenic_monitor_link_ops);
no_monitor:
	lanenic_debugfs_exit();
	destroy_workqueue(lanenic_workqueue);
	return err;
}

static void __exit lanenic_exit(void)
{
	rtnl_link_unregister(&lanenic_link_ops);
	rtnl_link_unregister(&lanenic_monitor_link_ops);
	lanenic_debugfs_exit();
	destroy_workqueue(lanenic_workqueue);
}

module_init(lanenic_init);
module_exit(lanenic_exit);
MODULE_DESCRIPTION("A card with RSS, flow rules and IPsec offload, made of software");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK("lanenic");
