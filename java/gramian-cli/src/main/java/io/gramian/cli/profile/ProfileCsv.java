package io.gramian.cli.profile;

import io.gramian.cli.io.Csv;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A profile as comma-separated values: a row for each kernel, of which {@code file} and {@code
 * line} are empty, and a row for each of its lines, of which the columns of launches are empty. The
 * counts have the names of the emulated device's columns.
 */
final class ProfileCsv {
  private static final List<String> PLACE = List.of("target", "kernel", "file", "line", "function");
  private static final List<String> LAUNCHES =
      List.of(
          "launches",
          "blocks",
          "registers",
          "blocksPerMultiprocessor",
          "slotsAtWork",
          "readBytes",
          "writtenBytes");

  private ProfileCsv() {}

  static String text(Profile profile) {
    List<String> names = List.copyOf(profile.kernels().getFirst().counts().byName().keySet());
    List<String> header = new ArrayList<>(PLACE);
    header.addAll(LAUNCHES);
    header.addAll(names);
    List<List<String>> rows = new ArrayList<>();
    for (KernelProfile kernel : profile.kernels()) {
      List<String> row =
          new ArrayList<>(
              List.of(
                  kernel.target(),
                  kernel.kernel(),
                  "",
                  "",
                  "",
                  Long.toString(kernel.launches()),
                  Long.toString(kernel.blocks()),
                  kernel.resources() == null ? "" : "" + kernel.resources().registers(),
                  Integer.toString(kernel.residentBlocks()),
                  String.format(Locale.ROOT, "%.4f", kernel.slotsAtWork()),
                  Long.toString(kernel.readBytes()),
                  Long.toString(kernel.writtenBytes())));
      addCounts(row, names, kernel.counts());
      rows.add(row);
      for (LineProfile line : profile.lines()) {
        if (line.kernel().equals(kernel.kernel())) {
          List<String> ofLine =
              new ArrayList<>(
                  List.of(
                      kernel.target(),
                      kernel.kernel(),
                      line.file(),
                      Integer.toString(line.line()),
                      line.function()));
          LAUNCHES.forEach(column -> ofLine.add(""));
          addCounts(ofLine, names, line.counts());
          rows.add(ofLine);
        }
      }
    }
    return Csv.text(header, rows);
  }

  private static void addCounts(List<String> row, List<String> names, Counts counts) {
    names.forEach(name -> row.add(Long.toString(counts.get(name))));
  }
}
