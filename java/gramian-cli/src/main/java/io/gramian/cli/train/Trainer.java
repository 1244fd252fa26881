package io.gramian.cli.train;

import io.gramian.cli.emoji.EmojiSet;
import io.gramian.cli.emoji.Modality;
import io.gramian.cli.emoji.Split;
import io.gramian.cli.nn.AdamW;
import io.gramian.cli.nn.Chance;
import io.gramian.cli.nn.Head;
import io.gramian.cli.nn.Matrix;
import io.gramian.cli.nn.Parameter;
import io.gramian.cli.nn.Products;
import io.gramian.cli.nn.Trained;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Trains a head per modality on the emoji data set. One seed gives one result. */
public final class Trainer {
  private static final int HIDDEN = 512;
  private static final double DROPOUT = 0.3;
  private static final double PEAK_RATE = 1e-3;
  private static final float WEIGHT_DECAY = 0.05f;

  /** The share of all steps in which the learning rate rises, before it falls along a cosine. */
  private static final double WARM_UP = 0.1;

  /** Keys of the streams of random numbers. */
  private static final long HEADS = 1;

  private static final long ORDER = 2;

  private final TrainingOptions options;
  private final AlignmentLoss loss;
  private final Split split;
  private final List<Head> heads;
  private final List<Parameter> scalarParameters;
  private final AdamW optimiser;
  private final Products products;
  private final int totalSteps;
  private int step;

  /**
   * @param set the data
   * @param split which emoji are trained on
   * @param options what can be set
   * @param loss what to minimise; not closed
   * @param products how to multiply; not closed
   */
  public Trainer(
      EmojiSet set, Split split, TrainingOptions options, AlignmentLoss loss, Products products) {
    this.options = options;
    this.loss = loss;
    this.split = split;
    this.products = products;
    this.heads = new ArrayList<>();
    for (Modality modality : options.modalities()) {
      heads.add(
          new Head(
              modality.features(set, split),
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
    List<Trained> all = new ArrayList<>(scalarParameters);
    heads.forEach(head -> all.addAll(head.trained().values()));
    this.optimiser = new AdamW(all, WEIGHT_DECAY);
    this.totalSteps = options.epochs() * stepsPerEpoch();
  }

  /**
   * The number of batches in an epoch; samples that fill no batch wait for another epoch's order.
   *
   * @return 1 or more
   */
  public int stepsPerEpoch() {
    return split.train().length / options.batch();
  }

  /**
   * Trains for one epoch and measures.
   *
   * @param epoch 1 for the first
   * @param onStep told the loss after every batch
   * @return what was measured
   */
  public EpochReport epoch(int epoch, Consumer<Double> onStep) {
    long begin = System.nanoTime();
    int[] order = Split.shuffled(split.train().length, Chance.of(options.seed(), ORDER, epoch));
    double sum = 0;
    for (int s = 0; s < stepsPerEpoch(); s++) {
      int[] batch =
          Arrays.stream(order, s * options.batch(), (s + 1) * options.batch())
              .map(i -> split.train()[i])
              .toArray();
      double batchLoss = trainOn(batch);
      sum += batchLoss;
      onStep.accept(batchLoss);
    }
    double seconds = (System.nanoTime() - begin) * 1e-9;
    List<Matrix> embeddings = embed(split.heldOut());
    return new EpochReport(
        epoch,
        sum / stepsPerEpoch(),
        scalarValues(),
        Recall.of(loss.scores(embeddings)),
        pairRecalls(embeddings),
        seconds);
  }

  private double trainOn(int[] batch) {
    List<Matrix> embeddings = heads.stream().map(head -> head.forward(batch, step)).toList();
    Map<String, Double> scalars = scalarValues();
    AlignmentLoss.Gradients gradients = loss.evaluate(embeddings, scalars);
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
    double progress = (atStep + 1.0) / totalSteps;
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

  private Map<ModalityPair, Recall> pairRecalls(List<Matrix> embeddings) {
    Map<ModalityPair, Recall> recalls = new LinkedHashMap<>();
    List<UnitRows> units = embeddings.stream().map(UnitRows::of).toList();
    List<Modality> modalities = options.modalities();
    for (int q = 0; q < modalities.size(); q++) {
      for (int c = 0; c < modalities.size(); c++) {
        if (q != c) {
          recalls.put(
              new ModalityPair(modalities.get(q), modalities.get(c)),
              Recall.byCosine(units.get(q), units.get(c), products));
        }
      }
    }
    return recalls;
  }
}
