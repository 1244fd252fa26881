package io.gramian.bench.report;

import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.gramian.cli.io.Csv;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Runs as CSV files and back: a header, then a line each. */
public final class RunCsv {
  private static final List<String> HEADER =
      Arrays.stream(Column.values()).map(Column::title).toList();

  private static final double KILO = 1e3;
  private static final double GIGA = 1e9;

  private RunCsv() {}

  /** The whole file. */
  public static String write(Run run) {
    List<List<String>> rows = new ArrayList<>();
    for (Line line : run.lines()) {
      Map<Column, String> fields = new EnumMap<>(Column.class);
      put(fields, run.machine());
      put(fields, line);
      rows.add(Arrays.stream(Column.values()).map(one -> fields.getOrDefault(one, "")).toList());
    }
    return Csv.text(HEADER, rows);
  }

  /**
   * Reads a file.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException if it is not one of ours
   */
  public static Run read(String name, String text) {
    Machine machine = null;
    List<Line> lines = new ArrayList<>();
    for (NamedCsvRecord record : Csv.read(name, text, HEADER)) {
      Fields row = new Fields(record.getFields());
      Machine here = machine(row);
      if (machine != null && !machine.equals(here)) {
        throw new IllegalArgumentException(
            name + ": lines of different machines: " + record.getFields());
      }
      machine = here;
      lines.add(line(row));
    }
    return new Run(machine, lines);
  }

  private static void put(Map<Column, String> fields, Machine machine) {
    fields.put(Column.DATE, machine.date());
    fields.put(Column.COMMIT, machine.commit());
    fields.put(Column.PROCESSOR, machine.processor());
    fields.put(Column.CORES, Integer.toString(machine.cores()));
    fields.put(Column.GPU, machine.gpu());
    fields.put(Column.DRIVER, machine.driver());
    fields.put(Column.JDK, machine.jdk());
    fields.put(Column.SYSTEM, machine.system());
    fields.put(Column.LOAD, number(machine.load()));
  }

  private static void put(Map<Column, String> fields, Line line) {
    Subject subject = line.subject();
    fields.put(Column.SUITE, line.suite());
    fields.put(Column.OP, subject.op());
    fields.put(Column.VARIANT, subject.variant());
    fields.put(Column.PASS, subject.pass());
    fields.put(Column.BATCH, Integer.toString(subject.batch()));
    fields.put(Column.MODALITIES, Integer.toString(subject.modalities()));
    fields.put(Column.DIMENSION, Integer.toString(subject.dimension()));
    fields.put(Column.DTYPE, subject.dtype());
    fields.put(Column.ROLE, line.by().role().name().toLowerCase(Locale.ROOT));
    fields.put(Column.NAME, line.by().name());
    fields.put(Column.VERSION, line.by().version());
    fields.put(Column.DEVICE, line.by().device());
    fields.put(Column.THREADS, Integer.toString(line.by().threads()));
    line.time()
        .ifPresent(
            time -> {
              fields.put(Column.RUNS, Integer.toString(time.runs()));
              fields.put(Column.TIME_MS, number(KILO * time.median()));
              fields.put(Column.TIME_P20_MS, number(KILO * time.p20()));
              fields.put(Column.TIME_P80_MS, number(KILO * time.p80()));
              fields.put(Column.TIME_MIN_MS, number(KILO * time.minimum()));
            });
    line.flopsPerSecond().ifPresent(rate -> fields.put(Column.GFLOPS, number(rate / GIGA)));
    line.bytesPerSecond().ifPresent(rate -> fields.put(Column.GBPS, number(rate / GIGA)));
    line.limit()
        .ifPresent(
            limit -> {
              fields.put(Column.LIMIT, limit.name());
              fields.put(Column.LIMIT_RATE, number(limit.rate() / GIGA));
            });
    line.fraction().ifPresent(fraction -> fields.put(Column.LIMIT_FRACTION, number(fraction)));
    line.memory().ifPresent(bytes -> fields.put(Column.MEMORY_BYTES, Long.toString(bytes)));
    line.agreement()
        .ifPresent(
            agreement -> {
              fields.put(Column.RESULT_DIFFERENCE, number(agreement.result()));
              fields.put(Column.GRADIENT_DIFFERENCE, number(agreement.gradients()));
            });
    fields.put(Column.NOTE, line.note());
  }

  private static Machine machine(Fields row) {
    return new Machine(
        row.text(Column.DATE),
        row.text(Column.COMMIT),
        row.text(Column.PROCESSOR),
        row.integer(Column.CORES),
        row.text(Column.GPU),
        row.text(Column.DRIVER),
        row.text(Column.JDK),
        row.text(Column.SYSTEM),
        row.number(Column.LOAD));
  }

  private static Line line(Fields row) {
    Subject subject =
        new Subject(
            row.text(Column.OP),
            row.text(Column.VARIANT),
            row.text(Column.PASS),
            row.integer(Column.BATCH),
            row.integer(Column.MODALITIES),
            row.integer(Column.DIMENSION),
            row.text(Column.DTYPE));
    Contestant by =
        new Contestant(
            Contestant.Role.valueOf(row.text(Column.ROLE).toUpperCase(Locale.ROOT)),
            row.text(Column.NAME),
            row.text(Column.VERSION),
            row.text(Column.DEVICE),
            row.integer(Column.THREADS));
    Optional<Timing> time =
        row.has(Column.TIME_MS)
            ? Optional.of(
                new Timing(
                    row.integer(Column.RUNS),
                    row.number(Column.TIME_MS) / KILO,
                    row.number(Column.TIME_P20_MS) / KILO,
                    row.number(Column.TIME_P80_MS) / KILO,
                    row.number(Column.TIME_MIN_MS) / KILO))
            : Optional.empty();
    return new Line(
        row.text(Column.SUITE),
        subject,
        by,
        time,
        new Work(amount(row, Column.GFLOPS, time), amount(row, Column.GBPS, time)),
        row.has(Column.LIMIT)
            ? Optional.of(new Limit(row.text(Column.LIMIT), GIGA * row.number(Column.LIMIT_RATE)))
            : Optional.empty(),
        row.has(Column.MEMORY_BYTES)
            ? OptionalLong.of(Long.parseLong(row.text(Column.MEMORY_BYTES)))
            : OptionalLong.empty(),
        row.has(Column.RESULT_DIFFERENCE)
            ? Optional.of(
                new Agreement(
                    row.number(Column.RESULT_DIFFERENCE), row.number(Column.GRADIENT_DIFFERENCE)))
            : Optional.empty(),
        row.text(Column.NOTE));
  }

  /** The work of a run, from its rate. */
  private static OptionalDouble amount(Fields row, Column rate, Optional<Timing> time) {
    return row.has(rate) && time.isPresent()
        ? OptionalDouble.of(GIGA * row.number(rate) * time.get().median())
        : OptionalDouble.empty();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.5g", value);
  }

  /** Fields of a line by column. */
  private record Fields(List<String> values) {
    boolean has(Column column) {
      return !text(column).isEmpty();
    }

    String text(Column column) {
      return values.get(column.ordinal());
    }

    int integer(Column column) {
      return Integer.parseInt(text(column));
    }

    double number(Column column) {
      return has(column) ? Double.parseDouble(text(column)) : Double.NaN;
    }
  }
}
