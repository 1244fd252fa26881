package io.gramian.emoji.measure;

import java.util.Map;

/**
 * What was measured after an epoch.
 *
 * @param epoch 1 for the first
 * @param loss the mean loss of its batches
 * @param scalars the learned scalars
 * @param heldOut what held-out samples say
 * @param seconds the time of the epoch's training steps
 */
public record EpochReport(
    int epoch, double loss, Map<String, Double> scalars, Measurement heldOut, double seconds) {

  /**
   * Recall of tuples by their anchors.
   *
   * @return by the trained similarity
   */
  public Recall anchorToTuple() {
    return heldOut.anchorToTuple();
  }

  /**
   * Recall of each modality by each other.
   *
   * @return by cosine
   */
  public Map<ModalityPair, Recall> pairs() {
    return heldOut.pairs();
  }
}
