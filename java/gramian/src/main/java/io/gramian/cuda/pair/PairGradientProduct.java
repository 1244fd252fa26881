package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.GemmTile;
import io.gramian.cuda.gemm.PlaneRows;
import io.gramian.cuda.gemm.Planes;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;

/**
 * One of the two products of a chunk, dA += T M or dM += T^T A: struct {@code GradientParams} of
 * kernels/include/gramian/pair/gradient.cuh. The sums are kept in f32 in the workspace.
 */
public final class PairGradientProduct {
  private static final int MOST_PRODUCTS = 8;

  /** Numbers that a thread writes at a time. */
  private static final int UNIT = 4;

  private final PairEngine engine;
  private final PairWeigh weigh;
  private final boolean ofTuples;
  private final Launch launch;
  private final long stride;
  private final long memberNumbers;
  private final long bytes;
  private final long gradient;
  private boolean startsFromGiven;

  /** Reserves the gradient. */
  PairGradientProduct(PairEngine engine, Scratch scratch, PairWeigh weigh, boolean ofTuples) {
    this.engine = engine;
    this.weigh = weigh;
    this.ofTuples = ofTuples;
    Rows rows = ofTuples ? engine.tupleRows() : engine.anchor().rows();
    int members = engine.problem().score().members();
    this.stride = Math.ceilDiv(rows.d(), UNIT) * (long) UNIT;
    this.memberNumbers = rows.count() * stride;
    long numbers = memberNumbers * (ofTuples ? members : 1);
    this.bytes = numbers * Float.BYTES;
    this.gradient = scratch.words(numbers);
    this.launch =
        engine.gradientLaunch(
            ofTuples ? "pair_gradient_of_tuples" : "pair_gradient_of_anchors", Params.BYTES);
    MemorySegment p = launch.parameter();
    Planes planes = engine.planes();
    byte[] products = ofTuples ? planes.tupleGradientProducts() : planes.anchorGradientProducts();
    p.set(JAVA_LONG, Params.WEIGHTS_PLANE, weigh.planeNumbers());
    p.set(JAVA_LONG, Params.WEIGHTS_STRIDE, weigh.weightsStride());
    p.set(JAVA_INT, Params.MEMBER_STRIDE, weigh.memberStride());
    p.set(JAVA_INT, Params.MEMBERS, members);
    p.set(JAVA_INT, Params.DEPTH, rows.d());
    p.set(JAVA_INT, Params.PRODUCTS, products.length);
    MemorySegment.copy(products, 0, p, JAVA_BYTE, Params.PRODUCT_PLANES, products.length);
    p.set(JAVA_LONG, Params.GRADIENT_MEMBER, memberNumbers);
    p.set(JAVA_LONG, Params.GRADIENT_STRIDE, stride);
  }

  /** Enqueues the product of a chunk. */
  void run(long stream, int anchorBegin, int anchorEnd, int tupleBegin, int tupleEnd) {
    MemorySegment p = launch.parameter();
    int members = engine.problem().score().members();
    int anchors = anchorEnd - anchorBegin;
    int tuples = tupleEnd - tupleBegin;
    p.set(JAVA_LONG, Params.WEIGHTS, weigh.weights());
    p.set(JAVA_INT, Params.ANCHOR_BEGIN, anchorBegin);
    p.set(JAVA_INT, Params.ANCHORS, anchors);
    p.set(JAVA_INT, Params.TUPLE_BEGIN, tupleBegin);
    p.set(JAVA_INT, Params.TUPLES, tuples);
    for (int l = 0; l < (ofTuples ? 1 : members); l++) {
      PlaneRows rows = ofTuples ? engine.anchor().gradientPlanes() : engine.gradientPlanes(l);
      rows.write(p, Params.ROWS + l * PlaneRows.LAYOUT.bytes());
    }
    p.set(JAVA_LONG, Params.GRADIENT, gradient());
    boolean isFirst = !startsFromGiven && (ofTuples ? anchorBegin == 0 : tupleBegin == 0);
    p.set(JAVA_INT, Params.ACCUMULATE, isFirst ? 0 : 1);
    int d = engine.tupleRows().d();
    launch.enqueue(
        stream,
        Math.ceilDiv(d, GemmTile.GRADIENT_COLUMNS),
        Math.ceilDiv(ofTuples ? tuples : anchors, GemmTile.ROWS),
        ofTuples ? members : 1);
  }

  /** The first chunk adds to what the op has put there. */
  public void startFromGiven() {
    startsFromGiven = true;
  }

  /** Enqueues the filling of the gradient with zeros, for a run without any chunk. */
  void clear(long stream) {
    engine.clear(stream, gradient(), bytes);
  }

  /** Device address of the gradient, [rows][stride], for tuples one such for each member. */
  public long gradient() {
    return engine.workspace() + gradient;
  }

  /** Numbers from row to row. */
  public long stride() {
    return stride;
  }

  /** Numbers from member to member. */
  long memberNumbers() {
    return memberNumbers;
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long WEIGHTS = LAYOUT.pointer();
    static final long WEIGHTS_PLANE = LAYOUT.int64();
    static final long WEIGHTS_STRIDE = LAYOUT.int64();
    static final long MEMBER_STRIDE = LAYOUT.int32();
    static final long ANCHOR_BEGIN = LAYOUT.int32();
    static final long ANCHORS = LAYOUT.int32();
    static final long TUPLE_BEGIN = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long MEMBERS = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long PRODUCTS = LAYOUT.int32();
    static final long PRODUCT_PLANES = LAYOUT.bytes(MOST_PRODUCTS);
    static final long ROWS = LAYOUT.structs(PlaneRows.LAYOUT, PairScore.MOST_MEMBERS);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_MEMBER = LAYOUT.int64();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long ACCUMULATE = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
