package dev.keylane.bench;

/** CPU time a side for one exchange, microseconds. */
record Cost(double initiator, double responder) {
}
