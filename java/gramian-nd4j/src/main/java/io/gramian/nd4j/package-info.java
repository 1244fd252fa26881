/**
 * Gramian on the arrays of ND4J and in the graphs of SameDiff. {@link io.gramian.nd4j.Nd4jBridge}
 * runs ops on arrays, {@link io.gramian.nd4j.SameDiffLoss} is a loss in a graph.
 */
package io.gramian.nd4j;
