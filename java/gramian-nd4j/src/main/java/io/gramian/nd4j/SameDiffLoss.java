package io.gramian.nd4j;

import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.bridge.Bridge;
import io.gramian.op.Contrastive;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import io.gramian.op.Names;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Adds the loss of an op to a SameDiff graph as an ordinary scalar: mark it as the loss, weigh it,
 * add others, train with {@code SameDiff.fit}. One forward pass computes it with its gradients.
 *
 * <p>SameDiff has no op that calls Java, but listeners that see each op's arrays. For an input x
 * the graph gets z = zerosLike(x). When all z are there, a listener runs Gramian, which reads every
 * x where it is and writes the gradients into the z. The loss is L = v + (s - c) with s the sum of
 * x z over all inputs, v = the loss and c = s written by the listener too. So L is the loss and
 * dL/dx = z, as zerosLike passes no gradient on. What orders the ops are data: z is read through z
 * + g, where g = 0 is made of the sizes of all z.
 *
 * <p>In a graph whose listener is gone (it was read from a file, or the listeners were replaced)
 * the loss is NaN. Gradients of gradients are not to be had.
 */
public final class SameDiffLoss {
  private SameDiffLoss() {}

  /**
   * Adds the loss of anchors and tuples.
   *
   * @param bridge stays the caller's and must be open as long as the graph is run
   * @param name of the loss in the graph
   * @param op what to compute
   * @param anchor [B1,d]
   * @param modalities each [B2,d], of the anchor's element type
   * @return the loss, a scalar: DOUBLE for inputs of that type, else FLOAT
   * @throws ShapeException if there is no modality or an element type is none that Gramian takes
   */
  public static SDVariable contrastive(
      Nd4jBridge bridge, String name, Contrastive op, SDVariable anchor, SDVariable... modalities) {
    return of(bridge, name, op, Modalities.named(anchor, modalities));
  }

  /**
   * Adds the loss of an op.
   *
   * @param bridge stays the caller's and must be open as long as the graph is run
   * @param name of the loss in the graph
   * @param op what to compute
   * @param inputs variables of one graph by the names of {@link Op}
   * @return the loss, a scalar: DOUBLE for inputs of that type, else FLOAT
   * @throws ParameterException if the name is taken
   * @throws ShapeException if an input is unknown or missing, or of an element type that Gramian
   *     does not take; shapes are checked when the graph is run
   */
  public static SDVariable of(
      Nd4jBridge bridge, String name, Loss op, Map<String, SDVariable> inputs) {
    Signature signature = checked(op, inputs);
    SameDiff graph = inputs.values().iterator().next().getSameDiff();
    if (graph.hasVariable(name)) {
      throw new ParameterException("the graph has a variable '" + name + "' already");
    }
    boolean f64 = inputs.values().stream().anyMatch(x -> x.dataType() == DataType.DOUBLE);
    DataType type = f64 ? DataType.DOUBLE : DataType.FLOAT;

    Map<String, SDVariable> written = new LinkedHashMap<>();
    SDVariable gate = null;
    for (Map.Entry<String, SDVariable> input : inputs.entrySet()) {
      SDVariable z = graph.zerosLike(name + "_" + Names.gradient(input.getKey()), input.getValue());
      written.put(input.getKey(), z);
      SDVariable size = graph.size(z).castTo(type);
      gate = gate == null ? size : gate.add(size);
    }
    gate = gate.mul(0);
    SDVariable sum = null;
    for (String differentiable : signature.differentiable()) {
      SDVariable x = inputs.get(differentiable);
      if (x != null) {
        SDVariable z = written.get(differentiable);
        SDVariable product = x.mul(z.add(gate.castTo(x.dataType()))).sum().castTo(type);
        sum = sum == null ? product : sum.add(product);
      }
    }
    SDVariable notANumber = graph.constant(name + "_nan", Nd4j.scalar(type, Double.NaN));
    SDVariable value = notANumber.add(name + "_value", gate);
    SDVariable correction = graph.zerosLike(name + "_correction", sum);
    SDVariable loss = value.add(name, sum.sub(correction));
    graph.addListeners(
        new LossListener(bridge, name, op, signature.differentiable(), inputs.keySet()));
    return loss;
  }

  private static Signature checked(Loss op, Map<String, SDVariable> inputs) {
    Map<String, DType> types = new LinkedHashMap<>();
    inputs.forEach((name, input) -> types.put(name, Nd4jTypes.dtype(name, input.dataType())));
    return Bridge.signature(op, types);
  }
}
