package dev.keylane.bench;

/** The main class: {@code handshake} is what there is to measure so far. */
public final class Bench {
    private Bench() {
    }

    public static void main(String[] args) {
        if (args.length != 1 || !args[0].equals("handshake")) {
            System.err.println("usage: bench/run handshake");
            System.exit(2);
        }
        HandshakeBench.run();
    }
}
