package io.gramian.cpu.op;

import io.gramian.DType;
import io.gramian.op.Gram;
import io.gramian.op.LogDet;
import io.gramian.op.Op;
import io.gramian.op.Principal;
import io.gramian.op.Volume;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Gram matrices, log-determinants and volumes of samples. */
class SamplesCpuTest {
  private static final List<Op> OPS =
      List.of(new Gram(), new LogDet(), new LogDet(0.3), new Volume(), new Volume(true, 1e-4));

  @ParameterizedTest
  @CsvSource({"1,2,5", "37,4,12", "70,8,131", "40,16,23", "5,3,1023"})
  void equalReference(int batch, int k, int d) {
    OPS.forEach(
        op -> new AgainstReference(op, DType.F32).data("vectors", batch, k, d).upstream().check());
  }

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void roundedInputsEqualReference(DType dtype) {
    OPS.forEach(op -> new AgainstReference(op, dtype).data("vectors", 9, 5, 21).upstream().check());
  }

  /** Zero vectors, duplicates, near duplicates, independent ones. */
  @Test
  void dependentVectorsEqualReference() {
    double[] vectors = {
      1, 2, 3, 0, 0, 0, 4, 5, 6, //
      1, 2, 3, 1, 2, 3, 4, 5, 7, //
      1, 2, 3, 2, 4, 6.001f, 4, 5, 7, //
      1, 0, 0, 0, 1, 0, 0, 0, 1
    };
    OPS.forEach(
        op ->
            new AgainstReference(op, DType.F32)
                .values("vectors", vectors, 4, 3, 3)
                .upstream()
                .check());
  }

  /** Numbers whose products and pivots are exact, so that it is plain which pivots are dead. */
  @Test
  void moreVectorsThanDimensionsEqualReference() {
    double[] vectors = {1, 0, 0, 2, 1, 1, 1, -1, 2, 0, 2, 0, 0, 4, 1, 0};
    OPS.forEach(
        op ->
            new AgainstReference(op, DType.F32)
                .values("vectors", vectors, 2, 4, 2)
                .upstream()
                .check());
  }

  @Test
  void vectorsOfNoDimensionsEqualReference() {
    Stream.concat(OPS.stream(), Stream.of(new Principal()))
        .forEach(
            op -> new AgainstReference(op, DType.F32).data("vectors", 4, 2, 0).upstream().check());
  }

  @Test
  void emptyBatchesDoNothing() {
    for (Op op : List.of(new Gram(), new LogDet(), new Volume())) {
      new AgainstReference(op, DType.F32).data("vectors", 0, 3, 4).upstream().check();
    }
  }
}
