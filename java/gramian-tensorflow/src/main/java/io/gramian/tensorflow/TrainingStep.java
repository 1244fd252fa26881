package io.gramian.tensorflow;

import io.gramian.Outputs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Op;
import org.tensorflow.types.TFloat32;

/**
 * Runs a graph that has loss nodes, in two runs of its session: the first computes what the losses
 * read and the activations that the backward pass needs; then Gramian computes losses and
 * gradients; the second is fed with all of these and runs the backward pass and the optimizer. The
 * forward pass is computed once, and no tensor is copied.
 *
 * <p>All activations between the two runs are in host memory. Not for use by several threads.
 */
public final class TrainingStep {
  private final Session session;
  private final TensorFlowBridge bridge;
  private final List<LossNode> losses;
  private final Map<Set<GraphOperation>, BackwardPart> backwardParts = new HashMap<>();

  /**
   * A step of a session; the session and the bridge stay the caller's.
   *
   * @param session the caller's
   * @param bridge the caller's
   * @param losses all loss nodes that the targets depend on
   */
  public TrainingStep(Session session, TensorFlowBridge bridge, LossNode... losses) {
    this.session = session;
    this.bridge = bridge;
    this.losses = List.of(losses);
  }

  /**
   * Computes losses and gradients and runs the targets, for instance what an optimizer's {@code
   * minimize} returns.
   *
   * @param feeds the batch
   * @param targets ops of the graph to run besides
   * @return the loss of each node
   * @throws io.gramian.ShapeException if what a node reads does not fit its op
   */
  public double[] run(Map<? extends Operand<?>, ? extends Tensor> feeds, Op... targets) {
    try (Outcome outcome = run(feeds, List.of(), targets)) {
      return outcome.losses();
    }
  }

  /**
   * The same, and fetches tensors: a sum of losses, a gradient, the embeddings. What depends on a
   * loss node comes from the second run, all else from the first. What reads variables that the
   * targets assign may see them before or after.
   *
   * @param feeds values of placeholders
   * @param fetches tensors of the graph whose values are wanted
   * @param targets ops of the graph to run besides
   * @return losses and fetched tensors
   */
  public Outcome run(
      Map<? extends Operand<?>, ? extends Tensor> feeds,
      List<? extends Operand<?>> fetches,
      Op... targets) {
    Set<GraphOperation> ends = new LinkedHashSet<>();
    for (Op target : targets) {
      ends.add((GraphOperation) target.op());
    }
    fetches.forEach(fetch -> ends.add((GraphOperation) fetch.op()));
    BackwardPart backward = backwardParts.computeIfAbsent(ends, this::backwardPart);
    List<Output<?>> outputs = forwardOutputs(backward, feeds.keySet(), fetches);

    Session.Runner first = session.runner();
    feeds.forEach((operand, tensor) -> first.feed(operand, tensor));
    outputs.forEach(output -> first.fetch(output));
    List<Tensor> fed = new ArrayList<>();
    Result forward = first.run();
    try {
      Map<Output<?>, Tensor> values = new LinkedHashMap<>();
      outputs.forEach(output -> values.put(output, forward.get(values.size())));
      Session.Runner second = session.runner();
      feeds.forEach((operand, tensor) -> second.feed(operand, tensor));
      values.forEach((output, tensor) -> second.feed(output, tensor));
      double[] computed = new double[losses.size()];
      for (int i = 0; i < computed.length; i++) {
        computed[i] = feed(second, losses.get(i), values, fed);
      }
      List<Output<?>> late = new ArrayList<>();
      for (Operand<?> fetch : fetches) {
        if (backward.contains(fetch.asOutput())) {
          late.add(fetch.asOutput());
          second.fetch(fetch);
        }
      }
      for (Op target : targets) {
        second.addTarget(target);
      }
      Result result = second.run();
      for (int i = 0; i < late.size(); i++) {
        values.put(late.get(i), result.get(i));
      }
      List<Tensor> fetched = new ArrayList<>();
      fetches.forEach(fetch -> fetched.add(values.get(fetch.asOutput())));
      return new Outcome(computed, fetched, List.of(forward, result));
    } catch (RuntimeException e) {
      forward.close();
      throw e;
    } finally {
      fed.forEach(Tensor::close);
    }
  }

  /** Computes a loss and its gradients and feeds them. */
  private double feed(
      Session.Runner runner, LossNode loss, Map<Output<?>, Tensor> values, List<Tensor> fed) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    loss.inputs().forEach((name, output) -> inputs.put(name, values.get(output)));
    Outputs<Tensor> result = bridge.lossAndGradients(loss.op(), inputs);
    fed.addAll(result.asMap().values());
    loss.gradients()
        .forEach((name, placeholder) -> runner.feed(placeholder, result.gradient(name)));
    double value = result.loss();
    TFloat32 scalar = TFloat32.scalarOf((float) value);
    fed.add(scalar);
    runner.feed(loss.value(), scalar);
    return value;
  }

  /** What the first run has to fetch: what the losses read, the activations, early fetches. */
  private List<Output<?>> forwardOutputs(
      BackwardPart backward,
      Collection<? extends Operand<?>> feeds,
      List<? extends Operand<?>> fetches) {
    Set<Output<?>> outputs = new LinkedHashSet<>();
    losses.forEach(loss -> outputs.addAll(loss.inputs().values()));
    outputs.addAll(backward.activations());
    // TensorFlow refuses to fetch what is fed.
    feeds.forEach(fed -> outputs.remove(fed.asOutput()));
    for (Operand<?> fetch : fetches) {
      if (!backward.contains(fetch.asOutput())) {
        outputs.add(fetch.asOutput());
      }
    }
    return List.copyOf(outputs);
  }

  private BackwardPart backwardPart(Set<GraphOperation> ends) {
    List<GraphOperation> fed = new ArrayList<>();
    losses.forEach(loss -> fed.addAll(loss.fed()));
    return BackwardPart.of(fed, ends);
  }
}
