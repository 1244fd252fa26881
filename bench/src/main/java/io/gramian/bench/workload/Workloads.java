package io.gramian.bench.workload;

import io.gramian.DType;
import io.gramian.ParameterException;
import io.gramian.bench.Settings;
import io.gramian.bench.report.Subject;
import io.gramian.op.Ops;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** All workloads. */
public final class Workloads {
  /** The bare matrix product: the op {@code similarity} with dot products of raw vectors. */
  public static final String MATMUL = "matmul";

  /** Sizes at which nothing but the bench itself is tried. */
  private static final int SMALL_BATCH = 16;

  private static final int SMALL_DIMENSION = 64;
  private static final int TINY_BATCH = 8;
  private static final int TINY_DIMENSION = 32;

  private static final List<Workload> ALL =
      ServiceLoader.load(Workload.class, Workload.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  /** In the order of the ops of the library, which puts what belongs together side by side. */
  private static final List<Sizes> SIZES =
      ALL.stream()
          .flatMap(workload -> workload.sizes().stream())
          .sorted(Comparator.comparingInt(sizes -> rank(sizes.subject().op())))
          .toList();

  private Workloads() {}

  /** Everything that can be measured: the matrix product and all ops that have a workload. */
  public static List<String> names() {
    Set<String> names = new TreeSet<>();
    SIZES.forEach(sizes -> names.add(sizes.subject().op()));
    return List.copyOf(names);
  }

  /** The workload of a subject. */
  public static Workload of(Subject subject) {
    for (Workload workload : ALL) {
      for (Sizes sizes : workload.sizes()) {
        if (sizes.subject().op().equals(subject.op())) {
          return workload;
        }
      }
    }
    throw new ParameterException(
        "unknown benchmark '" + subject.op() + "'; expected one of " + names());
  }

  /** A problem with its inputs, the same ones for the same seed; the arena owns their memory. */
  public static Problem problem(Subject subject, long seed, Arena arena) {
    return of(subject).problem(subject, new Inputs(arena, seed));
  }

  /** What the settings ask for on a host: curves over the batch. */
  public static List<Subject> onHost(Settings settings) {
    return select(settings, sizes -> sizes.batches(settings.quick()), sizes -> true, 0);
  }

  /**
   * The same at one batch each, and where it has to be quick one case of each op: for benchmarks
   * that take long.
   */
  public static List<Subject> single(Settings settings) {
    Set<String> measured = new HashSet<>();
    return select(
        settings,
        sizes -> List.of(sizes.batch(settings.quick())),
        sizes -> !settings.quick() || measured.add(sizes.subject().op()),
        0);
  }

  /**
   * What the settings ask for on a GPU: bf16, then f32.
   *
   * @param tiny whether nothing but the bench is tried
   */
  public static List<Subject> onDevice(Settings settings, boolean tiny) {
    List<Subject> subjects = new ArrayList<>();
    for (Subject subject :
        select(
            settings,
            sizes ->
                tiny
                    ? List.of(TINY_BATCH)
                    : settings.quick()
                        ? sizes.deviceBatches().subList(0, 1)
                        : sizes.deviceBatches(),
            sizes -> true,
            tiny ? TINY_DIMENSION : 0)) {
      subjects.add(subject.as(DType.BF16));
      subjects.add(subject);
    }
    return subjects;
  }

  /** Every op of the library once, with gradients where it has them, at a small size. */
  public static Collection<Subject> small() {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    for (Sizes sizes : SIZES) {
      Subject subject = sizes.subject().sized(SMALL_BATCH, SMALL_DIMENSION);
      if (!subject.op().equals(MATMUL)) {
        subjects.merge(subject.op(), subject, (one, other) -> one.hasGradients() ? one : other);
      }
    }
    return subjects.values();
  }

  private static List<Subject> select(
      Settings settings,
      Function<Sizes, List<Integer>> batches,
      Predicate<Sizes> wanted,
      int dimension) {
    List<Subject> subjects = new ArrayList<>();
    for (Sizes sizes : SIZES) {
      Subject subject = sizes.subject();
      boolean asked =
          settings.wants(subject.op())
              && (settings.modalities().isEmpty()
                  || settings.modalities().contains(subject.modalities()))
              && (sizes.isEssential() || !settings.quick());
      if (asked && wanted.test(sizes)) {
        int usual = dimension > 0 ? dimension : subject.dimension();
        int length = settings.dimension() > 0 ? settings.dimension() : usual;
        for (int batch : settings.batchesOr(batches.apply(sizes))) {
          subjects.add(subject.sized(batch, length));
        }
      }
    }
    return subjects;
  }

  private static int rank(String op) {
    return List.copyOf(Ops.names()).indexOf(op);
  }
}
