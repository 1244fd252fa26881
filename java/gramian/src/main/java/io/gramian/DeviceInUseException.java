package io.gramian;

import java.io.Serial;

/**
 * A device was closed while tensors, streams or plans made with it were open. The message counts
 * them; the device stays open.
 */
public class DeviceInUseException extends GramianException {
  @Serial private static final long serialVersionUID = 1L;

  /**
   * An error with a message.
   *
   * @param message what was expected, what came and what to do
   */
  public DeviceInUseException(String message) {
    super(message);
  }
}
