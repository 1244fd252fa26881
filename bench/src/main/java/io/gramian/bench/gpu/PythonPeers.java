package io.gramian.bench.gpu;

import com.fasterxml.jackson.jr.ob.JSON;
import io.gramian.bench.report.Agreement;
import io.gramian.bench.report.Contestant;
import io.gramian.bench.report.Line;
import io.gramian.bench.report.Subject;
import io.gramian.bench.report.Timing;
import io.gramian.bench.report.Work;
import io.gramian.cli.io.Root;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The peers of {@code bench/python} in one process of python3, which is given folders of cases and
 * answers in lines of JSON. Started when first asked; a process that dies or is late is not started
 * again.
 */
final class PythonPeers implements AutoCloseable {
  private static final String PEER = "PyTorch (python3)";

  /** Compilation of an expression takes a minute. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final String device;
  private Process process;
  private BufferedReader answers;
  private BufferedWriter questions;
  private String failure;
  private String version = "";
  private List<?> cases = List.of();

  /**
   * Nothing runs yet.
   *
   * @param device of PyTorch: {@code cuda} or {@code cpu}
   */
  PythonPeers(String device) {
    this.device = device;
  }

  /** Lines of the peers that the case has, or one line that says why there are none at all. */
  List<Line> measure(PeerCase one, Ceilings ceilings, Work work) {
    if (failure == null && process == null) {
      start();
    }
    if (failure != null) {
      return List.of(absent(one.subject(), PEER, failure));
    }
    if (!cases.contains(one.subject().title())) {
      return List.of();
    }
    List<Line> lines = new ArrayList<>();
    Path folder = null;
    AtomicBoolean late = new AtomicBoolean();
    Thread watch = watch(late);
    try {
      folder = Files.createTempDirectory("gramian-case");
      one.write(folder);
      questions.write(folder + "\n");
      questions.flush();
      for (Map<String, Object> answer = answer(); !answer.containsKey("done"); answer = answer()) {
        lines.add(line(one, answer, ceilings, work));
      }
    } catch (IOException e) {
      failure =
          late.get()
              ? "no answer within " + PATIENCE.toMinutes() + " minutes"
              : "the process ended: " + e.getMessage();
      process.destroyForcibly();
      lines.add(absent(one.subject(), PEER, failure));
    } finally {
      watch.interrupt();
      PeerCase.delete(folder);
    }
    return lines;
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroy();
    }
  }

  private void start() {
    Path script =
        List.of("bench/python/peers.py", "python/peers.py").stream()
            .map(Root.here()::resolve)
            .filter(Files::isRegularFile)
            .findFirst()
            .orElse(null);
    if (script == null) {
      failure = "no script peers.py below " + Root.here();
      return;
    }
    try {
      process =
          new ProcessBuilder(Python.command(script.toString(), "--device", device, "--serve"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      answers = process.inputReader();
      questions = process.outputWriter();
      Map<String, Object> hello = answer();
      if (hello.get("absent") instanceof String reason) {
        failure = reason;
      }
      version = String.valueOf(hello.getOrDefault("version", ""));
      cases = hello.get("cases") instanceof List<?> names ? names : List.of();
    } catch (IOException e) {
      failure = process == null ? "no python3" : "python3 ended at once: " + e.getMessage();
    }
  }

  private Thread watch(AtomicBoolean late) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(PATIENCE);
                late.set(true);
                process.destroyForcibly();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private Map<String, Object> answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("no answer");
    }
    return JSON.std.mapFrom(line);
  }

  private Line line(PeerCase one, Map<String, Object> answer, Ceilings ceilings, Work work) {
    String name = String.valueOf(answer.get("peer"));
    if (answer.get("absent") instanceof String reason) {
      return absent(one.subject(), name, reason);
    }
    Timing time =
        new Timing(
            ((Number) answer.get("runs")).intValue(),
            number(answer, "median"),
            number(answer, "p20"),
            number(answer, "p80"),
            number(answer, "minimum"));
    Agreement agreement = new Agreement(number(answer, "result"), number(answer, "gradients"));
    boolean accurate = agreement.within(one.bound());
    Line line =
        Line.timed(Line.GPU, one.subject(), by(name), time, work, ceilings.of(work))
            .agreement(Optional.of(agreement))
            .note(accurate ? "" : "less accurate than we have to be");
    return answer.get("memory") instanceof Number bytes ? line.memory(bytes.longValue()) : line;
  }

  private Line absent(Subject subject, String name, String reason) {
    return Line.absent(Line.GPU, subject, by(name), reason);
  }

  private Contestant by(String name) {
    return Contestant.peer(name, version, device, 1);
  }

  private static double number(Map<String, Object> answer, String name) {
    return answer.get(name) instanceof Number value ? value.doubleValue() : Double.NaN;
  }
}
