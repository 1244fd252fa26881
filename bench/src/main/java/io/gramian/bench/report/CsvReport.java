package io.gramian.bench.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Measurements as CSV (RFC 4180 with line feeds), one line each below a header. */
public final class CsvReport {
  private CsvReport() {}

  /** The whole file. */
  public static String of(Machine machine, List<Measurement> measurements) {
    StringBuilder csv = new StringBuilder(line(Column::title));
    for (Measurement measurement : measurements) {
      csv.append(line(column -> column.value(machine, measurement)));
    }
    return csv.toString();
  }

  private static String line(Function<Column, String> field) {
    return Arrays.stream(Column.values())
            .map(field.andThen(CsvReport::quoted))
            .collect(Collectors.joining(","))
        + "\n";
  }

  private static String quoted(String field) {
    return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
