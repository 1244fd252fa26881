package io.gramian.tensorflow;

import java.util.List;
import org.tensorflow.Result;
import org.tensorflow.Tensor;

/** What a {@link TrainingStep} has computed. Closing it closes the fetched tensors. */
public final class Outcome implements AutoCloseable {
  private final double[] losses;
  private final List<Tensor> fetched;
  private final List<Result> owners;

  Outcome(double[] losses, List<Tensor> fetched, List<Result> owners) {
    this.losses = losses;
    this.fetched = List.copyOf(fetched);
    this.owners = owners;
  }

  /** {@return the loss of each node, in the order in which the step was given them} */
  public double[] losses() {
    return losses.clone();
  }

  /**
   * {@return the tensor fetched as number {@code index}, from 0}
   *
   * @param index of the tensor among those fetched, from 0
   */
  public Tensor fetched(int index) {
    return fetched.get(index);
  }

  @Override
  public void close() {
    owners.forEach(Result::close);
  }
}
