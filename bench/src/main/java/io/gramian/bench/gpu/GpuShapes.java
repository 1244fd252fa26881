package io.gramian.bench.gpu;

import io.gramian.DType;
import io.gramian.bench.Settings;
import io.gramian.bench.cases.CaseShape;
import java.util.ArrayList;
import java.util.List;

/** The sizes at which a GPU is measured: those of the targets, and a curve over the batch. */
final class GpuShapes {
  private static final int DIMENSION = 512;

  /** Sizes at which nothing but the bench itself is tried: the emulated device runs them. */
  private static final int TINY_BATCH = 8;

  private static final int TINY_DIMENSION = 32;

  private static final List<Family> FAMILIES =
      List.of(
          new Family("gram", "", CaseShape.FORWARD, 4, List.of(65536)),
          new Family("gram", "", CaseShape.BOTH, 4, List.of(65536)),
          new Family("logdet", "", CaseShape.FORWARD, 4, List.of(65536)),
          new Family("logdet", "", CaseShape.BOTH, 4, List.of(65536)),
          new Family("volume", "", CaseShape.FORWARD, 4, List.of(65536)),
          new Family("volume", "", CaseShape.BOTH, 4, List.of(65536)),
          new Family("nway", "volume", CaseShape.FORWARD, 3, List.of(512)),
          new Family(
              "contrastive", "volume", CaseShape.BOTH, 4, List.of(8192, 1024, 4096, 16384, 65536)),
          new Family("contrastive", "cosine", CaseShape.BOTH, 2, List.of(8192, 32768)),
          new Family("mmd", "", CaseShape.BOTH, 2, List.of(8192)));

  private GpuShapes() {}

  /** What the settings ask for. */
  static List<GpuShape> of(Settings settings, boolean tiny) {
    List<GpuShape> shapes = new ArrayList<>();
    for (Family family : FAMILIES) {
      boolean wanted =
          settings.wants(family.op)
              && (settings.modalities().isEmpty() || settings.modalities().contains(family.k));
      if (wanted) {
        int usual = tiny ? TINY_DIMENSION : DIMENSION;
        int dimension = settings.dimension() > 0 ? settings.dimension() : usual;
        for (int batch : settings.batchesOr(family.batches(tiny, settings.quick()))) {
          CaseShape shape =
              new CaseShape(family.op, family.variant, family.pass, batch, family.k, dimension);
          for (DType dtype : List.of(DType.BF16, DType.F32)) {
            shapes.add(new GpuShape(shape, dtype));
          }
        }
      }
    }
    return shapes;
  }

  /** Cases that differ in their batch; the first size is that of the target. */
  private record Family(String op, String variant, String pass, int k, List<Integer> batches) {
    List<Integer> batches(boolean tiny, boolean quick) {
      return tiny ? List.of(TINY_BATCH) : quick ? batches.subList(0, 1) : batches;
    }
  }
}
