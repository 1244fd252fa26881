package io.gramian.tests.property;

import io.gramian.Bindings;
import io.gramian.DType;
import io.gramian.Device;
import io.gramian.Tensor;
import io.gramian.TensorSpec;
import io.gramian.UnsupportedOpException;
import io.gramian.op.Op;
import io.gramian.tests.Backends;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;
import org.opentest4j.TestAbortedException;

/** A backend of this machine, whose ops have properties to hold. */
final class Subject {
  private static final List<Subject> ALL = Backends.available().stream().map(Subject::new).toList();

  private final Device device;

  private Subject(String backend) {
    this.device = Device.open(backend);
  }

  /** Every backend of this machine, open as long as the tests run. */
  static List<Subject> all() {
    return ALL;
  }

  /** Any backend, where a property asks for one. */
  public static final class Any implements ArbitraryProvider {
    /** For the service loader. */
    public Any() {}

    @Override
    public boolean canProvideFor(TypeUsage type) {
      return type.isOfType(Subject.class);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage type, SubtypeProvider subtypes) {
      return Set.of(Arbitraries.of(ALL));
    }
  }

  /** Two answers that differ by less than this, relative to their size, are the same. */
  double tolerance() {
    return 2.5 * device.accuracy(dtype()).gradients();
  }

  private DType dtype() {
    return device.resultType();
  }

  Device device() {
    return device;
  }

  /** A host tensor of this backend's element type. */
  Tensor tensor(double[] values, long... shape) {
    Tensor tensor = Tensor.zeros(TensorSpec.of(dtype(), shape));
    tensor.copyFrom(values);
    return tensor;
  }

  /** All outputs of an op that has its upstream gradients, or those without gradients. */
  Map<String, double[]> evaluate(Op op, Bindings inputs) {
    Set<String> names =
        op.signature(inputs.specs()).arguments(false).stream()
            .map(argument -> argument.name())
            .collect(Collectors.toSet());
    return evaluate(op, inputs, names);
  }

  Map<String, double[]> evaluate(Op op, Bindings inputs, Set<String> names) {
    Map<String, double[]> values = new LinkedHashMap<>();
    try {
      op.evaluate(device, inputs, names)
          .asMap()
          .forEach((name, tensor) -> values.put(name, tensor.toDoubles()));
    } catch (UnsupportedOpException e) {
      throw new TestAbortedException(e.getMessage(), e); // another try, on another backend
    }
    return values;
  }

  /**
   * Tensors on the device.
   *
   * @param tensors copies of host tensors
   */
  record Uploaded(Bindings tensors) implements AutoCloseable {
    /** The values as they are now. */
    Bindings download() {
      Map<String, Tensor> host = new LinkedHashMap<>();
      tensors
          .asMap()
          .forEach(
              (name, tensor) -> {
                Tensor copy = Tensor.zeros(tensor.spec());
                copy.copyFrom(tensor.toDoubles());
                host.put(name, copy);
              });
      return Bindings.of(host);
    }

    @Override
    public void close() {
      tensors.asMap().values().forEach(Tensor::close);
    }
  }

  /** Copies host tensors to the device. */
  Uploaded upload(Bindings host) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    host.asMap()
        .forEach((name, tensor) -> tensors.put(name, device.upload(tensor, tensor.dtype())));
    return new Uploaded(Bindings.of(tensors));
  }

  @Override
  public String toString() {
    return device.backend();
  }
}
