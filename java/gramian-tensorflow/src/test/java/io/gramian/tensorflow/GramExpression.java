package io.gramian.tensorflow;

import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.linalg.MatMul;
import org.tensorflow.types.TFloat32;

/**
 * GRAM's loss for k = 3 as its authors write it, in ops of TensorFlow: Gram matrices of all pairs
 * of anchors and tuples, volumes, cross-entropy both ways with label smoothing 0.1.
 *
 * <p>TensorFlow-Java's graph gradients know none for {@code MatrixDeterminant}; hence the
 * determinant is expanded by hand.
 */
final class GramExpression {
  private final Ops tf;

  GramExpression(Ops tf) {
    this.tf = tf;
  }

  /** The loss of anchors and two modalities, each [B,d]. */
  Operand<TFloat32> loss(
      Operand<TFloat32> anchor,
      Operand<TFloat32> first,
      Operand<TFloat32> second,
      Operand<TFloat32> temperature) {
    Operand<TFloat32> a = unit(anchor);
    Operand<TFloat32> m1 = unit(first);
    Operand<TFloat32> m2 = unit(second);
    Operand<TFloat32> aa = rowSums(mul(a, a));
    Operand<TFloat32> g11 = tuples(rowSums(mul(m1, m1)));
    Operand<TFloat32> g12 = tuples(rowSums(mul(m1, m2)));
    Operand<TFloat32> g22 = tuples(rowSums(mul(m2, m2)));
    Operand<TFloat32> c1 = pairs(a, m1);
    Operand<TFloat32> c2 = pairs(a, m2);
    Operand<TFloat32> det =
        tf.math.add(
            tf.math.sub(
                mul(aa, tf.math.sub(mul(g11, g22), mul(g12, g12))),
                mul(c1, tf.math.sub(mul(c1, g22), mul(g12, c2)))),
            mul(c2, tf.math.sub(mul(c1, g12), mul(g11, c2))));
    Operand<TFloat32> logits =
        tf.math.div(tf.math.neg(tf.math.sqrt(tf.math.abs(det))), temperature);
    Operand<TFloat32> transposed = tf.linalg.transpose(logits, tf.constant(new int[] {1, 0}));
    return tf.math.mul(
        tf.constant(0.5f), tf.math.add(crossEntropy(logits), crossEntropy(transposed)));
  }

  /** Cross-entropy of rows whose target is the diagonal, with label smoothing 0.1. */
  private Operand<TFloat32> crossEntropy(Operand<TFloat32> logits) {
    Operand<TFloat32> logP = tf.nn.logSoftmax(logits);
    Operand<TFloat32> target = tf.math.mean(diagonal(logP), tf.constant(0));
    Operand<TFloat32> all = tf.math.mean(logP, tf.constant(new int[] {0, 1}));
    return tf.math.neg(tf.math.add(mul(tf.constant(0.9f), target), mul(tf.constant(0.1f), all)));
  }

  private Operand<TFloat32> diagonal(Operand<TFloat32> square) {
    return tf.linalg.tensorDiagPart(square);
  }

  private Operand<TFloat32> unit(Operand<TFloat32> x) {
    Operand<TFloat32> norm = tf.math.sqrt(rowSums(mul(x, x)));
    return tf.math.div(x, tf.math.maximum(norm, tf.constant(1e-12f)));
  }

  /** [B,1]. */
  private Operand<TFloat32> rowSums(Operand<TFloat32> x) {
    return tf.reduceSum(x, tf.constant(1), ReduceSum.keepDims(true));
  }

  /** [B,1] as [1,B]. */
  private Operand<TFloat32> tuples(Operand<TFloat32> column) {
    return tf.linalg.transpose(column, tf.constant(new int[] {1, 0}));
  }

  private Operand<TFloat32> pairs(Operand<TFloat32> a, Operand<TFloat32> m) {
    return tf.linalg.matMul(a, m, MatMul.transposeB(true));
  }

  private Operand<TFloat32> mul(Operand<TFloat32> x, Operand<TFloat32> y) {
    return tf.math.mul(x, y);
  }
}
