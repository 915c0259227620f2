package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import java.nio.file.Path;

/** Why something is not steered; packets then stay where they arrive. */
public sealed interface Rejection {
    /** A sentence for the operator. */
    String text();

    record NoSuchDevice(String device) implements Rejection {
        @Override
        public String text() {
            return "there is no device " + device;
        }
    }

    /** It was there when it was attached. */
    record DeviceGone(String device) implements Rejection {
        @Override
        public String text() {
            return device + " has gone, and its program with it";
        }
    }

    /**
     * @param program number, name and mode
     */
    record HookTaken(String device, String program) implements Rejection {
        @Override
        public String text() {
            return device + " already runs " + program + ", which is not ours and stays: take it off, or choose another"
                    + " way of steering";
        }
    }

    record PinnedOtherwise(Path pin, String wanted, String found) implements Rejection {
        @Override
        public String text() {
            return pin + " is " + found + ", not " + wanted + ": remove it if nobody needs it";
        }
    }

    record NoBpfFileSystem(Path directory, String reason) implements Rejection {
        @Override
        public String text() {
            return "nothing can be pinned in " + directory + ": " + reason;
        }
    }

    /**
     * @param possible how many CPUs there may ever be
     */
    record NoSuchCpu(int cpu, int possible) implements Rejection {
        @Override
        public String text() {
            return "there is no CPU " + cpu + ", only 0 to " + (possible - 1);
        }
    }

    record CpuOffline(int cpu) implements Rejection {
        @Override
        public String text() {
            return "CPU " + cpu + " is offline";
        }
    }

    record NoCpus() implements Rejection {
        @Override
        public String text() {
            return "no CPUs are given";
        }
    }

    record TableFull(String device, int capacity) implements Rejection {
        @Override
        public String text() {
            return "the table of " + device + " is full with " + capacity + " SAs";
        }
    }

    record ReservedSpi(int spi) implements Rejection {
        @Override
        public String text() {
            return "SPI " + spi + " is reserved (RFC 4303 §2.1)";
        }
    }

    record OtherPort(int port, int programPort) implements Rejection {
        @Override
        public String text() {
            return "its UDP port is " + port + ", and the program looks at " + programPort;
        }
    }

    record Offloaded(SteeredSa.Offload offload) implements Rejection {
        @Override
        public String text() {
            return switch (offload) {
                case PACKET -> "the device decrypts it (packet offload), so no ESP of it is ever seen here";
                case CRYPTO -> "the device decrypts its payload (crypto offload), and another CPU would not know that";
                case NONE -> throw new IllegalStateException("not offloaded");
            };
        }
    }

    /** The device hashes, but to none of this CPU's queues. */
    record NoQueueOfCpu(String device, int cpu) implements Rejection {
        @Override
        public String text() {
            return device + " has no queue on CPU " + cpu;
        }
    }

    /** Its numbers were not chosen for this CPU, or not by what the device does now. */
    record HashedElsewhere(String device, int queue, int cpu) implements Rejection {
        @Override
        public String text() {
            return device + " puts it in queue " + queue + (cpu < 0 ? "" : ", which is CPU " + cpu + "'s");
        }
    }

    /** There are fitting numbers, but none came up. */
    record NoneDrawn(String device, int tries) implements Rejection {
        @Override
        public String text() {
            return "none of " + tries + " numbers drawn for " + device + " fits";
        }
    }

    record PeerUnknown(int spi) implements Rejection {
        @Override
        public String text() {
            return String.format("where packets of SPI 0x%08x come from is not known, and the device hashes that", spi);
        }
    }

    /**
     * @param reason a sentence, for all that comes over this device
     */
    record NotHashed(String device, String reason) implements Rejection {
        @Override
        public String text() {
            return reason;
        }
    }

    /** Source and destination are of two kinds. */
    record MixedFamilies(IpAddress from, IpAddress to) implements Rejection {
        @Override
        public String text() {
            return from + " and " + to + " are of different families";
        }
    }

    /** No strategy would do. */
    record NoStrategy(SteeringPlan plan) implements Rejection {
        @Override
        public String text() {
            return plan.findings().isEmpty() ? "no way of steering " + plan.device() + " is allowed"
                    : plan.text().strip().replace("\n", "; ");
        }
    }

    /** The kernel did not do what it was asked. */
    record Refused(String text) implements Rejection {
    }
}
