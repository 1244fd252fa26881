package io.gramian.bridge;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.Place;
import io.gramian.PlanCache;
import io.gramian.PlanOptions;
import io.gramian.ShapeException;
import java.util.HashMap;
import java.util.Map;

/**
 * The device for the tensors of a place, with the plans on it: one that was given, or the best one,
 * opened when needed.
 */
final class Devices implements AutoCloseable {
  private final PlanOptions options;
  private final PlanCache given;
  private final Map<Place, PlanCache> opened = new HashMap<>();

  /**
   * Devices of a bridge.
   *
   * @param given the only one to use, which stays the caller's; null to open one for each place
   * @param options of all plans
   */
  Devices(Device given, PlanOptions options) {
    this.options = options;
    this.given = given == null ? null : new PlanCache(given, options);
  }

  /**
   * The plans on the device for tensors of a place.
   *
   * @param name of a tensor that is there, for the message
   */
  PlanCache of(String name, Place place) {
    if (given == null) {
      return opened.computeIfAbsent(place, at -> new PlanCache(open(at), options));
    }
    Device device = given.device();
    if (!device.place().equals(place)) {
      throw new ShapeException(
          "'"
              + name
              + "' is on "
              + place
              + "; expected it on "
              + device.place()
              + ", as "
              + device);
    }
    return given;
  }

  private static Device open(Place place) {
    return place.isHost()
        ? Device.open("cpu")
        : Device.open(place.kind(), DeviceOptions.defaults().ordinal(place.ordinal()));
  }

  /** Frees plans and their workspace, waits for running work, closes what was opened here. */
  @Override
  public void close() {
    if (given != null) {
      given.close();
    }
    for (PlanCache plans : opened.values()) {
      plans.close();
      plans.device().close();
    }
    opened.clear();
  }
}
