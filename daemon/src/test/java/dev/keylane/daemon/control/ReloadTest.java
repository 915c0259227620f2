package dev.keylane.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sa.ChildSaView;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ReloadTest {
    private static final IpAddress ONE = IpAddress.of("192.0.2.1");
    private static final IpAddress TWO = IpAddress.of("192.0.2.2");

    private final FakeControl control = new FakeControl();

    @Test
    void aNewConnectionRunsItsStartActionsOnceItIsInForce() {
        control.loadConnection(Samples.withChildren("c", Samples.child("trap", true, false),
                Samples.child("both", true, true), Samples.child("none", false, false)));
        assertThat(control.drain()).containsExactly("book 1", "added vici connection: c",
                "vici installing 'trap'", "install c/trap",
                "vici installing 'both'", "install c/both", "vici initiating 'both'", "initiate c/both -1");
    }

    @Test
    void loadingTheSameAgainTouchesNothing() {
        control.loadConnection(Samples.connection("c", "a", true, true));
        control.drain();
        control.loadConnection(Samples.connection("c", "a", true, true));
        assertThat(control.drain()).containsExactly("book 1", "updated vici connection: c");
    }

    @Test
    void onlyChangedChildrenAreStoppedAndStarted() {
        control.loadConnection(Samples.withChildren("c", Samples.child("same", true, false),
                Samples.child("gone", true, false), Samples.child("other", true, false)));
        control.drain();
        control.loadConnection(Samples.withChildren("c", Samples.child("same", true, false),
                Samples.child("other", false, true), Samples.child("new", true, false)));
        assertThat(control.drain()).containsExactly("book 1", "updated vici connection: c",
                "vici uninstalling 'gone'", "uninstall c/gone", "vici uninstalling 'other'", "uninstall c/other",
                "vici initiating 'other'", "initiate c/other -1", "vici installing 'new'", "install c/new");
    }

    @Test
    void aChangedPeerIsReplacedWithAllItsChildren() {
        Connection old = Samples.connection("BFL-BFR", "bf", true, true);
        control.loadConnection(old);
        control.sas.add(Samples.ike(3, Samples.child(7, Resource.NONE)));
        control.drain();
        control.loadConnection(new Connection(old.name(), old.endpoints(), old.proposals(), old.local(), old.remote(),
                IkeOptions.DEFAULT, old.children()));
        assertThat(control.drain()).containsExactly("book 1", "replaced vici connection: BFL-BFR",
                "vici uninstalling 'bf'", "uninstall BFL-BFR/bf",
                "vici closing IKE_SA 'BFL-BFR'", "terminate [Ike[id=3]]",
                "vici installing 'bf'", "install BFL-BFR/bf", "vici initiating 'bf'", "initiate BFL-BFR/bf -1");
    }

    private static Connection named(IpAddress... addresses) {
        Connection connection = Samples.connection("c", "a", true, true);
        List<AddressPattern> remote = addresses.length == 0 ? List.of(AddressPattern.unresolved("gw"))
                : Stream.of(addresses).map(address -> new AddressPattern(address, address, "gw")).toList();
        return connection.with(new Endpoints(connection.endpoints().local(), remote, 0, 0));
    }

    private List<AddressPattern> remote() {
        return control.store.book().connections().getFirst().endpoints().remote();
    }

    @Test
    void whatHasWaitedForANameIsStartedOnceItHasAnAddress() {
        control.loadConnection(named());
        control.drain();
        assertThat(control.store.resolved(Map.of("other", List.of(ONE)))).isEmpty();
        assertThat(control.store.resolved(Map.of("gw", List.of(ONE, TWO)))).singleElement().satisfies(change ->
                assertThat(change.actions()).containsExactly(new ConfigAction.Install("c", "a"), new ConfigAction.Initiate("c", "a")));
        assertThat(remote()).extracting(AddressPattern::from).containsExactly(ONE, TWO);
        assertThat(control.store.resolved(Map.of("gw", List.of(TWO)))).as("it has one").isEmpty();
    }

    /** As with strongSwan: SAs do not end because DNS answers otherwise, in another order, or not at all. */
    @Test
    void aNameOfOtherAddressesIsTheSamePeer() {
        control.loadConnection(named(ONE, TWO));
        control.drain();
        control.loadConnection(named(TWO, ONE));
        assertThat(control.drain()).containsExactly("book 1", "updated vici connection: c");
        assertThat(remote()).as("for what begins from now on").extracting(AddressPattern::from).containsExactly(TWO, ONE);
        control.loadConnection(named());
        assertThat(control.drain()).containsExactly("book 1", "updated vici connection: c");
        assertThat(remote()).extracting(AddressPattern::from).containsExactly(TWO, ONE);
    }

    /** Its packets to the new address would find no policy, and leave in the clear. */
    @Test
    void aTrapOfAnAddressThatHasMovedIsInstalledAnew() {
        ChildConfig fixed = Samples.child("fixed", true, true);
        ChildConfig dynamic = meaningTheAddress("dynamic", true, true);
        Connection all = Samples.withChildren("c", fixed, dynamic, meaningTheAddress("untrapped", false, true))
                .with(named(ONE).endpoints());
        control.loadConnection(all);
        control.drain();
        control.loadConnection(all.with(named(TWO).endpoints()));
        assertThat(control.drain()).as("no SA is touched").containsExactly("book 1", "updated vici connection: c",
                "vici installing 'dynamic'", "install c/dynamic");
        control.loadConnection(all.with(named(TWO).endpoints()));
        assertThat(control.drain()).containsExactly("book 1", "updated vici connection: c");
    }

    private static ChildConfig meaningTheAddress(String name, boolean trap, boolean start) {
        ChildConfig child = Samples.child(name, trap, start);
        return new ChildConfig(name, child.mode(), child.proposals(), List.of(TsPattern.DYNAMIC), List.of(TsPattern.DYNAMIC),
                child.actions(), child.lifetime(), child.perCpu(), child.kernel());
    }

    /** Each publication goes through all connections, and after a start without DNS all may have waited. */
    @Test
    void theBookIsPublishedOnceForAllThatHaveWaited() {
        Connection one = named();
        control.loadConnection(one);
        control.loadConnection(Samples.connection("d", "a", true, true).with(one.endpoints()));
        control.drain();
        assertThat(control.store.resolved(Map.of("gw", List.of(ONE)))).hasSize(2);
        assertThat(control.drain()).containsExactly("book 2");
        assertThat(control.store.resolved(Map.of("gw", List.of(ONE)))).isEmpty();
        assertThat(control.drain()).isEmpty();
    }

    @Test
    void unloadingUndoesStartActions() {
        control.loadConnection(Samples.connection("c", "a", true, false));
        control.drain();
        control.unloadConnection("c");
        assertThat(control.drain())
                .containsExactly("book 0", "removed vici connection: c", "vici uninstalling 'a'", "uninstall c/a");
        assertThat(control.unloadConnection("c").toCompletableFuture().join()).isInstanceOf(Outcome.Failed.class);
    }

    @Test
    void closingTheLastChildrenClosesTheIkeSaAndAnyOthersKeepIt() {
        ConfigAction.Close close = new ConfigAction.Close("BFL-BFR", "bf");
        ChildSnapshot fallback = Samples.child(7, Resource.FALLBACK);
        ChildSnapshot bound = Samples.child(8, Resource.cpu(0));
        assertThat(lines(close, Samples.ike(3, fallback, bound))).containsExactly("vici closing IKE_SA 'BFL-BFR'");
        assertThat(lines(close, Samples.ike(3, fallback, bound, other(9)))).containsExactly(
                "vici closing CHILD_SA 'bf' #7", "vici closing CHILD_SA 'bf' #8");
        assertThat(lines(new ConfigAction.Close("elsewhere", "bf"), Samples.ike(3, fallback))).isEmpty();
    }

    private static List<String> lines(ConfigAction.Close close, IkeSnapshot sa) {
        return StartActions.closing(close, List.of(sa)).stream().map(StartActions.Closing::line).toList();
    }

    /** A child by another name. */
    private static ChildSnapshot other(long id) {
        ChildSaView view = Samples.child(id, Resource.NONE).child();
        ChildSa sa = view.sa();
        return ChildSnapshot.of(new ChildSaView(new ChildSa(id, sa.ikeSa(), sa.connection(),
                Samples.child("other", false, false), sa.terms(), sa.path(), sa.resource(), 0), view.state(),
                view.installed(), view.rekeyAt(), view.lifeEnd()), null);
    }

    @Test
    void whatFailsDoesNotStopTheRest() {
        control.onInitiate = request -> CompletableFuture.completedStage(
                Outcome.Failed.notEstablished(request));
        control.loadConnection(Samples.withChildren("c", Samples.child("a", false, true),
                Samples.child("b", true, false)));
        assertThat(control.drain()).containsSubsequence("vici initiating 'a'", "vici installing 'b'", "install c/b")
                .as("whoever it failed at has said so").doesNotContain("establishing CHILD_SA 'a' failed");
    }
}
