package io.gramian.torch;

import io.gramian.Device;
import io.gramian.DeviceOptions;
import io.gramian.Place;
import io.gramian.ShapeException;
import java.util.HashMap;
import java.util.Map;

/**
 * The device for the tensors of a place: one that was given, or the best one, opened when needed.
 */
final class Devices implements AutoCloseable {
  private final Device given;
  private final Map<Place, Device> opened = new HashMap<>();

  /**
   * Devices of a bridge.
   *
   * @param given the only one to use, which stays the caller's; null to open one for each place
   */
  Devices(Device given) {
    this.given = given;
  }

  /**
   * The device for tensors of a place.
   *
   * @param name of a tensor that is there, for the message
   */
  Device of(String name, Place place) {
    if (given == null) {
      return opened.computeIfAbsent(place, Devices::open);
    }
    if (!given.place().equals(place)) {
      throw new ShapeException(
          "'" + name + "' is on " + place + "; expected it on " + given.place() + ", as " + given);
    }
    return given;
  }

  private static Device open(Place place) {
    return place.isHost()
        ? Device.open("cpu")
        : Device.open(place.kind(), DeviceOptions.defaults().ordinal(place.ordinal()));
  }

  /** Closes what was opened here. */
  @Override
  public void close() {
    opened.values().forEach(Device::close);
    opened.clear();
  }
}
