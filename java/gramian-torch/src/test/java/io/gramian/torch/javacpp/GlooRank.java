package io.gramian.torch.javacpp;

import io.gramian.Bindings;
import io.gramian.Collective;
import io.gramian.CollectiveException;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Plan;
import io.gramian.PlanOptions;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.op.Contrastive;
import io.gramian.op.Op;
import io.gramian.op.Similarity;
import io.gramian.testing.RankChecks;
import io.gramian.torch.GlooCollective;
import java.nio.file.Path;
import java.time.Duration;

/** A rank of {@link GlooCollectiveTest}, a process of its own. */
final class GlooRank {
  /** Every so many of the cases of an op are checked. */
  private static final int STEP = 3;

  static final String CHECKED = "checked ";
  static final String STEPPING = "stepping";
  static final String TOLD = "told: ";

  private GlooRank() {}

  /** Arguments: what to do, the store, the rank, how many there are, the limit in milliseconds. */
  public static void main(String[] arguments) {
    Path store = Path.of(arguments[1]);
    int rank = Integer.parseInt(arguments[2]);
    int size = Integer.parseInt(arguments[3]);
    Duration limit = Duration.ofMillis(Long.parseLong(arguments[4]));
    try (Collective group = GlooCollective.join(store, "127.0.0.1", rank, size, limit);
        Device device = Device.open("cpu")) {
      switch (arguments[0]) {
        case "check" -> check(device, group);
        case "step" -> step(device, group);
        case "differ" -> differ(group);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (CollectiveException e) {
      System.out.println(TOLD + e.getMessage());
    }
  }

  private static void check(Device device, Collective group) {
    int checked = 0;
    for (Op op : RankChecks.ops()) {
      checked += RankChecks.asRank(device, group, op, STEP);
    }
    System.out.println(CHECKED + checked);
  }

  /** Takes steps until another rank is gone. */
  private static void step(Device device, Collective group) {
    Contrastive op = new Contrastive(Similarity.volume());
    Bindings in = Bindings.none();
    Bindings out = Bindings.of("loss", Tensor.of(new float[1]));
    for (String name : new String[] {"anchor", "modality1", "modality2"}) {
      TensorSpec spec = TensorSpec.of(DType.F32, 96, 64);
      Tensor rows = Tensor.zeros(spec);
      float[] values = new float[96 * 64];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) Math.sin(i * (1 + group.rank()) + name.length());
      }
      rows.copyFrom(values);
      in = in.with(name, rows);
      out = out.with("grad_" + name, Tensor.zeros(spec));
    }
    PlanOptions options = PlanOptions.defaults().collective(group);
    try (Plan plan = op.plan(device, in.specs(), out.specs(), options)) {
      for (int i = 0; ; i++) {
        plan.run(in, out);
        if (i == 0) {
          System.out.println(STEPPING);
        }
      }
    }
  }

  /** Has the last rank call something else. */
  private static void differ(Collective group) {
    int values = group.rank() == group.size() - 1 ? 5 : 4;
    Tensor tensor = Tensor.of(new double[values], values);
    group.allReduce(null, tensor, Collective.Reduction.SUM);
  }
}
