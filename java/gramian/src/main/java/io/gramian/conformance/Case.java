package io.gramian.conformance;

import io.gramian.Bindings;
import io.gramian.op.Op;
import io.gramian.op.Signature;
import java.util.List;

/**
 * An op with inputs on which backends are compared.
 *
 * @param label what is special about it, for people
 * @param op the op
 * @param inputs packed host tensors in {@code f64} (integers in {@code i32}); rounded before use
 * @param strided whether rows lie apart in memory, with garbage between them
 * @param smooth whether finite differences make sense at these inputs
 */
public record Case(String label, Op op, Bindings inputs, boolean strided, boolean smooth) {
  /** Starts a case of an op. */
  public static CaseBuilder of(Op op, RandomTensors random) {
    return new CaseBuilder(op, random);
  }

  /** The tensors of the op for these inputs. */
  public Signature signature() {
    return op.signature(inputs.specs());
  }

  /** Those of one kind, whether the inputs have them or not. */
  public List<Signature.Argument> arguments(Signature.Kind kind) {
    return signature().arguments().stream().filter(a -> a.kind() == kind).toList();
  }

  /** How many elements the inputs have together. */
  public long elements() {
    return inputs.asMap().values().stream().mapToLong(t -> t.spec().elements()).sum();
  }

  /** The same with other inputs. */
  public Case with(Bindings others) {
    return new Case(label, op, others, strided, smooth);
  }

  @Override
  public String toString() {
    return op.name() + ": " + label;
  }
}
