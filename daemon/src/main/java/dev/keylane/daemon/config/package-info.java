/**
 * The operator's wishes, from text to policy records. A settings file (swanctl.conf, strongswan.conf) or a control
 * message becomes a tree of {@link Section}s, each node knowing where it was written; readers turn sections into
 * connections, secrets and daemon settings. Every mistake is a {@link ConfigMistake} value, found in one pass, and a
 * configuration with a mistake is not used at all. Every key that strongSwan knows is listed in {@code KnownKeys}: it
 * is used, or it is refused by name; nothing is ignored in silence.
 */
@NullMarked
package dev.keylane.daemon.config;

import org.jspecify.annotations.NullMarked;
