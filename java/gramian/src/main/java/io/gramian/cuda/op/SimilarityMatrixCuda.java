package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ForwardParams;
import io.gramian.cuda.abi.WeighParams;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.MatrixScores;
import io.gramian.cuda.pair.PairBackward;
import io.gramian.cuda.pair.PairEngine;
import io.gramian.cuda.pair.PairForward;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.op.SimilarityMatrix;
import java.util.Set;

/** {@link SimilarityMatrix} on CUDA: the passes over all pairs, with a matrix at either end. */
final class SimilarityMatrixCuda extends CudaExecutor {
  private static final String OUTPUT = "similarity";
  private static final String UPSTREAM = "grad_similarity";

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final PairInputs tensors;
  private final PairEngine engine;
  private final MatrixScores objective = new MatrixScores();
  private final PairForward<ForwardParams> forward;
  private final PairBackward<WeighParams> backward;
  private final long outputStride;

  SimilarityMatrixCuda(
      CudaDevice device, SimilarityMatrix op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    requireType(op.name(), outputs, OUTPUT, Set.of(DType.F32));
    tensors = PairInputs.ofTuples(inputs);
    tensors.requireTypes(op.name(), inputs, outputs);
    boolean isBackward = tensors.wantsGradients(outputs);
    TensorSpec output = outputs.find(OUTPUT);
    outputStride = output == null ? 0 : output.stride(0);
    try {
      engine =
          new PairEngine(
              device,
              launches,
              scratch,
              tensors.problem(
                  op.name(),
                  op.similarity(),
                  op.normalize(),
                  inputs,
                  options.strict(),
                  isBackward));
      forward = output == null ? null : MatrixScores.pass(engine);
      backward =
          isBackward
              ? new PairBackward<>(
                  engine,
                  scratch,
                  objective,
                  tensors.anchorGradient(outputs, options.accumulate()),
                  tensors.memberGradients(outputs, options.accumulate()))
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
    tensors.bind(engine, in, workspace);
    engine.prepare(stream);
    if (forward != null) {
      forward.parameter().matrix(out.get(OUTPUT).address()).matrixStride(outputStride);
      forward.run(stream);
    }
    if (backward != null) {
      objective.upstream(in.get(UPSTREAM));
      tensors.backward(backward, stream, out);
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
