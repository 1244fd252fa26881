package io.gramian.bench.ops;

import io.gramian.bench.Settings;
import io.gramian.bench.cases.CaseShape;
import io.gramian.bench.cases.OpCases;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** The sizes at which the ops are measured: wide enough for a curve, small enough for the peers. */
public final class Shapes {
  private static final int DIMENSION = 512;
  private static final int QUICK_SIZES = 2;
  private static final int SMALL_BATCH = 16;
  private static final int SMALL_DIMENSION = 64;

  private static final List<Family> FAMILIES =
      List.of(
          both("contrastive", "volume", 3, 256, 512, 1024, 2048),
          both("contrastive", "volume", 4, 256, 512, 1024, 2048),
          both("contrastive", "volume", 5, 256, 512, 1024, 2048),
          both("contrastive", "cosine", 2, 512, 1024, 2048, 4096),
          forward(OpCases.MATMUL, "", 2, 512, 1024, 2048, 4096),
          both("similarity", "volume", 3, 256, 512, 1024),
          forward("topk", "volume", 3, 256, 512, 1024),
          forward("sample-negatives", "volume", 3, 256, 512, 1024),
          both("nway", "volume", 3, 32, 64, 128),
          forward("gram", "", 4, 1024, 8192, 65536),
          both("gram", "", 4, 1024, 8192, 65536),
          forward("logdet", "", 4, 1024, 8192, 65536),
          both("logdet", "", 4, 1024, 8192, 65536),
          forward("volume", "", 4, 1024, 8192, 65536),
          both("volume", "", 4, 1024, 8192, 65536),
          both("matching", "", 2, 4096, 65536, 1048576),
          both("mmd", "", 2, 1024, 2048, 4096),
          both("semantic-density", "", 2, 1024, 2048, 4096),
          both("nt-xent", "", 2, 512, 1024, 2048),
          both("clip-matched", "", 2, 1024, 2048, 4096),
          both("set-clip", "", 2, 512, 1024, 2048),
          both("pointcloud-embed", "", 16, 64, 256, 1024).dimension(128),
          both("pointcloud-similarity", "", 16, 16, 32, 64).dimension(128),
          both("pointcloud-contrastive", "", 16, 64, 256, 1024).dimension(128));

  private Shapes() {}

  /** What the settings ask for. */
  static List<CaseShape> of(Settings settings) {
    return of(
        settings,
        family -> settings.quick() && family.isLeftOutWhenQuick(),
        family -> family.batches(settings.quick()));
  }

  /**
   * The same at one size each: the second, or the first where it has to be quick, and then one case
   * of each op.
   */
  public static List<CaseShape> single(Settings settings) {
    Set<String> measured = new HashSet<>();
    return of(
        settings,
        family ->
            family.isSecondary() && settings.modalities().isEmpty()
                || settings.quick() && (family.isLeftOutWhenQuick() || !measured.add(family.op)),
        family -> List.of(family.batches.get(settings.quick() ? 0 : 1)));
  }

  /** Every op once, with gradients where it has them, at a small size. */
  public static Collection<CaseShape> small() {
    Map<String, CaseShape> shapes = new LinkedHashMap<>();
    for (Family family : FAMILIES) {
      CaseShape shape =
          new CaseShape(
              family.op, family.variant, family.pass, SMALL_BATCH, family.k, SMALL_DIMENSION);
      shapes.merge(family.op, shape, (one, other) -> one.hasGradients() ? one : other);
    }
    shapes.remove(OpCases.MATMUL);
    return shapes.values();
  }

  private static List<CaseShape> of(
      Settings settings, Predicate<Family> leftOut, Function<Family, List<Integer>> batches) {
    List<CaseShape> shapes = new ArrayList<>();
    for (Family family : FAMILIES) {
      boolean wanted =
          settings.wants(family.op)
              && (settings.modalities().isEmpty() || settings.modalities().contains(family.k))
              && !leftOut.test(family);
      if (wanted) {
        int dimension = settings.dimension() > 0 ? settings.dimension() : family.d;
        for (int batch : settings.batchesOr(batches.apply(family))) {
          shapes.add(
              new CaseShape(family.op, family.variant, family.pass, batch, family.k, dimension));
        }
      }
    }
    return shapes;
  }

  private static Family both(String op, String variant, int k, Integer... batches) {
    return new Family(op, variant, CaseShape.BOTH, k, DIMENSION, List.of(batches));
  }

  private static Family forward(String op, String variant, int k, Integer... batches) {
    return new Family(op, variant, CaseShape.FORWARD, k, DIMENSION, List.of(batches));
  }

  /** Cases that differ in their batch. */
  private record Family(
      String op, String variant, String pass, int k, int d, List<Integer> batches) {
    Family dimension(int other) {
      return new Family(op, variant, pass, k, other, batches);
    }

    List<Integer> batches(boolean quick) {
      return quick ? batches.subList(0, Math.min(QUICK_SIZES, batches.size())) : batches;
    }

    /** One number of modalities tells enough. */
    boolean isSecondary() {
      return op.equals("contrastive") && (k == 3 || k == 5);
    }

    /** One number of modalities and one pass tell enough. */
    boolean isLeftOutWhenQuick() {
      boolean samples = List.of("gram", "logdet", "volume").contains(op);
      return isSecondary() || samples && pass.equals(CaseShape.FORWARD);
    }
  }
}
