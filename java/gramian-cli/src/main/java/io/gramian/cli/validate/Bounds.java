package io.gramian.cli.validate;

import io.gramian.DType;

/**
 * The largest errors that are allowed, relative to the float64 reference on the same rounded
 * inputs.
 *
 * @param scores of losses and scores
 * @param gradients of gradients
 */
public record Bounds(double scores, double gradients) {
  /** The reference against golden data. */
  public static final Bounds GOLDEN = new Bounds(1e-10, 1e-9);

  private static final Bounds CPU = new Bounds(2e-6, 2e-5);
  private static final Bounds CUDA_F32 = new Bounds(1e-5, 1e-4);
  private static final Bounds CUDA_NARROW = new Bounds(1e-4, 5e-3);

  /**
   * The bounds of a backend.
   *
   * @param backend its name
   * @param dtype the element type of the inputs
   * @return the bounds
   */
  public static Bounds of(String backend, DType dtype) {
    return switch (backend) {
      case "cpu" -> CPU;
      case "reference" -> GOLDEN;
      default -> dtype == DType.F32 ? CUDA_F32 : CUDA_NARROW;
    };
  }
}
