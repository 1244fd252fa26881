package io.gramian;

import io.gramian.spi.BackendProvider;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;

/**
 * What is known of a backend.
 *
 * @param name {@code reference}, {@code cpu}, {@code cuda} or {@code emulated}
 * @param available whether devices of it can be opened
 * @param details lines for people: devices, driver, vector width; or the reason why it is
 *     unavailable
 */
public record Backend(String name, boolean available, List<String> details) {
  /** The name that stands for the best available backend. */
  public static final String AUTO = "auto";

  private static final List<BackendProvider> PROVIDERS =
      ServiceLoader.load(BackendProvider.class, Backend.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(BackendProvider::preference).reversed())
          .toList();

  /** All backends, best first. */
  public static List<Backend> all() {
    return PROVIDERS.stream().map(Backend::of).toList();
  }

  private static Backend of(BackendProvider provider) {
    String reason = provider.unavailableReason();
    return reason == null
        ? new Backend(provider.name(), true, provider.describe())
        : new Backend(provider.name(), false, List.of(reason));
  }

  static Device open(String name, DeviceOptions options) {
    if (name.equals(AUTO)) {
      return openBest(options);
    }
    for (BackendProvider provider : PROVIDERS) {
      if (provider.name().equals(name)) {
        return provider.open(options);
      }
    }
    throw new ParameterException(
        "unknown backend '"
            + name
            + "'; expected one of auto, "
            + String.join(", ", PROVIDERS.stream().map(BackendProvider::name).toList()));
  }

  private static Device openBest(DeviceOptions options) {
    return openBest(PROVIDERS, options);
  }

  /**
   * Opens a device of the first backend that can, also where one says that it is available and then
   * cannot make a context.
   *
   * @param providers best first
   */
  static Device openBest(List<BackendProvider> providers, DeviceOptions options) {
    List<BackendUnavailableException.Attempt> attempts = new ArrayList<>();
    for (BackendProvider provider : providers) {
      if (provider.preference() < 0) {
        continue;
      }
      String reason = provider.unavailableReason();
      if (reason == null) {
        try {
          return provider.open(options);
        } catch (BackendUnavailableException | CudaException e) {
          reason = e.getMessage();
        }
      }
      attempts.add(new BackendUnavailableException.Attempt(provider.name(), reason));
    }
    throw new BackendUnavailableException(attempts);
  }
}
