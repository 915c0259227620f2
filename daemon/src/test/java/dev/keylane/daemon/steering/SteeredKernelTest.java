package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The order of entries and SAs, which a list of all calls shows. */
class SteeredKernelTest {
    private final SteeringRig rig = new SteeringRig(Steering.XDP);

    @Test
    void theEntryIsThereBeforeTheSaAndGoesAfterIt() {
        SaSpec sa = SteeringRig.in(0x1001, 3);
        rig.install(sa);
        rig.remove(sa);
        assertThat(rig.calls).containsExactly("attach eth0 xdp", "steer eth0 1001 3", "NewSa", "DelSa",
                "unsteer eth0 1001");
    }

    @Test
    void theEntryOfAnSaThatWentByItselfGoes() {
        SaSpec sa = SteeringRig.in(0x1001, 3);
        rig.install(sa);
        rig.kernel.gone(sa.id());
        assertThat(rig.calls).endsWith("steer eth0 1001 3", "NewSa", "unsteer eth0 1001");
    }

    @Test
    void inARekeyBothStand() {
        rig.install(SteeringRig.in(0x1001, 3));
        rig.install(SteeringRig.in(0x1002, 3));
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.calls).endsWith("steer eth0 1002 3", "NewSa", "DelSa", "unsteer eth0 1001");
    }

    @Test
    void theFallbackAndOutboundSasAreLeftAlone() {
        rig.install(SteeringRig.in(0x1001, SaSpec.NO_CPU));
        rig.install(SaSample.out(SteeringRig.HERE, SteeringRig.PEER, 0x1002).cpu(2).spec());
        rig.remove(SteeringRig.in(0x1001, 0));
        assertThat(rig.calls).containsExactly("NewSa", "NewSa", "DelSa");
    }

    @Test
    void anSaThatIsNotSteeredIsInstalledAllTheSame() {
        rig.xdp.answer = Optional.of(new Rejection.TableFull("eth0", 2));
        rig.install(SteeringRig.in(0x1001, 3));
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.calls).containsExactly("attach eth0 xdp", "steer eth0 1001 3", "NewSa", "DelSa");
    }

    @Test
    void theEntryOfAnSaThatTheKernelRefusesGoesAgain() {
        rig.refusal = Optional.of(new XfrmError("NEWSA", 22, "EINVAL", "no such algorithm"));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).endsWith("steer eth0 1001 3", "NewSa", "unsteer eth0 1001");
        // What is there already is steered rightly.
        rig.refusal = Optional.of(new XfrmError("NEWSA", 17, "EEXIST", ""));
        rig.install(SteeringRig.in(0x1002, 3));
        assertThat(rig.drain()).containsExactly("steer eth0 1002 3", "NewSa");
    }

    @Test
    void anOffloadedSaIsToldAsSuch() {
        SaSpec plain = SteeringRig.in(0x1001, 3);
        rig.install(new SaSpec(plain.id(), plain.source(), plain.selector(), plain.direction(), plain.mode(),
                plain.reqid(), plain.cpu(), plain.algorithms(), plain.replay(), plain.lifetime(), plain.encap(),
                new SaSpec.Offload("eth0", true), plain.options(), plain.seq()));
        assertThat(rig.calls).contains("steer eth0 1001 PACKET 3");
    }

    @Test
    void anSaWhosePeerHasMovedKeepsItsEntry() {
        SaSpec before = SteeringRig.in(0x1001, 3);
        rig.install(before);
        rig.drain();
        SaSpec after = before.between(IpAddress.of("198.51.100.7"), SteeringRig.HERE, null);
        rig.kernel.submit(new XfrmRequest.MigrateState(before, after));
        assertThat(rig.drain()).containsExactly("steer eth0 1001 3", "MigrateState");
        SaSpec elsewhere = after.between(after.source(), IpAddress.of("192.0.2.9"), null);
        rig.network.addresses.put(IpAddress.of("192.0.2.9"), "eth0");
        rig.kernel.submit(new XfrmRequest.MigrateState(after, elsewhere));
        assertThat(rig.drain()).containsExactly("steer eth0 1001 3", "MigrateState", "unsteer eth0 1001");
    }

    @Test
    void aChangedPortChangesNoEntry() {
        SaSpec before = SteeringRig.in(0x1001, 3);
        rig.install(before);
        rig.drain();
        rig.kernel.submit(new XfrmRequest.UpdSa(before.with(new SaSpec.Encap(4501, 4500))));
        assertThat(rig.drain()).containsExactly("UpdSa");
    }

    @Test
    void entriesOfSasThatAreGoneAreRemovedWhenTheDeviceIsTakenOver() {
        rig.xdp.left.put("eth0", List.of(new SteeringStatus.Entry(SteeringRig.HERE, 0x9999, 1, 0)));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.calls).containsExactly("attach eth0 xdp", "unsteer eth0 9999", "steer eth0 1001 3", "NewSa");
    }

    @Test
    void entriesOfSasThatTheKernelHasStayWhenTheDeviceIsTakenOver() {
        rig.xdp.left.put("eth0", List.of(new SteeringStatus.Entry(SteeringRig.HERE, 0x9999, 1, 0),
                new SteeringStatus.Entry(SteeringRig.HERE, 0x8888, 1, 0)));
        rig.installed.add(SteeringRig.info(SteeringRig.in(0x8888, 1)));
        rig.install(SteeringRig.in(0x1001, 3));
        assertThat(rig.calls).containsExactly("attach eth0 xdp", "unsteer eth0 9999", "steer eth0 1001 3", "NewSa");
    }

    @Test
    void aDeviceThatSteersNothingIsGivenUpInTheEnd() {
        rig.install(SteeringRig.in(0x1001, 3));
        rig.remove(SteeringRig.in(0x1001, 3));
        rig.kernel.close();
        assertThat(rig.calls).endsWith("close kernel", "detach eth0");
    }

    @Test
    void aDeviceThatSteersGoesOn() {
        rig.install(SteeringRig.in(0x1001, 3));
        rig.kernel.close();
        assertThat(rig.calls).endsWith("close kernel", "close eth0");
    }
}
