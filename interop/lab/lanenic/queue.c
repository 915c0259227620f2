// SPDX-License-Identifier: GPL-2.0
/*
 * Receive queues. Each has an interrupt of its own in /proc/interrupts, called
 * DEVICE-TxRx-N, and its NAPI runs on the CPU that /proc/irq/N/smp_affinity
 * names; at first that is CPU N.
 *
 * An interrupt is a call on another CPU that enters the generic interrupt
 * layer there. As on a card that masks its interrupt while it is polled, it is
 * raised only when NAPI was idle: whoever gets NAPI's schedule bit raises it,
 * and the handler goes on with that bit.
 */
#include <linux/cpumask.h>
#include <linux/etherdevice.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>

#include "lanenic.h"

/* User-mode Linux takes numbers below this for its own. */
#define LANENIC_FIRST_IRQ 64

static void lanenic_irq_nothing(struct irq_data *data)
{
}

static int lanenic_irq_set_affinity(struct irq_data *data, const struct cpumask *mask, bool force)
{
	struct lanenic_queue *queue = irq_data_get_irq_chip_data(data);
	unsigned int cpu = cpumask_first_and(mask, cpu_online_mask);

	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	WRITE_ONCE(queue->cpu, cpu);
	irq_data_update_effective_affinity(data, cpumask_of(cpu));
	return IRQ_SET_MASK_OK;
}

static struct irq_chip lanenic_irq_chip = {
	.name			= "lanenic",
	.irq_ack		= lanenic_irq_nothing,
	.irq_mask		= lanenic_irq_nothing,
	.irq_unmask		= lanenic_irq_nothing,
	.irq_set_affinity	= lanenic_irq_set_affinity,
};

static irqreturn_t lanenic_interrupt(int irq, void *data)
{
	struct lanenic_queue *queue = data;

	if (!test_and_clear_bit(0, &queue->fired))
		return IRQ_NONE;
	atomic64_inc(&queue->interrupts);
	__napi_schedule_irqoff(&queue->napi);
	return IRQ_HANDLED;
}

static void lanenic_interrupt_arrives(void *data)
{
	struct lanenic_queue *queue = data;

	generic_handle_irq(queue->irq);
}

static void lanenic_raise(struct lanenic_queue *queue)
{
	if (!napi_schedule_prep(&queue->napi))
		return;
	set_bit(0, &queue->fired);
	if (smp_call_function_single_async(READ_ONCE(queue->cpu), &queue->csd)) {
		/* The CPU is not there any more: poll here. */
		clear_bit(0, &queue->fired);
		__napi_schedule(&queue->napi);
	}
}

/* Takes the frame, whose Ethernet header is at skb->data. False: the ring was full or closed. */
bool lanenic_queue_receive(struct lanenic_queue *queue, struct sk_buff *skb)
{
	if (skb_queue_len_lockless(&queue->frames) >= LANENIC_RING ||
	    !READ_ONCE(queue->nic->open)) {
		atomic64_inc(&queue->dropped);
		kfree_skb(skb);
		return false;
	}
	skb_queue_tail(&queue->frames, skb);
	lanenic_raise(queue);
	return true;
}

static int lanenic_poll(struct napi_struct *napi, int budget)
{
	struct lanenic_queue *queue = container_of(napi, struct lanenic_queue, napi);
	struct net_device *dev = queue->nic->dev;
	struct sk_buff *skb;
	int done = 0;

	while (done < budget) {
		skb = skb_dequeue(&queue->frames);
		if (!skb)
			break;
		done++;
		atomic64_inc(&queue->packets);
		atomic64_add(skb->len, &queue->bytes);
		dev_sw_netstats_rx_add(dev, skb->len);
		skb->protocol = eth_type_trans(skb, dev);
		skb_record_rx_queue(skb, queue->index);
		napi_gro_receive(napi, skb);
	}
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

int lanenic_queues_alloc(struct lanenic *nic)
{
	unsigned int i;

	nic->queues = kcalloc(nic->max_queues, sizeof(*nic->queues), GFP_KERNEL);
	if (!nic->queues)
		return -ENOMEM;
	nic->irq_base = irq_alloc_descs(-1, LANENIC_FIRST_IRQ, nic->max_queues, NUMA_NO_NODE);
	if (nic->irq_base < 0) {
		kfree(nic->queues);
		return nic->irq_base;
	}
	for (i = 0; i < nic->max_queues; i++) {
		struct lanenic_queue *queue = &nic->queues[i];

		queue->nic = nic;
		queue->index = i;
		queue->irq = nic->irq_base + i;
		queue->cpu = cpumask_nth(i % num_online_cpus(), cpu_online_mask);
		skb_queue_head_init(&queue->frames);
		INIT_CSD(&queue->csd, lanenic_interrupt_arrives, queue);
		irq_set_chip_and_handler(queue->irq, &lanenic_irq_chip, handle_simple_irq);
		irq_set_chip_data(queue->irq, queue);
		irq_clear_status_flags(queue->irq, IRQ_NOREQUEST);
	}
	return 0;
}

void lanenic_queues_free(struct lanenic *nic)
{
	irq_free_descs(nic->irq_base, nic->max_queues);
	kfree(nic->queues);
	nic->queues = NULL;
}

static int lanenic_queue_open(struct lanenic_queue *queue)
{
	struct net_device *dev = queue->nic->dev;
	unsigned int cpu = queue->cpu;	/* request_irq() chooses another at first */
	int err;

	snprintf(queue->name, sizeof(queue->name), "%s-TxRx-%u", dev->name, queue->index);
	queue->fired = 0;
	netif_napi_add(dev, &queue->napi, lanenic_poll);
	err = request_irq(queue->irq, lanenic_interrupt, 0, queue->name, queue);
	if (err) {
		netif_napi_del(&queue->napi);
		return err;
	}
	irq_set_affinity(queue->irq, cpumask_of(cpu));
	netif_napi_set_irq(&queue->napi, queue->irq);
	napi_enable(&queue->napi);
	netif_queue_set_napi(dev, queue->index, NETDEV_QUEUE_TYPE_RX, &queue->napi);
	netif_set_xps_queue(dev, cpumask_of(cpu), queue->index);
	return 0;
}

static void lanenic_queue_close(struct lanenic_queue *queue)
{
	netif_queue_set_napi(queue->nic->dev, queue->index, NETDEV_QUEUE_TYPE_RX, NULL);
	napi_disable(&queue->napi);	/* waits for an interrupt that is on its way */
	netif_napi_set_irq(&queue->napi, -1);
	free_irq(queue->irq, queue);
	netif_napi_del(&queue->napi);
	skb_queue_purge(&queue->frames);
}

int lanenic_queues_open(struct lanenic *nic)
{
	unsigned int i;
	int err;

	err = netif_set_real_num_queues(nic->dev, nic->channels, nic->channels);
	if (err)
		return err;
	for (i = 0; i < nic->channels; i++) {
		err = lanenic_queue_open(&nic->queues[i]);
		if (err)
			goto close;
	}
	WRITE_ONCE(nic->open, true);
	return 0;

close:
	while (i--)
		lanenic_queue_close(&nic->queues[i]);
	return err;
}

void lanenic_queues_close(struct lanenic *nic)
{
	unsigned int i;

	if (!nic->open)	/* a change of channels had failed */
		return;
	WRITE_ONCE(nic->open, false);
	synchronize_net();
	for (i = 0; i < nic->channels; i++)
		lanenic_queue_close(&nic->queues[i]);
}
