/**
 * A shard: one event loop that owns a core, its sockets and its side of the kernel. Whatever happens is turned into an
 * event here, and every effect is carried out here; other threads come in by {@link ShardControl} alone. No locks.
 */
@NullMarked
package dev.keylane.daemon.shard;

import org.jspecify.annotations.NullMarked;
