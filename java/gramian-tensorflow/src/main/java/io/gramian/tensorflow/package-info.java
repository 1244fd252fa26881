/**
 * Gramian on the tensors and in the graphs of TensorFlow-Java. {@link
 * io.gramian.tensorflow.TensorFlowBridge} runs ops on tensors, {@link
 * io.gramian.tensorflow.LossNode} is a loss in a graph, with a registered custom gradient, and
 * {@link io.gramian.tensorflow.TrainingStep} trains such a graph.
 */
package io.gramian.tensorflow;
