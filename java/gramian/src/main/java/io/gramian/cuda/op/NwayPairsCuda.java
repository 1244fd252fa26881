package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.op.Nway;
import io.gramian.op.SimilarityMatrix;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Nway} of two modalities: {@link SimilarityMatrix} by other names. */
final class NwayPairsCuda extends CudaExecutor {
  private static final Map<String, String> NAMES =
      Map.of(
          "modality1", "anchor",
          "modality2", "modality1",
          "grad_tensor", "grad_similarity",
          "tensor", "similarity",
          "grad_modality1", "grad_anchor",
          "grad_modality2", "grad_modality1");

  private final SimilarityMatrixCuda pairs;

  /** The bindings of the latest run, and the same by the other names. */
  private Bindings inputs;

  private Bindings outputs;
  private Bindings renamedInputs;
  private Bindings renamedOutputs;

  NwayPairsCuda(CudaDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    NwayCuda.requireTypes(op, inputs, outputs);
    pairs =
        new SimilarityMatrixCuda(
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
  public long workspaceBytes() {
    return pairs.workspaceBytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    if (in != inputs || out != outputs) {
      renamedInputs = renamed(in);
      renamedOutputs = renamed(out);
      inputs = in;
      outputs = out;
    }
    pairs.enqueue(stream, renamedInputs, renamedOutputs, workspace);
  }

  @Override
  public void free() {
    pairs.free();
  }
}
