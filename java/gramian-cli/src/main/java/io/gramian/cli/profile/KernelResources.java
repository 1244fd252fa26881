package io.gramian.cli.profile;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** What ptxas said of the kernels on the class path, as the build of the kernels keeps it. */
final class KernelResources {
  private static final String FILE = "META-INF/gramian/kernels/kernel-resources.csv";

  private final Map<String, Resources> byKernel = new HashMap<>();

  private KernelResources() {}

  /**
   * Of a kernel.
   *
   * @param registers 32-bit registers of a thread
   * @param residentBlocks blocks of a multiprocessor at a time, by these and static shared memory
   */
  record Resources(int registers, int residentBlocks) {}

  /**
   * Reads them.
   *
   * @param target of the machine code, for instance sm_80; without its cubins nothing is known
   */
  static KernelResources of(String target) {
    KernelResources resources = new KernelResources();
    try (InputStream in = ClassLoader.getSystemResourceAsStream(FILE)) {
      if (in == null) {
        return resources;
      }
      try (CsvReader<NamedCsvRecord> csv =
          CsvReader.builder().ofNamedCsvRecord(new InputStreamReader(in, StandardCharsets.UTF_8))) {
        csv.stream()
            .filter(row -> row.getField("target").equals(target))
            .filter(row -> !row.getField("blocks_per_multiprocessor").isEmpty())
            .forEach(
                row ->
                    resources.byKernel.put(
                        row.getField("kernel"),
                        new Resources(
                            Integer.parseInt(row.getField("registers")),
                            Integer.parseInt(row.getField("blocks_per_multiprocessor")))));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return resources;
  }

  /** Of a kernel; null where they are unknown. */
  Resources find(String kernel) {
    return byKernel.get(kernel);
  }
}
