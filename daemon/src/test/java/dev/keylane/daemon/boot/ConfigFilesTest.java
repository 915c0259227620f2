package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.control.LastReload;
import dev.keylane.daemon.control.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConfigFilesTest {
    private static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static LastReload last(Daemon daemon) throws Exception {
        return get(daemon.control().status()).reload();
    }

    /** Connections and secrets of the files are not in force by that. */
    @Test
    void settingsAloneAreNoReloadOfTheFiles() throws Exception {
        Loaded loaded = Configuration.load(List.of(Path.of("../examples/demo/left.conf")));
        try (Daemon daemon = Daemon.start(Fixture.options(Fixture.freePorts(), Optional.empty()), Fixture.place(), loaded.book(), 32)) {
            daemon.reloadFrom(() -> loaded, loaded.book());
            LastReload start = last(daemon);
            assertThat(get(daemon.control().reloadSettings())).isEqualTo(Outcome.DONE);
            assertThat(last(daemon)).isEqualTo(start);
            assertThat(get(daemon.reload())).isEqualTo(Outcome.DONE);
            assertThat(last(daemon).success()).isAfter(start.success());
        }
    }
}
