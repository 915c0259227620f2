// SPDX-License-Identifier: GPL-2.0
/* Outbound packet offload: a plain frame becomes an ESP frame. */
#include <linux/etherdevice.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <linux/unaligned.h>
#include <net/dst.h>
#include <net/inet_ecn.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/neighbour.h>
#include <net/route.h>

#include "ipsec.h"
#include "lanenic.h"

static struct neighbour *lanenic_find_next_hop(struct lanenic_sa *sa)
{
	struct net *net = dev_net(sa->nic->dev);
	struct flowi6 fl6 = { .saddr = sa->src.in6, .daddr = sa->dst.in6 };
	struct flowi4 fl4 = { .saddr = sa->src.a4, .daddr = sa->dst.a4 };
	struct neighbour *neighbour;
	struct dst_entry *dst;
	struct rtable *rt;

	if (sa->family == AF_INET) {
		rt = ip_route_output_key(net, &fl4);
		if (IS_ERR(rt))
			return NULL;
		dst = &rt->dst;
	} else if (ip6_dst_lookup(net, NULL, &dst, &fl6)) {
		return NULL;
	}
	neighbour = dst_neigh_lookup(dst, &sa->dst);
	dst_release(dst);
	return neighbour;
}

/*
 * The tunnel's next hop, looked up again when the stack has thrown the entry away. The
 * caller releases it.
 */
static struct neighbour *lanenic_next_hop(struct lanenic_sa *sa)
{
	struct neighbour *neighbour, *old = NULL;

	spin_lock(&sa->lock);
	if (sa->neighbour && READ_ONCE(sa->neighbour->dead)) {
		old = sa->neighbour;
		sa->neighbour = NULL;
	}
	if (!sa->neighbour)
		sa->neighbour = lanenic_find_next_hop(sa);
	neighbour = sa->neighbour;
	if (neighbour)
		neigh_hold(neighbour);
	spin_unlock(&sa->lock);
	if (old)
		neigh_release(old);
	return neighbour;
}

/*
 * A packet in tunnel mode may come without a link layer header, since its own next hop is
 * not asked for. The card takes the addresses of the tunnel's next hop, and drops while they
 * are unknown.
 */
