package io.gramian.tensorflow;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operand;
import org.tensorflow.Output;

/**
 * The part of a graph that follows from fed losses and gradients, and what it takes from the rest:
 * the activations. Fetched in the forward run and fed in the backward run they spare a second
 * forward pass, and the masks of a dropout are the same in both.
 */
final class BackwardPart {
  /** Nothing is gained by fetching these, and the optimizer needs the variables themselves. */
  private static final Set<String> LEFT_ALONE =
      Set.of("Const", "Placeholder", "VarHandleOp", "Variable", "VariableV2");

  private final Set<GraphOperation> ops;
  private final List<Output<?>> activations;

  private BackwardPart(Set<GraphOperation> ops, List<Output<?>> activations) {
    this.ops = ops;
    this.activations = activations;
  }

  /**
   * The part that follows from what is fed, and what is run of it.
   *
   * @param fed ops whose outputs are fed
   * @param ends ops that are run or fetched
   */
  static BackwardPart of(Collection<GraphOperation> fed, Collection<GraphOperation> ends) {
    Set<GraphOperation> ops = following(fed);
    return new BackwardPart(ops, List.copyOf(activations(ops, ends)));
  }

  /** Whether a tensor can only be computed when losses and gradients are fed. */
  boolean contains(Output<?> output) {
    return ops.contains((GraphOperation) output.op());
  }

  /** The tensors of the rest of the graph that this part takes. */
  List<Output<?>> activations() {
    return activations;
  }

  private static Set<GraphOperation> following(Collection<GraphOperation> fed) {
    Set<GraphOperation> ops = new HashSet<>();
    Deque<GraphOperation> left = new ArrayDeque<>(fed);
    while (!left.isEmpty()) {
      GraphOperation op = left.pop();
      if (ops.add(op)) {
        left.addAll(op.consumers());
        left.addAll(op.controlConsumers());
      }
    }
    return ops;
  }

  private static Set<Output<?>> activations(
      Set<GraphOperation> ops, Collection<GraphOperation> ends) {
    Set<Output<?>> activations = new LinkedHashSet<>();
    Set<GraphOperation> seen = new HashSet<>();
    Deque<GraphOperation> left = new ArrayDeque<>(ends);
    left.removeIf(op -> !ops.contains(op));
    while (!left.isEmpty()) {
      GraphOperation op = left.pop();
      if (!seen.add(op)) {
        continue;
      }
      for (Operand<?> input : op.inputs()) {
        GraphOperation producer = (GraphOperation) input.op();
        if (ops.contains(producer)) {
          left.push(producer);
        } else if (!LEFT_ALONE.contains(producer.type())) {
          activations.add(input.asOutput());
        }
      }
      op.controlInputs().stream().filter(ops::contains).forEach(left::push);
    }
    return activations;
  }
}
