package io.gramian.nd4j;

import io.gramian.op.Loss;
import io.gramian.op.Names;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nd4j.autodiff.listeners.At;
import org.nd4j.autodiff.listeners.BaseListener;
import org.nd4j.autodiff.listeners.Operation;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.internal.SameDiffOp;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Computes a {@link SameDiffLoss} while its graph is run: collects what the op reads and where the
 * gradients go, and writes gradients and loss as soon as all are there.
 */
final class LossListener extends BaseListener {
  /** What one execution of the graph has reached. */
  private static final class Progress {
    final Map<String, INDArray> inputs = new LinkedHashMap<>();
    final Map<String, INDArray> gradients = new LinkedHashMap<>();
    final List<INDArray> copies = new ArrayList<>();
    double loss;

    void clear() {
      inputs.clear();
      gradients.clear();
      copies.forEach(INDArray::close);
      copies.clear();
    }
  }

  private final Nd4jBridge bridge;
  private final Loss op;
  private final Set<String> differentiable;
  private final Map<String, String> inputsByVariable = new HashMap<>();
  private final String value;
  private final String correction;
  // A graph may be run by several threads, each of which runs all ops of its execution.
  private final ThreadLocal<Progress> progress = ThreadLocal.withInitial(Progress::new);

  /**
   * A listener of a loss.
   *
   * @param name of the loss in the graph
   * @param inputs what the op reads
   */
  LossListener(
      Nd4jBridge bridge,
      String name,
      Loss op,
      Collection<String> differentiable,
      Collection<String> inputs) {
    this.bridge = bridge;
    this.op = op;
    this.differentiable = Set.copyOf(differentiable);
    this.value = name + "_value";
    this.correction = name + "_correction";
    for (String input : inputs) {
      inputsByVariable.put(name + "_" + Names.gradient(input), input);
    }
  }

  @Override
  public boolean isActive(Operation operation) {
    return true;
  }

  /** Forgets an execution that was broken off. */
  @Override
  public void operationStart(SameDiff graph, Operation operation) {
    progress.get().clear();
  }

  @Override
  public void opExecution(
      SameDiff graph,
      At at,
      MultiDataSet batch,
      SameDiffOp executed,
      OpContext context,
      INDArray[] outputs) {
    List<String> names = executed.getOutputsOfOp();
    if (names == null || names.size() != 1) {
      return;
    }
    String variable = names.get(0);
    String input = inputsByVariable.get(variable);
    if (input != null) {
      collect(input, context.getInputArray(0), outputs[0]);
    } else if (variable.equals(value)) {
      outputs[0].assign(progress.get().loss);
    } else if (variable.equals(correction)) {
      outputs[0].assign(context.getInputArray(0));
    }
  }

  private void collect(String input, INDArray array, INDArray gradient) {
    Progress current = progress.get();
    if (differentiable.contains(input)) {
      current.inputs.put(input, array);
      current.gradients.put(Names.gradient(input), gradient);
    } else {
      // Labels and masks: the graph may free them before the loss is computed.
      INDArray copy = array.dup('c');
      current.copies.add(copy);
      current.inputs.put(input, copy);
    }
    if (current.inputs.size() == inputsByVariable.size()) {
      try {
        current.loss = bridge.backward(op, current.inputs, current.gradients);
      } finally {
        current.clear();
      }
    }
  }
}
