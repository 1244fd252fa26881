/** A program that uses Gramian with TensorFlow-Java. */
module app {
  requires io.gramian.tensorflow;
}
