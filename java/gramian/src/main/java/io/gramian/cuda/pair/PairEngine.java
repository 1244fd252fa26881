package io.gramian.cuda.pair;

import io.gramian.DType;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientGemmParams;
import io.gramian.cuda.abi.PairProblem;
import io.gramian.cuda.abi.PairScalars;
import io.gramian.cuda.abi.ScaledRows;
import io.gramian.cuda.device.ChunkLimits;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.KernelLaunch;
import io.gramian.cuda.device.KernelSpec;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Parameter;
import io.gramian.cuda.device.Region;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.gemm.GemmTile;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.Arena;
import java.util.List;

/**
 * The engine of all ops over pairs of anchors [B1,d] and tuples of rows [B2,n,d]: prepares the
 * rows, and knows what the passes over all pairs ({@link PairForward}, {@link PairBackward}) want
 * to know of them. Nothing of size B1 x B2 is kept.
 *
 * <p>A run binds the addresses, has the op's own first kernel write {@link #scalars}, prepares, and
 * then makes its passes. The struct of the problem is written here once for each run and copied
 * into the parameters of the passes.
 */
public final class PairEngine {
  /** Doubles that are prepared for each anchor. */
  private static final long ANCHOR_FACTORS = 2;

  /**
   * What pairs are of.
   *
   * @param score their score
   * @param anchor the anchors
   * @param members the rows of the tuples
   * @param tuples which rows of the tuples the score is taken with
   * @param leastNorm the least norm that normalisation divides by; 0 for none
   * @param present mask [B2,n] of the members that exist; null if all do
   * @param strict keep all bits of f32 rows
   * @param backward whether gradients will be made
   */
  public record Problem(
      PairScore score,
      Rows anchor,
      List<Rows> members,
      TupleKind tuples,
      double leastNorm,
      TensorSpec present,
      boolean strict,
      boolean backward) {
    /** How short an anchor may be and still have a direction. */
    private static final double SHORTEST = 1e-15;

    /** The least norm that anchors are divided by: the centroid takes the direction of any. */
    double anchorNorm() {
      return tuples == TupleKind.CENTROID ? SHORTEST * (leastNorm > 0 ? leastNorm : 1) : leastNorm;
    }
  }

  private final CudaDevice device;
  private final LaunchList launches;
  private final Problem problem;
  private final Planes planes;
  private final ChunkLimits limits;
  private final PairTiling tiling;
  private final PairProblem struct =
      new PairProblem(Arena.ofAuto().allocate(PairProblem.SIZE, Long.BYTES));
  private final Region scalars;
  private final Region anchorFactors;
  private final Region tupleFactors;
  private final Operand anchor;
  private final PairTuples tuples;

  private long workspace;

  /** Reserves workspace and makes the launches that prepare the rows. */
  public PairEngine(CudaDevice device, LaunchList launches, Scratch scratch, Problem problem) {
    this(device, launches, scratch, problem, planes(problem));
  }

  /** With planes of the op's choice. */
  public PairEngine(
      CudaDevice device, LaunchList launches, Scratch scratch, Problem problem, Planes planes) {
    this.device = device;
    this.launches = launches;
    this.problem = problem;
    this.planes = planes;
    this.limits = device.chunkLimits();
    Rows anchorRows = problem.anchor();
    int tupleCount = problem.members().getFirst().count();
    PairScore score = problem.score();
    this.tiling =
        PairTiling.of(
            device.context().device(),
            anchorRows.count(),
            tupleCount,
            score.members(),
            planes.weights(),
            limits,
            score.keepsColumns());
    this.scalars = scratch.reserve(PairScalars.SIZE);
    this.anchorFactors = scratch.reserve(ANCHOR_FACTORS * Double.BYTES * anchorRows.count());
    this.tupleFactors = scratch.reserve((long) score.factors() * Double.BYTES * tupleCount);
    this.anchor =
        new Operand(
            device,
            launches,
            scratch,
            anchorRows,
            planes,
            planes.anchors(),
            problem.backward(),
            anchorFactors,
            problem.anchorNorm(),
            problem.tuples() == TupleKind.CENTROID);
    this.tuples =
        problem.tuples() != TupleKind.MEMBERS
            ? new MergedTuples(device, launches, scratch, problem, planes, tupleFactors)
            : new MemberTuples(device, launches, scratch, problem, planes, tupleFactors);
    struct.inputType(Fields.type(anchorRows.type()));
    struct.anchors(anchorRows.count()).tuples(tupleCount).depth(anchorRows.d());
    struct.scoreFloor((float) score.floor());
    Fields.prepare(struct.present(), problem.present());
    byte[] pairs = planes.scorePairs();
    struct.planePairs(pairs.length);
    for (int i = 0; i < pairs.length; i++) {
      struct.planePair(i, pairs[i]);
    }
  }

