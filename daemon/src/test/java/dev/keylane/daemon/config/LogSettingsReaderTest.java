package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LogSettingsReaderTest {
    private static LogSettings log(String text) {
        Loaded loaded = SampleConfig.load(text);
        assertThat(loaded.mistakes()).isEmpty();
        return loaded.settings().log();
    }

    @Test
    void withoutSectionsAllIsAsUsual() {
        assertThat(log("")).isEqualTo(LogSettings.DEFAULT);
        assertThat(log("charon { syslog { identifier = x\n } }").levels()).isEmpty();
    }

    @Test
    void theSectionThatWantsMostDecides() {
        LogSettings log = log("""
                charon {
                  filelog {
                    charon-log {
                      path = /var/log/charon.log
                      default = 0
                      ike = 2
                      knl = -1
                    }
                    stderr {
                      default = -1
                      chd = 1
                    }
                  }
                  syslog {
                    daemon {
                      default = -1
                      cfg = 4
                    }
                  }
                }
                """);
        assertThat(log.levels()).containsEntry("IKE", 2).containsEntry("KNL", -1).containsEntry("CHD", 1)
                .containsEntry("CFG", 4).containsEntry("NET", 0).hasSize(19);
    }

    @Test
    void readsOurOwn() {
        LogSettings log = log("keylane { log_format = json\n log_keys_for_wireshark = /run/keys\n }");
        assertThat(log.json()).isTrue();
        assertThat(log.keyTable()).contains(Path.of("/run/keys"));
        assertThat(SampleConfig.load("keylane { log_keys_for_wireshark = /run/keys\n }").settings().endpoint().tellKeys()).isTrue();
        assertThat(SampleConfig.load("").settings().endpoint().tellKeys()).isFalse();
    }

    @Test
    void namesWhatIsWrong() {
        assertThat(SampleConfig.mistakes("charon { filelog { stderr { ike = 5\n iek = 1\n } } }")).containsExactly(
                "t.conf:1: ike: expected a level from -1 to 4, found \"5\"", "t.conf:2: iek: unknown key");
        assertThat(SampleConfig.mistakes("charon { filelog { stderr { defualt = 1\n } } }"))
                .containsExactly("t.conf:1: defualt: unknown key, did you mean default?");
    }

    @Test
    void theJournalHasItsLevelsToo() {
        LogSettings log = log("charon-systemd { journal { default = 0\n ike = 2\n } }");
        assertThat(log.levels()).containsEntry("IKE", 2).containsEntry("KNL", 0);
    }
}
