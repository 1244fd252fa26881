package io.gramian.tensorflow;

import io.gramian.GramianException;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.TensorFlow;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.IdentityN;
import org.tensorflow.types.family.TType;

/**
 * The gradient of loss nodes, registered with TensorFlow for {@code IdentityN}, the op they are
 * made of. TensorFlow itself has none for it.
 *
 * <p>A node with the attribute {@link #COUNT} = p has the inputs (loss, x_1..x_p, g_1..g_p) and the
 * gradient of its first output by x_i is g_i, times what comes from above. All other nodes of this
 * type get the gradient of the identity.
 */
final class InjectedGradient {
  /** How many inputs of a loss node have a gradient. */
  static final String COUNT = "_gramian_gradients";

  private static boolean registered;

  private InjectedGradient() {}

  /**
   * Registers the gradient unless that is done.
   *
   * @throws GramianException if another library was faster, or on Windows, where TensorFlow-Java
   *     registers none
   */
  static synchronized void register() {
    if (registered) {
      return;
    }
    try {
      if (!TensorFlow.registerCustomGradient(IdentityN.OP_NAME, InjectedGradient::gradients)) {
        throw new GramianException(
            "another library has registered a gradient for "
                + IdentityN.OP_NAME
                + ", the op of loss nodes; create the first LossNode before it does");
      }
    } catch (UnsupportedOperationException e) {
      throw new GramianException("TensorFlow-Java takes no custom gradients on this system", e);
    }
    registered = true;
  }

  /**
   * Called from native code while it holds the lock of the graph: whatever asks for a shape would
   * wait forever, and nothing may be thrown.
   */
  private static List<Operand<?>> gradients(Ops tf, GraphOperation node, List<Output<?>> upstream) {
    int count = count(node);
    if (count == 0) {
      return new ArrayList<>(upstream);
    }
    List<Operand<?>> gradients = new ArrayList<>();
    gradients.add(upstream.get(0));
    for (int i = 1; i <= count; i++) {
      gradients.add(scaled(tf, node.input(count + i), upstream.get(0)));
    }
    // Those of g_i, which nobody asks for; but each input must have one.
    for (int i = 1; i <= count; i++) {
      gradients.add(upstream.get(count + i));
    }
    return gradients;
  }

  private static int count(GraphOperation node) {
    try {
      return (int) node.attributes().getAttrInt(COUNT);
    } catch (RuntimeException e) { // how TensorFlow says that there is no such attribute
      return 0;
    }
  }

  private static <T extends TType> Operand<T> scaled(Ops tf, Output<T> gradient, Output<?> by) {
    return tf.math.mul(gradient, tf.dtypes.cast(number(by), gradient.type()));
  }

  @SuppressWarnings("unchecked") // the upstream gradient of a float32 loss
  private static Output<TType> number(Output<?> upstream) {
    return (Output<TType>) upstream;
  }
}
