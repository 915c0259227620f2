// SPDX-License-Identifier: GPL-2.0
/*
 * Flow rules, as `ethtool -N DEV flow-type esp4 dst-ip A spi 0x... action QUEUE`
 * makes them: ESP by addresses and SPI, UDP and TCP by addresses and ports. A
 * field is matched whole or not at all. The lowest location wins.
 */
#include <linux/overflow.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "lanenic.h"

static bool same4(__be32 wanted, __be32 mask, __be32 got)
{
	return !((wanted ^ got) & mask);
}

static bool same6(const __be32 *wanted, const __be32 *mask, const xfrm_address_t *got)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		if (!same4(wanted[i], mask[i], got->a6[i]))
			return false;
	return true;
}

static bool same_port(__be16 wanted, __be16 mask, __be16 got)
{
	return !((wanted ^ got) & mask);
}

static bool lanenic_rule_esp4(const struct ethtool_ah_espip4_spec *h,
			      const struct ethtool_ah_espip4_spec *m,
			      const struct lanenic_flow *flow)
{
	return flow->family == AF_INET && flow->esp && same4(h->spi, m->spi, flow->spi) &&
	       same4(h->ip4src, m->ip4src, flow->src.a4) &&
	       same4(h->ip4dst, m->ip4dst, flow->dst.a4);
}

static bool lanenic_rule_esp6(const struct ethtool_ah_espip6_spec *h,
			      const struct ethtool_ah_espip6_spec *m,
			      const struct lanenic_flow *flow)
{
	return flow->family == AF_INET6 && flow->esp && same4(h->spi, m->spi, flow->spi) &&
	       same6(h->ip6src, m->ip6src, &flow->src) && same6(h->ip6dst, m->ip6dst, &flow->dst);
}

static bool lanenic_rule_ports4(const struct ethtool_tcpip4_spec *h,
				const struct ethtool_tcpip4_spec *m,
				u8 proto, const struct lanenic_flow *flow)
{
	return flow->family == AF_INET && flow->ports && flow->proto == proto &&
	       same4(h->ip4src, m->ip4src, flow->src.a4) &&
	       same4(h->ip4dst, m->ip4dst, flow->dst.a4) &&
	       same_port(h->psrc, m->psrc, flow->sport) && same_port(h->pdst, m->pdst, flow->dport);
}

static bool lanenic_rule_ports6(const struct ethtool_tcpip6_spec *h,
				const struct ethtool_tcpip6_spec *m,
				u8 proto, const struct lanenic_flow *flow)
{
	return flow->family == AF_INET6 && flow->ports && flow->proto == proto &&
	       same6(h->ip6src, m->ip6src, &flow->src) && same6(h->ip6dst, m->ip6dst, &flow->dst) &&
	       same_port(h->psrc, m->psrc, flow->sport) && same_port(h->pdst, m->pdst, flow->dport);
}

static bool lanenic_rule_matches(const struct ethtool_rx_flow_spec *rule,
				 const struct lanenic_flow *flow)
{
	switch (rule->flow_type) {
	case ESP_V4_FLOW:
		return lanenic_rule_esp4(&rule->h_u.esp_ip4_spec, &rule->m_u.esp_ip4_spec, flow);
	case ESP_V6_FLOW:
		return lanenic_rule_esp6(&rule->h_u.esp_ip6_spec, &rule->m_u.esp_ip6_spec, flow);
	case UDP_V4_FLOW:
		return lanenic_rule_ports4(&rule->h_u.udp_ip4_spec, &rule->m_u.udp_ip4_spec,
					   IPPROTO_UDP, flow);
	case TCP_V4_FLOW:
		return lanenic_rule_ports4(&rule->h_u.tcp_ip4_spec, &rule->m_u.tcp_ip4_spec,
					   IPPROTO_TCP, flow);
	case UDP_V6_FLOW:
		return lanenic_rule_ports6(&rule->h_u.udp_ip6_spec, &rule->m_u.udp_ip6_spec,
					   IPPROTO_UDP, flow);
	case TCP_V6_FLOW:
		return lanenic_rule_ports6(&rule->h_u.tcp_ip6_spec, &rule->m_u.tcp_ip6_spec,
					   IPPROTO_TCP, flow);
	}
	return false;
}

/* The rule that applies, NULL when none does. Valid until bottom halves run again. */
const struct ethtool_rx_flow_spec *lanenic_rules_match(struct lanenic *nic,
						       const struct lanenic_flow *flow)
{
	const struct lanenic_rules *rules = rcu_dereference_bh(nic->rules);
	unsigned int i;

	if (!rules || !(nic->dev->features & NETIF_F_NTUPLE))
		return NULL;
	for (i = 0; i < rules->count; i++)
		if (lanenic_rule_matches(&rules->spec[i], flow))
			return &rules->spec[i];
	return NULL;
}

/* Each octet of a mask is all ones or all zeros, and some are ones. */
static bool lanenic_mask_is_whole(const void *mask, size_t size)
{
	const u8 *octet = mask;
	bool any = false;

	for (; size--; octet++) {
		if (*octet != 0 && *octet != 0xff)
			return false;
		any |= *octet;
	}
	return any;
}

