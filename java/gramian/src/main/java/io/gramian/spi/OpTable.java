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

  private final Map<Class<? extends Op>, Factory<Device, Op>> factories;

  private OpTable(Map<Class<? extends Op>, Factory<Device, Op>> factories) {
    this.factories = Map.copyOf(factories);
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

  /** Collects the entries of a table. */
  public static final class Builder<D extends Device> {
    private final Class<D> deviceType;
    private final Map<Class<? extends Op>, Factory<Device, Op>> factories = new LinkedHashMap<>();

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

    /** The finished table. */
    public OpTable build() {
      return new OpTable(factories);
    }
  }
}
