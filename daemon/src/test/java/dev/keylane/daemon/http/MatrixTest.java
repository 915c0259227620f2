package dev.keylane.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.Series;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.ChildSaView;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the cells of the matrix say beside the rates. */
class MatrixTest {
    private static String cells(Overview.Sa... sas) {
        Overview.Child child = new Overview.Child("net", "trap", 2, 2, false, List.of(sas));
        return Matrix.of(new Overview(List.of(new Overview.Peer("west", true, List.of(), List.of(child)))), Samples.NOW, true);
    }

    private static Overview.Sa sa(int cpu, Grant grant, String steering, boolean lane) {
        ChildSaView view = Samples.child(cpu + 1, Resource.cpu(cpu)).child();
        return new Overview.Sa(Series.of(view.sa(), lane), view, Carried.NOTHING, Optional.empty(), grant, steering);
    }

    @Test
    void whatADeviceDoesIsMarked() {
        String page = cells(sa(0, new Grant(HwOffload.PACKET, Rung.PACKET, "p0", List.of()), "", false));
        assertThat(page).contains("<span class=\"mark good\" title=\"hw_offload = packet: packet on p0\">packet</span>");
    }

    @Test
    void whatItDoesNotDoIsMarkedWithTheReason() {
        String page = cells(sa(0, new Grant(HwOffload.AUTO, Rung.SOFTWARE, "p<0>", List.of(Refusal.idle("p<0>"))), "", false));
        assertThat(page).contains("<span class=\"mark warn\" title=\"hw_offload = auto: " + Rung.SOFTWARE.label() + " (")
                .contains(">" + Rung.SOFTWARE.label() + "</span>").doesNotContain("p<0>");
    }

    @Test
    void whoSteersIsMarked() {
        String page = cells(sa(0, Grant.NONE, "xdp", false), sa(1, Grant.NONE, "here", false));
        assertThat(page).contains("<span class=\"mark good\" title=\"its packets are steered to this CPU\">xdp</span>",
                "<span class=\"mark warn\" title=\"decrypted where its packets arrive\">unsteered</span>");
    }

    @Test
    void whatNobodyAskedForIsNotMarked() {
        assertThat(cells(sa(0, Grant.NONE, "", false))).contains("data-sa=\"0.0.0\"").doesNotContain("class=\"mark ");
    }

    @Test
    void lanesAreMarked() {
        assertThat(cells(sa(0, Grant.NONE, "", true))).contains("<span class=\"mark\">lane</span>");
    }
}
