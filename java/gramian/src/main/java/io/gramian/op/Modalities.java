package io.gramian.op;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The inputs of ops over anchors and tuples, by name: {@code anchor, modality1, modality2, …}. */
public final class Modalities {
  private Modalities() {}

  /**
   * The names in order.
   *
   * @param k number of modalities, the anchor among them
   */
  public static List<String> names(int k) {
    List<String> names = new ArrayList<>(List.of("anchor"));
    for (int l = 1; l < k; l++) {
      names.add("modality" + l);
    }
    return names;
  }

  /**
   * Inputs by their names, whatever stands for a tensor: one of this library, of another, a node of
   * a graph.
   *
   * @return a map to which more can be added, for instance {@code temperature}
   */
  @SafeVarargs
  public static <T> Map<String, T> named(T anchor, T... others) {
    List<String> names = names(others.length + 1);
    Map<String, T> named = new LinkedHashMap<>();
    named.put(names.getFirst(), anchor);
    for (int l = 0; l < others.length; l++) {
      named.put(names.get(l + 1), others[l]);
    }
    return named;
  }
}
