package io.gramian;

import java.util.function.LongFunction;

/**
 * How a plan runs.
 *
 * @param accumulate add gradients to what the caller's buffers hold instead of overwriting them
 * @param checkFinite look for NaN and infinity in the inputs before every run; waits for the device
 * @param strict have tensor cores multiply more bits: 24 of f32 inputs, where 22 serve in scores
 *     and 16 in gradients otherwise, and of weights 16 or 24 where 8 or 16 serve. Gradients of rows
 *     are several times more exact then, for up to twice the products; says nothing to other
 *     backends
 * @param workspace called once at planning with the bytes that a run needs, returns memory of the
 *     device's place of at least that size, which stays the caller's; null to let the plan own it
 * @param collective the rank of this process in a batch that ranks share; null where there are no
 *     others, see {@link #collective(Collective)}
 */
public record PlanOptions(
    boolean accumulate,
    boolean checkFinite,
    boolean strict,
    LongFunction<Tensor> workspace,
    Collective collective) {
  /**
   * Overwrite, no checks, own workspace.
   *
   * @return options that overwrite, check nothing and own the workspace
   */
  public static PlanOptions defaults() {
    return new PlanOptions(false, false, false, null, null);
  }

  /**
   * {@return a copy with {@code accumulate} set}
   *
   * @param value add gradients to what the caller's buffers hold instead of overwriting them
   */
  public PlanOptions accumulate(boolean value) {
    return new PlanOptions(value, checkFinite, strict, workspace, collective);
  }

  /**
   * {@return a copy with {@code checkFinite} set}
   *
   * @param value look for NaN and infinity in the inputs before every run; waits for the device
   */
  public PlanOptions checkFinite(boolean value) {
    return new PlanOptions(accumulate, value, strict, workspace, collective);
  }

  /**
   * {@return a copy with {@code strict} set}
   *
   * @param value have tensor cores multiply more bits, see {@link PlanOptions}
   */
  public PlanOptions strict(boolean value) {
    return new PlanOptions(accumulate, checkFinite, value, workspace, collective);
  }

  /**
   * {@return a copy whose workspace is the caller's}
   *
   * @param value called once at planning with the bytes that a run needs, returns memory of the
   *     device's place of at least that size, which stays the caller's; null to let the plan own it
   */
  public PlanOptions workspace(LongFunction<Tensor> value) {
    return new PlanOptions(accumulate, checkFinite, strict, value, collective);
  }

  /**
   * {@return a copy whose batch is that of all ranks of a group, each of which has a shard of it}
   * Shards may differ in size; the batch has them in the order of the ranks, and labels count its
   * tuples. Every rank makes the plan, and every run of it, at the same time; both wait for the
   * others. The ranks compare what they planned: op, names, element types and sizes.
   *
   * <p>Results are those of the whole batch, the same on every rank; rows of results, and gradients
   * of rows, are those of the rank's own shard. Gradients are those of the loss of the whole batch:
   * add up over the ranks what a parameter of an encoder gets from the rows of each, and take the
   * gradient of a temperature, scale or bias as it is, from any one rank. Such inputs must be equal
   * on all ranks.
   *
   * @param value the rank of this process in a batch that ranks share; null where there are no
   *     others, see {@link #collective(Collective)}
   * @throws CollectiveException when planning or running, on every rank, where ranks disagree or
   *     one is late or gone
   */
  public PlanOptions collective(Collective value) {
    return new PlanOptions(accumulate, checkFinite, strict, workspace, value);
  }
}
