package dev.keylane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationReportTest {
    @TempDir
    private Path dir;
    private Path conf;
    private final StringWriter out = new StringWriter();

    @BeforeEach
    void writeFiles() throws IOException {
        Files.createDirectories(dir.resolve("etc/swanctl"));
        Files.writeString(dir.resolve("etc/strongswan.conf"), """
                charon {
                  threads = 16
                  retransmit_tries = 3
                  start-scripts {
                    load = swanctl --load-all
                  }
                }
                """);
        conf = dir.resolve("etc/swanctl/swanctl.conf");
        Files.writeString(conf, """
                connections {
                  gw {
                    version = 2
                    mobike = yes
                    send_cert = always
                    ipcomp = no
                    local {
                      auth = psk
                    }
                    remote {
                      auth = psk
                    }
                    children {
                      net {
                        per_cpu_sas = yes
                        start_action = trap
                        ipcomp = no
                      }
                    }
                  }
                }
                pools {
                  p {
                    addrs = 10.3.0.0/24
                  }
                }
                secrets {
                  ike-gw {
                    secret = "hush hush"
                  }
                  eap-x {
                    secret = hush
                  }
                }
                """);
        Files.setPosixFilePermissions(conf, PosixFilePermissions.fromString("rw-------"));
    }

    private int run(String... args) {
        PrintWriter printer = new PrintWriter(out, true);
        return Keylane.commandLine().setOut(printer).setErr(printer).execute(args);
    }

    @Test
    void tellsWhatBecomesOfEachSetting() {
        assertThat(run("check", "--report", conf.getParent().toString())).isEqualTo(1);
        assertThat(out.toString().replace(dir + "/etc/", "")).isEqualTo("""
                refused: 5 settings
                  swanctl/swanctl.conf:4: mobike: "yes" is not supported by keylane, only no
                      take it out: addresses do not move, and IKE stays on its port where there is no NAT
                  swanctl/swanctl.conf:6: ipcomp: unknown key here, its place is connections.<conn>.children.<child>
                  strongswan.conf:5: start-scripts.load: not supported by keylane
                      nothing is run at the start; --config names files to load
                  swanctl/swanctl.conf:22: pools: not supported by keylane
                      give addresses out by other means, and take the section out
                  swanctl/swanctl.conf:31: eap-x: not supported by keylane, only ike secrets are
                      take the section out
                ignored: 3 settings
                  swanctl/swanctl.conf:5: send_cert: of certificates only, which keylane does not use
                  swanctl/swanctl.conf:17: ipcomp: asks for nothing that keylane does not do anyway
                  strongswan.conf:2: threads: one event loop does the keying
                used: 7 settings
                  auth, per_cpu_sas, retransmit_tries, secret, start_action, version
                worth adding: 3 lines
                  swanctl/swanctl.conf:14: connections.gw.children.net: per_cpu_mode = eager
                      SAs for all CPUs at once, instead of one after the other as packets come
                  swanctl/swanctl.conf:14: connections.gw.children.net: per_cpu_cpus = queues
                      SAs for those CPUs alone that serve the device's queues
                  swanctl/swanctl.conf:2: connections.gw: steering = auto
                      received packets get to the CPU of their SA, by the device or by a program at it
                not yet: 5 settings must change first
                read with them: strongswan.conf; name it to keylane run as well: --config strongswan.conf
                """);
    }

    @Test
    void givesTheSameAsJson() {
        assertThat(run("check", "--report", "--json", conf.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("\"found\": \"" + dir + "/etc/strongswan.conf\"", "\"refused\"", "\"section\": \"connections.gw\"", "\"key\": \"mobike\"",
                "\"line\": 4", "\"advice\": \"take it out: addresses do not move", "\"add\": \"steering = auto\"")
                .doesNotContain("hush");
        assertThat(run("check", "--json", conf.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("\"ok\": false", "\"line\": 4", "\"key\": \"mobike\"").doesNotContain("hush");
    }

    @Test
    void warnsOfWhatIsUsedAndWillNotDo() throws IOException {
        Path absent = Files.writeString(dir.resolve("absent.conf"), """
                connections {
                  gw {
                    local {
                      auth = psk
                    }
                    remote {
                      auth = psk
                    }
                    children {
                      net {
                        interface = nodev0
                        hw_offload = packet
                      }
                    }
                  }
                }
                """);
        assertThat(run("check", "--report", absent.toString())).isZero();
        assertThat(out.toString()).contains("warnings: ", "absent.conf:11: interface: there is no device nodev0")
                .endsWith("ok: keylane takes these files as they are, see the warnings\n");
        assertThat(run("check", "--report", "--json", absent.toString())).isZero();
        assertThat(out.toString()).contains("\"warnings\"", "\"key\": \"interface\"");
    }

    @Test
    void namesCredentialsThatNoLineNames() throws IOException {
        Files.writeString(Files.createDirectories(dir.resolve("s/x509ca")).resolve("ca.pem"), "x");
        Files.writeString(Files.createDirectories(dir.resolve("s/private")).resolve("k2.pem"), "x");
        Files.writeString(dir.resolve("s/private/k1.pem"), "x");
        Files.createDirectories(dir.resolve("s/rsa"));
        Path file = Files.writeString(dir.resolve("s/swanctl.conf"), "secrets {\n  ike-a {\n    secret = hush\n  }\n}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(run("check", "--report", file.getParent().toString())).isZero();
        assertThat(out.toString().replace(dir + "/", "")).isEqualTo("""
                refused: 0 settings
                ignored: 0 settings
                used: 1 setting
                  secret
                warnings: 3
                  s/x509ca: ca.pem: not used, keylane has no certificates and keys; swanctl --load-all and --load-creds print an error for each file
                  s/private: k1.pem: and 1 more: not used, keylane has no certificates and keys; swanctl --load-all and --load-creds print an error for each file
                  s/swanctl.conf: secrets: the file holds secrets and its group may read it, chmod go= would keep them out
                worth adding: 0 lines
                ok: keylane takes these files as they are, see the warnings
                """);
    }

    @Test
    void givesAdviceThatKeepsTheMeaning() throws IOException {
        Path file = Files.writeString(dir.resolve("marks.conf"), """
                connections {
                  c {
                    local_addrs = 127.0.0.1, ::1
                    if_id_in = %unique
                    local {
                      auth = psk
                    }
                    remote {
                      auth = psk
                      id = fqdn:^gw[0-9]$
                    }
                    remote-2 {
                      auth = psk
                    }
                    children {
                      k {
                        mark_in = %unique
                        set_mark_out = %same
                        mode = beet
                        close_action = trap|start
                        tfc_padding = mtu
                        esp_proposals = aes128-sha256
                        hw_offload = packet
                        per_cpu_sas = yes
                        start_action = trap
                      }
                    }
                  }
                }
                """);
        assertThat(run("check", "--report", file.toString())).isEqualTo(1);
        assertThat(out.toString()).contains(":4: if_id_in: \"%unique\" is not supported by keylane\n      write a number instead, ",
                ":17: mark_in: \"%unique\" is not supported by keylane\n      write a number instead, ",
                ":18: set_mark_out: \"%same\" is not supported by keylane\n      write the value of mark_out here\n", "      set mode = tunnel or mode = transport, at both ends\n",
                "      set it to trap or to start\n", "      write a number of octets\n", "      write an identity in full\n",
                "      take the section out, at both ends\n",
                "      put aes128gcm16 or aes256gcm16 into esp_proposals").doesNotContain("take it out");
        assertThat(out.toString()).as("of a connection on loopback").contains("per_cpu_mode = eager")
                .doesNotContain("steering = auto", "per_cpu_cpus = queues");
    }

    @Test
    void isContentWithGoodFiles() throws IOException {
        Path good = Files.writeString(dir.resolve("good.conf"), "charon { port = 501\n}\n");
        assertThat(run("check", "--report", good.toString())).isZero();
        assertThat(out.toString()).isEqualTo("""
                refused: 0 settings
                ignored: 0 settings
                used: 1 setting
                  port
                worth adding: 0 lines
                ok: keylane takes these files as they are
                """);
    }

    @Test
    void doesNotListPluginsOneByOne() throws IOException {
        Path many = Files.writeString(dir.resolve("many.conf"), "charon { plugins { a { load = yes\n} b { load = yes\n} "
                + "c { load = yes\n} d { load = yes\n} } }\n");
        assertThat(run("check", "--report", many.toString())).isZero();
        assertThat(out.toString()).contains("ignored: 4 settings", "plugins.b.load", "      and 2 more like it\n")
                .doesNotContain("plugins.c.load");
    }

    @Test
    void saysWhatCannotBeRead() throws IOException {
        Path broken = Files.writeString(dir.resolve("broken.conf"), "connections {\n");
        assertThat(run("check", "--report", broken.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("broken.conf:1: connections: the section is not closed");
    }
}
