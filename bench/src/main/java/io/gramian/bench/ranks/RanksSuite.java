package io.gramian.bench.ranks;

import io.gramian.GramianException;
import io.gramian.bench.measure.ChildProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * GRAM's loss and all gradients of one batch over ranks, which are processes of this machine and
 * exchange over Gloo on the loopback interface. The ranks share the threads.
 */
public final class RanksSuite {
  private static final String HEADER =
      "op,batch,modalities,dimension,ranks,threads_per_rank,seconds,bytes_per_rank,memory_per_rank";

  private final int threads;
  private final int modalities;
  private final int dimension;
  private final int rounds;
  private final Path folder;

  /**
   * What is the same for all runs.
   *
   * @param threads of all ranks together
   * @param rounds runs of which the median counts
   * @param folder where ranks.csv goes
   */
  public RanksSuite(int threads, int modalities, int dimension, int rounds, Path folder) {
    this.threads = threads;
    this.modalities = modalities;
    this.dimension = dimension;
    this.rounds = rounds;
    this.folder = folder;
  }

  /**
   * Measures every batch over every number of ranks, and writes a table and ranks.csv.
   *
   * @throws GramianException if a rank failed, with what it said
   */
  public void run(List<Integer> batches, List<Integer> ranks, PrintWriter console)
      throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    console.printf(
        "contrastive volume, k = %d, d = %d, f32, forward and backward; %d threads in all%n",
        modalities, dimension, threads);
    console.printf(
        "%8s %6s %12s %8s %16s %16s%n",
        "B", "ranks", "median ms", "speed", "MB a rank brings", "MiB of its plan");
    Files.createDirectories(folder);
    for (int batch : batches) {
      double first = 0;
      for (int count : ranks) {
        int each = Math.max(1, threads / count);
        RankProcess.Answer slowest = slowest(answers(batch, count, each));
        first = first == 0 ? slowest.seconds() : first;
        console.printf(
            Locale.ROOT,
            "%8d %6d %12.2f %7.2fx %16.2f %16.1f%n",
            batch,
            count,
            1e3 * slowest.seconds(),
            first / slowest.seconds(),
            slowest.bytes() * 1e-6,
            slowest.memory() / (1024.0 * 1024));
        console.flush();
        lines.add(
            String.format(
                Locale.ROOT,
                "contrastive volume,%d,%d,%d,%d,%d,%.6f,%d,%d",
                batch,
                modalities,
                dimension,
                count,
                each,
                slowest.seconds(),
                slowest.bytes(),
                slowest.memory()));
        Files.write(folder.resolve("ranks.csv"), lines);
      }
    }
    console.println("measurements: " + folder.resolve("ranks.csv"));
  }

  /** The batch is done when its slowest rank is. */
  private static RankProcess.Answer slowest(List<RankProcess.Answer> answers) {
    return answers.stream()
        .reduce(
            (a, b) ->
                new RankProcess.Answer(
                    Math.max(a.seconds(), b.seconds()),
                    Math.max(a.bytes(), b.bytes()),
                    Math.max(a.memory(), b.memory())))
        .orElseThrow();
  }

  private List<RankProcess.Answer> answers(int batch, int ranks, int threadsEach)
      throws IOException {
    Path temporary = Files.createTempDirectory("gramian-ranks");
    List<Process> processes = new ArrayList<>();
    try {
      for (int r = 0; r < ranks; r++) {
        List<String> arguments = new ArrayList<>(List.of(temporary.resolve("store").toString()));
        for (int number : new int[] {r, ranks, threadsEach, batch, modalities, dimension, rounds}) {
          arguments.add(Integer.toString(number));
        }
        processes.add(
            new ProcessBuilder(ChildProcess.command(List.of(), RankProcess.class, arguments))
                .redirectErrorStream(true)
                .redirectOutput(temporary.resolve("rank" + r).toFile())
                .start());
      }
      List<RankProcess.Answer> answers = new ArrayList<>();
      for (int r = 0; r < ranks; r++) {
        answers.add(answer(processes.get(r), r, temporary.resolve("rank" + r)));
      }
      return answers;
    } finally {
      processes.forEach(Process::destroyForcibly);
      for (int r = 0; r < ranks; r++) {
        Files.deleteIfExists(temporary.resolve("rank" + r));
      }
      Files.deleteIfExists(temporary.resolve("store"));
      Files.deleteIfExists(temporary);
    }
  }

  private static RankProcess.Answer answer(Process process, int rank, Path output)
      throws IOException {
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GramianException("interrupted while rank " + rank + " ran");
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    return text.lines()
        .filter(line -> line.startsWith(RankProcess.ANSWER))
        .map(RankProcess.Answer::decode)
        .findFirst()
        .orElseThrow(() -> new GramianException("rank " + rank + " failed: " + text.strip()));
  }
}
