package io.gramian.bench.docs;

import io.gramian.bench.page.Figures;
import io.gramian.bench.report.Machine;

/** A machine in a document, and what its load says of the figures. */
final class MachineText {
  private MachineText() {}

  static String of(Machine machine) {
    return machine.processor()
        + ", "
        + machine.cores()
        + " cores"
        + (machine.gpu().isEmpty() ? "" : ", " + machine.gpu() + " with driver " + machine.driver())
        + ", JDK "
        + machine.jdk()
        + ", "
        + machine.date()
        + ", load "
        + Figures.number(machine.load());
  }

  /** A sentence where other work disturbed the run, else nothing. */
  static String warning(Machine machine) {
    return machine.load() > 1
        ? "Other work kept the machine busy: the figures are hints, not results."
        : "";
  }
}
