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
  /** Makes an executor for an op on a device. */
  @FunctionalInterface
  public interface Factory<D extends Device, O extends Op> {
    /** Prepares the op; the specs have been checked. */
    Executor create(D device, O op, Specs inputs, Specs outputs, PlanOptions options);
  }

  /** Makes an executor of a rank's part of an op on a device. */
  @FunctionalInterface
  public interface Divider<D extends Device, O extends Op> {
    /** Prepares the op; the specs have been checked. */
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

  /** Starts a table for devices of one class. */
  public static <D extends Device> Builder<D> builder(Class<D> deviceType) {
    return new Builder<>(deviceType);
  }

  /** The ops in the table. */
  public Set<Class<? extends Op>> ops() {
    return factories.keySet();
  }

  /**
   * Makes the executor of an op.
   *
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

  /** Whether an op is divided between ranks. */
  public boolean divides(Op op) {
    return dividers.containsKey(op.getClass());
  }

  /** Makes the executor of a rank's part of an op that is divided. */
  public Executor dividedExecutor(
      Device device, Op op, Specs inputs, Specs outputs, PlanOptions options, Shard shard) {
    return dividers.get(op.getClass()).create(device, op, inputs, outputs, options, shard);
  }

  /** Collects the entries of a table. */
  public static final class Builder<D extends Device> {
    private final Class<D> deviceType;
    private final Map<Class<? extends Op>, Factory<Device, Op>> factories = new LinkedHashMap<>();
    private final Map<Class<? extends Op>, Divider<Device, Op>> dividers = new LinkedHashMap<>();

    private Builder(Class<D> deviceType) {
      this.deviceType = deviceType;
    }

    /** Adds an op. */
    public <O extends Op> Builder<D> add(Class<O> opType, Factory<D, O> factory) {
      factories.put(
          opType,
          (device, op, inputs, outputs, options) ->
              factory.create(deviceType.cast(device), opType.cast(op), inputs, outputs, options));
      return this;
    }

    /** Has an op of the table divided between ranks. */
    public <O extends Op> Builder<D> divide(Class<O> opType, Divider<D, O> divider) {
      dividers.put(
          opType,
          (device, op, inputs, outputs, options, shard) ->
              divider.create(
                  deviceType.cast(device), opType.cast(op), inputs, outputs, options, shard));
      return this;
    }

    /** The finished table. */
    public OpTable build() {
      return new OpTable(factories, dividers);
    }
  }
}
