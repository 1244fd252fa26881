package io.gramian.op;

import io.gramian.Bindings;
import io.gramian.ParameterException;
import io.gramian.ShapeException;
import io.gramian.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The inputs of ops over anchors and tuples, by name: {@code anchor, modality1, modality2, …}. */
public final class Modalities {
  private Modalities() {}

  /**
   * {@return the names in order}
   *
   * @param k number of modalities, the anchor among them
   */
  public static List<String> names(int k) {
    List<String> names = new ArrayList<>(List.of(Names.ANCHOR));
    for (int l = 1; l < k; l++) {
      names.add(Names.modality(l));
    }
    return names;
  }

  /**
   * Inputs by their names, whatever stands for a tensor: one of this library, of another, a node of
   * a graph.
   *
   * @param <T> what stands for a tensor
   * @param anchor of the anchors
   * @param others the other modalities, in order
   * @return a map to which more can be added, for instance {@code temperature}
   */
  @SafeVarargs
  public static <T> Map<String, T> named(T anchor, T... others) {
    ParameterException.requireNonNull(others, "an array of modalities");
    List<String> names = names(others.length + 1);
    Map<String, T> named = new LinkedHashMap<>();
    named.put(names.getFirst(), anchor);
    for (int l = 0; l < others.length; l++) {
      named.put(names.get(l + 1), others[l]);
    }
    return named;
  }

  /**
   * {@return inputs that are views of packed arrays; later changes of the arrays are seen}
   *
   * @param d the dimension; every array holds rows of d values
   * @param anchor of the anchors
   * @param others the other modalities, in order
   * @throws ShapeException if an array holds no whole number of rows
   */
  public static Bindings rows(int d, float[] anchor, float[]... others) {
    Map<String, Tensor> views = new LinkedHashMap<>();
    named(anchor, others).forEach((name, values) -> views.put(name, rows(name, values, d)));
    return Bindings.of(views);
  }

  private static Tensor rows(String name, float[] values, int d) {
    ParameterException.requireNonNull(values, name);
    if (d < 1 || values.length % d != 0) {
      throw new ShapeException(
          "expected '"
              + name
              + "' to hold rows of d = "
              + d
              + " values, got "
              + values.length
              + " values");
    }
    return Tensor.of(values, values.length / d, d);
  }
}
