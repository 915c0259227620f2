package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalTest {
    private final List<Class<?>> asked = new ArrayList<>();

    @Test
    void twoCoresKeyWithOneAnotherAndNothingStaysInTheKernel() {
        assertThat(Rehearsal.run(new JcaCrypto(), new SecureRandomSource(), effect -> {
            asked.add(effect.getClass());
            return effect instanceof Effect.InstallChild install
                    ? List.of(new Event.ChildInstalled(install.child().ikeSa(), install.child().id())) : List.of();
        })).isTrue();
        assertThat(asked).containsExactly(Effect.ChildOffered.class, Effect.InstallChild.class, Effect.RemoveChild.class);
    }

    @Test
    void aKernelThatRefusesIsNoTrouble() {
        assertThat(Rehearsal.run(new JcaCrypto(), new SecureRandomSource(), effect -> effect instanceof Effect.InstallChild install
                ? List.of(new Event.ChildInstallFailed(install.child().ikeSa(), install.child().id(), "no")) : List.of())).isFalse();
    }
}
