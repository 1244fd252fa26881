package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.nway.NwayChunk;
import io.gramian.cpu.nway.NwayEngine;
import io.gramian.cpu.nway.NwayObjective;
import io.gramian.cpu.pair.PairInputs;
import io.gramian.cpu.simd.Strip;
import io.gramian.op.Nway;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** {@link Nway} of three modalities or more: scores written as they come. */
final class NwayCpu extends CpuExecutor {
  private final NwayEngine engine;
  private final ScoreTensor tensor;

  /** The executor of an op: that of two modalities is a matrix. */
  static CpuExecutor of(
      CpuDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    if (inputs.has("modality3")) {
      return new NwayCpu(device, op, inputs, outputs, options);
    }
    List<String> members = List.of("modality2");
    return new SimilarityMatrixCpu.Matrix(
            op.similarity(), op.normalize(), "modality1", members, "tensor")
        .executor(device, op, inputs, outputs, options);
  }

  private NwayCpu(CpuDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device, op, inputs, outputs, options);
    List<String> names = PairInputs.modalities(inputs);
    this.engine =
        new NwayEngine(resources, op.similarity(), op.normalize(), inputs, names, wantsGradients);
    this.tensor = new ScoreTensor(outputs.has("tensor"));
  }

  @Override
  void run(Bindings in, Bindings out) {
    engine.run(tensor, in, out, accumulate);
  }

  /** The explicit tensor as an objective: its weights are the upstream gradient. */
  private static final class ScoreTensor extends NwayObjective {
    private final boolean wantsScores;
    private Tensor scores;
    private Tensor weights;

    ScoreTensor(boolean wantsScores) {
      this.wantsScores = wantsScores;
    }

    @Override
    public void begin(Bindings in, Bindings out) {
      scores = wantsScores ? out.get("tensor") : scores;
      weights = in.has("grad_tensor") ? in.get("grad_tensor") : weights;
    }

    @Override
    public boolean needsScores() {
      return wantsScores;
    }

    @Override
    public void add(NwayChunk chunk) {
      MemorySegment memory = scores.memory();
      DType dtype = scores.dtype();
      int anchors = chunk.strip(0).length;
      long start = offset(scores, chunk);
      float[] run = new float[chunk.lastRows()];
      for (int i = 0; i < anchors; i++) {
        for (int j = 0; j < run.length; j++) {
          run[j] = chunk.scores[j * chunk.stride + i];
        }
        long at = start + i * scores.spec().stride(0);
        if (dtype == DType.F32) {
          long byteAt = at * dtype.bytes();
          MemorySegment.copy(run, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, byteAt, run.length);
        } else {
          for (int j = 0; j < run.length; j++) {
            Scalars.set(scores, at + j, run[j]);
          }
        }
      }
    }

    @Override
    public void weigh(NwayChunk chunk, Strip strip) {
      long start = offset(weights, chunk);
      for (int i = 0; i < strip.length; i++) {
        double weight = Scalars.get(weights, start + i * weights.spec().stride(0));
        strip.weights[strip.weightsAt + i] = (float) weight;
      }
    }

    /** Where the first anchor of the cell is at the rows of a chunk. */
    private static long offset(Tensor tensor, NwayChunk chunk) {
      long offset = chunk.cell.anchor * tensor.spec().stride(0);
      for (int l = 0; l <= chunk.last(); l++) {
        offset += chunk.index(l) * tensor.spec().stride(l + 1);
      }
      return offset;
    }
  }
}
