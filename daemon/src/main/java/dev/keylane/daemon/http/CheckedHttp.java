package dev.keylane.daemon.http;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Options of HTTP that have been looked at, so that a daemon with bad ones says so before it has begun anything. */
public final class CheckedHttp {
    private final HttpOptions options;
    private final Optional<Token> token;

    private CheckedHttp(HttpOptions options, Optional<Token> token) {
        this.options = options;
        this.token = token;
    }

    /** @throws IOException with a sentence for the operator */
    public static CheckedHttp of(HttpOptions options) throws IOException {
        options.refuseToBeOpen();
        Optional<Token> token = options.token().isPresent()
                ? Optional.of(Token.read(options.token().get())) : Optional.empty();
        if (options.tls().isPresent()) {
            mayBeRead("HTTP certificate", options.tls().get().certificate());
            mayBeRead("HTTP key", options.tls().get().key());
        }
        listen(options);
        return new CheckedHttp(options, token);
    }

    HttpOptions options() {
        return options;
    }

    Optional<Token> token() {
        return token;
    }

    /** For a moment. */
    private static void listen(HttpOptions options) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(options.address());
        } catch (IOException taken) {
            throw new IOException("cannot serve HTTP on " + StatusServer.text(options.address()) + ": " + taken.getMessage(), taken);
        }
    }

    /** The text of a file, or why it cannot be read. */
    static String read(String what, Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw unreadable(what, file, unreadable);
        }
    }

    /** What stands in PEM before its first line is in any encoding. A pipe is left to whoever reads it, once. */
    private static void mayBeRead(String what, Path file) throws IOException {
        try {
            BasicFileAttributes kind = Files.readAttributes(file, BasicFileAttributes.class);
            if (kind.isDirectory()) {
                throw new IOException("it is a directory");
            }
            if (kind.isRegularFile()) {
                Files.newInputStream(file).close();
            }
        } catch (IOException unreadable) {
            throw unreadable(what, file, unreadable);
        }
    }

    private static IOException unreadable(String what, Path file, IOException cause) {
        return new IOException("cannot read the " + what + " " + file + ": " + why(cause), cause);
    }

    private static String why(IOException unreadable) {
        return switch (unreadable) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case CharacterCodingException _ -> "it is no text";
            default -> String.valueOf(unreadable.getMessage()).replaceFirst("^.*: ", "");
        };
    }
}
