package io.gramian.cuda.pair;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.gramian.cuda.abi.RowStructs;
import io.gramian.cuda.abi.ScalarField;
import io.gramian.cuda.abi.StructLayout;
import io.gramian.cuda.driver.Launch;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.lang.foreign.MemorySegment;

/**
 * Gives the gradients back what rounding left out of the pairs of an anchor and its own tuple:
 * struct {@code CorrectParams} of kernels/include/gramian/pair/correct.cuh.
 */
final class PairCorrection {
  private final PairEngine engine;
  private final PairWeigh weigh;
  private final PairGradientProduct product;
  private final boolean ofTuples;
  private final Launch launch;

  /** The correction of a gradient. */
  PairCorrection(
      PairEngine engine, PairWeigh weigh, PairGradientProduct product, boolean ofTuples) {
    this.engine = engine;
    this.weigh = weigh;
    this.product = product;
    this.ofTuples = ofTuples;
    this.launch =
        engine.rowLaunch(
            "pair_rows", ofTuples ? "pair_correct_tuples" : "pair_correct_anchors", Params.BYTES);
    MemorySegment p = launch.parameter();
    Rows rows = engine.anchor().rows();
    p.set(JAVA_LONG, Params.GRADIENT_MEMBER, product.memberNumbers());
    p.set(JAVA_LONG, Params.GRADIENT_STRIDE, product.stride());
    p.set(JAVA_INT, Params.TYPE, ScalarField.typeCode(rows.type()));
    p.set(JAVA_INT, Params.ANCHORS, rows.count());
    p.set(JAVA_INT, Params.TUPLES, engine.tupleRows().count());
    p.set(JAVA_INT, Params.MEMBERS, engine.problem().score().members());
    p.set(JAVA_INT, Params.DEPTH, rows.d());
  }

  /** Enqueues it. */
  void run(long stream) {
    MemorySegment p = launch.parameter();
    p.set(JAVA_LONG, Params.WEIGHTS, weigh.targetWeights());
    p.set(JAVA_LONG, Params.LABELS, weigh.labels());
    p.set(JAVA_LONG, Params.LABEL_STRIDE, weigh.labelStride());
    p.set(JAVA_LONG, Params.GRADIENT, product.gradient());
    RowStructs.input(p, Params.ANCHOR, engine.anchor().input(), engine.anchor().rows().stride());
    for (int l = 0; l < engine.problem().score().members(); l++) {
      Operand member = engine.member(l);
      RowStructs.input(
          p,
          Params.MEMBERS_INPUT + l * RowStructs.INPUT_ROWS.bytes(),
          member.input(),
          member.rows().stride());
    }
    int rows = ofTuples ? engine.tupleRows().count() : engine.anchor().rows().count();
    launch.enqueue(stream, Operand.blocks(rows), 1, 1);
  }

  private static final class Params {
    private static final StructLayout LAYOUT = new StructLayout();
    static final long WEIGHTS = LAYOUT.pointer();
    static final long LABELS = LAYOUT.pointer();
    static final long LABEL_STRIDE = LAYOUT.int64();
    static final long ANCHOR = LAYOUT.struct(RowStructs.INPUT_ROWS);
    static final long MEMBERS_INPUT = LAYOUT.structs(RowStructs.INPUT_ROWS, PairScore.MOST_MEMBERS);
    static final long GRADIENT = LAYOUT.pointer();
    static final long GRADIENT_MEMBER = LAYOUT.int64();
    static final long GRADIENT_STRIDE = LAYOUT.int64();
    static final long TYPE = LAYOUT.int32();
    static final long ANCHORS = LAYOUT.int32();
    static final long TUPLES = LAYOUT.int32();
    static final long MEMBERS = LAYOUT.int32();
    static final long DEPTH = LAYOUT.int32();
    static final long BYTES = LAYOUT.bytes();
  }
}
