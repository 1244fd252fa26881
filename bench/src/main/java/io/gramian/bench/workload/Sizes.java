package io.gramian.bench.workload;

import io.gramian.bench.report.Subject;
import java.util.List;

/**
 * Subjects that differ in their batch.
 *
 * @param subject of all of them; its batch is 0
 * @param batches on the host, ascending: wide enough for a curve, small enough for the peers
 * @param deviceBatches on a GPU, the most telling one first
 * @param isEssential whether they are measured where it has to be quick too
 */
public record Sizes(
    Subject subject, List<Integer> batches, List<Integer> deviceBatches, boolean isEssential) {
  /** Length of a vector, where nothing else is said. */
  public static final int DIMENSION = 512;

  private static final int QUICK = 2;

  /** Results and gradients. */
  public static Sizes both(String op, String variant, int modalities, Integer... batches) {
    return of(op, variant, Subject.BOTH, modalities, List.of(batches));
  }

  /** Results only. */
  public static Sizes forward(String op, String variant, int modalities, Integer... batches) {
    return of(op, variant, Subject.FORWARD, modalities, List.of(batches));
  }

  private static Sizes of(
      String op, String variant, String pass, int modalities, List<Integer> batches) {
    Subject subject = new Subject(op, variant, pass, 0, modalities, DIMENSION, "f32");
    return new Sizes(subject, batches, List.of(batches.getLast()), true);
  }

  /** The same with vectors of another length. */
  public Sizes dimension(int length) {
    return new Sizes(subject.sized(0, length), batches, deviceBatches, isEssential);
  }

  /** The same with other batches on a GPU. */
  public Sizes onDevice(Integer... others) {
    return new Sizes(subject, batches, List.of(others), isEssential);
  }

  /** The same, left out where it has to be quick. */
  public Sizes unlessQuick() {
    return new Sizes(subject, batches, deviceBatches, false);
  }

  /** The batches on the host. */
  List<Integer> batches(boolean quick) {
    return quick ? batches.subList(0, Math.min(QUICK, batches.size())) : batches;
  }

  /** One batch for a benchmark that measures no curve. */
  int batch(boolean quick) {
    return batches.get(quick ? 0 : Math.min(1, batches.size() - 1));
  }
}
