/** The strategies that a network card carries out, for a script that sends packets and looks where they arrive. */
@NullMarked
package dev.keylane.steering.card;

import org.jspecify.annotations.NullMarked;
