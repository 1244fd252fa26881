package io.gramian;

import io.gramian.op.Op;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An op planned for tensors in host memory, for instance views of Java arrays, on any device. Each
 * {@link #run} reads the inputs as they are then, computes, and leaves the results in host memory.
 * On a device with memory of its own the copies of inputs and outputs there are made once.
 *
 * <p>Not thread-safe, like {@link Plan}.
 */
public final class HostPlan implements AutoCloseable {
  private final List<Tensor> owned = new ArrayList<>();
  private final Bindings given;
  private final Bindings inputs;
  private final Bindings outputs;
  private final Bindings results;
  private final Plan plan;

  private HostPlan(
      Op op, Device device, Bindings given, Collection<String> names, PlanOptions options) {
    this.given = given;
    Specs specs = op.signature(given.specs()).outputs(given.specs(), names, device.resultType());
    Map<String, Tensor> host = new LinkedHashMap<>();
    specs.asMap().forEach((name, spec) -> host.put(name, Tensor.zeros(spec)));
    this.results = Bindings.of(host);
    try {
      this.inputs = onDevice(device, given);
      this.outputs = onDevice(device, results);
      copy(results, outputs); // gradients may be accumulated
      this.plan = op.plan(device, inputs.specs(), specs, options);
    } catch (RuntimeException | Error e) {
      closeOwned(e);
      throw e;
    }
  }

  /**
   * Plans an op; see {@link Op#hostPlan}.
   *
   * @param op what to compute
   * @param device where to compute
   * @param inputs tensors in host memory or at the device's place, by name
   * @param outputs names of the outputs to compute
   * @param options how to plan it
   * @return the plan, to be closed
   * @throws ShapeException if an input does not fit the op
   */
  public static HostPlan of(
      Op op, Device device, Bindings inputs, Collection<String> outputs, PlanOptions options) {
    ParameterException.requireNonNull(op, "an op");
    ParameterException.requireNonNull(device, "a device");
    ParameterException.requireNonNull(inputs, "inputs");
    ParameterException.requireNonNull(outputs, "names of outputs");
    ParameterException.requireNonNull(options, "options");
    return new HostPlan(op, device, inputs, outputs, options);
  }

  /** {@return the plan on the device} */
  public Plan plan() {
    return plan;
  }

  /**
   * Computes the outputs from what the inputs hold now, and waits for them.
   *
   * @return packed tensors of host memory: {@code i32} for indices, {@link Device#resultType} for
   *     all else; the same ones each time, overwritten by the next run
   */
  public Bindings run() {
    copy(given, inputs);
    plan.run(inputs, outputs);
    copy(outputs, results);
    return results;
  }

  /** Frees the plan and the copies on the device; results stay. */
  @Override
  public void close() {
    List<Runnable> closers = new ArrayList<>(List.of(plan::close));
    owned.forEach(tensor -> closers.add(tensor::close));
    CloseAll.of(closers);
  }

  /** Frees the copies on the device after a failure. */
  private void closeOwned(Throwable failure) {
    try {
      CloseAll.of(owned.stream().map(tensor -> (Runnable) tensor::close).toList());
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /** Tensors at the device's place: those given where they are there, else new ones. */
  private Bindings onDevice(Device device, Bindings tensors) {
    Map<String, Tensor> there = new LinkedHashMap<>();
    tensors
        .asMap()
        .forEach(
            (name, tensor) ->
                there.put(
                    name,
                    tensor.place().equals(device.place()) ? tensor : allocate(device, tensor)));
    return Bindings.of(there);
  }

  private Tensor allocate(Device device, Tensor like) {
    Tensor tensor = device.allocate(like.spec().as(like.dtype()));
    owned.add(tensor);
    return tensor;
  }

  private static void copy(Bindings from, Bindings to) {
    for (Map.Entry<String, Tensor> entry : from.asMap().entrySet()) {
      Tensor target = to.get(entry.getKey());
      if (target != entry.getValue()) {
        target.copyFrom(entry.getValue());
      }
    }
  }
}
