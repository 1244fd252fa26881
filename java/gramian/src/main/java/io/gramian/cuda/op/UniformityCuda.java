package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.gemm.Rows;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.set.SetGradient;
import io.gramian.cuda.set.UnitSet;
import io.gramian.op.Uniformity;
import java.util.List;

/** {@link Uniformity} on CUDA: each pair of rows once. */
final class UniformityCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final UnitSet set;
  private final PairEngine engine;
  private final io.gramian.cuda.pair.Uniformity objective;
  private final SetGradient gradient;
  private final PairBackward<WeighParams> backward;
  private final long[] members = new long[1];
  private final long[] ofMembers = new long[1];

  UniformityCuda(
      CudaDevice device, Uniformity op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    op.check(inputs, outputs);
    requireType(op.name(), inputs, "x", DATA_TYPES);
    requireType(op.name(), outputs, "grad_x", DATA_TYPES);
    requireType(op.name(), inputs, "grad_loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "loss", SCALAR_TYPES);
    boolean isBackward = outputs.has("grad_x");
    try {
      Rows rows = Rows.of(op.name(), "x", inputs.get("x"));
      this.set = new UnitSet(device, launches, scratch, rows, op.normalize());
      this.engine = set.distances(device, launches, scratch, options.strict(), isBackward);
      this.objective =
          new io.gramian.cuda.pair.Uniformity(
              engine, scratch, op.t(), inputs, outputs.find("loss"));
      GradientRows output = GradientRows.of(outputs.find("grad_x"), options.accumulate());
      this.gradient =
          isBackward
              ? new SetGradient(device, launches, scratch, set.points(), null, output)
              : null;
      // A pair adds to the gradients of both its rows: as anchor and as tuple.
      this.backward =
          isBackward
              ? new PairBackward<>(
                  engine, scratch, objective, gradient.rows(false), List.of(gradient.rows(true)))
              : null;
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    set.run(stream, in.get("x").address(), workspace);
    members[0] = set.points().centred();
    engine.bind(workspace, members[0], members, 0);
    objective.begin(stream, in);
    engine.prepare(stream);
    objective.forward(stream, set.mean(), address(out.find("loss")));
    if (backward != null) {
      gradient.bind(workspace);
      ofMembers[0] = gradient.address();
      backward.run(stream, gradient.address(), ofMembers);
      gradient.finish(stream, out.get("grad_x").address());
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
