// SPDX-License-Identifier: GPL-2.0
/* ethtool: driver, channels, RSS, flow rules, counters. */
#include <linux/ethtool.h>

#include "lanenic.h"

static void lanenic_get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, lanenic_as_mlx5 ? "mlx5_core" : "lanenic", sizeof(info->driver));
	strscpy(info->bus_info, dev_name(&dev->dev), sizeof(info->bus_info));
}

static int lanenic_get_link_ksettings(struct net_device *dev,
				      struct ethtool_link_ksettings *settings)
{
	settings->base.speed = SPEED_25000;
	settings->base.duplex = DUPLEX_FULL;
	settings->base.port = PORT_OTHER;
	settings->base.autoneg = AUTONEG_DISABLE;
	return 0;
}

static void lanenic_get_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct lanenic *nic = netdev_priv(dev);

	channels->max_combined = nic->max_queues;
	channels->combined_count = nic->channels;
}

/* As on most cards, the queues are made anew, and what was in them is lost. */
static int lanenic_set_channels(struct net_device *dev, struct ethtool_channels *channels)
{
	struct lanenic *nic = netdev_priv(dev);
	bool running = nic->open;

	if (running)
		lanenic_queues_close(nic);
	nic->channels = channels->combined_count;
	if (!netif_is_rxfh_configured(dev))
		lanenic_rss_spread(nic);
	return running ? lanenic_queues_open(nic) : 0;
}

static u32 lanenic_get_rx_ring_count(struct net_device *dev)
{
	return ((struct lanenic *)netdev_priv(dev))->channels;
}

static u32 lanenic_get_rxfh_key_size(struct net_device *dev)
{
	return LANENIC_RSS_KEY;
}

static u32 lanenic_get_rxfh_indir_size(struct net_device *dev)
{
	return LANENIC_RSS_INDIR;
}

static int lanenic_get_rxfh(struct net_device *dev, struct ethtool_rxfh_param *param)
{
	struct lanenic *nic = netdev_priv(dev);

	param->hfunc = ETH_RSS_HASH_TOP;
	if (param->indir)
		memcpy(param->indir, nic->rss.indir, sizeof(nic->rss.indir));
	if (param->key)
		memcpy(param->key, nic->rss.key, sizeof(nic->rss.key));
	return 0;
}

static int lanenic_set_rxfh(struct net_device *dev, struct ethtool_rxfh_param *param,
			    struct netlink_ext_ack *extack)
{
	struct lanenic *nic = netdev_priv(dev);
	unsigned int i;

	if (param->hfunc != ETH_RSS_HASH_NO_CHANGE && param->hfunc != ETH_RSS_HASH_TOP) {
		NL_SET_ERR_MSG(extack, "Only Toeplitz is supported");
		return -EOPNOTSUPP;
	}
	if (param->indir)
		for (i = 0; i < LANENIC_RSS_INDIR; i++)
			WRITE_ONCE(nic->rss.indir[i], param->indir[i]);
	if (param->key)
		memcpy(nic->rss.key, param->key, sizeof(nic->rss.key));
	return 0;
}

/* AH_ESP, the type for hash options, and ESP, the type for rules, mean the same here. */
static int lanenic_hashed_kind(u32 flow_type)
{
	switch (flow_type) {
	case TCP_V4_FLOW: return LANENIC_TCP4;
	case UDP_V4_FLOW: return LANENIC_UDP4;
	case TCP_V6_FLOW: return LANENIC_TCP6;
	case UDP_V6_FLOW: return LANENIC_UDP6;
	case AH_ESP_V4_FLOW:
	case ESP_V4_FLOW: return LANENIC_ESP4;
	case AH_ESP_V6_FLOW:
	case ESP_V6_FLOW: return LANENIC_ESP6;
	}
	return -1;
}

#define LANENIC_RXH_ADDRESSES (RXH_IP_SRC | RXH_IP_DST)
#define LANENIC_RXH_DEEP (LANENIC_RXH_ADDRESSES | RXH_L4_B_0_1 | RXH_L4_B_2_3)

