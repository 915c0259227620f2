package dev.keylane.ike.proposal;

/**
 * The outcome of a selection.
 *
 * @param suite  {@link IkeSuite} or {@link EspSuite}
 * @param answer what to send back: the accepted proposal's number, one transform of each of its types with the offer's
 *               attributes, and still the offer's SPI
 */
public record Chosen<S>(S suite, Proposal answer) {
}
