package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Rows;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.pair.CrossEntropy;
import io.gramian.cpu.pair.Targets;
import io.gramian.op.Matching;
import java.util.Arrays;

/** {@link Matching}: a pass over the rows in float64, a run of them per task. */
final class MatchingCpu extends CpuExecutor {
  private static final int ROWS = 4096;

  private final String op;
  private final int count;
  private final int[] labels;

  /** The loss of each run of rows. */
  private final double[] losses;

  /** Logits of a run of rows, then their gradients, one per worker. */
  private final float[][] logits;

  MatchingCpu(CpuDevice device, Matching op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    this.op = op.name();
    this.count = sizes.intOf("M");
    this.labels = resources.ints(count);
    this.losses = resources.doubles(Math.ceilDiv(count, ROWS));
    this.logits = resources.scratch(2 * Math.min(count, ROWS));
  }

  @Override
  void run(Bindings in, Bindings out) {
    Targets.read(op, in, 2, labels);
    Rows rows = new Rows(in.get("logits"));
    Rows gradients = Rows.find(out, "grad_logits");
    double weight = Scalars.input(in, "grad_loss", 1) / count;
    resources
        .workers()
        .run(
            losses.length,
            (task, worker) -> {
              int first = task * ROWS;
              int size = Math.min(ROWS, count - first);
              rows.readAll(first, size, logits[worker], 0);
              losses[task] = weigh(first, size, weight, logits[worker]);
              if (gradients.isBound()) {
                gradients.writeAll(first, size, logits[worker], 0, accumulate);
              }
            });
    Scalars.output(out, "loss", Arrays.stream(losses).sum() / count, false);
  }

  /** Turns the logits of rows into gradients; returns the sum of their losses. */
  private double weigh(int first, int size, double weight, float[] rows) {
    double loss = 0;
    for (int i = 0; i < size; i++) {
      int target = 2 * i + labels[first + i];
      int other = target ^ 1;
      double margin = margin(rows[target], rows[other]);
      loss += CrossEntropy.loss(margin);
      float share = (float) (weight * CrossEntropy.others(margin));
      rows[other] = share;
      rows[target] = -share;
    }
    return loss;
  }

  /** By how much the other logit exceeds that of the target; NaN if one is not finite. */
  private static double margin(float target, float other) {
    boolean isFinite = Float.isFinite(target) && Float.isFinite(other);
    return isFinite ? (double) other - target : Double.NaN;
  }
}
