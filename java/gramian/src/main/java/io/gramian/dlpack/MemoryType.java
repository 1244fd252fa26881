package io.gramian.dlpack;

import io.gramian.ParameterException;
import io.gramian.Place;

/** Where memory is, as DLPack numbers it ({@code DLDeviceType}), and who can use it. */
final class MemoryType {
  private static final int CPU = 1;
  private static final int CUDA = 2;
  private static final int CUDA_HOST = 3;
  private static final int CUDA_MANAGED = 13;

  private MemoryType() {}

  /** The type of memory at a place. */
  static int of(Place place) {
    return place.isHost() ? CPU : CUDA;
  }

  /**
   * Checks that devices at a place can use memory of a type.
   *
   * @throws ParameterException if they cannot
   */
  static void require(int type, int id, Place place) {
    boolean usable =
        switch (type) {
          case CPU, CUDA_HOST -> place.isHost();
          case CUDA -> !place.isHost() && id == place.ordinal();
          case CUDA_MANAGED -> place.isHost() || id == place.ordinal();
          default -> false;
        };
    if (!usable) {
      throw new ParameterException(
          "expected a DLPack tensor that a device on "
              + place
              + " can use, got one in "
              + name(type)
              + " memory of device "
              + id);
    }
  }

  private static String name(int type) {
    return switch (type) {
      case CPU -> "CPU";
      case CUDA -> "CUDA";
      case CUDA_HOST -> "CUDA host";
      case CUDA_MANAGED -> "CUDA managed";
      default -> "DLDeviceType " + type;
    };
  }
}
