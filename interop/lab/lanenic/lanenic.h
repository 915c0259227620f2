/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lanenic: a network card made of software, for testing IPsec daemons.
 *
 * Two network devices are joined by a wire. Each end has receive queues with
 * interrupts of their own, RSS, flow rules, and an IPsec engine.
 *
 * Locking: configuration changes under RTNL; the data path runs with bottom
 * halves disabled and reads under RCU. What it counts is atomic.
 */
#ifndef LANENIC_H
#define LANENIC_H

#include <linux/atomic.h>
#include <linux/ethtool.h>
#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/smp.h>
#include <linux/xfrm.h>

#include "ipsec.h"

#define LANENIC_RSS_KEY		40	/* octets: two IPv6 addresses and an SPI, and four more */
#define LANENIC_RSS_INDIR	128	/* entries */
#define LANENIC_RING		4096	/* frames a queue holds before the card drops */
#define LANENIC_RULES_MAX	1024

/* Reported when the card is asked to behave like a ConnectX in name as well. */
extern bool lanenic_as_mlx5;
extern unsigned int lanenic_rules;

/**
 * struct lanenic_flow - what the card's parser finds in a frame
 * @family: AF_INET, AF_INET6, or 0 when it is not IP
 * @proto: the protocol above IP; extension headers of IPv6 are not walked
 * @fragment: part of a larger packet, so @sport, @dport and @spi are unset
 * @ports: @sport and @dport are set (TCP, UDP)
 * @esp: @spi is set (ESP not in UDP)
 * @l3: offset of the IP header in the frame
 * @l4: offset of what follows it
 * @end: offset of the first octet behind the IP packet; Ethernet may pad
 */
struct lanenic_flow {
	u8 family;
	u8 proto;
	bool fragment;
	bool ports;
	bool esp;
	unsigned int l3;
	unsigned int l4;
	unsigned int end;
	xfrm_address_t src;
	xfrm_address_t dst;
	__be16 sport;
	__be16 dport;
	__be32 spi;
};

/**
 * struct lanenic_queue - a receive queue with its interrupt
 * @frames: what the wire has delivered and NAPI has not yet taken
 * @cpu: where the interrupt goes; irq_set_affinity() writes it
 * @fired: the interrupt is on its way; whoever sets it owns NAPI's schedule bit
 */
struct lanenic_queue {
	struct lanenic *nic;
	unsigned int index;
	struct napi_struct napi;
	struct sk_buff_head frames;
	int irq;
	unsigned int cpu;
	unsigned long fired;
	call_single_data_t csd;
	char name[IFNAMSIZ + 16];
	atomic64_t packets;
	atomic64_t bytes;
	atomic64_t dropped;
	atomic64_t interrupts;
};

enum lanenic_hashed {
	LANENIC_TCP4, LANENIC_UDP4, LANENIC_ESP4,
	LANENIC_TCP6, LANENIC_UDP6, LANENIC_ESP6,
	LANENIC_HASHED
};

/* @deep: beside the addresses, the ports or the SPI are hashed, by kind of traffic. */
struct lanenic_rss {
	u8 key[LANENIC_RSS_KEY];
	u32 indir[LANENIC_RSS_INDIR];
	bool deep[LANENIC_HASHED];
};

/* Replaced as a whole, so that the data path sees one table or the other. In order of location. */
struct lanenic_rules {
	struct rcu_head rcu;
	unsigned int count;
	struct ethtool_rx_flow_spec spec[] __counted_by(count);
};

/**
 * struct lanenic_wire - what joins two ends, and what is done to frames there
 * @monitor: a device on which tcpdump sees each frame that crosses; it may be deleted alone
 * @loss: of a thousand frames, so many are lost
 */
struct lanenic_wire {
	refcount_t users;
	struct net_device __rcu *monitor;
	u32 loss;
	atomic64_t lost;
};

struct lanenic {
	struct net_device *dev;
	struct net_device __rcu *peer;
	struct lanenic_wire *wire;
	struct lanenic_queue *queues;
	unsigned int max_queues;
	unsigned int channels;
	int irq_base;
	bool open;
	struct lanenic_rss rss;
	struct lanenic_rules __rcu *rules;
	struct lanenic_engine engine;
	struct dentry *debugfs;
};

/* main.c */
extern struct rtnl_link_ops lanenic_link_ops;

/* netdev.c */
void lanenic_setup(struct net_device *dev);
bool lanenic_is(const struct net_device *dev);

/* queue.c: receive queues, interrupts, NAPI */
int lanenic_queues_alloc(struct lanenic *nic);
void lanenic_queues_free(struct lanenic *nic);
int lanenic_queues_open(struct lanenic *nic);
void lanenic_queues_close(struct lanenic *nic);
bool lanenic_queue_receive(struct lanenic_queue *queue, struct sk_buff *skb);

/* wire.c: the way from one end to the other */
int lanenic_wire_create(struct net *net, struct lanenic *a, struct lanenic *b);
void lanenic_wire_remove_monitor(struct lanenic *nic, struct list_head *head);
void lanenic_wire_put(struct lanenic_wire *wire);
void lanenic_wire_arrive(struct lanenic *nic, struct sk_buff *skb);
void lanenic_wire_send(struct lanenic *nic, struct sk_buff *skb);
extern struct rtnl_link_ops lanenic_monitor_link_ops;

/* flow.c */
void lanenic_flow_parse(const struct sk_buff *skb, __be16 protocol, unsigned int l3,
			struct lanenic_flow *flow);

/* rss.c */
void lanenic_rss_init(struct lanenic *nic);
void lanenic_rss_spread(struct lanenic *nic);
u32 lanenic_rss_hash(const struct lanenic_rss *rss, const struct lanenic_flow *flow, bool *deep);
struct lanenic_queue *lanenic_rss_queue(struct lanenic *nic, struct sk_buff *skb,
					const struct lanenic_flow *flow);

/* rules.c: ntuple */
const struct ethtool_rx_flow_spec *lanenic_rules_match(struct lanenic *nic,
						       const struct lanenic_flow *flow);
int lanenic_rules_get(struct lanenic *nic, struct ethtool_rxnfc *info, u32 *locations);
int lanenic_rules_set(struct lanenic *nic, const struct ethtool_rxnfc *info);
void lanenic_rules_free(struct lanenic *nic);

/* ethtool.c */
extern const struct ethtool_ops lanenic_ethtool_ops;

/* debugfs.c */
void lanenic_debugfs_init(void);
void lanenic_debugfs_exit(void);
void lanenic_debugfs_add(struct lanenic *nic);
void lanenic_debugfs_remove(struct lanenic *nic);

#endif
