package io.gramian.bench.ranks;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Modalities;
import io.gramian.op.Names;
import io.gramian.op.Similarity;
import io.gramian.torch.GlooCollective;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/** One rank of a measured batch, a process of its own. */
final class RankProcess {
  /** What begins the line that holds the answer of a rank. */
  static final String ANSWER = "rank-run";

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final double WARM_SECONDS = 4;

  private RankProcess() {}

  /**
   * What a rank has measured.
   *
   * @param seconds the median of a run
   * @param bytes that it brought to the exchanges of a run
   * @param memory of its plan, bytes
   */
  record Answer(double seconds, long bytes, long memory) {
    private String encode() {
      return ANSWER + " " + seconds + " " + bytes + " " + memory;
    }

    static Answer decode(String line) {
      String[] words = line.split(" ");
      return new Answer(
          Double.parseDouble(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }
  }

  /**
   * Arguments: the store, the rank, how many there are, threads of each, rows of the batch,
   * modalities, dimension, rounds.
   */
  public static void main(String[] arguments) {
    int[] numbers = Arrays.stream(arguments).skip(1).mapToInt(Integer::parseInt).toArray();
    int rank = numbers[0];
    int size = numbers[1];
    try (Collective group =
            GlooCollective.join(Path.of(arguments[0]), "127.0.0.1", rank, size, LIMIT);
        Device device = Device.open("cpu", DeviceOptions.defaults().threads(numbers[2]))) {
      int rows = numbers[3] * (rank + 1) / size - numbers[3] * rank / size;
      Answer answer = measure(device, group, rows, numbers[4], numbers[5], numbers[6]);
      System.out.println(answer.encode());
    }
  }

  /** Runs on all ranks for so long that Java has compiled what it is going to. */
  private static void warm(Plan plan, Bindings in, Bindings out, Collective group) {
    double[] passed = new double[1];
    long begin = System.nanoTime();
    while (passed[0] < WARM_SECONDS) {
      plan.run(in, out);
      passed[0] = (System.nanoTime() - begin) * 1e-9;
      group.allReduce(null, Tensor.of(passed, 1), Collective.Reduction.MAX);
    }
  }

  private static Answer measure(
      Device device, Collective group, int rows, int modalities, int d, int rounds) {
    Contrastive op = new Contrastive(Similarity.volume());
    Bindings in = Bindings.none();
    Bindings out = Bindings.of(Names.LOSS, Tensor.of(new float[1]));
    Random random = new Random(group.rank());
    for (String name : Modalities.names(modalities)) {
      float[] values = new float[Math.multiplyExact(rows, d)];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      in = in.with(name, Tensor.of(values, rows, d));
      out = out.with(Names.gradient(name), Tensor.zeros(TensorSpec.of(DType.F32, rows, d)));
    }
    CountingCollective counting = new CountingCollective(group);
    PlanOptions options = PlanOptions.defaults().collective(counting);
    try (Plan plan = op.plan(device, in.specs(), out.specs(), options)) {
      warm(plan, in, out, group);
      double[] seconds = new double[rounds];
      for (int i = 0; i < rounds; i++) {
        counting.clear();
        long begin = System.nanoTime();
        plan.run(in, out);
        seconds[i] = (System.nanoTime() - begin) * 1e-9;
      }
      Arrays.sort(seconds);
      return new Answer(seconds[rounds / 2], counting.bytes(), plan.workspaceBytes());
    }
  }
}
