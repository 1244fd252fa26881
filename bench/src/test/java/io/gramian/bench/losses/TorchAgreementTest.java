package io.gramian.bench.losses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gramian.Device;
import io.gramian.bench.torch.Torch;
import io.gramian.bench.torch.TorchSide;
import java.lang.foreign.Arena;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The PyTorch expressions compute what the reference computes, gradients too. */
class TorchAgreementTest {
  @ParameterizedTest
  @CsvSource({
    "contrastive, 2",
    "contrastive, 3",
    "contrastive, 5",
    "mmd, 2",
    "semantic-density, 2",
    "nt-xent, 2"
  })
  void expressionsAgreeWithTheReference(String op, int modalities) {
    Optional<String> missing = Torch.load("openblas", 1);
    assumeTrue(missing.isEmpty(), () -> "PyTorch: " + missing.orElseThrow());
    LossShape shape = new LossShape(op, 20, modalities, 24);
    try (Arena arena = Arena.ofShared();
        Device reference = Device.open("reference")) {
      LossCase loss = LossCase.of(shape, arena);
      try (Side expected = new GramianSide(reference, loss);
          Side actual = new TorchSide(loss)) {
        expected.run();
        // The second run shows whether gradients are replaced, not added up.
        actual.run();
        actual.run();

        Agreement agreement = Agreement.of(actual.results(), expected.results());

        assertThat(agreement.loss()).isLessThan(1e-5);
        assertThat(agreement.gradients()).isLessThan(1e-4);
      }
    }
  }
}
