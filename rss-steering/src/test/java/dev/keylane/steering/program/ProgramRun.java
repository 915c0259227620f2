package dev.keylane.steering.program;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs the programs' cases on this machine's kernel, without a test framework: {@code java -cp ...
 * dev.keylane.steering.program.ProgramRun}. Prints a line a case, {@code ok NAME: figures} or {@code FAILED NAME:
 * reason}, and exits with 1 when one failed.
 */
public final class ProgramRun {
    private ProgramRun() {
    }

    static Map<String, Supplier<String>> cases() {
        Map<String, Supplier<String>> cases = new LinkedHashMap<>();
        cases.put("every shape on every CPU", SpiCases::everyShape);
        cases.put("every truncation of every shape", SpiCases::everyTruncationOfEveryShape);
        cases.put("less than an Ethernet header", SpiCases::lessThanAnEthernetHeader);
        cases.put("a hundred thousand random frames", SpiCases::aHundredThousandRandomFrames);
        cases.put("a hundred thousand random frames of plaintext", FlowCases::aHundredThousandRandomFrames);
        cases.put("every truncation of plaintext", FlowCases::everyTruncationOfEveryShape);
        cases.put("both directions of a flow share a slot", FlowCases::bothDirectionsShareASlot);
        cases.put("flows spread evenly", FlowCases::flowsSpreadEvenly);
        cases.put("redirected packets arrive on their CPU", ArrivalCase::redirectedPacketsArriveOnTheirCpu);
        cases.put("every shape of a sender on every CPU", SenderCases::everyShapeOnEveryCpu);
        cases.put("every truncation of a sender's shapes", SenderCases::everyTruncationOfEveryShape);
        cases.put("a hundred thousand random frames of a sender", SenderCases::aHundredThousandRandomFrames);
        cases.put("packets without a link header", SenderCases::packetsWithoutLinkHeader);
        cases.put("each CPU reports once until asked again", SenderCases::eachCpuReportsOnceUntilAskedAgain);
        cases.put("a full ring loses no report", SenderCases::aFullRingLosesNoReport);
        return cases;
    }

    public static void main(String[] args) {
        int[] failed = {0};
        cases().forEach((name, body) -> {
            try {
                System.out.println("ok " + name + ": " + body.get());
            } catch (RuntimeException | AssertionError failure) {
                System.out.println("FAILED " + name + ": " + failure);
                failed[0]++;
            }
        });
        System.out.println(cases().size() + " cases, " + failed[0] + " failed");
        System.exit(failed[0] == 0 ? 0 : 1);
    }
}
