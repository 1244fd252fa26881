package io.gramian.kernels.compiler;

/**
 * What a build did.
 *
 * @param compiled number of images compiled
 * @param cached number of images taken from the cache
 */
public record BuildSummary(int compiled, int cached) {
  @Override
  public String toString() {
    return compiled + " compiled, " + cached + " from the cache";
  }
}
