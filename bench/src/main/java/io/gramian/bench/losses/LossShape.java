package io.gramian.bench.losses;

/**
 * A loss and the sizes at which it is measured.
 *
 * @param op {@code contrastive}, {@code mmd}, {@code semantic-density} or {@code nt-xent}
 * @param batch samples; {@code nt-xent} has two views of each
 * @param modalities vectors of a sample, the anchor among them; used by {@code contrastive} only
 * @param dimension length of a vector
 */
public record LossShape(String op, int batch, int modalities, int dimension) {
  /** The same loss at other sizes. */
  public LossShape resized(int newBatch, int newDimension) {
    return new LossShape(op, newBatch, modalities, newDimension);
  }
}
