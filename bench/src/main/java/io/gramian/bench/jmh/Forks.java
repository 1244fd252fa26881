package io.gramian.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.gramian.bench.measure.ChildProcess;
import io.gramian.bench.report.Timing;
import io.gramian.cli.UserException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/** Runs benchmarks by JMH, each in processes of its own. */
final class Forks {
  /**
   * How often and how long.
   *
   * @param forks processes per side
   * @param warmSeconds for which Java has to compile nothing before a side is timed
   * @param seconds for which a side is timed, call by call
   * @param warmBursts bursts of calls that are too short for that, before the timing
   * @param bursts that are timed
   */
  record Effort(int forks, double warmSeconds, double seconds, int warmBursts, int bursts) {
    /** For results. */
    static final Effort USUAL = new Effort(2, 0.3, 0.8, 20, 100);

    /** For a first look. */
    static final Effort QUICK = new Effort(1, 0.15, 0.2, 10, 50);

    /** A process, with its libraries and inputs. */
    private static final double START_SECONDS = 1.6;

    /** How many times {@link #warmSeconds} it takes until Java has compiled a side, about. */
    private static final int WARM_TURNS = 6;

    /** About how long a side takes, timed call by call. */
    double callSeconds() {
      return burstSeconds() + forks * seconds;
    }

    /** About how long a side takes, timed by bursts. */
    double burstSeconds() {
      return forks * (START_SECONDS + WARM_TURNS * warmSeconds);
    }
  }

  private static final double NANO = 1e-9;
  private static final double MILLI = 1e3;

  /** A process that takes longer for a part of its work is broken. */
  private static final int TIMEOUT_SECONDS = 120;

  private final Effort effort;
  private final Path log;
  private boolean started;

  /**
   * @param effort how often and how long
   * @param log takes what JMH says; what an earlier run left there goes
   */
  Forks(Effort effort, Path log) {
    this.effort = effort;
    this.log = log;
  }

  /** How often and how long. */
  Effort effort() {
    return effort;
  }

  /**
   * Times the calls of a benchmark one by one.
   *
   * @return seconds of a call; nothing if a process failed, the log says why
   */
  Optional<Timing> calls(Class<?> benchmark, Map<String, String> parameters) {
    TimeValue warm = TimeValue.milliseconds((long) (MILLI * effort.warmSeconds()));
    TimeValue timed = TimeValue.milliseconds((long) (MILLI * effort.seconds()));
    ChainedOptionsBuilder options =
        options(benchmark, parameters)
            .warmupIterations(1)
            .warmupTime(warm)
            .measurementIterations(1)
            .measurementTime(timed);
    return run(options).map(statistics -> timing(statistics, NANO));
  }

  /**
   * Times bursts of calls of a benchmark.
   *
   * @return seconds of a call; nothing if a process failed, the log says why
   */
  Optional<Timing> bursts(Class<?> benchmark, Map<String, String> parameters) {
    ChainedOptionsBuilder options =
        options(benchmark, parameters)
            .warmupIterations(effort.warmBursts())
            .warmupBatchSize(LaunchTime.BURST)
            .measurementIterations(effort.bursts())
            .measurementBatchSize(LaunchTime.BURST);
    return run(options).map(statistics -> timing(statistics, NANO / LaunchTime.BURST));
  }

  private ChainedOptionsBuilder options(Class<?> benchmark, Map<String, String> parameters) {
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
            .forks(effort.forks())
            .threads(1)
            .timeUnit(TimeUnit.NANOSECONDS)
            .timeout(TimeValue.seconds(TIMEOUT_SECONDS))
            .shouldFailOnError(true)
            .jvmArgsAppend(ChildProcess.jvmOptions().toArray(String[]::new));
    parameters.forEach(options::param);
    options.param("warm", Double.toString(effort.warmSeconds()));
    return options;
  }

  private Optional<Statistics> run(ChainedOptionsBuilder options) {
    try (PrintStream stream = openLog()) {
      OutputFormat format = OutputFormatFactory.createFormatInstance(stream, VerboseMode.NORMAL);
      try {
        RunResult result = new Runner(options.build(), format).runSingle();
        return Optional.of(result.getPrimaryResult().getStatistics());
      } catch (RunnerException e) {
        String message = String.valueOf(e.getMessage()).replaceFirst("^ERROR: ", "");
        if (message.contains("JMH lock")) {
          throw new UserException(message, e);
        }
        e.printStackTrace(stream);
        return Optional.empty();
      }
    }
  }

  private PrintStream openLog() {
    try {
      if (!started) {
        Files.createDirectories(log.toAbsolutePath().getParent());
        Files.deleteIfExists(log);
        started = true;
      }
      return new PrintStream(Files.newOutputStream(log, CREATE, APPEND), true, UTF_8);
    } catch (IOException e) {
      throw new UserException("cannot write " + log + ": " + e.getMessage(), e);
    }
  }

  private static Timing timing(Statistics statistics, double unit) {
    return new Timing(
        Math.toIntExact(statistics.getN()),
        unit * statistics.getPercentile(50),
        unit * statistics.getPercentile(20),
        unit * statistics.getPercentile(80),
        unit * statistics.getMin());
  }
}
