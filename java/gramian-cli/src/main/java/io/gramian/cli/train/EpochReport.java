package io.gramian.cli.train;

import java.util.Map;

/**
 * What was measured after an epoch.
 *
 * @param epoch 1 for the first
 * @param loss the mean loss of its batches
 * @param scalars the learned scalars
 * @param anchorToTuple held-out recall of anchors against tuples, by the trained similarity
 * @param pairs held-out recall of each modality by each other, by cosine
 * @param seconds the time of the epoch's training steps
 */
public record EpochReport(
    int epoch,
    double loss,
    Map<String, Double> scalars,
    Recall anchorToTuple,
    Map<ModalityPair, Recall> pairs,
    double seconds) {}
