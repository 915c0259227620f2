package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import java.util.Locale;

/** {@code start_action}: what happens to a child when it is loaded; both is written {@code trap|start}. */
record StartAction(boolean trap, boolean start) {
    static final ValueFormat<StartAction> FORMAT =
            new ValueFormat<>("one of none, trap, start, trap|start", StartAction::read);

    private static Parsed<StartAction> read(String text) {
        String folded = text.toLowerCase(Locale.ROOT);
        if (folded.equals("none") || folded.equals("clear")) {
            return Parsed.of(new StartAction(false, false));
        }
        boolean trap = false;
        boolean start = false;
        for (String word : folded.split("\\|", -1)) {
            switch (word.strip()) {
                case "trap", "route" -> trap = true;
                case "start", "restart" -> start = true;
                default -> {
                    return ValueFormat.wrong(FORMAT.expects(), text);
                }
            }
        }
        return Parsed.of(new StartAction(trap, start));
    }

    @Override
    public String toString() {
        return trap ? start ? "trap|start" : "trap" : start ? "start" : "none";
    }
}
