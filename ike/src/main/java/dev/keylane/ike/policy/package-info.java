/**
 * What an operator wants, as pure data: connections, child configurations, identities, selectors, lifetimes and
 * secrets. Built by a configuration reader, read by the state machines; nothing here knows a file format. Terms are
 * those of RFC 7296 and of strongSwan's swanctl.conf, whose keys map one to one.
 */
@NullMarked
package dev.keylane.ike.policy;

import org.jspecify.annotations.NullMarked;