static int lanenic_get_rxfh_fields(struct net_device *dev, struct ethtool_rxfh_fields *fields)
{
	struct lanenic *nic = netdev_priv(dev);
	int kind = lanenic_hashed_kind(fields->flow_type);

	if (kind < 0 && fields->flow_type != IPV4_FLOW && fields->flow_type != IPV6_FLOW)
		return -EOPNOTSUPP;
	fields->data = kind >= 0 && nic->rss.deep[kind] ? LANENIC_RXH_DEEP : LANENIC_RXH_ADDRESSES;
	return 0;
}

static int lanenic_set_rxfh_fields(struct net_device *dev, const struct ethtool_rxfh_fields *fields,
				   struct netlink_ext_ack *extack)
{
	struct lanenic *nic = netdev_priv(dev);
	int kind = lanenic_hashed_kind(fields->flow_type);

	if (kind < 0)
		return -EOPNOTSUPP;
	if (fields->data != LANENIC_RXH_DEEP && fields->data != LANENIC_RXH_ADDRESSES) {
		NL_SET_ERR_MSG(extack, "Either sd or sdfn can be hashed; fn is the SPI of ESP");
		return -EINVAL;
	}
	WRITE_ONCE(nic->rss.deep[kind], fields->data == LANENIC_RXH_DEEP);
	return 0;
}

static int lanenic_get_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info, u32 *locations)
{
	return lanenic_rules_get(netdev_priv(dev), info, locations);
}

static int lanenic_set_rxnfc(struct net_device *dev, struct ethtool_rxnfc *info)
{
	return lanenic_rules_set(netdev_priv(dev), info);
}

static const char *const lanenic_queue_counters[] = { "packets", "bytes", "drops", "interrupts" };

static int lanenic_get_sset_count(struct net_device *dev, int set)
{
	struct lanenic *nic = netdev_priv(dev);

	if (set != ETH_SS_STATS)
		return -EOPNOTSUPP;
	return IPSEC_COUNTERS + nic->max_queues * ARRAY_SIZE(lanenic_queue_counters);
}

static void lanenic_get_strings(struct net_device *dev, u32 set, u8 *data)
{
	struct lanenic *nic = netdev_priv(dev);
	unsigned int i, k;

	if (set != ETH_SS_STATS)
		return;
	for (i = 0; i < IPSEC_COUNTERS; i++)
		ethtool_puts(&data, lanenic_ipsec_counter_names[i]);
	for (i = 0; i < nic->max_queues; i++)
		for (k = 0; k < ARRAY_SIZE(lanenic_queue_counters); k++)
			ethtool_sprintf(&data, "rx%u_%s", i, lanenic_queue_counters[k]);
}

static void lanenic_get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats,
				      u64 *data)
{
	struct lanenic *nic = netdev_priv(dev);
	unsigned int i;

	for (i = 0; i < IPSEC_COUNTERS; i++)
		*data++ = atomic64_read(&nic->engine.counters[i]);
	for (i = 0; i < nic->max_queues; i++) {
		struct lanenic_queue *queue = &nic->queues[i];

		*data++ = atomic64_read(&queue->packets);
		*data++ = atomic64_read(&queue->bytes);
		*data++ = atomic64_read(&queue->dropped);
		*data++ = atomic64_read(&queue->interrupts);
	}
}

const struct ethtool_ops lanenic_ethtool_ops = {
	.get_drvinfo		= lanenic_get_drvinfo,
	.get_link		= ethtool_op_get_link,
	.get_link_ksettings	= lanenic_get_link_ksettings,
	.get_channels		= lanenic_get_channels,
	.set_channels		= lanenic_set_channels,
	.get_rx_ring_count	= lanenic_get_rx_ring_count,
	.get_rxfh_key_size	= lanenic_get_rxfh_key_size,
	.get_rxfh_indir_size	= lanenic_get_rxfh_indir_size,
	.get_rxfh		= lanenic_get_rxfh,
	.set_rxfh		= lanenic_set_rxfh,
	.get_rxfh_fields	= lanenic_get_rxfh_fields,
	.set_rxfh_fields	= lanenic_set_rxfh_fields,
	.get_rxnfc		= lanenic_get_rxnfc,
	.set_rxnfc		= lanenic_set_rxnfc,
	.get_sset_count		= lanenic_get_sset_count,
	.get_strings		= lanenic_get_strings,
	.get_ethtool_stats	= lanenic_get_ethtool_stats,
	.get_ts_info		= ethtool_op_get_ts_info,
};
