package io.gramian;

import java.util.function.LongFunction;

/**
 * How a plan runs.
 *
 * @param accumulate add gradients to what the caller's buffers hold instead of overwriting them
 * @param checkFinite look for NaN and infinity in the inputs before every run; waits for the device
 * @param strict keep all 24 bits of f32 inputs in the products of tensor cores, where 16 of them
 *     serve otherwise, and more bits of weights for all element types, at up to twice the time;
 *     says nothing to other backends
 * @param workspace called once at planning with the bytes that a run needs, returns memory of the
 *     device's place of at least that size, which stays the caller's; null to let the plan own it
 */
public record PlanOptions(
    boolean accumulate, boolean checkFinite, boolean strict, LongFunction<Tensor> workspace) {
  /** Overwrite, no checks, own workspace. */
  public static PlanOptions defaults() {
    return new PlanOptions(false, false, false, null);
  }

  /** A copy with {@code accumulate} set. */
  public PlanOptions accumulate(boolean value) {
    return new PlanOptions(value, checkFinite, strict, workspace);
  }

  /** A copy with {@code checkFinite} set. */
  public PlanOptions checkFinite(boolean value) {
    return new PlanOptions(accumulate, value, strict, workspace);
  }

  /** A copy with {@code strict} set. */
  public PlanOptions strict(boolean value) {
    return new PlanOptions(accumulate, checkFinite, value, workspace);
  }

  /** A copy whose workspace is the caller's. */
  public PlanOptions workspace(LongFunction<Tensor> value) {
    return new PlanOptions(accumulate, checkFinite, strict, value);
  }
}
