package dev.keylane.demo;

import dev.keylane.daemon.boot.Daemon;
import dev.keylane.daemon.boot.DaemonOptions;
import dev.keylane.daemon.boot.SoftwarePlace;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.xfrm.software.OutputResult;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One of the two daemons, with its kernel and what it has received. */
final class Side implements AutoCloseable {
    private final String name;
    private final Daemon daemon;
    private final SoftwareXfrm kernel;
    private final Tally tally;
    private final IpEndpoint address;

    private Side(String name, Daemon daemon, SoftwareXfrm kernel, Tally tally, IpEndpoint address) {
        this.name = name;
        this.daemon = daemon;
        this.kernel = kernel;
        this.tally = tally;
        this.address = address;
    }

    /**
     * @param ports IKE and NAT-T port
     * @throws IOException with a sentence for the operator
     */
    static Side start(String name, Path file, int cpus, EndpointSettings ports) throws IOException {
        Loaded loaded = Configuration.load(List.of(file));
        if (!loaded.isGood()) {
            throw new IOException(loaded.mistakes().getFirst().toString());
        }
        IpEndpoint address = loaded.book().connections().getFirst().endpoints().firstLocal()
                .map(local -> new IpEndpoint(local, PORT))
                .orElseThrow(() -> new IOException(file + ": the connection has no local address"));
        Tally tally = new Tally(cpus);
        SoftwarePlace place = new SoftwarePlace(cpus, new SoftwarePlace.Door.InProcess(tally));
        DaemonOptions options = new DaemonOptions("demo", ports, List.of(), Optional.empty(), Optional.empty());
        Daemon daemon = Daemon.start(options, place, loaded.book(), loaded.settings().replayWindow());
        return new Side(name, daemon, place.opened().orElseThrow(), tally, address);
    }

    String name() {
        return name;
    }

    Tally tally() {
        return tally;
    }

    /** Sends one numbered packet as if on {@code cpu}. */
    OutputResult send(Side to, int cpu, int number) {
        byte[] packet = new UdpDatagram(address, to.address, Tally.payload(cpu, number)).toPacket();
        return kernel.output(cpu, packet, 0, packet.length);
    }

    /** Installed pairs of SAs, the fallback first, then by CPU. */
    List<ChildSnapshot> pairs() throws IOException {
        try {
            List<IkeSnapshot> sas = daemon.control().sas().toCompletableFuture().get(5, TimeUnit.SECONDS);
            return sas.stream().flatMap(sa -> sa.children().stream())
                    .filter(child -> child.inbound() != null && child.outbound() != null)
                    .sorted(Comparator.comparingInt(child -> child.child().sa().resource().cpu())).toList();
        } catch (ExecutionException | TimeoutException failed) {
            throw new IOException(name + " does not answer: " + failed, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    /** Why packets went nowhere, for the report of a failure. */
    String drops() {
        StringBuilder text = new StringBuilder();
        kernel.drops().forEach((reason, count) -> text.append(count == 0 ? "" : " " + reason.label() + "=" + count));
        return name + ":" + (text.isEmpty() ? " none" : text);
    }

    @Override
    public void close() {
        daemon.close();
    }

    /** VXLAN, which the selectors of the configuration ask for. */
    private static final int PORT = 4789;
}
