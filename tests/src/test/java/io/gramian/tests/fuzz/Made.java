package io.gramian.tests.fuzz;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.DeviceInUseException;
import io.gramian.HostPlan;
import io.gramian.Plan;
import io.gramian.PlanCache;
import io.gramian.Stream;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.Timer;
import java.util.ArrayList;
import java.util.List;

/** What fuzzers have made on a device, closed or not. */
final class Made {
  /** A plan with tensors that it may take. */
  record Run(Plan plan, Bindings in, Bindings out) {}

  /** There is nothing yet of the kind that a call wants. */
  static final class NothingMade extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Things of one kind. */
  static final class Pool<T> {
    private final List<T> items = new ArrayList<>();

    synchronized T add(T item) {
      items.add(item);
      return item;
    }

    /** One of the latest. */
    synchronized T any(Choices choices) {
      if (items.isEmpty()) {
        throw new NothingMade();
      }
      int from = Math.max(items.size() - 12, 0);
      return items.get(from + choices.below(items.size() - from));
    }

    synchronized boolean hasAny() {
      return !items.isEmpty();
    }

    synchronized List<T> all() {
      return new ArrayList<>(items);
    }
  }

  final Device device;
  final Pool<Tensor> tensors = new Pool<>();
  final Pool<Stream> streams = new Pool<>();
  final Pool<Timer> timers = new Pool<>();
  final Pool<Plan> plans = new Pool<>();
  final Pool<Run> runs = new Pool<>();
  final Pool<HostPlan> hostPlans = new Pool<>();
  final Pool<PlanCache> caches = new Pool<>();

  /** One that is not closed before the end, so that the device is always in use. */
  private final Tensor last;

  Made(Device device) {
    this.device = device;
    this.last = device.allocate(TensorSpec.of(DType.F32, 1));
    tensors.add(last.view(0, last.spec()));
    streams.add(device.newStream());
    timers.add(device.newTimer());
    caches.add(new PlanCache(device));
  }

  AutoCloseable anything(Choices choices) {
    return switch (choices.below(12)) {
      case 0, 1, 2, 3, 4 -> tensors.any(choices);
      case 5 -> streams.any(choices);
      case 6 -> timers.any(choices);
      case 7, 8 -> plans.any(choices);
      case 9 -> hostPlans.any(choices);
      case 10 -> {
        caches.add(new PlanCache(device));
        yield caches.any(choices);
      }
      default -> tensors.any(choices);
    };
  }

  /** Closes the device, which must refuse. */
  void closeDeviceInUse() {
    try {
      device.close();
    } catch (DeviceInUseException e) {
      return;
    }
    throw new AssertionError("a device in use has closed");
  }

  /** Closes everything, and the device, which refuses if something was left open. */
  void closeAll() {
    for (Pool<? extends AutoCloseable> pool :
        List.of(caches, hostPlans, plans, timers, tensors, streams)) {
      pool.all().forEach(Made::close);
    }
    last.close();
    device.close();
  }

  static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
