package dev.keylane.daemon.control;

/** How a request ended. */
public sealed interface Outcome {
    Outcome DONE = new Done();

    record Done() implements Outcome {
    }

    /**
     * @param message what is told to the asker; the factories give charon's texts
     */
    record Failed(String message) implements Outcome {
        public static Failed missingName() {
            return new Failed("missing configuration name");
        }

        public static Failed notFound(InitiateRequest request) {
            return new Failed("%s config '%s' not found".formatted(request.kind(), request.name()));
        }

        public static Failed timedOut(InitiateRequest request) {
            return new Failed("%s '%s' not established after %dms"
                    .formatted(request.kind(), request.name(), request.timeout().millis()));
        }

        public static Failed limited(InitiateRequest request) {
            return new Failed("establishing %s '%s' not possible at the moment due to limits"
                    .formatted(request.kind(), request.name()));
        }

        public static Failed notEstablished(InitiateRequest request) {
            return new Failed("establishing %s '%s' failed".formatted(request.kind(), request.name()));
        }

        /** For install: no connection has such a child. */
        public static Failed nameNotFound() {
            return new Failed("configuration name not found");
        }

        public static Failed notInstalled(String child) {
            return new Failed("installing policy '%s' failed".formatted(child));
        }

        public static Failed policyNotFound(String child) {
            return new Failed("policy '%s' not found".formatted(child));
        }
    }
}
