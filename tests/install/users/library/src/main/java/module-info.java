/** A program that uses Gramian. */
module app {
  requires io.gramian;
}
