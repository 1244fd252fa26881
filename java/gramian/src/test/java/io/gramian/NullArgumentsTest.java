package io.gramian;

import static org.assertj.core.api.Assertions.assertThat;

import io.gramian.dlpack.DLPack;
import io.gramian.op.Gram;
import io.gramian.op.Negatives;
import io.gramian.op.Objective;
import io.gramian.op.Op;
import io.gramian.op.Ops;
import io.gramian.op.Parameters;
import io.gramian.op.PointCloudSimilarity;
import io.gramian.op.SetClip;
import io.gramian.op.Similarity;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Null for any one argument of any public method is taken, or refused by a typed error. */
final class NullArgumentsTest {
  private static final List<String> PACKAGES = List.of("io.gramian", "io.gramian.op");

  private static final Device DEVICE = Device.open("reference");
  private static final TensorSpec SPEC = TensorSpec.of(DType.F32, 1, 1, 1);
  private static final Bindings IN = Bindings.of("vectors", Tensor.zeros(SPEC));
  private static final Bindings OUT = Bindings.of("gram", Tensor.zeros(SPEC));

  /** What stands for an argument of a type, and whose methods are called. */
  private static final Map<Class<?>, Object> SAMPLES = new LinkedHashMap<>();

  static {
    SAMPLES.put(String.class, "vectors");
    SAMPLES.put(Device.class, DEVICE);
    SAMPLES.put(DeviceOptions.class, DeviceOptions.defaults());
    SAMPLES.put(Op.class, new Gram());
    SAMPLES.put(Specs.class, IN.specs());
    SAMPLES.put(Bindings.class, IN);
    SAMPLES.put(PlanOptions.class, PlanOptions.defaults());
    SAMPLES.put(Plan.class, new Gram().plan(DEVICE, IN, OUT));
    SAMPLES.put(PlanCache.class, new PlanCache(DEVICE));
    SAMPLES.put(
        HostPlan.class, new Gram().hostPlan(DEVICE, IN, List.of("gram"), PlanOptions.defaults()));
    SAMPLES.put(Stream.class, Stream.of());
    SAMPLES.put(io.gramian.Stream.class, DEVICE.defaultStream());
    SAMPLES.put(Timer.class, DEVICE.newTimer());
    SAMPLES.put(Tensor.class, Tensor.zeros(SPEC));
    SAMPLES.put(TensorSpec.class, SPEC);
    SAMPLES.put(DType.class, DType.F32);
    SAMPLES.put(Place.class, Place.HOST);
    SAMPLES.put(Similarity.class, Similarity.cosine());
    SAMPLES.put(Objective.class, Objective.infoNce());
    SAMPLES.put(Negatives.class, Negatives.TUPLES);
    SAMPLES.put(PointCloudSimilarity.Kernel.class, new PointCloudSimilarity.Kernel.Gaussian(1));
    SAMPLES.put(SetClip.Weights.class, SetClip.Weights.paper());
    SAMPLES.put(Parameters.class, new Parameters("gram", Map.of()));
    SAMPLES.put(Map.class, Map.of());
    SAMPLES.put(Collection.class, List.of("gram"));
    SAMPLES.put(List.class, List.of());
    SAMPLES.put(MemorySegment.class, MemorySegment.ofArray(new float[1]));
    SAMPLES.put(Runnable.class, (Runnable) () -> {});
    SAMPLES.put(LongFunction.class, (LongFunction<Tensor>) _ -> null);
    SAMPLES.put(Consumer.class, (Consumer<Object>) _ -> {});
    SAMPLES.put(ToDoubleFunction.class, (ToDoubleFunction<Object>) _ -> 0);
    for (Op op : Ops.all()) {
      SAMPLES.put(op.getClass(), op);
    }
  }

  @Test
  void areNamed() throws Exception {
    List<String> untyped = new ArrayList<>();
    int tried = 0;
    for (Class<?> type : types()) {
      for (Executable call : calls(type)) {
        Object[] arguments = arguments(call);
        Object target = SAMPLES.get(type);
        boolean needsTarget = call instanceof Method && !Modifier.isStatic(call.getModifiers());
        if (arguments == null || (needsTarget && target == null)) {
          continue;
        }
        for (int i = 0; i < arguments.length; i++) {
          if (!call.getParameterTypes()[i].isPrimitive()) {
            Object[] one = arguments.clone();
            one[i] = null;
            tried++;
            Throwable raised = raised(call, target, one);
            if (raised != null && !(raised instanceof GramianException)) {
              untyped.add(call + ", argument " + i + ": " + raised);
            }
          }
        }
      }
    }
    assertThat(untyped).isEmpty();
    assertThat(tried).isGreaterThan(100);
  }

  private static Throwable raised(Executable call, Object target, Object[] arguments)
      throws ReflectiveOperationException {
    try {
      if (call instanceof Method method) {
        method.invoke(target, arguments);
      } else {
        ((Constructor<?>) call).newInstance(arguments);
      }
      return null;
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }

  private static Object[] arguments(Executable call) {
    Class<?>[] types = call.getParameterTypes();
    Object[] arguments = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      Class<?> type = types[i];
      arguments[i] =
          type.isPrimitive()
              ? Array.get(Array.newInstance(type, 1), 0)
              : type.isArray() ? Array.newInstance(type.getComponentType(), 1) : SAMPLES.get(type);
      if (arguments[i] == null) {
        return null;
      }
    }
    return arguments;
  }

  /** Public methods and constructors, but for those that Java defines. */
  private static List<Executable> calls(Class<?> type) {
    List<Executable> calls = new ArrayList<>(List.of(type.getConstructors()));
    for (Method method : type.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers())
          && !method.isSynthetic()
          && !method.getName().equals("equals")
          && !(type.isEnum() && method.getName().equals("valueOf"))) {
        calls.add(method);
      }
    }
    return calls;
  }

  private static List<Class<?>> types() throws IOException, URISyntaxException {
    Path classes = Path.of(Plan.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<Class<?>> types = new ArrayList<>(List.of(DLPack.class));
    for (String name : PACKAGES) {
      try (Stream<Path> files = Files.list(classes.resolve(name.replace('.', '/')))) {
        for (Path file : files.filter(f -> f.toString().endsWith(".class")).sorted().toList()) {
          String simple = file.getFileName().toString().replace(".class", "");
          try {
            Class<?> type = Class.forName(name + "." + simple);
            if (Modifier.isPublic(type.getModifiers())
                && !GramianException.class.isAssignableFrom(type)) {
              types.add(type);
            }
          } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
          }
        }
      }
    }
    return types;
  }
}
