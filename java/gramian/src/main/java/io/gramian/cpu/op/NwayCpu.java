package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.cpu.device.Gradient;
import io.gramian.cpu.device.Scalars;
import io.gramian.cpu.nway.IndexCell;
import io.gramian.cpu.nway.IndexChunk;
import io.gramian.cpu.nway.IndexObjective;
import io.gramian.cpu.nway.IndexTuples;
import io.gramian.op.Nway;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** {@link Nway} of three modalities or more: scores written as they come. */
final class NwayCpu extends CpuExecutor {
  private final IndexTuples tuples;

  /** The executor of an op: two modalities are a matter of their own. */
  static CpuExecutor of(
      CpuDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    return inputs.has("modality3")
        ? new NwayCpu(device, op, inputs, outputs, options)
        : new NwayPairsCpu(device, op, inputs, outputs, options);
  }

  NwayCpu(CpuDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    int d = op.check(inputs, outputs).intOf("d");
    int[] rows =
        inputs.numbered("modality").stream()
            .mapToInt(spec -> Math.toIntExact(spec.size(0)))
            .toArray();
    this.tuples = IndexTuples.of(device, op.similarity(), op.normalize(), rows, d, wantsGradients);
  }

  @Override
  public long ownedBytes() {
    return tuples.bytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    List<Tensor> modalities = in.numbered("modality");
    tuples.prepare(modalities);
    ScoreTensor tensor = new ScoreTensor(out.find("tensor"), in.find("grad_tensor"));
    if (out.has("tensor")) {
      tuples.forward(tensor);
    }
    if (wantsGradients) {
      List<Gradient> gradients = new ArrayList<>();
      for (int p = 1; p <= modalities.size(); p++) {
        gradients.add(gradient(out, "grad_modality" + p));
      }
      tuples.backward(tensor, gradients);
    }
  }

  /** The explicit tensor as an objective. */
  private static final class ScoreTensor extends IndexObjective {
    private final Tensor scores;
    private final Tensor weights;

    ScoreTensor(Tensor scores, Tensor weights) {
      this.scores = scores;
      this.weights = weights;
    }

    @Override
    public void add(IndexChunk chunk) {
      IndexCell cell = chunk.cell;
      MemorySegment memory = scores.memory();
      DType dtype = scores.dtype();
      chunk.rows[chunk.last()] = 0;
      long start = offset(scores, chunk);
      float[] run = new float[chunk.lastRows()];
      for (int i = 0; i < cell.anchorCount; i++) {
        for (int j = 0; j < run.length; j++) {
          run[j] = chunk.scores[j * chunk.stride + i];
        }
        long at = (start + i * scores.spec().stride(0)) * dtype.bytes();
        if (dtype == DType.F32) {
          MemorySegment.copy(run, 0, memory, ValueLayout.JAVA_FLOAT_UNALIGNED, at, run.length);
        } else {
          for (int j = 0; j < run.length; j++) {
            Scalars.set(memory, dtype, at + (long) j * dtype.bytes(), run[j]);
          }
        }
      }
    }

    @Override
    public void weigh(IndexChunk chunk, float[] to, int toAt) {
      long start = offset(weights, chunk);
      for (int i = 0; i < chunk.cell.anchorCount; i++) {
        long at = (start + i * weights.spec().stride(0)) * weights.dtype().bytes();
        to[toAt + i] = (float) Scalars.get(weights.memory(), weights.dtype(), at);
      }
    }

    /** Where the first anchor of the cell is at the rows of a chunk. */
    private static long offset(Tensor tensor, IndexChunk chunk) {
      long offset = chunk.cell.anchor * tensor.spec().stride(0);
      for (int l = 0; l <= chunk.last(); l++) {
        offset += chunk.index(l) * tensor.spec().stride(l + 1);
      }
      return offset;
    }
  }
}
