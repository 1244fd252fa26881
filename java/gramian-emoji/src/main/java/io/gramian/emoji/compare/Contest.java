package io.gramian.emoji.compare;

import io.gramian.Device;
import io.gramian.emoji.data.TrainingData;
import io.gramian.emoji.heads.Products;
import io.gramian.emoji.losses.AlignmentLoss;
import io.gramian.emoji.losses.TrainingOptions;
import io.gramian.emoji.training.EpochProgress;
import io.gramian.emoji.training.Trainer;
import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Trains contenders, each with several seeds. */
public final class Contest {
  private final List<Contender> contenders;
  private final Function<Contender, TrainingData> data;
  private final int seeds;

  /**
   * @param contenders to train
   * @param data of each
   * @param seeds trainings of each
   */
  public Contest(List<Contender> contenders, Function<Contender, TrainingData> data, int seeds) {
    this.contenders = List.copyOf(contenders);
    this.data = data;
    this.seeds = seeds;
  }

  /** The ops that the losses run. */
  public List<Class<? extends Op>> ops() {
    List<Class<? extends Op>> ops = new ArrayList<>();
    contenders.forEach(contender -> ops.addAll(contender.loss().ops()));
    return ops;
  }

  /**
   * Trains all.
   *
   * @param device where losses are computed
   * @param done told of a contender after its last training
   */
  public void run(Device device, Consumer<Contender> done) {
    int longest = contenders.stream().mapToInt(c -> c.options().epochs()).max().orElse(1);
    EpochProgress.Course course =
        new EpochProgress.Course("training", contenders.size() * seeds, longest);
    int number = 0;
    for (Contender contender : contenders) {
      TrainingData own = data.apply(contender);
      for (int training = 0; training < seeds; training++) {
        try (EpochProgress progress = course.start(++number, " " + contender.name())) {
          contender.trainings().add(train(contender, own, training, device, progress));
        }
      }
      done.accept(contender);
    }
  }

  private static Outcome train(
      Contender contender, TrainingData data, int training, Device device, EpochProgress progress) {
    TrainingOptions options = contender.options(training);
    long begin = System.nanoTime();
    try (AlignmentLoss loss = contender.loss().open(device, options);
        Products products = new Products()) {
      Trainer trainer = new Trainer(data, options, loss, products);
      for (int epoch = 1; epoch <= options.epochs(); epoch++) {
        double mean = trainer.train(epoch, step -> {});
        progress.accept(mean);
      }
      return new Outcome(
          options.seed(),
          options.epochs(),
          (System.nanoTime() - begin) * 1e-9,
          contender.loss().temperatures(options),
          trainer.measure());
    }
  }
}
