package io.gramian.bench.jmh;

import io.gramian.bench.measure.ChildProcess;
import io.gramian.bench.report.Timing;
import io.gramian.cli.UserException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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

/** Runs benchmarks by JMH, each in processes of its own that end with this one. */
final class Forks {
  private static final double NANO = 1e-9;
  private static final double MILLI = 1e3;

  /** A process that takes longer for a part of its work is broken. */
  private static final int TIMEOUT_SECONDS = 120;

  private static volatile boolean ending;

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  ending = true;
                  ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                }));
  }

  private final Effort effort;
  private final JmhLog log;

  /**
   * @param effort how often and how long
   * @param log takes what JMH says
   */
  Forks(Effort effort, JmhLog log) {
    this.effort = effort;
    this.log = log;
  }

  /** The same with half the time for calls. */
  Forks brief() {
    return new Forks(effort.brief(), log);
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
    try (PrintStream stream = log.open()) {
      OutputFormat format = OutputFormatFactory.createFormatInstance(stream, VerboseMode.NORMAL);
      try {
        RunResult result = new Runner(options.build(), format).runSingle();
        return Optional.of(result.getPrimaryResult().getStatistics());
      } catch (RunnerException e) {
        while (ending) {
          // Else the next benchmark would start.
          LockSupport.park();
        }
        String message = String.valueOf(e.getMessage()).replaceFirst("^ERROR: ", "");
        if (message.contains("JMH lock")) {
          throw new UserException(message, e);
        }
        e.printStackTrace(stream);
        return Optional.empty();
      }
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
