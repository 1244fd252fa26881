package io.gramian.reference;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.List;

/** Reads the inputs of ops over modalities into a {@link ScoreTensor}. */
final class Modalities {
  private Modalities() {}

  /** Scores of {@code anchor} with the tuples {@code modality1..n}, minding {@code present}. */
  static ScoreTensor pairs(Bindings in, Similarity similarity, boolean normalize, int d) {
    List<Tensor> tuple = in.numbered("modality");
    int n = tuple.size();
    double[] present = in.has("present") ? in.get("present").toDoubles() : null;
    Rows[] rows = new Rows[n + 1];
    boolean[][] absent = new boolean[n + 1][];
    rows[0] = read(in.get("anchor"), d, null, normalize);
    for (int l = 0; l < n; l++) {
      absent[l + 1] = present == null ? null : column(present, l, n);
      rows[l + 1] = read(tuple.get(l), d, absent[l + 1], normalize);
    }
    return ScoreTensor.pairs(similarity, rows, absent);
  }

  /** Scores of all index tuples of the named modalities, the first of which is the anchor. */
  static ScoreTensor product(
      Bindings in, List<String> names, Similarity similarity, boolean normalize, int d) {
    Rows[] rows =
        names.stream().map(name -> read(in.get(name), d, null, normalize)).toArray(Rows[]::new);
    return ScoreTensor.product(similarity, rows);
  }

  /** {@code anchor, modality1..n}, the order of the modalities of a {@link ScoreTensor}. */
  static List<String> withAnchor(int n) {
    List<String> names = new ArrayList<>(List.of("anchor"));
    names.addAll(numbered(n));
    return names;
  }

  /** {@code modality1..count}. */
  static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int l = 1; l <= count; l++) {
      names.add("modality" + l);
    }
    return names;
  }

  private static boolean[] column(double[] present, int l, int n) {
    boolean[] absent = new boolean[present.length / n];
    for (int j = 0; j < absent.length; j++) {
      absent[j] = present[j * n + l] == 0;
    }
    return absent;
  }

  /** Rows of a tensor; absent ones become zero, so that nothing of what they hold is read. */
  private static Rows read(Tensor tensor, int d, boolean[] absent, boolean normalize) {
    double[] values = tensor.toDoubles();
    int count = Math.toIntExact(tensor.spec().size(0));
    for (int j = 0; j < count && absent != null; j++) {
      for (int z = 0; absent[j] && z < d; z++) {
        values[j * d + z] = 0;
      }
    }
    return Rows.of(values, count, d, normalize);
  }
}
