package io.gramian.cli.profile;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Prints a profile for people: a table of kernels, one of lines, and an estimate. */
final class ProfileReport {
  private static final String GAP = "  ";

  private final PrintWriter out;
  private final Profile profile;

  ProfileReport(PrintWriter out, Profile profile) {
    this.out = out;
    this.profile = profile;
  }

  /** All of it, with so many lines of sources. */
  void print(int lines) {
    Gpu gpu = Gpu.of(profile.target());
    printKernels(gpu);
    if (lines > 0) {
      printLines(lines);
    }
    out.printf(
        Locale.ROOT,
        "%nCounts are exact, of PTX instructions: ptxas leaves out some moves and joins"
            + " others.%ntensor: tensor-core instructions. beside: other instructions of main loops"
            + " for each of them.%noutside: instructions of a thread outside of main loops per"
            + " pair, index tuple or sample (%,d here).%nslots: share of the places for blocks that"
            + " have one, in the waves of the grid; regs and /SM: registers of a thread,%nblocks of"
            + " a multiprocessor at a time. L2: bytes of the 32-byte sectors asked for, at most"
            + " what the L2 gives.%nmemory: different sectors read and written by each launch, at"
            + " least what device memory gives and takes.%nconflicts: share of shared memory's"
            + " wavefronts that bank conflicts cost.%nestimate: not measured; the longest need of"
            + " one part of %s, all others hidden behind it, nothing waiting.%n",
        profile.units(),
        gpu.name());
  }

  private void printKernels(Gpu gpu) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "kernel",
            "launches",
            "blocks",
            "regs",
            "/SM",
            "slots",
            "instructions",
            "tensor",
            "beside",
            "outside",
            "L2",
            "per FLOP",
            "sectors/req",
            "conflicts",
            "memory",
            "divergent",
            "estimate",
            "limit"));
    double seconds = 0;
    for (KernelProfile kernel : profile.kernels()) {
      Counts c = kernel.counts();
      Gpu.Estimate estimate = gpu.estimate(kernel);
      seconds += estimate.seconds();
      boolean hasTensor = c.tensor() > 0;
      rows.add(
          List.of(
              kernel.kernel(),
              Long.toString(kernel.launches()),
              Long.toString(kernel.blocks()),
              kernel.resources() == null ? "-" : "" + kernel.resources().registers(),
              Integer.toString(kernel.residentBlocks()),
              percent(kernel.slotsAtWork()),
              Long.toString(c.instructions()),
              hasTensor ? Long.toString(c.tensor()) : "-",
              hasTensor ? decimal(c.besideTensor()) : "-",
              decimal(c.outsidePerUnit(profile.units())),
              bytes(c.sectorBytes()),
              hasTensor
                  ? String.format(
                      Locale.ROOT, "%.4f", (double) c.sectorBytes() / c.get("tensorOperations"))
                  : "-",
              c.get("globalRequests") > 0 ? decimal(c.sectorsPerRequest()) : "-",
              c.get("wavefronts") > 0 ? percent(c.conflictShare()) : "-",
              bytes(kernel.readBytes() + kernel.writtenBytes()),
              c.get("branches") > 0 ? percent(c.divergence()) : "-",
              micros(estimate.seconds()),
              estimate.limit()));
    }
    Counts all = Counts.sum(profile.kernels().stream().map(KernelProfile::counts).toList());
    out.println(
        "on the emulated "
            + profile.device()
            + ", PTX of "
            + String.join(
                ", ", profile.kernels().stream().map(KernelProfile::target).distinct().toList()));
    table(rows);
    out.printf(
        Locale.ROOT,
        "all: %,d launches, %,d instructions, %,d on tensor cores; estimate %s (not measured)%n",
        profile.kernels().stream().mapToLong(KernelProfile::launches).sum(),
        all.instructions(),
        all.tensor(),
        micros(seconds));
  }

  private void printLines(int most) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "line",
            "kernel",
            "instructions",
            "share",
            "tensor",
            "L2",
            "sectors/req",
            "wavefronts",
            "conflicts",
            "barrier waits"));
    double all =
        profile.kernels().stream().mapToDouble(kernel -> kernel.counts().instructions()).sum();
    for (LineProfile line : profile.lines().stream().limit(most).toList()) {
      Counts c = line.counts();
      rows.add(
          List.of(
              line.file().isEmpty() ? "?" : line.file() + ":" + line.line(),
              line.kernel(),
              Long.toString(c.instructions()),
              percent(c.instructions() / all),
              Long.toString(c.tensor()),
              bytes(c.sectorBytes()),
              c.get("globalRequests") > 0 ? decimal(c.sectorsPerRequest()) : "-",
              Long.toString(c.get("wavefronts")),
              c.get("wavefronts") > 0 ? percent(c.conflictShare()) : "-",
              Long.toString(c.get("barrierWaits"))));
    }
    out.println();
    table(rows);
  }

  private void table(List<List<String>> rows) {
    int[] widths =
        IntStream.range(0, rows.getFirst().size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < widths.length; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - cell.length());
        boolean isText = column == 0 || rows.getFirst().get(column).equals("kernel");
        line.append(column == 0 ? "" : GAP).append(isText ? cell + padding : padding + cell);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.2f" : "%.0f", value);
  }

  private static String bytes(long count) {
    return count < 1 << 20 ? (count >> 10) + " KiB" : (count >> 20) + " MiB";
  }

  private static String micros(double seconds) {
    return String.format(Locale.ROOT, "%.1f us", seconds * 1e6);
  }
}
