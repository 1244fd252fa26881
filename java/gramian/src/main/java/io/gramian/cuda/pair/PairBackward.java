package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/**
 * The backward pass over all pairs of a {@link PairEngine}: chunk by chunk the weights of the inner
 * products and the two products with them, then the gradients of the rows as the caller wants them.
 */
public final class PairBackward {
  private final PairEngine engine;
  private final PairWeigh weigh;
  private final PairGradientProduct anchorProduct;
  private final PairGradientProduct tupleProduct;
  private final PairCorrection anchorCorrection;
  private final PairCorrection tupleCorrection;
  private final Launch finishAnchors;
  private final Launch finishTuples;

  /**
   * Reserves what the pass needs.
   *
   * @param objective that gives the weights
   * @param wantsSums whether the objective's own sums are wanted
   * @param hasTargets whether anchors have tuples of their own
   * @param anchor the gradient of the anchors; null if it is not wanted
   * @param members those of the members, each may be null
   */
  public PairBackward(
      PairEngine engine,
      Scratch scratch,
      PairObjective objective,
      boolean wantsSums,
      boolean hasTargets,
      GradientRows anchor,
      List<GradientRows> members) {
    this.engine = engine;
    boolean wantsTuples = members.stream().anyMatch(Objects::nonNull);
    // Weights of more planes are as good as unrounded.
    boolean corrects =
        hasTargets && engine.planes().weights() == 1 && !engine.problem().isProduct();
    this.weigh = new PairWeigh(engine, scratch, objective, wantsSums, corrects);
    this.anchorProduct =
        anchor == null ? null : new PairGradientProduct(engine, scratch, weigh, false);
    this.tupleProduct = wantsTuples ? new PairGradientProduct(engine, scratch, weigh, true) : null;
    this.anchorCorrection =
        corrects && anchor != null ? new PairCorrection(engine, weigh, anchorProduct, false) : null;
    this.tupleCorrection =
        corrects && wantsTuples ? new PairCorrection(engine, weigh, tupleProduct, true) : null;
    this.finishAnchors = anchor == null ? null : anchorLaunch(anchor);
    this.finishTuples = wantsTuples ? tupleLaunch(members) : null;
  }

  private Launch anchorLaunch(GradientRows gradient) {
    Launch launch = engine.rowLaunch("pair_rows", "pair_finish_anchors", Anchors.BYTES);
    MemorySegment p = launch.parameter();
    Rows rows = engine.anchor().rows();
    RowStructs.gradient(p, Anchors.OUT, gradient);
    p.set(JAVA_LONG, Anchors.GRADIENT_STRIDE, anchorProduct.stride());
    p.set(JAVA_DOUBLE, Anchors.LEAST_NORM, engine.problem().leastNorm());
    p.set(JAVA_INT, Anchors.SLICES, weigh.rowSlices());
    p.set(JAVA_INT, Anchors.TYPE, ScalarField.typeCode(rows.type()));
    p.set(JAVA_INT, Anchors.DEPTH, rows.d());
    p.set(JAVA_INT, Anchors.COUNT, rows.count());
    return launch;
  }

  private Launch tupleLaunch(List<GradientRows> gradients) {
    PairEngine.Problem problem = engine.problem();
    Launch launch =
        problem.isProduct()
            ? engine.rowLaunch("pair_rows", "pair_finish_elementwise", Products.BYTES)
            : engine.rowLaunch(
                problem.score().image(), problem.score().tupleKernel("finish"), Tuples.BYTES);
    MemorySegment p = launch.parameter();
    PairTuples.prepare(p, 0, engine.tupleRows(), problem.present(), problem.leastNorm());
    if (problem.isProduct()) {
      p.set(JAVA_LONG, Products.GRADIENT_STRIDE, tupleProduct.stride());
      p.set(JAVA_INT, Products.MEMBERS, gradients.size());
    } else {
      p.set(JAVA_LONG, Tuples.GRADIENT_MEMBER, tupleProduct.memberNumbers());
      p.set(JAVA_LONG, Tuples.GRADIENT_STRIDE, tupleProduct.stride());
      p.set(JAVA_INT, Tuples.SLICES, weigh.columnSlices());
    }
    for (int l = 0; l < gradients.size(); l++) {
      RowStructs.gradient(p, out(l), gradients.get(l));
    }
    return launch;
  }

  private long out(int member) {
    return (engine.problem().isProduct() ? Products.OUT : Tuples.OUT)
        + member * RowStructs.GRADIENT_OUTPUT.bytes();
  }

  /** The gradient of the anchors through inner products; null if it is not wanted. */
  public PairGradientProduct anchorProduct() {
    return anchorProduct;
  }

  /** Where the weights come from, and the objective's own sums. */
  public PairWeigh weigh() {
    return weigh;
  }

