package io.gramian.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gramian.ParameterException;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every parameter of every op has a copy with another value of it. */
final class CopiesTest {
  static List<Object> parameters() {
    List<Object> records = new ArrayList<>(Ops.all());
    records.addAll(Similarity.all());
    records.addAll(Objective.all());
    records.add(SetClip.Weights.paper());
    records.add(new PointCloudSimilarity.Kernel.Gaussian(0.5));
    records.add(new PointCloudSimilarity.Kernel.InverseMultiquadric(0.5));
    return records;
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void eachComponentHasACopyThatChangesNothingElse(Object original) throws Exception {
    for (RecordComponent component : original.getClass().getRecordComponents()) {
      Object value = another(original, component);
      Object copy = copy(original, component, value);
      assertThat(copy).as(component.getName()).isNotEqualTo(original);
      for (RecordComponent each : original.getClass().getRecordComponents()) {
        Object expected = each.getName().equals(component.getName()) ? value : get(original, each);
        // Where the negatives are the product, labels are not smoothed.
        if (component.getType() == Negatives.class && each.getType() == Objective.class) {
          expected = Objective.infoNce().labelSmoothing(0);
        }
        assertThat(get(copy, each)).as("%s after %s", each, component).isEqualTo(expected);
      }
    }
  }

  @Test
  void theParametersOfAnObjectiveAreThoseOfItsLoss() {
    Contrastive infoNce = new Contrastive(Similarity.jgcs()).temperature(0.2).labelSmoothing(0.3);
    assertThat(infoNce.objective()).isEqualTo(new Objective.InfoNce(0.2, 0.3));
    Contrastive sigmoid = infoNce.objective(Objective.sigmoid()).scale(3).bias(-2);
    assertThat(sigmoid.objective()).isEqualTo(new Objective.Sigmoid(3, -2));
    assertThatThrownBy(() -> sigmoid.temperature(1))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("objective sigmoid has no temperature")
        .hasMessageContaining("scale and bias");
    assertThatThrownBy(() -> sigmoid.labelSmoothing(0)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> infoNce.scale(1)).isInstanceOf(ParameterException.class);
    assertThatThrownBy(() -> infoNce.bias(1))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("objective infonce has no bias");
  }

  /** A value other than that of the original. */
  private static Object another(Object original, RecordComponent component) throws Exception {
    Object value = get(original, component);
    return switch (value) {
      case Double number -> number / 2 + 0.1;
      case Integer number -> number + 1;
      case Long number -> number + 1;
      case Boolean flag -> !flag;
      case double[] _ -> new double[] {0.25, 3};
      case int[] _ -> new int[] {2, 7};
      case Similarity _ -> Similarity.mip();
      case Objective _ -> Objective.sigmoid();
      case Negatives _ -> Negatives.PRODUCT;
      case PointCloudSimilarity.Kernel _ -> new PointCloudSimilarity.Kernel.InverseMultiquadric(2);
      case SetClip.Weights weights -> weights.mmd(0.7);
      default -> throw new AssertionError("no other value for " + component);
    };
  }

  private static Object get(Object of, RecordComponent component) throws Exception {
    return of.getClass().getMethod(component.getName()).invoke(of);
  }

  private static Object copy(Object original, RecordComponent component, Object value)
      throws Exception {
    Class<?> type = component.getType();
    if (!type.isArray()) {
      return original.getClass().getMethod(component.getName(), type).invoke(original, value);
    }
    // The first number, and the others: a list of none would be the accessor.
    Method method =
        original.getClass().getMethod(component.getName(), type.getComponentType(), type);
    Object others = Array.newInstance(type.getComponentType(), 1);
    Array.set(others, 0, Array.get(value, 1));
    return method.invoke(original, Array.get(value, 0), others);
  }
}