static bool lanenic_link_header(struct lanenic_sa *sa, struct ethhdr *eth)
{
	struct neighbour *neighbour = lanenic_next_hop(sa);
	bool known;

	if (!neighbour)
		return false;
	/* without a lock: it may send through this very SA */
	neigh_event_send(neighbour, NULL);
	known = READ_ONCE(neighbour->nud_state) & NUD_VALID;
	neigh_ha_snapshot(eth->h_dest, neighbour, sa->nic->dev);
	neigh_release(neighbour);
	ether_addr_copy(eth->h_source, sa->nic->dev->dev_addr);
	eth->h_proto = htons(sa->family == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	return known;
}

static void lanenic_outer_ip4(struct lanenic_sa *sa, struct iphdr *ip, u8 dsfield)
{
	*ip = (struct iphdr) {
		.version = 4, .ihl = 5, .tos = dsfield, .frag_off = htons(IP_DF), .ttl = 64,
		.saddr = sa->src.a4, .daddr = sa->dst.a4,
	};
}

static void lanenic_outer_ip6(struct lanenic_sa *sa, struct ipv6hdr *ip, u8 dsfield)
{
	memset(ip, 0, sizeof(*ip));
	ip6_flow_hdr(ip, (u32)dsfield << 20, 0);
	ip->hop_limit = 64;
	ip->saddr = sa->src.in6;
	ip->daddr = sa->dst.in6;
}

static u8 lanenic_inner_dsfield(const struct sk_buff *skb, const struct lanenic_flow *flow)
{
	const void *ip = skb->data + flow->l3;

	return flow->family == AF_INET ? ipv4_get_dsfield(ip) : ipv6_get_dsfield(ip);
}

/*
 * The outermost IP header, which lies behind Ethernet's or where it was, is made to fit
 * what follows it.
 */
static void lanenic_finish_ip(struct sk_buff *skb, unsigned int l3, u8 family, u8 proto)
{
	if (family == AF_INET) {
		struct iphdr *ip = (struct iphdr *)(skb->data + l3);

		ip->protocol = proto;
		ip->tot_len = htons(skb->len - l3);
		ip_send_check(ip);
	} else {
		struct ipv6hdr *ip = (struct ipv6hdr *)(skb->data + l3);

		ip->nexthdr = proto;
		ip->payload_len = htons(skb->len - l3 - sizeof(*ip));
	}
}

/* RFC 3948: no checksum over IPv4; over IPv6 UDP must have one. */
static void lanenic_udp(struct lanenic_sa *sa, struct sk_buff *skb, struct udphdr *udp,
			const struct lanenic_flow *flow)
{
	unsigned int length = skb->len - ((u8 *)udp - skb->data);

	*udp = (struct udphdr) { .source = sa->sport, .dest = sa->dport, .len = htons(length) };
	if (flow->family == AF_INET)
		return;
	udp->check = csum_ipv6_magic(&flow->src.in6, &flow->dst.in6, length, IPPROTO_UDP,
				     csum_partial(udp, length, 0));
	if (!udp->check)
		udp->check = CSUM_MANGLED_0;
}

static bool lanenic_make_room(struct sk_buff *skb, unsigned int head, unsigned int tail)
{
	int more_head = max_t(int, head - skb_headroom(skb), 0);
	int more_tail = max_t(int, tail - skb_tailroom(skb), 0);

	if (!more_head && !more_tail && !skb_cloned(skb))
		return true;
	return !pskb_expand_head(skb, SKB_DATA_ALIGN(more_head), more_tail, GFP_ATOMIC);
}

/*
 * RFC 4303 2.4: padding to four octets, counted 1, 2, 3; then its length and what the
 * payload is.
 */
static void lanenic_trailer(struct sk_buff *skb, unsigned int pad, u8 next)
{
	u8 *tail = skb_put(skb, pad + 2 + LANENIC_ICV);
	unsigned int i;

	for (i = 0; i < pad; i++)
		tail[i] = i + 1;
	tail[pad] = pad;
	tail[pad + 1] = next;
}

/* Takes a number and encrypts. False when the numbers are used up, RFC 4303 3.3.3. */
static bool lanenic_seal(struct lanenic_sa *sa, struct sk_buff *skb, u8 *esp)
{
	unsigned int text = skb_tail_pointer(skb) - esp - 8 - LANENIC_IV - LANENIC_ICV;
	u32 low;
	u64 seq;

	spin_lock(&sa->lock);
	seq = sa->seq + 1;
	if (!seq || (!sa->esn && seq > U32_MAX)) {
		spin_unlock(&sa->lock);
		return false;
	}
	sa->seq = seq;
	spin_unlock(&sa->lock);
	low = lower_32_bits(seq);
	memcpy(esp, &sa->spi, 4);
	put_unaligned_be32(low, esp + 4);
	lanenic_esp_iv(sa, esp, seq);
	return !lanenic_esp_seal(sa, esp, text, upper_32_bits(seq));
}

static bool lanenic_encap_transport(struct lanenic_sa *sa, struct sk_buff *skb,
				    const struct lanenic_flow *flow)
{
	unsigned int udp = sa->encap ? sizeof(struct udphdr) : 0, head = udp + 8 + LANENIC_IV;

	skb_push(skb, head);
	memmove(skb->data, skb->data + head, flow->l4);
	if (!lanenic_seal(sa, skb, skb->data + flow->l4 + udp))
		return false;
	lanenic_finish_ip(skb, flow->l3, flow->family, udp ? IPPROTO_UDP : IPPROTO_ESP);
	if (udp)
		lanenic_udp(sa, skb, (struct udphdr *)(skb->data + flow->l4), flow);
	return true;
}

static bool lanenic_encap_tunnel(struct lanenic_sa *sa, struct sk_buff *skb,
				 const struct lanenic_flow *flow)
{
	unsigned int ip = sa->family == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	u8 dsfield = lanenic_inner_dsfield(skb, flow);

	skb_push(skb, ip + 8 + LANENIC_IV);
	if (!lanenic_link_header(sa, (struct ethhdr *)skb->data)) {
		lanenic_count(sa->nic, IPSEC_TX_NO_NEIGHBOUR, 1);
		return false;
	}
	if (!lanenic_seal(sa, skb, skb->data + ETH_HLEN + ip))
		return false;
	if (sa->family == AF_INET)
		lanenic_outer_ip4(sa, (struct iphdr *)(skb->data + ETH_HLEN), dsfield);
	else
		lanenic_outer_ip6(sa, (struct ipv6hdr *)(skb->data + ETH_HLEN), dsfield);
	lanenic_finish_ip(skb, ETH_HLEN, sa->family, IPPROTO_ESP);
	skb->protocol = ((struct ethhdr *)skb->data)->h_proto;
	return true;
}

/* False: it could not be done, and the frame is spoilt. */
bool lanenic_encap(struct lanenic_sa *sa, struct sk_buff *skb, const struct lanenic_flow *flow)
{
	u8 inner = flow->family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
	unsigned int from = sa->tunnel ? flow->l3 : flow->l4;
	unsigned int pad;

	skb_trim(skb, flow->end);	/* Ethernet may have padded */
	pad = -(skb->len - from + 2) & 3;
	if (!lanenic_make_room(skb, sizeof(struct ipv6hdr) + sizeof(struct udphdr) + 8 + LANENIC_IV,
			       pad + 2 + LANENIC_ICV))
		return false;
	lanenic_trailer(skb, pad, sa->tunnel ? inner : flow->proto);
	if (sa->tunnel)
		return lanenic_encap_tunnel(sa, skb, flow);
	return lanenic_encap_transport(sa, skb, flow);
}