  /**
   * Enqueues the pass.
   *
   * @param anchorGradient device address; not used if that gradient is not wanted
   * @param memberGradients device addresses; 0 for those that are not wanted
   * @param memberAddresses device addresses of the members, as bound
   */
  public void run(
      long stream, long anchorGradient, long[] memberGradients, long[] memberAddresses) {
    int anchors = engine.anchor().rows().count();
    int tuples = engine.tupleRows().count();
    PairTiling tiling = engine.tiling();
    if (weigh.targetWeights() != 0) {
      engine.clear(stream, weigh.targetWeights(), weigh.targetWeightsBytes());
    }
    for (int anchor = 0; anchor < anchors; anchor += tiling.chunkAnchors()) {
      int anchorEnd = Math.min(anchor + tiling.chunkAnchors(), anchors);
      for (int tuple = 0; tuple < tuples; tuple += tiling.chunkTuples()) {
        int tupleEnd = Math.min(tuple + tiling.chunkTuples(), tuples);
        weigh.run(stream, anchor, anchorEnd, tuple, tupleEnd);
        if (anchorProduct != null) {
          anchorProduct.run(stream, anchor, anchorEnd, tuple, tupleEnd);
        }
        if (tupleProduct != null) {
          tupleProduct.run(stream, anchor, anchorEnd, tuple, tupleEnd);
        }
      }
    }
    if (finishAnchors != null && anchors > 0) {
      if (tuples == 0) {
        anchorProduct.clear(stream);
      }
      if (anchorCorrection != null) {
        anchorCorrection.run(stream);
      }
      finishAnchors(stream, anchorGradient);
    }
    if (finishTuples != null && tuples > 0) {
      if (anchors == 0) {
        tupleProduct.clear(stream);
      }
      if (tupleCorrection != null) {
        tupleCorrection.run(stream);
      }
      finishTuples(stream, memberGradients, memberAddresses);
    }
  }

  private void finishAnchors(long stream, long gradient) {
    MemorySegment p = finishAnchors.parameter();
    Rows rows = engine.anchor().rows();
    RowStructs.input(p, Anchors.ROWS, engine.anchor().input(), rows.stride());
    p.set(JAVA_LONG, Anchors.GRADIENT, anchorProduct.gradient());
    p.set(JAVA_LONG, Anchors.OF_NORMS, weigh.rowGradients());
    RowStructs.bindGradient(p, Anchors.OUT, gradient);
    finishAnchors.enqueue(stream, Operand.blocks(rows.count()), 1, 1);
  }

  private void finishTuples(long stream, long[] gradients, long[] members) {
    MemorySegment p = finishTuples.parameter();
    engine.bindTuples(p, 0, members);
    if (engine.problem().isProduct()) {
      p.set(JAVA_LONG, Products.GRADIENT, tupleProduct.gradient());
    } else {
      p.set(JAVA_LONG, Tuples.GRADIENT, tupleProduct.gradient());
      p.set(JAVA_LONG, Tuples.SUMS, weigh.columnGradients());
    }
    for (int l = 0; l < gradients.length; l++) {
      RowStructs.bindGradient(p, out(l), gradients[l]);
    }
    finishTuples.enqueue(stream, Operand.blocks(engine.tupleRows().count()), 1, 1);
  }

  /** Struct {@code FinishAnchorsParams} of kernels/include/gramian/pair/anchors.cuh. */
  private static final class Anchors {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long ROWS = LAYOUT.struct(RowStructs.INPUT_ROWS);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long OF_NORMS = LAYOUT.pointer();
    static final long OUT = LAYOUT.struct(RowStructs.GRADIENT_OUTPUT);
    static final long LEAST_NORM = LAYOUT.float64();
    static final long SLICES = LAYOUT.int32();
    static final long TYPE = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long COUNT = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code FinishTuplesParams} of kernels/include/gramian/pair/tuples.cuh. */
  private static final class Tuples {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long TUPLES = LAYOUT.struct(PairTuples.LAYOUT);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_MEMBER = LAYOUT.int64();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long SUMS = LAYOUT.pointer();
    static final long SLICES = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long OUT = LAYOUT.structs(RowStructs.GRADIENT_OUTPUT, PairScore.MOST_MEMBERS);
    static final long BYTES = LAYOUT.bytes();
  }

  /** Struct {@code FinishProductsParams} of kernels/include/gramian/pair/product_tuples.cuh. */
  private static final class Products {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long TUPLES = LAYOUT.struct(PairTuples.LAYOUT);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long MEMBERS = LAYOUT.int32();
    static final long RESERVED = LAYOUT.int32();
    static final long OUT = LAYOUT.structs(RowStructs.GRADIENT_OUTPUT, PairScore.MOST_MEMBERS);
    static final long BYTES = LAYOUT.bytes();
  }
}
