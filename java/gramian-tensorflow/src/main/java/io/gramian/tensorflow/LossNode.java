package io.gramian.tensorflow;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.bridge.Bridge;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.IdentityN;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.family.TType;

/**
 * The loss of an op as a node of a TensorFlow graph. {@link #output} is an ordinary scalar: weigh
 * it, add other losses, hand it to an optimizer or to {@code Graph.addGradients}. Its gradient is a
 * custom one, registered with TensorFlow.
 *
 * <p>No kernel of a TensorFlow graph can call Java. Hence loss and gradients are fed, and {@link
 * TrainingStep} does that. Running the node in a plain {@code Session.run} gives TensorFlow's error
 * that {@code …/loss_value} must be fed.
 *
 * <p>Gradients of gradients are not to be had; the fed ones are constants.
 */
public final class LossNode {
  private final Loss op;
  private final SequencedMap<String, Output<?>> inputs;
  private final SequencedMap<String, Output<?>> gradients;
  private final Output<TFloat32> value;
  private final Output<TFloat32> output;

  private LossNode(
      Loss op,
      Map<String, Output<?>> inputs,
      Map<String, Output<?>> gradients,
      Output<TFloat32> value,
      Output<TFloat32> output) {
    this.op = op;
    this.inputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(inputs));
    this.gradients = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(gradients));
    this.value = value;
    this.output = output;
  }

  /**
   * Adds the loss of anchors and tuples to the graph of {@code tf}.
   *
   * @param <T> element type
   * @param tf the graph
   * @param op what to compute
   * @param anchor [B1,d]
   * @param modalities each [B2,d], of the anchor's element type
   * @return the node
   * @throws ShapeException if there is no modality or an element type is none that Gramian takes
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only read
  public static <T extends TType> LossNode contrastive(
      Ops tf, Contrastive op, Operand<T> anchor, Operand<T>... modalities) {
    return of(tf, op, Modalities.named(anchor, modalities));
  }

  /**
   * Adds the loss of an op to the graph of {@code tf}.
   *
   * @param tf the graph
   * @param op what to compute
   * @param inputs tensors of the graph by the names of {@link Op}; scalars such as {@code
   *     temperature} may be variables
   * @return the node
   * @throws ShapeException if an input is unknown or missing, or of an element type that Gramian
   *     does not take; shapes are checked when the step is run
   */
  public static LossNode of(Ops tf, Loss op, Map<String, ? extends Operand<?>> inputs) {
    Signature signature = checked(op, inputs);
    InjectedGradient.register();
    Ops scope = tf.withSubScope("gramian_" + op.name().replace('-', '_'));
    Map<String, Output<?>> copies = new LinkedHashMap<>();
    // An identity, so that an input may be a placeholder, which cannot be fetched, or a variable.
    inputs.forEach((name, input) -> copies.put(name, identity(scope, name, input)));
    Map<String, Output<?>> gradients = new LinkedHashMap<>();
    for (String name : signature.differentiable()) {
      if (copies.containsKey(name)) {
        gradients.put(name, gradient(scope, name, copies.get(name)));
      }
    }
    Output<TFloat32> value =
        scope
            .withName("loss_value")
            .placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()))
            .asOutput();
    List<Output<?>> arguments = new ArrayList<>();
    arguments.add(value);
    gradients.keySet().forEach(name -> arguments.add(copies.get(name)));
    arguments.addAll(gradients.values());
    Output<TFloat32> output =
        scope
            .scope()
            .env()
            .opBuilder(IdentityN.OP_NAME, scope.scope().makeOpName(Names.LOSS), scope.scope())
            .addInputList(arguments.toArray(Output<?>[]::new))
            .setAttr(InjectedGradient.COUNT, gradients.size())
            .build()
            .output(0);
    return new LossNode(op, copies, gradients, value, output);
  }

  private static Signature checked(Loss op, Map<String, ? extends Operand<?>> inputs) {
    Map<String, DType> types = new LinkedHashMap<>();
    inputs.forEach(
        (name, input) -> types.put(name, TensorFlowTypes.dtype(name, input.asOutput().dataType())));
    return Bridge.signature(op, types);
  }

  private static <T extends TType> Output<T> identity(Ops tf, String name, Operand<T> input) {
    return tf.withName(name).identity(input).asOutput();
  }

  private static <T extends TType> Output<T> gradient(Ops tf, String name, Output<T> input) {
    return tf.withName(Names.gradient(name))
        .placeholder(input.type(), Placeholder.shape(input.shape()))
        .asOutput();
  }

  /** {@return the loss, a scalar} */
  public Output<TFloat32> output() {
    return output;
  }

  /** {@return the op} */
  public Loss op() {
    return op;
  }

  /** What the op reads, by name. */
  SequencedMap<String, Output<?>> inputs() {
    return inputs;
  }

  /** Placeholders of the gradients, by the names of the inputs. */
  SequencedMap<String, Output<?>> gradients() {
    return gradients;
  }

  /** Placeholder of the loss. */
  Output<TFloat32> value() {
    return value;
  }

  /** The ops whose outputs are fed. */
  List<GraphOperation> fed() {
    List<GraphOperation> fed = new ArrayList<>();
    fed.add((GraphOperation) value.op());
    gradients.values().forEach(gradient -> fed.add((GraphOperation) gradient.op()));
    return fed;
  }
}
