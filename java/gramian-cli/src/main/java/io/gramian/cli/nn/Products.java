package io.gramian.cli.nn;

import io.gramian.Device;
import io.gramian.op.SimilarityMatrix;

/** Matrix products for the training heads. */
public interface Products extends AutoCloseable {
  /**
   * The products of a device: its engine's where it has one, else those of plain Java.
   *
   * @param device where to compute
   * @return products; close them before the device
   */
  static Products on(Device device) {
    boolean engine =
        device.place().isHost()
            && !device.backend().equals("reference")
            && device.supportedOps().contains(SimilarityMatrix.class);
    return engine ? new EngineProducts(device) : new PlainProducts();
  }

  /** {@code out += a b}, shapes [m, k], [k, n], [m, n]. */
  void addProduct(Matrix a, Matrix b, Matrix out);

  /** {@code out += a^T b}, shapes [k, m], [k, n], [m, n]. */
  void addTransposedProduct(Matrix a, Matrix b, Matrix out);

  /** {@code out += a b^T}, shapes [m, k], [n, k], [m, n]. */
  void addProductTransposed(Matrix a, Matrix b, Matrix out);

  @Override
  void close();
}
