package io.gramian.emoji.measure;

import java.util.Map;

/**
 * What held-out samples say of a training.
 *
 * @param anchorToTuple recall of tuples by their anchors, by the trained similarity
 * @param tupleToAnchor recall of anchors by their tuples, by the trained similarity
 * @param pairs recall of each modality by each other, by cosine
 * @param cosines the mean cosine of matching pairs, of each modality with each other
 */
public record Measurement(
    Recall anchorToTuple,
    Recall tupleToAnchor,
    Map<ModalityPair, Recall> pairs,
    Map<ModalityPair, Double> cosines) {}
