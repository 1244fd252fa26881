package io.gramian.cli.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A table of the emulated device: lines of fields separated by tabs under a header. */
final class CountTable {
  private CountTable() {}

  /** A row of it. */
  record Row(Map<String, String> fields) {
    String text(String column) {
      String field = fields.get(column);
      if (field == null) {
        throw new IllegalArgumentException("no column " + column + " among " + fields.keySet());
      }
      return field;
    }

    long number(String column) {
      return Long.parseLong(text(column));
    }
  }

  static List<Row> parse(String text) {
    List<String> lines = text.lines().toList();
    String[] header = lines.getFirst().split("\t", -1);
    List<Row> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t", -1);
      Map<String, String> row = new LinkedHashMap<>();
      for (int i = 0; i < header.length; i++) {
        row.put(header[i], fields[i]);
      }
      rows.add(new Row(row));
    }
    return rows;
  }
}
