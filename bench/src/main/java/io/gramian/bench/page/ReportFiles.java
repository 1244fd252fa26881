package io.gramian.bench.page;

import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the bench leaves in a folder. */
public final class ReportFiles {
  /** The page that shows everything. */
  public static final String PAGE = "index.html";

  private static final String CSV = "measurements.csv";

  private ReportFiles() {}

  /** Writes all files; the folder is made where it is missing. */
  public static void write(Path folder, Run run) throws IOException {
    Files.createDirectories(folder);
    AtomicOutput.writeText(folder.resolve(CSV), RunCsv.write(run));
  }
}
