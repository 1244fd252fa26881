package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.Kernels;
import io.gramian.cuda.abi.PrincipalBackwardParams;
import io.gramian.cuda.abi.PrincipalConstants;
import io.gramian.cuda.abi.PrincipalForwardParams;
import io.gramian.cuda.abi.PrincipalLossParams;
import io.gramian.cuda.abi.PrincipalVectors;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.pair.InfoNce;
import io.gramian.cuda.pair.PairInputs;
import io.gramian.cuda.pair.PairTargets;
import io.gramian.op.Principal;
import io.gramian.op.Sizes;
import io.gramian.spi.Shard;

/**
 * {@link Principal} on CUDA: a warp for the spectrum of each sample, and the cross-entropies of all
 * pairs of directions by the engine over pairs, in which a direction is its own target.
 */
final class PrincipalCuda extends CudaExecutor {
  private static final String DIRECTIONS = "directions";
  private static final String GRADIENT = "grad_" + DIRECTIONS;

  private final CudaDevice device;
  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final KernelLaunch<PrincipalForwardParams> forward;
  private final KernelLaunch<PrincipalBackwardParams> backward;
  private final KernelLaunch<PrincipalLossParams> loss;
  private final TensorSpec spec;
  private final int blocks;
  private final Region directions;
  private final Region ofDirections;
  private final Region losses;
  private final Region between;
  private final CudaExecutor pairs;
  private final Region pairsAt;
  private Bindings pairInputs = Bindings.none();
  private Bindings pairOutputs = Bindings.none();
  private Tensor boundUpstream;
  private long boundWorkspace;

  PrincipalCuda(CudaDevice device, Principal op, Specs inputs, Specs outputs, PlanOptions options) {
    super(device);
    this.device = device;
    Sizes sizes = op.check(inputs, outputs);
    requireType(op.name(), inputs, "vectors", DATA_TYPES);
    requireType(op.name(), outputs, "grad_vectors", DATA_TYPES);
    requireType(op.name(), inputs, "grad_loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "loss", SCALAR_TYPES);
    int batch = sizes.intOf("B");
    // Vectors without dimensions have no direction, which is a row of one zero.
    int depth = Math.max(sizes.intOf("d"), 1);
    boolean isBackward = outputs.has("grad_vectors");
    this.spec = TensorSpec.of(DType.F32, batch, depth);
    this.blocks = Math.ceilDiv(batch, PrincipalConstants.WARPS);
    try {
      this.directions = scratch.reserve(spec.spanBytes());
      this.ofDirections = scratch.reserve(isBackward, spec.spanBytes());
      this.losses = scratch.reserve((long) Double.BYTES * batch);
      this.between = scratch.reserve(Double.BYTES);
      this.forward = launches.add(device, Kernels.PRINCIPAL_FORWARD);
      describe(forward.parameter().vectors(), sizes, inputs.get("vectors"));
      forward.parameter().temperature(op.temperatureValues()).directionDepth(depth);
      this.backward = launches.add(isBackward, device, Kernels.PRINCIPAL_BACKWARD);
      if (isBackward) {
        describe(backward.parameter(), op, sizes, inputs, outputs.get("grad_vectors"), options);
      }
      this.loss = launches.add(outputs.has("loss"), device, Kernels.PRINCIPAL_LOSS);
      PrincipalLossParams p = loss.parameter();
      p.lossType(Fields.type(outputs.find("loss"))).count(batch);
      p.weightValues(op.weightValues() / batch).weightDirections(op.weightDirections());
      this.pairs = pairs(op, inputs, isBackward, options);
      this.pairsAt = scratch.reserve(pairs.workspaceBytes());
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  private static void describe(PrincipalVectors field, Sizes sizes, TensorSpec vectors) {
    field.sampleStride(vectors.stride(0)).rowStride(vectors.stride(1));
    field.type(Fields.type(vectors)).count(sizes.intOf("B"));
    field.k(sizes.intOf("k")).depth(sizes.intOf("d"));
  }

  private void describe(
      PrincipalBackwardParams p,
      Principal op,
      Sizes sizes,
      Specs inputs,
      TensorSpec gradient,
      PlanOptions options) {
    describe(p.vectors(), sizes, inputs.get("vectors"));
    Fields.prepare(p.upstream(), 1, inputs.find("grad_loss"));
    p.temperature(op.temperatureValues()).directionDepth((int) spec.size(1));
    p.weightValues(op.weightValues() / spec.size(0)).weightDirections(op.weightDirections());
    p.sampleStride(gradient.stride(0)).rowStride(gradient.stride(1));
    p.type(Fields.type(gradient)).accumulate(options.accumulate());
  }

  /** The loss of the directions, whose length is 1 or 0. They keep all bits of f32 vectors. */
  private CudaExecutor pairs(Principal op, Specs inputs, boolean isBackward, PlanOptions options) {
    PairInputs tensors = PairInputs.ofSet(DIRECTIONS);
    Specs in = Specs.of(DIRECTIONS, spec);
    if (inputs.has("grad_loss")) {
      in = in.with("grad_loss", inputs.get("grad_loss"));
    }
    Specs all = in;
    Specs out = Specs.of("loss", TensorSpec.of(DType.F64));
    Specs results = isBackward ? out.with(GRADIENT, spec) : out;
    boolean strict = options.strict() || inputs.get("vectors").dtype() == DType.F32;
    return new PairLossCuda(
        device,
        tensors,
        tensors.products(op.name(), PairInputs.LEAST_NORM, in, strict, isBackward),
        (engine, room) ->
            new InfoNce(
                engine,
                room,
                PairTargets.own(engine),
                op.temperatureDirections(),
                0,
                true,
                Shard.WHOLE,
                all,
                results,
                false),
        results,
        PlanOptions.defaults().strict(strict));
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings in, Bindings out, long workspace) {
    long vectors = address(in.find("vectors"));
    forward.parameter().vectors().rows(vectors);
    forward.parameter().directions(directions.at(workspace)).losses(losses.at(workspace));
    forward.enqueue(stream, blocks, 1, 1);
    bindPairs(in, workspace);
    pairs.enqueue(stream, pairInputs, pairOutputs, pairsAt.at(workspace));
    PrincipalLossParams l = loss.parameter();
    l.losses(losses.at(workspace)).between(between.at(workspace));
    l.loss(address(out.find("loss")));
    loss.enqueue(stream, 1, 1, 1);
    PrincipalBackwardParams b = backward.parameter();
    b.vectors().rows(vectors);
    Fields.bind(b.upstream(), in.find("grad_loss"));
    b.ofDirections(ofDirections.at(workspace)).gradient(address(out.find("grad_vectors")));
    backward.enqueue(stream, blocks, 1, 1);
  }

  /** The tensors of the loss of directions, made anew only where those of a run are others. */
  private void bindPairs(Bindings in, long workspace) {
    if (workspace == boundWorkspace && in.find("grad_loss") == boundUpstream) {
      return;
    }
    boundWorkspace = workspace;
    boundUpstream = in.find("grad_loss");
    pairInputs = Bindings.of(DIRECTIONS, device.wrap(directions.at(workspace), spec));
    if (boundUpstream != null) {
      pairInputs = pairInputs.with("grad_loss", boundUpstream);
    }
    TensorSpec scalar = TensorSpec.of(DType.F64);
    pairOutputs = Bindings.of("loss", device.wrap(between.at(workspace), scalar));
    if (ofDirections.exists()) {
      pairOutputs = pairOutputs.with(GRADIENT, device.wrap(ofDirections.at(workspace), spec));
    }
  }

  @Override
  public void free() {
    pairs.free();
    launches.close();
  }
}
