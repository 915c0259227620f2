/**
 * What reading a piece of an operator's text answers: a value, or a sentence that says what is wrong with it. The caller
 * adds where the text stood.
 */
@NullMarked
package dev.keylane.ike.text;

import org.jspecify.annotations.NullMarked;
