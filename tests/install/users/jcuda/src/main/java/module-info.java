/** A program that uses Gramian with jcuda. */
module app {
  requires io.gramian.jcuda;
  requires jcuda;
}
