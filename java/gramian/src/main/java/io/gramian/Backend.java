package io.gramian;

import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.spi.BackendProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

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

  /**
   * The system property with the name of the backend that {@code auto} stands for instead: with
   * {@code -Dgramian.auto=cuda} it is CUDA or an error.
   */
  public static final String AUTO_PROPERTY = "gramian.auto";

  /** What {@code auto} came to in this process, each once. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private static final List<BackendProvider> PROVIDERS =
      ServiceLoader.load(BackendProvider.class, Backend.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .sorted(Comparator.comparing(BackendProvider::preference).reversed())
          .toList();

  /** {@return all backends, best first} */
  public static List<Backend> all() {
    return PROVIDERS.stream().map(Backend::of).toList();
  }

  private static Backend of(BackendProvider provider) {
    String reason = provider.unavailableReason();
    return reason == null
        ? new Backend(provider.name(), true, provider.describe())
        : new Backend(provider.name(), false, List.of(reason));
  }

  static Device open(String name, DeviceOptions options, Collection<Class<? extends Op>> ops) {
    String asked = name.equals(AUTO) ? System.getProperty(AUTO_PROPERTY, AUTO) : name;
    if (asked.equals(AUTO)) {
      return openBest(PROVIDERS, options, ops);
    }
    for (BackendProvider provider : PROVIDERS) {
      if (provider.name().equals(asked)) {
        return provider.open(options);
      }
    }
    List<String> names = new ArrayList<>(List.of(AUTO));
    PROVIDERS.forEach(provider -> names.add(provider.name()));
    throw ParameterException.unknown("backend", asked, names);
  }

  /**
   * Opens a device of the first backend that can and has all the ops, also where one says that it
   * is available and then cannot make a context. The device says why it is none of a better one.
   *
   * @param providers best first
   */
  static Device openBest(
      List<BackendProvider> providers, DeviceOptions options, Collection<Class<? extends Op>> ops) {
    List<BackendUnavailableException.Attempt> attempts = new ArrayList<>();
    for (BackendProvider provider : providers) {
      if (provider.preference() < 0) {
        continue;
      }
      String reason = provider.unavailableReason();
      if (reason == null) {
        try {
          Device device = provider.open(options);
          reason = missing(device, ops);
          if (reason == null) {
            device.chosenInsteadOf(attempts);
            logOnce("auto: " + device);
            return device;
          }
          device.close();
        } catch (BackendUnavailableException | CudaException e) {
          reason = e.getMessage();
        }
      }
      attempts.add(new BackendUnavailableException.Attempt(provider.name(), reason));
    }
    throw new BackendUnavailableException(attempts);
  }

  /** Why a device does not serve for some ops; null if it does. */
  private static String missing(Device device, Collection<Class<? extends Op>> ops) {
    List<String> names =
        Ops.all().stream()
            .filter(op -> ops.contains(op.getClass()))
            .filter(op -> !device.supportedOps().contains(op.getClass()))
            .map(Op::name)
            .toList();
    return names.isEmpty() ? null : "it does not have " + String.join(", ", names);
  }

  private static void logOnce(String message) {
    if (LOGGED.add(message)) {
      System.getLogger(Backend.class.getPackageName()).log(System.Logger.Level.INFO, message);
    }
  }
}