/* What is matched of a header: all but the type of service, which must not be asked for. 0: not at all */
static size_t lanenic_matched_size(const struct ethtool_rx_flow_spec *spec)
{
	switch (spec->flow_type) {
	case ESP_V4_FLOW:
		return offsetof(struct ethtool_ah_espip4_spec, tos);
	case ESP_V6_FLOW:
		return offsetof(struct ethtool_ah_espip6_spec, tclass);
	case UDP_V4_FLOW:
	case TCP_V4_FLOW:
		return offsetof(struct ethtool_tcpip4_spec, tos);
	case UDP_V6_FLOW:
	case TCP_V6_FLOW:
		return offsetof(struct ethtool_tcpip6_spec, tclass);
	}
	return 0;
}

static int lanenic_rule_check(struct lanenic *nic, const struct ethtool_rx_flow_spec *spec)
{
	size_t size = lanenic_matched_size(spec);

	if (spec->location >= min(lanenic_rules, LANENIC_RULES_MAX))
		return -ENOSPC;
	if (spec->ring_cookie != RX_CLS_FLOW_DISC && spec->ring_cookie >= nic->channels)
		return -EINVAL;
	if (!size || ((const u8 *)&spec->m_u)[size])
		return -EOPNOTSUPP;
	return lanenic_mask_is_whole(&spec->m_u, size) ? 0 : -EINVAL;
}

static bool lanenic_rule_says_the_same(const struct ethtool_rx_flow_spec *a,
				       const struct ethtool_rx_flow_spec *b)
{
	return a->flow_type == b->flow_type && !memcmp(&a->h_u, &b->h_u, sizeof(a->h_u)) &&
	       !memcmp(&a->m_u, &b->m_u, sizeof(a->m_u));
}

/*
 * A copy of the table without what stands at @location, and with @added when it is not
 * NULL, in order.
 */
static int lanenic_rules_replace(struct lanenic *nic, u32 location,
				 const struct ethtool_rx_flow_spec *added)
{
	struct lanenic_rules *old = rtnl_dereference(nic->rules), *new;
	unsigned int i = 0, count = old ? old->count : 0;

	new = kzalloc(struct_size(new, spec, count + 1), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->count = count + 1;
	count = 0;
	for (; old && i < old->count && old->spec[i].location < location; i++)
		new->spec[count++] = old->spec[i];
	if (added)
		new->spec[count++] = *added;
	for (; old && i < old->count; i++)
		if (old->spec[i].location != location)
			new->spec[count++] = old->spec[i];
	new->count = count;
	rcu_assign_pointer(nic->rules, new);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

static const struct ethtool_rx_flow_spec *lanenic_rules_at(struct lanenic *nic, u32 location)
{
	struct lanenic_rules *rules = rtnl_dereference(nic->rules);
	unsigned int i;

	for (i = 0; rules && i < rules->count; i++)
		if (rules->spec[i].location == location)
			return &rules->spec[i];
	return NULL;
}

static int lanenic_rules_insert(struct lanenic *nic, const struct ethtool_rx_flow_spec *spec)
{
	struct lanenic_rules *rules = rtnl_dereference(nic->rules);
	int err = lanenic_rule_check(nic, spec);
	unsigned int i;

	if (err)
		return err;
	for (i = 0; rules && i < rules->count; i++)
		if (rules->spec[i].location != spec->location &&
		    lanenic_rule_says_the_same(&rules->spec[i], spec))
			return -EEXIST;
	return lanenic_rules_replace(nic, spec->location, spec);
}

int lanenic_rules_set(struct lanenic *nic, const struct ethtool_rxnfc *info)
{
	switch (info->cmd) {
	case ETHTOOL_SRXCLSRLINS:
		return lanenic_rules_insert(nic, &info->fs);
	case ETHTOOL_SRXCLSRLDEL:
		if (!lanenic_rules_at(nic, info->fs.location))
			return -ENOENT;
		return lanenic_rules_replace(nic, info->fs.location, NULL);
	}
	return -EOPNOTSUPP;
}

static int lanenic_rules_list(struct lanenic *nic, struct ethtool_rxnfc *info, u32 *locations)
{
	struct lanenic_rules *rules = rtnl_dereference(nic->rules);
	unsigned int i;

	info->data = min(lanenic_rules, LANENIC_RULES_MAX);
	if (rules && rules->count > info->rule_cnt)
		return -EMSGSIZE;
	for (i = 0; rules && i < rules->count; i++)
		locations[i] = rules->spec[i].location;
	info->rule_cnt = rules ? rules->count : 0;
	return 0;
}

int lanenic_rules_get(struct lanenic *nic, struct ethtool_rxnfc *info, u32 *locations)
{
	struct lanenic_rules *rules = rtnl_dereference(nic->rules);
	const struct ethtool_rx_flow_spec *rule;

	switch (info->cmd) {
	case ETHTOOL_GRXCLSRLCNT:
		info->rule_cnt = rules ? rules->count : 0;
		info->data = min(lanenic_rules, LANENIC_RULES_MAX);
		return 0;
	case ETHTOOL_GRXCLSRULE:
		rule = lanenic_rules_at(nic, info->fs.location);
		if (!rule)
			return -ENOENT;
		info->fs = *rule;
		return 0;
	case ETHTOOL_GRXCLSRLALL:
		return lanenic_rules_list(nic, info, locations);
	}
	return -EOPNOTSUPP;
}

void lanenic_rules_free(struct lanenic *nic)
{
	kfree(rcu_dereference_protected(nic->rules, true));
}
