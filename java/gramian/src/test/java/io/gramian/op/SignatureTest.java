package io.gramian.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.DType;
import io.gramian.ShapeException;
import io.gramian.Specs;
import io.gramian.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SignatureTest {
  private final Op op = new Contrastive(Similarity.volume());
  private final Specs in =
      Specs.of("anchor", f32(12, 24)).with("modality1", f32(12, 24)).with("modality2", f32(12, 24));
  private final Specs loss = Specs.of("loss", f32());

  @Test
  void sizesAreReadOffTheInputs() {
    Sizes sizes = op.check(in.with("modality1", f32(15, 24)).with("modality2", f32(15, 24)), loss);
    assertThat(sizes.get("B1")).isEqualTo(12);
    assertThat(sizes.get("B2")).isEqualTo(15);
    assertThat(sizes.get("d")).isEqualTo(24);
  }

  @Test
  void inputsWithAGradientAreListed() {
    assertThat(op.signature(in).differentiable())
        .containsExactly("anchor", "modality1", "modality2", "temperature");
    assertThat(new TopK(Similarity.volume()).signature(in).differentiable()).isEmpty();
  }

  @Test
  void gradientsCannotBeComputedWithoutTheUpstreamGradientsThatTheyNeed() {
    Specs vectors = Specs.of("vectors", f32(5, 3, 8));
    Signature gram = new Gram().signature(vectors);
    assertThat(gram.computable(vectors)).containsExactly("gram");
    assertThat(gram.computable(vectors.with("grad_gram", f32(5, 3, 3))))
        .containsExactly("gram", "grad_vectors");
    assertThat(op.signature(in).computable(in))
        .as("that of a scalar is 1 where it is not given")
        .startsWith("loss", "grad_anchor");
  }

  @Test
  void outputsHaveTheTypesOfTheInputs() {
    Specs narrow =
        Specs.of("anchor", f32(2, 3).as(DType.BF16))
            .with("modality1", f32(2, 3).as(DType.BF16))
            .with("scale", f32());
    Contrastive sigmoid =
        new Contrastive(Similarity.cosine()).objective(new Objective.Sigmoid(5, -3));
    Specs outputs =
        sigmoid
            .signature(narrow)
            .outputs(narrow, List.of("loss", "grad_anchor", "grad_scale", "grad_bias"));
    assertThat(outputs.get("loss")).isEqualTo(f32());
    assertThat(outputs.get("grad_anchor")).isEqualTo(narrow.get("anchor"));
    assertThat(outputs.get("grad_scale")).isEqualTo(f32());
    assertThat(outputs.get("grad_bias")).isEqualTo(f32());
  }

  /** A parameter in another type than the data changes the type of its own gradient at most. */
  @Test
  void resultsHaveTheTypeOfTheDataNotOfScalars() {
    Specs data = Specs.of("anchor", f32(2, 3)).with("modality1", f32(2, 3));
    Contrastive sigmoid =
        new Contrastive(Similarity.cosine()).objective(new Objective.Sigmoid(5, -3));
    List<String> names = List.of("loss", "grad_scale");
    Specs wide = data.with("scale", TensorSpec.of(DType.F64));
    Specs outputs = sigmoid.signature(wide).outputs(wide, names);
    assertThat(outputs.get("loss").dtype()).isEqualTo(DType.F32);
    assertThat(outputs.get("grad_scale").dtype()).isEqualTo(DType.F64);
    sigmoid.check(wide, outputs);
    Specs narrow = data.with("scale", TensorSpec.of(DType.BF16));
    outputs = sigmoid.signature(narrow).outputs(narrow, names);
    assertThat(outputs.get("grad_scale").dtype()).isEqualTo(DType.F32);
    sigmoid.check(narrow, outputs);
    Specs exact =
        Specs.of("anchor", f32(2, 3).as(DType.F64)).with("modality1", f32(2, 3).as(DType.F64));
    assertThat(sigmoid.signature(exact).outputs(exact, List.of("loss")).get("loss").dtype())
        .isEqualTo(DType.F64);
  }

  @Test
  void inputsAreCheckedByTheirNames() {
    op.signature(in).requireInputs(List.of("anchor", "modality1", "modality2", "temperature"));
    assertThatThrownBy(() -> op.signature(in).requireInputs(List.of("anchor", "modality1")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input modality2");
    assertThatThrownBy(
            () ->
                op.signature(in)
                    .requireInputs(List.of("anchor", "modality1", "modality2", "grad_loss")))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown input 'grad_loss'");
  }

  @Test
  void aMissingInputIsNamed() {
    assertThatThrownBy(() -> op.check(Specs.of("anchor", f32(12, 24)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input modality1 [B2, d]");
  }

  @Test
  void aWrongShapeIsNamedWithWhereTheExpectedSizeComesFrom() {
    assertThatThrownBy(() -> op.check(in.with("modality2", f32(12, 23)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality2' has shape [12, 23]")
        .hasMessageContaining("d = 24 from 'anchor'")
        .hasMessageContaining("B2 = 12 from 'modality1'");
    assertThatThrownBy(() -> op.check(in.with("modality1", f32(12)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'modality1' has shape [12]; expected [B2, d]");
  }

  @Test
  void unknownTensorsAreNamed() {
    assertThatThrownBy(() -> op.check(in.with("modality4", f32(12, 24)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown input 'modality4'");
    assertThatThrownBy(() -> op.check(in, loss.with("grad_modality3", f32(12, 24))))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("unknown output 'grad_modality3'");
    assertThatThrownBy(() -> op.check(in, Specs.none()))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("at least one output");
  }

  @Test
  void dataInputsShareOneFloatingType() {
    TensorSpec half = TensorSpec.of(DType.BF16, 12, 24);
    assertThatThrownBy(() -> op.check(in.with("modality1", half), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("element type bf16; expected f32 as the other inputs");
    TensorSpec integers = TensorSpec.of(DType.I32, 12, 24);
    assertThatThrownBy(() -> op.check(in.with("anchor", integers), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("'anchor' has element type i32");
    assertThatThrownBy(() -> op.check(in.with("labels", f32(12)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected i32");
  }

  @Test
  void gradientsOfArraysNeedAnUpstreamGradient() {
    Specs vectors = Specs.of("vectors", f32(3, 2, 8));
    Specs gradient = Specs.of("grad_vectors", f32(3, 2, 8));
    assertThatThrownBy(() -> new Gram().check(vectors, gradient))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("expected input grad_gram [B, k, k], the upstream gradient");
    new Gram().check(vectors.with("grad_gram", f32(3, 2, 2)), gradient);
  }

  @Test
  void shapesThatTheOpDoesNotTakeAreRefused() {
    assertThatThrownBy(() -> new Gram().check(Specs.of("vectors", f32(1, 17, 4)), gram(17)))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("k = 17; expected 1 to 16");
    assertThatThrownBy(
            () ->
                new Contrastive(Similarity.area())
                    .check(Specs.of("anchor", f32(2, 4)).with("modality1", f32(2, 4)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("area takes 2 modalities");
    assertThatThrownBy(
            () -> op.check(Specs.of("anchor", f32(3, 4)).with("modality1", f32(2, 4)), loss))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("B1 <= B2");
  }

  @Test
  void outputsFollowFromInputs() {
    Op embed = new PointCloudEmbed();
    Specs inputs =
        Specs.of("points", f32(6, 9, 12))
            .with("weights", f32(6, 9))
            .with("frequencies", f32(32, 12))
            .with("phases", f32(32));
    Specs outputs =
        embed.signature(inputs).outputs(inputs, List.of("embedding", "grad_points"), DType.F32);
    assertThat(outputs.get("embedding").shape()).containsExactly(6, 44);
    assertThat(outputs.get("grad_points").shape()).containsExactly(6, 9, 12);
  }

  private static Specs gram(int k) {
    return Specs.of("gram", f32(1, k, k));
  }

  private static TensorSpec f32(long... shape) {
    return TensorSpec.of(DType.F32, shape);
  }
}