  private static Planes planes(Problem problem) {
    DType type = problem.anchor().type();
    boolean strict = problem.strict() || problem.anchor().d() <= Planes.SHORT_ROW;
    return switch (problem.tuples()) {
      case MEMBERS -> Planes.of(type, strict);
      case ELEMENTWISE -> Planes.ofMerged(type, strict);
      // A row for all members leaves room for all bits of numbers of 16.
      case CENTROID -> Planes.ofMerged(type, strict || type != DType.F32);
    };
  }

  /**
   * Takes the addresses of a run.
   *
   * @param present of the mask; 0 if there is none
   */
  public void bind(
      long workspaceAddress, long anchorAddress, long[] memberAddresses, long present) {
    workspace = workspaceAddress;
    struct.present().mask(present);
    struct.anchorFactors(anchorFactors()).tupleFactors(tupleFactors()).scalars(scalars());
    anchor.bind(workspace, anchorAddress, 0);
    anchor.describePlanes(struct.anchor());
    anchor.describeInput(struct.anchorInput());
    tuples.bind(workspace, memberAddresses, present, struct);
  }

  /**
   * Has the passes say whether points lie too near each other for their gradients.
   *
   * @param hasNear device address of a number that they set to 1 then
   */
  public void watchNear(long hasNear) {
    struct.hasNear(hasNear);
  }

  /** Enqueues the preparation of all rows. */
  public void prepare(long stream) {
    anchor.prepare(stream);
    tuples.prepare(stream);
  }

  /** Describes the problem in a parameter. */
  void describe(PairProblem field) {
    field.copyFrom(struct);
  }

  /** Where the pairs are scored. */
  CudaDevice device() {
    return device;
  }

  /** What the pairs are of. */
  Problem problem() {
    return problem;
  }

  /** How the rows are fed to the tensor cores. */
  Planes planes() {
    return planes;
  }

  /** What bounds chunks. */
  ChunkLimits limits() {
    return limits;
  }

  /** How the pairs are divided. */
  PairTiling tiling() {
    return tiling;
  }

  /** The anchors. */
  public Operand anchor() {
    return anchor;
  }

  /** The tuples as operands. */
  PairTuples tuples() {
    return tuples;
  }

  /** Describes the rows of the tuples' first member as the caller gave them. */
  public void describeTuples(ScaledRows field) {
    tuples.describeInput(0, field);
  }

  /** The tuples: the rows of the first member stand for all of them. */
  public Rows tupleRows() {
    return problem.members().getFirst();
  }

  /** Device address of norm and factor of normalisation of each anchor, doubles. */
  public long anchorFactors() {
    return anchorFactors.at(workspace);
  }

  /** Device address of the numbers of each tuple, doubles. */
  public long tupleFactors() {
    return tupleFactors.at(workspace);
  }

  /** Device address of struct {@code PairScalars}, which the op writes. */
  public long scalars() {
    return scalars.at(workspace);
  }

  /** Device address of the workspace of this run. */
  public long workspace() {
    return workspace;
  }

  /** Enqueues the filling of a part of the workspace with zeros. */
  void clear(long stream, long address, long bytes) {
    if (bytes > 0) {
      MemoryTransfer.fillAsync(device.context(), address, (byte) 0, bytes, stream);
    }
  }

  /** A launch of a kernel over pairs: {@code <objective>_forward} or {@code _weigh}. */
  <P> KernelLaunch<P> pairLaunch(String pass, Parameter<P> parameter) {
    PairScore score = problem.score();
    KernelSpec<P> kernel = score.pairKernel(planes.halves(), pass, parameter);
    return launches.add(
        device, kernel, kernel.threads(), PairTiling.pairSharedBytes(score.members()));
  }

  /** A launch of a kernel over rows or sums. */
  public <P> KernelLaunch<P> launch(KernelSpec<P> kernel) {
    return launches.add(device, kernel);
  }

  /** A launch of a kernel over rows or sums, which never takes place unless it is wanted. */
  public <P> KernelLaunch<P> launch(boolean isWanted, KernelSpec<P> kernel) {
    return launches.add(isWanted, device, kernel);
  }

  /** A launch of a kernel that multiplies weights with rows. */
  KernelLaunch<GradientGemmParams> gradientLaunch(KernelSpec<GradientGemmParams> kernel) {
    return launches.add(device, kernel, kernel.threads(), GemmTile.gradientSharedBytes());
  }
}
