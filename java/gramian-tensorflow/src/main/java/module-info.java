/** Gramian on the tensors and in the graphs of TensorFlow-Java. */
module io.gramian.tensorflow {
  requires transitive io.gramian;
  requires transitive tensorflow;

  exports io.gramian.tensorflow;
}
