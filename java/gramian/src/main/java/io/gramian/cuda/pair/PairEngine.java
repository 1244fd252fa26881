package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.DType;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.ChunkLimits;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.driver.MemoryTransfer;
import io.gramian.cuda.gemm.GemmTile;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.PlaneRows;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
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
  /** Size of struct {@code PairScalars}. */
  private static final long SCALARS_BYTES = 48;

  private static final long FACTOR_BYTES = 16;

  /**
   * What pairs are of.
   *
   * @param score their score
   * @param anchor the anchors
   * @param members the rows of the tuples
   * @param isProduct whether the score is taken with the elementwise product of the members
   * @param leastNorm the least norm that normalisation divides by; 0 for none
   * @param present mask [B2,n] of the members that exist; null if all do
   * @param strict keep all bits of f32 rows
   * @param backward whether gradients will be made
   */
  public record Problem(
      PairScore score,
      Rows anchor,
      List<Rows> members,
      boolean isProduct,
      double leastNorm,
      TensorSpec present,
      boolean strict,
      boolean backward) {}

  private final CudaDevice device;
  private final LaunchList launches;
  private final Problem problem;
  private final Planes planes;
  private final ChunkLimits limits;
  private final PairTiling tiling;
  private final PairProblem struct;
  private final Operand anchor;
  private final List<Operand> members = new ArrayList<>();
  private final Launch prepareTuples;
  private final long productRegion;
  private final long productStride;
  private final long anchorFactors;
  private final long tupleFactors;
  private final long scalars;

  private long workspace;
  private long presentAddress;

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
    Rows anchorRows = problem.anchor();
    Rows tupleRows = problem.members().getFirst();
    DType type = anchorRows.type();
    this.limits = device.chunkLimits();
    this.tiling =
        PairTiling.of(
            device.context().device(),
            anchorRows.count(),
            tupleRows.count(),
            problem.score().members(),
            planes.weights(),
            limits,
            problem.score().keepsColumns());
    this.scalars = scratch.region(SCALARS_BYTES);
    this.anchorFactors = scratch.region(FACTOR_BYTES * anchorRows.count());
    this.tupleFactors = scratch.doubles((long) problem.score().factors() * tupleRows.count());
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
            problem.leastNorm());
    if (problem.isProduct()) {
      productStride = Math.ceilDiv(tupleRows.d(), 8) * 8L;
      productRegion = scratch.region(planes.tuples() * productPlaneBytes());
    } else {
      productStride = 0;
      productRegion = -1;
      for (Rows rows : problem.members()) {
        Operand member =
            new Operand(
                device,
                launches,
                scratch,
                rows,
                planes,
                planes.tuples(),
                problem.backward(),
                -1,
                problem.leastNorm());
        if (problem.present() != null) {
          member.masked(problem.present(), members.size());
        }
        members.add(member);
      }
    }
    this.prepareTuples =
        problem.isProduct()
            ? productLaunch()
            : problem.score().givenFactors() ? null : tupleLaunch();
    this.struct = new PairProblem(Arena.ofAuto().allocate(PairProblem.LAYOUT.bytes(), 8));
    struct.sizes(
        ScalarField.typeCode(type),
        anchorRows.count(),
        tupleRows.count(),
        anchorRows.d(),
        problem.score().floor());
    struct.present(problem.present());
    struct.products(planes.scoreProducts());
  }

  private static Planes planes(Problem problem) {
    DType type = problem.anchor().type();
    boolean strict = problem.strict() || problem.anchor().d() <= Planes.SHORT_ROW;
    return problem.isProduct() ? Planes.ofProducts(type, strict) : Planes.of(type, strict);
  }

  private Launch tupleLaunch() {
    Launch launch =
        launches.add(
            device.kernel(problem.score().image(), problem.score().tupleKernel("prepare")),
            Operand.threads(),
            0,
            Tuples.BYTES);
    PairTuples.prepare(launch.parameter(), 0, tupleRows(), problem.present(), problem.leastNorm());
    return launch;
  }

  private Launch productLaunch() {
    Launch launch =
        launches.add(
            device.kernel("pair_rows", "pair_prepare_elementwise"),
            Operand.threads(),
            0,
            Products.BYTES);
    MemorySegment p = launch.parameter();
    PairTuples.prepare(p, 0, tupleRows(), problem.present(), problem.leastNorm());
    RowStructs.planes(
        p,
        Products.PLANES,
        productPlaneBytes() / Short.BYTES,
        productStride,
        planes.tuples(),
        planes.halves());
    p.set(JAVA_INT, Products.MEMBERS, problem.members().size());
    return launch;
  }

  private long productPlaneBytes() {
    return tupleRows().count() * productStride * Short.BYTES;
  }

  /**
   * Takes the addresses of a run.
   *
   * @param present of the mask; 0 if there is none
   */
  public void bind(
      long workspaceAddress, long anchorAddress, long[] memberAddresses, long present) {
    workspace = workspaceAddress;
    presentAddress = present;
    struct.bindPresent(present);
    struct.prepared(workspace + anchorFactors, workspace + tupleFactors, workspace + scalars);
    anchor.bind(workspace, anchorAddress, 0);
    struct.anchor(anchor.planes(), anchorAddress, problem.anchor().stride());
    MemorySegment p = prepareTuples == null ? null : prepareTuples.parameter();
    if (p != null) {
      bindTuples(p, 0, memberAddresses);
    }
    if (problem.isProduct()) {
      PlaneRows rows = productPlanes();
      struct.member(0, rows, 0, 0);
      RowStructs.bindPlanes(p, Products.PLANES, rows.address());
      p.set(JAVA_LONG, Products.FACTORS, workspace + tupleFactors);
    } else {
      for (int l = 0; l < members.size(); l++) {
        members.get(l).bind(workspace, memberAddresses[l], present);
        struct.member(
            l, members.get(l).planes(), memberAddresses[l], problem.members().get(l).stride());
      }
      if (p != null) {
        p.set(JAVA_LONG, Tuples.FACTORS, workspace + tupleFactors);
      }
    }
  }

  /** Writes the addresses of the members into a struct {@code TupleRows}. */
  void bindTuples(MemorySegment parameter, long offset, long[] memberAddresses) {
    for (int l = 0; l < memberAddresses.length; l++) {
      PairTuples.bindMember(
          parameter, offset, l, memberAddresses[l], problem.members().get(l).stride());
    }
    PairTuples.bindPresent(parameter, offset, presentAddress);
  }

  /** Enqueues the preparation of all rows. */
  public void prepare(long stream) {
    anchor.prepare(stream);
    members.forEach(member -> member.prepare(stream));
    int tuples = tupleRows().count();
    if (prepareTuples != null && tuples > 0) {
      prepareTuples.enqueue(stream, Operand.blocks(tuples), 1, 1);
    }
  }

  /** Copies the struct of the problem to the beginning of a parameter. */
  void describe(MemorySegment parameter) {
    MemorySegment.copy(struct.memory(), 0, parameter, 0, PairProblem.LAYOUT.bytes());
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

  /** The rows of a member as the caller gave them. */
  Operand member(int member) {
    return members.get(member);
  }

  /** Rows that gradients of the anchors are made of, for each member that is multiplied with. */
  PlaneRows gradientPlanes(int member) {
    return problem.isProduct() ? productPlanes() : members.get(member).gradientPlanes();
  }

  private PlaneRows productPlanes() {
    return new PlaneRows(workspace + productRegion, productPlaneBytes(), productStride);
  }

  /** The tuples: the rows of the first member stand for all of them. */
  public Rows tupleRows() {
    return problem.members().getFirst();
  }

  /** Device address of norm and factor of normalisation of each anchor, doubles. */
  public long anchorFactors() {
    return workspace + anchorFactors;
  }

  /** Device address of the numbers of each tuple, doubles. */
  public long tupleFactors() {
    return workspace + tupleFactors;
  }

  /** Device address of struct {@code PairScalars}, which the op writes. */
  public long scalars() {
    return workspace + scalars;
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

  /** A kernel over pairs, with an objective: {@code forward} or {@code weigh}. */
  Launch pairLaunch(PairObjective objective, String pass, long parameterBytes) {
    PairScore score = problem.score();
    return launches.add(
        device.kernel(score.image(), score.pairKernel(planes.halves(), objective, pass)),
        GemmTile.THREADS,
        PairTiling.pairSharedBytes(score.members()),
        parameterBytes + objective.extraBytes());
  }

  /** A kernel over rows or sums. */
  public Launch rowLaunch(String image, String kernel, long parameterBytes) {
    return launches.add(device.kernel(image, kernel), Operand.threads(), 0, parameterBytes);
  }

  /** A kernel that multiplies weights with rows. */
  Launch gradientLaunch(String kernel, long parameterBytes) {
    return launches.add(
        device.kernel("pair_rows", kernel),
        GemmTile.THREADS,
        GemmTile.gradientSharedBytes(),
        parameterBytes);
  }

  /** Struct {@code PrepareTuplesParams} of kernels/include/gramian/pair/tuples.cuh. */
  private static final class Tuples {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long TUPLES = LAYOUT.struct(PairTuples.LAYOUT);
    static final long FACTORS = LAYOUT.pointer();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code PrepareProductsParams} of kernels/include/gramian/pair/product_tuples.cuh. */
  private static final class Products {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long TUPLES = LAYOUT.struct(PairTuples.LAYOUT);
    static final long PLANES = LAYOUT.struct(RowStructs.PLANE_OUTPUT);
    static final long FACTORS = LAYOUT.pointer();
    static final long MEMBERS = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
