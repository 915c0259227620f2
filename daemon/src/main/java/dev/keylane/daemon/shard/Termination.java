package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.TerminateOutcome;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.control.TerminateRequest.Target;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.ike.sa.Event;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Closes a number of SAs and counts those that are gone. On the shard's thread. */
final class Termination {
    private final Shard shard;
    private final Requests requests;
    private final int matches;
    private final Deadline<TerminateOutcome> answer;
    private int open;
    private int closed;

    private Termination(Shard shard, Requests requests, int matches) {
        this.shard = shard;
        this.requests = requests;
        this.matches = matches;
        this.open = matches;
        this.answer = new Deadline<>(shard.loop());
    }

    static CompletionStage<TerminateOutcome> of(Shard shard, Requests requests, TerminateRequest request) {
        return run(shard, requests, request.targets(Snapshots.of(shard.core().views(), shard.kernel())),
                request.force(), request.timeout());
    }

    static CompletionStage<TerminateOutcome> run(Shard shard, Requests requests, List<Target> targets, boolean force,
                                                 Timeout timeout) {
        Termination termination = new Termination(shard, requests, targets.size());
        targets.forEach(target -> termination.close(target, force));
        if (targets.isEmpty()) {
            termination.answer.complete(TerminateOutcome.of(0, 0));
        }
        return termination.answer.within(timeout, TerminateOutcome.of(targets.size(), targets.size()),
                () -> TerminateOutcome.of(termination.matches, termination.closed), () -> { });
    }

    private void close(Target target, boolean force) {
        long number = requests.expect(failure -> {
            open--;
            closed += failure.isPresent() ? 0 : 1;
            if (open == 0) {
                answer.complete(TerminateOutcome.of(matches, closed));
            }
        });
        shard.handle(switch (target) {
            case Target.Ike ike -> new Event.TerminateIke(number, ike.id(), force);
            case Target.Child child -> new Event.TerminateChild(number, child.id(), force);
        });
    }
}
