package dev.keylane.daemon.steering;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.DeviceSteering;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Placement;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The devices that per-CPU SAs arrive at, and these SAs. A device is made ready when a connection that will use it is
 * loaded. What does not work is said once a minute, and the SA is decrypted where its packets arrive. Of one thread.
 */
public final class SaSteering implements SpiChoice, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final List<SteeringStrategy> ways;
    private final SteeringSettings settings;
    private final HostNetwork network;
    private final Spreads spreads;
    private final Map<String, SteeredDevice> devices = new LinkedHashMap<>();
    private final Map<SaId, Arrival> arrivals = new LinkedHashMap<>();
    private final Map<IpAddress, Optional<String>> places = new HashMap<>();
    private final Set<String> said = new HashSet<>();
    private final Map<Integer, SaId> promises = new HashMap<>();
    private int installing;
    private Word next = new Word(0, Steering.UNSAID, UdpSources.ANY);
    private int looks;
    private Map<String, Set<Steering>> wanted = Map.of();
    private final Strays strays;
    private final LaneNumbers lanes;

    /** What the connection says, and the peer, about an SA that is to be installed. */
    private record Word(int spi, Steering steering, int source) {
    }

    /**
     * @param ways      the best first
     * @param installed all states of the kernel, asked when a device is opened
     */
    public SaSteering(List<SteeringStrategy> ways, SteeringSettings settings, HostNetwork network, Spreads spreads,
                      Supplier<List<SaInfo>> installed) {
        this.ways = List.copyOf(ways);
        this.settings = settings;
        this.network = network;
        this.spreads = spreads;
        this.strays = new Strays(installed, arrivals.values());
        this.lanes = new LaneNumbers(ways, settings, local -> places.computeIfAbsent(local, network::deviceOf));
    }

    /**
     * Hears of a child before it is installed, since the kernel's request does not say what the connection wants; and before
     * the peer is told of its SPI, as that may send at once.
     */
    public void on(Effect effect) {
        // Nothing of the last one has come to the kernel, or it would not be promised any more.
        breakPromise(installing);
        switch (effect) {
            case Effect.InstallChild install -> {
                installing = install.child().terms().spiIn();
                next = new Word(installing, install.child().config().kernel().steering(),
                        install.child().terms().sources().theirs());
            }
            case Effect.ChildOffered(int spi, Use use, int source) when isSteered(use) -> {
                Arrival promised = Arrival.promised(spi, use, source);
                promises.put(spi, promised.id());
                attempt(() -> place(promised));
            }
            case Effect.OfferWithdrawn(int spi) -> breakPromise(spi);
            case Effect.Network _, Effect.Kernel _, Effect.Report _, Effect.RunCrypto _ -> { }
        }
    }

    private static boolean isSteered(Use use) {
        return use.resource().isBound() && use.config().kernel().offload() == KernelOptions.HwOffload.NO;
    }

    private void breakPromise(int spi) {
        SaId promised = promises.remove(spi);
        if (promised != null) {
            unsteer(promised);
        }
    }

    /** The number that makes the device put packets on the SA's CPU, or its lane's queue, where there is such a thing. */
    @Override
    public int choose(Use use, IntSupplier draws) {
        return use.udpEncap() ? draws.getAsInt() : attempt(() -> LaneNumbers.isLane(use) ? lanes.choose(use, draws)
                : chosen(use, "SPI", numbers -> numbers.spi(use.path().remote().address(), use.path().local().address(),
                        use.resource().cpu(), draws)), Optional.<Integer>empty()).orElseGet(draws::getAsInt);
    }

    /** The same for ESP in UDP, whose SPI is nothing to the device. */
    @Override
    public int sourcePort(Use use, IntSupplier draws) {
        return attempt(() -> chosen(use, "source port", numbers -> numbers.sourcePort(
                use.path().remote().address(), use.path().local(), use.resource().cpu(), draws)),
                Optional.<Integer>empty()).orElse(UdpSources.ANY);
    }

    private Optional<Integer> chosen(Use use, String what, Function<NumberChoice, Outcome<Integer>> choice) {
        Steering word = use.config().kernel().steering();
        Optional<String> device = isSteered(use) ? wanted(use.path().local().address(), word) : Optional.empty();
        return device.flatMap(name -> opened(name).numbers(settings.of(word, name)))
                .flatMap(numbers -> switch (choice.apply(numbers)) {
                    case Outcome.Done<Integer>(Integer number) -> Optional.of(number);
                    // Who else steers it, or why nobody does, is said in the end.
                    case Outcome.Rejected<Integer>(Rejection.NotHashed _) -> Optional.<Integer>empty();
                    case Outcome.Rejected<Integer>(Rejection reason) -> {
                        say(device + "" + reason.getClass(),
                                "no " + what + " is chosen for CPU " + use.resource().cpu() + ": " + reason.text());
                        yield Optional.<Integer>empty();
                    }
                });
    }

    /**
     * @param inbound bound to a CPU
     */
    void steer(SaSpec inbound) {
        promises.remove(inbound.id().spi());
        boolean told = next.spi() == inbound.id().spi();
        attempt(() -> place(Arrival.of(inbound, told ? next.steering() : Steering.UNSAID,
                told ? next.source() : UdpSources.ANY)));
    }

    /** The same SA between other hosts. */
    void steerAs(SaId before, SaSpec inbound) {
        Arrival known = arrivals.get(before);
        attempt(() -> place(Arrival.of(inbound, known == null ? Steering.UNSAID : known.word())));
    }

    /** What an earlier daemon has steered goes at the next {@link #look}. Does nothing for an SA that is not known. */
    void unsteer(SaId inbound) {
        Arrival gone = arrivals.remove(inbound);
        strays.gone(inbound);
        if (gone != null && gone.isSteered()) {
            attempt(() -> gone.device().map(devices::get).ifPresent(device -> device.unsteer(gone)));
        }
    }

    /** Whatever Linux refuses costs an SA its place, never its life: who installs it must not notice. */
    private <T> T attempt(Supplier<T> work, T otherwise) {
        try {
            return work.get();
        } catch (LinuxException refused) {
            say("linux" + refused.getMessage(), "steering: " + refused.getMessage());
            return otherwise;
        }
    }

    private void attempt(Runnable work) {
        attempt(() -> {
            work.run();
            return true;
        }, false);
    }

    private void place(Arrival arrival) {
        Optional<String> name = wanted(arrival.local(), arrival.word());
        if (name.isEmpty()) {
            if (places.get(arrival.local()).isEmpty() && settings.of(arrival.word(), "") != Steering.NONE) {
                say(arrival.local().toString(), "no device has " + arrival.local() + ", so SAs to it are not steered");
            }
            arrivals.put(arrival.id(), arrival.nowhere());
            return;
        }
        arrivals.put(arrival.id(), arrival.nowhere());
        Placement placement = steer(name.get(), arrival);
        if (placement.deviceGone()) {
            // One of that name is there again, or the address would not be. It knows nothing of the others either.
            List<Arrival> others = at(devices.get(name.get()));
            leave(devices.get(name.get()), true);
            placement = steer(name.get(), arrival);
            others.forEach(other -> arrivals.put(other.id(), other.at(name.get(), steer(name.get(), other))));
        }
        arrivals.put(arrival.id(), arrival.at(name.get(), placement));
        tell(name.get(), arrival, placement);
    }

    private Placement steer(String device, Arrival arrival) {
        return opened(device).steer(arrival, settings.of(arrival.word(), device));
    }

    private void tell(String device, Arrival arrival, Placement placement) {
        Set<Class<?>> kinds = placement.passed().stream().map(pass -> pass.reason().getClass()).collect(Collectors.toSet());
        if (placement.by().isEmpty() && !kinds.isEmpty()) {
            say(device + kinds, "SA " + arrival.sa() + " is not steered: " + placement.reasons());
        } else if (!kinds.isEmpty()) {
            say(device + kinds, "SA " + arrival.sa() + " is steered by " + placement.by().get() + ", since "
                    + placement.reasons());
        }
    }

    /** The device that has an address, unless it is to be left alone. */
    private Optional<String> wanted(IpAddress local, Steering word) {
        return places.computeIfAbsent(local, network::deviceOf)
                .filter(name -> settings.of(word, name) != Steering.NONE);
    }

    private SteeredDevice opened(String name) {
        return devices.computeIfAbsent(name, _ -> {
            DeviceSteering on = DeviceSteering.open(name, ways);
            strays.opened(name, on);
            return new SteeredDevice(name, network.indexOf(name), on, spreads.isFor(name));
        });
    }

    /**
     * Follows what has changed: connections, devices that came or went, addresses that moved to another one.
     *
     * @param book  the configuration in force
     * @param local addresses that it is used from
     */
    public void look(PolicyBook book, Collection<IpAddress> local) {
        attempt(() -> follow(book, local));
    }

    private void follow(PolicyBook book, Collection<IpAddress> local) {
        places.clear();
        lanes.forget();
        spreads.look();
        strays.look(devices.values());
        boolean again = ++looks % RETRY_LOOKS == 0;
        if (again) {
            said.clear();
        }
        for (SteeredDevice device : List.copyOf(devices.values())) {
            boolean changed = !network.indexOf(device.name()).equals(device.index());
            boolean idle = arrivals.values().stream().noneMatch(each -> each.isAt(device.name()) && each.isSteered());
            if (changed || again && idle && device.hasFailed()) {
                leave(device, changed);
            }
        }
        for (Arrival arrival : List.copyOf(arrivals.values())) {
            if (!wanted(arrival.local(), arrival.word()).equals(arrival.device())) {
                place(arrival);
                arrival.device().map(devices::get).ifPresent(before -> before.unsteer(arrival));
            }
        }
        Map<String, Set<Steering>> words = words(book, local);
        words.forEach((name, said) -> said.forEach(opened(name)::prepare));
        if (again) {
            ways.stream().flatMap(way -> way.left().stream()).filter(name -> network.indexOf(name).isPresent())
                    .forEach(this::opened);
        }
        // What an earlier daemon left has a minute's time: its configuration may come in pieces.
        devices.values().removeIf(device -> (again || isChanged(device, words)) && !isKept(device, words));
        wanted = words;
    }

    private boolean isChanged(SteeredDevice device, Map<String, Set<Steering>> words) {
        Set<Steering> before = wanted.get(device.name());
        return before != null && !before.equals(words.get(device.name()));
    }

    /** Gives up ways that nobody wants; false when none is left. */
    private boolean isKept(SteeredDevice device, Map<String, Set<Steering>> words) {
        Set<Steering> all = EnumSet.noneOf(Steering.class);
        all.addAll(words.getOrDefault(device.name(), Set.of()));
        at(device).forEach(arrival -> all.add(settings.of(arrival.word(), device.name())));
        device.keepOnly(all);
        return !all.isEmpty() || device.on().isInUse();
    }

    private void leave(SteeredDevice device, boolean changed) {
        if (changed) {
            LOG.warn("{} has gone, or is another one now", device.name());
        }
        giveUp(devices.remove(device.name()));
        arrivals.replaceAll((_, arrival) -> arrival.isAt(device.name()) ? arrival.nowhere() : arrival);
    }

    /**
     * What is said for each device that will be used. A program that is loaded costs the packets under way some drivers'
     * queues: so it is, before there are any.
     */
    private Map<String, Set<Steering>> words(PolicyBook book, Collection<IpAddress> local) {
        Map<String, Set<Steering>> devicesWords = new LinkedHashMap<>();
        for (Connection connection : book.connections()) {
            Set<Steering> words = connection.children().stream()
                    .filter(child -> child.perCpu() != ChildConfig.PerCpu.NO).map(child -> child.kernel().steering())
                    .collect(Collectors.toSet());
            for (Steering word : words) {
                local.stream().filter(address -> connection.endpoints().local().stream().anyMatch(p -> p.matches(address)))
                        .flatMap(address -> wanted(address, word).stream()).distinct()
                        .forEach(name -> devicesWords.computeIfAbsent(name, _ -> EnumSet.noneOf(Steering.class))
                                .add(settings.of(word, name)));
            }
        }
        return devicesWords;
    }

    /** As it is now. */
    public SteeringSnapshot snapshot() {
        return new SteeringSnapshot(devices.values().stream().map(device -> SteeringReport.of(device,
                said(device), at(device))).toList(), spreads.snapshot(),
                SteeringSnapshot.Senders.NONE);
    }

    /** The numbers of it that are cheap. */
    public List<SteeringCount> counts() {
        return devices.values().stream().flatMap(device -> SteeringReport.counts(device, at(device)).stream()).toList();
    }

    /** What holds for those that use a device, or would hold. */
    private Set<Steering> said(SteeredDevice device) {
        Set<Steering> said = EnumSet.noneOf(Steering.class);
        said.addAll(wanted.getOrDefault(device.name(), Set.of()));
        at(device).forEach(arrival -> said.add(settings.of(arrival.word(), device.name())));
        return said.isEmpty() ? Set.of(settings.of(Steering.UNSAID, device.name())) : said;
    }

    private List<Arrival> at(SteeredDevice device) {
        return arrivals.values().stream().filter(arrival -> arrival.isAt(device.name())).toList();
    }

    private void say(String once, String what) {
        if (said.size() < MOST_SAID && said.add(once)) {
            LOG.warn(what);
        }
    }

    private static void giveUp(SteeredDevice device) {
        device.on().detach();
    }

    /** Gives up devices that steer nothing any more; what still steers goes on without us. */
    @Override
    public void close() {
        for (SteeredDevice device : new ArrayList<>(devices.values())) {
            if (at(device).stream().anyMatch(Arrival::isSteered)) {
                device.on().close();
            } else {
                device.on().detach();
            }
        }
        devices.clear();
        spreads.close();
    }

    private static final int MOST_SAID = 100;
    /** A minute. */
    private static final int RETRY_LOOKS = 30;
}
