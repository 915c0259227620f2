/**
 * What the daemon knows, said in VICI: sections for SAs, connections and policies, and the messages of events. Names of
 * keys and, above all, their order are charon's: swanctl prints a heading when it meets a certain key, and test suites
 * match neighbouring keys. A key of our own stands only where nothing looks for neighbours. Pure functions.
 */
@NullMarked
package dev.keylane.daemon.vici.view;

import org.jspecify.annotations.NullMarked;
