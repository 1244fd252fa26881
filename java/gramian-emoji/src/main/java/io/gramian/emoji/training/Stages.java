package io.gramian.emoji.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The epochs of a training. Over each stage the learning rate rises and falls once; a training that
 * was prolonged has several.
 *
 * @param ends the last epoch of each stage, from 1, rising
 */
public record Stages(List<Integer> ends) {
  /** Checks the order. */
  public Stages {
    ends = List.copyOf(ends);
    for (int i = 0; i < ends.size(); i++) {
      if (ends.get(i) <= (i == 0 ? 0 : ends.get(i - 1))) {
        throw new IllegalArgumentException("stages end at rising epochs, got " + ends);
      }
    }
    if (ends.isEmpty()) {
      throw new IllegalArgumentException("a training has a stage");
    }
  }

  /** {@return a single stage} */
  public static Stages of(int epochs) {
    return new Stages(List.of(epochs));
  }

  /**
   * {@return what {@link #text} gave}
   *
   * @throws IllegalArgumentException if it did not
   */
  public static Stages parse(String text) {
    return new Stages(Stream.of(text.split(",", -1)).map(Integer::valueOf).toList());
  }

  /** {@return the ends, separated by commas} */
  public String text() {
    return ends.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /** {@return all epochs} */
  public int epochs() {
    return ends.getLast();
  }

  /** {@return these stages and one more} */
  public Stages prolonged(int epochs) {
    List<Integer> longer = new ArrayList<>(ends);
    longer.add(epochs);
    return new Stages(longer);
  }

  /**
   * {@return the share of its stage that is done after a step, above 0 and at most 1}
   *
   * @param step from 0, of all stages
   * @param stepsPerEpoch steps of an epoch
   */
  double progress(int step, int stepsPerEpoch) {
    int begin = 0;
    for (int end : ends) {
      if (step < end * stepsPerEpoch) {
        return (step - begin + 1.0) / (end * stepsPerEpoch - begin);
      }
      begin = end * stepsPerEpoch;
    }
    throw new IllegalArgumentException("step " + step + " is beyond " + epochs() + " epochs");
  }
}
