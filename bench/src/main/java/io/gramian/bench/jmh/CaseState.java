package io.gramian.bench.jmh;

import io.gramian.DeviceOptions;
import io.gramian.bench.report.Subject;
import io.gramian.bench.workload.Problem;
import io.gramian.bench.workload.Workloads;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The case that a benchmark works on, as parameters of JMH. */
@State(Scope.Benchmark)
public abstract class CaseState {
  /** Name of the op, and its variant after a space. */
  @Param("contrastive volume")
  public String op;

  /** {@code forward}, or {@code both} for results and gradients. */
  @Param("both")
  public String pass;

  /** Samples. */
  @Param("256")
  public int batch;

  /** Vectors of a sample. */
  @Param("4")
  public int modalities;

  /** Length of a vector. */
  @Param("512")
  public int dimension;

  /** Seed of the inputs. */
  @Param("1")
  public long seed;

  /** Threads of the side that is timed; 0 for all processors. */
  @Param("0")
  public int threads;

  /** Seconds for which Java has to compile nothing before JMH begins; 0 for not to wait. */
  @Param("0.3")
  public double warm;

  /** For subclasses. */
  protected CaseState() {}

  /** The values of the parameters for a subject, all but the seed, which stays the same. */
  static Map<String, String> of(Subject subject, int threads) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("op", subject.title());
    parameters.put("pass", subject.pass());
    parameters.put("batch", Integer.toString(subject.batch()));
    parameters.put("modalities", Integer.toString(subject.modalities()));
    parameters.put("dimension", Integer.toString(subject.dimension()));
    parameters.put("threads", Integer.toString(threads));
    return parameters;
  }

  /** The problem with its inputs; the arena owns their memory. */
  Problem open(Arena arena) {
    String[] words = op.split(" ", 2);
    String variant = words.length == 2 ? words[1] : "";
    Subject subject = new Subject(words[0], variant, pass, batch, modalities, dimension, "f32");
    return Workloads.problem(subject, seed, arena);
  }

  /** How to open a device of this library. */
  DeviceOptions deviceOptions() {
    return DeviceOptions.defaults().threads(threads);
  }

  /** Threads of another library. */
  int peerThreads() {
    return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
  }
}
