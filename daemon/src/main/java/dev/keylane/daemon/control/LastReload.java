package dev.keylane.daemon.control;

import java.time.Instant;

/**
 * What became of the daemon's files when they were read last.
 *
 * @param successful whether they are in force; otherwise those before are
 * @param success    when they were read without a mistake, at the start if never since
 */
public record LastReload(boolean successful, Instant success) {
    public LastReload after(Outcome outcome, Instant now) {
        return switch (outcome) {
            case Outcome.Done _ -> new LastReload(true, now);
            case Outcome.Failed _ -> new LastReload(false, success);
        };
    }
}
