// SPDX-License-Identifier: GPL-2.0
/* The card's parser: what RSS, flow rules and the IPsec engine look at. Frames are linear. */
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "lanenic.h"

/* A TCP or UDP port pair, and an SPI, are in the first four octets. */
static void lanenic_flow_upper(const struct sk_buff *skb, struct lanenic_flow *flow)
{
	const u8 *head = skb->data + flow->l4;

	if (flow->fragment || flow->l4 + 4 > flow->end)
		return;
	switch (flow->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
		flow->ports = true;
		memcpy(&flow->sport, head, 2);
		memcpy(&flow->dport, head + 2, 2);
		break;
	case IPPROTO_ESP:
		flow->esp = true;
		memcpy(&flow->spi, head, 4);
		break;
	}
}

static bool lanenic_flow_ip4(const struct sk_buff *skb, struct lanenic_flow *flow)
{
	const struct iphdr *ip = (const struct iphdr *)(skb->data + flow->l3);
	unsigned int room = skb_headlen(skb) - flow->l3;

	if (room < sizeof(*ip) || ip->version != 4 || ip->ihl < 5)
		return false;
	if (ntohs(ip->tot_len) > room || ntohs(ip->tot_len) < ip->ihl * 4)
		return false;
	flow->family = AF_INET;
	flow->proto = ip->protocol;
	flow->fragment = ip_is_fragment(ip);
	flow->src.a4 = ip->saddr;
	flow->dst.a4 = ip->daddr;
	flow->l4 = flow->l3 + ip->ihl * 4;
	flow->end = flow->l3 + ntohs(ip->tot_len);
	return true;
}

static bool lanenic_flow_ip6(const struct sk_buff *skb, struct lanenic_flow *flow)
{
	const struct ipv6hdr *ip = (const struct ipv6hdr *)(skb->data + flow->l3);
	unsigned int room = skb_headlen(skb) - flow->l3;

	if (room < sizeof(*ip) || ip->version != 6)
		return false;
	if (ntohs(ip->payload_len) + sizeof(*ip) > room)
		return false;
	flow->family = AF_INET6;
	flow->proto = ip->nexthdr;
	flow->fragment = ip->nexthdr == NEXTHDR_FRAGMENT;
	flow->src.in6 = ip->saddr;
	flow->dst.in6 = ip->daddr;
	flow->l4 = flow->l3 + sizeof(*ip);
	flow->end = flow->l4 + ntohs(ip->payload_len);
	return true;
}

/* @protocol: as in Ethernet; @l3: where the packet begins, counted from skb->data. */
void lanenic_flow_parse(const struct sk_buff *skb, __be16 protocol, unsigned int l3,
			struct lanenic_flow *flow)
{
	bool ip = false;

	memset(flow, 0, sizeof(*flow));
	flow->l3 = l3;
	if (skb_headlen(skb) <= l3)
		return;
	if (protocol == htons(ETH_P_IP))
		ip = lanenic_flow_ip4(skb, flow);
	else if (protocol == htons(ETH_P_IPV6))
		ip = lanenic_flow_ip6(skb, flow);
	if (ip)
		lanenic_flow_upper(skb, flow);
}
