// SPDX-License-Identifier: GPL-2.0
/*
 * /sys/kernel/debug/lanenic/DEVICE: what is in the card, and its faults. The
 * name is the one the device had when it was made.
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "lanenic.h"

static struct dentry *lanenic_debugfs;

static int lanenic_show_queues_show(struct seq_file *file, void *unused)
{
	struct lanenic *nic = file->private;
	unsigned int i;

	for (i = 0; i < nic->channels; i++) {
		struct lanenic_queue *queue = &nic->queues[i];

		seq_printf(file, "queue=%u irq=%d cpu=%u packets=%lld dropped=%lld\n", i, queue->irq,
			   READ_ONCE(queue->cpu), atomic64_read(&queue->packets),
			   atomic64_read(&queue->dropped));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(lanenic_show_queues);

void lanenic_debugfs_add(struct lanenic *nic)
{
	nic->debugfs = debugfs_create_dir(nic->dev->name, lanenic_debugfs);
	debugfs_create_file("queues", 0444, nic->debugfs, nic, &lanenic_show_queues_fops);
	debugfs_create_u32("loss", 0644, nic->debugfs, &nic->wire->loss);
}

void lanenic_debugfs_remove(struct lanenic *nic)
{
	debugfs_remove(nic->debugfs);
	nic->debugfs = NULL;
}

void lanenic_debugfs_init(void)
{
	lanenic_debugfs = debugfs_create_dir("lanenic", NULL);
}

void lanenic_debugfs_exit(void)
{
	debugfs_remove(lanenic_debugfs);
}
