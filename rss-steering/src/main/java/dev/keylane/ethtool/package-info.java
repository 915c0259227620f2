/**
 * What a device's driver tells and takes through ethtool's ioctl: which driver it is, what it can do and has
 * counted, how it hashes what it receives, how many queues it has, and rules that put ESP of one SA into a queue. {@link dev.keylane.ethtool.Ethtool} is the port to the
 * kernel, commands and answers are octets as in linux/ethtool.h, in the machine's order but for what comes from the wire.
 * What a driver does not know is an {@link dev.keylane.ethtool.Answer.Refused}, never an exception.
 */
@NullMarked
package dev.keylane.ethtool;

import org.jspecify.annotations.NullMarked;
