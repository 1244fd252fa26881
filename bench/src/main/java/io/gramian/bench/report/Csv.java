package io.gramian.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Comma-separated values (RFC 4180, with line feeds). */
public final class Csv {
  private Csv() {}

  /** Fields as a line, with its line feed. */
  public static String line(List<String> fields) {
    return fields.stream().map(Csv::quoted).collect(Collectors.joining(",")) + "\n";
  }

  /** The fields of every line; empty lines are left out. */
  public static List<List<String>> parse(String text) {
    List<List<String>> lines = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        if (quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
          field.append(c);
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (quoted || c != ',' && c != '\n' && c != '\r') {
        field.append(c);
      } else if (c == ',') {
        fields.add(take(field));
      } else if (c == '\n') {
        end(lines, fields, field);
        fields = new ArrayList<>();
      }
    }
    end(lines, fields, field);
    return lines;
  }

  private static void end(List<List<String>> lines, List<String> fields, StringBuilder field) {
    if (!fields.isEmpty() || !field.isEmpty()) {
      fields.add(take(field));
      lines.add(fields);
    }
  }

  private static String take(StringBuilder field) {
    String text = field.toString();
    field.setLength(0);
    return text;
  }

  private static String quoted(String field) {
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
