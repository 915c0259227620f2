package dev.keylane.daemon.shard;

import dev.keylane.ike.sa.Effect;

/** Where what a shard says leaves; called on its thread. */
public interface Network {
    void send(Effect.SendDatagram datagram);

    void send(Effect.SendKeepalive keepalive);
}
