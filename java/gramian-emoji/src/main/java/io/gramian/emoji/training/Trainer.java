package io.gramian.emoji.training;

import io.gramian.emoji.data.Modality;
import io.gramian.emoji.data.Split;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.heads.AdamW;
import io.gramian.emoji.heads.Chance;
import io.gramian.emoji.heads.Head;
import io.gramian.emoji.heads.Matrix;
import io.gramian.emoji.heads.Parameter;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.heads.Trained;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.LearnedScalar;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.measure.EpochReport;
import io.gramian.emoji.measure.HeldOut;
import io.gramian.emoji.measure.Measurement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Trains a head per modality on the emoji data set. One seed gives one result. */
public final class Trainer {
  private static final int HIDDEN = 512;
  private static final double DROPOUT = 0.3;
  private static final double PEAK_RATE = 1e-3;
  private static final float WEIGHT_DECAY = 0.05f;

  /**
   * The share of a stage's steps in which the learning rate rises, before it falls along a cosine.
   */
  private static final double WARM_UP = 0.1;

  /** The key of the stream of random numbers for the heads. */
  private static final long HEADS = 1;

  private final TrainingOptions options;
  private final AlignmentLoss loss;
  private final Split split;
  private final List<Head> heads;
  private final List<Parameter> scalarParameters;
  private final Map<String, Trained> trained = new LinkedHashMap<>();
  private final AdamW optimiser;
  private final Products products;
  private final Batches batches;
  private final MissingMembers missing;
  private final Stages stages;
  private int step;

  /**
   * A training in one stage.
   *
   * @param data the emoji
   * @param options what can be set
   * @param loss what to minimise; not closed
   * @param products how to multiply; not closed
   */
  public Trainer(
      TrainingData data, TrainingOptions options, AlignmentLoss loss, Products products) {
    this(data, options, Stages.of(options.epochs()), loss, products);
  }

  /**
   * A training that may have been prolonged.
   *
   * @param data the emoji
   * @param options what can be set
   * @param stages all epochs of the options
   * @param loss what to minimise; not closed
   * @param products how to multiply; not closed
   */
  public Trainer(
      TrainingData data,
      TrainingOptions options,
      Stages stages,
      AlignmentLoss loss,
      Products products) {
    this.options = options;
    this.stages = stages;
    this.loss = loss;
    this.split = data.split();
    this.products = products;
    this.batches = new Batches(data.split().train(), options, loss.matched(options.batch()));
    this.missing = new MissingMembers(options.missing(), options.others().size(), options.seed());
    this.heads = new ArrayList<>();
    for (Modality modality : options.modalities()) {
      heads.add(
          new Head(
              data.features(modality),
              HIDDEN,
              options.dimension(),
              DROPOUT,
              Chance.key(options.seed(), HEADS, modality.ordinal()),
              products));
    }
    this.scalarParameters =
        loss.scalars().stream()
            .map(s -> new Parameter(new float[] {(float) s.encode(s.start())}, false))
            .toList();
    for (int i = 0; i < scalarParameters.size(); i++) {
      trained.put("scalar." + loss.scalars().get(i).name(), scalarParameters.get(i));
    }
    for (int m = 0; m < heads.size(); m++) {
      String head = options.modalities().get(m).key();
      heads.get(m).trained().forEach((name, values) -> trained.put(head + "." + name, values));
    }
    this.optimiser = new AdamW(List.copyOf(trained.values()), WEIGHT_DECAY);
  }

  /**
   * The number of batches in an epoch; samples that fill no batch wait for another epoch's order.
   *
   * @return 1 or more
   */
  public int stepsPerEpoch() {
    return batches.perEpoch();
  }

  /**
   * Trains for one epoch and measures.
   *
   * @param epoch 1 for the first; in order
   * @param onStep told the loss after every batch
   * @return what was measured
   */
  public EpochReport epoch(int epoch, Consumer<Double> onStep) {
    long begin = System.nanoTime();
    double meanLoss = train(epoch, onStep);
    double seconds = (System.nanoTime() - begin) * 1e-9;
    return new EpochReport(epoch, meanLoss, scalarValues(), measure(), seconds);
  }

