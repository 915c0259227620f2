/**
 * What devlink knows of a network card as a whole, which no single device of it tells: how its switch is set (mode, packet
 * encapsulation), parameters of its driver, its ports, and what the functions behind them may do. {@link
 * dev.keylane.devlink.Devlink} is the port, {@link dev.keylane.devlink.NetlinkDevlink} the running kernel over generic
 * netlink, linux/devlink.h. Reads only. A card that does not know what is asked is an answer, not a failure. {@link
 * dev.keylane.devlink.DevlinkNews} tells when somebody sets a card otherwise.
 */
@NullMarked
package dev.keylane.devlink;

import org.jspecify.annotations.NullMarked;
