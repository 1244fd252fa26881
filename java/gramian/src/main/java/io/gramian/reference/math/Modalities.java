package io.gramian.reference.math;

import io.gramian.Bindings;
import io.gramian.Tensor;
import io.gramian.op.Similarity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads the inputs of ops over modalities into a {@link ScoreTensor}. */
public final class Modalities {
  private Modalities() {}

  /** Scores of {@code anchor} with the tuples {@code modality1..n}, minding {@code present}. */
  public static ScoreTensor pairs(Bindings in, Similarity similarity, boolean normalize, int d) {
    List<Tensor> tuple = in.numbered("modality");
    int n = tuple.size();
    Rows[] rows = new Rows[n + 1];
    boolean[][] absent = new boolean[n + 1][];
    absent[0] = new boolean[count(in.get("anchor"))];
    rows[0] = read(in.get("anchor"), d, absent[0], normalize);
    for (int l = 0; l < n; l++) {
      absent[l + 1] = absent(in, l, n, count(tuple.get(l)));
      rows[l + 1] = read(tuple.get(l), d, absent[l + 1], normalize);
    }
    return ScoreTensor.pairs(similarity, rows, absent);
  }

  /** Scores of all index tuples of the named modalities, the first of which is the anchor. */
  public static ScoreTensor product(
      Bindings in, List<String> names, Similarity similarity, boolean normalize, int d) {
    Rows[] rows =
        names.stream()
            .map(in::get)
            .map(tensor -> read(tensor, d, new boolean[count(tensor)], normalize))
            .toArray(Rows[]::new);
    return ScoreTensor.product(similarity, rows);
  }

  /** {@code anchor, modality1..n}, the order of the modalities of a {@link ScoreTensor}. */
  public static List<String> withAnchor(int n) {
    List<String> names = new ArrayList<>(List.of("anchor"));
    names.addAll(numbered(n));
    return names;
  }

  /** {@code modality1..count}. */
  public static List<String> numbered(int count) {
    List<String> names = new ArrayList<>();
    for (int l = 1; l <= count; l++) {
      names.add("modality" + l);
    }
    return names;
  }

  private static int count(Tensor tensor) {
    return Math.toIntExact(tensor.spec().size(0));
  }

  /** Which rows of member l are absent: none without {@code present}. */
  private static boolean[] absent(Bindings in, int l, int n, int count) {
    boolean[] absent = new boolean[count];
    double[] present = in.has("present") ? in.get("present").toDoubles() : new double[0];
    for (int at = l; at < present.length; at += n) {
      absent[at / n] = present[at] == 0;
    }
    return absent;
  }

  /** Rows of a tensor; absent ones become zero, so that nothing of what they hold is read. */
  private static Rows read(Tensor tensor, int d, boolean[] absent, boolean normalize) {
    double[] values = tensor.toDoubles();
    for (int j = 0; j < absent.length; j++) {
      if (absent[j]) {
        Arrays.fill(values, j * d, (j + 1) * d, 0);
      }
    }
    return Rows.of(values, absent.length, d, normalize);
  }
}
