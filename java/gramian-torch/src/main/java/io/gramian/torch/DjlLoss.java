package io.gramian.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.op.Loss;
import io.gramian.op.Modalities;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A loss of Gramian as one of DJL: give it to a {@code TrainingConfig}, train with {@code
 * EasyTrain.fit}, or add it to a {@code SimpleCompositeLoss}. What the model predicts are the
 * inputs of the loss, in order.
 *
 * <p>The loss of a batch is that of its tuples against one another, so the batch size matters.
 * {@code EasyTrain} wants at least one array of labels in every batch, whether the loss reads it or
 * not.
 */
public final class DjlLoss extends ai.djl.training.loss.Loss {
  private final DjlBridge bridge;
  private final Loss loss;
  private final List<String> predictions;
  private final List<String> labels;

  /**
   * A loss over anchors and tuples: the model predicts the anchors and then each modality of the
   * tuples. Labels are not read.
   *
   * @param bridge stays the caller's, and must be open as long as this is used
   * @param loss what to compute
   */
  public DjlLoss(DjlBridge bridge, Loss loss) {
    this(bridge, loss, null, List.of());
  }

  /**
   * A loss whose inputs are named.
   *
   * @param bridge stays the caller's, and must be open as long as this is used
   * @param loss what to compute
   * @param predictions names of what the model predicts, in order; a scalar such as {@code
   *     temperature} may be among them
   * @param labels names of the first arrays of labels, for instance {@code labels} or {@code
   *     present}; further ones are not read
   */
  public DjlLoss(DjlBridge bridge, Loss loss, List<String> predictions, List<String> labels) {
    super(ParameterException.requireNonNull(loss, "a loss").name());
    this.bridge = ParameterException.requireNonNull(bridge, "a bridge");
    this.loss = loss;
    this.predictions = predictions == null ? null : List.copyOf(predictions);
    this.labels = List.copyOf(ParameterException.requireNonNull(labels, "names of labels"));
  }

  /**
   * The loss, a scalar that autograd can go on with; a constant where no prediction requires a
   * gradient.
   *
   * @throws ShapeException if the arrays do not fit the loss
   */
  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    return bridge.value(loss, named(labels, predictions));
  }

  /** Adds up the loss alone: nobody asks for gradients here. */
  @Override
  public void updateAccumulators(String[] keys, NDList labels, NDList predictions) {
    NDList constants = new NDList();
    try {
      predictions.forEach(prediction -> constants.add(prediction.stopGradient()));
      super.updateAccumulators(keys, labels, constants);
    } finally {
      constants.close();
    }
  }

  private Map<String, NDArray> named(NDList given, NDList predicted) {
    List<String> names =
        predictions == null ? Modalities.names(Math.max(predicted.size(), 1)) : predictions;
    Map<String, NDArray> inputs = new LinkedHashMap<>();
    if (predicted.size() != names.size()) {
      throw new ShapeException(
          loss.name() + ": expected predictions " + names + ", got " + predicted.size());
    }
    if (given.size() < labels.size()) {
      throw new ShapeException(
          loss.name() + ": expected labels " + labels + ", got " + given.size());
    }
    for (int i = 0; i < names.size(); i++) {
      inputs.put(names.get(i), predicted.get(i));
    }
    for (int i = 0; i < labels.size(); i++) {
      inputs.put(labels.get(i), given.get(i));
    }
    return inputs;
  }
}
