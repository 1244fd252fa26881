package io.gramian.bench;

import io.gramian.UnsupportedOpException;
import io.gramian.bench.page.ConsoleReport;
import io.gramian.bench.page.ReportFiles;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Machine;
import io.gramian.bench.report.Run;
import io.gramian.bench.report.RunCsv;
import io.gramian.cli.io.AtomicOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs jobs, shows what they measured and keeps it: the CSV files after every job, the page at the
 * end. A session that is stopped by a signal writes the page of what it has.
 */
final class Session {
  private final Settings settings;
  private final Machine machine;
  private final Path folder;
  private final Path csv;
  private final PrintWriter out;
  private final PrintWriter err;
  private final List<Line> lines = new ArrayList<>();
  private boolean agreed = true;
  private boolean stopped;

  /**
   * @param folder takes measurements, charts and the page
   * @param csv takes the measurements too; null for none
   */
  Session(
      Settings settings, Machine machine, Path folder, Path csv, PrintWriter out, PrintWriter err) {
    this.settings = settings;
    this.machine = machine;
    this.folder = folder;
    this.csv = csv;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs all jobs in order. What a device cannot do is an error only where it was asked for.
   *
   * @param heading lines for people, before all others
   * @return whether all results were right
   * @throws IOException if a file cannot be written
   */
  boolean run(List<Job> jobs, List<String> heading) throws IOException {
    out.println(machine);
    heading.forEach(out::println);
    machine.warning().ifPresent(out::println);
    out.flush();
    Thread hook = new Thread(() -> stop(jobs.size()));
    Runtime.getRuntime().addShutdownHook(hook);
    ConsoleReport console = new ConsoleReport(out);
    try (Progress progress = Progress.start(jobs)) {
      for (Job job : jobs) {
        progress.begin(job);
        try {
          List<Line> measured = job.work().get();
          progress.end(job);
          keep(measured);
          console.print(measured);
        } catch (UnsupportedOpException e) {
          if (!settings.ops().isEmpty()) {
            throw e;
          }
          progress.end(job);
          out.println(e.getMessage());
        } catch (DisagreementException e) {
          agreed = false;
          progress.end(job);
          err.println("gramian: " + e.getMessage());
        }
      }
    } finally {
      end(hook);
    }
    writePage();
    return agreed;
  }

  private synchronized void keep(List<Line> measured) throws IOException {
    while (stopped) {
      LockSupport.park(); // else the next job would start while this process ends
    }
    lines.addAll(measured);
    if (!lines.isEmpty()) {
      String text = RunCsv.write(new Run(machine, lines));
      ReportFiles.writeCsv(folder, text);
      if (csv != null) {
        AtomicOutput.writeText(csv, text);
      }
    }
  }

  private void writePage() throws IOException {
    if (!lines.isEmpty()) {
      ReportFiles.writePage(folder, new Run(machine, lines));
      out.println("page: " + folder.resolve(ReportFiles.PAGE));
    }
  }

  private static void end(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      LockSupport.park(); // the hook is at work
    }
  }

  /** In a hook of the process that ends. */
  private void stop(int jobs) {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    synchronized (this) {
      stopped = true;
      try {
        out.printf(
            "%nstopped: %d measurements of the first of %d cases are kept%n", lines.size(), jobs);
        writePage();
        out.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
