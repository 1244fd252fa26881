package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.MatchingConstants;
import io.gramian.cuda.abi.MatchingLossParams;
import io.gramian.cuda.abi.MatchingRowsParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.op.Matching;
import java.util.Set;

/**
 * {@link Matching} on CUDA: a launch over the rows, and one that adds up the loss. Labels are read
 * on the device only, so one that is no class gives NaN rather than an error.
 */
final class MatchingCuda extends CudaExecutor {
  /** Enough blocks to fill any device; a thread takes more rows beyond that. */
  private static final int MOST_BLOCKS = 1024;

  private final LaunchList launches = new LaunchList();
  private final KernelLaunch<MatchingRowsParams> rows;
  private final KernelLaunch<MatchingLossParams> loss;
  private final boolean wantsLoss;
  private final int blocks;

  MatchingCuda(CudaDevice device, Matching op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    requireType(op.name(), inputs, "logits", DATA_TYPES);
    requireType(op.name(), inputs, "labels", Set.of(DType.I32));
    requireType(op.name(), inputs, "grad_loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "grad_logits", DATA_TYPES);
    long count = op.check(inputs, outputs).get("M");
    blocks = blocks(count);
    TensorSpec logits = inputs.get("logits");
    TensorSpec gradLogits = outputs.find("grad_logits");
    wantsLoss = outputs.has("loss");
    try {
      rows = launches.add(device, Kernels.MATCHING_ROWS);
      loss = launches.add(device, Kernels.MATCHING_LOSS);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
    MatchingRowsParams p = rows.parameter();
    p.count(count).logitsStride(logits.stride(0)).logitsType(Fields.type(logits));
    Fields.prepare(p.gradLoss(), 1, inputs.find("grad_loss"));
    if (gradLogits != null) {
      p.gradStride(gradLogits.stride(0)).gradType(Fields.type(gradLogits));
      p.accumulate(options.accumulate());
    }
    loss.parameter().count(count).blocks(blocks).lossType(Fields.type(outputs.find("loss")));
  }

  /** How many blocks go over that many rows. */
  static int blocks(long count) {
    return (int) Math.min(Math.ceilDiv(count, (long) MatchingConstants.THREADS), MOST_BLOCKS);
  }

  @Override
  public long workspaceBytes() {
    return (long) blocks * Double.BYTES;
  }

  @Override
  public void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    MatchingRowsParams p = rows.parameter();
    p.logits(inputs.get("logits").address()).labels(inputs.get("labels").address());
    p.gradLogits(address(outputs.find("grad_logits"))).parts(workspace);
    Fields.bind(p.gradLoss(), inputs.find("grad_loss"));
    rows.enqueue(stream, blocks, 1, 1);
    if (wantsLoss) {
      loss.parameter().parts(workspace).loss(outputs.get("loss").address());
      loss.enqueue(stream, 1, 1, 1);
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
