package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.pcpu.CpuSet;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DaemonSettingsReaderTest {
    @Test
    void defaults() {
        assertThat(SampleConfig.load("").settings()).isEqualTo(DaemonSettings.DEFAULT);
        assertThat(SampleConfig.load("charon { }").settings()).isEqualTo(DaemonSettings.DEFAULT);
    }

    @Test
    void aGroupThatIsNotThereIsNoted() {
        assertThat(SampleConfig.load("charon { group = nobodys-group\n}").notes()).singleElement().asString()
                .endsWith(":1: group: there is no group nobodys-group now, and a start fails without it");
        assertThat(SampleConfig.load("charon { group = root\n}").notes()).isEmpty();
    }

    @Test
    void everySetting() {
        Loaded loaded = SampleConfig.load("""
                charon {
                  port = 15000
                  port_nat_t = 15001
                  retransmit_timeout = 0.5
                  retransmit_base = 1.25
                  retransmit_tries = 3
                  retransmit_jitter = 15
                  retransmit_limit = 20
                  retry_initiate_interval = 30
                  initiator_only = yes
                  close_ike_on_child_failure = yes
                  cookie_threshold = 10
                  cookie_threshold_ip = 4
                  block_threshold = 8
                  init_limit_half_open = 200
                  half_open_timeout = 1m
                  keep_alive = 45s
                  replay_window = 64
                  fragment_size = 576
                  window = 16
                  steering = xdp
                  steering_directory = /sys/fs/bpf/other
                  steering_sas = 100
                  devices { eth0.100 { steering = spi
                  spread = 0
                  } }
                  plugins { vici { socket = unix:///run/x.vici
                  } }
                  http { listen = 127.0.0.1:9500
                  certificate = /etc/cert.pem
                  key = /etc/key.pem
                  token = /etc/token
                  open = yes
                  }
                }
                """);
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.notes()).extracting(ConfigNote::key).containsExactly("devices.eth0.100");
        assertThat(loaded.settings()).isEqualTo(new DaemonSettings(new EndpointSettings(15000, 15001,
                new Retransmission(Duration.ofMillis(500), 1.25, 3, 15, Duration.ofSeconds(20)),
                new HalfOpenLimits(10, 4, 8, 200, Duration.ofMinutes(1)),
                Duration.ofSeconds(45), new EndpointSettings.Initiation(Duration.ofSeconds(30), true, true),
                new MessageOptions(16, 576)), 64, Optional.of(Path.of("/run/x.vici")), Optional.empty(),
                new SteeringSettings(Steering.XDP, Path.of("/sys/fs/bpf/other"), 100, Map.of("eth0.100",
                        new SteeringSettings.Device(Steering.SPI, Optional.of(new Spread(CpuSet.of(0)))))),
                new HttpSettings(Optional.of(new InetSocketAddress("127.0.0.1", 9500)), Optional.of(Path.of("/etc/cert.pem")),
                        Optional.of(Path.of("/etc/key.pem")), Optional.of(Path.of("/etc/token")), true), LogSettings.DEFAULT));
    }

    @Test
    void sizesAndWindowsThatCannotBe() {
        assertThat(SampleConfig.load("charon { fragment_size = 0\nwindow = 256\n}").mistakes()).isEmpty();
        assertThat(SampleConfig.load("charon { fragment_size = 199\n}").mistakes()).hasSize(1);
        assertThat(SampleConfig.load("keylane { window = 0\n}").mistakes()).hasSize(1);
        assertThat(SampleConfig.load("keylane { window = 257\n}").mistakes()).hasSize(1);
    }

    @Test
    void steeringIsOffUnlessWanted() {
        assertThat(SampleConfig.load("").settings().steering()).isEqualTo(SteeringSettings.DEFAULT);
        assertThat(SampleConfig.load("keylane { steering = auto\n}").settings().steering().standard())
                .isEqualTo(Steering.AUTO);
        assertThat(SampleConfig.load("keylane { steering = rps\n}").mistakes()).extracting(ConfigMistake::toString)
                .containsExactly("t.conf:1: steering: expected one of none, auto, xdp, ntuple, spi, found \"rps\"");
    }

    @Test
    void aDevicesKeysFollowEachOtherAsThoseOfTheDaemonDo() {
        SteeringSettings settings = SampleConfig.load("keylane.devices.eth0.steering = ntuple\n"
                + "charon { devices { eth0 { steering = xdp\nspread = auto\n} } }").settings().steering();
        assertThat(settings.devices()).containsExactly(Map.entry("eth0",
                new SteeringSettings.Device(Steering.NTUPLE, Optional.of(Spread.AUTO))));
    }

    @Test
    void aDeviceHasOneProgram() {
        assertThat(SampleConfig.load("keylane { devices { eth0 { steering = xdp\nspread = auto\n} } }").mistakes())
                .extracting(ConfigMistake::toString).containsExactly(
                        "t.conf:2: spread: a device has one program: not together with steering = xdp");
        assertThat(SampleConfig.load("keylane { devices { eth0 { steering = auto\nspread = auto\n} } }").mistakes())
                .isEmpty();
    }

    @Test
    void whatCannotBeSaidOfADevice() {
        assertThat(SampleConfig.load("""
                keylane { devices {
                  eth0 { stering = xdp
                    spread = 4-1
                  }
                  eth1 = xdp
                  a-name-that-is-too-long { steering = xdp
                  }
                } }
                """).mistakes()).extracting(ConfigMistake::toString).containsExactly(
                "t.conf:2: stering: unknown key, did you mean steering?",
                "t.conf:3: spread: expected auto or CPUs such as 0-3,8, found \"4-1\"",
                "t.conf:5: devices.eth1: expected the section of a device, found a key",
                "t.conf:6: devices.a-name-that-is-too-long.steering: expected the name of a network interface, found "
                        + "\"a-name-that-is-too-long\"");
    }

    @Test
    void aCpuThatThisMachineCannotHaveIsAMistake() {
        assertThat(SampleConfig.load("keylane { devices { lo { spread = 0,8191\n} } }").mistakes())
                .extracting(ConfigMistake::toString).singleElement()
                .satisfies(text -> assertThat(text).startsWith("t.conf:1: spread: this machine has no CPU 8191, only 0"));
    }

    @Test
    void aDeviceThatIsNotThereIsNoted() {
        assertThat(SampleConfig.load("keylane { devices { lo { steering = none\n}\nnowhere0 { steering = xdp\n} } }").notes())
                .extracting(ConfigNote::toString).containsExactly("t.conf:3: devices.nowhere0: there is no such device now; "
                        + "if one of this name comes, it will be used");
    }

    @Test
    void aMisspeltSectionIsGuessed() {
        assertThat(SampleConfig.load("keylane { device { eth0 { steering = xdp\n} }\nplugin { vici { socket = unix:///a\n} }\n"
                + "elsewhere { steering = xdp\n} }").mistakes()).extracting(ConfigMistake::toString).containsExactly(
                "t.conf:1: device.eth0.steering: unknown key, did you mean devices.eth0.steering?",
                "t.conf:3: plugin.vici.socket: unknown key, did you mean plugins.vici.socket?",
                "t.conf:5: elsewhere.steering: unknown key");
    }

    @Test
    void dotsAndSectionsMeanTheSame() {
        assertThat(SampleConfig.load("charon.port = 1\ncharon { port_nat_t = 2\nplugins.vici.socket = unix:///a\n}")
                .settings()).isEqualTo(SampleConfig.load("charon { port = 1\n plugins { vici.socket = unix:///a\n} }\n"
                        + "charon.port_nat_t = 2").settings());
    }

    @Test
    void ourOwnSectionDecides() {
        EndpointSettings settings = SampleConfig.load("""
                keylane { port = 3
                }
                charon-systemd { port = 2
                  port_nat_t = 2
                }
                charon { port = 1
                  port_nat_t = 1
                  cookie_threshold = 1
                }
                """).settings().endpoint();
        assertThat(settings.port()).isEqualTo(3);
        assertThat(settings.natPort()).isEqualTo(2);
        assertThat(settings.halfOpen().cookieThreshold()).isEqualTo(1);
    }

    @Test
    void zeroMeansNoCookiesButNeverNoLimit() {
        HalfOpenLimits limits = limits("cookie_threshold = 0\ncookie_threshold_ip = 0\nblock_threshold = 0\n"
                + "init_limit_half_open = 0");
        assertThat(limits.cookies()).isFalse();
        assertThat(limits).isEqualTo(new HalfOpenLimits(HalfOpenLimits.NEVER, HalfOpenLimits.NEVER,
                HalfOpenLimits.NEVER, HalfOpenLimits.DEFAULT.most(), HalfOpenLimits.DEFAULT.timeout()));
    }

    @Test
    void protectionIsSwitchedOffInOneLine() {
        HalfOpenLimits limits = limits("dos_protection = no\ncookie_threshold = 10\ninit_limit_half_open = 200");
        assertThat(limits.cookies()).isFalse();
        assertThat(limits.blockThreshold()).isEqualTo(HalfOpenLimits.NEVER);
        assertThat(limits.most()).isEqualTo(200);
    }

    private static HalfOpenLimits limits(String settings) {
        return SampleConfig.load("charon { " + settings + "\n}").settings().endpoint().halfOpen();
    }

    @Test
    void aPackagedStrongswanConfIsAccepted() {
        Loaded loaded = SampleConfig.load("""
                charon {
                    load_modular = yes
                    plugins {
                        aes { load = yes
                        }
                        openssl { load = yes
                        }
                        kernel-netlink { load = yes
                            spdh_thresh { ipv4 { lbits = 32
                            } } }
                    }
                    filelog { charon-log { path = /var/log/charon.log
                        default = 1
                    } }
                }
                swanctl { load = pem
                }
                pki { }
                """);
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.notes()).extracting(ConfigNote::toString).containsExactly(
                "t.conf:16: swanctl: ignored, it is meant for another program",
                "t.conf:2: load_modular: ignored: there are no plugins",
                "t.conf:4: plugins.aes.load: ignored: there are no plugins: what one did "
                        + "is done by keylane itself, or not at all",
                "t.conf:8: plugins.kernel-netlink.load: ignored: nothing here corresponds to it",
                "t.conf:9: plugins.kernel-netlink.spdh_thresh.ipv4.lbits: ignored: nothing here corresponds to it",
                "t.conf:12: path: ignored: lines go to standard error, each with the time");
    }
}
