package io.gramian.cuda.pair;

import io.gramian.cuda.abi.Fields;
import io.gramian.cuda.abi.GradientRows;
import io.gramian.cuda.abi.InputRows;
import io.gramian.cuda.abi.PairProblem;
import io.gramian.cuda.abi.PlaneRows;
import io.gramian.cuda.abi.ScaledRows;
import io.gramian.cuda.abi.TupleRows;
import io.gramian.cuda.gemm.Operand;
import io.gramian.cuda.gemm.Rows;
import java.util.List;

/**
 * The tuples of a run over pairs: how their rows become operands of the products with anchors, and
 * how the gradients of these operands become gradients of rows.
 */
abstract class PairTuples {
  final PairEngine.Problem problem;
  final Rows rows;

  private long[] addresses;
  private long present;

  PairTuples(PairEngine.Problem problem) {
    this.problem = problem;
    this.rows = problem.members().getFirst();
  }

  /** Takes the addresses of a run and describes the operands. */
  void bind(long workspace, long[] memberAddresses, long presentAddress, PairProblem to) {
    addresses = memberAddresses;
    present = presentAddress;
    bind(workspace, to);
  }

  abstract void bind(long workspace, PairProblem to);

  /** Enqueues the preparation. */
  abstract void prepare(long stream);

  /** Whether gradients can be corrected for what rounding took from the weights. */
  abstract boolean areCorrectable();

  /** Describes the rows of a member as the caller gave them. */
  void describeInput(int member, ScaledRows field) {
    field.rows(addresses[member]).stride(problem.members().get(member).stride());
  }

  /** Describes the first plane of a member for the scores. */
  abstract void describeFirstPlane(int member, InputRows field);

  /** Describes the rows that the gradient of the anchors is made of. */
  abstract void describeGradientPlanes(int member, PlaneRows field);

  /**
   * The end of the gradients of the rows.
   *
   * @param gradients where they go; each may be null
   */
  abstract Finish finish(
      PairEngine engine, PairWeigh<?> weigh, PairGradientGemm gemm, List<GradientRows> gradients);

  /** Writes gradients of rows. */
  interface Finish {
    /** Enqueues it; the addresses of gradients that are not wanted are 0. */
    void run(long stream, long[] gradients);
  }

  /** Gives an operand the addresses of a member. */
  final void bindOperand(long workspace, Operand operand, int member) {
    operand.bind(workspace, addresses[member], present);
  }

  /** What never changes of the rows as the caller gave them. */
  final void describe(TupleRows field) {
    Fields.prepare(field.present(), problem.present());
    field.leastNorm(problem.leastNorm()).type(Fields.type(rows.type()));
    field.depth(rows.d()).count(rows.count());
  }

  /** The addresses of the rows. */
  final void bind(TupleRows field) {
    for (int l = 0; l < addresses.length; l++) {
      describeInput(l, field.member(l));
    }
    field.present().mask(present);
  }

  final int blocks() {
    return Operand.blocks(rows.count());
  }
}
