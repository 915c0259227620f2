package dev.keylane.daemon.http;

import dev.keylane.linux.Readers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a client has to show: {@code Authorization: Bearer TOKEN}, or the same as a password, for browsers. */
final class Token {
    private final byte[] octets;

    private Token(byte[] octets) {
        this.octets = octets;
    }

    /** @throws IOException with a sentence for the operator */
    static Token read(Path file) throws IOException {
        String text = CheckedHttp.read("HTTP token", file).strip();
        if (text.length() < SHORTEST || !text.matches("[\\x21-\\x7e]+")) {
            throw new IOException("the HTTP token in " + file + " has to be " + SHORTEST + " characters or more, without spaces");
        }
        if (Readers.of(file) != Readers.NOBODY) {
            LOG.warn("the HTTP token {} can be read by others than its owner", file);
        }
        return new Token(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * In a time that tells nothing of what is right.
     *
     * @param authorization the header, empty when there was none
     */
    boolean isShownBy(String authorization) {
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String shown = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return MessageDigest.isEqual(octets, shown.getBytes(StandardCharsets.UTF_8));
        }
        return scheme.equalsIgnoreCase("Basic") && MessageDigest.isEqual(octets, password(shown));
    }

    private static byte[] password(String credentials) {
        try {
            String pair = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1).getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return new byte[0];
        }
    }

    private static final int SHORTEST = 16;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
