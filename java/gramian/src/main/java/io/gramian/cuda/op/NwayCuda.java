package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.nway.NwayTuples;
import io.gramian.cuda.nway.TupleBox;
import io.gramian.op.Nway;
import io.gramian.spi.Executor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** {@link Nway} of three modalities or more on CUDA: all index tuples as one box. */
final class NwayCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final String[] modalities;
  private final String[] gradients;
  private final TupleBox box;
  private final NwayTuples tuples;
  private final long[] strides;
  private final long[] gradStrides;
  private final ElementType gradType;

  /** The executor of an op: two modalities are a matter of their own. */
  static Executor executor(
      CudaDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    return inputs.has("modality3")
        ? new NwayCuda(device, op, inputs, outputs, options)
        : new NwayPairsCuda(device, op, inputs, outputs, options);
  }

  /** Requires the shapes of the op and element types that kernels take. */
  static void requireTypes(Nway op, Specs inputs, Specs outputs) {
    op.check(inputs, outputs);
    requireType(op.name(), outputs, "tensor", Set.of(DType.F32));
    for (String name : inputs.names()) {
      requireType(op.name(), inputs, name, name.equals("grad_tensor") ? SCALAR_TYPES : DATA_TYPES);
    }
    for (String name : outputs.names()) {
      requireType(op.name(), outputs, name, DATA_TYPES);
    }
  }

  NwayCuda(CudaDevice device, Nway op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    requireTypes(op, inputs, outputs);
    int n = inputs.numbered("modality").size();
    modalities = new String[n];
    gradients = new String[n];
    List<TensorSpec> specs = new ArrayList<>();
    List<TensorSpec> gradSpecs = new ArrayList<>();
    for (int p = 0; p < n; p++) {
      modalities[p] = "modality" + (p + 1);
      gradients[p] = "grad_" + modalities[p];
      specs.add(inputs.get(modalities[p]));
      gradSpecs.add(outputs.find(gradients[p]));
    }
    box = TupleBox.all(specs.stream().mapToInt(spec -> (int) spec.size(0)).toArray());
    strides = strides(outputs.find("tensor"));
    gradStrides = strides(inputs.find("grad_tensor"));
    gradType = Fields.type(inputs.find("grad_tensor"));
    try {
      tuples =
          NwayTuples.of(
              device,
              op.name(),
              op.similarity(),
              op.normalize(),
              specs,
              gradSpecs,
              box,
              options.accumulate(),
              scratch,
              launches);
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private static long[] strides(TensorSpec spec) {
    return spec == null ? new long[0] : spec.strides();
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    tuples.bind(workspace);
    for (int p = 0; p < modalities.length; p++) {
      tuples.bind(p, inputs.get(modalities[p]).address(), address(outputs.find(gradients[p])));
    }
    tuples.begin(stream);
    Tensor tensor = outputs.find("tensor");
    if (tensor != null) {
      tuples.scores(stream, box, tensor.address(), strides);
    }
    if (tuples.wantsGradients()) {
      tuples.clear(stream);
      tuples.backward(stream, box, inputs.get("grad_tensor").address(), gradType, gradStrides);
      tuples.finish(stream);
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
