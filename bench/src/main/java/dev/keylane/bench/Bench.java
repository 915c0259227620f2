package dev.keylane.bench;

/** The main class: measures what it is told to. {@code bench/run scrape} is {@code scrape 1} to {@code 3}. */
public final class Bench {
    private Bench() {
    }

    public static void main(String[] args) {
        switch (String.join(" ", args)) {
            case "handshake" -> HandshakeBench.run();
            case "flood" -> FloodBench.run();
            case "steering" -> SteeringBench.run();
            case "coverage" -> CoverageBench.run();
            case "policies" -> PolicyBench.run();
            case "scrape 1", "scrape 2", "scrape 3" -> ScrapeBench.run(Integer.parseInt(args[1]));
            default -> {
                System.err.println("usage: bench/run handshake|flood|steering|coverage|policies|scrape");
                System.exit(2);
            }
        }
    }
}
