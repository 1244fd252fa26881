package io.gramian.cuda.op;

import io.gramian.Bindings;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import io.gramian.cuda.abi.ElementType;
import io.gramian.cuda.device.CudaDevice;
import io.gramian.cuda.device.CudaExecutor;
import io.gramian.cuda.device.LaunchList;
import io.gramian.cuda.device.Scratch;
import io.gramian.cuda.nway.NwayTuples;
import io.gramian.cuda.nway.ProductLoss;
import io.gramian.cuda.nway.TupleBox;
import io.gramian.op.Contrastive;
import io.gramian.op.Objective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link Contrastive} with negatives = product over three modalities or more on CUDA. Scores are
 * made box by box in a piece of the workspace of bounded size, once for the loss and, where there
 * is more than one box, once more for the gradients.
 */
final class ProductCuda extends CudaExecutor {
  /** Scores of a box: 32 MiB, which stay in the second-level cache of a large device. */
  private static final long BOX_SCORES = 1L << 23;

  private static final long MOST_TUPLES = 1L << 42;

  private final LaunchList launches = new LaunchList();
  private final Scratch scratch = new Scratch();
  private final String[] modalities;
  private final String[] gradients;
  private final List<TupleBox> boxes;
  private final List<long[]> strides;
  private final long scoresAt;
  private final NwayTuples tuples;
  private final ProductLoss loss;
  private final boolean ofTemperature;

  ProductCuda(CudaDevice device, Contrastive op, Specs inputs, Specs outputs, PlanOptions options) {
    this(device, op, inputs, outputs, options, BOX_SCORES);
  }

  /**
   * With boxes of another size.
   *
   * @param boxScores the most scores of a box, where a row of the last modality has no more
   */
  ProductCuda(
      CudaDevice device,
      Contrastive op,
      Specs inputs,
      Specs outputs,
      PlanOptions options,
      long boxScores) {
    super(device);
    long batch = op.check(inputs, outputs).get("B");
    int n = inputs.numbered("modality").size() + 1;
    modalities = new String[n];
    gradients = new String[n];
    List<TensorSpec> specs = new ArrayList<>();
    List<TensorSpec> gradSpecs = new ArrayList<>();
    for (int p = 0; p < n; p++) {
      modalities[p] = p == 0 ? "anchor" : "modality" + p;
      gradients[p] = "grad_" + modalities[p];
      requireType(op.name(), inputs, modalities[p], DATA_TYPES);
      requireType(op.name(), outputs, gradients[p], DATA_TYPES);
      specs.add(inputs.get(modalities[p]));
      gradSpecs.add(outputs.find(gradients[p]));
    }
    requireType(op.name(), inputs, "temperature", SCALAR_TYPES);
    requireType(op.name(), inputs, "grad_loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "loss", SCALAR_TYPES);
    requireType(op.name(), outputs, "grad_temperature", SCALAR_TYPES);
    ofTemperature = outputs.has("grad_temperature");
    int[] rows = new int[n];
    NwayTuples.requireModalities(op.name(), n);
    Arrays.fill(rows, checkedRows(op.name(), batch, n));
    boxes = TupleBox.cut(rows, boxScores);
    strides = boxes.stream().map(TupleBox::strides).toList();
    TupleBox first = boxes.getFirst();
    try {
      tuples =
          NwayTuples.of(
              device,
              op.name(),
              op.similarity(),
              op.normalize(),
              specs,
              gradSpecs,
              first,
              options.accumulate(),
              scratch,
              launches);
      scoresAt = scratch.words(first.tuples());
      loss = new ProductLoss(device, n, rows[0], first, scratch, launches);
      loss.prepare(
          ((Objective.InfoNce) op.objective()).temperature(),
          inputs.find("temperature"),
          inputs.find("grad_loss"),
          outputs.find("loss"),
          outputs.find("grad_temperature"),
          options.accumulate());
    } catch (RuntimeException e) {
      launches.close();
      throw e;
    }
  }

  /** All index tuples take their time, and a plan holds all boxes. */
  private static int checkedRows(String op, long batch, int n) {
    double tuples = Math.pow(batch, n);
    if (tuples > MOST_TUPLES) {
      throw new ShapeException(
          op
              + ": negatives = product over "
              + n
              + " modalities of B = "
              + batch
              + " has "
              + String.format("%.1e", tuples)
              + " index tuples; expected at most 2^42 = 4.4e12");
    }
    return (int) batch;
  }

  @Override
  public long workspaceBytes() {
    return scratch.bytes();
  }

  @Override
  public void enqueue(long stream, Bindings inputs, Bindings outputs, long workspace) {
    tuples.bind(workspace);
    for (int p = 0; p < modalities.length; p++) {
      tuples.bind(p, inputs.get(modalities[p]).address(), address(outputs.find(gradients[p])));
    }
    long scores = workspace + scoresAt;
    loss.bind(
        workspace,
        scores,
        inputs.find("temperature"),
        inputs.find("grad_loss"),
        address(outputs.find("loss")),
        address(outputs.find("grad_temperature")));
    tuples.begin(stream);
    loss.begin(stream, workspace);
    for (int box = 0; box < boxes.size(); box++) {
      tuples.scores(stream, boxes.get(box), scores, strides.get(box));
      loss.add(stream, boxes.get(box));
    }
    loss.finish(stream);
    if (ofTemperature || tuples.wantsGradients()) {
      backward(stream, scores);
    }
  }

  private void backward(long stream, long scores) {
    boolean ofRows = tuples.wantsGradients();
    if (ofRows) {
      tuples.clear(stream);
    }
    for (int box = 0; box < boxes.size(); box++) {
      boolean areNew = boxes.size() > 1;
      if (areNew) {
        tuples.scores(stream, boxes.get(box), scores, strides.get(box));
      }
      loss.weigh(stream, boxes.get(box), areNew);
      if (ofRows) {
        tuples.backward(stream, boxes.get(box), scores, ElementType.FLOAT32, strides.get(box));
      }
    }
    if (ofRows) {
      tuples.finish(stream);
    }
    if (ofTemperature) {
      loss.finishWeights(stream);
    }
  }

  @Override
  public void free() {
    launches.close();
  }
}
