package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.cloud.CloudEmbedding;
import io.gramian.cuda.cloud.CloudTensors;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.op.PointCloudEmbed;

/** {@link PointCloudEmbed} on CUDA. */
final class PointCloudEmbedCuda extends CudaExecutor {
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final CloudEmbedding embedding;

  PointCloudEmbedCuda(
      CudaDevice device, PointCloudEmbed op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    CloudTensors.requireTypes(op.name(), "", inputs, outputs);
    requireType(op.name(), inputs, "grad_embedding", SCALAR_TYPES);
    requireType(op.name(), outputs, "embedding", SCALAR_TYPES);
    op.check(inputs, outputs);
    try {
      CloudTensors clouds =
          new CloudTensors(
              device, launches, scratch, op.name(), "", inputs, outputs, options.accumulate());
      TensorSpec result = outputs.find("embedding");
      this.embedding =
          new CloudEmbedding(
              device,
              launches,
              scratch,
              op,
              clouds,
              inputs,
              options.strict(),
              result == null ? DType.F32 : result.dtype(),
              result == null ? 0 : result.stride(0));
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
    embedding.prepare(stream, in, workspace);
    if (out.has("embedding")) {
      embedding.forward(stream, in, out.get("embedding").address());
    }
    Tensor upstream = in.find("grad_embedding");
    if (upstream != null) {
      TensorSpec spec = upstream.spec();
      embedding.backward(stream, in, out, upstream.address(), spec.stride(0), spec.dtype());
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
