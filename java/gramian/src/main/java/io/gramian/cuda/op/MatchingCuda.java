package io.gramian.cuda.op;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.driver.Launch;
import io.gramian.op.Matching;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * {@link Matching} on CUDA: a launch over the rows, and one that adds up the loss. Labels are read
 * on the device only, so one that is no class gives NaN rather than an error.
 */
final class MatchingCuda extends CudaExecutor {
  /** Image of its kernels. */
  static final String IMAGE = "matching";

  private static final int THREADS = 256;

  /** Enough blocks to fill any device; a thread takes more rows beyond that. */
  private static final int MOST_BLOCKS = 1024;

  private final LaunchList launches = new LaunchList();
  private final Launch rows;
  private final Launch loss;
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
    try {
      rows = launches.add(device.kernel(IMAGE, "matching_rows"), THREADS, 0, Rows.BYTES);
      MemorySegment p = rows.parameter();
      p.set(JAVA_LONG, Rows.COUNT, count);
      p.set(JAVA_LONG, Rows.LOGITS_STRIDE, logits.stride(0));
      p.set(JAVA_INT, Rows.LOGITS_TYPE, ScalarField.typeCode(logits.dtype()));
      Rows.GRAD_LOSS.prepare(p, 1, inputs.find("grad_loss"));
      if (gradLogits != null) {
        p.set(JAVA_LONG, Rows.GRAD_STRIDE, gradLogits.stride(0));
        p.set(JAVA_INT, Rows.GRAD_TYPE, ScalarField.typeCode(gradLogits.dtype()));
        p.set(JAVA_INT, Rows.ACCUMULATE, options.accumulate() ? 1 : 0);
      }
      loss = lossLaunch(device, outputs.find("loss"), count);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  /** The launch that adds up the loss; null if that is not wanted. */
  private Launch lossLaunch(CudaDevice device, TensorSpec spec, long count) {
    if (spec == null) {
      return null;
    }
    Launch launch = launches.add(device.kernel(IMAGE, "matching_loss"), THREADS, 0, Loss.BYTES);
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Loss.COUNT, count);
    p.set(JAVA_INT, Loss.BLOCKS, blocks);
    p.set(JAVA_INT, Loss.LOSS_TYPE, ScalarField.typeCode(spec.dtype()));
    return launch;
  }

  /** How many blocks go over that many rows. */
  static int blocks(long count) {
    return (int) Math.min(Math.ceilDiv(count, (long) THREADS), MOST_BLOCKS);
  }

  @Override
  public long workspaceBytes() {
    return (long) blocks * Double.BYTES;
  }

  @Override
  public void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    MemorySegment p = rows.parameter();
    p.set(JAVA_LONG, Rows.LOGITS, inputs.get("logits").address());
    p.set(JAVA_LONG, Rows.LABELS, inputs.get("labels").address());
    p.set(JAVA_LONG, Rows.GRAD_LOGITS, address(outputs.find("grad_logits")));
    p.set(JAVA_LONG, Rows.PARTS, workspace);
    Rows.GRAD_LOSS.bind(p, inputs.find("grad_loss"));
    rows.enqueue(stream, blocks, 1, 1);
    if (loss != null) {
      MemorySegment q = loss.parameter();
      q.set(JAVA_LONG, Loss.PARTS, workspace);
      q.set(JAVA_LONG, Loss.LOSS, outputs.get("loss").address());
      loss.enqueue(stream, 1, 1, 1);
    }
  }

  @Override
  public void free() {
    launches.close();
  }

  /** Struct {@code RowsParams} of kernels/src/matching.cu. */
  private static final class Rows {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long LOGITS = LAYOUT.pointer();
    static final long LABELS = LAYOUT.pointer();
    static final long GRAD_LOGITS = LAYOUT.pointer();
    static final long PARTS = LAYOUT.pointer();
    static final ScalarField GRAD_LOSS = LAYOUT.scalar();
    static final long COUNT = LAYOUT.int64();
    static final long LOGITS_STRIDE = LAYOUT.int64();
    static final long GRAD_STRIDE = LAYOUT.int64();
    static final long LOGITS_TYPE = LAYOUT.int32();
    static final long GRAD_TYPE = LAYOUT.int32();
    static final long ACCUMULATE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code LossParams} of kernels/src/matching.cu. */
  private static final class Loss {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long PARTS = LAYOUT.pointer();
    static final long LOSS = LAYOUT.pointer();
    static final long COUNT = LAYOUT.int64();
    static final long BLOCKS = LAYOUT.int32();
    static final long LOSS_TYPE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
