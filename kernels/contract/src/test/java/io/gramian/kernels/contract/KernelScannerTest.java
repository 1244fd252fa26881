package io.gramian.kernels.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KernelScannerTest {
  private final Contract contract = new Contract();

  @BeforeEach
  void header() throws Exception {
    HeaderParser.parse(
        contract,
        "params.cuh",
        List.of(
            "namespace gramian {",
            "constexpr u32 kThreads = 64;",
            "struct P {",
            "  u32 x;",
            "};",
            "}"));
  }

  private void scan(String text) throws ContractException {
    KernelScanner.scan(contract, "image", "image.cu", List.of(text.split("\n")));
  }

  @Test
  void kernelsHaveTheirThreadsAndTheirStruct() throws Exception {
    scan(
        """
        #define MANY(N) \\
        GRAMIAN_KERNEL(many_##N, gramian::P, 1) {}

        GRAMIAN_KERNEL(first, gramian::P,
                       gramian::kThreads) {
        }
        GRAMIAN_KERNEL(second, gramian::P, 1) { run(p); }
        """);
    Struct struct = contract.struct("gramian", "P");
    assertThat(contract.kernels())
        .containsExactly(
            new Kernel("image", "first", 64, struct), new Kernel("image", "second", 1, struct));
    assertThat(contract.images()).containsExactly("image");
  }

  @Test
  void aSourceMayHaveSeveralImages() throws Exception {
    scan("// @images GRAMIAN_N = 1 12\n");
    assertThat(contract.images()).containsExactly("image_n1", "image_n12");
  }

  @Test
  void aKernelWithoutAContractIsAnError() {
    assertThatThrownBy(() -> scan("\nGRAMIAN_KERNEL(first, gramian::Q, 1) {}\n"))
        .hasMessage("image.cu:2: 'gramian::Q' is no struct of a contract header");
    assertThatThrownBy(() -> scan("GRAMIAN_KERNEL(first, gramian::P, kNo) {}\n"))
        .hasMessage("image.cu:1: 'kNo' is no constant of a contract header");
  }
}
