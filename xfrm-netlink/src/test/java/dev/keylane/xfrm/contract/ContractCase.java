package dev.keylane.xfrm.contract;

import dev.keylane.xfrm.XfrmCapabilities;

/**
 * @param needs what the kernel must be able to do, otherwise the case does not apply
 */
public record ContractCase(String name, Needs needs, Body body) {
    public enum Needs {
        NOTHING, DIRECTION, PER_CPU, ESP, ESP_PER_CPU, MIGRATION;

        public boolean metBy(XfrmCapabilities can) {
            return switch (this) {
                case NOTHING -> true;
                case DIRECTION -> can.direction();
                case PER_CPU -> can.perCpu();
                case ESP -> can.esp();
                case MIGRATION -> can.esp() && can.perCpu() && can.migration() && can.cpus() > 1;
                case ESP_PER_CPU -> can.esp() && can.perCpu() && can.cpus() > 1;
            };
        }
    }

    @FunctionalInterface
    public interface Body {
        void run(Scene scene);
    }

    /** Runs the case; an {@link AssertionError} says what is wrong. */
    public void run(KernelUnderTest kernel) {
        body.run(new Scene(kernel));
    }

    @Override
    public String toString() {
        return name;
    }
}
