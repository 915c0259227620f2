package dev.keylane.bench;

/** The main class: measures what it is told to. */
public final class Bench {
    private Bench() {
    }

    public static void main(String[] args) {
        switch (args.length == 1 ? args[0] : "") {
            case "handshake" -> HandshakeBench.run();
            case "flood" -> FloodBench.run();
            case "steering" -> SteeringBench.run();
            case "coverage" -> CoverageBench.run();
            case "scrape" -> ScrapeBench.run();
            case "policies" -> PolicyBench.run();
            default -> {
                System.err.println("usage: bench/run handshake|flood|steering|coverage|scrape|policies");
                System.exit(2);
            }
        }
    }
}
