package dev.keylane.daemon.logging;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.LayoutBase;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.event.KeyValuePair;

/**
 * A line of the log as a JSON object (RFC 8259): {@code time}, {@code level}, {@code group}, then what belongs to the line,
 * such as {@code connection} and {@code ike_sa}, and {@code message}.
 */
final class JsonLine extends LayoutBase<ILoggingEvent> {
    /** Of a line whose message has the other values in front: the message alone. */
    static final String TEXT = "text";

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder line = new StringBuilder("{\"time\":\"").append(event.getInstant()).append('"');
        add(line, "level", event.getLevel().toString().toLowerCase(Locale.ROOT));
        add(line, "group", event.getLoggerName());
        String message = event.getFormattedMessage();
        if (!LogTap.isNote(event)) {
            about(line, event.getMDCPropertyMap());
        }
        List<KeyValuePair> pairs = event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs();
        for (KeyValuePair pair : pairs) {
            if (pair.key.equals(TEXT)) {
                message = String.valueOf(pair.value);
            } else if (pair.value instanceof Number number) {
                line.append(",\"").append(pair.key).append("\":").append(number);
            } else {
                add(line, pair.key, String.valueOf(pair.value));
            }
        }
        add(line, "message", message);
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            add(line, "exception", thrown.getClassName() + ": " + thrown.getMessage());
        }
        return line.append("}\n").toString();
    }

    private static void about(StringBuilder line, Map<String, String> context) {
        if (context.containsKey(LogTap.IKE_SA)) {
            line.append(",\"").append(LogTap.IKE_SA).append("\":").append(context.get(LogTap.IKE_SA));
        }
        if (context.containsKey(LogTap.CONNECTION)) {
            add(line, LogTap.CONNECTION, context.get(LogTap.CONNECTION));
        }
    }

    private static void add(StringBuilder line, String key, String value) {
        line.append(",\"").append(key).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c < 0x20 || Character.isSurrogate(c)) {
                line.append("\\u%04x".formatted((int) c));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }
}
