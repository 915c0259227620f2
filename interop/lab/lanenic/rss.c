// SPDX-License-Identifier: GPL-2.0
/*
 * Receive side scaling: Toeplitz over source, destination, and the ports of
 * TCP and UDP or the SPI of ESP, in the order they have in the packet. The
 * low bits of the hash choose an entry of the indirection table. What is not
 * IP goes to queue 0.
 */
#include <linux/unaligned.h>

#include "lanenic.h"

/*
 * The key is read as one long number; for each set bit of the input, its 32 bits from that
 * position on are added.
 */
static u32 lanenic_toeplitz(const u8 *key, const u8 *input, unsigned int length)
{
	u32 window = get_unaligned_be32(key), hash = 0;
	unsigned int i;
	int bit;

	for (i = 0; i < length; i++) {
		for (bit = 7; bit >= 0; bit--) {
			if (input[i] & BIT(bit))
				hash ^= window;
			window = window << 1 | ((key[i + 4] >> bit) & 1);
		}
	}
	return hash;
}

static int lanenic_rss_kind(const struct lanenic_flow *flow)
{
	bool v6 = flow->family == AF_INET6;

	if (flow->esp)
		return v6 ? LANENIC_ESP6 : LANENIC_ESP4;
	if (!flow->ports)
		return -1;
	if (flow->proto == IPPROTO_TCP)
		return v6 ? LANENIC_TCP6 : LANENIC_TCP4;
	return v6 ? LANENIC_UDP6 : LANENIC_UDP4;
}

/* Of an IP packet. @deep: more than the addresses was hashed. */
u32 lanenic_rss_hash(const struct lanenic_rss *rss, const struct lanenic_flow *flow, bool *deep)
{
	unsigned int size = flow->family == AF_INET6 ? 16 : 4;
	int kind = lanenic_rss_kind(flow);
	u8 input[LANENIC_RSS_KEY - 4];

	memcpy(input, &flow->src, size);
	memcpy(input + size, &flow->dst, size);
	*deep = kind >= 0 && READ_ONCE(rss->deep[kind]);
	if (!*deep)
		return lanenic_toeplitz(rss->key, input, 2 * size);
	if (flow->esp) {
		memcpy(input + 2 * size, &flow->spi, 4);
	} else {
		memcpy(input + 2 * size, &flow->sport, 2);
		memcpy(input + 2 * size + 2, &flow->dport, 2);
	}
	return lanenic_toeplitz(rss->key, input, 2 * size + 4);
}

static struct lanenic_queue *lanenic_rss_by_rule(struct lanenic *nic,
						 const struct ethtool_rx_flow_spec *rule)
{
	if (rule->ring_cookie == RX_CLS_FLOW_DISC)
		return NULL;
	/* The number of channels may have been lowered since. */
	return &nic->queues[rule->ring_cookie % nic->channels];
}

/* The queue for a frame; NULL when a rule says to drop it. A rule goes before the hash. */
struct lanenic_queue *lanenic_rss_queue(struct lanenic *nic, struct sk_buff *skb,
					const struct lanenic_flow *flow)
{
	const struct ethtool_rx_flow_spec *rule = lanenic_rules_match(nic, flow);
	bool deep;
	u32 hash;

	if (rule)
		return lanenic_rss_by_rule(nic, rule);
	if (!flow->family)
		return &nic->queues[0];
	hash = lanenic_rss_hash(&nic->rss, flow, &deep);
	if (nic->dev->features & NETIF_F_RXHASH)
		skb_set_hash(skb, hash, deep ? PKT_HASH_TYPE_L4 : PKT_HASH_TYPE_L3);
	return &nic->queues[READ_ONCE(nic->rss.indir[hash % LANENIC_RSS_INDIR]) % nic->channels];
}

void lanenic_rss_spread(struct lanenic *nic)
{
	unsigned int i;

	for (i = 0; i < LANENIC_RSS_INDIR; i++)
		WRITE_ONCE(nic->rss.indir[i], ethtool_rxfh_indir_default(i, nic->channels));
}

void lanenic_rss_init(struct lanenic *nic)
{
	netdev_rss_key_fill(nic->rss.key, LANENIC_RSS_KEY);
	memset(nic->rss.deep, true, sizeof(nic->rss.deep));
	lanenic_rss_spread(nic);
}
