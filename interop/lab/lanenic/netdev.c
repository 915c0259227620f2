// SPDX-License-Identifier: GPL-2.0
/* The network device: what the stack calls. */
#include <linux/etherdevice.h>
#include <linux/rtnetlink.h>

#include "lanenic.h"

static int lanenic_dev_init(struct net_device *dev)
{
	struct lanenic *nic = netdev_priv(dev);
	int err;

	nic->dev = dev;
	nic->max_queues = dev->num_rx_queues;
	nic->channels = nic->max_queues;
	err = lanenic_queues_alloc(nic);
	if (err)
		return err;
	lanenic_rss_init(nic);
	lanenic_engine_init(nic);
	netif_carrier_off(dev);
	return 0;
}

static void lanenic_dev_uninit(struct net_device *dev)
{
	struct lanenic *nic = netdev_priv(dev);

	lanenic_debugfs_remove(nic);
	lanenic_queues_free(nic);
}

/* Runs when the last reference is gone, those of SAs included. */
static void lanenic_dev_destructor(struct net_device *dev)
{
	struct lanenic *nic = netdev_priv(dev);

	lanenic_rules_free(nic);
	kfree_skb(rcu_dereference_protected(nic->engine.recorded, true));
	if (nic->wire)
		lanenic_wire_put(nic->wire);
}

/* The link is there while both ends are up. */
static void lanenic_update_carrier(struct net_device *dev, bool open)
{
	struct lanenic *nic = netdev_priv(dev);
	struct net_device *peer = rtnl_dereference(nic->peer);

	if (peer && open && netif_running(peer)) {
		netif_carrier_on(dev);
		netif_carrier_on(peer);
		return;
	}
	netif_carrier_off(dev);
	if (peer)
		netif_carrier_off(peer);
}

static int lanenic_dev_open(struct net_device *dev)
{
	struct lanenic *nic = netdev_priv(dev);
	int err = lanenic_queues_open(nic);

	if (err)
		return err;
	lanenic_update_carrier(dev, true);
	return 0;
}

static int lanenic_dev_stop(struct net_device *dev)
{
	lanenic_update_carrier(dev, false);
	lanenic_queues_close(netdev_priv(dev));
	return 0;
}

static netdev_tx_t lanenic_dev_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct lanenic *nic = netdev_priv(dev);

	/*
	 * Without NETIF_F_SG, TSO and checksum offload the stack hands over linear,
	 * finished frames.
	 */
	skb_tx_timestamp(skb);
	skb_orphan(skb);
	dev_sw_netstats_tx_add(dev, 1, skb->len);
	if (lanenic_ipsec_transmit(nic, skb))
		lanenic_wire_send(nic, skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops lanenic_netdev_ops = {
	.ndo_init		= lanenic_dev_init,
	.ndo_uninit		= lanenic_dev_uninit,
	.ndo_open		= lanenic_dev_open,
	.ndo_stop		= lanenic_dev_stop,
	.ndo_start_xmit		= lanenic_dev_xmit,
	.ndo_validate_addr	= eth_validate_addr,
	.ndo_set_mac_address	= eth_mac_addr,
};

bool lanenic_is(const struct net_device *dev)
{
	return dev->netdev_ops == &lanenic_netdev_ops;
}

void lanenic_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &lanenic_netdev_ops;
	dev->ethtool_ops = &lanenic_ethtool_ops;
	dev->priv_flags &= ~IFF_TX_SKB_SHARING;
	dev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	dev->xfrmdev_ops = &lanenic_xfrmdev_ops;
	dev->hw_features = NETIF_F_NTUPLE | NETIF_F_RXHASH | NETIF_F_HW_ESP;
	dev->hw_enc_features = NETIF_F_HW_ESP;	/* crypto offload encapsulates */
	dev->features = dev->hw_features;
	dev->max_mtu = 9000;
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
	dev->needs_free_netdev = true;
	dev->priv_destructor = lanenic_dev_destructor;
}