  /** Trains for one epoch and gives the mean loss of its batches. */
  public double train(int epoch, Consumer<Double> onStep) {
    double sum = 0;
    for (int[][] batch : batches.of(epoch)) {
      double batchLoss = trainOn(batch);
      sum += batchLoss;
      onStep.accept(batchLoss);
    }
    return sum / stepsPerEpoch();
  }

  /** What held-out emoji say of the training so far. */
  public Measurement measure() {
    return HeldOut.measure(options.modalities(), embed(split.heldOut()), loss, products);
  }

  /** One step: the samples of each modality, row by row. */
  private double trainOn(int[][] batch) {
    List<Matrix> embeddings = new ArrayList<>();
    for (int m = 0; m < heads.size(); m++) {
      embeddings.add(heads.get(m).forward(batch[m], step));
    }
    Map<String, Double> scalars = scalarValues();
    AlignmentLoss.Gradients gradients =
        loss.evaluate(embeddings, missing.present(batch[0]), scalars);
    for (int m = 0; m < heads.size(); m++) {
      heads.get(m).backward(gradients.embeddings().get(m));
    }
    for (int i = 0; i < scalarParameters.size(); i++) {
      LearnedScalar scalar = loss.scalars().get(i);
      double gradient = gradients.scalars().get(scalar.name());
      scalarParameters.get(i).gradient()[0] =
          (float) scalar.encodeGradient(scalars.get(scalar.name()), gradient);
    }
    optimiser.step(learningRate(step++));
    return gradients.loss();
  }

  private double learningRate(int atStep) {
    double progress = stages.progress(atStep, stepsPerEpoch());
    return progress < WARM_UP
        ? PEAK_RATE * progress / WARM_UP
        : PEAK_RATE * 0.5 * (1 + Math.cos(Math.PI * (progress - WARM_UP) / (1 - WARM_UP)));
  }

  /** The learned scalars; a trained number beyond its bounds is put back on them. */
  private Map<String, Double> scalarValues() {
    Map<String, Double> values = new LinkedHashMap<>();
    for (int i = 0; i < scalarParameters.size(); i++) {
      LearnedScalar scalar = loss.scalars().get(i);
      float[] number = scalarParameters.get(i).value();
      double value = scalar.decode(number[0]);
      number[0] = (float) scalar.encode(value);
      values.put(scalar.name(), value);
    }
    return values;
  }

  /**
   * The embeddings of some emoji, as trained so far.
   *
   * @param samples indices into the data set
   * @return [samples, dimension] of each modality in the order of the options
   */
  public List<Matrix> embed(int[] samples) {
    return heads.stream().map(head -> head.embed(samples)).toList();
  }

  /** The number of steps made so far. */
  public int steps() {
    return step;
  }

  /** All that {@link #restore} needs: the trained values with their moments, by name. */
  public Map<String, float[]> save() {
    Map<String, float[]> arrays = new TreeMap<>();
    trained.forEach(
        (name, values) ->
            values.save().forEach((part, array) -> arrays.put(name + "/" + part, array)));
    return arrays;
  }

  /**
   * Goes on where a training of the same options and stages stood: its epochs are the same to the
   * bit as without the interruption.
   *
   * @param steps of that training
   * @param arrays what it saved
   * @throws IllegalArgumentException if they do not fit
   */
  public void restore(int steps, Map<String, float[]> arrays) {
    if (steps < 0 || steps > stages.epochs() * stepsPerEpoch() || steps % stepsPerEpoch() != 0) {
      throw new IllegalArgumentException(steps + " steps do not end an epoch");
    }
    optimiser.resumeAfter(steps, this::learningRate);
    step = steps;
    trained.forEach((name, values) -> values.restore(under(name + "/", arrays)));
  }

  private static Map<String, float[]> under(String prefix, Map<String, float[]> arrays) {
    Map<String, float[]> parts = new LinkedHashMap<>();
    arrays.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            parts.put(name.substring(prefix.length()), array);
          }
        });
    return parts;
  }
}
