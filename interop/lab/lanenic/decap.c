// SPDX-License-Identifier: GPL-2.0
/*
 * Inbound packet offload: an authentic, decrypted ESP frame becomes the plain frame that it
 * carried.
 */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "ipsec.h"
#include "lanenic.h"

static void lanenic_restore_ip(struct sk_buff *skb, unsigned int l3, u8 family, u8 next)
{
	if (family == AF_INET) {
		struct iphdr *ip = (struct iphdr *)(skb->data + l3);

		ip->protocol = next;
		ip->tot_len = htons(skb->len - l3);
		ip_send_check(ip);
	} else {
		struct ipv6hdr *ip = (struct ipv6hdr *)(skb->data + l3);

		ip->nexthdr = next;
		ip->payload_len = htons(skb->len - l3 - sizeof(*ip));
	}
}

static void lanenic_decap_transport(struct sk_buff *skb, unsigned int payload, u8 next,
				    const struct lanenic_flow *flow)
{
	/* ESP, its IV, and UDP when there was one */
	unsigned int stripped = payload - flow->l4;

	memmove(skb->data + stripped, skb->data, flow->l4);
	skb_pull(skb, stripped);
	lanenic_restore_ip(skb, flow->l3, flow->family, next);
}

static bool lanenic_decap_tunnel(struct lanenic_sa *sa, struct sk_buff *skb, unsigned int payload,
				 u8 next)
{
	struct ethhdr eth = *(struct ethhdr *)skb->data;

	if (next == IPPROTO_IPIP)
		eth.h_proto = htons(ETH_P_IP);
	else if (next == IPPROTO_IPV6)
		eth.h_proto = htons(ETH_P_IPV6);
	else
		return false;
	skb_pull(skb, payload - ETH_HLEN);
	ether_addr_copy(eth.h_dest, sa->nic->dev->dev_addr);
	memcpy(skb->data, &eth, sizeof(eth));
	return true;
}

/* @esp: offset of the ESP header. False: what was inside makes no sense. */
bool lanenic_decap(struct lanenic_sa *sa, struct sk_buff *skb, unsigned int esp,
		   const struct lanenic_flow *flow)
{
	unsigned int payload = esp + 8 + LANENIC_IV, end = flow->end - LANENIC_ICV;
	u8 pad = skb->data[end - 2], next = skb->data[end - 1];

	if (payload + pad + 2 > end)
		return false;
	skb_trim(skb, end - 2 - pad);
	if (sa->tunnel)
		return lanenic_decap_tunnel(sa, skb, payload, next);
	lanenic_decap_transport(skb, payload, next, flow);
	return true;
}
