package io.gramian.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ParameterException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class OpsTest {
  static List<String> names() {
    return List.copyOf(Ops.names());
  }

  @Test
  void allOpsAreThoseOfTheNames() {
    assertThat(Ops.all()).extracting(Op::name).containsExactlyInAnyOrderElementsOf(Ops.names());
    assertThat(Ops.all()).allSatisfy(op -> assertThat(Ops.of(op.name(), Map.of())).isEqualTo(op));
  }

  @Test
  void everySimilarityIsReadByItsLabel() {
    for (Similarity similarity : Similarity.all()) {
      assertThat(Ops.of("similarity", Map.of("similarity", similarity.label())))
          .isEqualTo(new SimilarityMatrix(similarity));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOpHasDefaultsAndKnowsItsName(String name) {
    assertThat(Ops.of(name, Map.of()).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOpRefusesUnknownParameters(String name) {
    assertThatThrownBy(() -> Ops.of(name, Map.of("colour", "red")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining(name + ": unknown parameter 'colour'");
  }

  @Test
  void aSlipOfTheKeyboardGetsTheNearestName() {
    assertThatThrownBy(() -> Ops.of("contrastvie", Map.of()))
        .isInstanceOf(ParameterException.class)
        .hasMessageStartingWith("unknown op 'contrastvie'; expected one of clip-matched, ")
        .hasMessageEndingWith("; did you mean 'contrastive'?");
    assertThatThrownBy(() -> Ops.of("contrastive", Map.of("temprature", 1)))
        .hasMessageEndingWith("; did you mean 'temperature'?");
    assertThatThrownBy(() -> Ops.of("contrastive", Map.of("similarity", "volum")))
        .hasMessageEndingWith("got 'volum'; did you mean 'volume'?");
    assertThatThrownBy(() -> Ops.of("holonomy", Map.of())).message().doesNotContain("mean");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyOpSaysItsParametersAndTheyMakeTheSameOp(String name) {
    Map<String, String> values = new LinkedHashMap<>();
    Ops.parameters(name, Map.of())
        .forEach(parameter -> values.put(parameter.name(), parameter.value()));
    assertThat(Ops.of(name, values)).isEqualTo(Ops.of(name, Map.of()));
    assertThat(Ops.of(name, Map.of()).summary()).isNotBlank().doesNotContain("\n");
  }

  @Test
  void parametersDependOnOthersAndTellTheirChoices() {
    List<Ops.Parameter> parameters = Ops.parameters("contrastive", Map.of("objective", "sigmoid"));
    assertThat(parameters).extracting(Ops.Parameter::name).contains("scale", "bias");
    assertThat(parameters)
        .contains(new Ops.Parameter("objective", "sigmoid", List.of("infonce", "sigmoid")))
        .contains(new Ops.Parameter("bias", "-10", List.of()));
  }

  @Test
  void parametersComeAsJsonTypesOrAsText() {
    assertThat(Ops.of("mmd", Map.of("variances", List.of(1e-6, 1, 10))))
        .isEqualTo(Ops.of("mmd", Map.of("variances", "1e-6, 1, 10")));
    assertThat(Ops.of("contrastive", Map.of("temperature", "0.5", "normalize", "false")))
        .isEqualTo(new Contrastive(Similarity.volume()).temperature(0.5).normalize(false));
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> Ops.of("contrastive", Map.of("temperature", 0)))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'temperature' must be a finite number above 0, got 0.0");
    assertThatThrownBy(() -> Ops.of("contrastive", Map.of("similarity", "dot")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'similarity' must be one of cosine, volume");
    assertThatThrownBy(() -> Ops.of("topk", Map.of("count", "many")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'count' must be a number, got 'many'");
    assertThatThrownBy(() -> Ops.of("conv2d", Map.of()))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("unknown op 'conv2d'");
  }

  @Test
  void productNegativesHaveNoSmoothingAndNoSigmoid() {
    assertThat(Ops.of("contrastive", Map.of("negatives", "product")))
        .isEqualTo(new Contrastive(Similarity.volume()).negatives(Negatives.PRODUCT));
    assertThatThrownBy(
            () -> Ops.of("contrastive", Map.of("negatives", "product", "objective", "sigmoid")))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("infonce");
  }
}
