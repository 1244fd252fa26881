package io.gramian.cpu.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cpu.device.CpuDevice;
import io.gramian.cpu.device.CpuExecutor;
import io.gramian.op.Nway;
import io.gramian.op.SimilarityMatrix;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Nway} of two modalities: {@link SimilarityMatrix} by other names. */
final class NwayPairsCpu extends CpuExecutor {
  private static final Map<String, String> NAMES =
      Map.of(
          "modality1", "anchor",
          "modality2", "modality1",
          "grad_tensor", "grad_similarity",
          "tensor", "similarity",
          "grad_modality1", "grad_anchor",
          "grad_modality2", "grad_modality1");

  private final SimilarityMatrixCpu pairs;

  NwayPairsCpu(CpuDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(op, inputs, outputs, options);
    op.check(inputs, outputs);
    this.pairs =
        new SimilarityMatrixCpu(
            device,
            new SimilarityMatrix(op.similarity(), op.normalize()),
            renamed(inputs),
            renamed(outputs),
            options);
  }

  private static Specs renamed(Specs specs) {
    Map<String, TensorSpec> renamed = new LinkedHashMap<>();
    specs.asMap().forEach((name, spec) -> renamed.put(NAMES.get(name), spec));
    return Specs.of(renamed);
  }

  private static Bindings renamed(Bindings bindings) {
    Map<String, Tensor> renamed = new LinkedHashMap<>();
    bindings.asMap().forEach((name, tensor) -> renamed.put(NAMES.get(name), tensor));
    return Bindings.of(renamed);
  }

  @Override
  public long ownedBytes() {
    return pairs.ownedBytes();
  }

  @Override
  public void run(Bindings in, Bindings out) {
    pairs.run(renamed(in), renamed(out));
  }
}
