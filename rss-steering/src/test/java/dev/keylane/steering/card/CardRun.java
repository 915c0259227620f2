package dev.keylane.steering.card;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.linux.Cpus;
import dev.keylane.steering.DeviceSteering;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Placement;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.ntuple.NtupleStrategy;
import dev.keylane.steering.rss.SpiStrategy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Scanner;
import java.util.function.IntSupplier;

/**
 * On a real card: {@code CardRun NOTES} takes lines {@code DEVICE WHAT}, where WHAT is {@code plan}, {@code numbers} (chosen by
 * the device's hash), {@code rules} (one for a drawn SPI, for each CPU) or {@code sweep} (takes them away). Answers with lines
 * {@code esp4 CPU SPI}, {@code esp6 CPU SPI}, {@code udp4 CPU PORT}, with a reason in place of the number if there is one, and
 * a line with a dot.
 */
public final class CardRun {
    private static final IpAddress PEER4 = IpAddress.of("10.0.0.1");
    private static final IpAddress LOCAL4 = IpAddress.of("10.0.0.2");
    private static final IpAddress PEER6 = IpAddress.of("fd00::1");
    private static final IpAddress LOCAL6 = IpAddress.of("fd00::2");
    private static final IntSupplier RANDOM = new SecureRandom()::nextInt;

    private CardRun() {
    }

    public static void main(String[] args) {
        Scanner lines = new Scanner(System.in, StandardCharsets.UTF_8);
        while (lines.hasNext()) {
            run(lines.next(), lines.next(), Path.of(args[0]));
            System.out.println(".");
        }
    }

    private static void run(String device, String what, Path notes) {
        Path root = Path.of("/");
        SpiStrategy spi = new SpiStrategy(Ethtool.LINUX, root, InstantSource.system());
        NtupleStrategy ntuple = new NtupleStrategy(Ethtool.LINUX, root, notes, InstantSource.system());
        switch (what) {
            case "plan" -> System.out.print(SteeringPlan.of(device, List.of(spi, ntuple), _ -> true).text());
            case "numbers" -> numbers(value(DeviceSteering.attach(device, List.of(spi), _ -> true)));
            case "rules" -> rules(value(DeviceSteering.attach(device, List.of(spi, ntuple), _ -> true)));
            case "sweep" -> sweep(value(DeviceSteering.attach(device, List.of(ntuple), _ -> true)));
            default -> throw new IllegalArgumentException(what);
        }
    }

    private static void numbers(DeviceSteering steering) {
        NumberChoice numbers = steering.numbers().orElseThrow();
        for (int cpu : Cpus.online()) {
            print("esp4", cpu, numbers.spi(PEER4, LOCAL4, cpu, RANDOM));
            print("esp6", cpu, numbers.spi(PEER6, LOCAL6, cpu, RANDOM));
            print("udp4", cpu, numbers.sourcePort(PEER4, new IpEndpoint(LOCAL4, 4500), cpu, RANDOM));
        }
    }

    /** SPIs that the hash puts on another CPU, so that the rule must have done it. */
    private static void rules(DeviceSteering steering) {
        NumberChoice numbers = steering.numbers().orElseThrow();
        List<Integer> cpus = Cpus.online();
        for (int cpu : cpus) {
            int wrong = cpus.get((cpu + 1) % cpus.size());
            int spi4 = value(numbers.spi(PEER4, LOCAL4, wrong, RANDOM));
            int spi6 = value(numbers.spi(PEER6, LOCAL6, wrong, RANDOM));
            print("esp4", cpu, placed(steering, SteeredSa.plain(LOCAL4, spi4).from(new IpEndpoint(PEER4, 0)), cpu));
            print("esp6", cpu, placed(steering, SteeredSa.plain(LOCAL6, spi6).from(new IpEndpoint(PEER6, 0)), cpu));
        }
        steering.close();
    }

    private static Outcome<Integer> placed(DeviceSteering steering, SteeredSa sa, int cpu) {
        Placement placement = steering.steer(sa, cpu);
        return placement.by().filter(Strategy.NTUPLE::equals).<Outcome<Integer>>map(_ -> new Outcome.Done<>(sa.spi()))
                .orElseGet(() -> new Outcome.Rejected<>(new Rejection.Refused(placement.toString())));
    }

    private static void sweep(DeviceSteering steering) {
        System.out.println("swept " + steering.keepOnly(_ -> false));
        steering.detach();
    }

    private static void print(String what, int cpu, Outcome<Integer> number) {
        System.out.println(what + " " + cpu + " " + switch (number) {
            case Outcome.Done<Integer>(Integer value) -> what.startsWith("udp") ? value.toString() : String.format("0x%08x", value);
            case Outcome.Rejected<Integer>(Rejection reason) -> reason.text();
        });
    }

    private static <T> T value(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Rejected<T>(Rejection reason) -> throw new IllegalStateException(reason.text());
        };
    }
}
