package io.gramian.spi;

import io.gramian.Device;
import io.gramian.PlanOptions;
import io.gramian.Specs;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Op;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Which ops a backend implements and how an executor of each is made. Immutable. */
public final class OpTable {
  /**
   * Makes an executor for an op on a device.
   *
   * @param <D> class of the devices
   * @param <O> class of the op
   */
  @FunctionalInterface
  public interface Factory<D extends Device, O extends Op> {
    /**
     * Prepares the op; the specs have been checked.
     *
     * @param device where to compute
     * @param op what to compute
     * @param inputs specs of the inputs
     * @param outputs specs of the outputs
     * @param options how to plan it
     * @return the executor
     */
    Executor create(D device, O op, Specs inputs, Specs outputs, PlanOptions options);
  }

  /**
   * Makes an executor of a rank's part of an op on a device.
   *
   * @param <D> class of the devices
   * @param <O> class of the op
   */
  @FunctionalInterface
  public interface Divider<D extends Device, O extends Op> {
    /**
     * Prepares the op; the specs have been checked.
     *
     * @param device where to compute
     * @param op what to compute
     * @param inputs specs of the inputs
     * @param outputs specs of the outputs
     * @param options how to plan it
     * @param shard this rank's part of the batch
     * @return the executor
     */
    Executor create(D device, O op, Specs inputs, Specs outputs, PlanOptions options, Shard shard);
  }

  private final Map<Class<? extends Op>, Factory<Device, Op>> factories;
  private final Map<Class<? extends Op>, Divider<Device, Op>> dividers;

  private OpTable(
      Map<Class<? extends Op>, Factory<Device, Op>> factories,
      Map<Class<? extends Op>, Divider<Device, Op>> dividers) {
    this.factories = Map.copyOf(factories);
    this.dividers = Map.copyOf(dividers);
  }

  /**
   * Starts a table for devices of one class.
   *
   * @param <D> class of the devices
   * @param deviceType class of the devices
   * @return a builder without ops
   */
  public static <D extends Device> Builder<D> builder(Class<D> deviceType) {
    return new Builder<>(deviceType);
  }

  /** {@return the ops in the table} */
  public Set<Class<? extends Op>> ops() {
    return factories.keySet();
  }

  /**
   * Makes the executor of an op.
   *
   * @param device where to compute
   * @param op what to compute
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @param options how to plan it
   * @return the executor
   * @throws UnsupportedOpException if the op is not in the table
   */
  public Executor executor(Device device, Op op, Specs inputs, Specs outputs, PlanOptions options) {
    Factory<Device, Op> factory = factories.get(op.getClass());
    if (factory == null) {
      throw new UnsupportedOpException(
          "backend "
              + device.backend()
              + " does not implement op '"
              + op.name()
              + "'; it implements "
              + ops().stream().map(Class::getSimpleName).sorted().toList());
    }
    return factory.create(device, op, inputs, outputs, options);
  }

  /**
   * {@return whether an op is divided between ranks}
   *
   * @param op what to compute
   */
  public boolean divides(Op op) {
    return dividers.containsKey(op.getClass());
  }

  /**
   * Makes the executor of a rank's part of an op that is divided.
   *
   * @param device where to compute
   * @param op what to compute
   * @param inputs specs of the inputs
   * @param outputs specs of the outputs
   * @param options how to plan it
   * @param shard this rank's part of the batch
   * @return the executor of the part
   */
  public Executor dividedExecutor(
      Device device, Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
    return dividers.get(op.getClass()).create(device, op, inputs, outputs, options, shard);
  }

  /**
   * Collects the entries of a table.
   *
   * @param <D> class of the devices
   */
  public static final class Builder<D extends Device> {
    private final Class<D> deviceType;
    private final Map<Class<? extends Op>, Factory<Device, Op>> factories = new LinkedHashMap<>();
    private final Map<Class<? extends Op>, Divider<Device, Op>> dividers = new LinkedHashMap<>();

    private Builder(Class<D> deviceType) {
      this.deviceType = deviceType;
    }

    /**
     * Adds an op.
     *
     * @param <O> class of the op
     * @param opType class of the op
     * @param factory makes its executor
     * @return this
     */
    public <O extends Op> Builder<D> add(Class<O> opType, Factory<D, O> factory) {
      factories.put(
          opType,
          (device, op, inputs, outputs, options) ->
              factory.create(deviceType.cast(device), opType.cast(op), inputs, outputs, options));
      return this;
    }

    /**
     * Has an op of the table divided between ranks.
     *
     * @param <O> class of the op
     * @param opType class of the op
     * @param divider makes the executor of a rank's part
     * @return this
     */
    public <O extends Op> Builder<D> divide(Class<O> opType, Divider<D, O> divider) {
      dividers.put(
          opType,
          (device, op, inputs, outputs, options, shard) ->
              divider.create(
                  deviceType.cast(device), opType.cast(op), inputs, outputs, options, shard));
      return this;
    }

    /** {@return the finished table} */
    public OpTable build() {
      return new OpTable(factories, dividers);
    }
  }
}
